// Package trade holds the documents of a deal as facts, matches them line by line, and derives from them what is
// proved: ordered, shipped, received, invoiced, confirmed.
package trade

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Type is what a document is.
type Type uint8

// The documents that are read. Order response stands for both UBL forms: the simple one has no lines.
const (
	Order Type = 1 + iota
	OrderResponse
	OrderResponseSimple
	DespatchAdvice
	ReceiptAdvice
	Invoice
	CreditNote
)

// TypeNames are the names used in API, console and files, by Type.
var TypeNames = [...]string{"", "order", "order_response", "order_response_simple", "despatch_advice", "receipt_advice", "invoice", "credit_note"}

// String is the name used in API and console.
func (t Type) String() string {
	if int(t) < len(TypeNames) {
		return TypeNames[t]
	}
	return "unknown"
}

// MarshalText gives the name.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Quantity is in millionths of the unit beside it.
type Quantity int64

// QuantityDigits is the number of digits after the point of a Quantity.
const QuantityDigits = 6

// String prints the quantity with its six digits.
func (q Quantity) String() string { return money.FormatScaled(int64(q), QuantityDigits) }

// UnitPrice is in hundred-millionths of a major currency unit for one unit of quantity.
type UnitPrice int64

// UnitPriceDigits is the number of digits after the point of a UnitPrice.
const UnitPriceDigits = 8

// String prints the price with its eight digits.
func (p UnitPrice) String() string { return money.FormatScaled(int64(p), UnitPriceDigits) }

// Token stands for a text that does not belong into the journal (an identifier, a name, an item): equal tokens mean
// equal texts on this node, and without the node's key nothing can be learnt from one. The zero value stands for nothing.
type Token [16]byte

// IsZero tells whether the token stands for nothing.
func (t Token) IsZero() bool { return t == Token{} }

// Line is one line of a document.
type Line struct {
	Number    string      `cbor:"1,keyasint"`           // as the document numbers it
	OrderLine string      `cbor:"2,keyasint,omitempty"` // the line of the order to which it refers; "" when it names none
	Item      Token       `cbor:"3,keyasint"`           // the item, by its best identifier
	Quantity  Quantity    `cbor:"4,keyasint"`           // ordered, shipped, received, invoiced or credited
	Unit      string      `cbor:"5,keyasint,omitempty"` // UN/ECE Recommendation 20 code; "" when none is given
	Price     UnitPrice   `cbor:"6,keyasint,omitempty"` // net price of one unit; 0 when none is given
	Amount    money.Minor `cbor:"7,keyasint,omitempty"` // net amount of the line, its allowances and charges considered; 0 when none is given

	OrderNumber string   `cbor:"8,keyasint,omitempty"` // the order that the line itself names; "" when only the document names one
	Rejected    Quantity `cbor:"9,keyasint,omitempty"` // receipt advice: arrived and not taken; no part of Quantity
}

// Totals are the amounts of an invoice or credit note as stated in it, in minor units of the document's currency.
type Totals struct {
	LineExtension money.Minor `cbor:"1,keyasint,omitempty"` // sum of the lines, net
	Allowance     money.Minor `cbor:"2,keyasint,omitempty"` // taken off at document level
	Charge        money.Minor `cbor:"3,keyasint,omitempty"` // added at document level
	TaxExclusive  money.Minor `cbor:"4,keyasint,omitempty"`
	Tax           money.Minor `cbor:"5,keyasint,omitempty"`
	TaxInclusive  money.Minor `cbor:"6,keyasint,omitempty"`
	Prepaid       money.Minor `cbor:"7,keyasint,omitempty"`
	Rounding      money.Minor `cbor:"8,keyasint,omitempty"`
	Payable       money.Minor `cbor:"9,keyasint,omitempty"`
}

// Finding is something that a document says wrongly or not at all. It stays on the document by name, and keeps it from
// being financed until it is cleared.
type Finding struct {
	Code   string `cbor:"1,keyasint" json:"code"`
	Field  string `cbor:"2,keyasint,omitempty" json:"field,omitempty"`  // where, as a path in the document: "LegalMonetaryTotal/PayableAmount"
	Detail string `cbor:"3,keyasint,omitempty" json:"detail,omitempty"` // amounts and line numbers only, never a name
}

