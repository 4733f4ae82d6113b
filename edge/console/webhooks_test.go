package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/api"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/edge/webhook"
	"millrace/engine/delivery"
)

// hookStage is a stage with a console that sends webhooks, and a receiver whose answer a test sets.
type hookStage struct {
	*stage
	sender *webhook.Dispatcher
	now    time.Time
	url    string
	status atomic.Int32
	taken  atomic.Int32
}

func newHookStage(t *testing.T) *hookStage {
	t.Helper()
	s := newStage(t)
	s.open()
	log, err := delivery.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	h := &hookStage{stage: s, now: time.Now()}
	reader := view.New(s.engine)
	s.handler = console.New(console.Options{Engine: s.engine, Reader: reader, Access: s.access, Intake: intake.New(s.engine.Vault()), Deliveries: log, Reach: webhook.Private})
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.status.Load() >= 300 {
			http.Error(w, "the queue of the ERP is closed for its yearly stock-taking", int(h.status.Load()))
			return
		}
		h.taken.Add(1)
	}))
	t.Cleanup(receiver.Close)
	h.url = receiver.URL + "/millrace/messages"
	records := api.New(api.Options{Engine: s.engine, Access: access.New(s.engine), Reader: reader, Intake: s.intake})
	h.sender = &webhook.Dispatcher{Engine: s.engine, Reader: reader, Log: log, Records: records.Record, Actor: s.maker, Reach: webhook.Private, Clock: func() time.Time { return h.now }}
	return h
}

