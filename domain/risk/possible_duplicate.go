package risk

import "millrace/domain/rule"

var possibleDuplicate = Rule{
	Code:     "possible_duplicate",
	Title:    "No other invoice between the two has the same lines and amount",
	Source:   "one financing per evidence",
	Version:  1,
	Evaluate: evaluatePossibleDuplicate,
}

func evaluatePossibleDuplicate(f Facts) (rule.Verdict, int64, int64) {
	if f.PossibleDuplicate != 0 {
		return rule.Refer, 1, 0
	}
	return rule.Pass, 0, 0
}
