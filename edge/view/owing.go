package view

import (
	"cmp"
	"slices"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/disclosure"
	"millrace/domain/discounting"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/receivable"
)

// touch notes that the entry under way changes a debt; nil for one of somebody else. The last kind that is given stands.
func (o *owings) touch(of id.Receivable, kind disclosure.Kind) *owing {
	p := o.payables[of]
	if p == nil {
		return nil
	}
	if !slices.Contains(o.touched, p) {
		o.touched = append(o.touched, p)
		p.kind = 0
	}
	if kind != 0 {
		p.kind = kind
	}
	return p
}

// fold takes an event over: what a debt comes to, and what of it is financed.
func (o *owings) fold(sequence uint64, event book.Event) {
	switch e := event.(type) {
	case *book.ReceivableOpened:
		o.opened(sequence, &e.Receivable)
	case *book.ReceivableConfirmed:
		if p := o.touch(e.Receivable, disclosure.Confirmed); p != nil {
			r := &p.record
			r.Undertaking, r.Confirmed, r.PaidBefore = e.Undertaking, e.Amount, r.Paid
			p.home = o.home(sequence, r)
		}
	case *book.ConfirmationWithdrawn:
		if p := o.touch(e.Receivable, disclosure.Reduced); p != nil {
			p.unconfirm()
		}
	case *book.ReceivableCredited:
		if p := o.touch(e.Receivable, disclosure.Reduced); p != nil {
			p.record.Credited = money.Add(p.record.Credited, e.Amount)
		}
	case *book.ReceivablePaid:
		if e.Line != 0 {
			o.paid(e.Receivable, e.Amount, disclosure.Reduced) // set off among many: no cash
		} else {
			o.paid(e.Receivable, e.Amount, disclosure.Paid)
		}
	case *book.PaymentMisdirected:
		if e.Payment.Effect == legal.Discharged {
			o.paid(e.Payment.Receivable, e.Payment.Amount, disclosure.Paid)
		}
	case *book.HoldingsMoved:
		for i := range e.Made {
			if made := &e.Made[i]; made.Debt != 0 && !made.Pending() && (made.By == certificate.Accept || made.By == certificate.Transfer) {
				o.paid(made.Debt, made.Amount, disclosure.Reduced) // by handing on somebody's certificate: no cash
			}
		}
	case *book.DebtsDischarged:
		for _, debt := range e.Debts {
			o.paid(debt.Receivable, debt.Amount, disclosure.Reduced)
		}
	case *book.CertificateIssued:
		if p := o.touch(e.Certificate.Receivable, 0); p != nil {
			p.home = o.position(e.Certificate.Programme, 0, confirmedPayables)
			o.certificates[e.Certificate.ID] = p
		}
	case *book.CertificateCancelled:
		if p := o.certificates[e.Certificate]; p != nil {
			o.touch(p.record.ID, disclosure.Reduced)
			r := &p.record
			r.Released = money.Add(r.Released, e.Released)
			if r.Confirmed = money.Sub(r.Paid, r.PaidBefore); r.Confirmed == 0 {
				p.unconfirm()
			}
		}
	case *book.EarlyPaymentMoved:
		for i := range e.Items {
			amount := e.Items[i].Amount
			if e.State == discounting.CameBack {
				amount = -amount
			}
			o.paid(e.Items[i].Receivable, amount, disclosure.Paid)
		}
	default:
		o.foldFinancing(event)
	}
}

