package book

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/network"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/screening"
)

// known puts a sound file, checklist, consent, reading, list, run, alerts and case on record.
func (b *Book) known() *Book {
	entry, day := b.sequence, b.clock.Date
	maker, checker := id.Make[id.Actor](1, 1), id.Make[id.Actor](1, 2)
	seller := first(&b.parties, func(p *party.Party) bool { return p.Roles&party.Seller != 0 })
	actor := first(&b.actors, func(r *party.Actor) bool { return r.Party == seller.ID })
	b.files.add(1, onboarding.File{
		ID: id.Make[id.OnboardingFile](1, 1), Party: seller.ID, Form: onboarding.Company, Risk: onboarding.LowRisk, Opened: day, Changer: maker, Reviewed: day, Reviewer: checker,
		Next: day + 100, Entry: entry,
		Documents: []onboarding.Document{{Kind: onboarding.Articles, State: onboarding.Checked, Stored: [32]byte{1}, Recorded: day, Maker: maker, Checker: checker}},
		Ties:      []onboarding.Tie{{Link: onboarding.Shareholder, Person: [16]byte{1}, Share: 500_000, From: 1, Recorded: day, Maker: maker}},
	})
	b.checklists.add(1, onboarding.Checklist{ID: id.Make[id.Checklist](1, 1), State: onboarding.Live, Maker: maker, Checker: checker, Entry: entry})
	b.consents.add(1, onboarding.Consent{ID: id.Make[id.Consent](1, 1), Party: seller.ID, Funder: 1 << 16, Given: day, Until: day, Giver: actor.ID, Entry: entry})
	b.readings.add(1, onboarding.Reading{
		ID: id.Make[id.FileReading](1, 1), File: id.Make[id.OnboardingFile](1, 1), Party: seller.ID, Funder: 1 << 16, Consent: id.Make[id.Consent](1, 1), Date: day, Entry: entry,
	})
	b.lists.add(1, screening.List{ID: id.Make[id.ScreeningList](1, 1), Name: "un", Kind: screening.Sanctions, Version: 1, Hash: [32]byte{1}, Entries: 1, Threshold: 820, Live: true, Entry: entry})
	b.runs.add(1, screening.Run{Number: 1, Lists: []id.ScreeningList{id.Make[id.ScreeningList](1, 1)}, Date: day, Through: 1, Entry: entry})
	b.alerts.add(1, screening.Alert{
		ID: id.Make[id.ScreeningAlert](1, 1), State: screening.TakenForTrue, First: maker, Decider: maker, Decided: day, Entry: entry,
		Hit: screening.Hit{Party: seller.ID, List: id.Make[id.ScreeningList](1, 1), Listed: [16]byte{1}, Score: 900},
	})
	b.cases.add(1, screening.Case{ID: id.Make[id.Case](1, 1), Party: seller.ID, State: screening.CaseProposed, Outcome: screening.NoAction, Maker: maker, Due: day, Entry: entry})
	b.loadedOnboarding()
	b.indexTie(b.files.at(1), &b.files.at(1).Ties[0])
	return b
}

