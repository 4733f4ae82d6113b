package engine

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"time"

	"millrace/book"
	"millrace/engine/journal"
	"millrace/engine/table"
)

// flight is a batch on its way: the sequencer fills it, the committer appends and answers it, and gives it back.
type flight struct {
	batch    journal.BatchWriter
	sealed   journal.Sealed
	works    []*work // whose last answer waits for this batch
	commands int     // decided in it, with and without an entry
	rows     []book.Row
	drained  bool       // rows were drained at its end, which mark names
	mark     table.Mark // the last entry that rows include
}

func (f *flight) empty() bool {
	return f.commands == 0 && len(f.works) == 0 && !f.drained
}

func (f *flight) full(bytesMax int) bool {
	return f.batch.Count() > 0 && f.batch.Size() >= bytesMax || f.commands >= batchCommandsMax
}

// sequencer owns the machine. All its fields belong to one goroutine.
type sequencer struct {
	engine   *Engine
	machine  Machine
	header   book.Header // of the entry under way
	next     uint64      // sequence of the next entry
	stamp    int64       // of the last entry
	leaf     [32]byte    // of the last entry
	identity [32]byte    // leaf of the first entry
	previous [32]byte    // hash of the last batch
	events   []book.Event
	body     []byte
	salt     [16]byte

	flight    *flight
	waiting   []*work // taken from the queue, in order
	cursor    int     // of waiting: the work under way
	request   int     // of that work: the next request
	undrained int     // commands since the last Drain
	ending    bool    // the queue is closed and empty
	dueRested bool    // the due command was rejected; rest until the next entry or poll
}

// run is the sequencer's goroutine.
func (s *sequencer) run() {
	defer close(s.engine.flights)
	defer s.abandon()
	defer func() {
		if broken := recover(); broken != nil {
			s.engine.options.Logger.Error("broken invariant", "panic", broken, "stack", string(debug.Stack()))
			s.engine.stop(fmt.Errorf("broken invariant at entry %d: %v", s.next, broken))
		}
	}()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		ended := s.fill()
		if s.stopped() {
			return
		}
		s.ending = ended
		if s.wantsDrain() || !s.flight.empty() {
			if !s.handOver() {
				return
			}
			continue
		}
		if ended {
			return
		}
		if s.runDueIdle() {
			continue
		}
		if s.engine.options.DuePoll > 0 {
			timer.Reset(s.engine.options.DuePoll)
		}
		select {
		case <-s.engine.queue.wake:
		case <-timer.C:
			s.dueRested = false
		case <-s.engine.stopping:
			return
		}
	}
}

func (s *sequencer) stopped() bool {
	select {
	case <-s.engine.stopping:
		return true
	default:
		return false
	}
}

// fill decides what waits, until the queue is empty or the batch is full. It tells whether the queue is closed and empty.
func (s *sequencer) fill() (ended bool) {
	bytesMax := s.engine.options.BatchBytesMax
	for {
		if s.cursor == len(s.waiting) {
			clear(s.waiting)
			var closed error
			s.waiting, closed = s.engine.queue.take(s.waiting)
			s.cursor, s.request = 0, 0
			if len(s.waiting) == 0 {
				return closed != nil
			}
		}
		for s.cursor < len(s.waiting) {
			if s.flight.full(bytesMax) || len(s.engine.free) > 0 && s.flight.full(bytesMax/4) {
				return false
			}
			s.step()
		}
	}
}

// step decides one request of the work under way.
func (s *sequencer) step() {
	w := s.waiting[s.cursor]
	if w.run != nil {
		w.run(s.machine)
	} else {
		s.submit(w, s.request)
		s.request++
		if s.request < len(w.requests) {
			return
		}
		s.engine.queue.release(w)
	}
	s.flight.works = append(s.flight.works, w)
	s.cursor, s.request = s.cursor+1, 0
}

// handOver gives the batch to the committer once that is free, and goes on deciding meanwhile while there is room. It
// returns false when the engine stopped.
func (s *sequencer) handOver() bool {
	if len(s.engine.free) == 0 && !s.flight.full(s.engine.options.BatchBytesMax) {
		select {
		case next := <-s.engine.free:
			return s.launch(next)
		case <-s.engine.queue.wake:
			return true
		case <-s.engine.stopping:
			return false
		}
	}
	// Callers who were answered just now get the chance to be in this batch.
	if s.cursor == len(s.waiting) && len(s.flight.works) > 0 && len(s.engine.free) > 0 {
		runtime.Gosched()
		if s.fill(); s.stopped() {
			return false
		}
	}
	select {
	case next := <-s.engine.free:
		return s.launch(next)
	case <-s.engine.stopping:
		return false
	}
}

func (s *sequencer) launch(next *flight) bool {
	f := s.flight
	if s.wantsDrain() {
		s.drain(f)
	}
	if f.batch.Count() > 0 {
		f.sealed = f.batch.Seal()
		s.previous = f.sealed.Hash
	}
	s.flight = nil
	s.engine.flights <- f // never blocks: there are as many places as flights
	s.open(next)
	return true
}

func (s *sequencer) open(f *flight) {
	f.batch.Reset(uint32(s.engine.options.Shard), s.next, s.previous)
	f.sealed = journal.Sealed{}
	clear(f.works)
	f.works, f.commands, f.rows, f.drained = f.works[:0], 0, nil, false
	s.flight = f
}

