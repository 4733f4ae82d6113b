package book

import (
	"millrace/domain/mandate"
	"millrace/domain/party"
)

func init() {
	Corruptions = append(Corruptions, []Corruption{
		{"second_person", "a signing key approved by its maker", func(b *Book) { b.signingKeys.at(1).Checker = b.signingKeys.at(1).Maker }},
		{"second_person", "a mandate that nobody approved", func(b *Book) { b.mandates.at(2).Checker = 0 }},
		{"signing_key_party", "a signatory of another party", func(b *Book) { b.signingKeys.at(1).Signatory = b.actors.at(1).ID }},
		{"mandate_invalid", "more alone than together", func(b *Book) { m := b.mandates.at(2); m.AloneMax = m.AmountMax + 1 }},
		{"mandate_party", "a mandate that the operator has made alone", func(b *Book) {
			m := b.mandates.at(1)
			other := first(&b.actors, func(a *party.Actor) bool {
				return a.Party == b.actors.at(m.Checker.Number()).Party && a.ID != m.Checker
			})
			m.Maker = other.ID
		}},
		{"index_signing_keys", "a key not found", func(b *Book) { delete(b.keyOfPublic, b.signingKeys.at(1).Public) }},
		{"index_signing_keys", "a key that is on no record", func(b *Book) { b.keyOfPublic[[32]byte{1}] = b.signingKeys.at(1).ID }},
		{"index_mandates", "a mandate not found", func(b *Book) {
			key := first(&b.mandates, func(m *mandate.Mandate) bool { return m.State == mandate.Live }).Key
			b.mandatesOf[key] = nil
		}},
		{"index_mandates", "mandates of nobody", func(b *Book) { b.mandatesOf[1<<40] = nil }},
	}...)
}
