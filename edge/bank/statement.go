package bank

import (
	"context"
	"fmt"

	"millrace/book"
	"millrace/domain/payment"
	"millrace/domain/supervision"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/table"
	"millrace/engine/vault"
)

// Codes of breaks in a statement, beside those of rejections.
const (
	CodeLineDiffers     = "line_differs"     // the book has this line with another amount or account
	CodeLineUnexplained = "line_unexplained" // money went out without an instruction, or moved on an account in a way that nobody asked for
	CodeReversalUnknown = "reversal_unknown" // it takes back something that the book does not have, or not all of it
)

// readStatement books what is new in the bank's statement, after trying again what could not be booked before. It returns
// the lines that a person has to work off.
func (c *Connection) readStatement(ctx context.Context) ([]Break, error) {
	found, err := c.bookLines(ctx, c.open)
	if err != nil {
		return found, err
	}
	c.keepOpen(found)
	for {
		if len(c.open) >= openMax {
			return found, ErrBreaks
		}
		call, cancel := context.WithTimeout(ctx, c.options.CallTimeout)
		page, err := c.options.Adapter.Statement(call, c.cursor)
		cancel()
		if err != nil {
			return found, fmt.Errorf("bank: statement: %w", err)
		}
		if page.Empty() {
			return found, c.recordStatements(ctx) // lines that were booked since
		}
		more, err := c.bookLines(ctx, page.Lines)
		if err != nil {
			return found, err
		}
		found = append(found, more...)
		c.keepOpen(found)
		c.hear(&page)
		// Only now: a line is behind the cursor when it is in the book or open before a person.
		c.cursor = page.Next
		// Lines come before the statement that shows them, so that it can say what each of them is.
		if err := c.recordStatements(ctx); err != nil {
			return found, err
		}
	}
}

func (c *Connection) keepOpen(found []Break) {
	c.open = c.open[:0:0]
	for _, b := range found {
		c.open = append(c.open, b.Line)
	}
}

// known is what the book has of some lines.
type known struct {
	receipts map[[16]byte]payment.Receipt // by token of the line
	orders   map[string]*order            // by the key that a line carries
	charges  map[[16]byte]payment.Charge  // likewise of charges: those that the book has
}

// look reads what the book has of some lines now.
func (c *Connection) look(ctx context.Context, lines []Line) (known, error) {
	k := known{orders: map[string]*order{}}
	var tokens [][16]byte
	for i := range lines {
		tokens = append(tokens, c.token(&lines[i]))
		if lines[i].ReversalOf != "" {
			tokens = append(tokens, c.reversedToken(&lines[i]))
		}
	}
	err := c.read(ctx, func(v *table.View) (err error) {
		if k.receipts, err = receiptsOf(ctx, v, tokens); err != nil {
			return err
		}
		if k.charges, err = chargesOf(ctx, v, tokens); err != nil {
			return err
		}
		for i := range lines {
			number := paymentOf(lines[i].Payment).Number()
			if number == 0 || k.orders[lines[i].Payment] != nil {
				continue
			}
			o, err := c.order(ctx, v, number)
			if err != nil {
				return err
			}
			if o != nil && o.payment.ID.String() == lines[i].Payment {
				k.orders[lines[i].Payment] = o
			}
		}
		return nil
	})
	return k, err
}

// token is the natural identity of a line, for ever.
func (c *Connection) token(l *Line) [16]byte {
	return c.intake.LineToken(l.Account.String(), l.Reference)
}

func (c *Connection) reversedToken(l *Line) [16]byte {
	return c.intake.LineToken(l.Account.String(), l.ReversalOf)
}

// bookLines books lines in order. Incoming money is booked many lines at once; whatever refers to other bookings is
// booked by itself, after looking again.
func (c *Connection) bookLines(ctx context.Context, lines []Line) ([]Break, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	k, err := c.look(ctx, lines)
	if err != nil {
		return nil, err
	}
	var found []Break
	var receipts []*Line
	inRun := map[[16]byte]bool{}
	flush := func() error {
		more, err := c.recordReceipts(ctx, receipts)
		found, receipts = append(found, more...), receipts[:0]
		clear(inRun)
		return err
	}
	for i := range lines {
		l := &lines[i]
		verdict := c.judge(l, &k)
		if verdict == settled {
			continue
		}
		if token := c.token(l); verdict == incoming && !inRun[token] {
			inRun[token] = true
			receipts = append(receipts, l)
			continue
		}
		// The lines before may change what this one means; the same line twice is judged by its first.
		if err := flush(); err != nil {
			return found, err
		}
		broken, err := c.bookAlone(ctx, l)
		if err != nil {
			return found, err
		}
		if broken != nil {
			found = append(found, *broken)
		}
	}
	return found, flush()
}

