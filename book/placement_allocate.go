package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/servicing"
)

// financedOf is how much of a receivable is financed.
func (b *Book) financedOf(r *receivable.Receivable) money.Minor {
	if parts := b.claiming(r); len(parts) > 0 {
		return sumOf(parts)
	}
	if f := b.financings.at(r.Financing.Number()); f != nil {
		return f.Amount
	}
	return 0
}

// toldThrough is the financing by which it is judged whether the buyer was told of an assignment: of the parts of a placement, the
// first for which it was.
func (d *draft) toldThrough(r *receivable.Receivable) *funding.Financing {
	for _, f := range d.claiming(r) {
		if f.Placement != 0 && d.told(r, f.Programme, f.Funder) != nil {
			return f
		}
	}
	return d.financings.at(r.Financing.Number())
}

// stillOf is what a funder's part still has to come from the buyer on a day: of its share of the debt, and late interest
// where the buyer bears it on top.
func (d *draft) stillOf(f *funding.Financing, on calendar.Date) money.Minor {
	terms := d.terms(f)
	known := servicing.Run(&terms, d.history(nil, f))
	still := f.Amount
	for tier := servicing.TierFees; tier <= servicing.TierOverpaid; tier++ {
		if tier == servicing.TierLate && !d.loan(f) {
			continue
		}
		still = money.Sub(still, known.Totals[servicing.CollectionLine(servicing.Buyer, tier)])
	}
	if still = max(0, still); !d.loan(f) {
		due := known.At(&terms, on)
		still = money.Add(still, due.LateDue())
	}
	return still
}

// spread shares money on a receivable among the funders that finance it together, pro rata to what each has to come, by largest
// remainder. What is beyond all of them is the seller's.
func (a *allocation) spread(d *draft, parts []*funding.Financing) *Rejection {
	for _, f := range parts {
		if !f.State.PaidOut() {
			return reject("disbursement_open", "receivable", "receivable %s is being financed: wait until the bank has said what became of the disbursements", a.receivable.ID)
		}
	}
	if p := parts[0].Programme; p != a.programme.ID {
		return reject("programme_other", "receivable", "receivable %s is financed in programme %s", a.receivable.ID, p)
	}
	switch a.command.Payer {
	case ByBuyer:
		return a.spreadOfBuyer(d, parts)
	case BySeller:
		return a.spreadOfSeller(d, parts)
	}
	return reject("payer_invalid", "payer", "the payer is the buyer or the seller")
}

// portions weighs each part's share of an amount. claims are the weights, and the most that each gets.
func (a *allocation) portions(d *draft, parts []*funding.Financing, payer servicing.Role, amount money.Minor, claims []money.Minor) []*serviced {
	portions := make([]*serviced, len(parts))
	if amount == 0 {
		return portions
	}
	for i, share := range certificate.Shares(amount, claims) {
		if share > 0 {
			portions[i] = d.weigh(parts[i], received(payer, a.receipt, share))
		}
	}
	return portions
}

func (a *allocation) spreadOfBuyer(d *draft, parts []*funding.Financing) *Rejection {
	r, amount, total := a.receivable, a.command.Amount, money.Minor(0)
	claims := make([]money.Minor, len(parts))
	for i, f := range parts {
		claims[i] = d.stillOf(f, a.receipt.Value)
		total = money.Add(total, claims[i])
	}
	shared := min(amount, total)
	portions := a.portions(d, parts, servicing.Buyer, shared, claims)
	late := money.Minor(0)
	for i, s := range portions {
		if s != nil && !d.loan(parts[i]) {
			late = money.Add(late, s.split().LateInterest)
		}
	}
	if most := money.Add(r.Outstanding(), late); amount > most {
		return reject("exceeds_owed", "amount", "the buyer owes %s on receivable %s", money.Amount{Minor: most, Currency: r.Currency}, r.ID)
	}
	// Nothing refuses after this line.
	d.serveParts(portions)
	beyond := money.Sub(amount, shared)
	d.transfer(custodyKey(a.programme, ledger.CollectionUnallocated, 0), custodyKey(a.programme, ledger.CollectionForSeller, r.Seller), beyond)
	d.book(partyKey(r.Seller, ledger.CollectionsHeld, r.Currency), sellerKey(r, ledger.TradeReceivables), beyond)
	a.used(d)
	a.debtPaid(d, money.Sub(amount, late))
	after := *r
	after.Paid = money.Add(r.Paid, money.Sub(amount, late))
	d.coverParts(exposed(parts, portions), 0, &after)
	return nil
}

