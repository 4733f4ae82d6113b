package trade_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/trade"
)

// Known values: SI multiples; the International Yard and Pound Agreement of 1959 (0.45359237 kg, 0.9144 m); the US gallon
// of 231 cubic inches; the UK gallon of 4.54609 l (Weights and Measures Act 1985).
func TestKnownConversions(t *testing.T) {
	for _, test := range []struct {
		quantity string
		of, to   string
		want     string
	}{
		{"3", "DZN", "C62", "36.000000"}, {"36", "EA", "DZN", "3.000000"}, {"1", "GRO", "H87", "144.000000"}, {"7", "PR", "C62", "14.000000"},
		{"1", "C62", "DZN", "0.083333"}, {"5", "C62", "GRO", "0.034722"}, {"1", "GGR", "GRO", "12.000000"}, {"2", "MIL", "CEN", "20.000000"},
		{"1", "TNE", "KGM", "1000.000000"}, {"1", "LBR", "KGM", "0.453592"}, {"1000", "LBR", "KGM", "453.592370"}, {"16", "ONZ", "LBR", "1.000000"},
		{"1", "ONZ", "GRM", "28.349523"}, {"7000", "GRN", "LBR", "1.000000"}, {"1", "STN", "LBR", "2000.000000"}, {"1", "LTN", "CWI", "20.000000"},
		{"1", "APZ", "GRM", "31.103477"}, {"12", "APZ", "LBT", "1.000000"}, {"8", "STI", "CWI", "1.000000"}, {"5", "CTM", "GRM", "1.000000"},
		{"1", "INH", "MMT", "25.400000"}, {"1", "SMI", "FOT", "5280.000000"}, {"1", "NMI", "MTR", "1852.000000"}, {"22", "YRD", "X1", "1.000000"},
		{"1", "HAR", "MTK", "10000.000000"}, {"9", "FTK", "YDK", "1.000000"}, {"144", "INK", "FTK", "1.000000"},
		{"1", "GLL", "LTR", "3.785412"}, {"1", "BLL", "GLL", "42.000000"}, {"1", "GLI", "LTR", "4.546090"}, {"128", "OZA", "GLL", "1.000000"},
		{"160", "OZI", "GLI", "1.000000"}, {"27", "FTQ", "YDQ", "1.000000"}, {"1728", "INQ", "FTQ", "1.000000"}, {"1", "MTQ", "LTR", "1000.000000"},
		{"90", "MIN", "HUR", "1.500000"}, {"2", "ANN", "MON", "24.000000"}, {"1", "QAN", "MON", "3.000000"},
		{"1", "KWH", "3B", "3.600000"}, {"1", "MWH", "KWH", "1000.000000"}, {"1", "MAW", "KWT", "1000.000000"}, {"1", "E34", "4L", "1000.000000"},
		{"-1.5", "DZN", "C62", "-18.000000"}, {"-1", "C62", "DZN", "-0.083333"},
		{"12", "XBX", "XBX", "12.000000"}, {"12", "", "KGM", "12.000000"}, {"12", "kgm", "KGM ", "12.000000"},
	} {
		q := quantity(t, test.quantity)
		got, ok := q.In(trade.UnitOf(test.of), trade.UnitOf(test.to))
		if !ok || got.String() != test.want {
			t.Errorf("%s %s are %s %s (%t), want %s", test.quantity, test.of, got, test.to, ok, test.want)
		}
	}
}

func quantity(t testing.TB, text string) trade.Quantity {
	value, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatal(text)
	}
	return trade.Quantity(value.Mul(value, big.NewRat(1_000_000, 1)).Num().Int64())
}

