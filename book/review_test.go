package book_test

import (
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/risk"
)

// run lets the node work until nothing is due.
func (s *scene) run() {
	s.t.Helper()
	for c := s.book.Due(s.at); c != nil; c = s.book.Due(s.at) {
		s.give(0, c)
	}
}

// An application is reckoned, viewed, approved by two, and puts a review in force that proposes a limit.
func TestAnApplicationBecomesAReviewAndALimit(t *testing.T) {
	s := newScene(t)
	a := s.applied(s.Maker, func(r *book.ReviewRequest) { r.Programme, r.Asked = s.Payables, 3_000_000_00 })
	made := s.application(a).Assessment
	current, _ := made.Fact("current_ratio")
	if made.Grade == 0 || made.Limit == 0 || current.Value != 1_7500 || len(made.Findings) != 0 || made.Lines[len(made.Lines)-1].Result != made.Limit {
		t.Fatalf("%+v", made)
	}
	s.refused("reason_missing", s.Maker, s.viewing(a, func(c *book.ViewApplication) { c.Grade++ }))
	s.give(s.Maker, s.viewing(a, func(c *book.ViewApplication) {
		c.Grade++
		c.Override, c.Limit = load32("a weak year ahead"), 1_500_000_00
	}))
	s.refused("second_person", s.Maker, &book.DecideApplication{Application: a, Decision: book.Approve})
	s.give(s.Checker, &book.DecideApplication{Application: a, Decision: book.Approve})
	if now := s.application(a); now.State != credit.Viewed || len(now.Approvals) != 1 {
		t.Fatalf("above a million it takes two: %+v", now)
	}
	s.refused("approval_repeated", s.Checker, &book.DecideApplication{Application: a, Decision: book.Approve})
	s.give(s.third(), &book.DecideApplication{Application: a, Decision: book.Approve})
	now := s.application(a)
	review := book.Record(s.book, "review", now.Review.Number()).(credit.Review)
	limit := book.Record(s.book, "credit_limit", now.Limit.Number()).(credit.Limit)
	if now.State != credit.Granted || len(now.Approvals) != 2 || review.State != credit.Live || review.Grade != made.Grade+1 || limit.State != credit.Proposed || limit.Amount != 1_500_000_00 || limit.Key.Party != s.Anchor {
		t.Fatalf("%+v %+v %+v", now, review, limit)
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
	if s.node.reloaded().Digest() != s.book.Digest() {
		t.Fatal("loaded from its rows the book is another one")
	}
}

// A review is reckoned again from the facts of its decision, to the last bit; with other facts it is another.
func TestAReviewIsReckonedAgain(t *testing.T) {
	s := newScene(t)
	var made risk.Decision
	events, err := s.submit(s.Maker, "", s.applying())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if decided, ok := e.(*book.DecisionMade); ok {
			made = decided.Decision
		}
	}
	said, again, known := s.book.AgainReview(&made)
	if !known || !said.Same(&again) || made.Grade != s.application(latest[id.Application](s, "application")).Assessment.Grade {
		t.Fatalf("%+v %+v", said, again)
	}
	made.Named = made.Named[:3]
	if said, again, _ := s.book.AgainReview(&made); said.Same(&again) {
		t.Fatalf("%+v", again)
	}
}

// A policy may let the reckoning refuse: final for a company, and for a sole trader only after a person has looked.
func TestASoleTraderIsNotRefusedByTheReckoningAlone(t *testing.T) {
	s := newScene(t)
	grave := func(r *book.ReviewRequest) { r.Bureaus[0].Adverse = grave(s.Today) }
	s.policed(func(p *credit.Policy) { p.RefuseFrom = 9 })
	a := s.applied(s.Maker, grave)
	if now := s.application(a); now.State != credit.Refused || now.Decided == 0 || len(now.Assessment.Refusal) == 0 {
		t.Fatalf("%+v", now)
	}
	trader := s.applied(s.Maker, grave, func(r *book.ReviewRequest) { r.Form = credit.SoleTrader })
	if now := s.application(trader); now.State != credit.HumanAwait || now.Decided != 0 || !slices.Contains(now.Assessment.Refusal, credit.GraveEvent) {
		t.Fatalf("%+v", now)
	}
	s.refused("application_state", s.Checker, &book.DecideApplication{Application: trader, Decision: book.Decline, Reason: load32("no")})
	s.give(s.Maker, s.viewing(trader, func(c *book.ViewApplication) { c.Refuses = true }))
	s.give(s.Checker, &book.DecideApplication{Application: trader, Decision: book.Decline, Reason: load32("look again")})
	if now := s.application(trader); now.State != credit.HumanAwait {
		t.Fatalf("a refusal that was declined goes back: %+v", now)
	}
	s.give(s.Maker, s.viewing(trader))
	s.give(s.Checker, &book.DecideApplication{Application: trader, Decision: book.Approve})
	if now := s.application(trader); now.State != credit.Granted {
		t.Fatalf("%+v", now)
	}
}

