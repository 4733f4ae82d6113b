package servicing_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/servicing"
)

func on(text string) calendar.Date { return calendar.Date(day(text)) }

// lent is the beginning of the lives below: 17,000.00 at 4.8 %, ACT/360, from 1 September, due on 30 November 2026.
func lent() (*servicing.Terms, []servicing.Fact) {
	terms := discounting()
	terms.Due = on("2026-11-30")
	return &terms, []servicing.Fact{{Kind: servicing.Disbursed, Value: on("2026-09-01"), Amount: 17_000_00, Entry: 1}}
}

func came(party servicing.Role, value string, amount money.Minor, entry uint64) servicing.Fact {
	return servicing.Fact{Kind: servicing.Received, Party: party, Value: on(value), Amount: amount, Entry: entry, Bank: entry}
}

func TestBackdatedMoneyRebuildsInterest(t *testing.T) {
	terms, facts := lent()
	// Posted at the end of October: 60 days of 17,000.00 * 4.8 % / 360 = 136.00.
	before := servicing.Run(terms, facts).At(terms, on("2026-10-31"))
	if got := before.Totals[servicing.LineInterest]; got != 136_00 {
		t.Fatalf("60 days make %d", got)
	}
	// On 2 November 8,000.00 comes to light with value 1 October. 30 days make 68.00, so 7,932.00 repay principal, and the 30
	// days to the end of October are on 9,068.00: 36.272. On 2 November 32 days: 38.69. In all 106.69 are earned.
	late := came(servicing.Buyer, "2026-10-01", 8_000_00, 2)
	late.Booking = on("2026-11-02")
	after := servicing.Run(terms, servicing.Insert(facts, late)).At(terms, on("2026-11-02"))
	want := []servicing.Movement{
		{servicing.CollectionLine(servicing.Buyer, servicing.TierInterest), 68_00, on("2026-11-02")},
		{servicing.CollectionLine(servicing.Buyer, servicing.TierPrincipal), 7_932_00, on("2026-11-02")},
		{servicing.LineInterest, 106_69 - 136_00, on("2026-11-02")},
	}
	if diff := cmp.Diff(want, servicing.Difference(nil, &before, &after, on("2026-11-02"))); diff != "" {
		t.Error(diff)
	}
}

func TestTakenBackAfterItWasPaidOn(t *testing.T) {
	terms, facts := lent()
	// 90 days: 204.00 interest, 17,000.00 principal, 2,796.00 for the seller; both are paid on, then the bank takes all back.
	facts = append(facts, came(servicing.Buyer, "2026-11-30", 20_000_00, 2),
		servicing.Fact{Kind: servicing.PaidOn, Party: servicing.Seller, Value: on("2026-12-01"), Amount: 2_796_00, Entry: 3},
		servicing.Fact{Kind: servicing.PaidOn, Party: servicing.Funder, Value: on("2026-12-01"), Amount: 17_204_00, Entry: 4},
		servicing.Fact{Kind: servicing.Reversed, Value: on("2026-12-02"), Of: 2, Entry: 5, Bank: 9})
	p := servicing.Run(terms, facts)
	if p.Principal != 17_000_00 || p.InterestDue() != 204_00 || p.Shortfall(servicing.Seller) != 2_796_00 || p.Shortfall(servicing.Funder) != 17_204_00 || p.OwedBy(terms, servicing.Buyer) != 20_000_00 {
		t.Errorf("%+v", p)
	}
	// A second reversal of the same money changes nothing; taking the reversal back restores all.
	twice := servicing.Run(terms, servicing.Insert(slices.Clone(facts), servicing.Fact{Kind: servicing.Reversed, Value: on("2026-12-02"), Of: 2, Entry: 6, Bank: 10}))
	if twice != p {
		t.Errorf("reversed twice: %+v", twice)
	}
	undone := servicing.Run(terms, servicing.Insert(slices.Clone(facts), servicing.Fact{Kind: servicing.Reversed, Value: on("2026-12-03"), Of: 5, Entry: 6}))
	if undone.Owed() != 0 || undone.Shortfall(servicing.Seller) != 0 || undone.State != servicing.Settled {
		t.Errorf("the reversal reversed: %+v", undone)
	}
}

func TestReturnedDisbursementNeverWas(t *testing.T) {
	terms, facts := lent()
	facts = append(facts, servicing.Fact{Kind: servicing.Reversed, Value: on("2026-09-04"), Of: 1, Entry: 2})
	if p := servicing.Run(terms, facts).At(terms, on("2026-12-31")); p.Totals != [servicing.Lines]money.Minor{} || p.State != servicing.Expected {
		t.Errorf("%+v", p)
	}
	// Paid out again three days later, interest runs from then: 57 days to 31 October.
	facts = append(facts, servicing.Fact{Kind: servicing.Disbursed, Value: on("2026-09-04"), Amount: 17_000_00, Entry: 3})
	slices.SortFunc(facts, servicing.Compare)
	if p := servicing.Run(terms, facts); p.Accrued(terms, on("2026-10-31")).Interest != 129_20 {
		t.Errorf("%+v", p)
	}
}

