package risk

import "millrace/domain/rule"

var buyerOverdue = Rule{
	Code:     "buyer_overdue",
	Title:    "The buyer has nothing past due in the programme",
	Source:   "early warning; 30-day backstop of IFRS 9 5.5.11",
	Version:  1,
	Evaluate: evaluateBuyerOverdue,
}

func evaluateBuyerOverdue(f Facts) (rule.Verdict, int64, int64) {
	if f.BuyerOverdue > 0 {
		return rule.Refer, int64(f.BuyerOverdue), 0
	}
	return rule.Pass, 0, 0
}
