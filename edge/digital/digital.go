// Package digital connects the book to outside systems of digital money, by way of the outbox: loads, redemptions, and
// transfers from one holder of record to another.
//
// An adapter translates between this package and one system, in two phases: what is prepared is set aside there and can
// still be committed after a crash on either side, under the one key of the transfer. Package sandbox is such a system in
// this process, and fails between any two steps.
package digital

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"millrace/book"
	"millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/engine"
	"millrace/engine/outbox"
	"millrace/engine/table"
)

// Adapter speaks with one system. Its methods are called from one goroutine at a time, and should end with ctx. After an
// error nobody knows whether the call was done.
type Adapter interface {
	// Capability tells what the system promises about keys. It never changes.
	Capability() outbox.Capability

	// Prepare sets the order's money aside at its source, or refuses it for good.
	Prepare(ctx context.Context, o Order) (Outcome, error)

	// Commit lets what was prepared under a key happen. Of what has happened it says so, and changes nothing.
	Commit(ctx context.Context, key string) (Outcome, error)

	// Query asks what became of a key; Absent means that the system does not know it. It is called only where the
	// capability says so.
	Query(ctx context.Context, key string) (Outcome, error)

	// Balance is what a holder of record has in the system, of one asset.
	Balance(ctx context.Context, at Place) (money.Minor, error)
}

// Place is where money lies in an outside system: with a holder of record for its wallets, or at a party's own address.
type Place struct {
	Asset   id.DigitalAsset // 0 for an address
	Address string          // "" for the account of the asset's holder of record
}

// Order is a transfer as the outside system sees it. It is the same in every attempt.
type Order struct {
	Key    string // the printed transfer
	From   Place
	To     Place
	Amount money.Amount
}

// Phase is how far an order has come in the outside system.
type Phase uint8

// The phases.
const (
	Absent    Phase = iota // the system does not know the key
	Prepared               // the money is set aside
	Committed              // it has moved
	Refused                // it has not moved and will not
)

// Outcome is a system's answer.
type Outcome struct {
	Phase     Phase
	Reference string // the system's own, where it gave one
	Reason    string // for Refused, in the system's words
}

// Options of New. All but the last four are required.
type Options struct {
	Engine   *engine.Engine
	Adapter  Adapter
	System   string   // whose assets are carried
	Holder   id.Party // of record: what leaves its books, or comes into them, is carried
	Bank     id.Actor // the holder's machine: it records outcomes
	Operator id.Actor // a machine of the operator: it records further attempts

	// AttemptsMax, PatienceRounds and CallTimeout are those of the outbox; 0 is its default.
	AttemptsMax    uint32
	PatienceRounds int
	CallTimeout    time.Duration
	Logger         *slog.Logger // nil for none
}

// Clerk carries the transfers of one holder of record to one system. There must be one for each such pair, made before
// commands are let in: what was instructed before it was made counts as possibly sent.
type Clerk struct {
	options Options
	worker  *outbox.Worker
}

// New makes a clerk.
func New(options Options) (*Clerk, error) {
	if options.Engine == nil || options.Adapter == nil || options.System == "" || options.Holder == 0 || options.Bank == 0 || options.Operator == 0 {
		return nil, errors.New("digital: clerk without engine, adapter, system, holder of record or actors")
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Clerk{options: options}
	c.worker = outbox.New(&outgoing{c}, outbox.Options{
		Boundary: options.Engine.Head().Sequence, AttemptsMax: options.AttemptsMax, PatienceRounds: options.PatienceRounds,
		CallTimeout: options.CallTimeout, Logger: options.Logger,
	})
	return c, nil
}

// Round looks at every open transfer once. It fails with the engine's errors; the next round goes on where this one was. A
// node that only reads sends nothing: engine.ErrReadOnly.
func (c *Clerk) Round(ctx context.Context) error {
	if c.options.Engine.ReadOnly() {
		return engine.ErrReadOnly
	}
	return c.worker.Round(ctx)
}

// Run makes a round at every interval until ctx ends or the engine stops, and returns why.
func (c *Clerk) Run(ctx context.Context, interval time.Duration) error {
	return c.options.Engine.Every(ctx, "digital_money", interval, c.Round, func(err error) {
		c.options.Logger.Error("round with a system of digital money", "system", c.options.System, "cause", err)
	})
}

// Proof holds what the outside system has of an asset against what the book says.
type Proof struct {
	Asset   id.DigitalAsset
	Book    money.Minor // in wallets and wrappers, by the book
	Outside money.Minor // in the system
	Open    int         // transfers under way: while there are any, the two may differ by them
}

// Prove gives a proof for every live asset of the holder of record in the system.
func (c *Clerk) Prove(ctx context.Context) ([]Proof, error) {
	var proofs []Proof
	err := c.read(ctx, func(v *table.View) error {
		assets, err := records[digital.Asset](ctx, v, "SELECT number, record FROM digital_asset WHERE holder = ? AND state = 'live' ORDER BY number", int64(c.options.Holder))
		if err != nil {
			return err
		}
		for i := range assets {
			if assets[i].System != c.options.System {
				continue
			}
			one := Proof{Asset: assets[i].ID}
			accounts, err := records[ledger.Account](ctx, v, "SELECT number, record FROM account WHERE entity = ? AND code = ?", int64(c.options.Holder), int64(ledger.DigitalAtIssuer))
			if err != nil {
				return err
			}
			for j := range accounts {
				if accounts[j].Key.Asset == one.Asset {
					one.Book = accounts[j].Balance()
				}
			}
			open, err := c.open(ctx, v, 0, -1)
			if err != nil {
				return err
			}
			one.Open = len(open)
			proofs = append(proofs, one)
		}
		return nil
	})
	for i := range proofs {
		if err == nil {
			proofs[i].Outside, err = c.options.Adapter.Balance(ctx, Place{Asset: proofs[i].Asset})
		}
	}
	return proofs, err
}

// read runs queries over the tables with everything in them that is durable now.
func (c *Clerk) read(ctx context.Context, query func(v *table.View) error) error {
	view, err := c.options.Engine.Read(ctx, c.options.Engine.Head().Sequence)
	if err != nil {
		return fmt.Errorf("digital: %w", err)
	}
	return errors.Join(query(view), view.Close())
}

// records reads all records that a query over one table selects; the query names number and record.
func records[T any](ctx context.Context, v *table.View, query string, arguments ...any) ([]T, error) {
	rows, err := v.Tx.QueryContext(ctx, query, arguments...)
	if err != nil {
		return nil, fmt.Errorf("digital: %s: %w", query, err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var number int64
		var stored []byte
		var record T
		if err := rows.Scan(&number, &stored); err != nil {
			return nil, fmt.Errorf("digital: %s: %w", query, err)
		}
		if err := book.DecodeRecord(stored, &record); err != nil {
			return nil, fmt.Errorf("digital: %s: row %d: %w", query, number, err)
		}
		all = append(all, record)
	}
	return all, rows.Err()
}
