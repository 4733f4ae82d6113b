package console_test

import (
	"cmp"
	"compress/gzip"
	"context"
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
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/observation"
	"millrace/edge/tracking"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// browser asks as one caller, and keeps cookies by hand.
type browser struct {
	t       testing.TB
	handler http.Handler
	secret  string
	cookie  string
}

func (b *browser) ask(method, address, form string) *http.Response {
	b.t.Helper()
	r := httptest.NewRequest(method, "http://localhost"+address, strings.NewReader(form))
	r.RemoteAddr = "127.0.0.1:40000"
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.secret != "" {
		r.Header.Set("Authorization", "Bearer "+b.secret)
	}
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	return served(b.handler, r).Result()
}

// served is the answer to a request. Who asks for news leaves after the first message: a stream has no end of its own.
func served(handler http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	if r.URL.Path != "/live" {
		handler.ServeHTTP(w, r)
		return w
	}
	ctx, leave := context.WithCancel(r.Context())
	defer leave()
	handler.ServeHTTP(leaving{w, leave}, r.WithContext(ctx))
	return w
}

// leaving is a browser that goes away once something has come.
type leaving struct {
	*httptest.ResponseRecorder
	leave context.CancelFunc
}

func (l leaving) Flush() { l.leave() }

// held is what keeps dates and amounts of a page in one line, and marks its empty cells: only its own test asks for that.
var held = regexp.MustCompile(`<span class="whole">([^<]*)</span>`)

func asWritten(page string) string {
	return strings.NewReplacer("\u00a0", " ", " data-none>", ">").Replace(held.ReplaceAllString(page, "$1"))
}

// page gets a page and wants its status.
func (b *browser) page(address string, status int) string {
	b.t.Helper()
	response := b.ask("GET", address, "")
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if response.StatusCode != status {
		b.t.Errorf("GET %s: %d, want %d\n%s", address, response.StatusCode, status, text(string(body)))
	}
	return asWritten(string(body))
}

var (
	tag       = regexp.MustCompile(`<[^>]*>`)
	blank     = regexp.MustCompile(`\s+`)
	address   = regexp.MustCompile(`href="([^"]*)"`)
	control   = regexp.MustCompile(`<(?:input|select)\b[^>]*>`)
	attribute = regexp.MustCompile(`\b(id|type)="([^"]*)"`)
)

// text is what a person reads on a page.
func text(page string) string {
	page = tag.ReplaceAllString(asWritten(page), " ")
	page = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'").Replace(page)
	return strings.TrimSpace(blank.ReplaceAllString(page, " "))
}

// checkMarkup holds every page to the same rules.
func checkMarkup(t testing.TB, where, page string) {
	t.Helper()
	wrong := func(format string, arguments ...any) { t.Errorf("%s: %s", where, fmt.Sprintf(format, arguments...)) }
	if len(page) > 100_000 {
		wrong("%d bytes", len(page))
	}
	signing, framing, passkeys := strings.Count(page, `<script src="/assets/sign.`), strings.Count(page, `<script src="/assets/frame.`), strings.Count(page, `<script src="/assets/passkey.`)
	making, keeping := strings.Count(page, `<script src="/assets/key.`), strings.Count(page, `<script src="/assets/unsent.`)
	if scripts := strings.Count(page, "<script"); scripts != signing+framing+passkeys+making+keeping || scripts-keeping > 1 || keeping > 1 || signing > strings.Count(page, `id="own-key"`) ||
		passkeys != strings.Count(page, `id="passkey"`) || making > strings.Count(page, `id="new-key"`) {
		wrong("a script where nothing is signed and no passkey shown, another one than the console's own, or two of them")
	}
	for _, banned := range []string{"style=", "onclick", "ZgotmplZ", "&lt;nil&gt;", "%!", "href=\"\"", "<b>"} {
		if strings.Contains(page, banned) {
			wrong("holds %q", banned)
		}
	}
	head, _, _ := strings.Cut(page, "</head>") // drawings have titles of their own
	if got := strings.Count(head, "<title>"); got != 1 {
		wrong("%d of <title>, want 1", got)
	}
	for element, want := range map[string]int{"<h1>": 1, "<main": 1, "</html>": 1} {
		if got := strings.Count(page, element); got != want {
			wrong("%d of %s, want %d", got, element, want)
		}
	}
	if tables, captions := strings.Count(page, "<table"), strings.Count(page, "<caption"); tables != captions {
		wrong("%d tables, %d captions", tables, captions)
	}
	if cells, scopes := strings.Count(page, "<th ")+strings.Count(page, "<th>"), strings.Count(page, `scope="`); cells != scopes {
		wrong("%d header cells, %d scopes", cells, scopes)
	}
	for _, found := range control.FindAllString(page, -1) {
		attributes := map[string]string{}
		for _, pair := range attribute.FindAllStringSubmatch(found, -1) {
			attributes[pair[1]] = pair[2]
		}
		if attributes["type"] != "hidden" && !strings.Contains(page, `for="`+attributes["id"]+`"`) {
			wrong("%s has no label", found)
		}
	}
	for _, element := range []string{"table", "tr", "td", "th", "section", "ul", "ol", "li", "dl", "div", "span", "p", "a", "nav", "form", "details"} {
		opened := strings.Count(page, "<"+element+" ") + strings.Count(page, "<"+element+">")
		if closed := strings.Count(page, "</"+element+">"); opened != closed {
			wrong("<%s> opens %d times and closes %d times", element, opened, closed)
		}
	}
}

// crawl follows every link from the overview and returns the pages by address.
func crawl(t *testing.T, b *browser) map[string]string {
	t.Helper()
	pages, waiting := map[string]string{}, []string{"/"}
	for len(waiting) > 0 {
		next := waiting[0]
		waiting = waiting[1:]
		if _, known := pages[next]; known || strings.HasPrefix(next, "/assets/") || strings.HasPrefix(next, "/desk/") || strings.Contains(next, "format=") || strings.HasPrefix(next, "#") || strings.HasSuffix(next, "/original") || strings.HasSuffix(next, "/letter") || strings.HasSuffix(next, "/paper") || strings.HasSuffix(next, "/statement") {
			continue
		}
		page := b.page(next, http.StatusOK)
		pages[next] = page
		for _, found := range address.FindAllStringSubmatch(page, -1) {
			whole, _, _ := strings.Cut(strings.ReplaceAll(found[1], "&amp;", "&"), "#")
			waiting = append(waiting, cmp.Or(whole, "/"))
		}
	}
	return pages
}

func TestEveryPageThatIsLinked(t *testing.T) {
	s := newStage(t)
	s.play()
	s.applied(s.maker, "rottmuehl")
	s.alerted("rottmuehl")
	s.give(s.maker, &book.OpenOnboardingFile{Party: s.parties["rottmuehl"], Form: onboarding.Company, Risk: onboarding.LowRisk})
	officer := s.person(s.operator, party.Compliance, "Irmgard Thoma")
	s.give(officer, &book.OpenCase{Party: s.parties["traunfels"], Fact: s.keep(intake.KindCase, "Cash from nowhere"), Due: s.today.AddDays(10)})
	for who, actor := range map[string]id.Actor{
		"operator": s.maker, "compliance": officer, "seller": s.actors["rottmuehl"], "buyer": s.actors["havelmark"], "funder": s.funderActor, "bank": s.bank,
	} {
		t.Run(who, func(t *testing.T) {
			pages := crawl(t, &browser{t: t, handler: s.handler, secret: s.key(actor)})
			for where, page := range pages {
				checkMarkup(t, where, page)
			}
			if least := map[bool]int{true: 300, false: 15}[who == "operator"]; len(pages) < least {
				t.Errorf("%d pages are linked, want at least %d", len(pages), least)
			}
		})
	}
}

func TestReceivableTellsItsStory(t *testing.T) {
	s := newStage(t)
	s.play()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	for where, wants := range map[string][]string{
		"/receivables/" + s.receivable("01-castings"): {
			"Invoice RE-2026-0914", "Closed", "Confirmed, irrevocable", "Evidence, grade 5 of 5", "Invoiced by Invoice RE-2026-0914", "49,282.66 EUR",
			"advance × 4.35 % × 14 / 360", "ACT/360, 14 days: 2026-11-02 in", "83.37 EUR", "Books of Havelmark Werke AG", "Confirmed payables", "It carries 1 signature.",
			"Havelmark Werke AG confirmed EUR 49,282.66 irrevocably.", "by Annegret Lohse, Spreekanal Finanzplattform GmbH",
		},
		"/receivables/" + s.receivable("06-bearings-price"):                          {"Billed at a higher price than ordered", "Signatures and disputes", "Billed above the order", "120.00 EUR", "The buyer disputes EUR 120.00: price.", "Not proved Agreed would be proved by an order response that accepts"},
		"/receivables/" + s.receivable("09-castings-large"):                          {"Referred", "Large amount", "a person looks", "Measured EUR 481,950.00, bound EUR 250,000.00."},
		"/documents/" + s.documents["01-castings/5-invoice.xml"].String():            {"RE-2026-0914", "<cbc:ID>RE-2026-0914</cbc:ID>", "To pay 49,282.66 EUR", "In order"},
		"/documents/" + s.documents["91-renumbered/invoice-renumbered.xml"].String(): {"Repeats an earlier one", "An earlier invoice under another number"},
		"/payments?state=awaiting_approval":                                          {"Awaiting approval", "Disbursement to seller"},
		"/receipts?state=unallocated":                                                {"1,234.56 EUR", "without a reference <b>"},
		"/parties/" + s.parties["havelmark"].String():                                {"Who signs for it", "Accounts of Havelmark Werke AG", "1,000,000.00 EUR"},
		"/journal/1": {"Entry 1: found", "Leaf hash", `"date": "2026-11-02"`},
		"/":          {"1,087,419.10 EUR", "Referrals to advise on 1", "Payments for a second person 1", "Duplicates refused 1", "Receipts that are not allocated 1"},
	} {
		shown := text(b.page(where, http.StatusOK))
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s does not say %q:\n%s", where, want, shown)
			}
		}
	}
}

