package setoff

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/engine"
	"millrace/solver"
)

// Options of NewClerk. Engine and Actor are required.
type Options struct {
	Engine *engine.Engine
	Actor  id.Actor // a machine of the operator
	Logger *slog.Logger
}

// Clerk solves runs whose debts are held, and proposes what it finds to the book, which proves it. There must be one a node. It keeps nothing
// that matters: after a crash it begins the proposal that was under way anew, and the book counts nothing of the one before.
type Clerk struct {
	options Options

	step    sync.Mutex               // one at a time; guards all below
	refused map[id.SetOffRun]attempt // what the book would not have, so that it is not tried again before the run has changed
}

// attempt is what a run looked like when it was solved.
type attempt struct {
	voided uint64
	debt   money.Minor
}

func attemptOf(r *clearing.Run) attempt { return attempt{r.Voided, r.Debt} }

// NewClerk gives a clerk.
func NewClerk(o Options) (*Clerk, error) {
	if o.Engine == nil || o.Actor == 0 {
		return nil, errors.New("set-off: clerk without engine or actor")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Clerk{options: o, refused: map[id.SetOffRun]attempt{}}, nil
}

// Step proposes for every run that waits for it, and returns for how many it did. It fails with the engine's errors only.
func (c *Clerk) Step(ctx context.Context) (proposed int, err error) {
	c.step.Lock()
	defer c.step.Unlock()
	if c.options.Engine.ReadOnly() {
		return 0, engine.ErrReadOnly
	}
	waiting, err := c.waiting(ctx)
	if err != nil {
		return 0, err
	}
	for i := range waiting {
		if before, refused := c.refused[waiting[i].ID]; refused && before == attemptOf(&waiting[i]) {
			continue
		}
		delete(c.refused, waiting[i].ID)
		rejection, err := c.propose(ctx, waiting[i].ID)
		if err != nil {
			return proposed, err
		}
		if rejection == nil {
			proposed++
			continue
		}
		switch rejection.Code {
		case "set_off_run_state", "set_off_attempt": // the run has changed meanwhile; the next step looks again
			c.options.Logger.Info("a set-off run has changed while it was solved", "run", waiting[i].ID.String())
		default:
			c.refused[waiting[i].ID] = attemptOf(&waiting[i])
			c.options.Logger.Error("the book refuses the proposal for a set-off run", "run", waiting[i].ID.String(), "code", rejection.Code, "sentence", rejection.Sentence)
		}
	}
	return proposed, nil
}

// waiting are the runs that are frozen, and those for which this clerk had begun a proposal when it was interrupted. What a person is
// entering is left alone.
func (c *Clerk) waiting(ctx context.Context) (runs []clearing.Run, err error) {
	v, err := c.options.Engine.Read(ctx, c.options.Engine.Head().Sequence)
	if err != nil {
		return nil, fmt.Errorf("set-off: %w", err)
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	err = each(ctx, v, "SELECT record FROM set_off_run WHERE state IN ('frozen', 'entering') ORDER BY number", nil, func(r *clearing.Run) {
		if r.State == clearing.Frozen || r.Proposer == c.options.Actor {
			runs = append(runs, *r)
		}
	})
	return runs, err
}

// propose opens a proposal, solves what the run holds from then on, and enters it slice by slice.
func (c *Clerk) propose(ctx context.Context, run id.SetOffRun) (*book.Rejection, error) {
	opened, rejection, err := c.give(ctx, &book.OpenSetOffProposal{Run: run})
	if rejection != nil || err != nil {
		return rejection, err
	}
	s, err := c.read(ctx, run, opened.Sequence)
	if err != nil {
		return nil, err
	}
	rule := solver.OldestFirst
	if s.Run.Terms.Rule == clearing.Proportional {
		rule = solver.Proportional
	}
	found, err := solver.Maximise(s.instance(), solver.Options{Fairness: rule})
	if err != nil {
		return nil, fmt.Errorf("set-off: run %s: %w", run, err)
	}
	certificate, err := certify(s, found.Result, Blinds{c.options.Engine.Vault()})
	if err != nil {
		return nil, err
	}
	return c.enter(ctx, &s.Run, &found, certificate.Hash())
}

// read reads a run with what it holds as of an entry or later.
func (c *Clerk) read(ctx context.Context, run id.SetOffRun, sequence uint64) (s *Sheet, err error) {
	v, err := c.options.Engine.Read(ctx, sequence)
	if err != nil {
		return nil, fmt.Errorf("set-off: %w", err)
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	return ReadSheet(ctx, v, run)
}

// enter brings a proposal into the book.
func (c *Clerk) enter(ctx context.Context, run *clearing.Run, found *solver.Result, hash [32]byte) (*book.Rejection, error) {
	for from := 0; from < len(found.Potentials); from += book.SetOffSliceMax {
		slice := &book.EnterSetOffPotentials{Run: run.ID, Attempt: run.Attempt, From: uint64(from)}
		for _, p := range found.Potentials[from:min(from+book.SetOffSliceMax, len(found.Potentials))] {
			slice.Potentials = append(slice.Potentials, int64(p))
		}
		if _, rejection, err := c.give(ctx, slice); rejection != nil || err != nil {
			return rejection, err
		}
	}
	for from := 0; from < len(found.Cleared); from += book.SetOffSliceMax {
		slice := &book.EnterSetOffLines{Run: run.ID, Attempt: run.Attempt, From: uint64(from), Cleared: found.Cleared[from:min(from+book.SetOffSliceMax, len(found.Cleared))]}
		if _, rejection, err := c.give(ctx, slice); rejection != nil || err != nil {
			return rejection, err
		}
	}
	_, rejection, err := c.give(ctx, &book.CloseSetOffProposal{
		Run: run.ID, Attempt: run.Attempt, Cleared: found.Verdict.Cleared, Optimal: found.Verdict.Optimal(), Hash: hash,
	})
	return rejection, err
}

func (c *Clerk) give(ctx context.Context, command book.Command) (engine.Answer, *book.Rejection, error) {
	return c.options.Engine.Submit(ctx, engine.Request{Actor: c.options.Actor, Command: command})
}

// Run takes a step at every interval until ctx ends or the engine stops, and returns why.
func (c *Clerk) Run(ctx context.Context, interval time.Duration) error {
	return c.options.Engine.Every(ctx, interval, func(ctx context.Context) error {
		_, err := c.Step(ctx)
		return err
	}, func(err error) {
		c.options.Logger.Error("proposals for set-off runs", "cause", err)
	})
}
