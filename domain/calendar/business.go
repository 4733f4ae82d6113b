package calendar

import "fmt"

// Code names a business calendar in records and journals: a calendar keeps its number for ever. The zero value is
// no calendar, and every date is NotCovered by it.
type Code uint8

// The business calendars.
const (
	// WeekendOnly is closed on Saturdays and Sundays and on no other day.
	WeekendOnly Code = 1
	// Target is the settlement calendar of the euro: T2, before 2023-03-20 TARGET2, before 2007-11-19 TARGET.
	Target Code = 2
	// Germany is closed on weekends and on the public holidays that all sixteen Länder share.
	Germany Code = 3
	// China is mainland China's calendar of working days, with the weekends that are worked to make up for holidays.
	China Code = 4
)

// DayStatus says whether business is done on a day.
type DayStatus uint8

// The statuses of a day.
const (
	// NotCovered means that the calendar's data does not reach the day; it is neither open nor closed.
	NotCovered DayStatus = iota
	// Open means a business day.
	Open
	// Closed means a weekend or a holiday.
	Closed
)

// String returns "not covered", "open" or "closed".
func (s DayStatus) String() string {
	switch s {
	case NotCovered:
		return "not covered"
	case Open:
		return "open"
	case Closed:
		return "closed"
	default:
		return fmt.Sprintf("day status %d", uint8(s))
	}
}

// Calendar is one business calendar: what it is called, where its data comes from, and which days it covers.
type Calendar struct {
	Code   Code
	Name   string // as in programmes and files: "WEEKEND", "TARGET", "DE", "CN"
	Source string // the decision, law or notices that the data states
	First  Date   // first day covered
	Last   Date   // last day covered
	// status is asked only for days from First to Last.
	status func(Date) DayStatus
}

// Calendar returns the calendar of the code, or false when there is none.
func (c Code) Calendar() (Calendar, bool) {
	if c < WeekendOnly || int(c) > len(calendars) {
		return Calendar{}, false
	}
	return calendars[c-1], true
}

// String returns the calendar's name, such as "TARGET"; empty when there is none.
func (c Code) String() string {
	calendar, _ := c.Calendar()
	return calendar.Name
}

// ParseCode reads a calendar's name as String writes it, and returns false for any other text.
func ParseCode(name string) (Code, bool) {
	for i := range calendars {
		if calendars[i].Name == name {
			return calendars[i].Code, true
		}
	}
	return 0, false
}

// All returns every calendar in the order of the codes.
func All() []Calendar {
	return append([]Calendar(nil), calendars[:]...)
}

// Status says whether the day is open, closed, or outside what the calendar covers.
func (c Code) Status(d Date) DayStatus {
	if c < WeekendOnly || int(c) > len(calendars) {
		return NotCovered
	}
	calendar := &calendars[c-1]
	if d < calendar.First || d > calendar.Last {
		return NotCovered
	}
	return calendar.status(d)
}

// Convention says where a date goes that falls on a closed day. The numbers are stored in journals. The zero value is
// Unadjusted.
//
// Source: 2006 ISDA Definitions, section 4.12.
type Convention uint8

// The business-day conventions.
const (
	// Unadjusted leaves the date where it is, open or closed.
	Unadjusted Convention = 0
	// Following takes the next open day.
	Following Convention = 1
	// ModifiedFollowing takes the next open day unless it lies in another month, and then the last open day before.
	ModifiedFollowing Convention = 2
	// Preceding takes the last open day before.
	Preceding Convention = 3
)

var conventionNames = [...]string{"unadjusted", "following", "modified following", "preceding"}

// String returns the convention's name in lower case, such as "modified following"; empty for an unknown one.
func (v Convention) String() string {
	if int(v) >= len(conventionNames) {
		return ""
	}
	return conventionNames[v]
}

// ParseConvention reads a name as String writes it, and returns false for any other text.
func ParseConvention(name string) (Convention, bool) {
	for number, known := range conventionNames {
		if name == known {
			return Convention(number), true
		}
	}
	return 0, false
}

// Adjust moves a date that falls on a closed day as the convention says; an open day stays. It returns false when
// the answer needs a day that the calendar does not cover; the date returned is then d itself. Unadjusted needs no
// calendar and always succeeds. It panics on an unknown convention.
func (c Code) Adjust(d Date, convention Convention) (Date, bool) {
	switch convention {
	case Unadjusted:
		return d, true
	case Following:
		return c.nearestOpen(d, 1)
	case Preceding:
		return c.nearestOpen(d, -1)
	case ModifiedFollowing:
		return c.modifiedFollowing(d)
	default:
		panic(fmt.Sprintf("calendar: unknown business-day convention %d", uint8(convention)))
	}
}

func (c Code) modifiedFollowing(d Date) (Date, bool) {
	end := d.EndOfMonth()
	for day := d; day <= end; day++ {
		switch c.Status(day) {
		case Open:
			return day, true
		case NotCovered:
			return d, false
		}
	}
	return c.nearestOpen(d, -1)
}

// nearestOpen walks by step, which is 1 or -1, from d to the first open day, d included.
func (c Code) nearestOpen(d Date, step Date) (Date, bool) {
	for day := d; ; day += step {
		switch c.Status(day) {
		case Open:
			return day, true
		case NotCovered:
			return d, false
		}
	}
}

// AddBusinessDays counts that many open days after d, or before it when days is negative; d itself is not counted,
// open or not. With 0 it returns d as it is, as long as d is covered: use Adjust for "this day or the next open one". It returns
// false, and d, when the count leaves what the calendar covers.
func (c Code) AddBusinessDays(d Date, days int) (Date, bool) {
	if c.Status(d) == NotCovered {
		return d, false
	}
	step := Date(1)
	if days < 0 {
		step = -1
	}
	day := d
	for left := days; left != 0; {
		day += step
		switch c.Status(day) {
		case Open:
			left -= int(step)
		case NotCovered:
			return d, false
		}
	}
	return day, true
}

// BusinessDaysBetween counts the open days from the first date to the second, first day in and last day out;
// negative when to is the earlier one. It returns false when a day in between is not covered.
func (c Code) BusinessDaysBetween(from, to Date) (int, bool) {
	if to < from {
		count, covered := c.BusinessDaysBetween(to, from)
		return -count, covered
	}
	count := 0
	for day := from; day < to; day++ {
		switch c.Status(day) {
		case Open:
			count++
		case NotCovered:
			return 0, false
		}
	}
	return count, true
}
