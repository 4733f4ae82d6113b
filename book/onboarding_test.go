package book_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/screening"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, onboardingRefusals...) }

func person(name string) party.Token { return party.Token(load.Token("person " + name)) }

// file opens the file of the first seller.
func (s *scene) file() id.OnboardingFile {
	s.t.Helper()
	s.give(s.Maker, &book.OpenOnboardingFile{Party: s.Sellers[0], Form: onboarding.Company, Risk: onboarding.LowRisk})
	return latest[id.OnboardingFile](s, "onboarding_file")
}

func (s *scene) fileRecord(f id.OnboardingFile) onboarding.File {
	return book.Record(s.book, "onboarding_file", f.Number()).(onboarding.File)
}

func (s *scene) filed(f id.OnboardingFile, kind onboarding.DocumentKind, about party.Token) *book.RecordFileDocument {
	return &book.RecordFileDocument{File: f, Document: kind, Stored: load32("paper"), Issued: s.book.Date().AddDays(-10), About: about}
}

func (s *scene) tie(f id.OnboardingFile, link onboarding.Link, name string, share int32) *book.RecordTie {
	return &book.RecordTie{File: f, Link: link, Person: person(name), Profile: load32(name), Share: share, From: s.book.Date().AddDays(-100)}
}

// whole gives a file all that the checklist asks of a company of low risk.
func (s *scene) whole(f id.OnboardingFile) {
	s.t.Helper()
	s.give(s.Maker, s.tie(f, onboarding.Shareholder, "Ada", 800_000))
	s.give(s.Maker, s.tie(f, onboarding.Director, "Grace", 0))
	for _, kind := range []onboarding.DocumentKind{onboarding.RegistryExtract, onboarding.Articles, onboarding.OwnershipChart, onboarding.TaxRegistration, onboarding.SigningAuthority} {
		s.give(s.Maker, s.filed(f, kind, party.Token{}))
	}
	for _, name := range []string{"Ada", "Grace"} {
		s.give(s.Maker, s.filed(f, onboarding.IdentityDocument, person(name)))
	}
	for i := range s.fileRecord(f).Documents {
		s.give(s.Checker, &book.CheckFileDocument{File: f, Document: uint16(i + 1), Decision: book.Approve})
	}
}

func (s *scene) fileReviewed(f id.OnboardingFile) {
	s.t.Helper()
	s.whole(f)
	s.give(s.Checker, &book.ReviewFile{File: f, Risk: onboarding.LowRisk, Note: load32("looked")})
}

func (s *scene) officer() id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterActor{Party: s.Operator, Role: party.Compliance})
	return latest[id.Actor](s, "actor")
}

func listed(name string, of byte) *book.RecordScreeningList {
	return &book.RecordScreeningList{Name: name, List: screening.Sanctions, Hash: [32]byte{of}, Stored: load32("list"), Published: load.Opening, Entries: 10}
}

func (s *scene) list(name string, of byte) id.ScreeningList {
	s.t.Helper()
	s.give(s.Maker, listed(name, of))
	return latest[id.ScreeningList](s, "screening_list")
}

func (s *scene) hit(l id.ScreeningList) screening.Hit {
	return screening.Hit{Party: s.Sellers[0], List: l, Listed: [16]byte{1}, Listing: [16]byte{2}, Subject: [16]byte{3}, Score: 900, Why: screening.Misspelt}
}

func (s *scene) screening(l id.ScreeningList, hits ...screening.Hit) *book.RecordScreening {
	return &book.RecordScreening{Lists: []id.ScreeningList{l}, From: 1, Through: book.Counts(s.book)["party"], Subjects: 10, Hits: hits}
}

func (s *scene) alert() id.ScreeningAlert {
	s.t.Helper()
	l := s.list("un", 1)
	s.give(s.Maker, s.screening(l, s.hit(l)))
	return latest[id.ScreeningAlert](s, "screening_alert")
}

func (s *scene) alertRecord(a id.ScreeningAlert) screening.Alert {
	return book.Record(s.book, "screening_alert", a.Number()).(screening.Alert)
}

