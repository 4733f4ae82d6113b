package engine

import (
	"fmt"
	"time"
)

// commit is the committer's goroutine: one append at a time, then the answers.
func (e *Engine) commit() {
	for f := range e.flights {
		if cause := e.Cause(); cause != nil {
			f.finish(cause)
			continue
		}
		if err := e.commitOne(f); err != nil {
			// After a write of unknown outcome the only safe state is the one that a new Open reads back.
			e.stop(err)
			f.finish(e.Cause())
			continue
		}
		if f.drained {
			// Blocks when the tables fall behind, and so slows the queue.
			if err := e.flusher.Add(f.mark, f.rows); err != nil {
				e.stop(err)
			}
			f.rows = nil
		}
		if e.guard != nil {
			e.guard.poll(time.Now())
		}
		e.free <- f
	}
}

func (e *Engine) commitOne(f *flight) error {
	if e.options.answerEarly {
		f.finish(nil)
	}
	if f.batch.Count() > 0 {
		begin := time.Now()
		// The commit point: entries exist once this returns nil. A crash before it leaves nothing, or everything
		// without an answer.
		if err := e.journal.Append(f.sealed); err != nil {
			return fmt.Errorf("append of batch %d: %w", f.sealed.First, err)
		}
		head := f.sealed.Head()
		e.head.Store(&head)
		e.queue.retryAfter.Store(int64(retryAfter(time.Since(begin), f.commands, e.options.QueueMax)))
	}
	f.finish(nil)
	return nil
}

// finish answers everybody whose last command is in the batch.
func (f *flight) finish(err error) {
	for i, w := range f.works {
		f.works[i] = nil
		w.finish(err)
	}
	f.works = f.works[:0]
}
