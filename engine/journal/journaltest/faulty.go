package journaltest

import (
	"errors"
	"sync"

	"millrace/engine/journal"
)

// ErrInjected is what a Faulty journal fails with.
var ErrInjected = errors.New("journaltest: injected fault")

// Fault is how an append goes wrong.
type Fault int

const (
	// Fails stores nothing and answers with an error.
	Fails Fault = iota
	// FailsButPersists stores the batch and answers with an error, as when the
	// answer of a store gets lost.
	FailsButPersists
)

// Faulty is a journal whose n-th append goes wrong; all else is left to the
// journal within, later appends too, so that a writer that carries on after the
// fault is seen doing so.
type Faulty struct {
	journal.Journal
	mutex   sync.Mutex
	at      int
	fault   Fault
	appends int
}

// NewFaulty wraps a journal; at counts its appends from 1.
func NewFaulty(within journal.Journal, at int, fault Fault) *Faulty {
	return &Faulty{Journal: within, at: at, fault: fault}
}

// Append implements journal.Journal.
func (f *Faulty) Append(s journal.Sealed) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.appends++
	if f.appends != f.at {
		return f.Journal.Append(s)
	}
	if f.fault == FailsButPersists {
		if err := f.Journal.Append(s); err != nil {
			return err
		}
	}
	return ErrInjected
}

// Appends returns how many appends were asked for.
func (f *Faulty) Appends() int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.appends
}
