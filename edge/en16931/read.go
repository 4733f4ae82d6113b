package en16931

import (
	"errors"
	"slices"
	"strings"

	"millrace/domain/calendar"
	"millrace/edge/document"
)

// Read takes the terms of the norm out of a UBL Invoice or CreditNote or a CII CrossIndustryInvoice. What is missing,
// malformed or unknown is no error: a part of a document is read as far as it goes. The error is *document.Error where
// the bytes are not XML, hold a DOCTYPE, or exceed 10 MiB, 100 levels or 1,000,000 elements, and *document.Unsupported
// for another root element. The name is used in errors only. Read keeps nothing of the input.
func Read(name string, input []byte) (*Invoice, error) {
	root, err := parse(input)
	if err != nil {
		var failed *document.Error
		if errors.As(err, &failed) {
			failed.File = name
		}
		return nil, err
	}
	invoice := &Invoice{At: Place{root}}
	switch {
	case root.name == "Invoice" && root.space == ublInvoice, root.name == "CreditNote" && root.space == ublCreditNote:
		ublReader{invoice, root}.read()
	case root.name == "CrossIndustryInvoice" && root.space == rsm:
		ciiReader{invoice, root}.read()
	default:
		return nil, &document.Unsupported{File: name, Type: root.name, Namespace: root.space}
	}
	invoice.collectCurrencies(root, map[string]bool{})
	return invoice, nil
}

// collectCurrencies notes each currency that stands with an amount, where it stands first.
func (i *Invoice) collectCurrencies(e *element, seen map[string]bool) {
	if code, ok := e.attribute("currencyID"); ok && !seen[code] {
		seen[code] = true
		i.AmountCurrencies = append(i.AmountCurrencies, Text{code, Place{e}})
	}
	for _, child := range e.children {
		i.collectCurrencies(child, seen)
	}
}

func textOf(e *element) Text {
	if e == nil {
		return Text{}
	}
	return Text{e.text, Place{e}}
}

func numberOf(e *element) Number {
	number := Number{Text: textOf(e)}
	number.Decimal, number.Valid = ParseDecimal(number.Value)
	number.Currency, _ = e.attribute("currencyID")
	return number
}

// dateOf reads a day as 2026-11-22, with or without a time zone, or as 20261122.
func dateOf(e *element) Date {
	date := Date{Text: textOf(e)}
	value := date.Value
	if len(value) == 8 && !strings.Contains(value, "-") {
		value = value[:4] + "-" + value[4:6] + "-" + value[6:]
	}
	if len(value) > 10 && strings.ContainsRune("Z+-", rune(value[10])) {
		value = value[:10]
	}
	date.Day, date.Valid = calendar.Parse(value)
	return date
}

func identifierOf(e *element, scheme string) Identifier {
	identifier := Identifier{Text: textOf(e)}
	identifier.Scheme, identifier.SchemeGiven = e.attribute(scheme)
	return identifier
}

func optionalIdentifierOf(e *element, scheme string) *Identifier {
	if e == nil {
		return nil
	}
	identifier := identifierOf(e, scheme)
	return &identifier
}

// firstVAT takes the category of VAT out of several taxes, and the first one where none is of VAT.
func firstVAT(taxes []*element, read func(*element) Category) Category {
	at := slices.IndexFunc(taxes, func(e *element) bool { return read(e).VAT() })
	switch {
	case at >= 0:
		return read(taxes[at])
	case len(taxes) > 0:
		return read(taxes[0])
	}
	return Category{}
}
