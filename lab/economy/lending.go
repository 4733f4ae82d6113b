package economy

import (
	"slices"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/intake"
	"millrace/lab/load"
)

// loan is a financing as people see it.
type loan struct {
	funding.Financing
	claim    *claim
	standing book.Standing       // as of the last fact
	called   bool                // the seller, by recourse
	pledged  inventory.Receipt   // goods in store that secure it; its zero where none do
	freed    id.WarehouseReceipt // by its closing
}

// principal is what of it is still out.
func (l *loan) principal() money.Minor { return l.Principal - l.standing.Repaid - l.standing.Written }

// owed is what is still to be paid as of the last fact.
func (l *loan) owed() money.Minor {
	return l.principal() + l.standing.InterestDue + l.standing.LateDue + l.standing.Besides.FeesDue
}

// finance asks for money on a claim in a programme.
func (e *Economy) finance(c *claim, p id.Programme) error {
	if c.outstanding() <= 0 || c.loan != nil || c.early || c.tie.seller.stopped(e.day) {
		return nil
	}
	if e.contest(c, p) {
		return e.auction(c, p)
	}
	e.told.asked++
	_, _, err := e.try(c.tie.seller.selling, &book.RequestQuote{Receivable: c.ID, Programme: p, Payee: c.tie.seller.account})
	return err
}

// answered goes on with what rules have made of a request: it is quoted, declined, or a person looks at it.
func (e *Economy) answered(c *claim, f *funding.Financing) {
	for _, o := range f.Outcomes {
		e.told.rules[o.Rule]++
	}
	l := &loan{Financing: *f, claim: c}
	e.financings[f.ID], c.loan = l, l
	switch f.State {
	case funding.Declined:
		e.told.declined++
		c.loan = nil
	case funding.Referred:
		e.told.referred++
		e.enter(e.at(c.tie.random.between(0, 2), afternoon), c.lane, func() error { return e.refer(l) })
	case funding.Quoted:
		e.enter(e.at(0, afternoon), c.lane, func() error { return e.take(l) })
	}
}

// refer has a person of the funder decide: one of ten is declined.
func (e *Economy) refer(l *loan) error {
	by := e.funder(l.Funder)
	if l.State != funding.Referred || by == nil {
		return nil
	}
	decision := book.Approve
	if e.random.chance(100) {
		decision = book.Decline
	}
	_, _, err := e.try(by.selling, &book.DecideReferral{
		Financing: l.ID, Decision: decision, Reason: e.text(intake.KindReason, "Looked at the papers and the record of both."),
	})
	return err
}

// decided goes on with what a person of the funder has decided on a request.
func (e *Economy) decided(event *book.ReferralDecided) {
	l := e.financings[event.Financing.ID]
	if l == nil {
		return
	}
	l.Financing = event.Financing
	if l.State != funding.Quoted {
		l.claim.loan = nil
		return
	}
	e.enter(e.at(0, afternoon), l.claim.lane, func() error { return e.take(l) })
}

func (e *Economy) funder(wanted id.Party) *funder {
	for _, f := range e.funders {
		if f.id == wanted {
			return f
		}
	}
	return nil
}

// take accepts a quote.
func (e *Economy) take(l *loan) error {
	c := l.claim
	if l.State != funding.Quoted || c.ID != 0 && c.outstanding() <= 0 {
		return nil
	}
	_, _, err := e.try(c.tie.seller.selling, &book.AcceptQuote{Financing: l.ID})
	return err
}

func (e *Economy) disburse(l *loan) error {
	if l.State != funding.Accepted {
		return nil
	}
	_, _, err := e.try(e.Maker, &book.Disburse{Financing: l.ID})
	return err
}

// order is a payment as people see it.
type order struct {
	payment.Payment
	loan *loan  // that it pays out; nil for any other
	of   *claim // that it pays early, likewise
}

// instructed has a second person approve a payment that needs it the next afternoon, and the bank carry out what may leave.
func (e *Economy) instructed(opened *payment.Payment, c book.Command) {
	if !e.programmes[opened.Programme] {
		return
	}
	o := &order{Payment: *opened, loan: e.financings[opened.Financing]}
	if early, ok := c.(*book.AcceptEarlyPayment); ok && len(early.Receivables) > 0 {
		o.of = e.claims[early.Receivables[0]]
	}
	e.payments[o.ID] = o
	if o.State == payment.AwaitingApproval {
		e.enter(e.at(1, afternoon), o.ID, func() error { return e.approve(o) })
		return
	}
	e.enter(e.turn(), o.ID, func() error { return e.execute(o) })
}

// approve has as many persons of the operator approve a payment as it needs.
func (e *Economy) approve(o *order) error {
	for _, by := range []id.Actor{e.Checker, e.third} {
		if o.State != payment.AwaitingApproval {
			return nil
		}
		if _, _, err := e.try(by, &book.ApprovePayment{Payment: o.ID, Decision: book.Approve}); err != nil {
			return err
		}
	}
	return nil
}

