package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

const (
	// EntryBytesMax is the most that one encoded entry may hold.
	EntryBytesMax = 1 << 20
	// KeyBytesMax is the most that an idempotency key may hold.
	KeyBytesMax = 128
)

var (
	// ErrEntryTooLarge is returned for an entry above EntryBytesMax.
	ErrEntryTooLarge = errors.New("journal: entry is larger than 1 MiB")
	// ErrMalformed is wrapped by every error about bytes that are no entry or no
	// batch of this format.
	ErrMalformed = errors.New("journal: malformed")
)

// Header is what an entry says about its command.
type Header struct {
	Sequence uint64   // from 1, without gap within the shard
	At       int64    // stamp, microseconds since the Unix epoch, UTC; never decreasing
	Actor    uint64   // number of the actor on whose authority the command came; 0 is the node itself
	Key      string   // idempotency key, scoped to the actor, at most KeyBytesMax bytes
	BodyHash [32]byte // SHA-256 of the command as encoded: what a repeat is compared with
}

// Body is one encoded command or event.
type Body struct {
	Kind  uint16
	Bytes []byte
}

// Entry is one accepted command with its header and events.
type Entry struct {
	Sequence uint64   // see Header
	At       int64    // see Header
	Actor    uint64   // see Header
	Key      string   // see Header
	BodyHash [32]byte // see Header
	Command  Body     // what was asked
	Events   []Body   // what became of it
}

// Header returns the entry's header.
func (e *Entry) Header() Header {
	return Header{Sequence: e.Sequence, At: e.At, Actor: e.Actor, Key: e.Key, BodyHash: e.BodyHash}
}

// AppendTo appends the entry's exact bytes to dst. It panics when the key is
// longer than KeyBytesMax; the size of the whole is checked by BatchWriter.
func (e *Entry) AppendTo(dst []byte) []byte {
	var w EntryWriter
	w.Begin(dst, e.Header(), e.Command)
	for i := range e.Events {
		w.Event(e.Events[i])
	}
	return w.End()
}

// EntryWriter encodes one entry after another straight into a caller's buffer,
// without a Body per event and without an allocation of its own:
//
//	w.Begin(buffer, header, command)
//	for … {
//		w.EndEvent(event.AppendTo(w.BeginEvent(kind)))
//	}
//	buffer = w.End()
//
// The zero value is ready. Its bytes are those of Entry.AppendTo.
type EntryWriter struct {
	buffer  []byte
	countAt int // where the number of events stands
	bodyAt  int // where the length of the open event stands
	events  int
}

// Begin starts an entry at the end of dst. It panics when the key is longer
// than KeyBytesMax.
func (w *EntryWriter) Begin(dst []byte, header Header, command Body) {
	w.buffer = appendUntilCommandLength(dst, header, command.Kind)
	w.buffer = binary.AppendUvarint(w.buffer, uint64(len(command.Bytes)))
	w.buffer = append(w.buffer, command.Bytes...)
	w.startEvents()
}

func appendUntilCommandLength(dst []byte, header Header, kind uint16) []byte {
	if len(header.Key) > KeyBytesMax {
		panic(fmt.Sprintf("journal: idempotency key of %d bytes", len(header.Key)))
	}
	dst = binary.AppendUvarint(dst, header.Sequence)
	dst = binary.AppendVarint(dst, header.At)
	dst = binary.AppendUvarint(dst, header.Actor)
	dst = binary.AppendUvarint(dst, uint64(len(header.Key)))
	dst = append(dst, header.Key...)
	dst = append(dst, header.BodyHash[:]...)
	return binary.AppendUvarint(dst, uint64(kind))
}

func (w *EntryWriter) startEvents() {
	w.events = 0
	w.countAt = len(w.buffer)
	w.buffer = append(w.buffer, 0)
}

// BeginEvent starts an event and returns the buffer to append its bytes to.
func (w *EntryWriter) BeginEvent(kind uint16) []byte {
	w.buffer = binary.AppendUvarint(w.buffer, uint64(kind))
	w.bodyAt = len(w.buffer)
	w.buffer = append(w.buffer, 0)
	return w.buffer
}