func TestOneOrderOfADay(t *testing.T) {
	terms, facts := lent()
	due := "2026-11-30"
	// All on the due date: the fee counts before the money, the money before the call, the call before paying on.
	facts = append(facts,
		servicing.Fact{Kind: servicing.Closed, Value: on(due), Entry: 2},
		servicing.Fact{Kind: servicing.PaidOn, Party: servicing.Seller, Value: on(due), Amount: 1, Entry: 3},
		servicing.Fact{Kind: servicing.Recoursed, Cause: servicing.Insolvency, Value: on(due), Entry: 4},
		came(servicing.Buyer, due, 7_000_00, 5), came(servicing.Buyer, due, 13_000_00, 6),
		servicing.Fact{Kind: servicing.FeeCharged, Value: on(due), Amount: 96_00, Entry: 7})
	facts[4].Bank, facts[5].Bank = 2, 1
	slices.SortFunc(facts, servicing.Compare)
	var order []uint64
	for _, f := range facts {
		order = append(order, f.Entry)
	}
	if diff := cmp.Diff([]uint64{1, 7, 6, 5, 4, 3, 2}, order); diff != "" {
		t.Error(diff)
	}
	// 20,000.00 less 96.00 fee, 204.00 interest, 17,000.00 principal.
	if p := servicing.Run(terms, facts); p.State != servicing.Ended || p.ToPayOn(servicing.Seller) != 2_700_00-1 || p.ToPayOn(servicing.Operator) != 96_00+terms.Fee {
		t.Errorf("%+v", p)
	}
}

func TestFirstLossOfDilutionIsBoundOnce(t *testing.T) {
	terms, facts := lent()
	terms.Recourse[servicing.Dispute-1] = servicing.Recourse{Share: 800_000, Most: 1_000_00}
	// 4,000.00 leave 16,000.00 open: 1,000.00 are not covered, 80 % of it is the seller's. Another 1,000.00 would make 800.00
	// more, of which the bound leaves 200.00.
	for i, want := range []money.Minor{800_00, 1_000_00, 1_000_00} {
		amount := []money.Minor{4_000_00, 1_000_00, 2_000_00}[i]
		facts = append(facts, servicing.Fact{Kind: servicing.Diluted, Value: on("2026-09-01"), Amount: amount, Entry: uint64(i + 2)})
		if p := servicing.Run(terms, facts); p.Called != want || p.OwedBy(terms, servicing.Seller) != want {
			t.Errorf("after %d: called for %d, owes %d, want %d", i+1, p.Called, p.OwedBy(terms, servicing.Seller), want)
		}
	}
}

func TestWhatTheBuyerBearsOnTopPaysNoFace(t *testing.T) {
	terms, facts := lent()
	terms.LateOf = servicing.Buyer
	terms.Waterfall = [6]servicing.Tier{servicing.TierPrincipal, servicing.TierReserve, servicing.TierInterest, servicing.TierLate, servicing.TierFees, servicing.TierSeller}
	terms.Reserve = 5_000_00
	// Twenty days late: 17,000.00 * 9 % * 20/360 = 85.00 on top of 20,000.00. Principal 17,000.00 and the reserve, which takes the
	// 3,000.00 left of the face, come first; the 85.00 are for late interest all the same. Interest of 204.00 stays the seller's debt.
	p := servicing.Run(terms, append(facts, came(servicing.Buyer, "2026-12-20", 20_085_00, 2)))
	if p.OwedBy(terms, servicing.Buyer) != 0 || p.LateDue() != 0 || p.Principal != 0 || p.Collected(servicing.TierReserve) != 3_000_00 || p.OwedBy(terms, servicing.Seller) != 204_00 {
		t.Errorf("%+v", p)
	}
	// A default is met from the reserve: 204.00. The rest is the seller's when all is settled.
	facts = append(facts, came(servicing.Buyer, "2026-12-20", 20_085_00, 2), servicing.Fact{Kind: servicing.Defaulted, Value: on("2026-12-21"), Entry: 3})
	if p := servicing.Run(terms, facts); p.Owed() != 0 || p.ToPayOn(servicing.Seller) != 2_796_00 || p.Collected(servicing.TierReserve) != 0 {
		t.Errorf("%+v", p)
	}
}

