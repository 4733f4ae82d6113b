// Package inquiry asks a tax bureau about the electronic invoices that the book has, beside the book: an invoice is kept whether
// the bureau can be reached or not, and what the bureau says is recorded as a command once it has said something.
package inquiry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/efapiao"
	"millrace/edge/efapiao/verification"
	"millrace/edge/intake"
	"millrace/edge/reading"
	"millrace/engine"
	"millrace/engine/vault"
)

// Options of New. Engine, Verifier, Operator and Now are required.
type Options struct {
	Engine   *engine.Engine
	Verifier verification.Verifier
	Operator id.Actor // a machine of the operator: it records the answers
	Now      func() time.Time
	Logger   *slog.Logger // nil for none
}

// Desk asks one bureau. There must be one a node.
type Desk struct {
	options Options
	intake  *intake.Intake

	round sync.Mutex // one round at a time; guards all below
	// Up to which document the book was looked through: in every process from the beginning.
	seen    uint64
	waiting map[id.Document]*question
}

// question is an invoice without a final answer.
type question struct {
	query    verification.Query
	identity [16]byte
	asked    int       // times in vain
	next     time.Time // not before
	status   verification.Status
}

const (
	waitingMax = 10_000 // invoices; beyond them the book is not looked through further
	rowsAtOnce = 500
	askedMax   = 100 // questions of a round
	silentMax  = 3   // questions in a row without an answer that can be used end a round: the bureau is away, or does not know us

	waitFirst = time.Minute
	waitMost  = 12 * time.Hour
)

