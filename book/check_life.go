package book

import (
	"slices"

	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/servicing"
)

// measures: two people stand behind each that is done and takes two, at most one of a kind waits on a financing, and a
// financing is where its measures have brought it.
func (a *audit) measures() {
	b := a.b
	type waiting struct {
		of   id.Financing
		kind MeasureKind
	}
	waits := map[waiting]id.Measure{}
	count := 0
	for n := uint64(1); n <= b.measures.count; n++ {
		m := b.measures.at(n)
		number(a, m.ID, n, m.Entry)
		f := b.financings.at(uint64(m.Financing) >> 16)
		count++
		if (f == nil) != (m.Kind >= StopLift && m.Kind != CoverClaim) || f != nil && f.Programme != m.Programme {
			a.breach("measure_of_other", m.ID.String(), "%s, a %s, names %s in %s", m.ID, m.Kind, m.Financing, m.Programme)
			continue
		}
		if m.State == MeasureDone && m.Kind != RecourseDue && m.Kind != CoverClaim && m.Kind != Settlement && m.Kind != MadeGood && m.Kind < FeesSettled && (m.Maker == 0 || m.Checker == 0) || m.Maker != 0 && m.Maker == m.Checker {
			a.breach("measure_people", m.ID.String(), "%s is %s by %s and %s", m.ID, m.State, m.Maker, m.Checker)
		}
		if m.State == MeasureWaits || m.State == MeasureOffered {
			if other, twice := waits[waiting{m.Financing, m.Kind}]; twice && f != nil {
				a.breach("measure_waits", m.ID.String(), "%s and %s wait on one financing", other, m.ID)
			}
			waits[waiting{m.Financing, m.Kind}] = m.ID
		}
		if !slices.Contains(b.measuresOf[m.Financing], m.ID) {
			a.breach("index_measures", m.ID.String(), "the index does not lead from %s to %s", m.Financing, m.ID)
		}
	}
	// map order does not reach a result: the lengths are added up
	for _, list := range b.measuresOf {
		count -= len(list)
	}
	if count != 0 {
		a.breach("index_measures", "", "the index of measures and the measures differ by %d", count)
	}
	for n := uint64(1); n <= b.financings.count; n++ {
		a.borneOut(b.financings.at(n))
	}
}

// borneOut: what a financing says of itself follows from its facts.
func (a *audit) borneOut(f *funding.Financing) {
	var extended, defaulted, lost, back, claimed, covered bool
	for n := f.LastFact; n != 0; n = a.b.facts.at(n).Previous {
		fact := &a.b.facts.at(n).Fact
		extended = extended || fact.Kind == servicing.Extended && fact.Due == f.Due
		defaulted = defaulted || fact.Kind == servicing.Defaulted
		lost = lost || fact.Kind == servicing.WrittenOff
		back = back || fact.Kind == servicing.BoughtBack
		claimed, covered = claimed || fact.Kind == servicing.Claimed, covered || fact.Kind == servicing.PaidOnCover
	}
	if f.FirstDue != 0 && !extended || f.State == funding.Defaulted && !defaulted || f.State == funding.WrittenOff && !lost || f.State == funding.BoughtBack && !back || covered && !claimed {
		a.breach("financing_unfounded", f.ID.String(), "%s is %s, due %s, and no fact says so", f.ID, f.State, f.Due)
	}
}

// allowed is the allowance that stands: at most what is left.
func (r *reckoned) allowed() money.Minor {
	return min(r.allowance, r.principal+r.interestDue()+r.lateDue())
}

// expectLoss: what was written off and what has come of it, in the books of the funder; the debtor owes what has not.
func (a *audit) expectLoss(f *funding.Financing, t *product.Terms) {
	if f.Written == 0 && f.Recovered == 0 {
		return
	}
	r, known := a.reckon(f, a.postedUntil(f))
	if !known {
		return
	}
	all, back := money.Minor(0), money.Minor(0)
	for i := range r.written {
		all, back = all+r.written[i], back+r.recovered[i]
	}
	if f.Written != r.written[0] || f.Recovered != back {
		a.breach("financing_reckoned", f.ID.String(), "%s has %d of the principal written off and %d recovered; its facts come to %d and %d", f.ID, f.Written, f.Recovered, r.written[0], back)
	}
	a.expect(f.Funder, f.Programme, 0, ledger.FinancingLoss, f.Currency, all)
	a.expect(f.Funder, f.Programme, 0, ledger.RecoveryIncome, f.Currency, back)
	owed := r.written[0] - r.recovered[0]
	switch natureOf(t) {
	case lentToSeller:
		a.expect(f.Seller, 0, f.Funder, ledger.Borrowings, f.Currency, owed)
	case bought:
		a.expect(f.Seller, 0, f.Buyer, ledger.TradeReceivables, f.Currency, -owed)
	case lentToBuyer:
		a.expect(f.Buyer, 0, f.Funder, ledger.BuyerBorrowings, f.Currency, owed)
		if t.Repayment != product.FromBuyer {
			a.expect(f.Buyer, 0, f.Seller, debtPaid(t), f.Currency, -owed)
			a.expect(f.Seller, 0, f.Buyer, ledger.TradeReceivables, f.Currency, -owed)
		}
	}
	ofBuyer, lateOfBuyer := buyerBears(t)
	for _, one := range [...]struct {
		tier   int
		buyers bool
		code   ledger.Code
	}{{1, ofBuyer, ledger.BuyerInterest}, {2, lateOfBuyer, ledger.LatePayable}} {
		lost := r.written[one.tier] - r.recovered[one.tier]
		if !one.buyers {
			a.expect(f.Seller, 0, 0, ledger.InterestPayable, f.Currency, lost)
			continue
		}
		key := ledger.Key{Entity: f.Buyer, Code: one.code, Currency: f.Currency}
		a.expected.add(key, lost)
		a.widen(key, 0, r.recovered[one.tier])
	}
}

