package risk

import "millrace/domain/rule"

var roundAmount = Rule{
	Code: "round_amount", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "A large round amount has been confirmed",
	Why:    "Goods cost what they cost; who makes up an invoice makes up a round one.",
	Source: "round sums in forensic accounting (Nigrini, Benford's Law, 2012)",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		round := t.RoundAbove > 0 && t.RoundTo > 0 && f.claim() && int64(f.Face) >= t.RoundAbove && int64(f.Face)%t.RoundTo == 0
		if round && f.Undertaking == 0 {
			return rule.Refer, int64(f.Face), t.RoundAbove
		}
		return rule.Pass, int64(f.Face), t.RoundAbove
	},
	Fixtures: []Fixture{
		{"not asked for", func(f *Facts, _ *Thresholds) { f.Undertaking = 0 }, rule.Pass},
		{"confirmed", func(_ *Facts, t *Thresholds) { t.RoundAbove, t.RoundTo = 1_000_00, 1_000_00 }, rule.Pass},
		{"not round", func(f *Facts, t *Thresholds) {
			t.RoundAbove, t.RoundTo, f.Face, f.Undertaking = 1_000_00, 1_000_00, f.Face+1, 0
		}, rule.Pass},
		{"round and unconfirmed", func(f *Facts, t *Thresholds) { t.RoundAbove, t.RoundTo, f.Undertaking = 1_000_00, 1_000_00, 0 }, rule.Refer},
	},
}
