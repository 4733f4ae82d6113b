package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A desk shows few entries, marks where the page belongs, and leads to everything else that the caller sees.
func TestNavigationIsTheDesksOwn(t *testing.T) {
	s := newStage(t)
	s.play()
	seller := &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	page := seller.page("/financings", http.StatusOK)
	side := cutOut(t, page, `<div class="side"`, `</nav>`)
	own, others, cut := strings.Cut(side, `<details class="records"`)
	if !cut || strings.Count(own, "<li><a") > 10 || !strings.Contains(own, `<a href="/financings" aria-current="page"`) || strings.Contains(others, `"/financings"`) {
		t.Errorf("the desk's entries are\n%s", side)
	}
	if strings.Contains(side, `"/journal"`) || strings.Contains(side, `"/screening"`) {
		t.Error("a seller is led to what it does not see")
	}
	if trail := cutOut(t, page, `<nav class="trail"`, `</nav>`); !strings.Contains(trail, `<a href="/">Seller</a>`) {
		t.Errorf("the way is %s", trail)
	}

	operator := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	response := operator.ask("GET", "/desk/treasury", "")
	if response.StatusCode != http.StatusSeeOther || len(response.Cookies()) != 1 {
		t.Fatalf("another desk: %d, %d cookies", response.StatusCode, len(response.Cookies()))
	}
	operator.cookie = response.Cookies()[0].String()
	if side := cutOut(t, operator.page("/breaks", http.StatusOK), `<div class="side"`, `<details class="records"`); !strings.Contains(side, `<a href="/breaks" aria-current="page"`) {
		t.Errorf("the treasury's entries are\n%s", side)
	}
	if side := cutOut(t, operator.page("/documents", http.StatusOK), `<details class="records"`, `</nav>`); !strings.HasPrefix(side, " open") {
		t.Error("where the page is not the desk's own, all records are not open")
	}
	seller.page("/desk/treasury", http.StatusNotFound)
}

func cutOut(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, from)
	inside, _, ends := strings.Cut(rest, to)
	if !found || !ends {
		t.Fatalf("there is no %s … %s in\n%s", from, to, text)
	}
	return inside
}

// The keys lead where the help says.
func TestKeysInABrowser(t *testing.T) {
	b := newChromium(t)
	s := newStage(t)
	s.play()
	server := httptest.NewServer(s.handler)
	defer server.Close()
	b.visit(server.URL + "/financings")
	b.run(fmt.Sprintf(`document.querySelector("#key").value = %q`, s.key(s.maker)))
	b.leave(func() { b.click("main button") })
	for _, name := range []string{"", "parties/" + s.parties["rottmuehl"].String(), "receivables", "help"} {
		b.visit(server.URL + "/" + name)
		for _, width := range []int{1440, 390} {
			b.picture("frame-"+strings.ReplaceAll(name, "/", "-"), width, "light")
		}
	}
	b.picture("frame", 390, "dark")
	b.run(`document.querySelector(".menu").open = true`)
	b.picture("frame-menu", 390, "light")
	press := func(keys ...string) {
		for _, key := range keys {
			b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": key, "text": key})
			b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key})
		}
	}
	b.visit(server.URL + "/")
	press("/")
	if focused := b.run(`document.activeElement.id`); focused != "search" {
		t.Errorf("the focus is on %q", focused)
	}
	b.run(`document.activeElement.blur()`)
	b.leave(func() { press("g", "r") })
	if at := b.run(`location.pathname`); at != "/receivables" {
		t.Errorf("the keys led to %s", at)
	}
}
