package risk

import "millrace/domain/rule"

var youngBurst = Rule{
	Code: "young_burst", Version: 1, Group: OfNetwork, Severity: rule.Refer,
	Title:  "A party that has just begun does not trade like an old one",
	Why:    "Firms that are set up for a fraud are busy at once.",
	Source: "missing-trader fraud; network",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		deals := int64(max(f.SellerBurst, f.BuyerBurst))
		if deals > 0 {
			return rule.Refer, deals, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"neither", func(*Facts, *Thresholds) {}, rule.Pass},
		{"a young seller", func(f *Facts, _ *Thresholds) { f.SellerBurst = 25 }, rule.Refer},
		{"a young buyer", func(f *Facts, _ *Thresholds) { f.BuyerBurst = 25 }, rule.Refer},
	},
}
