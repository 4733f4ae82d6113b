package book

import (
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/servicing"
)

func init() {
	registerCommand(func() act { return &ExtendFinancing{} })
	permitted[commandExtendFinancing] = party.Operator | party.Funder
}

// ExtendFinancing proposes a later due date. A second person approves it, and the seller accepts it where it bears the
// interest. The receivable is due when it was. Agreed within the grace, the days since the old due date bear ordinary
// interest; later, they stay late.
type ExtendFinancing struct {
	Financing id.Financing  `cbor:"1,keyasint"`
	Due       calendar.Date `cbor:"2,keyasint"` // moved to a business day as the product says
	Reason    [32]byte      `cbor:"3,keyasint"` // in the vault
}

// Kind names the stored form.
func (*ExtendFinancing) Kind() uint16 { return commandExtendFinancing }

func (c *ExtendFinancing) decide(d *draft) *Rejection {
	f, rejection := d.measured(c.Financing, Extension, c.Reason, funding.Outstanding, funding.Overdue)
	if rejection != nil {
		return rejection
	}
	due, rejection := d.extensible(f, c.Due)
	if rejection != nil {
		return rejection
	}
	d.propose(Measure{Programme: f.Programme, Financing: f.ID, Kind: Extension, Due: due, Reason: c.Reason})
	return nil
}

// extensible gives the day on which a financing would be due, or refuses it: it must be later than what is agreed, still ahead, and
// within the product's longest tenor, counted from the disbursement.
func (d *draft) extensible(f *funding.Financing, wanted calendar.Date) (calendar.Date, *Rejection) {
	terms := &d.products.at(f.Product.Number()).Terms
	due, covered := dueUnder(terms, d.programmes.at(f.Programme.Number()), wanted)
	if wanted <= 0 || !covered {
		return 0, reject("due_date_invalid", "due", "the due date is missing or beyond the programme's calendar")
	}
	if due <= f.Due || due <= d.today() {
		return 0, reject("due_not_later", "due", "financing %s is due %s; it can be extended to a later day that is still ahead", f.ID, f.Due)
	}
	if most := f.Value.AddDays(int(terms.TenorDaysMax)); due > most {
		return 0, reject("tenor_too_long", "due", "the product's longest tenor, %d days, ends %s", terms.TenorDaysMax, most)
	}
	if rejection := d.tie(d.programmes.at(f.Programme.Number()), f, due, f.Exposure()); rejection != nil {
		return 0, rejection
	}
	return due, nil
}

// extend carries an extension out, or offers it to the seller first.
func (d *draft) extend(m *Measure, moved *MeasureMoved) *Rejection {
	f, rejection := d.financing(m.Financing, funding.Outstanding, funding.Overdue)
	if rejection != nil {
		return rejection
	}
	if _, rejection := d.extensible(f, m.Due); rejection != nil {
		return rejection
	}
	if terms := d.terms(f); m.State == MeasureWaits && terms.InterestOf == servicing.Seller {
		moved.State = MeasureOffered
		d.emit(moved)
		return nil
	}
	// Nothing refuses after this line.
	d.emit(moved)
	d.serve(d.weigh(f, servicing.Fact{Kind: servicing.Extended, Value: d.today(), Due: m.Due}))
	if f.State == funding.Overdue {
		d.emit(&FinancingMoved{Financing: f.ID, State: funding.Outstanding})
	}
	return nil
}
