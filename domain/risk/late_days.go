package risk

import "millrace/domain/rule"

var lateDays = Rule{
	Code: "late_days", Version: 1, Group: OfBehaviour, Severity: rule.Refer,
	Title:  "The buyer pays on the day, or nearly",
	Why:    "Days late are losses that have not happened yet.",
	Source: "IFRS 9, 5.5.11: 30 days past due",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if t.LateDaysMax > 0 && int64(f.BuyerLateDays) > t.LateDaysMax {
			return rule.Refer, int64(f.BuyerLateDays), t.LateDaysMax
		}
		return rule.Pass, int64(f.BuyerLateDays), t.LateDaysMax
	},
	Fixtures: []Fixture{
		{"thirty days", func(f *Facts, _ *Thresholds) { f.BuyerLateDays = 30_00 }, rule.Pass},
		{"more", func(f *Facts, _ *Thresholds) { f.BuyerLateDays = 30_01 }, rule.Refer},
	},
}
