package bank

import (
	"context"
	"strings"

	"millrace/book"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/table"
)

// about is what a break is about, for the book; nil where it belongs to no programme of the custodian.
func (c *Connection) about(b *Break) *book.OpenBreak {
	command := &book.OpenBreak{Code: b.Code}
	switch vault := c.options.Engine.Vault(); {
	case b.Statement.ID != "":
		at := b.Statement.Account
		command.About, command.Programme, command.Account = payment.StatementBreak, at.Programme, at.Record()
		command.Key, command.Amount = vault.Token("break_statement", at.String(), b.Statement.ID), b.Statement.Closing
	case b.Line.Reference != "":
		at := b.Line.Account
		command.About, command.Programme, command.Account = payment.LineBreak, at.Programme, at.Record()
		command.Key, command.Amount = c.token(&b.Line), b.Line.Amount
	case b.File != "":
		if b.Account.Kind == 0 { // shown as a problem alone
			return nil
		}
		command.About, command.Programme, command.Account = payment.StatementBreak, b.Account.Programme, b.Account.Record()
		command.Key = vault.Token("break_file", b.Account.String(), b.File, b.Code)
	default:
		command.About, command.Payment = payment.PaymentBreak, paymentOf(b.Payment)
	}
	if command.Amount < -money.MinorMax || command.Amount > money.MinorMax || len(command.Code) > book.BreakCodeBytesMax {
		return nil
	}
	return command
}

// keepBreaks puts what was found on record, and returns what a person still has to work off: not what one has explained.
func (c *Connection) keepBreaks(ctx context.Context, found []Break) ([]Break, error) {
	c.current = map[[16]byte]struct{}{}
	if len(found) == 0 {
		return found, nil
	}
	commands := make([]*book.OpenBreak, len(found))
	known := make([]*payment.Break, len(found))
	err := c.read(ctx, func(v *table.View) error {
		ours, err := c.programmes(ctx, v)
		if err != nil {
			return err
		}
		for i := range found {
			command := c.about(&found[i])
			if command != nil && command.About == payment.PaymentBreak {
				o, err := c.order(ctx, v, command.Payment.Number())
				if err != nil {
					return err
				}
				if o != nil {
					command.Programme, command.Amount, command.Account = o.payment.Programme, -o.total(), o.payer().Record()
				}
			}
			if command == nil || !ours[command.Programme] {
				continue
			}
			commands[i] = command
			if known[i], err = breakOf(ctx, v, command); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return found, err
	}
	left := found[:0:0]
	for i := range found {
		if k := known[i]; k == nil || k.State != payment.BreakResolved || k.How == payment.Gone {
			left = append(left, found[i])
		}
		if commands[i] == nil {
			continue
		}
		if err := c.keepBreak(ctx, &found[i], commands[i], known[i]); err != nil {
			return left, err
		}
	}
	return left, nil
}

// breakOf is the latest break on record about the same; nil for none.
func breakOf(ctx context.Context, v *table.View, command *book.OpenBreak) (*payment.Break, error) {
	key := book.BreakKey(command)
	all, err := records[payment.Break](ctx, v, "SELECT number, record FROM bank_break WHERE break_key = ? ORDER BY number DESC LIMIT 1", key[:])
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// keepBreak puts one break on record, unless it is there as it was found.
func (c *Connection) keepBreak(ctx context.Context, b *Break, command *book.OpenBreak, known *payment.Break) error {
	c.current[book.BreakKey(command)] = struct{}{}
	if known != nil && known.How != payment.Gone && (known.State == payment.BreakResolved || known.Code == command.Code && known.Amount == command.Amount) {
		return nil
	}
	if known == nil || known.How == payment.Gone {
		text := strings.TrimSpace(b.Line.Counterparty + "\n" + b.Line.Text)
		switch {
		case text != "":
		case b.File != "":
			text = b.File + "\n" + b.Sentence
		default:
			text = b.Sentence
		}
		detail, err := c.intake.Store(ctx, intake.KindRemit, []byte(text))
		if err != nil {
			return err
		}
		command.Detail = detail
	}
	_, rejection, err := c.options.Engine.Submit(ctx, engine.Request{Actor: c.options.Bank, Command: command})
	if rejection != nil {
		c.options.Logger.Error("break not recorded", "code", b.Code, "rejection", rejection.Code)
	}
	return err
}

// endBreaks ends what is on record and was not found in a round that came to its end: bank and book agree by now.
func (c *Connection) endBreaks(ctx context.Context) error {
	var ended []payment.Break
	err := c.read(ctx, func(v *table.View) error {
		ours, err := c.programmes(ctx, v)
		if err != nil {
			return err
		}
		all, err := records[payment.Break](ctx, v, "SELECT number, record FROM bank_break WHERE state IN ('open', 'assigned') AND kind IN ('line', 'payment', 'statement')")
		for i := range all {
			_, still := c.current[all[i].Key]
			if ours[all[i].Programme] && !still && !(c.held.Load() && all[i].Kind == payment.PaymentBreak) {
				ended = append(ended, all[i])
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := range ended {
		_, rejection, err := c.options.Engine.Submit(ctx, engine.Request{
			Actor: c.options.Bank, Command: &book.ResolveBreak{Break: ended[i].ID, How: payment.Gone},
		})
		if err != nil {
			return err
		}
		if rejection != nil {
			c.options.Logger.Warn("break not ended", "break", ended[i].ID.String(), "code", rejection.Code)
		}
	}
	return nil
}
