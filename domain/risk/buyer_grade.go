package risk

import "millrace/domain/rule"

var buyerGrade = Rule{
	Code: "buyer_grade", Version: 1, Group: OfLimits, Severity: rule.Refuse,
	Title:  "A weak obligor is looked at by a person, the weakest is refused",
	Why:    "What is bought without recourse is worth what its debtor is worth.",
	Source: "credit review",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		const referFrom, refuseFrom = 7, 9
		if f.BuyerGrade >= refuseFrom {
			return rule.Refuse, int64(f.BuyerGrade), refuseFrom
		}
		if f.BuyerGrade >= referFrom {
			return rule.Refer, int64(f.BuyerGrade), referFrom
		}
		return rule.Pass, int64(f.BuyerGrade), referFrom
	},
	Fixtures: []Fixture{
		{"6", func(f *Facts, _ *Thresholds) { f.BuyerGrade = 6 }, rule.Pass},
		{"7", func(f *Facts, _ *Thresholds) { f.BuyerGrade = 7 }, rule.Refer},
		{"9", func(f *Facts, _ *Thresholds) { f.BuyerGrade = 9 }, rule.Refuse},
	},
}
