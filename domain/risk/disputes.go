package risk

import "millrace/domain/rule"

var disputes = Rule{
	Code: "disputes", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "The buyer disputes little of what the seller bills",
	Why:    "Disputes begin where deliveries end.",
	Source: "early warning: disputes",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if int64(f.PairInvoices) >= t.InvoicesMin && t.DisputedMax > 0 && int64(f.DisputedShare) > t.DisputedMax {
			return rule.Refer, int64(f.DisputedShare), t.DisputedMax
		}
		return rule.Pass, int64(f.DisputedShare), t.DisputedMax
	},
	Fixtures: []Fixture{
		{"a tenth", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.DisputedShare = 20, 100_000 }, rule.Pass},
		{"more", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.DisputedShare = 20, 100_001 }, rule.Refer},
	},
}
