package discounting

import (
	"math/big"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

func date(text string) calendar.Date {
	d, ok := calendar.Parse(text)
	if !ok {
		panic(text)
	}
	return d
}

func receivable(number uint64) id.Receivable { return id.Make[id.Receivable](1, number) }
func seller(number uint64) id.Party          { return id.Make[id.Party](1, number) }

// sliding asks for 9 % a year, and for 12 % where 41 days or more are gained.
func sliding() Schedule {
	return Schedule{Steps: []Step{{1, 90_000}, {41, 120_000}}, YieldLeast: 60_000, Currency: 978, DayCount: calendar.Actual360}
}

func TestQuoteByHand(t *testing.T) {
	s := Schedule{Steps: []Step{{5, 80_000}, {30, 100_000}}, DayCount: calendar.Actual365Fixed}
	for _, test := range []struct {
		amount money.Minor
		pay    string
		want   Quote
		fault  Fault
	}{
		// 10,000.00 * 10 % * 30/365 = 82.1917; 82.19 / 9,917.81 * 365/30 = 10.0825 %
		{10_000_00, "2026-05-01", Quote{Cash: 9_917_81, Discount: 82_19, Rate: 100_000, Yield: 100_826, Days: 30}, 0},
		{10_000_00, "2026-05-02", Quote{Cash: 9_936_44, Discount: 63_56, Rate: 80_000, Yield: 80_509, Days: 29}, 0},
		{10_000_00, "2026-05-27", Quote{}, NotOffered},
		{10_000_00, "2026-05-31", Quote{}, DaysOutOfRange},
		{10_000_00, "2010-05-31", Quote{}, DaysOutOfRange},
		{0, "2026-05-01", Quote{}, AmountOutOfRange},
		{money.MinorMax + 1, "2026-05-01", Quote{}, AmountOutOfRange},
	} {
		got, fault := s.Quote(&Claim{Amount: test.amount, Due: date("2026-05-31")}, date(test.pay))
		if got != test.want || fault != test.fault {
			t.Errorf("%d on %s: %+v, %v; want %+v, %v", test.amount, test.pay, got, fault, test.want, test.fault)
		}
	}
	thirty := Schedule{Steps: []Step{{1, 80_000}}, DayCount: calendar.Thirty360}
	if _, fault := thirty.Quote(&Claim{Amount: 100, Due: date("2026-05-31")}, date("2026-05-30")); fault != DaysOutOfRange {
		t.Error(fault)
	}
	if _, fault := s.QuoteAt(RateMax, &Claim{Amount: 100, Due: date("2028-05-31")}, date("2026-05-30")); fault != NothingLeft {
		t.Error(fault)
	}
	if _, fault := s.QuoteAt(-1, &Claim{Amount: 100, Due: date("2028-05-31")}, date("2026-05-30")); fault != RateOutOfRange {
		t.Error(fault)
	}
}

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		change func(*Schedule)
		want   Fault
	}{
		{func(*Schedule) {}, 0},
		{func(s *Schedule) { s.Steps = nil }, StepsMissing},
		{func(s *Schedule) { s.Steps = []Step{{0, 1}} }, StepsOutOfOrder},
		{func(s *Schedule) { s.Steps = []Step{{5, 1}, {5, 2}} }, StepsOutOfOrder},
		{func(s *Schedule) { s.Steps = []Step{{DaysMax + 1, 1}} }, StepsOutOfOrder},
		{func(s *Schedule) { s.Steps = []Step{{1, -1}} }, RateOutOfRange},
		{func(s *Schedule) { s.Steps = []Step{{1, RateMax + 1}} }, RateOutOfRange},
		{func(s *Schedule) { s.YieldLeast = -1 }, RateOutOfRange},
		{func(s *Schedule) { s.Steps = []Step{{1, 120_000}, {30, 90_000}} }, DiscountFalls}, // 29 days cost 3.48 M, 30 only 2.7 M
		{func(s *Schedule) { s.DayCount = 0 }, DayCountMissing},
	} {
		s := Schedule{Steps: []Step{{1, 80_000}, {30, 100_000}}, DayCount: calendar.Actual360}
		if test.change(&s); s.Validate() != test.want {
			t.Errorf("%+v: %v, want %v", s, s.Validate(), test.want)
		}
	}
}

