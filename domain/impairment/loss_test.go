package impairment

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// ratio is a factor as an exact fraction.
func ratio(f Factor) *big.Rat {
	n := new(big.Int).SetUint64(f[0])
	n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(f[1]))
	return new(big.Rat).SetFrac(n, new(big.Int).Lsh(big.NewInt(1), 127))
}

func millionths(r money.Rate) *big.Rat { return big.NewRat(int64(r), 1_000_000) }

// power multiplies one day after the other, with 600 bits where fractions would grow by 127 a day.
func power(f *big.Rat, days int32) *big.Rat {
	result, factor := new(big.Float).SetPrec(600).SetInt64(1), new(big.Float).SetPrec(600).SetRat(f)
	for range days {
		result.Mul(result, factor)
	}
	exact, _ := result.Rat(nil)
	return exact
}

// halfUp is rounded the way people do it.
func halfUp(r *big.Rat) money.Minor {
	r = new(big.Rat).Add(r, big.NewRat(1, 2))
	return money.Minor(new(big.Int).Div(r.Num(), r.Denom()).Int64())
}

func mul(factors ...*big.Rat) *big.Rat {
	product := big.NewRat(1, 1)
	for _, f := range factors {
		product.Mul(product, f)
	}
	return product
}

// exactly computes the loss of a case again, term by term, in fractions.
func exactly(c *Case, h Horizon) money.Minor {
	total := new(big.Rat)
	daily := ratio(c.Daily)
	for _, s := range c.Scenarios {
		for i, p := range c.Periods {
			if h == TwelveMonths && p.Until > c.On.AddMonths(12) {
				continue
			}
			exposure := p.Drawn + halfUp(mul(big.NewRat(int64(p.Undrawn), 1), millionths(p.Conversion)))
			left, atRisk := exposure, new(big.Rat)
			for _, k := range c.Covers {
				share := mul(big.NewRat(int64(left), 1), millionths(k.Share))
				covered := money.Minor(new(big.Int).Div(share.Num(), share.Denom()).Int64())
				if k.Limit > 0 && covered > k.Limit {
					covered = k.Limit
				}
				left -= covered
				atRisk.Add(atRisk, mul(big.NewRat(int64(covered), 1), millionths(k.Failure)))
			}
			atRisk.Add(atRisk, big.NewRat(int64(left), 1))
			total.Add(total, mul(millionths(s.Weight), millionths(s.Default[i]), millionths(s.Loss), atRisk, power(daily, int32(p.Until-c.On))))
		}
	}
	return halfUp(total)
}

func TestExpectedLossIsTheExactOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := func(name string) money.Rate {
			return money.Rate(rapid.OneOf(rapid.Int64Range(0, 1_000_000), rapid.SampledFrom([]int64{0, 500_000, 1_000_000})).Draw(t, name))
		}
		most := rapid.SampledFrom([]int64{9, 1_000_00, int64(money.MinorMax) / 2}).Draw(t, "most")
		c := Case{On: 20_000, Daily: FactorOf(money.Rate(rapid.Int64Range(0, 400_000).Draw(t, "rate")))}
		if rapid.Bool().Draw(t, "undiscounted") {
			c.Daily = One
		}
		until := c.On
		for range rapid.IntRange(1, 5).Draw(t, "periods") {
			until += calendar.Date(rapid.IntRange(1, 90).Draw(t, "days"))
			c.Periods = append(c.Periods, Period{Until: until, Drawn: money.Minor(rapid.Int64Range(0, most).Draw(t, "drawn")),
				Undrawn: money.Minor(rapid.Int64Range(0, most).Draw(t, "undrawn")), Conversion: share("conversion")})
		}
		left := money.RateOne
		for i := range rapid.IntRange(1, 3).Draw(t, "scenarios") {
			s := Scenario{Weight: left, Loss: share("loss")}
			if i < 2 {
				s.Weight = money.Rate(rapid.Int64Range(0, int64(left)).Draw(t, "weight"))
			}
			chance := money.RateOne
			for range c.Periods {
				d := money.Rate(rapid.Int64Range(0, int64(chance)).Draw(t, "default"))
				chance -= d
				s.Default = append(s.Default, d)
			}
			left -= s.Weight
			c.Scenarios = append(c.Scenarios, s)
		}
		c.Scenarios[len(c.Scenarios)-1].Weight += left
		for range rapid.IntRange(0, 2).Draw(t, "covers") {
			c.Covers = append(c.Covers, Cover{Share: share("share"), Limit: money.Minor(rapid.Int64Range(0, most).Draw(t, "limit")), Failure: share("failure")})
		}
		if defects := c.Defects(Lifetime); len(defects) > 0 && c.Scenarios[len(c.Scenarios)-1].Weight <= money.RateOne {
			t.Fatal(defects)
		}
		for _, h := range []Horizon{TwelveMonths, Lifetime} {
			if got, want := c.Expected(h, nil), exactly(&c, h); got != want {
				t.Fatalf("%d, exactly %d, of %+v", got, want, c)
			}
		}
	})
}

