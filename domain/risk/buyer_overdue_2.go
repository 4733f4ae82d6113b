package risk

import "millrace/domain/rule"

// buyerOverdue2 asks how much and how long, the oldest first: a debtor with many invoices is late with one of them on almost any day.
var buyerOverdue2 = Rule{
	Code: "buyer_overdue", Version: 2, Group: OfBehaviour, Severity: rule.Refer,
	Title: "Of what the buyer owes in the programme no more is past due than its age allows",
	Why:   "Who pays the last invoices late pays the next one late, or not at all; who is late with one of many has mislaid it.",
	Source: "more than 90 days: 1 per cent, Delegated Regulation (EU) 2018/171, art. 2, with CRR art. 178; more than 30: IFRS 9 5.5.11, and the 10 per cent of cross-ageing " +
		"in asset-based lending; any day: the 50 per cent of it",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if f.BuyerOverdue == 0 {
			return rule.Pass, 0, t.PastDueMax
		}
		late, known := f.pastDue(f.BuyerPastDue)
		if !known {
			return rule.Refer, shareWhole, t.PastDueMax
		}
		late30, _ := f.pastDue(f.BuyerPastDue30)
		late90, _ := f.pastDue(f.BuyerPastDue90)
		switch {
		case t.PastDue90Max > 0 && late90 > t.PastDue90Max:
			return rule.Refer, late90, t.PastDue90Max
		case t.PastDue30Max > 0 && late30 > t.PastDue30Max:
			return rule.Refer, late30, t.PastDue30Max
		case t.PastDueMax == 0 || late > t.PastDueMax:
			return rule.Refer, late, t.PastDueMax
		}
		return rule.Pass, late, t.PastDueMax
	},
	Fixtures: []Fixture{
		{"nothing", func(*Facts, *Thresholds) {}, rule.Pass},
		{"half", func(f *Facts, _ *Thresholds) { f.BuyerOverdue, f.BuyerOpen, f.BuyerPastDue = 1, 200_00, 100_00 }, rule.Pass},
		{"more than half", func(f *Facts, _ *Thresholds) { f.BuyerOverdue, f.BuyerOpen, f.BuyerPastDue = 1, 200_00, 100_01 }, rule.Refer},
		{"a tenth for more than 30 days", func(f *Facts, _ *Thresholds) {
			f.BuyerOverdue, f.BuyerOpen, f.BuyerPastDue, f.BuyerPastDue30 = 2, 200_00, 100_00, 20_00
		}, rule.Pass},
		{"more than a tenth for more than 30 days", func(f *Facts, _ *Thresholds) {
			f.BuyerOverdue, f.BuyerOpen, f.BuyerPastDue, f.BuyerPastDue30 = 2, 200_00, 20_01, 20_01
		}, rule.Refer},
		{"a hundredth for more than 90 days", func(f *Facts, _ *Thresholds) {
			f.BuyerOverdue, f.BuyerOpen, f.BuyerPastDue, f.BuyerPastDue30, f.BuyerPastDue90 = 1, 200_00, 2_00, 2_00, 2_00
		}, rule.Pass},
		{"more than a hundredth for more than 90 days", func(f *Facts, _ *Thresholds) {
			f.BuyerOverdue, f.BuyerOpen, f.BuyerPastDue, f.BuyerPastDue30, f.BuyerPastDue90 = 1, 200_00, 2_01, 2_01, 2_01
		}, rule.Refer},
		{"a policy of before", func(f *Facts, t *Thresholds) {
			f.BuyerOverdue, f.BuyerOpen, f.BuyerPastDue = 1, 200_00, 1
			t.PastDueMax, t.PastDue30Max, t.PastDue90Max = 0, 0, 0
		}, rule.Refer},
		{"amounts not known", func(f *Facts, _ *Thresholds) { f.BuyerOverdue = 1 }, rule.Refer},
	},
}