func (h *hookStage) round() {
	h.t.Helper()
	if err := h.sender.Round(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

var tokenOn = regexp.MustCompile(`name="token" value="([^"]*)"`)

// asks sends a form of a webhook's page.
func (b *browser) asks(where, step string, status int, namesAndValues ...string) string {
	b.t.Helper()
	form := url.Values{}
	if found := tokenOn.FindStringSubmatch(b.page(where, http.StatusOK)); found != nil {
		form.Set("token", found[1])
	}
	for i := 0; i < len(namesAndValues); i += 2 {
		form.Set(namesAndValues[i], namesAndValues[i+1])
	}
	response := b.ask("POST", where+"/"+step, form.Encode())
	if response.StatusCode != status {
		b.t.Errorf("POST %s/%s: %d, want %d", where, step, response.StatusCode, status)
	}
	return response.Header.Get("Location")
}

func TestAWebhookFromOpeningToItsLog(t *testing.T) {
	h := newHookStage(t)
	seller := &browser{t: t, handler: h.handler, secret: h.key(h.actors["rottmuehl"])}
	colleague := &browser{t: t, handler: h.handler, secret: h.key(h.person(h.parties["rottmuehl"], party.Seller, "A colleague"))}
	other := &browser{t: t, handler: h.handler, secret: h.key(h.actors["traunfels"])}
	empty := seller.page("/webhooks", 200)
	checkMarkup(t, "no webhook", empty)
	says(t, empty, "No webhook was opened.", "Open a webhook")

	wrong := seller.page(filled("/webhooks/new", "url", "ftp://example.com", "description", "", "kinds", "receivable.eaten", "signature", "v1"), 422)
	checkMarkup(t, "the form with what is wrong", wrong)
	says(t, wrong, "must begin with https://", "is not a kind of messages")
	seller.open(filled("/webhooks/new", "url", h.url, "description", "ERP, live", "kinds", "receivable.opened\r\nreceivable.confirmed", "signature", "v1")).given(nil)
	where := "/webhooks/" + id.Make[id.Webhook](1, 1).String()
	page := seller.page(where, 200)
	checkMarkup(t, "a new webhook", page)
	says(t, page, "whsec_", "it is shown to you for ten minutes", "ERP, live", "receivable.confirmed", "Nothing was sent yet.")
	if strings.Contains(colleague.page(where, 200), "whsec_") {
		t.Error("another person is shown the secret")
	}
	other.page(where, 404)
	says(t, other.page("/webhooks", 200), "No webhook was opened.")

	if to := seller.asks(where, "test", 303); to != where+"?asked=test" {
		t.Errorf("a test leads to %s", to)
	}
	h.status.Store(500)
	h.send()
	h.round()
	page = seller.page(where+"?asked=test", 200)
	checkMarkup(t, "a webhook that fails", page)
	says(t, page, "A test message is sent presently.", "was refused 1 time", "later messages wait behind it", "The answer was 500 Internal Server Error", "yearly stock-taking", "webhook.test", "Try now")

	h.status.Store(200)
	seller.asks(where, "retry", 303)
	h.round()
	page = seller.page(where, 200)
	checkMarkup(t, "a webhook that works", page)
	if taken := h.taken.Load(); taken == 0 || strings.Contains(text(page), "Try now") {
		t.Errorf("%d messages were taken: %s", taken, text(page))
	}
	taken := h.taken.Load()
	message := regexp.MustCompile(`name="message" value="(evt_[^"]*)"`).FindStringSubmatch(page)[1]
	seller.asks(where, "messages", 303, "message", message)
	h.round()
	if again := h.taken.Load(); again != taken+1 {
		t.Errorf("sent again it was taken %d times", again-taken)
	}
	seller.asks(where, "messages", 404, "message", "evt_1_1_000000000000")
	seller.asks(where, "replay", 400, "after", "soon")
	seller.asks(where, "replay", 303, "after", "0")
	h.round()
	if again := h.taken.Load(); again < taken+2 {
		t.Errorf("replayed it was taken %d times in all", again)
	}
	for _, step := range []string{"test", "retry", "replay", "messages"} {
		if response := seller.ask("POST", where+"/"+step, "after=0&message="+message); response.StatusCode != http.StatusForbidden {
			t.Errorf("%s without the form's token: %d", step, response.StatusCode)
		}
		other.asks("/webhooks", strings.TrimPrefix(where, "/webhooks/")+"/"+step, 404)
	}
	seller.open(filled(where+"/secret", "hours", "24")).given(nil)
	says(t, seller.page(where, 200), "whsec_", "under the former secret too")
	seller.open(where + "/pause").given(nil)
	says(t, seller.page(where, 200), "Paused", "Resume")
	seller.open(where + "/resumption").given(nil)
	seller.open(filled(where+"/change", "url", h.url+"/2", "description", "", "kinds", "")).given(nil)
	seller.open(where + "/ending").given(nil)
	ended := seller.page(where, 200)
	checkMarkup(t, "a webhook that has ended", ended)
	if says(t, ended, "Ended", "has ended.", "/2"); strings.Contains(text(ended), "Send a test") {
		t.Error("an ended webhook offers a test")
	}
}

// After three days without an answer, the alarm stands where people look first.
func TestAWebhookThatNobodyTakesIsAnAlarm(t *testing.T) {
	h := newHookStage(t)
	seller := &browser{t: t, handler: h.handler, secret: h.key(h.actors["rottmuehl"])}
	seller.open(filled("/webhooks/new", "url", h.url, "description", "", "kinds", "", "signature", "v1a")).given(nil)
	where := "/webhooks/" + id.Make[id.Webhook](1, 1).String()
	says(t, seller.page(where, 200), "The public key", "whpk_")
	h.status.Store(503)
	h.send()
	for range 90 {
		h.round()
		h.now = h.now.Add(time.Hour)
	}
	alarmed := seller.page(where, 200)
	checkMarkup(t, "a webhook that was given up", alarmed)
	says(t, alarmed, "It is paused: nobody has taken a message for three days.")
	says(t, seller.page("/", 200), "Webhooks whose messages nobody takes")
	operator := &browser{t: t, handler: h.handler, secret: h.key(h.maker)}
	says(t, operator.page("/", 200), "Webhooks whose messages nobody takes")
	says(t, operator.page("/webhooks?state=paused", 200), "nobody takes its messages")
}

// The pages as a person sees them.
func TestWebhooksInABrowser(t *testing.T) {
	b := newChromium(t)
	h := newHookStage(t)
	desk := &browser{t: t, handler: h.handler, secret: h.key(h.actors["rottmuehl"])}
	desk.open(filled("/webhooks/new", "url", h.url, "description", "ERP, live", "kinds", "", "signature", "v1")).given(nil)
	where := "/webhooks/" + id.Make[id.Webhook](1, 1).String()
	h.round()
	desk.asks(where, "test", 303)
	h.send()
	h.status.Store(500)
	h.round()
	h.status.Store(200)
	h.now = h.now.Add(time.Minute)
	h.round()
	h.status.Store(502)
	desk.asks(where, "replay", 303, "after", "1")
	h.round()
	server := httptest.NewServer(h.handler)
	defer server.Close()
	b.visit(server.URL + where)
	b.run(fmt.Sprintf(`document.querySelector("#key").value = %q`, desk.secret))
	b.leave(func() { b.click("main button") })
	for _, page := range []struct{ name, path, want string }{
		{"webhook", where, "Send again"}, {"webhooks", "/webhooks", "ERP, live"}, {"webhook-new", "/webhooks/new", "Kinds of messages"},
	} {
		b.visit(server.URL + page.path)
		if shown := b.run(`document.body.innerText`); !strings.Contains(shown, page.want) {
			t.Errorf("%s does not show %q: %s", page.path, page.want, shown)
		}
		for _, width := range []int{1280, 390} {
			for _, scheme := range []string{"light", "dark"} {
				b.picture(page.name, width, scheme)
			}
		}
	}
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": 390, "height": 900, "deviceScaleFactor": 1, "mobile": true})
	b.visit(server.URL + where)
	if wide := b.run(`document.documentElement.scrollWidth <= window.innerWidth`); wide != "true" {
		t.Error("at 390 pixels the page is wider than the screen")
	}
	b.leave(func() { b.click(`form[action$="/test"] button`) })
	if shown := b.run(`document.body.innerText`); !strings.Contains(shown, "A test message is sent presently.") {
		t.Errorf("after the button the page says %s", shown)
	}
}