// foldFinancing takes over what an event says of a financing.
func (o *owings) foldFinancing(event book.Event) {
	switch e := event.(type) {
	case *book.FinancingOpened:
		if p := o.touch(e.Financing.Receivable, 0); p != nil {
			f := e.Financing
			o.financings[f.ID] = &f
			p.financings = append(p.financings, f.ID)
		}
	case *book.ReferralDecided:
		if f := o.financing(e.Financing.ID); f != nil {
			*f = e.Financing
		}
	case *book.PlacementShared:
		for i := range e.Financings {
			if f := o.financing(e.Financings[i].ID); f != nil {
				*f = e.Financings[i]
			}
		}
	case *book.FinancingAccepted:
		if f := o.financing(e.Financing); f != nil {
			f.State = funding.Accepted
		}
	case *book.FinancingMoved:
		if f := o.financing(e.Financing); f != nil {
			f.State = e.State
		}
	case *book.FinancingRepaid:
		if f := o.financing(e.Financing); f != nil {
			f.Repaid = money.Add(f.Repaid, e.Split.Principal)
		}
	case *book.FinancingServiced:
		if f := o.financing(e.Financing); f != nil {
			f.Repaid = e.Standing.Repaid
		}
	case *book.ReceivableReassigned:
		if f := o.financing(e.Reassignment.Financing); f != nil {
			f.State = funding.ClosedState // what the seller still owes on it is no part of the payable
		}
	}
}

// financing is one of the buyer's payables; nil for another.
func (o *owings) financing(of id.Financing) *funding.Financing {
	f := o.financings[of]
	if f != nil {
		o.touch(f.Receivable, 0)
	}
	return f
}

// opened: a debt that was taken over with an undertaking was not confirmed here, it came from another book.
func (o *owings) opened(sequence uint64, r *receivable.Receivable) {
	if _, wanted := o.payables[r.ID]; !wanted {
		return
	}
	p := &owing{record: *r, stands: map[position]standing{}, keys: map[position]uint64{}}
	o.payables[r.ID] = p
	kind := disclosure.Confirmed
	if r.Undertaking != receivable.NoUndertaking {
		kind, p.home = disclosure.Reclassified, o.home(sequence, r)
	}
	o.touch(r.ID, kind)
}

func (o *owings) paid(of id.Receivable, amount money.Minor, kind disclosure.Kind) {
	if p := o.touch(of, kind); p != nil {
		p.record.Paid = money.Add(p.record.Paid, amount)
	}
}

func (p *owing) unconfirm() {
	p.record.Undertaking, p.record.Confirmed, p.record.PaidBefore = receivable.NoUndertaking, 0, 0
}

// home is where an undertaking stands while nobody has financed it: in the first programme in its currency that is live then
// and asks for no stronger one, those that have a finance provider first; outside where there is none.
func (o *owings) home(sequence uint64, r *receivable.Receivable) position {
	line := uint8(tradePayables)
	if r.Undertaking.Binds() {
		line = confirmedPayables
	}
	own := position{}
	for i := range o.arrangements {
		a := &o.arrangements[i]
		if a.approved > sequence || a.programme.Currency != r.Currency || uint8(a.terms.Undertaking) > uint8(r.Undertaking) {
			continue
		}
		at := o.position(a.programme.ID, 0, line)
		if at.place == disclosure.InArrangement {
			return at
		}
		own = at
	}
	return own
}

// position is where what is financed in a programme stands. Without a provider it is the one that is asked first.
func (o *owings) position(programme id.Programme, provider id.Party, line uint8) position {
	for i := range o.arrangements {
		a := &o.arrangements[i]
		if a.programme.ID != programme {
			continue
		}
		place, first := a.provider(o.buyer)
		if place != disclosure.InArrangement || provider == o.buyer {
			return position{place: disclosure.OwnCash}
		}
		return position{place: place, programme: programme, provider: cmp.Or(provider, first), line: line}
	}
	return position{}
}

// stood is where all parts of a debt stand after the entries so far.
func (o *owings) stood(p *owing) map[position]standing {
	stands := map[position]standing{}
	add := func(at position, amount, part money.Minor) {
		if amount == 0 {
			return
		}
		if at.place == 0 {
			at = position{place: disclosure.Comparable}
		}
		if at.place != disclosure.InArrangement {
			part = 0
		}
		s := stands[at]
		stands[at] = standing{money.Add(s.amount, amount), money.Add(s.part, part)}
	}
	r := &p.record
	undertaken := min(r.Undertaken(), r.Outstanding())
	add(position{}, money.Sub(r.Outstanding(), undertaken), 0)
	line := uint8(tradePayables)
	if r.Undertaking.Binds() {
		line = confirmedPayables
	}
	for _, one := range p.financings {
		f := o.financings[one]
		if !f.State.Claims() {
			continue
		}
		amount, part := min(f.Amount, undertaken), money.Minor(0)
		if f.State.PaidOut() || f.State == funding.WrittenOff { // whoever bears the loss, the supplier was paid
			part = min(money.Sub(f.Principal, f.Repaid), amount)
		}
		add(o.position(f.Programme, f.Funder, line), amount, part)
		undertaken = money.Sub(undertaken, amount)
	}
	home := p.home
	home.line = line
	if home.place != disclosure.InArrangement {
		home.line = 0
	}
	add(home, undertaken, 0)
	return stands
}

