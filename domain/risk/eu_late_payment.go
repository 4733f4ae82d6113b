package risk

import (
	"millrace/domain/calendar"
	"millrace/domain/rule"
)

var euLatePayment = Rule{
	Code: "eu_late_payment", Version: 1, Group: OfRegulation, Severity: rule.Refer,
	Title:  "A buyer in the Union pays within 60 days of the invoice, or has agreed to another day",
	Why:    "A term that is grossly unfair does not bind the supplier, and the due date moves.",
	Source: "Directive 2011/7/EU, art. 3(5) and 7, to be applied from 16 March 2013",
	From:   day(2013, 3, 16),
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		days := int64(0)
		if f.Issued != 0 && f.ClaimDue != 0 {
			days = int64(calendar.DaysBetween(f.Issued, f.ClaimDue))
		}
		if t.TermDaysEurope > 0 && f.Undertaking == 0 && days > t.TermDaysEurope && in(union, f.SellerCountry) && in(union, f.BuyerCountry) {
			return rule.Refer, days, t.TermDaysEurope
		}
		return rule.Pass, days, t.TermDaysEurope
	},
	Fixtures: []Fixture{
		{"the buyer has agreed", func(f *Facts, t *Thresholds) {
			t.TermDaysEurope, f.SellerCountry, f.BuyerCountry, f.ClaimDue = 60, union[0], union[1], f.Issued.AddDays(90)
		}, rule.Pass},
		{"60 days", func(f *Facts, t *Thresholds) {
			t.TermDaysEurope, f.SellerCountry, f.BuyerCountry, f.Undertaking, f.ClaimDue = 60, union[0], union[1], 0, f.Issued.AddDays(60)
		}, rule.Pass},
		{"61 days", func(f *Facts, t *Thresholds) {
			t.TermDaysEurope, f.SellerCountry, f.BuyerCountry, f.Undertaking, f.ClaimDue = 60, union[0], union[1], 0, f.Issued.AddDays(61)
		}, rule.Refer},
	},
}
