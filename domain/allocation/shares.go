package allocation

import (
	"cmp"
	"math/bits"
	"slices"

	"millrace/domain/money"
)

// shares divides an amount by largest remainder: each part gets what its weight gives it, rounded down, and what is left goes
// unit by unit to the largest remainders, equal ones in the order of the parts. The weights' sum is above zero.
func shares(amount money.Minor, weights []money.Minor) []money.Minor {
	type remainder struct {
		rest uint64
		part int
	}
	total := sum(weights)
	parts := make([]money.Minor, len(weights))
	order := make([]remainder, len(weights))
	left := amount
	for i, weight := range weights {
		high, low := bits.Mul64(uint64(amount), uint64(weight))
		whole, rest := bits.Div64(high, low, uint64(total))
		parts[i], order[i] = money.Minor(whole), remainder{rest, i}
		left = money.Sub(left, parts[i])
	}
	slices.SortFunc(order, func(a, b remainder) int {
		return cmp.Or(cmp.Compare(b.rest, a.rest), cmp.Compare(a.part, b.part))
	})
	for i := range int(left) {
		parts[order[i].part]++
	}
	return parts
}

// shareReaches tells whether amount * weight / total, exactly, is at least most.
func shareReaches(amount, weight, total, most money.Minor) bool {
	high, low := bits.Mul64(uint64(amount), uint64(weight))
	mostHigh, mostLow := bits.Mul64(uint64(most), uint64(total))
	return high > mostHigh || high == mostHigh && low >= mostLow
}

func sum(amounts []money.Minor) money.Minor {
	total := money.Minor(0)
	for _, a := range amounts {
		total = money.Add(total, a)
	}
	return total
}
