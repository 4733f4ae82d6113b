package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"millrace/book"
	"millrace/engine"
	"millrace/engine/enginetest"
	"millrace/engine/journal/journaltest"
	"millrace/engine/journal/journaltest/powercut"
	"millrace/lab/load"
)

// bookSubject holds the engine to its promises with the real book.
func bookSubject() enginetest.Subject {
	o := load.Options("")
	return enginetest.Subject{NewMachine: o.NewMachine, Codec: o.Codec, Requests: load.Requests, Check: func(m engine.Machine) error {
		for _, breach := range book.Check(m.(*book.Book)) {
			return fmt.Errorf("%s %s: %s", breach.Code, breach.Record, breach.Sentence)
		}
		return nil
	}}
}

func TestBookComesBack(t *testing.T) {
	enginetest.Recovery(t, bookSubject(), 7, 4, 1500)
}

func TestBookSurvivesStaleTables(t *testing.T) {
	enginetest.StaleTables(t, bookSubject(), 8)
}

func TestBookIsDeterministic(t *testing.T) {
	enginetest.Determinism(t, bookSubject(), 9, 600)
}

func TestBookSurvivesFaults(t *testing.T) {
	enginetest.Faults(t, bookSubject(), 10, 250)
}

func TestBookSurvivesPowerCuts(t *testing.T) {
	for seed := range uint64(6) {
		if err := enginetest.PowerCuts(bookSubject(), t.TempDir(), seed, 250, powercut.Honest); err != nil {
			t.Fatal(err)
		}
	}
}

// insisting is a book of which nothing asked may be refused.
type insisting struct {
	*book.Book
	t *testing.T
}

func (b insisting) Decide(h *book.Header, c book.Command) ([]book.Event, *book.Rejection) {
	events, rejection := b.Book.Decide(h, c)
	if rejection != nil {
		b.t.Errorf("%T: %v", c, rejection)
	}
	return events, rejection
}

// A run of multilateral set-off comes through whatever append of the journal goes wrong, in either way: no step is lost, none is done twice, and
// slices go on where they were.
func TestASetOffRunSurvivesFaults(t *testing.T) {
	requests, begins := load.SetOffRequests()
	s := bookSubject()
	check := s.Check
	s.Requests = func(uint64, int) []engine.Request { return slices.Clone(requests) }
	s.NewMachine = func() engine.Machine { return insisting{book.New(1), t} }
	s.Check = func(m engine.Machine) error { return check(m.(insisting).Book) }
	for _, fault := range []journaltest.Fault{journaltest.Fails, journaltest.FailsButPersists} {
		for at := begins; at <= 2*len(requests)-begins; at++ { // every request has an append, and slices have theirs
			if err := enginetest.CheckFault(s, 0, 0, 1, at, fault); err != nil {
				t.Errorf("fault %d at append %d of some %d: %v", fault, at, len(requests), err)
			}
		}
	}
}
