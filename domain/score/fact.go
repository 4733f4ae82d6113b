package score

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// saturated is the largest fact; a number beyond it is taken as it, with its sign.
const saturated = math.MaxInt64 / 2

// Fact turns a text into the fact of a feature: a decimal number, with or without an exponent, rounded half away from zero to the
// feature's decimals; or the name of a category. The empty text and "NA" are a missing fact. What is neither, NaN and infinity
// among it, and a category that is not listed, is an error.
func (f *Feature) Fact(text string) (int64, error) {
	text = strings.TrimSpace(text)
	if text == "" || text == "NA" {
		return Missing, nil
	}
	if len(f.Categories) > 0 {
		place := slices.IndexFunc(f.Categories, func(c Category) bool { return c.Text == text })
		if place < 0 {
			return 0, fmt.Errorf("%s: %q is not a category that the table knows", f.Name, text)
		}
		return f.Categories[place].Fact, nil
	}
	number, ok := ParseDecimal(text)
	if !ok {
		return 0, fmt.Errorf("%s: %q is not a number", f.Name, text)
	}
	return number.Scaled(int(f.Digits)), nil
}

// Decimal is a decimal number of at most 18 digits: Digits × 10^Exponent.
type Decimal struct {
	Digits   int64
	Exponent int
}

// ParseDecimal reads a decimal number such as "-12.5" or "1e-3". Digits after the eighteenth that matters are cut off. NaN,
// infinity and hexadecimal are no decimal numbers.
func ParseDecimal(text string) (Decimal, bool) {
	var d Decimal
	negative := strings.HasPrefix(text, "-")
	if negative || strings.HasPrefix(text, "+") {
		text = text[1:]
	}
	mantissa, exponent, scientific := text, "", false
	if place := strings.IndexAny(text, "eE"); place >= 0 {
		mantissa, exponent, scientific = text[:place], text[place+1:], true
	}
	seen, point := 0, false
	for _, c := range []byte(mantissa) {
		switch {
		case c == '.' && !point:
			point = true
			continue
		case c < '0' || c > '9':
			return Decimal{}, false
		}
		seen++
		if d.Digits >= 100_000_000_000_000_000 {
			if !point {
				d.Exponent++
			}
			continue
		}
		d.Digits = d.Digits*10 + int64(c-'0')
		if point {
			d.Exponent--
		}
	}
	if seen == 0 || scientific && !readExponent(exponent, &d.Exponent) {
		return Decimal{}, false
	}
	for d.Digits != 0 && d.Digits%10 == 0 {
		d.Digits, d.Exponent = d.Digits/10, d.Exponent+1
	}
	if d.Digits == 0 {
		d.Exponent = 0
	}
	if negative {
		d.Digits = -d.Digits
	}
	return d, true
}

func readExponent(text string, into *int) bool {
	negative := strings.HasPrefix(text, "-")
	if negative || strings.HasPrefix(text, "+") {
		text = text[1:]
	}
	if text == "" || len(text) > 6 {
		return false
	}
	value := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return false
		}
		value = value*10 + int(c-'0')
	}
	if negative {
		value = -value
	}
	*into += value
	return true
}

// Scaled is the number as an integer of so many decimals, rounded half away from zero.
func (d Decimal) Scaled(decimals int) int64 {
	value, shift := d.Digits, d.Exponent+decimals
	for ; shift > 0 && value != 0; shift-- {
		if value > saturated/10 || value < -saturated/10 {
			if value > 0 {
				return saturated
			}
			return -saturated
		}
		value *= 10
	}
	if shift < -18 {
		return 0
	}
	if shift < 0 {
		divisor := int64(1)
		for ; shift < 0; shift++ {
			divisor *= 10
		}
		half := divisor / 2
		if value < 0 {
			half = -half
		}
		value = (value + half) / divisor
	}
	return value
}

// Between names the facts of a feature above one bound up to and including another: "above 1.5 up to 20", or the categories.
// math.MinInt64 and math.MaxInt64 are no bound.
func (f *Feature) Between(above, upto int64) string {
	if len(f.Categories) > 0 {
		var names []string
		for _, c := range f.Categories {
			if c.Fact > above && c.Fact <= upto {
				names = append(names, c.Text)
			}
		}
		if above < f.Otherwise && f.Otherwise <= upto {
			names = append(names, "any other")
		}
		return strings.Join(names, ", ")
	}
	switch {
	case above == math.MinInt64 && upto == math.MaxInt64:
		return "any"
	case above == math.MinInt64:
		return "up to " + f.text(upto)
	case upto == math.MaxInt64:
		return "above " + f.text(above)
	}
	return "above " + f.text(above) + " up to " + f.text(upto)
}

func (f *Feature) text(fact int64) string {
	sign, magnitude := "", uint64(fact)
	if fact < 0 {
		sign, magnitude = "-", uint64(-fact)
	}
	digits := fmt.Sprintf("%0*d", int(f.Digits)+1, magnitude)
	whole, rest := digits[:len(digits)-int(f.Digits)], strings.TrimRight(digits[len(digits)-int(f.Digits):], "0")
	if rest != "" {
		rest = "." + rest
	}
	return sign + whole + rest
}

// Text prints a fact of the feature: a number with its decimals, the name of a category, "any other" for one that is not listed, and
// nothing for a missing fact.
func (f *Feature) Text(fact int64) string {
	switch {
	case fact == Missing:
		return ""
	case len(f.Categories) == 0:
		return f.text(fact)
	}
	for _, c := range f.Categories {
		if c.Fact == fact {
			return c.Text
		}
	}
	return "any other"
}
