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
		Corruption{"conversion_amounts", "one that says it has repaid a cent more", func(b *Book) {
			f := first(&b.financings, func(f *funding.Financing) bool { return len(f.Conversions) > 0 && f.State == funding.Outstanding })
			f.Conversions = []funding.Conversion{f.Conversions[0]}
			f.Conversions[0].Amount--
			b.payments.at(f.Payment.Number()).Amount++
		}},
		Corruption{"conversion_amounts", "more replaced than is lent", func(b *Book) {
			f := first(&b.financings, func(f *funding.Financing) bool { return f.State == funding.Lapsed })
			f.Replaces = f.Principal + 1
		}},
		Corruption{"conversion_of_other", "one that replaces a loan on other goods", func(b *Book) {
			f := first(&b.financings, func(f *funding.Financing) bool { return len(f.Conversions) > 0 && f.State == funding.Accepted })
			b.unindexFinancing(f)
			f.Conversions = []funding.Conversion{{Financing: b.loanOnGoods().ID, Amount: 1}}
			b.indexFinancing(f)
			clear(b.replacedBy)
		}},
		Corruption{"index_replaced", "a loan that is replaced by nobody", func(b *Book) { clear(b.replacedBy) }},
		Corruption{"index_replaced", "a loan that is replaced by nobody, and one by too many", func(b *Book) { b.replacedBy[b.financed(funding.ClosedState).ID] = b.loanOnGoods().ID }},
		Corruption{"line_unsound", "a line approved by its maker", func(b *Book) { b.lines.at(1).Checker = b.lines.at(1).Maker }},
		Corruption{"line_unsound", "stages out of order", func(b *Book) {
			l := b.lines.at(2)
			l.Stages = []funding.LineStage{l.Stages[1], l.Stages[0]}
		}},
		Corruption{"line_of_other", "a line of another seller", func(b *Book) {
			b.lines.at(1).Seller = b.lines.at(1).Anchor
			delete(b.drawnOn, b.lines.at(1).ID)
		}},
		Corruption{"index_drawn", "a cent too much on a line", func(b *Book) { b.drawnOn[b.lines.at(1).ID]++ }},
		Corruption{"index_drawn", "a line on which nothing is drawn", func(b *Book) { b.drawnOn[b.lines.at(2).ID] = 1 }},
		Corruption{"index_loans", "a loan that its trade does not know", func(b *Book) { b.removeLoan(b.loanOnGoods()) }},
		Corruption{"index_loans", "a trade that knows of a loan that is over", func(b *Book) {
			b.addLoan(&funding.Financing{ID: b.financed(funding.ClosedState).ID, Trade: b.loanOnGoods().Trade})
		}},
	)
}
