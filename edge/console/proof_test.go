package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// The list of evenings says of each what its own proof says, to those who see the proof and to nobody else.
func TestProofEveningByEvening(t *testing.T) {
	s := newStage(t)
	s.play()
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	proof := b.page("/proof", http.StatusOK)
	listed := regexp.MustCompile(`href="(/proof\?[^"]*evenings=all[^"]*)"`).FindStringSubmatch(proof)
	if listed == nil {
		t.Fatal("the proof does not lead to those of other evenings")
	}
	page := b.page(strings.ReplaceAll(listed[1], "&amp;", "&"), http.StatusOK)
	checkMarkup(t, "evenings", page)
	rows := regexp.MustCompile(`(?s)<tr><th scope="row"><a href="(/proof\?[^"]*)">([0-9-]+)</a></th>(.*?)</tr>`).FindAllStringSubmatch(page, -1)
	if len(rows) == 0 {
		t.Fatalf("no evening is listed:\n%s", text(page))
	}
	figure := regexp.MustCompile(`(?s)<dd>(.*?)</dd>`)
	cell := regexp.MustCompile(`(?s)<td[^>]*>(.*?)(?:<span class="second">.*?)?</td>`)
	for _, row := range rows {
		own := b.page(strings.ReplaceAll(row[1], "&amp;", "&"), http.StatusOK)
		figures := figure.FindAllStringSubmatch(own, -1)
		cells := cell.FindAllStringSubmatch(row[3], -1)
		if len(figures) < 5 || len(cells) != 4 {
			t.Fatalf("%s: %d figures, %d cells", row[2], len(figures), len(cells))
		}
		for i := range 3 {
			if got, want := text(cells[i][1]), text(figures[i][1]); got != want {
				t.Errorf("%s: %q in the list, %q in the proof", row[2], got, want)
			}
		}
		if got := text(cells[3][1]); !strings.HasPrefix(text(figures[4][1]), got) {
			t.Errorf("%s: a difference of %q in the list", row[2], got)
		}
	}
}
