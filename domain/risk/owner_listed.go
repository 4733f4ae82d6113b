package risk

import "millrace/domain/rule"

var ownerListed = Rule{
	Code: "owner_listed", Version: 1, Group: OfIdentity, Severity: rule.Refuse,
	Title:  "Those who stand on a list don't own half of seller or buyer between them, and don't control it",
	Why:    "Who is listed trades through a firm that is not; what the firm gets its owner gets.",
	Source: "OFAC, Revised Guidance on Entities Owned by Blocked Persons, 13 August 2014 (50 percent rule); EU Best Practices on restrictive measures, 3 July 2024",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if (f.SellerFile|f.BuyerFile)&OwnerHit != 0 {
			return rule.Refuse, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"no such owner", func(*Facts, *Thresholds) {}, rule.Pass},
		{"a hit that waits", func(f *Facts, _ *Thresholds) { f.SellerFile = ScreeningOpen }, rule.Pass},
		{"of the seller", func(f *Facts, _ *Thresholds) { f.SellerFile = OwnerHit }, rule.Refuse},
		{"of the buyer", func(f *Facts, _ *Thresholds) { f.BuyerFile = OwnerHit }, rule.Refuse},
	},
}
