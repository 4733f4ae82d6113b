package calendar

import (
	"fmt"
	"strconv"
)

// Date is a day of the proleptic Gregorian calendar, counted from 1970-01-01 (day 0); earlier days are negative.
//
// The zero value is 1970-01-01. No record of the trade carries that day, so an unset date field is the zero value
// and IsZero asks for it. Dates are compared with the ordinary operators.
//
// Of and Parse accept the years 1 to 9999, and AddDays and AddMonths stay within them.
type Date int32

// The first and the last day that Of and Parse accept.
const (
	DateMin Date = -719162 // 0001-01-01
	DateMax Date = 2932896 // 9999-12-31
)

// Weekday is a day of the week numbered as in ISO 8601: Monday is 1, Sunday is 7.
type Weekday uint8

// The days of the week.
const (
	Monday Weekday = iota + 1
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
	Sunday
)

const (
	days4Years      = 4*365 + 1
	days100Years    = 25*days4Years - 1
	days400Years    = 4*days100Years + 1
	daysToUnixEpoch = 719468 // from 0000-03-01, the day on which the computation below starts its years
	microPerDay     = 24 * 60 * 60 * 1_000_000
)

// Of returns the day with these parts, or false when there is no such day: year 1 to 9999, month 1 to 12,
// day 1 to the month's last.
func Of(year, month, day int) (Date, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month) {
		return 0, false
	}
	return dateOf(year, month, day), true
}

// dateOf counts in years that begin on 1 March, so that the leap day is the last day of its year.
func dateOf(year, month, day int) Date {
	if month <= 2 {
		year--
	}
	monthFromMarch := (month + 9) % 12
	dayOfYear := (153*monthFromMarch+2)/5 + day - 1
	return Date(365*year + floorDivide(year, 4) - floorDivide(year, 100) + floorDivide(year, 400) + dayOfYear - daysToUnixEpoch)
}

// parts is the inverse of dateOf.
func (d Date) parts() (int, int, int) {
	days := int(d) + daysToUnixEpoch
	era := floorDivide(days, days400Years)
	dayOfEra := days - era*days400Years
	yearOfEra := (dayOfEra - dayOfEra/(days4Years-1) + dayOfEra/days100Years - dayOfEra/(days400Years-1)) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	monthFromMarch := (5*dayOfYear + 2) / 153
	year := era*400 + yearOfEra
	month := monthFromMarch + 3
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, dayOfYear - (153*monthFromMarch+2)/5 + 1
}

// Parse reads "2026-11-22", the calendar date of ISO 8601 in its extended form, and nothing else: no zone, no time,
// no shortened parts. It returns false for any other text and for a day that does not exist.
func Parse(text string) (Date, bool) {
	if len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return 0, false
	}
	year, yearOK := digits(text[0:4])
	month, monthOK := digits(text[5:7])
	day, dayOK := digits(text[8:10])
	if !yearOK || !monthOK || !dayOK {
		return 0, false
	}
	return Of(year, month, day)
}

func digits(text string) (int, bool) {
	value := 0
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		value = value*10 + int(text[i]-'0')
	}
	return value, true
}

// FromUnixMicro returns the day, in UTC, of a stamp in microseconds since 1970-01-01T00:00:00Z. The day in a
// programme's own time zone is for the caller to find.
func FromUnixMicro(stamp int64) Date {
	return Date(floorDivide(stamp, microPerDay))
}

func floorDivide[T int | int64](numerator, denominator T) T {
	quotient := numerator / denominator
	if numerator%denominator < 0 {
		quotient--
	}
	return quotient
}

// IsLeapYear reports whether February of the year has 29 days.
func IsLeapYear(year int) bool {
	return year%4 == 0 && (year%100 != 0 || year%400 == 0)
}

// DaysInMonth returns 28 to 31 for a month 1 to 12, and 0 for any other month.
func DaysInMonth(year, month int) int {
	switch month {
	case 1, 3, 5, 7, 8, 10, 12:
		return 31
	case 4, 6, 9, 11:
		return 30
	case 2:
		if IsLeapYear(year) {
			return 29
		}
		return 28
	default:
		return 0
	}
}

// String returns the ISO 8601 form that Parse reads, such as "2026-11-22".
func (d Date) String() string {
	year, month, day := d.parts()
	if d < DateMin || d > DateMax {
		return fmt.Sprintf("%+05d-%02d-%02d", year, month, day)
	}
	text := make([]byte, 0, 10)
	for limit := 1000; limit > 1 && year < limit; limit /= 10 {
		text = append(text, '0')
	}
	text = strconv.AppendInt(text, int64(year), 10)
	text = append(text, '-', byte('0'+month/10), byte('0'+month%10), '-', byte('0'+day/10), byte('0'+day%10))
	return string(text)
}

// IsZero reports whether the date is the zero value, which stands for "no date" in a record.
func (d Date) IsZero() bool {
	return d == 0
}

// Year returns the calendar year.
func (d Date) Year() int {
	year, _, _ := d.parts()
	return year
}

// Month returns 1 for January to 12 for December.
func (d Date) Month() int {
	_, month, _ := d.parts()
	return month
}

// Day returns the day of the month, 1 to 31.
func (d Date) Day() int {
	_, _, day := d.parts()
	return day
}

// Weekday returns the day of the week.
func (d Date) Weekday() Weekday {
	const thursday = 3 // 1970-01-01 was a Thursday; Monday counts 0 here
	days := int(d) + thursday
	return Weekday(days-7*floorDivide(days, 7)) + Monday
}

// IsWeekend reports whether the date is a Saturday or a Sunday.
func (d Date) IsWeekend() bool {
	return d.Weekday() >= Saturday
}

// AddDays returns the date that many days later, or earlier when days is negative. It panics when the result lies
// outside DateMin to DateMax: bounds on tenors are checked before dates are computed.
func (d Date) AddDays(days int) Date {
	// The distance is compared before adding: days may be anything an int holds.
	if days > int(DateMax)-int(d) || days < int(DateMin)-int(d) {
		panic(fmt.Sprintf("calendar: %s plus %d days lies outside the years 1 to 9999", d, days))
	}
	return Date(int(d) + days)
}

// AddMonths returns the same day of the month that many months later, or earlier when months is negative. When that
// month is too short the result is its last day: 31 January plus one month is 28 or 29 February. The clamped day
// is not remembered, so a series of dates is computed from its first date and not from the one before. It panics when
// the result lies outside DateMin to DateMax.
func (d Date) AddMonths(months int) Date {
	year, month, day := d.parts()
	const monthsMax = 12 * 9999
	if months > monthsMax || months < -monthsMax {
		panic(fmt.Sprintf("calendar: %s plus %d months lies outside the years 1 to 9999", d, months))
	}
	total := year*12 + month - 1 + months
	year, month = floorDivide(total, 12), total-12*floorDivide(total, 12)+1
	result, exists := Of(year, month, min(day, DaysInMonth(year, month)))
	if !exists {
		panic(fmt.Sprintf("calendar: %s plus %d months lies outside the years 1 to 9999", d, months))
	}
	return result
}

// EndOfMonth returns the last day of the date's month.
func (d Date) EndOfMonth() Date {
	year, month, day := d.parts()
	return d + Date(DaysInMonth(year, month)-day)
}

// DaysBetween returns the number of days from the first date to the second, first day in and last day out; it is
// negative when to is the earlier one.
func DaysBetween(from, to Date) int {
	return int(to) - int(from)
}
