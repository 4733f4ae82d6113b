// Package sandbox is a system of digital money in this process: it holds accounts, prepares and commits orders, and fails
// between any two steps when it is told to. No money is real here.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"millrace/domain/money"
	"millrace/edge/digital"
	"millrace/engine/outbox"
)

// Failure is how a call goes wrong.
type Failure uint8

// The failures.
const (
	None   Failure = iota
	Before         // the call never arrives
	After          // it is done, and the answer is lost
)

// ErrNoAnswer is what the caller sees of a call that failed.
var ErrNoAnswer = errors.New("digital sandbox: no answer")

// System is the sandbox. It may be used from many goroutines.
type System struct {
	capability outbox.Capability

	mu       sync.Mutex
	balances map[digital.Place]money.Minor // guarded by mu; what is set aside is taken off
	orders   []order                       // in the order in which they came; guarded by mu
	calls    int                           // so far; guarded by mu
	failing  map[int]Failure               // by call; guarded by mu
}

type order struct {
	digital.Order
	phase digital.Phase
}

var _ digital.Adapter = (*System)(nil)

// New opens an empty system. One that is not idempotent takes an order as often as it is told.
func New(capability outbox.Capability) *System {
	return &System{capability: capability, balances: map[digital.Place]money.Minor{}, failing: map[int]Failure{}}
}

// FailAt lets a call from now on go wrong: 1 is the next one.
func (s *System) FailAt(call int, failure Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing[s.calls+call] = failure
}

// Mend ends all failures that are to come.
func (s *System) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.failing)
}

// Calls counts the calls so far.
func (s *System) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Carry gives a place an opening balance.
func (s *System) Carry(at digital.Place, amount money.Minor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.balances[at] = money.Add(s.balances[at], amount)
}

// Held is what a place holds, without what is set aside there.
func (s *System) Held(at digital.Place) money.Minor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.balances[at]
}

// Executions tells how often an order has happened under a key.
func (s *System) Executions(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := 0
	for i := range s.orders {
		if s.orders[i].Key == key && s.orders[i].phase == digital.Committed {
			count++
		}
	}
	return count
}

// Reserved is what is set aside and not committed.
func (s *System) Reserved() money.Minor {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := money.Minor(0)
	for i := range s.orders {
		if s.orders[i].phase == digital.Prepared {
			sum = money.Add(sum, s.orders[i].Amount.Minor)
		}
	}
	return sum
}

// Cancel gives back what is prepared under a key and not committed, as a person at the system's own desk does.
func (s *System) Cancel(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.orders {
		if o := &s.orders[i]; o.Key == key && o.phase == digital.Prepared {
			o.phase = digital.Refused
			s.balances[o.From] = money.Add(s.balances[o.From], o.Amount.Minor)
		}
	}
}

// call does one step, unless it is to fail before, and loses its answer if it is to fail after.
func (s *System) call(ctx context.Context, do func() digital.Outcome) (digital.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return digital.Outcome{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	failure := s.failing[s.calls]
	if failure == Before {
		return digital.Outcome{}, ErrNoAnswer
	}
	outcome := do()
	if failure == After {
		return digital.Outcome{}, ErrNoAnswer
	}
	return outcome, nil
}

// Capability implements digital.Adapter.
func (s *System) Capability() outbox.Capability { return s.capability }

// Prepare implements digital.Adapter.
func (s *System) Prepare(ctx context.Context, o digital.Order) (digital.Outcome, error) {
	return s.call(ctx, func() digital.Outcome {
		if at := s.latest(o.Key); at != nil && s.capability.Has(outbox.Idempotent) {
			return at.outcome()
		}
		kept := order{o, digital.Prepared}
		if s.balances[o.From] < o.Amount.Minor {
			kept.phase = digital.Refused
		} else {
			s.balances[o.From] = money.Sub(s.balances[o.From], o.Amount.Minor)
		}
		s.orders = append(s.orders, kept)
		return kept.outcome()
	})
}

// Commit implements digital.Adapter.
func (s *System) Commit(ctx context.Context, key string) (digital.Outcome, error) {
	return s.call(ctx, func() digital.Outcome {
		at := s.latest(key)
		if at == nil {
			return digital.Outcome{}
		}
		if at.phase == digital.Prepared {
			at.phase = digital.Committed
			s.balances[at.To] = money.Add(s.balances[at.To], at.Amount.Minor)
		}
		return at.outcome()
	})
}

// Query implements digital.Adapter.
func (s *System) Query(ctx context.Context, key string) (digital.Outcome, error) {
	if !s.capability.Has(outbox.Queryable) {
		return digital.Outcome{}, fmt.Errorf("digital sandbox: %q can't be asked about", key)
	}
	return s.call(ctx, func() digital.Outcome {
		if at := s.latest(key); at != nil {
			return at.outcome()
		}
		return digital.Outcome{}
	})
}

// Balance implements digital.Adapter.
func (s *System) Balance(ctx context.Context, at digital.Place) (money.Minor, error) {
	return s.Held(at), ctx.Err()
}

func (s *System) latest(key string) *order {
	for i := len(s.orders) - 1; i >= 0; i-- {
		if s.orders[i].Key == key {
			return &s.orders[i]
		}
	}
	return nil
}

func (o *order) outcome() digital.Outcome {
	made := digital.Outcome{Phase: o.phase}
	switch o.phase {
	case digital.Committed:
		made.Reference = "ref " + o.Key
	case digital.Refused:
		made.Reason = "not enough money"
	}
	return made
}
