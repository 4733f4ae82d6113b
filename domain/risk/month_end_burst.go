package risk

import "millrace/domain/rule"

var monthEndBurst = Rule{
	Code: "month_end_burst", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "Invoices do not pile up at the end of a month",
	Why:    "Turnover that is missing for the report is written on the last evening.",
	Source: "early warning: billing at period ends; premature revenue, IFRS 15.31",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		left := int64(0)
		if f.Issued != 0 {
			left = int64(f.Issued.AddMonths(1).AddDays(-f.Issued.Day())-f.Issued) + 1
		}
		if t.MonthEndDays > 0 && left > 0 && left <= t.MonthEndDays && t.BurstGrowth > 0 && f.PairGrowth > t.BurstGrowth && int64(f.PairInvoices) >= t.InvoicesMin {
			return rule.Refer, f.PairGrowth, t.BurstGrowth
		}
		return rule.Pass, f.PairGrowth, t.BurstGrowth
	},
	Fixtures: []Fixture{
		{"in the middle of a month", func(f *Facts, _ *Thresholds) {
			f.Issued, f.PairInvoices, f.PairGrowth = day(2026, 10, 15), 40, 3_000_000
		}, rule.Pass},
		{"no more than before", func(f *Facts, _ *Thresholds) { f.Issued, f.PairInvoices = day(2026, 10, 30), 40 }, rule.Pass},
		{"many at the end", func(f *Facts, _ *Thresholds) {
			f.Issued, f.PairInvoices, f.PairGrowth = day(2026, 10, 29), 40, 1_000_001
		}, rule.Refer},
	},
}
