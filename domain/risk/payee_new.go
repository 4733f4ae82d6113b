package risk

import "millrace/domain/rule"

var payeeNew = Rule{
	Code: "payee_new", Version: 1, Group: OfIdentity, Severity: rule.Refer,
	Title:  "An account that was never paid to is not brand new",
	Why:    "A first payment to a new account is where the money is lost.",
	Source: "funds supervision; payee verification",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if f.PayeePaid == 0 && f.PayeeDays > 0 && int64(f.PayeeDays) <= t.PayeeNewDays {
			return rule.Refer, int64(f.PayeeDays), t.PayeeNewDays
		}
		return rule.Pass, int64(f.PayeeDays), t.PayeeNewDays
	},
	Fixtures: []Fixture{
		{"not asked for", func(f *Facts, _ *Thresholds) { f.PayeePaid, f.PayeeDays = 0, 1 }, rule.Pass},
		{"paid to before", func(f *Facts, t *Thresholds) { t.PayeeNewDays, f.PayeeDays, f.PayeePaid = 10, 3, 1 }, rule.Pass},
		{"new", func(f *Facts, t *Thresholds) { t.PayeeNewDays, f.PayeeDays, f.PayeePaid = 10, 3, 0 }, rule.Refer},
	},
}
