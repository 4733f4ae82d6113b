package product_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/product"
)

// discounting is receivables discounting in the full form, as far as prices go.
func discounting() product.Terms {
	return product.Terms{
		Form: product.Full, Currency: 978, Assignment: product.Sale, Collector: product.CollectorFunder, Source: product.SourceFunder, Repayment: product.FromCollection,
		Recourse:    product.Recourse{ProtractedDefault: true, DefaultAfterDays: 30, Warranty: true},
		AdvanceRate: 800_000, ReserveRate: 100_000, ReserveDays: 30, Timing: product.InArrears, Basis: product.OnAdvance, InterestPayer: product.Seller,
		DayCount: calendar.Actual360, Rounding: product.HalfUp, Convention: calendar.Following, Calendar: calendar.Target, GraceDays: 5,
		LateBase: "ECB-MRO", LateRate: 80_000, TenorDaysMin: 5, TenorDaysMax: 120,
		Rate: product.RateTerms{Kind: product.RateFloating, Base: "EURIBOR-3M", Floored: product.IsFloored, Margins: []product.Margin{
			{Grade: 3, TenorDays: 60, Rate: 15_000}, {Grade: 3, TenorDays: 120, Rate: 18_000}, {Grade: 6, TenorDays: 120, Rate: 29_000},
		}},
		Fees: []product.Fee{
			{Name: "Ledger", Payer: product.Seller, To: product.Funder, Basis: product.FeeOnFace, Per: product.Once, When: product.AtDue, Rate: 4_000, Minimum: 20_00, TaxRate: 190_000, TaxName: "VAT"},
			{Name: "Check", Payer: product.Seller, To: product.Insurer, Basis: product.FeePerInvoice, Per: product.Once, When: product.AtDisbursement, Amount: 12_50},
			{Name: "Platform", Payer: product.Funder, To: product.Operator, Basis: product.FeeOnAdvance, Per: product.PerYear, When: product.AtDue, Rate: 1_000},
		},
	}
}

func deal(t testing.TB) product.Deal {
	return product.Deal{
		Amount: 36_000_00, Invoices: 3, Grade: 2, From: date(t, "2026-09-01"), Due: date(t, "2026-10-03"),
		Fixings: []product.Fixing{{Name: "EURIBOR-3M", Rate: 20_500}, {Name: "ECB-MRO", Rate: 21_500}},
	}
}

func TestQuoteByHand(t *testing.T) {
	terms, d := discounting(), deal(t)
	got, answer := terms.Quote(&d, product.Quotation{})
	if answer != product.Priced {
		t.Fatal(answer)
	}
	// 3 October 2026 is a Saturday: due on Monday the 5th, 34 days. Rate 2.05 % + 1.5 % = 3.55 %.
	// Advance 80 % of 36,000.00 = 28,800.00; interest 28,800.00 * 3.55 % * 34/360 = 96.56.
	// Ledger 0.4 % = 144.00, tax 19 % = 27.36. Check 3 * 12.50 = 37.50. Platform 28,800.00 * 0.1 % * 34/360 = 2.72.
	// Net 28,800.00 - 37.50 = 28,762.50. Reserve 3,600.00; rest 36,000.00 - 28,800.00 - 96.56 - 3,600.00 = 3,503.44.
	// Thirty days after the due date is Wednesday, 4 November.
	from, due, release := date(t, "2026-09-01"), date(t, "2026-10-05"), date(t, "2026-11-04")
	want := product.Quotation{
		Price: product.Price{Amount: 36_000_00, Principal: 28_800_00, Fee: 37_50, Net: 28_762_50, Interest: 96_56, Days: 34},
		Rate:  35_500, From: from, Due: due, Reserve: 3_600_00, Release: release, FeeTotal: 144_00 + 27_36 + 37_50, Financed: product.Seller,
		Fees: []product.FeeLine{
			{Name: "Ledger", Payer: product.Seller, To: product.Funder, When: product.AtDue, Amount: 144_00, Tax: 27_36, TaxName: "VAT"},
			{Name: "Check", Payer: product.Seller, To: product.Insurer, When: product.AtDisbursement, Amount: 37_50},
			{Name: "Platform", Payer: product.Funder, To: product.Operator, When: product.AtDue, Amount: 2_72},
		},
		CashFlow: []product.Flow{
			{Date: from, From: product.Funder, To: product.Seller, What: product.Advance, Amount: 28_800_00},
			{Date: from, From: product.Seller, To: product.Insurer, What: product.FeePayment, Name: "Check", Amount: 37_50},
			{Date: due, From: product.Buyer, To: product.Funder, What: product.Collection, Amount: 36_000_00},
			{Date: due, From: product.Funder, To: product.Seller, What: product.Rest, Amount: 3_503_44},
			{Date: due, From: product.Seller, To: product.Funder, What: product.FeePayment, Name: "Ledger", Amount: 144_00},
			{Date: due, From: product.Seller, To: product.Funder, What: product.TaxPayment, Name: "VAT", Amount: 27_36},
			{Date: due, From: product.Funder, To: product.Operator, What: product.FeePayment, Name: "Platform", Amount: 2_72},
			{Date: release, From: product.Funder, To: product.Seller, What: product.Reserve, Amount: 3_600_00},
		},
		// Late: 2.15 % + 8 % = 10.15 %; 28,800.00 * 10.15 % / 360 = 8.12 a day, after 10 October; recourse from 4 November.
		Late: product.Late{Rate: 101_500, After: date(t, "2026-10-10"), From: due, Payer: product.Seller, Ordinary: product.Ends, PerDay: 8_12, Recourse: date(t, "2026-11-04")},
	}
	want.Cost = got.Cost // held against wide arithmetic below
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// 28,762.50 on day 0, -36,000.00 + 3,503.44 - 171.36 = -32,667.92 on day 34, +3,600.00 on day 64.
	if err := balanced(got.Cost.Rate, []int64{28_762_50, -32_667_92, 3_600_00}, []int{0, 34, 64}); err != "" {
		t.Error(err)
	}
}

