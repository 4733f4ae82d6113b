package risk

import "millrace/domain/rule"

var refusedOften = Rule{
	Code: "refused_often", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "The seller does not ask again and again",
	Why:    "Who is refused tries until a rule does not look.",
	Source: "early warning: repeated requests",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.RefusedMax > 0 && int64(f.SellerRefused) >= t.RefusedMax {
			return rule.Refer, int64(f.SellerRefused), t.RefusedMax
		}
		return rule.Pass, int64(f.SellerRefused), t.RefusedMax
	},
	Fixtures: []Fixture{
		{"not asked for", func(f *Facts, _ *Thresholds) { f.SellerRefused = 50 }, rule.Pass},
		{"often", func(f *Facts, t *Thresholds) { f.SellerRefused, t.RefusedMax = 5, 5 }, rule.Refer},
	},
}
