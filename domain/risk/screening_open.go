package risk

import "millrace/domain/rule"

var screeningOpen = Rule{
	Code: "screening_open", Version: 1, Group: OfIdentity, Severity: rule.Refer,
	Title:  "No hit on a list waits for a person",
	Why:    "Money that has left can not be frozen.",
	Source: "Regulation (EC) 2580/2001, art. 2; UN Security Council resolution 1373",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		against := (f.SellerFile | f.BuyerFile) & ScreeningOpen
		if against != 0 {
			return rule.Refer, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"nothing", func(*Facts, *Thresholds) {}, rule.Pass},
		{"of the seller", func(f *Facts, _ *Thresholds) { f.SellerFile = ScreeningOpen }, rule.Refer},
		{"of the buyer", func(f *Facts, _ *Thresholds) { f.BuyerFile = ScreeningOpen }, rule.Refer},
	},
}
