package book_test

import (
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, connectedRefusals...) }

// connectedRefusals are those of dependences, recommendations and withdrawals.
var connectedRefusals = []refusal{
	{"dependence_invalid", "A party does not depend on itself.", "Name two parties.", func(s *scene) (id.Actor, book.Command) {
		c := s.depending()
		c.On = c.Party
		return s.Maker, c
	}},
	{"dependence_known", "That these two depend on one another is on record already.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		s.dependent()
		return s.Checker, s.depending()
	}},
	{"dependence_unknown", "There is no such dependence.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DecideDependence{Dependence: beyond[id.Dependence](s, "dependence")}
	}},
	{"dependence_state", "The dependence is not one that waits for a second person, or not one that is in force.", "Nothing, or propose it anew.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.DecideDependence{Dependence: s.dependent(), Decision: book.Approve}
	}},
	{"limit_connected", "Another limit of the same owner bounds the same connected parties.", "Propose another amount on the party on which it is.", func(s *scene) (id.Actor, book.Command) {
		s.dependent()
		s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Anchor}, 1)
		return s.FunderActor, &book.ProposeLimit{Key: credit.LimitKey{Kind: credit.ConnectedLimit, Owner: s.Funder, Party: s.Sellers[0], Currency: s.Currency}, Expires: s.Today}
	}},
	{"limit_required", "Nothing is financed without this limit.", "Propose another amount, or suspend it.", func(s *scene) (id.Actor, book.Command) {
		return s.Maker, &book.WithdrawLimit{Limit: id.Make[id.Limit](1, 1), Reason: load32("why")}
	}},
	{"recommendation_unknown", "There is no such recommendation.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.FunderActor, &book.DecideRecommendation{Recommendation: beyond[id.Recommendation](s, "limit_recommendation")}
	}},
	{"recommendation_state", "The recommendation was taken up or dismissed.", "Nothing.", func(s *scene) (id.Actor, book.Command) {
		r := s.recommended(credit.LimitKey{Kind: credit.BuyerLimit, Party: s.Anchor})
		s.give(s.FunderActor, &book.DecideRecommendation{Recommendation: r, Decision: book.Decline, Reason: load32("no appetite")})
		return s.FunderActor, &book.DecideRecommendation{Recommendation: r, Decision: book.Approve}
	}},
}

// depending declares that the first seller lives off the anchor.
func (s *scene) depending() *book.ProposeDependence {
	return &book.ProposeDependence{Party: s.Sellers[0], On: s.Anchor, Reason: load32("sells to nobody else"), Evidence: load32("its ledger")}
}

func (s *scene) dependent() id.Dependence {
	s.t.Helper()
	s.give(s.Maker, s.depending())
	dependence := latest[id.Dependence](s, "dependence")
	s.give(s.Checker, &book.DecideDependence{Dependence: dependence, Decision: book.Approve})
	return dependence
}

// independent ends a dependence.
func (s *scene) independent(of id.Dependence) {
	s.t.Helper()
	s.give(s.Maker, &book.EndDependence{Dependence: of, Reason: load32("has other buyers"), Evidence: load32("its ledger")})
	s.give(s.Checker, &book.DecideDependence{Dependence: of, Decision: book.Approve})
}

// recommended is a limit that the operator recommends to the funder.
func (s *scene) recommended(key credit.LimitKey) id.Recommendation {
	s.t.Helper()
	key.Owner, key.Currency = s.Funder, s.Currency
	s.give(s.Maker, &book.RecommendLimit{Terms: credit.LimitTerms{Key: key, Amount: 70_000_00, Expires: s.book.Date().AddDays(200)}, Reason: load32("much on one name")})
	return latest[id.Recommendation](s, "limit_recommendation")
}

func (s *scene) advice(r id.Recommendation) credit.LimitRecommendation {
	return book.Record(s.book, "limit_recommendation", r.Number()).(credit.LimitRecommendation)
}

// owing leaves the anchor with 20,000.00 to pay and the first seller with 10,000.00, both to one funder, in two programmes. It gives the
// programme of the second.
func (s *scene) owing() id.Programme {
	s.t.Helper()
	s.live(9, amounting(20_000_00), dueIn30)
	p := s.onOrder()
	s.papers("A", 2_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 30))
	s.paidOut()
	return p
}

func (s *scene) uses(limit id.Limit, want money.Minor) {
	s.t.Helper()
	if got := book.LimitUse(s.book, limit); got != [2]money.Minor{0, want} {
		s.t.Errorf("limit %s has %v in use, want %d", limit, got, want)
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		s.t.Error(breaches)
	}
}

