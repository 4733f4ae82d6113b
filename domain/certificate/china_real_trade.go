package certificate

import "millrace/domain/rule"

// yinfa77 is the notice that regulates electronic receivable certificates, in force for those issued from 2025-06-15.
const yinfa77 = "Yinfa [2025] No. 77"

var yinfa77From = date(2025, 6, 15)

var chinaRealTrade = Rule{
	Code:     "cn_real_trade",
	Title:    "The certificate rests on a trade that is real: invoiced, and its delivery proved",
	Law:      China,
	Citation: yinfa77 + ", real trade",
	From:     yinfa77From,
	Acts:     Issuing,
	Version:  1,
	Judge:    func(f Facts) (rule.Verdict, int64, int64) { return refuseUnless(f.Performed) },
}
