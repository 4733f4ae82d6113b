package risk

import "millrace/domain/rule"

var restrictedCountry = Rule{
	Code: "restricted_country", Version: 1, Group: OfRegulation, Severity: rule.Refer,
	Title:  "Trade with a country under sanctions in part is looked at by a person",
	Why:    "What is allowed depends on goods, bank and date, and no rule knows all of them.",
	Source: "Council Regulation (EU) 833/2014 (Russia); Council Regulation (EC) 765/2006 (Belarus); programme policy",
	From:   day(2014, 8, 1),
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if in(t.Referred, f.SellerCountry) || in(t.Referred, f.BuyerCountry) {
			return rule.Refer, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"neither", func(*Facts, *Thresholds) {}, rule.Pass},
		{"the seller is there", func(f *Facts, _ *Thresholds) { f.SellerCountry = countries("RU")[0] }, rule.Refer},
	},
}
