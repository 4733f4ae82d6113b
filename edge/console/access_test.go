package console_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/console"
	"millrace/edge/signin"
	"millrace/edge/signin/signintest"
	"millrace/edge/view"
	"millrace/engine/people"
)

// door is a stage whose console lets people in, with a clock of its own.
type door struct {
	*stage
	desk    *signin.Desk
	at      time.Time
	handler http.Handler
}

func newDoor(t testing.TB, issuers ...signin.Issuer) *door {
	t.Helper()
	s := newStage(t)
	s.open()
	store, err := people.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	d := &door{stage: s, at: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	d.desk, err = signin.New(signin.Options{Store: store, Now: func() time.Time { return d.at }, Work: signin.Work{MemoryKiB: 64, Passes: 1, Lanes: 1}, Issuers: issuers})
	if err != nil {
		t.Fatal(err)
	}
	d.handler = console.New(console.Options{Engine: s.engine, Reader: view.New(s.engine), Access: s.access, Intake: s.intake, Desk: d.desk})
	return d
}

// invite makes the path of a link with which somebody acts as an actor.
func (d *door) invite(actor id.Actor, party id.Party) string {
	d.t.Helper()
	secret, err := d.desk.Invite(d.t.Context(), people.Invitation{Kind: people.Invited, Actor: actor, Party: party, Name: "Greta Sommer", Login: "greta@havelmark.example"}, signin.ByLink, signin.From{})
	if err != nil {
		d.t.Fatal(err)
	}
	return "/set-up/" + secret
}

var (
	shownSecret = regexp.MustCompile(`<(?:p|span) class="secret">([A-Z2-7 ]+)<`)
	hidden      = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)"`)
	shownCode   = regexp.MustCompile(`<li>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</li>`)
)

// code is what an authenticator shows that was given the secret of a page (RFC 6238).
func (d *door) code(page string) string {
	d.t.Helper()
	found := shownSecret.FindStringSubmatch(page)
	if found == nil {
		d.t.Fatalf("the page shows no secret:\n%s", text(page))
	}
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(found[1], " ", ""))
	if err != nil {
		d.t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, d.at.Unix()/30)
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000)
}

// post sends a form and gives the page that answers.
func (b *browser) post(address string, status int, namesAndValues ...string) (string, *http.Response) {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		form.Set(namesAndValues[i], namesAndValues[i+1])
	}
	response := b.ask("POST", address, form.Encode())
	page, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if response.StatusCode != status {
		b.t.Fatalf("POST %s: %d, want %d\n%s", address, response.StatusCode, status, text(string(page)))
	}
	for _, set := range response.Cookies() {
		if strings.HasSuffix(set.Name, "millrace_session") {
			b.cookie = set.Name + "=" + set.Value
		}
	}
	return string(page), response
}

func field(t testing.TB, page, name string) string {
	t.Helper()
	_, page, _ = strings.Cut(page, "<main") // the frame has forms of its own
	for _, found := range hidden.FindAllStringSubmatch(page, -1) {
		if found[1] == name {
			return found[2]
		}
	}
	t.Fatalf("the page has no hidden field %q", name)
	return ""
}

const password = "three words in a row"

// enter lets somebody in by a link, with password and authenticator, and gives the page with the secret and the recovery codes.
func (d *door) enter(b *browser, link, login string) (page string, codes []string) {
	d.t.Helper()
	page = b.page(link, http.StatusOK)
	shown, _ := b.post(link, http.StatusOK, "name", "Greta Sommer", "login", login, "password", password, "again", password, "code", d.code(page))
	for _, found := range shownCode.FindAllStringSubmatch(shown, -1) {
		codes = append(codes, found[1])
	}
	checkMarkup(d.t, "recovery codes", shown)
	return page, codes
}

// signIn gives password and code.
func (d *door) signIn(b *browser, login, secretPage string) {
	d.t.Helper()
	asked, _ := b.post("/sign-in/password", http.StatusOK, "login", login, "password", password, "to", "/parties")
	_, response := b.post("/sign-in/code", http.StatusSeeOther, "step", field(d.t, asked, "step"), "to", field(d.t, asked, "to"), "code", d.code(secretPage))
	if to := response.Header.Get("Location"); to != "/parties" {
		d.t.Errorf("it leads to %q", to)
	}
}

