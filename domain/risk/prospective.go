package risk

import "millrace/domain/rule"

var prospective = Rule{
	Code: "prospective", Version: 1, Group: OfEvidence, Severity: rule.Refuse,
	Title:  "What is called a receivable has been earned by a delivery",
	Why:    "A claim on a customer that has bought nothing is worth nothing.",
	Source: "Civil Code of the PRC, art. 763 (fictitious receivables); Greensill, 2021",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.claim() && f.Evidence&InTrade != 0 && f.Evidence&Performed == 0 {
			return rule.Refuse, 0, 1
		}
		return rule.Pass, 1, 1
	},
	Fixtures: []Fixture{
		{"delivered", func(*Facts, *Thresholds) {}, rule.Pass},
		{"on order, and said to be on order", func(f *Facts, _ *Thresholds) { f.Subject, f.Evidence = OnTrade, InTrade|Ordered }, rule.Pass},
		{"nothing has left the seller", func(f *Facts, _ *Thresholds) { f.Evidence = InTrade | Ordered | Invoiced }, rule.Refuse},
	},
}
