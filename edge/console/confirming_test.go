package console_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/edge/api"
	"millrace/edge/view"
	"millrace/lab/load"
)

var (
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)
	statementOn = regexp.MustCompile(`(?s)<pre class="wrap" id="statement"[^>]*>(.*?)</pre>`)
	actionOn    = regexp.MustCompile(`method="post" action="(/[^"]*)" enctype`)
)

// deedPage is a page on which something is given, as the browser has it.
type deedPage struct {
	b         *browser
	action    string
	statement string
	hidden    map[string]string
}

// open gets the page of a deed whose terms are complete.
func (b *browser) open(where string) *deedPage {
	b.t.Helper()
	page := b.page(where, http.StatusOK)
	p := &deedPage{b: b, hidden: map[string]string{}}
	if found := actionOn.FindStringSubmatch(page); found != nil {
		p.action = html.UnescapeString(found[1])
	} else {
		b.t.Fatalf("%s takes nothing:\n%s", where, text(page))
	}
	if found := statementOn.FindStringSubmatch(page); found != nil {
		p.statement = html.UnescapeString(found[1])
	}
	for _, found := range hiddenField.FindAllStringSubmatch(page, -1) {
		p.hidden[found[1]] = found[2]
	}
	return p
}

// send presses the button. What is given stands above what the page holds.
func (p *deedPage) send(given map[string]string) (*http.Response, string) {
	p.b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range p.hidden {
		if _, changed := given[name]; !changed {
			_ = w.WriteField(name, value)
		}
	}
	for name, value := range given {
		if name == "signed" {
			part, _ := w.CreateFormFile("signed", "signed.txt")
			_, _ = part.Write([]byte(value))
			continue
		}
		_ = w.WriteField(name, value)
	}
	if err := w.Close(); err != nil {
		p.b.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "http://localhost"+p.action, &body)
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("Content-Type", w.FormDataContentType())
	if p.b.secret != "" {
		r.Header.Set("Authorization", "Bearer "+p.b.secret)
	}
	if p.b.cookie != "" {
		r.Header.Set("Cookie", p.b.cookie)
	}
	recorder := httptest.NewRecorder()
	p.b.handler.ServeHTTP(recorder, r)
	return recorder.Result(), recorder.Body.String()
}

// given presses the button, wants it done, and gives the page to which it leads.
func (p *deedPage) given(fields map[string]string) string {
	p.b.t.Helper()
	response, body := p.send(fields)
	if response.StatusCode != http.StatusSeeOther {
		p.b.t.Fatalf("%s: %d\n%s", p.action, response.StatusCode, text(body))
	}
	page := p.b.page(response.Header.Get("Location"), http.StatusOK)
	if !strings.Contains(text(page), "It is done , as entry") {
		p.b.t.Errorf("%s does not say what was done", response.Header.Get("Location"))
	}
	return page
}

// refused presses the button, wants it refused with a code, and gives the page.
func (p *deedPage) refused(status int, code string, fields map[string]string) string {
	p.b.t.Helper()
	response, body := p.send(fields)
	if response.StatusCode != status || !strings.Contains(text(body), "Code "+code) {
		p.b.t.Errorf("%s: %d, want %d and code %s\n%s", p.action, response.StatusCode, status, code, text(body))
	}
	return body
}

func signatureOver(by load.Signatory, statement string) map[string]string {
	made := by.Sign([]byte(statement))
	return map[string]string{"key": made.Key.String(), "signature": hex.EncodeToString(made.Bytes[:])}
}

func terms(undertaking, amount string) string {
	return "?" + url.Values{"terms": {"1"}, "undertaking": {undertaking}, "amount": {amount}, "days": {"14"}}.Encode()
}

