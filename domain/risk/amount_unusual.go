package risk

import "millrace/domain/rule"

var amountUnusual = Rule{
	Code: "amount_unusual", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "The invoice is not far above what the two usually trade",
	Why:    "One more zero is all that it takes.",
	Source: "early warning; inflated invoices at First Brands, 2025",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		times := int64(0)
		if others := int64(f.PairInvoices) - 1; others > 0 && f.PairInvoiced > f.Face {
			times = share(int64(f.Face), int64(f.PairInvoiced-f.Face)/others) / 1_000_000
		}
		if t.AmountTimes > 0 && int64(f.PairInvoices) >= t.InvoicesMin && times >= t.AmountTimes {
			return rule.Refer, times, t.AmountTimes
		}
		return rule.Pass, times, t.AmountTimes
	},
	Fixtures: []Fixture{
		{"as usual", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.PairInvoiced = 20, 20*f.Face }, rule.Pass},
		{"a young pair", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.PairInvoiced = 5, f.Face+4_00 }, rule.Pass},
		{"five times", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.PairInvoiced = 11, 3*f.Face }, rule.Refer},
	},
}
