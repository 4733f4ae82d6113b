package risk

import "millrace/domain/rule"

var buyerGrade = Rule{
	Code:     "buyer_grade",
	Title:    "A weak obligor is looked at by a person, the weakest is refused",
	Source:   "credit review",
	Version:  1,
	Evaluate: evaluateBuyerGrade,
}

func evaluateBuyerGrade(f Facts) (rule.Verdict, int64, int64) {
	const referFrom, refuseFrom = 7, 9
	if f.BuyerGrade >= refuseFrom {
		return rule.Refuse, int64(f.BuyerGrade), refuseFrom
	}
	if f.BuyerGrade >= referFrom {
		return rule.Refer, int64(f.BuyerGrade), referFrom
	}
	return rule.Pass, int64(f.BuyerGrade), referFrom
}
