package risk

import (
	"millrace/domain/calendar"
	"millrace/domain/rule"
)

var orderAfterInvoice = Rule{
	Code: "order_after_invoice", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "The order was there before the invoice",
	Why:    "Papers that are made up are made up backwards.",
	Source: "trade evidence: matched; fabricated trades in commodity finance, Hin Leong 2020",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		late := int64(0)
		if f.OrderedOn != 0 && f.Issued != 0 {
			late = max(0, int64(calendar.DaysBetween(f.Issued, f.OrderedOn)))
		}
		if late > 0 {
			return rule.Refer, late, 0
		}
		return rule.Pass, late, 0
	},
	Fixtures: []Fixture{
		{"ordered on the day of the invoice", func(f *Facts, _ *Thresholds) { f.OrderedOn = f.Issued }, rule.Pass},
		{"no order", func(f *Facts, _ *Thresholds) { f.OrderedOn = 0 }, rule.Pass},
		{"ordered after it", func(f *Facts, _ *Thresholds) { f.OrderedOn = f.Issued.AddDays(1) }, rule.Refer},
	},
}
