package bank

import (
	"strings"
	"testing"
	"time"

	"millrace/domain/calendar"
)

func TestCutOff(t *testing.T) {
	c, err := NewCutOff("15:30", "Europe/Berlin", "TARGET")
	if err != nil {
		t.Fatal(err)
	}
	day := func(text string) calendar.Date {
		d, _ := calendar.Parse(text)
		return d
	}
	for _, test := range []struct{ now, today, want string }{
		{"2026-09-04T13:29:00Z", "2026-09-04", "2026-09-04"},
		{"2026-09-04T13:30:00Z", "2026-09-04", "2026-09-07"}, // a Friday: 15:30 in summer
		{"2026-12-04T14:29:00Z", "2026-12-04", "2026-12-04"}, // in winter
		{"2026-09-05T16:00:00Z", "2026-09-05", "2026-09-07"}, // too late on a closed day is early enough for the next open one
		{"2026-12-24T08:00:00Z", "2026-12-25", "2026-12-28"},
		{"2026-12-31T20:00:00Z", "2026-12-31", "2027-01-04"},
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		c.Now = func() time.Time { return now }
		if got := c.date(day(test.today)); got != day(test.want) {
			t.Errorf("%s on %s: %s, want %s", test.now, test.today, got, test.want)
		}
	}
	var none *CutOff
	if got := none.date(day("2026-09-05")); got != day("2026-09-05") {
		t.Error(got)
	}
	open, err := NewCutOff("", "", "")
	if err != nil || open.Late() || open.date(day("2026-09-05")) != day("2026-09-05") {
		t.Error(open, err)
	}
	for word, wrong := range map[string][3]string{"noon": {"noon", "", ""}, "Nowhere": {"15:00", "Nowhere/At_All", ""}, "MOON": {"", "", "MOON"}} {
		if _, err := NewCutOff(wrong[0], wrong[1], wrong[2]); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
}
