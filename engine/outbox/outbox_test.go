package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millrace/engine/outbox"
)

var errLost = errors.New("lost")

// how is the way in which a call goes.
type how int

const (
	well    how = iota
	fails       // nothing happened, and an error
	unheard     // it happened, and an error
)

// effect is what is on record of one effect, and what became of it outside.
type effect struct {
	outbox.Effect
	outcome outbox.Status // on record; Unknown while it is pending
	done    int           // how often it has happened outside
	heard   bool          // the outside knows the key
	refuses bool
	slow    int // queries until an accepted effect happens
}

// port is a record and an outside in memory. A test scripts how calls go.
type port struct {
	t          failer
	capability outbox.Capability
	head       uint64
	effects    []*effect
	left       map[string]bool // attempts that have left
	queries    int

	send, query, record, again func() how
	withhold                   bool
}

type failer interface {
	Fatalf(format string, arguments ...any)
}

func newPort(t failer, capability outbox.Capability) *port {
	go1 := func() how { return well }
	return &port{t: t, capability: capability, left: map[string]bool{}, send: go1, query: go1, record: go1, again: go1}
}

func (p *port) add() *effect {
	p.head++
	number := uint64(len(p.effects) + 1)
	e := &effect{Effect: outbox.Effect{
		Number: number, Key: fmt.Sprint("key ", number), Attempt: 1, Entry: p.head, State: outbox.Open,
	}}
	p.effects = append(p.effects, e)
	return e
}

func (p *port) worker() *outbox.Worker {
	return outbox.New(p, outbox.Options{Boundary: p.head, AttemptsMax: 3, PatienceRounds: 2})
}

func (p *port) find(e outbox.Effect) *effect { return p.effects[e.Number-1] }

func (p *port) Capability() outbox.Capability { return p.capability }

func (p *port) Pending(_ context.Context, after uint64) (effects []outbox.Effect, next uint64, err error) {
	for _, e := range p.effects {
		if e.outcome == outbox.Unknown && e.Number > after {
			effects = append(effects, e.Effect)
		}
		if len(effects) == 2 {
			return effects, e.Number, nil
		}
	}
	return effects, 0, nil
}

func (p *port) Again(_ context.Context, e outbox.Effect) (outbox.Effect, bool, error) {
	on := p.find(e)
	way := p.again()
	if way == fails {
		return e, false, errLost
	}
	p.head++
	on.Attempt, on.Entry, on.State = on.Attempt+1, p.head, outbox.Open
	if way == unheard {
		return e, false, errLost
	}
	return on.Effect, true, nil
}

func (p *port) Record(_ context.Context, e outbox.Effect, a outbox.Answer) error {
	on := p.find(e)
	way := p.record()
	if way == fails {
		return errLost
	}
	switch {
	case on.outcome != outbox.Unknown:
	case a.Status == outbox.Unknown:
		on.State = outbox.InDoubt
	case a.Status == outbox.Done || a.Status == outbox.Refused:
		on.outcome = a.Status
	default:
		p.t.Fatalf("%s recorded as %s", e.Key, a.Status)
	}
	if way == unheard {
		return errLost
	}
	return nil
}

func (p *port) Send(_ context.Context, e outbox.Effect) (outbox.Answer, error) {
	if p.withhold {
		return outbox.Answer{Status: outbox.Withheld}, nil
	}
	on := p.find(e)
	attempt := fmt.Sprint(e.Key, " attempt ", e.Attempt)
	if p.left[attempt] {
		p.t.Fatalf("%s left twice", attempt)
	}
	if on.Attempt != e.Attempt || on.State != outbox.Open {
		p.t.Fatalf("%s left; on record is attempt %d, state %d", attempt, on.Attempt, on.State)
	}
	p.left[attempt] = true
	way := p.send()
	if way == fails {
		return outbox.Answer{}, errLost
	}
	if !on.heard || !p.capability.Has(outbox.Idempotent) {
		on.heard = true
		if !on.refuses && on.slow == 0 {
			on.done++
		}
	}
	if way == unheard {
		return outbox.Answer{}, errLost
	}
	return outbox.Answer{Status: on.status()}, nil
}

