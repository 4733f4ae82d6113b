package risk

import "millrace/domain/rule"

var fileGaps = Rule{
	Code: "file_gaps", Version: 1, Group: OfIdentity, Severity: rule.Refer,
	Title:  "Nothing is missing in the onboarding files",
	Why:    "What is to follow later does not follow.",
	Source: "Directive (EU) 2015/849, art. 13; FATF recommendation 10",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		against := (f.SellerFile | f.BuyerFile) & FileGaps
		if against != 0 {
			return rule.Refer, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"nothing", func(*Facts, *Thresholds) {}, rule.Pass},
		{"of the seller", func(f *Facts, _ *Thresholds) { f.SellerFile = FileGaps }, rule.Refer},
		{"of the buyer", func(f *Facts, _ *Thresholds) { f.BuyerFile = FileGaps }, rule.Refer},
	},
}
