package servicing_test

import (
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/servicing"
)

// The words of agreements and events as terms and facts of the package under test.

func roleOf(name string) servicing.Role {
	for r := servicing.Role(0); r <= servicing.Custodian; r++ {
		if r.String() == name {
			return r
		}
	}
	panic(name)
}

func tierOf(name string) servicing.Tier {
	for tier := servicing.TierFees; tier <= servicing.TierOverpaid; tier++ {
		if tier.String() == name {
			return tier
		}
	}
	panic(name)
}

func kindOf(name string) servicing.Kind {
	for k := servicing.Fixing; k <= servicing.Closed; k++ {
		if k.String() == name {
			return k
		}
	}
	panic(name)
}

func pick[T any](yes bool, one, other T) T {
	if yes {
		return one
	}
	return other
}

func scheduleOf(floating bool, margin, floor int64) servicing.Schedule {
	return servicing.Schedule{Kind: pick(floating, servicing.Floating, servicing.Fixed), Margin: money.Rate(margin), Floor: money.Rate(floor)}
}

func (a *agreement) terms(t testing.TB) *servicing.Terms {
	count, ok := calendar.ParseDayCount(a.dayCount)
	if !ok {
		t.Fatalf("%q is no day count", a.dayCount)
	}
	terms := &servicing.Terms{
		Face: money.Minor(a.face), Confirmed: money.Minor(a.confirmed), Discount: money.Minor(a.discount), Fee: money.Minor(a.fee), Reserve: money.Minor(a.reserve),
		Rate: scheduleOf(a.floating, a.rate, a.floor), Penalty: scheduleOf(a.penaltyFloating, a.penalty, a.floor), DayCount: count,
		Timing:   pick(a.inAdvance, servicing.InAdvance, servicing.InArrears),
		Accrual:  pick(a.effective, servicing.Effective, servicing.Linear),
		Unearned: pick(a.givenBack, servicing.GivenBack, servicing.Kept), Due: calendar.Date(a.due), GraceDays: int32(a.grace),
		PenaltyBy:  pick(a.penaltyFromGraceEnd, servicing.FromGraceEnd, servicing.FromDue),
		Overdue:    pick(a.penaltyAdds, servicing.Adds, servicing.Replaces),
		InterestOf: roleOf(a.interestOf), LateOf: roleOf(a.lateOf), FeesOf: roleOf(a.feesOf), Obligor: roleOf(a.obligor),
		Assignment: map[string]servicing.Assignment{"none": servicing.Unassigned, "pledge": servicing.Pledge, "sale": servicing.Sale}[a.assignment],
		Source:     pick(a.buyersCash, servicing.BuyerFunds, servicing.FunderFunds),
		Cover:      servicing.Cover{Limit: money.Minor(a.coverLimit), Share: money.Rate(a.coverShare), Days: int32(a.coverDays)},
	}
	for i, tier := range a.waterfall {
		terms.Waterfall[i] = tierOf(tier)
	}
	for i := range terms.Recourse {
		r := a.recourse[servicing.Cause(i+1).String()]
		terms.Recourse[i] = servicing.Recourse{Share: money.Rate(r.share), Most: money.Minor(r.most), Days: int32(r.days)}
	}
	if defects := terms.Defects(); len(defects) > 0 {
		t.Fatalf("%s: %v", a.technique, defects)
	}
	return terms
}

func factOf(e event) servicing.Fact {
	f := servicing.Fact{
		Kind: kindOf(e.kind), Party: roleOf(e.party), Value: calendar.Date(e.day), Booking: calendar.Date(e.booked), Bank: uint64(e.bank), Entry: uint64(e.entry),
		Of: uint64(e.of), Amount: money.Minor(e.amount), Rate: money.Rate(e.rate), Due: calendar.Date(e.due),
	}
	for cause := servicing.Insolvency; cause <= servicing.Warranty; cause++ {
		if cause.String() == e.cause {
			f.Cause = cause
		}
	}
	return f
}

func factsOf(events []event) []servicing.Fact {
	var facts []servicing.Fact
	for _, e := range events {
		facts = servicing.Insert(facts, factOf(e))
	}
	return facts
}

// walked is the same table by the package under test; events are found by their entries.
func walked(terms *servicing.Terms, events []event) []row {
	byEntry := map[uint64]event{}
	for _, e := range events {
		byEntry[uint64(e.entry)] = e
	}
	var rows []row
	var before servicing.Position
	servicing.Walk(terms, factsOf(events), func(f servicing.Fact, p servicing.Position) {
		r := row{event: byEntry[f.Entry], moved: map[string]int64{}, owed: map[string]int64{}}
		for line := range servicing.Line(servicing.Lines) {
			if d := p.Totals[line] - before.Totals[line]; d != 0 {
				r.moved[line.String()] = int64(d)
			}
		}
		for name, amount := range map[string]money.Minor{
			"principal": p.Principal, "interest": p.InterestDue(), "late_interest": p.LateDue(), "fees": p.FeesDue(), "lost": p.Lost(),
			"by_seller": p.OwedBy(terms, servicing.Seller), "by_buyer": p.OwedBy(terms, servicing.Buyer), "by_insurer": p.OwedBy(terms, servicing.Insurer),
			"for_buyer": p.ToPayOn(servicing.Buyer), "for_seller": p.ToPayOn(servicing.Seller), "for_insurer": p.ToPayOn(servicing.Insurer),
			"for_guarantor": p.ToPayOn(servicing.Guarantor), "for_funder": p.ToPayOn(servicing.Funder), "for_operator": p.ToPayOn(servicing.Operator),
		} {
			if amount != 0 {
				r.owed[name] = int64(amount)
			}
		}
		rows = append(rows, r)
		before = p
	})
	return rows
}