func (a *allocation) spreadOfSeller(d *draft, parts []*funding.Financing) *Rejection {
	r, total := a.receivable, money.Minor(0)
	claims := make([]money.Minor, len(parts))
	for i, f := range parts {
		switch {
		case d.answersForAll(f):
			terms := d.terms(f)
			due := servicing.Run(&terms, d.history(nil, f)).At(&terms, a.receipt.Value)
			claims[i] = money.Add(due.Principal, money.Add(due.InterestDue(), due.LateDue()))
		case d.called(f):
			claims[i] = f.Uncovered
		}
		total = money.Add(total, claims[i])
	}
	if total == 0 {
		return reject("recourse_not_called", "payer", "the seller of receivable %s has not been called", r.ID)
	}
	if a.command.Amount > total {
		return reject("exceeds_owed", "amount", "the seller owes %s", money.Amount{Minor: total, Currency: r.Currency})
	}
	portions := a.portions(d, parts, servicing.Seller, a.command.Amount, claims)
	for i, s := range portions {
		if s != nil && (s.split().Seller > 0 || !d.answersForAll(parts[i]) && s.split().Principal > parts[i].Uncovered) {
			return reject("exceeds_owed", "amount", "the seller answers for less than this of financing %s", parts[i].ID)
		}
	}
	// Nothing refuses after this line.
	d.serveParts(portions)
	a.used(d)
	out := exposed(parts, portions)
	for i, s := range portions {
		if s != nil && d.answers(parts[i]) {
			out[i].uncovered = max(0, money.Sub(out[i].uncovered, s.split().Principal))
		}
	}
	d.coverParts(out, 0, r)
	return nil
}

func (d *draft) serveParts(portions []*serviced) {
	for _, s := range portions {
		if s != nil {
			d.serve(s)
		}
	}
}

// exposure is a part of a placement: the principal that is out, and how much of it is said to be without cover.
type exposure struct {
	financing      *funding.Financing
	out, uncovered money.Minor
}

// exposed lists the parts as they stand with what is being allocated; portions may be nil.
func exposed(parts []*funding.Financing, portions []*serviced) []exposure {
	list := make([]exposure, len(parts))
	for i, f := range parts {
		list[i] = exposure{f, f.Exposure(), f.Uncovered}
		if portions != nil && portions[i] != nil {
			list[i].out = portions[i].after.Principal
		}
	}
	return list
}

// outOf lists the parts of a placement of which money is out.
func (d *draft) outOf(p *funding.Placement) []exposure {
	return exposed(d.parts(p, funding.Outstanding, funding.Overdue, funding.InRecourse, funding.Defaulted), nil)
}

// coverParts works out anew what of all parts together is not covered, lost being what was lost besides, and shares it among
// them by what is out. The funders stand before what was not placed: that takes the loss first.
func (d *draft) coverParts(parts []exposure, lost money.Minor, after *receivable.Receivable) {
	out := money.Minor(0)
	weights := make([]money.Minor, len(parts))
	for i := range parts {
		weights[i] = parts[i].out
		out, lost = money.Add(out, parts[i].out), money.Add(lost, parts[i].uncovered)
	}
	shares := make([]money.Minor, len(parts))
	if open := uncovered(lost, out, after); open > 0 {
		shares = certificate.Shares(open, weights)
	}
	for i := range parts {
		d.cover(parts[i].financing, parts[i].financing.Uncovered, shares[i])
	}
}

// coverPartOut works out what is not covered once a part of a placement is paid out.
func (d *draft) coverPartOut(p *funding.Placement, f *funding.Financing) {
	d.coverParts(append(d.outOf(p), exposure{f, f.Principal, f.Principal}), 0, d.receivables.at(p.Receivable.Number()))
}

// undoParts takes out of the parts of a placement what a receipt had brought them.
func (d *draft) undoParts(parts []*funding.Financing, receipt *payment.Receipt, value calendar.Date) money.Minor {
	r := d.receivables.at(parts[0].Receivable.Number())
	sum, unpaid, after := money.Minor(0), money.Minor(0), *r
	var list []exposure
	for _, f := range parts {
		if !d.brought(f, receipt) {
			if f.State.PaidOut() {
				list = append(list, exposure{f, f.Exposure(), f.Uncovered})
			}
			continue
		}
		s, by := d.takeOut(f, receipt, value)
		sum = money.Add(sum, money.Add(by[servicing.Buyer], by[servicing.Seller]))
		if by[servicing.Buyer] > 0 {
			if unpaid = money.Add(unpaid, by[servicing.Buyer]); !d.loan(f) {
				unpaid = money.Add(unpaid, s.to(servicing.TierLate)) // on top of the debt
			}
		}
		one := exposure{f, s.after.Principal, f.Uncovered}
		if line := servicing.CollectionLine(servicing.Seller, servicing.TierPrincipal); d.answers(f) {
			one.uncovered = money.Add(one.uncovered, max(0, money.Sub(s.before.Totals[line], s.after.Totals[line])))
		}
		list = append(list, one)
	}
	if unpaid > 0 {
		d.unpay(r, &after, receipt, unpaid)
	}
	d.coverParts(list, 0, &after)
	return sum
}

// coverPartBack works out what is not covered of the other parts once the money of one has come back.
func (d *draft) coverPartBack(f *funding.Financing) {
	p := d.sharing(f)
	if p == nil {
		return
	}
	others := slices.DeleteFunc(d.outOf(p), func(e exposure) bool { return e.financing.ID == f.ID })
	d.coverParts(others, 0, d.receivables.at(p.Receivable.Number()))
}
