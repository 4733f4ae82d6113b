package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
)

// date reads a literal of a test table.
func date(t rapid.TB, text string) calendar.Date {
	t.Helper()
	d, ok := calendar.Parse(text)
	if !ok {
		t.Fatalf("not a date: %q", text)
	}
	return d
}

func anyDate() *rapid.Generator[calendar.Date] {
	return rapid.Custom(func(t *rapid.T) calendar.Date {
		return calendar.Date(rapid.Int32Range(int32(calendar.DateMin), int32(calendar.DateMax)).Draw(t, "date"))
	})
}

func instant(d calendar.Date) time.Time {
	return time.Unix(int64(d)*24*60*60, 0).UTC()
}

func TestDateGoldens(t *testing.T) {
	for _, golden := range []struct {
		text    string
		number  int32
		weekday calendar.Weekday
	}{
		{"1970-01-01", 0, calendar.Thursday},
		{"1969-12-31", -1, calendar.Wednesday},
		{"2000-02-29", 11016, calendar.Tuesday},
		{"2026-11-22", 20779, calendar.Sunday},
		{"0001-01-01", int32(calendar.DateMin), calendar.Monday},
		{"9999-12-31", int32(calendar.DateMax), calendar.Friday},
	} {
		d := date(t, golden.text)
		if int32(d) != golden.number || d.Weekday() != golden.weekday || d.String() != golden.text {
			t.Errorf("%s: number %d, weekday %d, text %s; want %d, %d", golden.text, int32(d), d.Weekday(), d, golden.number, golden.weekday)
		}
	}
}

func TestDateAgreesWithTimePackage(t *testing.T) {
	for d := calendar.DateMin; d <= calendar.DateMax; d++ {
		year, month, day := instant(d).Date()
		if d.Year() != year || d.Month() != int(month) || d.Day() != day {
			t.Fatalf("day %d is %04d-%02d-%02d, got %s", int32(d), year, month, day, d)
		}
		if back, ok := calendar.Of(year, int(month), day); !ok || back != d {
			t.Fatalf("Of(%d, %d, %d) = %d, %t; want %d", year, month, day, back, ok, d)
		}
	}
}

func TestDateTextAndWeekdayAgreeWithTimePackage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate().Draw(t, "d")
		if want := instant(d).Format(time.DateOnly); d.String() != want {
			t.Fatalf("String = %s, want %s", d, want)
		}
		if back := date(t, d.String()); back != d {
			t.Fatalf("Parse(String) = %s, want %s", back, d)
		}
		want := calendar.Weekday((int(instant(d).Weekday())+6)%7 + 1)
		if d.Weekday() != want {
			t.Fatalf("%s: weekday %d, want %d", d, d.Weekday(), want)
		}
	})
}

func TestFromUnixMicroAgreesWithTimePackage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stamp := rapid.Int64Range(-62135596800_000_000, 253402300799_999_999).Draw(t, "stamp")
		want := time.UnixMicro(stamp).UTC().Format(time.DateOnly)
		if got := calendar.FromUnixMicro(stamp).String(); got != want {
			t.Fatalf("stamp %d: %s, want %s", stamp, got, want)
		}
	})
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"", "2026", "2026-1-1", "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
		"0000-01-01", "20260101", "2026/01/01", "2026-01-01Z", "2026-01-01T00", " 2026-01-0", "+026-01-01", "２026-01-1",
	} {
		if d, ok := calendar.Parse(text); ok {
			t.Errorf("Parse(%q) = %s", text, d)
		}
	}
}

func TestOfRefusesPartsOutOfRange(t *testing.T) {
	for _, parts := range [][3]int{{0, 1, 1}, {10000, 1, 1}, {2026, 0, 1}, {2026, 13, 1}, {2026, 1, 0}, {2026, 1, 32}, {2023, 2, 29}} {
		if d, ok := calendar.Of(parts[0], parts[1], parts[2]); ok {
			t.Errorf("Of(%v) = %s", parts, d)
		}
	}
}

