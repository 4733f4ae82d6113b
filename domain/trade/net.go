package trade

import (
	"math/bits"

	"millrace/domain/money"
)

// rounding says which price stands for an amount that was rounded to a minor unit.
type rounding int

const (
	nearest rounding = iota
	least            // the lowest price that rounds to the amount: nobody asks more than he does
)

// priceScale is 10 to the number by which the digits of price and quantity exceed those of an amount in major units.
var priceScale = [...]int64{100_000_000_000_000, 10_000_000_000_000, 1_000_000_000_000, 100_000_000_000, 10_000_000_000}

// scaleOf is the factor between quantity times price and minor units of a currency; 0 where there is no currency.
func scaleOf(c money.Currency) int64 {
	if !c.Known() || c.Digits() >= len(priceScale) {
		return 0
	}
	return priceScale[c.Digits()]
}

// netPrice is the price of one unit after the allowances and charges of the line: the price that is stated where it makes
// the line's amount to within a minor unit, else amount by quantity.
func netPrice(d *Document, l *Line, r rounding) UnitPrice {
	scale := scaleOf(d.Currency)
	if scale == 0 || l.Amount == 0 || l.Quantity == 0 || (l.Amount < 0) != (l.Quantity < 0) {
		return max(0, l.Price)
	}
	if stated, fits := worth(l.Quantity, l.Price, d.Currency); l.Price > 0 && fits && -1 <= stated-l.Amount && stated-l.Amount <= 1 {
		return l.Price
	}
	amount, quantity := uint64(max(l.Amount, -l.Amount)), uint64(max(l.Quantity, -l.Quantity))
	doubled := amount * 2 // an amount is below a hundredth of 64 bits
	if r == least {
		doubled--
	}
	high, low := bits.Mul64(doubled, uint64(scale))
	if r == nearest {
		var carry uint64
		low, carry = bits.Add64(low, quantity, 0)
		high += carry
	}
	if high >= quantity*2 {
		return max(0, l.Price)
	}
	price, _ := bits.Div64(high, low, quantity*2)
	if price > 1<<62 {
		return max(0, l.Price)
	}
	return UnitPrice(price)
}

// netAmount is the net amount of a line: as stated, else quantity times price.
func netAmount(d *Document, l *Line) money.Minor {
	if l.Amount != 0 {
		return l.Amount
	}
	amount, _ := worth(l.Quantity, l.Price, d.Currency)
	return amount
}

// worth is quantity times price in minor units, rounded half away from zero; it does not fit, and stops at the largest
// amount, where that is too much.
func worth(q Quantity, p UnitPrice, c money.Currency) (amount money.Minor, fits bool) {
	scale := scaleOf(c)
	if scale == 0 {
		return 0, true
	}
	return part(int64(q), int64(p), scale)
}

// part is a times b by c (above zero), rounded half away from zero, and no larger than an amount can be.
func part(a, b, c int64) (money.Minor, bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	low, carry := bits.Add64(low, uint64(c)/2, 0)
	high += carry
	quotient := uint64(1 << 63)
	if high < uint64(c) {
		quotient, _ = bits.Div64(high, low, uint64(c))
	}
	fits := quotient <= uint64(money.MinorMax)
	amount := money.MinorMax
	if fits {
		amount = money.Minor(quotient)
	}
	if (a < 0) != (b < 0) {
		amount = -amount
	}
	return amount, fits
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}
