package book_test

import (
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/edge/policy"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, limitRefusals...) }

// ownLimit has a funder's own limit in force, by two of its people.
func (s *scene) ownLimit(key credit.LimitKey, amount money.Minor) id.Limit {
	s.t.Helper()
	key.Owner, key.Currency = s.Funder, s.Currency
	s.give(s.FunderActor, &book.ProposeLimit{Key: key, Amount: amount, Expires: s.Today.AddDays(300)})
	l := latest[id.Limit](s, "credit_limit")
	s.give(s.another(s.Funder, party.Funder), &book.ApproveLimit{Limit: l})
	return l
}

func (s *scene) bound(l id.Limit) credit.Limit {
	return book.Record(s.book, "credit_limit", l.Number()).(credit.Limit)
}

// coverLimit is an insurer's limit on the anchor.
func (s *scene) coverLimit(amount money.Minor, strictness credit.Strictness) *book.ProposeLimit {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterParty{Roles: party.Funder, Country: "FR", Tokens: []party.Token{party.Token(load.Token("insurer"))}})
	return &book.ProposeLimit{
		Key: credit.LimitKey{Kind: credit.InsurerLimit, Programme: s.Payables, Party: s.Anchor, Currency: s.Currency}, Amount: amount, Expires: s.Today.AddDays(90), Strictness: strictness,
		Insurance: credit.Insurance{Insurer: latest[id.Party](s, "party"), Policy: load32("policy"), Share: 900_000},
	}
}

// clauses compiles what must hold, each with what follows otherwise.
func (s *scene) clauses(otherwise, text string) []rule.Clause {
	s.t.Helper()
	clauses, problems := policy.Clauses([]policy.Rule{{Name: "own_rule", Text: text, Otherwise: otherwise, Reason: "why"}}, policy.Financing())
	if len(problems) > 0 {
		s.t.Fatal(problems)
	}
	return clauses
}

// ownPolicy has a funder's policy in force.
func (s *scene) ownPolicy(p id.Programme, clauses []rule.Clause) {
	s.t.Helper()
	s.give(s.FunderActor, &book.ProposeFunderPolicy{Programme: p, Clauses: clauses})
	s.give(s.another(s.Funder, party.Funder), &book.DecideFunderPolicy{Policy: latest[id.FunderPolicy](s, "funder_policy"), Decision: book.Approve})
}

// guarded is a programme that wants standing authorities, with money in it.
func (s *scene) guarded() id.Programme {
	return s.stocked(1_000_000_00, func(c *book.ProposeProgramme) { c.AuthorityRequired = true })
}

// authority gives the terms of one.
func (s *scene) authority(p id.Programme, change func(t *funding.AuthorityTerms)) *book.GiveAuthority {
	t := funding.AuthorityTerms{
		Programmes: []id.Programme{p}, AmountMost: 50_000_00, TotalMost: 80_000_00, GradeMost: 5, TenorDaysMax: 120, Until: s.book.Date().AddDays(30),
	}
	change(&t)
	return s.World.Authority(s.Funder, t)
}

func (s *scene) authorised() funding.Authority {
	return book.Record(s.book, "funder_authority", latest[id.Authority](s, "funder_authority").Number()).(funding.Authority)
}

