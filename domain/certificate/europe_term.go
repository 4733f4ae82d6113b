package certificate

import (
	"millrace/domain/calendar"
	"millrace/domain/rule"
)

var europeTerm = Rule{
	Code:     "eu_payment_term",
	Title:    "A term of more than 60 days from the invoice was expressly agreed and is not grossly unfair",
	Law:      EuropeanUnion,
	Citation: "Directive 2011/7/EU, article 3(5), to be applied from 16 March 2013 (article 12)",
	From:     date(2013, 3, 16),
	Acts:     Issuing,
	Version:  1,
	Judge: func(f Facts) (rule.Verdict, int64, int64) {
		if days := calendar.DaysBetween(f.Invoiced, f.Due); days > 60 && !f.Justified {
			return rule.Refuse, int64(days), 60
		}
		return rule.Pass, 0, 60
	},
}