// record reads what the book has of a receivable.
func (s *stage) record(of id.Receivable) receivable.Receivable {
	s.t.Helper()
	v, err := view.New(s.engine).Now(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer v.Close()
	caller, err := s.access.Identify(s.t.Context(), s.key(s.maker))
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := v.ReceivableRecord(caller, of)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func TestABuyerConfirmsAtItsDesk(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.actors["havelmark"])}
	r := &s.receivables["12-bearings"].Receivable
	desk := "/receivables/" + r.ID.String() + "/confirmation"

	waiting := b.page("/confirmations", http.StatusOK)
	checkMarkup(t, "what waits", waiting)
	if !strings.Contains(waiting, desk) {
		t.Error("the receivable does not wait among the confirmations")
	}
	empty := b.page(desk, http.StatusOK)
	checkMarkup(t, "the terms", empty)
	if strings.Contains(empty, "/assets/sign.") || strings.Contains(text(empty), "What is signed") {
		t.Error("something is to be signed before the terms are chosen")
	}
	wrong := b.page(desk+terms("irrevocable", "1.000,00"), http.StatusUnprocessableEntity)
	checkMarkup(t, "wrong terms", wrong)
	if !strings.Contains(wrong, `value="1.000,00"`) || !strings.Contains(wrong, `id="amount-wrong"`) || !strings.Contains(wrong, `value="irrevocable" checked`) {
		t.Error("a wrong amount is not kept beside what is wrong with it")
	}

	p := b.open(desk + terms("irrevocable", "1000.00"))
	if want := string(load.Confirmation(r, receivable.Irrevocable, 1_000_00).Statement()); p.statement != want {
		t.Fatalf("the page shows\n%s\nand the book wants\n%s", p.statement, want)
	}
	checkMarkup(t, "the statement", b.page(p.action, http.StatusOK))
	if file := b.page(strings.Replace(p.action, "?", "/statement?", 1), http.StatusOK); file != p.statement {
		t.Errorf("the file says %q", file)
	}
	sound := signatureOver(s.signatory, p.statement)
	p.refused(http.StatusUnprocessableEntity, "request_invalid", map[string]string{"signature": ""})
	p.refused(http.StatusUnprocessableEntity, "request_invalid", map[string]string{"signature": "abc", "key": sound["key"]})
	bad := p.refused(http.StatusUnprocessableEntity, "signature_invalid", map[string]string{"signature": strings.Repeat("0", 128), "key": sound["key"]})
	if !strings.Contains(bad, strings.Repeat("0", 128)) || !strings.Contains(bad, `id="signature-wrong"`) || !strings.Contains(bad, `value="1000.00"`) {
		t.Error("a refused form loses what was entered")
	}
	checkMarkup(t, "refused", bad)
	p.refused(http.StatusConflict, "terms_differ", map[string]string{"statement": "00", "key": sound["key"], "signature": sound["signature"]})
	p.refused(http.StatusForbidden, "form_expired", map[string]string{"token": "00", "key": sound["key"], "signature": sound["signature"]})
	if r := s.record(r.ID); r.Undertaking != receivable.NoUndertaking {
		t.Fatal("a refused form has done something")
	}

	page := p.given(sound)
	checkMarkup(t, "after it", page)
	if got := s.record(r.ID); got.Undertaking != receivable.Irrevocable || got.Confirmed != 1_000_00 || got.Signatures != 1 {
		t.Errorf("the book has %+v", got)
	}
	if response, _ := p.send(sound); response.StatusCode != http.StatusSeeOther {
		t.Errorf("the same form once more: %d", response.StatusCode)
	}
	again := b.open(desk + terms("irrevocable", "900.00"))
	body := again.refused(http.StatusConflict, "already_confirmed", signatureOver(s.signatory, again.statement))
	if !strings.Contains(body, `id="undertaking-wrong"`) {
		t.Error("the refusal does not stand beside the undertaking")
	}
}