func TestAPersonSetsUpAccessAndSignsIn(t *testing.T) {
	d := newDoor(t)
	link := d.invite(d.actors["havelmark"], d.parties["havelmark"])
	b := &browser{t: t, handler: d.handler}
	page := b.page(link, http.StatusOK)
	checkMarkup(t, link, page)
	if shown := text(page); !strings.Contains(shown, "Havelmark Werke AG") || !strings.Contains(shown, "As buyer") {
		t.Errorf("the link does not say for whom it is:\n%s", shown)
	}
	for at, form := range map[string][]string{
		"The two passwords differ.": {"name", "G", "login", "g", "password", password, "again", "x", "code", d.code(page)},
		"at least 12 characters":    {"name", "G", "login", "g", "password", "short", "again", "short", "code", d.code(page)},
		"The code is not the one":   {"name", "G", "login", "g", "password", password, "again", password, "code", "000000"},
		"Write your name":           {"name", "", "login", "g", "password", password, "again", password, "code", d.code(page)},
	} {
		shown, _ := b.post(link, http.StatusUnprocessableEntity, form...)
		if !strings.Contains(text(shown), at) {
			t.Errorf("it does not say %q:\n%s", at, text(shown))
		}
		checkMarkup(t, at, shown)
	}
	page, codes := d.enter(b, link, "Greta@Havelmark.example")
	if len(codes) != 10 {
		t.Errorf("%d recovery codes", len(codes))
	}
	b.page(link, http.StatusGone)
	mine := b.page("/me", http.StatusOK)
	checkMarkup(t, "/me", mine)
	if shown := text(mine); !strings.Contains(shown, "greta@havelmark.example") || !strings.Contains(shown, "10 recovery codes left") || !strings.Contains(shown, "this one") {
		t.Errorf("my access says\n%s", shown)
	}

	before := b.cookie
	d.at = d.at.Add(time.Minute)
	d.signIn(b, "greta@havelmark.example", page)
	if b.cookie == before {
		t.Error("the session has the same name after signing in again")
	}
	if old := (&browser{t: t, handler: d.handler, cookie: before}); old.ask("GET", "/", "").StatusCode != http.StatusSeeOther {
		t.Error("the session from before goes on")
	}
	if shown := text(b.page("/", http.StatusOK)); !strings.Contains(shown, "Havelmark Werke AG") {
		t.Errorf("the overview is not that of the buyer:\n%s", shown)
	}
	b.post("/sign-out", http.StatusSeeOther)
	b.page("/", http.StatusSeeOther)

	// A name that nobody has is answered like a wrong password.
	other := &browser{t: t, handler: d.handler}
	known, _ := other.post("/sign-in/password", http.StatusUnauthorized, "login", "greta@havelmark.example", "password", "wrong words in a row")
	unknown, _ := other.post("/sign-in/password", http.StatusUnauthorized, "login", "gerta@havelmark.example", "password", "wrong words in a row")
	if text(known) != text(unknown) {
		t.Errorf("%s\n%s", text(known), text(unknown))
	}
	checkMarkup(t, "/sign-in", known)
}

