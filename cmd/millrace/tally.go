package main

import (
	"sync"

	"millrace/lab/load"
)

// tally counts what was answered; callers add at the same time.
type tally struct {
	mu       sync.Mutex
	answered uint64
	sequence uint64
}

func (t *tally) add(units, sequence uint64) {
	t.mu.Lock()
	t.answered += units
	t.sequence = max(t.sequence, sequence)
	t.mu.Unlock()
}

func (t *tally) report(rate *load.Rate) loadReport {
	t.mu.Lock()
	defer t.mu.Unlock()
	return loadReport{Answered: t.answered, Sequence: t.sequence, Rate: rate}
}