func TestZeroDateIsUnset(t *testing.T) {
	var unset calendar.Date
	if !unset.IsZero() || unset.String() != "1970-01-01" || date(t, "1970-01-02").IsZero() {
		t.Error("only 1970-01-01 is the unset date")
	}
}

func TestStringOutsideTheFourDigitYears(t *testing.T) {
	for d, want := range map[calendar.Date]string{
		calendar.DateMin - 1: "+0000-12-31",
		calendar.DateMax + 1: "+10000-01-01",
		-719529:              "-0001-12-31",
	} {
		if got := d.String(); got != want {
			t.Errorf("day %d: %s, want %s", int32(d), got, want)
		}
	}
}

func TestAddMonthsGoldens(t *testing.T) {
	for _, golden := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-08-31", 6, "2027-02-28"},
		{"2026-11-22", 2, "2027-01-22"},
		{"2026-01-15", -1, "2025-12-15"},
		{"2026-01-15", -13, "2024-12-15"},
		{"2026-05-15", 0, "2026-05-15"},
	} {
		if got := date(t, golden.from).AddMonths(golden.months); got.String() != golden.want {
			t.Errorf("%s + %d months = %s, want %s", golden.from, golden.months, got, golden.want)
		}
	}
}

func TestAddMonthsLandsInTheRightMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := calendar.Date(rapid.Int32Range(-300000, 300000).Draw(t, "from"))
		months := rapid.IntRange(-1200, 1200).Draw(t, "months")
		got := from.AddMonths(months)
		first := time.Date(from.Year(), time.Month(from.Month()+months), 1, 0, 0, 0, 0, time.UTC)
		if got.Year() != first.Year() || got.Month() != int(first.Month()) {
			t.Fatalf("%s + %d months = %s, want a day in %s", from, months, got, first.Format("2006-01"))
		}
		if got.Day() != from.Day() && (got != got.EndOfMonth() || got.Day() > from.Day()) {
			t.Fatalf("%s + %d months = %s: neither the same day nor the clamped end of the month", from, months, got)
		}
	})
}

func TestEndOfMonth(t *testing.T) {
	for from, want := range map[string]string{"2024-02-01": "2024-02-29", "2100-02-28": "2100-02-28", "2026-12-31": "2026-12-31", "2026-04-10": "2026-04-30"} {
		if got := date(t, from).EndOfMonth(); got.String() != want {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
	}
}

func TestAddDaysIsTheInverseOfDaysBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := anyDate().Draw(t, "from"), anyDate().Draw(t, "to")
		days := calendar.DaysBetween(from, to)
		if got := from.AddDays(days); got != to {
			t.Fatalf("%s + %d days = %s, want %s", from, days, got, to)
		}
		if days != -calendar.DaysBetween(to, from) {
			t.Fatal("DaysBetween is not antisymmetric")
		}
	})
}

func TestPeriodsRunFirstDayInLastDayOut(t *testing.T) {
	if days := calendar.DaysBetween(date(t, "2026-03-01"), date(t, "2026-03-04")); days != 3 {
		t.Errorf("1 to 4 March: %d days, want 3", days)
	}
}

func TestArithmeticOutsideTheYearsPanics(t *testing.T) {
	const huge = int(^uint(0) >> 1)
	for name, compute := range map[string]func(){
		"a day past the last":      func() { calendar.DateMax.AddDays(1) },
		"a day before the first":   func() { calendar.DateMin.AddDays(-1) },
		"more days than an int32":  func() { calendar.Date(20000).AddDays(huge) },
		"fewer days than an int32": func() { calendar.Date(-20000).AddDays(-huge - 1) },
		"a month past the last":    func() { calendar.DateMax.AddMonths(1) },
		"a month before the first": func() { calendar.DateMin.AddMonths(-1) },
		"months that overflow":     func() { calendar.Date(0).AddMonths(huge) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			compute()
		})
	}
}