// debtPaid is how a buyer keeps its debt that a loan to it has paid.
func debtPaid(t *product.Terms) ledger.Code {
	if t.Undertaking >= product.UndertakingIrrevocable {
		return ledger.ConfirmedPayables
	}
	return ledger.TradePayables
}

// expectSettled: what settlements have moved on accounts that are otherwise reckoned from receipts, payments and shortfalls.
func (a *audit) expectSettled() {
	b := a.b
	for n := uint64(1); n <= b.measures.count; n++ {
		m := b.measures.at(n)
		p := b.programmes.at(uint64(m.Programme) >> 16)
		if p == nil || m.Kind != Settlement && m.Kind != MadeGood {
			continue
		}
		funder := slices.ContainsFunc(p.Funders, func(f funding.Funder) bool { return f.Party == m.Party })
		switch {
		case m.Party == 0:
			a.expect(p.Custodian, p.ID, 0, ledger.Shortfall, p.Currency, -m.Amount)
		case !funder:
		case m.Kind == Settlement && m.Receipt != 0:
			a.expect(p.Custodian, p.ID, m.Party, ledger.CollectionForFunder, p.Currency, m.Amount)
			a.expect(m.Party, p.ID, 0, ledger.FundsProvided, p.Currency, m.Amount)
		case m.Kind == MadeGood && m.Receipt != 0:
			a.expect(p.Custodian, p.ID, m.Party, ledger.Funding, p.Currency, m.Amount)
			a.expect(m.Party, p.ID, 0, ledger.FundsProvided, p.Currency, m.Amount)
		case m.Kind == MadeGood:
			a.expect(p.Custodian, p.ID, m.Party, ledger.Funding, p.Currency, m.Amount)
			a.expect(p.Custodian, p.ID, m.Party, ledger.CollectionForFunder, p.Currency, -m.Amount)
		}
	}
	for n := uint64(1); n <= b.payments.count; n++ {
		r := b.payments.at(n)
		if p := b.programmes.at(uint64(r.Programme) >> 16); p != nil && r.Missing != 0 { // of a sweep that came back
			a.expect(p.Custodian, p.ID, r.Payee, ledger.Funding, r.Currency, r.Missing)
			a.expect(p.Custodian, p.ID, r.Payee, ledger.CollectionForFunder, r.Currency, -r.Missing)
		}
	}
}

// madeGood is what was settled of shortfalls that are no party's by a collection: no receipt was shared out for it.
func (a *audit) madeGood(programme id.Programme) money.Minor {
	sum := money.Minor(0)
	for n := uint64(1); n <= a.b.measures.count; n++ {
		if m := a.b.measures.at(n); (m.Kind == MadeGood || m.Kind >= FeesSettled && m.Receipt != 0) && m.Programme == programme {
			sum += m.Amount
		}
	}
	return sum
}

// settled tells whether anything that was short in a programme has been settled.
func (a *audit) settled(programme id.Programme) bool {
	for n := uint64(1); n <= a.b.measures.count; n++ {
		if m := a.b.measures.at(n); (m.Kind == Settlement || m.Kind == MadeGood || m.Kind >= FeesSettled) && m.Programme == programme {
			return true
		}
	}
	for n := uint64(1); n <= a.b.returns.count; n++ { // money that did not leave, or came back, made up for what was short
		t := a.b.returns.at(n)
		if r := a.b.receipts.at(uint64(t.Receipt) >> 16); t.State == payment.ReturnFailed && t.Programme == programme && r != nil && r.State == payment.Reversed {
			return true
		}
	}
	return false
}