// Every kind of limit that is in force counts the same use through the life of a financing, and one that comes later takes over what
// there is.
func TestLimitsOfAllKindsCountOneUse(t *testing.T) {
	s := newScene(t)
	keys := []credit.LimitKey{
		{Kind: credit.BuyerLimit, Party: s.Anchor}, {Kind: credit.SellerLimit, Party: s.Sellers[0]}, {Kind: credit.PairLimit, Party: s.Sellers[0], Counterparty: s.Anchor},
		{Kind: credit.GroupLimit, Party: s.Anchor}, {Kind: credit.CurrencyLimit}, {Kind: credit.ProductLimit, Product: id.Make[id.Product](1, 1)},
	}
	var limits []id.Limit
	for _, key := range keys {
		limits = append(limits, s.ownLimit(key, 90_000_00))
	}
	s.limit(credit.LimitKey{Kind: credit.PairLimit, Programme: s.Payables, Party: s.Sellers[0], Counterparty: s.Anchor}, 90_000_00, 300)
	limits = append(limits, latest[id.Limit](s, "credit_limit"))
	s.bounding(func(bounds *risk.Thresholds) { bounds.InsurerUseMax = 0 })
	c := s.coverLimit(10_000_00, credit.Advisory)
	s.give(s.Maker, c)
	insurer := latest[id.Limit](s, "credit_limit")
	s.give(s.Checker, &book.ApproveLimit{Limit: insurer})
	limits = append(limits, insurer)
	for step, want := range map[int][2]money.Minor{7: {20_000_00, 0}, 9: {0, 20_000_00}, 12: {0, 0}} {
		s := s
		before := book.LimitUse(s.book, limits[0])
		s.live(step, amounting(20_000_00), dueIn30)
		for _, l := range limits {
			got := book.LimitUse(s.book, l)
			if got[0]-before[0] != want[0] || got[1]-before[1] != want[1] {
				t.Errorf("step %d: limit %s: %v after %v", step, s.bound(l).Key.Kind, got, before)
			}
		}
		s.stands(nil)
	}
	if l := s.bound(insurer); l.Overshoot() != 30_000_00 || l.Available() != 0 {
		t.Errorf("beyond the cover: %+v", l)
	}
	later := s.ownLimit(credit.LimitKey{Kind: credit.BuyerLimit, Programme: s.Payables, Party: s.Anchor}, 45_000_00)
	if got := book.LimitUse(s.book, later); got != [2]money.Minor{20_000_00, 20_000_00} {
		t.Errorf("a later limit takes over %v", got)
	}
	s.live(5, amounting(10_000_00), dueIn30)
	s.refused("funder_declined", s.SellerActors[0], s.quote())
	s.limit(credit.LimitKey{Kind: credit.PairLimit, Programme: s.Payables, Party: s.Sellers[0], Counterparty: s.Anchor}, 1, 300)
	if cut := s.bound(latest[id.Limit](s, "credit_limit")); cut.Overshoot() != 40_000_00-1 {
		t.Errorf("a cut unwinds nothing: %+v", cut)
	}
	s.stands(nil)
	if again := s.node.reloaded(); again.Digest() != s.book.Digest() || len(book.Check(again)) > 0 {
		t.Error("the book that is loaded from its rows is another")
	}
}

// A holding of the second tier uses that tier's limit.
func TestAGroupIsBoundAsAWhole(t *testing.T) {
	s := newScene(t)
	s.give(s.Maker, &book.RegisterParty{Roles: party.Buyer, Country: "DE", Group: s.Anchor, Tokens: []party.Token{party.Token(load.Token("sister"))}})
	sister := latest[id.Party](s, "party")
	s.refused("group_head", s.Maker, &book.ProposeLimit{Key: credit.LimitKey{Kind: credit.GroupLimit, Programme: s.Payables, Party: sister, Currency: s.Currency}, Expires: s.Today})
	s.limit(credit.LimitKey{Kind: credit.GroupLimit, Programme: s.Payables, Party: s.Anchor}, 15_000_00, 300)
	s.live(5, amounting(20_000_00), dueIn30)
	s.refused("limit_exceeded", s.SellerActors[0], s.quote())
	s.limit(credit.LimitKey{Kind: credit.GroupLimit, Programme: s.Payables, Party: s.Anchor}, 20_000_00, 300)
	s.give(s.SellerActors[0], s.quote())
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	if l := s.bound(latest[id.Limit](s, "credit_limit")); l.Reserved != 20_000_00 {
		t.Errorf("%+v", l)
	}
	s.stands(nil)
}

