// Package outbox carries effects to the outside: at most once for every attempt on record, always under the one key of the
// effect, and never blindly again.
//
// An attempt is an entry, durable before anything leaves. What this process has sent it remembers; of an attempt that an
// earlier process recorded nobody knows whether it left. Such an attempt, and one whose answer was lost, is asked about
// where the outside can be queried, sent again as a further attempt on record where the outside treats equal keys as one,
// and otherwise put on record as in doubt, for a person.
package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Capability is what the outside promises about keys: a sum of the constants.
type Capability uint8

// The capabilities. An outside with neither makes people settle every attempt whose answer was lost.
const (
	Neither    Capability = 0
	Idempotent Capability = 1 << 0 // the same key twice has one effect and the same answer
	Queryable  Capability = 1 << 1 // it can be asked what became of a key
)

// Has tells whether all of the wanted capabilities are there.
func (c Capability) Has(wanted Capability) bool { return c&wanted == wanted }

// Status is what the outside says of an effect.
type Status uint8

// The statuses.
const (
	Unknown  Status = iota // no answer, or the outside does not know the key
	Accepted               // it is there and will have an outcome later
	Done                   // it has happened
	Refused                // it has not happened and will not
	Withheld               // it was not sent: it must not leave as things stand
)

var statusNames = [...]string{"unknown", "accepted", "done", "refused", "withheld"}

// String is the name used in logs.
func (s Status) String() string { return statusNames[s] }

// Answer is what the outside says. Body belongs to the port and is handed to Record unread.
type Answer struct {
	Status Status
	Body   any
}

// Effect is something that is to happen outside.
type Effect struct {
	Number  uint64 // its place among the effects of the port
	Key     string // the one key under which the outside ever sees it
	Attempt uint32 // the latest attempt on record, from 1
	Entry   uint64 // of that attempt
	State   State
}

// State is what the record says of an effect's latest attempt.
type State uint8

// The states.
const (
	Open    State = 1 + iota // the attempt has no outcome on record
	InDoubt                  // on record as in doubt; a person or the outside's own record settles it
)

// Port is one kind of effect: what is on record of it, and the outside that it goes to.
type Port interface {
	Capability() Capability

	// Pending returns effects without a final outcome by ascending number, those after a number; next is the number to
	// go on from, 0 at the end. Everything durable when it is called is seen.
	Pending(ctx context.Context, after uint64) (effects []Effect, next uint64, err error)

	// Again puts one more attempt on record and returns the effect with it; false when that was refused.
	Again(ctx context.Context, e Effect) (Effect, bool, error)

	// Record puts the outcome of the effect on record: Done, Refused, or Unknown for in doubt. An effect that has come to
	// another outcome meanwhile keeps that, without an error.
	Record(ctx context.Context, e Effect, a Answer) error

	// Send lets the effect leave. With Withheld and no error nothing has left; with an error nobody knows.
	Send(ctx context.Context, e Effect) (Answer, error)

	// Query asks what became of the effect's key; it is called only where the capability says so.
	Query(ctx context.Context, e Effect) (Answer, error)
}

// Options of New.
type Options struct {
	// Boundary is the journal's head when this process began to send: later attempts have not left before.
	Boundary uint64
	// AttemptsMax is how many attempts are recorded without a person; 0 means 5.
	AttemptsMax uint32
	// PatienceRounds is how many rounds an accepted effect may stay without outcome, where the outside can't be
	// queried, before it counts as unanswered; 0 means 600.
	PatienceRounds int
	// CallTimeout bounds one call to the outside; 0 means 30 seconds.
	CallTimeout time.Duration
	// Logger is nil for none.
	Logger *slog.Logger
}

const (
	attemptsMaxDefault    = 5
	patienceRoundsDefault = 600
	callTimeoutDefault    = 30 * time.Second
)

// Worker sends the effects of one port. There must be one worker a port, and its methods are for one goroutine at a time.
type Worker struct {
	port    Port
	options Options
	sent    map[string]*sending // attempts of pending effects that this process has sent, by key
	round   uint64
}

// sending is what this process knows of an attempt that it has sent.
type sending struct {
	attempt  uint32
	accepted bool
	rounds   int    // since it left or was accepted
	seen     uint64 // the last round in which the effect was pending
}

