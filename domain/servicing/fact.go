package servicing

import (
	"cmp"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Kind is what has happened.
type Kind uint8

// The kinds of facts; in brackets the fields that count besides dates and sequences.
const (
	Fixing      Kind = 1 + iota // the base rate holds from the value date (Rate)
	Disbursed                   // paid out; interest runs from the value date (Amount: the principal)
	Extended                    // due later (Due)
	FeeCharged                  // during the life (Amount)
	Diluted                     // credit note or set-off: the face shrinks, save what is confirmed (Amount)
	Disputed                    // by the buyer (Amount)
	Resolved                    // the dispute ends; what the buyer has won comes as Diluted (Amount)
	Received                    // money (Amount; Party: the payer)
	BoughtBack                  // the seller has paid the price and has the receivable back (Amount)
	PaidOnCover                 // by the insurer (Amount)
	Recovered                   // money that goes first to what was written off (Amount; Party: the payer)
	Reversed                    // takes back the fact whose entry is Of: see Run
	Recoursed                   // the seller is called (Cause)
	Claimed                     // on the credit cover
	Defaulted                   //
	Provisioned                 // the allowance stands at Amount from now on
	WrittenOff                  // principal first, then interest, then late interest (Amount)
	PaidOn                      // to a party, from what it is entitled to (Amount, Party)
	Closed                      //
)

var kindNames = [...]string{
	"", "fixing", "disbursed", "extended", "fee_charged", "diluted", "disputed", "resolved", "received", "bought_back",
	"paid_on_cover", "recovered", "reversed", "recoursed", "claimed", "defaulted", "provisioned", "written_off", "paid_on", "closed",
}

// String is the name used in tables.
func (k Kind) String() string { return kindNames[k] }

// ranks order the kinds of one value date. What sets the scene comes before money: the rate that holds from that day, the
// money that went out, another due date, a fee, what is left of the debt. What takes money back comes after the money that
// it can take. A call, a claim, a default or a write-off sees what came in on its day, so that nobody is called for what is
// paid; money is paid on when all that is known; and a close is last.
var ranks = [...]uint8{
	Fixing: 1, Disbursed: 2, Extended: 3, FeeCharged: 3, Diluted: 3, Disputed: 3, Resolved: 4,
	Received: 5, BoughtBack: 5, PaidOnCover: 5, Recovered: 5, Reversed: 6,
	Recoursed: 7, Claimed: 7, Defaulted: 7, Provisioned: 7, WrittenOff: 7, PaidOn: 8, Closed: 9,
}

// Fact is one thing that has happened to a financing. It never changes; another fact takes it back.
type Fact struct {
	Kind    Kind          `cbor:"1,keyasint"`
	Party   Role          `cbor:"2,keyasint,omitempty"`
	Cause   Cause         `cbor:"3,keyasint,omitempty"`
	Value   calendar.Date `cbor:"4,keyasint"`           // from when it counts
	Booking calendar.Date `cbor:"5,keyasint"`           // the open day on which it was entered; reckons nothing
	Bank    uint64        `cbor:"6,keyasint,omitempty"` // the bank's sequence; 0 for none
	Entry   uint64        `cbor:"7,keyasint"`           // unique among the facts of a financing, growing with arrival
	Of      uint64        `cbor:"8,keyasint,omitempty"` // the entry that is taken back
	Amount  money.Minor   `cbor:"9,keyasint,omitempty"` // above zero where it counts
	Rate    money.Rate    `cbor:"10,keyasint,omitempty"`
	Due     calendar.Date `cbor:"11,keyasint,omitempty"`
}

// Compare is the canonical order: value date, rank of the kind, the bank's sequence, entry.
func Compare(a, b Fact) int { return compare(&a, &b) }

func compare(a, b *Fact) int {
	if a.Value != b.Value {
		return cmp.Compare(a.Value, b.Value)
	}
	if ranks[a.Kind] != ranks[b.Kind] {
		return cmp.Compare(ranks[a.Kind], ranks[b.Kind])
	}
	if a.Bank != b.Bank {
		return cmp.Compare(a.Bank, b.Bank)
	}
	return cmp.Compare(a.Entry, b.Entry)
}

// Insert puts a fact at its place into facts that are in canonical order.
func Insert(facts []Fact, fact Fact) []Fact {
	at, _ := slices.BinarySearchFunc(facts, fact, Compare)
	return slices.Insert(facts, at, fact)
}

// payer is whose money a fact brings; 0 for a fact that brings none.
func (f *Fact) payer() Role {
	switch f.Kind {
	case Received, Recovered:
		return f.Party
	case BoughtBack:
		return Seller
	case PaidOnCover:
		return Insurer
	}
	return 0
}

// sound panics on a fact that nobody may have recorded.
func (f *Fact) sound() {
	ok := f.Kind >= Fixing && f.Kind <= Closed && f.Entry > 0 && f.Amount >= 0 && f.Amount <= money.MinorMax
	switch f.Kind {
	case Received, Recovered:
		ok = ok && f.Party >= Buyer && f.Party <= Guarantor
	case PaidOn:
		ok = ok && f.Party >= Buyer && f.Party <= Operator
	case Recoursed:
		ok = ok && f.Cause >= Insolvency && f.Cause <= Warranty
	case Fixing:
		ok = ok && f.Rate >= -money.RateOne && f.Rate <= money.RateOne
	}
	if !ok {
		panic("servicing: a fact that is none")
	}
}
