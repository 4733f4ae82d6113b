package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// journeysSpan is how long a script may take before it is ended.
const journeysSpan = 25 * time.Minute

// drivenNode is a node that runs, for scripts that drive a browser over it.
type drivenNode struct {
	address  string
	node     string // Node.js
	chromium string
}

// need gives what a browser test needs from the machine, or skips the test where it is not there. With BROWSER_TESTS=required that fails.
func need(t *testing.T, what string, found bool) {
	t.Helper()
	if found {
		return
	}
	if os.Getenv("BROWSER_TESTS") == "required" {
		t.Fatalf("there is no %s; .ci/install brings it", what)
	}
	t.Skipf("there is no %s, so nothing is tried in a browser; .ci/install brings it", what)
}

// programOf is the first of these programs that is on the path; "" for none.
func programOf(names ...string) string {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// newDrivenNode is a node that has no address yet, where all is there that drives a browser.
func newDrivenNode(t *testing.T) drivenNode {
	t.Helper()
	n := drivenNode{node: programOf("node", "nodejs"), chromium: programOf("chromium", "chromium-browser", "google-chrome")}
	need(t, "Node.js on the path", n.node != "")
	need(t, "Chromium on the path", n.chromium != "")
	for _, name := range []string{"playwright-core", "axe-core"} {
		_, err := os.Stat(filepath.Join("..", "..", "build", "npm", "node_modules", name, "package.json"))
		need(t, name+" below build/npm", err == nil)
	}
	return n
}

// newLivingNode grows an economy and serves it, paused, until the test ends.
func newLivingNode(t *testing.T) drivenNode {
	t.Helper()
	n := newDrivenNode(t)
	c := command(t, "demo", "--parties", "30", "--months", "6", "--speed", "0", "--listen", "127.0.0.1:0", "--json", "--data", filepath.Join(t.TempDir(), "demo"))
	errs, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopped(t, c) })
	n.address = addressOf(t, errs)
	go io.Copy(io.Discard, errs)
	return n
}

// scripted is one line of what a script says: what it has tried, and what was wrong with it.
type scripted struct {
	Test    string   `json:"test"`
	Kinds   []string `json:"kinds"` // of pages that were looked at
	Wrong   []string `json:"wrong"`
	Seconds float64  `json:"seconds"`
}

// script runs one of the scripts of the journeys, each line of which becomes a test of its own, and gives the lines.
func (n drivenNode) script(t *testing.T, name string, environment ...string) []scripted {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), journeysSpan)
	defer cancel()
	c := exec.CommandContext(ctx, n.node, filepath.Join("..", "..", "journeys", name))
	c.Env = append(append(os.Environ(), "JOURNEYS_NODE="+n.address, "JOURNEYS_CHROMIUM="+n.chromium), environment...)
	c.WaitDelay = 10 * time.Second
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var told []scripted
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var line scripted
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Errorf("%s says %q: %v", name, lines.Text(), err)
			continue
		}
		told = append(told, line)
		t.Run(line.Test, func(t *testing.T) {
			t.Logf("%.1f s; %d kinds of pages: %s", line.Seconds, len(line.Kinds), strings.Join(line.Kinds, " "))
			for _, wrong := range line.Wrong {
				t.Error(wrong)
			}
		})
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%s: %v\n%s", name, err, errs.String())
	}
	return told
}

// On an economy that lives, one full journey a desk is walked in a browser in each language, from what waits to what is seen as done; among them are a decision
// of two persons, refused acts, a connection that is lost, one on a phone, one in the dark, and one without a mouse; people sign in on a node of their own. And no page of any desk has anything
// that people with disabilities can't use, on a screen and on a phone, light and dark; none is wider than its window, and none has the browser complain.
// With JOURNEYS_SCREENS=DIR pictures of all pages are kept, with JOURNEYS_DESKS=buyer,seller of those desks alone; with JOURNEYS_PICTURES=DIR one of where
// each journey has ended that went wrong.
func TestALivingEconomyInABrowser(t *testing.T) {
	n := newLivingNode(t)
	t.Run("journeys", func(t *testing.T) {
		t.Run("en", func(t *testing.T) {
			t.Parallel()
			walked(t, n.script(t, "journeys.mjs", "JOURNEYS_LANGUAGE=en"))
		})
		t.Run("zh-Hans", func(t *testing.T) {
			t.Parallel()
			walked(t, newLivingNode(t).script(t, "journeys.mjs", "JOURNEYS_LANGUAGE=zh-Hans"))
		})
		t.Run("own-node", func(t *testing.T) {
			t.Parallel()
			joined(t)
		})
	})
	t.Run("pages", func(t *testing.T) {
		var kinds []string
		for _, desk := range n.script(t, "pages.mjs") {
			kinds = append(kinds, desk.Kinds...)
		}
		slices.Sort(kinds)
		kinds = slices.Compact(kinds)
		if os.Getenv("JOURNEYS_DESKS") == "" && len(kinds) < 150 {
			t.Errorf("only %d kinds of pages were looked at:\n%s", len(kinds), strings.Join(kinds, "\n"))
		}
	})
}

// walked wants a journey of every desk.
func walked(t *testing.T, journeys []scripted) {
	t.Helper()
	if len(journeys) != 11 && os.Getenv("JOURNEYS_ONLY") == "" {
		t.Errorf("%d journeys were walked, want one for each of 11 desks", len(journeys))
	}
}

// joined walks the first hour on an empty node in both languages: the administrator's access is set up by the link of the first run, and somebody who is invited
// takes that up, signs out and in with a password and an authenticator, is refused where something is wrong, and adds a passkey that signs in alone.
func joined(t *testing.T) {
	t.Helper()
	n := newDrivenNode(t)
	data := filepath.Join(t.TempDir(), "books")
	address := serving(t, "--data", data)
	link := strings.TrimSpace(must(t, 0, "access", "link", "--data", data, "--url", address).stdout)
	// Passkeys belong to a name, not to a number.
	n.address = strings.Replace(address, "127.0.0.1", "localhost", 1)
	if parts := n.script(t, "sign_in.mjs", "JOURNEYS_LINK="+link); len(parts) != 3 {
		t.Errorf("%d parts were walked, want the first run and one for each of two languages", len(parts))
	}
}
