package risk

import "millrace/domain/rule"

var cnCostOfCredit = Rule{
	Code: "cn_cost_of_credit", Version: 1, Group: OfRegulation, Severity: rule.Refuse,
	Title:  "What a Chinese borrower pays for credit stays below what courts enforce",
	Why:    "What is above it is not owed, and the licence is at stake.",
	Source: "Supreme People's Court, Fa Fa [2017] No. 22, art. 2: total cost above 24 per cent a year is reduced",
	From:   day(2017, 8, 4),
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.RateMaxChina > 0 && f.SellerCountry == china && int64(f.RateMost) > t.RateMaxChina {
			return rule.Refuse, int64(f.RateMost), t.RateMaxChina
		}
		return rule.Pass, int64(f.RateMost), t.RateMaxChina
	},
	Fixtures: []Fixture{
		{"24 per cent", func(f *Facts, _ *Thresholds) { f.SellerCountry, f.RateMost = china, 240_000 }, rule.Pass},
		{"elsewhere", func(f *Facts, _ *Thresholds) { f.RateMost = 300_000 }, rule.Pass},
		{"more", func(f *Facts, _ *Thresholds) { f.SellerCountry, f.RateMost = china, 240_001 }, rule.Refuse},
	},
}
