package inventory

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

const euro = money.Currency(978)

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, ok := calendar.Parse(text)
	if !ok {
		t.Fatal(text)
	}
	return d
}

func terms() Terms {
	return Terms{
		Currency: euro, PriceAgeMaxDays: 5, Haircut: 100_000,
		QualityHaircuts: []QualityHaircut{{"CU-CATHODE", "B", 50_000}},
		StorageHaircuts: []StorageHaircut{{180, 50_000}, {360, 150_000}},
		RatioTarget:     700_000, RatioTrigger: 800_000, RatioSale: 950_000, CureDays: 5, SaleCost: 20_000, ReleaseStep: QuantityOne / 2,
	}
}

func TestASeriesOnlyGrowsAtItsEnd(t *testing.T) {
	base := Price{Lot: cathodes, Amount: 8_400_00, Per: QuantityOne, Date: 20_000, Sequence: 1, Source: "LME", Currency: euro}
	series, refusal := Append(nil, base)
	if refusal != 0 {
		t.Fatal(refusal)
	}
	for want, change := range map[PriceRefusal]func(p *Price){
		PriceIncomplete:    func(p *Price) { p.Source = "" },
		PriceOutside:       func(p *Price) { p.Amount = 0 },
		PriceOfAnother:     func(p *Price) { p.Lot.Quality = "B" },
		PriceBackdated:     func(p *Price) { p.Date-- },
		PriceSequenceWrong: func(p *Price) { p.Sequence++ },
	} {
		p := base
		p.Sequence = 2
		change(&p)
		if kept, got := Append(series, p); got != want || len(kept) != 1 {
			t.Errorf("%v: got %v", want, got)
		}
	}
}

func TestTheNewestPriceIsTheLastOfItsDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var series []Price
		date := calendar.Date(100)
		for i := range rapid.IntRange(0, 20).Draw(t, "prices") {
			date += calendar.Date(rapid.IntRange(0, 3).Draw(t, "later"))
			var refusal PriceRefusal
			series, refusal = Append(series, Price{Lot: cathodes, Amount: 1, Per: 1, Date: date, Sequence: uint64(i) + 1, Source: "s"})
			if refusal != 0 {
				t.Fatal(refusal)
			}
		}
		on := calendar.Date(rapid.IntRange(98, 160).Draw(t, "on"))
		want := uint64(0)
		for _, p := range series {
			if p.Date <= on {
				want = p.Sequence
			}
		}
		if got, found := Newest(series, on); got.Sequence != want || found != (want != 0) {
			t.Fatalf("on %d got %d, want %d", on, got.Sequence, want)
		}
	})
}

func TestWhatAReceiptIsWorthByHand(t *testing.T) {
	stored := day(t, "2026-01-05")
	receipt := Receipt{ID: 1<<16 | 1, Lot: cathodes, Quantity: 12_500_000, Stored: stored, Status: Pledged, Lender: bank, Financing: loan}
	series := []Price{{Lot: cathodes, Amount: 8_412_35, Per: QuantityOne, Date: day(t, "2026-03-02"), Sequence: 1, Source: "LME", Currency: euro}}
	graded := receipt
	graded.Lot.Quality = "B"
	gradedSeries := []Price{series[0]}
	gradedSeries[0].Lot.Quality = "B"
	terms := terms()
	for _, test := range []struct {
		name     string
		receipt  Receipt
		series   []Price
		on       string
		standing Standing
		market   money.Minor
		haircut  money.Rate
		value    money.Minor
	}{
		// 12.5 t x 8,412.35 = 105,154.375, down to .37; less 10 % = 94,638.933, down to .93
		{"fresh", receipt, series, "2026-03-04", Valued, 105_154_37, 100_000, 94_638_93},
		{"last day of the price", receipt, series, "2026-03-07", Valued, 105_154_37, 100_000, 94_638_93},
		{"price too old", receipt, series, "2026-03-08", PriceStale, 0, 0, 0},
		{"no price so early", receipt, series, "2026-03-01", Unpriced, 0, 0, 0},
		// less 15 % = 89,381.2145
		{"lower quality", graded, gradedSeries, "2026-03-04", Valued, 105_154_37, 150_000, 89_381_21},
		{"price of another quality", graded, series, "2026-03-04", Unpriced, 0, 0, 0},
	} {
		v := terms.Value(&test.receipt, test.series, day(t, test.on))
		if v.Standing != test.standing || v.Market != test.market || v.Haircut != test.haircut || v.Value != test.value {
			t.Errorf("%s: %+v", test.name, v)
		}
	}
	// 179 days in store, 180, 360
	for on, want := range map[string]money.Rate{"2026-07-03": 100_000, "2026-07-04": 150_000, "2026-12-31": 250_000} {
		if got := terms.HaircutOf(cathodes, stored, day(t, on)); got != want {
			t.Errorf("haircut on %s is %v, want %v", on, got, want)
		}
	}
	dollars := terms
	dollars.Currency = 840
	if v := dollars.Value(&receipt, series, day(t, "2026-03-04")); v.Standing != CurrencyDiffers || v.Value != 0 {
		t.Errorf("%+v", v)
	}
	free := receipt
	free.Status = Free
	if v := terms.Value(&free, series, day(t, "2026-03-04")); v.Standing != NotPledged || v.Value != 0 {
		t.Errorf("%+v", v)
	}
	huge := receipt
	huge.Quantity = QuantityMax
	if v := terms.Value(&huge, series, day(t, "2026-03-04")); v.Standing != ValueOutside || v.Value != 0 {
		t.Errorf("%+v", v)
	}
}