// 1,000.00 is lost with 2 % in the half year, 3 % in the next, 5 % in the second year; 40 % of it. Without discount.
func TestExpectedLossByHand(t *testing.T) {
	on := day(t, "2026-06-30")
	plain := Case{On: on, Daily: One,
		Periods: []Period{
			{Until: day(t, "2026-12-31"), Drawn: 1_000_00},
			{Until: day(t, "2027-06-30"), Drawn: 1_000_00},
			{Until: day(t, "2028-06-30"), Drawn: 1_000_00},
		},
		Scenarios: []Scenario{{Weight: 1_000_000, Default: []money.Rate{20_000, 30_000, 50_000}, Loss: 400_000}},
	}
	weighted := plain
	weighted.Scenarios = []Scenario{
		{Weight: 600_000, Default: []money.Rate{20_000, 30_000, 50_000}, Loss: 400_000},
		{Weight: 300_000, Default: []money.Rate{40_000, 60_000, 100_000}, Loss: 500_000},
		{Weight: 100_000, Default: []money.Rate{10_000, 10_000, 10_000}, Loss: 300_000},
	}
	covered := plain
	covered.Covers = []Cover{{Share: 900_000, Limit: 800_00, Failure: 50_000}}
	committed := plain
	committed.Periods = []Period{{Until: on.AddMonths(12), Drawn: 600_00, Undrawn: 1_000_00, Conversion: 250_000}}
	committed.Scenarios = []Scenario{{Weight: 1_000_000, Default: []money.Rate{100_000}, Loss: 450_000}}
	discounted := committed
	discounted.Daily = FactorOf(100_000)
	for _, test := range []struct {
		name         string
		c            Case
		year, always money.Minor
	}{
		{"plain", plain, 20_00, 40_00},
		// .6 x 40 + .3 x (.2 x 500 = 100) + .1 x (.03 x 300 = 9) = 54.90; in a year .6 x 20 + .3 x 50 + .1 x 6 = 27.60
		{"three scenarios", weighted, 27_60, 54_90},
		// of 1,000 the cover bears 800 and fails for 5 % of it: 200 + 40 are at risk
		{"under a cover", covered, 4_80, 9_60},
		// 600 + 250 = 850 x 10 % x 45 % = 38.25; over a year at 10 %: 34.7727
		{"a commitment", committed, 38_25, 38_25},
		{"discounted", discounted, 34_77, 34_77},
	} {
		if defects := test.c.Defects(TwelveMonths); len(defects) > 0 {
			t.Errorf("%s: %v", test.name, defects)
		}
		if year, always := test.c.Expected(TwelveMonths, nil), test.c.Expected(Lifetime, nil); year != test.year || always != test.always {
			t.Errorf("%s: %d and %d", test.name, year, always)
		}
	}
	if HorizonOf(Performing) != TwelveMonths || HorizonOf(Underperforming) != Lifetime {
		t.Error("the stages look at other horizons")
	}
	straddling := plain
	straddling.Periods = slices.Delete(slices.Clone(plain.Periods), 1, 2)
	straddling.Scenarios = []Scenario{{Weight: 1, Default: []money.Rate{2_000_000}, Loss: -1}}
	straddling.Daily = Factor{1 << 63, 1}
	straddling.Covers = []Cover{{Share: -1}}
	if defects := straddling.Defects(TwelveMonths); len(defects) != 8 {
		t.Errorf("%q", defects)
	}
}

func TestWhatIsImpairedByHand(t *testing.T) {
	daily := FactorOf(100_000)
	for _, test := range []struct {
		gross      money.Minor
		recoveries []Recovery
		want       money.Minor
	}{
		{1_000_00, nil, 1_000_00},
		// 550 / 1.1 = 500 with 60 %, nothing with 40 %: 700
		{1_000_00, []Recovery{{600_000, []Flow{{365, 550_00}}}, {400_000, nil}}, 700_00},
		// 605 / 1.21 + 110 / 1.1 = 600
		{1_000_00, []Recovery{{1_000_000, []Flow{{365, 110_00}, {730, 605_00}}}}, 400_00},
		{1_000_00, []Recovery{{1_000_000, []Flow{{365, 2_000_00}}}}, 0},
	} {
		if got := ExpectedImpaired(test.gross, test.recoveries, daily); got != test.want {
			t.Errorf("%v: %d", test.recoveries, got)
		}
	}
}

func TestImpairedIsTheExactOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gross := money.Minor(rapid.Int64Range(0, 1_000_000).Draw(t, "gross"))
		daily := FactorOf(money.Rate(rapid.Int64Range(0, 300_000).Draw(t, "rate")))
		weight := money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "weight"))
		recoveries := []Recovery{{Weight: weight}, {Weight: money.RateOne - weight}}
		want := big.NewRat(int64(gross), 1)
		for i := range recoveries {
			for range rapid.IntRange(0, 3).Draw(t, "flows") {
				f := Flow{Days: rapid.Int32Range(1, 200).Draw(t, "days"), Amount: money.Minor(rapid.Int64Range(0, 400_000).Draw(t, "amount"))}
				recoveries[i].Flows = append(recoveries[i].Flows, f)
				want.Sub(want, mul(millionths(recoveries[i].Weight), big.NewRat(int64(f.Amount), 1), power(ratio(daily), f.Days)))
			}
		}
		if got := ExpectedImpaired(gross, recoveries, daily); got != max(0, halfUp(want)) {
			t.Fatalf("%d, exactly %v", got, want.FloatString(6))
		}
	})
}

func TestProvisionMatrixByHand(t *testing.T) {
	m := Matrix{Weights: []money.Rate{700_000, 300_000}, Buckets: []Bucket{
		{0, []money.Rate{3_000, 5_000}}, {1, []money.Rate{16_000, 20_000}}, {31, []money.Rate{36_000, 50_000}}, {61, []money.Rate{66_000, 80_000}}, {91, []money.Rate{106_000, 300_000}},
	}}
	if defects := m.Defects(); len(defects) > 0 {
		t.Fatal(defects)
	}
	rows, total := m.Provision([]Debt{
		{10_000_000_00, 0}, {5_000_000_00, -20}, {7_500_000_00, 30}, {4_000_000_00, 31}, {2_500_000_00, 90}, {1_000_000_00, 91}, {33, 400},
	})
	want := []MatrixRow{
		{0, 15_000_000_00, 3_600, 54_000_00},
		{1, 7_500_000_00, 17_200, 129_000_00},
		{31, 4_000_000_00, 40_200, 160_800_00},
		{61, 2_500_000_00, 70_200, 175_500_00},
		{91, 1_000_000_33, 164_200, 164_200_05}, // 164,200.054186
	}
	if !slices.Equal(rows, want) || total != 683_500_05 {
		t.Errorf("%v %d", rows, total)
	}
	bad := Matrix{Weights: []money.Rate{-1}, Buckets: []Bucket{{1, nil}, {1, []money.Rate{2_000_000}}}}
	if defects := bad.Defects(); len(defects) != 6 {
		t.Errorf("%q", defects)
	}
}

func TestEffectiveInterestByHand(t *testing.T) {
	// 1,000 for 1,100 in a year is 10 %; for 1,210 in two as well; bought at 995.00 and paid in 30 days 1,000.00: (1/.995)^(365/30) - 1
	for _, test := range []struct {
		price money.Minor
		flows []Flow
		want  money.Rate
	}{
		{1_000_00, []Flow{{365, 1_100_00}}, 100_000},
		{1_000_00, []Flow{{730, 1_210_00}}, 100_000},
		{1_000_00, []Flow{{365, 100_00}, {730, 1_100_00}}, 100_000},
		{995_00, []Flow{{30, 1_000_00}}, 62_884},
		{1_000_00, []Flow{{30, 1_000_00}}, 0},
	} {
		f, yield := EffectiveInterest(test.price, test.flows)
		got, ok := f.Annual()
		if yield != Found || !ok || got != test.want {
			t.Errorf("%d for %v: %v, %v", test.price, test.flows, yield, got)
		}
	}
	for _, test := range []struct {
		price money.Minor
		flows []Flow
		want  Yield
	}{
		{0, []Flow{{1, 1}}, NoPrice}, {1, nil, FlowsWrong}, {1, []Flow{{0, 1}}, FlowsWrong}, {1, []Flow{{1, -1}}, FlowsWrong},
		{1, []Flow{{1, money.MinorMax}, {1, 1}}, FlowsWrong}, {3, []Flow{{1, 2}}, BelowNought},
	} {
		if _, got := EffectiveInterest(test.price, test.flows); got != test.want {
			t.Errorf("%d for %v: %v", test.price, test.flows, got)
		}
	}
	if _, ok := (Factor{}).Annual(); ok {
		t.Error("a factor of nothing has an interest")
	}
}

