package console_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/trade"
	"millrace/edge/intake"
	"millrace/edge/setoff"
	"millrace/lab/load"
)

// round is firms that owe each other in circles, each with somebody who signs for it.
type round struct {
	*stage
	signers map[string]load.Signatory
	clerk   *setoff.Clerk
}

func (s *stage) round() *round {
	s.t.Helper()
	r := &round{stage: s, signers: map[string]load.Signatory{"havelmark": s.signatory}}
	for key, name := range map[string]string{"kesselbruch": "Kesselbruch Energie GmbH", "lindwehr": "Lindwehr Spedition GmbH", "ostfurt": "Ostfurt Werkzeugbau GmbH"} {
		s.parties[key] = s.register(intake.Profile{Name: name, Country: "DE", City: "Magdeburg", Identifiers: []intake.Identifier{{Scheme: "VAT", Value: "DE" + key}}}, party.Seller|party.Buyer)
		s.actors[key] = s.person(s.parties[key], party.Seller, "Desk of "+name)
		r.signers[key] = s.certifier(key, key)
	}
	for i, d := range []struct {
		debtor, creditor string
		amount           money.Minor
	}{
		{"havelmark", "kesselbruch", 18_400_00}, {"kesselbruch", "havelmark", 18_400_00}, {"havelmark", "lindwehr", 16_250_00},
		{"lindwehr", "ostfurt", 17_800_00}, {"ostfurt", "kesselbruch", 21_300_00}, {"ostfurt", "lindwehr", 2_940_00},
	} {
		number := fmt.Sprintf("RG-%d", 4400+i)
		s.give(s.maker, &book.ImportReceivable{
			Seller: s.parties[d.creditor], Buyer: s.parties[d.debtor], NumberText: number, Number: trade.Token(load.Token(number)), Face: d.amount,
			Issued: s.today.AddDays(-40 - i), Due: s.today.AddDays(-i), Currency: s.currency,
		})
	}
	var err error
	if r.clerk, err = setoff.NewClerk(setoff.Options{Engine: s.engine, Actor: s.person(s.operator, party.Operator, "Machine that proposes set-offs")}); err != nil {
		s.t.Fatal(err)
	}
	return r
}

// promise has a firm consent to every run.
func (r *round) promise(key string) {
	r.t.Helper()
	by := r.signers[key]
	c := &book.GiveSetOffConsent{Party: r.parties[key], Currency: r.currency, From: r.today}
	c.Signatures = []book.Signature{by.Sign(c.Statement())}
	r.give(by.Actor, c)
}

// stands waits until the node has brought the run into a state.
func (r *round) stands(of id.SetOffRun, state clearing.RunState) {
	r.t.Helper()
	for {
		v, err := r.engine.Read(r.t.Context(), r.engine.Head().Sequence)
		if err != nil {
			r.t.Fatal(err)
		}
		sheet, err := setoff.ReadSheet(r.t.Context(), v, of)
		v.Close()
		if err != nil || r.engine.Cause() != nil {
			r.t.Fatal(err, r.engine.Cause())
		}
		if sheet.Run.State == state {
			return
		}
	}
}

func (r *round) propose() {
	r.t.Helper()
	if done, err := r.clerk.Step(r.t.Context()); err != nil || done != 1 {
		r.t.Fatalf("%d proposals: %v", done, err)
	}
}

