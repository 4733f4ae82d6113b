package impairment

import (
	"fmt"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Estimates is what one entity expects of its debtors from a date on: everything in an expected loss that is judged and not
// reckoned. Shares are in millionths.
type Estimates struct {
	Policy       Policy       `cbor:"1,keyasint"`
	Weights      []money.Rate `cbor:"2,keyasint"` // of the scenarios, 100 % together
	Months       []uint16     `cbor:"3,keyasint"` // horizons of the probabilities of default, rising; 12 is one of them
	Defaults     []Likelihood `cbor:"4,keyasint"` // for each grade from 1 on, in each scenario
	Losses       []Severity   `cbor:"5,keyasint"` // the first that fits counts; the last one fits everything
	Conversion   money.Rate   `cbor:"6,keyasint"` // share of what is committed and not paid out that is expected to be drawn
	OverdueDays  int32        `cbor:"7,keyasint"` // within which what is past due and not impaired is expected to be paid; 1 or more
	RecoveryDays int32        `cbor:"8,keyasint"` // after which what is impaired is expected to be recovered; 1 or more
	Ungraded     uint8        `cbor:"9,keyasint"` // grade that stands in for a missing one
	Matrix       Matrix       `cbor:"10,keyasint"`
}

// Likelihood is how probable it is that a debtor of a grade has defaulted by each horizon.
type Likelihood struct {
	Grade      uint8        `cbor:"1,keyasint"`
	Scenario   uint8        `cbor:"2,keyasint"` // its place among the weights, from 0
	Cumulative []money.Rate `cbor:"3,keyasint"` // by horizon, never falling
}

// Severity is the loss given default under a technique, in each scenario.
type Severity struct {
	Technique string       `cbor:"1,keyasint,omitempty"` // as a product names it; "" fits every one
	Rates     []money.Rate `cbor:"2,keyasint"`
}

// Bounds of estimates: what can be said in one entry.
const (
	GradesMax    = 10
	ScenariosMax = 8
	HorizonsMax  = 24
	BucketsMax   = 24
	MonthsMax    = 600
	DaysMax      = 3660
)

// Grades is how many grades have a probability of default.
func (e *Estimates) Grades() int {
	if len(e.Weights) == 0 {
		return 0
	}
	return len(e.Defaults) / len(e.Weights)
}

// Defects gives what is wrong with estimates; none for such as can be used.
func (e *Estimates) Defects() []string {
	var defects []string
	check := func(holds bool, format string, values ...any) {
		if !holds {
			defects = append(defects, fmt.Sprintf(format, values...))
		}
	}
	check(len(e.Weights) > 0 && len(e.Weights) <= ScenariosMax, "there are 1 to %d scenarios", ScenariosMax)
	total := money.Rate(0)
	for _, w := range e.Weights {
		check(isShare(w), "weights are between 0 and 100 %%")
		total += w
	}
	check(total == money.RateOne, "weights are 100 %% together")
	e.policyDefects(check)
	check(isShare(e.Conversion), "the conversion is between 0 and 100 %%")
	check(e.OverdueDays > 0 && e.OverdueDays <= DaysMax, "what is overdue is expected within 1 to %d days", DaysMax)
	check(e.RecoveryDays > 0 && e.RecoveryDays <= DaysMax, "what is impaired is expected after 1 to %d days", DaysMax)
	e.defaultDefects(check)
	e.lossDefects(check)
	check(len(e.Matrix.Buckets) <= BucketsMax, "a matrix has at most %d buckets", BucketsMax)
	check(len(e.Matrix.Weights) == len(e.Weights), "the matrix has the scenarios of the rest")
	for i, w := range e.Matrix.Weights {
		check(i >= len(e.Weights) || w == e.Weights[i], "the matrix weighs the scenarios as the rest does")
	}
	for _, defect := range e.Matrix.Defects() {
		check(false, "matrix: %s", defect)
	}
	return defects
}

type checking func(holds bool, format string, values ...any)

// policyDefects holds the policy to the backstops of the standard: they may be earlier, not later (5.5.11, B5.5.37).
func (e *Estimates) policyDefects(check checking) {
	p := &e.Policy
	check(p.SignificantDays >= 0 && p.SignificantDays <= 30, "risk has risen after 0 to 30 days past due (IFRS 9, 5.5.11)")
	check(p.DefaultDays > p.SignificantDays && p.DefaultDays <= 90, "default comes after that, at most after 90 days (IFRS 9, B5.5.37)")
	check(p.LowRiskGrade <= GradesMax && p.WatchGrade <= GradesMax && p.DefaultGrade <= GradesMax, "grades run from 1 to %d", GradesMax)
	check(p.CureMonthsThree <= 60 && p.CureMonthsTwo <= 60, "a cure takes at most 60 months")
}

func (e *Estimates) defaultDefects(check checking) {
	check(len(e.Months) > 0 && len(e.Months) <= HorizonsMax, "there are 1 to %d horizons", HorizonsMax)
	twelve := false
	for i, m := range e.Months {
		check(m > 0 && m <= MonthsMax && (i == 0 || m > e.Months[i-1]), "horizons rise, up to %d months", MonthsMax)
		twelve = twelve || m == 12
	}
	check(twelve, "one horizon is of 12 months")
	scenarios := max(1, len(e.Weights))
	check(e.Grades() > 0 && e.Grades() <= GradesMax && len(e.Defaults)%scenarios == 0, "1 to %d grades have a probability in each scenario", GradesMax)
	check(int(e.Ungraded) > 0 && int(e.Ungraded) <= e.Grades(), "the grade for debtors without one is one of the grades")
	for i, row := range e.Defaults {
		check(int(row.Grade) == i/scenarios+1 && int(row.Scenario) == i%scenarios, "probabilities come by grade from 1 on, and scenario")
		check(len(row.Cumulative) == len(e.Months), "each horizon has a probability")
		before := money.Rate(0)
		for _, c := range row.Cumulative {
			check(isShare(c) && c >= before, "probabilities are between 0 and 100 %% and never fall")
			before = c
		}
	}
}

func (e *Estimates) lossDefects(check checking) {
	check(len(e.Losses) > 0 && len(e.Losses) <= 32, "there are 1 to 32 losses given default")
	for i, row := range e.Losses {
		check((row.Technique == "") == (i == len(e.Losses)-1), "the last loss given default, and no other, is for every technique")
		check(len(row.Rates) == len(e.Weights), "each scenario has a loss given default")
		for _, r := range row.Rates {
			check(isShare(r), "losses are between 0 and 100 %%")
		}
	}
}

// grade is the one by which a debtor's probabilities are read.
func (e *Estimates) grade(grade uint8) uint8 {
	if grade == 0 {
		return e.Ungraded
	}
	return min(grade, uint8(e.Grades()))
}

// cumulative is the probability that a debtor has defaulted by a day: on the straight line between the horizons round it, half
// up; after the last, on at the pace of its last stretch, 100 % at most.
func (e *Estimates) cumulative(row *Likelihood, on, until calendar.Date) money.Rate {
	from, at := on, money.Rate(0)
	for i := range e.Months {
		end := on.AddMonths(int(e.Months[i]))
		if until <= end || i == len(e.Months)-1 {
			days, stretch := int64(calendar.DaysBetween(from, until)), int64(calendar.DaysBetween(from, end))
			rise := int64(row.Cumulative[i] - at)
			return min(money.RateOne, at+money.Rate((2*rise*days+stretch)/(2*stretch)))
		}
		from, at = end, row.Cumulative[i]
	}
	return at
}

// severity is the losses given default under a technique.
func (e *Estimates) severity(technique string) []money.Rate {
	for i := range e.Losses {
		if row := &e.Losses[i]; row.Technique == technique || row.Technique == "" {
			return row.Rates
		}
	}
	return nil
}

// Ends are the ends of the periods of a life that is over on a day: each horizon before it, and the day itself.
func (e *Estimates) Ends(on, until calendar.Date) []calendar.Date {
	var ends []calendar.Date
	for _, m := range e.Months {
		if end := on.AddMonths(int(m)); end < until {
			ends = append(ends, end)
		}
	}
	return append(ends, until)
}

// CaseOf is the calculation for a debtor of a grade (0: none) under a technique; the periods' ends are those of Ends.
func (e *Estimates) CaseOf(on calendar.Date, periods []Period, grade uint8, technique string, daily Factor) Case {
	c := Case{On: on, Periods: periods, Daily: daily}
	losses := e.severity(technique)
	for s, weight := range e.Weights {
		row := &e.Defaults[(int(e.grade(grade))-1)*len(e.Weights)+s]
		cumulative := make([]money.Rate, len(periods))
		for i := range periods {
			cumulative[i] = e.cumulative(row, on, periods[i].Until)
		}
		c.Scenarios = append(c.Scenarios, Scenario{Weight: weight, Default: Marginal(cumulative), Loss: losses[s]})
	}
	return c
}

// Loss is what is expected to be lost of what stands in a stage: over twelve months or its life, and where it is impaired what
// the recoveries, that is the part which a default leaves, come to too little after the days that they take. What is committed only is
// looked at over its life.
func (e *Estimates) Loss(stage Stage, carrying money.Minor, c *Case, technique string) money.Minor {
	if stage != Impaired || carrying == 0 {
		return c.Expected(HorizonOf(stage), nil)
	}
	recoveries := make([]Recovery, len(e.Weights))
	for s, loss := range e.severity(technique) {
		left := money.Sub(carrying, money.Share(carrying, loss))
		recoveries[s] = Recovery{Weight: e.Weights[s], Flows: []Flow{{Days: e.RecoveryDays, Amount: left}}}
	}
	return ExpectedImpaired(carrying, recoveries, c.Daily)
}
