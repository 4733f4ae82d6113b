package risk

import "millrace/domain/rule"

var buyerOverdue = Rule{
	Code: "buyer_overdue", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "The buyer has nothing past due in the programme",
	Why:    "Who pays the last invoice late pays the next one late, or not at all.",
	Source: "early warning; 30-day backstop of IFRS 9 5.5.11",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.BuyerOverdue > 0 {
			return rule.Refer, int64(f.BuyerOverdue), 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"nothing", func(*Facts, *Thresholds) {}, rule.Pass},
		{"one overdue", func(f *Facts, _ *Thresholds) { f.BuyerOverdue = 1 }, rule.Refer},
	},
}
