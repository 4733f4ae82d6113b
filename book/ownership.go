package book

import (
	"slices"

	"millrace/domain/id"
	"millrace/domain/network"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/risk"
)

// The bounds of looking at who owns whom.
const (
	ownersMost = 32    // parties looked at above one, itself included
	ownedMost  = 1_000 // parties that one confirmed alert, or one link, suspends; the rules refuse the rest all the same
)

// hitCount is how many alerts stand: about a party with the persons of its file, or about one party or person, whoever's file names it.
type hitCount struct{ open, trueOnes, confirmed uint32 }

// subjectOf is whom a party or a person is to screening, whoever's file names it.
func subjectOf(p id.Party, person [16]byte) network.Owner {
	if person != [16]byte{} {
		return network.Owner{Person: person}
	}
	return network.Owner{Party: p}
}

// lineage is a party and the parties that may own or control it, itself first, the nearest next; cut tells that there are more.
type lineage struct {
	parties []id.Party
	cut     bool
}

// lineageOf climbs from a party to its owners that are parties, to theirs, and to the heads of groups.
func (d *draft) lineageOf(p id.Party, room []id.Party) lineage {
	l := lineage{parties: append(room, p)}
	add := func(owner id.Party) {
		switch {
		case owner == 0 || slices.Contains(l.parties, owner):
		case len(l.parties) == ownersMost:
			l.cut = true
		default:
			l.parties = append(l.parties, owner)
		}
	}
	for at := 0; at < len(l.parties); at++ {
		add(d.headOf(l.parties[at]))
		f := d.fileOfParty(l.parties[at])
		for i := 0; f != nil && i < len(f.Ties); i++ {
			if t := &f.Ties[i]; t.Owns() && t.On(d.today()) {
				add(t.Party)
			}
		}
	}
	return l
}

// owned tells whether those who are marked own or control the first of a lineage: directly, or through others whom they own or control.
func (d *draft) owned(l *lineage, marked func(network.Owner) bool) bool {
	var found [ownersMost]bool
	counts := func(p id.Party, person [16]byte) bool {
		at := slices.Index(l.parties, p)
		return p != 0 && at >= 0 && found[at] || marked(subjectOf(p, person))
	}
	for again := true; again; {
		again = false
		for i, p := range l.parties {
			if found[i] {
				continue
			}
			f, head := d.fileOfParty(p), d.headOf(p)
			if head != 0 && counts(head, [16]byte{}) || f != nil && f.Owned(d.today(), counts) {
				found[i], again = true, true
			}
		}
	}
	return found[0]
}

// ownersState is what stands against those who own or control a party: hits that are taken for true, and hits that wait for a person or owners
// that were not compared with the lists.
func (d *draft) ownersState(of id.Party) risk.FileState {
	if len(d.listOf) == 0 && len(d.struck) == 0 || d.headOf(of) == 0 && d.fileOfParty(of) == nil {
		return 0
	}
	var room [ownersMost]id.Party
	l := d.lineageOf(of, room[:0])
	if len(d.struck) > 0 && d.owned(&l, func(o network.Owner) bool { return d.struck[o].trueOnes > 0 }) {
		return risk.OwnerHit
	}
	state := risk.FileState(0)
	if len(d.struck) > 0 && d.owned(&l, func(o network.Owner) bool { return d.struck[o].open > 0 || d.struck[o].trueOnes > 0 }) {
		state |= risk.ScreeningOpen
	}
	if l.cut || d.owned(&l, func(o network.Owner) bool { return o.Party != 0 && d.unscreened(o.Party) }) {
		state |= risk.Unscreened
	}
	return state
}

// unscreened tells whether a party, or a person linked to it, was not compared with all lists in force. Where there is no list there is nothing
// to compare with.
func (b *Book) unscreened(p id.Party) bool {
	return len(b.listOf) > 0 && (p.Number() > b.screenedTo || b.parties.at(p.Number()).Unscreened)
}

// ownedByListed tells whether those about whom an alert is confirmed own or control a party.
func (d *draft) ownedByListed(of id.Party) bool {
	var room [ownersMost]id.Party
	l := d.lineageOf(of, room[:0])
	return len(d.struck) > 0 && d.owned(&l, func(o network.Owner) bool { return d.struck[o].confirmed > 0 })
}

// suspendOwned suspends every party that a subject owns or controls, alone or together with those about whom an alert is confirmed.
func (d *draft) suspendOwned(by network.Owner, reason party.Reference) {
	listed := []network.Owner{by}
	for at := 0; at < len(listed); at++ {
		for _, p := range d.connected.held[listed[at]] {
			one := network.Owner{Party: p}
			if slices.Contains(listed, one) {
				continue
			}
			var room [ownersMost]id.Party
			l := d.lineageOf(p, room[:0])
			if !d.owned(&l, func(o network.Owner) bool { return d.struck[o].confirmed > 0 || slices.Contains(listed, o) }) {
				continue
			}
			if len(listed) == ownedMost {
				return
			}
			listed = append(listed, one)
			d.suspend(p, reason)
		}
	}
}

// tiedToListed suspends the party of a file, and what it owns in turn, where a new link brings it under those about whom an alert is confirmed.
func (d *draft) tiedToListed(f *onboarding.File, t *onboarding.Tie) {
	if len(d.struck) == 0 || !t.Owns() {
		return
	}
	marked := func(p id.Party, person [16]byte) bool {
		return d.struck[subjectOf(p, person)].confirmed > 0 || p != 0 && d.ownedByListed(p)
	}
	if !marked(t.Party, t.Person) {
		return
	}
	after := *f
	after.Ties = append(slices.Clone(f.Ties), *t)
	if !after.Owned(d.today(), marked) {
		return
	}
	reason := d.reasonListed(t)
	d.suspend(f.Party, reason)
	d.suspendOwned(network.Owner{Party: f.Party}, reason)
}

// reasonListed is why the alert about an owner was confirmed, or else about whoever owns it: the latest that is confirmed.
func (d *draft) reasonListed(t *onboarding.Tie) party.Reference {
	latest := party.Reference{}
	for n := d.alerts.count; n > 0; n-- {
		a := d.alerts.at(n)
		if d.struck[subjectOf(a.Hit.Party, a.Hit.Person)].confirmed == 0 || a.Reason == [32]byte{} {
			continue
		}
		if subjectOf(a.Hit.Party, a.Hit.Person) == subjectOf(t.Party, t.Person) {
			return a.Reason
		}
		if latest == (party.Reference{}) {
			latest = a.Reason
		}
	}
	return latest
}
