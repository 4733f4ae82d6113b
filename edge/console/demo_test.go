package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/lab/load"
)

// still is a demo that stands still, and remembers what it was told.
type still struct {
	console.StageState
	told []string
}

func (s *still) State() console.StageState { return s.StageState }

func (s *still) Give(act string) bool {
	s.told = append(s.told, act)
	return act == "pause"
}

func (s *still) People() []console.StagePerson {
	return []console.StagePerson{{Actor: id.Make[id.Actor](1, 2), Name: "Mira <b>Mertens</b>", Desk: "Seller", Firm: "Mill GmbH"}, {Actor: id.Make[id.Actor](1, 99_999), Name: "Nobody", Desk: "Seller"}}
}

func (s *still) Key(id.Actor) []byte { return nil }

// The bar and the page of a demo are on no other node; on it they are for this machine alone, and a person who is gone is nobody's eyes.
func TestTheBarOfADemo(t *testing.T) {
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	if _, err := load.NewWorld(load.SubmitTo(context.Background(), e), 2); err != nil {
		t.Fatal(err)
	}
	stage := &still{StageState: console.StageState{Pace: 90 * time.Second, Left: 30 * time.Second, Afternoon: true}}
	options := console.Options{Engine: e, Reader: view.New(e), Access: access.Open(e), Intake: intake.New(e.Vault())}
	plain := console.New(options)
	options.Stage = stage
	demo := console.New(options)
	ask := func(h http.Handler, method, path, from, body string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(context.Background(), method, "http://localhost"+path, strings.NewReader(body))
		r.RemoteAddr = from + ":4711"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, cookie := range cookies {
			r.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if w := ask(plain, "GET", "/demo", "127.0.0.1", ""); w.Code != http.StatusNotFound {
		t.Errorf("a node that is no demo answers %d", w.Code)
	}
	if w := ask(plain, "GET", "/", "127.0.0.1", ""); strings.Contains(w.Body.String(), `class="stage"`) {
		t.Error("a node that is no demo has a bar")
	}
	if w := ask(demo, "GET", "/demo", "192.0.2.7", ""); w.Code == http.StatusOK {
		t.Error("somebody from elsewhere sees the page")
	}
	page := ask(demo, "GET", "/demo", "127.0.0.1", "").Body.String()
	for _, text := range []string{"a business day in 90 seconds", `begin="-15.00s"`, `dur="45.00s"`, ", noon<", "Mira &lt;b&gt;Mertens&lt;/b&gt;", "You look as the operator"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	checkMarkup(t, "/demo", page)
	chinese := ask(demo, "GET", "/demo", "127.0.0.1", "", &http.Cookie{Name: "millrace_language", Value: "zh-Hans"}).Body.String()
	for _, text := range []string{"每 90 秒一个营业日", "，午间<", "<h2>卖方</h2>", "以发票融资", "卖方，Mill GmbH"} {
		if !strings.Contains(chinese, text) {
			t.Errorf("the page in Chinese lacks %q", text)
		}
	}
	_, rest, _ := strings.Cut(page, `name="token" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	for _, c := range []struct {
		body string
		code int
	}{
		{"token=" + token + "&act=pause&to=/payments", http.StatusSeeOther}, {"token=" + token + "&act=explode", http.StatusBadRequest},
		{"act=pause", http.StatusForbidden}, {"token=" + token + "&eyes=act_1-1-9", http.StatusNotFound}, {"token=" + token + "&eyes=first", http.StatusSeeOther},
	} {
		if w := ask(demo, "POST", "/demo", "127.0.0.1", c.body); w.Code != c.code {
			t.Errorf("%s is answered by %d, not %d", c.body, w.Code, c.code)
		}
	}
	if len(stage.told) != 2 {
		t.Errorf("the demo was told %v", stage.told)
	}
	if w := ask(demo, "POST", "/demo", "127.0.0.1", "token="+token+"&act=pause&to=//elsewhere.example"); w.Header().Get("Location") != "/" {
		t.Errorf("one is led to %s", w.Header().Get("Location"))
	}
	gone := ask(demo, "POST", "/demo", "127.0.0.1", "token="+token+"&eyes="+id.Make[id.Actor](1, 99_999).String())
	if cookies := gone.Result().Cookies(); len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode {
		t.Errorf("the choice leaves %v", cookies)
	} else if w := ask(demo, "GET", "/", "127.0.0.1", "", cookies...); w.Code != http.StatusOK {
		t.Errorf("one who is gone: %d", w.Code)
	}
}
