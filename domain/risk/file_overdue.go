package risk

import "millrace/domain/rule"

var fileOverdue = Rule{
	Code: "file_overdue", Version: 1, Group: OfIdentity, Severity: rule.Refer,
	Title:  "The onboarding files have been looked at again in time",
	Why:    "A file that was right five years ago describes another firm.",
	Source: "Directive (EU) 2015/849, art. 14(5); FATF recommendation 10",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		against := (f.SellerFile | f.BuyerFile) & FileOverdue
		if against != 0 {
			return rule.Refer, 1, 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"nothing", func(*Facts, *Thresholds) {}, rule.Pass},
		{"of the seller", func(f *Facts, _ *Thresholds) { f.SellerFile = FileOverdue }, rule.Refer},
		{"of the buyer", func(f *Facts, _ *Thresholds) { f.BuyerFile = FileOverdue }, rule.Refer},
	},
}
