package risk

import "millrace/domain/rule"

var watchList = Rule{
	Code: "watch_list", Version: 1, Group: OfIdentity, Severity: rule.Refer,
	Title:  "A use with a party on a watch list is looked at by a person",
	Why:    "Somebody has put it there because a loss is feared.",
	Source: "credit review: watch list",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.Watched != 0 {
			return rule.Refer, int64(f.Watched), 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"nobody", func(*Facts, *Thresholds) {}, rule.Pass},
		{"the buyer", func(f *Facts, _ *Thresholds) { f.Watched = 1 }, rule.Refer},
		{"both", func(f *Facts, _ *Thresholds) { f.Watched = 3 }, rule.Refer},
	},
}
