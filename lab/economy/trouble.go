package economy

import (
	"fmt"

	"millrace/book"
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/servicing"
	"millrace/domain/trade"
	"millrace/edge/intake"
	"millrace/lab/paper"
)

// shocks enters what befalls the economy: demand falls for two months in the middle, one buyer pays ever later from a third on, and a buyer
// that is no anchor fails at two fifths.
func (e *Economy) shocks() {
	const slowFor = 90 // days for which an anchor pays late
	e.in(e.days/2, func() error { e.demand = 0.6; return nil })
	e.in(e.days/2+60, func() error { e.demand = 1; return nil })
	slow := e.anchors[e.random.IntN(len(e.anchors))]
	e.in(e.days/3, func() error { slow.slowness = 2; return nil })
	e.in(e.days/3+slowFor, func() error { slow.slowness = 1; return nil })
	var weak []*firm
	for _, t := range e.ties {
		if t.buyer.tier != anchor {
			weak = append(weak, t.buyer)
		}
	}
	if len(weak) > 0 {
		failing := weak[e.random.IntN(len(weak))]
		e.in(e.days*2/5, func() error { return e.fail(failing) })
	}
}

// fail ends a buyer: it orders and pays nothing more. Lenders call the sellers.
func (e *Economy) fail(f *firm) error {
	f.insolvent = max(e.day, 1)
	e.told.failed++
	for _, t := range f.market.ties {
		for _, l := range e.loansOf(t) {
			e.enter(e.at(10, morning), l.claim.lane, func() error { return e.recourse(l, servicing.Insolvency) })
		}
	}
	return nil
}

// loansOf are the loans on claims of a tie that are out, in the order of their numbers.
func (e *Economy) loansOf(t *tie) []*loan {
	var found []*loan
	for _, l := range e.inOrder() {
		if l.claim.tie == t && l.State.PaidOut() {
			found = append(found, l)
		}
	}
	return found
}

// repaysPerMille is how many of the sellers who are called by recourse can pay.
const repaysPerMille = 700

// recourse calls the seller of a loan that is not paid, where the product gives recourse; seven of ten then pay.
func (e *Economy) recourse(l *loan, cause servicing.Cause) error {
	if !l.State.PaidOut() || l.State == funding.Outstanding && cause == servicing.ProtractedDefault || l.called || l.Programme != l.claim.tie.buyer.market.open {
		return nil
	}
	c := &book.CallRecourse{Financing: l.ID, Cause: cause}
	if cause == servicing.Insolvency {
		c.Since, c.Evidence = e.Today, e.text(intake.KindReason, "Proceedings were opened over the buyer's assets.")
	}
	_, accepted, err := e.try(e.Maker, c)
	if err != nil || !accepted {
		return err
	}
	l.called = true
	e.told.recourse++
	if l.claim.bogus || !e.random.chance(repaysPerMille) {
		return nil
	}
	e.in(e.random.between(3, 15), func() error { return e.repay(l) })
	return nil
}

// repay has the seller pay a loan back: first the principal, of which interest is taken first, then what is left.
func (e *Economy) repay(l *loan) error {
	seller := l.claim.tie.seller
	for range 3 {
		amount := l.owed()
		if amount <= 0 || !l.State.PaidOut() {
			break
		}
		receipt, err := e.received(l.Programme, amount, seller, l.claim.number)
		if err != nil || receipt == 0 {
			return err
		}
		if _, accepted, err := e.try(e.Maker, e.allocation(l, receipt, amount)); err != nil || !accepted {
			return err
		}
		e.told.collected += amount
	}
	return e.close(l)
}

// allocation is the borrower's money for a loan: by the debt that was bought, or by itself where it is on stock.
func (e *Economy) allocation(l *loan, receipt id.Receipt, amount money.Minor) *book.Allocate {
	if l.claim.ID == 0 {
		return &book.Allocate{Receipt: receipt, Financing: l.ID, Amount: amount, Payer: book.BySeller}
	}
	return &book.Allocate{Receipt: receipt, Receivable: l.claim.ID, Amount: amount, Payer: book.BySeller}
}

// proposed enters what two people of the funder make of a default that a rule has proposed: they declare it within days, write it off two
// months later, and of half of these a part comes back.
func (e *Economy) proposed(m *book.Measure) {
	l := e.financings[m.Financing]
	if m.Kind != book.Default || m.Maker != 0 || l == nil {
		return
	}
	wanted, by := m.ID, e.funder(l.Funder)
	e.enter(e.at(2, afternoon), l.claim.lane, func() error {
		if !l.State.PaidOut() || l.State == funding.Defaulted {
			return nil
		}
		for _, person := range [2]id.Actor{by.selling, by.second} {
			if _, accepted, err := e.try(person, &book.DecideMeasure{Measure: wanted, Decision: book.Approve}); err != nil || !accepted {
				return err
			}
		}
		e.in(60, func() error { return e.writeOff(l) })
		return nil
	})
}

