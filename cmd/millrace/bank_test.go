package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/edge/intake"
)

// validFiles holds the messages in folders of a bank against their schemas, with xmllint, and tells how many there were.
func validFiles(t *testing.T, dir string) map[string]int {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is not on PATH: install it (Debian: apt-get install libxml2-utils)")
	}
	counts := map[string]int{}
	for part, schema := range map[string]string{"camt053": "camt.053.001.08", "camt054": "camt.054.001.08", "pain002": "pain.002.001.11", "pain001": "pain.001.001.09"} {
		paths, err := filepath.Glob(filepath.Join(dir, "*", "*"+part+"*.xml"))
		if err != nil || len(paths) == 0 {
			t.Fatal("no files of", part, err)
		}
		counts[part] = len(paths)
		arguments := append([]string{"--nonet", "--noout", "--schema", shared(t, filepath.Join("data", "bank", "xsd", schema+".xsd"))}, paths...)
		if said, err := exec.Command(program, arguments...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", part, err, said)
		}
	}
	return counts
}

// A bank in a process of its own, spoken with by files alone: killed at any moment and started again it pays once.
func TestBankIsAProcessOfItsOwn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bank")
	config, err := readBank(dir)
	if err != nil {
		t.Fatal(err)
	}
	adapter, err := folderOf(config, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	euro, _ := money.ParseCurrency("EUR")
	programme := id.Make[id.Programme](1, 1)
	funding := bank.Account{Kind: bank.Funding, Programme: programme, Owner: id.Make[id.Party](1, 4)}
	date, _ := calendar.Parse("2026-09-01")
	number, err := sandbox.IBAN(funding)
	if err != nil {
		t.Fatal(err)
	}
	world := fmt.Sprintf(`{"id": "start", "to": %q, "amount": "1000.00", "currency": "EUR", "payer": "Funder"}`, number)
	if err := os.WriteFile(filepath.Join(dir, "in", "world.json"), []byte(world), 0o600); err != nil {
		t.Fatal(err)
	}
	profile := filepath.Join(t.TempDir(), "profile.json")
	if err := os.WriteFile(profile, []byte(`{"calendar": "TARGET", "statements": "daily", "charge": "0.10"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	const payments = 12
	for i := range payments {
		outcome, err := adapter.Send(context.Background(), bank.Instruction{
			Key: fmt.Sprintf("pay-%d", i), Programme: programme, From: funding, Amount: 10_00, Fee: 1_00, Currency: euro, RequestedDate: date,
			To: bank.Destination{Details: intake.BankDetails{IBAN: "DE02120300000000202051", Holder: "Seller"}}, Purpose: payment.Disbursement, Reference: "invoice",
		})
		if err != nil || outcome.Status != bank.Pending {
			t.Fatal(outcome, err)
		}
		// A process that begins to work on it, and ends by force.
		killed := command(t, "bank", "--dir", dir, "--profile", profile, "--date", "2026-09-01", "--every", "1ms")
		said, err := killed.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := killed.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(said).ReadString('\n'); err != nil || !strings.Contains(line, "works in") {
			t.Fatal(line, err)
		}
		if i == 0 { // and one that is told to stop
			if err := killed.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := killed.Wait(); err != nil {
				t.Errorf("stopped by a signal: %v", err)
			}
			continue
		}
		if err := killed.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = killed.Wait() // killed
	}
	must(t, 0, "bank", "--once", "--dir", dir, "--profile", profile, "--date", "2026-09-01")
	must(t, 0, "bank", "--once", "--dir", dir, "--profile", profile, "--date", "2026-09-03")
	sum, lines, closings := money.Minor(0), 0, 0
	for cursor := bank.Cursor(""); ; {
		page, err := adapter.Statement(context.Background(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		if page.Empty() {
			break
		}
		for _, l := range page.Lines {
			if l.Account == funding {
				sum, lines = sum+l.Amount, lines+1
			}
		}
		closings += len(page.Closings)
		cursor = page.Next
	}
	// Money from outside, and a line and a charge a payment; statements of two days for two accounts.
	if sum != 1000_00-payments*11_10 || lines != 1+2*payments || closings != 4 || len(adapter.Problems()) != 0 {
		t.Errorf("%d in %d lines, %d closings, %v", sum, lines, closings, adapter.Problems())
	}
	if counts := validFiles(t, dir); counts["pain001"] != payments || counts["pain002"] != payments {
		t.Error(counts)
	}
}

func TestBankSaysWhatIsWrongWithItsCall(t *testing.T) {
	dir := t.TempDir()
	for _, arguments := range [][]string{
		{"--profile", "wild"}, {"--date", "today"}, {"--every", "0s"},
	} {
		if o := must(t, 2, append([]string{"bank", "--once", "--dir", dir}, arguments...)...); o.stderr == "" {
			t.Error(arguments)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "bank.json"), []byte(`{"colour": 1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := must(t, 2, "bank", "--once", "--dir", dir); !strings.Contains(o.stderr, "colour") {
		t.Error(o.stderr)
	}
}

// The demo's payments have gone through the folder of its bank, and a node that serves its data goes on with it.
func TestDemoPaysThroughFiles(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	s := last[demoSummary](t, must(t, 0, "demo", "--months", "0", "--headless", "--json", "--data", data))
	counts := validFiles(t, filepath.Join(data, demoBank))
	// Transfers between supervised accounts, which nobody pays out, go through files as well.
	if counts["pain001"] < s.Payments || counts["pain002"] != counts["pain001"] || counts["camt053"] < 20 {
		t.Errorf("%v for %d payments", counts, s.Payments)
	}
	for folder, want := range map[string]int{"in": 0, "refused": 0} {
		entries, err := os.ReadDir(filepath.Join(data, demoBank, folder))
		if err != nil || len(entries) != want {
			t.Errorf("%s: %d files, %v", folder, len(entries), err)
		}
	}
}

// The demo ends with the proof of funds of every programme. Its sums are those of its lines, whether bank and book agree or not.
func TestDemoProvesItsFunds(t *testing.T) {
	o := must(t, 0, "demo", "--months", "0", "--headless", "--json", "--data", filepath.Join(t.TempDir(), "demo"))
	s := last[demoSummary](t, o)
	shown, evenings, open := 0, 0, 0
	for text := range strings.Lines(o.stdout) {
		var line proofLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		if line.Act != "proof" {
			continue
		}
		shown, evenings = shown+1, evenings+line.Evenings
		if line.Proved < line.Evenings {
			open++
		}
		sums := map[string]int64{}
		for _, l := range line.Proof.Lines {
			sums[l.Part] += int64(l.Amount.Minor)
		}
		p := &line.Proof
		if sums["bank"] != int64(p.Bank.Minor) || sums["item"] != int64(p.Items.Minor) || sums["mirror"] != int64(p.Mirror.Minor) || sums["claim"] != int64(p.Claims.Minor) {
			t.Errorf("%s: the sums of its lines are %v", line.Sentence, sums)
		}
		if p.Difference.Minor != p.Bank.Minor+p.Items.Minor-p.Mirror.Minor || p.Claims.Minor != p.Mirror.Minor {
			t.Errorf("%s: %+v", line.Sentence, p)
		}
	}
	if shown != 8 || evenings != s.Proofs || open != s.ProofsOpen || s.Accounts < 2*shown || s.MatchedByNode < 10 || s.MatchedByPerson != 1 {
		t.Errorf("%d proofs on %d evenings, %d open: %+v", shown, evenings, open, s)
	}
}
