package bank

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/engine"
	"millrace/engine/table"
)

// CodeLinesMissing is the code of a statement that names more lines than were read.
const CodeLinesMissing = "statement_lines_missing"

// closed is a statement with its lines.
type closed struct {
	closing Closing
	lines   []Line
	broken  *Break // why it is not on record; nil where only lines of it are not booked
}

// Supervised tells in which account at the bank the money of a ledger account lies, and whether it adds to it (1) or is missing there (-1);
// 0 for an account that is none of the custodian's.
func Supervised(key ledger.Key) (Account, money.Minor) { return supervised(key) }

// Legs are the sides of a payment at the bank: what leaves which account, and what of it arrives in another one of the custodian's (0 for none).
type Legs struct {
	From Account
	Out  money.Minor
	At   Account
	In   money.Minor
}

// LegsOf reads the sides of a payment of a custodian's programmes; false where it has none such.
func LegsOf(ctx context.Context, v *table.View, custodian id.Party, p id.Payment) (Legs, bool, error) {
	c := &Connection{options: Options{Custodian: custodian}}
	o, err := c.order(ctx, v, p.Number())
	if err != nil || o == nil {
		return Legs{}, false, err
	}
	l := Legs{From: o.payer(), Out: o.total()}
	l.At, l.In = o.inner()
	return l, true, nil
}

// Record is the account as the book has it.
func (a Account) Record() payment.Supervised {
	return payment.Supervised{Kind: payment.AccountKind(a.Kind), Programme: a.Programme, Owner: a.Owner}
}

// hear remembers lines until their statement comes, and gives statements their lines. A line that a bank repeats is one.
func (c *Connection) hear(page *Page) {
	for _, l := range page.Lines {
		token := c.token(&l)
		if _, known := c.heard[token]; known {
			continue
		}
		c.heard[token] = struct{}{}
		c.since[l.Account] = append(c.since[l.Account], l)
	}
	for _, closing := range page.Closings {
		mine, later := ofStatement(&closing, c.since[closing.Account])
		c.since[closing.Account] = later
		c.waiting = append(c.waiting, closed{closing: closing, lines: mine})
	}
}

// ofStatement parts lines in those of a statement and others: a run of as many as it says that lead from its opening to its closing
// balance, those booked up to its date before all. Lines of a statement that is missing stay behind.
func ofStatement(closing *Closing, lines []Line) (mine, others []Line) {
	count, moved := int(closing.Lines), closing.Closing-closing.Opening
	upTo := 0
	for upTo < len(lines) && lines[upTo].Booking <= closing.Date {
		upTo++
	}
	starts, sums := []int{upTo - count}, []money.Minor{0}
	for start := range lines {
		starts, sums = append(starts, start), append(sums, sums[start]+lines[start].Amount)
	}
	if count == 0 {
		starts = []int{0}
	}
	for _, start := range starts {
		if start < 0 || start+count > len(lines) {
			continue
		}
		if sums[start+count]-sums[start] == moved {
			return slices.Clone(lines[start : start+count]), slices.Concat(lines[:start], lines[start+count:])
		}
	}
	count = min(count, len(lines))
	return slices.Clone(lines[:count]), slices.Clone(lines[count:])
}

// statementToken is the natural identity of a statement, for ever.
func (c *Connection) statementToken(closing *Closing) [16]byte {
	return c.options.Engine.Vault().Token("bank_statement", closing.Account.String(), closing.ID)
}

// recordStatements puts on record what waits, and says of statements that are which of their lines were booked since.
func (c *Connection) recordStatements(ctx context.Context) error {
	if len(c.waiting) == 0 {
		return nil
	}
	var on map[[16]byte]payment.Statement
	tokens := make([][16]byte, len(c.waiting))
	for i := range c.waiting {
		tokens[i] = c.statementToken(&c.waiting[i].closing)
	}
	err := c.read(ctx, func(v *table.View) (err error) {
		on, err = statementsOf(ctx, v, tokens)
		return err
	})
	if err != nil {
		return err
	}
	left := c.waiting[:0:0]
	for i := range c.waiting {
		w := c.waiting[i]
		known, recorded := on[tokens[i]]
		if recorded && len(known.NotBooked) == 0 && same(&known, &w.closing) {
			continue
		}
		before := -1
		if recorded && same(&known, &w.closing) {
			before = len(known.NotBooked)
		}
		open, err := c.recordStatement(ctx, &w, before)
		if err != nil {
			c.waiting = append(left, c.waiting[i:]...)
			return err
		}
		if open > 0 || w.broken != nil {
			left = append(left, w)
		}
	}
	c.waiting = left
	return nil
}