func TestOwnAccessIsChanged(t *testing.T) {
	d := newDoor(t)
	b := &browser{t: t, handler: d.handler}
	page, codes := d.enter(b, d.invite(d.actors["havelmark"], d.parties["havelmark"]), "greta")
	second := &browser{t: t, handler: d.handler}
	d.at = d.at.Add(20 * time.Minute)
	d.signIn(second, "greta", page)

	token := field(t, b.page("/me", http.StatusOK), "token")
	change := []string{"token", token, "current", password, "password", "four words in a row", "again", "four words in a row"}
	if _, response := b.post("/me/password", http.StatusSeeOther, change...); response.Header.Get("Location") != "/prove?to=%2Fme" {
		t.Errorf("without a fresh factor it leads to %q", response.Header.Get("Location"))
	}
	checkMarkup(t, "/prove", b.page("/prove?to=/me", http.StatusOK))
	b.post("/prove", http.StatusUnauthorized, "token", token, "to", "/me", "code", "000000")
	b.post("/prove", http.StatusSeeOther, "token", token, "to", "/me", "code", codes[0])
	b.post("/me/password", http.StatusForbidden, append(change[2:], "token", "of another session")...)
	wrong := append([]string{}, change...)
	wrong[3] = "not my password"
	if shown, _ := b.post("/me/password", http.StatusUnprocessableEntity, wrong...); !strings.Contains(text(shown), "Your present password is another one.") {
		t.Error(text(shown))
	}
	second.page("/me", http.StatusOK)
	b.post("/me/password", http.StatusSeeOther, change...)
	second.page("/me", http.StatusSeeOther)
	if shown := text(b.page("/me?said=password", http.StatusOK)); !strings.Contains(shown, "Your password is changed") || !strings.Contains(shown, "9 recovery codes left") {
		t.Error(shown)
	}

	another := b.page("/me/authenticator", http.StatusOK)
	checkMarkup(t, "/me/authenticator", another)
	form := []string{"token", token, "step", field(t, another, "step")}
	b.post("/me/authenticator", http.StatusUnprocessableEntity, append(form, "code", "000000")...)
	shown, _ := b.post("/me/authenticator", http.StatusOK, append(form, "code", d.code(another))...)
	if len(shownCode.FindAllString(shown, -1)) != 10 {
		t.Errorf("no new recovery codes:\n%s", text(shown))
	}
	if shown, _ := b.post("/me/passkey/removal", http.StatusUnprocessableEntity, "token", token, "passkey", "AAAA"); !strings.Contains(text(shown), "This is the last way") {
		// Of somebody with a password there is one left; a passkey that is not there is not found.
		t.Error(text(shown))
	}
	b.post("/me/session/end", http.StatusNotFound, "token", token, "session", "nothing")
	d.signInAgain(second, another)
	b.post("/me/sessions/end", http.StatusSeeOther, "token", token)
	second.page("/me", http.StatusSeeOther)
	for _, where := range []string{"/me/password", "/me/recovery", "/me/passkey", "/me/session/end", "/me/acting", "/prove"} {
		machine := &browser{t: t, handler: d.handler, secret: d.key(d.maker)}
		machine.post(where, http.StatusForbidden, "token", token)
	}
}

// signInAgain signs in with the password and authenticator that were taken into use.
func (d *door) signInAgain(b *browser, secretPage string) {
	d.t.Helper()
	d.at = d.at.Add(time.Minute)
	asked, _ := b.post("/sign-in/password", http.StatusOK, "login", "greta", "password", "four words in a row", "to", "/")
	b.post("/sign-in/code", http.StatusSeeOther, "step", field(d.t, asked, "step"), "code", d.code(secretPage))
}

func TestOnePersonActsForTwo(t *testing.T) {
	d := newDoor(t)
	b := &browser{t: t, handler: d.handler}
	d.enter(b, d.invite(d.actors["havelmark"], d.parties["havelmark"]), "greta")
	link := d.invite(d.actors["rottmuehl"], d.parties["rottmuehl"])
	page := b.page(link, http.StatusOK)
	checkMarkup(t, link, page)
	b.post(link+"/join", http.StatusForbidden, "token", "another")
	b.post(link+"/join", http.StatusSeeOther, "token", field(t, page, "token"))
	if shown := text(b.page("/", http.StatusOK)); !strings.Contains(shown, "Greta Sommer · Gießerei Rottmühl GmbH") {
		t.Errorf("the overview is not the seller's:\n%s", shown)
	}
	token := field(t, b.page("/me", http.StatusOK), "token")
	b.post("/me/acting", http.StatusNotFound, "token", token, "actor", d.maker.String())
	b.post("/me/acting", http.StatusSeeOther, "token", token, "actor", d.actors["havelmark"].String())
	if shown := text(b.page("/", http.StatusOK)); !strings.Contains(shown, "Greta Sommer · Havelmark Werke AG") {
		t.Errorf("the overview is not the buyer's:\n%s", shown)
	}
}

