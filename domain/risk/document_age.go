package risk

import (
	"millrace/domain/calendar"
	"millrace/domain/rule"
)

var documentAge = Rule{
	Code: "document_age", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "The invoice is not old",
	Why:    "What could have been paid long ago, and is brought now, was paid, or disputed, or made up.",
	Source: "eligibility of receivables in securitisation and factoring",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		age := int64(0)
		if f.Issued != 0 {
			age = int64(calendar.DaysBetween(f.Issued, f.Date))
		}
		if t.DocumentAgeDays > 0 && age > t.DocumentAgeDays {
			return rule.Refer, age, t.DocumentAgeDays
		}
		return rule.Pass, age, t.DocumentAgeDays
	},
	Fixtures: []Fixture{
		{"at the bound", func(f *Facts, _ *Thresholds) { f.Issued = f.Date.AddDays(-180) }, rule.Pass},
		{"one day older", func(f *Facts, _ *Thresholds) { f.Issued = f.Date.AddDays(-181) }, rule.Refer},
	},
}
