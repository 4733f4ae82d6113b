package en16931

import (
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// decimalDigitsMax bounds the digits of a number that is computed with.
const decimalDigitsMax = 64

// Decimal is an exact decimal number, coefficient / 10^scale. The zero value is 0.
type Decimal struct {
	coefficient int64    // where wide is nil
	wide        *big.Int // never changed once it is set
	scale       int32    // digits after the point as written or computed
}

// ParseDecimal reads digits with an optional sign and an optional point, at most 64 digits, with nothing around them
// but white space; ok is false for anything else, exponents included.
func ParseDecimal(text string) (d Decimal, ok bool) {
	text = strings.Trim(text, " \t\r\n")
	unsigned := text
	if text != "" && (text[0] == '-' || text[0] == '+') {
		unsigned = text[1:]
	}
	whole, fraction, _ := strings.Cut(unsigned, ".")
	digits := whole + fraction
	if digits == "" || len(digits) > decimalDigitsMax {
		return Decimal{}, false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return Decimal{}, false
		}
	}
	negative := text[0] == '-'
	if len(digits) <= 18 {
		value, _ := strconv.ParseInt(digits, 10, 64)
		if negative {
			value = -value
		}
		return Decimal{coefficient: value, scale: int32(len(fraction))}, true
	}
	wide, _ := new(big.Int).SetString(digits, 10)
	if negative {
		wide.Neg(wide)
	}
	return narrow(wide, int32(len(fraction))), true
}

func narrow(wide *big.Int, scale int32) Decimal {
	if wide.IsInt64() && wide.Int64() != -1<<63 {
		return Decimal{coefficient: wide.Int64(), scale: scale}
	}
	return Decimal{wide: wide, scale: scale}
}

// FractionDigits is the number of digits after the point, trailing zeros included.
func (d Decimal) FractionDigits() int { return int(d.scale) }

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.wide != nil:
		return d.wide.Sign()
	case d.coefficient < 0:
		return -1
	case d.coefficient > 0:
		return 1
	}
	return 0
}

// Neg is -d.
func (d Decimal) Neg() Decimal {
	if d.wide != nil {
		return narrow(new(big.Int).Neg(d.wide), d.scale)
	}
	return Decimal{coefficient: -d.coefficient, scale: d.scale}
}

// Abs is d without its sign.
func (d Decimal) Abs() Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// Add is d + other.
func (d Decimal) Add(other Decimal) Decimal {
	scale := max(d.scale, other.scale)
	left, leftFits := d.at(scale)
	right, rightFits := other.at(scale)
	if leftFits && rightFits {
		if sum := left + right; (sum > left) == (right > 0) && sum != -1<<63 {
			return Decimal{coefficient: sum, scale: scale}
		}
	}
	return narrow(new(big.Int).Add(d.wideAt(scale), other.wideAt(scale)), scale)
}

// Sub is d - other.
func (d Decimal) Sub(other Decimal) Decimal { return d.Add(other.Neg()) }

// Mul is d × other.
func (d Decimal) Mul(other Decimal) Decimal {
	scale := d.scale + other.scale
	if d.wide == nil && other.wide == nil {
		high, low := bits.Mul64(magnitude(d.coefficient), magnitude(other.coefficient))
		if high == 0 && low < 1<<63 {
			product := int64(low)
			if (d.coefficient < 0) != (other.coefficient < 0) {
				product = -product
			}
			return Decimal{coefficient: product, scale: scale}
		}
	}
	return narrow(new(big.Int).Mul(d.wideAt(d.scale), other.wideAt(other.scale)), scale)
}

// Percent is d / 100, exactly.
func (d Decimal) Percent() Decimal {
	d.scale += 2
	return d
}

// Cmp is -1 where d is less than other, 0 where they are the same number, and 1 else.
func (d Decimal) Cmp(other Decimal) int { return d.Sub(other).Sign() }

// Round has at most two digits after the point, halves rounded away from zero.
func (d Decimal) Round() Decimal {
	if d.scale <= 2 {
		return d
	}
	divisor := powerOfTen(d.scale - 2)
	quotient, remainder := new(big.Int).QuoRem(d.wideAt(d.scale), divisor, new(big.Int))
	if remainder.Abs(remainder).Lsh(remainder, 1).Cmp(divisor) >= 0 {
		quotient.Add(quotient, big.NewInt(int64(d.Sign())))
	}
	return narrow(quotient, 2)
}

// String prints the number with its digits after the point: "-0.50".
func (d Decimal) String() string {
	digits := d.Abs().wideAt(d.scale).String()
	if missing := int(d.scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - int(d.scale)
	text := digits[:point]
	if d.scale > 0 {
		text += "." + digits[point:]
	}
	if d.Sign() < 0 {
		text = "-" + text
	}
	return text
}

// at returns the coefficient for a scale that is not below d's, if it fits.
func (d Decimal) at(scale int32) (int64, bool) {
	if d.wide != nil || scale-d.scale > 18 {
		return 0, d.wide == nil && d.coefficient == 0
	}
	factor := uint64(1)
	for range scale - d.scale {
		factor *= 10
	}
	high, low := bits.Mul64(magnitude(d.coefficient), factor)
	if high != 0 || low >= 1<<63 {
		return 0, false
	}
	if d.coefficient < 0 {
		return -int64(low), true
	}
	return int64(low), true
}

func (d Decimal) wideAt(scale int32) *big.Int {
	wide := d.wide
	if wide == nil {
		wide = big.NewInt(d.coefficient)
	}
	if scale == d.scale {
		return wide
	}
	return new(big.Int).Mul(wide, powerOfTen(scale-d.scale))
}

func powerOfTen(exponent int32) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil)
}

func magnitude(value int64) uint64 {
	if value < 0 {
		return uint64(-value)
	}
	return uint64(value)
}

// trimmed is the same number without zeros at its end.
func (d Decimal) trimmed() Decimal {
	for d.wide == nil && d.scale > 0 && d.coefficient%10 == 0 {
		d.coefficient, d.scale = d.coefficient/10, d.scale-1
	}
	return d
}
