package book_test

import (
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/domain/score"
)

// replays takes decisions again and compares.
func (s *scene) replays(made []risk.Decision) {
	s.t.Helper()
	for _, d := range made {
		if again, can := s.book.Again(&d); !can || !slices.Equal(again, d.Outcomes) || rule.Worst(again) != d.Verdict {
			s.t.Errorf("decision %s, at %s: %v comes out as %v", d.ID, d.Purpose, d.Outcomes, again)
		}
	}
}

func TestADeclinedReferralLeavesADecision(t *testing.T) {
	s, rows := newScene(t), drained{}
	open := s.referralAt(s.referral())
	asked := s.decisions(rows)
	s.give(s.FunderActor, &book.DecideReferral{Financing: open.Financing, Decision: book.Decline, Reason: load32("why")})
	made := s.decisions(rows)
	if len(made) != 1 || made[0].Purpose != risk.AtReferral || !made[0].Declined || made[0].Actor != s.FunderActor || made[0].Financing != open.Financing || made[0].Verdict != rule.Refer ||
		!slices.Equal(made[0].Outcomes, asked[len(asked)-1].Outcomes) || made[0].Edition != risk.Now || made[0].Seller != s.Sellers[0] {
		t.Fatalf("%+v", made)
	}
	if f := s.financed(open.Financing); f.State != funding.Declined || f.Decision != made[0].ID {
		t.Errorf("%s, by %s", f.State, f.Decision)
	}
	s.replays(append(asked, made...))
	// Nobody decides in time, and by then the seller is suspended: no rule is asked.
	late := s.referralAt(s.referral())
	s.give(s.Maker, &book.SuspendParty{Party: s.Sellers[0], Reason: load32("why")})
	s.decisions(rows)
	s.days(late.Lapses + 1)
	made = s.decisions(rows)
	if len(made) != 1 || !made[0].Declined || made[0].Actor != 0 || made[0].Edition != 0 || made[0].Financing != late.Financing || len(made[0].Outcomes) != 0 || made[0].Facts.Date != s.book.Date() {
		t.Fatalf("%+v", made)
	}
	s.replays(made)
	s.reread(rows)
}

// A funder of three has the buyer on its watch list: its people are asked, the others' are not told why, and the decision on its part is its own.
func TestAFundersOwnReviewRefersItsPart(t *testing.T) {
	s, rows := newScene(t).syndicate(funding.Reshared), drained{}
	s.live(5, amounting(36_000_00), dueIn30)
	s.give(s.market.BidderActors[1], &book.WatchParty{Party: s.Anchor, Listing: book.PutOn, Reason: load32("late")})
	p := s.ask()
	for i, f := range s.parts(p) {
		own := slices.ContainsFunc(f.Own.Outcomes, func(o rule.Outcome) bool { return o.Rule == "funder.watch_list" })
		if f.State != funding.Referred || own != (i == 1) || slices.ContainsFunc(f.Outcomes, func(o rule.Outcome) bool { return o.Rule == "watch_list" }) {
			t.Errorf("part %d is %s: %v, of its own %v", i, f.State, f.Outcomes, f.Own.Outcomes)
		}
	}
	made := s.decisions(rows)
	if last := made[len(made)-1]; last.Facts.Watched != 0 || len(last.Outcomes) != 0 {
		t.Errorf("the decision of all tells of one: %+v", last.Outcomes)
	}
	for i, f := range s.parts(p) {
		says := book.Approve
		if i == 1 {
			says = book.Decline
		}
		s.give(s.market.BidderActors[i], &book.DecideReferral{Financing: f.ID, Decision: says, Reason: load32("why")})
	}
	made = s.decisions(rows)
	if len(made) != 2 || !made[0].Declined || made[0].Financing != p.Parts[1].Financing || made[0].Facts.Watched == 0 || made[1].Declined || made[1].Facts.Watched != 0 {
		t.Fatalf("%+v", made)
	}
	for i, f := range s.parts(p) {
		if want := made[1-i%2].ID; f.Decision != want {
			t.Errorf("part %d rests on %s, want %s", i, f.Decision, want)
		}
	}
	s.replays(made)
	s.give(s.scene.SellerActors[0], &book.AcceptPlacement{Placement: p.ID})
	s.replays(s.decisions(rows))
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Error(breaches)
	}
}

