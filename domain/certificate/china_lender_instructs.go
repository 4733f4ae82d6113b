package certificate

import "millrace/domain/rule"

var chinaLenderInstructs = Rule{
	Code:     "cn_lender_instructs",
	Title:    "The lending bank decides, and itself instructs the disbursement",
	Law:      China,
	Citation: yinfa77 + ", the lending bank itself instructs",
	From:     yinfa77From,
	Acts:     Disbursing,
	Version:  1,
	Judge:    func(f Facts) (rule.Verdict, int64, int64) { return refuseUnless(f.LenderActs) },
}
