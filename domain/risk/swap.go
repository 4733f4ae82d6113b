package risk

import "millrace/domain/rule"

var swap = Rule{
	Code: "swap", Version: 1, Group: OfNetwork, Severity: rule.Refer,
	Title:  "Nobody bills the same amount the other way",
	Why:    "Two invoices that cancel each other leave two financings.",
	Source: "swaps of equal invoices (round-tripping); network",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.SwapAmount > 0 {
			return rule.Refer, int64(f.SwapAmount), int64(f.Amount)
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"none", func(*Facts, *Thresholds) {}, rule.Pass},
		{"near the same amount", func(f *Facts, _ *Thresholds) { f.SwapAmount = f.Amount - 1 }, rule.Refer},
	},
}
