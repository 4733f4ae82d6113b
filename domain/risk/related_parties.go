package risk

import "millrace/domain/rule"

var relatedParties = Rule{
	Code:     "related_parties",
	Title:    "Seller and buyer do not belong to one group",
	Source:   "risk control at each use: related parties",
	Version:  1,
	Evaluate: evaluateRelatedParties,
}

func evaluateRelatedParties(f Facts) (rule.Verdict, int64, int64) {
	if f.SameGroup != 0 {
		return rule.Refuse, 1, 0
	}
	return rule.Pass, 0, 0
}
