package risk

import "millrace/domain/rule"

var circularTrade = Rule{
	Code:     "circular_trade",
	Title:    "The buyer does not sell to the seller in turn",
	Source:   "risk control at each use: circular trade",
	Version:  1,
	Evaluate: evaluateCircularTrade,
}

func evaluateCircularTrade(f Facts) (rule.Verdict, int64, int64) {
	if f.ReverseTrades > 0 {
		return rule.Refer, int64(f.ReverseTrades), 0
	}
	return rule.Pass, 0, 0
}
