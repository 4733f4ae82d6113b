package console

import (
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
