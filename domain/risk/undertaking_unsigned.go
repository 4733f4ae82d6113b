package risk

import "millrace/domain/rule"

var undertakingUnsigned = Rule{
	Code: "undertaking_unsigned", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "An irrevocable undertaking bears a signature of the buyer",
	Why:    "A confirmation by courier and seal is what the forger brings himself; one by a key of the buyer he can not bring.",
	Source: "forged seals and confirmations, China 2015 to 2019; Electronic Signature Law of the PRC, art. 13 and 14",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		const binding = 2
		if f.Undertaking >= binding && f.Signatures == 0 {
			return rule.Refer, 0, 1
		}
		return rule.Pass, int64(f.Signatures), 1
	},
	Fixtures: []Fixture{
		{"signed", func(*Facts, *Thresholds) {}, rule.Pass},
		{"a soft one", func(f *Facts, _ *Thresholds) { f.Undertaking, f.Signatures = 1, 0 }, rule.Pass},
		{"brought without a signature", func(f *Facts, _ *Thresholds) { f.Signatures = 0 }, rule.Refer},
	},
}
