package console_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// A statement is a PDF of what the caller may see, and of nothing else.
func TestAStatementToPrint(t *testing.T) {
	s := newStage(t)
	s.play()
	where := "/parties/" + s.parties["rottmuehl"].String() + "/statement"
	for who, actor := range map[string]string{"operator": s.key(s.maker), "its own people": s.key(s.actors["rottmuehl"])} {
		response := (&browser{t: t, handler: s.handler, secret: actor}).ask("GET", where, "")
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), "%PDF-") {
			t.Fatalf("%s: %d, %v", who, response.StatusCode, err)
		}
		if !strings.Contains(response.Header.Get("Content-Disposition"), "statement-") {
			t.Errorf("%s: it is called %q", who, response.Header.Get("Content-Disposition"))
		}
	}
	other := &browser{t: t, handler: s.handler, secret: s.key(s.actors["traunfels"])}
	other.page(where, http.StatusNotFound)
}
