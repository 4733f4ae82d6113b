package impairment

import "millrace/domain/calendar"

// Stage is how far the credit risk of a financing has come (IFRS 9, 5.5.3 and 5.5.5).
type Stage uint8

// The stages.
const (
	Performing      Stage = 1 + iota // twelve-month expected loss
	Underperforming                  // risk has risen significantly: lifetime expected loss
	Impaired                         // credit-impaired: lifetime, from expected recoveries
)

// String is the name used in API and console.
func (s Stage) String() string { return [...]string{"", "stage_1", "stage_2", "stage_3"}[s] }

// MarshalText gives the name.
func (s Stage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Cause is why a financing stands in its stage.
type Cause uint8

// The causes.
const (
	NoCause       Cause = iota
	PastDue             // for longer than the backstop of the stage
	GradeFell           // by the notches since the start
	WatchGrade          // at or below a grade that is always watched
	DefaultGrade        // at or below the grade of default
	UnlikelyToPay       // by a person's word: insolvency, distressed extension, fraud
	Probation           // nothing speaks for the stage any more; the months of cure are not over
)

// String is the name used in API and console.
func (c Cause) String() string {
	return [...]string{"", "past_due", "grade_fell", "watch_grade", "default_grade", "unlikely_to_pay", "probation"}[c]
}

// MarshalText gives the name.
func (c Cause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Policy is how stages are told. Grades run from 1, the best.
type Policy struct {
	SignificantDays int32 `cbor:"1,keyasint"`           // past due by more: stage 2; 30 is presumed (IFRS 9, 5.5.11)
	DefaultDays     int32 `cbor:"2,keyasint"`           // past due by so many or more: stage 3; at most 90 is presumed (B5.5.37)
	Notches         uint8 `cbor:"3,keyasint"`           // so many grades worse than at the start, or more: stage 2; 0: no such rule
	LowRiskGrade    uint8 `cbor:"4,keyasint,omitempty"` // at it or better notches don't count (5.5.10); 0: none
	WatchGrade      uint8 `cbor:"5,keyasint,omitempty"` // at it or worse: stage 2; 0: none
	DefaultGrade    uint8 `cbor:"6,keyasint,omitempty"` // at it or worse: stage 3; 0: none
	CureMonthsThree uint8 `cbor:"7,keyasint"`           // months without cause before stage 3 is left, for stage 2
	CureMonthsTwo   uint8 `cbor:"8,keyasint"`           // before stage 2 is left, for stage 1
}

// Presumed is the policy of the standard's backstops with three months of cure, and two notches.
var Presumed = Policy{SignificantDays: 30, DefaultDays: 90, Notches: 2, CureMonthsThree: 3, CureMonthsTwo: 3}

// Behaviour is what is known of a financing on a day.
type Behaviour struct {
	On          calendar.Date `cbor:"1,keyasint"`
	DaysPastDue int32         `cbor:"2,keyasint"`
	GradeStart  uint8         `cbor:"3,keyasint,omitempty"` // when the financing was recognised; 0 for none
	Grade       uint8         `cbor:"4,keyasint,omitempty"` // now; 0 for none
	Default     Word          `cbor:"5,keyasint,omitempty"`
}

// Word is whether a person has called a debtor unlikely to pay.
type Word uint8

// The words.
const (
	NotCalled Word = iota
	Called
)

// Staging is where a financing stands, and since when.
type Staging struct {
	Stage  Stage         `cbor:"1,keyasint"`
	Cause  Cause         `cbor:"2,keyasint,omitempty"`
	Since  calendar.Date `cbor:"3,keyasint"`           // of the stage
	Better calendar.Date `cbor:"4,keyasint,omitempty"` // first day from which on nothing speaks for the stage; 0 while something does
}

// indicated is the stage that the behaviour of the day alone speaks for.
func (p *Policy) indicated(b *Behaviour) (Stage, Cause) {
	switch {
	case b.Default == Called:
		return Impaired, UnlikelyToPay
	case b.DaysPastDue >= p.DefaultDays:
		return Impaired, PastDue
	case p.DefaultGrade > 0 && b.Grade >= p.DefaultGrade:
		return Impaired, DefaultGrade
	case b.DaysPastDue > p.SignificantDays:
		return Underperforming, PastDue
	case p.WatchGrade > 0 && b.Grade >= p.WatchGrade:
		return Underperforming, WatchGrade
	case p.Notches > 0 && b.GradeStart > 0 && b.Grade > p.LowRiskGrade && int(b.Grade)-int(b.GradeStart) >= int(p.Notches):
		return Underperforming, GradeFell
	}
	return Performing, NoCause
}

// Next is where a financing stands after a day's behaviour; before is the zero value at its start. It worsens at once. It
// betters one stage at a time, after the months of cure in which nothing spoke for the stage; what speaks for it again
// starts them anew.
func (p *Policy) Next(before Staging, b Behaviour) Staging {
	stage, cause := p.indicated(&b)
	switch {
	case stage > before.Stage:
		return Staging{Stage: stage, Cause: cause, Since: b.On}
	case stage == before.Stage:
		return Staging{Stage: stage, Cause: cause, Since: before.Since}
	}
	next := before
	next.Cause = Probation
	if next.Better.IsZero() {
		next.Better = b.On
	}
	for next.Stage > stage {
		end := next.Better.AddMonths(int(p.cureMonths(next.Stage)))
		if b.On < end {
			return next
		}
		next = Staging{Stage: next.Stage - 1, Cause: Probation, Since: b.On, Better: b.On}
	}
	return Staging{Stage: stage, Cause: cause, Since: b.On}
}

func (p *Policy) cureMonths(s Stage) uint8 {
	if s == Impaired {
		return p.CureMonthsThree
	}
	return p.CureMonthsTwo
}
