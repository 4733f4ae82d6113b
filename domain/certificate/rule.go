package certificate

import (
	"millrace/domain/calendar"
	"millrace/domain/rule"
)

// Law is the law under which a certificate is issued: a country, or a union whose directive its countries have taken over.
type Law uint8

// The laws for which there are rules of their own. Under NoLaw only those of the house hold.
const (
	NoLaw Law = iota
	China
	EuropeanUnion
)

var lawNames = [...]string{"", "CN", "EU"}

// Laws is the number of laws.
const Laws = len(lawNames)

// String is the name used in API and console: "CN", "EU"; "" for none.
func (l Law) String() string { return lawNames[l] }

// ParseLaw reads a law's name; false for an unknown one.
func ParseLaw(name string) (Law, bool) {
	for i, n := range lawNames {
		if n == name {
			return Law(i), true
		}
	}
	return 0, false
}

// Facts is what the rules look at.
type Facts struct {
	Issued     calendar.Date // of the certificate: that day's rules hold for all its life
	Due        calendar.Date // as stated
	Invoiced   calendar.Date // of the invoice on which it rests
	Performed  bool          // delivery is proved
	Justified  bool          // a reason for the tenor is on record
	LenderActs bool          // who instructs the disbursement acts for the funder
	Registered bool          // the financing is in the register of movable property
}

// Act is what is being done. A set of acts is a sum of them.
type Act uint8

// The acts for which there are rules.
const (
	Issuing Act = 1 << iota
	Transferring
	Financing
	Disbursing
)

// Rule is one rule of law: dated, and cited.
type Rule struct {
	Code     string
	Title    string // what it asks, for a person
	Law      Law
	Citation string
	From     calendar.Date // it holds for certificates issued on this day or later
	Acts     Act
	Version  uint16
	Judge    func(Facts) (verdict rule.Verdict, measure, bound int64)
}

// Rules are all rules, in the order in which they are asked.
var Rules = []Rule{chinaRealTrade, chinaTenorTwelve, chinaTenorSix, chinaTenorReview, chinaLenderInstructs, chinaRegistered, europeTerm}

// Finding is what one rule has against an act.
type Finding struct {
	Rule    *Rule
	Outcome rule.Outcome
}

// Judge asks every rule of a law that holds for a certificate about an act, and gives those that did not pass.
func Judge(law Law, act Act, facts Facts) []Finding {
	var found []Finding
	for i := range Rules {
		r := &Rules[i]
		if r.Law != law || r.Acts&act == 0 || facts.Issued < r.From {
			continue
		}
		if verdict, measure, bound := r.Judge(facts); verdict != rule.Pass {
			found = append(found, Finding{r, rule.Outcome{Rule: r.Code, Verdict: verdict, Measure: measure, Bound: bound, Version: r.Version}})
		}
	}
	return found
}

func date(year, month, day int) calendar.Date {
	d, ok := calendar.Of(year, month, day)
	if !ok {
		panic("certificate: no such date")
	}
	return d
}

// beyondMonths tells whether a tenor is longer than so many calendar months.
func beyondMonths(from, due calendar.Date, months int64) bool { return monthsBegun(from, due) > months }

// monthsBegun counts the calendar months of a tenor, one that has only begun included. A month ends on the day of the month on
// which it began, or on the last one of a shorter month.
func monthsBegun(from, due calendar.Date) int64 {
	if due <= from {
		return 0
	}
	months := (due.Year()-from.Year())*12 + due.Month() - from.Month()
	if due > from.AddMonths(months) { // a date in the month of due, and so never out of the calendar
		months++
	}
	return int64(months)
}

// refuseUnless is the verdict of a rule that knows no middle.
func refuseUnless(holds bool) (rule.Verdict, int64, int64) {
	if holds {
		return rule.Pass, 1, 1
	}
	return rule.Refuse, 0, 1
}