func (s *scene) confirmed(a id.ScreeningAlert) {
	s.t.Helper()
	s.give(s.Maker, &book.DecideAlert{Alert: a, Verdict: book.TrueMatch, Reason: load32("it is")})
	s.give(s.Checker, &book.DecideAlert{Alert: a, Verdict: book.TrueMatch, Reason: load32("it is")})
}

func (s *scene) stateOf(p id.Party) party.State {
	return book.Record(s.book, "party", p.Number()).(party.Party).State
}

func (s *scene) caseOpened(officer id.Actor) id.Case {
	s.t.Helper()
	s.give(officer, &book.OpenCase{Party: s.Sellers[0], Fact: load32("cash"), Due: s.book.Date().AddDays(10)})
	return latest[id.Case](s, "suspicion")
}

func (s *scene) consent() *book.GiveConsent {
	return &book.GiveConsent{Programme: s.Payables, Until: s.book.Date().AddDays(100)}
}

var onboardingRefusals = []refusal{
	{"file_known", "The party has an onboarding file already.", "Add to that one.", func(s *scene) (id.Actor, book.Command) {
		s.file()
		return s.Maker, &book.OpenOnboardingFile{Party: s.Sellers[0], Form: onboarding.Company, Risk: onboarding.LowRisk}
	}},
	{"file_invalid", "A file says legal form and risk.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.OpenOnboardingFile{Party: s.Sellers[0], Form: 99, Risk: onboarding.LowRisk}
	}},
	{"file_unknown", "There is no such onboarding file.", "Open one.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.filed(beyond[id.OnboardingFile](s, "onboarding_file"), onboarding.Articles, party.Token{})
	}},
	{"file_document_invalid", "A document lacks its kind or its bytes, or its dates can't be.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		c := s.filed(s.file(), onboarding.Articles, party.Token{})
		c.Expires = c.Issued - 1
		return s.Maker, c
	}},
	{"file_full", "The file holds as much as one can.", "Ask who runs the node.", func(s *scene) (id.Actor, book.Command) {
		c := s.filed(s.file(), onboarding.Articles, party.Token{})
		for range onboarding.DocumentsMax {
			s.give(s.Maker, c)
		}
		return s.Maker, c
	}},
	{"file_person_unknown", "The document is about somebody who is not linked to the party.", "Record the link first.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.filed(s.file(), onboarding.IdentityDocument, person("nobody"))
	}},
	{"file_document_unknown", "The file has no document of this number.", "Correct the number.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.CheckFileDocument{File: s.file(), Document: 1, Decision: book.Approve}
	}},
	{"file_document_state", "The document is not in a state in which that is done.", "Record a new one.", func(s *scene) (id.Actor, book.Command) {
		f := s.file()
		s.give(s.Maker, s.filed(f, onboarding.Articles, party.Token{}))
		s.give(s.Checker, &book.CheckFileDocument{File: f, Document: 1, Decision: book.Approve})
		return s.Checker, &book.CheckFileDocument{File: f, Document: 1, Decision: book.Approve}
	}},
	{"file_incomplete", "The file lacks what the checklist asks for.", "Add what is missing.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ReviewFile{File: s.file(), Risk: onboarding.LowRisk, Note: load32("looked")}
	}},
	{"tie_invalid", "A link is not one that there can be.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, s.tie(s.file(), onboarding.Director, "Ada", 1)
	}},
	{"tie_known", "The link is on record already.", "End it first where the share has changed.", func(s *scene) (id.Actor, book.Command) {
		c := s.tie(s.file(), onboarding.Shareholder, "Ada", 1)
		s.give(s.Maker, c)
		return s.Maker, c
	}},
	{"shares_exceeded", "The shareholders would hold more than the whole.", "End what is no more.", func(s *scene) (id.Actor, book.Command) {
		f := s.file()
		s.give(s.Maker, s.tie(f, onboarding.Shareholder, "Ada", 600_000))
		return s.Maker, s.tie(f, onboarding.Shareholder, "Grace", 400_001)
	}},
	{"tie_unknown", "The file has no link of this number.", "Correct the number.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.EndTie{File: s.file(), Tie: 1, Until: s.book.Date().AddDays(-1)}
	}},
	{"tie_ended", "The link has ended already.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		f := s.file()
		s.give(s.Maker, s.tie(f, onboarding.Director, "Ada", 0))
		c := &book.EndTie{File: f, Tie: 1, Until: s.book.Date().AddDays(-1)}
		s.give(s.Maker, c)
		return s.Maker, c
	}},
	{"screening_open", "Alerts of screening about the party stand.", "Decide on them.", func(s *scene) (id.Actor, book.Command) {
		s.confirmed(s.alert())
		return s.colleague(), &book.ReinstateParty{Party: s.Sellers[0], Reason: load32("why")}
	}},
	{"checklist_invalid", "The checklist makes no sense.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ProposeChecklist{OwnerShare: 1}
	}},
	{"checklist_unknown", "There is no such checklist.", "Propose one.", func(s *scene) (id.Actor, book.Command) {
		return s.Checker, &book.ApproveChecklist{Checklist: beyond[id.Checklist](s, "checklist")}
	}},
	{"checklist_state", "The checklist was decided on already.", "Propose another one.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, checklist())
		c := &book.ApproveChecklist{Checklist: latest[id.Checklist](s, "checklist")}
		s.give(s.Checker, c)
		return s.Checker, c
	}},
	{"list_invalid", "A list lacks something, or is of another kind than its versions before.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		c := listed("un", 1)
		c.Entries = 0
		return s.Maker, c
	}},
	{"list_known", "This file is the version in force.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.list("un", 1)
		return s.Maker, listed("un", 1)
	}},
	{"list_older", "The list in force was published later.", "Import the newer one.", func(s *scene) (id.Actor, book.Command) {
		s.list("un", 1)
		c := listed("un", 2)
		c.Published--
		return s.Maker, c
	}},
	{"screening_stale", "The lists have changed since.", "Screen against those in force.", func(s *scene) (id.Actor, book.Command) {
		l := s.list("un", 1)
		s.list("un", 2)
		return s.Maker, s.screening(l)
	}},
	{"screening_order", "The stretch of parties is not the next one.", "Go on where the run stands.", func(s *scene) (id.Actor, book.Command) {
		c := s.screening(s.list("un", 1))
		c.From = 2
		return s.Maker, c
	}},
	{"screening_invalid", "A hit is none of the stretch and the lists, or has no score.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		l := s.list("un", 1)
		h := s.hit(l)
		h.Score = 0
		return s.Maker, s.screening(l, h)
	}},
	{"alert_unknown", "There is no such alert.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DecideAlert{Alert: beyond[id.ScreeningAlert](s, "screening_alert"), Verdict: book.FalsePositive, Reason: load32("why")}
	}},
	{"alert_state", "The alert was decided on.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		c := &book.DecideAlert{Alert: s.alert(), Verdict: book.FalsePositive, Reason: load32("another one")}
		s.give(s.Maker, c)
		return s.Maker, c
	}},
	{"party_not_suspended", "The party is not suspended.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.ReinstateParty{Party: s.Sellers[0], Reason: load32("why")}
	}},
	{"case_unknown", "There is no such case.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.officer(), &book.AddCaseFact{Case: beyond[id.Case](s, "suspicion"), Fact: load32("fact")}
	}},
	{"case_state", "The case is closed.", "Open another one.", func(s *scene) (id.Actor, book.Command) {
		one, other := s.officer(), s.officer()
		c := &book.DecideCase{Case: s.caseOpened(one), Outcome: screening.NoAction, Reason: load32("why")}
		s.give(one, c)
		s.give(other, c)
		return one, c
	}},
	{"case_full", "The case holds as many facts as one can.", "Put the rest into one text.", func(s *scene) (id.Actor, book.Command) {
		one := s.officer()
		c := &book.AddCaseFact{Case: s.caseOpened(one), Fact: load32("fact")}
		for range screening.FactsMax - 1 {
			s.give(one, c)
		}
		return one, c
	}},
	{"consent_invalid", "A consent names a programme or a funder, and its last day.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		s.file()
		return s.SellerActors[0], &book.GiveConsent{Until: s.book.Date()}
	}},
	{"consent_unknown", "There is no such consent of this party.", "Correct it.", func(s *scene) (id.Actor, book.Command) {
		return s.SellerActors[0], &book.WithdrawConsent{Consent: beyond[id.Consent](s, "consent")}
	}},
	{"consent_withdrawn", "The consent was withdrawn already.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.file()
		s.give(s.SellerActors[0], s.consent())
		c := &book.WithdrawConsent{Consent: latest[id.Consent](s, "consent")}
		s.give(s.SellerActors[0], c)
		return s.SellerActors[0], c
	}},
	{"file_consent_missing", "The party has not consented that this funder relies on its file.", "Ask the party.", func(s *scene) (id.Actor, book.Command) {
		return s.FunderActor, &book.ReadFile{File: s.file()}
	}},
}

