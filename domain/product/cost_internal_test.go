package product

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

const precision = 400

// raised is x^n.
func raised(x *big.Float, n int) *big.Float {
	result, square := new(big.Float).SetPrec(precision).SetInt64(1), new(big.Float).SetPrec(precision).Set(x)
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			result.Mul(result, square)
		}
		square.Mul(square, square)
	}
	return result
}

// root is x^(1/n) by Newton's method, from the machine's own guess.
func root(x *big.Float, n int) *big.Float {
	start, _ := x.Float64()
	guess := new(big.Float).SetPrec(precision).SetFloat64(math.Pow(start, 1/float64(n)))
	for range 6 { // doubles the digits each time: 53 bits and more, 400 in the end
		next := new(big.Float).SetPrec(precision).Quo(x, raised(guess, n-1))
		next.Add(next, new(big.Float).SetPrec(precision).Mul(guess, new(big.Float).SetInt64(int64(n-1))))
		guess = next.Quo(next, new(big.Float).SetInt64(int64(n)))
	}
	return guess
}

// balance is the exact present value at a rate in parts per million: the sum of amount * (1+r)^(-days/365).
func balance(points []point, ppm *big.Float) *big.Float {
	growth := new(big.Float).SetPrec(precision).Quo(ppm, big.NewFloat(1e6).SetPrec(precision))
	growth.Add(growth, big.NewFloat(1))
	daily := root(growth, 365)
	sum := new(big.Float).SetPrec(precision)
	for _, p := range points {
		value := new(big.Float).SetPrec(precision).SetInt64(int64(p.amount))
		sum.Add(sum, value.Quo(value, raised(daily, calendar.DaysBetween(points[0].date, p.date))))
	}
	return sum
}

// held tells whether the exact root lies within half a part per million of the rate, and a thousandth for the rounding.
func held(points []point, cost Cost) error {
	near := func(offset float64) int {
		ppm := new(big.Float).SetPrec(precision).SetInt64(int64(cost.Rate))
		return balance(points, ppm.Add(ppm, big.NewFloat(offset))).Sign()
	}
	if below, above := near(-0.501), near(0.501); below > 0 || above < 0 || below == above {
		return fmt.Errorf("%v: %d ppm: the exact present value has the signs %d and %d around it", points, cost.Rate, below, above)
	}
	return nil
}

func TestAnnualCostAgainstWideArithmetic(t *testing.T) {
	opening := calendar.Date(20000)
	rapid.Check(t, func(t *rapid.T) {
		principal := money.Minor(rapid.Int64Range(100, 1e14).Draw(t, "principal"))
		cost := money.MulDiv(principal, rapid.Int64Range(1, 200_000).Draw(t, "cost"), 1_000_000)
		due := opening.AddDays(rapid.IntRange(1, 400).Draw(t, "days"))
		reserve := money.MulDiv(principal, rapid.Int64Range(0, 200_000).Draw(t, "reserve"), 1_000_000)
		points := []point{{opening, principal - cost}, {due, -principal - reserve}, {due.AddDays(rapid.IntRange(0, 200).Draw(t, "release")), reserve}}
		got := annualCost(append([]point(nil), points...))
		switch got.Outcome {
		case CostFound:
			if cost == 0 && got.Rate == 0 {
				return
			}
			if err := held(points, got); err != nil {
				t.Fatal(err)
			}
		case CostAbsurd:
			if balance(points, new(big.Float).SetInt64(int64(CostMost))).Sign() > 0 {
				t.Fatalf("%v: the rate lies below the bound", points)
			}
		case CostUndefined:
			if cost > 0 {
				t.Fatalf("%v: %s", points, got.Outcome)
			}
		default:
			t.Fatalf("%v: %s", points, got.Outcome)
		}
	})
}

func TestAnnualCostByHand(t *testing.T) {
	day := calendar.Date(20000)
	for _, test := range []struct {
		name   string
		points []point
		want   Cost
	}{
		{"ten per cent in a year", []point{{day, 1_000_00}, {day + 365, -1_100_00}}, Cost{Rate: 100_000}},
		{"twenty-one per cent over two years is ten a year", []point{{day, 1_000_00}, {day + 730, -1_210_00}}, Cost{Rate: 100_000}},
		{"in two parts", []point{{day, 1_000_00}, {day + 365, -600_00}, {day + 730, -550_00}}, Cost{}}, // held against wide arithmetic
		{"free", []point{{day, 1_000_00}, {day + 30, -1_000_00}}, Cost{}},
		{"a gift of ten per cent", []point{{day, 1_000_00}, {day + 365, -900_00}}, Cost{Rate: -100_000}},
		{"a gift of nearly all", []point{{day, 1_000_00}, {day + 365, -1}}, Cost{Outcome: CostGain}},
		{"a gift of all", []point{{day, 1_000_00}}, Cost{Outcome: CostGain}},
		{"a tenth in a day", []point{{day, 900_00}, {day + 1, -1_000_00}}, Cost{Outcome: CostAbsurd}},
		{"nothing received", []point{{day, 0}, {day + 30, -1_000_00}}, Cost{Outcome: CostNone}},
		{"nothing at all", []point{{day, 0}}, Cost{Outcome: CostNone}},
		{"there and back again", []point{{day, 1_000_00}, {day + 365, -2_300_00}, {day + 730, 1_320_00}}, Cost{Outcome: CostUndefined}}, // 10 % and 20 %
	} {
		t.Run(test.name, func(t *testing.T) {
			given := append([]point(nil), test.points...)
			got := annualCost(test.points)
			if test.name == "in two parts" { // 1000 = 600 v + 550 v^2: v = (-600 + sqrt(600^2 + 4*550*1000)) / 1100
				if err := held(given, got); err != nil {
					t.Error(err)
				}
				return
			}
			if got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestBoundsOfTheFactor(t *testing.T) {
	one := new(big.Float).SetMantExp(big.NewFloat(1).SetPrec(precision), factorBits)
	most := new(big.Float).SetPrec(precision).Quo(one, root(big.NewFloat(1001).SetPrec(precision), 365))
	if whole, _ := most.Uint64(); whole != factorOfMost {
		t.Errorf("2^56 * 1001^(-1/365) is %d", whole)
	}
	least := new(big.Float).SetPrec(precision).Mul(one, root(big.NewFloat(2).SetPrec(precision), 365))
	if whole, _ := least.Uint64(); whole+1 != factorOfLeast {
		t.Errorf("2^56 * 2^(1/365) is %d", whole)
	}
}