func TestASoftConfirmationNeedsNoSignature(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	r := &s.receivables["02-bearings"].Receivable
	b := &browser{t: t, handler: s.handler, secret: s.key(s.actors["havelmark"])}
	where := "/receivables/" + r.ID.String() + "/confirmation" + terms("soft", money.Format(r.Face, r.Currency))
	b.open(where).given(nil)
	if got := s.record(r.ID); got.Undertaking != receivable.Soft || got.Confirmed != r.Face {
		t.Errorf("the book has %+v", got)
	}
	operator := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	where = "/receivables/" + s.receivable("03-hydraulics") + "/confirmation" + terms("soft", "10.00")
	p := operator.open(where)
	p.refused(http.StatusUnprocessableEntity, "request_invalid", nil)
	if page := operator.page(where, http.StatusOK); strings.Contains(page, "key-file") {
		t.Error("the operator is asked for a key file of a buyer's")
	}
	// What `millrace sign` prints names the key by its public half.
	made := s.signatory.Sign([]byte(p.statement))
	output, err := json.Marshal(map[string]string{"public": hex.EncodeToString(made.Public[:]), "statement_sha256": p.hidden["statement"], "signature": hex.EncodeToString(made.Bytes[:])})
	if err != nil {
		t.Fatal(err)
	}
	p.given(map[string]string{"signed": string(output)})
}

// pair gives the anchor two more signatories, neither of whom signs alone.
func (s *stage) pair() (first, second load.Signatory) {
	s.t.Helper()
	anchor := s.parties["havelmark"]
	enrol := func(actor id.Actor, text string) load.Signatory {
		one := load.NewSignatory(actor, text)
		one.Key = event[*book.SigningKeyProposed](s, s.give(actor, one.Proposal(anchor))).Key.ID
		s.give(s.checker, &book.ApproveSigningKey{Key: one.Key})
		m := event[*book.MandateProposed](s, s.give(actor, &book.ProposeMandate{
			Key: one.Key, Acts: mandate.Confirm, Currency: s.currency, AmountMax: 5_000_000_00, From: s.today, Until: s.today.AddDays(300),
		})).Mandate.ID
		s.give(s.checker, &book.ApproveMandate{Mandate: m})
		return one
	}
	return enrol(s.actors["havelmark"], "first of two"), enrol(s.person(anchor, party.Buyer, "Second signatory"), "second of two")
}

func TestTwoSignatoriesConfirmOneAfterTheOther(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	first, second := s.pair()
	r := &s.receivables["01-castings"].Receivable
	one := &browser{t: t, handler: s.handler, secret: s.key(first.Actor)}
	other := &browser{t: t, handler: s.handler, secret: s.key(second.Actor)}
	p := one.open("/receivables/" + r.ID.String() + "/confirmation" + terms("irrevocable", "2000.00"))
	if shown := text(one.page(p.action, http.StatusOK)); !strings.Contains(shown, "Always takes a second signatory") {
		t.Errorf("the page does not say who else signs: %s", shown)
	}
	p.given(signatureOver(first, p.statement))
	if s.record(r.ID).Undertaking != receivable.NoUndertaking {
		t.Fatal("one of two signatures was enough")
	}
	if shown := text(other.page("/", http.StatusOK)); !strings.Contains(shown, "Confirmations for a second signatory 1") {
		t.Errorf("the overview does not say that a signature is missing: %s", shown)
	}
	waiting := other.page("/confirmations", http.StatusOK)
	checkMarkup(t, "what waits", waiting)
	completion := regexp.MustCompile(`/confirmations/[^"/]*/completion`).FindString(waiting)
	q := other.open(completion)
	checkMarkup(t, "the second signature", other.page(completion, http.StatusOK))
	if q.statement != p.statement {
		t.Errorf("the second one would sign\n%s", q.statement)
	}
	q.refused(http.StatusUnprocessableEntity, "signature_repeated", signatureOver(first, q.statement))
	q.given(signatureOver(second, q.statement))
	if got := s.record(r.ID); got.Undertaking != receivable.Irrevocable || got.Confirmed != 2_000_00 || got.Signatures != 2 {
		t.Errorf("the book has %+v", got)
	}
	p = one.open("/receivables/" + s.receivable("03-hydraulics") + "/confirmation" + terms("irrevocable", "100.00"))
	both := ""
	for _, by := range []load.Signatory{first, second} {
		made := by.Sign([]byte(p.statement))
		both += "public key " + hex.EncodeToString(made.Public[:]) + "\nstatement  " + p.hidden["statement"] + "\nsignature  " + hex.EncodeToString(made.Bytes[:]) + "\n"
	}
	p.given(map[string]string{"signature": both})
	if got := s.record(s.receivables["03-hydraulics"].Receivable.ID); got.Signatures != 2 {
		t.Errorf("with both signatures at once the book has %+v", got)
	}
	p = one.open("/receivables/" + s.receivable("02-bearings") + "/confirmation" + terms("irrevocable", "100.00"))
	p.given(signatureOver(first, p.statement))
	drop := strings.Replace(regexp.MustCompile(`/confirmations/[^"/]*/completion`).FindString(one.page("/confirmations", http.StatusOK)), "completion", "drop", 1)
	checkMarkup(t, "dropping", one.page(drop, http.StatusOK))
	one.open(drop).given(nil)
}