// Those who depend on one another are one risk while two people say so: 10,000.00 and 20,000.00 are 30,000.00.
func TestALimitBoundsThoseWhoDependOnOneAnother(t *testing.T) {
	s := newScene(t)
	p := s.owing()
	limit := s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Sellers[0]}, 35_000_00)
	s.uses(limit, 10_000_00)
	s.give(s.Maker, s.depending())
	dependence := latest[id.Dependence](s, "dependence")
	s.uses(limit, 10_000_00)
	s.refused("second_person", s.Maker, &book.DecideDependence{Dependence: dependence, Decision: book.Approve})
	s.give(s.Checker, &book.DecideDependence{Dependence: dependence, Decision: book.Approve})
	s.uses(limit, 30_000_00)
	s.live(5, amounting(5_000_01), dueIn30)
	s.refused("funder_declined", s.SellerActors[0], s.quote())
	s.papers("B", 1_200, trade.Order)
	s.refused("funder_declined", s.SellerActors[0], s.lending(p, 0, 30))
	s.live(9, amounting(4_000_00), dueIn30)
	s.uses(limit, 34_000_00)
	s.give(s.Maker, &book.EndDependence{Dependence: dependence, Reason: load32("has other buyers"), Evidence: load32("its ledger")})
	s.uses(limit, 34_000_00)
	s.refused("second_person", s.Maker, &book.DecideDependence{Dependence: dependence, Decision: book.Approve})
	s.give(s.Maker, &book.DecideDependence{Dependence: dependence, Decision: book.Decline})
	s.uses(limit, 34_000_00)
	s.independent(dependence)
	s.uses(limit, 10_000_00)
	s.live(5, amounting(80_000_00), dueIn30)
	s.give(s.SellerActors[0], s.quote())
	if again := s.node.reloaded(); again.Digest() != s.book.Digest() || len(book.Check(again)) > 0 {
		t.Error("the book that is loaded from its rows is another")
	}
}

// Who controls both makes them one risk: by more than half, otherwise than by a share, through others, or with what others hold for them.
func TestALimitBoundsThoseUnderOneControl(t *testing.T) {
	s := newScene(t)
	s.owing()
	limit := s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Anchor}, 50_000_00)
	fileOf := func(p id.Party) id.OnboardingFile {
		s.give(s.Maker, &book.OpenOnboardingFile{Party: p, Form: onboarding.Company, Risk: onboarding.LowRisk})
		return latest[id.OnboardingFile](s, "onboarding_file")
	}
	anchor, seller, other := fileOf(s.Anchor), fileOf(s.Sellers[0]), fileOf(s.Sellers[1])
	end := func(f id.OnboardingFile) {
		s.give(s.Maker, &book.EndTie{File: f, Tie: uint16(len(s.fileRecord(f).Ties)), Until: s.book.Date().AddDays(-1)})
	}
	owned := func(f id.OnboardingFile, by id.Party, share int32) *book.RecordTie {
		return &book.RecordTie{File: f, Link: onboarding.Shareholder, Party: by, Share: share, From: s.book.Date().AddDays(-9)}
	}
	s.give(s.Maker, s.tie(anchor, onboarding.Shareholder, "Ada", 600_000))
	s.give(s.Maker, s.tie(seller, onboarding.Shareholder, "Ada", 500_000))
	s.uses(limit, 20_000_00) // half is not control
	end(seller)
	s.give(s.Maker, s.tie(seller, onboarding.Shareholder, "Ada", 500_001))
	s.uses(limit, 30_000_00)
	end(seller)
	s.uses(limit, 20_000_00)
	c := s.tie(seller, onboarding.BeneficialOwner, "Ada", 0)
	c.Control = true
	s.give(s.Maker, c)
	s.uses(limit, 30_000_00)
	end(seller)
	s.uses(limit, 20_000_00)
	// Ada has 30 % of the seller, and 60 % of another firm that has 30 % of it.
	s.give(s.Maker, s.tie(seller, onboarding.Shareholder, "Ada", 300_000))
	s.give(s.Maker, owned(seller, s.Sellers[1], 300_000))
	s.uses(limit, 20_000_00)
	s.give(s.Maker, s.tie(other, onboarding.Shareholder, "Ada", 600_000))
	s.uses(limit, 30_000_00)
	end(other)
	s.uses(limit, 20_000_00)
	if again := s.node.reloaded(); again.Digest() != s.book.Digest() || len(book.Check(again)) > 0 {
		t.Error("the book that is loaded from its rows is another")
	}
}

