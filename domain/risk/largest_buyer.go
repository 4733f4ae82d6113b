package risk

import "millrace/domain/rule"

var largestBuyer = Rule{
	Code: "largest_buyer", Version: 1, Group: OfConcentration, Severity: rule.Refer,
	Title:  "The seller does not live by one buyer",
	Why:    "Who has one customer signs what that customer wants.",
	Source: "factoring: debtor concentration",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.LargestBuyerMax > 0 && int64(f.SellerLargest) > t.LargestBuyerMax {
			return rule.Refer, int64(f.SellerLargest), t.LargestBuyerMax
		}
		return rule.Pass, int64(f.SellerLargest), t.LargestBuyerMax
	},
	Fixtures: []Fixture{
		{"not asked for", func(f *Facts, _ *Thresholds) { f.SellerLargest = 1_000_000 }, rule.Pass},
		{"at the bound", func(f *Facts, t *Thresholds) { f.SellerLargest, t.LargestBuyerMax = 800_000, 800_000 }, rule.Pass},
		{"above", func(f *Facts, t *Thresholds) { f.SellerLargest, t.LargestBuyerMax = 800_001, 800_000 }, rule.Refer},
	},
}