// One suspends, two lift; meanwhile nothing new is used, and what is reserved is paid out and repaid.
func TestALimitIsSuspendedByOneAndLiftedByTwo(t *testing.T) {
	s := newScene(t)
	s.live(7, amounting(20_000_00), dueIn30)
	limit := s.ownLimit(credit.LimitKey{Kind: credit.BuyerLimit, Party: s.Anchor}, 90_000_00)
	second := latest[id.Actor](s, "actor")
	s.refused("other_party", s.Maker, &book.SuspendLimit{Limit: limit, Cause: load32("why")})
	s.refused("reason_missing", s.FunderActor, &book.SuspendLimit{Limit: limit})
	s.give(s.FunderActor, &book.SuspendLimit{Limit: limit, Cause: load32("why")})
	s.refused("limit_state", s.FunderActor, &book.SuspendLimit{Limit: limit, Cause: load32("why")})
	s.give(s.Maker, &book.Disburse{Financing: s.financing()})
	s.live(5, amounting(20_000_00), dueIn30)
	s.refused("funder_declined", s.SellerActors[0], s.quote())
	s.give(s.FunderActor, &book.LiftLimit{Limit: limit})
	s.refused("second_person", s.FunderActor, &book.LiftLimit{Limit: limit})
	s.refused("funder_declined", s.SellerActors[0], s.quote())
	s.give(second, &book.LiftLimit{Limit: limit})
	s.refused("limit_state", second, &book.LiftLimit{Limit: limit})
	s.give(s.SellerActors[0], s.quote())
	s.stands(nil)
}

// What has been used of a limit that does not revolve is used up when it is repaid, and what a bank takes back is not.
func TestALimitThatIsUsedOnce(t *testing.T) {
	s := newScene(t)
	s.live(12, amounting(20_000_00), dueIn30) // before it
	key := credit.LimitKey{Kind: credit.BuyerLimit, Owner: s.Funder, Party: s.Anchor, Currency: s.Currency}
	s.give(s.FunderActor, &book.ProposeLimit{Key: key, Amount: 50_000_00, Expires: s.Today.AddDays(300), Renewal: credit.Once, Commitment: credit.Committed})
	limit := latest[id.Limit](s, "credit_limit")
	s.give(s.another(s.Funder, party.Funder), &book.ApproveLimit{Limit: limit})
	if l := s.bound(limit); l.Available() != 50_000_00 || l.Spent() != 0 {
		t.Errorf("%+v", l)
	}
	s.live(12, amounting(20_000_00), dueIn30)
	if l := s.bound(limit); l.Available() != 30_000_00 || l.Spent() != 20_000_00 || l.Used != 0 {
		t.Errorf("%+v", l)
	}
	s.live(9, amounting(20_000_00), dueIn30)
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Returned, Value: s.book.Date()})
	if l := s.bound(limit); l.Available() != 30_000_00 {
		t.Errorf("%+v", l)
	}
	s.stands(nil)
	s.live(5, amounting(31_000_00), dueIn30)
	s.refused("funder_declined", s.SellerActors[0], s.quote())
}

// A clause of the first funder's policy that refuses has the second one asked; neither learns of the other's.
func TestEachFunderIsAskedByItsOwnPolicy(t *testing.T) {
	f := newScene(t).fairground()
	s := f.scene
	s.live(5, amounting(20_000_00), dueIn30)
	s.give(s.SellerActors[0], s.quoteIn(f.market.Programme))
	if got := s.financed(s.financing()); got.Funder != s.Funder || len(got.Own.Policies) != 0 {
		t.Fatalf("%+v", got)
	}
	s.ownPolicy(0, s.clauses("refuse", "buyer_grade < 2"))
	s.give(s.SellerActors[0], s.quoteIn(f.market.Programme))
	if got := s.financed(s.financing()); got.Funder != f.market.Bidders[1] || len(got.Outcomes) != 0 {
		t.Fatalf("%+v", got)
	}
	s.ownPolicy(0, nil)
	s.ownPolicy(f.market.Programme, s.clauses("refer", "buyer_grade < 2"))
	s.give(s.SellerActors[0], s.quoteIn(f.market.Programme))
	got := s.financed(s.financing())
	if got.Funder != s.Funder || got.State != funding.Referred || len(got.Outcomes) != 1 || got.Outcomes[0].Rule != "funder.referral" || got.Own.Outcomes[0].Rule != "funder.own_rule" {
		t.Fatalf("%+v", got)
	}
	s.give(s.FunderActor, &book.DecideReferral{Financing: got.ID, Decision: book.Approve, Reason: load32("why")})
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: got.ID})
	s.stands(nil)
}

