package economy

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/engine"
	"millrace/lab/load"
)

// asked is a command, and who gives it.
type asked struct {
	actor   id.Actor
	command book.Command
}

// answered is what came of a command: events, or why it was refused.
type answered struct {
	events  []book.Event
	refused *book.Rejection
}

// follower is told of every entry in the order of the journal, whoever made it. Events are only lent.
type follower func(h *book.Header, c book.Command, events []book.Event)

// node is where an economy lives.
type node interface {
	// together gives commands that do not depend on each other, in order, each with its own answer. Before it returns, what the book wants to run by
	// itself has run, and the follower knows of everything.
	together(requests []asked) ([]answered, error)

	// audit gives the breaches that the auditor finds in the book.
	audit() ([]book.Breach, error)
}

// bare is a book in memory.
type bare struct{ *load.Bare }

func (n bare) together(requests []asked) ([]answered, error) {
	answers := make([]answered, len(requests))
	for i, r := range requests {
		events, err := n.Submit(r.actor, "", r.command)
		answers[i].events = events
		if err != nil && !errors.As(err, &answers[i].refused) {
			return nil, err
		}
	}
	return answers, nil
}

func (n bare) audit() ([]book.Breach, error) { return book.Check(n.Book), nil }

// served is an engine, on which others may work too.
type served struct {
	engine *engine.Engine
	now    func() int64 // the engine's clock
	follow follower
	seen   uint64 // entry up to which follow was told
}

// restMax is how often a full engine is asked again, and how often one that works by itself is waited for.
const restMax = 100_000

func (n *served) together(requests []asked) ([]answered, error) {
	all := make([]engine.Request, len(requests))
	for i, r := range requests {
		all[i] = engine.Request{Actor: r.actor, Command: r.command}
	}
	results, err := n.submit(all)
	if err != nil {
		return nil, err
	}
	answers := make([]answered, len(requests))
	for i := range results {
		if results[i].Rejection != nil {
			answers[i].refused = results[i].Rejection
			continue
		}
		a := &results[i].Answer
		if err := n.catchUp(a.Sequence - 1); err != nil {
			return nil, err
		}
		n.follow(&book.Header{Sequence: a.Sequence, At: a.At, Actor: requests[i].actor}, requests[i].command, a.Events)
		n.seen, answers[i].events = a.Sequence, a.Events
	}
	if err := n.rest(); err != nil {
		return nil, err
	}
	return answers, n.catchUp(n.engine.Head().Sequence)
}

func (n *served) submit(all []engine.Request) (results []engine.Result, err error) {
	for range restMax {
		results, err = n.engine.SubmitAll(context.Background(), all)
		var busy *engine.BusyError
		if !errors.As(err, &busy) {
			return results, err
		}
		time.Sleep(busy.RetryAfter)
	}
	return nil, err
}

// rest waits until the book wants to run nothing by itself.
func (n *served) rest() error {
	for range restMax {
		due := book.Command(nil)
		if err := n.engine.Do(context.Background(), func(m engine.Machine) { due = m.Due(n.now()) }); err != nil || due == nil {
			return err
		}
		runtime.Gosched()
	}
	return errors.New("economy: the node does not come to rest")
}

// catchUp tells the follower of entries up to one that it does not know yet: those of others, and of the node itself.
func (n *served) catchUp(until uint64) error {
	for n.seen < until {
		entry, err := n.engine.ReadEntry(n.seen + 1)
		if err != nil {
			return fmt.Errorf("economy: %w", err)
		}
		n.seen++
		n.follow(&entry.Header, entry.Command, entry.Events)
	}
	return nil
}

func (n *served) audit() (breaches []book.Breach, err error) {
	err = n.engine.Do(context.Background(), func(m engine.Machine) {
		if b, ok := m.(*book.Book); ok {
			breaches = book.Check(b)
		}
	})
	return breaches, err
}
