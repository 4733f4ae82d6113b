package console_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/intake"
)

// A party's own page does not tell it who has reviewed it, what was heard of it, or on whose watch list it is.
func TestAPartyIsNotToldOfItsReview(t *testing.T) {
	s := newStage(t)
	s.open()
	seller := s.parties["rottmuehl"]
	s.applied(s.funderActor, "rottmuehl")
	text := s.keep(intake.KindReason, "Late with its accounts.")
	s.give(s.funderActor, &book.WatchParty{Party: seller, Listing: book.PutOn, Reason: text})
	s.give(s.maker, &book.RecordNews{Party: seller, Source: "daily", Date: s.today, Severity: credit.Minor, Text: text})
	s.look(look{
		who: "the seller", actor: s.actors["rottmuehl"], path: "/parties/" + seller.String(), status: 200, wants: []string{"Who it is"},
		nots: []string{"was asked for: grade", "watch list", "News of", "Decision", "at review"},
	})
}

// applied lets somebody ask for a review of a seller with its accounts of a year, and gives the application.
func (s *stage) applied(by id.Actor, seller string) id.Application {
	s.t.Helper()
	from, _ := calendar.Of(2025, 1, 1)
	until, _ := calendar.Of(2025, 12, 31)
	accounts := credit.Statement{From: from, Until: until, Currency: s.currency, Standard: credit.IFRS, Assurance: credit.Audited}
	for name, amount := range map[string]money.Minor{
		"cash": 100_000_00, "trade_receivables": 300_000_00, "inventory": 200_000_00, "current_assets": 700_000_00, "total_assets": 1_000_000_00,
		"trade_payables": 150_000_00, "current_liabilities": 400_000_00, "total_liabilities": 600_000_00, "equity": 400_000_00, "revenue": 1_460_000_00,
		"cost_of_sales": 1_095_000_00, "net_profit": 70_000_00,
	} {
		accounts.Figures = append(accounts.Figures, credit.Figure{Line: credit.ParseLine(name), Amount: amount})
	}
	slices.SortFunc(accounts.Figures, func(a, b credit.Figure) int { return int(a.Line) - int(b.Line) })
	return event[*book.ApplicationOpened](s, s.give(by, &book.OpenApplication{Party: s.parties[seller], Side: credit.AsSeller, Request: book.ReviewRequest{
		Form: credit.Company, Programme: s.programme, Currency: s.currency, Asked: 50_000_00, TenorDays: 90, Statements: []credit.Statement{accounts},
	}})).Application.ID
}

// An application shows its ratios, its score and the arithmetic of its limit; a view is decided by somebody else, and by nobody else's people.
func TestAnApplicationIsDecided(t *testing.T) {
	s := newStage(t)
	s.open()
	of := s.applied(s.maker, "rottmuehl")
	where := "/applications/" + of.String()
	s.look(
		look{who: "operator", actor: s.maker, path: where, status: 200, wants: []string{
			"Assessed", "Asked for 50,000.00 EUR", "the expert scorecard", "Probability of default", "The limit, line by line", "Share of equity", "Rounded", "binds",
			"Current ratio 1.7500", "Receivable days 75.0", "IFRS, audited", "Trade receivables 300,000.00", "None so far",
		}, nots: []string{"Decide"}},
		look{who: "operator", actor: s.maker, path: "/applications?state=assessed", status: 200, wants: []string{of.String(), "Gießerei Rottmühl", "Recommendation of the operator"}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: where, status: 404},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/applications", status: 200, nots: []string{of.String()}},
		look{who: "funder, before it is granted", actor: s.funderActor, path: where, status: 404},
		look{who: "bank", actor: s.bank, path: where, status: 404},
		look{who: "seller", actor: s.actors["rottmuehl"], path: where + "/decision", status: 403},
		look{who: "funder", actor: s.funderActor, path: where + "/decision", status: 404},
	)
	s.look(look{who: "operator", actor: s.maker, path: "/decisions/" + s.decisionOf(where), status: 200, wants: []string{"Decision at review", "Party reviewed Gießerei Rottmühl", of.String()}})
	s.give(s.maker, &book.ViewApplication{
		Application: of, Text: s.keep(intake.KindReason, "A sound foundry."), Grade: s.gradeOf(where), Limit: 10_000_00, Until: s.today.AddDays(200), Next: s.today.AddDays(180),
	})
	s.look(look{who: "operator", actor: s.checker, path: where, status: 200, wants: []string{"A sound foundry.", "Decide Give another view", "10,000.00 EUR", "1 approval of 1 to come", "Who may decide: Matthias Rehbein."}})
	maker, checker := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}, &browser{t: t, handler: s.handler, secret: s.key(s.checker)}
	checkMarkup(t, "the form", checker.page(where+"/decision", 200))
	checker.page(where+"/decision?terms=1&decision=decline", 422)
	if _, page := maker.open(where + "/decision?terms=1&decision=approve").send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("who gave the view decides: %s", text(page))
	}
	checker.open(where + "/decision?terms=1&decision=approve").given(nil)
	s.look(look{who: "operator", actor: s.checker, path: where, status: 200, wants: []string{"Approved", "Review", "Limit proposed", "Matthias Rehbein"}, nots: []string{"Decide Give", "to come"}})
}

// gradeOf is the grade that was reckoned, as the page says.
func (s *stage) gradeOf(where string) uint8 {
	s.t.Helper()
	page := text((&browser{t: s.t, handler: s.handler, secret: s.key(s.maker)}).page(where, 200))
	_, after, _ := strings.Cut(page, "Grade reckoned ")
	var grade uint8
	if _, err := fmt.Sscan(after, &grade); err != nil {
		s.t.Fatalf("%v: %s", err, page)
	}
	return grade
}

// decisionOf is the decision behind a reckoning, as the page links it.
func (s *stage) decisionOf(where string) string {
	s.t.Helper()
	page := (&browser{t: s.t, handler: s.handler, secret: s.key(s.maker)}).page(where, 200)
	_, after, found := strings.Cut(page, `href="/decisions/`)
	of, _, _ := strings.Cut(after, `"`)
	if !found {
		s.t.Fatalf("no decision is linked: %s", text(page))
	}
	return of
}