// Whose head is one party is connected with it, and with who depends on any of them.
func TestAHeadConnectsThoseBelowIt(t *testing.T) {
	s := newScene(t)
	s.live(9, amounting(20_000_00), dueIn30)
	s.give(s.Maker, &book.RegisterParty{Roles: party.Buyer, Country: "DE", Tokens: []party.Token{party.Token(load.Token("holding"))}})
	top := latest[id.Party](s, "party")
	limit := s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: top}, 50_000_00)
	s.uses(limit, 0)
	s.give(s.Maker, &book.RegisterParty{Roles: party.Buyer, Country: "DE", Group: top, Tokens: []party.Token{party.Token(load.Token("below it"))}})
	below := latest[id.Party](s, "party")
	s.give(s.Maker, &book.ProposeDependence{Party: s.Anchor, On: below, Reason: load32("one plant"), Evidence: load32("contract")})
	s.give(s.Checker, &book.DecideDependence{Dependence: latest[id.Dependence](s, "dependence"), Decision: book.Approve})
	s.uses(limit, 20_000_00)
}

// A limit that two connections bring together with another goes on to bind, beside it; and one that is withdrawn no longer does.
func TestLimitsOfThoseWhoAreConnectedLaterBothBind(t *testing.T) {
	s := newScene(t)
	s.owing()
	one := s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Sellers[0]}, 31_000_00)
	other := s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Anchor}, 90_000_00)
	second := latest[id.Actor](s, "actor")
	dependence := s.dependent()
	s.uses(one, 30_000_00)
	s.uses(other, 30_000_00)
	s.live(5, amounting(5_000_00), dueIn30)
	s.refused("funder_declined", s.SellerActors[0], s.quote())
	s.refused("reason_missing", s.FunderActor, &book.WithdrawLimit{Limit: one})
	s.refused("other_party", s.Maker, &book.WithdrawLimit{Limit: one, Reason: load32("why")})
	s.give(s.FunderActor, &book.WithdrawLimit{Limit: one, Reason: load32("the other bounds them all")})
	s.refused("limit_state", s.FunderActor, &book.WithdrawLimit{Limit: one, Reason: load32("again")})
	s.refused("second_person", s.FunderActor, &book.DecideLimitWithdrawal{Limit: one, Decision: book.Approve})
	s.refused("funder_declined", s.SellerActors[0], s.quote())
	s.give(s.FunderActor, &book.DecideLimitWithdrawal{Limit: one, Decision: book.Decline})
	s.refused("limit_state", second, &book.DecideLimitWithdrawal{Limit: one, Decision: book.Approve})
	s.give(s.FunderActor, &book.WithdrawLimit{Limit: one, Reason: load32("the other bounds them all")})
	s.give(second, &book.DecideLimitWithdrawal{Limit: one, Decision: book.Approve})
	if l := s.bound(one); l.State != credit.WithdrawnLimit || l.Withdrawal.Checker != second || l.Taken() != 0 {
		t.Errorf("%+v", l)
	}
	s.give(s.SellerActors[0], s.quote())
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	s.independent(dependence)
	if got := book.LimitUse(s.book, other); got != [2]money.Minor{5_000_00, 20_000_00} {
		t.Errorf("%v", got)
	}
	// A new one of the key takes over what it bounds.
	s.uses(s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Sellers[0]}, 31_000_00), 10_000_00)
	if again := s.node.reloaded(); again.Digest() != s.book.Digest() || len(book.Check(again)) > 0 {
		t.Error("the book that is loaded from its rows is another")
	}
}

// What need not be there may go, and what must be there may not.
func TestOnlyOptionalLimitsAreWithdrawn(t *testing.T) {
	s := newScene(t)
	s.limit(credit.LimitKey{Kind: credit.PairLimit, Programme: s.Payables, Party: s.Sellers[0], Counterparty: s.Anchor}, 1, 300)
	pair := latest[id.Limit](s, "credit_limit")
	s.live(5, amounting(5_000_00), dueIn30)
	s.refused("limit_exceeded", s.SellerActors[0], s.quote())
	s.give(s.Maker, &book.WithdrawLimit{Limit: pair, Reason: load32("why")})
	s.give(s.Checker, &book.DecideLimitWithdrawal{Limit: pair, Decision: book.Approve})
	s.give(s.SellerActors[0], s.quote())
	needed := 0
	for n := uint64(1); n < pair.Number(); n++ {
		l := s.bound(id.Make[id.Limit](1, n))
		if slices.Contains([]credit.Kind{credit.BuyerLimit, credit.ProgrammeLimit, credit.FunderLimit, credit.SellerLimit}, l.Key.Kind) && l.State == credit.Live {
			if l.Key.Kind == credit.SellerLimit && l.Key.Programme == s.Payables {
				continue // payables finance asks for none
			}
			s.refused("limit_required", s.Maker, &book.WithdrawLimit{Limit: l.ID, Reason: load32("why")})
			needed++
		}
	}
	if needed < 6 {
		t.Errorf("%d limits were tried", needed)
	}
}