func TestTheAdministratorIsSetUpOnTheMachineItself(t *testing.T) {
	d := newDoor(t)
	secret, err := d.desk.Invite(t.Context(), people.Invitation{Kind: people.Administrator, Actor: d.maker, Party: d.operator}, signin.ByCommand, signin.From{})
	if err != nil {
		t.Fatal(err)
	}
	for remote, want := range map[string]int{"203.0.113.7:4000": http.StatusForbidden, "127.0.0.1:4000": http.StatusOK} {
		r := httptest.NewRequest("GET", "http://localhost/set-up/"+secret, nil)
		r.RemoteAddr = remote
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		if w.Code != want || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("from %s: %d, %v", remote, w.Code, w.Header())
		}
	}
}

// In a browser somebody makes a passkey with an authenticator of the browser's own, signs out, and signs in with it.
func TestPasskeyInABrowser(t *testing.T) {
	b := newChromium(t)
	d := newDoor(t)
	server := httptest.NewServer(d.handler)
	defer server.Close()
	at := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	b.call("WebAuthn.enable", nil)
	b.call("WebAuthn.addVirtualAuthenticator", map[string]any{"options": map[string]any{
		"protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true,
	}})
	b.visit(at + d.invite(d.actors["havelmark"], d.parties["havelmark"]))
	b.pictures("set-up")
	b.run(`document.querySelector("#login").value = "greta@havelmark.example"`)
	b.leave(func() { b.click("#passkey-button") })
	b.shows("Sign out", "What waits here") // whoever is invited begins at the desk
	b.visit(at + "/me")
	b.shows("My access", "Passkey", "Access set up")
	b.pictures("my-access")
	if got := b.run(`fetch("/").then(() => "it got out", () => "it was kept in")`); got != "it was kept in" {
		t.Errorf("a request by script: %s", got)
	}
	b.leave(func() { b.click(".who button") })
	b.shows("Sign in", "With a passkey")
	b.pictures("sign-in")
	b.leave(func() { b.click("#passkey-button") })
	b.shows("Sign out")
	if whose := b.run(`document.querySelector(".whose").textContent`); !strings.Contains(whose, "Havelmark Werke AG") {
		t.Errorf("the page is that of %q", whose)
	}
	d.at = d.at.Add(20 * time.Minute)
	b.visit(at + "/prove?to=/me")
	b.pictures("prove")
	b.leave(func() { b.click("#passkey-button") })
	b.shows("My access", "Second factor shown")
	b.visit(at + "/me/authenticator")
	b.run(fmt.Sprintf(`document.querySelector("#code").value = %q`, d.code(b.run(`document.documentElement.outerHTML`))))
	b.leave(func() { b.click("main form button") })
	b.shows("Your recovery codes")
	b.pictures("codes")
	d.give(d.maker, &book.DecideAdministrator{Actor: d.actors["havelmark"], Administrator: true})
	for name, path := range map[string]string{"people": "/people", "my-access": "/me", "authenticator": "/me/authenticator"} {
		b.visit(at + path)
		b.pictures(name)
		b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": 390, "height": 900, "deviceScaleFactor": 1, "mobile": true})
		if overflows := b.run(`document.documentElement.scrollWidth > document.documentElement.clientWidth`); overflows != "false" {
			t.Errorf("%s is wider than a telephone", path)
		}
	}
}

// entered is somebody who acts as an actor and has just signed in.
func (d *door) entered(login string, actor id.Actor, party id.Party) (*browser, string) {
	d.t.Helper()
	b := &browser{t: d.t, handler: d.handler}
	page, _ := d.enter(b, d.invite(actor, party), login)
	return b, page
}

