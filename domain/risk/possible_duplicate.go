package risk

import "millrace/domain/rule"

var possibleDuplicate = Rule{
	Code: "possible_duplicate", Version: 2, Group: OfEvidence, Severity: rule.Refer,
	Title:  "No other claim between the two is the same deal under another number, date or type",
	Why:    "One delivery financed twice is paid once.",
	Source: "one financing per evidence; First Brands, 2025",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.PossibleDuplicate != 0 {
			return rule.Refer, f.DuplicateWeight, f.DuplicateBound
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"nothing like it", func(*Facts, *Thresholds) {}, rule.Pass},
		{"another one like it", func(f *Facts, _ *Thresholds) { f.PossibleDuplicate = 1 }, rule.Refer},
	},
}
