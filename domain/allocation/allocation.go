// Package allocation says which of several funders finances how much: by priority, pro rata to what they have committed, or
// by a sealed-bid auction with one clearing rate for all.
//
// Each funder has decided for itself before; what is shared out here is only what the decisions leave open. Nothing depends
// on the order in which bids are handed in, and whoever may see the bids can work every result out again with Verify, which
// shares no code with the solver.
package allocation

import (
	"cmp"
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
)

// Decision is what one funder has decided on one request. Amounts are in minor units of the request's currency.
type Decision struct {
	Funder     id.Party    `cbor:"1,keyasint"`
	Amount     money.Minor `cbor:"2,keyasint"`           // the most that it takes of this request; 0: it has declined
	Least      money.Minor `cbor:"3,keyasint,omitempty"` // the least that it takes if it takes anything
	Commitment money.Minor `cbor:"4,keyasint,omitempty"` // its weight when shares are pro rata; 0: it takes no part
	Rate       money.Rate  `cbor:"5,keyasint"`           // its own, a year
	Priority   uint8       `cbor:"6,keyasint,omitempty"` // 1 is asked first; equal ones in the order of the list
}

// takes tells whether a part of this size, above zero, is one that the funder's decision covers.
func (d *Decision) takes(part money.Minor) bool { return part >= max(d.Least, 1) && part <= d.Amount }

// Part is what one funder finances, at its own rate.
type Part struct {
	Funder id.Party    `cbor:"1,keyasint"`
	Amount money.Minor `cbor:"2,keyasint"`
	Rate   money.Rate  `cbor:"3,keyasint"`
}

// Allocation is an amount shared out: parts above zero, which add up with what is unfilled to the amount.
type Allocation struct {
	Parts    []Part      `cbor:"1,keyasint"`
	Unfilled money.Minor `cbor:"2,keyasint"`
}

// ByPriority asks the funders one after the other, the lowest priority number first and equal ones in the order of the list.
// Each gets as much as it takes of what is left; one whose least amount is more than that is passed over. Parts come in the
// order of asking. Amounts are not negative; a negative one panics.
func ByPriority(amount money.Minor, decisions []Decision) Allocation {
	mustBeAmounts(amount, decisions)
	asked := slices.Clone(decisions)
	slices.SortStableFunc(asked, func(a, b Decision) int { return cmp.Compare(a.Priority, b.Priority) })
	result := Allocation{Unfilled: amount}
	for i := range asked {
		part := min(asked[i].Amount, result.Unfilled)
		if !asked[i].takes(part) {
			continue
		}
		result.Parts = append(result.Parts, Part{asked[i].Funder, part, asked[i].Rate})
		result.Unfilled = money.Sub(result.Unfilled, part)
	}
	return result
}

// ProRata shares the amount in proportion to the commitments by largest remainder (Hamilton's method), equal remainders in the
// order of the list. Who would get more than it takes gets what it takes, and the rest is shared among the others by the same
// rule. Where parts remain below their funders' least, the last of these in the list drops out and the sharing begins again. Parts
// come in the order of the list. Amounts are not negative and commitments sum to no more than 2^63-1; otherwise it panics.
func ProRata(amount money.Minor, decisions []Decision) Allocation {
	mustBeAmounts(amount, decisions)
	out := make([]bool, len(decisions))
	for {
		parts := capped(amount, decisions, out)
		short := -1
		for i, part := range parts {
			if part > 0 && !decisions[i].takes(part) {
				short = i
			}
		}
		if short < 0 {
			return allocated(amount, decisions, parts)
		}
		out[short] = true
	}
}

// capped shares the amount among those that are not out. Whoever's exact share reaches the most that it takes gets that; which
// only raises the shares of the others, so that a share is fixed once and the loop ends.
func capped(amount money.Minor, decisions []Decision, out []bool) []money.Minor {
	parts := make([]money.Minor, len(decisions))
	weights := make([]money.Minor, len(decisions))
	for i := range decisions {
		if !out[i] && decisions[i].Amount > 0 {
			weights[i] = decisions[i].Commitment
		}
	}
	left := amount
	for {
		total := sum(weights)
		if total == 0 {
			return parts
		}
		full, taken := false, money.Minor(0)
		for i, weight := range weights {
			if weight > 0 && shareReaches(left, weight, total, decisions[i].Amount) {
				parts[i], weights[i], full = decisions[i].Amount, 0, true
				taken = money.Add(taken, parts[i])
			}
		}
		if !full {
			for i, share := range shares(left, weights) {
				parts[i] += share
			}
			return parts
		}
		left = money.Sub(left, taken)
	}
}

func allocated(amount money.Minor, decisions []Decision, parts []money.Minor) Allocation {
	result := Allocation{Unfilled: amount}
	for i, part := range parts {
		if part > 0 {
			result.Parts = append(result.Parts, Part{decisions[i].Funder, part, decisions[i].Rate})
			result.Unfilled = money.Sub(result.Unfilled, part)
		}
	}
	return result
}

func mustBeAmounts(amount money.Minor, decisions []Decision) {
	negative := amount < 0
	for i := range decisions {
		d := &decisions[i]
		negative = negative || d.Amount < 0 || d.Least < 0 || d.Commitment < 0
	}
	if negative {
		panic("allocation: an amount is negative")
	}
}
