package console_test

import (
	"context"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"millrace/domain/id"
	"millrace/lab/load"
)

// traded is a console over a book of so many receivables at every stage, of two sellers and one buyer.
func traded(t *testing.T, receivables uint64) (*stage, *load.World) {
	t.Helper()
	s, w := worldly(t, 2)
	if err := w.Trading(context.Background(), s.engine, receivables, func(uint64) {}); err != nil {
		t.Fatal(err)
	}
	return s, w
}

// A page costs what it shows: every row that is read is at least one allocation, and a book with ten times the receivables needs
// hardly more of them.
func TestAPageCostsWhatItShows(t *testing.T) {
	small, of := traded(t, 400)
	large, _ := traded(t, 4_000) // the same commands give the same ids
	for _, who := range []struct {
		name  string
		actor id.Actor
		pages []string
	}{
		{"operator", of.Maker, []string{"/", "/receivables", "/receivables?state=open", "/financings", "/payments", "/documents", "/journal", "/accounts", "/limits", "/search?q=seller"}},
		{"seller", of.SellerActors[0], []string{"/", "/receivables", "/receivables?state=open", "/financings"}},
		{"buyer", of.Buyer, []string{"/", "/receivables", "/receivables?state=open"}},
		{"funder", of.FunderActor, []string{"/", "/financings", "/receivables"}},
	} {
		few := &browser{t: t, handler: small.handler, secret: small.key(who.actor)}
		many := &browser{t: t, handler: large.handler, secret: large.key(who.actor)}
		for _, address := range who.pages {
			work := func(b *browser) float64 {
				return testing.AllocsPerRun(3, func() { b.page(address, http.StatusOK) })
			}
			before, after := work(few), work(many)
			t.Logf("%s %s: %.0f, %.0f", who.name, address, before, after)
			if after > 1.5*before {
				t.Errorf("%s of the %s: %.0f allocations with 400 receivables, %.0f with 4,000", address, who.name, before, after)
			}
		}
	}
}

// Reports of a large book are made in the background, and a page says so until they are there.
func TestReportsOfALargeBookAreMadeBehind(t *testing.T) {
	s, w := traded(t, 2_000)
	b := &browser{t: t, handler: s.handler, secret: s.key(w.Maker)}
	const asked = "/reports?until=2026-09-01"
	page := b.page(asked, http.StatusOK)
	checkMarkup(t, "being made", page)
	if shown := text(page); !strings.Contains(shown, "These figures are being added up.") || !strings.Contains(page, `href="`+asked+`"`) {
		t.Fatalf("it does not say that the figures come later, and where:\n%s", shown)
	}
	for strings.Contains(page, "These figures are being added up.") {
		runtime.Gosched()
		page = b.page(asked, http.StatusOK)
	}
	checkMarkup(t, "made", page)
	if shown := text(page); !strings.Contains(shown, "Trial balance") {
		t.Errorf("the figures are not there:\n%s", shown)
	}
}

// A page of limits shows fifty, one after the other has all, each once; so has the file.
func TestLimitsArePaged(t *testing.T) {
	s, w := worldly(t, 130)
	b := &browser{t: t, handler: s.handler, secret: s.key(w.Maker)}
	limit := regexp.MustCompile(`lim_[0-9]+-[0-9]+-[0-9A-Z]`)
	next := regexp.MustCompile(`href="([^"]*)" rel="next"`)
	found, parts := map[string]int{}, 0
	for address := "/limits"; address != ""; parts++ {
		page := b.page(address, http.StatusOK)
		checkMarkup(t, address, page)
		here := map[string]bool{}
		for _, one := range limit.FindAllString(page, -1) {
			here[one] = true
		}
		if len(here) > 50 {
			t.Errorf("%s shows %d limits", address, len(here))
		}
		for one := range here {
			found[one]++
		}
		address = ""
		if link := next.FindStringSubmatch(page); link != nil {
			address = strings.ReplaceAll(link[1], "&amp;", "&")
		}
	}
	_, rows := b.table("/limits?format=csv")
	if parts < 2 || len(rows) < 130 || len(found) != len(rows) {
		t.Errorf("%d pages show %d limits, the file has %d", parts, len(found), len(rows))
	}
	for one, times := range found {
		if times != 1 {
			t.Errorf("%s stands on %d pages", one, times)
		}
	}
	b.page("/limits?cursor=none", http.StatusBadRequest)
}
