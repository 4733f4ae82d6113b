package client

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

// asked is a node that answers by a list of answers, and what it was asked.
type asked struct {
	answers []func(w http.ResponseWriter)
	keys    []string
	paths   []string
}

func (a *asked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.keys, a.paths = append(a.keys, r.Header.Get("Idempotency-Key")), append(a.paths, r.Method+" "+r.URL.RequestURI())
	answer := a.answers[0]
	if len(a.answers) > 1 {
		a.answers = a.answers[1:]
	}
	answer(w)
}

func says(status int, kind, text string, headers ...string) func(w http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", kind)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	}
}

// node serves answers; the client's waits are kept and not waited.
func node(t *testing.T, answers ...func(w http.ResponseWriter)) (*Client, *asked, *[]time.Duration) {
	t.Helper()
	a := &asked{answers: answers}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	c := New(server.URL+"/", "mlr_key")
	waits := new([]time.Duration)
	c.wait = func(_ context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return nil
	}
	return c, a, waits
}

const problemKind = "application/problem+json"

func TestABusyNodeIsAskedAgainUnderTheSameKey(t *testing.T) {
	c, a, waits := node(t,
		says(503, problemKind, `{"code":"busy","title":"The queue is full"}`, "Retry-After", "2"), says(429, "text/plain", "slow down"),
		says(201, "application/json", `{"record":{"id":"pty_1-1-X"}}`))
	done, err := c.RegisterParty(t.Context(), &PartyRequest{Name: "Havelmark"})
	if err != nil || done.Record.ID != "pty_1-1-X" {
		t.Fatal(done, err)
	}
	if len(a.keys) != 3 || a.keys[0] == "" || a.keys[0] != a.keys[1] || a.keys[1] != a.keys[2] {
		t.Errorf("keys %q", a.keys)
	}
	if len(*waits) != 2 || (*waits)[0] != 2*time.Second || (*waits)[1] != 500*time.Millisecond {
		t.Errorf("waits %v", *waits)
	}
}

func TestARefusalIsTyped(t *testing.T) {
	c, a, _ := node(t, says(422, problemKind, `{"code":"request_invalid","title":"Fields are wrong","detail":"name: is missing","field":"name","errors":[{"field":"name","message":"is missing"}]}`))
	_, err := c.RegisterParty(t.Context(), &PartyRequest{}, IdempotencyKey("mine"))
	var refused *Error
	if !errors.As(err, &refused) || refused.Field != "name" || len(refused.Errors) != 1 || refused.Problem.Status != 422 || Code(err) != "request_invalid" {
		t.Fatalf("%#v", err)
	}
	if len(a.keys) != 1 || a.keys[0] != "mine" {
		t.Errorf("keys %q", a.keys)
	}
	c, _, _ = node(t, says(404, "text/html", "<h1>nothing</h1>"))
	if _, err := c.GetReceivable(t.Context(), "rcv_1-1-X"); Code(err) != "http_404" {
		t.Errorf("%v", err)
	}
	if Code(nil) != "" || Code(context.Canceled) != "" {
		t.Error("no refusal has a code")
	}
}

func TestTriesEnd(t *testing.T) {
	c, a, _ := node(t, says(503, problemKind, `{"code":"stopped"}`))
	c.Tries = 3
	if _, err := c.Whoami(t.Context()); Code(err) != "stopped" || len(a.paths) != 3 {
		t.Errorf("%v after %d tries", err, len(a.paths))
	}
}

func TestPagesFollowOneAnother(t *testing.T) {
	c, a, _ := node(t, says(200, "application/json", `{"items":[{"id":"a"},{"id":"b"}],"next":"n&1"}`), says(200, "application/json", `{"items":[{"id":"c"}]}`))
	query := &ListReceivablesQuery{State: "open", Limit: 2}
	got := ""
	for r, err := range c.AllReceivables(t.Context(), query, After(7)) {
		if err != nil {
			t.Fatal(err)
		}
		got += r.ID
	}
	if got != "abc" || a.paths[0] != "GET /v1/receivables?after=7&limit=2&state=open" || a.paths[1] != "GET /v1/receivables?after=7&cursor=n%261&limit=2&state=open" || query.Cursor != "" {
		t.Errorf("%q by %q", got, a.paths)
	}
}

// The first vector is that of Standard Webhooks 1.0 itself.
func TestVerifyWebhook(t *testing.T) {
	const secret, other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	at := time.Unix(1614265330, 0)
	header := http.Header{}
	header.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	header.Set("webhook-signature", "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v2,x")
	body := []byte(`{"test": 2432232314}`)
	for _, test := range []struct {
		name    string
		secrets []string
		now     time.Time
		body    []byte
		want    error
	}{
		{"as it should be", []string{secret}, at, body, nil},
		{"two secrets", []string{other, secret}, at.Add(time.Minute), body, nil},
		{"another secret", []string{other}, at, body, ErrSignature},
		{"no secret", nil, at, body, ErrSignature},
		{"another body", []string{secret}, at, []byte(`{"test": 2432232315}`), ErrSignature},
		{"a recording", []string{secret}, at.Add(WebhookTolerance + time.Second), body, ErrTimestamp},
		{"from the future", []string{secret}, at.Add(-WebhookTolerance - time.Second), body, ErrTimestamp},
		{"no secret at all", []string{"secret"}, at, body, ErrSecret},
		{"a public key that is none", []string{"whpk_" + base64.StdEncoding.EncodeToString([]byte("short"))}, at, body, ErrSecret},
	} {
		if _, err := VerifyWebhook(header, test.body, test.now, test.secrets...); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	header.Del("webhook-id")
	if _, err := VerifyWebhook(header, body, at, secret); !errors.Is(err, ErrSignature) {
		t.Errorf("without a name: %v", err)
	}
}
