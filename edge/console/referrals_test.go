package console_test

import (
	"net/http"
	"strings"
	"testing"

	"millrace/book"
)

// A funder's person takes a case, says what was found out, and decides it; the operator may only recommend.
func TestReferralDesk(t *testing.T) {
	s, w := waitingPayment(t)
	life := w.NewLife(2)
	life.Amount = 260_000_00
	var where string
	for i := range 6 {
		step := life.Step(i)
		events := s.give(step.Actor, step.Command)
		life.Answered(events)
		for _, e := range events {
			if opened, ok := e.(*book.ReferralOpened); ok {
				where = "/referrals/" + opened.Referral.ID.String()
			}
		}
	}
	if where == "" {
		t.Fatal("nothing was referred")
	}
	lender := &browser{t: t, handler: s.handler, secret: s.key(w.FunderActor)}
	maker := &browser{t: t, handler: s.handler, secret: s.key(w.Maker)}
	seller := &browser{t: t, handler: s.handler, secret: s.key(w.SellerActors[0])}
	for path, wants := range map[string][]string{
		"/referrals": {"260,000.00", "Large amount", "Open"},
		where:        {"Why it was referred", "Large amount", "Decide", "Work on it", "Note or recommend", "No case of this funder’s was like it so far"},
	} {
		page := lender.page(path, http.StatusOK)
		checkMarkup(t, path, page)
		for _, want := range wants {
			if !strings.Contains(text(page), want) {
				t.Errorf("%s does not say %q: %s", path, want, text(page))
			}
		}
	}
	if page := text(maker.page(where, http.StatusOK)); strings.Contains(page, "Work on it") || !strings.Contains(page, "Note or recommend") {
		t.Errorf("the operator's page: %s", page)
	}
	seller.page(where, http.StatusNotFound)
}
