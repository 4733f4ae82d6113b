package risk

import "millrace/domain/rule"

var renumbered = Rule{
	Code: "renumbered", Version: 1, Group: OfEvidence, Severity: rule.Refuse,
	Title:  "The same goods are not billed again under another number",
	Why:    "The number is what changes first when an invoice is used twice.",
	Source: "one financing per evidence: renumbered",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		const sameGoods = 2 // the rung of the ladder of duplicates
		if f.PossibleDuplicate == sameGoods && t.RenumberedWeight > 0 && f.DuplicateWeight >= t.RenumberedWeight {
			return rule.Refuse, f.DuplicateWeight, t.RenumberedWeight
		}
		return rule.Pass, f.DuplicateWeight, t.RenumberedWeight
	},
	Fixtures: []Fixture{
		{"near, and not the same goods", func(f *Facts, _ *Thresholds) { f.PossibleDuplicate, f.DuplicateWeight = 3, 3_000 }, rule.Pass},
		{"the same goods, and room for both", func(f *Facts, _ *Thresholds) { f.PossibleDuplicate, f.DuplicateWeight = 2, 1_500 }, rule.Pass},
		{"the same goods, and none left", func(f *Facts, _ *Thresholds) { f.PossibleDuplicate, f.DuplicateWeight = 2, 2_000 }, rule.Refuse},
	},
}