// New gives a desk.
func New(o Options) (*Desk, error) {
	if o.Engine == nil || o.Verifier == nil || o.Operator == 0 || o.Now == nil {
		return nil, errors.New("inquiry: desk without engine, verifier, operator or clock")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Desk{options: o, intake: intake.New(o.Engine.Vault()), waiting: map[id.Document]*question{}}, nil
}

// Waiting counts the invoices without a final answer, as of the last round.
func (d *Desk) Waiting() int {
	d.round.Lock()
	defer d.round.Unlock()
	return len(d.waiting)
}

// Round looks for new invoices and asks about those that are due, longest first. A bureau that can't be reached, and a number
// that it does not know yet, are asked about again after a minute, then after twice as long, up to 12 hours. It fails with the
// engine's errors only; the next round goes on where this one was.
func (d *Desk) Round(ctx context.Context) error {
	d.round.Lock()
	defer d.round.Unlock()
	if d.options.Engine.ReadOnly() {
		return engine.ErrReadOnly
	}
	if err := d.look(ctx); err != nil {
		return err
	}
	now := d.options.Now()
	due := slices.SortedFunc(maps.Keys(d.waiting), func(a, b id.Document) int {
		return cmp.Or(d.waiting[a].next.Compare(d.waiting[b].next), cmp.Compare(a, b))
	})
	silent := 0
	for _, document := range due[:min(len(due), askedMax)] {
		q := d.waiting[document]
		if q.next.After(now) || silent == silentMax || ctx.Err() != nil {
			break
		}
		answered, err := d.ask(ctx, document, q)
		if err != nil {
			return err
		}
		if silent++; answered {
			silent = 0
		}
	}
	return ctx.Err()
}

// ask asks about one invoice and records the answer; answered is false when the bureau gave none that can be used.
func (d *Desk) ask(ctx context.Context, document id.Document, q *question) (answered bool, err error) {
	answer, err := d.options.Verifier.Verify(ctx, q.query)
	if err != nil {
		d.later(q)
		d.options.Logger.Warn("tax bureau", "document", document.String(), "again", q.next, "cause", err)
		return false, nil
	}
	if answer.Status == q.status { // it has said so before
		d.later(q)
		return true, nil
	}
	status := trade.Verification(slices.Index(trade.VerificationNames[:], string(answer.Status)))
	command := &book.RecordVerification{
		Document: document, Identity: q.identity, Status: status, At: answer.At.UnixMicro(), Reference: d.intake.VerificationToken(answer.Reference),
	}
	_, rejection, err := d.options.Engine.Submit(ctx, engine.Request{
		Actor: d.options.Operator, Key: fmt.Sprintf("verification %s %s %d", document, answer.Status, command.At), Command: command,
	})
	if err != nil {
		return true, err
	}
	if rejection != nil {
		d.options.Logger.Warn("answer of the tax bureau not recorded", "document", document.String(), "code", rejection.Code)
		d.later(q)
		return true, nil
	}
	if answer.Status == verification.StatusUnknown {
		q.status = answer.Status
		d.later(q)
		return true, nil
	}
	delete(d.waiting, document)
	return true, nil
}

// later puts a question off, for twice as long each time.
func (d *Desk) later(q *question) {
	wait := waitMost
	if q.asked < 10 {
		wait = min(waitFirst<<q.asked, waitMost)
	}
	q.asked++
	q.next = d.options.Now().Add(wait)
}

// look finds electronic invoices that have no answer yet, or only that their number is unknown.
func (d *Desk) look(ctx context.Context) error {
	for len(d.waiting) < waitingMax {
		found, more, err := d.candidates(ctx)
		if err != nil {
			return err
		}
		for i := range found {
			q, err := d.question(ctx, &found[i].Document)
			if err != nil {
				return err
			}
			if q != nil {
				q.status = found[i].status
				d.waiting[found[i].ID] = q
			}
		}
		if !more {
			return nil
		}
	}
	return nil
}

type candidate struct {
	book.Document
	status verification.Status // "unknown" or ""
}

// candidates reads rows that may be electronic invoices, by what the table tells: 20 characters of number, in yuan.
func (d *Desk) candidates(ctx context.Context) (found []candidate, more bool, err error) {
	v, err := d.options.Engine.Read(ctx, d.options.Engine.Head().Sequence)
	if err != nil {
		return nil, false, fmt.Errorf("inquiry: %w", err)
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	rows, err := v.Tx.QueryContext(ctx, `SELECT number, record, (SELECT status FROM verification WHERE verification.document = (document.number << 16 | ?) ORDER BY number DESC LIMIT 1)
		FROM document WHERE number > ? AND currency = 'CNY' AND length(doc_number) = 20 AND type IN ('invoice', 'credit_note') ORDER BY number LIMIT ?`,
		int64(d.options.Operator.Shard()), int64(d.seen), rowsAtOnce)
	if err != nil {
		return nil, false, fmt.Errorf("inquiry: %w", err)
	}
	defer rows.Close()
	read := 0
	for rows.Next() {
		var number int64
		var stored []byte
		var status *string
		if err := rows.Scan(&number, &stored, &status); err != nil {
			return nil, false, fmt.Errorf("inquiry: %w", err)
		}
		read++
		d.seen = uint64(number)
		var c candidate
		if status != nil {
			c.status = verification.Status(*status)
		}
		if err := book.DecodeRecord(stored, &c.Document); err != nil {
			return nil, false, fmt.Errorf("inquiry: document %d: %w", number, err)
		}
		if !c.Repeats && (c.status == "" || c.status == verification.StatusUnknown) {
			found = append(found, c)
		}
	}
	return found, read == rowsAtOnce, rows.Err()
}

// question reads an invoice again, for the journal has tokens where the bureau wants codes. It is nil for what is no electronic
// invoice, or was erased.
func (d *Desk) question(ctx context.Context, row *book.Document) (*question, error) {
	_, bytes, err := d.options.Engine.Vault().Get(ctx, vault.Ref(row.Stored))
	if errors.Is(err, vault.ErrNotFound) || errors.Is(err, vault.ErrDamaged) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	read, err := reading.Read(row.ID.String(), bytes, reading.Limits{BytesMax: efapiao.BundleBytesMax})
	if err != nil || !strings.HasPrefix(read.Format, "efapiao") {
		return nil, nil // an invoice of another format under a number that looks like one
	}
	doc := &read.Document
	total := doc.Totals.TaxInclusive
	if doc.Type == trade.CreditNote {
		total = money.Sub(0, total)
	}
	return &question{identity: row.Identity, query: verification.Query{
		Number: doc.Number, Issued: doc.Issued, Total: total, SellerCode: creditCode(&doc.Seller), BuyerCode: creditCode(&doc.Buyer),
	}}, nil
}

func creditCode(p *document.Party) string {
	for _, identifier := range p.Identifiers {
		if identifier.Scheme == efapiao.SchemeCreditCode {
			return identifier.Value
		}
	}
	return ""
}

// Run makes a round at every interval until ctx ends or the engine stops, and returns why.
func (d *Desk) Run(ctx context.Context, interval time.Duration) error {
	return d.options.Engine.Every(ctx, "tax_bureau", interval, d.Round, func(err error) {
		d.options.Logger.Error("round with the tax bureau", "cause", err)
	})
}