// Where a programme wants it, what no standing authority covers waits for the funder's people; what one covers counts against it.
func TestAutomaticFinanceTakesAStandingAuthority(t *testing.T) {
	s := newScene(t)
	p := s.guarded()
	s.live(5, amounting(40_000_00), dueIn30)
	s.give(s.SellerActors[0], s.quoteIn(p))
	got := s.financed(s.financing())
	if got.State != funding.Referred || got.Own.Outcomes[0].Rule != "funder.authority_ended" {
		t.Fatalf("%+v", got)
	}
	s.give(s.FunderActor, s.authority(p, func(*funding.AuthorityTerms) {}))
	a := s.authorised()
	s.give(s.FunderActor, &book.DecideReferral{Financing: got.ID, Decision: book.Decline, Reason: load32("why")})
	s.give(s.SellerActors[0], s.quoteIn(p))
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	if got = s.financed(s.financing()); got.Own.Authority != a.ID || s.authorised().Financed != got.Principal {
		t.Fatalf("%+v, %+v", got, s.authorised())
	}
	s.live(5, amounting(45_000_00), dueIn30) // more than is left in all
	s.give(s.SellerActors[0], s.quoteIn(p))
	if late := s.financed(s.financing()); late.State != funding.Referred || late.Own.Outcomes[0].Rule != "funder.authority_total" {
		t.Fatalf("%+v", late)
	}
	s.live(5, amounting(30_000_00), dueIn30)
	s.give(s.SellerActors[0], s.quoteIn(p))
	quoted := s.financing()
	s.give(s.FunderActor, &book.RevokeAuthority{Authority: a.ID})
	s.refused("risk_changed", s.SellerActors[0], &book.AcceptQuote{Financing: quoted})
	s.give(s.SellerActors[0], &book.CancelFinancing{Financing: got.ID})
	if s.authorised().Financed != 0 {
		t.Fatalf("%+v", s.authorised())
	}
	s.stands(nil)
}

// A seller's standing instruction and the funder's standing authority meet, or nothing is financed.
func TestAnInstructionDoesNotGoBeyondAnAuthority(t *testing.T) {
	s := newScene(t)
	p := s.guarded()
	s.give(s.SellerActors[0], s.instructing(func(t *book.InstructionTerms) { t.Programmes = []id.Programme{p} }))
	refused := s.followed(func() { s.live(5, amounting(20_000_00), dueIn30) })
	if len(refused) == 0 || refused[len(refused)-1].Code != "instruction_referred" {
		t.Fatal(refused)
	}
	s.give(s.FunderActor, s.authority(p, func(*funding.AuthorityTerms) {}))
	s.live(5, amounting(20_000_00), dueIn30)
	if s.debt(s.receivable()).Financing == 0 || s.authorised().Financed == 0 {
		t.Fatalf("%+v", s.authorised())
	}
	s.stands(nil)
}

// In a placement the funder whose policy refuses takes no part, and its people decide where it refers.
func TestAPlacementAsksEachFunderItself(t *testing.T) {
	k := newScene(t).syndicate(funding.Reshared)
	s := k.scene
	s.ownPolicy(0, s.clauses("refuse", "buyer_grade < 2"))
	s.live(5, amounting(20_000_00), dueIn30)
	p := k.ask()
	if p.Parts[0].Refusal != "funder_declined" || p.Unplaced != 0 {
		t.Fatalf("%+v", p)
	}
	s.ownPolicy(0, s.clauses("refer", "buyer_grade < 2"))
	s.live(5, amounting(20_000_00), dueIn30)
	p = k.ask()
	for i, f := range k.parts(p) {
		if f.State != funding.Referred || (len(f.Own.Outcomes) > 0) != (i == 0) {
			t.Fatalf("%+v", f)
		}
	}
	s.stands(nil)
}

