// Package extract holds what readers of markup share once a document is a tree: amounts and numbers taken from its
// elements, line amounts and totals compared in integers, and the findings that come of it. Nothing here depends on the
// names of a syntax.
//
// Source of the comparisons: EN 16931-1, rules BR-CO-10 to BR-CO-16.
package extract

import (
	"bytes"
	"errors"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/markup"
)

// Extraction takes a document from a tree. A reader embeds it, sets Tree, and reads Document once Failed is nil.
type Extraction struct {
	*markup.Tree
	Document       document.Document
	Failed         *document.Error // the first error that was met
	Stated         Stated
	LineSum        money.Minor // of the lines kept so far
	LineSumUnknown bool        // a line has no amount in the document's currency
	OrderOnLines   bool        // a line names an order
}

// Fail keeps the first error, here a shared one about the text of an element.
func (r *Extraction) Fail(code string, index int32) { r.FailFor(markup.ReasonOf(code), index) }

// FailFor keeps the first error, here one of the reader's own about the text of an element.
func (r *Extraction) FailFor(reason document.Reason, index int32) {
	if r.Failed == nil {
		r.Failed = r.Wrong(reason, index)
	}
}

// FailMissing keeps the first error, here that an element lacks those named, one inside the other.
func (r *Extraction) FailMissing(index int32, names ...markup.Element) {
	if r.Failed == nil {
		r.Failed = r.Missing(index, names...)
	}
}

// Date reads an element whose text the schema has checked as xsd:date; a zone is left aside.
func (r *Extraction) Date(index int32) calendar.Date {
	text := r.Raw(index)
	date, ok := calendar.Parse(string(text[:min(len(text), 10)]))
	if !ok {
		r.Fail(markup.CodeDateRange, index)
	}
	return date
}

// FindingsMax bounds the findings of one code on one document.
const FindingsMax = 20

// Finding adds a finding about the element at index.
func (r *Extraction) Finding(code string, index int32, detail string) {
	r.FindingAt(code, r.FieldPath(index), detail)
}

// FindingAt adds a finding about a field by its path.
func (r *Extraction) FindingAt(code, field, detail string) {
	count := 0
	for i := range r.Document.Findings {
		if f := &r.Document.Findings[i]; f.Code == code {
			if f.Field == field && f.Detail == detail {
				return
			}
			count++
		}
	}
	if count < FindingsMax {
		r.Document.Findings = append(r.Document.Findings, trade.Finding{Code: code, Field: field, Detail: detail})
	}
}

// Amount is an amount as an element states it.
type Amount struct {
	Value money.Minor
	Index int32 // the element; 0 when there is none
	Alien bool  // in another currency than the document; then Value is 0
}

// Usable tells that the amount is given in the document's currency.
func (a Amount) Usable() bool { return a.Index != 0 && !a.Alien }

// AbsentOrUsable tells that the amount can be counted: as stated, or as 0 when it is not given.
func (a Amount) AbsentOrUsable() bool { return !a.Alien }

// CurrencyOf reads an amount's currencyID; without one it is the document's.
func (r *Extraction) CurrencyOf(index int32) money.Currency {
	code := r.Attribute(index, "currencyID")
	if code == nil {
		return r.Document.Currency
	}
	currency, ok := money.ParseCurrency(string(bytes.TrimSpace(code)))
	if !ok && r.Failed == nil {
		r.Failed = r.WrongAttribute(markup.ReasonOf(markup.CodeCurrencyUnknown), index, "currencyID")
	}
	return currency
}

// Amount reads an amount of the document's currency; index 0 gives none.
func (r *Extraction) Amount(index int32) Amount {
	if index == 0 || r.Failed != nil {
		return Amount{}
	}
	if r.CurrencyOf(index) != r.Document.Currency {
		if r.Failed == nil {
			r.Finding(trade.FindingTwoCurrencies, index, "")
		}
		return Amount{Index: index, Alien: true}
	}
	text := string(r.Raw(index))
	value, err := money.Parse(text, r.Document.Currency)
	switch {
	case errors.Is(err, money.ErrRange):
		r.Fail(markup.CodeAmountRange, index)
	case errors.Is(err, money.ErrPrecision):
		r.Finding(trade.FindingPrecision, index, document.Excerpt(text))
	case err != nil:
		r.Fail(markup.CodeDecimalWrong, index)
	}
	return Amount{Value: value, Index: index}
}

// AmountAt reads the amount in the first child of that name; parent 0 has none.
func (r *Extraction) AmountAt(parent int32, e markup.Element) Amount {
	if parent == 0 {
		return Amount{}
	}
	return r.Amount(r.Find(parent, e))
}

// Scaled reads a number as an integer of 10^-digits; digits beyond are rounded and leave a finding.
func (r *Extraction) Scaled(index int32, digits int, rangeCode string) int64 {
	text := string(r.Raw(index))
	value, err := money.ParseScaled(text, digits)
	switch {
	case errors.Is(err, money.ErrRange):
		r.Fail(rangeCode, index)
	case errors.Is(err, money.ErrPrecision):
		r.Finding(trade.FindingPrecision, index, document.Excerpt(text))
	case err != nil:
		r.Fail(markup.CodeDecimalWrong, index)
	}
	return value
}

// Positive reads a divisor or factor in millionths; what is not above zero counts as one and leaves a finding.
func (r *Extraction) Positive(index int32) int64 {
	value := r.Scaled(index, trade.QuantityDigits, markup.CodeQuantityRange)
	if value <= 0 {
		r.Finding(trade.FindingLineAmount, index, document.Excerpt(r.Raw(index)))
		return One
	}
	return value
}

// Sum adds; beyond the bound of an amount the document is rejected, at the element of that index.
func (r *Extraction) Sum(a, b money.Minor, index int32) money.Minor {
	total := a + b // both are within a hundredth of 64 bits
	if total > money.MinorMax || total < -money.MinorMax {
		r.Fail(markup.CodeAmountRange, index)
		return 0
	}
	return total
}
