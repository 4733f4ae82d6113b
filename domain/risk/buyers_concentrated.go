package risk

import "millrace/domain/rule"

var buyersConcentrated = Rule{
	Code: "buyers_concentrated", Version: 1, Group: OfConcentration, Severity: rule.Refer,
	Title:  "The seller's sales are spread over its buyers",
	Why:    "A pool of many names with one behind most of it is one name.",
	Source: "Herfindahl-Hirschman index; factoring: debtor concentration",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.ConcentrationMax > 0 && int64(f.SellerConcentration) > t.ConcentrationMax {
			return rule.Refer, int64(f.SellerConcentration), t.ConcentrationMax
		}
		return rule.Pass, int64(f.SellerConcentration), t.ConcentrationMax
	},
	Fixtures: []Fixture{
		{"not asked for", func(f *Facts, _ *Thresholds) { f.SellerConcentration = 1_000_000 }, rule.Pass},
		{"at the bound", func(f *Facts, t *Thresholds) { f.SellerConcentration, t.ConcentrationMax = 250_000, 250_000 }, rule.Pass},
		{"above", func(f *Facts, t *Thresholds) { f.SellerConcentration, t.ConcentrationMax = 250_001, 250_000 }, rule.Refer},
	},
}
