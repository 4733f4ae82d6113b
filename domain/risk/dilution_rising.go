package risk

import "millrace/domain/rule"

var dilutionRising = Rule{
	Code: "dilution_rising", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "Dilution does not rise",
	Why:    "Credit notes come in when invoices were written too early.",
	Source: "early warning: dilution",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if int64(f.PairInvoices) >= t.InvoicesMin && t.DilutionRiseMax > 0 && int64(f.DilutionRise) > t.DilutionRiseMax {
			return rule.Refer, int64(f.DilutionRise), t.DilutionRiseMax
		}
		return rule.Pass, int64(f.DilutionRise), t.DilutionRiseMax
	},
	Fixtures: []Fixture{
		{"as before", func(f *Facts, _ *Thresholds) { f.PairInvoices = 20 }, rule.Pass},
		{"a twentieth more", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.DilutionRise = 20, 50_000 }, rule.Pass},
		{"more", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.DilutionRise = 20, 50_001 }, rule.Refer},
	},
}
