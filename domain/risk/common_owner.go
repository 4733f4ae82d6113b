package risk

import "millrace/domain/rule"

var commonOwner = Rule{
	Code: "common_owner", Version: 1, Group: OfRelations, Severity: rule.Refuse,
	Title:  "Seller and buyer do not belong to one owner",
	Why:    "A group is known by its owners, not by its name.",
	Source: "Directive (EU) 2015/849, art. 3(6): 25 per cent; IAS 24.9",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		held := int64(f.CommonOwner)
		if t.OwnerRefuse > 0 && held >= t.OwnerRefuse {
			return rule.Refuse, held, t.OwnerRefuse
		}
		if t.OwnerRefer > 0 && held >= t.OwnerRefer {
			return rule.Refer, held, t.OwnerRefer
		}
		return rule.Pass, held, t.OwnerRefer
	},
	Fixtures: []Fixture{
		{"a small part", func(f *Facts, _ *Thresholds) { f.CommonOwner = 249_999 }, rule.Pass},
		{"a quarter of both", func(f *Facts, _ *Thresholds) { f.CommonOwner = 250_000 }, rule.Refer},
		{"half of both", func(f *Facts, _ *Thresholds) { f.CommonOwner = 500_000 }, rule.Refuse},
	},
}