func checklist() *book.ProposeChecklist {
	d := onboarding.Default()
	return &book.ProposeChecklist{Requirements: d.Requirements[:3], OwnerShare: d.OwnerShare, SharesKnown: d.SharesKnown, ReviewMonths: d.ReviewMonths}
}

func TestAFileStopsWhatAProgrammeAsksItFor(t *testing.T) {
	s := newScene(t)
	p := s.checking(func(c *book.ProposeProgramme) { c.PayeeChecked, c.Files = false, funding.FileStops })
	s.live(5)
	quote := &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]}
	s.refused("file_incomplete", s.SellerActors[0], quote)
	f := s.file()
	s.fileReviewed(f)
	s.refused("file_incomplete", s.SellerActors[0], quote) // the buyer has none
	s.give(s.Maker, &book.OpenOnboardingFile{Party: s.Anchor, Form: onboarding.PublicBody, Risk: onboarding.LowRisk})
	buyer := latest[id.OnboardingFile](s, "onboarding_file")
	for i, kind := range []onboarding.DocumentKind{onboarding.TaxRegistration, onboarding.SigningAuthority} {
		s.give(s.Maker, s.filed(buyer, kind, party.Token{}))
		s.give(s.Checker, &book.CheckFileDocument{File: buyer, Document: uint16(i + 1), Decision: book.Approve})
	}
	s.give(s.Checker, &book.ReviewFile{File: buyer, Risk: onboarding.LowRisk, Note: load32("looked")})
	s.give(s.SellerActors[0], quote)
	// A paper that is taken out of the file's standing stops the next use.
	s.give(s.Maker, &book.EndTie{File: f, Tie: 1, Until: s.book.Date().AddDays(-1)})
	s.refused("file_incomplete", s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	if owners := book.OwnersOf(s.book, s.Sellers[0]); len(owners) != 0 {
		t.Errorf("%+v", owners)
	}
	sound(t, s)
}