func same(s *payment.Statement, c *Closing) bool {
	return s.Account == c.Account.Record() && s.Sequence == c.Sequence && s.Date == c.Date && s.Opening == c.Opening && s.Closing == c.Closing
}

// statementsOf finds statements by their tokens.
func statementsOf(ctx context.Context, v *table.View, tokens [][16]byte) (map[[16]byte]payment.Statement, error) {
	const together = 256
	found := map[[16]byte]payment.Statement{}
	for len(tokens) > 0 {
		some := tokens[:min(together, len(tokens))]
		tokens = tokens[len(some):]
		arguments := make([]any, len(some))
		for i := range some {
			arguments[i] = some[i][:]
		}
		query := "SELECT number, record FROM bank_statement WHERE identity IN (?" + strings.Repeat(", ?", len(some)-1) + ")"
		all, err := records[payment.Statement](ctx, v, query, arguments...)
		if err != nil {
			return nil, err
		}
		for _, s := range all {
			found[s.Identity] = s
		}
	}
	return found, nil
}

// recordStatement submits one statement and tells how many of its lines nothing in the book explains; before is how many that were when it was
// put on record, -1 where it was not. What the book refuses is a break. Where no further line was booked it is not given again.
func (c *Connection) recordStatement(ctx context.Context, w *closed, before int) (open int, err error) {
	w.broken = nil
	if len(w.lines) < int(w.closing.Lines) {
		w.broken = &Break{Statement: w.closing, Code: CodeLinesMissing, Sentence: fmt.Sprintf("The statement has %d lines, %d were read.", w.closing.Lines, len(w.lines))}
		return 0, nil
	}
	k, err := c.look(ctx, w.lines)
	if err != nil {
		return 0, err
	}
	command := &book.RecordStatement{
		Account: w.closing.Account.Record(), Identity: c.statementToken(&w.closing), Sequence: w.closing.Sequence, Date: w.closing.Date,
		Opening: w.closing.Opening, Closing: w.closing.Closing, Currency: w.closing.Currency, Hash: w.closing.Hash,
	}
	for i := range w.lines {
		line := c.side(&w.lines[i], &k)
		if line.Side == payment.NotBooked {
			open++
		}
		command.Lines = append(command.Lines, line)
	}
	if before >= 0 && open >= before {
		return open, nil
	}
	_, rejection, err := c.options.Engine.Submit(ctx, engine.Request{Actor: c.options.Bank, Command: command})
	if err == nil && rejection != nil {
		w.broken = &Break{Statement: w.closing, Code: rejection.Code, Sentence: rejection.Sentence}
	}
	return open, err
}

// side tells what a line is to the book.
func (c *Connection) side(l *Line, k *known) payment.StatementLine {
	shown := payment.StatementLine{Line: c.token(l), Amount: l.Amount}
	verdict := c.judge(l, k)
	if of, found := k.charges[shown.Line]; found && verdict != differs && isCharge(l, &of) {
		shown.Side = payment.BookedOtherwise // what is not explained is booked as well: as short
		return shown
	}
	if verdict != settled {
		return shown
	}
	if r, found := k.receipts[shown.Line]; found {
		shown.Side, shown.Receipt = payment.CameIn, r.ID
		return shown
	}
	if o := k.orders[l.Payment]; o != nil && o.payment.Currency == l.Currency && judgeOrder(l, o) == settled {
		at, _ := o.inner()
		out := l.Amount < 0
		shown.Payment = o.payment.ID
		switch {
		case l.Account == o.payer() && out == (l.ReversalOf == ""):
			if shown.Side = payment.Left; !out {
				shown.Side = payment.CameBack
			}
		case l.Account == at && out:
			shown.Side = payment.ArrivedBack
		default:
			shown.Side = payment.Arrived
		}
		return shown
	}
	if r, found := k.receipts[c.reversedToken(l)]; found && l.ReversalOf != "" && l.Amount < 0 {
		shown.Side, shown.Receipt = payment.TakenBack, r.ID
		return shown
	}
	shown.Side = payment.BookedOtherwise
	return shown
}
