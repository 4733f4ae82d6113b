package risk

import "millrace/domain/rule"

var banOverruled = Rule{
	Code: "ban_overruled", Version: 1, Group: OfRegulation, Severity: rule.Refer,
	Title:  "Where an assignment holds against the wording of the contract, a person knows",
	Why:    "The law lets the claim pass; the buyer may be bound, and angry.",
	Source: "Civil Code of the PRC, art. 545(2); Business Contract Terms (Assignment of Receivables) Regulations 2018 (SI 2018/1254), reg. 2",
	From:   day(2018, 12, 31),
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.BanOverruled != 0 {
			return rule.Refer, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"no ban", func(*Facts, *Thresholds) {}, rule.Pass},
		{"a ban that the law sets aside", func(f *Facts, _ *Thresholds) { f.BanOverruled = 1 }, rule.Refer},
	},
}
