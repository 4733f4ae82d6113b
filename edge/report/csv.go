// Package report writes reports as CSV, for spreadsheets and for the ledgers of others.
package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strings"

	"millrace/edge/view"
)

// CSV writes rows, structs with JSON names, as RFC 4180 with a heading. An amount is written in major units, its currency once a row
// in a column behind the last amount; a party as its identity and, in a column ending in _name, its name. A text that a
// spreadsheet would take for a formula has an apostrophe in front.
func CSV[R any](w io.Writer, rows iter.Seq2[R, error]) error {
	out := csv.NewWriter(w)
	of := reflect.TypeFor[R]()
	if err := out.Write(heading(of)); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := out.Write(record(reflect.ValueOf(row))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Rows makes rows of a slice.
func Rows[R any](rows []R) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

var (
	amountType = reflect.TypeFor[view.Amount]()
	partyType  = reflect.TypeFor[*view.Ref]()
)

func heading(of reflect.Type) []string {
	var names []string
	money := false
	for field := range fields(of) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
		if field.Type == partyType {
			names = append(names, name+"_name")
		}
		money = money || field.Type == amountType
	}
	if money {
		names = append(names, "currency")
	}
	return names
}

func record(row reflect.Value) []string {
	var cells []string
	currency, money := "", false
	for field := range fields(row.Type()) {
		switch value := row.FieldByIndex(field.Index).Interface().(type) {
		case view.Amount:
			cells, currency, money = append(cells, value.Text), value.Currency, true
		case *view.Ref:
			if value == nil {
				value = &view.Ref{}
			}
			cells = append(cells, value.ID, harmless(value.Name))
		case string:
			cells = append(cells, harmless(value))
		default:
			cells = append(cells, fmt.Sprint(value))
		}
	}
	if money {
		cells = append(cells, currency)
	}
	return cells
}

func fields(of reflect.Type) iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) {
		for i := range of.NumField() {
			if !yield(of.Field(i)) {
				return
			}
		}
	}
}

func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
