package risk

import "millrace/domain/rule"

var payeeChanged = Rule{
	Code: "payee_changed", Version: 1, Group: OfIdentity, Severity: rule.Refer,
	Title:  "Bank details that have changed lately were confirmed by the party",
	Why:    "The letter with the new bank account comes from the fraudster.",
	Source: "business email compromise; funds supervision: to the verified account of the right party",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if f.PayeeChanged && f.PayeeDays > 0 && int64(f.PayeeDays) <= t.PayeeChangedDays {
			return rule.Refer, int64(f.PayeeDays), t.PayeeChangedDays
		}
		return rule.Pass, int64(f.PayeeDays), t.PayeeChangedDays
	},
	Fixtures: []Fixture{
		{"the first account", func(f *Facts, _ *Thresholds) { f.PayeeDays = 1 }, rule.Pass},
		{"changed long ago", func(f *Facts, _ *Thresholds) { f.PayeeChanged, f.PayeeDays = true, 31 }, rule.Pass},
		{"changed a week ago, and nobody was asked", func(f *Facts, _ *Thresholds) { f.PayeeChanged, f.PayeeDays = true, 8 }, rule.Refer},
	},
}
