package en16931

import (
	"strings"

	"millrace/domain/calendar"
)

// Syntax is the language that a document is written in.
type Syntax uint8

// The syntaxes to which the norm is bound.
const (
	UBL Syntax = 1 + iota
	CII
)

// Place is where something stands in a document. The zero value stands for the document as a whole.
type Place struct{ element *element }

// Line is the line of the file, from 1; 0 for the document as a whole.
func (p Place) Line() int {
	if p.element == nil {
		return 0
	}
	return p.element.line
}

// Path is "Invoice/cac:InvoiceLine[2]/cbc:ID"; "" for the document as a whole.
func (p Place) Path() string {
	if p.element == nil {
		return ""
	}
	return p.element.path()
}

// Text is one term as written, white space collapsed.
type Text struct {
	Value string
	At    Place // of the element, which may be there and empty
}

// Given tells whether the term says anything.
func (t Text) Given() bool { return t.Value != "" }

// upper is the same text in capitals.
func (t Text) upper() Text { return Text{strings.ToUpper(t.Value), t.At} }

// VAT tells whether the category is one of VAT, which it is unless another tax is named.
func (c Category) VAT() bool { return !c.Tax.Given() || strings.EqualFold(c.Tax.Value, "VAT") }

// Is tells whether the category is one of VAT with that code of UNCL5305.
func (c Category) Is(code string) bool { return c.VAT() && c.Code.Value == code }

// Number is an amount, quantity, price or percentage.
type Number struct {
	Text
	Decimal  Decimal // where Valid
	Valid    bool
	Currency string // as given with an amount; "" for none
}

// optional tells whether a number may be computed with: it is one, or it is not given and counts as zero.
func (n Number) optional() bool { return n.Valid || !n.Given() }

// Date is one day.
type Date struct {
	Text
	Day   calendar.Date // where Valid
	Valid bool
}

// Identifier is an identifier with the scheme that issued it.
type Identifier struct {
	Text
	Scheme      string
	SchemeGiven bool
}

// Invoice is what an invoice or credit note says in the terms of the norm's semantic model. Lists keep the order of the
// document; a group that is not there is nil.
type Invoice struct {
	Syntax     Syntax
	CreditNote bool // by its root element in UBL, by its type code in CII
	At         Place

	Number              Text // BT-1
	IssueDate           Date // BT-2
	TypeCode            Text // BT-3
	Currency            Text // BT-5
	VATCurrency         Text // BT-6
	TaxPointDate        Date // BT-7
	TaxPointDateCode    Text // BT-8
	DueDate             Date // BT-9
	PaymentTerms        Text // BT-20
	Specification       Text // BT-24
	PrecedingInvoices   []Text
	Seller              *Party // BG-4
	Buyer               *Party // BG-7
	Payee               *Party // BG-10
	TaxRepresentative   *Party // BG-11
	Delivery            Delivery
	Period              *Period // BG-14
	Mandates            []Text  // BT-89 of each BG-19
	PaymentInstructions []*PaymentInstruction
	Allowances          []*AllowanceCharge // BG-20
	Charges             []*AllowanceCharge // BG-21
	Totals              Totals
	VATTotals           []Number // BT-110 and BT-111, told apart by their currency
	Breakdowns          []*Breakdown
	Documents           []*Document
	Lines               []*Line
	AmountCurrencies    []Text // every currency given with an amount, each once
}

// AccountingVATTotals are BT-111: the VAT totals in the currency in which the seller accounts for VAT, where that is
// another than the invoice's.
func (i *Invoice) AccountingVATTotals() []Number {
	var totals []Number
	for _, candidate := range i.VATTotals {
		if i.VATCurrency.Given() && candidate.Currency == i.VATCurrency.Value && i.VATCurrency.Value != i.Currency.Value {
			totals = append(totals, candidate)
		}
	}
	return totals
}

