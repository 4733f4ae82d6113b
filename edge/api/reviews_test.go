package api_test

import (
	"fmt"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/view"
	"millrace/lab/load"
)

// reviewed lets a funder and another one review the anchor, each for itself: application, review, policy, news and watch list.
func (s *site) reviewed(all map[string]id.Actor) map[string]string {
	s.t.Helper()
	w := s.world
	made := map[string]string{}
	record := func(name string, who id.Actor, c book.Command) {
		s.t.Helper()
		for _, e := range s.give(who, c) {
			switch e := e.(type) {
			case *book.ApplicationOpened:
				made[name] = e.Application.ID.String()
				if whose, found := strings.CutPrefix(name, "application "); found {
					made["decision "+whose] = e.Application.Assessment.Decision.String()
				}
			case *book.ReviewPolicyProposed:
				made[name] = e.Policy.ID.String()
			case *book.NewsRecorded:
				made[name] = e.News.ID.String()
			case *book.PartyWatched:
				made[name] = e.Watch.ID.String()
			case *book.MasterScaleProposed:
				made[name] = e.Scale.ID.String()
			case *book.ReviewProposed:
				made[name] = e.Review.ID.String()
			}
		}
	}
	reason := load.Token("reason")
	text := [32]byte(append(reason[:], reason[:]...))
	applying := &book.OpenApplication{Party: w.Anchor, Side: credit.AsBuyer, Request: book.ReviewRequest{Form: credit.Company, Currency: w.Currency, Asked: 5_000_00, TenorDays: 90}}
	record("first", w.FunderActor, applying)
	first, _ := id.Parse[id.Application](made["first"])
	s.give(w.FunderActor, &book.ViewApplication{Application: first, Text: text, Grade: 7, Limit: 0, Until: w.Today + 100, Next: w.Today + 90, Override: text})
	second := s.newActor(w.Funder, party.Funder)
	record("own review", second, &book.DecideApplication{Application: first, Decision: book.Approve})
	record("application of funder", w.FunderActor, applying)
	record("application of other funder", all["other funder"], applying)
	policy := credit.DefaultPolicy
	policy.State, policy.Reason = 0, text
	record("review policy", w.FunderActor, &book.ProposeReviewPolicy{Policy: policy})
	record("news of other funder", all["other funder"], &book.RecordNews{Party: w.Anchor, Source: "daily", Date: w.Today, Severity: credit.Minor, Text: text})
	record("watch of other funder", all["other funder"], &book.WatchParty{Party: w.Anchor, Listing: book.PutOn, Reason: text})
	record("master scale", w.Maker, &book.ProposeMasterScale{Upto: credit.DefaultScale.Upto, Reason: text})
	return made
}

const reviewLines = `{"cash":"100000.00","trade_receivables":"300000.00","inventory":"200000.00","current_assets":"700000.00","total_assets":"1000000.00",
	"trade_payables":"150000.00","current_liabilities":"400000.00","total_liabilities":"600000.00","equity":"400000.00","revenue":"1460000.00","cost_of_sales":"1095000.00","net_profit":"70000.00"}`

// An application goes all its way over HTTP, with its ratios and the arithmetic of its limit.
func TestACreditReviewOverHTTP(t *testing.T) {
	s := newSite(t)
	w := s.world
	body := fmt.Sprintf(`{"party":%q,"side":"buyer","request":{"form":"company","programme":%q,"asked":{"text":"50000.00","currency":"EUR"},"tenor_days":90,
		"statements":[{"from":"2025-01-01","until":"2025-12-31","currency":"EUR","standard":"ifrs","assurance":"audited","lines":%s}],
		"bureaus":[{"source":"registry","date":%q,"figures":[{"name":"index","value":"231"}]}]}}`, w.Anchor, w.Payables, reviewLines, w.Today)
	a := decode[struct{ Record view.Application }](t, s.post(w.Maker, "/v1/applications", body).want(201)).Record
	if a.State != "assessed" || a.Reckoned == nil || len(a.Reckoned.Lines) != 6 || a.Statements[0].Lines["equity"] != "400000.00" {
		t.Fatalf("%+v", a)
	}
	ratio := map[string]string{}
	for _, f := range a.Reckoned.Facts {
		ratio[f.Name] = f.Value
	}
	if ratio["current_ratio"] != "1.7500" || ratio["receivable_days"] != "75.0" {
		t.Fatalf("%v", ratio)
	}
	decision := decode[view.Decision](t, s.get(w.Maker, "/v1/decisions/"+a.Reckoned.Decision).want(200))
	if decision.Purpose != "review" || decision.Review == nil || decision.Review.Application != a.ID || decision.Review.Grade != a.Reckoned.Grade || len(decision.Review.Facts) != len(a.Reckoned.Facts) {
		t.Fatalf("%+v", decision)
	}
	path := "/v1/applications/" + a.ID
	s.post(w.Maker, path+"/view", fmt.Sprintf(`{"text":"sound","grade":%d,"limit":{"text":"40000.00","currency":"EUR"},"override":"a long relation","until":%q,"next":%q,
		"conditions":[{"kind":"covenant","text":"equity above 30 %%","due":%q}]}`, a.Reckoned.Grade, w.Today+200, w.Today+180, w.Today+100)).want(200)
	if got := s.post(w.Maker, path+"/decision", `{"decision":"approve"}`); got.text("code") != "second_person" {
		t.Fatalf("%s", got.bytes)
	}
	s.post(w.Checker, path+"/decision", `{"decision":"approve"}`).want(200)
	done := decode[view.Application](t, s.get(w.Maker, path).want(200))
	if done.State != "approved" || done.Review == "" || done.Limit == "" {
		t.Fatalf("%+v", done)
	}
	s.post(w.Maker, "/v1/reviews/"+done.Review+"/conditions", `{"condition":1,"state":"met","note":"accounts of March"}`).want(200)
	review := decode[view.Review](t, s.get(w.FunderActor, "/v1/reviews/"+done.Review).want(200))
	if review.Conditions[0].State != "met" || review.Granted.Text != "40000.00" {
		t.Fatalf("%+v", review)
	}
}
