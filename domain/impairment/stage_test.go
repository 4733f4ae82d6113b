package impairment

import (
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
)

func day(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, ok := calendar.Parse(text)
	if !ok {
		t.Fatal(text)
	}
	return d
}

func TestTheStageThatADaySpeaksFor(t *testing.T) {
	policy := Presumed
	policy.LowRiskGrade, policy.WatchGrade, policy.DefaultGrade = 3, 8, 10
	for _, test := range []struct {
		name  string
		b     Behaviour
		stage Stage
		cause Cause
	}{
		{"current", Behaviour{GradeStart: 4, Grade: 4}, Performing, NoCause},
		{"the thirtieth day", Behaviour{DaysPastDue: 30}, Performing, NoCause},
		{"more than thirty", Behaviour{DaysPastDue: 31}, Underperforming, PastDue},
		{"the ninetieth day is default already", Behaviour{DaysPastDue: 90}, Impaired, PastDue},
		{"the day before", Behaviour{DaysPastDue: 89}, Underperforming, PastDue},
		{"one notch", Behaviour{GradeStart: 4, Grade: 5}, Performing, NoCause},
		{"two notches", Behaviour{GradeStart: 4, Grade: 6}, Underperforming, GradeFell},
		{"two notches within low risk", Behaviour{GradeStart: 1, Grade: 3}, Performing, NoCause},
		{"watched though it began there", Behaviour{GradeStart: 8, Grade: 8}, Underperforming, WatchGrade},
		{"grade of default", Behaviour{GradeStart: 10, Grade: 10}, Impaired, DefaultGrade},
		{"called", Behaviour{Default: Called}, Impaired, UnlikelyToPay},
		{"without a grade at the start", Behaviour{Grade: 7}, Performing, NoCause},
	} {
		if got := policy.Next(Staging{}, test.b); got.Stage != test.stage || got.Cause != test.cause {
			t.Errorf("%s: %v %v", test.name, got.Stage, got.Cause)
		}
	}
}

func TestCureTakesItsMonths(t *testing.T) {
	policy := Presumed
	var s Staging
	for _, step := range []struct {
		on          string
		daysPastDue int32
		stage       Stage
		cause       Cause
		since       string
	}{
		{"2026-01-10", 0, Performing, NoCause, "2026-01-10"},
		{"2026-04-10", 90, Impaired, PastDue, "2026-04-10"},
		{"2026-04-30", 0, Impaired, Probation, "2026-04-10"},
		{"2026-06-15", 40, Impaired, Probation, "2026-04-10"}, // not a cause of stage 3
		{"2026-07-29", 0, Impaired, Probation, "2026-04-10"},
		{"2026-07-30", 0, Underperforming, Probation, "2026-07-30"},
		{"2026-09-01", 31, Underperforming, PastDue, "2026-07-30"}, // starts the months anew
		{"2026-09-30", 0, Underperforming, Probation, "2026-07-30"},
		{"2026-12-29", 0, Underperforming, Probation, "2026-07-30"},
		{"2026-12-30", 0, Performing, NoCause, "2026-12-30"},
		{"2026-12-31", 31, Underperforming, PastDue, "2026-12-31"},
	} {
		s = policy.Next(s, Behaviour{On: day(t, step.on), DaysPastDue: step.daysPastDue})
		if s.Stage != step.stage || s.Cause != step.cause || s.Since != day(t, step.since) {
			t.Errorf("%s: %+v", step.on, s)
		}
	}
}

// Whatever happens: never a better stage than the day speaks for; stage 3 is never left for stage 1; and every betterment has had its months.
func TestStagesNeverBetterTooSoon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := Presumed
		policy.CureMonthsThree, policy.CureMonthsTwo = uint8(rapid.IntRange(1, 4).Draw(t, "three")), uint8(rapid.IntRange(1, 4).Draw(t, "two"))
		var s Staging
		on := calendar.Date(20_000)
		var lastSpoken [4]calendar.Date // last day on which something spoke for the stage, or a worse one
		for range rapid.IntRange(1, 40).Draw(t, "days") {
			on += calendar.Date(rapid.IntRange(1, 50).Draw(t, "later"))
			b := Behaviour{On: on, DaysPastDue: rapid.SampledFrom([]int32{0, 0, 0, 0, 31, 95}).Draw(t, "past due")}
			indicated := policy.Next(Staging{}, b).Stage
			for stage := Underperforming; stage <= indicated; stage++ {
				lastSpoken[stage] = on
			}
			next := policy.Next(s, b)
			switch {
			case next.Stage < indicated:
				t.Fatal("better than the day speaks for")
			case s.Stage == Impaired && next.Stage == Performing:
				t.Fatal("from stage 3 to stage 1")
			case next.Stage < s.Stage && on < lastSpoken[s.Stage].AddMonths(int(policy.cureMonths(s.Stage))):
				t.Fatalf("left %v on %v, spoken for on %v", s.Stage, on, lastSpoken[s.Stage])
			}
			s = next
		}
	})
}
