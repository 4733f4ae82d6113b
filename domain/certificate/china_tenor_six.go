package certificate

import "millrace/domain/rule"

var chinaTenorSix = Rule{
	Code:     "cn_tenor_six_months",
	Title:    "Above six months from issue to the stated due date the reason is on record",
	Law:      China,
	Citation: yinfa77 + ", tenor: above six months only with a justification",
	From:     yinfa77From,
	Acts:     Issuing,
	Version:  1,
	Judge: func(f Facts) (rule.Verdict, int64, int64) {
		if beyondMonths(f.Issued, f.Due, 6) && !f.Justified {
			return rule.Refuse, monthsBegun(f.Issued, f.Due), 6
		}
		return rule.Pass, 0, 6
	},
}
