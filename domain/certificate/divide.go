package certificate

import (
	"math/bits"

	"millrace/domain/money"
)

// divide gives amount * weight / total, rounded down, and the remainder, with 128 bits in between.
func divide(amount, weight, total money.Minor) (money.Minor, uint64) {
	high, low := bits.Mul64(uint64(amount), uint64(weight))
	whole, rest := bits.Div64(high, low, uint64(total))
	return money.Minor(whole), rest
}
