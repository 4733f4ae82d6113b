package servicing

import (
	"math/big"
	"math/bits"

	"millrace/domain/money"
)

// Exact is a sum of principal * rate * days, not rounded: its denominator is that of the day count times a million. It is
// never below zero.
type Exact struct{ High, Low uint64 }

func (e *Exact) add(amount money.Minor, weight int64) {
	high, low := bits.Mul64(uint64(amount), uint64(weight))
	var carry uint64
	e.Low, carry = bits.Add64(e.Low, low, 0)
	e.High, carry = bits.Add64(e.High, high, carry)
	if carry != 0 || amount < 0 || weight < 0 {
		panic("servicing: overflow in interest")
	}
}

func (e *Exact) sub(amount money.Minor, weight int64) {
	high, low := bits.Mul64(uint64(amount), uint64(weight))
	var borrow uint64
	e.Low, borrow = bits.Sub64(e.Low, low, 0)
	e.High, borrow = bits.Sub64(e.High, high, borrow)
	if borrow != 0 || amount < 0 || weight < 0 {
		panic("servicing: interest below zero")
	}
}

// round gives the sum in minor units, rounded half up. The denominator is even.
func (e Exact) round(denominator int64) money.Minor {
	low, carry := bits.Add64(e.Low, uint64(denominator)/2, 0)
	high := e.High + carry
	if high >= uint64(denominator) {
		panic("servicing: overflow in interest")
	}
	quotient, _ := bits.Div64(high, low, uint64(denominator))
	if quotient > 1<<63-1 {
		panic("servicing: overflow in interest")
	}
	return money.Minor(quotient)
}

// portion gives amount * part/whole * left/total, rounded half up once. All are at least 0, whole and total above, and the
// fractions at most 1.
func portion(amount, part, whole money.Minor, left, total int64) money.Minor {
	if part == whole {
		return money.MulDiv(amount, left, total)
	}
	divisorHigh, divisor := bits.Mul64(uint64(whole), uint64(total))
	if divisorHigh != 0 || divisor > 1<<62 {
		return portionWide(amount, part, whole, left, total)
	}
	// Three words: amount * part is two, left below 2^31 adds less than one.
	high, low := bits.Mul64(uint64(amount), uint64(part))
	carryHigh, low := bits.Mul64(low, uint64(left))
	top, middle := bits.Mul64(high, uint64(left))
	var carry uint64
	middle, carry = bits.Add64(middle, carryHigh, 0)
	top += carry
	low, carry = bits.Add64(low, divisor/2, 0)
	middle, carry = bits.Add64(middle, 0, carry)
	top += carry
	_, rest := bits.Div64(top, middle, divisor) // the quotient is at most the amount: its upper word is 0
	quotient, _ := bits.Div64(rest, low, divisor)
	return money.Minor(quotient)
}

func portionWide(amount, part, whole money.Minor, left, total int64) money.Minor {
	numerator := new(big.Int).Mul(big.NewInt(int64(amount)), big.NewInt(int64(part)))
	numerator.Mul(numerator, big.NewInt(2*left))
	divisor := new(big.Int).Mul(big.NewInt(int64(whole)), big.NewInt(total))
	numerator.Add(numerator, divisor)
	numerator.Quo(numerator, divisor.Lsh(divisor, 1))
	return money.Minor(numerator.Int64())
}

// fraction is a number from 0 to below 1 in units of 2^-128.
type fraction struct{ high, low uint64 }

// ratio gives numerator / denominator, rounded down; the numerator is the smaller.
func ratio(numerator, denominator uint64) fraction {
	high, rest := bits.Div64(numerator, 0, denominator)
	low, _ := bits.Div64(rest, 0, denominator)
	return fraction{high, low}
}

func (f fraction) times(g fraction) fraction {
	high, low := bits.Mul64(f.high, g.high)
	left, _ := bits.Mul64(f.high, g.low)
	right, _ := bits.Mul64(f.low, g.high)
	for _, cross := range [...]uint64{left, right} {
		var carry uint64
		low, carry = bits.Add64(low, cross, 0)
		high += carry
	}
	return fraction{high, low}
}

func (f fraction) over(divisor uint64) fraction {
	low, _ := bits.Div64(f.high%divisor, f.low, divisor)
	return fraction{f.high / divisor, low}
}

func (f fraction) plus(g fraction) fraction {
	low, carry := bits.Add64(f.low, g.low, 0)
	high, _ := bits.Add64(f.high, g.high, carry)
	return fraction{high, low}
}

func (f fraction) minus(g fraction) fraction {
	low, borrow := bits.Sub64(f.low, g.low, 0)
	high, _ := bits.Sub64(f.high, g.high, borrow)
	return fraction{high, low}
}

// of gives amount * f, rounded half up.
func (f fraction) of(amount money.Minor) money.Minor {
	high, low := bits.Mul64(uint64(amount), f.high)
	lowHigh, _ := bits.Mul64(uint64(amount), f.low)
	low, carry := bits.Add64(low, lowHigh, 0)
	high += carry
	return money.Minor(high + low>>63)
}

// ahead is the part of a principal that is still to be earned when days of total are left, where an outlay of
// principal - discount grows to the principal at one daily rate: 1 - ((principal-discount)/principal)^(days/total).
// The discount is at most half the principal, and days are below total. The series fall short of the true value by less
// than 2^-120; the result is raised by 2^-118, so that an exact half cent is rounded up.
func ahead(discount, principal money.Minor, days, total int64) fraction {
	// -ln((p-d)/p) = 2 artanh(d/(2p-d)).
	z := ratio(uint64(discount), uint64(2*principal-discount))
	square, power, logarithm := z.times(z), z, z
	for k := uint64(3); power != (fraction{}); k += 2 {
		power = power.times(square)
		logarithm = logarithm.plus(power.over(k))
	}
	exponent := logarithm.plus(logarithm).times(ratio(uint64(days), uint64(total)))
	// 1 - exp(-w) = w - w^2/2! + w^3/3! - ...
	term := exponent
	sum := exponent
	for k := uint64(2); term != (fraction{}); k++ {
		term = term.times(exponent).over(k)
		if k%2 == 0 {
			sum = sum.minus(term)
		} else {
			sum = sum.plus(term)
		}
	}
	return sum.plus(fraction{low: 1 << 10})
}
