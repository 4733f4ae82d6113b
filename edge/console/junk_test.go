package console_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/onboarding"
	"millrace/edge/access/accesstest"
	"millrace/edge/console"
	"millrace/edge/intake"
)

// What people and programs send by mistake or on purpose. No page and no form answers any of it with a fault of the node's own.
var (
	junkIDs = []string{
		" ", "rcv_1-1-E", "pty_2-1-0", "\x00", "../../etc/passwd", strings.Repeat("a", 5000), "0", "-1", "18446744073709551615", "' OR 1=1--", "\xff\xfe", "rcv_1-281474976710655-0", "rcv_65536-1-0", "‮",
	}
	junkQueries = []string{
		"cursor=AAAAAAAAAAAAAAAA", "cursor=%ff%00", "state=" + strings.Repeat("x", 3000), "party=%ff", "%zz=1&;", "seller=%00&buyer=%25", "number=%27%27", "terms=1", "terms=1&terms=2",
		"date=0000-00-00&programme=prg_1-1-1", "date=9999-12-31", "from=9999-99-99&until=0001-01-01&party=x", "q=" + strings.Repeat("%C3%A9", 500), "done=18446744073709551616",
		"amount=1e400&currency=EUR&day=2026-02-30&terms=1", "theme=../x&actor=1&action=2&record=3", strings.Repeat("a=b&", 2000),
	}
	junkValues  = []string{"", "-1", "1e308", "99999999999999999999.99", "2026-02-30", "\x00\uffff", "rcv_1-1-E", strings.Repeat("é", 3000)}
	junkMethods = []string{"PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"}

	fieldName  = regexp.MustCompile(`<(?:input|select|textarea)[^>]*\bname="([^"]+)"`)
	tokenValue = regexp.MustCompile(`name="token" value="([^"]*)"`)
)

// junk tries one request with an address that may be anything, and gives the page.
func (b *browser) junk(method, path, query, body string) (int, string) {
	b.t.Helper()
	r := httptest.NewRequest("GET", "http://localhost/", io.NopCloser(strings.NewReader(body)))
	r.Method, r.URL, r.RequestURI, r.RemoteAddr = method, &url.URL{Path: path, RawQuery: query}, "", "127.0.0.1:40000"
	r.Header.Set("Authorization", "Bearer "+b.secret)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := served(b.handler, r)
	if w.Code >= http.StatusInternalServerError {
		b.t.Errorf("%s %.80q ?%.200q %.200q: %d %s", method, path, query, body, w.Code, text(w.Body.String()))
	}
	return w.Code, w.Body.String()
}

// staged is a node with the play, somebody of every role, and what each of them sees.
func staged(t testing.TB) (secrets map[string]string, records map[string]map[string]string, handler http.Handler) {
	s := newStage(t)
	s.play()
	s.applied(s.maker, "rottmuehl")
	s.alerted("rottmuehl")
	own, _ := s.seated()
	s.give(s.maker, &book.OpenOnboardingFile{Party: s.parties["rottmuehl"], Form: onboarding.Company, Risk: onboarding.LowRisk})
	s.give(own["compliance"], &book.OpenCase{Party: s.parties["traunfels"], Fact: s.keep(intake.KindCase, "Cash from nowhere"), Due: s.today.AddDays(10)})
	secrets = map[string]string{}
	for seat, actor := range own {
		secrets[seat] = s.key(actor)
	}
	return secrets, s.recordsOf(secrets), s.handler
}

// placeOf fills a path with a record that somebody sees.
func placeOf(path, seat string, records map[string]map[string]string) string {
	prefix := prefixOf(path)
	record := records[seat][prefix]
	if record == "" {
		record = records["operator"][prefix]
	}
	if record == "" && prefix != "" {
		record = accesstest.Printed(prefix, 1, "1")
	}
	return strings.NewReplacer("{id}", record, "{n}", "1", "{sequence}", "1", "{kind}", "seller", "{name}", "icon.svg", "{desk}", "seller", "{$}", "").Replace(path)
}

func TestJunkIsNoFaultOfTheNode(t *testing.T) {
	secrets, records, handler := staged(t)
	var patterns []string
	for pattern := range console.Patterns() {
		patterns = append(patterns, pattern)
	}
	slices.Sort(patterns)
	for _, pattern := range patterns {
		method, path, _ := strings.Cut(pattern, " ")
		for _, seat := range []string{"operator", "seller"} {
			b := &browser{t: t, handler: handler, secret: secrets[seat]}
			for i, query := range junkQueries {
				b.junk(method, placeOf(path, seat, records), query, junkQueries[(i+1)%len(junkQueries)])
			}
		}
		b := &browser{t: t, handler: handler, secret: secrets["operator"]}
		for _, junk := range junkIDs {
			for _, part := range []string{"{id}", "{n}", "{sequence}", "{kind}", "{name}", "{desk}"} {
				if strings.Contains(path, part) {
					b.junk(method, placeOf(strings.Replace(path, part, junk, 1), "operator", records), "", "")
				}
			}
		}
		for _, odd := range junkMethods {
			b.junk(odd, placeOf(path, "operator", records), "", "")
		}
		if t.Failed() {
			return
		}
	}
}

// TestJunkInEveryForm fills every form with its fields' junk, one at a time, as somebody who may give it.
func TestJunkInEveryForm(t *testing.T) {
	secrets, records, handler := staged(t)
	tried := 0
	for pattern := range console.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != "POST" || strings.HasPrefix(path, "/sign-") {
			continue
		}
		for _, seat := range accesstest.Seats {
			b := &browser{t: t, handler: handler, secret: secrets[seat]}
			where := placeOf(path, seat, records)
			status, page := b.junk("GET", where, "", "")
			if status != http.StatusOK {
				continue
			}
			token := ""
			if found := tokenValue.FindStringSubmatch(page); found != nil {
				token = found[1]
			}
			terms := url.Values{"terms": {"1"}}
			for _, found := range fieldName.FindAllStringSubmatch(page, -1) {
				terms.Set(found[1], "1")
			}
			for name := range terms {
				for _, junk := range junkValues {
					was := terms.Get(name)
					terms.Set(name, junk)
					b.junk("POST", where, terms.Encode(), url.Values{"token": {token}, "once": {junk}, "statement": {junk}, "key": {junk}, "signature": {junk}}.Encode())
					terms.Set(name, was)
					tried++
				}
			}
			break
		}
	}
	if tried < 1000 {
		t.Errorf("%d forms were filled in", tried)
	}
}

// FuzzPages is the same for as long as one likes: go test ./edge/console -fuzz FuzzPages.
func FuzzPages(f *testing.F) {
	secrets, records, handler := staged(f)
	var patterns []string
	for pattern := range console.Patterns() {
		patterns = append(patterns, pattern)
	}
	slices.Sort(patterns)
	for i := range patterns {
		f.Add(uint16(i), uint8(i), "", junkQueries[i%len(junkQueries)], junkQueries[(i+3)%len(junkQueries)])
	}
	f.Fuzz(func(t *testing.T, route uint16, role uint8, record, query, body string) {
		method, path, _ := strings.Cut(patterns[int(route)%len(patterns)], " ")
		seat := accesstest.Seats[int(role)%len(accesstest.Seats)]
		if record != "" {
			path = strings.Replace(path, "{id}", record, 1)
		}
		(&browser{t: t, handler: handler, secret: secrets[seat]}).junk(method, placeOf(path, seat, records), query, body)
	})
}
