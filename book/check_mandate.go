package book

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/mandate"
)

// mandates: keys and mandates stand where their identities say, are in force by the word of two persons, belong to those
// for whom they sign, and are found by the indexes.
func (a *audit) mandates() {
	b := a.b
	for n := uint64(1); n <= b.signingKeys.count; n++ {
		k := b.signingKeys.at(n)
		number(a, k.ID, n, k.Entry)
		if k.State == mandate.Live && (k.Checker == 0 || k.Checker == k.Maker) {
			a.breach("second_person", k.ID.String(), "%s is in force on one person's word", k.ID)
		}
		if s := b.actors.at(uint64(k.Signatory) >> 16); s == nil || s.Party != k.Party {
			a.breach("signing_key_party", k.ID.String(), "the signatory of %s does not act for %s", k.ID, k.Party)
		}
		if b.keyOfPublic[k.Public] != k.ID {
			a.breach("index_signing_keys", k.ID.String(), "the index leads to %s instead of %s", b.keyOfPublic[k.Public], k.ID)
		}
	}
	if uint64(len(b.keyOfPublic)) != b.signingKeys.count {
		a.breach("index_signing_keys", "", "the index has %d public keys, %d are on record", len(b.keyOfPublic), b.signingKeys.count)
	}
	of := map[id.SigningKey][]id.Mandate{}
	for n := uint64(1); n <= b.mandates.count; n++ {
		m := b.mandates.at(n)
		number(a, m.ID, n, m.Entry)
		of[m.Key] = append(of[m.Key], m.ID)
		a.mandate(m)
	}
	for n := uint64(1); n <= b.signingKeys.count; n++ {
		k := b.signingKeys.at(n).ID
		if !slices.Equal(of[k], b.mandatesOf[k]) {
			a.breach("index_mandates", k.String(), "%s has %d mandates, the index says %d", k, len(of[k]), len(b.mandatesOf[k]))
		}
	}
	if len(of) != len(b.mandatesOf) {
		a.breach("index_mandates", "", "the index has mandates of %d keys, %d have one", len(b.mandatesOf), len(of))
	}
}

// mandate: its amounts and dates make sense, and two persons made it of whom one acts for the party itself.
func (a *audit) mandate(m *mandate.Mandate) {
	k := a.b.signingKeys.at(uint64(m.Key) >> 16)
	if k == nil || m.Acts == 0 || m.AloneMax < 0 || m.AmountMax <= 0 || m.AloneMax > m.AmountMax || m.From > m.Until {
		a.breach("mandate_invalid", m.ID.String(), "key, amounts or dates of %s make no sense", m.ID)
		return
	}
	if m.State != mandate.Live {
		return
	}
	if m.Checker == 0 || m.Checker == m.Maker {
		a.breach("second_person", m.ID.String(), "%s is in force on one person's word", m.ID)
	}
	maker, checker := a.b.actors.at(uint64(m.Maker)>>16), a.b.actors.at(uint64(m.Checker)>>16)
	if maker != nil && checker != nil && maker.Party != k.Party && checker.Party != k.Party {
		a.breach("mandate_party", m.ID.String(), "neither of the two who made %s acts for %s", m.ID, k.Party)
	}
}
