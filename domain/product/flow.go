package product

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// flows lists who owes whom what on which day, if the debtor pays on the due date.
func (t *Terms) flows(q *Quotation) {
	source := [...]Role{0, Funder, Buyer, Bank}[max(t.Source, SourceFunder)]
	interestPayer := max(t.InterestPayer, Seller)
	q.flow(q.From, source, Seller, Advance, "", q.Principal)
	if t.Repayment == FromBuyer {
		q.flow(q.From, Buyer, Seller, Contribution, "", money.Sub(q.Amount, q.Principal))
	}
	if interestPayer != source {
		q.flow(q.From, interestPayer, source, Discount, "", q.Discount)
	}
	q.feeFlows(AtDisbursement, q.From)
	switch t.Repayment {
	case FromNobody:
	case FromSeller:
		q.flow(q.Due, Seller, source, Principal, "", q.Principal)
		q.flow(q.Due, interestPayer, source, Interest, "", q.Interest)
	case FromBuyer:
		q.flow(q.Due, Buyer, source, Principal, "", q.Principal)
		q.flow(q.Due, interestPayer, source, Interest, "", q.Interest)
	default:
		t.collected(q, source, interestPayer)
	}
	q.feeFlows(AtDue, q.Due)
	if q.Reserve > 0 {
		q.flow(q.Release, collectorOf(t.Collector, source), Seller, Reserve, "", q.Reserve)
	}
}

func collectorOf(c Collector, source Role) Role {
	switch c {
	case CollectorFunder:
		return source
	case CollectorSeller:
		return Seller
	}
	return Custodian
}

// collected lists what becomes of the debtor's payment.
func (t *Terms) collected(q *Quotation, source, interestPayer Role) {
	by := collectorOf(t.Collector, source)
	q.flow(q.Due, Buyer, by, Collection, "", q.Amount)
	left := money.Sub(q.Amount, q.Principal)
	interest := q.Interest
	if interestPayer == Buyer {
		q.flow(q.Due, Buyer, source, Interest, "", interest)
		interest = 0
	}
	taken := min(interest, left)
	if by == Seller {
		q.flow(q.Due, Seller, source, Remittance, "", q.Principal)
		q.flow(q.Due, Seller, source, Interest, "", interest)
		return
	}
	q.Reserve = min(money.Share(q.Amount, t.ReserveRate), money.Sub(left, taken))
	if by == Custodian {
		q.flow(q.Due, Custodian, source, Principal, "", q.Principal)
		q.flow(q.Due, Custodian, source, Interest, "", taken)
	}
	q.flow(q.Due, Seller, source, Interest, "", money.Sub(interest, taken))
	q.flow(q.Due, by, Seller, Rest, "", money.Sub(money.Sub(left, taken), q.Reserve))
}

func (q *Quotation) flow(date calendar.Date, from, to Role, what What, name string, amount money.Minor) {
	if amount > 0 {
		q.CashFlow = append(q.CashFlow, Flow{Date: date, From: from, To: to, What: what, Name: name, Amount: amount})
	}
}

func (q *Quotation) feeFlows(when When, date calendar.Date) {
	for i := range q.Fees {
		if line := &q.Fees[i]; line.When == when {
			q.flow(date, line.Payer, line.To, FeePayment, line.Name, line.Amount)
			q.flow(date, line.Payer, line.To, TaxPayment, line.TaxName, line.Tax)
		}
	}
}

// cost gathers the flows of the financed party and solves for the annual percentage cost. A collection is the
// seller's own money, whoever takes it in: it bears the whole amount as given up on the due date, and gets the rest back. So does
// the seller of a debt that the buyer has ended early.
func (q *Quotation) cost(source Source) Cost {
	points := [...]point{{date: q.From}, {date: q.Due}, {date: max(q.Release, q.Due)}}
	at := func(date calendar.Date) *point {
		for i := range points {
			if points[i].date == date {
				return &points[i]
			}
		}
		panic("product: a flow on a day on which nothing is due")
	}
	for i := range q.CashFlow {
		f := &q.CashFlow[i]
		p := at(f.Date)
		switch {
		case f.What == Contribution: // to its own purchase
		case f.What == Advance: // whoever is paid with it, the financed party has it
			p.amount = money.Add(p.amount, f.Amount)
		case f.What == Collection && q.Financed == Seller:
			p.amount = money.Sub(p.amount, f.Amount)
			if f.To == Seller {
				p.amount = money.Add(p.amount, f.Amount)
			}
		case f.From == q.Financed:
			p.amount = money.Sub(p.amount, f.Amount)
		case f.To == q.Financed:
			p.amount = money.Add(p.amount, f.Amount)
		}
	}
	if source == SourceBuyer {
		at(q.Due).amount -= q.Amount
	}
	return annualCost(points[:])
}
