package risk

import "millrace/domain/rule"

var paymentsReversed = Rule{
	Code: "payments_reversed", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "The buyer's payments stay",
	Why:    "What is taken back was never paid.",
	Source: "funds supervision: reversals, recalls and charges",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.ReversedMax > 0 && int64(f.ReversedShare) > t.ReversedMax {
			return rule.Refer, int64(f.ReversedShare), t.ReversedMax
		}
		return rule.Pass, int64(f.ReversedShare), t.ReversedMax
	},
	Fixtures: []Fixture{
		{"a twentieth", func(f *Facts, _ *Thresholds) { f.ReversedShare = 50_000 }, rule.Pass},
		{"more", func(f *Facts, _ *Thresholds) { f.ReversedShare = 50_001 }, rule.Refer},
	},
}
