// Package sandbox is a scheme of banks in this process that answers questions about names and takes micro-deposits. It fails on demand.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"millrace/domain/party"
	"millrace/domain/payee"
	edge "millrace/edge/payee"
)

// Failure is how the next call fails.
type Failure uint8

// The failures.
const (
	None   Failure = iota
	Before         // nothing is done, and no answer comes
	After          // it is done, and no answer comes
)

// ErrNoAnswer is what a call gets that fails.
var ErrNoAnswer = errors.New("payee sandbox: no answer")

// Scheme is the sandbox. It may be used from many goroutines.
type Scheme struct {
	mutex    sync.Mutex
	holders  map[string]string       // by IBAN or number
	silent   map[string]bool         // banks that tell their result and no name
	deposits map[string]edge.Deposit // by key
	failures []Failure
	asked    int
	believes bool
}

// New gives a scheme without accounts. About an account that it does not know it can't say anything.
func New() *Scheme {
	return &Scheme{holders: map[string]string{}, silent: map[string]bool{}, deposits: map[string]edge.Deposit{}}
}

// Keep opens an account for a holder.
func (s *Scheme) Keep(number, holder string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.holders[number] = holder
}

// Discreet makes the bank of an account tell its result only, and no name.
func (s *Scheme) Discreet(number string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.silent[number] = true
}

// Believe makes the banks keep every account that they don't know under the holder's name that came with it.
func (s *Scheme) Believe() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.believes = true
}

// Fail makes the next calls fail, one after another.
func (s *Scheme) Fail(failures ...Failure) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.failures = append(s.failures, failures...)
}

// Asked counts the questions, those without an answer too.
func (s *Scheme) Asked() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.asked
}

// Deposits lists what was sent to an account.
func (s *Scheme) Deposits(number string) []edge.Deposit {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var all []edge.Deposit
	for _, d := range s.deposits {
		if d.Account.IBAN+d.Account.Number == number {
			all = append(all, d)
		}
	}
	return all
}

func (s *Scheme) failure() Failure {
	if len(s.failures) == 0 {
		return None
	}
	f := s.failures[0]
	s.failures = s.failures[1:]
	return f
}

// Ask implements the adapter's question.
func (s *Scheme) Ask(ctx context.Context, q edge.Question) (edge.Answer, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.asked++
	if err := ctx.Err(); err != nil {
		return edge.Answer{}, err
	}
	if s.failure() != None {
		return edge.Answer{}, ErrNoAnswer
	}
	number := q.Account.IBAN + q.Account.Number
	answer := edge.Answer{Reference: fmt.Sprintf("VOP-%06d", s.asked)}
	holder, found := s.holders[number]
	if !found && s.believes {
		holder, found = q.Account.Holder, true
	}
	if !found {
		answer.Result = party.NameNotPossible
		return answer, nil
	}
	if !s.silent[number] {
		answer.Holder = holder
		return answer, nil
	}
	answer.Result = map[payee.Verdict]party.NameResult{
		payee.Match: party.NameMatch, payee.CloseMatch: party.NameClose, payee.NoMatch: party.NameNoMatch, payee.NotPossible: party.NameNotPossible,
	}[payee.Compare(q.Name, holder).Verdict]
	return answer, nil
}

// Deposit implements the adapter's micro-deposit: once a key.
func (s *Scheme) Deposit(ctx context.Context, key string, d edge.Deposit) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	f := s.failure()
	if f == Before {
		return ErrNoAnswer
	}
	s.deposits[key] = d
	if f == After {
		return ErrNoAnswer
	}
	return nil
}
