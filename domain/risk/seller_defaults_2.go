package risk

import "millrace/domain/rule"

var sellerDefaults2 = Rule{
	Code: "seller_defaults", Version: 2, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "Of the seller's financings of twelve months no more than a few, and no more than their share, were lost",
	Why:    "New loans that pay old ones hide both; who sells a thousand invoices loses four of them without that.",
	Source: "the platforms of 2015 to 2019: new bad projects to pay for old ones; 5 per cent: EBA/GL/2018/06, from where a lender has many non-performing loans",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		lost := share(int64(f.SellerLost), int64(f.SellerFinanced))
		if f.SellerFinanced == 0 || t.DefaultsShareMax == 0 { // over life, as in version 1
			verdict, _, _ := sellerDefaults.Judge(f, t)
			if f.SellerFinanced == 0 && verdict != rule.Pass {
				lost = shareWhole
			}
			return verdict, lost, 0
		}
		if t.DefaultsMax > 0 && int64(f.SellerLost) >= t.DefaultsMax && lost > t.DefaultsShareMax {
			return rule.Refer, lost, t.DefaultsShareMax
		}
		return rule.Pass, lost, t.DefaultsShareMax
	},
	Fixtures: []Fixture{
		{"two of two", func(f *Facts, _ *Thresholds) { f.SellerDefaults, f.SellerLost, f.SellerFinanced = 2, 2, 2 }, rule.Pass},
		{"three of three", func(f *Facts, _ *Thresholds) { f.SellerDefaults, f.SellerLost, f.SellerFinanced = 3, 3, 3 }, rule.Refer},
		{"a twentieth", func(f *Facts, _ *Thresholds) { f.SellerDefaults, f.SellerLost, f.SellerFinanced = 5, 5, 100 }, rule.Pass},
		{"more", func(f *Facts, _ *Thresholds) { f.SellerDefaults, f.SellerLost, f.SellerFinanced = 6, 6, 100 }, rule.Refer},
		{"long ago", func(f *Facts, _ *Thresholds) { f.SellerDefaults, f.SellerFinanced = 9, 20 }, rule.Pass},
		{"long ago, and nothing since", func(f *Facts, _ *Thresholds) { f.SellerDefaults = 9 }, rule.Refer},
		{"a policy of before", func(f *Facts, t *Thresholds) {
			f.SellerDefaults, f.SellerLost, f.SellerFinanced, t.DefaultsShareMax = 4, 4, 1_000, 0
		}, rule.Refer},
	},
}
