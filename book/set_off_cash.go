package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
)

// Cash in a run of multilateral set-off is lent to net debtors under the normal product of one programme. A member asks for the most that it
// would draw; accepted, that much is set aside and is the member's cap. How much of it is drawn follows from what is set off: the member's debts
// less its claims. What net creditors are left with is owed to them by the custodian, who pays it out like any collection.

func init() {
	registerCommand(func() act { return &QuoteSetOffCash{} })
	registerEvent(func() fact { return &SetOffCashDrawn{} })
	permitted[commandQuoteSetOffCash] = settingOff
}

// QuoteSetOffCash asks for a loan that a member of a run may draw in it: at par, repaid with interest by its own payment. What is quoted is the most.
type QuoteSetOffCash struct {
	Run    id.SetOffRun  `cbor:"1,keyasint"`
	Amount money.Minor   `cbor:"2,keyasint,omitempty"` // 0 for all that the member owes in the run
	Due    calendar.Date `cbor:"3,keyasint"`
}

// Kind names the stored form.
func (*QuoteSetOffCash) Kind() uint16 { return commandQuoteSetOffCash }

func (c *QuoteSetOffCash) decide(d *draft) *Rejection {
	run, rejection := d.setOffRun(c.Run, clearing.Frozen, clearing.Entering, clearing.Proposed)
	if rejection != nil {
		return rejection
	}
	if run.Terms.Cash.Programme == 0 {
		return reject("set_off_cash_none", "run", "in run %s no cash is lent", run.ID)
	}
	p, rejection := d.live(run.Terms.Cash.Programme)
	if rejection != nil {
		return rejection
	}
	if c.Amount < 0 || c.Amount > money.MinorMax {
		return reject("amount_invalid", "amount", "an amount is above zero; leave it out for all that is owed in the run")
	}
	if c.Due <= run.Terms.Value || !d.near(c.Due) {
		return reject("due_date_invalid", "due", "the day on which the loan is repaid lies after the run's value date, %s, and not years from now", run.Terms.Value)
	}
	e := evidence{seller: d.by(), buyer: p.Anchor, currency: p.Currency, due: c.Due, amount: c.Amount, security: &security{run: run}}
	u, rejection := d.eligible(e, p.ID, 0)
	if rejection != nil {
		return rejection
	}
	if u.amount < c.Amount {
		return reject("set_off_cash_exceeded", "amount", "in run %s %s is owed by the party, or may be lent in all", run.ID, money.Amount{Minor: u.amount, Currency: p.Currency})
	}
	return u.offer(d, funding.Financing{SetOffRun: run.ID})
}

// cashAtPar refuses a product by which cash for a run can't be lent: how much of it is drawn is known at the end only, so no part of its price may
// depend on the amount that was quoted, and it is the borrower's to pay.
func cashAtPar(terms *product.Terms) bool {
	recourse := terms.Recourse.Insolvency || terms.Recourse.ProtractedDefault
	return recourse && terms.Assignment != product.Sale && terms.AdvanceRate == money.RateOne && terms.Timing == product.InArrears &&
		terms.FeeRate == 0 && terms.FeeMinimum == 0 && len(terms.Fees) == 0 && terms.ReserveRate == 0 &&
		terms.InterestPayer != product.Buyer && terms.LatePayer != product.Buyer && terms.Repayment != product.FromBuyer
}

// cashTerms refuses terms by which no cash could be lent in a run.
func (d *draft) cashTerms(t *clearing.Terms) *Rejection {
	if t.Cash == (clearing.Cash{}) {
		return nil
	}
	p, rejection := d.live(t.Cash.Programme)
	if rejection != nil {
		return rejection
	}
	if p.Currency != t.Currency {
		return reject("currency_differs", "cash", "programme %s is in %s, the run in %s", p.ID, p.Currency, t.Currency)
	}
	if t.Cash.Most <= 0 || t.Cash.Most > money.MinorMax {
		return reject("amount_invalid", "cash", "the most that is lent in a run is above zero, and no more than an amount can be")
	}
	if p.SupplierPaid || p.LenderInstructs || !cashAtPar(&d.products.at(p.Product.Number()).Terms) {
		return reject("set_off_cash_product", "cash", "programme %s lends nothing in a run: its product must lend the whole amount to the seller, with recourse, with interest in arrears and without fees or reserve, and it pays neither suppliers alone nor on the lender's word alone", p.ID)
	}
	if t.Value <= t.Answer {
		return reject("date_invalid", "value", "where cash is lent the value date comes after the last day for answers, until which members may ask for it")
	}
	return nil
}

