package feature

import (
	"math"
	"math/bits"
)

// Wide is an integer of 128 bits, at least zero. What would pass its greatest value stays there.
type Wide struct {
	High uint64 `cbor:"1,keyasint,omitempty"`
	Low  uint64 `cbor:"2,keyasint,omitempty"`
}

var wideMax = Wide{math.MaxUint64, math.MaxUint64}

// Product is a * b.
func Product(a, b uint64) Wide {
	high, low := bits.Mul64(a, b)
	return Wide{high, low}
}

// Plus is the sum, or the greatest value.
func (w Wide) Plus(other Wide) Wide {
	low, carry := bits.Add64(w.Low, other.Low, 0)
	high, over := bits.Add64(w.High, other.High, carry)
	if over != 0 {
		return wideMax
	}
	return Wide{high, low}
}

// Minus takes back what was added; the greatest value stays.
func (w Wide) Minus(other Wide) Wide {
	low, borrow := bits.Sub64(w.Low, other.Low, 0)
	high, under := bits.Sub64(w.High, other.High, borrow)
	if w == wideMax || under != 0 {
		return wideMax
	}
	return Wide{high, low}
}

// Less compares.
func (w Wide) Less(other Wide) bool {
	return w.High < other.High || w.High == other.High && w.Low < other.Low
}

// times is w * scale in three words, the highest first.
func (w Wide) times(scale uint64) [3]uint64 {
	high, low := bits.Mul64(w.Low, scale)
	top, middle := bits.Mul64(w.High, scale)
	middle, carry := bits.Add64(middle, high, 0)
	return [3]uint64{top + carry, middle, low}
}

// ratio is floor(w * scale / of). It is false where of is 0, either is the greatest value, or the quotient is above 2^62.
func (w Wide) ratio(scale uint64, of Wide) (int64, bool) {
	if of == (Wide{}) || of == wideMax || w == wideMax {
		return 0, false
	}
	dividend := w.times(scale)
	if of.High == 0 {
		first, rest := bits.Div64(0, dividend[0], of.Low)
		second, rest := bits.Div64(rest, dividend[1], of.Low)
		third, _ := bits.Div64(rest, dividend[2], of.Low)
		if first != 0 || second != 0 || third > 1<<62 {
			return 0, false
		}
		return int64(third), true
	}
	quotient := uint64(0)
	for bit := uint64(1) << 62; bit != 0; bit >>= 1 { // the largest q with q * of <= dividend
		if product := of.times(quotient | bit); !above(product, dividend) {
			quotient |= bit
		}
	}
	if quotient > 1<<62 {
		return 0, false
	}
	return int64(quotient), true
}

func above(a, b [3]uint64) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}
