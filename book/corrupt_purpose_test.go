package book

import (
	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/party"
)

func (b *Book) supplying() *funding.Financing {
	return first(&b.financings, func(f *funding.Financing) bool { return f.Supply.Supplier != 0 && f.State == funding.Outstanding })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"supply_of_other", "money that went to the borrower", func(b *Book) {
			f := b.supplying()
			own := first(&b.bankAccounts, func(a *party.BankAccount) bool { return a.Party == f.Seller })
			b.payments.at(f.Payment.Number()).Account, f.Payee = own.ID, own.ID
		}},
		Corruption{"supply_amounts", "a debt that was paid a cent more", func(b *Book) {
			f := b.supplying()
			one := f.SetOffs[0]
			one.Amount, one.Deducted = one.Amount+1, one.Deducted-1
			f.SetOffs = []funding.SetOff{one}
		}},
		Corruption{"supplier_advances", "a cent more that was paid in advance", func(b *Book) {
			a := b.coded(ledger.SupplierAdvances)
			a.DebitsPosted++
			first(&b.accounts, func(one *ledger.Account) bool {
				return one.Key.Entity == a.Key.Entity && one.Key.Code == ledger.SellerBank
			}).CreditsPosted++
		}},
		Corruption{"index_supplied", "an advance of which the index does not know", func(b *Book) { b.removeSupplied(b.supplying()) }},
		Corruption{"index_supplied", "an advance of a financing that is over", func(b *Book) {
			b.suppliedBy[supplyKey{}] = append(b.suppliedBy[supplyKey{}], b.financed(funding.ClosedState).ID)
		}},
	)
}