func TestOthersConfirmNothing(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	of := "/receivables/" + s.receivable("01-castings") + "/confirmation"
	seller := &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	seller.page(of, http.StatusForbidden)
	seller.page("/confirmations", http.StatusForbidden)
	if response := seller.ask("POST", of+terms("soft", "1.00"), "a=b"); response.StatusCode != http.StatusForbidden {
		t.Errorf("a seller gives a confirmation: %d", response.StatusCode)
	}
	nobody := &browser{t: t, handler: s.handler}
	if got := nobody.ask("POST", of+"?terms=1&undertaking=soft", "a=b"); !strings.HasPrefix(got.Header.Get("Location"), "/sign-in?to=%2Freceivables") {
		t.Errorf("without a session it leads to %q", got.Header.Get("Location"))
	}
	buyer := &browser{t: t, handler: s.handler, secret: s.key(s.actors["havelmark"])}
	buyer.page(of+"?terms=1&amount=%ff", http.StatusBadRequest)
	buyer.page("/receivables/x/confirmation", http.StatusNotFound)
	if response := buyer.ask("GET", of+terms("irrevocable", "1.00"), ""); !strings.Contains(response.Header.Get("Content-Security-Policy"), "connect-src 'none'") ||
		strings.Contains(response.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("policy of a page that signs: %q", response.Header.Get("Content-Security-Policy"))
	}
}

// What the console shows for signing is what the API gives for the same act.
func TestTheConsoleSignsWhatTheAPISigns(t *testing.T) {
	s := newStage(t)
	s.open()
	s.send()
	secret := s.key(s.actors["havelmark"])
	r := &s.receivables["01-castings"].Receivable
	p := (&browser{t: t, handler: s.handler, secret: secret}).open("/receivables/" + r.ID.String() + "/confirmation" + terms("irrevocable", "50.00"))
	rest := api.New(api.Options{Engine: s.engine, Access: s.access, Reader: view.New(s.engine), Intake: s.intake})
	request := httptest.NewRequest("POST", "http://localhost/v1/statements/confirm", strings.NewReader(
		`{"id": "`+r.ID.String()+`", "body": {"undertaking": "irrevocable", "amount": {"text": "50.00", "currency": "EUR"}, "channel": "console"}}`))
	request.Header.Set("Authorization", "Bearer "+secret)
	request.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	rest.ServeHTTP(w, request)
	var made struct{ Statement string }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || made.Statement != p.statement {
		t.Fatalf("%s (%v), the console shows\n%s", w.Body, err, p.statement)
	}
}
