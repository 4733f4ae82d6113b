package risk

import (
	"millrace/domain/calendar"
	"millrace/domain/rule"
)

var funnel = Rule{
	Code: "funnel", Version: 1, Group: OfNetwork, Severity: rule.Refer,
	Title:  "New parties do not gather round one",
	Why:    "Many small new suppliers of one buyer are often one person with many stamps.",
	Source: "funnel structures in factoring fraud; network",
	Judge: func(f *Facts, _ *Thresholds) (rule.Verdict, int64, int64) {
		young := uint32(0) // an old hand at a funnel's rim is none of those who have gathered
		if f.young(f.SellerSince) {
			young = f.BuyerFunnel
		}
		if f.young(f.BuyerSince) {
			young = max(young, f.SellerFunnel)
		}
		if young > 0 {
			return rule.Refer, int64(young), 0
		}
		return rule.Pass, 0, 0
	},
	Fixtures: []Fixture{
		{"none", func(*Facts, *Thresholds) {}, rule.Pass},
		{"an old seller beside young ones", func(f *Facts, _ *Thresholds) { f.BuyerFunnel, f.SellerSince = 6, f.Date.AddDays(-funnelYoungDays) }, rule.Pass},
		{"young sellers round one buyer, and this is one", func(f *Facts, _ *Thresholds) { f.BuyerFunnel, f.SellerSince = 6, f.Date.AddDays(-5) }, rule.Refer},
		{"young buyers round one seller, and this is one", func(f *Facts, _ *Thresholds) { f.SellerFunnel, f.BuyerSince = 6, 0 }, rule.Refer},
	},
}

// funnelYoungDays is the age from which a party is old, in days from its first invoice; the same as in the network.
const funnelYoungDays = 60

// young tells whether a party has begun lately, or is about to.
func (f *Facts) young(since calendar.Date) bool {
	return since == 0 || calendar.DaysBetween(since, f.Date) < funnelYoungDays
}