// cashLent asks how much a member may have lent in a run.
func (u *use) cashLent(d *draft) *Rejection {
	run := u.security.run
	if run.Terms.Cash.Programme != u.programme.ID || !cashAtPar(&u.product.Terms) {
		return reject("set_off_cash_none", "run", "in run %s programme %s lends no cash", run.ID, u.programme.ID)
	}
	if !run.Solving() {
		return reject("set_off_run_state", "run", "run %s is %s", run.ID, run.State)
	}
	if d.today() > run.Terms.Answer {
		return reject("set_off_cash_late", "run", "cash in run %s could be asked for until %s", run.ID, run.Terms.Answer)
	}
	m := d.setOffMember(run.ID, u.seller)
	switch {
	case m == nil:
		return reject("set_off_member_unknown", "run", "party %s has no debt in run %s", u.seller, run.ID)
	case m.Consent == clearing.Out:
		return reject("set_off_member_out", "run", "party %s is left out of run %s: %s", u.seller, run.ID, m.Cause)
	case m.Financing != 0:
		return reject("set_off_cash_accepted", "run", "party %s has accepted cash for run %s, by %s: cancel that first", u.seller, run.ID, m.Financing)
	case len(d.setOffCash[run.ID]) >= clearing.CashLoansMax:
		return reject("set_off_cash_full", "run", "%d members of run %s may draw cash, and no more can", clearing.CashLoansMax, run.ID)
	}
	u.amount = min(m.Owes, run.Terms.Cash.Most)
	if u.amount <= 0 {
		return reject("nothing_outstanding", "amount", "party %s owes nothing in run %s", u.seller, run.ID)
	}
	if u.evidence.amount > 0 {
		u.amount = min(u.amount, u.evidence.amount)
	}
	return nil
}

// cashCap is the most that a member of a run may draw: what it has accepted and is still set aside, unless no money leaves the programme.
func (b *Book) cashCap(run *clearing.Run, m *clearing.Member) money.Minor {
	f := b.financings.at(m.Financing.Number())
	if f == nil || f.State != funding.Accepted || m.Consent == clearing.Out || b.programmes.at(f.Programme.Number()).Stopped {
		return 0
	}
	return min(f.Principal, run.Terms.Cash.Most)
}

// keepsCash tells whether a party may be left with cash of a run: it has a verified account in the currency. Whether its programme may pay to that
// very account is asked when it is paid out.
func (d *draft) keepsCash(run *clearing.Run, of id.Party) bool {
	return slices.ContainsFunc(d.accountsOf[of], func(one id.BankAccount) bool { return d.payable(one, of, run.Terms.Currency) == nil })
}

// cashRoom says what the members whose potentials come may draw and keep.
func (c *EnterSetOffPotentials) cashRoom(d *draft, run *clearing.Run) ([]clearing.Room, *Rejection) {
	if run.Terms.Cash.Most == 0 {
		return nil, nil
	}
	var rooms []clearing.Room
	for i, p := range c.Potentials {
		m := d.setOffMembers.at(run.First + c.From + uint64(i))
		room := clearing.Room{Place: uint64(i), Cap: d.cashCap(run, m), Keeps: d.keepsCash(run, m.Party)}
		if room.Keeps && p < 0 {
			return nil, reject("set_off_potential", "potentials", "the potential of member %s is %d: where cash is lent, that of a member that may be left with cash is not below zero", m.ID, p)
		}
		if room.Keeps || room.Cap > 0 {
			rooms = append(rooms, room)
		}
	}
	return rooms, nil
}

// cashUnproved refuses a whole proposal by its cash.
func (c *CloseSetOffProposal) cashUnproved(run *clearing.Run) *Rejection {
	if run.Cash > run.Terms.Cash.Most {
		return reject("set_off_cash_exceeded", "cleared", "the proposal puts in %d, in minor units, and run %s may have %d lent", run.Cash, run.ID, run.Terms.Cash.Most)
	}
	if c.Price < 0 || c.Price > int64(run.Members) || c.Price != 0 && run.Terms.Cash.Most == 0 {
		return reject("set_off_cash_price", "price", "the price of cash is %d: it is the debt that one more unit would set off, from 0 to the number of members, and 0 where no cash is lent", c.Price)
	}
	return nil
}

