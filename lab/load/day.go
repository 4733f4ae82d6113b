package load

import (
	"fmt"
	"runtime"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Bare leads commands to a book alone, as a node does: verified, decided, folded, its changed rows taken; but nothing is stored.
type Bare struct {
	Book  *book.Book
	at    int64
	slice func(time.Duration) // told of each slice of a day that the book asks for; may be nil

	// Entered is told of each accepted command in the order of the journal; may be nil. The events are only lent.
	Entered func(h *book.Header, c book.Command, events []book.Event)
}

// NewBare is an empty book.
func NewBare() *Bare { return &Bare{Book: book.New(1), at: 1} }

// Wait moves the clock on to a moment, in microseconds since 1970; it never goes back.
func (n *Bare) Wait(until int64) { n.at = max(n.at, until) }

// Submit gives a command, and then what the book wants to run.
func (n *Bare) Submit(actor id.Actor, key string, c book.Command) ([]book.Event, error) {
	events, err := n.one(actor, key, c)
	if err != nil {
		return nil, err
	}
	for next := n.Book.Due(n.at); next != nil; next = n.Book.Due(n.at) {
		began := time.Now()
		if _, err := n.one(0, "", next); err != nil {
			return nil, err
		}
		if n.slice != nil {
			n.slice(time.Since(began))
		}
	}
	return events, nil
}

func (n *Bare) one(actor id.Actor, key string, c book.Command) ([]book.Event, error) {
	n.at += 1000
	h := book.Header{Sequence: n.Book.Sequence() + 1, At: n.at, Actor: actor, KeyToken: book.TokenOfKey(actor, key)}
	if rejection := book.Prepare(c); rejection != nil {
		return nil, fmt.Errorf("%T: %w", c, rejection)
	}
	decided, rejection := n.Book.Decide(&h, c)
	if rejection != nil {
		return nil, fmt.Errorf("%T: %w", c, rejection)
	}
	events := append([]book.Event(nil), decided...) // the draft's own slice is used again
	n.Book.Begin(&h)
	for _, e := range events {
		n.Book.Apply(e)
	}
	n.Book.Drain(func(book.Row) {})
	if n.Entered != nil {
		n.Entered(&h, c, events)
	}
	return events, nil
}

// Closing is what the close of one day took.
type Closing struct {
	Date    calendar.Date // the business date that was opened
	Span    time.Duration // of all slices
	Slices  int
	Longest time.Duration
	Heap    int64 // bytes by which what is live on the heap grew
}

// ClosesOfDay brings so many financings to where money is out, and then closes days: one on which nothing falls due, a run of 29 in
// one step, and the one after the first due date, on which a sixtieth of them becomes overdue.
func (n *Bare) ClosesOfDay(w *World, financings uint64, progress func(done uint64)) ([]Closing, error) {
	const disbursed = 9
	for done := range financings {
		life := w.NewLife(1<<40 + done)
		for i := range disbursed {
			step := life.Step(i)
			events, err := n.Submit(step.Actor, "", step.Command)
			if err != nil {
				return nil, fmt.Errorf("life %d, step %d: %w", life.Number, i, err)
			}
			life.Answered(events)
		}
		progress(done + 1)
	}
	var closings []Closing
	for _, days := range []int{1, 29, 1} {
		c := Closing{Date: n.Book.Date().AddDays(days)}
		n.slice = func(took time.Duration) {
			c.Slices++
			c.Span += took
			c.Longest = max(c.Longest, took)
		}
		before := live()
		if _, err := n.Submit(w.Maker, "", &book.OpenDay{Date: c.Date}); err != nil {
			return nil, err
		}
		c.Heap, n.slice = live()-before, nil
		closings = append(closings, c)
	}
	return closings, nil
}

// live is what a collection leaves on the heap, in bytes.
func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
