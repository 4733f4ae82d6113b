package calendar_test

import (
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
)

func TestFractionGoldens(t *testing.T) {
	for _, golden := range []struct {
		count       calendar.DayCount
		from, to    string
		numerator   int64
		denominator int64
	}{
		{calendar.Actual360, "2026-01-15", "2026-04-15", 90, 360},
		{calendar.Actual360, "2024-02-28", "2024-03-01", 2, 360},
		{calendar.Actual365Fixed, "2024-01-01", "2025-01-01", 366, 365},
		{calendar.Actual365Fixed, "2026-01-01", "2026-01-01", 0, 365},
		// 30/360: the first day's 31 always counts 30, the last day's only after a 30 or a 31.
		{calendar.Thirty360, "2026-01-15", "2026-04-15", 90, 360},
		{calendar.Thirty360, "2026-01-31", "2026-03-31", 60, 360},
		{calendar.Thirty360, "2026-01-30", "2026-03-31", 60, 360},
		{calendar.Thirty360, "2026-01-29", "2026-03-31", 62, 360},
		{calendar.Thirty360, "2026-01-31", "2026-02-28", 28, 360},
		{calendar.Thirty360, "2026-02-28", "2026-03-31", 33, 360},
		{calendar.Thirty360, "2024-02-29", "2025-02-28", 359, 360},
		{calendar.Thirty360, "2025-12-31", "2026-12-31", 360, 360},
		// ACT/ACT: 1 November 2003 to 1 May 2004 has 61 days in a common year and 121 in a leap year.
		{calendar.ActualActual, "2003-11-01", "2004-05-01", 61*366 + 121*365, 365 * 366},
		{calendar.ActualActual, "2024-01-01", "2025-01-01", 366 * 365, 365 * 366},
		{calendar.ActualActual, "2025-01-01", "2026-01-01", 365 * 366, 365 * 366},
		{calendar.ActualActual, "1900-01-01", "1900-03-01", 59 * 366, 365 * 366},
		{calendar.ActualActual, "2000-01-01", "2000-03-01", 60 * 365, 365 * 366},
	} {
		numerator, denominator := golden.count.Fraction(date(t, golden.from), date(t, golden.to))
		if numerator != golden.numerator || denominator != golden.denominator {
			t.Errorf("%s from %s to %s: %d/%d, want %d/%d", golden.count, golden.from, golden.to, numerator, denominator, golden.numerator, golden.denominator)
		}
	}
}

func anyDayCount() *rapid.Generator[calendar.DayCount] {
	return rapid.SampledFrom([]calendar.DayCount{calendar.Actual360, calendar.Actual365Fixed, calendar.Thirty360, calendar.ActualActual})
}

// TestActualActualAgreesWithTimePackage cuts the period at the years' ends and adds the pieces as exact rationals.
func TestActualActualAgreesWithTimePackage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := calendar.Date(rapid.Int32Range(-100000, 100000).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(0, 20000).Draw(t, "days"))
		want := new(big.Rat)
		for start := instant(from); start.Before(instant(to)); {
			yearEnd := time.Date(start.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
			end := yearEnd
			if instant(to).Before(end) {
				end = instant(to)
			}
			yearDays := int64(yearEnd.AddDate(0, 0, -1).YearDay())
			want.Add(want, big.NewRat(int64(end.Sub(start)/(24*time.Hour)), yearDays))
			start = end
		}
		numerator, denominator := calendar.ActualActual.Fraction(from, to)
		if got := big.NewRat(numerator, denominator); got.Cmp(want) != 0 {
			t.Fatalf("%s to %s: %s, want %s", from, to, got, want)
		}
	})
}

func TestFractionBackwardsIsTheNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count, from, to := anyDayCount().Draw(t, "count"), anyDate().Draw(t, "from"), anyDate().Draw(t, "to")
		forward, denominator := count.Fraction(from, to)
		backward, _ := count.Fraction(to, from)
		if forward != -backward || denominator <= 0 || forward >= 1<<31 || forward <= -1<<31 {
			t.Fatalf("%s: %d and %d over %d", count, forward, backward, denominator)
		}
	})
}

func TestActualFractionsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.SampledFrom([]calendar.DayCount{calendar.Actual360, calendar.Actual365Fixed, calendar.ActualActual}).Draw(t, "count")
		from, middle, to := anyDate().Draw(t, "from"), anyDate().Draw(t, "middle"), anyDate().Draw(t, "to")
		first, _ := count.Fraction(from, middle)
		second, _ := count.Fraction(middle, to)
		whole, _ := count.Fraction(from, to)
		if first+second != whole {
			t.Fatalf("%s: %d + %d is not %d", count, first, second, whole)
		}
	})
}

func TestDayCountNames(t *testing.T) {
	for count := calendar.Actual360; count.Valid(); count++ {
		if back, ok := calendar.ParseDayCount(count.String()); !ok || back != count {
			t.Errorf("%d: %q reads back as %d, %t", count, count, back, ok)
		}
	}
	for _, name := range []string{"", "ACT/364", "act/360"} {
		if count, ok := calendar.ParseDayCount(name); ok {
			t.Errorf("%q read as %s", name, count)
		}
	}
	if calendar.DayCount(0).Valid() || calendar.DayCount(9).Valid() || calendar.DayCount(9).String() != "" {
		t.Error("0 and 9 are no conventions")
	}
}

func TestFractionWithoutConventionPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	calendar.DayCount(0).Fraction(0, 1)
}
