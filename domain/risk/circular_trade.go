package risk

import "millrace/domain/rule"

var circularTrade = Rule{
	Code: "circular_trade", Version: 1, Group: OfRelations, Severity: rule.Refer,
	Title:  "The buyer does not sell to the seller in turn",
	Why:    "Two that sell to one another make turnover without goods, and can set off what the funder has bought.",
	Source: "risk control at each use: circular trade; Civil Code of the PRC, art. 549",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.ReverseTrades > 0 {
			return rule.Refer, int64(f.ReverseTrades), 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"one way", func(*Facts, *Thresholds) {}, rule.Pass},
		{"the buyer sells to the seller", func(f *Facts, _ *Thresholds) { f.ReverseTrades = 1 }, rule.Refer},
	},
}

var circularTrade2 = Rule{
	Code: "circular_trade", Version: 2, Group: OfRelations, Severity: rule.Refer,
	Title:  "The buyer sells little to the seller in turn",
	Why:    "Two that sell to one another make turnover without goods, and can set off what the funder has bought. Scrap and packaging that go back are honest.",
	Source: "risk control at each use: circular trade; Civil Code of the PRC, art. 549",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if f.ReverseTrades == 0 {
			return rule.Pass, 0, t.ReverseMax
		}
		part := share(int64(f.Reversed), int64(f.Forward))
		if f.Reversed == 0 || f.Forward == 0 || part > t.ReverseMax { // what can't be weighed is looked at
			return rule.Refer, part, t.ReverseMax
		}
		return rule.Pass, part, t.ReverseMax
	},
	Fixtures: []Fixture{
		{"one way", func(*Facts, *Thresholds) {}, rule.Pass},
		{"scrap goes back", func(f *Facts, _ *Thresholds) { f.ReverseTrades, f.Reversed, f.Forward = 4, 10, 100 }, rule.Pass},
		{"more than a tenth", func(f *Facts, _ *Thresholds) { f.ReverseTrades, f.Reversed, f.Forward = 1, 11, 100 }, rule.Refer},
		{"nothing billed yet", func(f *Facts, _ *Thresholds) { f.ReverseTrades = 1 }, rule.Refer},
	},
}
