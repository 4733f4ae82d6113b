package risk

import "millrace/domain/rule"

var dilution = Rule{
	Code: "dilution", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "Little is credited or lost in disputes between the two",
	Why:    "What is credited was financed and is not paid.",
	Source: "factoring: dilution; reserve for dilution",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if int64(f.PairInvoices) >= t.InvoicesMin && t.DilutionMax > 0 && int64(f.Dilution) > t.DilutionMax {
			return rule.Refer, int64(f.Dilution), t.DilutionMax
		}
		return rule.Pass, int64(f.Dilution), t.DilutionMax
	},
	Fixtures: []Fixture{
		{"a tenth", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.Dilution = 20, 100_000 }, rule.Pass},
		{"of a few invoices", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.Dilution = 2, 500_000 }, rule.Pass},
		{"more than a tenth", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.Dilution = 20, 100_001 }, rule.Refer},
	},
}
