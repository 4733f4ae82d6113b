package risk

import "millrace/domain/rule"

var aggregateExceeded = Rule{
	Code: "aggregate_exceeded", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "No more is financed on a trade than was ordered and received in total",
	Why:    "Partial invoices add up to more than the goods unless somebody adds them up.",
	Source: "one financing per evidence",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.FinancedOnTrade > f.EarnedOnTrade {
			return rule.Refer, int64(f.FinancedOnTrade), int64(f.EarnedOnTrade)
		}
		return rule.Pass, int64(f.FinancedOnTrade), int64(f.EarnedOnTrade)
	},
	Fixtures: []Fixture{
		{"at the bound", func(f *Facts, _ *Thresholds) { f.FinancedOnTrade, f.EarnedOnTrade = 100, 100 }, rule.Pass},
		{"one cent above", func(f *Facts, _ *Thresholds) { f.FinancedOnTrade, f.EarnedOnTrade = 101, 100 }, rule.Refer},
	},
}