var limitRefusals = []refusal{
	{"limit_suspended", "A limit is suspended.", "Two persons of whoever set it lift that.", func(s *scene) (id.Actor, book.Command) {
		s.live(5)
		s.limit(credit.LimitKey{Kind: credit.ProgrammeLimit, Programme: s.Payables}, 1_000_000_00, 300)
		s.give(s.Maker, &book.SuspendLimit{Limit: latest[id.Limit](s, "credit_limit"), Cause: load32("why")})
		return s.SellerActors[0], s.quote()
	}},
	{"group_head", "A group limit is on the head of the group.", "Name the head.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.Maker, &book.RegisterParty{Roles: party.Buyer, Country: "DE", Group: s.Anchor, Tokens: []party.Token{party.Token(load.Token("sister"))}})
		return s.Maker, &book.ProposeLimit{Key: credit.LimitKey{Kind: credit.GroupLimit, Programme: s.Payables, Party: latest[id.Party](s, "party"), Currency: s.Currency}, Expires: s.Today}
	}},
	{"funder_declined", "The funder does not lend its money on this.", "Ask another one: its own limits and policy are its own business.", func(s *scene) (id.Actor, book.Command) {
		s.ownPolicy(0, s.clauses("refuse", "buyer_grade < 2"))
		s.live(5)
		return s.SellerActors[0], s.quote()
	}},
	{"clauses_invalid", "A clause of the policy can't be judged.", "The sentence says which, and why.", func(s *scene) (id.Actor, book.Command) {
		clauses := s.clauses("refuse", "buyer_grade < 2")
		return s.FunderActor, &book.ProposeFunderPolicy{Clauses: append(clauses, clauses...)}
	}},
	{"funder_policy_unknown", "There is no such policy.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.FunderActor, &book.DecideFunderPolicy{Policy: beyond[id.FunderPolicy](s, "funder_policy"), Decision: book.Approve}
	}},
	{"funder_policy_state", "The policy was decided on already.", "Propose another one.", func(s *scene) (id.Actor, book.Command) {
		s.ownPolicy(0, nil)
		return s.FunderActor, &book.DecideFunderPolicy{Policy: latest[id.FunderPolicy](s, "funder_policy"), Decision: book.Approve}
	}},
	{"authority_terms", "A bound or a programme of the standing authority is missing or wrong.", "Correct it, and sign again.", func(s *scene) (id.Actor, book.Command) {
		return s.FunderActor, s.authority(s.Payables, func(t *funding.AuthorityTerms) { t.Programmes = nil })
	}},
	{"authority_live", "Another standing authority is live in the programme.", "Revoke it first.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.FunderActor, s.authority(s.Payables, func(*funding.AuthorityTerms) {}))
		return s.FunderActor, s.authority(s.Payables, func(*funding.AuthorityTerms) {})
	}},
	{"authority_unknown", "There is no such standing authority.", "Look up its identity.", func(s *scene) (id.Actor, book.Command) {
		return s.FunderActor, &book.RevokeAuthority{Authority: beyond[id.Authority](s, "funder_authority")}
	}},
	{"authority_state", "The standing authority is over.", "Give another one.", func(s *scene) (id.Actor, book.Command) {
		s.give(s.FunderActor, s.authority(s.Payables, func(*funding.AuthorityTerms) {}))
		s.give(s.FunderActor, &book.RevokeAuthority{Authority: s.authorised().ID})
		return s.FunderActor, &book.RevokeAuthority{Authority: s.authorised().ID}
	}},
	{"authority_missing", "The programme takes bids under a standing authority only, and none covers the lot.", "Give one, and open the bid then.", func(s *scene) (id.Actor, book.Command) {
		f := s.fairground()
		f.market.Programme = f.competing()
		a := f.offered(f.putUp(1))
		opening := f.bid(&a, 0, 45_000, a.Rules.Volume)
		f.close(&a)
		return f.market.BidderActors[0], opening
	}},
}

// competing is a programme of two funders that wants standing authorities.
func (f *fairground) competing() id.Programme {
	f.t.Helper()
	c := f.propose()
	c.AuthorityRequired = true
	c.Funders = append(c.Funders, funding.Funder{Party: f.market.Bidders[1], Priority: 2, Rate: 50_000})
	f.give(f.Maker, c)
	p := latest[id.Programme](f.scene, "programme")
	f.give(f.Checker, &book.ApproveProgramme{Programme: p})
	for _, key := range f.keysOf(p) {
		f.limit(key, 1_000_000_00, 300)
	}
	f.founded(p, f.market.Bidders[1])
	f.deposit(p, f.scene.Funder, 1_000_000_00)
	return p
}

