package verification_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"millrace/domain/calendar"
	"millrace/edge/efapiao/verification"
	"millrace/edge/efapiao/verification/sandbox"
)

const key = "sandbox key"

var (
	moment  = time.Date(2026, 11, 22, 9, 30, 0, 0, time.FixedZone("CST", 8*3600))
	invoice = verification.Query{
		Number: "26312000000000000017", Issued: day("2026-11-21"), Total: 1227700, SellerCode: "91310000MA1FL0001R", BuyerCode: "91440300MA5EX0002B",
	}
)

func day(text string) calendar.Date {
	d, ok := calendar.Parse(text)
	if !ok {
		panic("no date: " + text)
	}
	return d
}

func bureau(t *testing.T) (*sandbox.Bureau, *httptest.Server) {
	t.Helper()
	b := sandbox.New(key, func() time.Time { return moment })
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	return b, server
}

func client(t *testing.T, endpoint, key string) *verification.Client {
	t.Helper()
	c, err := verification.NewClient(verification.Options{Endpoint: endpoint, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnswers(t *testing.T) {
	b, server := bureau(t)
	c := client(t, server.URL, key)
	for _, status := range []verification.Status{verification.StatusValid, verification.StatusVoid, verification.StatusRed} {
		b.Issue(invoice, status)
		got, err := c.Verify(t.Context(), invoice)
		if err != nil || got.Status != status || !got.At.Equal(moment) || !strings.HasPrefix(got.Reference, "sandbox-") {
			t.Errorf("%s: %+v, %v", status, got, err)
		}
	}
	for name, change := range map[string]func(*verification.Query){
		"day": func(q *verification.Query) { q.Issued++ }, "total": func(q *verification.Query) { q.Total++ },
		"seller": func(q *verification.Query) { q.SellerCode = "" }, "buyer": func(q *verification.Query) { q.BuyerCode = q.SellerCode },
	} {
		other := invoice
		change(&other)
		if got, err := c.Verify(t.Context(), other); err != nil || got.Status != verification.StatusDiffers {
			t.Errorf("other %s: %+v, %v", name, got, err)
		}
	}
	other := invoice
	other.Number = "26312000000000000018"
	if got, err := c.Verify(t.Context(), other); err != nil || got.Status != verification.StatusUnknown {
		t.Errorf("another number: %+v, %v", got, err)
	}
}

// No fault is taken for an answer, each says whether asking again can help, and none is asked again by itself.
func TestFaults(t *testing.T) {
	again := map[sandbox.Fault]bool{sandbox.Silent: true, sandbox.Dropped: true, sandbox.Broken: true, sandbox.Busy: true, sandbox.Limited: true}
	b, server := bureau(t)
	b.Issue(invoice, verification.StatusVoid)
	c := client(t, server.URL+"/verify?token=secret", key)
	for _, fault := range sandbox.Faults() {
		if fault == sandbox.AlwaysValid {
			continue
		}
		b.Misbehave(fault)
		ctx, cancel := context.WithCancel(t.Context())
		if fault == sandbox.Silent {
			asked := b.Asked()
			go func() { // the caller gives up once the bureau has been asked
				for b.Asked() == asked {
					select {
					case <-ctx.Done():
						return
					case <-time.After(time.Millisecond):
					}
				}
				cancel()
			}()
		}
		before := b.Asked()
		got, err := c.Verify(ctx, invoice)
		cancel()
		if b.Asked() != before+1 {
			t.Errorf("fault %d: asked %d times", fault, b.Asked()-before)
		}
		var unavailable *verification.Unavailable
		var refused *verification.Refused
		if got != (verification.Answer{}) || err == nil || errors.As(err, &unavailable) != again[fault] || errors.As(err, &refused) == again[fault] {
			t.Errorf("fault %d: %+v, %v", fault, got, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("fault %d tells the endpoint's secret: %v", fault, err)
		}
	}
	if got, err := c.Verify(t.Context(), invoice); err != nil || got.Status != verification.StatusVoid {
		t.Errorf("after the faults: %+v, %v", got, err)
	}
}

func TestUnreachable(t *testing.T) {
	_, server := bureau(t)
	c := client(t, server.URL, "another key")
	var refused *verification.Refused
	if _, err := c.Verify(t.Context(), invoice); !errors.As(err, &refused) {
		t.Errorf("another key: %v", err)
	}
	server.Close()
	var unavailable *verification.Unavailable
	if _, err := c.Verify(t.Context(), invoice); !errors.As(err, &unavailable) {
		t.Errorf("nobody there: %v", err)
	}
}

// A bureau that takes longer than the timeout gave no answer.
func TestTimeout(t *testing.T) {
	b, server := bureau(t)
	c, err := verification.NewClient(verification.Options{Endpoint: server.URL, Key: key, Timeout: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	b.Misbehave(sandbox.Silent)
	var unavailable *verification.Unavailable
	if _, err := c.Verify(t.Context(), invoice); !errors.As(err, &unavailable) || !strings.Contains(err.Error(), "too long") {
		t.Errorf("too slow: %v", err)
	}
}

func TestOptions(t *testing.T) {
	for _, endpoint := range []string{"", "/verify", "http://bureau.example/verify", "ftp://bureau.example", "https://user:secret@bureau.example/", "https://bureau.example/#a", "https://%zz"} {
		if _, err := verification.NewClient(verification.Options{Endpoint: endpoint}); err == nil {
			t.Errorf("%q was taken", endpoint)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the message tells the secret: %v", endpoint, err)
		}
	}
	for _, endpoint := range []string{"https://bureau.example/verify", "http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost:1/"} {
		if _, err := verification.NewClient(verification.Options{Endpoint: endpoint}); err != nil {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
	if _, err := verification.NewClient(verification.Options{Endpoint: "https://bureau.example", Timeout: -1}); err == nil {
		t.Error("a negative timeout was taken")
	}
}
