package solver

import (
	"cmp"
	"math/bits"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/money"
)

// measure weighs what is set off. It says which of two results that clear as much is the fairer one: the one of less weight.
type measure struct {
	in       *clearing.Instance
	fairness Fairness
	lightest int32
	heaviest int32
	base     calendar.Date // due then or before: the lightest
}

const (
	daysMost = 4096 // debts are told apart by days up to so many before the latest
	shares   = 16   // slices of which proportional shares are made
)

func newMeasure(in *clearing.Instance, fairness Fairness) measure {
	m := measure{in: in, fairness: fairness, lightest: 1, heaviest: shares}
	if fairness == Proportional {
		return m
	}
	earliest, latest, dated, undated := calendar.Date(0), calendar.Date(0), false, false
	for i := range in.Debts {
		due := in.Debts[i].Due
		switch {
		case due.IsZero():
			undated = true
		case !dated:
			earliest, latest, dated = due, due, true
		default:
			earliest, latest = min(earliest, due), max(latest, due)
		}
	}
	m.base = max(earliest, latest-daysMost)
	m.heaviest = 1 + int32(latest-m.base)
	if dated && undated {
		m.heaviest++
	}
	return m
}

// appendSteps adds the steps in which an arc is cleared, each of which has more weight than the one before: its debts by age, or as
// many slices as there are shares.
func (m *measure) appendSteps(steps []step, a *arcs, at int32) []step {
	if m.fairness == Proportional {
		before := money.Minor(0)
		for weight := range int32(shares) {
			end := share(a.amount[at], weight+1)
			if end > before {
				steps = append(steps, step{end - before, weight + 1})
			}
			before = end
		}
		return steps
	}
	last := int32(0)
	for _, place := range a.places(at) {
		debt, weight := &m.in.Debts[place], m.heaviest
		if !debt.Due.IsZero() {
			weight = 1 + int32(max(0, debt.Due-m.base))
		}
		switch {
		case debt.Amount == 0:
		case weight == last:
			steps[len(steps)-1].width += debt.Amount
		default:
			steps = append(steps, step{debt.Amount, weight})
			last = weight
		}
	}
	return steps
}

// share is so many slices of an amount.
func share(amount money.Minor, slices int32) money.Minor {
	return amount/shares*money.Minor(slices) + amount%shares*money.Minor(slices)/shares
}

// shareOut clears each debt of an arc by the same share, by largest remainder; where remainders are alike the older debt goes first.
func (m *measure) shareOut(places []int32, amount, cleared money.Minor, result []money.Minor) {
	if amount == 0 {
		return
	}
	remainders := make([]uint64, len(places))
	left := cleared
	for i, place := range places {
		high, low := bits.Mul64(uint64(m.in.Debts[place].Amount), uint64(cleared))
		part, remainder := bits.Div64(high, low, uint64(amount))
		result[place], remainders[i] = money.Minor(part), remainder
		left -= money.Minor(part)
	}
	order := make([]int32, len(places))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, i := range order[:left] {
		result[places[i]]++
	}
}
