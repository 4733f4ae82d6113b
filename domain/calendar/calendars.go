package calendar

// ruleYearLast is the last year for which calendars that are given by rules answer. A law or a decision may change
// earlier than that; the change is then entered here from its own date on.
const ruleYearLast = 2099

// calendars is ordered by code, without gaps, from WeekendOnly on.
var calendars = [...]Calendar{
	{
		Code: WeekendOnly, Name: "WEEKEND",
		Source: "Saturdays and Sundays",
		First:  DateMin, Last: DateMax,
		status: weekendStatus,
	},
	{
		Code: Target, Name: "TARGET",
		Source: "European Central Bank, long-term calendar for TARGET closing days, decision of 14 December 2000, from 2002 until further notice",
		First:  dateOf(2002, 1, 1), Last: dateOf(ruleYearLast, 12, 31),
		status: targetStatus,
	},
	{
		Code: Germany, Name: "DE",
		Source: "holiday laws of the sixteen Länder, as far as they agree; Unification Treaty of 31 August 1990, article 2(2), for 3 October; " +
			"31 October 2017 by the Länder's laws for that year. From 1995, when all but one of them gave up Repentance Day",
		First: dateOf(1995, 1, 1), Last: dateOf(ruleYearLast, 12, 31),
		status: germanyStatus,
	},
	{
		Code: China, Name: "CN",
		Source: "General Office of the State Council, holiday arrangements for 2025 (notice of 12 November 2024) and for 2026 (notice of 4 November 2025)",
		First:  dateOf(2025, 1, 1), Last: dateOf(2026, 12, 31),
		status: chinaStatus,
	},
}

func weekendStatus(d Date) DayStatus {
	if d.IsWeekend() {
		return Closed
	}
	return Open
}

func targetStatus(d Date) DayStatus {
	if d.IsWeekend() {
		return Closed
	}
	year, month, day := d.parts()
	switch month*100 + day {
	case 101, 501, 1225, 1226:
		return Closed
	}
	if month == 3 || month == 4 {
		switch DaysBetween(EasterSunday(year), d) {
		case -2, 1: // Good Friday, Easter Monday
			return Closed
		}
	}
	return Open
}

func germanyStatus(d Date) DayStatus {
	if d.IsWeekend() {
		return Closed
	}
	year, month, day := d.parts()
	switch month*100 + day {
	case 101, 501, 1003, 1225, 1226:
		return Closed
	case 1031:
		if year == 2017 { // five hundred years of the Reformation
			return Closed
		}
	}
	if month >= 3 && month <= 6 {
		switch DaysBetween(EasterSunday(year), d) {
		case -2, 1, 39, 50: // Good Friday, Easter Monday, Ascension Day, Whit Monday
			return Closed
		}
	}
	return Open
}

// EasterSunday returns the date of Easter in the Gregorian calendar, for a year from 1583 on.
//
// Source: the anonymous Gregorian algorithm (Nature, 20 April 1876), in the form given by Meeus, Astronomical
// Algorithms, chapter 8.
func EasterSunday(year int) Date {
	positionInMetonicCycle := year % 19
	century, yearOfCentury := year/100, year%100
	moonCorrection := (century - (century+8)/25 + 1) / 3
	epact := (19*positionInMetonicCycle + century - century/4 - moonCorrection + 15) % 30
	daysToSunday := (32 + 2*(century%4) + 2*(yearOfCentury/4) - epact - yearOfCentury%4) % 7
	lateMoon := (positionInMetonicCycle + 11*epact + 22*daysToSunday) / 451
	dayFromMarch := epact + daysToSunday - 7*lateMoon + 114
	return dateOf(year, dayFromMarch/31, dayFromMarch%31+1)
}

// holiday is a row of days off in one year, both ends included, as a notice states them.
type holiday struct {
	year                                     int
	firstMonth, firstDay, lastMonth, lastDay int
}

// workedWeekend is a Saturday or Sunday on which a notice orders work.
type workedWeekend struct {
	year, month, day int
}

// chinaHolidays follows the two notices item by item, in their order.
var chinaHolidays = [...]holiday{
	{2025, 1, 1, 1, 1},   // New Year
	{2025, 1, 28, 2, 4},  // Spring Festival
	{2025, 4, 4, 4, 6},   // Qingming
	{2025, 5, 1, 5, 5},   // Labour Day
	{2025, 5, 31, 6, 2},  // Dragon Boat
	{2025, 10, 1, 10, 8}, // National Day and Mid-Autumn
	{2026, 1, 1, 1, 3},   // New Year
	{2026, 2, 15, 2, 23}, // Spring Festival
	{2026, 4, 4, 4, 6},   // Qingming
	{2026, 5, 1, 5, 5},   // Labour Day
	{2026, 6, 19, 6, 21}, // Dragon Boat
	{2026, 9, 25, 9, 27}, // Mid-Autumn
	{2026, 10, 1, 10, 7}, // National Day
}

var chinaWorkedWeekends = [...]workedWeekend{
	{2025, 1, 26}, {2025, 2, 8}, // Spring Festival
	{2025, 4, 27},                 // Labour Day
	{2025, 9, 28}, {2025, 10, 11}, // National Day and Mid-Autumn
	{2026, 1, 4},                 // New Year
	{2026, 2, 14}, {2026, 2, 28}, // Spring Festival
	{2026, 5, 9},                  // Labour Day
	{2026, 9, 20}, {2026, 10, 10}, // National Day
}

func chinaStatus(d Date) DayStatus {
	year, month, day := d.parts()
	if d.IsWeekend() {
		for _, worked := range chinaWorkedWeekends {
			if worked == (workedWeekend{year, month, day}) {
				return Open
			}
		}
		return Closed
	}
	monthAndDay := month*100 + day
	for _, off := range chinaHolidays {
		if off.year == year && off.firstMonth*100+off.firstDay <= monthAndDay && monthAndDay <= off.lastMonth*100+off.lastDay {
			return Closed
		}
	}
	return Open
}
