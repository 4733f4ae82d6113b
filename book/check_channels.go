package book

import (
	"millrace/domain/id"
	"millrace/domain/trade"
)

// adverse is what stands against an invoice after an answer of the tax bureau.
var adverse = map[trade.Verification]trade.FindingSet{
	trade.VerifiedVoid: trade.BitOf(trade.FindingTaxVoid), trade.VerifiedRed: trade.BitOf(trade.FindingTaxReversed),
	trade.VerifiedDiffers: trade.BitOf(trade.FindingTaxDiffers),
}

// verifications: each says something of a document that is there, later ones last; and what stands against a receivable in a bureau's
// name, a bureau has said.
func (a *audit) verifications() {
	b := a.b
	latest := map[id.Document]*Verification{}
	said := map[id.Document]trade.FindingSet{}
	for n := uint64(1); n <= b.verifications.count; n++ {
		v := b.verifications.at(n)
		number(a, v.ID, n, v.Entry)
		earlier := latest[v.Document]
		if v.Document == 0 || uint64(v.Document)>>16 > b.documents || v.Status == 0 || int(v.Status) >= len(trade.VerificationNames) ||
			earlier != nil && earlier.At > v.At {
			a.breach("verification_invalid", v.ID.String(), "%s says %q of %s at %d", v.ID, v.Status, v.Document, v.At)
		}
		if v.Receivable != 0 {
			if r := b.receivables.at(uint64(v.Receivable) >> 16); r == nil || r.Document != v.Document {
				a.breach("verification_of_other", v.ID.String(), "%s names %s, which does not stand on %s", v.ID, v.Receivable, v.Document)
			}
		}
		latest[v.Document] = v
		said[v.Document] |= adverse[v.Status]
	}
	every := trade.FindingSet(0)
	for _, status := range [...]trade.Verification{trade.VerifiedVoid, trade.VerifiedRed, trade.VerifiedDiffers} {
		every |= adverse[status]
	}
	for n := uint64(1); n <= b.receivables.count; n++ {
		if r := b.receivables.at(n); trade.FindingSet(r.Findings)&every&^said[r.Document] != 0 {
			a.breach("verification_finding", r.ID.String(), "a finding of a tax bureau stands against %s, and none has said so", r.ID)
		}
	}
	entries := uint64(0)
	for n := uint64(1); n <= b.verifications.count; n++ {
		v := b.verifications.at(n)
		if latest[v.Document] != v {
			continue
		}
		entries++
		if b.verificationOf[v.Document] != v.ID {
			a.breach("index_verifications", v.ID.String(), "the index leads from %s to %s instead of %s", v.Document, b.verificationOf[v.Document], v.ID)
		}
	}
	if uint64(len(b.verificationOf)) != entries {
		a.breach("index_verifications", "", "%d documents were asked about, %d are in the index", entries, len(b.verificationOf))
	}
}

// mappings: the versions of one name count from 1, and the last one is active.
func (a *audit) mappings() {
	b := a.b
	type named struct {
		party id.Party
		name  string
	}
	last := map[named]*Mapping{}
	for n := uint64(1); n <= b.mappings.count; n++ {
		m := b.mappings.at(n)
		number(a, m.ID, n, m.Entry)
		version := uint32(1)
		if before := last[named{m.Party, m.Name}]; before != nil {
			version = before.Version + 1
		}
		if m.Version != version || b.parties.at(uint64(m.Party)>>16) == nil {
			a.breach("mapping_versions", m.ID.String(), "%s of %s is version %d of %q, not %d", m.ID, m.Party, m.Version, m.Name, version)
		}
		last[named{m.Party, m.Name}] = m
	}
	for n := uint64(1); n <= b.mappings.count; n++ {
		m := b.mappings.at(n)
		if isLast := last[named{m.Party, m.Name}] == m; m.Active != isLast {
			a.breach("mapping_active", m.ID.String(), "whether %s is active is not told by its version %d", m.ID, m.Version)
		} else if isLast && b.mappingOf[mappingKey{m.Party, m.Name}] != m.ID {
			a.breach("index_mappings", m.ID.String(), "the index leads to %s instead of %s", b.mappingOf[mappingKey{m.Party, m.Name}], m.ID)
		}
	}
	if len(b.mappingOf) != len(last) {
		a.breach("index_mappings", "", "%d mappings are active, %d are in the index", len(last), len(b.mappingOf))
	}
}