func TestObjections(t *testing.T) {
	covered := func(terms *servicing.Terms) {
		terms.Cover = servicing.Cover{Limit: 15_000_00, Share: 900_000, Days: 60}
	}
	none := func(terms *servicing.Terms) {
		terms.Recourse[0], terms.Recourse[1] = servicing.Recourse{}, servicing.Recourse{}
	}
	paid := came(servicing.Buyer, "2026-11-30", 20_000_00, 2)
	claimed := servicing.Fact{Kind: servicing.Claimed, Value: on("2027-02-01"), Entry: 2}
	seen := map[servicing.Objection]bool{}
	for _, test := range []struct {
		name  string
		terms func(*servicing.Terms)
		known []servicing.Fact // after the disbursement; without it where the first is none
		fact  servicing.Fact
		want  servicing.Objection
	}{
		{"money", nil, nil, paid, servicing.None},
		{"an extension before the money is out", nil, nil, servicing.Fact{Kind: servicing.Extended, Value: on("2026-08-30"), Due: on("2026-12-31")}, servicing.NothingDisbursed},
		{"paid out twice", nil, nil, servicing.Fact{Kind: servicing.Disbursed, Value: on("2026-09-02"), Amount: 1}, servicing.AlreadyDisbursed},
		{"paid out beyond the face", nil, []servicing.Fact{{Kind: servicing.Reversed, Value: on("2026-09-01"), Of: 1, Entry: 2}}, servicing.Fact{Kind: servicing.Disbursed, Value: on("2026-09-02"), Amount: 20_000_01}, servicing.AmountInvalid},
		{"money of nothing", nil, nil, servicing.Fact{Kind: servicing.Received, Party: servicing.Buyer, Value: on("2026-09-02")}, servicing.AmountInvalid},
		{"paid on before it came", nil, nil, servicing.Fact{Kind: servicing.PaidOn, Party: servicing.Funder, Value: on("2026-09-02"), Amount: 1}, servicing.AmountInvalid},
		{"paid on to the last cent", nil, []servicing.Fact{paid}, servicing.Fact{Kind: servicing.PaidOn, Party: servicing.Funder, Value: on("2026-12-02"), Amount: 17_204_00}, servicing.None},
		{"written off beyond what is owed", nil, nil, servicing.Fact{Kind: servicing.WrittenOff, Value: on("2026-09-01"), Amount: 17_000_01}, servicing.AmountInvalid},
		{"an allowance of nothing", nil, nil, servicing.Fact{Kind: servicing.Provisioned, Value: on("2026-09-02")}, servicing.None},
		{"due on the same day", nil, nil, servicing.Fact{Kind: servicing.Extended, Value: on("2026-11-01"), Due: on("2026-11-30")}, servicing.DueNotLater},
		{"a reversal of nothing", nil, nil, servicing.Fact{Kind: servicing.Reversed, Value: on("2026-12-01"), Of: 7}, servicing.FactUnknown},
		{"a reversal before the money", nil, []servicing.Fact{paid}, servicing.Fact{Kind: servicing.Reversed, Value: on("2026-11-29"), Of: 2}, servicing.ValueEarlier},
		{"a second reversal", nil, []servicing.Fact{paid, {Kind: servicing.Reversed, Value: on("2026-12-01"), Of: 2, Entry: 3}}, servicing.Fact{Kind: servicing.Reversed, Value: on("2026-12-02"), Of: 2}, servicing.FactUnknown},
		{"a call without recourse", none, nil, servicing.Fact{Kind: servicing.Recoursed, Cause: servicing.Insolvency, Value: on("2026-10-01")}, servicing.RecourseNone},
		{"a call on the 29th day", nil, nil, servicing.Fact{Kind: servicing.Recoursed, Cause: servicing.ProtractedDefault, Value: on("2026-12-29")}, servicing.RecourseEarly},
		{"a call on the 30th day", nil, nil, servicing.Fact{Kind: servicing.Recoursed, Cause: servicing.ProtractedDefault, Value: on("2026-12-30")}, servicing.None},
		{"a call without dispute", nil, nil, servicing.Fact{Kind: servicing.Recoursed, Cause: servicing.Dispute, Value: on("2026-12-30")}, servicing.RecourseEarly},
		{"a claim without cover", nil, nil, claimed, servicing.CoverNone},
		{"a claim on the 59th day", covered, nil, servicing.Fact{Kind: servicing.Claimed, Value: on("2027-01-28")}, servicing.CoverEarly},
		{"a claim on the 60th day", covered, nil, servicing.Fact{Kind: servicing.Claimed, Value: on("2027-01-29")}, servicing.None},
		{"a second claim", covered, []servicing.Fact{claimed}, servicing.Fact{Kind: servicing.Claimed, Value: on("2027-02-03")}, servicing.CoverNone},
		// Thirty days: 17,000.00 and 68.00.
		{"bought back a cent too cheaply", nil, nil, servicing.Fact{Kind: servicing.BoughtBack, Value: on("2026-10-01"), Amount: 17_067_99}, servicing.PriceUnpaid},
		{"bought back", nil, nil, servicing.Fact{Kind: servicing.BoughtBack, Value: on("2026-10-01"), Amount: 17_068_00}, servicing.None},
		{"closed with money out", nil, nil, servicing.Fact{Kind: servicing.Closed, Value: on("2026-10-01")}, servicing.StillOwed},
	} {
		t.Run(test.name, func(t *testing.T) {
			terms, known := lent()
			if test.terms != nil {
				test.terms(terms)
			}
			known = append(known, test.known...)
			test.fact.Entry = 9
			if got := servicing.Object(terms, known, test.fact); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
			seen[test.want] = true
		})
	}
	for o := servicing.None; o <= servicing.StillOwed; o++ {
		if !seen[o] {
			t.Errorf("%q has no reproducer", o)
		}
	}
}

