package book

import (
	"millrace/domain/calendar"
	"millrace/domain/duplicate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/servicing"
)

func init() { registerEvent(func() fact { return &ConversionsPlanned{} }) }

// Goods are financed at one stage at a time. Where they have come to a later one, its financing replaces the earlier: out of
// its proceeds what was lent before is repaid, before anything reaches the seller. What the proceeds don't cover stays out,
// and what the buyer pays on a receivable of the trade repays it before the seller gets the rest: one waterfall.

// alone finds what the use replaces, and refuses goods that are financed in a way that it can't replace.
func (u *use) alone(d *draft) *Rejection {
	t := u.dealing(d)
	if t == nil {
		return nil
	}
	for _, loan := range d.loansOf(t) {
		if loan.ID == u.self {
			continue
		}
		by := d.replacedBy[loan.ID]
		switch {
		case loan.Stage >= u.at() || !loan.State.PaidOut():
			return reject("goods_financed", "trade", "the goods of trade %s are financed already, by %s while they were %s", t.ID, loan.ID, loan.Stage)
		case by != 0 && by != u.self:
			return reject("goods_financed", "trade", "%s, which finances the goods of trade %s, is being replaced by %s", loan.ID, t.ID, by)
		case u.holding != nil || d.programmeOf(loan.ID).Custodian != u.programme.Custodian || loan.Currency != u.currency:
			if rejection := u.beside(loan); rejection != nil {
				return rejection
			}
		default:
			u.earlier = append(u.earlier, loan)
		}
	}
	return nil
}

// beside asks the policy on duplicates about goods that are financed by evidence of another type, which the use can't replace.
func (u *use) beside(loan *funding.Financing) *Rejection {
	policy := u.programme.Duplicates.Effective()
	switch policy.CrossType {
	case funding.DuplicateBlock:
		return reject("duplicate_blocked", "receivable", "the goods are financed while they were %s, by %s, and can't be converted: another custodian or currency, or a certificate", loan.Stage, loan.ID)
	case funding.DuplicateRefer:
		u.facts.PossibleDuplicate, u.facts.DuplicateWeight, u.facts.DuplicateBound = int32(duplicate.CrossType), int64(policy.ReferFrom), int64(policy.ReferFrom)
	case funding.DuplicateDefault, funding.DuplicateNote:
	}
	return nil
}

func (d *draft) programmeOf(f id.Financing) *funding.Programme {
	return d.programmes.at(d.financings.at(f.Number()).Programme.Number())
}

// foresee is what one more fact would make of a financing. Nothing comes of it.
func (d *draft) foresee(f *funding.Financing, fact servicing.Fact) *serviced {
	s := d.weigh(f)
	fact.Booking, fact.Entry = d.today(), disbursedEntry+d.facts.count+d.numbers[tableFinancingFact]+1
	s.after = servicing.Run(&s.terms, servicing.Insert(d.history(nil, f), fact)).At(&s.terms, d.today())
	return s
}

// proceeds are money of a seller that stays with the custodian and repays a financing.
func proceeds(amount money.Minor, value calendar.Date) servicing.Fact {
	return servicing.Fact{Kind: servicing.Received, Party: servicing.Seller, Value: value, Amount: amount}
}

// plan shares the proceeds of a financing out among those that it replaces, the earliest stage first, and says how much of
// their principal that repays.
func (d *draft) plan(earlier []*funding.Financing, net money.Minor) ([]funding.Conversion, money.Minor) {
	var conversions []funding.Conversion
	replaces := money.Minor(0)
	for _, loan := range earlier {
		amount := min(net, d.weigh(loan).after.Owed())
		if amount <= 0 {
			continue
		}
		conversions = append(conversions, funding.Conversion{Financing: loan.ID, Amount: amount, Value: d.today()})
		replaces = money.Add(replaces, d.foresee(loan, proceeds(amount, d.today())).to(servicing.TierPrincipal))
		net = money.Sub(net, amount)
	}
	return conversions, replaces
}

