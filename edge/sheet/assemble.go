package sheet

import (
	"strconv"
	"strings"

	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
)

// assembly fills one document.
type assembly struct {
	*reader
	rows     []*row
	document *document.Document
	errors   []*document.Error
	given    map[string]bool // fields that a cell or a constant gave
	amounts  []bool          // of the lines: whether it has an amount
	findings []trade.Finding
}

// assemble fills a document from its rows, and gives everything that is wrong.
func (r *reader) assemble(rows []*row, d *document.Document) []*document.Error {
	a := assembly{reader: r, rows: rows, document: d, given: map[string]bool{}}
	*d = document.Document{Type: r.mapping.Document}
	if currency, ok := money.ParseCurrency(r.mapping.Currency); ok {
		d.Currency = currency
		a.given["currency"] = true
	}
	a.takeHeader(func(name string) bool { return name == "currency" }) // amounts need it
	a.takeHeader(func(name string) bool { return name != "currency" })
	a.takeLines()
	a.require()
	if len(a.errors) == 0 {
		a.conclude()
	}
	return a.errors
}

// takeHeader takes the fields of the whole document: constants, then each column's first value, with which the others must agree.
func (a *assembly) takeHeader(wanted func(name string) bool) {
	for _, c := range a.mapping.Constants {
		if f := fieldByName[c.Field]; !f.line && wanted(c.Field) {
			a.take(f, c.Scheme, a.mapping.DateFormat, cell{text: strings.TrimSpace(c.Value)}, nil, place{a.rows[0].number, "constant " + c.Field})
		}
	}
	for i := range a.columns {
		b := &a.columns[i]
		if b.field.line || !wanted(b.Field) {
			continue
		}
		first, found := cell{}, false
		for _, row := range a.rows {
			c, filled := row.at(b.column)
			switch {
			case !filled:
			case !found:
				first, found = c, true
				a.take(b.field, b.Scheme, b.dateFormat, c, nil, a.place(row, b))
			case c.text != first.text && !b.field.repeats():
				a.errors = append(a.errors, failure(codeValueDiffers, row.number, a.nameOf(b.column), c.text))
			case c.text != first.text:
				a.take(b.field, b.Scheme, b.dateFormat, c, nil, a.place(row, b))
			}
		}
	}
}

// place is where a value stands.
type place struct {
	row  int
	name string
}

func (a *assembly) place(row *row, b *bound) place { return place{row.number, a.nameOf(b.column)} }

// take reads one value into its target.
func (a *assembly) take(f *field, scheme, dateFormat string, c cell, line *document.Line, at place) {
	code, finding := a.mapping.read(f, scheme, dateFormat, c, a.document.Currency, f.target(a.document, line))
	if code != "" {
		a.errors = append(a.errors, failure(code, at.row, at.name, c.text))
		return
	}
	if finding != "" {
		a.finding(finding, f.name, document.Excerpt(c.text))
	}
	a.given[f.name] = true
}

// takeLines makes a line of each row that has a value of one.
func (a *assembly) takeLines() {
	for _, row := range a.rows {
		var line document.Line
		filled, amount := false, false
		for i := range a.columns {
			b := &a.columns[i]
			if !b.field.line {
				continue
			}
			if c, found := row.at(b.column); found {
				filled = true
				amount = amount || b.Field == "line.amount"
				a.take(b.field, b.Scheme, b.dateFormat, c, &line, a.place(row, b))
			}
		}
		if !filled {
			continue
		}
		for _, c := range a.mapping.Constants {
			if f := fieldByName[c.Field]; f.line {
				a.take(f, c.Scheme, a.mapping.DateFormat, cell{text: strings.TrimSpace(c.Value)}, &line, place{row.number, "constant " + c.Field})
			}
		}
		if line.Number == "" {
			line.Number = strconv.Itoa(len(a.document.Lines) + 1)
		}
		a.document.Lines = append(a.document.Lines, line)
		a.amounts = append(a.amounts, amount)
	}
}

// require asks for the values without which there is no document.
func (a *assembly) require() {
	needs := func(names ...string) {
		for _, name := range names {
			if a.given[name] || a.wrongIn(name) {
				return
			}
		}
		for _, name := range names {
			if a.mapping.inColumns(name) {
				a.errors = append(a.errors, a.missing(a.rows[0].number, name))
				return
			}
		}
	}
	needs("number")
	needs("issued")
	needs("seller.name", "seller.identifier")
	needs("buyer.name", "buyer.identifier")
	if claims.has(a.document.Type) {
		needs("payable", "tax_inclusive")
	}
	if responses.has(a.document.Type) {
		needs("answer")
	}
	if a.monetary && a.mapping.inColumns("currency") {
		needs("currency")
	}
}

// wrongIn tells whether a value of the field is there but wrong: then it is not missing too.
func (a *assembly) wrongIn(name string) bool {
	for i := range a.columns {
		b := &a.columns[i]
		if b.Field != name {
			continue
		}
		for _, row := range a.rows {
			if _, filled := row.at(b.column); filled {
				return true
			}
		}
	}
	return false
}

// findingsMax bounds the findings of one code on one document.
const findingsMax = 20

func (a *assembly) finding(code, field, detail string) {
	count := 0
	for _, f := range a.findings {
		if f.Code == code {
			count++
		}
	}
	if count < findingsMax {
		a.findings = append(a.findings, trade.Finding{Code: code, Field: field, Detail: detail})
	}
}
