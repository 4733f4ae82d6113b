package supervision

import "millrace/domain/calendar"

// Rhythm is how often the custodian gives a statement of an account, as bank and account owner have agreed: ISO 20022 leaves services and schedule of
// camt.053 to them (message definition of BankToCustomerStatement, scope). Stored: a value is never used again.
type Rhythm uint8

// The rhythms.
const (
	EveryOpenDay Rhythm = iota // of the programme's calendar
	// WhenMoved is on each day on which the account moved, and on the last open day of each month even if it did not. That the information comes
	// at least once a month is what a payer can always ask for: Directive (EU) 2015/2366, Article 57(2)?
	WhenMoved
)

var rhythmNames = [...]string{"every_open_day", "when_moved"}

// Valid tells whether there is such a rhythm.
func (r Rhythm) Valid() bool { return int(r) < len(rhythmNames) }

// String is the name used in API and console; "" for an unknown rhythm.
func (r Rhythm) String() string {
	if !r.Valid() {
		return ""
	}
	return rhythmNames[r]
}

// Rhythms lists the names, by value.
func Rhythms() []string { return append([]string(nil), rhythmNames[:]...) }

// MonthClosed is the latest day, up to a day, that is the last open one of its month; false where the calendar does not cover it.
func MonthClosed(open calendar.Code, until calendar.Date) (calendar.Date, bool) {
	if last, covered := open.Adjust(until.EndOfMonth(), calendar.Preceding); !covered || last <= until {
		return last, covered
	}
	return open.Adjust(until.AddDays(-until.Day()), calendar.Preceding)
}
