package risk

import "millrace/domain/rule"

var funnel = Rule{
	Code: "funnel", Version: 1, Group: OfNetwork, Severity: rule.Refer,
	Title:  "New parties do not gather round one",
	Why:    "Many small new suppliers of one buyer are often one person with many stamps.",
	Source: "funnel structures in factoring fraud; network",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		young := int64(max(f.BuyerFunnel, f.SellerFunnel))
		if young > 0 {
			return rule.Refer, young, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"none", func(*Facts, *Thresholds) {}, rule.Pass},
		{"young sellers round one buyer", func(f *Facts, _ *Thresholds) { f.BuyerFunnel = 6 }, rule.Refer},
		{"young buyers round one seller", func(f *Facts, _ *Thresholds) { f.SellerFunnel = 6 }, rule.Refer},
	},
}
