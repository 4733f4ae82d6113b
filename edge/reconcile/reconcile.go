// Package reconcile finds beside the book what money that came in is for. A clerk holds receipts that are not allocated against open
// receivables, by their invoice numbers, amounts and payers; what the evidence proves it allocates where the programme lets a node do so, and
// all else becomes a break with suggestions for a person.
package reconcile

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/reconciliation"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/engine/table"
	"millrace/engine/vault"
)

// CodeConfirm is the code of a break about a receipt whose assignment is proved, and waits for a person by the programme's policy.
const CodeConfirm = "match_needs_person"

// CodeOfSeller is the code of a break about a receipt that came from the account of the seller of what it names: a person says as what it was paid.
const CodeOfSeller = "paid_by_seller"

// Clerk works off receipts.
type Clerk struct {
	Engine *engine.Engine
	Reader *view.Reader
	Actor  id.Actor // of the operator; a machine of its own

	proved calendar.Date // last business date on which the proofs of funds were reckoned
}

// desk is what the clerk has before it of one programme.
type desk struct {
	programme   funding.Programme
	receipts    []payment.Receipt
	lines       []reconciliation.Line
	receivables []receivable.Receivable
	items       []reconciliation.Item
	parties     []reconciliation.Party       // the buyer first
	holder      map[[16]byte]id.Party        // of the accounts from which receipts came, where they are known
	breaks      map[id.Receipt]payment.Break // that are open, or a person has resolved
}