func TestALifeOfAMarginCall(t *testing.T) {
	terms := terms()
	var call Call
	call.Financing = loan
	for _, step := range []struct {
		on              string
		exposure, value money.Minor
		action          Action
		state           CallState
		topUp, repay    money.Minor
	}{
		{"2026-03-02", 70_000_00, 100_000_00, NoAction, 0, 0, 0},
		{"2026-03-03", 70_000_00, 87_500_00, NoAction, 0, 0, 0}, // at the trigger, not above it
		// 70,000 / 0.7 = 100,000.00 less 87,499.99; 87,499.99 x 0.7 = 61,249.993
		{"2026-03-04", 70_000_00, 87_499_99, MakeCall, CallOpen, 12_500_01, 8_750_01},
		{"2026-03-05", 70_000_00, 87_499_99, NoAction, CallOpen, 12_500_01, 8_750_01},
		{"2026-03-06", 70_000_00, 90_000_00, RestateCall, CallOpen, 10_000_00, 7_000_00}, // below the trigger, not cured
		{"2026-03-09", 70_000_00, 90_000_00, NoAction, CallOpen, 10_000_00, 7_000_00},    // last day
		{"2026-03-10", 70_000_00, 90_000_00, LapseCall, CallLapsed, 10_000_00, 7_000_00},
		{"2026-03-11", 68_000_00, 90_000_00, AwaitSale, CallLapsed, 7_142_86, 5_000_00},
		{"2026-03-12", 63_000_00, 90_000_00, CloseCall, CallCured, 0, 0},
		{"2026-03-13", 63_000_00, 66_000_00, SellAtOnce, CallLapsed, 24_000_00, 16_800_00},
		{"2026-03-14", 0, 66_000_00, CloseCall, CallCured, 0, 0},
		{"2026-03-15", 1, 0, SellAtOnce, CallLapsed, 2, 1},
	} {
		action, next := terms.Assess(step.exposure, step.value, day(t, step.on), call)
		if action != step.action || next.State != step.state || next.TopUp != step.topUp || next.Repay != step.repay || next.Financing != loan {
			t.Errorf("%s: %v %+v", step.on, action, next)
		}
		call = next
	}
}

func TestRatioRoundsUp(t *testing.T) {
	for _, test := range []struct {
		exposure, value money.Minor
		want            money.Rate
	}{{0, 0, 0}, {1, 0, RatioUnbounded}, {2, 3, 666_667}, {70, 100, 700_000}, {1, 1_000_001, 1}, {-5, 10, 0}} {
		if got := Ratio(test.exposure, test.value); got != test.want {
			t.Errorf("%d of %d is %d", test.exposure, test.value, got)
		}
	}
}

// within compares exposure and target * value with fractions of any size.
func within(exposure, value money.Minor, target money.Rate) bool {
	bound := new(big.Rat).Mul(big.NewRat(int64(value), 1), big.NewRat(int64(target), 1_000_000))
	return big.NewRat(int64(exposure), 1).Cmp(bound) <= 0
}

func pool(t *rapid.T) (Terms, []Valuation) {
	terms := terms()
	terms.RatioTarget = money.Rate(rapid.Int64Range(1, 1_200_000).Draw(t, "target"))
	terms.ReleaseStep = Quantity(rapid.SampledFrom([]int64{1, 7, 1_000, 1_000_000}).Draw(t, "step"))
	terms.SaleCost = money.Rate(rapid.Int64Range(0, 200_000).Draw(t, "cost"))
	var valuations []Valuation
	for i := range rapid.IntRange(1, 5).Draw(t, "receipts") {
		receipt := Receipt{ID: id.Make[id.WarehouseReceipt](1, uint64(i)+1), Lot: cathodes, Quantity: Quantity(rapid.Int64Range(1, 90_000_000).Draw(t, "quantity")), Status: Pledged}
		series := []Price{{Lot: cathodes, Amount: money.Minor(rapid.Int64Range(1, 900_000).Draw(t, "price")), Per: QuantityOne, Date: 10, Sequence: 1, Currency: euro}}
		valuations = append(valuations, terms.Value(&receipt, series, 12))
	}
	return terms, valuations
}

