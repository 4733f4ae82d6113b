package certificate

import "millrace/domain/rule"

var chinaTenorReview = Rule{
	Code:     "cn_tenor_review",
	Title:    "Above six months from issue to the stated due date the funder's own person looks at it",
	Law:      China,
	Citation: yinfa77 + ", tenor: above six months the funder reviews the justification",
	From:     yinfa77From,
	Acts:     Financing,
	Version:  1,
	Judge: func(f Facts) (rule.Verdict, int64, int64) {
		if beyondMonths(f.Issued, f.Due, 6) {
			return rule.Refer, monthsBegun(f.Issued, f.Due), 6
		}
		return rule.Pass, 0, 6
	},
}
