package risk

import "millrace/domain/rule"

var partyStanding = Rule{
	Code: "party_standing", Version: 1, Group: OfIdentity, Severity: rule.Refuse,
	Title:  "Seller and buyer are onboarded, and not suspended",
	Why:    "A relation that has ended is not begun again by an invoice.",
	Source: "onboarding; Directive (EU) 2015/849, art. 14(4)",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		const suspended = 3
		if f.SellerState == suspended || f.BuyerState == suspended {
			return rule.Refuse, suspended, 0
		}
		if f.SellerState != 0 || f.BuyerState != 0 {
			return rule.Refer, int64(max(f.SellerState, f.BuyerState)), 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"both onboarded", func(*Facts, *Thresholds) {}, rule.Pass},
		{"a seller known from documents only", func(f *Facts, _ *Thresholds) { f.SellerState = 1 }, rule.Refer},
		{"a buyer suspended", func(f *Facts, _ *Thresholds) { f.BuyerState = 3 }, rule.Refuse},
	},
}
