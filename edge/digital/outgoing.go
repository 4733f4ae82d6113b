package digital

import (
	"context"
	"errors"
	"fmt"

	"millrace/book"
	"millrace/domain/digital"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/engine"
	"millrace/engine/outbox"
	"millrace/engine/table"
	"millrace/engine/vault"
)

// outgoing is the port of the outbox for one holder of record.
type outgoing struct{ *Clerk }

var _ outbox.Port = (*outgoing)(nil)

// codeTransferState is the book's rejection of an outcome that no longer fits.
const codeTransferState = "digital_transfer_state"

// Capability implements outbox.Port.
func (g *outgoing) Capability() outbox.Capability { return g.options.Adapter.Capability() }

// pendingAtOnce is how many transfers are read at once.
const pendingAtOnce = 500

// Pending implements outbox.Port.
func (g *outgoing) Pending(ctx context.Context, after uint64) (effects []outbox.Effect, next uint64, err error) {
	err = g.read(ctx, func(v *table.View) error {
		open, err := g.open(ctx, v, after, pendingAtOnce)
		for i := range open {
			if _, ours, err := g.wallets(ctx, v, &open[i]); err != nil {
				return err
			} else if ours {
				effects = append(effects, effectOf(&open[i]))
			}
		}
		if len(open) == pendingAtOnce {
			next = open[pendingAtOnce-1].ID.Number()
		}
		return err
	})
	return effects, next, err
}

// open reads transfers without a final outcome, most at a time; below zero: all.
func (c *Clerk) open(ctx context.Context, v *table.View, after uint64, most int) ([]digital.Transfer, error) {
	return records[digital.Transfer](ctx, v, "SELECT number, record FROM digital_transfer WHERE state IN (?, ?) AND number > ? ORDER BY number LIMIT ?",
		digital.Instructed.String(), digital.InDoubt.String(), int64(after), most)
}

func effectOf(t *digital.Transfer) outbox.Effect {
	e := outbox.Effect{Number: t.ID.Number(), Key: t.ID.String(), Attempt: t.Attempts, Entry: t.Entry, State: outbox.Open}
	if t.State == digital.InDoubt {
		e.State = outbox.InDoubt
	}
	return e
}

// ends are the wallets of a transfer; nil where it has none.
type ends struct{ from, to *digital.Wallet }

// wallets reads the wallets of a transfer, and tells whether this clerk carries it: the one out of whose books it goes, or
// into whose a load comes.
func (c *Clerk) wallets(ctx context.Context, v *table.View, t *digital.Transfer) (ends, bool, error) {
	from, err := one[digital.Wallet](ctx, v, "wallet", t.From.Number())
	if err != nil {
		return ends{}, false, err
	}
	to, err := one[digital.Wallet](ctx, v, "wallet", t.To.Number())
	if err != nil {
		return ends{}, false, err
	}
	of := from
	if of == nil {
		of = to
	}
	asset, err := one[digital.Asset](ctx, v, "digital_asset", of.Asset.Number())
	return ends{from, to}, asset != nil && asset.Holder == c.options.Holder && asset.System == c.options.System, err
}

