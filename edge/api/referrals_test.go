package api_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/edge/view"
)

// referred leads two trades of one seller to what the programme does not let pass by itself, and gives their cases.
func (s *site) referred(number uint64) string {
	s.t.Helper()
	w, made := s.world, ""
	l := w.NewLife(number)
	l.Amount = 260_000_00
	s.live(&l, 0, 5)
	quote := l.Step(5)
	for _, e := range s.give(quote.Actor, quote.Command) {
		switch e := e.(type) {
		case *book.ReferralOpened:
			made = e.Referral.ID.String()
		case *book.FinancingOpened:
			if e.Financing.State != funding.Referred {
				s.t.Fatalf("the quote is %s", e.Financing.State)
			}
		}
	}
	return made
}

func TestAReferralIsDecidedOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	all := s.cast()
	before, now := s.referred(2), s.referred(4)
	path := "/v1/referrals/" + now
	first := decode[view.Referral](t, s.get(w.FunderActor, "/v1/referrals/"+before).want(200))
	s.post(w.FunderActor, "/v1/financings/"+first.Financing+"/referral", `{"decision":"decline","reason":"too much at once"}`).want(200)

	s.post(w.FunderActor, path+"/holder", ``).want(200)
	s.post(w.Maker, path+"/advices", `{"says":"approve","text":"the buyer has always paid"}`).want(200)
	s.post(w.FunderActor, path+"/advices", `{"text":"asked for the order"}`).want(200)
	got := decode[view.Referral](t, s.get(w.FunderActor, path).want(200))
	if got.State != "taken" || got.Holder == nil || len(got.Advices) != 2 || got.Advices[0].Says != "approve" || got.Advices[0].By != nil || got.Advices[1].By == nil {
		t.Errorf("the funder sees %+v", got)
	}
	past := decode[[]view.PastReferral](t, s.get(w.FunderActor, path+"/alike").want(200))
	if len(past) != 1 || past[0].ID != before || past[0].Outcome != "declined" || past[0].Reason != "too much at once" || past[0].Alike < 80 {
		t.Errorf("cases like it: %+v", past)
	}
	for who, status := range map[string]int{"other funder": 404, "seller": 403, "auditor": 200, "operator": 200} {
		s.get(all[who], path).want(status)
		s.get(all[who], path+"/alike").want(status)
	}
	if page := decode[view.Page[view.Referral]](t, s.get(all["other funder"], "/v1/referrals").want(200)); len(page.Items) != 0 {
		t.Errorf("another funder sees %+v", page.Items)
	}
	if got := s.post(w.Maker, path+"/holder", ``); got.status != 403 {
		t.Errorf("the operator takes it: %s", got.bytes)
	}
	s.post(w.FunderActor, "/v1/financings/"+got.Financing+"/referral", `{"decision":"approve","reason":"seen"}`).want(200)
	if done := decode[view.Referral](t, s.get(w.FunderActor, path).want(200)); done.State != "approved" || done.Reason != "seen" {
		t.Errorf("decided: %+v", done)
	}
	if got := s.post(w.FunderActor, path+"/advices", `{"text":"late"}`); got.text("code") != "referral_state" {
		t.Errorf("%s", got.bytes)
	}
}
