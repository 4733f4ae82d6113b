package api

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/problem"
)

var problemType = reflect.TypeFor[problem.Problem]()

// printed is a typed id.
type printed interface {
	~uint64
	Prefix() string
	Number() uint64
	String() string
}

// fields gathers what is wrong with the fields of a request.
type fields struct{ wrong []problem.Field }

func (f *fields) bad(field, value, format string, arguments ...any) {
	f.wrong = append(f.wrong, problem.Field{Field: field, Value: problem.Excerpt(value), Message: fmt.Sprintf(format, arguments...)})
}

// problem is nil when no field is wrong.
func (f *fields) problem() error {
	if len(f.wrong) == 0 {
		return nil
	}
	p := problem.At("request_invalid", f.wrong[0].Field, f.wrong[0].Value, f.wrong[0].Field+": "+f.wrong[0].Message)
	p.Errors = f.wrong
	return p
}

// required reads an id that must be there.
func required[I printed](f *fields, field, text string) I {
	of, err := id.Parse[I](text)
	if err != nil {
		f.bad(field, text, "%v", err)
	}
	return of
}

// optional reads an id that may be missing.
func optional[I printed](f *fields, field, text string) I {
	if text == "" {
		return 0
	}
	return required[I](f, field, text)
}

// Amount is money in a request. What a view shows can be sent back as it is.
type Amount struct {
	Text     string `json:"text" maxLength:"40" doc:"in major units, without grouping" example:"12000.00"`
	Currency string `json:"currency" minLength:"3" maxLength:"3" doc:"ISO 4217" example:"EUR"`
	Minor    *int64 `json:"minor,omitempty" doc:"may be left out; otherwise it must say the same as the text"`
}

func (f *fields) currency(field, code string) money.Currency {
	currency, known := money.ParseCurrency(code)
	if !known {
		f.bad(field, code, "is not a currency of ISO 4217")
	}
	return currency
}

// amount reads an amount in any currency.
func (f *fields) amount(field string, a Amount) (money.Minor, money.Currency) {
	currency, known := money.ParseCurrency(a.Currency)
	if !known {
		f.bad(field+".currency", a.Currency, "is not a currency of ISO 4217")
		return 0, 0
	}
	minor, err := money.Parse(a.Text, currency)
	switch {
	case err != nil:
		f.bad(field+".text", a.Text, "%v", unquoted(err))
	case a.Minor != nil && *a.Minor != int64(minor):
		f.bad(field+".minor", fmt.Sprint(*a.Minor), "does not say the same as the text %q", a.Text)
	}
	return minor, currency
}

// unquoted leaves out the value, which stands beside the message.
func unquoted(err error) error {
	for _, known := range []error{money.ErrSyntax, money.ErrRange, money.ErrPrecision} {
		if errors.Is(err, known) {
			return known
		}
	}
	return err
}

// amountIn reads an amount that must be in one currency.
func (f *fields) amountIn(field string, a Amount, wanted money.Currency) money.Minor {
	minor, currency := f.amount(field, a)
	if currency != 0 && currency != wanted {
		f.bad(field+".currency", a.Currency, "must be %s here", wanted)
	}
	return minor
}

// date reads a date that must be there.
func (f *fields) date(field, text string) calendar.Date {
	d, ok := calendar.Parse(text)
	if !ok {
		f.bad(field, text, "is not a date of the form 2026-11-22")
	}
	return d
}

// percent reads a rate in per cent, with at most four digits after the point.
func (f *fields) percent(field, text string) money.Rate {
	rate, err := money.ParseScaled(text, 4)
	if err != nil {
		f.bad(field, text, "%v", unquoted(err))
	}
	return money.Rate(rate)
}

// choice finds a text among names; the index of the name is the stored value.
func (f *fields) choice(field, text string, names []string) int {
	for i, name := range names {
		if name == text && name != "" {
			return i
		}
	}
	f.bad(field, text, "is not one of %s", joined(names))
	return 0
}

func joined(names []string) string {
	var filled []string
	for _, name := range names {
		if name != "" {
			filled = append(filled, name)
		}
	}
	return strings.Join(filled, ", ")
}

// text reads a text of 1 to so many bytes.
func (f *fields) text(field, text string, bytesMax int) string {
	if strings.TrimSpace(text) == "" || len(text) > bytesMax {
		f.bad(field, text, "has 1 to %d bytes", bytesMax)
	}
	return text
}