// boundWithCash is B(p) of all lines of a run, with what its cash can add.
func (d *draft) boundWithCash(run *clearing.Run, price int64) clearing.Bound {
	bound := clearing.CashBound{Bound: boundOf(run), Price: price, Most: run.Terms.Cash.Most}
	bound.Begin()
	for _, one := range d.setOffCash[run.ID] {
		m := d.setOffMember(run.ID, d.financings.at(one.Number()).Seller)
		bound.Add(m.Potential, m.Cap)
	}
	return bound.Bound
}

// cashUnsound finds a loan that a proposal draws on and that can't be paid out, and says why; nil for none.
func (d *draft) cashUnsound(run *clearing.Run) (*funding.Financing, *Rejection) {
	for _, one := range d.setOffCash[run.ID] {
		f := d.financings.at(one.Number())
		if d.setOffMember(run.ID, f.Seller).Draws(run.Attempt) == 0 {
			continue
		}
		p := d.programmes.at(f.Programme.Number())
		rejection := d.pays(p)
		if rejection == nil {
			rejection = d.registeredFor(f)
		}
		if rejection == nil {
			rejection = d.entitled(f, p)
		}
		if rejection != nil {
			return f, rejection
		}
	}
	return nil, nil
}

// notForRun refuses what a run alone does to cash that is set aside for it.
func (d *draft) notForRun(f *funding.Financing) *Rejection {
	if f.SetOffRun == 0 {
		return nil
	}
	return reject("financing_in_set_off", "financing", "financing %s is cash for set-off run %s, which alone draws it", f.ID, f.SetOffRun)
}

// cancelCash ends what a member of a run that is not executed has accepted.
func (d *draft) cancelCash(m *clearing.Member) {
	f := d.financings.at(m.Financing.Number())
	if f == nil || f.State != funding.Accepted {
		return
	}
	again := slices.ContainsFunc(d.events, func(e Event) bool { ended, is := e.(*HoldEnded); return is && ended.Hold == f.Hold })
	if !again { // for two causes in one entry
		d.void(f.Hold)
		d.cancel(f)
	}
}

// drawCash writes through what members of a run draw, some loans at a time; what is not drawn is free again.
func (d *draft) drawCash(run *clearing.Run) {
	loans := d.setOffCash[run.ID]
	for _, one := range loans[:min(len(loans), setOffWriteMax)] {
		f, drawn := *d.financings.at(one.Number()), money.Minor(0)
		if run.State == clearing.Executed {
			drawn = d.setOffMember(run.ID, f.Seller).Draws(run.Attempt)
		}
		d.void(f.Hold)
		if drawn == 0 {
			d.cancel(&f)
			continue
		}
		if left := money.Sub(f.Principal, drawn); left > 0 {
			d.emit(&LimitMoved{Limits: d.usedLimits(&f), Reserved: -left})
		}
		f.Amount, f.Principal, f.Net = drawn, drawn, drawn
		d.emit(&SetOffCashDrawn{Financing: f.ID, Amount: drawn})
		d.disbursed(d.programmes.at(f.Programme.Number()), &f, run.Ended)
	}
}

// drawnInRun books in the custodian's books what is drawn: it stays with the custodian, in the account from which it is owed to who takes it out.
func (d *draft) drawnInRun(p *funding.Programme, f *funding.Financing) {
	from, to := fundingKey(p, f.Funder), custodyKey(p, ledger.CashForSetOff, 0)
	d.transfer(from, to, f.Net)
	d.cross(forward, from, to, f.Net, payment.Payment{SetOffRun: f.SetOffRun, Payee: f.Funder})
}

// takeCash writes through what members up to one take out: the custodian owes it to them.
func (d *draft) takeCash(run *clearing.Run) uint64 {
	p, taken := d.programmes.at(run.Terms.Cash.Programme.Number()), run.Taken
	for written := 0; written < setOffWriteMax && taken < run.Members && taken < run.Taken+setOffLookMax; taken++ {
		m := d.setOffMembers.at(run.First + taken)
		amount := m.Takes(run.Attempt)
		if amount == 0 {
			continue
		}
		written++
		d.transfer(custodyKey(p, ledger.CashForSetOff, 0), custodyKey(p, ledger.CollectionForSeller, m.Party), amount)
		d.book(partyKey(m.Party, ledger.CollectionsHeld, p.Currency), partyKey(m.Party, ledger.SetOffClearing, p.Currency), amount)
	}
	return taken
}

