package risk

import "millrace/domain/rule"

var tradeDifferences = Rule{
	Code:     "trade_differences",
	Title:    "Documents that bill more than was ordered or received are looked at by a person, unless the buyer has undertaken irrevocably to pay",
	Source:   "trade evidence: matched; no financing of what the documents don't bear out",
	Version:  1,
	Evaluate: evaluateTradeDifferences,
}

func evaluateTradeDifferences(f Facts) (rule.Verdict, int64, int64) {
	if f.Differences > 0 {
		return rule.Refer, int64(f.Differences), 0
	}
	return rule.Pass, 0, 0
}
