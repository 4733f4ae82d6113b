// Package feature holds rolling facts: what is known of a party, a pair, a programme or a group from the trade and the financings in the book,
// in integers, over its life and over the last twelve calendar months. Figures derived from them are pure functions with names.
package feature

import (
	"math"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Kind is what facts are kept about.
type Kind uint8

// The kinds of subjects. A group is the head with everything below it; where nobody names a party as its head, its facts are the party's own.
const (
	Seller      Kind = 1 + iota // a party by what it sells
	Buyer                       // a party by what it buys
	Pair                        // what one party sells to another
	Programme                   // what is financed in a programme
	SellerGroup                 // a group by what its members sell
	BuyerGroup                  // a group by what its members buy
)

var kindNames = [...]string{"", "seller", "buyer", "pair", "programme", "seller_group", "buyer_group"}

// String is the name used in API and console.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// MarshalText gives the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Group tells whether the subject is a group: it has no dates, no biggest invoice and no largest counterparty, since these could not be
// taken back in constant time when a member leaves.
func (k Kind) Group() bool { return k == SellerGroup || k == BuyerGroup }

// Subject is what facts are about, in one currency.
type Subject struct {
	Party     id.Party       `cbor:"1,keyasint,omitempty"` // seller, buyer, seller of a pair, or head of a group
	Other     id.Party       `cbor:"2,keyasint,omitempty"` // buyer of a pair
	Programme id.Programme   `cbor:"3,keyasint,omitempty"`
	Currency  money.Currency `cbor:"4,keyasint"`
	Kind      Kind           `cbor:"5,keyasint"`
}

// Measure is what is counted and added up.
type Measure uint8

// The measures. Each has a count and an amount in minor units.
const (
	Invoices     Measure = iota // debts earned and invoiced; their face
	Confirmed                   // undertakings given by the buyer; the amount undertaken
	Credited                    // credit notes; what they take off
	Disputes                    // opened by the buyer; the amount disputed
	Lost                        // credits by disputes; what the seller has lost by them
	OnTime                      // payments on receivables on or before the due date
	Late                        // payments on receivables after the due date
	Reversed                    // payments that a bank took back, or that were misapplied
	Financed                    // financings accepted or taken over; their principal
	Overdue                     // financings that went past due, each time; their principal
	Repaid                      // financings closed; their principal
	RepaidLate                  // of these, those closed after the due date as agreed at first
	Defaulted                   // financings in default, or written off without it; their principal
	Refused                     // requests declined by a rule or a person; the amount asked for
	MeasureCount = 14
)

var measureNames = [MeasureCount]string{
	"invoices", "confirmed", "credited", "disputes", "lost", "on_time", "late", "reversed", "financed", "overdue", "repaid", "repaid_late", "defaulted", "refused",
}

// String is the name used in API and console.
func (m Measure) String() string { return measureNames[m] }

// Counters are counts and sums, none below zero. Sums that would pass the greatest value stay there, and what is derived from them is unknown.
type Counters struct {
	Counts      [MeasureCount]uint32      `cbor:"1,keyasint"`
	Amounts     [MeasureCount]money.Minor `cbor:"2,keyasint"`
	LateDays    money.Minor               `cbor:"3,keyasint,omitempty"` // days after the due date, added up over late payments
	TenorDays   money.Minor               `cbor:"4,keyasint,omitempty"` // days from issue to due date, added up over invoices
	LateWeight  Wide                      `cbor:"5,keyasint,omitzero"`  // days late * amount, added up over late payments
	TenorWeight Wide                      `cbor:"6,keyasint,omitzero"`  // days * face, added up over invoices
}

// Change is one fact: of a measure, with its amount and, for late payments and invoices, its days. Amount and days are at least zero.
type Change struct {
	Measure Measure
	Amount  money.Minor
	Days    int64
}

const (
	countMax = math.MaxUint32
	sumMax   = money.Minor(math.MaxInt64)
)

func plus(a, b money.Minor) money.Minor {
	if a > sumMax-b {
		return sumMax
	}
	return a + b
}

// minus takes back what was added; a sum that was too large stays so.
func minus(a, b money.Minor) money.Minor {
	if a == sumMax || b > a {
		return sumMax
	}
	return a - b
}

// Add counts one fact.
func (c *Counters) Add(f Change) {
	if c.Counts[f.Measure] != countMax {
		c.Counts[f.Measure]++
	}
	c.Amounts[f.Measure] = plus(c.Amounts[f.Measure], f.Amount)
	switch f.Measure {
	case Late:
		c.LateDays = plus(c.LateDays, money.Minor(f.Days))
		c.LateWeight = c.LateWeight.Plus(Product(uint64(f.Amount), uint64(f.Days)))
	case Invoices:
		c.TenorDays = plus(c.TenorDays, money.Minor(f.Days))
		c.TenorWeight = c.TenorWeight.Plus(Product(uint64(f.Amount), uint64(f.Days)))
	}
}

// Join adds all that another subject has counted.
func (c *Counters) Join(other *Counters) {
	for m := range c.Counts {
		if c.Counts[m] > countMax-other.Counts[m] {
			c.Counts[m] = countMax
		} else {
			c.Counts[m] += other.Counts[m]
		}
		c.Amounts[m] = plus(c.Amounts[m], other.Amounts[m])
	}
	c.LateDays, c.TenorDays = plus(c.LateDays, other.LateDays), plus(c.TenorDays, other.TenorDays)
	c.LateWeight, c.TenorWeight = c.LateWeight.Plus(other.LateWeight), c.TenorWeight.Plus(other.TenorWeight)
}

// Leave takes back what Join has added.
func (c *Counters) Leave(other *Counters) {
	for m := range c.Counts {
		if c.Counts[m] != countMax && other.Counts[m] <= c.Counts[m] {
			c.Counts[m] -= other.Counts[m]
		}
		c.Amounts[m] = minus(c.Amounts[m], other.Amounts[m])
	}
	c.LateDays, c.TenorDays = minus(c.LateDays, other.LateDays), minus(c.TenorDays, other.TenorDays)
	c.LateWeight, c.TenorWeight = c.LateWeight.Minus(other.LateWeight), c.TenorWeight.Minus(other.TenorWeight)
}

// Months is how many calendar months are kept, the current one included.
const Months = 12

// MonthOf numbers the calendar month of a date, one after the other; the date is of the year 1 or later.
func MonthOf(d calendar.Date) int32 { return int32(d.Year()*Months + d.Month() - 1) }

// Record is what is kept of a subject: its life, and which month's counters stand in which place of the ring. It takes 384 bytes, each
// month in which something has happened 248 more.
type Record struct {
	Subject        Subject        `cbor:"1,keyasint"`
	Life           Counters       `cbor:"2,keyasint"`
	Biggest        money.Minor    `cbor:"3,keyasint,omitempty"` // face of the biggest invoice
	First          calendar.Date  `cbor:"4,keyasint,omitempty"` // of the first and the last invoice; 0 for none
	Last           calendar.Date  `cbor:"5,keyasint,omitempty"`
	Counterparties uint32         `cbor:"6,keyasint,omitempty"`  // with whom there is an invoice; of a group: pairs of a member and a counterparty
	Squares        Wide           `cbor:"7,keyasint,omitzero"`   // of what was invoiced with each of them over its life, added up
	Largest        money.Minor    `cbor:"8,keyasint,omitempty"`  // what was invoiced with the largest of them
	LargestParty   id.Party       `cbor:"9,keyasint,omitempty"`  // the first of them that had so much
	Ring           [Months]uint32 `cbor:"10,keyasint,omitempty"` // numbers of months, by the month's number modulo twelve; 0 for none
	Entry          uint64         `cbor:"11,keyasint"`
}

// Month is what has happened in one calendar month by the business date. When the same month of a later year begins, it takes its place.
type Month struct {
	Record   uint32   `cbor:"1,keyasint"` // number of the subject's record
	Month    int32    `cbor:"2,keyasint"` // as MonthOf gives it
	Counters Counters `cbor:"3,keyasint"`
	Entry    uint64   `cbor:"4,keyasint"`
}

// Rolling is what is known of a subject on a business date. A subject of which nothing is known has a Rolling of zeros.
type Rolling struct {
	Subject        Subject
	Life           Counters
	Year           Counters // the last twelve calendar months, the current one included
	Quarter        Counters // the last three, the current one included
	Before         Counters // the three before these
	Biggest        money.Minor
	First, Last    calendar.Date
	Counterparties uint32
	Squares        Wide
	Largest        money.Minor
	LargestParty   id.Party
}

// Take copies what does not depend on the date from a record.
func (r *Rolling) Take(from *Record) {
	r.Subject, r.Life, r.Biggest, r.First, r.Last = from.Subject, from.Life, from.Biggest, from.First, from.Last
	r.Counterparties, r.Squares, r.Largest, r.LargestParty = from.Counterparties, from.Squares, from.Largest, from.LargestParty
}

// TakeMonth adds a month of the record as the date has it; one that is older than twelve months, or later, adds nothing.
func (r *Rolling) TakeMonth(m *Month, today calendar.Date) {
	age := MonthOf(today) - m.Month
	if age < 0 || age >= Months {
		return
	}
	r.Year.Join(&m.Counters)
	if age < 3 {
		r.Quarter.Join(&m.Counters)
	} else if age < 6 {
		r.Before.Join(&m.Counters)
	}
}
