package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/servicing"
)

// CallRecourse calls the seller for one cause, as far as the product gives recourse for it.
type CallRecourse struct {
	Financing id.Financing    `cbor:"1,keyasint"`
	Cause     servicing.Cause `cbor:"2,keyasint,omitempty"` // 0: protracted default
	Since     calendar.Date   `cbor:"3,keyasint,omitempty"` // by the evidence: when insolvency proceedings were opened, or the breach is from
	Evidence  [32]byte        `cbor:"4,keyasint,omitzero"`  // in the vault; of an insolvency, and of a breach of warranty
}

// Kind names the stored form.
func (*CallRecourse) Kind() uint16 { return commandCallRecourse }

func (c *CallRecourse) decide(d *draft) *Rejection {
	if f := d.financings.at(c.Financing.Number()); f != nil {
		if rejection := d.own(f.Funder, "financing"); rejection != nil {
			return rejection
		}
	}
	cause := c.Cause
	if cause == 0 {
		cause = servicing.ProtractedDefault
	}
	states := []funding.FinancingState{funding.Outstanding, funding.Overdue, funding.Defaulted}
	if cause == servicing.ProtractedDefault {
		states = states[1:]
	}
	f, rejection := d.financing(c.Financing, states...)
	if rejection != nil {
		return rejection
	}
	if rejection := d.recourseFor(f, cause); rejection != nil {
		return rejection
	}
	if rejection := c.evidenced(d, cause); rejection != nil {
		return rejection
	}
	if d.calledFor(f, cause) {
		return reject("recourse_called", "cause", "the seller of financing %s was called for this already", f.ID)
	}
	if rejection := d.room(f); rejection != nil {
		return rejection
	}
	// Nothing refuses after this line.
	d.recourse(f, Measure{Cause: cause, Since: c.Since, Reason: c.Evidence})
	return nil
}

// recourseFor refuses a cause for which the product gives no recourse, or not yet. A breach of warranty always has it.
func (d *draft) recourseFor(f *funding.Financing, cause servicing.Cause) *Rejection {
	recourse := d.products.at(f.Product.Number()).Terms.Recourse
	given := false
	switch cause {
	case servicing.Insolvency:
		given = recourse.Insolvency
	case servicing.ProtractedDefault:
		given = recourse.ProtractedDefault
	case servicing.Dispute:
		given = recourse.Dispute
	case servicing.Warranty:
		given = true
	default:
		return reject("cause_invalid", "cause", "a cause is insolvency, protracted_default, dispute or warranty")
	}
	if !given {
		return reject("recourse_none", "financing", "the product gives no recourse for this cause: %s", cause)
	}
	if late := calendar.DaysBetween(f.Due, d.today()); cause == servicing.ProtractedDefault && late < int(recourse.DefaultAfterDays) {
		return reject("recourse_early", "financing", "%d days overdue; recourse is given after %d", late, recourse.DefaultAfterDays)
	}
	if cause == servicing.Dispute && f.Uncovered == 0 {
		return reject("nothing_uncovered", "financing", "no dispute or credit note leaves principal of financing %s without cover", f.ID)
	}
	return nil
}

// evidenced refuses an insolvency or a breach of warranty that nothing shows: a text and its date.
func (c *CallRecourse) evidenced(d *draft, cause servicing.Cause) *Rejection {
	if cause != servicing.Insolvency && cause != servicing.Warranty {
		return nil
	}
	if c.Evidence == [32]byte{} {
		return reject("reason_missing", "evidence", "say by what it is shown")
	}
	if c.Since <= 0 || c.Since > d.today() || !d.near(c.Since) {
		return reject("date_invalid", "since", "the evidence is dated, on the business date at the latest")
	}
	return nil
}

// calledFor tells whether the seller was called for a cause. For a dispute it can be called again when more is without cover.
func (b *Book) calledFor(f *funding.Financing, cause servicing.Cause) bool {
	for number := f.LastFact; number != 0; number = b.facts.at(number).Previous {
		if fact := &b.facts.at(number).Fact; fact.Kind == servicing.Recoursed && fact.Cause == cause && cause != servicing.Dispute {
			return true
		}
	}
	return false
}

// answersForAll tells whether the seller was called for all that is owed.
func (b *Book) answersForAll(f *funding.Financing) bool {
	return f.State == funding.InRecourse || b.calledFor(f, servicing.ProtractedDefault) || b.calledFor(f, servicing.Insolvency) || b.calledFor(f, servicing.Warranty)
}

// recourse books that the seller is called, and keeps why.
func (d *draft) recourse(f *funding.Financing, m Measure) {
	s := d.weigh(f, servicing.Fact{Kind: servicing.Recoursed, Cause: m.Cause, Value: d.today()})
	m.Programme, m.Financing, m.Kind, m.State = f.Programme, f.ID, RecourseDue, MeasureDone
	if m.Amount = s.after.OwedBy(&s.terms, servicing.Seller); m.Cause == servicing.Dispute {
		m.Amount = max(m.Amount, f.Uncovered)
	}
	d.propose(m)
	d.serve(s)
	if m.Cause != servicing.Dispute && f.State != funding.Defaulted {
		d.emit(&FinancingMoved{Financing: f.ID, State: funding.InRecourse})
	}
}