// Each funder relies on its own review where it has one, else on the operator's unless its policy says otherwise.
func TestEveryFunderDecidesForItself(t *testing.T) {
	s := newScene(t)
	s.live(5)
	s.give(s.SellerActors[0], s.quote()) // on the operator's review
	second := s.deputy(s.Funder)
	own := reviewPolicy(func(p *credit.Policy) { p.Recommendation = credit.OwnOnly })
	s.give(s.FunderActor, &book.ProposeReviewPolicy{Policy: own})
	s.refused("other_party", s.Checker, &book.ApproveReviewPolicy{Policy: latest[id.ReviewPolicy](s, "review_policy")})
	s.give(second, &book.ApproveReviewPolicy{Policy: latest[id.ReviewPolicy](s, "review_policy")})
	s.live(5)
	s.refused("review_missing", s.SellerActors[0], s.quote())
	a := s.applied(s.FunderActor)
	s.refused("other_party", s.Checker, &book.WithdrawApplication{Application: a, Reason: load32("x")})
	s.give(s.FunderActor, s.viewing(a))
	s.refused("other_party", s.Checker, &book.DecideApplication{Application: a, Decision: book.Approve})
	s.give(second, &book.DecideApplication{Application: a, Decision: book.Approve})
	s.give(s.SellerActors[0], s.quote())
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
	if s.node.reloaded().Digest() != s.book.Digest() {
		t.Fatal("loaded from its rows the book is another one")
	}
}

// On the watch list every use waits for a person; who has put a party on it can't take it off.
func TestTheWatchListRefersEveryUse(t *testing.T) {
	s := newScene(t)
	s.give(s.Maker, &book.WatchParty{Party: s.Anchor, Listing: book.PutOn, Reason: load32("late")})
	s.live(5)
	s.give(s.SellerActors[0], s.quote())
	if f := s.weighed(); f.State.String() != "referred" {
		t.Fatalf("%+v", f)
	}
	off := &book.WatchParty{Party: s.Anchor, Listing: book.TakeOff, Reason: load32("paid")}
	s.refused("second_person", s.Maker, off)
	s.give(s.Checker, off)
	s.live(5)
	s.give(s.SellerActors[0], s.quote())
	if f := s.weighed(); f.State.String() != "quoted" {
		t.Fatalf("%+v", f)
	}
}

// A review date, a condition past its day, a fact past its bound and news open a review by themselves, once.
func TestAReviewOpensByItselfOnce(t *testing.T) {
	s := newScene(t)
	s.policed(func(p *credit.Policy) {
		p.News, p.Triggers = credit.Serious, []credit.Trigger{{Fact: "invoices", Bound: 1}}
	})
	review := s.reviewed(conditional(credit.Information, 10))
	s.run()
	if n := book.Counts(s.book)["application"]; n != 1 {
		t.Fatalf("nothing is due: %d applications", n)
	}
	s.give(s.Maker, &book.RecordNews{Party: s.Anchor, Source: "daily", Date: s.Today, Severity: credit.Minor, Text: load32("gossip")})
	s.live(4)
	s.give(s.Maker, &book.OpenDay{Date: s.book.Date() + 1})
	s.run()
	a := latest[id.Application](s, "application")
	if now := s.application(a); now.Causes[0].Fact != "invoices" || now.State != credit.Due || now.Maker != 0 {
		t.Fatalf("%+v", now)
	}
	s.give(s.Maker, &book.RecordNews{Party: s.Anchor, Source: "daily", Date: s.Today, Severity: credit.Grave, Text: load32("fire")})
	s.give(s.Maker, &book.OpenDay{Date: s.book.Date() + 12})
	s.run()
	s.give(s.Maker, &book.OpenDay{Date: s.book.Date() + 1})
	s.run()
	now := s.application(a)
	if n := book.Counts(s.book)["application"]; n != 2+1 || len(now.Causes) != 3 || now.Causes[1].Kind != credit.NewsReported || now.Causes[2].Kind != credit.ConditionDue {
		t.Fatalf("%d applications; %+v", n, now.Causes)
	}
	s.give(s.Checker, &book.WithdrawApplication{Application: a, Reason: load32("looked")})
	s.give(s.Maker, &book.OpenDay{Date: s.book.Date() + 1})
	s.run()
	if r := book.Record(s.book, "review", review.Number()).(credit.Review); r.Warned == 0 {
		t.Fatalf("%+v", r)
	}
	if s.book.Due(s.at) != nil || book.Counts(s.book)["application"] != 3 {
		t.Fatalf("opened again within %d days", book.WarningDays)
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}

// weighed is the latest financing.
func (s *scene) weighed() funding.Financing {
	return book.Record(s.book, "financing", s.financing().Number()).(funding.Financing)
}
