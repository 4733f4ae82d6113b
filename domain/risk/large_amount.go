package risk

import "millrace/domain/rule"

var largeAmount = Rule{
	Code: "large_amount", Version: 1, Group: OfConcentration, Severity: rule.Refer,
	Title:  "An amount above the programme's bound is looked at by a person",
	Why:    "A single large loss is not made good by many small gains.",
	Source: "programme policy",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.ReferAbove > 0 && f.Amount > f.ReferAbove {
			return rule.Refer, int64(f.Amount), int64(f.ReferAbove)
		}
		return rule.Pass, int64(f.Amount), int64(f.ReferAbove)
	},
	Fixtures: []Fixture{
		{"at the bound", func(f *Facts, _ *Thresholds) { f.Amount = f.ReferAbove }, rule.Pass},
		{"no bound", func(f *Facts, _ *Thresholds) { f.ReferAbove = 0; f.Amount = 1_000_000_000_000_000 }, rule.Pass},
		{"one cent above", func(f *Facts, _ *Thresholds) { f.Amount = f.ReferAbove + 1 }, rule.Refer},
	},
}