// At the close of each day what is beyond its amount is on record, since the first such day; at the first close within it, it no longer is.
func TestLimitsBeyondTheirAmountAreOnRecordAtTheCloseOfADay(t *testing.T) {
	s := newScene(t)
	s.owing()
	limit := s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Anchor}, 25_000_00)
	s.days(s.book.Date() + 1)
	if l := s.bound(limit); l.Alarm != (credit.Alarm{}) {
		t.Errorf("%+v", l.Alarm)
	}
	dependence := s.dependent()
	first := s.book.Date()
	s.days(first + 1)
	s.run()
	if l := s.bound(limit); l.Alarm != (credit.Alarm{Since: first, Seen: first, Taken: 30_000_00, Over: 5_000_00}) {
		t.Errorf("%+v", l.Alarm)
	}
	s.days(first + 3)
	s.run()
	if l := s.bound(limit); l.Alarm != (credit.Alarm{Since: first, Seen: first + 2, Taken: 30_000_00, Over: 5_000_00}) {
		t.Errorf("%+v", l.Alarm)
	}
	s.independent(dependence)
	s.uses(limit, 20_000_00)
	if l := s.bound(limit); l.Alarm.Seen != first+2 {
		t.Error("an alarm stands until a day is closed without it")
	}
	s.days(first + 4)
	s.run()
	if l := s.bound(limit); l.Alarm != (credit.Alarm{}) {
		t.Errorf("%+v", l.Alarm)
	}
	s.uses(limit, 20_000_00)
	if again := s.node.reloaded(); again.Digest() != s.book.Digest() || len(book.Check(again)) > 0 {
		t.Error("the book that is loaded from its rows is another")
	}
}

// The operator recommends, and binds nobody; the funder's people take it up, two of them, or say why not.
func TestALimitIsRecommendedToAFunder(t *testing.T) {
	s := newScene(t)
	key := credit.LimitKey{Kind: credit.BuyerLimit, Party: s.Anchor}
	r := s.recommended(key)
	if got := s.advice(r); got.State != credit.RecommendationOpen || got.Maker != s.Maker || got.Terms.Key.Owner != s.Funder {
		t.Errorf("%+v", got)
	}
	before := book.Counts(s.book)["credit_limit"]
	_, stranger := s.funder()
	s.refused("other_party", stranger, &book.DecideRecommendation{Recommendation: r, Decision: book.Approve})
	s.refused("not_permitted", s.Maker, &book.DecideRecommendation{Recommendation: r, Decision: book.Approve})
	s.refused("not_permitted", s.FunderActor, &book.RecommendLimit{})
	s.refused("limit_invalid", s.Maker, &book.RecommendLimit{Terms: credit.LimitTerms{Key: key}})
	s.refused("reason_missing", s.FunderActor, &book.DecideRecommendation{Recommendation: r, Decision: book.Decline})
	s.give(s.FunderActor, &book.DecideRecommendation{Recommendation: r, Decision: book.Approve})
	l := s.bound(latest[id.Limit](s, "credit_limit"))
	if l.ID.Number() != before+1 || l.State != credit.Proposed || l.Key.Owner != s.Funder || l.Amount != 70_000_00 || l.Maker != s.FunderActor {
		t.Errorf("%+v", l)
	}
	s.refused("second_person", s.FunderActor, &book.ApproveLimit{Limit: l.ID})
	s.give(s.another(s.Funder, party.Funder), &book.ApproveLimit{Limit: l.ID})
	if got := s.advice(r); got.State != credit.RecommendationTaken || got.Limit != l.ID {
		t.Errorf("%+v", got)
	}
	r = s.recommended(key)
	s.give(s.FunderActor, &book.DecideRecommendation{Recommendation: r, Decision: book.Decline, Reason: load32("no appetite")})
	if got := s.advice(r); got.State != credit.RecommendationDismissed || got.Dismissal != load32("no appetite") || got.Limit != 0 {
		t.Errorf("%+v", got)
	}
	// What the funder has bears on no recommendation: the operator would learn of it.
	s.dependent()
	s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Anchor}, 1)
	r = s.recommended(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Sellers[0]})
	s.refused("limit_connected", s.FunderActor, &book.DecideRecommendation{Recommendation: r, Decision: book.Approve})
	s.stands(nil)
}