func TestWhatMovesMoneyAsksForAFactor(t *testing.T) {
	d := newDoor(t)
	b, secretPage := d.entered("seller", d.actors["rottmuehl"], d.parties["rottmuehl"])
	where := "/bank-accounts/" + d.accounts["rottmuehl"].String() + "/revocation?terms=1&reason=closed"
	if page := b.page(where, http.StatusOK); strings.Contains(page, "Code of your authenticator") {
		t.Error("it asks for a code that was just shown")
	}
	d.at = d.at.Add(signin.FreshSpan)
	page := b.page(where, http.StatusOK)
	checkMarkup(t, where, page)
	form := []string{"token", field(t, page, "token"), "once", field(t, page, "once")}
	for code, want := range map[string]string{"": "show your second factor again", "000000": "The code is not valid"} {
		shown, _ := b.post(where, http.StatusForbidden, append(form, "code", code)...)
		if !strings.Contains(strings.ToLower(text(shown)), strings.ToLower(want)) || !strings.Contains(shown, `value="closed"`) && !strings.Contains(shown, ">closed<") {
			t.Errorf("code %q is answered with\n%s", code, text(shown))
		}
		checkMarkup(t, want, shown)
	}
	_, response := b.post(where, http.StatusSeeOther, append(form, "code", d.code(secretPage))...)
	if to := response.Header.Get("Location"); !strings.Contains(to, "done=") {
		t.Errorf("it leads to %q", to)
	}
	// A machine's key has no second factor to show.
	machine := &browser{t: t, handler: d.handler, secret: d.key(d.actors["traunfels"])}
	if page := machine.page("/bank-accounts/"+d.accounts["traunfels"].String()+"/revocation?terms=1&reason=closed", http.StatusOK); strings.Contains(page, "Code of your authenticator") {
		t.Error("a machine is asked for a code")
	}
}

func TestAPartysPeople(t *testing.T) {
	d := newDoor(t)
	party := d.parties["havelmark"]
	first, _ := d.entered("operator", d.maker, d.operator)
	b, _ := d.entered("buyer", d.actors["havelmark"], party)
	b.page("/people", http.StatusForbidden)
	if page := b.page("/", http.StatusOK); strings.Contains(page, `href="/people"`) {
		t.Error("the navigation names a page that holds nothing")
	}

	page := first.page("/people?party="+party.String(), http.StatusOK)
	checkMarkup(t, "/people", page)
	token := field(t, page, "token")
	first.post("/people/administration", http.StatusSeeOther, "token", token, "party", party.String(), "actor", d.actors["havelmark"].String(), "administrator", "yes")
	page = b.page("/people", http.StatusOK)
	checkMarkup(t, "/people of a buyer", page)
	token = field(t, page, "token")
	if strings.Contains(page, "Make administrator") {
		t.Error("a party makes its own administrators")
	}
	if shown, _ := b.post("/people/invitation", http.StatusUnprocessableEntity, "token", token, "name", "Frieda Kern", "role", "funder"); !strings.Contains(shown, "Frieda Kern") {
		t.Error("what was typed is lost")
	}
	b.post("/people/invitation", http.StatusForbidden, "token", token, "party", d.parties["rottmuehl"].String(), "name", "Frieda Kern", "role", "seller")
	shown, _ := b.post("/people/invitation", http.StatusOK, "token", token, "name", "Frieda Kern", "login", "frieda@havelmark.example", "role", "buyer", "note", "Confirms up to EUR 50,000", "administrator", "yes")
	checkMarkup(t, "an invitation", shown)
	link := regexp.MustCompile(`http://localhost(/set-up/[A-Za-z0-9_-]{43})<`).FindStringSubmatch(shown)
	if link == nil {
		t.Fatalf("no link:\n%s", text(shown))
	}
	invited := &browser{t: t, handler: d.handler}
	if page := text(invited.page(link[1], http.StatusOK)); !strings.Contains(page, "Confirms up to EUR 50,000") || !strings.Contains(page, "Havelmark Werke AG") {
		t.Errorf("the link says\n%s", page)
	}
	d.enter(invited, link[1], "frieda@havelmark.example")
	invited.page("/people", http.StatusForbidden) // only the operator appoints administrators

	frieda := regexp.MustCompile(`Frieda Kern.{0,40}<span class="second id">(act_[0-9A-Z-]+)<`).FindStringSubmatch(b.page("/people", http.StatusOK))
	if frieda == nil {
		t.Fatal("she is not listed")
	}
	b.post("/people/state", http.StatusSeeOther, "token", token, "actor", frieda[1], "active", "no")
	invited.page("/me", http.StatusSeeOther)
	b.post("/people/state", http.StatusSeeOther, "token", token, "actor", frieda[1], "active", "yes")
	invited.page("/me", http.StatusOK)
	b.post("/people/state", http.StatusNotFound, "token", token, "actor", d.actors["rottmuehl"].String(), "active", "no")
	b.post("/people/state", http.StatusUnprocessableEntity, "token", token, "actor", d.actors["havelmark"].String(), "active", "no")

	reset, _ := b.post("/people/link", http.StatusOK, "token", token, "actor", frieda[1])
	again := regexp.MustCompile(`http://localhost(/set-up/[A-Za-z0-9_-]{43})<`).FindStringSubmatch(reset)
	if again == nil || !strings.Contains(text(invited.page(again[1], http.StatusOK)), "ends when you have set this up") {
		t.Errorf("no link to set up access anew:\n%s", text(reset))
	}
	// Who acts for another party too is not for this administrator to let in.
	joined := invited.page(d.invite(d.actors["rottmuehl"], d.parties["rottmuehl"]), http.StatusOK)
	action := regexp.MustCompile(`action="(/set-up/[^"]*)/join"`).FindStringSubmatch(joined)
	invited.post(action[1]+"/join", http.StatusSeeOther, "token", field(t, joined, "token"))
	b.post("/people/link", http.StatusUnprocessableEntity, "token", token, "actor", frieda[1])

	journal := first.page("/sign-ins", http.StatusOK)
	checkMarkup(t, "/sign-ins", journal)
	if shown := text(journal); !strings.Contains(shown, "frieda@havelmark.example Suspended") {
		t.Errorf("the journal says\n%s", shown)
	}
	b.page("/sign-ins", http.StatusForbidden)
	d.at = d.at.Add(signin.FreshSpan)
	if _, response := b.post("/people/state", http.StatusSeeOther, "token", token, "actor", frieda[1], "active", "no"); !strings.HasPrefix(response.Header.Get("Location"), "/prove?") {
		t.Error("without a fresh factor somebody is suspended")
	}
}