func TestWhatLeavesNeverBreaksTheTargetAndNoMoreCouldLeave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms, valuations := pool(t)
		total := Total(valuations)
		exposure := money.Minor(rapid.Int64Range(0, 2*int64(total)+2).Draw(t, "exposure"))
		if rapid.IntRange(0, 3).Draw(t, "exactly") == 0 { // what the first receipt may just leave
			exposure = allowed(total-valuations[0].Value, terms.RatioTarget)
		}
		which := rapid.IntRange(0, len(valuations)-1).Draw(t, "which")
		v := &valuations[which]
		after := func(leaving Quantity) money.Minor { return total - v.Value + v.worth(v.Quantity-leaving) }
		most := terms.Releasable(exposure, valuations, which)
		if most < 0 || most > v.Quantity || (most != v.Quantity && most%terms.ReleaseStep != 0) {
			t.Fatalf("%d of %d leaves by steps of %d", most, v.Quantity, terms.ReleaseStep)
		}
		if most > 0 && !within(exposure, after(most), terms.RatioTarget) {
			t.Fatalf("%d left behind for %d", after(most), exposure)
		}
		if more := most + terms.ReleaseStep; most < v.Quantity && more <= v.Quantity && within(exposure, after(more), terms.RatioTarget) {
			t.Fatalf("%d could leave, not only %d", more, most)
		}
		if most < v.Quantity && within(exposure, after(v.Quantity), terms.RatioTarget) {
			t.Fatalf("all could leave, not only %d", most)
		}
		// The least payment lets it go, a unit less does not.
		leaving := Quantity(rapid.Int64Range(1, int64(v.Quantity)).Draw(t, "leaving"))
		payment := terms.PaymentFor(exposure, valuations, which, leaving)
		if !within(exposure-payment, after(leaving), terms.RatioTarget) {
			t.Fatalf("a payment of %d is too little", payment)
		}
		if payment > 0 && within(exposure-payment+1, after(leaving), terms.RatioTarget) {
			t.Fatalf("a payment of %d is too much", payment)
		}
		if again := terms.Releasable(exposure-payment, valuations, which); again < leaving-leaving%terms.ReleaseStep {
			t.Fatalf("against %d only %d of %d may leave", payment, again, leaving)
		}
	})
}

func TestTopUpAndRepaymentAreTheLeastThatDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := terms()
		terms.RatioTarget = money.Rate(rapid.Int64Range(1, 1_500_000).Draw(t, "target"))
		exposure := money.Minor(rapid.Int64Range(0, 1_000_000).Draw(t, "exposure"))
		value := money.Minor(rapid.Int64Range(0, 1_000_000).Draw(t, "value"))
		topUp, repay, drawable := terms.TopUp(exposure, value), terms.Repay(exposure, value), terms.Drawable(exposure, value)
		if !within(exposure, value+topUp, terms.RatioTarget) || topUp > 0 && within(exposure, value+topUp-1, terms.RatioTarget) {
			t.Fatalf("top-up %d", topUp)
		}
		if !within(exposure-repay, value, terms.RatioTarget) || repay > 0 && within(exposure-repay+1, value, terms.RatioTarget) {
			t.Fatalf("repayment %d", repay)
		}
		if drawable > 0 && (!within(exposure+drawable, value, terms.RatioTarget) || repay > 0) || within(exposure+drawable+1, value, terms.RatioTarget) {
			t.Fatalf("drawable %d", drawable)
		}
	})
}

func TestASaleStopsAtTheTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms, valuations := pool(t)
		total := Total(valuations)
		exposure := money.Minor(rapid.Int64Range(0, 2*int64(total)+2).Draw(t, "exposure"))
		lifts, shortfall := terms.Sale(exposure, valuations)
		left, remaining := exposure, total
		for i, lift := range lifts {
			v := valuations[lift.Receipt.Number()-1]
			if lift.Quantity <= 0 || lift.Quantity > v.Quantity || i < len(lifts)-1 && lift.Quantity != v.Quantity {
				t.Fatalf("%+v of %d", lift, v.Quantity)
			}
			left -= lift.Proceeds
			remaining += v.worth(v.Quantity-lift.Quantity) - v.Value
		}
		left = max(0, left)
		switch {
		case shortfall == 0 && !within(left, remaining, terms.RatioTarget):
			t.Fatalf("%d is left on %d", left, remaining)
		case shortfall > 0 && (len(lifts) != len(valuations) || remaining != 0 || shortfall != left):
			t.Fatalf("shortfall %d of %d, remaining %d", shortfall, left, remaining)
		}
	})
}

func TestDefectsNameEveryWrongTerm(t *testing.T) {
	good := terms()
	if defects := good.Defects(); defects != nil {
		t.Fatal(defects)
	}
	bad := Terms{Currency: 1, PriceAgeMaxDays: -1, Haircut: -1, QualityHaircuts: []QualityHaircut{{"g", "q", 2_000_000}}, StorageHaircuts: []StorageHaircut{{5, 0}, {5, 1}},
		RatioTarget: 0, RatioTrigger: -1, RatioSale: -2, CureDays: -1, SaleCost: 1_000_000}
	var fields []string
	for _, d := range bad.Defects() {
		fields = append(fields, d.Field)
	}
	want := []string{"currency", "price_age_max_days", "haircut", "quality_haircuts", "storage_haircuts", "ratio_target", "ratio_trigger", "ratio_sale", "cure_days", "sale_cost", "release_step"}
	if difference := cmp.Diff(want, fields); difference != "" {
		t.Error(difference)
	}
}
