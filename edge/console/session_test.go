package console

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -100: "-100", -1234: "-1,234"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestWhereASessionIsKept(t *testing.T) {
	for address, want := range map[string]bool{
		"http://localhost:8080/": true, "http://127.0.0.1:8080/": true, "http://[::1]/": true, "http://mill.example/": false, "http://localhost.mill.example/": false,
		"https://localhost:8443/": true,
	} {
		r := httptest.NewRequest("GET", address, nil)
		if got := local(r); got != want {
			t.Errorf("local(%s) = %v", address, got)
		}
		made := cookie(r, cookieName, "name", 60, http.SameSiteStrictMode)
		if clear := want && r.TLS == nil; !clear && (!made.Secure || made.Name != "__Host-millrace_session" || made.Path != "/" || made.Domain != "") {
			t.Errorf("the session of %s would cross the wire in the clear, or come from another host: %v", address, made)
		}
	}
}

func TestWhereARequestComesFrom(t *testing.T) {
	c := &Console{proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, test := range []struct{ remote, forwarded, want string }{
		{"203.0.113.7:4000", "", "203.0.113.7"},
		{"203.0.113.7:4000", "198.51.100.1", "203.0.113.7"}, // it is no proxy of ours: what it says counts for nothing
		{"10.0.0.1:4000", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:4000", "192.0.2.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1:4000", "", "10.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "http://mill.example/", nil)
		r.RemoteAddr = test.remote
		if test.forwarded != "" {
			r.Header.Set("X-Forwarded-For", test.forwarded)
		}
		if got := c.from(r).Address; got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}
