package book

import "millrace/domain/ledger"

func init() {
	Corruptions = append(Corruptions, []Corruption{
		{"reserve_held", "a reserve that is not held", shift(ledger.ReserveHeld, ledger.FinancingCost)},
		{"fees_of_others", "a fee of the funder not booked", shift(ledger.FunderFeeIncome, ledger.InterestIncome)},
		{"tax_collected", "a tax not booked", shift(ledger.FunderTaxCollected, ledger.InterestIncome)},
		{"fees_receivable", "a fee that is not owed", shift(ledger.FunderFeesReceivable, ledger.InterestIncome)},
		{"fees_payable", "a fee forgotten", shift(ledger.FeesPayable, ledger.FinancingCost)},
	}...)
}
