package calendar

// DayCount is the convention by which a period of interest becomes a fraction of a year. The numbers are stored in
// journals: a convention keeps its number for ever. The zero value is no convention.
//
// Source: 2006 ISDA Definitions, section 4.16, whose letters are given below.
type DayCount uint8

// The day-count conventions.
const (
	// Actual360 divides the days that pass by 360 (section 4.16(e)); the money market's habit.
	Actual360 DayCount = 1
	// Actual365Fixed divides the days that pass by 365, in leap years too (section 4.16(d)).
	Actual365Fixed DayCount = 2
	// Thirty360 counts months of 30 days, as the bond basis does (section 4.16(f)): a first day 31 counts as 30, and a
	// last day 31 counts as 30 when the first day is 30 or 31. The end of February is left as it is.
	Thirty360 DayCount = 3
	// ActualActual divides the days of leap years by 366 and the others by 365 (section 4.16(b)).
	ActualActual DayCount = 4
)

var dayCountNames = [...]string{"", "ACT/360", "ACT/365F", "30/360", "ACT/ACT"}

// String returns the usual name: "ACT/360", "ACT/365F", "30/360" or "ACT/ACT"; empty for no convention.
func (c DayCount) String() string {
	if int(c) >= len(dayCountNames) {
		return ""
	}
	return dayCountNames[c]
}

// Valid reports whether c is one of the conventions above.
func (c DayCount) Valid() bool {
	return c >= Actual360 && c <= ActualActual
}

// ParseDayCount reads a name as String writes it, and returns false for any other text.
func ParseDayCount(name string) (DayCount, bool) {
	for number, known := range dayCountNames {
		if number > 0 && name == known {
			return DayCount(number), true
		}
	}
	return 0, false
}

// actualActualDenominator is the common denominator of 365 and 366.
const actualActualDenominator = 365 * 366

// Fraction returns the part of a year from the first date to the second, first day in and last day out, as an
// exact numerator and a positive denominator that are not reduced: 360, 365, 360 or 365 × 366 in the order of the
// conventions. With to before from it is the fraction the other way round, negated. The numerator's magnitude stays
// below 2^31 for any two dates from DateMin to DateMax. It panics on a value that is not Valid.
func (c DayCount) Fraction(from, to Date) (int64, int64) {
	if to < from {
		numerator, denominator := c.Fraction(to, from)
		return -numerator, denominator
	}
	switch c {
	case Actual360:
		return int64(DaysBetween(from, to)), 360
	case Actual365Fixed:
		return int64(DaysBetween(from, to)), 365
	case Thirty360:
		return thirty360Days(from, to), 360
	case ActualActual:
		return actualActualNumerator(from, to), actualActualDenominator
	default:
		panic("calendar: fraction of a year without a day-count convention")
	}
}

func thirty360Days(from, to Date) int64 {
	fromYear, fromMonth, fromDay := from.parts()
	toYear, toMonth, toDay := to.parts()
	fromDay = min(fromDay, 30)
	if fromDay == 30 {
		toDay = min(toDay, 30)
	}
	return int64(360*(toYear-fromYear) + 30*(toMonth-fromMonth) + toDay - fromDay)
}

// actualActualNumerator weighs a day of a common year 366 and a day of a leap year 365, over 365 × 366.
func actualActualNumerator(from, to Date) int64 {
	leapDays := int64(daysInLeapYearsBefore(to) - daysInLeapYearsBefore(from))
	commonDays := int64(DaysBetween(from, to)) - leapDays
	return commonDays*366 + leapDays*365
}

// daysInLeapYearsBefore counts the days that lie in leap years from 0001-01-01 up to, not including, the date.
func daysInLeapYearsBefore(d Date) int {
	year := d.Year()
	earlier := year - 1
	days := 366 * (floorDivide(earlier, 4) - floorDivide(earlier, 100) + floorDivide(earlier, 400))
	if IsLeapYear(year) {
		days += DaysBetween(dateOf(year, 1, 1), d)
	}
	return days
}
