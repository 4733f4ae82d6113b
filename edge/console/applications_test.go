package console_test

import (
	"slices"
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
