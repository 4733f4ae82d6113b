// Package discounting is dynamic discounting: a buyer pays confirmed invoices before they are due, out of its own cash, for a
// discount of amount * rate * days/basis. There is no funder and no assignment; with the payment the debt ends.
//
// The buyer offers rates by the days that are gained, and says how much cash it has for each day and what that cash must earn. Sellers
// accept for single invoices, or leave a standing offer with the most that they pay. Match gives the cash of each day to what
// earns most on it.
package discounting

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// RateMax is the highest rate of an offer: 100 % a year.
const RateMax = money.RateOne

// DaysMax is the most days that a payment can be brought forward.
const DaysMax = 3650

// Step is a rate that holds when at least so many days are gained, up to the next step.
type Step struct {
	Days int32      `cbor:"1,keyasint"` // from 1
	Rate money.Rate `cbor:"2,keyasint"` // a year
}

// Schedule is what a buyer offers. One step from day 1 is a plain yearly rate.
type Schedule struct {
	Programme  id.Programme      `cbor:"1,keyasint"`
	Buyer      id.Party          `cbor:"2,keyasint"`
	Steps      []Step            `cbor:"3,keyasint"` // in rising order of days
	YieldLeast money.Rate        `cbor:"4,keyasint"` // the least that the cash must earn a year
	Currency   money.Currency    `cbor:"5,keyasint"`
	DayCount   calendar.DayCount `cbor:"6,keyasint"`
	Entry      uint64            `cbor:"7,keyasint"`
}

// Fault is what is wrong with a schedule or a claim; 0: nothing.
type Fault uint8

// The faults.
const (
	StepsMissing     Fault = 1 + iota
	StepsOutOfOrder        // days do not rise from 1 at least
	RateOutOfRange         // negative or beyond RateMax
	DiscountFalls          // a day more would cost the seller less
	DayCountMissing        //
	AmountOutOfRange       // not above zero or beyond money.MinorMax
	DaysOutOfRange         // nothing is gained, or more than DaysMax days
	NotOffered             // the schedule has no step for so few days
	NothingLeft            // the discount takes the whole amount
)

var faultNames = [...]string{"", "steps_missing", "steps_out_of_order", "rate_out_of_range", "discount_falls", "day_count_missing", "amount_out_of_range",
	"days_out_of_range", "not_offered", "nothing_left"}

// String is the name used in codes of rejections.
func (f Fault) String() string { return faultNames[f] }

// Validate gives the first fault of the schedule. Rates may fall with the days, but not so that rate * days falls: else a seller
// would wait for the price to drop.
func (s *Schedule) Validate() Fault {
	if len(s.Steps) == 0 {
		return StepsMissing
	}
	if !s.DayCount.Valid() {
		return DayCountMissing
	}
	if s.YieldLeast < 0 || s.YieldLeast > RateMax {
		return RateOutOfRange
	}
	before := Step{}
	for _, step := range s.Steps {
		switch {
		case step.Days <= before.Days || step.Days > DaysMax:
			return StepsOutOfOrder
		case step.Rate < 0 || step.Rate > RateMax:
			return RateOutOfRange
		case int64(step.Rate)*int64(step.Days) < int64(before.Rate)*int64(step.Days-1):
			return DiscountFalls
		}
		before = step
	}
	return 0
}

// RateFor is the rate of the last step that so many days reach; NotOffered below the first.
func (s *Schedule) RateFor(days int) (money.Rate, Fault) {
	rate, fault := money.Rate(0), NotOffered
	for _, step := range s.Steps {
		if int(step.Days) <= days {
			rate, fault = step.Rate, 0
		}
	}
	return rate, fault
}

// Claim is a confirmed invoice that could be paid early.
type Claim struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Seller     id.Party      `cbor:"2,keyasint"`
	Amount     money.Minor   `cbor:"3,keyasint"` // outstanding
	Due        calendar.Date `cbor:"4,keyasint"`
}

