package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/lab/load"
)

// node runs a book as the engine does, without a journal: decide, store, fold.
type node struct {
	refusedUnder []book.InstructionRefusal // by instructions
	t            testing.TB
	book         *book.Book
	at           int64
	rejected     *book.Rejection
	recount      *book.FeatureRecount
}

func newNode(t testing.TB) *node {
	return &node{t: t, book: book.New(1), at: 1_790_000_000_000_000, recount: book.NewFeatureRecount()}
}

func (n *node) submit(actor id.Actor, key string, c book.Command) ([]book.Event, error) {
	n.at += 1000
	h := book.Header{Sequence: n.book.Sequence() + 1, At: n.at, Actor: actor, KeyToken: book.TokenOfKey(actor, key)}
	events, rejection := book.PrepareAndDecide(n.book, &h, c)
	if n.rejected = rejection; rejection != nil {
		return nil, rejection
	}
	n.book.Begin(&h)
	stored := make([]book.Event, len(events))
	for i, e := range events {
		decoded, err := book.DecodeEvent(e.Kind(), book.AppendEvent(nil, e))
		if err != nil {
			n.t.Fatalf("%T: %v", e, err)
		}
		stored[i] = decoded
		n.book.Apply(decoded)
		n.recount.Add(decoded)
		if followed, ok := decoded.(*book.InstructionFollowed); ok {
			n.refusedUnder = append(n.refusedUnder, followed.Refused...)
		}
	}
	for next := n.book.Due(n.at); next != nil; next = n.book.Due(n.at) {
		if _, err := n.submit(0, "", next); err != nil {
			n.t.Fatalf("%T: %v", next, err)
		}
	}
	n.recounted()
	return stored, nil
}

// recounted holds rolling facts against the events now and then.
func (n *node) recounted() {
	if _, timed := n.t.(*testing.B); timed || n.book.Sequence()%64 != 0 {
		return
	}
	if breaches := n.recount.Breaches(n.book); len(breaches) > 0 {
		n.t.Fatalf("entry %d: %v", n.book.Sequence(), breaches)
	}
}

func (n *node) world(sellers int) *load.World {
	n.t.Helper()
	w, err := load.NewWorld(n.submit, sellers)
	if err != nil {
		n.t.Fatal(err)
	}
	return w
}

func (n *node) live(l *load.Life, from, to int) {
	n.t.Helper()
	for i := from; i < to; i++ {
		step := l.Step(i)
		events, err := n.submit(step.Actor, "", step.Command)
		if err != nil {
			n.t.Fatalf("step %d, %T: %v", i, step.Command, err)
		}
		l.Answered(events)
	}
}

func TestLifeFromOrderToClose(t *testing.T) {
	for _, discount := range []bool{false, true} {
		n := newNode(t)
		w := n.world(3)
		for i := range uint64(5) {
			l := w.NewLife(i)
			l.Discount = discount
			n.live(&l, 0, load.Steps)
		}
	}
}
