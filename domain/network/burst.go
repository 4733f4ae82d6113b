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

// Burst holds what a young party deals against what is usual with its counterparty in the same time: the mean of the counterparty's deals with
// its others, for as many days as a party counts as young. own is of the party with everybody, between of the two, others of the counterparty
// with everybody. It looks at no edge.
//
//	usual = (others.amount - between.amount) / (others.counterparties - 1) * YoungDays / days since the counterparty's first deal, rounded down
//
// It is a burst when between.amount is at least BurstTimes the usual, when the mean of its deals is at least BurstTimes that of the others', or when
// own.count is at least BurstCount and BurstTimes the usual number.
func (v *View) Burst(party, counterparty id.Party, own, between, others Trade) Burst {
	found := Burst{Party: party, First: v.First(party), Count: own.Count, Amount: between.Amount}
	if found.First == 0 {
		return found
	}
	found.AgeDays = int32(calendar.DaysBetween(found.First, v.Today))
	if first := v.First(counterparty); others.Counterparties > 1 && first != 0 {
		young := int64(v.Bounds.YoungDays)
		span := max(young, int64(calendar.DaysBetween(first, v.Today)))
		others.Amount, others.Count = money.Sub(others.Amount, between.Amount), others.Count-between.Count
		found.Usual = money.MulDiv(others.Amount/money.Minor(others.Counterparties-1), young, span)
		found.UsualOf = uint32(int64(others.Count/(others.Counterparties-1)) * young / span)
	}
	if !v.young(found.First) || found.Usual == 0 {
		return found
	}
	times := v.Bounds.BurstTimes
	large := between.Count > 0 && others.Count > 0 && int64(between.Amount)/int64(between.Count)/times >= int64(others.Amount)/int64(others.Count)
	found.Found = large || int64(found.Amount)/times >= int64(found.Usual) || found.Count >= v.Bounds.BurstCount && int64(found.Count) >= times*int64(found.UsualOf)
	return found
}
