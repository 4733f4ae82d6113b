package risk

import "millrace/domain/rule"

var limitNear = Rule{
	Code: "limit_near", Version: 1, Group: OfLimits, Severity: rule.Refer,
	Title:  "No limit is almost full",
	Why:    "A limit that fills up in a week says something before it is exceeded.",
	Source: "credit review; limits",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.LimitNear > 0 && int64(f.LimitUse) > t.LimitNear {
			return rule.Refer, int64(f.LimitUse), t.LimitNear
		}
		return rule.Pass, int64(f.LimitUse), t.LimitNear
	},
	Fixtures: []Fixture{
		{"not asked for", func(f *Facts, _ *Thresholds) { f.LimitUse = 999_999 }, rule.Pass},
		{"at the bound", func(f *Facts, t *Thresholds) { f.LimitUse, t.LimitNear = 900_000, 900_000 }, rule.Pass},
		{"above", func(f *Facts, t *Thresholds) { f.LimitUse, t.LimitNear = 900_001, 900_000 }, rule.Refer},
	},
}