// cashArrived refuses to pay out to a party while cash that it has taken out of a run is on its way between accounts of the programme.
func (d *draft) cashArrived(p *funding.Programme, to id.Party) *Rejection {
	place := payment.Supervised{Kind: payment.CollectionAccount, Programme: p.ID}
	for _, one := range d.crossing[place] {
		brings := d.payments.at(one.Number())
		run := d.setOffRuns.at(brings.SetOffRun.Number())
		if run == nil || brings.At != place {
			continue
		}
		for n := run.First; n < run.First+run.Members; n++ {
			if m := d.setOffMembers.at(n); m.Party == to && m.Takes(run.Attempt) > 0 {
				return reject("set_off_cash_coming", "seller", "payment %s brings the cash of set-off run %s into the account from which it is paid out: wait until the bank has executed it", brings.ID, run.ID)
			}
		}
	}
	return nil
}

// buyersCash refuses a buyer's person whatever is not cash that it borrows for a run: sellers accept and cancel financings.
func (d *draft) buyersCash(f *funding.Financing) *Rejection {
	if d.actor.Role&party.Buyer != 0 && d.actor.Role&(party.Seller|party.Operator) == 0 && (f == nil || f.SetOffRun == 0) {
		return reject("not_permitted", "", "the role %q may do this with cash for a set-off run only", d.actor.Role.Names())
	}
	return nil
}

// indexCash: setOffCash, ascending, from table financing: those that are accepted.
func (b *Book) indexCash(f *funding.Financing) {
	if f.SetOffRun != 0 && f.State == funding.Accepted {
		insert(b.setOffCash, f.SetOffRun, f.ID)
	}
}

func (b *Book) unindexCash(f *funding.Financing) {
	if f.SetOffRun != 0 && f.State == funding.Accepted {
		remove(b.setOffCash, f.SetOffRun, f.ID)
	}
}

// cashMoved follows that a loan for a run stands ready, or no longer does: its borrower's cap has changed, and whatever was proposed is void.
func (b *Book) cashMoved(f *funding.Financing, was funding.FinancingState) {
	run := b.setOffRuns.at(f.SetOffRun.Number())
	if run == nil || f.State != funding.Accepted && f.State != funding.Cancelled || f.State == funding.Cancelled && was != funding.Accepted {
		return
	}
	m := b.setOffMembers.at(b.setOffMemberOf[run.ID][f.Seller].Number())
	if m.Financing = f.ID; f.State == funding.Cancelled && run.State < clearing.Executed {
		m.Financing = 0
	}
	b.touched(tableSetOffMember, m.ID.Number(), &m.Entry)
	b.voidForCash(run)
}

// voidForCash takes back what is proposed for a run, since the cash that may be put in has changed.
func (b *Book) voidForCash(run *clearing.Run) {
	if run.State == clearing.Entering || run.State == clearing.Proposed {
		run.Void()
		b.touched(tableSetOffRun, run.ID.Number(), &run.Entry)
	}
}

// cashStopped follows that no money leaves a programme, or that it does again.
func (b *Book) cashStopped(p id.Programme) {
	for _, open := range b.setOffOpen {
		if run := b.setOffRuns.at(open.Number()); run.Terms.Cash.Programme == p && len(b.setOffCash[open]) > 0 {
			b.voidForCash(run)
		}
	}
}

// SetOffCashDrawn says how much of a loan that stood ready for a run was drawn in it. The rest is not lent.
type SetOffCashDrawn struct {
	Financing id.Financing `cbor:"1,keyasint"`
	Amount    money.Minor  `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*SetOffCashDrawn) Kind() uint16 { return eventSetOffCashDrawn }

func (e *SetOffCashDrawn) fold(b *Book) {
	f := b.financings.at(e.Financing.Number())
	b.unindexFinancing(f)
	b.countAuthority(f, -1)
	f.Amount, f.Principal, f.Net = e.Amount, e.Amount, e.Amount
	b.countAuthority(f, 1)
	b.indexFinancing(f)
	b.touched(tableFinancing, e.Financing.Number(), &f.Entry)
	b.learnDrawn(f)
}
