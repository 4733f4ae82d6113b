package book

import (
	"math/big"
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/product"
)

// cashMostOf is the most that a loan for a run could be drawn: what was set aside for it when it was accepted.
func (a *audit) cashMostOf(f *funding.Financing) money.Minor {
	if h := a.b.holds.at(uint64(f.Hold) >> 16); h != nil {
		return h.Transfer.Amount
	}
	return 0
}

// drawnInRun tells whether a loan for a run was drawn.
func drawnInRun(f *funding.Financing) bool {
	return f.SetOffRun != 0 && (moneyOut(f.State) || over(f.State))
}

// setOffCash: members draw no more than was accepted and set aside for them, all together no more than the run may have lent, and once a run is
// executed what is drawn and taken out is what its lines say.
func (a *audit) setOffCash(r *clearing.Run, c *setOffRecount) {
	b := a.b
	cash, draws := money.Minor(0), money.Minor(0)
	for n := uint64(0); n < r.Members; n++ {
		m := b.setOffMembers.at(r.First + n)
		f := b.financings.at(uint64(m.Financing) >> 16)
		if m.Financing != 0 && (f == nil || f.SetOffRun != r.ID || f.Seller != m.Party) {
			a.breach("set_off_cash", m.ID.String(), "%s draws by %s, which is not cash of its party for the run", m.ID, m.Financing)
			continue
		}
		most := money.Minor(0)
		if f != nil {
			most = min(a.cashMostOf(f), r.Terms.Cash.Most)
		}
		if m.Cap < 0 || m.Attempt == r.Attempt && m.Cap > most || r.Terms.Cash.Most == 0 && (m.Keeps || m.Cap > 0) {
			a.breach("set_off_cash", m.ID.String(), "%s may draw %d and keep cash %t, and %d was set aside for it", m.ID, m.Cap, m.Keeps, most)
		}
		if balance := c.paid[n] - c.received[n]; r.Terms.Cash.Most > 0 && balance > 0 {
			cash += balance
		}
		if f != nil && drawnInRun(f) {
			draws += f.Principal
			a.drawnAsSetOff(r, f, c.paid[n]-c.received[n])
		}
	}
	done := r.State == clearing.Executed || r.State == clearing.Written
	if cash != r.Cash || done && cash > r.Terms.Cash.Most || r.Price < 0 || r.Taken > r.Members {
		a.breach("set_off_cash", r.ID.String(), "%s says that %d of cash is put in, of %d at most; its lines say %d", r.ID, r.Cash, r.Terms.Cash.Most, cash)
	}
	if wants := money.Minor(0); r.State != clearing.Executed { // while it is written through some of it is not drawn yet
		if r.State == clearing.Written {
			wants = r.Cash
		}
		if draws != wants {
			a.breach("set_off_cash", r.ID.String(), "%s is %s with %d of cash, and %d is lent for it", r.ID, r.State, wants, draws)
		}
	}
	if r.State == clearing.Written && r.Cash > 0 && r.Taken != r.Members {
		a.breach("set_off_cash", r.ID.String(), "%s is written through, and of %d members %d have taken out what is theirs", r.ID, r.Members, r.Taken)
	}
}

// drawnAsSetOff: what a loan comes to is what its borrower's debts were set off more than its claims, on that day.
func (a *audit) drawnAsSetOff(r *clearing.Run, f *funding.Financing, balance money.Minor) {
	if f.Principal != balance || f.Principal > a.cashMostOf(f) || f.Value != r.Ended {
		a.breach("set_off_cash", f.ID.String(), "%s lends %d of %d on %s for %s, by which %d more of its borrower's debts than of its claims is set off on %s",
			f.ID, f.Principal, a.cashMostOf(f), f.Value, r.ID, balance, r.Ended)
	}
}

// boundOfCash adds what cash can add to the bound of a certificate: price * most, and for each member that may draw cap * max(0, potential - price).
func (a *audit) boundOfCash(r *clearing.Run, bound *big.Int) {
	price := big.NewInt(r.Price)
	add := func(amount money.Minor, by *big.Int) {
		if by.Sign() > 0 {
			bound.Add(bound, new(big.Int).Mul(by, big.NewInt(int64(amount))))
		}
	}
	add(r.Terms.Cash.Most, price)
	for n := uint64(0); n < r.Members; n++ {
		if m := a.b.setOffMembers.at(r.First + n); m.Cap > 0 {
			add(m.Cap, new(big.Int).Sub(big.NewInt(m.Potential), price))
		}
		if m := a.b.setOffMembers.at(r.First + n); m.Keeps && m.Potential < 0 {
			a.breach("set_off_unproved", m.ID.String(), "%s may be left with cash, and its potential is %d", m.ID, m.Potential)
		}
	}
}

