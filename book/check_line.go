package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/servicing"
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

// convertedBy is the part of the proceeds of a financing that repays what it replaces.
func convertedBy(f *funding.Financing) money.Minor {
	sum := money.Minor(0)
	for _, c := range f.Conversions {
		sum += c.Amount
	}
	return sum
}

// standsStill tells whether a fact has not been taken back by a later one of its financing.
func (a *audit) standsStill(number uint64) bool {
	one := a.b.facts.at(number)
	for at := a.b.financings.at(uint64(one.Financing) >> 16).LastFact; at > number; {
		later := a.b.facts.at(at)
		if later.Fact.Kind == servicing.Reversed && later.Fact.Of == one.Fact.Entry {
			return false
		}
		at = later.Previous
	}
	return true
}

// shareLent: money of one programme that has repaid what another had lent on the same goods counts there.
func (a *audit) shareLent(used *tally[id.Programme]) {
	b := a.b
	for n := uint64(1); n <= b.facts.count; n++ {
		one := b.facts.at(n)
		if one.Fact.Kind != servicing.Received || one.Proceeds == 0 && one.Receivable == 0 || !a.standsStill(n) {
			continue
		}
		used.add(b.financings.at(uint64(one.Financing)>>16).Programme, one.Fact.Amount)
		if r := b.receipts.at(one.Fact.Bank); one.Receivable != 0 && r != nil {
			used.add(r.Programme, -one.Fact.Amount)
		}
	}
	a.shareCash(used)
}

// conversions: what a financing that was paid out says it has replaced was repaid by so much from its proceeds, and nothing
// else was; and the goods are the same.
func (a *audit) conversions() {
	b := a.b
	var brought tally[[2]id.Financing]
	for n := uint64(1); n <= b.facts.count; n++ {
		if one := b.facts.at(n); one.Proceeds != 0 && one.Fact.Kind == servicing.Received && a.standsStill(n) {
			brought.add([2]id.Financing{one.Proceeds, one.Financing}, one.Fact.Amount)
		}
	}
	named := 0
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		pending := f.State == funding.Accepted || f.State == funding.Disbursing
		if f.Replaces < 0 || f.Replaces > f.Principal || f.Replaces != 0 && f.State > funding.Disbursing || convertedBy(f) > f.Net {
			a.breach("conversion_amounts", f.ID.String(), "%s is to repay %d, %d of it principal, out of %d", f.ID, convertedBy(f), f.Replaces, f.Net)
		}
		for _, c := range f.Conversions {
			loan := b.financings.at(uint64(c.Financing) >> 16)
			if loan == nil || loan.Trade == 0 || loan.Seller != f.Seller || a.whereItStands(loan.Trade) != a.goodsOf(f) || f.Receivable == 0 && loan.Stage >= f.Stage {
				a.breach("conversion_of_other", f.ID.String(), "%s replaces %s, which is not on the same goods at an earlier stage", f.ID, c.Financing)
				continue
			}
			if pending && b.replacedBy[c.Financing] != f.ID {
				a.breach("index_replaced", f.ID.String(), "%s is to be replaced by %s, the index says by %s", c.Financing, f.ID, b.replacedBy[c.Financing])
			}
			if pending {
				named++
			}
			if !moneyOut(f.State) && !over(f.State) {
				continue
			}
			if got := brought.of([2]id.Financing{f.ID, c.Financing}); got != c.Amount {
				a.breach("conversion_amounts", f.ID.String(), "%s says that it has repaid %d of %s; that has got %d from it", f.ID, c.Amount, c.Financing, got)
			}
			brought.add([2]id.Financing{f.ID, c.Financing}, -c.Amount)
		}
	}
	for i, pair := range brought.keys {
		if brought.sums[i] > 0 {
			a.breach("conversion_amounts", pair[1].String(), "%s has got %d from the proceeds of %s, which does not say so", pair[1], brought.sums[i], pair[0])
		}
	}
	if len(b.replacedBy) != named {
		a.breach("index_replaced", "", "the index says that %d financings are being replaced, there are %d", len(b.replacedBy), named)
	}
}

// goodsOf is the trade of a financing as it stands.
func (a *audit) goodsOf(f *funding.Financing) id.Trade {
	of := f.Trade
	if r := a.b.receivables.at(uint64(f.Receivable) >> 16); r != nil {
		of = r.Trade
	}
	if of == 0 {
		return 0
	}
	return a.whereItStands(of)
}

// creditLines: a line is approved by a second person, its stages stand in their order, what draws on it fits it, and the
// index says how much is drawn.
func (a *audit) creditLines() {
	b := a.b
	var drawn tally[id.Line]
	for n := uint64(1); n <= b.lines.count; n++ {
		l := b.lines.at(n)
		if l.Amount <= 0 || len(l.Stages) == 0 || (l.State == funding.LineLive || l.State == funding.LineSuspended) && (l.Checker == 0 || l.Checker == l.Maker) {
			a.breach("line_unsound", l.ID.String(), "%s is %s, and was not approved as it stands by a second person", l.ID, l.State)
		}
		last := funding.Stage(0)
		for _, s := range l.Stages {
			p := b.programmes.at(uint64(s.Programme) >> 16)
			if s.Stage <= last || s.Stage > funding.Billed || p == nil || p.Anchor != l.Anchor || p.Currency != l.Currency {
				a.breach("line_unsound", l.ID.String(), "the stages of %s are not in order, or one is not of its anchor", l.ID)
			}
			last = s.Stage
		}
	}
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		l := b.lines.at(uint64(f.Line) >> 16)
		if f.Line == 0 {
			continue
		}
		stage := f.Stage
		if f.Receivable != 0 {
			stage = funding.Billed
		}
		if l == nil || l.Seller != f.Seller || l.Anchor != f.Buyer || l.Currency != f.Currency ||
			f.State != funding.Declined && l.Funder != f.Funder || !slices.Contains(l.Stages, funding.LineStage{Stage: stage, Programme: f.Programme}) {
			a.breach("line_of_other", f.ID.String(), "%s draws on line %s, which is not for it", f.ID, f.Line)
			continue
		}
		if claiming(f.State) {
			drawn.add(f.Line, f.Principal-f.Repaid-f.Written-f.Replaces)
		}
	}
	entries := 0
	for i, line := range drawn.keys {
		if drawn.sums[i] != 0 {
			entries++
		}
		if b.drawnOn[line] != drawn.sums[i] {
			a.breach("index_drawn", line.String(), "%d is drawn on %s, the index says %d", drawn.sums[i], line, b.drawnOn[line])
		}
	}
	if len(b.drawnOn) > entries {
		a.breach("index_drawn", "", "the index has %d lines that are drawn on, financings make %d", len(b.drawnOn), entries)
	}
}
