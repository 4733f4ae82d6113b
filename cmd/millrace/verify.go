package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"millrace/book"
	"millrace/engine"
)

// verifier verifies the signatures of commands again, on all processors, while the journal is read.
type verifier struct {
	queue chan engine.Entry
	group sync.WaitGroup
	mu    sync.Mutex
	wrong []unsigned // guarded by mu
}

// unsigned is an entry whose signatures are not over its statement.
type unsigned struct {
	sequence  uint64
	rejection *book.Rejection
}

func newVerifier() *verifier {
	v := &verifier{queue: make(chan engine.Entry, 256)}
	for range runtime.GOMAXPROCS(0) {
		v.group.Add(1)
		go func() {
			defer v.group.Done()
			for entry := range v.queue {
				if rejection := book.Prepare(entry.Command); rejection != nil {
					v.mu.Lock()
					v.wrong = append(v.wrong, unsigned{entry.Header.Sequence, rejection})
					v.mu.Unlock()
				}
			}
		}()
	}
	return v
}

// verify queues an entry that carries signatures.
func (v *verifier) verify(entry engine.Entry) {
	if _, signed := entry.Command.(book.Signed); signed {
		v.queue <- entry
	}
}

// end waits for what is queued, and gives what is wrong in the order of the journal.
func (v *verifier) end() []book.Breach {
	close(v.queue)
	v.group.Wait()
	slices.SortFunc(v.wrong, func(a, b unsigned) int { return cmp.Compare(a.sequence, b.sequence) })
	var breaches []book.Breach
	for _, w := range v.wrong[:min(len(v.wrong), book.BreachesMax)] {
		breaches = append(breaches, book.Breach{Code: w.rejection.Code, Record: fmt.Sprint(w.sequence), Sentence: "entry " + fmt.Sprint(w.sequence) + ": " + w.rejection.Sentence})
	}
	return breaches
}
