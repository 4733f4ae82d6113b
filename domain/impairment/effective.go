package impairment

import (
	"millrace/domain/money"
)

// Flow is money that is expected on a day.
type Flow struct {
	Days   int32       `cbor:"1,keyasint"` // from the day of the price; above 0
	Amount money.Minor `cbor:"2,keyasint"` // 0 or more
}

// Yield says whether an effective interest exists.
type Yield uint8

// The outcomes.
const (
	Found       Yield = 1 + iota
	NoPrice           // the price is not above zero
	FlowsWrong        // none, one that is not later than the price, below zero, or beyond what can be counted
	BelowNought       // the flows come to less than the price
)

// String is the name used in API and console.
func (y Yield) String() string {
	return [...]string{"", "found", "no_price", "flows_wrong", "below_nought"}[y]
}

// EffectiveInterest is the factor over a day at which the flows are worth the price (IFRS 9, appendix A: effective interest rate):
// the largest f with f^days * amount, summed, at most the price. Found bit by bit, since that sum rises with f.
func EffectiveInterest(price money.Minor, flows []Flow) (Factor, Yield) {
	if price <= 0 || price > money.MinorMax {
		return Factor{}, NoPrice
	}
	total := money.Minor(0)
	for _, f := range flows {
		if f.Days <= 0 || f.Amount < 0 || f.Amount > money.MinorMax-total {
			return Factor{}, FlowsWrong
		}
		total += f.Amount
	}
	switch {
	case len(flows) == 0:
		return Factor{}, FlowsWrong
	case total < price:
		return Factor{}, BelowNought
	case total == price:
		return One, Found
	}
	want := wide{uint64(price)}
	want.discount(One)
	var factor Factor
	for bit := 126; bit >= 0; bit-- {
		attempt := factor
		attempt[1-bit/64] |= 1 << (bit % 64)
		if worth := present(flows, attempt, 0); worth.compare(&want) <= 0 {
			factor = attempt
		}
	}
	return factor, Found
}

// present is the worth of the flows after a day, seen from it, times 2^127.
func present(flows []Flow, f Factor, day int32) wide {
	var total wide
	for _, flow := range flows {
		if flow.Days <= day {
			continue
		}
		worth := wide{uint64(flow.Amount)}
		worth.discount(f.Power(flow.Days - day))
		total.add(&worth)
	}
	return total
}

// AmortisedCost is what the flows after a day are worth on it at the effective interest, rounded half up: on day 0 the
// price, after the last flow nothing. Interest income between two days is the later cost, and what came in since the
// earlier, less the earlier cost; taken as the difference of such figures, its rounding never adds up.
func AmortisedCost(flows []Flow, f Factor, day int32) money.Minor {
	return present(flows, f, day).whole(0)
}

// Income is the interest of the days after one up to and with another, at the effective interest.
func Income(flows []Flow, f Factor, after, upTo int32) money.Minor {
	received := money.Minor(0)
	for _, flow := range flows {
		if flow.Days > after && flow.Days <= upTo {
			received = money.Add(received, flow.Amount)
		}
	}
	return money.Sub(money.Add(AmortisedCost(flows, f, upTo), received), AmortisedCost(flows, f, after))
}
