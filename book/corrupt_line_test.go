package book

import "millrace/domain/funding"

func (b *Book) loanOnGoods() *funding.Financing {
	return first(&b.financings, func(f *funding.Financing) bool { return f.Trade != 0 && f.State == funding.Outstanding })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"financing_of_other", "a loan on goods that are billed", func(b *Book) {
			f := b.loanOnGoods()
			f.Stage = funding.Billed
		}},
		Corruption{"loan_without_recourse", "a loan for which the seller does not answer", func(b *Book) {
			quote := first(&b.financings, func(f *funding.Financing) bool { return f.Trade != 0 && f.State == funding.Quoted })
			terms := &b.products.at(quote.Product.Number()).Terms
			terms.Recourse.Insolvency, terms.Recourse.ProtractedDefault = false, false
		}},
		Corruption{"stage_financed_twice", "two loans on one order", func(b *Book) {
			one := b.loanOnGoods()
			other := first(&b.financings, func(f *funding.Financing) bool { return f.Trade != 0 && f.ID != one.ID && f.State == one.State })
			b.removeLoan(other)
			other.Trade = one.Trade
			b.addLoan(other)
		}},
		Corruption{"index_loans", "a loan that its trade does not know", func(b *Book) { b.removeLoan(b.loanOnGoods()) }},
		Corruption{"index_loans", "a trade that knows of a loan that is over", func(b *Book) {
			b.addLoan(&funding.Financing{ID: b.financed(funding.ClosedState).ID, Trade: b.loanOnGoods().Trade})
		}},
	)
}
