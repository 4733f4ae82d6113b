package risk_test

import (
	"testing"

	"millrace/domain/risk"
	"millrace/domain/rule"
)

// sound passes every rule; each fixture changes what its rule looks at.
var sound = risk.Facts{
	Amount: 10_000_00, ReferAbove: 250_000_00, SellerUse: 10_000_00, ProgrammeUse: 100_000_00, SellerShare: 400_000,
	TenorDays: 60, TenorDaysMin: 3, TenorDaysMax: 180, BuyerGrade: 3,
}

func TestEachRuleHasGoodAndBadFixtures(t *testing.T) {
	fixtures := map[string][]struct {
		name   string
		change func(*risk.Facts)
		want   rule.Verdict
	}{
		"tenor": {
			{"good: at the longest", func(f *risk.Facts) { f.TenorDays = 180 }, rule.Pass},
			{"bad: one day longer", func(f *risk.Facts) { f.TenorDays = 181 }, rule.Refuse},
			{"bad: due already", func(f *risk.Facts) { f.TenorDays = 0 }, rule.Refuse},
		},
		"related_parties": {
			{"good", func(*risk.Facts) {}, rule.Pass},
			{"bad: one group", func(f *risk.Facts) { f.SameGroup = 1 }, rule.Refuse},
		},
		"circular_trade": {
			{"good", func(*risk.Facts) {}, rule.Pass},
			{"bad: the buyer sells to the seller", func(f *risk.Facts) { f.ReverseTrades = 1 }, rule.Refer},
		},
		"large_amount": {
			{"good: at the bound", func(f *risk.Facts) { f.Amount = f.ReferAbove }, rule.Pass},
			{"good: no bound", func(f *risk.Facts) { f.ReferAbove = 0; f.Amount = 1e15 }, rule.Pass},
			{"bad: one cent above", func(f *risk.Facts) { f.Amount = f.ReferAbove + 1 }, rule.Refer},
		},
		"seller_share": {
			{"good: young programme", func(f *risk.Facts) { f.SellerUse = f.ProgrammeUse }, rule.Pass},
			{"good: at the bound", func(f *risk.Facts) { f.ProgrammeUse = 10_000_000_00; f.SellerUse = 4_000_000_00 }, rule.Pass},
			{"bad: above", func(f *risk.Facts) { f.ProgrammeUse = 10_000_000_00; f.SellerUse = 4_000_010_00 }, rule.Refer},
		},
		"buyer_overdue": {
			{"good", func(*risk.Facts) {}, rule.Pass},
			{"bad: one overdue", func(f *risk.Facts) { f.BuyerOverdue = 1 }, rule.Refer},
		},
		"buyer_grade": {
			{"good: 6", func(f *risk.Facts) { f.BuyerGrade = 6 }, rule.Pass},
			{"bad: 7", func(f *risk.Facts) { f.BuyerGrade = 7 }, rule.Refer},
			{"bad: 9", func(f *risk.Facts) { f.BuyerGrade = 9 }, rule.Refuse},
		},
		"trade_differences": {
			{"good", func(*risk.Facts) {}, rule.Pass},
			{"bad: a price above the order", func(f *risk.Facts) { f.Differences = 1 }, rule.Refer},
		},
		"possible_duplicate": {
			{"good", func(*risk.Facts) {}, rule.Pass},
			{"bad", func(f *risk.Facts) { f.PossibleDuplicate = 1 }, rule.Refer},
		},
		"aggregate_exceeded": {
			{"good: at the bound", func(f *risk.Facts) { f.FinancedOnTrade, f.EarnedOnTrade = 100, 100 }, rule.Pass},
			{"bad: one cent above", func(f *risk.Facts) { f.FinancedOnTrade, f.EarnedOnTrade = 101, 100 }, rule.Refer},
		},
	}
	if outcomes := risk.Evaluate(sound); len(outcomes) != 0 {
		t.Fatalf("the sound facts don't pass: %v", outcomes)
	}
	for _, r := range risk.Rules {
		if len(fixtures[r.Code]) < 2 {
			t.Errorf("rule %s has no fixtures", r.Code)
		}
		if r.Title == "" || r.Source == "" || r.Version == 0 {
			t.Errorf("rule %s lacks title, source or version", r.Code)
		}
		for _, fixture := range fixtures[r.Code] {
			facts := sound
			fixture.change(&facts)
			if got, _, _ := r.Evaluate(facts); got != fixture.want {
				t.Errorf("%s, %s: %s, want %s", r.Code, fixture.name, got, fixture.want)
			}
		}
	}
}
