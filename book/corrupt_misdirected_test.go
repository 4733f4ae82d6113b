package book

import "millrace/domain/legal"

func (b *Book) recoveryIn(state legal.RecoveryState) *legal.Misdirected {
	return first(&b.misdirected, func(m *legal.Misdirected) bool { return m.Recovery.State == state })
}

func (b *Book) setOffMade() *legal.Misdirected {
	return first(&b.misdirected, func(m *legal.Misdirected) bool {
		return len(m.Recovery.Settlements) > 0 && m.Recovery.Settlements[0].Checker != 0
	})
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"recovery_amounts", "whole, and a cent more was misdirected", func(b *Book) { b.recoveryIn(legal.Whole).Amount++ }},
		Corruption{"recovery_state", "demanded, and never was", func(b *Book) { b.recoveryIn(legal.Demanded).Recovery.Demands = 0 }},
		Corruption{"recovery_receipt", "a cent more than the receipt was used for", func(b *Book) {
			m := b.recoveryIn(legal.Demanded)
			m.Recovery = m.Recovery.Copy()
			m.Recovery.Settlements[0].Amount++
		}},
		Corruption{"recovery_receipt", "a set-off that brought nothing", func(b *Book) {
			m := b.setOffMade()
			m.Recovery.State, m.Recovery.Settlements = legal.Noticed, nil
		}},
		Corruption{"second_person", "a set-off on one person's word", func(b *Book) {
			m := b.setOffMade()
			m.Recovery = m.Recovery.Copy()
			m.Recovery.Settlements[0].Checker = m.Recovery.Settlements[0].Maker
		}},
		Corruption{"second_person", "dropped by who had recorded it", func(b *Book) {
			m := b.recoveryIn(legal.Dropped)
			m.Recovery.EndedBy = m.Maker
		}},
		Corruption{"index_recoveries", "a recovery not found", func(b *Book) { clear(b.misdirectedBy) }},
		Corruption{"index_recoveries", "a holder not found", func(b *Book) { clear(b.misdirectedWith) }},
	)
}
