package risk

import "millrace/domain/rule"

var selfBilledUnconfirmed = Rule{
	Code: "self_billed_unconfirmed", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "An invoice that the buyer itself wrote is no confirmation: the goods have arrived, or the buyer has undertaken to pay",
	Why:    "Who can write in the name of the buyer writes its invoices too.",
	Source: "UNTDID 1001, code 389; trade evidence: self-billed",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.Evidence&SelfBilled != 0 && f.Undertaking == 0 && f.Evidence&Received == 0 {
			return rule.Refer, 0, 1
		}
		return rule.Pass, 1, 1
	},
	Fixtures: []Fixture{
		{"received", func(f *Facts, _ *Thresholds) { f.Evidence |= SelfBilled; f.Undertaking = 0 }, rule.Pass},
		{"neither", func(f *Facts, _ *Thresholds) { f.Evidence = InTrade | Invoiced | SelfBilled; f.Undertaking = 0 }, rule.Refer},
	},
}
