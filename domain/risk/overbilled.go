package risk

import "millrace/domain/rule"

var overbilled = Rule{
	Code: "overbilled", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "No line is billed far above its order, whatever the buyer has undertaken",
	Why:    "Batches are inflated where nobody compares them with the order any more.",
	Source: "inflated batches at First Brands, 2025",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.OverbilledMax > 0 && f.Overbilled > t.OverbilledMax {
			return rule.Refer, f.Overbilled, t.OverbilledMax
		}
		return rule.Pass, f.Overbilled, t.OverbilledMax
	},
	Fixtures: []Fixture{
		{"a fifth more", func(f *Facts, _ *Thresholds) { f.Overbilled = 200_000 }, rule.Pass},
		{"more than a fifth", func(f *Facts, _ *Thresholds) { f.Overbilled = 200_001 }, rule.Refer},
	},
}