// limitsHeld leaves limits of several kinds, one of them suspended, policies and an authority with use.
func limitsHeld(n *node, w *load.World, lives uint64) {
	n.t.Helper()
	s := &scene{node: n, World: w, lives: lives}
	s.Today = n.book.Date()
	p := s.guarded()
	s.give(s.FunderActor, s.authority(p, func(*funding.AuthorityTerms) {}))
	s.live(5, amounting(20_000_00), func(l *load.Life) { l.Due = n.book.Date().AddDays(60) })
	s.give(s.SellerActors[0], s.quoteIn(p))
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: s.financing()})
	s.ownPolicy(0, s.clauses("refer", `amount <= money("900000.00 EUR")`))
	s.ownPolicy(0, s.clauses("refer", `amount <= money("800000.00 EUR")`))
	s.ownLimit(credit.LimitKey{Kind: credit.GroupLimit, Party: s.Anchor}, 900_000_00)
	s.give(s.FunderActor, &book.SuspendLimit{Limit: s.ownLimit(credit.LimitKey{Kind: credit.PairLimit, Party: s.Sellers[1], Counterparty: s.Anchor}, 900_000_00), Cause: load32("why")})
	c := s.coverLimit(10_000_00, credit.Advisory)
	s.give(s.Maker, c)
	s.give(s.Checker, &book.ApproveLimit{Limit: latest[id.Limit](s, "credit_limit")})
	connectedHeld(s)
}

// connectedHeld leaves parties that depend on one another, a limit on them, one that was withdrawn, and recommendations.
func connectedHeld(s *scene) {
	s.t.Helper()
	s.dependent()
	s.ownLimit(credit.LimitKey{Kind: credit.ConnectedLimit, Party: s.Sellers[0]}, 900_000_00)
	gone := s.ownLimit(credit.LimitKey{Kind: credit.PairLimit, Party: s.Sellers[0], Counterparty: s.Anchor}, 900_000_00)
	s.give(s.FunderActor, &book.WithdrawLimit{Limit: gone, Reason: load32("why")})
	s.give(latest[id.Actor](s, "actor"), &book.DecideLimitWithdrawal{Limit: gone, Decision: book.Approve})
	s.recommended(credit.LimitKey{Kind: credit.BuyerLimit, Party: s.Anchor})
	s.give(s.FunderActor, &book.DecideRecommendation{Recommendation: s.recommended(credit.LimitKey{Kind: credit.SellerLimit, Party: s.Sellers[0]}), Decision: book.Approve})
	s.give(s.FunderActor, &book.DecideRecommendation{Recommendation: s.recommended(credit.LimitKey{Kind: credit.SellerLimit, Party: s.Sellers[0]}), Decision: book.Decline, Reason: load32("no")})
}

func TestTheStatementOfAnAuthorityNamesItsBounds(t *testing.T) {
	s := newScene(t)
	text := string(s.authority(s.Payables, func(*funding.AuthorityTerms) {}).Statement())
	for _, want := range []string{"amount at most: 5000000", "in all at most: 8000000", "grade at worst: 5", "days at most: 120", "programme: " + s.Payables.String()} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
}

// What an insurer covers bounds nothing by itself when it is advisory; a person looks at what goes beyond it.
func TestBeyondAnInsurersCoverAPersonLooks(t *testing.T) {
	for cover, want := range map[money.Minor]funding.FinancingState{1_000_000_00: funding.Quoted, 1: funding.Referred} {
		s := newScene(t)
		s.give(s.Maker, s.coverLimit(cover, credit.Advisory))
		s.give(s.Checker, &book.ApproveLimit{Limit: latest[id.Limit](s, "credit_limit")})
		s.live(5)
		s.give(s.SellerActors[0], s.quote())
		f := s.financed(s.financing())
		named := slices.ContainsFunc(f.Outcomes, func(o rule.Outcome) bool { return o.Rule == "insurer_limit" })
		if f.State != want || named != (want == funding.Referred) {
			t.Errorf("with cover of %d it is %s: %+v", cover, f.State, f.Outcomes)
		}
	}
}
