package risk

import "millrace/domain/rule"

var insurerLimit = Rule{
	Code: "insurer_limit", Version: 1, Group: OfLimits, Severity: rule.Refer,
	Title:  "An insurer covers the exposure on the debtor, where one covers it",
	Why:    "What is lent beyond the cover is lent without cover.",
	Source: "credit insurance: limit and share",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.InsurerUseMax > 0 && int64(f.InsurerUse) > t.InsurerUseMax {
			return rule.Refer, int64(f.InsurerUse), t.InsurerUseMax
		}
		return rule.Pass, int64(f.InsurerUse), t.InsurerUseMax
	},
	Fixtures: []Fixture{
		{"no insurer", func(*Facts, *Thresholds) {}, rule.Pass},
		{"covered", func(f *Facts, _ *Thresholds) { f.InsurerUse = 1_000_000 }, rule.Pass},
		{"beyond it", func(f *Facts, _ *Thresholds) { f.InsurerUse = 1_000_001 }, rule.Refer},
	},
}
