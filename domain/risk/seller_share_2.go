package risk

import "millrace/domain/rule"

var sellerShare2 = Rule{
	Code: "seller_share", Version: 2, Group: OfConcentration, Severity: rule.Refer,
	Title:  "No seller has more than its share of the programme once ten times the bound of a large amount is in use",
	Why:    "A programme that hangs on one seller fails with it.",
	Source: "risk control at each use: concentration",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		held, bound, large := share(int64(f.SellerUse), int64(f.ProgrammeUse)), int64(f.SellerShare), int64(f.ReferAbove)
		if t.SellerShareMax > 0 {
			bound = t.SellerShareMax
		}
		if t.ReferAbove > 0 {
			large = t.ReferAbove
		}
		small := large > 0 && int64(f.ProgrammeUse)/10 < large
		if bound > 0 && !small && held > bound {
			return rule.Refer, held, bound
		}
		return rule.Pass, held, bound
	},
	Fixtures: []Fixture{
		{"a young programme", func(f *Facts, _ *Thresholds) { f.SellerUse = f.ProgrammeUse }, rule.Pass},
		{"at the bound", func(f *Facts, _ *Thresholds) { f.ProgrammeUse = 10_000_000_00; f.SellerUse = 4_000_000_00 }, rule.Pass},
		{"above", func(f *Facts, _ *Thresholds) { f.ProgrammeUse = 10_000_000_00; f.SellerUse = 4_000_010_00 }, rule.Refer},
		{"above the policy's", func(f *Facts, t *Thresholds) {
			f.ProgrammeUse = 10_000_000_00
			f.SellerUse = 3_000_000_00
			t.SellerShareMax = 200_000
		}, rule.Refer},
	},
}
