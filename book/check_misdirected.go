package book

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/payment"
)

// recoveries: what came of misdirected payments came by receipts that stand, each cent once; a set-off has two people and takes only
// what the seller has; a recovery is whole when all has come, and ends before that for a reason on a second person's word.
func (a *audit) recoveries() {
	b := a.b
	brought := map[id.Receipt]money.Minor{}
	var set []id.Receipt
	for n := uint64(1); n <= b.misdirected.count; n++ {
		m := b.misdirected.at(n)
		came := money.Minor(0)
		for _, part := range m.Recovery.Settlements {
			came += part.Amount
			brought[part.Receipt] += part.Amount
			r := b.receipts.at(uint64(part.Receipt) >> 16)
			if r == nil || part.Amount <= 0 || r.State == payment.Reversed || brought[part.Receipt] > r.Used || r.Value != part.Value || a.claimedElsewhere(m, r.Programme) {
				a.breach("recovery_receipt", m.ID.String(), "%d of %s did not come by %s", part.Amount, m.ID, part.Receipt)
				continue
			}
			if r.SetOff != 0 {
				set = append(set, r.ID)
			}
			if (part.Checker != 0) != (r.SetOff != 0) || r.SetOff != 0 && (r.SetOff != m.ID || r.Amount != part.Amount || m.Recovery.Place != legal.WithSeller) {
				a.breach("recovery_receipt", m.ID.String(), "%s was not set off for %s", r.ID, m.ID)
			}
			if part.Maker == part.Checker {
				a.breach("second_person", m.ID.String(), "%d of %s was set off on one person's word", part.Amount, m.ID)
			}
		}
		a.recoveryStands(m, came)
		a.recoveryIndex(m)
	}
	for n := uint64(1); n <= b.receipts.count; n++ {
		if r := b.receipts.at(n); r.SetOff != 0 && (r.State != payment.Allocated || !slices.Contains(set, r.ID)) {
			a.breach("recovery_receipt", r.ID.String(), "%s was set off, and brought nothing of %s", r.ID, r.SetOff)
		}
	}
}

// claimedElsewhere tells whether the receivable was financed in another programme than the one given.
func (a *audit) claimedElsewhere(m *legal.Misdirected, programme id.Programme) bool {
	f := a.b.financings.at(uint64(m.Financing) >> 16)
	return f != nil && f.Programme != programme
}

func (a *audit) recoveryStands(m *legal.Misdirected, came money.Minor) {
	r := &m.Recovery
	ended := r.State == legal.Whole || r.State == legal.Dropped
	if m.Amount <= 0 { // is said elsewhere
		return
	}
	if came > m.Amount || (came == m.Amount) != (r.State == legal.Whole) || r.Proposed < 0 || r.Proposed > m.Amount || ended && r.Proposed != 0 || (r.Proposed != 0) != (r.Proposer != 0) {
		a.breach("recovery_amounts", m.ID.String(), "of %s, which is %s, %d of %d have come", m.ID, r.State, came, m.Amount)
	}
	demanded := r.Demands > 0
	if demanded != (r.Demanded != 0) || r.Due < r.Demanded || r.Demanded > a.b.clock.Date || r.State == legal.Demanded && !demanded || r.State == legal.Noticed && demanded || r.State > legal.Dropped {
		a.breach("recovery_state", m.ID.String(), "%s is %s after %d demands", m.ID, r.State, r.Demands)
	}
	if (r.State == legal.Dropped) != (r.EndedBy != 0) || r.EndedBy != 0 && r.EndedBy == m.Maker {
		a.breach("second_person", m.ID.String(), "the recovery of %s ended on the word of who had recorded it", m.ID)
	}
}

func (a *audit) recoveryIndex(m *legal.Misdirected) {
	holder := m.Recovery.Holder
	if r := a.b.receivables.at(uint64(m.Receivable) >> 16); holder == 0 && r != nil {
		holder = r.Seller
	}
	found := slices.Contains(a.b.misdirectedWith[holder], m.ID)
	for _, part := range m.Recovery.Settlements {
		found = found && slices.Contains(a.b.misdirectedBy[part.Receipt], m.ID)
	}
	if !found {
		a.breach("index_recoveries", m.ID.String(), "the index does not lead to the recovery of %s", m.ID)
	}
}
