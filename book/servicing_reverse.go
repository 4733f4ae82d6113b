package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/feature"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/servicing"
)

func init() { registerEvent(func() fact { return &ReceivableUnpaid{} }) }

// undo takes out of the financings what a receipt had brought them, from a value date on, and gives the sum: it is not
// allocated again then. Holdings that were redeemed stay redeemed, and what was the seller's without a financing stays paid.
func (d *draft) undo(receipt *payment.Receipt, value calendar.Date) money.Minor {
	sum := money.Minor(0)
	var done []id.Financing
	for number := receipt.LastFact; number != 0; number = d.Book.facts.at(number).Earlier {
		f := d.financings.at(d.Book.facts.at(number).Financing.Number())
		if d.reopens(f) && !slices.Contains(done, f.ID) {
			if p := d.sharing(f); p != nil {
				parts := d.parts(p)
				for _, part := range parts {
					done = append(done, part.ID)
				}
				sum = money.Add(sum, d.undoParts(parts, receipt, value))
				continue
			}
			done = append(done, f.ID)
			sum = money.Add(sum, d.undoOf(f, receipt, value))
		}
	}
	return sum
}

// reopens tells whether money can be taken out of a financing: it has kept its receivable, or its stage of the trade.
func (d *draft) reopens(f *funding.Financing) bool {
	if f.Holding != 0 || !f.State.PaidOut() && f.State != funding.ClosedState && f.State != funding.WrittenOff {
		return false
	}
	if f.SetOffRun != 0 { // nothing but its borrower stands for it
		return true
	}
	if f.Collateral != 0 { // when it was closed its goods were released
		return f.State.PaidOut()
	}
	if f.Trade != 0 {
		return f.State.PaidOut() || d.stageFree(f)
	}
	return d.claimedFor(d.receivables.at(f.Receivable.Number()), f)
}

// undoOf takes out of one financing what a receipt had brought it.
func (d *draft) undoOf(f *funding.Financing, receipt *payment.Receipt, value calendar.Date) money.Minor {
	s, by := d.takeOut(f, receipt, value)
	sum := money.Add(money.Add(by[servicing.Buyer], by[servicing.Seller]), by[servicing.Insurer])
	r := d.receivables.at(f.Receivable.Number())
	if r == nil {
		d.unlend(s, receipt, sum)
		return sum
	}
	after := *r
	lent := d.lentOn(r, receipt)
	if unpaid := money.Add(money.Add(by[servicing.Buyer], lent), s.onTop()); unpaid != 0 && !d.settles(f) { // less what was on top of the debt
		d.paysDebt(r, &after, receipt, -unpaid)
	}
	d.uncover(f, s, &after)
	return sum
}

// takeOut takes out of one financing what a receipt had brought it from each payer.
func (d *draft) takeOut(f *funding.Financing, receipt *payment.Receipt, value calendar.Date) (*serviced, [servicing.Insurer + 1]money.Minor) {
	var facts []servicing.Fact
	var by [servicing.Insurer + 1]money.Minor
	for number := receipt.LastFact; number != 0; number = d.Book.facts.at(number).Earlier {
		known := d.Book.facts.at(number)
		if known.Financing != f.ID {
			continue
		}
		facts = append(facts, servicing.Fact{Kind: servicing.Reversed, Value: value, Bank: receipt.ID.Number(), Of: known.Fact.Entry})
		by[known.Fact.Party] += known.Fact.Amount
	}
	s := d.weigh(f, append(facts, d.reopened(f)...)...)
	d.serve(s)
	d.reopen(s)
	return s, by
}

// lentOn is what a receipt on a receivable had brought to financings of its trade that are out again without it.
func (d *draft) lentOn(r *receivable.Receivable, receipt *payment.Receipt) money.Minor {
	sum := money.Minor(0)
	for number := receipt.LastFact; number != 0; number = d.Book.facts.at(number).Earlier {
		known := d.Book.facts.at(number)
		if known.Receivable == r.ID && d.reopens(d.financings.at(known.Financing.Number())) {
			sum = money.Add(sum, known.Fact.Amount)
		}
	}
	return sum
}

