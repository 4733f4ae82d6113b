package console_test

import (
	"regexp"
	"strings"
	"testing"

	"millrace/domain/party"
)

// The page of limits says what is taken of each, in numbers and in a colour.
func TestThePageOfLimits(t *testing.T) {
	s, w := worldly(t, 2)
	shown := (&browser{t: t, handler: s.handler, secret: s.key(w.Maker)}).page("/limits", 200)
	for _, want := range []string{"The house", "Buyer", "Programme", "Funder", "badge good", "Available"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// A limit is proposed and approved by two, suspended by one and lifted by two; each by those whose it is.
func TestLimitsAreMoved(t *testing.T) {
	s := newStage(t)
	s.open()
	maker, checker := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}, &browser{t: t, handler: s.handler, secret: s.key(s.checker)}
	lender, seller := &browser{t: t, handler: s.handler, secret: s.key(s.funderActor)}, &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	for kind, status := range map[string]int{
		"buyer": 200, "seller": 200, "programme": 200, "funder": 200, "pair": 200, "group": 200, "tier": 200, "insurer": 200, "product": 200, "currency": 404, "none": 404,
	} {
		if page := maker.page("/limit-proposals/"+kind, status); status == 200 {
			checkMarkup(t, kind, page)
		}
	}
	lender.page("/limit-proposals/currency", 200)
	lender.page("/limit-proposals/programme", 404)
	seller.page("/limit-proposals/seller", 403)
	terms := "?terms=1&programme=" + s.programme.String() + "&currency=EUR&expires=" + s.today.AddDays(100).String() + "&renewal=revolving&commitment=uncommitted&amount="
	if wrong := text(maker.page("/limit-proposals/seller"+terms+"12,5&party=nobody", 422)); !strings.Contains(wrong, "No party is called “nobody”.") || !strings.Contains(wrong, "Write the amount in EUR") {
		t.Errorf("what is wrong is not said: %s", wrong)
	}
	maker.open("/limit-proposals/seller" + terms + "750000.00&party=Rottm%C3%BChl").given(nil)
	s.look(look{who: "operator", actor: s.checker, path: "/limits", status: 200, wants: []string{"Waiting for a second person", "750,000.00 EUR", "Annegret Lohse", "Approve"}})
	shown := checker.page("/limits", 200)
	_, after, _ := strings.Cut(shown, `href="/limits/lim_`)
	number, _, _ := strings.Cut(after, "/approval")
	where := "/limits/lim_" + number
	if _, page := maker.open(where + "/approval").send(nil); !strings.Contains(text(page), "second person") {
		t.Errorf("who proposed it approves it: %s", text(page))
	}
	lender.page(where+"/approval", 404)
	seller.page(where+"/approval", 403)
	checker.open(where + "/approval").given(nil)
	checkMarkup(t, "the form", maker.page(where+"/suspension", 200))
	maker.open(where + "/suspension?terms=1&note=Accounts+are+late").given(nil)
	s.look(look{who: "operator", actor: s.maker, path: "/limits", status: 200, wants: []string{"suspended", "Lift"}, nots: []string{"Waiting for a second person"}})
	maker.open(where + "/lifting").given(nil)
	s.look(look{who: "operator", actor: s.maker, path: "/limits", status: 200, wants: []string{"a second person is to lift it"}})
	checker.open(where + "/lifting").given(nil)
	s.look(look{who: "operator", actor: s.maker, path: "/limits", status: 200, nots: []string{"suspended", "Lift"}})
	lender.open("/limit-proposals/currency" + strings.Replace(terms, s.programme.String(), "all", 1) + "9000000.00").given(nil)
	s.look(
		look{who: "funder", actor: s.funderActor, path: "/limits", status: 200, wants: []string{"9,000,000.00 EUR", "Propose a limit"}},
		look{who: "operator", actor: s.maker, path: "/limits", status: 200, nots: []string{"9,000,000.00 EUR"}},
		look{who: "seller", actor: s.actors["rottmuehl"], path: "/limits", status: 200, nots: []string{"Propose a limit", "750,000.00"}},
	)
}

// A dependence is declared by one and agreed to by another; a recommendation is taken up by the funder's people; a limit that need not be there
// is withdrawn by two.
func TestDependencesRecommendationsAndWithdrawals(t *testing.T) {
	s := newStage(t)
	s.open()
	maker, checker := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}, &browser{t: t, handler: s.handler, secret: s.key(s.checker)}
	lender, seller := &browser{t: t, handler: s.handler, secret: s.key(s.funderActor)}, &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	where := func(b *browser, before, after string) string {
		t.Helper()
		found := regexp.MustCompile(`href="(` + before + `[^/"]*` + after + `)"`).FindStringSubmatch(b.page("/limits", 200))
		if found == nil {
			t.Fatalf("the page leads to no %s…%s", before, after)
		}
		return found[1]
	}
	checkMarkup(t, "a dependence", maker.page("/dependences/new", 200))
	lender.page("/dependences/new", 403)
	seller.page("/limit-recommendations/seller", 403)
	maker.page("/limit-recommendations/programme", 404)
	maker.open("/dependences/new?terms=1&party=Rottm%C3%BChl&on=" + s.operator.String() + "&note=Sells+to+nobody+else&evidence=Its+ledger").given(nil)
	decision := where(maker, "/dependences/dpd_", "/decision")
	checkMarkup(t, "a decision", checker.page(decision, 200))
	checker.open(decision + "?terms=1&decision=approve").given(nil)
	s.look(look{who: "operator", actor: s.maker, path: "/limits", status: 200, wants: []string{"Who depends on whom", "live", "Sells to nobody else", "End it"}})
	checker.open(where(checker, "/dependences/dpd_", "/end") + "?terms=1&note=Others+buy&evidence=Its+ledger").given(nil)
	s.look(look{who: "operator", actor: s.maker, path: "/limits", status: 200, wants: []string{"ending", "Others buy"}},
		look{who: "funder", actor: s.funderActor, path: "/limits", status: 200, nots: []string{"Others buy", "Who depends on whom"}})

	terms := "?terms=1&programme=all&currency=EUR&expires=" + s.today.AddDays(100).String() + "&renewal=revolving&commitment=uncommitted&note=Much+on+one+name&amount="
	maker.open("/limit-recommendations/connected" + terms + "654321.00&party=Rottm%C3%BChl&owner=" + s.funder.String()).given(nil)
	s.look(look{who: "operator", actor: s.maker, path: "/limits", status: 200, wants: []string{"Recommended to funders", "654,321.00 EUR"}})
	decision = where(lender, "/limit-recommendations/lrc_", "/decision")
	maker.page(decision, 403)
	if wrong := text(lender.page(decision+"?terms=1&decision=decline", 422)); !strings.Contains(wrong, "Say it in 1 to") {
		t.Errorf("a dismissal without a reason: %s", wrong)
	}
	lender.open(decision + "?terms=1&decision=approve").given(nil)
	s.look(look{who: "funder", actor: s.funderActor, path: "/limits", status: 200, wants: []string{"Waiting for a second person", "654,321.00 EUR"}, nots: []string{"Much on one name"}})

	second := &browser{t: t, handler: s.handler, secret: s.key(s.person(s.funder, party.Funder, "Ida Prins"))}
	second.open(where(second, "/limits/lim_", "/approval")).given(nil)
	lender.open(where(lender, "/limits/lim_", "/withdrawal") + "?terms=1&note=It+need+not+bind").given(nil)
	decision = where(second, "/limits/lim_", "/withdrawal/decision")
	checkMarkup(t, "a withdrawal", second.page(decision, 200))
	maker.page(decision, 404)
	second.open(decision + "?terms=1&decision=approve").given(nil)
	s.look(look{who: "funder", actor: s.funderActor, path: "/limits", status: 200, nots: []string{"654,321.00 EUR", "Decide withdrawal"}})
}
