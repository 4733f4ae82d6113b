package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
)

// loanOnTrade: what is secured by a trade fits that trade, and is a loan to its seller.
func (a *audit) loanOnTrade(f *funding.Financing) {
	b := a.b
	t, p := b.trades.at(uint64(f.Trade)>>16), b.products.at(uint64(f.Product)>>16)
	if t == nil || t.Seller != f.Seller || t.Buyer != f.Buyer || f.Holding != 0 || f.Uncovered != 0 || f.Stage < funding.OnOrder || f.Stage > funding.Delivered {
		a.breach("financing_of_other", f.ID.String(), "%s does not fit trade %s", f.ID, f.Trade)
		return
	}
	if r := p.Terms.Recourse; !r.Insolvency && !r.ProtractedDefault {
		a.breach("loan_without_recourse", f.ID.String(), "%s is secured by a trade, and its product gives no recourse to the seller", f.ID)
	}
}

// stageKey is one stage of one trade as it stands.
type stageKey struct {
	trade id.Trade
	stage funding.Stage
}

// loansOnTrades: one stage of a trade secures one financing, and the index knows them all.
func (a *audit) loansOnTrades() {
	b := a.b
	stages := map[stageKey]id.Financing{}
	known := 0
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if f.Receivable != 0 || f.Trade == 0 || !claiming(f.State) {
			continue
		}
		known++
		if _, found := slices.BinarySearch(b.loansOn[f.Trade], f.ID); !found {
			a.breach("index_loans", f.ID.String(), "%s is not among the financings of trade %s", f.ID, f.Trade)
		}
		key := stageKey{f.Trade, f.Stage} // of trades that were merged later each may have one
		if other, found := stages[key]; found {
			a.breach("stage_financed_twice", f.Trade.String(), "%s and %s both finance trade %s while it is %s", other, f.ID, f.Trade, f.Stage)
		}
		stages[key] = f.ID
	}
	listed := 0
	for n := uint64(1); n <= b.trades.count; n++ {
		listed += len(b.loansOn[b.trades.at(n).ID])
	}
	if listed != known || len(b.loansOn) > known {
		a.breach("index_loans", "", "the index of trades has %d financings, there are %d", listed, known)
	}
}