func TestATradeShowsWhatWasSeenOfItsGoods(t *testing.T) {
	s := newStage(t)
	s.play()
	of := s.receivables["01-castings"].Receivable.Trade
	event := `{"type": "ObjectEvent", "eventTime": "2024-05-02T09:30:00+02:00", "eventTimeZoneOffset": "+02:00", "action": "OBSERVE", "bizStep": "receiving",
 "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9520004100106:PO-2026-4101"}], "readPoint": {"id": "urn:epc:id:sgln:952000.410010.0"},
 "sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/417/9520004100205"}],
 "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.A1", "quantity": 12.5, "uom": "KGM"}]}`
	events, err := tracking.Read("event.json", []byte(event), observation.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	commands, err := s.intake.PrepareMovements(t.Context(), events, []byte(event), "test")
	if err != nil {
		t.Fatal(err)
	}
	s.give(s.maker, commands[0])
	b := &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	page := b.page("/trades/"+of.String(), http.StatusOK)
	checkMarkup(t, "the trade", page)
	shown := text(page)
	for _, want := range []string{"Movements of the goods", "2024-05-02T09:30:00&#43;02:00 received GLN 9520004100106 12.5 KGM GTIN 04012345123456", "as operator nothing by itself"} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not say %q:\n%s", want, shown)
		}
	}
}

