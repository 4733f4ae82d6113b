package inventory

import (
	"math/bits"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Price is what a quantity of one lot cost on a day, as a source says. A price is never changed: a correction is a later
// one in the series.
type Price struct {
	Lot      Lot            `cbor:"1,keyasint"`
	Amount   money.Minor    `cbor:"2,keyasint"` // for Per; above zero
	Per      Quantity       `cbor:"3,keyasint"` // such as 1,000,000 for one unit; above zero
	Date     calendar.Date  `cbor:"4,keyasint"` // day for which the source gives it
	Sequence uint64         `cbor:"5,keyasint"` // place in the series, from 1 without gaps
	Source   string         `cbor:"6,keyasint"` // exchange, assessor or appraisal
	Currency money.Currency `cbor:"7,keyasint"`
	Entry    uint64         `cbor:"8,keyasint"`
}

// PriceRefusal is why a price does not go into a series; 0 says that it does.
type PriceRefusal uint8

// The refusals, in the order in which they are looked for.
const (
	PriceIncomplete    PriceRefusal = 1 + iota // no goods, unit, source or day
	PriceOutside                               // amount or quantity not above zero, or beyond what can be counted
	PriceOfAnother                             // series of another lot or currency
	PriceBackdated                             // before the newest price of the series
	PriceSequenceWrong                         // not the next number
)

// String is the code used in API and console; "" for none.
func (r PriceRefusal) String() string {
	return [...]string{"", "price_incomplete", "price_outside", "price_of_another", "price_backdated", "price_sequence_wrong"}[r]
}

// Append puts a price at the end of its series, which stays ordered by date and, within a day, by sequence; or says why
// not, and returns the series as it was.
func Append(series []Price, p Price) ([]Price, PriceRefusal) {
	switch {
	case p.Lot.Goods == "" || p.Lot.Unit == "" || p.Source == "" || p.Date.IsZero():
		return series, PriceIncomplete
	case p.Amount <= 0 || p.Amount > money.MinorMax || p.Per <= 0 || p.Per > QuantityMax:
		return series, PriceOutside
	}
	if n := len(series); n > 0 {
		last := &series[n-1]
		switch {
		case p.Lot != last.Lot || p.Currency != last.Currency:
			return series, PriceOfAnother
		case p.Date < last.Date:
			return series, PriceBackdated
		}
	}
	if p.Sequence != uint64(len(series))+1 {
		return series, PriceSequenceWrong
	}
	return append(series, p), 0
}

// Newest gives the last price of a series that is dated on the day or before; false when there is none.
func Newest(series []Price, on calendar.Date) (Price, bool) {
	low, high := 0, len(series)
	for low < high {
		middle := int(uint(low+high) / 2)
		if series[middle].Date <= on {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return Price{}, false
	}
	return series[low-1], true
}

// Market is quantity * amount / per, rounded down; false beyond money.MinorMax.
func (p *Price) Market(q Quantity) (money.Minor, bool) {
	high, low := bits.Mul64(uint64(q), uint64(p.Amount))
	if high >= uint64(p.Per) {
		return 0, false
	}
	value, _ := bits.Div64(high, low, uint64(p.Per))
	if value > uint64(money.MinorMax) {
		return 0, false
	}
	return money.Minor(value), true
}

// shareDown is amount * share, rounded down. Neither is below zero, and the share is at most the whole.
func shareDown(amount money.Minor, share money.Rate) money.Minor {
	high, low := bits.Mul64(uint64(amount), uint64(share))
	value, _ := bits.Div64(high, low, uint64(money.RateOne))
	return money.Minor(value)
}

// divideUp is amount * one / share, rounded up, capped at the largest integer. The share is above zero.
func divideUp(amount money.Minor, share money.Rate) money.Minor {
	high, low := bits.Mul64(uint64(amount), uint64(money.RateOne))
	low, carry := bits.Add64(low, uint64(share)-1, 0)
	high += carry
	if high >= uint64(share) {
		return 1<<63 - 1
	}
	value, _ := bits.Div64(high, low, uint64(share))
	return money.Minor(min(value, 1<<63-1))
}
