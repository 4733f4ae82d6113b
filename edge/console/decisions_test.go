package console_test

import (
	"net/http"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
)

// look is what one person finds on one page.
type look struct {
	who         string
	actor       id.Actor
	path        string
	status      int
	wants, nots []string
}

// look asks for pages and holds each to its markup, to what it must say and to what it must not.
func (s *stage) look(looks ...look) {
	s.t.Helper()
	secrets := map[id.Actor]string{}
	for _, l := range looks {
		if secrets[l.actor] == "" {
			secrets[l.actor] = s.key(l.actor)
		}
		page := (&browser{t: s.t, handler: s.handler, secret: secrets[l.actor]}).page(l.path, l.status)
		if l.status != http.StatusOK {
			continue
		}
		where := l.who + " at " + l.path
		checkMarkup(s.t, where, page)
		shown := text(page)
		for _, want := range l.wants {
			if !strings.Contains(shown, want) {
				s.t.Errorf("%s: the page does not say %q:\n%s", where, want, shown)
			}
		}
		for _, not := range l.nots {
			if strings.Contains(shown, not) {
				s.t.Errorf("%s: the page says %q", where, not)
			}
		}
	}
}

// Each finds in the navigation what holds something for it.
func TestTheNavigationOfCredit(t *testing.T) {
	s := newStage(t)
	s.open()
	s.look(
		look{who: "operator", actor: s.maker, path: "/", status: 200, wants: []string{"Credit Referrals Decisions Applications"}},
		look{who: "funder", actor: s.funderActor, path: "/", status: 200, wants: []string{"Placing Programmes Auctions Referrals", "Credit Decisions Applications"}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/", status: 200, nots: []string{"Decisions", "Limits", "Models", "Applications"}},
	)
}

// A decision is shown with every fact by name, every rule that fired and why there is one; to the operator and the funder, nobody else.
func TestADecisionIsExplained(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	s.lead("12-bearings", "traunfels", confirmed)
	s.lead("09-castings-large", "rottmuehl", confirmed)
	events := s.give(s.actors["rottmuehl"], &book.RequestQuote{
		Receivable: s.receivables["09-castings-large"].Receivable.ID, Programme: s.programme, Payee: s.accounts["rottmuehl"],
	})
	where, financing := "/decisions/"+event[*book.DecisionMade](s, events).Decision.ID.String(), event[*book.FinancingOpened](s, events).Financing.ID.String()
	referral := "/referrals/" + event[*book.ReferralOpened](s, events).Referral.ID.String()
	number := strings.TrimPrefix(where, "/decisions/")
	fired := []string{"Decision at quote", "Refer", "Edition of the rules", "Large amount", "Measured EUR 481,950.00", financing, "Facts as they stood", "evidence_grade", "Strength of the evidence", "EUR 481,950.00"}
	s.look(
		look{who: "operator", actor: s.maker, path: where, status: 200, wants: append(fired, "refer_above")},
		look{who: "funder", actor: s.funderActor, path: where, status: 200, wants: fired, nots: []string{"refer_above"}},
		look{who: "operator", actor: s.maker, path: where + "?again=yes", status: 200, wants: []string{"It comes out the same, to the last bit: Refer"}, nots: []string{"What differs"}},
		look{who: "funder", actor: s.funderActor, path: where + "?again=yes", status: 200, nots: []string{"Decide it again", "to the last bit"}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: where, status: 404},
		look{who: "bank", actor: s.bank, path: where, status: 404},
		look{who: "operator", actor: s.maker, path: "/decisions?state=refer", status: 200, wants: []string{number, "Large amount", "Quote"}},
		look{who: "operator", actor: s.maker, path: "/decisions?state=refuse", status: 200, wants: []string{"Nothing matches"}, nots: []string{number}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/decisions", status: 200, wants: []string{"Nothing was decided yet"}, nots: []string{number}},
		look{who: "funder", actor: s.funderActor, path: referral, status: 200, wants: []string{"Decisions of the rules", number}},
		look{who: "funder", actor: s.funderActor, path: "/financings/" + financing, status: 200, wants: []string{"Decisions of the rules", number}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/financings/" + financing, status: 200, nots: []string{"Decisions of the rules", number}},
	)
}