func TestAnotherPartysRecordIsNotFound(t *testing.T) {
	s := newStage(t)
	s.play()
	everything := crawl(t, &browser{t: t, handler: s.handler, secret: s.key(s.maker)})
	mine := &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	others := s.receivables["02-bearings"].Receivable
	for _, where := range []string{
		"/receivables/" + others.ID.String(), "/trades/" + others.Trade.String(), "/documents/" + others.Document.String(), "/parties/" + others.Seller.String(),
		"/documents/" + others.Document.String() + "/original", "/financings/fin_1-2-F", "/journal", "/journal/1", "/parties/" + s.funder.String(),
	} {
		if !strings.Contains(where, "fin_") && !strings.HasSuffix(where, "/original") {
			if _, known := everything[where]; !known {
				t.Errorf("%s is not a page of the operator: the check would be idle", where)
			}
		}
		mine.page(where, http.StatusNotFound)
	}
	for where := range crawl(t, mine) {
		if page := mine.page(where, http.StatusOK); strings.Contains(page, "Traunfelser") || strings.Contains(page, "Annegret Lohse") {
			t.Errorf("%s names another party's seller or people", where)
		}
	}
	for where := range everything {
		response := mine.ask("GET", where, "")
		if response.StatusCode >= 500 {
			t.Errorf("%s: %d", where, response.StatusCode)
		}
	}
}