// replanned works out anew, when money is to leave, what a financing repays of those that it replaces, and holds that
// against its line.
func (d *draft) replanned(f *funding.Financing) (*funding.Financing, *Rejection) {
	planned := *f
	if len(f.Conversions) == 0 && f.Line == 0 {
		return &planned, nil
	}
	var earlier []*funding.Financing
	for i := range f.Conversions {
		if loan := d.financings.at(f.Conversions[i].Financing.Number()); loan.State.PaidOut() {
			earlier = append(earlier, loan)
		}
	}
	planned.Conversions, planned.Replaces = d.plan(earlier, f.Net)
	u := use{line: d.lines.at(f.Line.Number())}
	if rejection := u.withinLine(d, &planned, f.Drawn()); rejection != nil {
		return nil, rejection
	}
	if len(f.Conversions) > 0 {
		d.emit(&ConversionsPlanned{Financing: f.ID, Conversions: planned.Conversions, Replaces: planned.Replaces})
	}
	return &planned, nil
}

// convert repays what a financing replaces out of its proceeds, and ends what nothing is owed on any more.
func (d *draft) convert(f *funding.Financing) {
	for _, c := range f.Conversions {
		loan := d.financings.at(c.Financing.Number())
		s := d.weigh(loan, proceeds(c.Amount, c.Value))
		s.proceeds = f.ID
		d.serve(s)
		d.endRepaid(s)
	}
}

// endRepaid closes a financing that a trade has secured, once nothing is owed on it.
func (d *draft) endRepaid(s *serviced) {
	if s.after.Owed() == 0 && s.financing.State.PaidOut() {
		d.emit(&FinancingMoved{Financing: s.financing.ID, State: funding.ClosedState})
	}
}

// unlent refuses a receivable whose goods are financed at an earlier stage, for what would not repay that.
func (d *draft) unlent(r *receivable.Receivable, field string) *Rejection {
	if loans := d.loansOf(d.standing(r.Trade)); len(loans) > 0 {
		return reject("goods_financed", field, "the goods of receivable %s are financed by %s while they were %s: that is repaid first", r.ID, loans[0].ID, loans[0].Stage)
	}
	return nil
}

// notReplaced refuses what would change what is owed on a financing while another is about to repay it.
func (d *draft) notReplaced(f *funding.Financing) *Rejection {
	if by := d.replacedBy[f.ID]; by != 0 {
		return reject("disbursement_open", "financing", "financing %s is being replaced by %s: wait until the bank has said what became of that", f.ID, by)
	}
	return nil
}

// reconvertible refuses to take back a disbursement that is being replaced, or where what it has replaced can't be out again.
func (d *draft) reconvertible(f *funding.Financing) *Rejection {
	if by := d.replacedBy[f.ID]; by != 0 {
		return reject("disbursement_open", "payment", "financing %s is being replaced by %s: wait until the bank has said what became of that", f.ID, by)
	}
	for _, c := range f.Conversions {
		if loan := d.financings.at(c.Financing.Number()); !d.reopens(loan) {
			return reject("return_after_repayment", "payment", "%s, which financing %s has replaced, is replaced by another by now: settle the return with the seller", loan.ID, f.ID)
		}
	}
	return nil
}

// unconvert takes the proceeds of a financing, which a bank has sent back, out of those that it had replaced.
func (d *draft) unconvert(f *funding.Financing) {
	for _, c := range f.Conversions {
		loan := d.financings.at(c.Financing.Number())
		for number := loan.LastFact; number != 0; number = d.facts.at(number).Previous {
			if known := d.facts.at(number); known.Proceeds == f.ID && known.Fact.Kind == servicing.Received {
				s := d.weigh(loan, servicing.Fact{Kind: servicing.Reversed, Value: known.Fact.Value, Of: known.Fact.Entry})
				s.proceeds = f.ID
				d.serve(s)
				d.reopen(s)
				break
			}
		}
	}
}