// bookAlone books one line by what the book has now.
func (c *Connection) bookAlone(ctx context.Context, l *Line) (*Break, error) {
	k, err := c.look(ctx, []Line{*l})
	if err != nil {
		return nil, err
	}
	o := k.orders[l.Payment]
	var rejection *book.Rejection
	switch verdict := c.judge(l, &k); verdict {
	case settled:
		return nil, nil
	case incoming:
		broken, err := c.recordReceipts(ctx, []*Line{l})
		if err != nil || len(broken) == 0 {
			return nil, err
		}
		return &broken[0], nil
	case execution:
		rejection, err = c.recordOutcome(ctx, o.payment.Attempts, &book.RecordOutcome{
			Payment: o.payment.ID, State: payment.Executed, Bank: c.bankToken(l.Reference), Value: l.Value,
		})
	case comingBack:
		rejection, err = c.recordOutcome(ctx, o.payment.Attempts, &book.RecordOutcome{
			Payment: o.payment.ID, State: payment.Returned, Bank: c.bankToken(l.Reference), Value: l.Value,
		})
	case takenBack:
		receipt := k.receipts[c.reversedToken(l)]
		_, rejection, err = c.options.Engine.Submit(ctx, engine.Request{
			Actor: c.options.Bank, Command: &book.ReverseReceipt{Receipt: receipt.ID, Line: c.token(l), Value: max(l.Value, receipt.Value)},
		})
	case charged, taken:
		return c.recordCharge(ctx, l)
	default:
		return &Break{Line: *l, Payment: l.Payment, Code: string(verdict), Sentence: sentences[verdict]}, nil
	}
	if err != nil || rejection == nil {
		return nil, err
	}
	return &Break{Line: *l, Payment: l.Payment, Code: rejection.Code, Sentence: rejection.Sentence}, nil
}

// recordReceipts books money that came in, with its texts in the vault first.
func (c *Connection) recordReceipts(ctx context.Context, lines []*Line) ([]Break, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	const together = 1000
	var found []Break
	for len(lines) > 0 {
		some := lines[:min(together, len(lines))]
		lines = lines[len(some):]
		items := make([]vault.Item, len(some))
		for i, l := range some {
			items[i] = vault.Item{Kind: intake.KindRemit, Bytes: []byte(l.Counterparty + "\n" + l.Text)}
		}
		texts, err := c.options.Engine.Vault().PutAll(ctx, items)
		if err != nil {
			return found, err
		}
		requests := make([]engine.Request, len(some))
		for i, l := range some {
			requests[i] = engine.Request{Actor: c.options.Bank, Command: &book.RecordReceipt{
				Programme: l.Account.Programme, Funder: l.Account.Owner, Line: c.token(l), Amount: l.Amount, Currency: l.Currency,
				Value: l.Value, Booking: l.Booking, Text: texts[i], Payer: c.intake.PayerToken(l.Other), EndToEnd: c.intake.EndToEndToken(l.Payment),
			}}
		}
		results, err := c.options.Engine.SubmitAll(ctx, requests)
		if err != nil {
			return found, err
		}
		for i, result := range results {
			if r := result.Rejection; r != nil {
				found = append(found, Break{Line: *some[i], Payment: some[i].Payment, Code: r.Code, Sentence: r.Sentence})
			}
		}
	}
	return found, nil
}

// recordCharge books what the bank took without an instruction. What it does not call a charge stays before a person besides.
func (c *Connection) recordCharge(ctx context.Context, l *Line) (*Break, error) {
	text, err := c.options.Engine.Vault().PutAll(ctx, []vault.Item{{Kind: intake.KindRemit, Bytes: []byte(l.Counterparty + "\n" + l.Text)}})
	if err != nil {
		return nil, err
	}
	command := &book.RecordCharge{
		Account: supervision.Place{Programme: l.Account.Programme, Kind: supervision.Kind(l.Account.Kind), Funder: l.Account.Owner},
		Cause:   payment.BankCharge, Line: c.token(l), Amount: -l.Amount, Currency: l.Currency, Value: l.Value, Booking: l.Booking, Text: text[0],
	}
	if l.Nature != Charge {
		command.Cause = payment.Unexplained
	}
	_, rejection, err := c.options.Engine.Submit(ctx, engine.Request{Actor: c.options.Bank, Command: command})
	switch {
	case err != nil:
		return nil, err
	case rejection != nil:
		return &Break{Line: *l, Payment: l.Payment, Code: rejection.Code, Sentence: rejection.Sentence}, nil
	case l.Nature != Charge:
		return &Break{Line: *l, Payment: l.Payment, Code: CodeLineUnexplained, Sentence: sentences[unexplained]}, nil
	}
	return nil, nil
}