// A day more never costs the seller less under a schedule that is in order.
func TestDiscountRisesWithDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Schedule{DayCount: calendar.DayCount(rapid.IntRange(1, 2).Draw(t, "day count"))}
		days := int32(0)
		for range rapid.IntRange(1, 4).Draw(t, "steps") {
			days += int32(rapid.IntRange(1, 40).Draw(t, "days"))
			s.Steps = append(s.Steps, Step{days, money.Rate(rapid.Int64Range(0, 200_000).Draw(t, "rate"))})
		}
		if s.Validate() != 0 {
			return
		}
		claim := Claim{Amount: money.Minor(rapid.Int64Range(1, int64(money.MinorMax)).Draw(t, "amount")), Due: date("2026-12-31")}
		before := money.Minor(0)
		for days := 1; days < 200; days++ {
			quote, fault := s.Quote(&claim, claim.Due.AddDays(-days))
			if fault != 0 {
				continue
			}
			if quote.Discount < before || quote.Cash+quote.Discount != claim.Amount {
				t.Fatalf("%d days: %+v after %d", days, quote, before)
			}
			numerator, denominator := s.DayCount.Fraction(claim.Due.AddDays(-days), claim.Due)
			exact := new(big.Rat).Mul(big.NewRat(int64(quote.Discount), int64(quote.Cash)), big.NewRat(denominator*1_000_000, numerator))
			if below := new(big.Rat).Sub(exact, big.NewRat(int64(quote.Yield), 1)); below.Sign() < 0 || below.Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("yield %d, exactly %s", quote.Yield, exact.FloatString(3))
			}
			before = quote.Discount
		}
	})
}

func TestStandingOffer(t *testing.T) {
	s := sliding()
	offer := StandingOffer{Seller: seller(1), RateMost: 100_000, DaysLeast: 10, Until: date("2026-05-31"), At: 5, Sequence: 6}
	claim := Claim{Receivable: receivable(1), Seller: seller(1), Amount: 1_000_00, Due: date("2026-05-31")}
	for _, test := range []struct {
		pay  string
		rate money.Rate
		ok   bool
	}{
		{"2026-04-01", 100_000, true}, // 60 days: the buyer asks for 12 %, the seller stays with its own rate
		{"2026-05-10", 90_000, true},  // 21 days: it asks for less than the seller gives
		{"2026-05-22", 0, false},      // 9 days
		{"2026-05-31", 0, false},
	} {
		got, ok := offer.Request(&s, claim, date(test.pay))
		if ok != test.ok || ok && got != (Request{Claim: claim, Pay: date(test.pay), Rate: test.rate, At: 5, Sequence: 6}) {
			t.Errorf("%s: %+v, %t", test.pay, got, ok)
		}
	}
	claim.Due = date("2026-12-31")
	if _, ok := offer.Request(&s, claim, date("2026-06-01")); ok {
		t.Error("after its last day")
	}
	claim.Seller = seller(2)
	if _, ok := offer.Request(&s, claim, date("2026-04-01")); ok {
		t.Error("another's claim")
	}
}

func TestMatchByHand(t *testing.T) {
	s := Schedule{Steps: []Step{{1, 100_000}}, YieldLeast: 50_000, DayCount: calendar.Actual360}
	pay, due := date("2026-05-01"), date("2026-05-31")
	request := func(number uint64, amount money.Minor, rate money.Rate, at int64) Request {
		return Request{Claim: Claim{receivable(number), seller(number), amount, due}, Pay: pay, Rate: rate, At: at, Sequence: number}
	}
	requests := []Request{
		request(1, 1_000_00, 80_000, 3),  // 993.33
		request(2, 1_000_00, 100_000, 2), // 991.67
		request(3, 1_000_00, 100_000, 1), // likewise, and earlier
		request(4, 1_000_00, 40_000, 1),
		request(5, 10_00, 60_000, 1), // 9.95: what is left is enough for it
		request(3, 1_000_00, 90_000, 0),
		{Claim: Claim{receivable(7), seller(7), 5_00, due}, Pay: pay.AddDays(1), Rate: 90_000},
		{Claim: Claim{receivable(8), seller(8), 5_00, pay}, Pay: pay, Rate: 90_000},
	}
	plan := Match(&s, []Cash{{pay.AddDays(2), 7}, {pay, 2_000_00}}, requests)
	type line struct {
		receivable uint64
		left       money.Minor
		reason     Reason
	}
	var got []line
	for _, a := range plan.Answers {
		got = append(got, line{a.Request.Claim.Receivable.Number(), a.CashLeft, a.Reason})
	}
	want := []line{{3, 2_000_00, Paid}, {2, 1_008_33, Paid}, {3, 16_66, Repeated}, {1, 16_66, NoCashLeft}, {5, 16_66, Paid}, {4, 6_71, BelowYield}, {8, 6_71, Invalid}, {7, 0, NoCashLeft}}
	if difference := cmp.Diff(want, got, cmp.AllowUnexported(line{})); difference != "" {
		t.Error(difference)
	}
	if difference := cmp.Diff([]Cash{{pay, 6_71}, {pay.AddDays(2), 7}}, plan.Left); difference != "" {
		t.Error(difference)
	}
}

