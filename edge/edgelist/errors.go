package edgelist

import (
	"strconv"
	"strings"

	"millrace/edge/document"
)

// Code names what can be wrong with a list.
type Code string

// The codes, each with its message in messages.
const (
	CodeEncoding        Code = "encoding"
	CodeLineTooLong     Code = "line_too_long"
	CodeEmpty           Code = "empty"
	CodeHeader          Code = "header"
	CodeColumnTwice     Code = "column_twice"
	CodeQuote           Code = "quote"
	CodeFieldCount      Code = "field_count"
	CodePlainForm       Code = "plain_form"
	CodeFieldEmpty      Code = "field_empty"
	CodeNameTooLong     Code = "name_too_long"
	CodeAmountMalformed Code = "amount_malformed"
	CodeAmountNegative  Code = "amount_negative"
	CodeAmountTooLarge  Code = "amount_too_large"
	CodeAmountScale     Code = "amount_scale"
	CodeTotalTooLarge   Code = "total_too_large"
	CodeDate            Code = "date"
	CodeCurrency        Code = "currency"
	CodeTooMany         Code = "too_many"
)

// messages say what is wrong, to be read after the value where one is shown, and how to mend it.
var messages = map[Code]string{
	CodeEncoding:        "is no text in UTF-8, or has control characters; save the file as UTF-8",
	CodeLineTooLong:     "the line is longer than 1 MiB; end each debt with a line feed",
	CodeEmpty:           "there is no debt in the file; write one on each line",
	CodeHeader:          "is not a column of the first line; begin the file with debtor,creditor,amount and, if you like, due and id",
	CodeColumnTwice:     "stands twice in the first line; name each column once",
	CodeQuote:           "a quotation mark is not closed, or has text or blanks beside it; quote whole fields, and double the marks inside",
	CodeFieldCount:      "fields are not as many as the first line has; quote fields that hold the separator",
	CodePlainForm:       "fields; a line without a header above it is debtor, creditor and amount with spaces between",
	CodeFieldEmpty:      "is empty; every debt has a debtor, a creditor and an amount",
	CodeNameTooLong:     "is longer than 1,000 bytes; shorten it, or use the firm's number",
	CodeAmountMalformed: "is no amount; write digits with at most one decimal point, such as 1250.00, no thousands separators and no currency",
	CodeAmountNegative:  "is below zero; exchange debtor and creditor, or leave the line out",
	CodeAmountTooLarge:  "is too large; amounts are below 2^63 of the smallest unit, so give fewer decimals",
	CodeAmountScale:     "has more decimals than --scale allows; give a larger --scale, or none",
	CodeTotalTooLarge:   "the amounts up to here exceed 2^63 of the smallest unit together; give fewer decimals, or divide the list into several",
	CodeDate:            "is no date of the form 2026-11-22, after 1970-01-01; leave it empty where it is not known",
	CodeCurrency:        "is another currency than that of the lines above; make a list for each currency",
	CodeTooMany:         "there are more debts or longer names up to here than one list may have; divide it",
}

// ErrorsMax is how many errors are told; reading ends behind the last of them.
const ErrorsMax = 20

// Errors is what is wrong with a list, in the order of its lines.
type Errors []*document.Error

// Error tells one error a line.
func (e Errors) Error() string {
	var b strings.Builder
	for i, one := range e {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(one.Error())
	}
	if len(e) == ErrorsMax {
		b.WriteString("\nonly the first " + strconv.Itoa(ErrorsMax) + " errors are shown")
	}
	return b.String()
}
