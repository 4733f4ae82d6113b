package funding

import "millrace/domain/money"

// Tolerances say which discrepancies between the documents of a trade a programme lets pass. The zero value tolerates
// none.
type Tolerances struct {
	PriceShare    money.Rate  `cbor:"1,keyasint,omitempty"` // by which an invoice may exceed the order's price
	PriceAmount   money.Minor `cbor:"2,keyasint,omitempty"` // and the most that it may come to on one line; where both are given both hold
	QuantityShare money.Rate  `cbor:"3,keyasint,omitempty"` // by which more may be billed than was received, shipped or ordered, or credited than billed
	OverDelivery  money.Rate  `cbor:"4,keyasint,omitempty"` // by which more may be received than was ordered
	UnderDelivery money.Rate  `cbor:"5,keyasint,omitempty"` // by which less may be received than sent, promised than ordered, or be rejected
	DaysLate      uint16      `cbor:"6,keyasint,omitempty"` // after the promised day, at most DaysLateMax
}

// DaysLateMax bounds the delay that can be tolerated.
const DaysLateMax = 366

// Price tells whether a price above the order's is tolerated: what it comes to, and the amount at the order's price.
func (t *Tolerances) Price(excess, base money.Minor) bool {
	if t.PriceShare == 0 && t.PriceAmount == 0 {
		return false
	}
	return (t.PriceShare == 0 || Within(int64(excess), int64(base), t.PriceShare)) && (t.PriceAmount == 0 || excess <= t.PriceAmount)
}

// Within tells whether an excess is at most a share of what it is measured against.
func Within(excess, base int64, share money.Rate) bool {
	if share <= 0 || base <= 0 {
		return false
	}
	allowed := base / int64(money.RateOne) * int64(share)
	return excess <= allowed+base%int64(money.RateOne)*int64(share)/int64(money.RateOne)
}
