package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/risk"
)

func (s *scene) referralAt(r id.Referral) funding.Referral {
	return book.Record(s.book, "referral", r.Number()).(funding.Referral)
}

// lender is a second person of the funder.
func (s *scene) lender() id.Actor {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterActor{Party: s.Funder, Role: party.Funder, Profile: load32("a colleague")})
	return latest[id.Actor](s, "actor")
}

// seconding lets the programme ask for two where much is asked for.
func (s *scene) seconding() {
	s.t.Helper()
	s.bounding(func(bounds *risk.Thresholds) { bounds.SecondAbove = 250_000_00 })
}

// bounding gives the programme a risk policy of its own: what is presumed, but for a change.
func (s *scene) bounding(change func(bounds *risk.Thresholds)) {
	s.t.Helper()
	bounds := *risk.Presumed(risk.Now)
	change(&bounds)
	s.give(s.Maker, &book.ProposeRiskPolicy{Programme: s.Payables, Thresholds: bounds, Reason: load32("large sums")})
	s.give(s.Checker, &book.DecideRiskPolicy{Policy: latest[id.RiskPolicy](s, "risk_policy"), Decision: book.Approve})
}

// days opens business days up to one.
func (s *scene) days(to calendar.Date) {
	s.t.Helper()
	for s.book.Date() < to {
		s.give(s.Maker, &book.OpenDay{Date: s.book.Date() + 1})
	}
}

func TestAReferralIsTakenAdvisedAndDecided(t *testing.T) {
	s := newScene(t)
	r := s.referral()
	open := s.referralAt(r)
	if open.State != funding.ReferralOpen || open.Funder != s.Funder || len(open.Rules) == 0 || open.Deadline <= s.Today || open.Lapses <= open.Deadline {
		t.Fatalf("opened as %+v", open)
	}
	s.give(s.FunderActor, &book.TakeReferral{Referral: r})
	s.give(s.Maker, &book.AdviseReferral{Referral: r, Says: book.Approve, Text: load32("a good buyer")})
	s.give(s.FunderActor, &book.AdviseReferral{Referral: r, Text: load32("asked for the order")})
	s.give(s.FunderActor, &book.DecideReferral{Financing: open.Financing, Decision: book.Approve, Reason: load32("why")})
	got := s.referralAt(r)
	if got.State != funding.ReferralApproved || got.Decider != s.FunderActor || got.Reason != load32("why") || got.Ended != s.Today || len(got.Advices) != 2 || got.Holder != s.FunderActor {
		t.Errorf("ended as %+v", got)
	}
	if f := s.financed(open.Financing); f.State != funding.Quoted {
		t.Errorf("the financing is %s", f.State)
	}
	s.refused("referral_state", s.FunderActor, &book.TakeReferral{Referral: r})
	s.refused("not_permitted", s.SellerActors[0], &book.TakeReferral{Referral: r})
}

// The operator may say what it thinks; it never counts as one of the two.
func TestASecondPersonOfTheFunderApproves(t *testing.T) {
	s := newScene(t)
	s.seconding()
	r := s.referral()
	decide := &book.DecideReferral{Financing: s.referralAt(r).Financing, Decision: book.Approve, Reason: load32("why")}
	s.refused("second_person", s.FunderActor, decide)
	s.give(s.Maker, &book.AdviseReferral{Referral: r, Says: book.Approve, Text: load32("the operator's")})
	s.give(s.FunderActor, &book.AdviseReferral{Referral: r, Says: book.Approve, Text: load32("the first's")})
	s.refused("second_person", s.FunderActor, decide)
	s.give(s.lender(), decide)
	if got := s.referralAt(r); got.State != funding.ReferralApproved {
		t.Errorf("it is %s", got.State)
	}
}

func TestDecliningTakesOne(t *testing.T) {
	s := newScene(t)
	s.seconding()
	r := s.referral()
	s.give(s.FunderActor, &book.DecideReferral{Financing: s.referralAt(r).Financing, Decision: book.Decline, Reason: load32("why")})
	if got := s.referralAt(r); got.State != funding.ReferralDeclined {
		t.Errorf("it is %s", got.State)
	}
}

// On the last day it can still be decided; on the day after the node ends it.
func TestWhatNobodyDecidesLapses(t *testing.T) {
	s := newScene(t)
	r := s.referral()
	open := s.referralAt(r)
	s.days(open.Lapses)
	if got := s.referralAt(r); got.State != funding.ReferralOpen || !got.Late(open.Lapses) {
		t.Fatalf("on its last day it is %s", got.State)
	}
	s.days(open.Lapses + 1)
	if got := s.referralAt(r); got.State != funding.ReferralLapsed || got.Decider != 0 || got.Ended != open.Lapses+1 {
		t.Errorf("the day after it is %+v", got)
	}
	if f := s.financed(open.Financing); f.State != funding.Declined {
		t.Errorf("the financing is %s", f.State)
	}
}
