package network

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// BuyerFunnel looks whether many of those who sell to a buyer in the window are young. It visits the edges that were dealt on last.
func (v *View) BuyerFunnel(buyer id.Party) Funnel {
	found := Funnel{Party: buyer, Work: Work{Most: FunnelEdgesMax}}
	from, sellers := v.from(), v.nodes[v.number(buyer)].in
	for i := range found.Work.visit(sellers.since(from, FunnelEdgesMax)) {
		if e := v.edge(sellers.latest(i).edge); v.lately(e, from) {
			found.Counterparties++
			v.count(&found, e, e.seller)
		}
	}
	return v.judged(found, v.Bounds.FunnelShare)
}

// SellerFunnel looks whether the buyers that are new to a seller are many and all young.
func (v *View) SellerFunnel(seller id.Party) Funnel {
	found := Funnel{Party: seller, Work: Work{Most: FunnelEdgesMax}}
	from, buyers := v.from(), v.nodes[v.number(seller)].out
	for i := range found.Work.visit(buyers.since(from, FunnelEdgesMax)) {
		if e := v.edge(buyers.latest(i).edge); v.young(e.first) && v.lately(e, from) {
			found.Counterparties++
			v.count(&found, e, e.buyer)
		}
	}
	return v.judged(found, money.RateOne)
}

// visit takes as many steps as there are edges, or all that are left, and gives how many.
func (w *Work) visit(edges int) int {
	if left := int(w.Most - w.Visited); edges > left {
		w.Cut, edges = true, left
	}
	w.Visited += uint32(edges)
	return edges
}

// lately tells whether the edge has a deal from a date on, in whatever currency.
func (v *View) lately(e *edge, from calendar.Date) bool {
	for i := range e.dates {
		if e.receivables[i] != 0 && e.dates[i] >= from {
			return true
		}
	}
	return false
}

func (v *View) count(found *Funnel, e *edge, other uint32) {
	if !v.young(v.nodes[other].first) {
		return
	}
	if found.Young < FunnelShown {
		found.Parties[found.Young] = v.party(other)
	}
	found.Young++
	c := v.carried(e)
	found.Amount = min(found.Amount+c.sum, money.MinorMax)
}

func (v *View) judged(found Funnel, share money.Rate) Funnel {
	found.Found = found.Young >= v.Bounds.FunnelParties && int64(found.Young)*int64(money.RateOne) >= int64(share)*int64(found.Counterparties)
	return found
}
