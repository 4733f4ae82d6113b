package screening_test

import (
	"slices"
	"testing"

	"millrace/domain/screening"
)

func TestThresholdsFollowTheKind(t *testing.T) {
	for kind, want := range map[screening.Kind]int16{screening.Sanctions: 820, screening.Exposed: 860, screening.Adverse: 880} {
		if got := screening.ThresholdOf(kind); got != want || got < 1 || got > screening.ScoreMax {
			t.Errorf("%s from %d, want %d", kind, got, want)
		}
	}
}

func TestWhyIsNamedBitByBit(t *testing.T) {
	if got := screening.Why(0).Names(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if got := (screening.SameIdentifier | screening.SameName | screening.Pinyin).Names(); !slices.Equal(got, []string{"same_name", "pinyin", "same_identifier"}) {
		t.Errorf("%v", got)
	}
	if screening.SameIdentifier != 1<<(len(screening.WhyNames)-1) {
		t.Error("a bit has no name, or a name no bit")
	}
}

func TestAnAlertStandsUntilItIsCleared(t *testing.T) {
	for state, want := range map[screening.AlertState]bool{screening.Open: true, screening.TakenForTrue: true, screening.Confirmed: true, screening.Cleared: false} {
		if got := (&screening.Alert{State: state}).Stands(); got != want {
			t.Errorf("%s: %v", state, got)
		}
	}
}

func TestACaseIsOverdueAfterItsLastDay(t *testing.T) {
	for _, test := range []struct {
		c    screening.Case
		want bool
	}{
		{screening.Case{State: screening.CaseOpen, Due: 100}, false},
		{screening.Case{State: screening.CaseOpen, Due: 99}, true},
		{screening.Case{State: screening.CaseProposed, Due: 99}, true},
		{screening.Case{State: screening.CaseClosed, Due: 99}, false},
	} {
		if got := test.c.Overdue(100); got != test.want {
			t.Errorf("%+v: %v", test.c, got)
		}
	}
}

func TestWhatHasNoNameSaysNothing(t *testing.T) {
	for _, got := range []string{
		screening.Kind(9).String(), screening.AlertState(9).String(), screening.Cause(9).String(), screening.Outcome(9).String(), screening.CaseState(9).String(), screening.Finding(9).String(),
	} {
		if got != "" {
			t.Errorf("%q", got)
		}
	}
}
