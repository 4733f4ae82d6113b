// Package impairment computes expected credit losses after IFRS 9, chapter 5.5: the stage of a financing, what it is expected to lose
// over twelve months or its life in weighted scenarios, what a provision matrix takes off trade receivables, and the
// effective interest of what was bought at a discount. Everything that is estimated (grades, probabilities, losses given
// default, weights) comes in as data.
//
// All of it is in whole numbers: shares in millionths, discount factors in fixed point with 127 bits after the point.
// A result is rounded once, half up.
package impairment

import (
	"math/big"
	"math/bits"

	"millrace/domain/money"
)

// Factor is a discount factor between 0 and 1 as a number of 2^-127, its high 64 bits first.
type Factor [2]uint64

// One discounts nothing.
var One = Factor{1 << 63, 0}

// times is the product, rounded to the nearest 2^-127.
func (f Factor) times(g Factor) Factor {
	high0, _ := bits.Mul64(f[1], g[1])
	high1, low1 := bits.Mul64(f[0], g[1])
	high2, low2 := bits.Mul64(f[1], g[0])
	high3, low3 := bits.Mul64(f[0], g[0])
	second, carry1 := bits.Add64(high0, low1, 0)
	second, carry2 := bits.Add64(second, low2, 0)
	third, carry3 := bits.Add64(high1, high2, carry1)
	third, carry4 := bits.Add64(third, low3, carry2)
	fourth := high3 + carry3 + carry4
	second, carry5 := bits.Add64(second, 1<<62, 0)
	third, carry6 := bits.Add64(third, 0, carry5)
	fourth += carry6
	return Factor{fourth<<1 | third>>63, third<<1 | second>>63}
}

// Power is the factor over a number of days, 0 or more, when f is the one over a day.
func (f Factor) Power(days int32) Factor {
	result, square := One, f
	for n := uint32(days); n > 0; n >>= 1 {
		if n&1 == 1 {
			result = result.times(square)
		}
		square = square.times(square)
	}
	return result
}

// Annual is the effective interest of 365 days, 1/f^365 - 1, rounded half up to a millionth; false where it is above a
// million times the whole.
func (f Factor) Annual() (money.Rate, bool) {
	year := f.Power(365)
	divisor := new(big.Int).SetUint64(year[0])
	divisor.Lsh(divisor, 64).Or(divisor, new(big.Int).SetUint64(year[1]))
	if divisor.Sign() == 0 {
		return 0, false
	}
	grown := new(big.Int).Lsh(big.NewInt(2*int64(money.RateOne)), 127)
	grown.Add(grown, divisor).Quo(grown, divisor.Lsh(divisor, 1))
	if grown.BitLen() > 40 {
		return 0, false
	}
	return money.Rate(grown.Int64()) - money.RateOne, true
}

// FactorOf is the factor over a day whose effective interest of 365 days is the rate, 0 or more; rounded down.
func FactorOf(annual money.Rate) Factor {
	f, _ := EffectiveInterest(money.Minor(money.RateOne), []Flow{{Days: 365, Amount: money.Minor(money.RateOne + annual)}})
	return f
}

// wide is a number of 384 bits, its low 64 bits first. What is summed here stays far below: an amount, four shares, a
// factor and a few thousand terms take 300 bits.
type wide [6]uint64

func (w *wide) add(other *wide) {
	carry := uint64(0)
	for i := range w {
		w[i], carry = bits.Add64(w[i], other[i], carry)
	}
	if carry != 0 {
		panic("impairment: overflow")
	}
}

// subtract takes off what is not above w.
func (w *wide) subtract(other *wide) {
	borrow := uint64(0)
	for i := range w {
		w[i], borrow = bits.Sub64(w[i], other[i], borrow)
	}
}

func (w *wide) multiply(m uint64) {
	carry := uint64(0)
	for i := range w {
		high, low := bits.Mul64(w[i], m)
		var c uint64
		w[i], c = bits.Add64(low, carry, 0)
		carry = high + c
	}
	if carry != 0 {
		panic("impairment: overflow")
	}
}

// discount multiplies by a factor, without its 127 bits after the point being taken off.
func (w *wide) discount(f Factor) {
	upper := *w
	w.multiply(f[1])
	upper.multiply(f[0])
	if upper[5] != 0 {
		panic("impairment: overflow")
	}
	copy(upper[1:], upper[:5])
	upper[0] = 0
	w.add(&upper)
}

func (w *wide) divide(d uint64) {
	rest := uint64(0)
	for i := len(w) - 1; i >= 0; i-- {
		w[i], rest = bits.Div64(rest, w[i], d)
	}
}

// compare is below, at or above 0 as w is below, at or above other.
func (w *wide) compare(other *wide) int {
	for i := len(w) - 1; i >= 0; i-- {
		switch {
		case w[i] < other[i]:
			return -1
		case w[i] > other[i]:
			return 1
		}
	}
	return 0
}

// whole is w / 2^127 / 10^(6 * shares), rounded half up.
func (w wide) whole(shares int) money.Minor {
	half := wide{1}
	for range shares {
		half.multiply(uint64(money.RateOne))
	}
	half.discount(One)
	w.multiply(2) // 2^128 is two words
	w.add(&half)
	copy(w[:4], w[2:])
	w[4], w[5] = 0, 0
	for range shares {
		w.divide(uint64(money.RateOne))
	}
	if w[0] > uint64(money.MinorMax) || (w != wide{w[0]}) {
		panic("impairment: overflow")
	}
	return money.Minor(w[0])
}
