package view

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/engine/journal"
)

// Told is one event of an entry as a caller is told of it by a message.
type Told struct {
	Sequence uint64
	Event    int   // its place in the entry, from 1
	At       int64 // stamp of the entry
	Leaf     [32]byte
	Kind     string // stable: "receivable.confirmed"
	Record   string // printed id of what it is about
	State    string // to which the record was moved; "" where the event names none
	Sentence string
}

// Kind is a kind of messages.
type Kind struct {
	Kind  string `json:"kind" doc:"stable"`
	About string `json:"about" doc:"prefix of the ids of the records that it is about"`
}

// announcement is the public name of an event, and what it is about.
type announcement struct {
	kind  string
	event book.Event
	about func(book.Event) []string // nil: the id or the record that the event begins with
}

// announcedAs finds the announcement of an event by its type.
var announcedAs = func() map[reflect.Type]*announcement {
	byType := map[reflect.Type]*announcement{}
	for i := range announcements {
		byType[reflect.TypeOf(announcements[i].event)] = &announcements[i]
	}
	return byType
}()

// Kinds lists the kinds of messages there are, in their order.
func Kinds() []Kind {
	var all []Kind
	for _, one := range announcements {
		about := ""
		if one.about == nil {
			about = id.PrefixOf(subjectOf(reflect.ValueOf(one.event).Elem().Field(0), printedAs))
		} else {
			about = one.about(nil)[0]
		}
		kind := Kind{one.kind, about}
		all = append(all, kind)
	}
	slices.SortFunc(all, func(a, b Kind) int { return strings.Compare(a.Kind, b.Kind) })
	return all
}

// Told gives the events of an entry that the caller is told of by messages: those that stand in the story of a record that it sees, in their
// order. ErrNotFound for an entry that is not there.
func (v *View) Told(c access.Caller, sequence uint64) ([]Told, error) {
	stored, err := v.engine.ReadEntry(sequence)
	if errors.Is(err, journal.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	s := &showing{View: v, caller: c}
	var told []Told
	for i, event := range stored.Events {
		as, known := announcedAs[reflect.TypeOf(event)]
		if !known || ofFunderOnly(c, event) {
			continue
		}
		record, err := s.firstTold(event, as)
		if err != nil {
			return nil, err
		}
		if record == "" {
			continue
		}
		told = append(told, Told{
			Sequence: sequence, Event: i + 1, At: stored.Header.At, Leaf: stored.Leaf, Kind: as.kind, Record: record, State: stateOf(event), Sentence: s.sentence(event).String(),
		})
	}
	return told, s.err
}

// firstTold is the first record that the event is about and in whose story the caller is told of it; "" for none.
func (s *showing) firstTold(event book.Event, as *announcement) (string, error) {
	for _, record := range as.records(event) {
		about, err := s.find(s.caller, record)
		if err == ErrNotFound {
			continue
		}
		if err != nil {
			return "", err
		}
		if s.caller.SeesAll() || s.tells(event, about) {
			return record, nil
		}
	}
	return "", s.err
}

func (a *announcement) records(event book.Event) []string {
	if a.about != nil {
		return a.about(event)
	}
	return []string{subjectOf(reflect.ValueOf(event).Elem().Field(0), fmt.Stringer.String)}
}

// printedAs prints the zero value of an id by its prefix.
func printedAs(text fmt.Stringer) string {
	if printed, is := text.(interface{ Prefix() string }); is {
		return printed.Prefix() + "_"
	}
	return ""
}

// subjectOf finds an id: the value itself, or the field ID of a record.
func subjectOf(v reflect.Value, print func(fmt.Stringer) string) string {
	if v.Kind() == reflect.Struct {
		v = v.FieldByName("ID")
	}
	if !v.IsValid() {
		return ""
	}
	text, is := v.Interface().(fmt.Stringer)
	if !is {
		return ""
	}
	return print(text)
}

// stateOf is the state that an event or the record in it names.
func stateOf(event book.Event) string {
	v := reflect.ValueOf(event).Elem()
	state := v.FieldByName("State")
	if !state.IsValid() && v.Field(0).Kind() == reflect.Struct {
		state = v.Field(0).FieldByName("State")
	}
	if !state.IsValid() || state.Kind() != reflect.Uint8 {
		return ""
	}
	if text, is := state.Interface().(fmt.Stringer); is {
		return text.String()
	}
	return ""
}

func printedIDs[I fmt.Stringer](ids []I) []string {
	all := make([]string, len(ids))
	for i, one := range ids {
		all[i] = one.String()
	}
	return all
}