func sound(t *testing.T, s *scene) {
	t.Helper()
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Error(breaches)
	}
}

func TestIdentityFactsFollowTheFile(t *testing.T) {
	s := newScene(t)
	if got := book.IdentityFacts(s.book, s.Sellers[0]); got != (onboarding.Facts{}) {
		t.Errorf("%+v", got)
	}
	f := s.file()
	if got := book.IdentityFacts(s.book, s.Sellers[0]); !got.Filed || !got.OwnerMissing || got.Gaps < 5 {
		t.Errorf("%+v", got)
	}
	s.fileReviewed(f)
	if got := book.IdentityFacts(s.book, s.Sellers[0]); got != (onboarding.Facts{Filed: true}) {
		t.Errorf("%+v", got)
	}
	s.give(s.Maker, &book.RecordTie{File: f, Link: onboarding.Shareholder, Party: s.Anchor, Share: 200_000, From: s.book.Date()})
	want := []onboarding.Owner{{Person: person("Ada"), Share: 800_000}, {Party: s.Anchor, Share: 200_000}}
	got := book.OwnersOf(s.book, s.Sellers[0])
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%+v", got)
	}
	// A shareholder below the threshold may stay unresolved; the register's extract is good for a year, the review for five.
	s.wait(370)
	if got := book.IdentityFacts(s.book, s.Sellers[0]); got != (onboarding.Facts{Filed: true, Gaps: 1, Expired: 1}) {
		t.Errorf("%+v", got)
	}
	sound(t, s)
}

