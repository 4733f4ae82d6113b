package engine

import (
	"sync"
	"sync/atomic"
	"time"

	"millrace/book"
	"millrace/domain/id"
)

// prepared is a request after everything was done that needs no book.
type prepared struct {
	actor   id.Actor
	key     string
	token   book.KeyToken
	hash    [32]byte
	command book.Command
	body    []byte // the encoded command
}

// work is what one caller waits for: some commands, or a function to run on the sequencer. The caller owns it until
// push and again after done; in between the sequencer does.
type work struct {
	requests  []prepared
	results   []Result
	repeats   []uint64 // the earlier entry whose key the request bears; 0 for none
	buffer    []byte   // holds the bodies
	rejected  []int    // requests that were rejected before they queued
	run       func(Machine)
	err       error
	done      chan struct{} // holds one signal
	bytesHeld int
}

var works = sync.Pool{New: func() any { return &work{done: make(chan struct{}, 1)} }}

func newWork() *work { return works.Get().(*work) }

// recycle gives the work back. Results must have been copied out.
func (w *work) recycle() {
	clear(w.requests)
	clear(w.results)
	w.requests, w.results, w.repeats, w.rejected = w.requests[:0], w.results[:0], w.repeats[:0], w.rejected[:0]
	if cap(w.buffer) > 64<<10 {
		w.buffer = nil
	}
	w.buffer = w.buffer[:0]
	w.run, w.err = nil, nil
	works.Put(w)
}

func (w *work) finish(err error) {
	w.err = err
	w.done <- struct{}{}
}

// queue holds the work that waits for the sequencer.
type queue struct {
	mutex      sync.Mutex
	works      []*work
	closed     error
	commands   atomic.Int64 // not yet decided
	bytes      atomic.Int64 // of their bodies
	max        int64
	wake       chan struct{} // holds one signal
	retryAfter atomic.Int64  // nanoseconds; what a full queue is told
}

// signal wakes the sequencer.
func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// push hands work to the sequencer, or refuses it at once.
func (q *queue) push(w *work) error {
	count := int64(len(w.requests))
	w.bytesHeld = len(w.buffer)
	q.mutex.Lock()
	if q.closed != nil {
		q.mutex.Unlock()
		return q.closed
	}
	waiting := q.commands.Load()
	if waiting > 0 && count > 0 && (waiting+count > q.max || q.bytes.Load()+int64(w.bytesHeld) > queueBytesMax) {
		q.mutex.Unlock()
		return &BusyError{RetryAfter: time.Duration(q.retryAfter.Load())}
	}
	q.commands.Add(count)
	q.bytes.Add(int64(w.bytesHeld))
	q.works = append(q.works, w)
	first := len(q.works) == 1
	q.mutex.Unlock()
	if first {
		q.signal()
	}
	return nil
}

// take returns everything that waits, in exchange for an empty slice.
func (q *queue) take(empty []*work) (waiting []*work, closed error) {
	q.mutex.Lock()
	waiting, q.works = q.works, empty[:0]
	closed = q.closed
	q.mutex.Unlock()
	return waiting, closed
}

// release tells that the work is decided.
func (q *queue) release(w *work) {
	q.commands.Add(-int64(len(w.requests)))
	q.bytes.Add(-int64(w.bytesHeld))
}

// close refuses all further work with err.
func (q *queue) close(err error) {
	q.mutex.Lock()
	if q.closed == nil {
		q.closed = err
	}
	q.mutex.Unlock()
}
