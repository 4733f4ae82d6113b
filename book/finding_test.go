package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/screening"
)

func (s *scene) cases() []screening.Case {
	var all []screening.Case
	for n := uint64(1); n <= book.Counts(s.book)["suspicion"]; n++ {
		all = append(all, book.Record(s.book, "suspicion", n).(screening.Case))
	}
	return all
}

// Seller and buyer of one owner bill each other the same: a case about each, opened by nobody, and one in 90 days.
func TestWhatRulesFindOpensACaseByItself(t *testing.T) {
	s := newScene(t)
	l := s.live(5)
	s.give(s.SellerActors[0], s.quote())
	if got := s.cases(); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	for _, p := range []id.Party{s.Sellers[0], s.Anchor} {
		f := s.fileOf(p)
		s.give(s.Maker, &book.RecordTie{File: f, Link: onboarding.Shareholder, Person: person("Ada"), Profile: load32("Ada"), Share: 300_000, From: s.book.Date()})
	}
	s.give(s.SellerActors[0], s.quote()) // related, and no more
	if got := s.cases(); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	claim := s.receivable()
	s.give(s.Maker, imported(s.World, 1, s.Anchor, s.Sellers[0], l.Amount, 60))
	ask := &book.RequestQuote{Receivable: claim, Programme: s.Payables, Payee: s.Accounts[0]}
	s.give(s.SellerActors[0], ask)
	found := s.cases()
	if len(found) != 2 {
		t.Fatalf("%d cases, of outcomes %v", len(found), s.financed(s.financing()).Outcomes)
	}
	for i, p := range []id.Party{s.Sellers[0], s.Anchor} {
		k := found[i]
		if k.Party != p || k.Cause != screening.ByRule || k.Finding != screening.CircularRelated || k.Decision != s.financed(s.financing()).Decision || k.Opener != 0 || k.State != screening.CaseOpen ||
			k.Due != s.book.Date().AddDays(screening.CaseDaysDefault) {
			t.Errorf("%+v", k)
		}
	}
	again := func() *book.RequestQuote { s.live(5); return s.quote() }
	s.give(s.SellerActors[0], ask)
	s.wait(screening.FindingDays - 1)
	s.give(s.SellerActors[0], again())
	if got := len(s.cases()); got != 2 {
		t.Errorf("%d cases", got)
	}
	officer := s.officer()
	s.give(officer, &book.DecideCase{Case: found[0].ID, Outcome: screening.NoAction, Reason: load32("known")})
	sound(t, s)
	if s.stateOf(s.Sellers[0]) != party.Onboarded {
		t.Error("the party is told")
	}
}
