package risk

import "millrace/domain/rule"

var aggregateExceeded = Rule{
	Code:     "aggregate_exceeded",
	Title:    "No more is financed on a trade than was ordered and received in total",
	Source:   "one financing per evidence",
	Version:  1,
	Evaluate: evaluateAggregateExceeded,
}

func evaluateAggregateExceeded(f Facts) (rule.Verdict, int64, int64) {
	if f.FinancedOnTrade > f.EarnedOnTrade {
		return rule.Refer, int64(f.FinancedOnTrade), int64(f.EarnedOnTrade)
	}
	return rule.Pass, int64(f.FinancedOnTrade), int64(f.EarnedOnTrade)
}