// The reviewer's own models score its reviews, counted by month as uses are, and a funder's review proposes a limit of its own, reckoned by its
// own policy.
func TestAFundersReviewProposesItsOwnLimit(t *testing.T) {
	s := newScene(t)
	ofBuyers := func(t *score.Table, c *book.RegisterModel) {
		c.Purpose, t.Features[0].Name, t.Features[0].Digits, c.Reference = score.BuyerReview, "receivable_days", 1, score.Reference{}
	}
	s.give(s.Maker, registering(ofBuyers))
	s.give(s.Checker, &book.ValidateModel{Model: 1<<16 | 1, Note: load32("note")})
	s.give(s.Checker, &book.PromoteModel{Model: 1<<16 | 1, To: score.Champion})
	s.give(s.FunderActor, registering(ofBuyers, func(_ *score.Table, c *book.RegisterModel) { c.Funder = s.Funder }))
	second := s.deputy(s.Funder)
	s.give(second, &book.ValidateModel{Model: 2<<16 | 1, Note: load32("note")})
	s.give(second, &book.PromoteModel{Model: 2<<16 | 1, To: score.Champion})
	policy := reviewPolicy(func(p *credit.Policy) {
		p.Limit.EquityShare /= 2
		for grade := range p.Limit.Multipliers {
			p.Limit.Multipliers[grade] = 1_000_000
		}
	})
	s.give(s.FunderActor, &book.ProposeReviewPolicy{Policy: policy})
	s.give(second, &book.ApproveReviewPolicy{Policy: latest[id.ReviewPolicy](s, "review_policy")})
	in := func(r *book.ReviewRequest) { r.Programme = s.Payables }
	house, own := s.application(s.applied(s.Maker, in)), s.application(s.applied(s.FunderActor, in))
	if house.Assessment.Model != 1<<16|1 || own.Assessment.Model != 2<<16|1 {
		t.Errorf("scored by %s and %s", house.Assessment.Model, own.Assessment.Model)
	}
	for n := uint64(1); n <= 2; n++ {
		if month := book.Record(s.book, "model_month", n).(score.Month); month.Scored != 1 || month.Model.Number() != n {
			t.Errorf("%+v", month)
		}
	}
	if own.Assessment.Limit != 400_000_00 || house.Assessment.Limit != 0 || own.Assessment.Lines[0].Result*2 != house.Assessment.Lines[0].Result { // 4,000,000.00 at 10 %
		t.Errorf("%+v of the funder, %+v of the house", own.Assessment.Lines, house.Assessment.Lines)
	}
	s.give(s.FunderActor, s.viewing(own.ID))
	s.give(second, &book.DecideApplication{Application: own.ID, Decision: book.Approve})
	granted := s.application(own.ID)
	limit := book.Record(s.book, "credit_limit", granted.Limit.Number()).(credit.Limit)
	if want := (credit.LimitKey{Kind: credit.BuyerLimit, Programme: s.Payables, Party: s.Anchor, Currency: s.Currency, Owner: s.Funder}); limit.Key != want || limit.State != credit.Proposed ||
		limit.Amount != own.Assessment.Limit || limit.Expires != granted.View.Until {
		t.Fatalf("%+v", limit)
	}
	s.refused("other_party", s.Checker, &book.ApproveLimit{Limit: limit.ID})
	s.give(second, &book.ApproveLimit{Limit: limit.ID})
	// A funder that has no part in the programme has a grade, and no limit.
	s.give(s.Maker, &book.RegisterParty{Roles: party.Funder, Country: "DE", Tokens: []party.Token{person("another funder")}})
	other := latest[id.Party](s, "party")
	by, deputy := s.deputy(other), s.deputy(other)
	alone := s.applied(by, in)
	s.give(by, s.viewing(alone))
	s.give(deputy, &book.DecideApplication{Application: alone, Decision: book.Approve})
	if granted := s.application(alone); granted.State != credit.Granted || granted.Limit != 0 {
		t.Errorf("%+v", granted)
	}
	sound(t, s)
}
