package book

import (
	"maps"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/network"
	"millrace/domain/onboarding"
	"millrace/domain/screening"
)

// onboarding: files, checklists, consents and readings say what they may say, by the people who may.
func (a *audit) onboarding() {
	b := a.b
	fileOf := map[id.Party]id.OnboardingFile{}
	for n := uint64(1); n <= b.files.count; n++ {
		f := b.files.at(n)
		number(a, f.ID, n, f.Entry)
		if b.parties.at(uint64(f.Party)>>16) == nil || fileOf[f.Party] != 0 {
			a.breach("file_party", f.ID.String(), "%s is the file of %s, which is not on record or has another one", f.ID, f.Party)
			continue
		}
		fileOf[f.Party] = f.ID
		a.file(f)
	}
	live := id.Checklist(0)
	for n := uint64(1); n <= b.checklists.count; n++ {
		c := b.checklists.at(n)
		number(a, c.ID, n, c.Entry)
		if c.State == onboarding.Live {
			if live != 0 {
				a.breach("checklist_live", c.ID.String(), "%s and %s are both in force", live, c.ID)
			} else {
				live = c.ID
			}
		}
		if (c.State == onboarding.Proposed) != (c.Checker == 0) || c.Checker == c.Maker {
			a.breach("second_person", c.ID.String(), "checklist %s is %s: made by %s, approved by %s", c.ID, c.State, c.Maker, c.Checker)
		}
	}
	if live != b.checklistLive || !maps.Equal(fileOf, b.fileOf) {
		a.breach("index_onboarding", "", "checklist %s is in force and the index says %s; there are files of %d parties and the index knows %d, or others", live, b.checklistLive, len(fileOf), len(b.fileOf))
	}
	a.consents(fileOf)
}

// file: what counts was checked by another person; what was reviewed was reviewed by another one; no more than the whole is owned.
func (a *audit) file(f *onboarding.File) {
	for i := range f.Documents {
		k := &f.Documents[i]
		checked := k.State == 2 || k.State == 3
		if k.State < 1 || k.State > 4 || k.Maker == 0 || k.Stored == [32]byte{} || checked && k.Checker == 0 || k.State == 1 && k.Checker != 0 || k.Checker == k.Maker {
			a.breach("file_document", f.ID.String(), "document %d of %s is %s: recorded by %s, checked by %s", i+1, f.ID, k.State, k.Maker, k.Checker)
		}
	}
	for i := range f.Ties {
		t := &f.Ties[i]
		if (t.Party == 0) == (t.Person == [16]byte{}) || t.Party == f.Party || t.Share < 0 || t.Share > 1_000_000 || t.Until != 0 && t.Until < t.From-1 || t.Maker == 0 ||
			t.Link > 2 && t.Share != 0 || t.Party != 0 && a.b.parties.at(uint64(t.Party)>>16) == nil {
			a.breach("file_tie", f.ID.String(), "link %d of %s ties %s with %d millionths from %s until %s", i+1, f.ID, t.Party, t.Share, t.From, t.Until)
		}
	}
	sum := int64(0)
	for i := range f.Ties {
		if t := &f.Ties[i]; t.Link == 1 && t.Until == 0 {
			sum += int64(t.Share)
		}
	}
	if sum > 1_000_000 {
		a.breach("file_shares", f.ID.String(), "the shareholders of %s hold %d millionths", f.Party, sum)
	}
	if (f.Reviewed == 0) != (f.Reviewer == 0) || f.Reviewed != 0 && f.Next <= f.Reviewed || f.Changer == 0 || f.Reviewed > a.b.clock.Date {
		a.breach("file_review", f.ID.String(), "%s was reviewed by %s on %s, until %s", f.ID, f.Reviewer, f.Reviewed, f.Next)
	}
}

// consents: each is of a party with a file, and what was read was read by consent.
func (a *audit) consents(fileOf map[id.Party]id.OnboardingFile) {
	b := a.b
	of := map[id.Party][]id.Consent{}
	for n := uint64(1); n <= b.consents.count; n++ {
		k := b.consents.at(n)
		number(a, k.ID, n, k.Entry)
		of[k.Party] = append(of[k.Party], k.ID)
		giver := b.actors.at(uint64(k.Giver) >> 16)
		if k.Programme == 0 && k.Funder == 0 || k.Until < k.Given || giver == nil || giver.Party != k.Party || (k.Withdrawn == 0) != (k.Withdrew == 0) || fileOf[k.Party] == 0 {
			a.breach("consent_giver", k.ID.String(), "%s of %s was given by %s for %s to %s", k.ID, k.Party, k.Giver, k.Given, k.Until)
		}
	}
	if !maps.EqualFunc(of, b.consentsOf, slices.Equal[[]id.Consent]) {
		a.breach("index_onboarding", "", "%d parties have given consents, and the index knows others", len(of))
	}
	for n := uint64(1); n <= b.readings.count; n++ {
		r := b.readings.at(n)
		number(a, r.ID, n, r.Entry)
		k, f := b.consents.at(uint64(r.Consent)>>16), b.files.at(uint64(r.File)>>16)
		if k == nil || f == nil || f.Party != r.Party || k.Party != r.Party || k.Funder != 0 && k.Funder != r.Funder || r.Date < k.Given || r.Date > k.Until || k.Withdrawn != 0 && r.Date > k.Withdrawn {
			a.breach("reading_consent", r.ID.String(), "%s read %s on %s by %s", r.Funder, r.File, r.Date, r.Consent)
		}
	}
}

