package risk

import "millrace/domain/rule"

var notScreened = Rule{
	Code: "not_screened", Version: 1, Group: OfIdentity, Severity: rule.Refer,
	Title:  "Seller, buyer and who owns them were compared with all lists in force",
	Why:    "Who was put on record after the day's screening is on no list only because nobody has looked.",
	Source: "Regulation (EC) 2580/2001, art. 2; Directive (EU) 2015/849, art. 14(1)",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if (f.SellerFile|f.BuyerFile)&Unscreened != 0 {
			return rule.Refer, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"both screened", func(*Facts, *Thresholds) {}, rule.Pass},
		{"another thing open", func(f *Facts, _ *Thresholds) { f.SellerFile = ScreeningOpen }, rule.Pass},
		{"the seller is new", func(f *Facts, _ *Thresholds) { f.SellerFile = Unscreened }, rule.Refer},
		{"the buyer is new", func(f *Facts, _ *Thresholds) { f.BuyerFile = Unscreened }, rule.Refer},
	},
}
