// Package disclosure makes the tables that a buyer discloses about its supplier finance arrangements: those of IAS 7.44F-44H with
// IFRS 7, and those of FASB ASU 2022-04 (ASC 405-50-50). They are pure functions of facts about what the buyer owes.
//
// A payable counts from the buyer's confirmation to a finance provider, whether its supplier has been paid early or not. One
// that the buyer pays early from its own cash (dynamic discounting) has no finance provider and does not. The facts name
// no supplier, so no row can.
package disclosure

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Place is where a payable stands.
type Place uint8

// The places.
const (
	InArrangement Place = 1 + iota // confirmed to a finance provider
	Comparable                     // a trade payable like those, outside any arrangement (IAS 7.44H(b)(iii))
	OwnCash                        // paid early by the buyer itself, or to be: a comparable one as well
)

// Arrangement is one programme with its terms in words (IAS 7.44H(a), ASC 405-50-50-3(a)).
type Arrangement struct {
	Programme id.Programme `cbor:"1,keyasint"`
	Name      string       `cbor:"2,keyasint"`
	Terms     string       `cbor:"3,keyasint"` // payment terms: timing, and how it is determined
	Security  string       `cbor:"4,keyasint"` // assets pledged and guarantees given; "none"
}

// Payable is one financial liability of the buyer.
type Payable struct {
	Key       uint64         `cbor:"1,keyasint"`
	Place     Place          `cbor:"2,keyasint"`
	Programme id.Programme   `cbor:"3,keyasint,omitempty"` // of one in an arrangement
	Provider  id.Party       `cbor:"4,keyasint,omitempty"` // the finance provider to which it is owed, or would be
	Line      uint8          `cbor:"5,keyasint"`           // line item of the statement of financial position, as a place in Report.Lines
	Currency  money.Currency `cbor:"6,keyasint"`
	Issued    calendar.Date  `cbor:"7,keyasint"` // date of the invoice
	Due       calendar.Date  `cbor:"8,keyasint"` // when the buyer pays
}

// Kind is what changed the carrying amount of a payable.
type Kind uint8

// The kinds. The first four are what a confirmed payable goes through; the rest are non-cash (IAS 7.44H(c)).
const (
	Confirmed           Kind = 1 + iota // to the finance provider; of a comparable payable: recognised
	Paid                                // by the buyer, at or after the due date
	SupplierPaid                        // by the finance provider: the carrying amount stays
	ExchangeDifference                  //
	BusinessCombination                 // acquired, or disposed of
	Reclassified                        // from or to another line item or outside the arrangement
	Reduced                             // by a cancelled confirmation, a credit note or set-off
	kindsEnd
)

var kindNames = [...]string{"", "confirmed", "paid", "supplier_paid", "exchange_difference", "business_combination", "reclassified", "reduced"}

// String is the name used in API and console.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// NonCash tells whether a change of this kind moves no cash of the buyer or of a finance provider, and is no new payable.
func (k Kind) NonCash() bool { return k >= ExchangeDifference && k < kindsEnd }

// Change is a dated change of one payable.
type Change struct {
	Payable uint64        `cbor:"1,keyasint"` // its key
	Kind    Kind          `cbor:"2,keyasint"`
	On      calendar.Date `cbor:"3,keyasint"`           // booking date
	Amount  money.Minor   `cbor:"4,keyasint,omitempty"` // added to the carrying amount; below 0: taken off; 0 for SupplierPaid
	Part    money.Minor   `cbor:"5,keyasint,omitempty"` // added to the part for which the supplier has been paid
}

// Report is what the tables are made of.
type Report struct {
	From         calendar.Date // first day of the period
	Until        calendar.Date // last day
	Lines        []string      // names of line items
	Arrangements []Arrangement
	Payables     []Payable
	Changes      []Change
}

// Defects gives what is wrong with the facts, in their order; none for facts that tables can be made of. The carrying
// amount of a payable, and the part for which its supplier was paid, are never below zero, nor the part above the amount.
func (r *Report) Defects() []string {
	var defects []string
	check := func(holds bool, what string) {
		if !holds {
			defects = append(defects, what)
		}
	}
	check(r.From <= r.Until, "the period ends before it begins")
	places := make(map[uint64]int, len(r.Payables))
	for i := range r.Payables {
		p := &r.Payables[i]
		_, twice := places[p.Key]
		check(!twice, "a payable is given twice")
		places[p.Key] = i
		check(int(p.Line) < len(r.Lines), "a payable is in no line item")
		check(p.Place >= InArrangement && p.Place <= OwnCash, "a payable is nowhere")
		check((p.Place == InArrangement) == (p.Programme != 0), "a payable is in an arrangement, or has no programme")
		check(p.Currency.Known(), "a payable is in no currency")
		check(p.Due >= p.Issued, "a payable is due before its invoice")
	}
	balances := make([]balance, len(r.Payables))
	for _, c := range r.ordered() {
		place, known := places[c.Payable]
		check(known, "a change is of no payable")
		if !known {
			continue
		}
		check(c.Kind > 0 && c.Kind < kindsEnd, "a change is of no kind")
		check(c.Kind != Confirmed || c.Amount > 0, "what is confirmed is above zero")
		check(c.Kind != Paid || c.Amount < 0 && c.Part <= 0, "what is paid is taken off")
		check(c.Kind != SupplierPaid || c.Amount == 0 && c.Part > 0, "paying a supplier leaves the carrying amount")
		b := &balances[place]
		b.add(&c)
		check(b.amount >= 0 && b.part >= 0 && b.part <= b.amount, "a carrying amount is below zero, or below the part that suppliers were paid")
		check(b.part == 0 || r.Payables[place].Place == InArrangement, "a supplier was paid by nobody")
	}
	return defects
}

// balance is what a payable stands at.
type balance struct{ amount, part money.Minor }

func (b *balance) add(c *Change) {
	b.amount = money.Add(b.amount, c.Amount)
	b.part = money.Add(b.part, c.Part)
}
