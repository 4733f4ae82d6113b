package console_test

import (
	"net/http"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/servicing"
	"millrace/edge/intake"
)

func TestAFinancingShowsItsLifeAsDatedLines(t *testing.T) {
	s := newStage(t)
	s.play()
	f := id.Make[id.Financing](1, 2) // paid out
	reason := s.keep(intake.KindReason, "the buyer is insolvent")
	approved := func(c book.Command) {
		m := event[*book.MeasureProposed](s, s.give(s.funderActor, c)).Measure.ID
		s.give(s.maker, &book.DecideMeasure{Measure: m, Decision: book.Approve})
	}
	s.give(s.funderActor, &book.CallRecourse{Financing: f, Cause: servicing.Warranty, Since: s.today, Evidence: reason})
	operator := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	path := "/financings/" + f.String()
	if shown := text(operator.page(path, http.StatusOK)); !strings.Contains(shown, "The seller owes") || !strings.Contains(shown, "a warranty was broken") {
		t.Errorf("%s", shown)
	}
	approved(&book.DeclareDefault{Financing: f, Reason: reason})
	approved(&book.Provision{Financing: f, Amount: 100_00, Reason: reason})
	page := operator.page(path, http.StatusOK)
	checkMarkup(t, "a financing in default", page)
	for _, wanted := range []string{"Allowance for losses", "Provisioned", "Defaulted", "Recoursed: warranty", "Owed after it"} {
		if !strings.Contains(text(page), wanted) {
			t.Errorf("the page does not show %q: %s", wanted, text(page))
		}
	}
	seller := &browser{t: t, handler: s.handler, secret: s.key(s.actors["traunfels"])}
	if shown := text(seller.page(path, http.StatusOK)); strings.Contains(shown, "Provisioned") || strings.Contains(shown, "llowance") {
		t.Errorf("the seller is told of the allowance: %s", shown)
	}
	for _, list := range []string{"/financings?state=defaulted", "/"} {
		checkMarkup(t, list, operator.page(list, http.StatusOK))
	}
}
