package legal

import "millrace/domain/calendar"

// day is a date that must exist.
func day(year, month, dayOfMonth int) calendar.Date {
	d, ok := calendar.Of(year, month, dayOfMonth)
	if !ok {
		panic("legal: no such date")
	}
	return d
}

// civilCode is the day on which the Civil Code of the People's Republic of China came into force (art. 1260); the
// Contract Law of 1999 ended on that day.
var civilCode = day(2021, 1, 1)

// Answer is what a rule of law says, and where it is written; no citation where no statute is on record for the law.
type Answer struct {
	Holds    bool
	Citation string
}