func (e *effect) status() outbox.Status {
	switch {
	case !e.heard:
		return outbox.Unknown
	case e.refuses:
		return outbox.Refused
	case e.done == 0:
		return outbox.Accepted
	}
	return outbox.Done
}

func (p *port) Query(_ context.Context, e outbox.Effect) (outbox.Answer, error) {
	if !p.capability.Has(outbox.Queryable) {
		p.t.Fatalf("%s was queried", e.Key)
	}
	p.queries++
	if p.query() != well {
		return outbox.Answer{}, errLost
	}
	on := p.find(e)
	if on.heard && on.slow > 0 {
		if on.slow--; on.slow == 0 && !on.refuses {
			on.done++
		}
	}
	return outbox.Answer{Status: on.status()}, nil
}

func rounds(t failer, w *outbox.Worker, count int) {
	for range count {
		if err := w.Round(context.Background()); err != nil {
			t.Fatalf("round: %v", err)
		}
	}
}

const both = outbox.Idempotent | outbox.Queryable

var capabilities = []outbox.Capability{outbox.Neither, outbox.Idempotent, outbox.Queryable, both}

func TestEffectsLeaveOnce(t *testing.T) {
	for _, capability := range capabilities {
		p := newPort(t, capability)
		w := p.worker()
		for range 5 {
			p.add()
		}
		p.effects[3].refuses = true
		rounds(t, w, 3)
		for i, e := range p.effects {
			want := outbox.Done
			if i == 3 {
				want = outbox.Refused
			}
			if e.outcome != want || e.Attempt != 1 {
				t.Errorf("capability %d: %s is %s after %d attempts", capability, e.Key, e.outcome, e.Attempt)
			}
		}
	}
}

// What an earlier process has put on record without an outcome may have left or not.
func TestAttemptOfAnEarlierProcess(t *testing.T) {
	for _, test := range []struct {
		name       string
		capability outbox.Capability
		left       bool // the earlier process had sent it
		outcome    outbox.Status
		state      outbox.State
		attempt    uint32
		done       int
	}{
		{"neither, sent", outbox.Neither, true, outbox.Unknown, outbox.InDoubt, 1, 1},
		{"neither, not sent", outbox.Neither, false, outbox.Unknown, outbox.InDoubt, 1, 0},
		{"idempotent, sent", outbox.Idempotent, true, outbox.Done, outbox.Open, 2, 1},
		{"idempotent, not sent", outbox.Idempotent, false, outbox.Done, outbox.Open, 2, 1},
		{"queryable, sent", outbox.Queryable, true, outbox.Done, outbox.Open, 1, 1},
		{"queryable, not sent", outbox.Queryable, false, outbox.Unknown, outbox.InDoubt, 1, 0},
		{"both, sent", both, true, outbox.Done, outbox.Open, 1, 1},
		{"both, not sent", both, false, outbox.Done, outbox.Open, 2, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPort(t, test.capability)
			e := p.add()
			if test.left {
				e.heard, e.done, p.left["key 1 attempt 1"] = true, 1, true
			}
			rounds(t, p.worker(), 4)
			if e.outcome != test.outcome || e.State != test.state || e.Attempt != test.attempt || e.done != test.done {
				t.Errorf("%s, state %d, attempt %d, done %d times", e.outcome, e.State, e.Attempt, e.done)
			}
		})
	}
}

