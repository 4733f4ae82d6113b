package book

import (
	"millrace/domain/calendar"
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
		if d.reopens(f) && !contains(done, f.ID) {
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

func contains(list []id.Financing, one id.Financing) bool {
	for _, known := range list {
		if known == one {
			return true
		}
	}
	return false
}

// reopens tells whether money can be taken out of a financing: it has kept its receivable.
func (d *draft) reopens(f *funding.Financing) bool {
	if f.Holding != 0 || !f.State.PaidOut() && f.State != funding.ClosedState {
		return false
	}
	return d.claimedFor(d.receivables.at(f.Receivable.Number()), f)
}

// undoOf takes out of one financing what a receipt had brought it.
func (d *draft) undoOf(f *funding.Financing, receipt *payment.Receipt, value calendar.Date) money.Minor {
	s, by := d.takeOut(f, receipt, value)
	r := d.receivables.at(f.Receivable.Number())
	after := *r
	if by[servicing.Buyer] > 0 {
		unpaid := by[servicing.Buyer]
		if !d.loan(f) {
			unpaid = money.Add(unpaid, s.to(servicing.TierLate)) // on top of the debt
		}
		d.unpay(r, &after, receipt, unpaid)
	}
	d.uncover(f, s, &after)
	return money.Add(by[servicing.Buyer], by[servicing.Seller])
}

// takeOut takes out of one financing what a receipt had brought it from each payer.
func (d *draft) takeOut(f *funding.Financing, receipt *payment.Receipt, value calendar.Date) (*serviced, [servicing.Seller + 1]money.Minor) {
	var facts []servicing.Fact
	var by [servicing.Seller + 1]money.Minor
	for number := receipt.LastFact; number != 0; number = d.Book.facts.at(number).Earlier {
		known := d.Book.facts.at(number)
		if known.Financing != f.ID {
			continue
		}
		facts = append(facts, servicing.Fact{Kind: servicing.Reversed, Value: value, Bank: receipt.ID.Number(), Of: known.Fact.Entry})
		by[known.Fact.Party] += known.Fact.Amount
	}
	s := d.weigh(f, facts...)
	d.serve(s)
	if f.State == funding.ClosedState && s.after.Owed() > 0 {
		state := funding.Outstanding
		if f.Due < d.clock.From {
			state = funding.Overdue
		}
		d.emit(&FinancingMoved{Financing: f.ID, State: state})
	}
	return s, by
}

// unpay books that the buyer owes again what it had paid.
func (d *draft) unpay(r, after *receivable.Receivable, receipt *payment.Receipt, amount money.Minor) {
	after.Paid = money.Sub(r.Paid, amount)
	confirmed := money.Minor(0)
	if r.Undertaking == receivable.Irrevocable {
		confirmed = money.Sub(after.Undertaken(), r.Undertaken())
	}
	bank := partyKey(r.Buyer, ledger.BuyerBank, r.Currency)
	d.book(bank, buyerKey(r, ledger.ConfirmedPayables), confirmed)
	d.book(bank, buyerKey(r, ledger.TradePayables), money.Sub(amount, confirmed))
	d.emit(&ReceivableUnpaid{Receivable: r.ID, Receipt: receipt.ID, Amount: amount})
}

// uncover works out anew what is not covered: what the seller had paid of it, it answers for again.
func (d *draft) uncover(f *funding.Financing, s *serviced, after *receivable.Receivable) {
	line := servicing.CollectionLine(servicing.Seller, servicing.TierPrincipal)
	left := f.Uncovered
	if d.answers(f) {
		left = money.Add(left, max(0, money.Sub(s.before.Totals[line], s.after.Totals[line])))
	}
	d.cover(f, f.Uncovered, uncovered(left, s.after.Principal, after))
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
	b.touched(tableReceivable, e.Receivable.Number(), &r.Entry)
}
