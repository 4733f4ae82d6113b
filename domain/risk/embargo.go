package risk

import "millrace/domain/rule"

var embargo = Rule{
	Code: "embargo", Version: 1, Group: OfRegulation, Severity: rule.Refuse,
	Title:  "Neither party is in a country with which trade is forbidden",
	Why:    "A payment into an embargoed country is a crime in most places that it touches.",
	Source: "UN Security Council resolution 2397 (North Korea); Council Regulation (EU) 267/2012 (Iran)",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if in(t.Refused, f.SellerCountry) || in(t.Refused, f.BuyerCountry) {
			return rule.Refuse, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"none", func(*Facts, *Thresholds) {}, rule.Pass},
		{"the buyer is there", func(f *Facts, _ *Thresholds) { f.BuyerCountry = countries("KP")[0] }, rule.Refuse},
	},
}
