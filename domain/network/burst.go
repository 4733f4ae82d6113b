package network

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Trade is what two parties, or one with all of its counterparties, have invoiced in a currency over life.
type Trade struct {
	Count          uint32
	Amount         money.Minor
	Counterparties uint32
}

// First is the date of a party's first deal, as seller or buyer, in whatever currency; 0 for none.
func (g *Graph) First(p id.Party) calendar.Date { return g.nodes[g.number(p)].first }

// Burst holds what a young party deals against what is usual with its counterparty: the mean of the counterparty's deals with its others.
// own is of the party with everybody, between of the two, others of the counterparty with everybody. It looks at no edge.
//
//	usual = (others.amount - between.amount) / (others.counterparties - 1), rounded down
//
// It is a burst when between.amount is at least BurstTimes the usual, or when own.count is at least BurstCount and BurstTimes the usual number.
func (v *View) Burst(party id.Party, own, between, others Trade) Burst {
	found := Burst{Party: party, First: v.First(party), Count: own.Count, Amount: between.Amount}
	if found.First == 0 {
		return found
	}
	found.AgeDays = int32(calendar.DaysBetween(found.First, v.Today))
	if others.Counterparties > 1 {
		found.Usual = money.Sub(others.Amount, between.Amount) / money.Minor(others.Counterparties-1)
		found.UsualOf = (others.Count - between.Count) / (others.Counterparties - 1)
	}
	if !v.young(found.First) || found.Usual == 0 {
		return found
	}
	times := v.Bounds.BurstTimes
	found.Found = int64(found.Amount)/times >= int64(found.Usual) || found.Count >= v.Bounds.BurstCount && int64(found.Count) >= times*int64(found.UsualOf)
	return found
}
