package servicing_test

import (
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/servicing"
)

func discounting() servicing.Terms {
	return servicing.Terms{
		Face: 20_000_00, Rate: servicing.Schedule{Kind: servicing.Fixed, Margin: 48_000}, Penalty: servicing.Schedule{Kind: servicing.Fixed, Margin: 90_000},
		DayCount: calendar.Actual360, Timing: servicing.InArrears, Accrual: servicing.Linear, Unearned: servicing.Kept,
		Due: 20_727, GraceDays: 3, PenaltyBy: servicing.FromDue, Overdue: servicing.Replaces,
		InterestOf: servicing.Seller, LateOf: servicing.Seller, FeesOf: servicing.Seller, Obligor: servicing.Buyer,
		Assignment: servicing.Sale, Source: servicing.FunderFunds, Waterfall: servicing.Standard,
		Recourse: [4]servicing.Recourse{{Share: money.RateOne}, {Share: money.RateOne, Days: 30}, {Share: money.RateOne}, {Share: money.RateOne}},
	}
}

// life is one of twelve facts: a fixing, partial payments, a credit note, a reversal, late money.
func life() []servicing.Fact {
	facts := []servicing.Fact{
		{Kind: servicing.Fixing, Value: 20_690, Rate: 20_000},
		{Kind: servicing.Disbursed, Value: 20_697, Amount: 17_000_00},
		{Kind: servicing.Received, Party: servicing.Buyer, Value: 20_710, Amount: 2_000_00},
		{Kind: servicing.Diluted, Value: 20_715, Amount: 500_00},
		{Kind: servicing.FeeCharged, Value: 20_716, Amount: 10_00},
		{Kind: servicing.Received, Party: servicing.Buyer, Value: 20_727, Amount: 5_000_00},
		{Kind: servicing.Reversed, Value: 20_729, Of: 6},
		{Kind: servicing.Received, Party: servicing.Buyer, Value: 20_740, Amount: 5_000_00},
		{Kind: servicing.Recoursed, Value: 20_757, Cause: servicing.ProtractedDefault},
		{Kind: servicing.Received, Party: servicing.Seller, Value: 20_760, Amount: 4_000_00},
		{Kind: servicing.Received, Party: servicing.Buyer, Value: 20_770, Amount: 12_500_00},
		{Kind: servicing.PaidOn, Party: servicing.Seller, Value: 20_771, Amount: 100_00},
	}
	for i := range facts {
		facts[i].Entry, facts[i].Bank, facts[i].Booking = uint64(i+1), uint64(i+1), facts[i].Value
	}
	return facts
}

func BenchmarkRun(b *testing.B) {
	terms, facts := discounting(), life()
	var owed money.Minor
	b.ReportAllocs()
	for b.Loop() {
		p := servicing.Run(&terms, facts)
		owed += p.Owed()
	}
}

func BenchmarkRunEffective(b *testing.B) {
	terms, facts := discounting(), life()[:4]
	terms.Timing, terms.Accrual, terms.Discount = servicing.InAdvance, servicing.Effective, 68_00
	var earned money.Minor
	b.ReportAllocs()
	for b.Loop() {
		p := servicing.Run(&terms, facts)
		earned += p.Totals[servicing.LineDiscountEarned]
	}
}

func BenchmarkDifference(b *testing.B) {
	terms, facts := discounting(), life()
	before, after := servicing.Run(&terms, facts[:11]), servicing.Run(&terms, facts)
	movements, legs := make([]servicing.Movement, 0, servicing.Lines), make([]servicing.Leg, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		movements = servicing.Difference(movements[:0], &before, &after, 20_771)
		for _, m := range movements {
			legs = servicing.Postings(legs[:0], &terms, m)
		}
	}
}
