package risk

import "millrace/domain/rule"

var sellerShare = Rule{
	Code: "seller_share", Version: 1, Group: OfConcentration, Severity: rule.Refer,
	Title:  "No seller has more than its share of the programme once ten times the bound of a large amount is in use",
	Why:    "A programme that hangs on one seller fails with it.",
	Source: "risk control at each use: concentration",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		held := share(int64(f.SellerUse), int64(f.ProgrammeUse))
		small := f.ReferAbove > 0 && f.ProgrammeUse/10 < f.ReferAbove
		if f.SellerShare > 0 && !small && held > int64(f.SellerShare) {
			return rule.Refer, held, int64(f.SellerShare)
		}
		return rule.Pass, held, int64(f.SellerShare)
	},
	Fixtures: []Fixture{
		{"a young programme", func(f *Facts, _ *Thresholds) { f.SellerUse = f.ProgrammeUse }, rule.Pass},
		{"at the bound", func(f *Facts, _ *Thresholds) { f.ProgrammeUse = 10_000_000_00; f.SellerUse = 4_000_000_00 }, rule.Pass},
		{"above", func(f *Facts, _ *Thresholds) { f.ProgrammeUse = 10_000_000_00; f.SellerUse = 4_000_010_00 }, rule.Refer},
	},
}
