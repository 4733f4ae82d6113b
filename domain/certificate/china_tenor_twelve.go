package certificate

import "millrace/domain/rule"

var chinaTenorTwelve = Rule{
	Code:     "cn_tenor_twelve_months",
	Title:    "From issue to the stated due date it is not more than twelve months",
	Law:      China,
	Citation: yinfa77 + ", tenor: not above one year",
	From:     yinfa77From,
	Acts:     Issuing,
	Version:  1,
	Judge: func(f Facts) (rule.Verdict, int64, int64) {
		if beyondMonths(f.Issued, f.Due, 12) {
			return rule.Refuse, monthsBegun(f.Issued, f.Due), 12
		}
		return rule.Pass, 0, 12
	},
}