func TestOwnKeysHaveScopes(t *testing.T) {
	d := newDoor(t)
	b, _ := d.entered("seller", d.actors["rottmuehl"], d.parties["rottmuehl"])
	token := field(t, b.page("/me", http.StatusOK), "token")
	b.post("/me/keys", http.StatusUnprocessableEntity, "token", token, "name", "")
	shown, _ := b.post("/me/keys", http.StatusOK, "token", token, "name", "ERP", "scope", "documents")
	checkMarkup(t, "a new key", shown)
	secret := regexp.MustCompile(`mlr_[a-z2-7]{8}_[a-z2-7]{52}`).FindString(shown)
	if secret == "" || !strings.Contains(text(shown), "read, documents") {
		t.Fatalf("no key:\n%s", text(shown))
	}
	machine := &browser{t: t, handler: d.handler, secret: secret}
	where := "/bank-accounts/" + d.accounts["rottmuehl"].String() + "/revocation?terms=1&reason=closed"
	page := machine.page(where, http.StatusOK)
	if refused, _ := machine.post(where, http.StatusForbidden, "token", field(t, page, "token"), "once", field(t, page, "once")); !strings.Contains(refused, "scope_forbidden") {
		t.Errorf("a key for documents takes an account out of use:\n%s", text(refused))
	}
	key := regexp.MustCompile(`name="key" value="([^"]*)"`).FindStringSubmatch(shown)
	b.post("/me/keys/revocation", http.StatusSeeOther, "token", token, "key", key[1])
	machine.page("/", http.StatusSeeOther)
	d.key(d.actors["traunfels"])
	b.post("/me/keys/revocation", http.StatusNotFound, "token", token, "key", id.Make[id.Key](1, 2).String())
}

// onlyOwnScripts is a policy by which nothing is run, or asked for, but what the node itself serves.
var onlyOwnScripts = regexp.MustCompile(`^default-src '(self|none)'; script-src '(self|none)';( [a-z-]+( '(self|none|script)'| data:)*(;|$))*$`)

