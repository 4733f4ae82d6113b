package console_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/edge/intake"
	"millrace/lab/load"
)

// chromium is a browser of its own profile, driven by the DevTools protocol over a pipe.
type chromium struct {
	t       testing.TB
	in      *os.File
	out     *bufio.Reader
	session string
	last    int
	deaf    string // script by which pages are kept from listening
}

// message is one of the protocol, in either direction.
type message struct {
	ID        int             `json:"id,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    any             `json:"params,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     json.RawMessage `json:"error,omitempty"`
}

// newChromium starts a browser with one page, or skips the test where there is none. With BROWSER_TESTS=required that fails.
func newChromium(t testing.TB) *chromium {
	t.Helper()
	return newChromiumFor(t, 3*time.Minute)
}

// newChromiumFor is newChromium for a test that takes up to a span.
func newChromiumFor(t testing.TB, span time.Duration) *chromium {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		if os.Getenv("BROWSER_TESTS") == "required" {
			t.Fatal("there is no Chromium on the path; .ci/install brings one")
		}
		t.Skip("there is no Chromium on the path, so nothing is tried in a browser; .ci/install brings one")
	}
	// A browser that hangs ends with the test, not with the machine's patience.
	ctx, cancel := context.WithTimeout(context.Background(), span)
	commandsOut, commandsIn, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	answersOut, answersIn, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(ctx, program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--no-first-run", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	command.ExtraFiles = []*os.File{commandsOut, answersIn} // its descriptors 3 and 4
	command.WaitDelay = 10 * time.Second
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = commandsOut.Close(), answersIn.Close()
	b := &chromium{t: t, in: commandsIn, out: bufio.NewReader(answersOut)}
	t.Cleanup(func() {
		b.call("Browser.close", nil)
		_, _ = io.Copy(io.Discard, b.out)
		_ = command.Wait() // how it ends says nothing about the console
		cancel()
		_, _ = commandsIn.Close(), answersOut.Close()
	})
	var target struct{ TargetID string }
	b.into(b.call("Target.createTarget", map[string]any{"url": "about:blank"}), &target)
	var attached struct{ SessionID string }
	b.into(b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}), &attached)
	b.session = attached.SessionID
	b.call("Page.enable", nil)
	b.call("DOM.enable", nil)
	// A page that listens keeps its server from closing; only tests of that want it.
	var deaf struct{ Identifier string }
	b.into(b.call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": "delete globalThis.EventSource"}), &deaf)
	b.deaf = deaf.Identifier
	return b
}

// listens lets the pages from here on be told of what is new.
func (b *chromium) listens() {
	b.t.Helper()
	b.call("Page.removeScriptToEvaluateOnNewDocument", map[string]any{"identifier": b.deaf})
}

func (b *chromium) into(raw json.RawMessage, value any) {
	b.t.Helper()
	if err := json.Unmarshal(raw, value); err != nil {
		b.t.Fatalf("%s: %v", raw, err)
	}
}

// read gives the next message of the browser.
func (b *chromium) read() message {
	b.t.Helper()
	raw, err := b.out.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("the browser has ended: %v", err)
	}
	var m message
	b.into(raw[:len(raw)-1], &m)
	return m
}

// call gives a command and wants its answer.
func (b *chromium) call(method string, params any) json.RawMessage {
	b.t.Helper()
	answer := b.ask(method, params)
	if answer.Error != nil {
		b.t.Fatalf("%s: %s", method, answer.Error)
	}
	return answer.Result
}

// ask gives a command and waits for its answer; events on the way are dropped.
func (b *chromium) ask(method string, params any) message {
	b.t.Helper()
	b.last++
	raw, err := json.Marshal(message{ID: b.last, Method: method, Params: params, SessionID: b.session})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(raw, 0)); err != nil {
		b.t.Fatalf("the browser has ended: %v", err)
	}
	for {
		if m := b.read(); m.ID == b.last {
			return m
		}
	}
}

// run evaluates an expression on the page, waits for what it promises, and gives it as text.
func (b *chromium) run(expression string) string {
	b.t.Helper()
	var made struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	b.into(b.call("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}), &made)
	if made.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, made.ExceptionDetails)
	}
	return fmt.Sprint(made.Result.Value)
}

