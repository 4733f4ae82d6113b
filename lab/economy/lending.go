package economy

import (
	"slices"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/servicing"
	"millrace/edge/intake"
	"millrace/lab/load"
)

// loan is a financing as people see it.
type loan struct {
	funding.Financing
	claim    *claim
	standing book.Standing // as of the last fact
	called   bool          // the seller, by recourse
	freed    id.WarehouseReceipt
}

// principal is what of it is still out.
func (l *loan) principal() money.Minor { return l.Principal - l.standing.Repaid - l.standing.Written }

// owed is what is still to be paid as of the last fact.
func (l *loan) owed() money.Minor {
	return l.principal() + l.standing.InterestDue + l.standing.LateDue + l.standing.Besides.FeesDue
}

// finance asks for money on a claim in a programme, and takes it where it is offered.
func (e *economy) finance(c *claim, p id.Programme) error {
	if c.outstanding() <= 0 || c.loan != nil || c.early || c.tie.seller.stopped(e.day) {
		return nil
	}
	e.told.asked++
	events, accepted, err := e.try(c.tie.seller.selling, &book.RequestQuote{Receivable: c.ID, Programme: p, Payee: c.tie.seller.account})
	if err != nil || !accepted {
		return err
	}
	opened, _ := find[*book.FinancingOpened](events)
	return e.answered(c, opened.Financing)
}

// answered goes on with what rules have made of a request: it is quoted, declined, or a person looks at it.
func (e *economy) answered(c *claim, f funding.Financing) error {
	for _, o := range f.Outcomes {
		e.told.rules[o.Rule]++
	}
	switch f.State {
	case funding.Declined:
		e.told.declined++
		return nil
	case funding.Referred:
		e.told.referred++
		e.in(c.tie.random.between(0, 2), func() error { return e.refer(c, f) })
		return nil
	}
	return e.take(c, f)
}

// refer has a person of the funder decide: one of ten is declined.
func (e *economy) refer(c *claim, f funding.Financing) error {
	decision := book.Approve
	if e.random.chance(100) {
		decision = book.Decline
	}
	events, accepted, err := e.try(e.funder(f.Funder).selling, &book.DecideReferral{
		Financing: f.ID, Decision: decision, Reason: e.text(intake.KindReason, "Looked at the papers and the record of both."),
	})
	if err != nil || !accepted || decision == book.Decline {
		return err
	}
	told, found := find[*book.ReferralDecided](events)
	if !found || c.ID != 0 && c.outstanding() <= 0 {
		return nil
	}
	return e.take(c, told.Financing)
}

func (e *economy) funder(wanted id.Party) *funder {
	for _, f := range e.funders {
		if f.id == wanted {
			return f
		}
	}
	return nil
}

// take accepts a quote and has it paid out.
func (e *economy) take(c *claim, f funding.Financing) error {
	if _, accepted, err := e.try(c.tie.seller.selling, &book.AcceptQuote{Financing: f.ID}); err != nil || !accepted {
		return err
	}
	c.loan = &loan{Financing: f, claim: c}
	e.financings[f.ID] = c.loan
	return e.disburse(c.loan)
}

func (e *economy) disburse(l *loan) error {
	events, accepted, err := e.try(e.Maker, &book.Disburse{Financing: l.ID})
	if err != nil || !accepted {
		return err
	}
	return e.paid(events, func() { // the bank sent it back: the seller asks once more, the next day
		l.claim.loan = nil
		if l.claim.ID != 0 {
			e.in(1, func() error { return e.finance(l.claim, l.Programme) })
		}
	})
}

// paid has a second person approve what needs it, and the bank pay what an entry has instructed, or send it back.
func (e *economy) paid(events []book.Event, refused func()) error {
	for _, event := range events {
		opened, ok := event.(*book.PaymentOpened)
		if !ok {
			continue
		}
		one := opened.Payment
		if one.State == payment.AwaitingApproval {
			if _, accepted, err := e.try(e.Checker, &book.ApprovePayment{Payment: one.ID, Decision: book.Approve}); err != nil || !accepted {
				return err
			}
		}
		state := payment.Executed
		if refused != nil && e.random.chance(refusedPerMille) {
			state = payment.Refused
		}
		if _, _, err := e.try(e.Bank, &book.RecordOutcome{Payment: one.ID, State: state, Bank: load.Token("bank " + one.ID.String()), Value: e.Today}); err != nil {
			return err
		}
		e.told.payments++
		if state == payment.Executed {
			switch one.Purpose {
			case payment.Disbursement, payment.EarlyPayment:
				e.told.paidOut += one.Amount
			default:
				e.told.paidOn += one.Amount
			}
			continue
		}
		e.told.sentBack++
		refused()
	}
	return nil
}

