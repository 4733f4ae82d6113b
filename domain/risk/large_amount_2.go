package risk

import (
	"millrace/domain/money"
	"millrace/domain/rule"
)

var largeAmount2 = Rule{
	Code: "large_amount", Version: 2, Group: OfConcentration, Severity: rule.Refer,
	Title:  "An amount above the programme's bound is looked at by a person",
	Why:    "A single large loss is not made good by many small gains.",
	Source: "programme policy",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		bound := f.ReferAbove
		if t.ReferAbove > 0 {
			bound = money.Minor(t.ReferAbove)
		}
		if bound > 0 && f.Amount > bound {
			return rule.Refer, int64(f.Amount), int64(bound)
		}
		return rule.Pass, int64(f.Amount), int64(bound)
	},
	Fixtures: []Fixture{
		{"at the bound", func(f *Facts, _ *Thresholds) { f.Amount = f.ReferAbove }, rule.Pass},
		{"no bound", func(f *Facts, _ *Thresholds) { f.ReferAbove = 0; f.Amount = 1_000_000_000_000_000 }, rule.Pass},
		{"one cent above", func(f *Facts, _ *Thresholds) { f.Amount = f.ReferAbove + 1 }, rule.Refer},
		{"above the policy's", func(f *Facts, t *Thresholds) { t.ReferAbove = int64(f.Amount) - 1 }, rule.Refer},
	},
}
