package book_test

import (
	"fmt"
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/rule"
	"millrace/domain/screening"
	"millrace/lab/load"
)

// firm puts a party on record that trades with nobody, and gives it a file.
func (s *scene) firm(name string) (id.Party, id.OnboardingFile) {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterParty{Roles: party.Seller, Country: "DE", Tokens: []party.Token{party.Token(load.Token(name))}})
	p := latest[id.Party](s, "party")
	return p, s.fileOf(p)
}

func (s *scene) fileOf(p id.Party) id.OnboardingFile {
	s.t.Helper()
	s.give(s.Maker, &book.OpenOnboardingFile{Party: p, Form: onboarding.Company, Risk: onboarding.LowRisk})
	return latest[id.OnboardingFile](s, "onboarding_file")
}

func (s *scene) owns(f id.OnboardingFile, owner id.Party, share int32) {
	s.t.Helper()
	s.give(s.Maker, &book.RecordTie{File: f, Link: onboarding.Shareholder, Party: owner, Share: share, From: s.book.Date()})
}

// screened compares all parties with the list, with hits on some.
func (s *scene) screened(l id.ScreeningList, hits ...screening.Hit) []id.ScreeningAlert {
	s.t.Helper()
	before := book.Counts(s.book)["screening_alert"]
	s.give(s.Maker, s.screening(l, hits...))
	var opened []id.ScreeningAlert
	for n := before + 1; n <= book.Counts(s.book)["screening_alert"]; n++ {
		opened = append(opened, id.Make[id.ScreeningAlert](1, n))
	}
	return opened
}

func hitOn(p id.Party, l id.ScreeningList) screening.Hit {
	return screening.Hit{Party: p, List: l, Listed: [16]byte{1}, Listing: [16]byte{2}, Subject: [16]byte{byte(p.Number())}, Score: 900, Why: screening.SameName}
}

// said asks for a quote on a claim of the first seller, and tells which of the rules about screening have fired; the code where it was rejected.
func (s *scene) said() []string {
	s.t.Helper()
	if book.Counts(s.book)["receivable"] == 0 {
		s.live(5)
	}
	if _, err := s.submit(s.SellerActors[0], "", s.quote()); err != nil {
		return []string{s.rejected.Code}
	}
	var codes []string
	for _, o := range s.financed(latest[id.Financing](s, "financing")).Outcomes {
		if slices.Contains([]string{"screening_open", "screening_hit", "owner_listed", "not_screened"}, o.Rule) {
			codes = append(codes, fmt.Sprint(o.Rule, " ", o.Verdict))
		}
	}
	return codes
}

func (s *scene) screeningSays(want ...string) {
	s.t.Helper()
	if got := s.said(); !slices.Equal(got, want) {
		s.t.Errorf("%v, want %v", got, want)
	}
}

var (
	refusedForOwner = fmt.Sprint("owner_listed ", rule.Refuse)
	notScreened     = fmt.Sprint("not_screened ", rule.Refer)
	hitWaits        = fmt.Sprint("screening_open ", rule.Refer)
)

// Two firms that are taken for listed hold half between them, one of them through another firm.
func TestListedOwnersCountTogetherAndThroughFirms(t *testing.T) {
	s := newScene(t)
	first, _ := s.firm("first")
	between, file := s.firm("between")
	second, _ := s.firm("second")
	s.owns(file, second, 500_000)
	own := s.fileOf(s.Sellers[0])
	s.owns(own, first, 250_000)
	s.owns(own, between, 250_000)
	l := s.list("un", 1)
	alerts := s.screened(l, hitOn(first, l), hitOn(second, l))
	s.screeningSays(hitWaits)
	s.give(s.Maker, &book.DecideAlert{Alert: alerts[0], Verdict: book.TrueMatch, Reason: load32("he")})
	s.screeningSays(hitWaits) // of one a quarter, and half only with the other, which waits
	s.give(s.Maker, &book.DecideAlert{Alert: alerts[1], Verdict: book.TrueMatch, Reason: load32("he")})
	s.screeningSays(refusedForOwner)
	s.give(s.Checker, &book.DecideAlert{Alert: alerts[1], Verdict: book.FalsePositive, Reason: load32("not he")})
	s.screeningSays()
	s.give(s.Maker, &book.DecideAlert{Alert: s.screenedAgain(l, second), Verdict: book.TrueMatch, Reason: load32("he")})
	s.screeningSays(refusedForOwner)
	s.give(s.Maker, &book.EndTie{File: own, Tie: 2, Until: s.book.Date() - 1})
	s.screeningSays()
	sound(t, s)
}

// screenedAgain opens another alert about a party of which something has changed.
func (s *scene) screenedAgain(l id.ScreeningList, p id.Party) id.ScreeningAlert {
	s.t.Helper()
	h := hitOn(p, l)
	h.Subject[5] = 1
	return s.screened(l, h)[0]
}

