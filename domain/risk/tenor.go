package risk

import "millrace/domain/rule"

var tenor = Rule{
	Code:     "tenor",
	Title:    "The due date lies within the tenor that the product allows",
	Source:   "product terms; DOMAIN: asset and funding tenors are tied",
	Version:  1,
	Evaluate: evaluateTenor,
}

func evaluateTenor(f Facts) (rule.Verdict, int64, int64) {
	if f.TenorDays < f.TenorDaysMin {
		return rule.Refuse, int64(f.TenorDays), int64(f.TenorDaysMin)
	}
	if f.TenorDays > f.TenorDaysMax {
		return rule.Refuse, int64(f.TenorDays), int64(f.TenorDaysMax)
	}
	return rule.Pass, int64(f.TenorDays), int64(f.TenorDaysMax)
}
