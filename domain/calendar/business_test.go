package calendar_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
)

// weekdaysClosed lists the closed days of a year that are no Saturday or Sunday.
func weekdaysClosed(t *testing.T, code calendar.Code, year int) []string {
	t.Helper()
	var closed []string
	first, _ := calendar.Of(year, 1, 1)
	for d := first; d.Year() == year; d++ {
		if !d.IsWeekend() && code.Status(d) == calendar.Closed {
			closed = append(closed, d.String()[5:])
		}
	}
	return closed
}

func weekendsOpen(t *testing.T, code calendar.Code, year int) []string {
	t.Helper()
	var open []string
	first, _ := calendar.Of(year, 1, 1)
	for d := first; d.Year() == year; d++ {
		if d.IsWeekend() && code.Status(d) == calendar.Open {
			open = append(open, d.String()[5:])
		}
	}
	return open
}

func TestHolidayGoldens(t *testing.T) {
	for _, golden := range []struct {
		code   calendar.Code
		year   int
		closed []string
		worked []string
	}{
		{calendar.WeekendOnly, 2026, nil, nil},
		{calendar.Target, 2002, []string{"01-01", "03-29", "04-01", "05-01", "12-25", "12-26"}, nil},
		{calendar.Target, 2024, []string{"01-01", "03-29", "04-01", "05-01", "12-25", "12-26"}, nil},
		{calendar.Target, 2025, []string{"01-01", "04-18", "04-21", "05-01", "12-25", "12-26"}, nil},
		{calendar.Target, 2026, []string{"01-01", "04-03", "04-06", "05-01", "12-25"}, nil},
		{calendar.Target, 2027, []string{"01-01", "03-26", "03-29"}, nil},
		{calendar.Germany, 2017, []string{"04-14", "04-17", "05-01", "05-25", "06-05", "10-03", "10-31", "12-25", "12-26"}, nil},
		{calendar.Germany, 2025, []string{"01-01", "04-18", "04-21", "05-01", "05-29", "06-09", "10-03", "12-25", "12-26"}, nil},
		{calendar.Germany, 2026, []string{"01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "12-25"}, nil},
		{
			calendar.China, 2025,
			[]string{
				"01-01", "01-28", "01-29", "01-30", "01-31", "02-03", "02-04", "04-04", "05-01", "05-02", "05-05",
				"06-02", "10-01", "10-02", "10-03", "10-06", "10-07", "10-08",
			},
			[]string{"01-26", "02-08", "04-27", "09-28", "10-11"},
		},
		{
			calendar.China, 2026,
			[]string{
				"01-01", "01-02", "02-16", "02-17", "02-18", "02-19", "02-20", "02-23", "04-06", "05-01", "05-04",
				"05-05", "06-19", "09-25", "10-01", "10-02", "10-05", "10-06", "10-07",
			},
			[]string{"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"},
		},
	} {
		if diff := cmp.Diff(golden.closed, weekdaysClosed(t, golden.code, golden.year)); diff != "" {
			t.Errorf("%s %d, closed weekdays (-want +got):\n%s", golden.code, golden.year, diff)
		}
		if diff := cmp.Diff(golden.worked, weekendsOpen(t, golden.code, golden.year)); diff != "" {
			t.Errorf("%s %d, worked weekends (-want +got):\n%s", golden.code, golden.year, diff)
		}
	}
}

// TestChinaDaysOffAndDaysWorkedBalance holds the tables against a sum of their own: every day off beyond the thirteen
// statutory holidays is worked at a weekend, and a statutory holiday at a weekend gives another day off.
func TestChinaDaysOffAndDaysWorkedBalance(t *testing.T) {
	for _, year := range []int{2025, 2026} {
		closed, worked := len(weekdaysClosed(t, calendar.China, year)), len(weekendsOpen(t, calendar.China, year))
		if closed-worked != 13 {
			t.Errorf("%d: %d weekdays off and %d weekends worked, want a difference of 13", year, closed, worked)
		}
	}
}

func TestEasterGoldens(t *testing.T) {
	for _, text := range []string{
		"1818-03-22", "1943-04-25", "1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24", "2024-03-31", "2025-04-20",
		"2026-04-05", "2027-03-28", "2038-04-25", "2049-04-18", "2076-04-19", "2285-03-22",
	} {
		want := date(t, text)
		if got := calendar.EasterSunday(want.Year()); got != want {
			t.Errorf("Easter %d: %s, want %s", want.Year(), got, want)
		}
	}
}

// TestEasterAgreesWithGauss computes Easter by Gauss's rule of 1816 instead, and asks for a Sunday.
func TestEasterAgreesWithGauss(t *testing.T) {
	for year := 1583; year <= 4000; year++ {
		a, b, c := year%19, year%4, year%7
		k := year / 100
		p := (13 + 8*k) / 25
		q := k / 4
		m := (15 - p + k - q) % 30
		n := (4 + k - q) % 7
		d := (19*a + m) % 30
		e := (2*b + 4*c + 6*d + n) % 7
		march := 22 + d + e
		if d == 29 && e == 6 {
			march = 50
		}
		if d == 28 && e == 6 && (11*m+11)%30 < 19 {
			march = 49
		}
		want := time.Date(year, 3, march, 0, 0, 0, 0, time.UTC)
		got := calendar.EasterSunday(year)
		if got.String() != want.Format(time.DateOnly) || want.Weekday() != time.Sunday {
			t.Fatalf("Easter %d: %s, want %s", year, got, want.Format(time.DateOnly))
		}
	}
}

func TestCoverageEndsAreNamed(t *testing.T) {
	for _, c := range calendar.All() {
		if c.Source == "" || c.Name == "" {
			t.Errorf("calendar %d has no name or no source", c.Code)
		}
		if back, ok := calendar.ParseCode(c.Name); !ok || back != c.Code {
			t.Errorf("%s reads back as %d, %t", c.Name, back, ok)
		}
		if same, ok := c.Code.Calendar(); !ok || same.Name != c.Name {
			t.Errorf("code %d finds %q", c.Code, same.Name)
		}
		for d, want := range map[calendar.Date]bool{c.First - 1: false, c.First: true, c.Last: true, c.Last + 1: false} {
			if covered := c.Code.Status(d) != calendar.NotCovered; covered != want {
				t.Errorf("%s on %s: covered %t, want %t", c.Name, d, covered, want)
			}
		}
	}
	for _, code := range []calendar.Code{0, 5, 255} {
		if _, ok := code.Calendar(); ok || code.String() != "" || code.Status(20000) != calendar.NotCovered {
			t.Errorf("code %d is no calendar", code)
		}
	}
	if _, ok := calendar.ParseCode(""); ok {
		t.Error("the empty name is no calendar")
	}
}

func TestAdjustGoldens(t *testing.T) {
	for _, golden := range []struct {
		code       calendar.Code
		convention calendar.Convention
		from, want string
	}{
		{calendar.Target, calendar.Following, "2026-04-03", "2026-04-07"},
		{calendar.Target, calendar.Preceding, "2026-04-06", "2026-04-02"},
		{calendar.Target, calendar.ModifiedFollowing, "2026-04-04", "2026-04-07"},
		{calendar.Target, calendar.ModifiedFollowing, "2026-05-30", "2026-05-29"},
		{calendar.Target, calendar.Following, "2026-05-30", "2026-06-01"},
		{calendar.Target, calendar.ModifiedFollowing, "2024-03-29", "2024-03-28"},
		{calendar.Target, calendar.Unadjusted, "2026-05-30", "2026-05-30"},
		{calendar.Target, calendar.Following, "2026-11-23", "2026-11-23"},
		{calendar.China, calendar.Following, "2026-02-14", "2026-02-14"},
		{calendar.China, calendar.Following, "2026-02-15", "2026-02-24"},
		{calendar.China, calendar.Preceding, "2025-10-08", "2025-09-30"},
		{calendar.China, calendar.ModifiedFollowing, "2026-02-28", "2026-02-28"},
	} {
		got, ok := golden.code.Adjust(date(t, golden.from), golden.convention)
		if !ok || got.String() != golden.want {
			t.Errorf("%s, %s, %s: %s, %t; want %s", golden.code, golden.from, golden.convention, got, ok, golden.want)
		}
	}
}

func TestLeavingTheCoverageIsNamed(t *testing.T) {
	newYearsEve := date(t, "2026-12-31")
	if d, ok := calendar.China.AddBusinessDays(newYearsEve, 1); ok || d != newYearsEve {
		t.Errorf("a day past the data: %s, %t", d, ok)
	}
	newYear := date(t, "2025-01-01")
	if d, ok := calendar.China.Adjust(newYear, calendar.Preceding); ok || d != newYear {
		t.Errorf("before the data: %s, %t", d, ok)
	}
	outside := date(t, "2027-01-04")
	for _, convention := range []calendar.Convention{calendar.Following, calendar.ModifiedFollowing, calendar.Preceding} {
		if d, ok := calendar.China.Adjust(outside, convention); ok || d != outside {
			t.Errorf("%s: %s, %t", convention, d, ok)
		}
	}
	if _, ok := calendar.China.AddBusinessDays(outside, 0); ok {
		t.Error("zero days from a day that is not covered")
	}
	if _, ok := calendar.China.BusinessDaysBetween(newYearsEve, outside); ok {
		t.Error("a period past the data")
	}
}

func TestAddBusinessDaysGoldens(t *testing.T) {
	for _, golden := range []struct {
		code calendar.Code
		from string
		days int
		want string
	}{
		{calendar.Target, "2026-04-02", 1, "2026-04-07"},
		{calendar.Target, "2026-04-02", 2, "2026-04-08"},
		{calendar.Target, "2026-04-07", -1, "2026-04-02"},
		{calendar.Target, "2026-11-21", 1, "2026-11-23"},
		{calendar.Target, "2026-11-21", 0, "2026-11-21"},
		{calendar.China, "2026-02-13", 2, "2026-02-24"},
		{calendar.WeekendOnly, "2026-11-20", 10, "2026-12-04"},
	} {
		got, ok := golden.code.AddBusinessDays(date(t, golden.from), golden.days)
		if !ok || got.String() != golden.want {
			t.Errorf("%s, %s + %d: %s, %t; want %s", golden.code, golden.from, golden.days, got, ok, golden.want)
		}
	}
}

func TestAdjustAndAddBusinessDaysHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom([]calendar.Code{calendar.WeekendOnly, calendar.Target, calendar.Germany, calendar.China}).Draw(t, "code")
		d := date(t, "2025-02-01").AddDays(rapid.IntRange(0, 600).Draw(t, "offset"))
		following, _ := code.Adjust(d, calendar.Following)
		preceding, _ := code.Adjust(d, calendar.Preceding)
		modified, _ := code.Adjust(d, calendar.ModifiedFollowing)
		if code.Status(following) != calendar.Open || code.Status(preceding) != calendar.Open || following < d || preceding > d {
			t.Fatalf("%s, %s: following %s, preceding %s", code, d, following, preceding)
		}
		if modified != following && (modified != preceding || following.Month() == d.Month()) {
			t.Fatalf("%s, %s: modified following %s, following %s, preceding %s", code, d, modified, following, preceding)
		}
		days := rapid.IntRange(1, 15).Draw(t, "days")
		later, ok := code.AddBusinessDays(d, days)
		if !ok || code.Status(later) != calendar.Open {
			t.Fatalf("%s, %s + %d: %s, %t", code, d, days, later, ok)
		}
		// Counted from the day after d up to the result, the open days are those asked for.
		if count, _ := code.BusinessDaysBetween(d.AddDays(1), later.AddDays(1)); count != days {
			t.Fatalf("%s, %s + %d: %s counts %d", code, d, days, later, count)
		}
		if code.Status(d) == calendar.Open {
			if back, _ := code.AddBusinessDays(later, -days); back != d {
				t.Fatalf("%s, %s + %d - %d: %s", code, d, days, days, back)
			}
		}
	})
}

func TestConventionNames(t *testing.T) {
	for convention := calendar.Unadjusted; convention <= calendar.Preceding; convention++ {
		if back, ok := calendar.ParseConvention(convention.String()); !ok || back != convention {
			t.Errorf("%q reads back as %d, %t", convention, back, ok)
		}
	}
	if _, ok := calendar.ParseConvention("nearest"); ok || calendar.Convention(9).String() != "" {
		t.Error("nearest and 9 are no conventions")
	}
}

func TestDayStatusNames(t *testing.T) {
	want := []string{"not covered", "open", "closed", "day status 3"}
	for number, name := range want {
		if got := calendar.DayStatus(number).String(); got != name {
			t.Errorf("%d: %q, want %q", number, got, name)
		}
	}
}
