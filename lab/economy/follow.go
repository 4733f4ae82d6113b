package economy

import (
	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/receivable"
	"millrace/domain/servicing"
)

// entered follows the journal: what came of claims, loans, payments and measures, whoever did it, and what people do next because of it.
func (e *Economy) entered(h *book.Header, c book.Command, events []book.Event) {
	e.told.entry(h, c, events)
	if recorded, ok := c.(*book.RecordDocument); ok {
		defer delete(e.sent, recorded.Hash)
	}
	for _, event := range events {
		switch event := event.(type) {
		case *book.DayOpened:
			e.opened = event.Date
		case *book.ReceivableOpened:
			e.owed(c, event)
		case *book.ReceivableConfirmed:
			e.undertaken(event)
		case *book.ReceivablePaid:
			if c := e.claims[event.Receivable]; c != nil {
				c.paid += event.Amount
			}
		case *book.ReceivableCredited:
			if c := e.claims[event.Receivable]; c != nil {
				c.credited += event.Amount
			}
		case *book.FinancingOpened:
			if c := e.asked(c, event); c != nil {
				e.answered(c, &event.Financing)
			}
		case *book.ReferralDecided:
			e.bank.quoted(&event.Financing)
			e.decided(event)
		case *book.FinancingAccepted:
			if l := e.financings[event.Financing]; l != nil {
				l.State = funding.Accepted
				e.enter(e.turn(), l.claim.lane, func() error { return e.disburse(l) })
			}
		case *book.FinancingServiced:
			if l := e.financings[event.Financing]; l != nil {
				l.standing = event.Standing
			}
		case *book.FinancingMoved:
			e.moved(event)
		case *book.ReceiptRecorded:
			e.bank.came(&event.Receipt)
		case *book.PaymentOpened:
			e.instructed(&event.Payment, c)
		case *book.PaymentMoved:
			e.paymentMoved(event)
		case *book.EarlyPaymentOpened:
			e.paidEarly(event)
		case *book.DisputeOpened:
			e.disputed(&event.Dispute)
		case *book.DisputeMoved:
			e.disputes[event.Dispute.ID] = event.Dispute.State.Running()
		case *book.WarehouseReceiptsMoved:
			e.goods(c, event)
		case *book.MeasureProposed:
			e.proposed(&event.Measure)
		}
	}
}

// owed notes a new debt between firms of the economy. One whose invoice somebody else has sent is paid as any other.
func (e *Economy) owed(by book.Command, event *book.ReceivableOpened) {
	r := event.Receivable
	t := e.pairs[[2]id.Party{r.Seller, r.Buyer}]
	if t == nil {
		return
	}
	c := &claim{Receivable: r, tie: t, lane: r.ID}
	e.claims[r.ID] = c
	if recorded, ok := by.(*book.RecordDocument); !ok || !e.sent[recorded.Hash] {
		e.enter(e.at(e.pays(c), morning), c.lane, func() error { return e.settle(c, t.buyer.market.open) })
	}
}

// forget drops what has come to its end: nothing follows from it any more.
func (e *Economy) forget() {
	for key, l := range e.financings {
		if l.State == funding.ClosedState || l.State == funding.Lapsed || l.State == funding.Declined {
			delete(e.financings, key)
		}
	}
	for key, c := range e.claims {
		if c.outstanding() <= 0 && (c.loan == nil || c.loan.State == funding.ClosedState) {
			delete(e.claims, key)
		}
	}
	for key, c := range e.stored {
		if c.loan != nil {
			delete(e.stored, key)
		}
	}
}

// undertaken has a seller who wants money ask for it, now that its buyer has undertaken to pay.
func (e *Economy) undertaken(event *book.ReceivableConfirmed) {
	c := e.claims[event.Receivable]
	if c == nil || c.Undertaking != receivable.NoUndertaking {
		return
	}
	c.Undertaking = event.Undertaking
	e.told.confirmed++
	if p := c.tie.buyer.market.confirmed; c.wants && p != 0 {
		e.enter(e.at(c.tie.random.between(0, 2), morning), c.lane, func() error { return e.finance(c, p) })
	}
}

// asked finds the claim on which a request asks for money; nil for one of others.
func (e *Economy) asked(c book.Command, event *book.FinancingOpened) *claim {
	if !e.programmes[event.Financing.Programme] {
		return nil
	}
	e.bank.quoted(&event.Financing)
	if stock, ok := c.(*book.QuoteStock); ok && len(stock.Receipts) > 0 {
		return e.stored[stock.Receipts[0]]
	}
	return e.claims[event.Financing.Receivable]
}

func (e *Economy) paidEarly(event *book.EarlyPaymentOpened) {
	if e.programmes[event.Payment.Programme] {
		e.bank.early[event.Payment.ID] = drawn{event.Payment.Buyer, event.Payment.Fee}
	}
	known := false
	for _, item := range event.Payment.Items {
		if c := e.claims[item.Receivable]; c != nil {
			c.early, known = true, true
		}
	}
	if known {
		e.told.early++
		e.told.earlyAmount += event.Payment.Amount
	}
}

// disputed has the seller answer what its buyer holds against a claim, and two persons of the operator decide what it does not accept.
func (e *Economy) disputed(d *dispute.Dispute) {
	c := e.claims[d.Receivable]
	if c == nil {
		return
	}
	e.told.disputes++
	e.disputes[d.ID] = true
	e.enter(e.at(e.random.between(2, 6), afternoon), c.lane, func() error { return e.answer(c, d) })
}

// goods follows what is in store: what secures a loan, what was released and is handed out, and what the closing of a loan has freed.
func (e *Economy) goods(c book.Command, event *book.WarehouseReceiptsMoved) {
	if closing, ok := c.(*book.CloseFinancing); ok {
		if l := e.financings[closing.Financing]; l != nil && len(event.Made) > 0 {
			l.freed = event.Made[0].ID
		}
		return
	}
	for _, r := range event.Made {
		l := e.financings[r.Financing]
		switch {
		case l == nil || l.claim.keeper == nil:
		case r.Status == inventory.Pledged:
			l.pledged = r
		case r.Status == inventory.Released:
			e.enter(e.at(e.random.between(0, 2), afternoon), l.claim.lane, func() error { return e.deliver(l.claim, r.ID) })
		}
	}
}

func (e *Economy) moved(event *book.FinancingMoved) {
	if event.State == funding.Lapsed {
		delete(e.bank.lent, event.Financing)
	}
	l := e.financings[event.Financing]
	if l == nil {
		return
	}
	l.State = event.State
	switch event.State {
	case funding.Lapsed:
		e.lapsed(l)
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
		e.enter(e.at(35, morning), l.claim.lane, func() error { return e.recourse(l, servicing.ProtractedDefault) })
	case funding.Defaulted:
		e.told.defaults++
		e.told.defaulted += l.principal()
	case funding.WrittenOff:
		e.told.writtenOff++
	case funding.ClosedState:
		e.told.closed++
	}
}

// lapsed has a seller who would have money ask for it once more the next day: terms had moved on before it took them.
func (e *Economy) lapsed(l *loan) {
	c := l.claim
	c.loan = nil
	if c.ID != 0 && c.wants && !c.again {
		c.again = true
		e.enter(e.at(1, morning), c.lane, func() error { return e.finance(c, l.Programme) })
	}
}