func TestTheFactorIsTheLastThatIsWorthNoMoreThanThePrice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var flows []Flow
		total := money.Minor(0)
		for range rapid.IntRange(1, 4).Draw(t, "flows") {
			f := Flow{Days: rapid.Int32Range(1, 250).Draw(t, "days"), Amount: money.Minor(rapid.Int64Range(1, 5_000_000_00).Draw(t, "amount"))}
			flows = append(flows, f)
			total += f.Amount
		}
		price := total - money.Minor(rapid.Int64Range(0, int64(total)/4).Draw(t, "discount"))
		factor, yield := EffectiveInterest(price, flows)
		if yield != Found {
			t.Fatal(yield)
		}
		worth := func(f *big.Rat) *big.Rat {
			sum := new(big.Rat)
			for _, flow := range flows {
				sum.Add(sum, mul(big.NewRat(int64(flow.Amount), 1), power(f, flow.Days)))
			}
			return sum
		}
		// Powers are rounded some sixteen times by 2^-128, which a factor 2^-110 away outweighs.
		step := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), 110))
		if worth(new(big.Rat).Sub(ratio(factor), step)).Cmp(big.NewRat(int64(price), 1)) > 0 {
			t.Fatal("too high")
		}
		if factor != One && worth(new(big.Rat).Add(ratio(factor), step)).Cmp(big.NewRat(int64(price), 1)) < 0 {
			t.Fatal("too low")
		}
		// The cost on each day is the exact one, begins at the price, ends at nothing, and income adds up.
		last, before, income := int32(0), int32(0), money.Minor(0)
		for _, f := range flows {
			last = max(last, f.Days)
		}
		if AmortisedCost(flows, factor, 0) != price || AmortisedCost(flows, factor, last) != 0 {
			t.Fatal("does not run from the price to nothing")
		}
		for before < last {
			until := min(last, before+rapid.Int32Range(1, 60).Draw(t, "until"))
			part := Income(flows, factor, before, until)
			if part < -1 {
				t.Fatalf("income of %d", part)
			}
			income += part
			before = until
		}
		if income != total-price {
			t.Fatalf("income %d of a discount of %d", income, total-price)
		}
		on := rapid.Int32Range(0, last).Draw(t, "on")
		exact := new(big.Rat)
		for _, f := range flows {
			if f.Days > on {
				exact.Add(exact, mul(big.NewRat(int64(f.Amount), 1), power(ratio(factor), f.Days-on)))
			}
		}
		if got := AmortisedCost(flows, factor, on); got != halfUp(exact) {
			t.Fatalf("on day %d %d, exactly %s", on, got, exact.FloatString(9))
		}
	})
}

func TestMarginalProbabilities(t *testing.T) {
	if got := Marginal([]money.Rate{10_000, 25_000, 25_000, 60_000}); !slices.Equal(got, []money.Rate{10_000, 15_000, 0, 35_000}) {
		t.Error(got)
	}
}

func BenchmarkExpectedLoss(b *testing.B) {
	c := Case{On: 20_000, Daily: FactorOf(60_000)}
	scenario := func(weight money.Rate) Scenario {
		s := Scenario{Weight: weight, Loss: 450_000}
		for range 12 {
			s.Default = append(s.Default, 2_000)
		}
		return s
	}
	for m := range 12 {
		c.Periods = append(c.Periods, Period{Until: c.On + calendar.Date(30*(m+1)), Drawn: money.Minor(1_000_000_00 - m*50_000_00)})
	}
	c.Scenarios = []Scenario{scenario(500_000), scenario(300_000), scenario(200_000)}
	c.Covers = []Cover{{Share: 900_000, Failure: 30_000}}
	b.Run("twelve periods, three scenarios", func(b *testing.B) {
		for b.Loop() {
			c.Expected(Lifetime, nil)
		}
	})
	flows := []Flow{{95, 1_000_000_00}}
	b.Run("effective interest of one flow", func(b *testing.B) {
		for b.Loop() {
			EffectiveInterest(985_000_00, flows)
		}
	})
}
