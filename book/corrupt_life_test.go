package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/servicing"
)

// measured is a measure of a kind in a state.
func (b *Book) measured(kind MeasureKind, state MeasureState) *Measure {
	return first(&b.measures, func(m *Measure) bool { return m.Kind == kind && m.State == state })
}

func init() {
	Corruptions = append(Corruptions, []Corruption{
		{"measure_of_other", "a measure in another programme", func(b *Book) { b.measures.at(1).Programme += 1 << 16 }},
		{"measure_people", "a default by one person", func(b *Book) { m := b.measured(Default, MeasureDone); m.Checker = m.Maker }},
		{"measure_people", "a loss that nobody approved", func(b *Book) { b.measured(Loss, MeasureDone).Checker = 0 }},
		{"measure_waits", "two measures that wait", func(b *Book) {
			again := *b.measured(Default, MeasureWaits)
			again.ID = id.Make[id.Measure](1, b.measures.count+1)
			b.measures.add(again.ID.Number(), again)
			b.indexMeasure(&again)
		}},
		{"index_measures", "a measure not found", func(b *Book) { clear(b.measuresOf[b.measures.at(1).Financing]) }},
		{"financing_unfounded", "a default without a fact", func(b *Book) {
			f := b.financed(funding.Defaulted)
			at := f.LastFact
			for b.facts.at(at).Fact.Kind != servicing.Defaulted {
				at = b.facts.at(at).Previous
			}
			b.facts.at(at).Fact.Kind, b.facts.at(at).Fact.Cause = servicing.Recoursed, servicing.Warranty
		}},
		{"loss_allowance", "an allowance that nobody set", shift(ledger.LossAllowance, ledger.InterestIncome)},
		{"financing_loss", "a loss that was none", shift(ledger.FinancingLoss, ledger.InterestIncome)},
		{"recovery_income", "a recovery that was none", shift(ledger.RecoveryIncome, ledger.InterestIncome)},
	}...)
}
