// Package webhook tells parties what happens: messages over the journal's events as a caller of the party would see them, signed after Standard
// Webhooks 1.0 (standardwebhooks.com), sent in order and at least once, and the same messages for who would rather ask.
package webhook

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"millrace/edge/access"
	"millrace/edge/view"
	"millrace/engine/delivery"
)

// Message is one event as a caller is told of it.
type Message struct {
	ID        string `json:"id" doc:"the same whenever the message is sent again"`
	Type      string `json:"type" doc:"one of those at /v1/event-kinds, or webhook.test" example:"receivable.confirmed"`
	Timestamp string `json:"timestamp" doc:"of the event"`
	Sequence  uint64 `json:"sequence" doc:"entry of the journal"`
	Cursor    string `json:"cursor" doc:"place of the message; what comes after it is asked for by it" example:"4711.2"`
	Data      Data   `json:"data"`
}

// Data is what a message says.
type Data struct {
	ID       string          `json:"id,omitempty" doc:"of the record that it is about"`
	Path     string          `json:"path,omitempty" doc:"of the record at this API, where the caller may read it"`
	State    string          `json:"state,omitempty" doc:"to which the event has moved the record"`
	Sentence string          `json:"sentence,omitempty" doc:"for a person"`
	Record   json.RawMessage `json:"record,omitempty" doc:"as the API shows it when the message is made, which may be later than the event; missing where it is larger than 16 KiB"`
}

const (
	// TestKind is the type of a test message.
	TestKind = "webhook.test"

	testPrefix     = "evt_test_"
	recordBytesMax = 16 << 10
)

// Records finds a record by its id, as the API shows it to a caller: where, and what. view.ErrNotFound for one that it does not show.
type Records func(v *view.View, c access.Caller, id string) (path string, record any, err error)

// IDOf names a message. The hash of the entry in it keeps two journals apart that went on differently after a restore.
func IDOf(t *view.Told) string {
	return fmt.Sprintf("evt_%d_%d_%s", t.Sequence, t.Event, hex.EncodeToString(t.Leaf[:6]))
}

// placeOfID reads entry and event out of a message's name.
func placeOfID(id string) (delivery.Place, bool) {
	parts := strings.Split(id, "_")
	if len(parts) != 4 || parts[0] != "evt" {
		return delivery.Place{}, false
	}
	return ParseCursor(parts[1] + "." + parts[2])
}

// Cursor prints a place.
func Cursor(p delivery.Place) string {
	if p.Event == delivery.Whole {
		return strconv.FormatUint(p.Sequence, 10)
	}
	return fmt.Sprintf("%d.%d", p.Sequence, p.Event)
}

// ParseCursor reads a place: "4711" is after the whole entry, "4711.2" after its second event, "" and "0" before everything.
func ParseCursor(text string) (delivery.Place, bool) {
	if text == "" {
		return delivery.Place{Event: delivery.Whole}, true
	}
	entry, event, divided := strings.Cut(text, ".")
	sequence, err := strconv.ParseUint(entry, 10, 62)
	if err != nil || strconv.FormatUint(sequence, 10) != entry {
		return delivery.Place{}, false
	}
	if !divided {
		return delivery.Place{Sequence: sequence, Event: delivery.Whole}, true
	}
	n, err := strconv.ParseUint(event, 10, 31)
	if err != nil || n >= delivery.Whole || strconv.FormatUint(n, 10) != event {
		return delivery.Place{}, false
	}
	return delivery.Place{Sequence: sequence, Event: int(n)}, true
}

// Scan gives what a caller is told after a place, oldest first: at most so many messages, out of at most so many entries. Reached is how far it
// has looked. No kinds: all.
func Scan(v *view.View, c access.Caller, after delivery.Place, kinds []string, messages, entries int) (told []view.Told, reached delivery.Place, err error) {
	reached = after
	for sequence := max(after.Sequence, 1); sequence <= v.Watermark(); sequence++ {
		if reached.Sequence >= sequence && reached.Event == delivery.Whole {
			continue
		}
		if entries--; entries < 0 {
			return told, reached, nil
		}
		of, err := v.Told(c, sequence)
		if err != nil {
			return nil, after, err
		}
		for _, one := range of {
			place := delivery.Place{Sequence: sequence, Event: one.Event}
			if !after.Before(place) || len(kinds) > 0 && !slices.Contains(kinds, one.Kind) {
				continue
			}
			if len(told) == messages {
				return told, reached, nil
			}
			told, reached = append(told, one), place
		}
		reached = delivery.Place{Sequence: sequence, Event: delivery.Whole}
	}
	return told, reached, nil
}

// Compose makes the message of what a caller is told. A record that the caller does not see any more, or that is too large, is left out.
func Compose(v *view.View, c access.Caller, t *view.Told, records Records) (Message, error) {
	m := Message{
		ID: IDOf(t), Type: t.Kind, Timestamp: view.Time(t.At), Sequence: t.Sequence, Cursor: Cursor(delivery.Place{Sequence: t.Sequence, Event: t.Event}),
		Data: Data{ID: t.Record, State: t.State, Sentence: t.Sentence},
	}
	path, record, err := records(v, c, t.Record)
	if errors.Is(err, view.ErrNotFound) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	text, err := json.Marshal(record)
	if err != nil {
		return m, fmt.Errorf("webhook: %s: %w", t.Record, err)
	}
	if m.Data.Path = path; len(text) <= recordBytesMax {
		m.Data.Record = text
	}
	return m, nil
}

// TestMessage is a message that says nothing but that it arrives.
func TestMessage(id, at string) Message {
	return Message{ID: id, Type: TestKind, Timestamp: at, Data: Data{Sentence: "This is a test: nothing has happened."}}
}

// TestID names the test message of one request, whose key tells it from others.
func TestID(key [16]byte) string { return testPrefix + hex.EncodeToString(key[:]) }
