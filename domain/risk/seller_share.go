package risk

import (
	"millrace/domain/money"
	"millrace/domain/rule"
)

var sellerShare = Rule{
	Code:     "seller_share",
	Title:    "No seller has more than its share of the programme once ten times the bound of a large amount is in use",
	Source:   "risk control at each use: concentration",
	Version:  1,
	Evaluate: evaluateSellerShare,
}

func evaluateSellerShare(f Facts) (rule.Verdict, int64, int64) {
	share := int64(0)
	if f.ProgrammeUse > 0 {
		share = int64(money.MulDiv(f.SellerUse, int64(money.RateOne), int64(f.ProgrammeUse)))
	}
	small := f.ReferAbove > 0 && f.ProgrammeUse/10 < f.ReferAbove
	if f.SellerShare > 0 && !small && share > int64(f.SellerShare) {
		return rule.Refer, share, int64(f.SellerShare)
	}
	return rule.Pass, share, int64(f.SellerShare)
}