func (e *Economy) writeOff(l *loan) error {
	if l.State != funding.Defaulted {
		return nil
	}
	by := e.funder(l.Funder)
	events, accepted, err := e.try(by.selling, &book.WriteOff{Financing: l.ID, Reason: e.text(intake.KindReason, "Neither buyer nor seller can pay.")})
	if err != nil || !accepted {
		return err
	}
	made, _ := find[*book.MeasureProposed](events)
	if _, _, err := e.try(by.second, &book.DecideMeasure{Measure: made.Measure.ID, Decision: book.Approve}); err != nil {
		return err
	}
	if e.random.chance(500) {
		e.in(e.random.between(20, 60), func() error { return e.recover(l) })
	}
	return nil
}

// recover brings a fifth of what was written off back.
func (e *Economy) recover(l *loan) error {
	amount := min(l.standing.Written/5, l.claim.outstanding())
	if amount <= 0 || l.State != funding.WrittenOff {
		return nil
	}
	receipt, err := e.received(l.Programme, amount, l.claim.tie.buyer, l.claim.number)
	if err != nil || receipt == 0 {
		return err
	}
	_, accepted, err := e.try(e.Maker, &book.RecordRecovery{Receipt: receipt, Financing: l.ID, Amount: amount, Payer: book.ByBuyer})
	if accepted {
		e.told.recovered += amount
	}
	return err
}

// dispute holds a little of a claim against the seller, who accepts it or contests it; then two people of the operator decide.
func (e *Economy) dispute(c *claim) error {
	amount := c.Face * money.Minor(e.random.between(2, 10)) / 100
	if c.early || c.outstanding() <= amount || amount <= 0 || c.tie.buyer.stopped(e.day) {
		return nil
	}
	_, _, err := e.try(c.tie.buyer.buying, &book.OpenDispute{
		Receivable: c.ID, Amount: amount, Reason: dispute.Quality, Text: e.text(intake.KindReason, "Part of the delivery is not as agreed."),
	})
	return err
}

// answer has the seller accept what is held against it, or contest it.
func (e *Economy) answer(c *claim, d *dispute.Dispute) error {
	if !e.disputes[d.ID] {
		return nil
	}
	accepts := d.Amount
	if e.random.chance(400) {
		accepts = 0
	}
	_, accepted, err := e.try(c.tie.seller.selling, &book.AnswerDispute{Dispute: d.ID, Accepted: accepts, Text: e.text(intake.KindReason, "We have looked at it.")})
	if err != nil || !accepted || accepts > 0 {
		return err
	}
	e.later(5, func() error { return e.decide(d) })
	return nil
}

// decide finds half for each.
func (e *Economy) decide(d *dispute.Dispute) error {
	if !e.disputes[d.ID] {
		return nil
	}
	_, accepted, err := e.try(e.Maker, &book.DecideDispute{Dispute: d.ID, Credit: d.Amount / 2, Evidence: e.text(intake.KindReason, "Half of the goods were as agreed.")})
	if err != nil || !accepted {
		return err
	}
	_, _, err = e.try(e.Checker, &book.CloseDispute{Dispute: d.ID, State: dispute.Settled})
	return err
}

// cheat tries one of the patterns of lab/redteam some days after an honest bill for a delivery.
func (e *Economy) cheat(d *deal, part []paper.Ware, c *claim) error {
	t := d.tie
	if t.buyer.stopped(e.day) || t.seller.stopped(e.day) {
		return nil
	}
	e.told.frauds++
	switch t.random.IntN(3) {
	case 0: // the same once more, under the next number
		return e.cheated(d, e.sheet(d, trade.Invoice, part))
	case 1: // the same again in another file
		again := e.sheet(d, trade.Invoice, part)
		again.Number, again.Issued, again.Due, again.Note = c.number, c.Issued, c.Due, "Copy"
		return e.cheated(d, again)
	}
	// nothing was ordered or delivered, and every paper is forged
	e.serial++
	forged := &deal{tie: t, order: fmt.Sprintf("PO-%s-%06d", t.buyer.vat[len(t.buyer.vat)-4:], e.serial), wares: t.draw(&e.parameters)}
	for _, kind := range []trade.Type{trade.Order, trade.DespatchAdvice, trade.ReceiptAdvice} {
		if _, err := e.send(e.sheet(forged, kind, forged.wares)); err != nil {
			return err
		}
	}
	return e.cheated(forged, e.sheet(forged, trade.Invoice, forged.wares))
}

// cheated bills what is not owed and asks for money on it.
func (e *Economy) cheated(d *deal, s *paper.Sheet) error {
	c, err := e.invoice(d, s)
	if err != nil || c == nil {
		return err
	}
	c.bogus = true
	c.lane = d
	return e.finance(c, d.tie.buyer.market.open)
}
