package risk

import "millrace/domain/rule"

var lateRising = Rule{
	Code: "late_rising", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "The buyer does not pay later and later",
	Why:    "Before a debtor stops paying it pays late.",
	Source: "early warning: days late rising",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.LateRiseMax > 0 && int64(f.BuyerLateRise) > t.LateRiseMax {
			return rule.Refer, int64(f.BuyerLateRise), t.LateRiseMax
		}
		return rule.Pass, int64(f.BuyerLateRise), t.LateRiseMax
	},
	Fixtures: []Fixture{
		{"less late than before", func(f *Facts, _ *Thresholds) { f.BuyerLateRise = -5_00 }, rule.Pass},
		{"ten days later", func(f *Facts, _ *Thresholds) { f.BuyerLateRise = 10_00 }, rule.Pass},
		{"more", func(f *Facts, _ *Thresholds) { f.BuyerLateRise = 10_01 }, rule.Refer},
	},
}
