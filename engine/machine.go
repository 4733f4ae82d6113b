package engine

import (
	"millrace/book"
)

// Machine is what the engine knows of the book. All its methods are called on one goroutine at a time; a panic in any of
// them is a broken invariant and stops the engine.
type Machine interface {
	// Decide answers what the command would do under the header, and changes nothing. The slice is valid until the next
	// call; the events themselves must not change any more.
	Decide(h *book.Header, c book.Command) ([]book.Event, *book.Rejection)

	// Begin folds an entry's header, before its events.
	Begin(h *book.Header)

	// Apply folds one event of the entry begun last. It cannot fail.
	Apply(e book.Event)

	// SequenceOfKey returns the entry that used the idempotency key, when that is at most 30 days before at, in
	// microseconds since the Unix epoch.
	SequenceOfKey(t book.KeyToken, at int64) (sequence uint64, ok bool)

	// Due returns a command that wants to run now (a timer that has come, a slice of long work), or nil. The engine asks
	// before every command and when it is idle, and submits what it gets as the node itself; so it must be cheap.
	Due(at int64) book.Command

	// Drain yields the records that changed since the last Drain.
	Drain(yield func(book.Row))

	// Tables describes the tables that Drain yields rows of.
	Tables() []book.Table

	// Load takes one record of a live table, in its stored encoding, by table and number ascending. The bytes are valid
	// until it returns. It is called on a fresh machine only.
	Load(table int, number uint64, record []byte) error

	// Loaded ends the loading: h is the header of the last entry that the records include. Index builders run here.
	Loaded(h book.Header) error

	// Digest returns a hash over the whole state.
	Digest() [32]byte
}

// Codec turns commands and events into bytes and back. Encoding cannot fail. A decoder gets bytes that nothing else
// holds for writing; it may alias them.
type Codec struct {
	AppendCommand func(dst []byte, c book.Command) []byte
	DecodeCommand func(kind uint16, b []byte) (book.Command, error)
	AppendEvent   func(dst []byte, e book.Event) []byte
	DecodeEvent   func(kind uint16, b []byte) (book.Event, error)
}

// fold takes one entry into the machine. The sequencer and the recovery both come here.
func fold(m Machine, h *book.Header, events []book.Event) {
	m.Begin(h)
	for _, event := range events {
		m.Apply(event)
	}
}