// Party is seller, buyer, payee or tax representative.
type Party struct {
	At                Place
	Name              Text         // BT-27, BT-44, BT-59, BT-62
	Identifiers       []Identifier // BT-29, BT-46, BT-60
	LegalRegistration Identifier   // BT-30, BT-47, BT-61
	VATIdentifier     Text         // BT-31, BT-48, BT-63
	TaxRegistration   Text         // BT-32
	Electronic        *Identifier  // BT-34, BT-49
	Address           *Address     // BG-5, BG-8, BG-12
}

// Address is a postal address, of which only the country is asked for.
type Address struct {
	At      Place
	Country Text // BT-40, BT-55, BT-69, BT-80
}

// Delivery is BG-13.
type Delivery struct {
	Location Identifier // BT-71
	Date     Date       // BT-72
	Address  *Address   // BG-15
}

// Period is BG-14 or BG-26.
type Period struct {
	At         Place
	Start, End Date // BT-73 and BT-74, BT-134 and BT-135
}

// PaymentInstruction is BG-16.
type PaymentInstruction struct {
	At        Place
	MeansCode Text      // BT-81
	Accounts  []Account // BG-17
	Cards     []Text    // BT-87 of each BG-18
}

// Account is BG-17.
type Account struct {
	Number Text // BT-84
	Other  Text // a second number for BT-84: CII has one place for an IBAN and one for others
}

// AllowanceCharge is a deduction or addition on the document (BG-20, BG-21) or on a line (BG-27, BG-28).
type AllowanceCharge struct {
	At         Place
	Amount     Number   // BT-92, BT-99, BT-136, BT-141
	Base       Number   // BT-93, BT-100, BT-137, BT-142
	Category   Category // of the document's: BT-95 and BT-96, BT-102 and BT-103
	Reason     Text     // BT-97, BT-104, BT-139, BT-144
	ReasonCode Text     // BT-98, BT-105, BT-140, BT-145
}

// Category is a VAT category with its rate.
type Category struct {
	Tax  Text // as named: "VAT", "GST"
	Code Text
	Rate Number // per cent
}

// Totals is BG-22 without its VAT.
type Totals struct {
	At         Place
	Lines      Number // BT-106
	Allowances Number // BT-107
	Charges    Number // BT-108
	WithoutVAT Number // BT-109
	WithVAT    Number // BT-112
	Paid       Number // BT-113
	Rounding   Number // BT-114
	Due        Number // BT-115
}

// Breakdown is BG-23.
type Breakdown struct {
	At                  Place
	Taxable             Number   // BT-116
	Tax                 Number   // BT-117
	Category            Category // BT-118, BT-119
	ExemptionReason     Text     // BT-120
	ExemptionReasonCode Text     // BT-121
}

// Document is BG-24.
type Document struct {
	At        Place
	Reference Text // BT-122
	MIME      Text // of BT-125
}

// Line is BG-25.
type Line struct {
	At              Place
	ID              Text   // BT-126
	Quantity        Number // BT-129
	Unit            Text   // BT-130
	Net             Number // BT-131
	Period          *Period
	Allowances      []*AllowanceCharge // BG-27
	Charges         []*AllowanceCharge // BG-28
	NetPrice        Number             // BT-146
	GrossPrice      Number             // BT-148
	Category        Category           // BT-151, BT-152
	Name            Text               // BT-153
	Standard        *Identifier        // BT-157
	Classifications []Identifier       // BT-158
	Origin          Text               // BT-159
	Attributes      []*Attribute
}

// Attribute is BG-32.
type Attribute struct {
	At          Place
	Name, Value Text // BT-160, BT-161
}

// VATTotal is BT-110: of the VAT totals the first one in the currency of the invoice, or without a currency. It also
// tells how many there are, of which the norm knows one.
func (i *Invoice) VATTotal() (total Number, found int) {
	for _, candidate := range i.VATTotals {
		if candidate.Currency == "" || candidate.Currency == i.Currency.Value {
			if found++; found == 1 {
				total = candidate
			}
		}
	}
	return total, found
}
