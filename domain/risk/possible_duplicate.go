package risk

import "millrace/domain/rule"

var possibleDuplicate = Rule{
	Code:     "possible_duplicate",
	Title:    "No other claim between the two is the same deal under another number, date or type",
	Source:   "one financing per evidence",
	Version:  2,
	Evaluate: evaluatePossibleDuplicate,
}

func evaluatePossibleDuplicate(f Facts) (rule.Verdict, int64, int64) {
	if f.PossibleDuplicate != 0 {
		return rule.Refer, f.DuplicateWeight, f.DuplicateBound
	}
	return rule.Pass, 0, 0
}
