package console

import (
	"net/http/httptest"
	"testing"
	"time"
)

func TestSessionsEnd(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	s := newSessions(func() time.Time { return now })
	name := s.begin("secret")
	used := func(after time.Duration, want bool) {
		t.Helper()
		now = now.Add(after)
		if _, known := s.secret(name); known != want {
			t.Errorf("%s: known %v, want %v", now, known, want)
		}
	}
	used(idleSpan-time.Second, true)
	used(idleSpan, false)
	used(0, false)
	name = s.begin("secret")
	for range int(sessionSpan/(20*time.Minute)) - 1 {
		used(20*time.Minute, true)
	}
	used(20*time.Minute, false)
	name = s.begin("secret")
	s.end(name)
	used(0, false)
}

func TestSessionsAreBounded(t *testing.T) {
	s := newSessions(time.Now)
	for range sessionsMax + 10 {
		s.begin("secret")
	}
	if len(s.open) > sessionsMax {
		t.Errorf("%d sessions", len(s.open))
	}
}

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
	} {
		r := httptest.NewRequest("GET", address, nil)
		if got := local(r); got != want {
			t.Errorf("local(%s) = %v", address, got)
		}
		if !want && !cookie("name", 60, !local(r)).Secure {
			t.Errorf("the session of %s would cross the wire in the clear", address)
		}
	}
}