// Step looks at every receipt of which nothing is allocated, and returns how many it has allocated. A receipt that the book refuses is a
// break with the book's code.
func (c *Clerk) Step(ctx context.Context) (done int, err error) {
	if c.Engine.ReadOnly() {
		return 0, engine.ErrReadOnly
	}
	desks, err := c.desks(ctx)
	if err != nil {
		return 0, err
	}
	for i := range desks {
		d := &desks[i]
		result := reconciliation.Match(d.lines, d.items, d.parties, reconciliation.Policy{})
		for j := range result.Assignments {
			allocated, err := c.assign(ctx, d, &result.Assignments[j])
			if err != nil {
				return done, err
			}
			done += allocated
		}
		for j := range result.Breaks {
			b := &result.Breaks[j]
			if err := c.leave(ctx, d, b.Line, b.Reason.String(), d.suggestions(b.Suggestions)); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// Run takes a step at every interval until ctx ends or the engine stops, and returns why.
func (c *Clerk) Run(ctx context.Context, interval time.Duration, failed func(error)) error {
	return c.Engine.Every(ctx, "receipts", interval, func(ctx context.Context) error {
		if _, err := c.Step(ctx); err != nil {
			return err
		}
		return c.proveDaily(ctx)
	}, failed)
}

// assign allocates a receipt where the programme lets a node do so; else it is left to a person, with what was found as its suggestion.
func (c *Clerk) assign(ctx context.Context, d *desk, a *reconciliation.Assignment) (allocated int, err error) {
	r := &d.receipts[a.Line]
	command := &book.ReconcileReceipt{Receipt: r.ID, Charge: a.Charge, Evidence: uint16(a.Evidence), Automatic: true}
	suggestion := payment.Suggestion{Evidence: uint16(a.Evidence), Off: a.Charge}
	short := a.Charge
	for _, part := range slices.Backward(a.Parts) { // what a bank kept is missing at the end
		taken := min(short, part.Amount-1)
		short = money.Sub(short, taken)
		command.Parts = append(command.Parts, payment.MatchPart{Receivable: d.receivables[part.Item].ID, Amount: money.Sub(part.Amount, taken)})
		suggestion.Receivables = append(suggestion.Receivables, d.receivables[part.Item].ID)
	}
	slices.Reverse(command.Parts)
	slices.Reverse(suggestion.Receivables)
	suggestion.Receivables = suggestion.Receivables[:min(len(suggestion.Receivables), payment.SuggestedMax)]
	code := CodeConfirm
	if d.ofSeller(r, a.Parts) {
		code = CodeOfSeller
	} else if p := &d.programme; p.AutoMatch && (p.ConfirmAbove == 0 || r.Amount <= p.ConfirmAbove) {
		_, rejection, err := c.Engine.Submit(ctx, engine.Request{Actor: c.Actor, Command: command})
		if err != nil || rejection == nil {
			return 1, err
		}
		code = rejection.Code
	}
	return 0, c.leave(ctx, d, a.Line, code, []payment.Suggestion{suggestion})
}

func (d *desk) suggestions(found []reconciliation.Suggestion) []payment.Suggestion {
	var all []payment.Suggestion
	for _, s := range found[:min(len(found), payment.SuggestionsMax)] {
		one := payment.Suggestion{Evidence: uint16(s.Evidence), Off: s.Off}
		for _, item := range s.Items[:min(len(s.Items), payment.SuggestedMax)] {
			one.Receivables = append(one.Receivables, d.receivables[item].ID)
		}
		if len(one.Receivables) > 0 {
			all = append(all, one)
		}
	}
	return all
}

// leave makes a break of a receipt, unless it is one with the same suggestions, or a person has dealt with it.
func (c *Clerk) leave(ctx context.Context, d *desk, line int, code string, suggestions []payment.Suggestion) error {
	r := &d.receipts[line]
	if known, found := d.breaks[r.ID]; found && (known.State == payment.BreakResolved || known.Code == code && slices.EqualFunc(known.Suggestions, suggestions, same)) {
		return nil
	}
	_, rejection, err := c.Engine.Submit(ctx, engine.Request{Actor: c.Actor, Command: &book.OpenBreak{
		About: payment.ReceiptBreak, Programme: r.Programme, Receipt: r.ID, Amount: r.Left(), Code: code, Detail: r.Text, Suggestions: suggestions,
		Account: payment.Supervised{Kind: payment.CollectionAccount, Programme: r.Programme},
	}})
	if err == nil && rejection != nil && rejection.Code != "receipt_state" { // somebody was quicker
		err = rejection
	}
	return err
}

func same(a, b payment.Suggestion) bool {
	return a.Evidence == b.Evidence && a.Off == b.Off && slices.Equal(a.Receivables, b.Receivables)
}

// desks reads what is to be worked off, programme by programme.
func (c *Clerk) desks(ctx context.Context) ([]desk, error) {
	v, err := c.Reader.Now(ctx)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	t, err := c.Engine.Read(ctx, v.Watermark())
	if err != nil {
		return nil, err
	}
	defer t.Close()
	receipts := map[id.Programme][]payment.Receipt{}
	err = each(ctx, t, "SELECT record FROM receipt WHERE state = 'unallocated' ORDER BY number", func(r *payment.Receipt) {
		if r.Funder == 0 && r.Used == 0 {
			receipts[r.Programme] = append(receipts[r.Programme], *r)
		}
	})
	if err != nil || len(receipts) == 0 {
		return nil, err
	}
	breaks := map[id.Receipt]payment.Break{}
	err = each(ctx, t, "SELECT record FROM bank_break WHERE kind = 'receipt' ORDER BY number", func(k *payment.Break) {
		if delete(breaks, k.Receipt); k.How != payment.Gone {
			breaks[k.Receipt] = *k
		}
	})
	if err != nil {
		return nil, err
	}
	var desks []desk
	err = each(ctx, t, "SELECT record FROM programme WHERE state = 'live' ORDER BY number", func(p *funding.Programme) {
		if len(receipts[p.ID]) > 0 {
			desks = append(desks, desk{programme: *p, receipts: receipts[p.ID], breaks: breaks})
		}
	})
	for i := range desks {
		if err == nil {
			err = c.fill(ctx, v, t, &desks[i])
		}
	}
	return desks, err
}

// fill reads what the buyer of a programme owes, and the texts of its receipts.
func (c *Clerk) fill(ctx context.Context, v *view.View, t *table.View, d *desk) error {
	elsewhere := map[id.Financing]bool{}
	err := each(ctx, t, "SELECT record FROM financing WHERE buyer = ?", func(f *funding.Financing) {
		elsewhere[f.ID] = f.Programme != d.programme.ID && f.State.Claims()
	}, int64(d.programme.Anchor))
	if err != nil {
		return err
	}
	err = each(ctx, t, "SELECT record FROM receivable WHERE buyer = ? AND state = 'open' ORDER BY number", func(r *receivable.Receivable) {
		if r.Currency == d.programme.Currency && r.Outstanding() > 0 && !elsewhere[r.Financing] {
			d.receivables = append(d.receivables, *r)
		}
	}, int64(d.programme.Anchor))
	if err != nil {
		return err
	}
	if err := c.expect(ctx, t, d); err != nil {
		return err
	}
	profile, err := v.Addressee(d.programme.Anchor)
	if err != nil {
		return err
	}
	d.parties = []reconciliation.Party{{ID: d.programme.Anchor.Number()}}
	if profile.Name != "" {
		d.parties[0].Names = []string{profile.Name}
	}
	if err := d.holders(ctx, t); err != nil {
		return err
	}
	for i := range d.receipts {
		line, err := c.line(ctx, &d.receipts[i])
		if err != nil {
			return err
		}
		d.lines = append(d.lines, line)
	}
	return nil
}

// expect makes items of what the buyer owes. An invoice number that only one of them has may come as the end-to-end identification.
func (c *Clerk) expect(ctx context.Context, t *table.View, d *desk) error {
	tokens, keys := intake.New(c.Engine.Vault()), map[string]int{}
	for i := range d.receivables {
		r := &d.receivables[i]
		item := reconciliation.Item{Amount: r.Outstanding(), Currency: r.Currency, Due: r.Due, Party: d.programme.Anchor.Number(), References: []string{r.ID.String()}}
		if r.Document != 0 {
			var number string
			if err := t.Tx.QueryRowContext(ctx, "SELECT doc_number FROM document WHERE number = ?", int64(r.Document.Number())).Scan(&number); err != nil {
				return fmt.Errorf("reconcile: invoice of %s: %w", r.ID, err)
			}
			if number != "" {
				item.References = append(item.References, number)
				item.Key = tokenText(tokens.EndToEndToken(number))
				keys[item.Key]++
			}
		}
		d.items = append(d.items, item)
	}
	for i := range d.items {
		if keys[d.items[i].Key] > 1 {
			d.items[i].Key = ""
		}
	}
	return nil
}

// tokenText is a token as evidence; "" for none.
func tokenText(token [16]byte) string {
	if token == [16]byte{} {
		return ""
	}
	return hex.EncodeToString(token[:])
}

// holders finds whose verified accounts the receipts came from.
func (d *desk) holders(ctx context.Context, t *table.View) error {
	d.holder = map[[16]byte]id.Party{{}: 0}
	at := map[id.Party]int{d.programme.Anchor: 0}
	for i := range d.receipts {
		payer := d.receipts[i].Payer
		if _, asked := d.holder[payer]; asked {
			continue
		}
		d.holder[payer] = 0
		err := each(ctx, t, "SELECT record FROM bank_account WHERE token = ? AND state = ? ORDER BY number", func(a *party.BankAccount) {
			place, known := at[a.Party]
			if !known {
				place = len(d.parties)
				at[a.Party], d.parties = place, append(d.parties, reconciliation.Party{ID: a.Party.Number()})
			}
			d.holder[payer] = a.Party
			d.parties[place].Accounts = append(d.parties[place].Accounts, tokenText(payer))
		}, payer[:], party.AccountVerified.String())
		if err != nil {
			return err
		}
	}
	return nil
}

// ofSeller tells whether a receipt came from the account of the seller of what it is to pay: then it is not the buyer's own payment.
func (d *desk) ofSeller(r *payment.Receipt, parts []reconciliation.Part) bool {
	holder := d.holder[r.Payer]
	return holder != 0 && slices.ContainsFunc(parts, func(p reconciliation.Part) bool { return d.receivables[p.Item].Seller == holder })
}

// line is a receipt with its payer and text. What was erased has none.
func (c *Clerk) line(ctx context.Context, r *payment.Receipt) (reconciliation.Line, error) {
	line := reconciliation.Line{Amount: r.Amount, Currency: r.Currency, Value: r.Value, Account: tokenText(r.Payer), Key: tokenText(r.EndToEnd)}
	if r.Text == [32]byte{} {
		return line, nil
	}
	_, stored, err := c.Engine.Vault().Get(ctx, vault.Ref(r.Text))
	if errors.Is(err, vault.ErrNotFound) || errors.Is(err, vault.ErrDamaged) {
		return line, nil
	}
	line.Name, line.Text, _ = strings.Cut(string(stored), "\n")
	return line, err
}

// each visits the records of a query.
func each[T any](ctx context.Context, t *table.View, query string, visit func(*T), arguments ...any) error {
	rows, err := t.Tx.QueryContext(ctx, query, arguments...)
	if err != nil {
		return fmt.Errorf("reconcile: %s: %w", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var stored []byte
		var record T
		if err := rows.Scan(&stored); err != nil {
			return fmt.Errorf("reconcile: %s: %w", query, err)
		}
		if err := book.DecodeRecord(stored, &record); err != nil {
			return fmt.Errorf("reconcile: %s: %w", query, err)
		}
		visit(&record)
	}
	return rows.Err()
}
