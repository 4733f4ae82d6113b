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

	step    sync.Mutex              // one at a time; guards all below
	refused map[id.SetOffRun]uint32 // the attempt that the book would not have; whatever changes a run makes the next one, and only then it is tried again
}

// NewClerk gives a clerk.
func NewClerk(o Options) (*Clerk, error) {
	if o.Engine == nil || o.Actor == 0 {
		return nil, errors.New("set-off: clerk without engine or actor")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Clerk{options: o, refused: map[id.SetOffRun]uint32{}}, nil
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
		if before, refused := c.refused[waiting[i].ID]; refused && before == waiting[i].Attempt {
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
			s, err := c.read(ctx, waiting[i].ID, c.options.Engine.Head().Sequence)
			if err != nil {
				return proposed, err
			}
			c.refused[waiting[i].ID] = s.Run.Attempt
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

// propose opens a proposal, and solves what the run holds from then on.
func (c *Clerk) propose(ctx context.Context, run id.SetOffRun) (*book.Rejection, error) {
	opened, rejection, err := c.give(ctx, &book.OpenSetOffProposal{Run: run})
	if rejection != nil || err != nil {
		return rejection, err
	}
	s, err := c.read(ctx, run, opened.Sequence)
	if err != nil {
		return nil, err
	}
	if s.Run.Terms.Cash.Most > 0 {
		return c.proposeWithCash(ctx, s)
	}
	return c.solve(ctx, s)
}

// proposeWithCash has the book say first who may draw and keep how much cash, which it does where potentials come in: it opens a proposal for
// nothing but that, and another one for what is solved by it.
func (c *Clerk) proposeWithCash(ctx context.Context, s *Sheet) (*book.Rejection, error) {
	if rejection, err := c.enterPotentials(ctx, &s.Run, make([]int32, len(s.Members))); rejection != nil || err != nil {
		return rejection, err
	}
	asked, err := c.read(ctx, s.Run.ID, c.options.Engine.Head().Sequence)
	if err != nil {
		return nil, err
	}
	opened, rejection, err := c.give(ctx, &book.OpenSetOffProposal{Run: s.Run.ID})
	if rejection != nil || err != nil {
		return rejection, err
	}
	if s, err = c.read(ctx, s.Run.ID, opened.Sequence); err != nil {
		return nil, err
	}
	for i := range s.Members {
		m := &s.Members[i]
		m.Cap, m.Keeps, m.Attempt = asked.Members[i].Cap, asked.Members[i].Keeps, s.Run.Attempt
	}
	rejection, err = c.solve(ctx, s)
	if rejection == nil || err != nil {
		return rejection, err
	}
	now, err := c.read(ctx, s.Run.ID, c.options.Engine.Head().Sequence)
	if err == nil && !sameRoom(s, now) { // an account was verified, or no longer is, in between
		rejection = &book.Rejection{Code: "set_off_attempt", Sentence: rejection.Sentence}
	}
	return rejection, err
}

// solve solves a sheet, and enters it slice by slice.
func (c *Clerk) solve(ctx context.Context, s *Sheet) (*book.Rejection, error) {
	rule := solver.OldestFirst
	if s.Run.Terms.Rule == clearing.Proportional {
		rule = solver.Proportional
	}
	found, err := solver.Maximise(s.instance(), solver.Options{Fairness: rule})
	if err != nil {
		return nil, fmt.Errorf("set-off: run %s: %w", s.Run.ID, err)
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
	if rejection, err := c.enterPotentials(ctx, run, found.Potentials); rejection != nil || err != nil {
		return rejection, err
	}
	for from := 0; from < len(found.Cleared); from += book.SetOffSliceMax {
		slice := &book.EnterSetOffLines{Run: run.ID, Attempt: run.Attempt, From: uint64(from), Cleared: found.Cleared[from:min(from+book.SetOffSliceMax, len(found.Cleared))]}
		if _, rejection, err := c.give(ctx, slice); rejection != nil || err != nil {
			return rejection, err
		}
	}
	_, rejection, err := c.give(ctx, &book.CloseSetOffProposal{
		Run: run.ID, Attempt: run.Attempt, Cleared: found.Verdict.Cleared, Optimal: found.Verdict.Optimal(), Hash: hash, Price: int64(found.Price),
	})
	return rejection, err
}

// enterPotentials brings the numbers of all members into the book, with which it says who may draw and keep how much cash.
func (c *Clerk) enterPotentials(ctx context.Context, run *clearing.Run, potentials []int32) (*book.Rejection, error) {
	for from := 0; from < len(potentials); from += book.SetOffSliceMax {
		slice := &book.EnterSetOffPotentials{Run: run.ID, Attempt: run.Attempt, From: uint64(from)}
		for _, p := range potentials[from:min(from+book.SetOffSliceMax, len(potentials))] {
			slice.Potentials = append(slice.Potentials, int64(p))
		}
		if _, rejection, err := c.give(ctx, slice); rejection != nil || err != nil {
			return rejection, err
		}
	}
	return nil, nil
}

func (c *Clerk) give(ctx context.Context, command book.Command) (engine.Answer, *book.Rejection, error) {
	return c.options.Engine.Submit(ctx, engine.Request{Actor: c.options.Actor, Command: command})
}

// Run takes a step at every interval until ctx ends or the engine stops, and returns why.
func (c *Clerk) Run(ctx context.Context, interval time.Duration) error {
	return c.options.Engine.Every(ctx, "set_off", interval, func(ctx context.Context) error {
		_, err := c.Step(ctx)
		return err
	}, func(err error) {
		c.options.Logger.Error("proposals for set-off runs", "cause", err)
	})
}
