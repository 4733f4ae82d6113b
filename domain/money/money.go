// Package money holds amounts as integers of a currency's minor unit, rates as scaled integers, and the only places
// where one becomes the other.
//
// Overflow and the mixing of currencies are programming errors here and panic; the edges and the ladders of rejections
// refuse such input before it arrives.
package money

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// Currency is the numeric ISO 4217 code; 0 is no currency.
type Currency uint16

var (
	byNumeric [1000]struct {
		code   string
		digits uint8
	}
	byCode = make(map[string]Currency, len(currencies))
)

func init() {
	for _, c := range currencies {
		byNumeric[c.numeric].code = c.code
		byNumeric[c.numeric].digits = c.digits
		byCode[c.code] = c.numeric
	}
}

// ParseCurrency reads an alphabetic ISO 4217 code in upper case; ok is false for a code that is not in the list.
func ParseCurrency(code string) (currency Currency, ok bool) {
	currency, ok = byCode[code]
	return currency, ok
}

// Currencies are all of the list, by their numeric codes.
func Currencies() []Currency {
	all := make([]Currency, 0, len(currencies))
	for c := range Currency(len(byNumeric)) {
		if c.Known() {
			all = append(all, c)
		}
	}
	return all
}

// Known tells whether the currency is in the list.
func (c Currency) Known() bool { return int(c) < len(byNumeric) && byNumeric[c].code != "" }

// String is the alphabetic code, or "???" for an unknown one.
func (c Currency) String() string {
	if !c.Known() {
		return "???"
	}
	return byNumeric[c].code
}

// Digits is the number of digits after the point of an amount in this currency (0 to 4).
func (c Currency) Digits() int { return int(byNumeric[c].digits) }

// MarshalText gives the alphabetic code.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Minor is a number of minor units (cents); the currency stands beside it.
type Minor int64

// MinorMax bounds every single amount (about 9 * 10^16 minor units), so that sums of a hundred of them can't overflow.
const MinorMax = Minor(1<<63-1) / 100

// Add gives a + b and panics on overflow.
func Add(a, b Minor) Minor {
	sum := a + b
	if (sum > a) != (b > 0) && b != 0 {
		panic("money: overflow in addition")
	}
	return sum
}

// Sub gives a - b and panics on overflow.
func Sub(a, b Minor) Minor {
	difference := a - b
	if (difference < a) != (b > 0) && b != 0 {
		panic("money: overflow in subtraction")
	}
	return difference
}

// Amount is minor units of one currency.
type Amount struct {
	Minor    Minor    `cbor:"1,keyasint"`
	Currency Currency `cbor:"2,keyasint"`
}

// String prints "1234.50 EUR".
func (a Amount) String() string { return Format(a.Minor, a.Currency) + " " + a.Currency.String() }

// Format prints minor units with the currency's point and no grouping: "1234.50", "-0.05".
func Format(minor Minor, currency Currency) string {
	digits := 0
	if currency.Known() {
		digits = currency.Digits()
	}
	return FormatScaled(int64(minor), digits)
}