func drawMarket(t *rapid.T) (Schedule, []Cash, []Request) {
	s := Schedule{Steps: []Step{{1, 100_000}}, YieldLeast: money.Rate(rapid.Int64Range(0, 80_000).Draw(t, "least")), DayCount: calendar.Actual360}
	day := date("2026-05-01")
	var cash []Cash
	for i := range rapid.IntRange(0, 3).Draw(t, "days") {
		cash = append(cash, Cash{day.AddDays(i), money.Minor(rapid.Int64Range(0, 5_000).Draw(t, "cash"))})
	}
	var requests []Request
	for i := range rapid.IntRange(0, 14).Draw(t, "requests") {
		requests = append(requests, Request{
			Claim: Claim{receivable(rapid.Uint64Range(1, 12).Draw(t, "receivable")), seller(1), money.Minor(rapid.Int64Range(0, 3_000).Draw(t, "amount")),
				day.AddDays(rapid.IntRange(0, 60).Draw(t, "due"))},
			Pay: day.AddDays(rapid.IntRange(0, 2).Draw(t, "pay")), Rate: money.Rate(10_000 * rapid.Int64Range(-1, 10).Draw(t, "rate")),
			At: rapid.Int64Range(0, 2).Draw(t, "at"), Sequence: uint64(i),
		})
	}
	return s, cash, requests
}

func TestMatchGivesTheCashToTheBestYield(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, cash, requests := drawMarket(t)
		plan := Match(&s, cash, requests)
		left, paid := map[calendar.Date]money.Minor{}, map[id.Receivable]bool{}
		for _, c := range cash {
			left[c.Day] = c.Amount
		}
		for i, a := range plan.Answers {
			if a.Reason == Paid {
				if paid[a.Request.Claim.Receivable] || a.Quote.Yield < s.YieldLeast || a.Quote.Cash+a.Quote.Discount != a.Request.Claim.Amount {
					t.Fatalf("%+v", a)
				}
				paid[a.Request.Claim.Receivable] = true
				left[a.Request.Pay] -= a.Quote.Cash
			}
			// Nobody who was paid out of the same cash stands behind one who could have been paid with it.
			for _, b := range plan.Answers[:i] {
				if b.Request.Pay == a.Request.Pay && (b.Quote.Yield < a.Quote.Yield || a.Reason == Paid && b.Reason == NoCashLeft && b.Quote.Cash <= a.CashLeft) {
					t.Fatalf("%+v stands before %+v", b, a)
				}
			}
		}
		for _, c := range plan.Left {
			if c.Amount < 0 || c.Amount != left[c.Day] {
				t.Fatalf("%+v, reckoned %d", c, left[c.Day])
			}
		}
		if len(plan.Answers) != len(requests) {
			t.Fatal("an answer is missing")
		}
		if difference := cmp.Diff(plan, Match(&s, rapid.Permutation(cash).Draw(t, "days"), rapid.Permutation(requests).Draw(t, "order"))); difference != "" {
			t.Fatal(difference)
		}
	})
}

func TestRecordsComeBack(t *testing.T) {
	s := sliding()
	claim := Claim{receivable(1), seller(1), 1_000_00, date("2026-05-31")}
	offer := StandingOffer{Seller: seller(1), RateMost: 100_000, Until: date("2026-05-31"), At: 5, Sequence: 6}
	request, _ := offer.Request(&s, claim, date("2026-05-01"))
	plan := Match(&s, []Cash{{date("2026-05-01"), 2_000_00}}, []Request{request})
	var scheduleBack Schedule
	var offerBack StandingOffer
	var planBack Plan
	for _, record := range []struct{ from, to any }{{s, &scheduleBack}, {offer, &offerBack}, {plan, &planBack}} {
		bytes, err := cbor.Marshal(record.from)
		if err != nil {
			t.Fatal(err)
		}
		if err := cbor.Unmarshal(bytes, record.to); err != nil {
			t.Fatal(err)
		}
	}
	if difference := cmp.Diff([]any{s, offer, plan}, []any{scheduleBack, offerBack, planBack}); difference != "" {
		t.Error(difference)
	}
}

func BenchmarkMatchThousandRequests(b *testing.B) {
	s := Schedule{Steps: []Step{{1, 100_000}}, YieldLeast: 50_000, DayCount: calendar.Actual360}
	day := date("2026-05-01")
	var requests []Request
	for i := range uint64(1_000) {
		requests = append(requests, Request{Claim: Claim{receivable(i + 1), seller(i%50 + 1), money.Minor(1_000_00 + i*7919%90_000_00), day.AddDays(int(10 + i*31%60))},
			Pay: day, Rate: money.Rate(40_000 + i*613%60_000), At: int64(i * 101 % 500), Sequence: i})
	}
	for b.Loop() {
		Match(&s, []Cash{{day, 20_000_000_00}}, requests)
	}
}
