package inventory

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// Lift is a quantity of one receipt that leaves the pledge.
type Lift struct {
	Receipt  id.WarehouseReceipt `cbor:"1,keyasint"`
	Quantity Quantity            `cbor:"2,keyasint"`
	Proceeds money.Minor         `cbor:"3,keyasint,omitempty"` // expected of a sale: market value less cost, rounded down
}

// Releasable is the most of one receipt that may leave when the exposure, after the payment, is what is given: the ratio
// of it to what remains is at most the target. It is a multiple of the step, or the whole receipt; what is in the way of
// the last step stays. With no exposure left everything may leave.
func (t *Terms) Releasable(exposure money.Minor, valuations []Valuation, which int) Quantity {
	v := &valuations[which]
	if exposure <= 0 {
		return v.Quantity
	}
	others := money.Sub(Total(valuations), v.Value)
	must := money.Sub(needed(exposure, t.RatioTarget), others)
	if must <= 0 {
		return v.Quantity
	}
	if must > v.Value {
		return 0
	}
	// Value falls as steps leave, so the most steps that leave enough can be searched for.
	low, high := Quantity(0), v.Quantity/t.ReleaseStep
	for low < high {
		middle := low + (high-low+1)/2
		if v.worth(v.Quantity-middle*t.ReleaseStep) >= must {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low * t.ReleaseStep
}

// PaymentFor is the least payment against which a quantity of one receipt may leave: what the exposure is above the value
// that remains times the target, rounded down. A quantity above the receipt's counts as the whole.
func (t *Terms) PaymentFor(exposure money.Minor, valuations []Valuation, which int, leaving Quantity) money.Minor {
	v := &valuations[which]
	remaining := money.Sub(Total(valuations), v.Value)
	if leaving < v.Quantity {
		remaining = money.Add(remaining, v.worth(v.Quantity-leaving))
	}
	return t.Repay(exposure, remaining)
}

// Sale is which goods to sell, in the order of the valuations, until the exposure less the proceeds is at most the target
// of what remains. Every receipt is sold whole but the last, of which the least multiple of the step is. The exposure that
// is left above the target when all is sold is the shortfall.
func (t *Terms) Sale(exposure money.Minor, valuations []Valuation) ([]Lift, money.Minor) {
	var lifts []Lift
	remaining := Total(valuations)
	for i := range valuations {
		v := &valuations[i]
		if !exceeds(exposure, remaining, t.RatioTarget) {
			return lifts, 0
		}
		if v.Standing != Valued {
			continue
		}
		others := money.Sub(remaining, v.Value)
		sold := t.leastSold(exposure, others, v)
		lift := Lift{Receipt: v.Receipt, Quantity: sold, Proceeds: t.proceeds(v, sold)}
		lifts = append(lifts, lift)
		exposure = max(0, money.Sub(exposure, lift.Proceeds))
		remaining = money.Add(others, v.worth(v.Quantity-sold))
	}
	return lifts, t.Repay(exposure, remaining)
}

// leastSold is the least multiple of the step that does, or all of the receipt. Where a sale brings less than the target
// of the value that leaves, selling part never helps; all is tried then, and the next.
func (t *Terms) leastSold(exposure, others money.Minor, v *Valuation) Quantity {
	enough := func(sold Quantity) bool {
		left := max(0, money.Sub(exposure, t.proceeds(v, sold)))
		return !exceeds(left, money.Add(others, v.worth(v.Quantity-sold)), t.RatioTarget)
	}
	if !enough(v.Quantity) {
		return v.Quantity
	}
	low, high := Quantity(1), (v.Quantity+t.ReleaseStep-1)/t.ReleaseStep
	for low < high {
		middle := low + (high-low)/2
		if enough(min(v.Quantity, middle*t.ReleaseStep)) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return min(v.Quantity, low*t.ReleaseStep)
}

func (t *Terms) proceeds(v *Valuation, q Quantity) money.Minor {
	market, _ := v.Price.Market(q)
	return shareDown(market, money.RateOne-t.SaleCost)
}
