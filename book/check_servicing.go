package book

import (
	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/servicing"
)

// servicing: the facts of each financing form one chain, and interest that is reckoned and not paid stands in the books of
// those who have earned it and of those who owe it.
func (a *audit) servicing() {
	b := a.b
	reached := uint64(0)
	for n := uint64(1); n <= b.financings.count; n++ {
		f := b.financings.at(n)
		later := b.facts.count + 1
		for at := f.LastFact; at != 0; reached++ {
			found := b.facts.at(at)
			if found == nil || at >= later || found.Financing != f.ID || found.Fact.Entry != at+1 || found.Entry == 0 || found.Entry > b.sequence {
				a.breach("fact_chain", f.ID.String(), "the facts of %s do not lead from one to the one before it at %d", f.ID, at)
				break
			}
			later, at = at, found.Previous
		}
	}
	if reached != b.facts.count {
		a.breach("fact_chain", "", "%d facts are on record, financings lead to %d", b.facts.count, reached)
	}
}

// expectInterest: what is due of interest is the funder's to come, and its bearer's to pay.
func (a *audit) expectInterest(f *funding.Financing, loan bool) {
	if !moneyOut(f.State) {
		return
	}
	if last := a.b.facts.at(f.LastFact); last != nil && last.Fact.Bank == 0 && last.Fact.Kind == servicing.Received {
		return // shared out before facts were kept: what was due then was not posted
	}
	a.expect(f.Funder, f.Programme, 0, ledger.InterestReceivable, f.Currency, f.InterestDue)
	a.expect(f.Funder, f.Programme, 0, ledger.LateReceivable, f.Currency, f.LateDue)
	a.expect(f.Seller, 0, 0, ledger.InterestPayable, f.Currency, f.InterestDue)
	if loan {
		a.expect(f.Seller, 0, 0, ledger.InterestPayable, f.Currency, f.LateDue)
		return
	}
	key := ledger.Key{Entity: f.Buyer, Code: ledger.LatePayable, Currency: f.Currency}
	a.expected.add(key, f.LateDue)
	a.widen(key, 0, a.lateOfSeller(f.LastFact)) // what a seller has paid of it the buyer owes to the seller
}

// lateOfSeller is the most that a seller has paid of what the buyer bears.
func (a *audit) lateOfSeller(last uint64) money.Minor {
	sum := money.Minor(0)
	for f := a.b.facts.at(last); f != nil; f = a.b.facts.at(f.Previous) {
		if f.Fact.Party == servicing.Seller {
			sum += f.Fact.Amount
		}
	}
	return sum
}
