package console_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/onboarding"
	"millrace/domain/party"
	"millrace/edge/intake"
)

// axeSource is the script that looks for what people with disabilities can't use; .ci/install brings it.
func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "..", "build", "npm", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		if os.Getenv("BROWSER_TESTS") == "required" {
			t.Fatal("there is no axe-core below build/npm; .ci/install brings it")
		}
		t.Skip("there is no axe-core below build/npm, so pages are not looked at with it; .ci/install brings it")
	}
	return string(source)
}

// axeRun gives what is seriously wrong on a page, one line each; "" for nothing.
const axeRun = `axe.run(document, {resultTypes: ["violations"], preload: false, iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((found) =>
	found.violations.filter((v) => v.impact === "serious" || v.impact === "critical")
		.map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")).join(" | ")).join("\n"))`

var (
	anyID     = regexp.MustCompile(`[a-z]{3}_[0-9]+-[0-9]+-[0-9A-Z]`)
	anyNumber = regexp.MustCompile(`/[0-9]+\b`)
)

// kindOf is what kind of page an address leads to: pages of one kind differ in their records only.
func kindOf(address string) string {
	path, query, _ := strings.Cut(address, "?")
	kind := anyNumber.ReplaceAllString(anyID.ReplaceAllString(path, "ID"), "/N")
	for parameter := range strings.SplitSeq(query, "&") {
		if strings.HasPrefix(parameter, "part=") || strings.HasPrefix(parameter, "terms=") {
			kind += "?" + parameter
		}
	}
	return kind
}

// screen puts the browser into a size and a colour scheme.
func (b *chromium) screen(width int, scheme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}})
}

// No page of any desk has anything that people with disabilities can't use, in either colour scheme, on a screen and on a
// phone; none is wider than its window. Here are records in states that a living economy seldom has; cmd/millrace looks at that one.
func TestEveryPageInABrowser(t *testing.T) {
	source := axeSource(t)
	b := newChromiumFor(t, 20*time.Minute)
	s := newStage(t)
	s.play()
	s.applied(s.maker, "rottmuehl")
	s.alerted("rottmuehl")
	s.give(s.maker, &book.OpenOnboardingFile{Party: s.parties["rottmuehl"], Form: onboarding.Company, Risk: onboarding.LowRisk})
	officer := s.person(s.operator, party.Compliance, "Irmgard Thoma")
	s.give(officer, &book.OpenCase{Party: s.parties["traunfels"], Fact: s.keep(intake.KindCase, "Cash from nowhere"), Due: s.today.AddDays(10)})
	auditor := s.person(s.operator, party.Auditor, "Bertram Ilg")
	server := httptest.NewServer(s.handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	b.call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": source})
	b.call("Network.enable", nil)
	known, looked := map[string]bool{}, 0
	for _, who := range []struct {
		name  string
		actor id.Actor
	}{
		{"operator", s.maker}, {"seller", s.actors["rottmuehl"]}, {"buyer", s.actors["havelmark"]}, {"funder", s.funderActor}, {"bank", s.bank},
		{"compliance", officer}, {"auditor", auditor},
	} {
		secret := s.key(who.actor)
		b.call("Network.setExtraHTTPHeaders", map[string]any{"headers": map[string]string{"Authorization": "Bearer " + secret}})
		pages := crawl(t, &browser{t: t, handler: s.handler, secret: secret})
		addresses := []string{"/receivables/none", "/search?q=RE-2026"}
		for address := range pages {
			addresses = append(addresses, address)
		}
		slices.Sort(addresses)
		for _, address := range addresses {
			kind := kindOf(address)
			if address != "/" && known[kind] || address == "/" && known[who.name] {
				continue
			}
			known[kind], known[who.name] = true, known[who.name] || address == "/"
			looked++
			b.screen(1440, "light")
			b.visit(server.URL + address)
			for _, scheme := range []string{"light", "dark"} {
				width := map[string]int{"light": 1440, "dark": 390}[scheme]
				b.screen(width, scheme)
				if wrong := b.run(axeRun); wrong != "" {
					t.Errorf("%s as %s, %s, %d px:\n%s", address, who.name, scheme, width, wrong)
				}
				if beyond := b.run(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); beyond != "0" {
					t.Errorf("%s as %s is %s px wider than a window of %d", address, who.name, beyond, width)
				}
			}
		}
	}
	if looked < 60 {
		t.Errorf("%d kinds of pages", looked)
	}
	t.Logf("%d kinds of pages", looked)
}