// balanced tells what is wrong with a rate under which the flows must be worth nothing: the present value changes its sign
// within half a part per million.
func balanced(rate money.Rate, flows []int64, days []int) string {
	worth := func(twice int64) int {
		growth := new(big.Float).SetPrec(300).SetInt64(2_000_000 + 2*int64(rate) + twice)
		growth.Quo(growth, big.NewFloat(2_000_000))
		sum := new(big.Float).SetPrec(300)
		for i, flow := range flows {
			// flow * growth^(-days/365): the 365th root by Newton's method on x^365 = growth, from 1.
			value := new(big.Float).SetPrec(300).SetInt64(flow)
			daily := daily(growth)
			for range days[i] {
				value.Quo(value, daily)
			}
			sum.Add(sum, value)
		}
		return sum.Sign()
	}
	if worth(-1) == worth(1) {
		return "the flows are not worth nothing at " + rate.String()
	}
	return ""
}

func daily(growth *big.Float) *big.Float {
	x := new(big.Float).SetPrec(300).SetInt64(1)
	for range 60 {
		power := new(big.Float).SetPrec(300).SetInt64(1)
		for range 364 {
			power.Mul(power, x)
		}
		step := new(big.Float).SetPrec(300).Quo(growth, power)
		step.Sub(step, x)
		x.Add(x, step.Quo(step, big.NewFloat(365)))
	}
	return x
}

func TestYield(t *testing.T) {
	// 100,000.00 at 6 % over 90/360: rt = 1.5 %; the discount 100,000.00 * 0.015 / 1.015 = 1,477.83, and 98,522.17 at 6 % over
	// 90 days yields 1,477.83.
	terms := product.PayablesFinance(1)
	terms.Basis = product.OnYield
	p := terms.PriceOf(100_000_00, 60_000, date(t, "2026-09-01"), date(t, "2026-11-30"))
	if p.Discount != 1_477_83 || p.Days != 90 {
		t.Errorf("%+v", p)
	}
	if back := money.Interest(p.Principal-p.Discount, 60_000, 90, 360); back != p.Discount {
		t.Errorf("what is left yields %d", back)
	}
	// On the face: an advance of 80 %, the discount on all of it.
	terms.Basis, terms.AdvanceRate = product.OnFace, 800_000
	if p := terms.PriceOf(100_000_00, 60_000, date(t, "2026-09-01"), date(t, "2026-11-30")); p.Discount != 1_500_00 || p.Principal != 80_000_00 {
		t.Errorf("%+v", p)
	}
}

func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		want   product.Answer
		change func(t *product.Terms, d *product.Deal)
	}{
		{product.Priced, func(*product.Terms, *product.Deal) {}},
		{product.DealInvalid, func(_ *product.Terms, d *product.Deal) { d.Amount = 0 }},
		{product.DealInvalid, func(_ *product.Terms, d *product.Deal) { d.Amount = money.MinorMax }},
		{product.DealInvalid, func(_ *product.Terms, d *product.Deal) { d.Invoices = 0 }},
		{product.TenorOutside, func(_ *product.Terms, d *product.Deal) { d.Due = d.From }},
		{product.TenorOutside, func(_ *product.Terms, d *product.Deal) { d.Due = d.From.AddDays(121) }},
		{product.TenorOutside, func(_ *product.Terms, d *product.Deal) { d.Due = d.From.AddDays(2) }},
		{product.DueNotCovered, func(t *product.Terms, d *product.Deal) { t.Calendar, d.Calendar = 0, 0 }},
		{product.FixingMissing, func(_ *product.Terms, d *product.Deal) { d.Fixings = d.Fixings[1:] }},
		{product.FixingMissing, func(_ *product.Terms, d *product.Deal) { d.Fixings = d.Fixings[:1] }},
		{product.GradeNotPriced, func(_ *product.Terms, d *product.Deal) { d.Grade = 7 }},
		{product.GradeNotPriced, func(_ *product.Terms, d *product.Deal) { d.Grade = 0 }},
		{product.NothingLeft, func(_ *product.Terms, d *product.Deal) { d.Amount = 10_00 }},
		{product.CostAboveCap, func(t *product.Terms, _ *product.Deal) { t.CostMax = 50_000 }},
		{product.FeesAboveCap, func(t *product.Terms, _ *product.Deal) { t.FeesMax = 1_000 }},
	} {
		terms, d := discounting(), deal(t)
		test.change(&terms, &d)
		if _, got := terms.Quote(&d, product.Quotation{}); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}