// New makes the worker of a port.
func New(port Port, options Options) *Worker {
	if options.AttemptsMax == 0 {
		options.AttemptsMax = attemptsMaxDefault
	}
	if options.PatienceRounds == 0 {
		options.PatienceRounds = patienceRoundsDefault
	}
	if options.CallTimeout == 0 {
		options.CallTimeout = callTimeoutDefault
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	return &Worker{port: port, options: options, sent: map[string]*sending{}}
}

// Round looks at every pending effect once. An error of the record ends it; the next round goes on where this one was.
// Failures of the outside are no errors here: they are what the states are for.
func (w *Worker) Round(ctx context.Context) error {
	w.round++
	for after := uint64(0); ; {
		effects, next, err := w.port.Pending(ctx, after)
		if err != nil {
			return fmt.Errorf("outbox: pending effects: %w", err)
		}
		for _, e := range effects {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := w.step(ctx, e); err != nil {
				return fmt.Errorf("outbox: %s, attempt %d: %w", e.Key, e.Attempt, err)
			}
		}
		if after = next; after == 0 {
			break
		}
	}
	// Only a round that saw everything knows what is pending no more.
	for key, s := range w.sent {
		if s.seen != w.round {
			delete(w.sent, key)
		}
	}
	return nil
}

func (w *Worker) step(ctx context.Context, e Effect) error {
	s := w.sent[e.Key]
	if s != nil {
		s.seen = w.round
	}
	ours := s != nil && s.attempt == e.Attempt
	switch {
	case e.State == InDoubt:
		return w.settleDoubt(ctx, e)
	case ours && s.accepted:
		return w.await(ctx, e, s)
	case ours:
		if s.rounds++; s.rounds < restRounds(e.Attempt) {
			return nil
		}
		return w.unanswered(ctx, e)
	case e.Entry <= w.options.Boundary:
		return w.unanswered(ctx, e)
	default:
		return w.send(ctx, e)
	}
}

// restRounds is how many rounds an unanswered attempt rests: 1, 4, 16, 64, so that an outage does not use up the attempts.
func restRounds(attempt uint32) int { return 1 << (2 * min(attempt-1, 10)) }

// send lets a fresh attempt leave.
func (w *Worker) send(ctx context.Context, e Effect) error {
	// Remembered before it leaves: whatever happens from here on, this attempt never leaves again.
	s := &sending{attempt: e.Attempt, seen: w.round}
	w.sent[e.Key] = s
	call, cancel := context.WithTimeout(ctx, w.options.CallTimeout)
	answer, err := w.port.Send(call, e)
	cancel()
	if err != nil {
		w.options.Logger.Warn("no answer to an effect", "key", e.Key, "attempt", e.Attempt, "cause", err)
		return nil
	}
	if answer.Status == Withheld {
		delete(w.sent, e.Key)
		return nil
	}
	return w.take(ctx, e, s, answer)
}

// take acts on an answer; with Unknown the next round goes on.
func (w *Worker) take(ctx context.Context, e Effect, s *sending, answer Answer) error {
	switch answer.Status {
	case Done, Refused:
		return w.port.Record(ctx, e, answer)
	case Accepted:
		if !s.accepted {
			s.accepted, s.rounds = true, 0
		}
	}
	return nil
}

// await looks after an effect that the outside has accepted.
func (w *Worker) await(ctx context.Context, e Effect, s *sending) error {
	if !w.port.Capability().Has(Queryable) {
		// The outside's own record may bring the outcome meanwhile.
		if s.rounds++; s.rounds > w.options.PatienceRounds {
			return w.unanswered(ctx, e)
		}
		return nil
	}
	answer, err := w.query(ctx, e)
	if err != nil {
		return nil
	}
	return w.take(ctx, e, s, answer)
}

// unanswered deals with an attempt of which nobody knows what became.
func (w *Worker) unanswered(ctx context.Context, e Effect) error {
	capability := w.port.Capability()
	if capability.Has(Queryable) {
		answer, err := w.query(ctx, e)
		if err != nil {
			return w.port.Record(ctx, e, Answer{Status: Unknown})
		}
		if answer.Status != Unknown {
			s := &sending{attempt: e.Attempt, seen: w.round}
			w.sent[e.Key] = s
			return w.take(ctx, e, s, answer)
		}
	}
	// An outside that can only be queried may have the effect in its post: "not known" is no leave to send again.
	if capability.Has(Idempotent) && e.Attempt < w.options.AttemptsMax {
		again, recorded, err := w.port.Again(ctx, e)
		if err != nil {
			return err
		}
		if recorded {
			return w.send(ctx, again)
		}
	}
	return w.port.Record(ctx, e, Answer{Status: Unknown})
}

// settleDoubt asks about an effect in doubt, where that is possible.
func (w *Worker) settleDoubt(ctx context.Context, e Effect) error {
	if !w.port.Capability().Has(Queryable) {
		return nil
	}
	answer, err := w.query(ctx, e)
	if err != nil || answer.Status != Done && answer.Status != Refused {
		return nil
	}
	return w.port.Record(ctx, e, answer)
}

func (w *Worker) query(ctx context.Context, e Effect) (Answer, error) {
	call, cancel := context.WithTimeout(ctx, w.options.CallTimeout)
	defer cancel()
	answer, err := w.port.Query(call, e)
	if err != nil {
		w.options.Logger.Warn("no answer to a query", "key", e.Key, "attempt", e.Attempt, "cause", err)
	}
	return answer, err
}