func TestAPairThatWasClearedStaysSoWhileBothSidesAreTheSame(t *testing.T) {
	s := newScene(t)
	a := s.alert()
	s.give(s.Maker, &book.DecideAlert{Alert: a, Verdict: book.FalsePositive, Reason: load32("another man")})
	if got := book.IdentityFacts(s.book, s.Sellers[0]); got != (onboarding.Facts{}) {
		t.Errorf("%+v", got)
	}
	l := s.list("un", 2)
	h := s.hit(l)
	s.give(s.Maker, s.screening(l, h))
	if got := book.Counts(s.book)["screening_alert"]; got != 1 {
		t.Errorf("%d alerts", got)
	}
	h.Listing = [16]byte{9} // the entry has changed
	s.give(s.Maker, s.screening(l, h, h))
	if got := book.IdentityFacts(s.book, s.Sellers[0]); got.HitsOpen != 1 || book.Counts(s.book)["screening_alert"] != 2 {
		t.Errorf("%+v", got)
	}
	sound(t, s)
}

func TestAConfirmedAlertSuspendsTheParty(t *testing.T) {
	s := newScene(t)
	p := s.checking(func(c *book.ProposeProgramme) { c.PayeeChecked = false })
	pay := s.disbursed(p, s.Accounts[0])
	s.live(5)
	waiting := s.receivable()
	a := s.alert()
	reason := load32("it is he")
	s.give(s.Maker, &book.DecideAlert{Alert: a, Verdict: book.TrueMatch, Reason: reason})
	if got := book.Counts(s.book)["suspicion"]; got != 1 || s.stateOf(s.Sellers[0]) != party.Onboarded {
		t.Fatalf("%d cases, the party is %s", got, s.stateOf(s.Sellers[0]))
	}
	s.refused("second_person", s.Maker, &book.DecideAlert{Alert: a, Verdict: book.TrueMatch, Reason: reason})
	s.give(s.Checker, &book.DecideAlert{Alert: a, Verdict: book.TrueMatch, Reason: reason})
	if s.stateOf(s.Sellers[0]) != party.Suspended || s.paid(pay).Flags != payment.PayeeSuspended {
		t.Fatalf("the party is %s, the payment withheld for %v", s.stateOf(s.Sellers[0]), s.paid(pay).Flags.Names())
	}
	s.refused("payment_withheld", s.Maker, &book.RetryPayment{Payment: pay})
	s.refused("party_suspended", s.colleague(), &book.ReleasePayment{Payment: pay, Reason: reason})
	s.refused("party_suspended", s.Maker, &book.RequestQuote{Receivable: waiting, Programme: p, Payee: s.Accounts[0]})
	s.refused("party_suspended", s.SellerActors[0], &book.RequestQuote{Receivable: waiting, Programme: p, Payee: s.Accounts[0]})
	sound(t, s)
	// It was not he after all: two take it back, a second person reinstates, and the payment is released.
	s.give(s.Maker, &book.DecideAlert{Alert: a, Verdict: book.FalsePositive, Reason: reason})
	s.refused("second_person", s.Maker, &book.DecideAlert{Alert: a, Verdict: book.FalsePositive, Reason: reason})
	s.refused("screening_open", s.Maker, &book.ReinstateParty{Party: s.Sellers[0], Reason: reason})
	s.give(s.Checker, &book.DecideAlert{Alert: a, Verdict: book.FalsePositive, Reason: reason})
	s.refused("second_person", s.Checker, &book.ReinstateParty{Party: s.Sellers[0], Reason: reason})
	s.give(s.Maker, &book.ReinstateParty{Party: s.Sellers[0], Reason: reason})
	s.give(s.colleague(), &book.ReleasePayment{Payment: pay, Reason: reason})
	if s.stateOf(s.Sellers[0]) != party.Onboarded || s.paid(pay).Flags != 0 {
		t.Error("it stands still")
	}
	sound(t, s)
}

