package risk

import "millrace/domain/rule"

var invoiceShare = Rule{
	Code: "invoice_share", Version: 1, Group: OfConcentration, Severity: rule.Refer,
	Title:  "No invoice is most of what the two have traded in a year",
	Why:    "The last invoice before the end is the largest one.",
	Source: "early warning; concentration",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		part := share(int64(f.Face), int64(f.PairInvoiced))
		if t.InvoiceShareMax > 0 && int64(f.PairInvoices) >= t.InvoicesMin && part > t.InvoiceShareMax {
			return rule.Refer, part, t.InvoiceShareMax
		}
		return rule.Pass, part, t.InvoiceShareMax
	},
	Fixtures: []Fixture{
		{"half of it", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.PairInvoiced = 20, 2*f.Face }, rule.Pass},
		{"a young pair", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.PairInvoiced = 9, f.Face }, rule.Pass},
		{"more than half", func(f *Facts, _ *Thresholds) { f.PairInvoices, f.PairInvoiced = 20, 2*f.Face-1_00 }, rule.Refer},
	},
}
