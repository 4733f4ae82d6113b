package risk

import "millrace/domain/rule"

var tradeDifferences = Rule{
	Code: "trade_differences", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "Documents that bill more than was ordered or received are looked at by a person, unless the buyer has undertaken irrevocably to pay",
	Why:    "What was not ordered or did not arrive is not owed.",
	Source: "trade evidence: matched; no financing of what the documents do not bear out",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.Differences > 0 {
			return rule.Refer, int64(f.Differences), 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"none", func(*Facts, *Thresholds) {}, rule.Pass},
		{"a price above the order", func(f *Facts, _ *Thresholds) { f.Differences = 1 }, rule.Refer},
	},
}