// screened: lists, runs, alerts and suspicions say what they may say, and confirmed ones stop what they must.
func (a *audit) screened() {
	b := a.b
	live := map[string]id.ScreeningList{}
	versions := map[string]uint32{}
	for n := uint64(1); n <= b.lists.count; n++ {
		l := b.lists.at(n)
		number(a, l.ID, n, l.Entry)
		if versions[l.Name]++; l.Version != versions[l.Name] || l.Hash == [32]byte{} || l.Entries == 0 || l.Threshold < 1 || l.Threshold > 1000 {
			a.breach("list_version", l.ID.String(), "%s is version %d of %q, after %d", l.ID, l.Version, l.Name, versions[l.Name]-1)
		}
		live[l.Name] = l.ID
	}
	for n := uint64(1); n <= b.lists.count; n++ {
		if l := b.lists.at(n); l.Live != (live[l.Name] == l.ID) {
			a.breach("list_live", l.ID.String(), "of %q %s is the latest version", l.Name, live[l.Name])
		}
	}
	if !maps.Equal(live, b.listOf) {
		a.breach("index_screening", "", "%d lists are in force, the index knows %d, or others", len(live), len(b.listOf))
	}
	for n := uint64(1); n <= b.runs.count; n++ {
		r := b.runs.at(n)
		if r.Number != n || r.Entry == 0 || r.Entry > b.sequence || len(r.Lists) == 0 || r.Through > b.parties.count || r.Done && r.Through == 0 {
			a.breach("run_through", "", "run %d of screening has come to party %d of %d", n, r.Through, b.parties.count)
		}
	}
	a.screenedTo(live)
	a.owners()
	a.alerts()
	a.suspicions()
}

func (a *audit) alerts() {
	b := a.b
	latest, hits := map[hitPair]id.ScreeningAlert{}, map[id.Party]hitCount{}
	struck := map[network.Owner][5]uint32{} // by state
	for n := uint64(1); n <= b.alerts.count; n++ {
		r := b.alerts.at(n)
		number(a, r.ID, n, r.Entry)
		p := b.parties.at(uint64(r.Hit.Party) >> 16)
		if p == nil || b.lists.at(uint64(r.Hit.List)>>16) == nil || r.Hit.Score < 1 || r.Hit.Score > 1000 || r.State < 1 || r.State > 4 {
			a.breach("alert_sides", r.ID.String(), "%s is about %s and %s, with %d", r.ID, r.Hit.Party, r.Hit.List, r.Hit.Score)
		}
		if p == nil {
			continue
		}
		latest[hitPair{r.Hit.Party, r.Hit.Person, r.Hit.Listed}] = r.ID
		count := hits[r.Hit.Party]
		switch r.State {
		case 1:
			count.open++
		case 2:
			count.trueOnes++
		case 4:
			count.trueOnes++
			count.confirmed++
		}
		if count != (hitCount{}) {
			hits[r.Hit.Party] = count
		}
		if r.State != 3 {
			about := struck[ownerKey(r.Hit.Party, r.Hit.Person)]
			about[r.State]++
			struck[ownerKey(r.Hit.Party, r.Hit.Person)] = about
		}
		if (r.State == 1) != (r.Decider == 0) || r.State == 4 && !r.Doubted && (r.First == 0 || r.First == r.Decider) || r.State == 2 && r.First != r.Decider || r.Doubted && r.State != 4 {
			a.breach("alert_people", r.ID.String(), "%s is %s: first %s, then %s", r.ID, r.State, r.First, r.Decider)
		}
		if r.State == screening.Confirmed && p.State != 3 && p.Roles&1 == 0 {
			a.breach("alert_effect", r.ID.String(), "%s is confirmed and %s is %s", r.ID, p.ID, p.State)
		}
	}
	if !maps.Equal(latest, b.alertOf) || !maps.Equal(hits, b.hitsOf) {
		a.breach("index_screening", "", "there are alerts about %d pairs, and %d parties about whom some stand; the indexes know %d and %d, or others", len(latest), len(hits), len(b.alertOf), len(b.hitsOf))
	}
	wrong := len(struck) != len(b.struck)
	// map order does not reach a result: one difference is as good as another
	for owner, known := range b.struck {
		states := struck[owner]
		wrong = wrong || known != hitCount{open: states[1], trueOnes: states[2] + states[4], confirmed: states[4]}
	}
	if wrong {
		a.breach("index_struck", "", "alerts stand about %d parties and persons, the index knows %d, or others", len(struck), len(b.struck))
	}
	for n := uint64(1); n <= b.parties.count; n++ {
		p := b.parties.at(n)
		if (p.State == 3) != (p.Suspension.Actor != 0) {
			a.breach("suspension_person", p.ID.String(), "%s is %s, and was suspended by %q", p.ID, p.State, p.Suspension.Actor)
		}
	}
}