func TestAcceptedEffects(t *testing.T) {
	for _, test := range []struct {
		capability outbox.Capability
		outcome    outbox.Status
		state      outbox.State
	}{
		{both, outbox.Done, outbox.Open},
		{outbox.Queryable, outbox.Done, outbox.Open},
		{outbox.Neither, outbox.Unknown, outbox.InDoubt}, // its patience is over, and nobody told it
	} {
		p := newPort(t, test.capability)
		w := p.worker()
		e := p.add()
		e.slow = 3
		rounds(t, w, 1)
		if e.outcome != outbox.Unknown || e.State != outbox.Open {
			t.Fatalf("capability %d: accepted is %s, state %d", test.capability, e.outcome, e.State)
		}
		rounds(t, w, 5)
		if e.outcome != test.outcome || e.State != test.state || e.Attempt != 1 {
			t.Errorf("capability %d: %s, state %d, attempt %d", test.capability, e.outcome, e.State, e.Attempt)
		}
	}
}

func TestWithheldEffectLeavesLaterUnderTheSameAttempt(t *testing.T) {
	p := newPort(t, outbox.Neither)
	w := p.worker()
	e := p.add()
	p.withhold = true
	rounds(t, w, 3)
	p.withhold = false
	rounds(t, w, 1)
	if e.outcome != outbox.Done || e.Attempt != 1 || e.done != 1 {
		t.Errorf("%s after %d attempts, done %d times", e.outcome, e.Attempt, e.done)
	}
}

func TestOutageRestsBetweenAttempts(t *testing.T) {
	p := newPort(t, outbox.Idempotent)
	w := p.worker()
	e := p.add()
	p.send = func() how { return fails }
	for i, want := range []uint32{1, 2, 2, 2, 2, 3} {
		rounds(t, w, 1)
		if e.Attempt != want {
			t.Fatalf("round %d: attempt %d, want %d", i+1, e.Attempt, want)
		}
	}
	rounds(t, w, 16)
	if e.State != outbox.InDoubt || e.Attempt != 3 {
		t.Errorf("state %d after %d attempts, want in doubt after 3", e.State, e.Attempt)
	}
}

func TestDoubtIsSettledByAQueryAndNeverSent(t *testing.T) {
	for _, capability := range capabilities {
		p := newPort(t, capability)
		e := p.add()
		e.State, e.heard, e.done = outbox.InDoubt, true, 1
		rounds(t, p.worker(), 3)
		if settled := e.outcome == outbox.Done; settled != capability.Has(outbox.Queryable) || e.done != 1 || len(p.left) != 0 {
			t.Errorf("capability %d: %s, done %d times, %d attempts left", capability, e.outcome, e.done, len(p.left))
		}
	}
}

// Whatever fails and however often the process dies: no recorded attempt leaves twice, nothing happens twice unless a
// person has let it be sent again, and an outside that treats equal keys as one ends with everything done once.
func TestFaultsAndRestarts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPort(t, rapid.SampledFrom(capabilities).Draw(t, "capability"))
		ways := rapid.SampledFrom([]how{well, well, well, fails, unheard})
		draw := func(name string) func() how { return func() how { return ways.Draw(t, name) } }
		p.send, p.query, p.record, p.again = draw("send"), draw("query"), draw("record"), draw("again")
		w := p.worker()
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				e := p.add()
				e.refuses = rapid.IntRange(0, 3).Draw(t, "refuses") == 0
				e.slow = rapid.IntRange(0, 2).Draw(t, "slow")
			case 1:
				w = p.worker()
			default:
				// A fault of the record may end the round: the next one goes on.
				_ = w.Round(context.Background())
			}
		}
		fine := func() how { return well }
		p.send, p.query, p.record, p.again = fine, fine, fine, fine
		rounds(t, w, 30)
		for _, e := range p.effects {
			if e.done > 1 {
				t.Fatalf("%s has happened %d times", e.Key, e.done)
			}
			if e.outcome == outbox.Done && e.done != 1 || e.outcome == outbox.Refused && !e.refuses {
				t.Fatalf("%s is on record as %s, done %d times", e.Key, e.outcome, e.done)
			}
			if e.outcome == outbox.Unknown && (e.State != outbox.InDoubt || p.capability == both && e.heard) {
				t.Fatalf("%s is left open in state %d", e.Key, e.State)
			}
		}
	})
}
