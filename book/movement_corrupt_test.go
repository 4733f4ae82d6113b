package book

import (
	"millrace/domain/movement"
	"millrace/domain/trade"
)

func init() {
	moved := func(state movement.State, proves movement.Proof) func(b *Book) *movement.Movement {
		return func(b *Book) *movement.Movement {
			return first(&b.movements, func(m *movement.Movement) bool { return m.State == state && m.Proves == proves })
		}
	}
	waits := func(b *Book) *movement.Reference {
		return first(&b.movementReferences, func(r *movement.Reference) bool { return r.Trade == 0 })
	}
	Corruptions = append(Corruptions,
		Corruption{"movement_references", "a reference of nobody", func(b *Book) { b.movementReferences.at(1).Movement += 1 << 16 }},
		Corruption{"movement_references", "references that are not there", func(b *Book) { b.movements.at(b.movements.count).References = 1 }},
		Corruption{"movement_proof", "a keeper who proves a delivery", func(b *Book) {
			first(&b.movements, func(m *movement.Movement) bool { return m.Kind == movement.Counted }).Proves = movement.OfReceipt
		}},
		Corruption{"movement_reporter", "a retraction without its time", func(b *Book) { moved(movement.Retracted, 0)(b).Withdrawn = 0 }},
		Corruption{"movement_trade", "a trade of others", func(b *Book) {
			r := first(&b.movementReferences, func(r *movement.Reference) bool { return r.Trade != 0 })
			of, other := r.Trade, first(&b.trades, func(t *trade.Trade) bool { return t.Seller != b.movements.at(r.Movement.Number()).Seller })
			r.Trade = other.ID
			b.provers[other.ID] = b.provers[of]
			delete(b.provers, of)
			b.trades.at(of.Number()).Facts &^= trade.Received
			b.trades.at(of.Number()).Moved = 0
		}},
		Corruption{"movement_waits", "a movement that did not find its trade", func(b *Book) {
			number := waits(b).Identity
			b.identities.put(number, kept{number: 1, kept: true}.pack())
		}},
		Corruption{"trade_moved", "a trade that rests on nothing", func(b *Book) {
			first(&b.trades, func(t *trade.Trade) bool { return t.Facts == trade.Invoiced }).Moved = trade.Received
		}},
		Corruption{"index_movements", "an event that may come twice", func(b *Book) { b.movementOf.put(b.movements.at(1).Identity, 2) }},
		Corruption{"index_waiting", "a movement that waits for ever", func(b *Book) { delete(b.waiting, waits(b).Identity) }},
		Corruption{"index_provers", "a proof counted twice", func(b *Book) {
			r := first(&b.movementReferences, func(r *movement.Reference) bool { return r.Trade != 0 })
			p := b.provers[r.Trade]
			p.received++
			b.provers[r.Trade] = p
		}},
	)
}