func init() {
	add := func(code, what string, broken func(b *Book)) {
		Corruptions = append(Corruptions, Corruption{code, what, func(b *Book) { broken(b.known()) }})
	}
	add("file_party", "two files of one party", func(b *Book) {
		f := *b.files.at(1)
		f.ID = id.Make[id.OnboardingFile](1, 2)
		b.files.add(2, f)
	})
	add("checklist_live", "two checklists in force", func(b *Book) {
		c := *b.checklists.at(1)
		c.ID = id.Make[id.Checklist](1, 2)
		b.checklists.add(2, c)
	})
	add("second_person", "a checklist approved by its maker", func(b *Book) { b.checklists.at(1).Checker = b.checklists.at(1).Maker })
	add("index_onboarding", "a file that is not found", func(b *Book) { clear(b.fileOf) })
	add("index_onboarding", "a consent that is not found", func(b *Book) { clear(b.consentsOf) })
	add("file_document", "a document checked by who recorded it", func(b *Book) { k := &b.files.at(1).Documents[0]; k.Checker = k.Maker })
	add("file_tie", "a share below nothing", func(b *Book) { b.files.at(1).Ties[0].Share = -1 })
	add("file_shares", "more than the whole in three hands", func(b *Book) {
		f := b.files.at(1)
		for person := range byte(2) {
			f.Ties = append(f.Ties, onboarding.Tie{Link: onboarding.Shareholder, Person: [16]byte{2 + person}, Share: 300_000, From: 1, Maker: 1 << 16})
		}
		b.indexTie(f, &f.Ties[1])
		b.indexTie(f, &f.Ties[2])
	})
	add("file_review", "a review by nobody", func(b *Book) { b.files.at(1).Reviewer = 0 })
	add("consent_giver", "a consent given by another party's person", func(b *Book) { b.consents.at(1).Giver = id.Make[id.Actor](1, 1) })
	add("reading_consent", "a file read after its consent had ended", func(b *Book) { b.readings.at(1).Date += calendar.Date(1) })
	add("list_version", "a version left out", func(b *Book) { b.lists.at(1).Version = 2 })
	add("list_live", "the latest version not in force", func(b *Book) { b.lists.at(1).Live = false })
	add("index_screening", "a list that is not found", func(b *Book) { clear(b.listOf) })
	add("index_screening", "an alert that is not counted", func(b *Book) { clear(b.hitsOf) })
	ruled := func(n uint64, b *Book) {
		b.cases.add(n, screening.Case{
			ID: id.Make[id.Case](1, n), Party: b.files.at(1).Party, Cause: screening.ByRule, Finding: screening.DoublePledge, Decision: 1, Opened: b.clock.Date, State: screening.CaseOpen, Entry: b.sequence,
		})
		b.indexCase(b.cases.at(n))
	}
	add("case_cause", "a case of a rule that a person has opened", func(b *Book) { ruled(2, b); b.cases.at(2).Opener = 1 << 16 })
	add("case_repeated", "two cases for one finding on one day", func(b *Book) { ruled(2, b); ruled(3, b) })
	add("index_found", "a finding that is not remembered", func(b *Book) { ruled(2, b); clear(b.foundOn) })
	add("index_struck", "an alert that is not counted for its subject", func(b *Book) { clear(b.struck) })
	add("index_owners", "an owner whose firm is not found", func(b *Book) { clear(b.connected.held) })
	add("index_owners", "a head whose group has one member more", func(b *Book) { insert(b.connected.held, network.Owner{Party: b.parties.at(1).ID}, b.parties.at(2).ID) })
	add("index_screened", "a run that has come further than the index says", func(b *Book) { b.screenedTo++ })
	add("index_screening", "a case that is not counted", func(b *Book) { clear(b.suspectedIn) })
	add("run_through", "a run beyond the last party", func(b *Book) { b.runs.at(1).Through = b.parties.count + 1; b.indexRun(b.runs.at(1)) })
	add("alert_sides", "an alert with a score beyond the best", func(b *Book) { b.alerts.at(1).Hit.Score = 1001 })
	add("alert_people", "an alert taken for true by nobody", func(b *Book) { b.alerts.at(1).First = 0 })
	add("alert_effect", "a confirmed alert about a party that goes on", func(b *Book) {
		a := b.alerts.at(1)
		b.countHit(a, -1)
		defer b.countHit(a, 1)
		a.State, a.Decider = screening.Confirmed, id.Make[id.Actor](1, 2)
	})
	add("suspension_person", "a party suspended by nobody", func(b *Book) { b.parties.at(b.files.at(1).Party.Number()).State = party.Suspended })
	add("case_people", "an outcome that nobody proposed", func(b *Book) { b.cases.at(1).Maker = 0 })
}