func TestOddAddresses(t *testing.T) {
	s := newStage(t)
	s.play()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	odd := []string{"x", "rcv_1-1-E", "rcv_1-1-X", "rcv_9-1-1", "pty_1-1-1", "%00", "..%2f..", strings.Repeat("9", 400), "'%20OR%201=1--", "%f0%28%8c%28", "-1", "0", "18446744073709551615"}
	for _, place := range []string{"receivables", "trades", "documents", "financings", "payments", "receipts", "accounts", "parties", "journal", "nowhere"} {
		for _, one := range odd {
			if place == "receivables" && one == "rcv_1-1-E" {
				continue
			}
			if place == "journal" && one == "x" {
				b.page("/journal/x", http.StatusNotFound)
			}
			response := b.ask("GET", "/"+place+"/"+one, "")
			if response.StatusCode != http.StatusNotFound && response.StatusCode != http.StatusMovedPermanently && response.StatusCode != http.StatusTemporaryRedirect {
				t.Errorf("/%s/%s: %d", place, one, response.StatusCode)
			}
		}
		for _, parameter := range []string{"cursor", "state", "party", "seller", "buyer", "number", "type", "name", "q"} {
			for _, one := range odd {
				if response := b.ask("GET", "/"+place+"?"+parameter+"="+one, ""); response.StatusCode >= 500 {
					t.Errorf("/%s?%s=%s: %d", place, parameter, one, response.StatusCode)
				}
			}
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
		if response := b.ask(method, "/receivables", "a=b"); response.StatusCode < 400 || response.StatusCode >= 500 {
			t.Errorf("%s /receivables: %d", method, response.StatusCode)
		}
	}
	checkMarkup(t, "not found", b.page("/receivables/x", http.StatusNotFound))
	checkMarkup(t, "a bad cursor", b.page("/receivables?cursor=x", http.StatusBadRequest))
}

func TestSearch(t *testing.T) {
	s := newStage(t)
	s.play()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	for asked, want := range map[string]string{
		"RE-2026-0914": "Receivable", "wirtschaft": "Nothing of yours", "gießerei rottm": "Gießerei Rottmühl GmbH", "PO-2026-4101": "Order PO-2026-4101",
		"giesserei rottmuehl": "Parties Found About State Amount Gießerei Rottmühl GmbH", "GIESSEREI ROTTMUHL": "Gießerei Rottmühl GmbH", "re-2026-09": "Invoice RE-2026-0914",
		"DE999412705": "Havelmark Werke AG", "17": "Journal Found About State Amount Entry 17", "lohse": "People Found About State Amount Annegret Lohse",
		"6233": "Bank accounts Found About State Amount DE84999200500008416233", "49,282.66 EUR": "Documents by amount Found About State Amount Invoice RE-2026-0914",
		"eur 1234.56": "Receipts Found About State Amount rct_", "49,28.66": "Nothing of yours", "49,282.66 USD": "Nothing of yours", "<script>": "Nothing of yours", "": "Search by an id",
	} {
		page := b.page("/search?q="+url.QueryEscape(asked), http.StatusOK)
		checkMarkup(t, asked, page)
		if shown := text(page); !strings.Contains(shown, want) {
			t.Errorf("search for %q does not show %q: %s", asked, want, shown)
		}
	}
	for _, asked := range []string{"6233", "49,282.66 EUR", "RE-2026-0914", "lohse", "eur 1234.56"} {
		page := (&browser{t: t, handler: s.handler, secret: s.key(s.actors["traunfels"])}).page("/search?q="+url.QueryEscape(asked), http.StatusOK)
		if !strings.Contains(text(page), "Nothing of yours") {
			t.Errorf("another party finds %q: %s", asked, text(page))
		}
	}
	account := b.ask("GET", "/search?q="+strings.ToUpper(s.accounts["rottmuehl"].String()), "")
	if got := account.Header.Get("Location"); got != "/parties/"+s.parties["rottmuehl"].String() {
		t.Errorf("search by the id of a bank account leads to %q", got)
	}
	response := b.ask("GET", "/search?q="+s.receivable("01-castings"), "")
	if got := response.Header.Get("Location"); got != "/receivables/"+s.receivable("01-castings") {
		t.Errorf("search by id leads to %q", got)
	}
	other := &browser{t: t, handler: s.handler, secret: s.key(s.actors["traunfels"])}
	if shown := text(other.page("/search?q="+s.receivable("01-castings"), http.StatusOK)); !strings.Contains(shown, "Nothing of yours") {
		t.Errorf("another party finds the record: %s", shown)
	}
}

func TestHeadersAndAssets(t *testing.T) {
	s := newStage(t)
	s.open()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	response := b.ask("GET", "/", "")
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'self'; script-src 'self'; object-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cache-Control": "private, no-store", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := response.Header.Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(response.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Error("pages may be framed")
	}
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	linked := regexp.MustCompile(`/assets/[a-z]+\.[0-9a-f]{16}\.[a-z]+`).FindAllString(string(page), -1)
	if len(linked) != 4 {
		t.Fatalf("assets %q", linked)
	}
	for _, asset := range linked {
		response := b.ask("GET", asset, "")
		if response.StatusCode != http.StatusOK || !strings.Contains(response.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, %v", asset, response.StatusCode, response.Header)
		}
	}
	b.page("/assets/console.css", http.StatusNotFound)
}

