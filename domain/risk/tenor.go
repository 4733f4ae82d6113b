package risk

import "millrace/domain/rule"

var tenor = Rule{
	Code: "tenor", Version: 1, Group: OfLimits, Severity: rule.Refuse,
	Title:  "The due date lies within the tenor that the product allows",
	Why:    "Money that is out longer than it was lent for has to be found again when it is needed elsewhere.",
	Source: "product terms; asset and funding tenors are tied",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		if f.TenorDays < f.TenorDaysMin {
			return rule.Refuse, int64(f.TenorDays), int64(f.TenorDaysMin)
		}
		if f.TenorDays > f.TenorDaysMax {
			return rule.Refuse, int64(f.TenorDays), int64(f.TenorDaysMax)
		}
		return rule.Pass, int64(f.TenorDays), int64(f.TenorDaysMax)
	},
	Fixtures: []Fixture{
		{"at the longest", func(f *Facts, _ *Thresholds) { f.TenorDays = 180 }, rule.Pass},
		{"one day longer", func(f *Facts, _ *Thresholds) { f.TenorDays = 181 }, rule.Refuse},
		{"due already", func(f *Facts, _ *Thresholds) { f.TenorDays = 0 }, rule.Refuse},
	},
}
