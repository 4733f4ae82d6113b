package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"millrace/domain/receivable"
	"millrace/lab/load"
)

// walk takes what a page offers next, by the last part of its address.
func (b *browser) walk(where, step string) string {
	b.t.Helper()
	page := b.page(where, http.StatusOK)
	checkMarkup(b.t, where, page)
	found := regexp.MustCompile(`href="(/(?:holdings|financings|receivables)/[^"/]*/` + step + `)"`).FindStringSubmatch(page)
	if found == nil {
		b.t.Fatalf("%s offers no %s:\n%s", where, step, text(page))
	}
	return found[1]
}

func TestAHoldingGoesFromDeskToDesk(t *testing.T) {
	s := newStage(t)
	s.play()
	k := s.certify()
	holder, taker := s.certifier("morawin", "moves"), s.certifier("rottmuehl", "decides")
	mine := &browser{t: t, handler: s.handler, secret: s.key(s.actors["morawin"])}
	theirs := &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	desk := func(b *browser, by load.Signatory, where, query string) {
		t.Helper()
		checkMarkup(t, where, b.page(where, http.StatusOK))
		p := b.open(where + query)
		b.page(where+query, http.StatusOK)
		p.given(signatureOver(by, p.statement))
	}

	desk(theirs, taker, theirs.walk("/offers", "refusal"), "")
	if shown := text(theirs.page("/offers", http.StatusOK)); !strings.Contains(shown, "No offer waits.") {
		t.Errorf("after declining: %s", shown)
	}
	transfer := mine.walk("/holdings?state=free", "transfer")
	debt := regexp.MustCompile(`rcv_1-[0-9]+-.`).FindString(regexp.MustCompile(`Pays .*?rcv_1-[0-9]+-.`).FindString(text(mine.page("/certificates/"+k.String(), http.StatusOK))))
	asked := func(amount, to string) string {
		return "?" + url.Values{
			"terms": {"1"}, "amount": {amount}, "to": {to}, "debt": {debt}, "discharge": {"at_once"}, "expires": {time.Now().UTC().AddDate(0, 0, 20).Format(time.DateOnly)},
		}.Encode()
	}
	if page := mine.page(transfer+asked("500.00", "pty_1-1-X"), http.StatusUnprocessableEntity); !strings.Contains(page, `id="to-wrong"`) || !strings.Contains(page, `value="500.00"`) {
		t.Error("a wrong party loses the other terms")
	}
	p := mine.open(transfer + asked("500.00", s.funder.String()))
	if body := p.refused(http.StatusUnprocessableEntity, "debt_other_parties", signatureOver(holder, p.statement)); !strings.Contains(body, `id="debt-wrong"`) {
		t.Error("the refusal does not stand beside the debt")
	}
	desk(mine, holder, transfer, asked("500.00", s.parties["rottmuehl"].String()))
	desk(theirs, taker, theirs.walk("/offers", "acceptance"), "")
	if shown := text(theirs.page("/holdings", http.StatusOK)); !strings.Contains(shown, "500.00 EUR") {
		t.Errorf("what was accepted is not held: %s", shown)
	}
	desk(mine, holder, mine.walk("/holdings?state=free", "split"), "?terms=1&amount=10.00")
	desk(mine, holder, mine.walk("/holdings?state=free", "pledge"), "?terms=1&amount=4.00&to="+s.funder.String())
	desk(mine, holder, mine.walk("/holdings?state=free", "transfer"), asked("1.00", s.parties["rottmuehl"].String()))
	desk(mine, holder, mine.walk("/holdings?state=offered", "withdrawal"), "")
	buyer := &browser{t: t, handler: s.handler, secret: s.key(s.actors["havelmark"])}
	buyer.page(transfer, http.StatusForbidden)
}