// leave does what leads to another page and waits until that is loaded.
func (b *chromium) leave(act func()) {
	b.t.Helper()
	b.run(`window.left = true`)
	act()
	for {
		// Asked while it goes from page to page, the browser answers with an error: then it is not there yet.
		answer := b.ask("Runtime.evaluate", map[string]any{"expression": `window.left === undefined && document.readyState === "complete"`, "returnByValue": true})
		if answer.Error == nil && strings.Contains(string(answer.Result), `"value":true`) {
			return
		}
	}
}

func (b *chromium) visit(address string) {
	b.t.Helper()
	b.leave(func() { b.call("Page.navigate", map[string]any{"url": address}) })
}

func (b *chromium) click(selector string) {
	b.t.Helper()
	b.run(fmt.Sprintf(`document.querySelector(%q).click()`, selector))
}

// choose gives a file to an input, as a person does in the browser's own window.
func (b *chromium) choose(selector, file string) {
	b.t.Helper()
	var document struct{ Root struct{ NodeID int } }
	b.into(b.call("DOM.getDocument", nil), &document)
	var node struct{ NodeID int }
	b.into(b.call("DOM.querySelector", map[string]any{"nodeId": document.Root.NodeID, "selector": selector}), &node)
	b.call("DOM.setFileInputFiles", map[string]any{"nodeId": node.NodeID, "files": []string{file}})
}

// picture keeps what the page looks like, where the environment names a folder for it.
func (b *chromium) picture(name string, width int, scheme string) {
	b.t.Helper()
	folder := os.Getenv("BROWSER_PICTURES")
	if folder == "" {
		return
	}
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}})
	var taken struct{ Data string }
	b.into(b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}), &taken)
	image, err := base64.StdEncoding.DecodeString(taken.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), image, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// wire remembers all that a browser has sent.
type wire struct {
	next  http.Handler
	mutex sync.Mutex
	sent  bytes.Buffer // guarded by mutex
}

func (w *wire) ServeHTTP(answer http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.mutex.Lock()
	fmt.Fprintf(&w.sent, "%s %s %v\n%s\n", r.Method, r.URL, r.Header, body)
	w.mutex.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.next.ServeHTTP(answer, r)
}

