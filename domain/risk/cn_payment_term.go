package risk

import (
	"millrace/domain/calendar"
	"millrace/domain/rule"
)

var cnPaymentTerm = Rule{
	Code: "cn_payment_term", Version: 1, Group: OfRegulation, Severity: rule.Refer,
	Title:  "A Chinese buyer pays within 60 days of delivery, or has agreed to another day",
	Why:    "A term that the supplier had to accept is against the law, and the claim is disputed.",
	Source: "State Council Order 802 (in force from 2025-06-01), art. 9: large enterprises pay small and medium-sized ones within 60 days of delivery",
	From:   day(2025, 6, 1),
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		days := int64(0)
		if from := max(f.Delivered, f.Issued); from != 0 && f.ClaimDue != 0 {
			days = int64(calendar.DaysBetween(from, f.ClaimDue))
		}
		if t.TermDaysChina > 0 && f.SellerCountry == china && f.BuyerCountry == china && f.Undertaking == 0 && days > t.TermDaysChina {
			return rule.Refer, days, t.TermDaysChina
		}
		return rule.Pass, days, t.TermDaysChina
	},
	Fixtures: []Fixture{
		{"the buyer has agreed", func(f *Facts, t *Thresholds) {
			t.TermDaysChina, f.SellerCountry, f.BuyerCountry = 60, china, china
			f.Delivered, f.ClaimDue = f.Issued, f.Issued.AddDays(90)
		}, rule.Pass},
		{"60 days", func(f *Facts, t *Thresholds) {
			t.TermDaysChina, f.SellerCountry, f.BuyerCountry, f.Undertaking = 60, china, china, 0
			f.Delivered, f.ClaimDue = f.Issued, f.Issued.AddDays(60)
		}, rule.Pass},
		{"61 days", func(f *Facts, t *Thresholds) {
			t.TermDaysChina, f.SellerCountry, f.BuyerCountry, f.Undertaking = 60, china, china, 0
			f.Delivered, f.ClaimDue = f.Issued, f.Issued.AddDays(61)
		}, rule.Refer},
	},
}
