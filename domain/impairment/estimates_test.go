package impairment_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/impairment"
	"millrace/domain/money"
)

// grades are estimates in two scenarios: grade g defaults within 3, 12 and 24 months with g, 3g and 5g tenths of a per cent, in the second
// scenario with twice that.
func grades() impairment.Estimates {
	e := impairment.Estimates{
		Policy: impairment.Policy{SignificantDays: 30, DefaultDays: 90, Notches: 2, CureMonthsThree: 3, CureMonthsTwo: 3}, Months: []uint16{3, 12, 24},
		Weights: []money.Rate{600_000, 400_000}, Conversion: 500_000, OverdueDays: 30, RecoveryDays: 365, Ungraded: 3,
		Losses: []impairment.Severity{{Technique: "payables_finance", Rates: []money.Rate{400_000, 500_000}}, {Rates: []money.Rate{450_000, 600_000}}},
	}
	for g := money.Rate(1); g <= 5; g++ {
		for s := money.Rate(0); s < 2; s++ {
			of := 1_000 * g * (s + 1)
			e.Defaults = append(e.Defaults, impairment.Likelihood{Grade: uint8(g), Scenario: uint8(s), Cumulative: []money.Rate{of, 3 * of, 5 * of}})
		}
	}
	e.Matrix = impairment.Matrix{Weights: e.Weights, Buckets: []impairment.Bucket{{FromDays: 0, Rates: []money.Rate{5_000, 10_000}}}}
	return e
}

func TestEstimatesOfThePage(t *testing.T) {
	e := grades()
	if defects := e.Defects(); len(defects) != 0 {
		t.Fatal(defects)
	}
	paid := date(t, "2026-09-01")
	due := paid.AddDays(30)
	daily, _ := impairment.EffectiveInterest(35_856_00, []impairment.Flow{{Days: 30, Amount: 36_000_00}})
	var b strings.Builder
	b.WriteString("| day | days past due | stage | carrying | looked at until | default 1 | default 2 | allowance |\n| --- | ---: | --- | ---: | --- | ---: | ---: | ---: |\n")
	staging := impairment.Staging{}
	for _, on := range []calendar.Date{paid, due.AddDays(31), due.AddDays(90)} {
		late := max(0, int32(calendar.DaysBetween(due, on)))
		staging = e.Policy.Next(staging, impairment.Behaviour{On: on, DaysPastDue: late, GradeStart: 2, Grade: 2})
		until, carrying := due, money.Minor(35_856_00)
		if late > 0 {
			until, carrying = on.AddDays(int(e.OverdueDays)), 36_000_00
		}
		var periods []impairment.Period
		for _, end := range e.Ends(on, until) {
			periods = append(periods, impairment.Period{Until: end, Drawn: 36_000_00})
		}
		c := e.CaseOf(on, periods, 2, "payables_finance", daily)
		if defects := c.Defects(impairment.Lifetime); len(defects) != 0 {
			t.Fatal(defects)
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s | %s | %s |\n", on, late, staging.Stage, euros(carrying), until, c.Scenarios[0].Default[0], c.Scenarios[1].Default[0],
			euros(e.Loss(staging.Stage, carrying, &c, "payables_finance")))
	}
	fmt.Fprintf(&b, "\nLoss given default 40 %% and 50 %%, weights 60 %% and 40 %%. First line by hand: 36,000.00 × (0.0659 %% × 40 %% × 60 %% + 0.1319 %% × 50 %% × 40 %%) = 15.19, and\n30 days before it is due 15.19 × 0.996 = 15.13. Last line: of 36,000.00 the recoveries are 21,600.00 and 18,000.00 in a year.\n")
	computed(t, "estimates", b.String())
}

// A probability lies on the line between the horizons, and goes on after the last one; it never passes 100 %.
func TestProbabilitiesBetweenHorizons(t *testing.T) {
	e := grades()
	on := date(t, "2026-01-01")
	for _, test := range []struct {
		until string
		want  money.Rate
	}{{"2026-04-01", 1_000}, {"2027-01-01", 3_000}, {"2028-01-01", 5_000}, {"2026-02-15", 500}, {"2029-01-01", 7_005}} {
		c := e.CaseOf(on, []impairment.Period{{Until: date(t, test.until)}}, 1, "", impairment.One)
		if got := c.Scenarios[0].Default[0]; got != test.want {
			t.Errorf("until %s %s, want %s", test.until, got, test.want)
		}
	}
	far := e.CaseOf(on, []impairment.Period{{Until: date(t, "2999-01-01")}}, 5, "", impairment.One)
	if got := far.Scenarios[1].Default[0]; got != money.RateOne {
		t.Error(got)
	}
	none := e.CaseOf(on, []impairment.Period{{Until: date(t, "2026-04-01")}}, 0, "", impairment.One)
	if got := none.Scenarios[0].Default[0]; got != 3_000 {
		t.Errorf("without a grade %s", got)
	}
}

func TestEstimatesThatAreNone(t *testing.T) {
	for what, change := range map[string]func(*impairment.Estimates){
		"scenarios":              func(e *impairment.Estimates) { e.Weights = nil },
		"weights of 100 %":       func(e *impairment.Estimates) { e.Weights[0]++ },
		"a backstop of 30 days":  func(e *impairment.Estimates) { e.Policy.SignificantDays = 31 },
		"a backstop of 90 days":  func(e *impairment.Estimates) { e.Policy.DefaultDays = 91 },
		"twelve months":          func(e *impairment.Estimates) { e.Months[1] = 13 },
		"rising probabilities":   func(e *impairment.Estimates) { e.Defaults[0].Cumulative[2] = 0 },
		"all probabilities":      func(e *impairment.Estimates) { e.Defaults = e.Defaults[1:] },
		"probabilities in order": func(e *impairment.Estimates) { e.Defaults[0].Grade = 2 },
		"a loss for all":         func(e *impairment.Estimates) { e.Losses = e.Losses[:1] },
		"losses below 100 %":     func(e *impairment.Estimates) { e.Losses[0].Rates[0] = 1_000_001 },
		"a conversion":           func(e *impairment.Estimates) { e.Conversion = -1 },
		"days of recovery":       func(e *impairment.Estimates) { e.RecoveryDays = 0 },
		"days of the overdue":    func(e *impairment.Estimates) { e.OverdueDays = 0 },
		"a grade for the rest":   func(e *impairment.Estimates) { e.Ungraded = 6 },
		"a matrix":               func(e *impairment.Estimates) { e.Matrix.Buckets = nil },
		"the same scenarios":     func(e *impairment.Estimates) { e.Matrix.Weights = []money.Rate{400_000, 600_000} },
	} {
		e := grades()
		e.Weights, e.Matrix.Weights = append([]money.Rate(nil), e.Weights...), append([]money.Rate(nil), e.Weights...)
		if change(&e); len(e.Defects()) == 0 {
			t.Errorf("without %s there is no defect", what)
		}
	}
}