// execute has the bank pay, or send back.
func (e *Economy) execute(o *order) error {
	if o.State != payment.Instructed {
		return nil
	}
	state := payment.Executed
	if (o.loan != nil) && e.random.chance(refusedPerMille) {
		state = payment.Refused
	}
	_, _, err := e.try(e.Bank, &book.RecordOutcome{Payment: o.ID, State: state, Bank: load.Token("bank " + o.ID.String()), Value: e.Today})
	return err
}

// paymentMoved goes on with what has become of a payment.
func (e *Economy) paymentMoved(event *book.PaymentMoved) {
	o := e.payments[event.Payment]
	if o == nil {
		return
	}
	o.State = event.State
	switch o.State {
	case payment.Instructed:
		e.enter(e.turn(), o.ID, func() error { return e.execute(o) })
	case payment.Executed:
		e.bank.left(o)
		e.told.payments++
		switch o.Purpose {
		case payment.Disbursement, payment.EarlyPayment:
			e.told.paidOut += o.Amount
		default:
			e.told.paidOn += o.Amount
		}
		delete(e.payments, o.ID)
	case payment.Refused:
		e.told.payments++
		e.told.sentBack++
		delete(e.payments, o.ID)
		if c := o.claim(); c != nil && c.ID != 0 { // its seller asks once more, the next day
			c.loan, c.early = nil, false
			e.enter(e.at(1, morning), c.lane, func() error { return e.finance(c, o.Programme) })
		}
	}
}

// claim is what a payment is made on; nil for none.
func (o *order) claim() *claim {
	if o.loan != nil {
		return o.loan.claim
	}
	return nil
}

// settle has the buyer pay what it owes on a claim, with the interest that it bears.
func (e *Economy) settle(c *claim, p id.Programme) error {
	if c.bogus || c.early || c.tie.buyer.stopped(e.day) || c.outstanding() <= 0 {
		return nil
	}
	if c.loan != nil {
		p = c.loan.Programme
	}
	e.told.settled++
	if e.Today > c.Due {
		e.told.late++
	}
	receipt, err := e.received(p, c.outstanding(), c.tie.buyer, c.number)
	if err != nil || receipt == 0 {
		return err
	}
	e.later(e.slip(c.tie.random), func() error { return e.allot(c, p, receipt) })
	return nil
}

// slowPerMille is how many receipts a person looks at a day later.
const slowPerMille = 80

func (e *Economy) slip(random source) int {
	if random.chance(slowPerMille) {
		return 1
	}
	return 0
}

// allot has a person allocate what came in for a claim, and closes what that repays. Late interest is taken first; the buyer makes it good.
func (e *Economy) allot(c *claim, p id.Programme, receipt id.Receipt) error {
	for range 3 {
		amount := c.outstanding()
		if amount <= 0 {
			break
		}
		if receipt == 0 {
			var err error
			if receipt, err = e.received(p, amount, c.tie.buyer, c.number); err != nil || receipt == 0 {
				return err
			}
		}
		if _, accepted, err := e.try(e.Maker, &book.Allocate{Receipt: receipt, Receivable: c.ID, Amount: amount, Payer: book.ByBuyer}); err != nil || !accepted {
			return err
		}
		e.told.collected += amount
		receipt = 0
	}
	e.keep(p, c)
	return e.close(c.loan)
}

// distributeEvery is how many days pass until what has come in is paid on.
const distributeEvery = 7

// share is what came in for somebody in a programme and waits to be paid on.
type share struct {
	programme id.Programme
	funder    id.Party
	seller    *firm // nil where it is the funder's
}

// keep notes who has a share in what was paid on a claim.
func (e *Economy) keep(p id.Programme, c *claim) {
	seller := share{programme: p, seller: c.tie.seller}
	if l := c.loan; l == nil || l.Principal < l.Amount {
		e.waits(seller)
	}
	if c.loan != nil {
		e.waits(share{programme: p, funder: c.loan.Funder})
	}
}

func (e *Economy) waits(s share) {
	if !slices.Contains(e.shares, s) {
		e.shares = append(e.shares, s)
	}
}

// distribute pays on what has come in: to funders what was lent with interest, to sellers the rest.
func (e *Economy) distribute() error {
	for _, s := range e.shares {
		c := book.Command(&book.Sweep{Programme: s.programme, Funder: s.funder})
		if s.seller != nil {
			c = &book.PayOut{Programme: s.programme, Seller: s.seller.id, Account: s.seller.account}
		}
		e.enter(e.turn(), s, func() error {
			_, _, err := e.try(e.Maker, c)
			return err
		})
	}
	e.shares = nil
	e.in(distributeEvery, e.distribute)
	return nil
}

// close ends a financing on which nothing is owed.
func (e *Economy) close(l *loan) error {
	if l == nil || l.owed() > 0 || !l.State.PaidOut() {
		return nil
	}
	_, _, err := e.try(e.Maker, &book.CloseFinancing{Financing: l.ID})
	return err
}
