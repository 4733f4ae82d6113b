package risk

import "millrace/domain/rule"

var claimDisputed = Rule{
	Code: "claim_disputed", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "The buyer disputes nothing of a claim on which it may still rely on the sale",
	Why:    "Who finances a dispute buys a lawsuit.",
	Source: "Civil Code of the PRC, art. 548; dilution",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.Disputed > 0 && f.Undertaking < 2 { // an irrevocable one stands whatever is disputed
			return rule.Refer, int64(f.Disputed), 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"nothing", func(*Facts, *Thresholds) {}, rule.Pass},
		{"a part", func(f *Facts, _ *Thresholds) { f.Disputed, f.Undertaking = 1, 1 }, rule.Refer},
		{"what is undertaken irrevocably", func(f *Facts, _ *Thresholds) { f.Disputed, f.Undertaking = 1, 2 }, rule.Pass},
	},
}