// loanInRun: cash for a run is lent at par to a member of it by the run's programme, with recourse, and to nobody else.
func (a *audit) loanInRun(f *funding.Financing) {
	b := a.b
	r, p := b.setOffRuns.at(uint64(f.SetOffRun)>>16), b.products.at(uint64(f.Product)>>16)
	if r == nil || r.Terms.Cash.Programme != f.Programme || r.Terms.Currency != f.Currency || f.Receivable != 0 || f.Trade != 0 || f.Collateral != 0 || f.Payment != 0 || f.Payee != 0 {
		a.breach("financing_of_other", f.ID.String(), "%s does not fit set-off run %s", f.ID, f.SetOffRun)
		return
	}
	if t := &p.Terms; !t.Recourse.Insolvency && !t.Recourse.ProtractedDefault || t.Assignment == product.Sale {
		a.breach("loan_without_recourse", f.ID.String(), "%s is cash for a run, and its product gives no recourse to its borrower", f.ID)
	}
	if f.State != funding.Declined && (f.Amount != f.Principal || f.Net != f.Principal || len(f.Fees) != 0) {
		a.breach("financing_amounts", f.ID.String(), "%s is cash for a run, and not at par", f.ID)
	}
	if !claiming(f.State) {
		return
	}
	for n := r.First; n < r.First+r.Members; n++ {
		if m := b.setOffMembers.at(n); m.Financing == f.ID {
			return
		}
	}
	a.breach("set_off_cash", f.ID.String(), "%s is cash for %s, in which no member draws by it", f.ID, r.ID)
}

// cashLoans: the index knows the loans that stand ready for runs, all of runs that are not over.
func (a *audit) cashLoans() {
	b := a.b
	known := map[id.SetOffRun][]id.Financing{}
	for n := uint64(1); n <= b.financings.count; n++ {
		if f := b.financings.at(n); f.SetOffRun != 0 && f.State == funding.Accepted {
			known[f.SetOffRun] = append(known[f.SetOffRun], f.ID)
		}
	}
	for n := uint64(1); n <= b.setOffRuns.count; n++ {
		r := b.setOffRuns.at(n)
		if !slices.Equal(known[r.ID], b.setOffCash[r.ID]) {
			a.breach("index_set_off_cash", r.ID.String(), "the index does not have the loans that stand ready for %s", r.ID)
		}
		if (r.State == clearing.Written || r.State == clearing.Lapsed) && len(known[r.ID]) > 0 {
			a.breach("set_off_cash", r.ID.String(), "%s is %s, and %s still stands ready for it", r.ID, r.State, known[r.ID][0])
		}
	}
	if len(known) != len(b.setOffCash) {
		a.breach("index_set_off_cash", "", "loans stand ready for %d runs, the index knows %d", len(known), len(b.setOffCash))
	}
}

// cashTaken gives each member that has taken cash out of a run, with how much, as the lines of the run say.
func (a *audit) cashTaken(told func(r *clearing.Run, m *clearing.Member, amount money.Minor)) {
	b := a.b
	for n := uint64(1); n <= b.setOffRuns.count; n++ {
		r := b.setOffRuns.at(n)
		for i := uint64(0); r.Cash > 0 && i < r.Taken; i++ {
			if m := b.setOffMembers.at(r.First + i); m.Attempt == r.Attempt && m.Received > m.Paid {
				told(r, m, m.Received-m.Paid)
			}
		}
	}
}

// expectCash: what is drawn pays debts of its borrower, and is kept at the custodian until it is owed to who takes it out.
func (a *audit) expectCash() {
	b := a.b
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		if p := b.programmes.at(uint64(f.Programme) >> 16); p != nil && drawnInRun(f) {
			a.expect(f.Seller, 0, 0, ledger.SetOffClearing, f.Currency, f.Net)
			a.expect(p.Custodian, p.ID, 0, ledger.CashForSetOff, f.Currency, f.Net)
		}
	}
	a.cashTaken(func(r *clearing.Run, m *clearing.Member, amount money.Minor) {
		if p := b.programmes.at(uint64(r.Terms.Cash.Programme) >> 16); p != nil {
			a.expect(m.Party, 0, 0, ledger.SetOffClearing, r.Terms.Currency, -amount)
			a.expect(p.Custodian, p.ID, 0, ledger.CashForSetOff, r.Terms.Currency, -amount)
		}
	})
}

// shareCash: what members take out of runs goes to sellers without a receipt.
func (a *audit) shareCash(used *tally[id.Programme]) {
	a.cashTaken(func(r *clearing.Run, _ *clearing.Member, amount money.Minor) {
		used.add(r.Terms.Cash.Programme, amount)
	})
}