// FormatScaled prints value / 10^digits with exactly that many digits after the point.
func FormatScaled(value int64, digits int) string {
	magnitude, sign := uint64(value), ""
	if value < 0 {
		magnitude, sign = -magnitude, "-"
	}
	text := strconv.FormatUint(magnitude, 10)
	if digits == 0 {
		return sign + text
	}
	if len(text) <= digits {
		text = strings.Repeat("0", digits-len(text)+1) + text
	}
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// The ways in which a decimal number can't be read.
var (
	ErrSyntax    = errors.New("is not a decimal number")
	ErrRange     = errors.New("is too large")
	ErrPrecision = errors.New("has more digits after the point than can be kept")
)

// ParseScaled reads a decimal number ("-1234.5", "+7", ".5") as an integer of 10^-digits. Leading and trailing zeros are
// free. It fails with ErrSyntax, with ErrRange beyond 64 bits, and with ErrPrecision where digits would be lost; in the
// last case the value rounded half up (away from zero) comes with the error.
func ParseScaled(text string, digits int) (int64, error) {
	body, negative := strings.CutPrefix(text, "-")
	if !negative {
		body = strings.TrimPrefix(body, "+")
	}
	whole, fraction, _ := strings.Cut(body, ".")
	if whole == "" && fraction == "" {
		return 0, fmt.Errorf("%q %w", text, ErrSyntax)
	}
	var value uint64
	accumulate := func(c byte) error {
		if c < '0' || c > '9' {
			return fmt.Errorf("%q %w", text, ErrSyntax)
		}
		high, low := bits.Mul64(value, 10)
		sum, carry := bits.Add64(low, uint64(c-'0'), 0)
		if high != 0 || carry != 0 || sum > 1<<63-1 {
			return fmt.Errorf("%q %w", text, ErrRange)
		}
		value = sum
		return nil
	}
	for i := 0; i < len(whole); i++ {
		if err := accumulate(whole[i]); err != nil {
			return 0, err
		}
	}
	lost, roundUp := false, false
	for i := 0; i < len(fraction) || i < digits; i++ {
		c := byte('0')
		if i < len(fraction) {
			c = fraction[i]
		}
		if i < digits {
			if err := accumulate(c); err != nil {
				return 0, err
			}
			continue
		}
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("%q %w", text, ErrSyntax)
		}
		roundUp = roundUp || i == digits && c >= '5'
		lost = lost || c != '0'
	}
	if roundUp {
		if value == 1<<63-1 {
			return 0, fmt.Errorf("%q %w", text, ErrRange)
		}
		value++
	}
	signed := int64(value)
	if negative {
		signed = -signed
	}
	if lost {
		return signed, fmt.Errorf("%q %w", text, ErrPrecision)
	}
	return signed, nil
}

// Parse reads a decimal amount of the currency. Errors are those of ParseScaled; amounts beyond MinorMax are ErrRange.
func Parse(text string, currency Currency) (Minor, error) {
	value, err := ParseScaled(text, currency.Digits())
	if value > int64(MinorMax) || value < -int64(MinorMax) {
		return 0, fmt.Errorf("%q %w", text, ErrRange)
	}
	return Minor(value), err
}

// Rate is a rate per year, or a share, in parts per million: 5.25 % is 52,500.
type Rate int64

// RateOne is the whole: 100 %.
const RateOne Rate = 1_000_000

// String prints per cent with four digits: "5.2500 %".
func (r Rate) String() string { return FormatScaled(int64(r), 4) + " %" }

// Share gives amount * share, rounded half up away from zero. It panics on overflow.
func Share(amount Minor, share Rate) Minor {
	return MulDiv(amount, int64(share), int64(RateOne))
}

// PartOf is part of whole in millionths, rounded half up, no more than most; 0 where there is no part. It panics where there is a part and
// no whole.
func PartOf(part, whole Minor, most int64) int64 {
	if part <= 0 {
		return 0
	}
	if int64(part/whole) >= most/int64(RateOne) {
		return most
	}
	return int64(MulDiv(part, int64(RateOne), int64(whole)))
}

// Interest is simple interest: principal * rate * days/basis, where numerator/denominator is the year fraction of a day
// count, rounded half up away from zero. It panics on overflow or a denominator that is not positive.
func Interest(principal Minor, rate Rate, numerator, denominator int64) Minor {
	high, low := bits.Mul64(uint64(abs(int64(rate))), uint64(abs(numerator)))
	if high != 0 || low > 1<<63-1 {
		panic("money: overflow in interest")
	}
	product := int64(low)
	if (rate < 0) != (numerator < 0) {
		product = -product
	}
	return MulDiv(principal, product, denominator*int64(RateOne))
}

// MulDiv gives amount * multiplier / divisor, rounded half up away from zero, through a 128-bit product. It panics where
// the divisor is not positive or the result does not fit.
func MulDiv(amount Minor, multiplier, divisor int64) Minor {
	if divisor <= 0 {
		panic("money: divisor is not positive")
	}
	high, low := bits.Mul64(uint64(abs(int64(amount))), uint64(abs(multiplier)))
	low, carry := bits.Add64(low, uint64(divisor)/2, 0)
	high += carry
	if high >= uint64(divisor) {
		panic("money: overflow in multiplication")
	}
	quotient, _ := bits.Div64(high, low, uint64(divisor))
	if quotient > 1<<63-1 {
		panic("money: overflow in multiplication")
	}
	if (amount < 0) != (multiplier < 0) {
		return -Minor(quotient)
	}
	return Minor(quotient)
}

func abs(v int64) int64 {
	if v == -1<<63 {
		panic("money: overflow in magnitude")
	}
	if v < 0 {
		return -v
	}
	return v
}
