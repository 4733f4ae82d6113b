// Package reconciliation finds which open items the lines of a bank's statement pay, many to many, and says why.
//
// A line is assigned only on evidence that stands by itself: a key or reference that names the items and an amount that fits them, or
// an amount that fits one set of a known party's items and no other. What is less certain stays with a person, with suggestions. The
// work on a line is bounded by constants, so that a statement of any size takes time in proportion.
//
// reference.go finds references in texts, also where people have typed them over; match.go decides, strongest evidence first over all
// lines, then weaker; sums.go looks for sets of items; suggest.go ranks what is left.
package reconciliation

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Line is one payment on a statement.
type Line struct {
	Amount     money.Minor // above zero: came in; below: went out
	Charges    money.Minor // that the bank says it kept from the payment, or added; not below zero
	Currency   money.Currency
	Value      calendar.Date
	Key        string   // end-to-end identification; "" for none
	References []string // structured ones
	Text       string   // free, lines kept apart by "\n"
	Name       string   // of who paid, or was paid
	Account    string   // likewise
}

// Item is something expected on the account: a receivable, a credit note that is set against them, a payment that was sent.
type Item struct {
	Amount     money.Minor // open; above zero: will come in; below: will go out, or lessens what comes in
	Currency   money.Currency
	Due        calendar.Date
	Party      uint64   // who pays or is paid; 0 where nobody knows
	Key        string   // under which it was sent; "" for none
	References []string // invoice number, order number, creditor reference, …
}

// Party is who pays items.
type Party struct {
	ID       uint64 // not 0
	Names    []string
	Accounts []string
}

// Policy bounds what is assigned without a person. The zero value stands for the defaults.
type Policy struct {
	ChargeMax  money.Minor // that a bank may have kept without saying so, in minor units; default 5000
	ChargeRate money.Rate  // likewise as a part of what was expected; default 3 %; the smaller of both counts
}

func (p Policy) withDefaults() Policy {
	if p.ChargeMax == 0 {
		p.ChargeMax = 50_00
	}
	if p.ChargeRate == 0 {
		p.ChargeRate = 3 * money.RateOne / 100
	}
	return p
}

// Evidence is on what a line was assigned: a set.
type Evidence uint16

// The pieces of evidence.
const (
	KeyNamed    Evidence = 1 << iota // the line carries the key under which the payment was sent
	Structured                       // a structured reference names the items
	Referred                         // references in the text name them
	NearlyNamed                      // a reference in the text is one of theirs but for a slip
	PartyKnown                       // the account or the name is that of the party
	AmountFits                       // the amounts agree to the cent
	ChargeTaken                      // they agree but for the bank's charges
	PaidInPart                       // the line pays a part of one item
	OnlySum                          // no other set of the party's items comes to the amount
)

var evidenceNames = []string{"key", "structured_reference", "reference", "near_reference", "party", "amount", "charges", "part", "only_sum"}

// Names lists the evidence.
func (e Evidence) Names() []string {
	var names []string
	for i, name := range evidenceNames {
		if e&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// EvidenceOf is the set of the pieces of evidence of these names; others are left out.
func EvidenceOf(names []string) Evidence {
	e := Evidence(0)
	for i, name := range evidenceNames {
		if slices.Contains(names, name) {
			e |= 1 << i
		}
	}
	return e
}

// Part is what a line pays of an item.
type Part struct {
	Item   int         // its place in the list
	Amount money.Minor // signed as the item
}

// Assignment is what a line pays. Its parts come to the amount of the line, and the charge.
type Assignment struct {
	Line     int // its place in the list
	Parts    []Part
	Charge   money.Minor // by which the parts exceed the line
	Evidence Evidence
}

// Break is a line that was not assigned.
type Break struct {
	Line        int
	Reason      Reason
	Suggestions []Suggestion // the likeliest first
}

// Reason is why a line was not assigned.
type Reason uint8

// The reasons.
const (
	NothingFits   Reason = 1 + iota // neither reference nor amount leads to open items
	AmountDiffers                   // references name items, and the amount is another
	SeveralFit                      // more than one set of items fits as well
	PaidAlready                     // what it names is paid by other lines
	PartyDiffers                    // what it names belongs to another party than the one that pays
)

var reasonNames = [...]string{"", "nothing_fits", "amount_differs", "several_fit", "paid_already", "party_differs"}

// String is the name used in output.
func (r Reason) String() string { return reasonNames[r] }

// Suggestion is a set of items that a person may choose.
type Suggestion struct {
	Items    []int
	Evidence Evidence
	Off      money.Minor // what the line is short of them; below zero: beyond them
}

// Result is what became of a statement: every line is assigned or a break.
type Result struct {
	Assignments []Assignment  // by line
	Breaks      []Break       // by line
	Open        []money.Minor // what is left of each item
}