// settle has the buyer pay what it owes on a claim, with the interest that it bears, and closes what that repays.
func (e *economy) settle(c *claim, p id.Programme) error {
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
	for range 3 { // late interest is taken first; the buyer makes it good
		amount := c.outstanding()
		if amount <= 0 {
			break
		}
		receipt, err := e.received(p, amount, c.tie.buyer)
		if err != nil || receipt == 0 {
			return err
		}
		if _, accepted, err := e.try(e.Maker, &book.Allocate{Receipt: receipt, Receivable: c.ID, Amount: amount, Payer: book.ByBuyer}); err != nil || !accepted {
			return err
		}
		e.told.collected += amount
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
func (e *economy) keep(p id.Programme, c *claim) {
	seller := share{programme: p, seller: c.tie.seller}
	if l := c.loan; l == nil || l.Principal < l.Amount {
		e.waits(seller)
	}
	if c.loan != nil {
		e.waits(share{programme: p, funder: c.loan.Funder})
	}
}

func (e *economy) waits(s share) {
	if !slices.Contains(e.shares, s) {
		e.shares = append(e.shares, s)
	}
}

// distribute pays on what has come in: to funders what was lent with interest, to sellers the rest.
func (e *economy) distribute() error {
	for _, s := range e.shares {
		by, c := e.Maker, book.Command(&book.Sweep{Programme: s.programme, Funder: s.funder})
		if s.seller != nil {
			c = &book.PayOut{Programme: s.programme, Seller: s.seller.id, Account: s.seller.account}
		}
		events, accepted, err := e.try(by, c)
		if err != nil {
			return err
		}
		if accepted {
			if err := e.paid(events, nil); err != nil {
				return err
			}
		}
	}
	e.shares = nil
	e.in(distributeEvery, e.distribute)
	return nil
}

// close ends a financing on which nothing is owed.
func (e *economy) close(l *loan) error {
	if l == nil || l.owed() > 0 || !l.State.PaidOut() {
		return nil
	}
	_, _, err := e.try(e.Maker, &book.CloseFinancing{Financing: l.ID})
	return err
}

// entered follows the journal: what came of claims, loans and measures, whoever did it.
func (e *economy) entered(h *book.Header, c book.Command, events []book.Event) {
	e.told.entry(h, c, events)
	for _, event := range events {
		switch event := event.(type) {
		case *book.ReceivablePaid:
			if c := e.claims[event.Receivable]; c != nil {
				c.paid += event.Amount
			}
		case *book.ReceivableCredited:
			if c := e.claims[event.Receivable]; c != nil {
				c.credited += event.Amount
			}
		case *book.FinancingServiced:
			if l := e.financings[event.Financing]; l != nil {
				l.standing = event.Standing
			}
		case *book.FinancingMoved:
			e.moved(event)
		case *book.WarehouseReceiptsMoved:
			e.freed(c, event)
		case *book.MeasureProposed:
			e.proposed(&event.Measure)
		}
	}
}

// freed notes which receipt the closing of a loan has freed.
func (e *economy) freed(c book.Command, event *book.WarehouseReceiptsMoved) {
	if closing, ok := c.(*book.CloseFinancing); ok && len(event.Made) > 0 && e.financings[closing.Financing] != nil {
		e.financings[closing.Financing].freed = event.Made[0].ID
	}
}

func (e *economy) moved(event *book.FinancingMoved) {
	l := e.financings[event.Financing]
	if l == nil {
		return
	}
	l.State = event.State
	switch event.State {
	case funding.Outstanding:
		e.told.financed++
		if l.claim.bogus {
			e.told.fraudsPaid++
		}
		e.told.volume += l.Principal
		if l.claim.ID == 0 {
			e.told.stockLoans++
			e.told.stockVolume += l.Principal
		}
	case funding.Overdue:
		e.told.overdue++
		e.in(35, func() error { return e.recourse(l, servicing.ProtractedDefault) })
	case funding.Defaulted:
		e.told.defaults++
		e.told.defaulted += l.principal()
	case funding.WrittenOff:
		e.told.writtenOff++
	case funding.ClosedState:
		e.told.closed++
	}
}
