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
