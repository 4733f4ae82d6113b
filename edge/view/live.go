package view

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/engine/journal"
)

// Next waits until the tables include the entry behind last, and opens a view then. It returns the error of ctx when that
// ends first.
func (r *Reader) Next(ctx context.Context, last uint64) (*View, error) {
	v, err := r.engine.Read(ctx, last+1)
	if err != nil {
		return nil, err
	}
	return r.viewOf(ctx, v), nil
}

// idsMost is how many ids of one event are looked at: an event of more says what it is about in the first of them.
const idsMost = 500

// Changes counts the entries after one, up to the view's watermark, that tell the caller something: of a record by its
// printed id, or of any record where that is "". It tells of an entry what stories tell of it. Only the newest most entries
// are looked at.
func (v *View) Changes(c access.Caller, about string, after uint64, most int) (int, error) {
	first := after + 1
	if newest := v.Watermark() + 1; newest > uint64(most) {
		first = max(first, newest-uint64(most))
	}
	n := news{showing: &showing{View: v, caller: c}, known: map[string]*subject{}}
	if about != "" {
		subject, err := v.find(c, about)
		if err == ErrNotFound {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		n.only = subject
	}
	count := 0
	for sequence := first; sequence <= v.Watermark(); sequence++ {
		told, err := n.tellsOf(sequence)
		if err != nil {
			return count, err
		}
		if told {
			count++
		}
	}
	return count, nil
}

type news struct {
	*showing
	only  *subject // nil: whatever the caller sees
	known map[string]*subject
}

func (n *news) tellsOf(sequence uint64) (bool, error) {
	if n.only == nil && n.caller.SeesAll() {
		return true, nil
	}
	stored, err := n.engine.ReadEntry(sequence)
	if errors.Is(err, journal.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if suspects(stored.Command) && !n.caller.Investigates() {
		return false, nil
	}
	for _, event := range stored.Events {
		if n.only != nil {
			if mentions(reflect.ValueOf(event), n.only.value) && (n.caller.SeesAll() && (n.caller.Investigates() || !suspicion(event)) || n.tells(event, n.only)) {
				return true, n.err
			}
			continue
		}
		for _, of := range idsIn(reflect.ValueOf(event), nil) {
			about, err := n.seen(of)
			if err != nil {
				return false, err
			}
			if about != nil && n.tells(event, about) {
				return true, n.err
			}
		}
	}
	return false, n.err
}

// seen finds a record; nil for one that the caller does not see.
func (n *news) seen(of string) (*subject, error) {
	about, asked := n.known[of]
	if asked {
		return about, nil
	}
	about, err := n.find(n.caller, of)
	if err == ErrNotFound {
		about, err = nil, nil
	}
	n.known[of] = about
	return about, err
}

var idPackage = reflect.TypeFor[id.Party]().PkgPath()

// idsIn prints the ids inside a value.
func idsIn(v reflect.Value, found []string) []string {
	if len(found) >= idsMost {
		return found
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return idsIn(v.Elem(), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			found = idsIn(v.Field(i), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			found = idsIn(v.Index(i), found)
		}
	case reflect.Uint64:
		if v.Type().PkgPath() == idPackage && v.Uint() != 0 && v.CanInterface() {
			if printed, ok := v.Interface().(fmt.Stringer); ok {
				return append(found, printed.String())
			}
		}
	}
	return found
}
