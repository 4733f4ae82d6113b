package reconcile

import (
	"context"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/access"
	"millrace/engine"
	"millrace/engine/table"
)

// CodeNotProved is the code of a break of a programme whose proof of funds does not come out.
const CodeNotProved = "funds_not_proved"

// everything is who sees all.
var everything = access.Caller{Role: party.Operator}

// Prove reckons the proof of funds of every programme, and returns how many don't come out: each is a break as long as it does not.
func (c *Clerk) Prove(ctx context.Context) (open int, err error) {
	v, err := c.Reader.Now(ctx)
	if err != nil {
		return 0, err
	}
	defer v.Close()
	t, err := c.Engine.Read(ctx, v.Watermark())
	if err != nil {
		return 0, err
	}
	defer t.Close()
	programmes, known, err := proofsBefore(ctx, t)
	if err != nil {
		return 0, err
	}
	for i := range programmes {
		p := &programmes[i]
		proof, err := v.ProofOfFunds(everything, p.ID, 0)
		if err != nil {
			return open, err
		}
		key := c.Engine.Vault().Token("funds_not_proved", p.ID.String())
		before, found := known[key]
		found = found && before.State != payment.BreakResolved
		var command book.Command
		switch off := money.Minor(proof.Difference.Minor); {
		case off != 0:
			if open++; !found || before.Amount != off {
				command = &book.OpenBreak{About: payment.BalanceBreak, Programme: p.ID, Key: key, Amount: off, Code: CodeNotProved}
			}
		case found:
			command = &book.ResolveBreak{Break: before.ID, How: payment.Gone}
		}
		if command == nil {
			continue
		}
		_, rejection, err := c.Engine.Submit(ctx, engine.Request{Actor: c.Actor, Command: command})
		if err == nil && rejection != nil {
			err = rejection
		}
		if err != nil {
			return open, err
		}
	}
	return open, nil
}

// proofsBefore reads the live programmes, and the latest break about each proof.
func proofsBefore(ctx context.Context, t *table.View) ([]funding.Programme, map[[16]byte]payment.Break, error) {
	var programmes []funding.Programme
	known := map[[16]byte]payment.Break{}
	err := each(ctx, t, "SELECT record FROM programme WHERE state = 'live' ORDER BY number", func(p *funding.Programme) { programmes = append(programmes, *p) })
	if err == nil {
		err = each(ctx, t, "SELECT record FROM bank_break WHERE kind = 'balance' ORDER BY number", func(k *payment.Break) { known[k.Key] = *k })
	}
	return programmes, known, err
}

// proveDaily proves once a business date.
func (c *Clerk) proveDaily(ctx context.Context) error {
	v, err := c.Reader.Now(ctx)
	if err != nil {
		return err
	}
	today, err := v.Date()
	if err := v.Close(); err != nil {
		return err
	}
	if err != nil || today == c.proved {
		return err
	}
	if _, err := c.Prove(ctx); err != nil {
		return err
	}
	c.proved = today
	return nil
}