// A run goes from announcement to notice by forms: who has signed its consent takes part, who takes no part is left out, and a second person
// executes it.
func TestASetOffRunByForms(t *testing.T) {
	s := newStage(t)
	s.open()
	r := s.round()
	maker, checker := s.desks()
	of := id.Make[id.SetOffRun](1, 1)
	where := "/set-off/" + of.String()
	for _, key := range []string{"havelmark", "kesselbruch"} {
		r.promise(key)
	}
	day := s.today.String()
	form := []string{"currency", "EUR", "freeze", day, "answer", day, "value", s.today.AddDays(10).String(), "least", "", "group", "", "rule", "oldest_first", "open", "yes"}
	checkMarkup(t, "the form", maker.page("/set-off/new", 200))
	wrong := maker.page(filled("/set-off/new", append(form[:len(form):len(form)], "currency", "EURO", "least", "1.000")...), 422)
	says(t, wrong, "Write a currency of ISO 4217")
	if !strings.Contains(wrong, `value="1.000"`) {
		t.Error("the least amount that was typed is lost")
	}
	maker.open(filled("/set-off/new", form...)).given(nil)
	r.stands(of, clearing.Frozen)
	s.look(look{who: "operator", actor: s.maker, path: where, status: 200, wants: []string{"Debts held", "2 to answer", "The network, as it is", "Kesselbruch Energie", "was asked"}})
	r.propose()

	// One signs at the console, one takes no part, so that the run is solved again.
	seller := &browser{t: t, handler: s.handler, secret: s.key(s.actors["lindwehr"])}
	says(t, seller.page(where, 200), "have not answered yet", "Consent", "Take no part", "Your debts and claims in it")
	page := seller.open(where + "/consent")
	page.given(signatureOver(r.signers["lindwehr"], page.statement))
	says(t, seller.page(where, 200), "have consented to this run")
	leaves := &browser{t: t, handler: s.handler, secret: s.key(s.actors["ostfurt"])}
	leaves.open(where + "/refusal").given(nil)
	r.propose()
	shown := maker.page(where, 200)
	says(t, shown, "no: refused", "no more can be set off", "The network, before and after", "EUR 36,800.00", "Who owes whom")
	if strings.Contains(shown, where+"/execution") {
		t.Error("who has announced it may execute it")
	}
	checkMarkup(t, "the run", shown)
	if got := len(regexp.MustCompile(`<svg viewBox="0 0 420 420" role="img"`).FindAllString(shown, -1)); got != 2 {
		t.Errorf("%d pictures", got)
	}
	if names := between(shown, `<svg viewBox="0 0 420 420"`, "</svg>"); !strings.Contains(names, "<desc id=") || strings.Contains(names, "NaN") {
		t.Errorf("the picture is %s", names)
	}
	checker.open(where + "/execution").given(nil)
	r.stands(of, clearing.Written)
	s.look(
		look{who: "operator", actor: s.maker, path: where, status: 200, wants: []string{"Executed by Matthias Rehbein", "In all books", "PDF"}, nots: []string{"End it"}},
		look{who: "lindwehr", actor: s.actors["lindwehr"], path: where, status: 200, wants: []string{"Notice (PDF)", "Your part"}, nots: []string{"Kesselbruch"}},
		look{who: "a stranger", actor: s.actors["traunfels"], path: where, status: 200, wants: []string{"Terms"}, nots: []string{"Kesselbruch", "36,800"}},
		look{who: "funder", actor: s.funderActor, path: where, status: 404},
		look{who: "a stranger", actor: s.actors["traunfels"], path: where + "/certificate", status: 404},
		look{who: "a stranger", actor: s.actors["traunfels"], path: where + "/notice", status: 404},
		look{who: "left out", actor: s.actors["ostfurt"], path: where + "/notice", status: 404},
	)
	buyer := &browser{t: t, handler: s.handler, secret: s.key(s.actors["havelmark"])}
	notice := buyer.page(where+"/notice?format=text", 200)
	for _, want := range []string{"EUR 18,400.00", "RG-4400", "RG-4401", "value added tax", "Kesselbruch Energie GmbH"} {
		if !strings.Contains(notice, want) {
			t.Errorf("the notice does not say %q:\n%s", want, notice)
		}
	}
	if pdf := buyer.page(where+"/notice", 200); !strings.HasPrefix(pdf, "%PDF-") {
		t.Errorf("%.20q", pdf)
	}
}

func between(page, from, to string) string {
	_, rest, _ := strings.Cut(page, from)
	inside, _, _ := strings.Cut(rest, to)
	return inside
}

// Consents, calendars and bars by forms.
func TestWhatStandsBehindSetOffRunsByForms(t *testing.T) {
	s := newStage(t)
	s.open()
	r := s.round()
	maker, checker := s.desks()
	seller := &browser{t: t, handler: s.handler, secret: s.key(s.actors["lindwehr"])}
	page := seller.open(filled("/set-off-consents/new", "currency", "EUR", "from", s.today.String(), "until", "", "reach", "before"))
	page.given(signatureOver(r.signers["lindwehr"], page.statement))
	says(t, seller.page("/set-off", 200), "also claims not due yet", "Revoke")
	brought := maker.open(filled("/set-off-consents/new", "party", s.parties["kesselbruch"].String(), "currency", "EUR", "from", s.today.String(), "until", "", "reach", "due"))
	brought.given(signatureOver(r.signers["kesselbruch"], brought.statement))
	consent := regexp.MustCompile(`/set-off-consents/[^/"]*/revocation`).FindString(seller.page("/set-off", 200))
	seller.open(consent).given(nil)
	says(t, seller.page("/set-off", 200), "No standing consent is live.")

	maker.open(filled("/set-off-bars/new", "party", s.parties["ostfurt"].String(), "cause", "insolvency", "from", s.today.String(), "note", "Order of the court of 2 November")).given(nil)
	says(t, maker.page("/set-off", 200), "Ostfurt Werkzeugbau GmbH : insolvency since", "Order of the court")
	says(t, seller.page("/set-off", 200), "No run was announced")
	lifting := regexp.MustCompile(`/set-off-bars/[^/"]*/lifting`).FindString(checker.page("/set-off", 200))
	checker.open(filled(lifting, "note", "The proceedings were not opened")).given(nil)
	says(t, maker.page("/set-off", 200), "Nobody is kept out.")

	calendar := []string{
		"currency", "EUR", "freeze", s.today.AddDays(10).String(), "answer", s.today.AddDays(12).String(), "value", s.today.AddDays(15).String(), "least", "100.00", "group", "",
		"rule", "proportional", "open", "no", "unit", "months", "every", "1", "notice", "5",
	}
	says(t, maker.page(filled("/set-off-calendars/new", append(calendar[:len(calendar)-3:len(calendar)-3], "0", "notice", "x")...), 422), "Write a whole number from 1 to 120.", "Write a whole number from 0 to 3660.")
	maker.open(filled("/set-off-calendars/new", calendar...)).given(nil)
	deciding := regexp.MustCompile(`/set-off-calendars/[^/"]*/decision`).FindString(checker.page("/set-off", 200))
	if strings.Contains(maker.page("/set-off", 200), deciding) {
		t.Error("who has proposed a calendar may decide on it")
	}
	says(t, checker.page(filled(deciding, "decision", "decline", "note", ""), 422), "Say it in 1 to")
	checker.open(filled(deciding, "decision", "approve", "note", "")).given(nil)
	says(t, maker.page("/set-off", 200), "1 month", "Live")
	ending := regexp.MustCompile(`/set-off-calendars/[^/"]*/ending`).FindString(maker.page("/set-off", 200))
	maker.open(filled(ending, "note", "No longer wanted")).given(nil)
	says(t, maker.page("/set-off", 200), "No calendar is live.")
}

