package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millrace/edge/signin"
	"millrace/engine/people"
)

// A fresh node offers to set up its administrator; once somebody has access it asks who it is, and the command line lets in who is
// locked out, beside the server and after a restore.
func TestAccessIsSetUpAndReset(t *testing.T) {
	dir := t.TempDir()
	data, copied, restored := filepath.Join(dir, "books"), filepath.Join(dir, "copy"), filepath.Join(dir, "restored")
	must(t, 2, "access", "list", "--data", data)
	url := serving(t, "--data", data, "--operator", "Mill & Sons", "--administrator", "Greta Mill")
	if _, body := get(t, url+"/parties", ""); !strings.Contains(body, "Mill &amp; Sons") {
		t.Error("the operator is not called by the name that was told")
	}
	if o := must(t, 0, "access", "list", "--data", data); !strings.Contains(o.stdout, "Nobody has access") {
		t.Error(o.stdout)
	}
	link := strings.TrimSpace(must(t, 0, "access", "link", "--data", data, "--url", url).stdout)
	if status, body := get(t, link, ""); status != 200 || !strings.Contains(body, "Set up the administrator") {
		t.Fatalf("%s: %d %s", link, status, body)
	}
	if status, _ := get(t, url+"/parties", ""); status != 200 {
		t.Errorf("before anybody has access: %d", status)
	}

	store, err := people.Open(filepath.Join(data, people.FileName))
	if err != nil {
		t.Fatal(err)
	}
	desk, err := signin.New(signin.Options{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(link, "/set-up/")
	invitation, err := desk.Link(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Enrol(t.Context(), invitation, people.Person{Login: "greta", Name: "Greta", Handle: []byte{1}}, people.Credentials{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	must(t, 2, "access", "link", "--data", data)
	must(t, 2, "access", "reset", "--data", data, "nobody")
	must(t, 0, "access", "suspend", "--data", data, "Greta")
	if o := must(t, 0, "access", "list", "--data", data); !strings.Contains(o.stdout, "suspended") {
		t.Error(o.stdout)
	}
	reset := must(t, 0, "access", "reset", "--data", data, "--url", url, "greta").stdout
	again, _, _ := strings.Cut(reset, "\n")
	if status, body := get(t, again, ""); status != 200 || !strings.Contains(body, "You sign in as <strong>greta</strong>") {
		t.Errorf("%s: %d %s", again, status, body)
	}
	must(t, 0, "backup", "--data", data, copied)
	must(t, 0, "restore", "--data", restored, copied)
	if o := must(t, 0, "access", "list", "--data", restored); !strings.Contains(o.stdout, `greta  "Greta"  suspended  acts as [act_1-1-`) { // a link that was not used lets nobody in
		t.Error(o.stdout)
	}
	second := serving(t, "--data", restored)
	if status, body := get(t, second+"/parties", ""); status != 200 || !strings.Contains(body, "Name or e-mail address") {
		t.Errorf("with somebody who has access: %d", status)
	}
	if status, _ := get(t, second+"/v1/parties", ""); status != 401 {
		t.Errorf("the API without a key: %d", status)
	}
}

func TestFlagsOfPeopleAreChecked(t *testing.T) {
	for flag, value := range map[string]string{"--public-url": "http://mill.example", "--trusted-proxy": "everybody", "--tls-certificate": "people_test.go", "--sign-on": "people_test.go"} {
		if o := must(t, 2, "serve", "--data", filepath.Join(t.TempDir(), "books"), "--listen", "127.0.0.1:0", flag, value); o.stderr == "" {
			t.Errorf("%s %s: nothing is said", flag, value)
		}
	}
}

// The names of who operates a node and of its first person are told once: the journal has them.
func TestTheFounderIsToldOnce(t *testing.T) {
	data := filepath.Join(t.TempDir(), "books")
	must(t, 0, "ingest", "--data", data, shared(t, "data/trade/valid/poacc-upgrade-3/examples/Order_Example.xml"))
	o := must(t, 2, "serve", "--data", data, "--listen", "127.0.0.1:0", "--operator", "Another firm")
	if !strings.Contains(o.stderr, `"Another firm": at its first start the node was told "Operator of this node"`) {
		t.Error(o.stderr)
	}
}
