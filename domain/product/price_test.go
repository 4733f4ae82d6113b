package product_test

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/product"
)

func date(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, ok := calendar.Parse(text)
	if !ok {
		t.Fatalf("%q is no date", text)
	}
	return d
}

func TestPriceByHand(t *testing.T) {
	payables, discounting := product.PayablesFinance(1), product.ReceivablesDiscounting(1)
	for _, test := range []struct {
		name      string
		terms     product.Terms
		amount    money.Minor
		rate      money.Rate
		from, due string
		want      product.Price
	}{
		{
			// Principal 100 % of 36,000.00 = 36,000.00. Fee 0.05 % = 18.00. Days 1 Sep to 1 Oct = 30.
			// Discount 36,000.00 * 4.8 % * 30/360 = 1,728.00 / 12 = 144.00. Net 36,000.00 - 144.00 - 18.00 = 35,838.00.
			"payables finance, one month", payables, 36_000_00, 48_000, "2026-09-01", "2026-10-01",
			product.Price{Amount: 36_000_00, Principal: 36_000_00, Discount: 144_00, Fee: 18_00, Net: 35_838_00, Days: 30},
		},
		{
			// Principal 85 % of 20,000.00 = 17,000.00. Fee 0.25 % = 50.00, above the least of 25.00. Days 30.
			// Interest in arrears 17,000.00 * 4.8 % * 30/360 = 816.00 / 12 = 68.00. Net 17,000.00 - 50.00 = 16,950.00.
			"receivables discounting, one month", discounting, 20_000_00, 48_000, "2026-09-01", "2026-10-01",
			product.Price{Amount: 20_000_00, Principal: 17_000_00, Interest: 68_00, Fee: 50_00, Net: 16_950_00, Days: 30},
		},
		{
			// Fee 0.25 % of 1,000.01 = 2.50, below the least of 25.00. Principal 850.0085 -> 850.01.
			// Interest 850.01 * 4.8 % * 7/360 = 0.79334 -> 0.79. Net 850.01 - 25.00 = 825.01.
			"the least fee, and cents rounded half up", discounting, 1_000_01, 48_000, "2026-09-01", "2026-09-08",
			product.Price{Amount: 1_000_01, Principal: 850_01, Interest: 79, Fee: 25_00, Net: 825_01, Days: 7},
		},
		{
			// Discount 0.10 * 4.8 % * 30/360 = 0.0004 -> 0. Fee 0.05 % of 0.10 -> 0.
			"too little for a cent of interest", payables, 10, 48_000, "2026-09-01", "2026-10-01",
			product.Price{Amount: 10, Principal: 10, Net: 10, Days: 30},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.terms.PriceOf(test.amount, test.rate, date(t, test.from), date(t, test.due))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWaterfallByHand(t *testing.T) {
	discounting := product.ReceivablesDiscounting(1)
	payables := product.PayablesFinance(1)
	lent, due := date(t, "2026-09-01"), date(t, "2026-10-01")
	owed := product.Owed{Principal: 17_000_00, Rate: 48_000, InterestFrom: lent, Due: due, InterestUntil: due}
	bought := product.Owed{Principal: 36_000_00, Rate: 48_000, InterestFrom: lent, Due: due, InterestUntil: due}
	for _, test := range []struct {
		name     string
		terms    product.Terms
		owed     product.Owed
		received money.Minor
		value    string
		want     product.Split
	}{
		// Interest 30 days 68.00, principal 17,000.00, the rest of 20,000.00 is the seller's.
		{"on the due date", discounting, owed, 20_000_00, "2026-10-01", product.Split{Interest: 68_00, Principal: 17_000_00, Seller: 2_932_00}},
		// 15 days: 17,000.00 * 4.8 % * 15/360 = 34.00.
		{"half the time", discounting, owed, 20_000_00, "2026-09-16", product.Split{Interest: 34_00, Principal: 17_000_00, Seller: 2_966_00}},
		// Less than the interest: 50.00 of 68.00, and 18.00 stays due.
		{"less than the interest", discounting, owed, 50_00, "2026-10-01", product.Split{Interest: 50_00, InterestLeft: 18_00}},
		// Three days of grace: on 4 October no late interest yet.
		{"the last day of grace", discounting, owed, 20_000_00, "2026-10-04", product.Split{Interest: 68_00, Principal: 17_000_00, Seller: 2_932_00}},
		// On 5 October the grace is over and counts from the due date: 17,000.00 * 9 % * 4/360 = 17.00.
		{"the day after", discounting, owed, 20_000_00, "2026-10-05", product.Split{LateInterest: 17_00, Interest: 68_00, Principal: 17_000_00, Seller: 2_915_00}},
		// Bought at a discount: no interest in arrears; ten days late 36,000.00 * 9 % * 10/360 = 90.00.
		{"bought, ten days late", payables, bought, 36_090_00, "2026-10-11", product.Split{LateInterest: 90_00, Principal: 36_000_00}},
		// Without the late interest the principal comes short by it.
		{"bought, ten days late, the face alone", payables, bought, 36_000_00, "2026-10-11", product.Split{LateInterest: 90_00, Principal: 35_910_00}},
		// Value before the disbursement: no interest runs backwards.
		{"before it began", discounting, owed, 17_000_00, "2026-08-20", product.Split{Principal: 17_000_00}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.terms.Share(test.owed, test.received, date(t, test.value))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLateTermsByHand(t *testing.T) {
	lent, due := date(t, "2026-09-01"), date(t, "2026-10-01")
	owed := product.Owed{Principal: 17_000_00, Rate: 48_000, InterestFrom: lent, Due: due, InterestUntil: due}
	for _, test := range []struct {
		name  string
		start product.PenaltyStart
		rest  product.Overdue
		value string
		want  product.Split
	}{
		// Ten days late, three of them grace: 17,000.00 * 9 % * 7/360 = 29.75.
		{"from the end of the grace", product.FromGraceEnd, product.Ends, "2026-10-11", product.Split{LateInterest: 29_75, Interest: 68_00, Principal: 17_000_00, Seller: 2_902_25}},
		// 9 % over 10/360 = 42.50; 4.8 % over 40/360 = 90.67.
		{"ordinary interest runs on", product.FromDue, product.RunsOn, "2026-10-11", product.Split{LateInterest: 42_50, Interest: 90_67, Principal: 17_000_00, Seller: 2_866_83}},
		// In the grace: 4.8 % over 32/360 = 72.53.
		{"in the grace", product.FromDue, product.RunsOn, "2026-10-03", product.Split{Interest: 72_53, Principal: 17_000_00, Seller: 2_927_47}},
	} {
		t.Run(test.name, func(t *testing.T) {
			terms := product.ReceivablesDiscounting(1)
			terms.PenaltyFrom, terms.Overdue = test.start, test.rest
			if diff := cmp.Diff(test.want, terms.Share(owed, 20_000_00, date(t, test.value))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// exactly computes amount * parts as a fraction and rounds it half up, away from zero.
func exactly(amount int64, numerators, denominators []int64) int64 {
	value := new(big.Rat).SetInt64(amount)
	for _, n := range numerators {
		value.Mul(value, new(big.Rat).SetInt64(n))
	}
	for _, d := range denominators {
		value.Quo(value, new(big.Rat).SetInt64(d))
	}
	value.Add(value, big.NewRat(1, 2)) // amounts are not below zero here
	return new(big.Int).Quo(value.Num(), value.Denom()).Int64()
}

func TestPriceAgainstFractions(t *testing.T) {
	opening := date(t, "2026-01-01")
	rapid.Check(t, func(t *rapid.T) {
		terms := product.ReceivablesDiscounting(1)
		terms.Timing = rapid.SampledFrom([]product.InterestTiming{product.InAdvance, product.InArrears}).Draw(t, "timing")
		terms.AdvanceRate = money.Rate(rapid.Int64Range(1, 1_000_000).Draw(t, "advance"))
		terms.FeeRate = money.Rate(rapid.Int64Range(0, 99_999).Draw(t, "fee"))
		terms.DayCount = rapid.SampledFrom([]calendar.DayCount{calendar.Actual360, calendar.Actual365Fixed}).Draw(t, "count")
		year := int64(map[calendar.DayCount]int{calendar.Actual360: 360, calendar.Actual365Fixed: 365}[terms.DayCount])
		amount := rapid.Int64Range(1, 1e15).Draw(t, "amount")
		rate := rapid.Int64Range(0, 999_999).Draw(t, "rate")
		days := rapid.Int64Range(0, 366).Draw(t, "days")
		p := terms.PriceOf(money.Minor(amount), money.Rate(rate), opening, opening.AddDays(int(days)))
		principal := exactly(amount, []int64{int64(terms.AdvanceRate)}, []int64{1e6})
		interest := exactly(principal, []int64{rate, days}, []int64{1e6, year})
		fee := max(25_00, exactly(amount, []int64{int64(terms.FeeRate)}, []int64{1e6}))
		if int64(p.Principal) != principal || int64(p.Discount+p.Interest) != interest || int64(p.Fee) != fee || p.Net != p.Principal-p.Discount-p.Fee {
			t.Fatalf("%+v; by fractions principal %d, interest %d, fee %d", p, principal, interest, fee)
		}
		if (p.Discount != 0 && terms.Timing != product.InAdvance) || (p.Interest != 0 && terms.Timing != product.InArrears) {
			t.Fatalf("%+v", p)
		}
	})
}

func TestWaterfallGivesAwayWhatCameInAndNoMore(t *testing.T) {
	lent := date(t, "2026-01-01")
	rapid.Check(t, func(t *rapid.T) {
		terms := product.ReceivablesDiscounting(1)
		terms.Waterfall = rapid.Permutation([]product.Tier{product.TierLateInterest, product.TierInterest, product.TierPrincipal}).Draw(t, "tiers")
		terms.Waterfall = append(terms.Waterfall, product.TierSeller)
		owed := product.Owed{
			Principal: money.Minor(rapid.Int64Range(0, 1e12).Draw(t, "principal")), Rate: money.Rate(rapid.Int64Range(0, 999_999).Draw(t, "rate")),
			InterestFrom: lent, InterestDue: money.Minor(rapid.Int64Range(0, 1e9).Draw(t, "interest")),
			LateDue: money.Minor(rapid.Int64Range(0, 1e9).Draw(t, "late")), Due: lent.AddDays(60), InterestUntil: lent.AddDays(60),
		}
		received := money.Minor(rapid.Int64Range(0, 2e12).Draw(t, "received"))
		s := terms.Share(owed, received, lent.AddDays(rapid.IntRange(-30, 400).Draw(t, "value")))
		if s.LateInterest+s.Interest+s.Principal+s.Seller != received {
			t.Fatalf("%+v shares out another amount than %d", s, received)
		}
		if s.LateInterest < 0 || s.Interest < 0 || s.Principal < 0 || s.Seller < 0 || s.InterestLeft < 0 || s.LateLeft < 0 || s.Principal > owed.Principal {
			t.Fatalf("%+v", s)
		}
		if s.Seller > 0 && (s.Principal != owed.Principal || s.InterestLeft != 0 || s.LateLeft != 0) {
			t.Fatalf("the seller has %d while something is owed: %+v", s.Seller, s)
		}
	})
}

func TestDefects(t *testing.T) {
	for _, terms := range []product.Terms{product.PayablesFinance(1), product.ReceivablesDiscounting(1)} {
		if defects := terms.Defects(); len(defects) > 0 {
			t.Errorf("%s: %v", terms.Name, defects)
		}
	}
	for field, spoil := range map[string]func(t *product.Terms){
		"name": func(t *product.Terms) { t.Name = "" }, "technique": func(t *product.Terms) { t.Technique = "" },
		"assignment": func(t *product.Terms) { t.Assignment = 9 }, "recourse.warranty": func(t *product.Terms) { t.Recourse.Warranty = false },
		"recourse.default_after_days": func(t *product.Terms) { t.Recourse.DefaultAfterDays = 0 },
		"undertaking":                 func(t *product.Terms) { t.Undertaking = 9 }, "disclosed": func(t *product.Terms) { t.Disclosed = false },
		"advance_rate": func(t *product.Terms) { t.AdvanceRate = 1_000_001 }, "timing": func(t *product.Terms) { t.Timing = 0 },
		"day_count": func(t *product.Terms) { t.DayCount = 9 }, "fee_rate": func(t *product.Terms) { t.FeeRate = 100_000 },
		"fee_minimum": func(t *product.Terms) { t.FeeMinimum = -1 }, "late_rate": func(t *product.Terms) { t.LateRate = -1 },
		"grace_days": func(t *product.Terms) { t.GraceDays = 91 }, "tenor_days": func(t *product.Terms) { t.TenorDaysMax = 367 },
		"quote_seconds": func(t *product.Terms) { t.QuoteSeconds = 59 }, "evidence_required": func(t *product.Terms) { t.EvidenceRequired = 0 },
		"waterfall": func(t *product.Terms) {
			t.Waterfall = []product.Tier{product.TierSeller, product.TierPrincipal, product.TierInterest, product.TierLateInterest}
		},
	} {
		terms := product.ReceivablesDiscounting(1)
		spoil(&terms)
		if defects := terms.Defects(); len(defects) != 1 || defects[0].Field != field {
			t.Errorf("%s: %v", field, defects)
		}
	}
}