// ownerKey is a party, or a person where one is named.
func ownerKey(p id.Party, person [16]byte) network.Owner {
	if person == [16]byte{} {
		return network.Owner{Party: p}
	}
	return network.Owner{Person: person}
}

// owners: who has ever been named as owner leads to the parties whose files name it, and the head of a group to its members.
func (a *audit) owners() {
	named, total := map[network.Owner]map[id.Party]bool{}, 0
	name := func(owner network.Owner, of id.Party) {
		if named[owner] == nil {
			named[owner] = map[id.Party]bool{}
		}
		if !named[owner][of] {
			named[owner][of] = true
			total++
		}
	}
	for n := uint64(1); n <= a.b.files.count; n++ {
		f := a.b.files.at(n)
		for i := range f.Ties {
			if t := &f.Ties[i]; t.Link <= 2 {
				name(ownerKey(t.Party, t.Person), f.Party)
			}
		}
	}
	for n := uint64(1); n <= a.b.parties.count; n++ {
		if p := a.b.parties.at(n); p.Group != 0 && p.Group != p.ID {
			name(ownerKey(p.Group, [16]byte{}), p.ID)
		}
	}
	wrong := len(named) != len(a.b.connected.held)
	// map order does not reach a result: one difference is as good as another
	for owner, parties := range a.b.connected.held {
		for i, p := range parties {
			wrong = wrong || !named[owner][p] || i > 0 && p <= parties[i-1]
		}
		total -= len(parties)
	}
	if wrong || total != 0 {
		a.breach("index_owners", "", "files and groups name %d owners and heads, the index knows %d, or others", len(named), len(a.b.connected.held))
	}
}

// screenedTo: the furthest that a run against the lists in force has come.
func (a *audit) screenedTo(live map[string]id.ScreeningList) {
	b, furthest := a.b, uint64(0)
	for n := uint64(1); n <= b.runs.count; n++ {
		r := b.runs.at(n)
		current := len(r.Lists) == len(live)
		for _, l := range r.Lists {
			record := b.lists.at(uint64(l) >> 16)
			current = current && record != nil && live[record.Name] == l
		}
		if current {
			furthest = max(furthest, r.Through)
		}
	}
	if furthest != b.screenedTo {
		a.breach("index_screened", "", "parties up to number %d were compared with the lists in force, the index says %d", furthest, b.screenedTo)
	}
}

func (a *audit) suspicions() {
	b := a.b
	open, found := map[id.Party]uint32{}, map[foundKey]calendar.Date{}
	for n := uint64(1); n <= b.cases.count; n++ {
		k := b.cases.at(n)
		number(a, k.ID, n, k.Entry)
		if k.State != 3 {
			open[k.Party]++
		}
		if ruled := k.Cause == 3; ruled != (k.Finding != 0) || ruled != (k.Decision != 0) || ruled && k.Opener != 0 {
			a.breach("case_cause", k.ID.String(), "%s was opened by %q for %q, by %s", k.ID, k.Cause, k.Finding, k.Opener)
		}
		if key := (foundKey{k.Party, k.Finding}); k.Finding != 0 {
			if last := found[key]; last != 0 && k.Opened < last+90 {
				a.breach("case_repeated", k.ID.String(), "%s was opened on %s for %s, after another on %s", k.ID, k.Opened, k.Finding, last)
			}
			found[key] = k.Opened
		}
		closed := k.State == 3
		if k.State < 1 || k.State > 3 || b.parties.at(uint64(k.Party)>>16) == nil || (k.State == 1) != (k.Maker == 0) || closed != (k.Checker != 0) || closed && (k.Checker == k.Maker || k.Closed == 0) ||
			k.Outcome == 2 && k.Reference == [32]byte{} || (k.Outcome == 0) != (k.State == 1) {
			a.breach("case_people", k.ID.String(), "%s is %s with %q: proposed by %s, decided by %s", k.ID, k.State, k.Outcome, k.Maker, k.Checker)
		}
	}
	if !maps.Equal(found, b.foundOn) {
		a.breach("index_found", "", "rules have opened cases for %d parties and findings, the index knows %d, or others", len(found), len(b.foundOn))
	}
	if !maps.Equal(open, b.suspectedIn) {
		a.breach("index_screening", "", "%d parties are looked into, the index knows %d, or others", len(open), len(b.suspectedIn))
	}
}
