package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"millrace/domain/id"
	"millrace/domain/party"
)

func TestWhoMayWhat(t *testing.T) {
	s := newStage(t)
	s.play()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	explain := func(actor, action, record, amount, currency string) string {
		return "/who-may-what?" + url.Values{"actor": {actor}, "action": {action}, "record": {record}, "amount": {amount}, "currency": {currency}}.Encode()
	}
	own := (&browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}).page("/financings", http.StatusOK)
	financing, seller := regexp.MustCompile(`fin_1-\d+-.`).FindString(own), s.actors["rottmuehl"].String()
	for where, wants := range map[string][]string{
		"/who-may-what":             {"Explain a decision", "Four eyes", "Isolation", "Name who would act"},
		"/who-may-what?theme=money": {"money.do.operator", "when { principal in Role::\"operator\" };", "Permits"},
		"/who-may-what?theme=none":  {"Policies by theme"},
		explain(seller, "accept_quote", financing, "", ""): {
			"Permitted. accept_quote", "finance.do.seller", "four-eyes.auditor", "principal.role seller", "resource.seen true", "context.gives true",
		},
		explain(seller, "disburse", financing, "", ""):                              {"Refused: no policy permits it. disburse", "these acts are for the operator and funders"},
		explain(s.actors["havelmark"].String(), "get_placement", financing, "", ""): {"Refused: no policy permits it."},
		explain(s.actors["havelmark"].String(), "page /financings/{id}", financing, "", ""): {
			"Refused: a policy forbids it.", "Another party's record is not found", "isolation.party",
		},
		explain(s.maker.String(), "sweep", "", "2000000000.00", "EUR"):                 {"Refused: a policy forbids it.", "amounts.named", "context.amount 200000000000"},
		explain(s.maker.String(), "sweep", "", "20.00", "EUR"):                         {"Permitted. sweep"},
		explain(seller, "fly", "", "", ""):                                             {"There is no action of this name"},
		explain("act_1-1-0", "sweep", "", "", ""):                                      {"This is no actor's id"},
		explain(seller, "sweep", "rcv_1-4-0", "", ""):                                  {"There is no such record"},
		explain(seller, "sweep", "", "1", "XYZ"):                                       {"Is not a currency of ISO 4217"},
		explain(seller, "get_financing", id.Make[id.Financing](2, 1).String(), "", ""): {"Refused: a policy forbids it.", "isolation.tenant", "resource.book 2"},
	} {
		page := b.page(where, http.StatusOK)
		checkMarkup(t, where, page)
		shown := text(page)
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s does not say %q:\n%s", where, want, shown)
			}
		}
	}
	auditor := &browser{t: t, handler: s.handler, secret: s.key(s.person(s.operator, party.Auditor, "Auditor"))}
	auditor.page(explain(seller, "accept_quote", financing, "", ""), http.StatusOK)
	refused := text((&browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}).page("/who-may-what", http.StatusForbidden))
	if !strings.Contains(refused, "by policy access.pages.operator-auditor") || !strings.Contains(refused, "Who may do what is shown to the operator and auditors.") {
		t.Errorf("the refusal does not name its policy:\n%s", refused)
	}
	// An auditor inside a party is told about its own people only.
	inside := &browser{t: t, handler: s.handler, secret: s.key(s.person(s.parties["rottmuehl"], party.Auditor, "Inside"))}
	if shown := text(inside.page(explain(s.maker.String(), "sweep", "", "", ""), http.StatusOK)); !strings.Contains(shown, "There is no such actor") {
		t.Errorf("an auditor of a seller is told about the operator's people:\n%s", shown)
	}
}

// In a browser an auditor asks why a seller may not see another's receivable, reads the policy, and a seller meets the refusal.
func TestWhoMayWhatInABrowser(t *testing.T) {
	b := newChromium(t)
	s := newStage(t)
	s.play()
	server := httptest.NewServer(s.handler)
	defer server.Close()
	signIn := func(where, secret string) {
		b.visit(server.URL + where)
		b.run(fmt.Sprintf(`document.querySelector("#key").value = %q`, secret))
		b.leave(func() { b.click("main button") })
	}
	signIn("/who-may-what", s.key(s.person(s.operator, party.Auditor, "Auditor")))
	b.pictures("who-may-what")
	b.run(fmt.Sprintf(`document.querySelector("#actor").value = %q; document.querySelector("#action").value = "page /receivables/{id}"; document.querySelector("#record").value = %q`,
		s.actors["traunfels"], s.receivable("01-castings")))
	b.leave(func() { b.click("main form button") })
	if shown := b.run(`document.querySelector("#answer").innerText`); !strings.Contains(shown, "Refused: a policy forbids it") || !strings.Contains(shown, "Another party's record is not found") {
		t.Errorf("the answer is %q", shown)
	}
	b.pictures("who-may-what-explained")
	b.leave(func() { b.click(`#answer a`) })
	if shown := b.run(`document.body.innerText`); !strings.Contains(shown, "resource has seen && !resource.seen") {
		t.Errorf("the policy is not shown:\n%s", shown)
	}
	b.pictures("who-may-what-policies")
	b.run(`document.querySelector('form[action="/sign-out"] button').click()`)
	signIn("/who-may-what", s.key(s.actors["rottmuehl"]))
	if shown := b.run(`document.body.innerText`); !strings.Contains(shown, "by policy access.pages.operator-auditor") {
		t.Errorf("the refusal names no policy:\n%s", shown)
	}
	b.pictures("refused")
}
