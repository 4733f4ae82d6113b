package certificate

import "millrace/domain/rule"

var chinaRegistered = Rule{
	Code:     "cn_financing_registered",
	Title:    "The financing is registered in the Credit Reference Centre's system for movable property, kept here as registry CN-CRC",
	Law:      China,
	Citation: yinfa77 + ", financing is registered with the Credit Reference Centre",
	From:     yinfa77From,
	Acts:     Disbursing,
	Version:  1,
	Judge:    func(f Facts) (rule.Verdict, int64, int64) { return refuseUnless(f.Registered) },
}
