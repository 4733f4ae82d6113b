package book

import (
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/party"
	"millrace/domain/payment"
)

func (b *Book) supplying() *funding.Financing {
	return first(&b.financings, func(f *funding.Financing) bool { return f.Supply.Supplier != 0 && f.State == funding.Outstanding })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"supply_of_other", "money that went to the borrower", func(b *Book) {
			f := b.supplying()
			own := first(&b.bankAccounts, func(a *party.BankAccount) bool { return a.Party == f.Seller })
			f.Payee = own.ID
		}},
		Corruption{"paid_to_other", "a payment to an account that nobody has verified", func(b *Book) {
			p := first(&b.payments, func(p *payment.Payment) bool { return p.Purpose == payment.PayOut })
			own := *b.bankAccounts.at(p.Account.Number())
			own.ID = id.Make[id.BankAccount](b.shard, b.bankAccounts.count+1)
			own.State, own.Token, own.Entry, own.Paid = party.AccountProposed, party.Token{77}, b.sequence, 0
			b.accountsOf[own.Party] = append(b.accountsOf[own.Party], own.ID)
			b.bankAccounts.add(own.ID.Number(), own)
			b.bankTokens[own.Token] = own.ID
			p.Account = own.ID
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
		Corruption{"supply_billed", "a set-off against a debt that there is not", func(b *Book) {
			p := b.payments.at(1)
			p.Billed = []payment.Billed{{Receivable: id.Make[id.Receivable](1, 9_999)}}
		}},
		Corruption{"index_supplied", "an advance of which the index does not know", func(b *Book) { b.removeSupplied(b.supplying()) }},
		Corruption{"index_supplied", "an advance of a financing that is over", func(b *Book) {
			b.suppliedBy[supplyKey{}] = append(b.suppliedBy[supplyKey{}], b.financed(funding.ClosedState).ID)
		}},
	)
}
