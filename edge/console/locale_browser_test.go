package console_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

// A person signs in, chooses Chinese in the frame, reads, and chooses English again, in a browser without script.
func TestALanguageIsChosenInABrowser(t *testing.T) {
	b := newChromium(t)
	s := newStage(t)
	s.play()
	server := httptest.NewServer(s.handler)
	defer server.Close()
	b.visit(server.URL + "/receivables")
	b.leave(func() { b.click(`.languages button[value="zh-Hans"]`) })
	b.shows("登录")
	b.run(fmt.Sprintf(`document.querySelector("#key").value = %q`, s.key(s.maker)))
	b.leave(func() { b.click("main button") })
	b.shows("应收账款", "年11月")
	for name, where := range map[string]string{
		"overview": "/", "receivables": "/receivables", "receivable": "/receivables/rcv_1-3-A", "financings": "/financings", "reports": "/reports", "terms": "/help/terms",
		"journal": "/journal", "parties": "/parties",
	} {
		b.visit(server.URL + where)
		if got := b.run("document.documentElement.lang"); got != "zh-Hans" {
			t.Errorf("%s is in %s", where, got)
		}
		b.picture("zh-"+name, 1440, "light")
		b.picture("zh-"+name, 390, "dark")
	}
	b.visit(server.URL + "/receivables")
	b.leave(func() { b.click(`.languages button[value="en"]`) })
	b.shows("Receivables", "Outstanding")
	if strings.Contains(b.run("document.body.innerText"), "应收") {
		t.Error("the page is not in English again")
	}
}
