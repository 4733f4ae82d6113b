package risk

import (
	"millrace/domain/calendar"
	"millrace/domain/rule"
)

var issuedAhead = Rule{
	Code: "issued_ahead", Version: 1, Group: OfEvidence, Severity: rule.Refuse,
	Title:  "The invoice is not dated in the future",
	Why:    "A claim that will arise some day is prospective, and no receivable.",
	Source: "Civil Code of the PRC, art. 761 and 763; Greensill, 2021",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		ahead := int64(0)
		if f.Issued > f.Date {
			ahead = int64(calendar.DaysBetween(f.Date, f.Issued))
		}
		if ahead > 1 { // it is tomorrow already where the seller is
			return rule.Refuse, ahead, 1
		}
		return rule.Pass, ahead, 1
	},
	Fixtures: []Fixture{
		{"today", func(f *Facts, _ *Thresholds) { f.Issued = f.Date }, rule.Pass},
		{"tomorrow", func(f *Facts, _ *Thresholds) { f.Issued = f.Date.AddDays(1) }, rule.Pass},
		{"the day after", func(f *Facts, _ *Thresholds) { f.Issued = f.Date.AddDays(2) }, rule.Refuse},
	},
}
