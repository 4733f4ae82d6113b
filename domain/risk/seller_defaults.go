package risk

import "millrace/domain/rule"

var sellerDefaults = Rule{
	Code: "seller_defaults", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "No more than a few of the seller's financings were lost, or had to be bought back",
	Why:    "New loans that pay old ones hide both.",
	Source: "the platforms of 2015 to 2019: new bad projects to pay for old ones",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.DefaultsMax > 0 && int64(f.SellerDefaults) >= t.DefaultsMax {
			return rule.Refer, int64(f.SellerDefaults), t.DefaultsMax
		}
		return rule.Pass, int64(f.SellerDefaults), t.DefaultsMax
	},
	Fixtures: []Fixture{
		{"nothing lost", func(*Facts, *Thresholds) {}, rule.Pass},
		{"two", func(f *Facts, _ *Thresholds) { f.SellerDefaults = 2 }, rule.Pass},
		{"three", func(f *Facts, _ *Thresholds) { f.SellerDefaults = 3 }, rule.Refer},
	},
}