// Every answer, of every page and to whomever, carries the headers that keep browsers from doing what they should not.
func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	d := newDoor(t)
	b, _ := d.entered("operator", d.maker, d.operator)
	stranger := &browser{t: t, handler: d.handler}
	patterns := console.Patterns()
	if len(patterns) < 150 {
		t.Fatalf("%d routes", len(patterns))
	}
	parameter := regexp.MustCompile(`\{[a-z]+\}`)
	for _, pattern := range patterns {
		method, path, _ := strings.Cut(pattern, " ")
		path = parameter.ReplaceAllString(strings.TrimSuffix(path, "{$}"), "1")
		for who, asks := range map[string]*browser{"the operator": b, "a stranger": stranger} {
			if path == "/sign-out" {
				continue
			}
			response := asks.ask(method, path, "")
			if response.StatusCode >= 500 && response.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("%s, %s: %d", pattern, who, response.StatusCode)
			}
			policy := response.Header.Get("Content-Security-Policy")
			for _, want := range []string{"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
				if !strings.Contains(policy, want) {
					t.Errorf("%s, %s: the policy %q lacks %s", pattern, who, policy, want)
				}
			}
			if strings.Contains(policy, "unsafe") || !onlyOwnScripts.MatchString(policy) {
				t.Errorf("%s, %s: the policy %q lets in more than the node's own scripts, or lets them out", pattern, who, policy)
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
				"Permissions-Policy": "camera=(), ", "Cache-Control": "", "Referrer-Policy": "",
			} {
				if got := response.Header.Get(name); got == "" || !strings.HasPrefix(got, want) {
					t.Errorf("%s, %s: %s is %q", pattern, who, name, got)
				}
			}
			if cache := response.Header.Get("Cache-Control"); !strings.Contains(cache, "no-store") && !strings.HasPrefix(path, "/assets/") {
				t.Errorf("%s, %s: it may be kept: %s", pattern, who, cache)
			}
			if response.StatusCode == http.StatusOK && who == "a stranger" && !strings.HasPrefix(path, "/sign-in") && !strings.HasPrefix(path, "/assets/") {
				t.Errorf("%s is shown to a stranger", pattern)
			}
		}
	}
}

func TestTransportSecurity(t *testing.T) {
	d := newDoor(t)
	for _, secure := range []bool{false, true} {
		handler := console.New(console.Options{Engine: d.engine, Reader: view.New(d.engine), Access: d.access, Intake: d.intake, Desk: d.desk, Secure: secure})
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "http://mill.example/sign-in", nil))
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != secure {
			t.Errorf("secure %v: %v", secure, w.Header())
		}
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, httptest.NewRequest("GET", "https://mill.example/sign-in", nil))
	if w.Header().Get("Strict-Transport-Security") == "" {
		t.Error("over TLS")
	}
}

// In a browser somebody sets up access by the word of an issuer at another site, signs out, and signs in by it: the strict cookie of the
// session survives the way back.
func TestSingleSignOnInABrowser(t *testing.T) {
	b := newChromium(t)
	var d *door
	issuer := signintest.New(t, func() time.Time { return d.at })
	d = newDoor(t, signin.Issuer{Name: "work", Title: "Company account", Issuer: issuer.URL, ClientID: signintest.Client, ClientSecret: signintest.Secret, SecondFactor: true})
	server := httptest.NewServer(d.handler)
	defer server.Close()
	at := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	b.visit(at + d.invite(d.actors["havelmark"], d.parties["havelmark"]))
	b.pictures("set-up-with-issuer")
	b.run(`document.querySelector("#login").value = "greta@havelmark.example"`)
	b.click(`button[formaction$="/with/work"]`)
	b.arrives("Sign out")
	b.visit(at + "/me")
	b.shows("My access", "Single sign-on", "Disconnect", "Havelmark Werke AG")
	b.leave(func() { b.click(".who button") })
	b.pictures("sign-in-with-issuer")
	b.click(`a[href^="/sign-in/with/work"]`)
	b.arrives("Sign out")
	b.shows("Havelmark Werke AG", "Sign out")

	issuer.Subject = "a stranger"
	b.leave(func() { b.click(".who button") })
	b.click(`a[href^="/sign-in/with/work"]`)
	b.arrives("opens nothing here")
}

// arrives waits until the browser, after pages that lead on by themselves, shows a text.
func (b *chromium) arrives(want string) {
	b.t.Helper()
	for {
		answer := b.ask("Runtime.evaluate", map[string]any{"expression": `document.readyState === "complete" ? document.body.innerText : ""`, "returnByValue": true})
		if answer.Error == nil && strings.Contains(string(answer.Result), want) {
			return
		}
	}
}
