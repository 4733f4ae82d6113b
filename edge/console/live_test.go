package console_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"millrace/domain/party"
	"millrace/edge/intake"
)

// listener reads what /live tells one caller.
type listener struct {
	t        *testing.T
	response *http.Response
	lines    *bufio.Scanner
}

func (s *stage) listen(t *testing.T, server *httptest.Server, query string, headers map[string]string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/live?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	response, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return &listener{t, response, bufio.NewScanner(response.Body)}
}

// next is the data of the next message; "" where the stream has ended.
func (l *listener) next() string {
	for l.lines.Scan() {
		if data, found := strings.CutPrefix(l.lines.Text(), "data: "); found {
			return data
		}
	}
	return ""
}

func bearer(secret string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + secret}
}

func TestChangesAreToldToThoseWhoSeeThem(t *testing.T) {
	s := newStage(t)
	s.play()
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	operator, seller, other := s.key(s.maker), s.key(s.actors["rottmuehl"]), s.key(s.actors["traunfels"])
	since := s.engine.Head().Sequence
	query := fmt.Sprintf("since=%d", since)
	all, mine, others := s.listen(t, server, query, bearer(operator)), s.listen(t, server, query, bearer(seller)), s.listen(t, server, query, bearer(other))
	about := s.listen(t, server, query+"&about="+s.receivable("06-bearings-price"), bearer(operator))

	s.register(intake.Profile{Name: "Elsewhere GmbH", Country: "DE"}, party.Seller)
	if got, want := all.next(), fmt.Sprintf(`{"count":1,"entry":%d}`, since+1); got != want {
		t.Errorf("the operator is told %s, want %s", got, want)
	}
	// Between the first entry and this one nothing was the seller's.
	s.lead("15-castings", "rottmuehl", confirmed)
	head := s.engine.Head().Sequence
	if got, want := mine.next(), fmt.Sprintf(`{"count":1,"entry":%d}`, head); got != want {
		t.Errorf("the seller is told %s, want %s", got, want)
	}
	s.lead("06-bearings-price", "traunfels", confirmed)
	if got, want := others.next(), fmt.Sprintf(`{"count":1,"entry":%d}`, head+1); got != want {
		t.Errorf("the other seller is told %s, want %s", got, want)
	}
	if got, want := about.next(), fmt.Sprintf(`{"count":1,"entry":%d}`, head+1); got != want {
		t.Errorf("of the receivable is told %s, want %s", got, want)
	}

	// Who comes back is told what happened meanwhile, and only if something did.
	headers := bearer(seller)
	headers["Last-Event-ID"] = fmt.Sprint(since)
	if got, want := s.listen(t, server, query, headers).next(), fmt.Sprintf(`{"count":1,"entry":%d}`, head+1); got != want {
		t.Errorf("who comes back is told %s, want %s", got, want)
	}
}

func TestStreamsEnd(t *testing.T) {
	s := newStage(t)
	s.open()
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	b := &browser{t: t, handler: s.handler}
	if response := s.listen(t, server, "", nil).response; response.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger is answered %d", response.StatusCode)
	}
	signed := b.ask("POST", "/sign-in", "to=/&key="+s.key(s.maker))
	cookie := signed.Cookies()[0].String()
	query := fmt.Sprintf("since=%d", s.engine.Head().Sequence)
	var open []*listener
	for range 12 {
		l := s.listen(t, server, query, map[string]string{"Cookie": cookie})
		if l.response.StatusCode != http.StatusOK || !l.lines.Scan() {
			t.Fatalf("a stream is refused: %d", l.response.StatusCode)
		}
		open = append(open, l)
	}
	if refused := s.listen(t, server, query, map[string]string{"Cookie": cookie}).response; refused.StatusCode != http.StatusServiceUnavailable || refused.Header.Get("Retry-After") == "" {
		t.Errorf("one too many is answered %d", refused.StatusCode)
	}
	b.cookie = cookie
	b.ask("POST", "/sign-out", "")
	for i, l := range open {
		if told := l.next(); told != "" {
			t.Errorf("stream %d still tells %s", i, told)
		}
	}
}

// A page says what is new, shows it when it is asked to, says when it has lost the node, and finds it again.
func TestNewsInABrowser(t *testing.T) {
	b := newChromium(t)
	b.listens()
	s := newStage(t)
	s.play()
	server := httptest.NewServer(s.handler)
	b.visit(server.URL + "/parties")
	b.run(fmt.Sprintf(`document.querySelector("#key").value = %q`, s.key(s.maker)))
	b.leave(func() { b.click("main button") })
	shown := func(selector string) {
		t.Helper()
		b.run(fmt.Sprintf(`new Promise((done) => { const look = () => document.querySelector(%q).checkVisibility() ? done() : setTimeout(look, 20); look(); })`, selector))
	}
	s.register(intake.Profile{Name: "Neuwerk Feinguss GmbH", Country: "DE"}, party.Seller)
	shown("#live-news")
	b.picture("news", 1440, "light")
	b.picture("news", 390, "dark")
	if said := b.run(`document.querySelector("#live-news").innerText`); !strings.Contains(said, "1 new since this page was loaded") {
		t.Errorf("it says %q", said)
	}
	b.leave(func() { b.click("#live-news a") })
	if page := b.run(`document.body.innerText`); !strings.Contains(page, "Neuwerk Feinguss") {
		t.Error("what is new is not shown")
	}

	address := server.Listener.Addr().String()
	server.CloseClientConnections()
	server.Close()
	shown("#live-lost")
	b.picture("lost", 1440, "light")
	s.register(intake.Profile{Name: "Altwerk Grauguss GmbH", Country: "DE"}, party.Seller)
	again, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server = httptest.NewUnstartedServer(s.handler)
	_ = server.Listener.Close()
	server.Listener = again
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	shown("#live-news")
	if lost := b.run(`document.querySelector("#live-lost").checkVisibility()`); lost != "false" {
		t.Error("it still says that the connection is lost")
	}
}
