package risk

import "millrace/domain/rule"

var circle = Rule{
	Code: "circle", Version: 1, Group: OfNetwork, Severity: rule.Refer,
	Title:  "Goods do not come back to who has sold them",
	Why:    "What goes round in a circle is paid by whoever finances the last turn.",
	Source: "circular trade in commodity finance, China 2014 to 2019; network",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if f.CircleHops > 0 && int64(f.CircleGap) <= t.CircleGapMax {
			return rule.Refer, int64(f.CircleHops), 0
		}
		return rule.Pass, int64(f.CircleHops), 0
	},
	Fixtures: []Fixture{
		{"none", func(*Facts, *Thresholds) {}, rule.Pass},
		{"amounts far apart", func(f *Facts, _ *Thresholds) { f.CircleHops, f.CircleGap = 3, 500_000 }, rule.Pass},
		{"back in three deals", func(f *Facts, _ *Thresholds) { f.CircleHops, f.CircleGap = 3, 20_000 }, rule.Refer},
	},
}