func TestWhatDoesNotConvert(t *testing.T) {
	for _, pair := range [][2]string{
		{"KGM", "C62"}, {"XBX", "C62"}, {"XBX", "XPK"}, {"DAY", "HUR"}, {"WEE", "DAY"}, {"MON", "DAY"}, {"LS", "E48"}, {"LS", "C62"}, {"LTR", "KGM"}, {"carton of 12", "C62"},
	} {
		if got, ok := trade.Quantity(1).In(trade.UnitOf(pair[0]), trade.UnitOf(pair[1])); ok {
			t.Errorf("1 %s is %d %s", pair[0], got, pair[1])
		}
		if _, ok := trade.UnitPrice(1).Per(trade.UnitOf(pair[0]), trade.UnitOf(pair[1])); ok {
			t.Errorf("a price per %s is one per %s", pair[0], pair[1])
		}
	}
	if _, ok := trade.QuantityMax.In(trade.UnitOf("TNE"), trade.UnitOf("MGM")); ok {
		t.Error("too large a result is given")
	}
}

func TestPricesConvertInversely(t *testing.T) {
	for _, test := range []struct {
		price  trade.UnitPrice
		of, to string
		want   string
	}{
		{12_00000000, "DZN", "C62", "1.00000000"}, {10_00000000, "DZN", "C62", "0.83333333"}, {1_00000000, "KGM", "TNE", "1000.00000000"},
		{1_00000000, "LBR", "KGM", "2.20462262"}, {60_00000000, "HUR", "MIN", "1.00000000"},
	} {
		if got, ok := test.price.Per(trade.UnitOf(test.of), trade.UnitOf(test.to)); !ok || got.String() != test.want {
			t.Errorf("%s a %s is %s a %s (%t), want %s", test.price, test.of, got, test.to, ok, test.want)
		}
	}
}

// Every pair of units of one dimension agrees with rational numbers to half a millionth, and there and back again is the
// same where the way back is not coarser.
func TestConversionsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := trade.Units[rapid.IntRange(0, len(trade.Units)-1).Draw(t, "from")]
		to := trade.Units[rapid.IntRange(0, len(trade.Units)-1).Draw(t, "to")]
		q := trade.Quantity(rapid.Int64Range(-int64(trade.QuantityMax), int64(trade.QuantityMax)).Draw(t, "quantity"))
		of, in := trade.UnitOf(from.Code), trade.UnitOf(to.Code)
		got, ok := q.In(of, in)
		if from.Code == to.Code {
			if !ok || got != q {
				t.Fatalf("%s is not itself", from.Code)
			}
			return
		}
		if from.Dimension != to.Dimension || from.Dimension == trade.Effort {
			if ok {
				t.Fatalf("%s converts into %s", from.Code, to.Code)
			}
			return
		}
		exact := new(big.Rat).SetInt64(int64(q))
		exact.Mul(exact, big.NewRat(from.Numerator, from.Denominator)).Quo(exact, big.NewRat(to.Numerator, to.Denominator))
		limit := big.NewRat(int64(trade.QuantityMax)*100_000, 1)
		if new(big.Rat).Abs(exact).Cmp(limit) > 0 {
			if ok && new(big.Rat).Sub(new(big.Rat).Abs(exact), limit).Cmp(big.NewRat(1, 2)) > 0 {
				t.Fatalf("%s %s as %s is too large to hold", q, from.Code, to.Code)
			}
			return
		}
		away := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(int64(got)))
		if !ok || away.Abs(away).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%s %s are %s %s, exactly %s millionths", q, from.Code, got, to.Code, exact.FloatString(3))
		}
		if finer := new(big.Rat).Quo(big.NewRat(from.Numerator, from.Denominator), big.NewRat(to.Numerator, to.Denominator)); finer.Cmp(big.NewRat(1, 1)) >= 0 {
			if back, ok := got.In(in, of); !ok || back != q {
				t.Fatalf("%s %s, %s %s, and back %s", q, from.Code, got, to.Code, back)
			}
		}
	})
}

func TestUnitsPrintAsTheirCodes(t *testing.T) {
	for _, u := range trade.Units {
		if got := trade.UnitOf(u.Code); got.String() != u.Code || got.Dimension() != u.Dimension || u.Name == "" || u.Dimension.String() == "" {
			t.Errorf("%s is %s, %s", u.Code, got, got.Dimension())
		}
	}
	if trade.UnitOf("").String() != "" || trade.UnitOf("carton").String() != "other" || trade.UnitOf("carton") == trade.UnitOf("pallet") {
		t.Error("no unit and long names")
	}
}