// EndEvent takes back the buffer of BeginEvent with the event appended.
func (w *EntryWriter) EndEvent(buffer []byte) {
	w.buffer = putLength(buffer, w.bodyAt, len(buffer)-w.bodyAt-1)
	w.events++
}

// Event appends an event that is encoded already.
func (w *EntryWriter) Event(event Body) {
	w.buffer = binary.AppendUvarint(w.buffer, uint64(event.Kind))
	w.buffer = binary.AppendUvarint(w.buffer, uint64(len(event.Bytes)))
	w.buffer = append(w.buffer, event.Bytes...)
	w.events++
}

// End finishes the entry and returns the buffer given to Begin with the entry
// appended.
func (w *EntryWriter) End() []byte {
	buffer := putLength(w.buffer, w.countAt, w.events)
	w.buffer = nil
	return buffer
}

// putLength writes n as a uvarint over the one byte kept free at position at,
// moving what follows when n needs more. Most bodies are under 128 bytes.
func putLength(buffer []byte, at, n int) []byte {
	if n < 0x80 {
		buffer[at] = byte(n)
		return buffer
	}
	var length [binary.MaxVarintLen64]byte
	size := binary.PutUvarint(length[:], uint64(n))
	buffer = append(buffer, length[:size-1]...)
	copy(buffer[at+size:], buffer[at+1:len(buffer)-(size-1)])
	copy(buffer[at:], length[:size])
	return buffer
}

// DecodeEntry reads exactly one entry. Every byte must be used, every integer
// in its shortest form, every length within b; else the error wraps
// ErrMalformed (or is ErrEntryTooLarge). Key is a copy, the bodies alias b.
func DecodeEntry(b []byte) (Entry, error) {
	if len(b) > EntryBytesMax {
		return Entry{}, ErrEntryTooLarge
	}
	r := reader{rest: b}
	var e Entry
	e.Sequence = r.uvarint("sequence")
	e.At = r.varint("stamp")
	e.Actor = r.uvarint("actor")
	keyLength := r.uvarint("length of key")
	if keyLength > KeyBytesMax {
		r.fail("key is too long")
	}
	e.Key = string(r.take(keyLength, "key"))
	copy(e.BodyHash[:], r.take(32, "body hash"))
	e.Command = r.body("command")
	count := r.uvarint("number of events")
	// An event takes two bytes at least, which bounds what is allocated here.
	if count > uint64(len(r.rest))/2 {
		r.fail("more events than bytes")
	}
	if r.err != nil {
		return Entry{}, r.err
	}
	if e.Sequence == 0 {
		return Entry{}, fmt.Errorf("%w entry: sequence 0", ErrMalformed)
	}
	if count > 0 {
		e.Events = make([]Body, count)
		for i := range e.Events {
			e.Events[i] = r.body("event")
		}
	}
	if r.err == nil && len(r.rest) > 0 {
		r.fail("bytes after its end")
	}
	if r.err != nil {
		return Entry{}, r.err
	}
	return e, nil
}

// decodeStart reads the sequence and the stamp only.
func decodeStart(entry []byte) (sequence uint64, at int64, err error) {
	r := reader{rest: entry}
	sequence = r.uvarint("sequence")
	at = r.varint("stamp")
	return sequence, at, r.err
}

// reader takes an entry apart; after a failure it only yields zeros.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail(why string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w entry: %s", ErrMalformed, why)
	}
	r.rest = nil
}

func (r *reader) uvarint(what string) uint64 {
	if r.err != nil {
		return 0
	}
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || (n > 1 && r.rest[n-1] == 0) {
		r.fail(what + " is no shortest varint")
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) varint(what string) int64 {
	u := r.uvarint(what)
	return int64(u>>1) ^ -int64(u&1)
}

func (r *reader) take(n uint64, what string) []byte {
	if r.err != nil {
		return nil
	}
	if n > uint64(len(r.rest)) {
		r.fail(what + " reaches past the end")
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) body(what string) Body {
	kind := r.uvarint(what)
	if kind > math.MaxUint16 {
		r.fail(what + " has no such kind")
	}
	length := r.uvarint(what)
	return Body{Kind: uint16(kind), Bytes: r.take(length, what)}
}
