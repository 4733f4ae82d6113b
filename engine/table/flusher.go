package table

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"millrace/book"
)

const (
	pendingRowsMax = 1 << 17 // rows that may wait while others are written
	keptRowsMax    = 1 << 18 // slices above this are left to the garbage collector
)

var errFlusherClosed = errors.New("table: flusher closed")

// Flusher writes rows to a store in the background. Whatever came while it wrote goes in the next transaction. One
// goroutine adds; any may wait.
type Flusher struct {
	store  *Store
	hungry atomic.Bool // nothing waits and nothing is being written
	ended  chan struct{}
	spare  sync.Pool // of *[]book.Row

	mutex    sync.Mutex
	changed  *sync.Cond // room, work, or the end
	pending  []book.Row // guarded by mutex, as all below
	mark     Mark       // of pending
	marked   bool       // there is something to write, if only a mark
	written  Mark
	closed   bool
	err      error
	waiters  []waiter
	rest     time.Duration // between two transactions for which nobody waits
	resting  *time.Timer   // nil while it does not rest
	onHungry func()
	onError  func(error)
}

type waiter struct {
	sequence uint64
	ready    chan struct{}
}

// NewFlusher starts writing to the store, which is the flusher's until Close.
func NewFlusher(store *Store) *Flusher {
	f := &Flusher{store: store, ended: make(chan struct{}), written: store.Mark()}
	f.changed = sync.NewCond(&f.mutex)
	f.hungry.Store(true)
	go f.run()
	return f
}

// OnHungry sets what is called whenever the flusher has nothing left to do; it must be quick.
func (f *Flusher) OnHungry(call func()) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.onHungry = call
}

// OnError sets what is called when a write fails. The flusher writes nothing more after that.
func (f *Flusher) OnError(call func(error)) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.onError = call
}

// Rest has the flusher rest so long between two transactions, so that a record that changes often is written once. Whoever waits for the
// tables ends a rest; 0: it never rests, as is usual.
func (f *Flusher) Rest(rest time.Duration) {
	f.mutex.Lock()
	f.rest = rest
	rested := f.rested()
	f.mutex.Unlock()
	rested()
}

// rested ends a rest under way and gives whom to tell, once the mutex is free.
func (f *Flusher) rested() (tell func()) {
	if f.resting == nil {
		return func() {}
	}
	f.resting.Stop()
	f.resting = nil
	if f.marked || f.err != nil {
		return func() {}
	}
	f.hungry.Store(true)
	if f.onHungry == nil {
		return func() {}
	}
	return f.onHungry
}

// Hungry tells whether the flusher has nothing to do, and does not rest.
func (f *Flusher) Hungry() bool { return f.hungry.Load() }

// Watermark returns up to where the tables are written.
func (f *Flusher) Watermark() Mark {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.written
}

// Rows returns an empty slice to fill and Add.
func (f *Flusher) Rows() []book.Row {
	if rows, ok := f.spare.Get().(*[]book.Row); ok {
		return *rows
	}
	return nil
}

// Add takes rows which, with all that were added before, stand at mark. It takes over the slice, and blocks while too
// many rows wait.
func (f *Flusher) Add(mark Mark, rows []book.Row) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for len(f.pending) > 0 && len(f.pending)+len(rows) > pendingRowsMax && f.err == nil && !f.closed {
		f.changed.Wait()
	}
	if f.err != nil {
		return f.err
	}
	if f.closed {
		return errFlusherClosed
	}
	if len(f.pending) == 0 {
		f.pending, rows = rows, f.pending
	} else {
		f.pending = append(f.pending, rows...)
	}
	f.mark, f.marked = mark, true
	f.hungry.Store(false)
	f.giveBack(rows)
	f.changed.Broadcast()
	return nil
}

func (f *Flusher) giveBack(rows []book.Row) {
	if cap(rows) == 0 || cap(rows) > keptRowsMax {
		return
	}
	clear(rows)
	rows = rows[:0]
	f.spare.Put(&rows)
}

func (f *Flusher) run() {
	defer close(f.ended)
	for {
		f.mutex.Lock()
		for !f.marked && !f.closed {
			f.changed.Wait()
		}
		if !f.marked || f.err != nil {
			f.mutex.Unlock()
			return
		}
		rows, mark := f.pending, f.mark
		f.pending, f.marked = nil, false
		f.changed.Broadcast()
		f.mutex.Unlock()

		err := f.store.Write(rows, mark)
		f.wrote(mark, err)
		f.giveBack(rows)
		if err != nil {
			return
		}
	}
}

// wrote tells everybody who waits for what was written.
func (f *Flusher) wrote(mark Mark, err error) {
	f.mutex.Lock()
	if err != nil {
		f.err = err
	} else {
		f.written = mark
	}
	left := f.waiters[:0]
	for _, w := range f.waiters {
		if err != nil || w.sequence <= mark.Sequence {
			close(w.ready)
		} else {
			left = append(left, w)
		}
	}
	f.waiters = left
	hungry := err == nil && !f.marked
	if hungry && f.rest > 0 && len(f.waiters) == 0 && !f.closed {
		hungry = false
		f.resting = time.AfterFunc(f.rest, func() {
			f.mutex.Lock()
			rested := f.rested()
			f.mutex.Unlock()
			rested()
		})
	}
	f.hungry.Store(hungry)
	onHungry, onError := f.onHungry, f.onError
	f.changed.Broadcast()
	f.mutex.Unlock()
	if hungry && onHungry != nil {
		onHungry()
	}
	if err != nil && onError != nil {
		onError(err)
	}
}

// Wait returns once the tables include the entry of that sequence, or with the error of ctx or of a write.
func (f *Flusher) Wait(ctx context.Context, sequence uint64) error {
	f.mutex.Lock()
	if f.written.Sequence >= sequence || f.err != nil || f.closed {
		defer f.mutex.Unlock()
		if f.written.Sequence < sequence && f.err == nil {
			return errFlusherClosed
		}
		return f.err
	}
	w := waiter{sequence: sequence, ready: make(chan struct{})}
	f.waiters = append(f.waiters, w)
	rested := f.rested()
	f.mutex.Unlock()
	rested()
	select {
	case <-w.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.written.Sequence < sequence {
		return errors.Join(f.err, errFlusherClosed)
	}
	return nil
}

// Close writes what waits and ends the flusher; the store stays open. It returns the error of a failed write.
func (f *Flusher) Close() error {
	f.mutex.Lock()
	f.closed = true
	if f.resting != nil {
		f.resting.Stop()
		f.resting = nil
	}
	f.changed.Broadcast()
	f.mutex.Unlock()
	<-f.ended
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for _, w := range f.waiters {
		close(w.ready)
	}
	f.waiters = nil
	return f.err
}