// reopen lets a financing that was over be out again on which money is owed once more.
func (d *draft) reopen(s *serviced) {
	if f := s.financing; !f.State.PaidOut() && s.after.Owed() > 0 {
		state := funding.Outstanding
		if f.State == funding.WrittenOff {
			state = funding.Defaulted
		} else if f.Due < d.clock.From {
			state = funding.Overdue
		}
		d.emit(&FinancingMoved{Financing: f.ID, State: state})
	}
}

// loanShare is what a payment on a receivable brings to a financing of its trade.
type loanShare struct {
	loan   *funding.Financing
	amount money.Minor
}

// claimed finds what of a buyer's payment would reach the seller and repays financings of the trade first.
func (a *allocation) claimed(d *draft) *Rejection {
	t := d.standing(a.receivable.Trade)
	if t == nil || a.command.Payer != ByBuyer {
		return nil
	}
	left := a.command.Amount
	loans := d.loansOf(t)
	if len(loans) == 0 {
		return nil
	}
	if a.financing != nil {
		split := d.foresee(a.financing, received(servicing.Buyer, a.receipt, left)).split()
		left = min(left, split.Seller) // what came too late for earlier interest may give some of that back as well
	}
	for _, loan := range loans {
		if by := d.replacedBy[loan.ID]; by != 0 {
			return reject("disbursement_open", "receivable", "%s, which finances the goods, is being replaced by %s: wait until the bank has said what became of that", loan.ID, by)
		}
		if !loan.State.PaidOut() || loan.Currency != a.receivable.Currency || d.programmeOf(loan.ID).Custodian != a.programme.Custodian {
			continue
		}
		over := min(left, d.foresee(loan, received(servicing.Buyer, a.receipt, left)).split().Seller)
		if amount := money.Sub(left, over); amount > 0 {
			a.loans = append(a.loans, loanShare{loan, amount})
			left = over
		}
		if left == 0 {
			break
		}
	}
	return nil
}

// lent is what of the payment repays financings of the trade.
func (a *allocation) lent() money.Minor {
	sum := money.Minor(0)
	for _, share := range a.loans {
		sum = money.Add(sum, share.amount)
	}
	return sum
}

// repayLoans repays financings of the trade out of what would have been the seller's.
func (a *allocation) repayLoans(d *draft) {
	for _, share := range a.loans {
		if p := d.programmeOf(share.loan.ID); p.ID != a.programme.ID {
			from, to := custodyKey(a.programme, ledger.CollectionUnallocated, 0), custodyKey(p, ledger.CollectionUnallocated, 0)
			d.transfer(from, to, share.amount)
			d.cross(forward, from, to, share.amount, payment.Payment{Receipt: a.receipt.ID, Payee: share.loan.Seller})
		}
		s := d.weigh(share.loan, received(servicing.Buyer, a.receipt, share.amount))
		s.receivable = a.receivable.ID
		d.serve(s)
		d.endRepaid(s)
	}
}

// ConversionsPlanned says what the proceeds of a financing are to repay.
type ConversionsPlanned struct {
	Financing   id.Financing         `cbor:"1,keyasint"`
	Conversions []funding.Conversion `cbor:"2,keyasint"`
	Replaces    money.Minor          `cbor:"3,keyasint"` // of the principal of what it replaces
}

// Kind names the stored form.
func (*ConversionsPlanned) Kind() uint16 { return eventConversionsPlanned }

func (e *ConversionsPlanned) fold(b *Book) {
	f := b.financings.at(e.Financing.Number())
	b.unindexFinancing(f)
	f.Conversions, f.Replaces = e.Conversions, e.Replaces
	b.indexFinancing(f)
	b.touched(tableFinancing, e.Financing.Number(), &f.Entry)
}