// settle writes down what the entry under way has changed.
func (o *owings) settle(sequence uint64) {
	on := o.dates.dateOf(sequence)
	if on < o.before || on == 0 {
		on = o.before
	}
	for _, p := range o.touched {
		after := o.stood(p)
		places := make([]position, 0, len(after)+len(p.stands))
		for at := range after {
			places = append(places, at)
		}
		for at := range p.stands {
			if _, both := after[at]; !both {
				places = append(places, at)
			}
		}
		slices.SortFunc(places, func(a, b position) int {
			return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.programme, b.programme), cmp.Compare(a.provider, b.provider), cmp.Compare(a.line, b.line))
		})
		inside := slices.IndexFunc(places, func(at position) bool { return at.place != disclosure.InArrangement })
		if inside < 0 {
			inside = len(places)
		}
		m := moving{owings: o, owing: p, after: after, change: disclosure.Change{On: on}}
		m.write(places[:inside])
		m.write(places[inside:])
		p.stands = after
	}
	o.touched = o.touched[:0]
}

// moving is a debt on its way from what stood to what stands.
type moving struct {
	*owings
	*owing
	after  map[position]standing
	change disclosure.Change
}

// write writes the changes at some positions: of all that they come to, as much as the entry's kind explains is of that kind, and
// the rest went from one to another.
func (m *moving) write(places []position) {
	left := money.Minor(0)
	for _, at := range places {
		left = money.Add(left, money.Sub(m.after[at].amount, m.stands[at].amount))
	}
	kind := m.kind
	if kind == 0 || (left > 0) != (kind == disclosure.Confirmed || kind == disclosure.Reclassified) {
		kind = disclosure.Reclassified
	}
	for _, at := range places {
		amount := money.Sub(m.after[at].amount, m.stands[at].amount)
		part := money.Sub(m.after[at].part, m.stands[at].part)
		explained := money.Minor(0)
		if left > 0 {
			explained = max(0, min(left, amount))
		} else {
			explained = min(0, max(left, amount))
		}
		left = money.Sub(left, explained)
		fallen := min(0, part)
		fallen = m.put(at, kind, explained, fallen)
		fallen = m.put(at, disclosure.Reclassified, money.Sub(amount, explained), fallen)
		if fallen < 0 { // a financing that was cancelled, or paid back by the supplier
			m.add(at, disclosure.Reduced, 0, fallen)
		}
		if part > 0 {
			m.add(at, disclosure.SupplierPaid, 0, part)
		}
	}
}

// put adds a change that has an amount, with what the part has fallen by, and gives what is still to be told of that.
func (m *moving) put(at position, kind disclosure.Kind, amount, fallen money.Minor) money.Minor {
	if amount == 0 {
		return fallen
	}
	m.add(at, kind, amount, fallen)
	return 0
}

func (m *moving) add(at position, kind disclosure.Kind, amount, part money.Minor) {
	report := &m.report
	key, known := m.keys[at]
	if !known {
		r := &m.record
		key = uint64(len(report.Payables) + 1)
		m.keys[at] = key
		report.Payables = append(report.Payables, disclosure.Payable{
			Key: key, Place: at.place, Programme: at.programme, Provider: at.provider, Line: at.line, Currency: r.Currency,
			Issued: r.Issued, Due: max(r.Due, r.Issued),
		})
	}
	c := m.change
	c.Payable, c.Kind, c.Amount, c.Part = key, kind, amount, part
	report.Changes = append(report.Changes, c)
}