func TestRateByGradeAndTenor(t *testing.T) {
	terms, d := discounting(), deal(t)
	for _, test := range []struct {
		grade uint8
		days  int32
		base  money.Rate
		want  money.Rate
	}{{1, 60, 20_500, 35_500}, {3, 61, 20_500, 38_500}, {4, 10, 20_500, 49_500}, {3, 10, -5_000, 15_000}} {
		d.Grade, d.Fixings[0].Rate = test.grade, test.base
		if got, answer := terms.RateFor(&d, test.days); got != test.want || answer != product.Priced {
			t.Errorf("grade %d, %d days, base %s: %s, want %s", test.grade, test.days, test.base, got, test.want)
		}
	}
	terms.Rate.Floored = product.NotFloored
	d.Grade, d.Fixings[0].Rate = 3, -20_000
	if got, _ := terms.RateFor(&d, 10); got != 0 {
		t.Errorf("a rate below zero: %s", got)
	}
}

// TestNobodyGainsByTheWay holds sums of flows against the terms: what leaves one arrives at another, the custodian keeps nothing, and
// the funder has back its advance, its interest and its fees less those that it pays.
func TestNobodyGainsByTheWay(t *testing.T) {
	opening := date(t, "2026-01-05")
	rapid.Check(t, func(t *rapid.T) {
		terms := discounting()
		terms.Calendar = calendar.WeekendOnly
		terms.Timing = rapid.SampledFrom([]product.InterestTiming{product.InAdvance, product.InArrears}).Draw(t, "timing")
		terms.Collector = rapid.SampledFrom([]product.Collector{product.CollectorAccount, product.CollectorFunder, product.CollectorSeller}).Draw(t, "collector")
		terms.Repayment = rapid.SampledFrom([]product.Repayment{product.FromCollection, product.FromSeller, product.FromBuyer}).Draw(t, "repayment")
		terms.InterestPayer = rapid.SampledFrom([]product.Role{product.Seller, product.Buyer}).Draw(t, "payer")
		terms.AdvanceRate = money.Rate(rapid.Int64Range(500_000, 1_000_000).Draw(t, "advance"))
		terms.ReserveRate = money.Rate(rapid.Int64Range(0, 1_000_000-int64(terms.AdvanceRate)).Draw(t, "reserve"))
		d := product.Deal{
			Amount: money.Minor(rapid.Int64Range(1_000_00, 1e12).Draw(t, "amount")), Invoices: 1, Grade: 2, From: opening,
			Due:     opening.AddDays(rapid.IntRange(5, 115).Draw(t, "days")),
			Fixings: []product.Fixing{{Name: "EURIBOR-3M", Rate: 20_500}, {Name: "ECB-MRO", Rate: 21_500}},
		}
		q, answer := terms.Quote(&d, product.Quotation{})
		if answer != product.Priced {
			t.Fatalf("%s", answer)
		}
		if !slices.IsSortedFunc(q.CashFlow, func(a, b product.Flow) int { return int(a.Date - b.Date) }) {
			t.Fatalf("flows out of order: %v", q.CashFlow)
		}
		balances := map[product.Role]money.Minor{}
		for _, f := range q.CashFlow {
			if f.Amount <= 0 || f.From == f.To {
				t.Fatalf("%+v", f)
			}
			balances[f.From] -= f.Amount
			balances[f.To] += f.Amount
		}
		fees := map[product.Role]money.Minor{}
		for _, line := range q.Fees {
			fees[line.Payer] -= line.Amount + line.Tax
			fees[line.To] += line.Amount + line.Tax
		}
		if balances[product.Custodian] != 0 {
			t.Fatalf("the custodian keeps %d", balances[product.Custodian])
		}
		if want := q.Discount + q.Interest + fees[product.Funder]; balances[product.Funder] != want {
			t.Fatalf("the funder earns %d, by the terms %d: %+v", balances[product.Funder], want, q.CashFlow)
		}
	})
}

// BenchmarkQuote prices one deal with all that there can be, annual cost included.
func BenchmarkQuote(b *testing.B) {
	terms, d := discounting(), deal(b)
	var q product.Quotation
	for b.Loop() {
		q, _ = terms.Quote(&d, q)
	}
	if q.Cost.Rate == 0 {
		b.Fatal("without a cost")
	}
}
