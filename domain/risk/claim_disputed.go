package risk

import "millrace/domain/rule"

var claimDisputed = Rule{
	Code: "claim_disputed", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "The buyer disputes nothing of the claim",
	Why:    "Who finances a dispute buys a lawsuit.",
	Source: "Civil Code of the PRC, art. 548; dilution",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.Disputed > 0 {
			return rule.Refer, int64(f.Disputed), 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"nothing", func(*Facts, *Thresholds) {}, rule.Pass},
		{"a part", func(f *Facts, _ *Thresholds) { f.Disputed = 1 }, rule.Refer},
	},
}
