package risk

import "millrace/domain/rule"

var screeningHit = Rule{
	Code: "screening_hit", Version: 1, Group: OfIdentity, Severity: rule.Refuse,
	Title:  "Neither party stands on a list of sanctions",
	Why:    "Who makes funds available to a listed person commits a crime, whatever it knew of the trade.",
	Source: "UN Security Council resolution 1373; Regulation (EC) 2580/2001, art. 2(1)(b); Executive Order 13224",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if (f.SellerFile|f.BuyerFile)&ScreeningHit != 0 {
			return rule.Refuse, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"no hit", func(*Facts, *Thresholds) {}, rule.Pass},
		{"cleared", func(f *Facts, _ *Thresholds) { f.SellerFile = 0 }, rule.Pass},
		{"confirmed", func(f *Facts, _ *Thresholds) { f.BuyerFile = ScreeningHit }, rule.Refuse},
	},
}
