package book

import (
	"bytes"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Stored forms are CBOR (RFC 8949) in the core deterministic encoding, every field under an integer key that is its for
// ever: the same value gives the same bytes on every machine.
var (
	encoding = mustEncoding()
	decoding = mustDecoding()
)

func mustEncoding() cbor.UserBufferEncMode {
	options := cbor.CoreDetEncOptions()
	options.TextMarshaler = cbor.TextMarshalerNone
	options.BinaryMarshaler = cbor.BinaryMarshalerNone
	mode, err := options.UserBufferEncMode()
	if err != nil {
		panic(err)
	}
	return mode
}

func mustDecoding() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField, MaxArrayElements: 1 << 20,
		TextUnmarshaler: cbor.TextUnmarshalerNone, BinaryUnmarshaler: cbor.BinaryUnmarshalerNone,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return mode
}

func appendValue(dst []byte, value any) []byte {
	buffer := bytes.NewBuffer(dst)
	if err := encoding.MarshalToBuffer(value, buffer); err != nil {
		panic(fmt.Sprintf("book: %T can't be stored: %v", value, err))
	}
	return buffer.Bytes()
}

// AppendCommand appends the stored form of a command.
func AppendCommand(dst []byte, c Command) []byte { return appendValue(dst, c) }

// AppendEvent appends the stored form of an event.
func AppendEvent(dst []byte, e Event) []byte { return appendValue(dst, e) }

// DecodeCommand reads a stored command; it fails on a kind that is not known and on bytes that are not of that kind.
func DecodeCommand(kind uint16, stored []byte) (Command, error) {
	fresh, found := commandKinds[kind]
	if !found {
		return nil, fmt.Errorf("command kind %d is not known to this version", kind)
	}
	command := fresh()
	if err := decoding.Unmarshal(stored, command); err != nil {
		return nil, fmt.Errorf("command %T: %w", command, err)
	}
	return command, nil
}

// DecodeEvent reads a stored event; it fails as DecodeCommand does.
func DecodeEvent(kind uint16, stored []byte) (Event, error) {
	fresh, found := eventKinds[kind]
	if !found {
		return nil, fmt.Errorf("event kind %d is not known to this version", kind)
	}
	event := fresh()
	if err := decoding.Unmarshal(stored, event); err != nil {
		return nil, fmt.Errorf("event %T: %w", event, err)
	}
	return event, nil
}

// act is a command as the book itself sees it.
type act interface {
	Command
	// decide climbs the ladder and writes events into the draft; a rejection drops them.
	decide(d *draft) *Rejection
}

// fact is an event as the book itself sees it.
type fact interface {
	Event
	fold(b *Book)
}

var (
	commandKinds = map[uint16]func() act{}
	eventKinds   = map[uint16]func() fact{}
)

func registerCommand(fresh func() act) {
	kind := fresh().Kind()
	if commandKinds[kind] != nil {
		panic(fmt.Sprintf("book: two commands of kind %d", kind))
	}
	commandKinds[kind] = fresh
}

func registerEvent(fresh func() fact) {
	kind := fresh().Kind()
	if eventKinds[kind] != nil {
		panic(fmt.Sprintf("book: two events of kind %d", kind))
	}
	eventKinds[kind] = fresh
}
