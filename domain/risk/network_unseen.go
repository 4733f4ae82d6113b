package risk

import "millrace/domain/rule"

var networkUnseen = Rule{
	Code: "network_unseen", Version: 1, Group: OfNetwork, Severity: rule.Refer,
	Title:  "Where the graph is too wide to be searched, a large amount is looked at by a person",
	Why:    "A search that stops early has not found nothing.",
	Source: "bounded work; network",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.NetworkCut && f.ReferAbove > 0 && f.Amount > f.ReferAbove/2 {
			return rule.Refer, int64(f.Amount), int64(f.ReferAbove / 2)
		}
		return rule.Pass, int64(f.Amount), int64(f.ReferAbove / 2)
	},
	Fixtures: []Fixture{
		{"seen", func(f *Facts, _ *Thresholds) { f.Amount = f.ReferAbove }, rule.Pass},
		{"a small amount", func(f *Facts, _ *Thresholds) { f.NetworkCut = true }, rule.Pass},
		{"unseen and large", func(f *Facts, _ *Thresholds) { f.NetworkCut, f.Amount = true, f.ReferAbove/2+1 }, rule.Refer},
	},
}
