package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// An economy that grows round the scenes leaves them as they are, and a node on which the auditor finds nothing and every decision comes out again.
func TestTheDemoGrowsAnEconomy(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	o := must(t, 0, "demo", "--parties", "20", "--months", "3", "--headless", "--json", "--data", data)
	s := last[demoSummary](t, o)
	if s.Check != "ok" || s.Grown == nil || s.Grown.Documents < 400 || s.Grown.Financed == 0 || s.Grown.Early == 0 || s.Grown.Breaches != 0 || s.Documents != 92 || !s.SetOff.Verified || !s.SetOff.Optimal {
		t.Errorf("the demo ends with %+v, %+v", s, s.Grown)
	}
	if acts := strings.Count(o.stdout, `"act":"economy"`); acts != 2 {
		t.Errorf("the economy is told of %d times", acts)
	}
	if r := last[map[string]float64](t, must(t, 0, "replay", "--json", "--data", data)); r["differences"] != 0 || r["entries"] != float64(s.Entries) {
		t.Errorf("replay: %v", r)
	}
	for _, wrong := range [][]string{{"--parties", "3"}, {"--months", "121"}, {"--speed", "61"}, {"--speed", "-1"}} {
		must(t, 2, append([]string{"demo", "--headless", "--data", data}, wrong...)...)
	}
}

// The console of a demo lives on: a day goes by at a word, one looks through anybody's eyes, and nobody from elsewhere does.
func TestTheDemoLivesOn(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	c := command(t, "demo", "--parties", "12", "--months", "1", "--speed", "0", "--listen", "127.0.0.1:0", "--json", "--data", data)
	errs, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer stopped(t, c)
	base := addressOf(t, errs)
	go io.Copy(io.Discard, errs)
	page := pageOf(t, base+"/demo", nil)
	token := regexp.MustCompile(`name="token" value="([0-9a-f]{64})"`).FindStringSubmatch(page)
	if token == nil {
		t.Fatalf("the page has no form:\n%s", page)
	}
	date := regexp.MustCompile(`<strong>(?:<span class="whole">)?(\d{4}-\d\d-\d\d)(?:</span>)?, noon</strong> · paused`)
	before := date.FindStringSubmatch(page)
	if response := sendForm(t, base+"/demo", url.Values{"token": {token[1]}, "act": {"day"}, "to": {"/payments"}}); response.Header.Get("Location") != "/payments" {
		t.Errorf("after a day one is at %q, status %d", response.Header.Get("Location"), response.StatusCode)
	}
	if after := date.FindStringSubmatch(pageOf(t, base+"/", nil)); before == nil || after == nil || after[1] <= before[1] {
		t.Errorf("the day was %v and is %v", before, after)
	}
	sendForm(t, base+"/demo", url.Values{"token": {token[1]}, "act": {"play"}})
	if !strings.Contains(pageOf(t, base+"/", nil), "a business day in 10 seconds") {
		t.Error("it does not go on")
	}
	for _, desk := range []string{"Operations", "Credit and risk", "Treasury", "Compliance", "Audit", "Buyer", "Seller", "Funder", "Distributor", "Warehouse", "Custody", "Scenes"} {
		if !strings.Contains(page, "<h2>"+desk+"</h2>") {
			t.Errorf("nobody works at the desk %s", desk)
		}
	}
	buyer := regexp.MustCompile(`value="(act_[^"]+)">Look<span class="hidden-visually"> as ([^,]+), Buyer, `).FindStringSubmatch(page)
	if buyer == nil {
		t.Fatal("no buyer can be chosen")
	}
	chosen := sendForm(t, base+"/demo", url.Values{"token": {token[1]}, "eyes": {buyer[1]}})
	if len(chosen.Cookies()) != 1 {
		t.Fatalf("the choice is answered by %d and %d cookies", chosen.StatusCode, len(chosen.Cookies()))
	}
	if seen := pageOf(t, base+"/", chosen.Cookies()[0]); !strings.Contains(seen, "You look as <strong>"+buyer[2]+"</strong>") || !strings.Contains(seen, "/confirmations") {
		t.Error("one does not look through the eyes of the buyer")
	}
	if !strings.HasPrefix(pageOf(t, base+"/demo/keys/"+buyer[1], nil), "-----BEGIN PRIVATE KEY-----") {
		t.Error("the buyer's key file is none")
	}
	forged := *chosen.Cookies()[0]
	forged.Value = strings.Replace(forged.Value, buyer[1], "act_1-1-1", 1)
	if strings.Contains(pageOf(t, base+"/", &forged), "You look as <strong>") {
		t.Error("a cookie that this node has not written is believed")
	}
	if response := sendForm(t, base+"/demo", url.Values{"token": {strings.Repeat("0", 64)}, "act": {"day"}}); response.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another page is answered by %d", response.StatusCode)
	}
}

func stopped(t *testing.T, c *exec.Cmd) {
	t.Helper()
	var exit *exec.ExitError
	if err := errors.Join(c.Process.Signal(syscall.SIGTERM), c.Wait()); err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
}

// addressOf reads until the node says where it listens.
func addressOf(t *testing.T, errs io.Reader) string {
	t.Helper()
	var told strings.Builder
	where := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	for buffer := make([]byte, 1024); ; {
		n, err := errs.Read(buffer)
		told.Write(buffer[:n])
		if found := where.FindString(told.String()); found != "" && strings.Contains(told.String(), found+",") {
			return found
		}
		if err != nil {
			t.Fatalf("the demo has ended: %v\n%s", err, told.String())
		}
	}
}

func pageOf(t *testing.T, address string, cookie *http.Cookie) string {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cookie != nil {
		request.AddCookie(cookie)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", address, response.StatusCode, err)
	}
	return string(body)
}

func sendForm(t *testing.T, address string, form url.Values) *http.Response {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response
}