// In a browser the operator announces a run, a party signs its consent with a key file, another person executes it, and both see the picture.
func TestSetOffInABrowser(t *testing.T) {
	b := newChromium(t)
	s := newStage(t)
	s.open()
	r := s.round()
	for _, key := range []string{"havelmark", "kesselbruch", "ostfurt"} {
		r.promise(key)
	}
	server := httptest.NewServer(s.handler)
	defer server.Close()
	as := func(secret, path string) {
		t.Helper()
		b.visit(server.URL + path)
		if b.run(`!!document.querySelector("#key")`) != "true" {
			b.leave(func() { b.click(`form[action="/sign-out"] button`) })
			b.visit(server.URL + path)
		}
		b.run(fmt.Sprintf(`document.querySelector("#key").value = %q`, secret))
		b.leave(func() { b.click("main button") })
	}
	of := id.Make[id.SetOffRun](1, 1)
	where := "/set-off/" + of.String()
	as(s.key(s.maker), "/set-off")
	b.pictures("set-off-empty")
	b.leave(func() { b.click(`a[href="/set-off/new"]`) })
	for name, day := range map[string]string{"freeze": s.today.String(), "answer": s.today.String()} {
		b.run(fmt.Sprintf(`document.querySelector("[name=%s]").value = %q`, name, day))
	}
	b.click(`[name=open][value=yes]`)
	b.pictures("set-off-announce")
	b.leave(func() { b.click("main form button") })
	b.leave(func() { b.click("#send") })
	b.shows("It is done")
	r.stands(of, clearing.Frozen)
	r.propose()

	encoded, err := x509.MarshalPKCS8PrivateKey(load.PrivateKey("lindwehr"))
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "own.pem")
	if err := os.WriteFile(own, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), 0o600); err != nil {
		t.Fatal(err)
	}
	as(s.key(s.actors["lindwehr"]), where)
	b.shows("have not answered yet")
	b.leave(func() { b.click(`a[href="` + where + `/consent"]`) })
	b.choose("#key-file", own)
	said := b.run(`new Promise((done) => {
		const says = document.querySelector("#sign-says");
		new MutationObserver((_, observer) => { if (says.textContent) { observer.disconnect(); done(says.textContent); } }).observe(says, {childList: true});
		document.querySelector("#sign").click();
	})`)
	if !strings.Contains(said, "Nothing was sent yet") {
		t.Fatalf("the page says %q", said)
	}
	b.pictures("set-off-consent")
	b.leave(func() { b.click("#send") })
	b.shows("It is done", "have consented to this run")

	as(s.key(s.checker), where)
	b.shows("Proved:", "no more can be set off", "76.13 %")
	b.pictures("set-off-proposed")
	b.leave(func() { b.click(`a[href="` + where + `/execution"]`) })
	b.leave(func() { b.click("#send") })
	b.shows("It is done")
	r.stands(of, clearing.Written)
	b.visit(server.URL + where)
	b.shows("In all books", "The network, before and after")
	if overflows := b.run(`document.documentElement.scrollWidth > document.documentElement.clientWidth`); overflows != "false" {
		t.Error("the page is wider than a telephone")
	}
	b.pictures("set-off-written")
	if got := b.run(`document.querySelectorAll(".network svg .edge").length`); got == "0" {
		t.Error("nothing is drawn")
	}
	b.visit(server.URL + "/set-off")
	b.pictures("set-off-list")
	as(s.key(s.actors["lindwehr"]), where)
	b.shows("Notice (PDF)", "Your part")
	b.pictures("set-off-own")
}
