package book

import (
	"millrace/domain/id"
	"millrace/domain/movement"
	"millrace/domain/party"
	"millrace/domain/trade"
)

// movements: each has the references that it says, these lead where the documents have gone, and no trade rests on a
// movement that does not prove what the trade claims by it.
func (a *audit) movements() {
	b := a.b
	next := uint64(1)
	standing := map[id.Trade][2]uint32{} // how many movements prove shipment and receipt of a trade
	waits := map[[16]byte][]uint64{}
	for n := uint64(1); n <= b.movements.count; n++ {
		m := b.movements.at(n)
		number(a, m.ID, n, m.Entry)
		a.movement(m)
		if m.References > 0 && m.First != next || m.References == 0 && m.First != 0 {
			a.breach("movement_references", m.ID.String(), "the references of %s begin at %d, not at %d", m.ID, next, m.First)
			return
		}
		seen := map[id.Trade]bool{}
		for ; m.References > 0 && next < m.First+uint64(m.References); next++ {
			r := b.movementReferences.at(next)
			if r == nil || r.Movement != m.ID {
				a.breach("movement_references", m.ID.String(), "reference %d is not one of %s", next, m.ID)
				return
			}
			a.reference(m, r, next)
			if r.Trade == 0 {
				waits[r.Identity] = append(waits[r.Identity], next)
			} else if !seen[r.Trade] && m.State == movement.Standing {
				seen[r.Trade] = true
				count := standing[r.Trade]
				count[0] += uint32(m.Proves & 1)
				count[1] += uint32(m.Proves >> 1 & 1)
				standing[r.Trade] = count
			}
		}
	}
	if next-1 != b.movementReferences.count {
		a.breach("movement_references", "", "%d references are on record, %d belong to movements", b.movementReferences.count, next-1)
	}
	a.moved(standing)
	a.movementIndexes(standing, waits)
}

// movement: what it proves is for its reporter to say.
func (a *audit) movement(m *movement.Movement) {
	allowed := movement.Proof(0)
	sender := a.b.actors.at(uint64(m.Sender) >> 16)
	switch {
	case sender == nil || sender.Role == party.Operator: // the operator proves nothing in another's name
	case m.Party == m.Buyer && m.Buyer != 0:
		if m.Kind == movement.Received {
			allowed = 2
		}
	case m.Party == m.Seller && m.Seller != 0:
		if m.Kind == movement.Shipped || m.Kind == movement.Departed {
			allowed = 1
		}
	case sender.Role == party.Carrier && m.Party != m.Owner:
		if m.Kind <= movement.Received {
			allowed = 1
		}
	}
	if m.Proves != allowed {
		a.breach("movement_proof", m.ID.String(), "%s is held to prove %d, what its reporter may prove by it is %d", m.ID, m.Proves, allowed)
	}
	if sender == nil || sender.Party != m.Party || (m.State == movement.Retracted) != (m.Withdrawn != 0) {
		a.breach("movement_reporter", m.ID.String(), "%s does not agree with who reported or retracted it", m.ID)
	}
}

// reference: it leads to a trade between the sides of the movement, and waits only for what has not come.
func (a *audit) reference(m *movement.Movement, r *movement.Reference, number uint64) {
	b := a.b
	if r.Entry == 0 || r.Entry > b.sequence {
		a.breach("entry_unknown", m.ID.String(), "reference %d of %s names entry %d, the last one is %d", number, m.ID, r.Entry, b.sequence)
	}
	if r.Trade != 0 {
		if t := b.trades.at(uint64(r.Trade) >> 16); t == nil || t.Seller != m.Seller || t.Buyer != m.Buyer {
			a.breach("movement_trade", m.ID.String(), "trade %s is not between the sides of %s", r.Trade, m.ID)
		}
		return
	}
	packed, found := b.identities.get(r.Identity)
	if !found {
		return
	}
	was := unpackIdentity(packed)
	if was.isReceivable {
		if debt := b.receivables.at(uint64(was.number)); debt == nil || debt.Trade == 0 {
			return // taken over without its documents
		}
	}
	if was.number != 0 {
		a.breach("movement_waits", m.ID.String(), "%s waits for a document that is known", m.ID)
	}
}

// moved: what rests on movements alone is proved by one that stands, and what one proves is among the facts.
func (a *audit) moved(standing map[id.Trade][2]uint32) {
	b := a.b
	for n := uint64(1); n <= b.trades.count; n++ {
		t := b.trades.at(n)
		count := standing[t.ID]
		var proved trade.Fact
		if count[0] > 0 {
			proved |= trade.Shipped
		}
		if count[1] > 0 {
			proved |= trade.Received
		}
		if t.Moved&^proved != 0 || t.Moved&^t.Facts != 0 || proved&^t.Facts != 0 {
			a.breach("trade_moved", t.ID.String(), "%s rests on movements for %v, these prove %v", t.ID, t.Moved.Names(), proved.Names())
		}
	}
}

// movementIndexes: the derived indexes say what the records say.
func (a *audit) movementIndexes(standing map[id.Trade][2]uint32, waits map[[16]byte][]uint64) {
	b := a.b
	for n := uint64(1); n <= b.movements.count; n++ {
		m := b.movements.at(n)
		if found, _ := b.movementOf.get(m.Identity); found != n {
			a.breach("index_movements", m.ID.String(), "the index leads to movement %d instead of %s", found, m.ID)
		}
	}
	if uint64(b.movementOf.count) != b.movements.count {
		a.breach("index_movements", "", "the index has %d movements, %d are on record", b.movementOf.count, b.movements.count)
	}
	same := len(waits) == len(b.waiting)
	// map order does not reach a result: all must agree
	for identity, numbers := range waits {
		found := b.waiting[identity]
		same = same && len(found) == len(numbers)
		for i := 0; same && i < len(numbers); i++ {
			same = found[i] == numbers[i]
		}
	}
	if !same {
		a.breach("index_waiting", "", "%d documents are waited for, %d are in the index, or by other movements", len(waits), len(b.waiting))
	}
	proving := 0
	same = true
	// map order does not reach a result: all must agree, and they are counted
	for of, count := range standing {
		if count == [2]uint32{} {
			continue
		}
		proving++
		same = same && b.provers[of] == provers{count[0], count[1]}
	}
	if !same || proving != len(b.provers) {
		a.breach("index_provers", "", "%d trades have movements that prove something, %d are in the index, or with other counts", proving, len(b.provers))
	}
}
