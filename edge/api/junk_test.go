package api_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"millrace/domain/id"
)

// What people and programs send by mistake or on purpose. No route answers any of it with a fault of the node's own.
var (
	junkIDs = []string{
		" ", "rcv_1-1-E", "pty_2-1-0", "\x00", "../../etc/passwd", strings.Repeat("a", 5000), "0", "-1", "18446744073709551615", "' OR 1=1--", "\xff\xfe", "rcv_1-281474976710655-0", "rcv_65536-1-0", "‮",
	}
	junkQueries = []string{
		"cursor=AAAAAAAAAAAAAAAA", "cursor=%ff%00", "limit=-1", "limit=99999999999999999999", "order=sideways", "order=oldest&order=newest", "party=%ff", "%zz=1&;", "after=18446744073709551615", "after=-1",
		"after=99999999999999999999999", "state=" + strings.Repeat("x", 3000), "date=0000-00-00", "date=9999-12-31", "from=9999-99-99&until=0001-01-01", "number=%00", "programme=prg_1-1-1&party=pty_1-1-1",
		"amount=1e400&currency=EUR&by=2026-02-30", "actor=act_1-1-1&action=%22", strings.Repeat("a=b&", 2000),
	}
	junkBodies = []string{
		"", "{}", "[]", "null", "{", `"x"`, "1e999", strings.Repeat("[", 5000), "\xff\xfe\x00", `{"amount":{"text":"-99999999999999999999999","currency":"QQQ"}}`, `{"id":null,"party":{}}`,
		`{"amount":{"text":"1.00","currency":"EUR"},"date":"9999-12-31","reason":"\u0000"}`, `[{"command":"confirm","key":"k","id":"x","body":{}},{},null,1]`, strings.Repeat(" ", 100_000) + "1",
	}
	junkValues  = []string{`null`, `-1`, `""`, `[]`, `{}`, `"\u0000\uffff"`, `1e308`, `99999999999999999999`, `[null]`, `{"text":"0x1","currency":""}`, `"2026-02-30"`, `"rcv_1-281474976710655-0"`, `"` + `é` + strings.Repeat("x", 9000) + `"`}
	junkMethods = []string{"PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"}
)

// junk tries one request past the network, so that the path may be anything.
func (s *site) junk(actor id.Actor, method, path, query, body string) {
	s.t.Helper()
	r := httptest.NewRequest("GET", "http://localhost/", io.NopCloser(strings.NewReader(body)))
	r.Method, r.URL, r.RequestURI = method, &url.URL{Path: path, RawQuery: query}, ""
	r.Header.Set("Authorization", "Bearer "+s.secrets[actor])
	r.Header.Set("Idempotency-Key", s.key())
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.server.Config.Handler.ServeHTTP(w, r)
	if w.Code >= http.StatusInternalServerError {
		s.t.Errorf("%s %.80q ?%.80q %.200q: %d %s", method, path, query, body, w.Code, w.Body)
	}
}

// mutated are a well-formed body's variants in which one member is junk.
func mutated(body string) []string {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &members) != nil {
		return nil
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		for _, value := range junkValues {
			changed := maps.Clone(members)
			changed[name] = json.RawMessage(value)
			if text, err := json.Marshal(changed); err == nil {
				all = append(all, string(text))
			}
		}
	}
	return all
}

func TestJunkIsNoFaultOfTheNode(t *testing.T) {
	s := newSite(t)
	all := s.cast()
	recordOf := s.everyRecord(all)
	seller := all["seller"]
	for _, method := range []string{"GET", "POST"} {
		for _, path := range paths(s, strings.ToLower(method)) {
			base, _, addressed := strings.Cut(path, "/{id}")
			concrete := strings.NewReplacer("{id}", recordOf[base], "{n}", "1", "{sequence}", "1", "{command}", "confirm", "{code}", "not_found").Replace(path)
			for _, actor := range []id.Actor{s.world.Maker, seller, all["funder"], all["buyer"]} {
				if method == "GET" {
					for _, query := range junkQueries {
						s.junk(actor, method, concrete, query, "")
					}
				} else {
					for _, body := range slices.Concat(junkBodies, mutated(bodies[path])) {
						s.junk(actor, method, concrete, "", body)
					}
				}
				if t.Failed() {
					return
				}
			}
			for _, junk := range junkIDs {
				for _, part := range []string{"{id}", "{n}", "{sequence}", "{command}", "{code}"} {
					if strings.Contains(path, part) {
						odd := strings.Replace(path, part, junk, 1)
						s.junk(s.world.Maker, method, strings.NewReplacer("{id}", recordOf[base], "{n}", "1", "{sequence}", "1", "{command}", "confirm", "{code}", "x").Replace(odd), "", "{}")
					}
				}
			}
			if addressed {
				s.junk(s.world.Maker, method, strings.Replace(path, "{id}", "", 1), "", "{}")
			}
			for _, odd := range junkMethods {
				s.junk(s.world.Maker, odd, concrete, "", "{}")
			}
		}
	}
}

// FuzzRoutes is the same for as long as one likes: go test ./edge/api -fuzz FuzzRoutes.
func FuzzRoutes(f *testing.F) {
	s := newSite(f)
	all := s.cast()
	recordOf := s.everyRecord(all)
	var routes []string
	for _, method := range []string{"GET", "POST"} {
		for _, path := range paths(s, strings.ToLower(method)) {
			routes = append(routes, method+" "+path)
		}
	}
	for i := range routes {
		f.Add(uint16(i), uint8(i), "", junkQueries[i%len(junkQueries)], junkBodies[i%len(junkBodies)])
	}
	actors := []id.Actor{s.world.Maker, all["seller"], all["funder"], all["buyer"], all["bank"], all["compliance"]}
	f.Fuzz(func(t *testing.T, route uint16, role uint8, record, query, body string) {
		s.t = t
		method, path, _ := strings.Cut(routes[int(route)%len(routes)], " ")
		base, _, _ := strings.Cut(path, "/{id}")
		if record == "" {
			record = recordOf[base]
		}
		s.junk(actors[int(role)%len(actors)], method, strings.NewReplacer("{id}", record, "{n}", "1", "{sequence}", "1", "{command}", "confirm", "{code}", "x").Replace(path), query, body)
	})
}
