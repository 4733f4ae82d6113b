package risk

import "millrace/domain/rule"

var relatedParties = Rule{
	Code: "related_parties", Version: 1, Group: OfRelations, Severity: rule.Refuse,
	Title:  "Seller and buyer do not belong to one group",
	Why:    "Inside a group an invoice costs nothing to write and nobody has to pay it.",
	Source: "risk control at each use: related parties; Greensill and GFG Alliance, 2021",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.SameGroup != 0 {
			return rule.Refuse, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"two groups", func(*Facts, *Thresholds) {}, rule.Pass},
		{"one group", func(f *Facts, _ *Thresholds) { f.SameGroup = 1 }, rule.Refuse},
	},
}