// The findings that reading can leave on a document.
const (
	FindingLineSum       = "line_sum_differs"         // sum of line amounts is not LineExtension (EN 16931 BR-CO-10)
	FindingTaxExclusive  = "tax_exclusive_differs"    // LineExtension - Allowance + Charge is not TaxExclusive (BR-CO-13)
	FindingTaxInclusive  = "tax_inclusive_differs"    // TaxExclusive + Tax is not TaxInclusive (BR-CO-15)
	FindingPayable       = "payable_differs"          // TaxInclusive - Prepaid + Rounding is not Payable (BR-CO-16)
	FindingLineAmount    = "line_amount_differs"      // quantity * price, allowances and charges considered, is not the line's amount
	FindingTaxSum        = "tax_sum_differs"          // tax subtotals don't add up to the tax (BR-CO-14)
	FindingNegative      = "payable_negative"         // the payable amount is below zero
	FindingSelfBilled    = "self_billed"              // type 389: the buyer issued it
	FindingCorrective    = "corrective"               // type 384: corrects another invoice
	FindingFactored      = "factoring_noted"          // types 393, 396 or a factor as payee: says that it was assigned already
	FindingDueDate       = "due_date_missing"         // no due date can be read
	FindingDueDateEarly  = "due_date_before_issue"    // due before it was issued
	FindingReference     = "order_reference_missing"  // names no order
	FindingPrecision     = "amount_digits"            // an amount has more digits than its currency (BR-DEC)
	FindingTwoCurrencies = "currency_differs"         // an amount is in another currency than the document
	FindingParty         = "party_identifier_missing" // a party has no identifier but its name
	FindingNoLines       = "lines_missing"            // a document of a type with lines has none
	FindingTaxBase       = "tax_base_differs"         // the bases of the tax subtotals don't add up to TaxExclusive (BR-S-08 and its kin)
	FindingNumber        = "number_missing"           // the document's number is empty
	FindingAnswer        = "answer_missing"           // an order response says neither yes nor no
)

// Document is a document as the book knows it: references, dates, amounts, lines and tokens; no name and no free text.
type Document struct {
	Type          Type           `cbor:"1,keyasint"`
	TypeCode      string         `cbor:"2,keyasint,omitempty"` // UNTDID 1001 code of invoice or credit note: "380", "381", "384", "389"
	Number        string         `cbor:"3,keyasint"`           // as its issuer numbered it
	Issued        calendar.Date  `cbor:"4,keyasint"`
	Due           calendar.Date  `cbor:"5,keyasint,omitempty"` // 0 when none is given
	Currency      money.Currency `cbor:"6,keyasint,omitempty"` // 0 for documents without amounts
	Seller        []Token        `cbor:"7,keyasint"`           // identifiers of the seller, strongest first, name and country last
	Buyer         []Token        `cbor:"8,keyasint"`
	OrderNumber   string         `cbor:"9,keyasint,omitempty"`  // the order to which it refers (an order: itself)
	InvoiceNumber string         `cbor:"10,keyasint,omitempty"` // credit note: the invoice that it corrects
	Accepted      Answer         `cbor:"11,keyasint,omitempty"` // order responses
	Totals        Totals         `cbor:"12,keyasint"`
	Lines         []Line         `cbor:"13,keyasint,omitempty"`
	Findings      []Finding      `cbor:"14,keyasint,omitempty"`
	Delivery      calendar.Date  `cbor:"15,keyasint,omitempty"` // order: the last day on which delivery is asked for; order response: promised; 0 when none is given

	Rules []RuleBreach `cbor:"20,keyasint,omitempty"` // invoices and credit notes that follow EN 16931: what they break of it
}

// Answer is what an order response says.
type Answer uint8

// The answers to an order.
const (
	AnswerNone Answer = iota
	AnswerAccepted
	AnswerAmended
	AnswerRejected
)
