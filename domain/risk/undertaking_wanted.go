package risk

import "millrace/domain/rule"

var undertakingWanted = Rule{
	Code: "undertaking_wanted", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "Above an amount the buyer has undertaken to pay",
	Why:    "A large invoice that its debtor has never seen is the cheapest fraud there is.",
	Source: "programme policy; evidence: confirmation",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if f.claim() && t.UndertakingAbove > 0 && f.Undertaking == 0 && int64(f.Amount) > t.UndertakingAbove {
			return rule.Refer, int64(f.Amount), t.UndertakingAbove
		}
		return rule.Pass, int64(f.Amount), t.UndertakingAbove
	},
	Fixtures: []Fixture{
		{"undertaken", func(_ *Facts, t *Thresholds) { t.UndertakingAbove = 1 }, rule.Pass},
		{"at the amount", func(f *Facts, t *Thresholds) { f.Undertaking, t.UndertakingAbove = 0, int64(f.Amount) }, rule.Pass},
		{"above it", func(f *Facts, t *Thresholds) { f.Undertaking, t.UndertakingAbove = 0, int64(f.Amount)-1 }, rule.Refer},
	},
}