func TestGzip(t *testing.T) {
	s := newStage(t)
	s.open()
	secret := s.key(s.maker)
	for accepted, packed := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "": false} {
		r := httptest.NewRequest("GET", "http://localhost/parties", nil)
		r.Header.Set("Authorization", "Bearer "+secret)
		r.Header.Set("Accept-Encoding", accepted)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		var body io.Reader = w.Body
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != packed {
			t.Fatalf("Accept-Encoding %q: packed %v", accepted, got)
		}
		if packed {
			var err error
			if body, err = gzip.NewReader(w.Body); err != nil {
				t.Fatal(err)
			}
		}
		page, err := io.ReadAll(body)
		if err != nil || !strings.Contains(string(page), "Havelmark Werke AG") {
			t.Fatalf("Accept-Encoding %q: %v", accepted, err)
		}
	}
}

func TestSigningIn(t *testing.T) {
	s := newStage(t)
	s.open()
	secret := s.key(s.actors["havelmark"])
	b := &browser{t: t, handler: s.handler}
	if response := b.ask("GET", "/receivables?state=open", ""); response.Header.Get("Location") != "/sign-in?to=%2Freceivables%3Fstate%3Dopen" {
		t.Fatalf("without a key: %d to %q", response.StatusCode, response.Header.Get("Location"))
	}
	checkMarkup(t, "sign in", b.page("/sign-in", http.StatusOK))
	if response := b.ask("POST", "/sign-in", "key=mlr_wrong"); response.StatusCode != http.StatusUnauthorized {
		t.Fatalf("a wrong key: %d", response.StatusCode)
	}
	for to, want := range map[string]string{"/receivables?state=open": "/receivables?state=open", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/"} {
		response := b.ask("POST", "/sign-in", url.Values{"key": {" " + secret + " "}, "to": {to}}.Encode())
		if got := response.Header.Get("Location"); response.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("back to %q: %d to %q", to, response.StatusCode, got)
		}
		cookie := response.Cookies()[0]
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || strings.Contains(cookie.Value, "mlr_") {
			t.Errorf("cookie %v", cookie)
		}
		b.cookie = cookie.Name + "=" + cookie.Value
	}
	if page := b.page("/", http.StatusOK); !strings.Contains(page, "Havelmark Werke AG") || !strings.Contains(page, "Sign out") {
		t.Error("the overview does not say who is signed in")
	}
	cookie := b.cookie
	if response := b.ask("POST", "/sign-out", ""); response.StatusCode != http.StatusSeeOther {
		t.Errorf("sign out: %d", response.StatusCode)
	}
	b.cookie = cookie
	if response := b.ask("GET", "/", ""); response.StatusCode != http.StatusSeeOther {
		t.Errorf("after signing out: %d", response.StatusCode)
	}
}

