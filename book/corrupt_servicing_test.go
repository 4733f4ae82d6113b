package book

import (
	"millrace/domain/funding"
	"millrace/domain/ledger"
)

// factual is a financing with a fact besides its disbursement.
func (b *Book) factual() *funding.Financing {
	return first(&b.financings, func(f *funding.Financing) bool { return f.LastFact != 0 && f.State.PaidOut() })
}

func init() {
	Corruptions = append(Corruptions, []Corruption{
		{"fact_chain", "a fact of another financing", func(b *Book) { b.facts.at(b.factual().LastFact).Financing += 1 << 16 }},
		{"fact_chain", "a fact that nobody leads to", func(b *Book) { b.facts.add(b.facts.count+1, FinancingFact{}) }},
		{"financing_reckoned", "late interest that was no late interest", func(b *Book) {
			f := first(&b.financings, func(f *funding.Financing) bool { return f.LatePaid > 0 && f.State.PaidOut() })
			f.LatePaid, f.InterestPaid = f.LatePaid-1, f.InterestPaid+1
		}},
		{"interest_receivable", "interest that was not earned", shift(ledger.InterestReceivable, ledger.InterestIncome)},
		{"late_interest_receivable", "late interest that was not earned", shift(ledger.LateReceivable, ledger.InterestIncome)},
		{"interest_payable", "interest that is not owed", shift(ledger.InterestPayable, ledger.FinancingCost)},
		{"late_interest_payable", "late interest forgotten", shift(ledger.LatePayable, ledger.LateInterestCost)},
		{"funder_shortfall", "a shortfall that is not owed", shift(ledger.FunderShortfall, ledger.InterestIncome)},
		{"seller_shortfall", "a shortfall that is not owed", shift(ledger.SellerShortfall, ledger.Sales)},
	}...)
}