// Quote is the price of one early payment. Cash + Discount is the amount of the claim.
type Quote struct {
	Cash     money.Minor `cbor:"1,keyasint"` // that the seller is paid
	Discount money.Minor `cbor:"2,keyasint"` // amount * rate * days/basis, rounded half up
	Rate     money.Rate  `cbor:"3,keyasint"` // a year, on the amount
	Yield    money.Rate  `cbor:"4,keyasint"` // discount / cash * basis/days, a year, rounded down: what the buyer earns on its cash
	Days     int32       `cbor:"5,keyasint"` // gained: first day in, last day out
}

// Quote prices the payment of a claim on a day at the schedule's rate.
func (s *Schedule) Quote(claim *Claim, pay calendar.Date) (Quote, Fault) {
	if claim.Due <= pay {
		return Quote{}, DaysOutOfRange
	}
	rate, fault := s.RateFor(calendar.DaysBetween(pay, claim.Due))
	if fault != 0 {
		return Quote{}, fault
	}
	return s.QuoteAt(rate, claim, pay)
}

// QuoteAt prices the payment of a claim on a day at another rate, such as a seller's own.
func (s *Schedule) QuoteAt(rate money.Rate, claim *Claim, pay calendar.Date) (Quote, Fault) {
	switch {
	case claim.Amount <= 0 || claim.Amount > money.MinorMax:
		return Quote{}, AmountOutOfRange
	case rate < 0 || rate > RateMax:
		return Quote{}, RateOutOfRange
	case claim.Due <= pay || calendar.DaysBetween(pay, claim.Due) > DaysMax:
		return Quote{}, DaysOutOfRange
	}
	days, basis := s.DayCount.Fraction(pay, claim.Due)
	if days <= 0 { // from the 30th to the 31st no day passes in 30/360
		return Quote{}, DaysOutOfRange
	}
	discount := money.Interest(claim.Amount, rate, days, basis)
	if discount >= claim.Amount {
		return Quote{}, NothingLeft
	}
	q := Quote{Cash: claim.Amount - discount, Discount: discount, Rate: rate, Days: int32(calendar.DaysBetween(pay, claim.Due))}
	q.Yield = yield(q.Discount, q.Cash, days, basis)
	return q, 0
}

// StandingOffer is a seller's word in advance: its invoices in a programme may be paid early for no more than a rate. It is the
// reverse of a schedule: the seller names the price.
type StandingOffer struct {
	Programme id.Programme  `cbor:"1,keyasint"`
	Seller    id.Party      `cbor:"2,keyasint"`
	RateMost  money.Rate    `cbor:"3,keyasint"` // a year: amount * rate * days/basis is the most that it gives away
	DaysLeast int32         `cbor:"4,keyasint"` // invoices due in fewer days stay as they are
	Until     calendar.Date `cbor:"5,keyasint"` // last day of payment
	At        int64         `cbor:"6,keyasint"` // stamp
	Sequence  uint64        `cbor:"7,keyasint"`
}

// Request asks for the payment of one claim on a day at a rate: an acceptance of the schedule, or out of a standing offer.
type Request struct {
	Claim    Claim         `cbor:"1,keyasint"`
	Pay      calendar.Date `cbor:"2,keyasint"`
	Rate     money.Rate    `cbor:"3,keyasint"`
	At       int64         `cbor:"4,keyasint"` // stamp of the seller's word
	Sequence uint64        `cbor:"5,keyasint"` // of the seller's word; requests from one standing offer share it
}

// Request makes a request for a claim of the offer's seller out of the offer: at the schedule's rate where that is no more than the
// seller gives, else at the seller's own rate, which then stands or falls by what the cash must earn. ok is false where the offer does
// not cover the claim on that day.
func (o *StandingOffer) Request(schedule *Schedule, claim Claim, pay calendar.Date) (request Request, ok bool) {
	if claim.Seller != o.Seller || pay > o.Until || claim.Due <= pay || calendar.DaysBetween(pay, claim.Due) < int(o.DaysLeast) {
		return Request{}, false
	}
	rate := o.RateMost
	if offered, fault := schedule.RateFor(calendar.DaysBetween(pay, claim.Due)); fault == 0 {
		rate = min(rate, offered)
	}
	return Request{Claim: claim, Pay: pay, Rate: rate, At: o.At, Sequence: o.Sequence}, true
}