// unlend brings what was taken out of a financing of a trade back to where the receipt came in. Where its receivable is
// financed by itself, the undoing of that financing says what the buyer owes again.
func (d *draft) unlend(s *serviced, receipt *payment.Receipt, amount money.Minor) {
	if receipt.Programme != s.programme.ID {
		from, to := custodyKey(s.programme, ledger.CollectionUnallocated, 0), custodyKey(d.programmes.at(receipt.Programme.Number()), ledger.CollectionUnallocated, 0)
		d.transfer(from, to, amount)
		d.cross(forward, from, to, amount, payment.Payment{Receipt: receipt.ID, Payee: s.financing.Seller})
	}
	for number := receipt.LastFact; number != 0; number = d.Book.facts.at(number).Earlier {
		known := d.Book.facts.at(number)
		r := d.receivables.at(known.Receivable.Number())
		if known.Financing != s.financing.ID || r == nil {
			continue
		}
		if own := d.financings.at(r.Financing.Number()); own == nil || !d.brought(own, receipt) || !d.reopens(own) {
			after := *r
			d.unpay(r, &after, receipt, known.Fact.Amount)
		}
	}
}

// brought tells whether a receipt has brought something to a financing.
func (d *draft) brought(f *funding.Financing, receipt *payment.Receipt) bool {
	for number := receipt.LastFact; number != 0; number = d.Book.facts.at(number).Earlier {
		if d.Book.facts.at(number).Financing == f.ID {
			return true
		}
	}
	return false
}

// unpay books that the buyer owes again what it had paid.
func (d *draft) unpay(r, after *receivable.Receivable, receipt *payment.Receipt, amount money.Minor) {
	after.Paid = money.Sub(r.Paid, amount)
	confirmed := money.Minor(0)
	if r.Undertaking.Binds() {
		confirmed = money.Sub(after.Undertaken(), r.Undertaken())
	}
	bank := partyKey(r.Buyer, ledger.BuyerBank, r.Currency)
	d.book(bank, buyerKey(r, ledger.ConfirmedPayables), confirmed)
	d.book(bank, buyerKey(r, ledger.TradePayables), money.Sub(amount, confirmed))
	d.emit(&ReceivableUnpaid{Receivable: r.ID, Receipt: receipt.ID, Amount: amount})
}

// uncover works out anew what is not covered: what the seller had paid of it, it answers for again.
func (d *draft) uncover(f *funding.Financing, s *serviced, after *receivable.Receivable) {
	if d.settles(f) {
		return
	}
	line := servicing.CollectionLine(servicing.Seller, servicing.TierPrincipal)
	left := f.Uncovered
	if d.answers(f) {
		left = money.Add(left, max(0, money.Sub(s.before.Totals[line], s.after.Totals[line])))
	}
	paid := [2]money.Minor{s.before.Totals[line], s.after.Totals[line]}
	d.coverPaid(f, [2]money.Minor{f.Uncovered, uncovered(left, s.after.Principal, after)}, paid)
}

// reopened takes back that a financing was closed, and with that what was given out of its reserve.
func (d *draft) reopened(f *funding.Financing) []servicing.Fact {
	for number := f.LastFact; f.State == funding.ClosedState && number != 0; number = d.Book.facts.at(number).Previous {
		if fact := &d.Book.facts.at(number).Fact; fact.Kind == servicing.Closed {
			return []servicing.Fact{{Kind: servicing.Reversed, Value: d.today(), Of: fact.Entry}}
		}
	}
	return nil
}

// ReceivableUnpaid says that a bank took back what a buyer had paid on a receivable.
type ReceivableUnpaid struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Receipt    id.Receipt    `cbor:"2,keyasint"`
	Amount     money.Minor   `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*ReceivableUnpaid) Kind() uint16 { return eventReceivableUnpaid }

func (e *ReceivableUnpaid) fold(b *Book) {
	r := b.receivables.at(e.Receivable.Number())
	r.Paid = money.Sub(r.Paid, e.Amount)
	if r.Outstanding() > 0 {
		r.State = receivable.Open
	}
	b.learnOf(r, feature.Reversed, e.Amount)
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
}
