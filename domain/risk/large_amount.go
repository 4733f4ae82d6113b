package risk

import "millrace/domain/rule"

var largeAmount = Rule{
	Code:     "large_amount",
	Title:    "An amount above the programme's bound is looked at by a person",
	Source:   "programme policy",
	Version:  1,
	Evaluate: evaluateLargeAmount,
}

func evaluateLargeAmount(f Facts) (rule.Verdict, int64, int64) {
	if f.ReferAbove > 0 && f.Amount > f.ReferAbove {
		return rule.Refer, int64(f.Amount), int64(f.ReferAbove)
	}
	return rule.Pass, int64(f.Amount), int64(f.ReferAbove)
}