func TestACaseIsClosedByTwoWhoSayTheSame(t *testing.T) {
	s := newScene(t)
	one, other := s.officer(), s.officer()
	k := s.caseOpened(one)
	before := book.Record(s.book, "party", s.Sellers[0].Number()).(party.Party)
	decide := func(o screening.Outcome, reference [32]byte) *book.DecideCase {
		return &book.DecideCase{Case: k, Outcome: o, Reference: reference, Reason: load32("why")}
	}
	s.refused("record_missing", one, decide(screening.Reported, [32]byte{}))
	s.give(one, decide(screening.NoAction, [32]byte{}))
	s.give(other, decide(screening.Reported, load32("FIU 7")))
	s.refused("second_person", other, decide(screening.Reported, [32]byte{}))
	s.give(one, decide(screening.Reported, [32]byte{}))
	got := book.Record(s.book, "suspicion", k.Number()).(screening.Case)
	if got.State != screening.CaseClosed || got.Outcome != screening.Reported || got.Reference != load32("FIU 7") || got.Maker != other || got.Checker != one {
		t.Errorf("%+v", got)
	}
	if after := book.Record(s.book, "party", s.Sellers[0].Number()).(party.Party); after.Entry != before.Entry {
		t.Error("the party's record shows that something was decided")
	}
	for _, actor := range []id.Actor{s.Maker, s.SellerActors[0], s.FunderActor} {
		s.refused("not_permitted", actor, &book.OpenCase{Party: s.Sellers[0], Fact: load32("x"), Due: s.book.Date()})
	}
	sound(t, s)
}

func TestAFunderReadsAFileByConsent(t *testing.T) {
	s := newScene(t)
	f := s.file()
	s.give(s.SellerActors[0], s.consent())
	s.give(s.FunderActor, &book.ReadFile{File: f})
	reading := book.Record(s.book, "file_reading", 1).(onboarding.Reading)
	if reading.Funder != s.Funder || reading.Party != s.Sellers[0] || reading.Through != s.fileRecord(f).Entry {
		t.Errorf("%+v", reading)
	}
	s.refused("consent_unknown", s.SellerActors[1], &book.WithdrawConsent{Consent: reading.Consent})
	s.give(s.SellerActors[0], &book.WithdrawConsent{Consent: reading.Consent})
	s.refused("file_consent_missing", s.FunderActor, &book.ReadFile{File: f})
	s.give(s.SellerActors[0], &book.GiveConsent{Funder: s.Funder, Until: s.book.Date().AddDays(1)})
	s.give(s.FunderActor, &book.ReadFile{File: f})
	s.wait(2)
	s.refused("file_consent_missing", s.FunderActor, &book.ReadFile{File: f})
	sound(t, s)
}

func TestARunOfScreeningGoesOnWhereItStands(t *testing.T) {
	s := newScene(t)
	l := s.list("un", 1)
	all := book.Counts(s.book)["party"]
	for from := uint64(1); from <= all; from += 2 {
		s.give(s.Maker, &book.RecordScreening{Lists: []id.ScreeningList{l}, From: from, Through: min(all, from+1), Subjects: 2})
	}
	run := book.Record(s.book, "screening_run", 1).(screening.Run)
	if !run.Done || run.Through != all || run.Subjects != (all+1)/2*2 {
		t.Errorf("%+v of %d", run, all)
	}
	s.give(s.Maker, &book.RecordScreening{Lists: []id.ScreeningList{l}, From: 1, Through: 2, Subjects: 2})
	newer := s.list("un", 2)
	s.give(s.Maker, &book.RecordScreening{Lists: []id.ScreeningList{newer}, From: 1, Through: 2, Subjects: 2})
	if got := fmt.Sprint(book.Counts(s.book)["screening_run"]); got != "3" {
		t.Errorf("%s runs", got)
	}
	sound(t, s)
}