func TestAConfirmedOwnerTakesItsFirmsWithIt(t *testing.T) {
	s := newScene(t)
	s.live(5)
	owner, _ := s.firm("owner")
	other, theirs := s.firm("a minority")
	s.owns(s.fileOf(s.Sellers[0]), owner, 500_000)
	s.owns(theirs, owner, 499_999)
	below, file := s.firm("below")
	s.owns(file, s.Sellers[0], 600_000)
	l := s.list("un", 1)
	a := s.screened(l, hitOn(owner, l))[0]
	s.confirmed(a)
	for p, want := range map[id.Party]party.State{owner: party.Suspended, s.Sellers[0]: party.Suspended, below: party.Suspended, other: party.Onboarded} {
		if got := s.stateOf(p); got != want {
			t.Errorf("%s is %s, want %s", p, got, want)
		}
	}
	s.screeningSays("party_suspended")
	s.refused("screening_open", s.Maker, &book.ReinstateParty{Party: s.Sellers[0], Reason: load32("why")})
	s.refused("screening_open", s.Maker, &book.ReinstateParty{Party: below, Reason: load32("why")})
	sound(t, s)
	// A share more, and the minority is half as well, and so is what belongs to it.
	s.give(s.Maker, s.tie(theirs, onboarding.Shareholder, "Ada", 400_000))
	if got := s.stateOf(other); got != party.Onboarded {
		t.Errorf("a person on no list brings the firm to %s", got)
	}
	last, ofLast := s.firm("last")
	s.owns(ofLast, other, 1_000_000)
	s.give(s.Maker, &book.RecordTie{File: theirs, Link: onboarding.Shareholder, Party: s.Sellers[0], Share: 100_000, From: s.book.Date()})
	if s.stateOf(other) != party.Suspended || s.stateOf(last) != party.Suspended {
		t.Errorf("%s and %s", s.stateOf(other), s.stateOf(last))
	}
	sound(t, s)
}

func TestControlAndPersonsCountWhoeversFileNamesThem(t *testing.T) {
	s := newScene(t)
	s.screeningSays()
	firm, file := s.firm("holding")
	s.give(s.Maker, s.tie(file, onboarding.Shareholder, "Ada", 10_000))
	own := s.fileOf(s.Sellers[0])
	controls := s.tie(own, onboarding.BeneficialOwner, "Ada", 0)
	controls.Control = true
	s.give(s.Maker, controls)
	l := s.list("un", 1)
	h := hitOn(firm, l)
	h.Person = person("Ada")
	a := s.screened(l, h)[0]
	s.give(s.Maker, &book.DecideAlert{Alert: a, Verdict: book.TrueMatch, Reason: load32("she")})
	s.screeningSays(refusedForOwner)
	s.give(s.Checker, &book.DecideAlert{Alert: a, Verdict: book.TrueMatch, Reason: load32("she")})
	s.screeningSays("party_suspended")
	sound(t, s)
}

// A ring of firms that own each other owns nothing by itself, and ends.
func TestOwnersInARing(t *testing.T) {
	s := newScene(t)
	first, ofFirst := s.firm("ring 1")
	second, ofSecond := s.firm("ring 2")
	s.owns(ofFirst, second, 900_000)
	s.owns(ofSecond, first, 500_000)
	s.owns(s.fileOf(s.Sellers[0]), first, 1_000_000)
	listed, _ := s.firm("listed")
	l := s.list("un", 1)
	a := s.screened(l, hitOn(listed, l))[0]
	s.give(s.Maker, &book.DecideAlert{Alert: a, Verdict: book.TrueMatch, Reason: load32("he")})
	s.screeningSays()
	s.owns(ofSecond, listed, 500_000)
	s.screeningSays(refusedForOwner)
	sound(t, s)
}

// Nobody is financed who was not compared with the lists in force, and nobody whose owner was not.
func TestWhoWasNotScreenedIsReferred(t *testing.T) {
	s := newScene(t)
	s.screeningSays()
	l := s.list("un", 1)
	s.screeningSays(notScreened)
	all := book.Counts(s.book)["party"]
	s.give(s.Maker, &book.RecordScreening{Lists: []id.ScreeningList{l}, From: 1, Through: all, Subjects: 1})
	s.screeningSays()
	owner, _ := s.firm("new owner")
	own := s.fileOf(s.Sellers[0])
	s.owns(own, owner, 400_000)
	s.screeningSays()
	s.give(s.Maker, &book.EndTie{File: own, Tie: 1, Until: s.book.Date() - 1})
	s.owns(own, owner, 500_000)
	s.screeningSays(notScreened)
	s.refused("screening_order", s.Maker, &book.RecordScreening{Lists: []id.ScreeningList{l}, From: all + 2, Through: all + 2})
	s.give(s.Maker, &book.RecordScreening{Lists: []id.ScreeningList{l}, From: all + 1, Through: all + 1, Subjects: 1})
	if run := book.Record(s.book, "screening_run", 1).(screening.Run); !run.Done || run.Through != all+1 || run.Subjects != 2 {
		t.Errorf("%+v", run)
	}
	s.screeningSays()
	sound(t, s)
	// A person who is linked later is compared later.
	s.give(s.Maker, s.tie(own, onboarding.Director, "Grace", 0))
	s.screeningSays(notScreened)
	at := book.Record(s.book, "party", s.Sellers[0].Number()).(party.Party).Entry
	by := func(seen uint64, parties ...id.Party) *book.RecordScreening {
		return &book.RecordScreening{Lists: []id.ScreeningList{l}, Parties: parties, Seen: seen, Subjects: 2}
	}
	s.refused("screening_invalid", s.Maker, by(at, s.Sellers[0], s.Sellers[0]))
	s.refused("screening_stale", s.Maker, &book.RecordScreening{Lists: []id.ScreeningList{l + 1<<16}, Parties: []id.Party{s.Sellers[0]}})
	s.give(s.Maker, by(at-1, s.Sellers[0])) // read before she was linked
	s.screeningSays(notScreened)
	s.give(s.Maker, by(at, s.Sellers[0]))
	s.screeningSays()
	s.list("un", 2)
	s.screeningSays(notScreened)
	sound(t, s)
}
