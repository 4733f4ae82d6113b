package en16931

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	for _, c := range []struct {
		text, printed string
		fraction      int
	}{
		{"0", "0", 0}, {"-0.00", "0.00", 2}, {"+12.5", "12.5", 1}, {".5", "0.5", 1}, {"5.", "5", 0}, {"-.05", "-0.05", 2},
		{"007.10", "7.10", 2}, {" 1.00\n", "1.00", 2}, {"-9223372036854775808", "-9223372036854775808", 0},
		{"123456789012345678901234567890.12", "123456789012345678901234567890.12", 2},
	} {
		d, ok := ParseDecimal(c.text)
		if !ok || d.String() != c.printed || d.FractionDigits() != c.fraction {
			t.Errorf("%q: %v %v with %d digits after the point, want %s with %d", c.text, d, ok, d.FractionDigits(), c.printed, c.fraction)
		}
	}
	for _, text := range []string{"", " ", ".", "-", "+.", "1e3", "1,000", "1 000", "--1", "1.2.3", "NaN", "0x10", "١", strings.Repeat("9", decimalDigitsMax+1)} {
		if d, ok := ParseDecimal(text); ok {
			t.Errorf("%q is read as %v", text, d)
		}
	}
}

func TestRoundHalvesAwayFromZero(t *testing.T) {
	for text, want := range map[string]string{
		"1.005": "1.01", "-1.005": "-1.01", "1.00499": "1.00", "2.5": "2.5", "-0.004": "0.00", "99.995": "100.00",
		"123456789012345678901234567890.125": "123456789012345678901234567890.13",
	} {
		d, _ := ParseDecimal(text)
		if got := d.Round().String(); got != want {
			t.Errorf("%s rounds to %s, want %s", text, got, want)
		}
	}
}

// TestDecimalIsExact holds the arithmetic against fractions of any size.
func TestDecimalIsExact(t *testing.T) {
	texts := rapid.StringMatching(`-?[0-9]{1,24}(\.[0-9]{1,12})?`)
	rapid.Check(t, func(t *rapid.T) {
		left, right := texts.Draw(t, "left"), texts.Draw(t, "right")
		a, _ := ParseDecimal(left)
		b, _ := ParseDecimal(right)
		x, _ := new(big.Rat).SetString(left)
		y, _ := new(big.Rat).SetString(right)
		equal := func(what string, got Decimal, want *big.Rat) {
			if result, ok := new(big.Rat).SetString(got.String()); !ok || result.Cmp(want) != 0 {
				t.Fatalf("%s of %s and %s: %v, want %s", what, left, right, got, want.RatString())
			}
		}
		equal("sum", a.Add(b), new(big.Rat).Add(x, y))
		equal("difference", a.Sub(b), new(big.Rat).Sub(x, y))
		equal("product", a.Mul(b), new(big.Rat).Mul(x, y))
		equal("hundredth", a.Percent(), new(big.Rat).Quo(x, big.NewRat(100, 1)))
		equal("trimmed", a.trimmed(), x)
		if a.Cmp(b) != x.Cmp(y) || a.Sign() != x.Sign() {
			t.Fatalf("%s compares with %s as %d, want %d", left, right, a.Cmp(b), x.Cmp(y))
		}
		rounded, _ := new(big.Rat).SetString(x.FloatString(2)) // halves away from zero
		equal("rounding", a.Round(), rounded)
	})
}