// wantsDrain tells whether the flusher should get what changed. While it is busy the changes gather in the machine,
// where a record that changes often is one row, but not without end.
func (s *sequencer) wantsDrain() bool {
	flusher := s.engine.flusher
	return flusher != nil && s.undrained > 0 && (flusher.Hungry() || s.undrained >= undrainedMax || s.ending)
}

const undrainedMax = 1 << 16

func (s *sequencer) drain(f *flight) {
	f.rows = s.engine.flusher.Rows()
	s.machine.Drain(func(row book.Row) { f.rows = append(f.rows, row) })
	f.mark = table.Mark{Sequence: s.next - 1, Identity: s.identity, Leaf: s.leaf}
	f.drained = true
	s.undrained = 0
}

// submit decides one request and writes its result, which is not published before the batch is durable.
func (s *sequencer) submit(w *work, i int) {
	p, result := &w.requests[i], &w.results[i]
	s.flight.commands++
	if result.Rejection != nil {
		return
	}
	at, ok := s.now()
	if !ok {
		result.Rejection = clockAhead
		return
	}
	s.runDue(at)
	if p.token != (book.KeyToken{}) {
		if sequence, used := s.machine.SequenceOfKey(p.token, at); used {
			w.repeats[i] = sequence
			return
		}
	}
	result.Answer, result.Rejection = s.decide(at, p)
}

// now returns the stamp for the next entry; false when the clock is too far ahead.
func (s *sequencer) now() (at int64, ok bool) {
	at = s.engine.options.Clock()
	ahead := s.engine.options.ClockAheadMax
	if ahead > 0 && s.next > 1 && at > s.stamp && uint64(at)-uint64(s.stamp) > uint64(ahead.Microseconds()) &&
		at > s.engine.clockAllowed.Load() {
		return 0, false
	}
	return max(at, s.stamp), true
}

// decide is the way of every command: decide, encode, fold. Nothing refuses after the encoding.
func (s *sequencer) decide(at int64, p *prepared) (Answer, *book.Rejection) {
	s.header = book.Header{Sequence: s.next, At: at, Actor: p.actor, KeyToken: p.token}
	events, rejection := s.machine.Decide(&s.header, p.command)
	if rejection != nil {
		return Answer{}, rejection
	}
	leaf, err := s.encode(p, events)
	switch {
	case errors.Is(err, journal.ErrEntryTooLarge):
		return Answer{}, entryTooLarge
	case err != nil:
		panic(err)
	}
	kept := s.keep(events)
	fold(s.machine, &s.header, kept)
	if s.next == 1 {
		s.identity = leaf
	}
	s.next, s.stamp, s.leaf = s.next+1, at, leaf
	s.undrained++
	s.dueRested = false
	return Answer{Sequence: s.header.Sequence, At: at, Events: kept, Leaf: leaf}, nil
}

func (s *sequencer) encode(p *prepared, events []book.Event) (leaf [32]byte, err error) {
	if _, err := io.ReadFull(s.engine.options.Salts, s.salt[:]); err != nil {
		return leaf, fmt.Errorf("source of salts: %w", err)
	}
	header := journal.Header{Sequence: s.next, At: s.header.At, Actor: uint64(p.actor), Key: p.key, BodyHash: p.hash}
	w := s.flight.batch.Begin(s.salt, header, journal.Body{Kind: p.command.Kind(), Bytes: p.body})
	for _, event := range events {
		w.EndEvent(s.engine.options.Codec.AppendEvent(w.BeginEvent(event.Kind()), event))
	}
	return s.flight.batch.End()
}

// keep copies the events out of the machine's slice, many answers into one array.
func (s *sequencer) keep(events []book.Event) []book.Event {
	if cap(s.events)-len(s.events) < len(events) {
		s.events = make([]book.Event, 0, max(256, len(events)))
	}
	start := len(s.events)
	s.events = append(s.events, events...)
	return s.events[start:len(s.events):len(s.events)]
}

// runDue submits at most one due command, as the node itself. It tells whether an entry came of it.
func (s *sequencer) runDue(at int64) bool {
	if s.dueRested || s.engine.readOnly.Load() {
		return false
	}
	command := s.machine.Due(at)
	if command == nil {
		return false
	}
	s.flight.commands++
	p := s.prepareOwn(command)
	if _, rejection := s.decide(at, &p); rejection != nil {
		s.engine.options.Logger.Error("due command rejected", "kind", command.Kind(), "code", rejection.Code, "sentence", rejection.Sentence)
		s.dueRested = true
		return false
	}
	return true
}

// runDueIdle is runDue for an engine with nothing else to do.
func (s *sequencer) runDueIdle() bool {
	if s.engine.options.DuePoll < 0 || s.engine.readOnly.Load() || s.dueRested || s.flight.full(s.engine.options.BatchBytesMax) {
		return false
	}
	if s.engine.guard != nil && s.engine.guard.full() {
		return false
	}
	at, ok := s.now()
	return ok && s.runDue(at)
}

// abandon answers everything that will not be decided any more.
func (s *sequencer) abandon() {
	cause := s.engine.Cause()
	if cause == nil {
		cause = ErrStopped
	}
	if s.flight != nil {
		for _, w := range s.flight.works {
			w.finish(cause)
		}
	}
	for {
		for _, w := range s.waiting[s.cursor:] {
			s.engine.queue.release(w)
			w.finish(cause)
		}
		s.cursor = 0
		if s.waiting, _ = s.engine.queue.take(nil); len(s.waiting) == 0 {
			return
		}
	}
}
