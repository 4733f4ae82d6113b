package money_test

import (
	"errors"
	"math/big"
	"testing"

	"millrace/domain/money"
	"pgregory.net/rapid"
)

func TestCurrenciesAreEachOfTheListOnce(t *testing.T) {
	all := money.Currencies()
	for i, c := range all {
		if parsed, known := money.ParseCurrency(c.String()); !known || parsed != c || i > 0 && all[i-1] >= c {
			t.Errorf("%d: %s", i, c)
		}
	}
	if len(all) < 150 {
		t.Errorf("%d currencies", len(all))
	}
}

func TestCurrencies(t *testing.T) {
	for code, digits := range map[string]int{"EUR": 2, "JPY": 0, "BHD": 3, "CLF": 4, "CNY": 2} {
		c, ok := money.ParseCurrency(code)
		if !ok || c.Digits() != digits || c.String() != code {
			t.Errorf("%s: %v %v %d digits, want %d", code, c, ok, c.Digits(), digits)
		}
	}
	for _, code := range []string{"ZZZ", "eur", "", "XAU"} {
		if _, ok := money.ParseCurrency(code); ok {
			t.Errorf("%q was taken for a currency", code)
		}
	}
}

func TestParseScaled(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits int
		want   int64
		err    error
	}{
		{"107.50", 2, 10750, nil}, {"107.5", 2, 10750, nil}, {"-0.05", 2, -5, nil}, {".5", 2, 50, nil}, {"7.", 2, 700, nil},
		{"1.005", 2, 101, money.ErrPrecision}, {"1.0050", 3, 1005, nil}, {"-1.005", 2, -101, money.ErrPrecision},
		{"", 2, 0, money.ErrSyntax}, {".", 2, 0, money.ErrSyntax}, {"1e3", 2, 0, money.ErrSyntax}, {"1,000", 2, 0, money.ErrSyntax},
		{"9223372036854775807", 0, 9223372036854775807, nil}, {"9223372036854775808", 0, 0, money.ErrRange},
		{"1.00x", 2, 100, money.ErrSyntax},
	} {
		got, err := money.ParseScaled(c.text, c.digits)
		if !errors.Is(err, c.err) || (!errors.Is(err, money.ErrSyntax) && got != c.want) {
			t.Errorf("ParseScaled(%q, %d) = %d, %v; want %d, %v", c.text, c.digits, got, err, c.want, c.err)
		}
	}
}

func TestFormatIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64Range(-int64(money.MinorMax), int64(money.MinorMax)).Draw(t, "minor")
		c, _ := money.ParseCurrency(rapid.SampledFrom([]string{"EUR", "JPY", "BHD"}).Draw(t, "currency"))
		got, err := money.Parse(money.Format(money.Minor(v), c), c)
		if err != nil || int64(got) != v {
			t.Fatalf("%d became %q became %d, %v", v, money.Format(money.Minor(v), c), got, err)
		}
	})
}

// The independent calculator is math/big.
func TestMulDivRoundsHalfUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64Range(-1e15, 1e15).Draw(t, "a")
		m := rapid.Int64Range(-1e6, 1e6).Draw(t, "m")
		d := rapid.Int64Range(1, 1e12).Draw(t, "d")
		product := new(big.Int).Mul(big.NewInt(a), big.NewInt(m))
		sign := int64(product.Sign())
		product.Abs(product)
		product.Mul(product, big.NewInt(2)).Add(product, big.NewInt(d))
		product.Quo(product, big.NewInt(2*d))
		if !product.IsInt64() {
			return
		}
		if got, want := int64(money.MulDiv(money.Minor(a), m, d)), sign*product.Int64(); got != want {
			t.Fatalf("%d*%d/%d = %d, want %d", a, m, d, got, want)
		}
	})
}

func TestPartOf(t *testing.T) {
	const most = 2_000_000
	for _, test := range []struct{ part, whole, want int64 }{
		{0, 0, 0}, {-5, 10, 0}, {1, 4, 250_000}, {2, 3, 666_667}, {1, 3, 333_333}, {20, 10, most}, {1<<62 - 1, 1, most}, {19_999_999, 10_000_000, 2_000_000},
	} {
		if got := money.PartOf(money.Minor(test.part), money.Minor(test.whole), most); got != test.want {
			t.Errorf("%d of %d: %d, want %d", test.part, test.whole, got, test.want)
		}
	}
}

// 100,000.00 at 6 % for 60 days on 360: exactly 1,000.00.
func TestInterestByHand(t *testing.T) {
	if got := money.Interest(10_000_000, 60_000, 60, 360); got != 100_000 {
		t.Fatalf("interest %d, want 100000", got)
	}
}

func TestOverflowPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"add": func() { money.Add(1<<63-1, 1) }, "sub": func() { money.Sub(-1<<63, 1) }, "muldiv": func() { money.MulDiv(1<<62, 1<<40, 3) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Fatal("no panic")
				}
			}()
			f()
		})
	}
}