func TestRevokedKeyIsRefusedAtOnce(t *testing.T) {
	s := newStage(t)
	s.open()
	b := &browser{t: t, handler: s.handler}
	response := b.ask("POST", "/sign-in", url.Values{"key": {s.key(s.actors["havelmark"])}}.Encode())
	b.cookie = response.Cookies()[0].Name + "=" + response.Cookies()[0].Value
	b.page("/", http.StatusOK)
	s.give(s.maker, &book.RevokeKey{Key: id.Make[id.Key](1, 1)})
	b.page("/", http.StatusSeeOther)
}

func TestOtherSitesFormsAreTurnedAway(t *testing.T) {
	s := newStage(t)
	s.open()
	r := httptest.NewRequest("POST", "http://localhost/sign-in", strings.NewReader("key=x"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("a form of another site: %d", w.Code)
	}
}

// A node without keys serves its own machine, and says what to do while it is empty.
func TestOpenNode(t *testing.T) {
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	b := &browser{t: t, handler: console.New(console.Options{Engine: e, Reader: view.New(e), Access: access.Open(e), Intake: intake.New(e.Vault())})}
	if shown := text(b.page("/", http.StatusConflict)); !strings.Contains(shown, "This node is empty") {
		t.Errorf("an empty node says %s", shown)
	}
	if _, err := load.NewWorld(load.SubmitTo(context.Background(), e), 2); err != nil {
		t.Fatal(err)
	}
	for _, where := range []string{"/", "/receivables", "/documents", "/financings", "/payments", "/parties", "/accounts", "/journal", "/receipts"} {
		checkMarkup(t, where, b.page(where, http.StatusOK))
	}
	if shown := text(b.page("/receivables", http.StatusOK)); !strings.Contains(shown, "There is no receivable yet.") {
		t.Errorf("an empty list says %s", shown)
	}
}

// Every receivable of many is on one part of the list, once, and lives of the load generator have pages.
func TestListsInParts(t *testing.T) {
	ctx := context.Background()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(ctx)
	w, err := load.NewWorld(load.SubmitTo(ctx, e), 3)
	if err != nil {
		t.Fatal(err)
	}
	const many = 130
	if err := w.Portfolio(ctx, e, many, func(uint64) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Lives(ctx, e, 1, 0, load.Steps, 20*time.Millisecond, nil); err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, handler: console.New(console.Options{Engine: e, Reader: view.New(e), Access: access.Open(e), Intake: intake.New(e.Vault())})}
	seen := map[string]bool{}
	row := regexp.MustCompile(`<th scope="row" class="keep"><a href="/receivables/([^"]*)"`)
	next := regexp.MustCompile(`<a href="([^"]*)" rel="next"`)
	parts := 0
	for where := "/receivables?buyer=" + w.Anchor.String(); where != ""; parts++ {
		page := b.page(where, http.StatusOK)
		checkMarkup(t, where, page)
		for _, found := range row.FindAllStringSubmatch(page, -1) {
			if seen[found[1]] {
				t.Errorf("%s is listed twice", found[1])
			}
			seen[found[1]] = true
		}
		where = ""
		if found := next.FindStringSubmatch(page); found != nil {
			where = strings.ReplaceAll(found[1], "&amp;", "&")
		}
	}
	if len(seen) < many || parts < 3 {
		t.Errorf("%d receivables on %d parts", len(seen), parts)
	}
	narrowed := b.page("/receivables?seller="+w.Sellers[0].String()+"&buyer="+w.Anchor.String()+"&state=open", http.StatusOK)
	for _, found := range row.FindAllStringSubmatch(narrowed, -1) {
		page := b.page("/receivables/"+found[1], http.StatusOK)
		if !strings.Contains(page, w.Sellers[0].String()) {
			t.Errorf("%s is not of the seller", found[1])
		}
	}
	if got := text(b.page("/receivables?buyer="+w.Sellers[0].String(), http.StatusOK)); !strings.Contains(got, "Nothing matches these filters.") {
		t.Errorf("a seller buys nothing, and the list says %s", got)
	}
}
