package solver

import (
	"cmp"
	"math/bits"
	"slices"

	"millrace/domain/money"
)

// shareOut clears each item of an arc by the same share, by largest remainder; where remainders are alike the older item goes first.
func shareOut(items []item, amount, cleared money.Minor, result []money.Minor) {
	if amount == 0 {
		return
	}
	remainders := make([]uint64, len(items))
	left := cleared
	for i := range items {
		high, low := bits.Mul64(uint64(items[i].amount), uint64(cleared))
		part, remainder := bits.Div64(high, low, uint64(amount))
		result[items[i].debt], remainders[i] = money.Minor(part), remainder
		left -= money.Minor(part)
	}
	order := make([]int32, len(items))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, i := range order[:left] {
		result[items[i].debt]++
	}
}
