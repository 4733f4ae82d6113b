package view

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/access"
)

// Traits are what policies may ask about a record.
type Traits struct {
	Record  string // its id, as it was asked for
	Kind    string // prefix of the id; "" where the text is no id
	Book    uint16 // that assigned the id; 0 where the text is no id
	Seen    bool   // the caller sees it; the rest is empty where it does not
	Parties []id.Party
	Makers  []id.Actor // who proposed it
	Amount  *money.Amount
}

// Traits tells about the record of a printed id, to a caller. A text that is no id names a record that nobody sees.
func (v *View) Traits(c access.Caller, of string) (*Traits, error) {
	f := &Traits{Record: of}
	if f.Kind, f.Book = kindAndBook(of); f.Kind == "" || f.Book != c.Actor.Shard() {
		return f, nil // numbers of another book mean nothing here
	}
	found, err := v.find(c, of)
	if err == ErrNotFound {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	f.Seen = true
	record := reflect.ValueOf(found.record).Elem()
	named := collect(record)
	f.Parties = named.Parties
	if own, is := found.value.(id.Party); is && !slices.Contains(f.Parties, own) {
		f.Parties = append(f.Parties, own)
	}
	if maker := record.FieldByName("Maker"); maker.IsValid() {
		if who, is := maker.Interface().(id.Actor); is && who != 0 {
			f.Makers = append(f.Makers, who)
		}
	}
	f.Amount = amountOf(record)
	return f, nil
}

// kindAndBook reads prefix and shard of an id in print.
func kindAndBook(text string) (string, uint16) {
	prefix, rest, found := strings.Cut(text, "_")
	shard, _, whole := strings.Cut(rest, "-")
	number, err := strconv.ParseUint(shard, 10, 16)
	if !found || !whole || err != nil || len(prefix) != 3 {
		return "", 0
	}
	return prefix, uint16(number)
}

// NamedIn is what a command names.
type NamedIn struct {
	Parties []id.Party // each once
	Books   []uint16   // that assigned the ids, each once
	Amount  *money.Amount
}

// Named reads a command.
func Named(c book.Command) NamedIn {
	value := reflect.ValueOf(c).Elem()
	named := collect(value)
	named.Amount = amountOf(value)
	return named
}

// identity is what every typed id has.
type identity interface {
	Prefix() string
	Shard() uint16
}

// collect finds the ids in a record or command, however deep they lie.
func collect(v reflect.Value) NamedIn {
	var named NamedIn
	named.collect(v)
	return named
}

func (n *NamedIn) collect(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			n.collect(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				n.collect(v.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		if kind := v.Type().Elem().Kind(); kind == reflect.Uint8 || kind == reflect.String {
			return
		}
		for i := range v.Len() {
			n.collect(v.Index(i))
		}
	case reflect.Uint64:
		one, is := v.Interface().(identity)
		if !is || v.Uint() == 0 {
			return
		}
		if shard := one.Shard(); !slices.Contains(n.Books, shard) {
			n.Books = append(n.Books, shard)
		}
		if of, is := one.(id.Party); is && !slices.Contains(n.Parties, of) {
			n.Parties = append(n.Parties, of)
		}
	}
}

// amountOf is the amount of a record or command: its field Amount, with the currency there or beside it; nil for none.
func amountOf(v reflect.Value) *money.Amount {
	field := v.FieldByName("Amount")
	if !field.IsValid() {
		return nil
	}
	switch amount := field.Interface().(type) {
	case money.Amount:
		return &amount
	case money.Minor:
		if beside := v.FieldByName("Currency"); beside.IsValid() {
			if currency, is := beside.Interface().(money.Currency); is && currency.Known() {
				return &money.Amount{Minor: amount, Currency: currency}
			}
		}
	}
	return nil
}
