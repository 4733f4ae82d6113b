package risk

import "millrace/domain/rule"

var ownerMissing = Rule{
	Code: "owner_missing", Version: 1, Group: OfIdentity, Severity: rule.Refer,
	Title:  "Who owns or controls seller and buyer is on record",
	Why:    "Two firms of one owner look like two firms as long as nobody asks.",
	Source: "Directive (EU) 2015/849, art. 30; FATF recommendation 24",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		against := (f.SellerFile | f.BuyerFile) & OwnerMissing
		if against != 0 {
			return rule.Refer, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"nothing", func(*Facts, *Thresholds) {}, rule.Pass},
		{"of the seller", func(f *Facts, _ *Thresholds) { f.SellerFile = OwnerMissing }, rule.Refer},
		{"of the buyer", func(f *Facts, _ *Thresholds) { f.BuyerFile = OwnerMissing }, rule.Refer},
	},
}