func TestDefects(t *testing.T) {
	for field, spoil := range map[string]func(t *servicing.Terms){
		"face": func(t *servicing.Terms) { t.Face = 0 }, "confirmed": func(t *servicing.Terms) { t.Confirmed = t.Face + 1 },
		"discount": func(t *servicing.Terms) { t.Discount = 1 }, "fee": func(t *servicing.Terms) { t.Fee = -1 }, "reserve": func(t *servicing.Terms) { t.Reserve = -1 },
		"rate": func(t *servicing.Terms) { t.Rate.Kind = 0 }, "penalty": func(t *servicing.Terms) { t.Penalty.Margin = -1 }, "day_count": func(t *servicing.Terms) { t.DayCount = 9 },
		"timing": func(t *servicing.Terms) { t.Timing = 0 }, "accrual": func(t *servicing.Terms) { t.Accrual = 0 }, "unearned": func(t *servicing.Terms) { t.Unearned = 0 },
		"due": func(t *servicing.Terms) { t.Due = 0 }, "grace_days": func(t *servicing.Terms) { t.GraceDays = -1 }, "penalty_from": func(t *servicing.Terms) { t.PenaltyBy = 0 },
		"overdue": func(t *servicing.Terms) { t.Overdue = 0 }, "bearers": func(t *servicing.Terms) { t.LateOf = servicing.Funder }, "obligor": func(t *servicing.Terms) { t.Obligor = 0 },
		"assignment": func(t *servicing.Terms) { t.Assignment = 0 }, "source": func(t *servicing.Terms) { t.Source = 0 }, "waterfall": func(t *servicing.Terms) { t.Waterfall[0] = servicing.TierLate },
		"recourse.insolvency": func(t *servicing.Terms) { t.Recourse[0].Share = 1_000_001 }, "recourse.warranty": func(t *servicing.Terms) { t.Recourse[3] = servicing.Recourse{} },
		"cover": func(t *servicing.Terms) { t.Cover.Days = -1 },
	} {
		terms := discounting()
		spoil(&terms)
		if defects := terms.Defects(); len(defects) != 1 || defects[0].Field != field {
			t.Errorf("%s: %v", field, defects)
		}
	}
}

func TestPortionAgainstFractions(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		most := rapid.SampledFrom([]int64{100, 1e9, int64(money.MinorMax)}).Draw(r, "most")
		whole := rapid.Int64Range(1, most).Draw(r, "whole")
		part, amount := rapid.Int64Range(0, whole).Draw(r, "part"), rapid.Int64Range(0, most).Draw(r, "amount")
		total := rapid.Int64Range(1, 366*366).Draw(r, "total")
		left := rapid.Int64Range(0, total).Draw(r, "left")
		exact := new(big.Rat).Mul(big.NewRat(part, whole), big.NewRat(left, total))
		exact.Mul(exact, big.NewRat(amount, 1)).Add(exact, big.NewRat(1, 2))
		want := new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
		if got := servicing.Portion(money.Minor(amount), money.Minor(part), money.Minor(whole), left, total); int64(got) != want {
			r.Fatalf("%d, by fractions %d", got, want)
		}
	})
}

func TestFactsOutOfOrderPanic(t *testing.T) {
	terms, facts := lent()
	facts = append(facts, came(servicing.Buyer, "2026-08-30", 1, 2))
	defer func() {
		if recover() == nil {
			t.Error("facts out of order were replayed")
		}
	}()
	servicing.Run(terms, facts)
}

func TestRunAllocatesNothing(t *testing.T) {
	terms, facts := discounting(), life()
	movements, legs := make([]servicing.Movement, 0, servicing.Lines), make([]servicing.Leg, 0, 16)
	before := servicing.Run(&terms, facts[:6])
	if n := testing.AllocsPerRun(100, func() {
		after := servicing.Run(&terms, facts)
		for _, m := range servicing.Difference(movements, &before, &after, 20_771) {
			servicing.Postings(legs, &terms, m)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
