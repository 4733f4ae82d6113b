package bank

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"millrace/domain/id"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/outbox"
	"millrace/engine/table"
)

// Options of Connect. Engine, Adapter, Custodian, Bank and Operator are required.
type Options struct {
	Engine  *engine.Engine
	Adapter Adapter
	// Custodian is the party whose accounts the bank holds: only payments of its programmes go there.
	Custodian id.Party
	// Bank is the custodian's machine: it records outcomes and receipts.
	Bank id.Actor
	// Operator is a machine of the operator: it records further attempts of payments whose answer was lost.
	Operator id.Actor
	// AttemptsMax, PatienceRounds and CallTimeout are those of the outbox; 0 is its default.
	AttemptsMax    uint32
	PatienceRounds int
	CallTimeout    time.Duration
	// Logger is nil for none.
	Logger *slog.Logger
	// CutOff tells until when the bank executes on the same day; nil where the date of the book is asked for as it is.
	CutOff *CutOff
}

// Connection carries payments to one bank and its statement into the book. There must be one a custodian, made before
// commands are let in: what was instructed before it was made counts as possibly sent.
type Connection struct {
	options Options
	intake  *intake.Intake
	worker  *outbox.Worker
	held    atomic.Bool

	round sync.Mutex // one round at a time; guards all below but breaks
	// What the book has of the statement is what was read of it, so the cursor starts at the beginning in every process.
	cursor Cursor
	open   []Line           // lines that could not be booked so far
	told   map[Problem]bool // problems of the last round, each logged once
	stuck  map[string]Break // payments that could not be sent, or whose outcome the book refused, in this round; by key

	heard   map[[16]byte]struct{} // tokens of all lines that were read
	since   map[Account][]Line    // lines after the last statement of each account
	waiting []closed              // statements that are not on record as a whole
	current map[[16]byte]struct{} // keys of the breaks of this round

	mutex  sync.Mutex
	breaks []Break // guarded by mutex
}

// Break is something between book and bank that a person has to work off. Breaks are found again after a restart.
type Break struct {
	Line      Line    // zero for a payment that is stuck, and for a statement
	Payment   string  // printed payment; "" for none
	Statement Closing // zero but for a statement that can't be put on record
	File      string  // of the bank, that can't be booked as it is; "" for none
	Account   Account // that the file is about; the zero value where nobody can tell
	Code      string  // of the rejection, of this package, or of the adapter
	Sentence  string
}

// openMax is how many lines may wait for a person; beyond it no more of the statement is read.
const openMax = 1_000

const callTimeoutDefault = 30 * time.Second

// ErrBreaks is returned by rounds while too many lines of the statement could not be booked.
var ErrBreaks = errors.New("bank: too many breaks are open; the statement is not read on")

// Connect makes the connection to one bank.
func Connect(options Options) (*Connection, error) {
	if options.Engine == nil || options.Adapter == nil || options.Custodian == 0 || options.Bank == 0 || options.Operator == 0 {
		return nil, errors.New("bank: connection without engine, adapter, custodian or actors")
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.CallTimeout == 0 {
		options.CallTimeout = callTimeoutDefault
	}
	c := &Connection{options: options, intake: intake.New(options.Engine.Vault()), stuck: map[string]Break{}, heard: map[[16]byte]struct{}{}, since: map[Account][]Line{}}
	c.worker = outbox.New(&outgoing{c}, outbox.Options{
		Boundary: options.Engine.Head().Sequence, AttemptsMax: options.AttemptsMax, PatienceRounds: options.PatienceRounds,
		CallTimeout: options.CallTimeout, Logger: options.Logger,
	})
	return c, nil
}

// Hold keeps all payments back, as after a restore until a person has reconciled with the bank. Statements are read on.
func (c *Connection) Hold() { c.held.Store(true) }

// Release lets payments go again.
func (c *Connection) Release() { c.held.Store(false) }

// Breaks lists what a person has to work off, as of the last round that came to its end.
func (c *Connection) Breaks() []Break {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return append([]Break(nil), c.breaks...)
}

// Round reads the statement and then looks at every pending payment once. The statement comes first: what the bank's own
// record settles need not be asked or sent again. It fails with the engine's errors and when the statement can't be read;
// the next round goes on where this one was. A node that only reads sends nothing: engine.ErrReadOnly.
func (c *Connection) Round(ctx context.Context) error {
	c.round.Lock()
	defer c.round.Unlock()
	if c.options.Engine.ReadOnly() {
		return engine.ErrReadOnly
	}
	found, err := c.readStatement(ctx)
	found = append(found, c.problems()...)
	clear(c.stuck)
	if err == nil && !c.held.Load() {
		err = c.worker.Round(ctx)
	}
	for i := range c.waiting {
		if b := c.waiting[i].broken; b != nil {
			found = append(found, *b)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.stuck)) {
		found = append(found, c.stuck[key])
	}
	if errors.Is(err, ErrBreaks) {
		_, kept := c.keepBreaks(ctx, found)
		return errors.Join(err, kept)
	}
	if err != nil {
		return err
	}
	if found, err = c.keepBreaks(ctx, found); err != nil {
		return err
	}
	if err := c.endBreaks(ctx); err != nil {
		return err
	}
	c.mutex.Lock()
	c.breaks = found
	c.mutex.Unlock()
	return nil
}

// Run makes a round at every interval until ctx ends or the engine stops, and returns why.
func (c *Connection) Run(ctx context.Context, interval time.Duration) error {
	return c.options.Engine.Every(ctx, "bank "+c.options.Custodian.String(), interval, c.Round, func(err error) {
		c.options.Logger.Error("round with the bank", "custodian", c.options.Custodian.String(), "cause", err)
	})
}

// read runs queries over the tables with everything in them that is durable now.
func (c *Connection) read(ctx context.Context, query func(v *table.View) error) error {
	view, err := c.options.Engine.Read(ctx, c.options.Engine.Head().Sequence)
	if err != nil {
		return fmt.Errorf("bank: %w", err)
	}
	return errors.Join(query(view), view.Close())
}