// A signatory of a buyer signs a confirmation in a browser, with a key file that the node never sees, and finds it in the book.
func TestSigningInABrowser(t *testing.T) {
	b := newChromium(t)
	s := newStage(t)
	s.open()
	s.send()
	secret := s.key(s.actors["havelmark"])
	record := &wire{next: s.handler}
	server := httptest.NewServer(record)
	defer server.Close()
	encoded, err := x509.MarshalPKCS8PrivateKey(load.PrivateKey("havelmark"))
	if err != nil {
		t.Fatal(err)
	}
	content := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
	stranger, err := x509.MarshalPKCS8PrivateKey(load.PrivateKey("a stranger"))
	if err != nil {
		t.Fatal(err)
	}
	own, other, none := filepath.Join(t.TempDir(), "own.pem"), filepath.Join(t.TempDir(), "other.pem"), filepath.Join(t.TempDir(), "none.pem")
	for name, bytes := range map[string][]byte{own: content, other: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: stranger}), none: []byte("no key")} {
		if err := os.WriteFile(name, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	r := &s.receivables["01-castings"].Receivable
	b.visit(server.URL + "/confirmations")
	b.run(fmt.Sprintf(`document.querySelector("#key").value = %q`, secret))
	b.leave(func() { b.click("main button") })
	b.leave(func() { b.click(`a[href="/receivables/` + r.ID.String() + `/confirmation"]`) })
	b.click(`input[value="irrevocable"]`)
	b.run(`document.querySelector("#amount").value = "1234.56"`)
	b.leave(func() { b.click("main form button") })

	// says presses the button and waits for what the page says of it.
	says := func() string {
		t.Helper()
		return b.run(`new Promise((done) => {
			const says = document.querySelector("#sign-says");
			says.textContent = "";
			new MutationObserver((_, observer) => { if (says.textContent) { observer.disconnect(); done(says.textContent); } }).observe(says, {childList: true});
			document.querySelector("#sign").click();
		})`)
	}
	ready := func() { // the button is free again
		b.run(`new Promise((done) => { const look = () => document.querySelector("#sign").disabled ? requestAnimationFrame(look) : done(); look(); })`)
	}
	for _, test := range []struct{ file, want string }{{"", "Choose your key file first."}, {none, "no private key"}, {other, "none of those above"}} {
		if test.file != "" {
			b.choose("#key-file", test.file)
		}
		if said := says(); !strings.Contains(said, test.want) {
			t.Errorf("%q is answered with %q", test.file, said)
		}
		ready()
	}
	b.choose("#key-file", own)
	if said := says(); !strings.Contains(said, "Nothing was sent yet") {
		t.Fatalf("the page says %q", said)
	}
	b.picture("signed", 1280, "light")
	if got := b.run(`fetch("/").then(() => "it got out", () => "it was kept in")`); got != "it was kept in" {
		t.Errorf("a request by script: %s", got)
	}
	b.leave(func() { b.click("#send") })
	if shown := b.run(`document.body.innerText`); !strings.Contains(shown, "It is done") || !strings.Contains(shown, "Confirmed, irrevocable") {
		t.Errorf("after it the page says\n%s", shown)
	}
	if got := s.record(r.ID); got.Undertaking != receivable.Irrevocable || got.Confirmed != 1_234_56 || got.Signatures != 1 {
		t.Errorf("the book has %+v", got)
	}
	record.mutex.Lock()
	defer record.mutex.Unlock()
	inside := strings.Split(string(content), "\n")[1]
	if sent := record.sent.String(); strings.Contains(sent, "PRIVATE KEY") || strings.Contains(sent, inside) || strings.Contains(sent, string(encoded)) {
		t.Error("the key has left the browser")
	}
}

// In a browser the operator's second person approves a payment, and works off a break: takes it, and ends it with what was found out.
func TestMoneyDeskInABrowser(t *testing.T) {
	b := newChromium(t)
	s, w := waitingPayment(t)
	programme := id.Make[id.Programme](1, 1)
	received := event[*book.ReceiptRecorded](s, s.give(w.Bank, &book.RecordReceipt{
		Programme: programme, Line: [16]byte{9}, Amount: 1_210_00, Currency: w.Currency, Value: w.Today, Booking: w.Today,
	})).Receipt
	left := event[*book.BreakOpened](s, s.give(w.Maker, &book.OpenBreak{
		About: payment.ReceiptBreak, Programme: programme, Receipt: received.ID, Amount: received.Amount, Code: "nothing_fits",
		Account: payment.Supervised{Kind: payment.CollectionAccount, Programme: programme},
	})).Break
	server := httptest.NewServer(s.handler)
	defer server.Close()
	b.visit(server.URL + "/payments")
	b.run(fmt.Sprintf(`document.querySelector("#key").value = %q`, s.key(w.Checker)))
	b.leave(func() { b.click("main button") })
	b.shows("Waiting for a person", "0 of 1")
	b.picture("to-approve", 1280, "light")
	b.picture("to-approve", 390, "dark")
	b.leave(func() { b.click(`a[href*="/approval?terms=1&decision=approve"]`) })
	b.leave(func() { b.click("#send") })
	b.shows("It is done", "1 of 1")

	where := "/breaks/" + left.ID.String()
	b.visit(server.URL + "/breaks")
	b.leave(func() { b.click(`a[href="` + where + `"]`) })
	b.leave(func() { b.click(`a[href="` + where + `/owner"]`) })
	b.leave(func() { b.click("#send") })
	b.shows("It is done", "Worked off by", "Assign break")
	b.picture("break", 1280, "light")
	b.leave(func() { b.click(`a[href="` + where + `/resolution"]`) })
	b.run(`document.querySelector("[name=note]").value = "The sender has called: a mistake, it goes back"`)
	b.leave(func() { b.click("main form button") })
	b.leave(func() { b.click("#send") })
	b.shows("It is done", "Resolved", "The sender has called")
}

// In a browser an analyst gives a view with a condition: what is wrong is said in place, and nothing that was typed is lost. Another person
// decides, without a mouse.
func TestCreditDeskInABrowser(t *testing.T) {
	b := newChromium(t)
	s := newStage(t)
	s.play()
	of := s.applied(s.maker, "rottmuehl")
	file := event[*book.FileOpened](s, s.give(s.maker, &book.OpenOnboardingFile{Party: s.parties["rottmuehl"], Form: onboarding.Company, Risk: onboarding.LowRisk})).File.ID
	s.give(s.maker, &book.RecordFileDocument{File: file, Document: onboarding.Articles, Stored: s.keep(intake.KindFile, "articles"), Issued: s.today.AddDays(-30)})
	s.give(s.maker, &book.NoticeMisdirected{Receivable: s.receivables["02-bearings"].Receivable.ID, Amount: 300_00, Paid: s.today, Evidence: s.keep(intake.KindProof, "Statement of the seller’s own account")})
	stray := event[*book.ReceiptRecorded](s, s.give(s.bank, &book.RecordReceipt{
		Programme: s.programme, Line: s.intake.LineToken("collection", "odd"), Amount: 700_00, Currency: s.currency, Value: s.today, Booking: s.today,
	})).Receipt.ID
	analyst := s.person(s.operator, party.Operator, "Irmgard Thoma")
	server := httptest.NewServer(s.handler)
	defer server.Close()
	where := server.URL + "/applications/" + of.String()
	b.visit(where)
	b.run(fmt.Sprintf(`document.querySelector("#key").value = %q`, s.key(analyst)))
	b.leave(func() { b.click("main button") })
	b.shows("Give a view")
	b.leave(func() { b.click(`a[href$="/view"]`) })
	b.run(`document.querySelector("#note").value = "A sound foundry with steady orders."`)
	b.run(`document.querySelector("#limit").value = "10.000,00"`)
	b.run(`document.querySelector("#condition-1").value = "covenant"`)
	b.run(`document.querySelector("#condition-1-text").value = "Equity ratio above 25 %"`)
	b.leave(func() { b.click("main form button") })
	b.shows("Write the amount in EUR without grouping")
	if got := b.run(`document.querySelector("#condition-1-text").value + document.querySelector("#note").value + document.querySelector("#limit").value`); got != "Equity ratio above 25 %A sound foundry with steady orders.10.000,00" {
		t.Errorf("what was typed has become %q", got)
	}
	if got := b.run(`document.querySelector("#limit").getAttribute("aria-describedby")`); got != "limit-wrong" {
		t.Errorf("what is wrong belongs to %q", got)
	}
	b.pictures("view-wrong")
	b.run(`document.querySelector("#limit").value = "10000.00"`)
	b.leave(func() { b.click("main form button") })
	b.pictures("view-ready")
	b.leave(func() { b.click("#send") })
	b.shows("It is done", "A sound foundry with steady orders.", "1 approval of 1 to come")
	if overflows := b.run(`document.documentElement.scrollWidth > document.documentElement.clientWidth`); overflows != "false" {
		t.Error("the page is wider than a telephone")
	}
	b.pictures("application")
	b.visit(server.URL + "/onboarding/" + file.String())
	b.pictures("file")
	b.leave(func() { b.click(`a[href*="/check?document=1"]`) })
	b.pictures("check")
	b.run(`document.querySelector("[name=decision][value=approve]").focus()`)
	b.press(" ", "Space", 32)
	b.leave(func() { b.press("Enter", "Enter", 13) })
	b.run(`document.querySelector("#send").focus()`)
	b.leave(func() { b.press("Enter", "Enter", 13) })
	b.shows("It is done", "Checked")
	for name, path := range map[string]string{
		"person": "/onboarding/" + file.String() + "/person", "limits": "/limits", "misdirected": "/misdirected/mis_1-1-S", "returning": "/receipts/" + stray.String() + "/return",
		"receipt": "/receipts/" + stray.String(), "reviews": "/reviews", "stray": "/receivables/" + s.receivable("02-bearings") + "/misdirected",
		"match": "/misdirected/mis_1-1-S/receipt", "party": "/parties/" + s.parties["rottmuehl"].String(),
	} {
		b.visit(server.URL + path)
		b.pictures(name)
	}
}

// shows asks that the page says each of these, whether its spaces may break or not.
func (b *chromium) shows(wanted ...string) {
	b.t.Helper()
	shown := strings.ReplaceAll(b.run(`document.body.innerText`), "\u00a0", " ")
	for _, want := range wanted {
		if !strings.Contains(shown, want) {
			b.t.Fatalf("the page does not say %q:\n%s", want, shown)
		}
	}
}

// pictures takes the page on a screen and on a telephone, light and dark.
func (b *chromium) pictures(name string) {
	b.t.Helper()
	for _, width := range []int{1440, 390} {
		for _, scheme := range []string{"light", "dark"} {
			b.picture(name, width, scheme)
		}
	}
}

// press presses a key on whatever has the focus.
func (b *chromium) press(key, code string, number int) {
	b.t.Helper()
	down := map[string]any{"type": "keyDown", "key": key, "code": code, "windowsVirtualKeyCode": number}
	switch key {
	case "Enter":
		down["text"] = "\r"
	case " ":
		down["text"] = " "
	}
	b.call("Input.dispatchKeyEvent", down)
	b.ask("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "code": code, "windowsVirtualKeyCode": number})
}