func TestACertificateIsIssuedWithASignedReason(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	issuer := s.certifier("havelmark", "issues")
	b := &browser{t: t, handler: s.handler, secret: s.key(s.actors["havelmark"])}
	page := "/receivables/" + s.receivable("01-castings")
	r := s.record(s.receivables["01-castings"].Receivable.ID)
	p := b.open(page + "/confirmation" + terms("irrevocable", "1000.00"))
	p.given(signatureOver(issuer, p.statement))
	if got := s.record(r.ID); got.Undertaking != receivable.Irrevocable {
		t.Fatal(got)
	}
	where := b.walk(page, "certificate") + "?" + url.Values{"terms": {"1"}, "programme": {s.programme.String()}, "justification": {"Agreed for the season."}}.Encode()
	p = b.open(where)
	if !strings.HasPrefix(p.statement, "millrace issue certificate 2\n") || !strings.Contains(p.statement, "justification: sha256 ") {
		t.Errorf("the statement does not cover the reason:\n%s", p.statement)
	}
	p.given(signatureOver(issuer, p.statement))
	if s.record(r.ID).Certificate == 0 {
		t.Error("no certificate was issued")
	}
	operator := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	if shown := text(operator.page("/certificates/"+s.record(r.ID).Certificate.String(), http.StatusOK)); !strings.Contains(shown, "Agreed for the season.") {
		t.Errorf("the reason is not on record: %s", shown)
	}
}

func TestAQuoteIsAcceptedAtTheDesk(t *testing.T) {
	s := newStage(t)
	s.play()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.actors["morawin"])}
	list := b.page("/financings?state=quoted", http.StatusOK)
	financing := regexp.MustCompile(`/financings/fin_[^"/]*`).FindString(list)
	where := b.walk(financing, "acceptance")
	page := b.page(where, http.StatusOK)
	checkMarkup(t, "accepting", page)
	if shown := text(page); !strings.Contains(shown, "You receive") || strings.Contains(shown, "Sign the statement") {
		t.Errorf("the price is not shown, or a signature is asked for: %s", shown)
	}
	page = b.open(where).given(nil)
	if !strings.Contains(text(page), "Accepted") {
		t.Error("the quote is not accepted")
	}
}

func TestProgrammesShowTheirTerms(t *testing.T) {
	s := newStage(t)
	s.open()
	common := []string{
		" of Havelmark Werke AG Live", "An exact repetition is always refused.", "BR-CL-* Warning", "BR-CO-27 Ignored", "at most 3", "The house’s rules only", "Product: ",
	}
	for who, wants := range map[string][]string{
		"havelmark": {"Tolerances They are shown to the operator"},
		"operator": {
			"A larger amount is referred above 250,000.00 EUR", "4.35 % a year", "Every discrepancy stands against a financing",
			"The same trade on evidence of another type Refused", "Limits",
		},
	} {
		actor := s.maker
		if who != "operator" {
			actor = s.actors[who]
		}
		b := &browser{t: t, handler: s.handler, secret: s.key(actor)}
		checkMarkup(t, who, b.page("/programmes", http.StatusOK))
		page := b.page("/programmes/"+s.programme.String(), http.StatusOK)
		checkMarkup(t, who, page)
		for _, want := range append(wants, common...) {
			if !strings.Contains(text(page), want) {
				t.Errorf("to %s it does not say %q:\n%s", who, want, text(page))
			}
		}
	}
	other := &browser{t: t, handler: s.handler, secret: s.key(s.bank)}
	other.page("/programmes/prg_1-9-X", http.StatusNotFound)
}

func TestAFormBelongsToItsSession(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	secret := s.key(s.actors["havelmark"])
	session := func() *browser {
		b := &browser{t: t, handler: s.handler}
		cookie := b.ask("POST", "/sign-in", url.Values{"key": {secret}}.Encode()).Cookies()[0]
		b.cookie = cookie.Name + "=" + cookie.Value
		return b
	}
	where := "/receivables/" + s.receivable("12-bearings") + "/confirmation" + terms("soft", "1.00")
	one, other := session().open(where), session().open(where)
	if one.hidden["token"] == other.hidden["token"] {
		t.Fatal("two sessions share a token")
	}
	one.refused(http.StatusForbidden, "form_expired", map[string]string{"token": other.hidden["token"]})
	one.refused(http.StatusForbidden, "form_expired", map[string]string{"token": ""})
	one.given(nil)
}
