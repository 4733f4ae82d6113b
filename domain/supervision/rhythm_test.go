package supervision_test

import (
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/supervision"
)

func TestRhythmsKeepTheirNames(t *testing.T) {
	for r, name := range supervision.Rhythms() {
		if got := supervision.Rhythm(r); !got.Valid() || got.String() != name {
			t.Errorf("%d is %q, listed as %q", r, got, name)
		}
	}
	if r := supervision.Rhythm(9); r.Valid() || r.String() != "" || supervision.WhenMoved.String() != "when_moved" {
		t.Error("what is no rhythm is one, or one has another name")
	}
}

// The last day of a month counts as soon as it is over, where it is open; before, it is that of the month before.
func TestTheMonthIsClosedOnItsLastOpenDay(t *testing.T) {
	for until, want := range map[string]string{
		"2026-11-29": "2026-10-30", "2026-11-30": "2026-11-30", "2026-12-01": "2026-11-30", "2026-10-30": "2026-10-30", "2026-10-31": "2026-10-30",
		"2027-01-02": "2026-12-31", "2028-02-29": "2028-02-29", "2024-03-28": "2024-03-28", "2024-03-27": "2024-02-29", // 29 March 2024 was Good Friday
	} {
		day, _ := calendar.Parse(until)
		if got, covered := supervision.MonthClosed(calendar.Target, day); !covered || got.String() != want {
			t.Errorf("up to %s it is %s, want %s", until, got, want)
		}
	}
	if _, covered := supervision.MonthClosed(0, 1); covered {
		t.Error("a calendar that there is not covers a day")
	}
}
