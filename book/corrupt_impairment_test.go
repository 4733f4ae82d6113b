package book

import (
	"millrace/domain/ledger"
)

// lossHeld is the first expected loss with an allowance.
func (b *Book) lossHeld() *ExpectedLoss {
	return first(&b.losses, func(r *ExpectedLoss) bool { return r.Allowance > 2 })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"estimates_people", "estimates approved by one", func(b *Book) { b.estimates.at(1).Checker = b.estimates.at(1).Maker }},
		Corruption{"assessment_estimates", "an assessment by the estimates of another", func(b *Book) { b.assessments.at(2).Estimates = b.assessments.at(1).Estimates }},
		Corruption{"assessment_order", "an assessment of a day to come", func(b *Book) { b.assessments.at(2).On = b.Date() + 1 }},
		Corruption{"assessment_matrix", "a cent more in a bucket, and in the books", func(b *Book) {
			a := first(&b.assessments, func(a *Assessment) bool { return len(a.Buckets) > 0 })
			a.Buckets[0].Provision++
			b.coded(ledger.AllowanceTrade).CreditsPosted++
			b.coded(ledger.TradeImpairmentLoss).DebitsPosted++
		}},
		Corruption{"assessment_sums", "a charge that is held for nobody", func(b *Book) { b.assessments.at(1).Stages[0].Charged++ }},
		Corruption{"loss_of_other", "a loss that belongs to no financing", func(b *Book) {
			other := *b.losses.at(1)
			other.Allowance = 0
			b.losses.add(b.losses.count+1, other)
		}},
		Corruption{"loss_stage", "ninety days late, and called sound", func(b *Book) { b.lossHeld().PastDue = 90 }},
		Corruption{"loss_amount", "probabilities that were half as high", func(b *Book) { b.lossHeld().Periods[0].Drawn /= 2 }},
		Corruption{"loss_allowance", "a cent from the allowance", shift(ledger.AllowanceStageOne, ledger.InterestIncome)},
		Corruption{"trade_allowance", "a cent from the allowance of a seller", shift(ledger.AllowanceTrade, ledger.Sales)},
	)
}