// one reads the record of a number from a table; nil when there is none.
func one[T any](ctx context.Context, v *table.View, name string, number uint64) (*T, error) {
	all, err := records[T](ctx, v, "SELECT number, record FROM "+name+" WHERE number = ?", int64(number))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// Again implements outbox.Port.
func (g *outgoing) Again(ctx context.Context, e outbox.Effect) (outbox.Effect, bool, error) {
	answer, rejection, err := g.options.Engine.Submit(ctx, engine.Request{
		Actor: g.options.Operator, Key: fmt.Sprintf("attempt after %s %d", e.Key, e.Attempt), Command: &book.RetryDigitalTransfer{Transfer: transferOf(e.Key)},
	})
	if err != nil {
		return e, false, err
	}
	if rejection != nil {
		g.options.Logger.Warn("no further attempt at a transfer", "transfer", e.Key, "code", rejection.Code)
		return e, false, nil
	}
	for _, event := range answer.Events {
		if moved, ok := event.(*book.DigitalTransferMoved); ok {
			e.Attempt, e.Entry, e.State = moved.Attempts, answer.Sequence, outbox.Open
		}
	}
	return e, true, nil
}

// transferOf reads the key of an effect, which is a printed transfer; 0 for anything else.
func transferOf(key string) id.DigitalTransfer {
	t, err := id.Parse[id.DigitalTransfer](key)
	if err != nil {
		return 0
	}
	return t
}

// Record implements outbox.Port. The same outcome of the same attempt twice is one entry.
func (g *outgoing) Record(ctx context.Context, e outbox.Effect, a outbox.Answer) error {
	command := &book.RecordDigitalOutcome{Transfer: transferOf(e.Key), State: digital.InDoubt}
	switch a.Status {
	case outbox.Done:
		command.State = digital.Executed
	case outbox.Refused:
		command.State = digital.Refused
	}
	if outcome, _ := a.Body.(Outcome); command.State != digital.InDoubt && outcome.Reference != "" {
		command.Outside = g.options.Engine.Vault().Token("digital_reference", g.options.System, outcome.Reference)
	}
	_, rejection, err := g.options.Engine.Submit(ctx, engine.Request{
		Actor: g.options.Bank, Key: fmt.Sprintf("outcome %s %d %s", e.Key, e.Attempt, command.State), Command: command,
	})
	if rejection != nil && rejection.Code != codeTransferState && rejection.Code != engine.CodeKeyReused {
		g.options.Logger.Error("outcome of a transfer not recorded", "transfer", e.Key, "state", command.State.String(), "code", rejection.Code)
	}
	return err
}

// Send implements outbox.Port: both phases. The transfer is read again at the last moment.
func (g *outgoing) Send(ctx context.Context, e outbox.Effect) (outbox.Answer, error) {
	order, err := g.order(ctx, e)
	if err != nil {
		// Nothing has left.
		g.options.Logger.Error("transfer not prepared", "transfer", e.Key, "cause", err)
	}
	if order == nil {
		return outbox.Answer{Status: outbox.Withheld}, nil
	}
	// From here on the order may be with the system, whatever comes back. Nothing moves there before the commit.
	outcome, err := g.options.Adapter.Prepare(ctx, *order)
	if err != nil {
		return outbox.Answer{}, err
	}
	return g.finish(ctx, e.Key, outcome)
}

// Query implements outbox.Port. What is found prepared is committed: the transfer is on record, and was to happen.
func (g *outgoing) Query(ctx context.Context, e outbox.Effect) (outbox.Answer, error) {
	outcome, err := g.options.Adapter.Query(ctx, e.Key)
	if err != nil {
		return outbox.Answer{}, err
	}
	return g.finish(ctx, e.Key, outcome)
}

// finish commits what is prepared, and says what has come of it.
func (g *outgoing) finish(ctx context.Context, key string, outcome Outcome) (outbox.Answer, error) {
	if outcome.Phase == Prepared {
		var err error
		// The commit point towards the system.
		if outcome, err = g.options.Adapter.Commit(ctx, key); err != nil {
			return outbox.Answer{}, err
		}
	}
	statuses := map[Phase]outbox.Status{Prepared: outbox.Accepted, Committed: outbox.Done, Refused: outbox.Refused}
	return outbox.Answer{Status: statuses[outcome.Phase], Body: outcome}, nil
}

var errAddress = errors.New("digital: the wallet's address is not in the vault")

// order makes what the system is told; nil when the transfer must not leave now.
func (g *outgoing) order(ctx context.Context, e outbox.Effect) (*Order, error) {
	var t *digital.Transfer
	var at ends
	stopped := false
	err := g.read(ctx, func(v *table.View) (err error) {
		if t, err = one[digital.Transfer](ctx, v, "digital_transfer", e.Number); err != nil || t == nil {
			return err
		}
		if at, _, err = g.wallets(ctx, v, t); err != nil || at.from == nil {
			return err
		}
		p, err := one[funding.Programme](ctx, v, "programme", at.from.Programme.Number())
		stopped = p != nil && p.Stopped
		return err
	})
	if err != nil || t == nil || stopped || t.State != digital.Instructed || t.Attempts != e.Attempt {
		return nil, err
	}
	o := &Order{Key: e.Key, Amount: money.Amount{Minor: t.Amount, Currency: t.Currency}}
	if o.From, err = g.place(ctx, at.from, at.to); err == nil {
		o.To, err = g.place(ctx, at.to, at.from)
	}
	if err != nil {
		return nil, err
	}
	return o, nil
}

// place is where a wallet's money lies outside; without a wallet it is the address of the other one's party.
func (g *outgoing) place(ctx context.Context, w, other *digital.Wallet) (Place, error) {
	if w != nil {
		return Place{Asset: w.Asset}, nil
	}
	_, address, err := g.options.Engine.Vault().Get(ctx, vault.Ref(other.Address))
	if errors.Is(err, vault.ErrNotFound) || errors.Is(err, vault.ErrDamaged) || err == nil && len(address) == 0 {
		return Place{}, errAddress
	}
	return Place{Address: string(address)}, err
}
