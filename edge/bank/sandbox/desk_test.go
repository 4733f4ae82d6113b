package sandbox_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/bank"
	"millrace/edge/bank/drop"
	"millrace/edge/bank/sandbox"
	"millrace/edge/bankfile"
	"millrace/edge/credittransfer"
	"millrace/edge/document/documenttest"
	"millrace/edge/markup"
	cash "millrace/edge/statement"
)

// office is a bank with its desk, and a clock of its own.
type office struct {
	t    testing.TB
	dir  string
	now  time.Time
	bank *sandbox.Bank
	desk *sandbox.Desk
}

func newOffice(t testing.TB, profile sandbox.Profile, seed uint64) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir(), now: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)}
	var err error
	o.bank, err = sandbox.Open(sandbox.Options{
		Path: filepath.Join(o.dir, "state.json"), Now: func() time.Time { return o.now }, Profile: profile, Seed: seed, Files: drop.Disk{Unsynced: true},
	})
	must(t, err)
	o.desk, err = sandbox.NewDesk(o.bank, o.dir)
	must(t, err)
	must(t, o.bank.Carry(funding, money.Amount{Minor: 1_000_000_00, Currency: euro}))
	return o
}

func (o *office) turn() {
	o.t.Helper()
	must(o.t, o.desk.Turn(context.Background()))
}

func (o *office) in(name string, content []byte) {
	o.t.Helper()
	must(o.t, os.WriteFile(filepath.Join(o.dir, "in", name), content, 0o600))
}

func (o *office) names(folder, part string) (found []string) {
	o.t.Helper()
	names, err := drop.Disk{}.List(filepath.Join(o.dir, folder))
	must(o.t, err)
	for _, name := range names {
		if strings.Contains(name, part) {
			found = append(found, name)
		}
	}
	return found
}

func (o *office) out(name string) []byte {
	o.t.Helper()
	content, err := os.ReadFile(filepath.Join(o.dir, "out", name))
	must(o.t, err)
	return content
}

// report gives the last report on a message.
func (o *office) report(message string) *credittransfer.Report {
	o.t.Helper()
	names := o.names("out", "pain002-"+message)
	if len(names) == 0 {
		o.t.Fatalf("no report on %s", message)
	}
	r, err := credittransfer.ReadReport("report", o.out(names[len(names)-1]), markup.Limits{})
	must(o.t, err)
	return r
}

// valid holds what was handed out against the schemas, with xmllint.
func (o *office) valid() {
	o.t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		o.t.Fatal("xmllint is not on PATH: install it (Debian: apt-get install libxml2-utils)")
	}
	for part, schema := range map[string]string{"camt053": "camt.053.001.08", "camt054": "camt.054.001.08", "pain002": "pain.002.001.11"} {
		arguments := []string{"--nonet", "--noout", "--schema", filepath.Join(documenttest.Data(o.t, "bank"), "xsd", schema+".xsd")}
		for _, name := range o.names("out", part) {
			arguments = append(arguments, filepath.Join(o.dir, "out", name))
		}
		if said, err := exec.Command(program, arguments...).CombinedOutput(); err != nil {
			o.t.Errorf("%s: %v: %s", part, err, said)
		}
	}
}

func transfer(t testing.TB, key string, amount money.Minor, on calendar.Date) credittransfer.Payment {
	t.Helper()
	number, err := sandbox.IBAN(funding)
	must(t, err)
	return credittransfer.Payment{
		Key: key, Debtor: credittransfer.Account{Holder: "Node", IBAN: number}, Amount: amount, Currency: euro, Execution: on, Text: "for " + key,
		Creditor: credittransfer.Account{Holder: "Seller", IBAN: "DE02120300000000202051"},
	}
}

func orders(t testing.TB, message string, payments ...credittransfer.Payment) []byte {
	t.Helper()
	content, err := credittransfer.Write(&credittransfer.File{Message: message, Created: "2026-09-01T08:00:00Z", Sender: "Node", Payments: payments})
	must(t, err)
	return content
}

// A part of a file is refused; payments that are booked together are executed together, or none of them.
func TestPartOfAFileIsRefused(t *testing.T) {
	o := newOffice(t, sandbox.Profile{}, 1)
	wrong := transfer(t, "p2", 5, today)
	wrong.Creditor.IBAN = "DE03120300000000202051"
	o.in("a.xml", orders(t, "m1", transfer(t, "p1", 5, today), wrong))
	together := []credittransfer.Payment{transfer(t, "p3", 7, today), transfer(t, "p4", 8, today)}
	broken := []credittransfer.Payment{transfer(t, "p5", 7, today), wrong}
	broken[1].Key = "p6"
	for i := range 2 {
		together[i].Batch, broken[i].Batch = true, true
	}
	o.in("b.xml", orders(t, "m2", together...))
	o.in("c.xml", orders(t, "m3", broken...))
	o.in("d.xml", orders(t, "m4", transfer(t, "p1", 5, today)))
	o.turn()
	for _, test := range []struct {
		message, status, codes string
	}{{"m1", "PART", "ACSC RJCT AC03"}, {"m2", "ACSC", "ACSC ACSC"}, {"m3", "RJCT", "RJCT NARR RJCT AC03"}, {"m4", "RJCT", "RJCT DU04"}} {
		r := o.report(test.message)
		var codes []string
		for _, p := range r.Groups[0].Payments {
			codes = append(codes, string(p.Status))
			for _, reason := range p.Reasons {
				codes = append(codes, reason.Code)
			}
		}
		if string(r.Status) != test.status || strings.Join(codes, " ") != test.codes {
			t.Errorf("%s: %s %v", test.message, r.Status, codes)
		}
	}
	o.now = o.now.AddDate(0, 0, 1)
	o.turn()
	f, err := cash.Read("s", o.out(o.names("out", "camt053")[0]), cash.Limits{})
	must(t, err)
	if s := f.Statements[0]; len(s.Entries) != 2 || s.Entries[1].Amount != -15 || len(s.Entries[1].Transactions) != 2 || s.Prove() != cash.Balanced {
		t.Errorf("%+v", s)
	}
	if b := o.bank.Balance(funding, euro); b != 1_000_000_00-20 {
		t.Error(b)
	}
	o.valid()
}

// What comes after the cut-off, or on a closed day, is executed with the value of the next open one.
func TestCutOffAndClosedDays(t *testing.T) {
	o := newOffice(t, sandbox.Profile{TimeZone: "Europe/Berlin", CutOff: "15:00", Calendar: "TARGET"}, 1)
	friday := day(2026, 9, 4)
	for _, test := range []struct {
		key      string
		now      time.Time
		asked    calendar.Date
		executed calendar.Date
	}{
		{"early", time.Date(2026, 9, 4, 12, 59, 0, 0, time.UTC), friday, friday},
		{"late", time.Date(2026, 9, 4, 13, 0, 0, 0, time.UTC), friday, day(2026, 9, 7)},
		{"ahead", time.Date(2026, 9, 4, 13, 0, 0, 0, time.UTC), day(2026, 9, 9), day(2026, 9, 9)},
		{"past", time.Date(2026, 9, 9, 8, 0, 0, 0, time.UTC), friday, day(2026, 9, 9)},
	} {
		o.now = test.now
		o.in(test.key, orders(t, test.key, transfer(t, test.key, 5, test.asked)))
		o.turn()
		if status := o.report(test.key).Status; (status == "ACSC") != (test.executed == dayOf(o.now)) {
			t.Errorf("%s: %s", test.key, status)
		}
		for until := time.Date(2026, 9, 10, 8, 0, 0, 0, time.UTC); o.now.Before(until); o.now = o.now.AddDate(0, 0, 1) {
			o.turn()
		}
		if r := o.report(test.key); r.Status != "ACSC" || r.Groups[0].Payments[0].Accepted != test.executed {
			t.Errorf("%s: executed on %s, want %s", test.key, r.Groups[0].Payments[0].Accepted, test.executed)
		}
		o = newOffice(t, sandbox.Profile{TimeZone: "Europe/Berlin", CutOff: "15:00", Calendar: "TARGET"}, 1)
	}
}

func day(year, month, of int) calendar.Date {
	d, _ := calendar.Of(year, month, of)
	return d
}

func dayOf(now time.Time) calendar.Date { return day(now.Year(), int(now.Month()), now.Day()) }

// A rough bank still keeps books: its messages are valid, its statements follow one another without a gap and add up, whatever
// goes wrong; and the same seed does the same.
func TestRoughBankKeepsBooks(t *testing.T) {
	profile, err := sandbox.ReadProfile("rough", os.ReadFile)
	must(t, err)
	run := func(seed uint64) *office {
		o := newOffice(t, profile, seed)
		number, err := sandbox.IBAN(collection)
		must(t, err)
		for d := range 20 {
			for i := range 3 {
				key := fmt.Sprintf("p-%d-%d", d, i)
				o.in(key, orders(t, key, transfer(t, key, money.Minor(100+i), dayOf(o.now))))
				o.in("w"+key, fmt.Appendf(nil, `{"id": %q, "to": %q, "amount": "1234.56", "currency": "EUR", "payer": "Müller Straßenbau", "text": "Rechnung RE-2026/0%d7 für Größe 3.5", "end_to_end": "E%s"}`,
					key, number, d, key))
			}
			o.turn()
			o.now = o.now.AddDate(0, 0, 1)
		}
		o.turn()
		return o
	}
	o := run(3)
	o.valid()
	next := map[string]uint64{}
	last := map[string]money.Minor{}
	entries, charged, mangled := 0, 0, false
	for _, name := range o.names("out", "camt053") {
		f, err := cash.Read(name, o.out(name), cash.Limits{})
		must(t, err)
		for _, s := range f.Statements {
			if next[s.Account]++; s.Number != fmt.Sprint(next[s.Account]) || s.Prove() != cash.Balanced || next[s.Account] > 1 && s.Opening.Amount != last[s.Account] {
				t.Errorf("%s: number %s, opening %d after %d", name, s.Number, s.Opening.Amount, last[s.Account])
			}
			last[s.Account] = s.Closing.Amount
			entries += len(s.Entries)
			for _, e := range s.Entries {
				if strings.HasSuffix(e.Code, "/CHRG") {
					charged++
				}
				mangled = mangled || e.Amount > 0 && !e.Reversal && strings.Join(e.Transactions[0].Remittance, "") != "" && !strings.Contains(strings.Join(e.Transactions[0].Remittance, ""), "Rechnung RE-2026/0")
			}
		}
	}
	number, _ := sandbox.IBAN(funding)
	if last[number] == 0 || entries < 120 || charged < 30 || !mangled || next[number] != 14 {
		t.Errorf("%d entries, %d charges, %d statements, closing at %d", entries, charged, next[number], last[number])
	}
	if len(o.names("out", "camt056")) == 0 {
		t.Error("nobody asked for money back")
	}
	again := run(3)
	if !slices.Equal(o.names("out", ""), again.names("out", "")) {
		t.Error("the same seed did something else")
	}
	for _, name := range o.names("out", "") {
		if string(o.out(name)) != string(again.out(name)) {
			t.Fatalf("the same seed wrote another %s", name)
		}
	}
}

func TestRequestsToCancel(t *testing.T) {
	o := newOffice(t, sandbox.Profile{}, 1)
	o.in("a", orders(t, "m1", transfer(t, "p1", 5, today), transfer(t, "p2", 5, today.AddDays(2))))
	o.turn()
	for key, status := range map[string]string{"p1": "RJCR", "p2": "CNCL", "p3": "RJCR"} {
		content, err := bankfile.Recall(&credittransfer.Recall{Case: "case-" + key, EndToEnd: key}, "x-"+key, "XSBXDEX1", "2026-09-01T08:00:00")
		must(t, err)
		o.in("cancel-"+key, content)
		o.turn()
		o.in("cancel-"+key, content)
		o.turn()
		names := o.names("out", "camt029-case-"+key)
		if len(names) != 1 {
			t.Fatal(key, names)
		}
		answers, err := credittransfer.ReadAnswers(key, o.out(names[0]), markup.Limits{})
		if err != nil || len(answers) != 1 || answers[0].Status != status {
			t.Errorf("%s: %+v %v", key, answers, err)
		}
	}
	if r := o.report("m1"); r.Status != "PART" || r.Groups[1].Payments[0].Reasons[0].Code != "DS02" {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsNoInstructionIsRefused(t *testing.T) {
	o := newOffice(t, sandbox.Profile{}, 1)
	bad := map[string]string{
		"junk.xml": "<junk/>", "empty": "", "text": "hello", "a.json": `{"id": "1"}`, "b.json": `{"id": "1", "to": "` + collection.String() + `", "amount": "0", "currency": "EUR"}`,
		"c.json": `{"id": "", "to": "` + collection.String() + `", "amount": "1", "currency": "EUR"}`, "d.json": `{"id": "1", "colour": 2}`, "e.json": `{} {}`,
		"f.json": `{"id": "1", "to": "` + collection.String() + `", "amount": "1", "currency": "XXY"}`,
	}
	for name, content := range bad {
		o.in(name, []byte(content))
	}
	for range 2 {
		o.turn()
	}
	if whys := o.names("refused", ".why.txt"); len(whys) != len(bad) || len(o.names("in", "")) != 0 || len(o.names("out", "")) != 0 {
		t.Error(whys, o.names("in", ""), o.names("out", ""))
	}
}

func TestProfiles(t *testing.T) {
	read := func(content string) func(string) ([]byte, error) {
		return func(string) ([]byte, error) { return []byte(content), nil }
	}
	for _, name := range []string{"calm", "rough"} {
		if _, err := sandbox.ReadProfile(name, nil); err != nil {
			t.Error(err)
		}
	}
	if p, err := sandbox.ReadProfile("x", read(`{"reject": 10, "charge": "0.35"}`)); err != nil || p.Reject != 10 {
		t.Error(p, err)
	}
	for content, wanted := range map[string]string{
		`{"colour": 1}`: "colour", `{`: "EOF", `{} {}`: "after", `{"reject": 1001}`: "reject", `{"reject": 600, "delay": 600}`: "1200", `{"cut_off": "noon"}`: "noon",
		`{"time_zone": "Nowhere"}`: "Nowhere", `{"calendar": "MOON"}`: "MOON", `{"charge": "x", "days": -1}`: "days", `{"statements": "hourly"}`: "hourly",
	} {
		if _, err := sandbox.ReadProfile("x", read(content)); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s: %v", content, err)
		}
	}
	if _, err := sandbox.ReadProfile("x", func(string) ([]byte, error) { return nil, os.ErrNotExist }); err == nil || !strings.Contains(err.Error(), "calm") {
		t.Error(err)
	}
	if _, err := sandbox.Open(sandbox.Options{Profile: sandbox.Profile{Calendar: "MOON"}}); err == nil {
		t.Error("an impossible profile was taken")
	}
	if _, err := sandbox.Open(sandbox.Options{Accounts: []sandbox.Numbered{{Account: funding, IBAN: "12"}}}); err == nil {
		t.Error("an impossible number was taken")
	}
}

func TestNumbersOfAccounts(t *testing.T) {
	for _, account := range []bank.Account{funding, collection, fees} {
		number, err := sandbox.IBAN(account)
		must(t, err)
		if back, found := sandbox.AccountOf(number); !found || back != account || !bankfile.IsIBAN(number) {
			t.Errorf("%s: %s, %v", number, back, found)
		}
	}
	for _, none := range []string{"", "DE02120300000000202051", "DE02999400700000000000"} {
		if a, found := sandbox.AccountOf(none); found {
			t.Error(none, a)
		}
	}
	for _, account := range []bank.Account{{}, {Kind: bank.Fees, Programme: id.Make[id.Programme](1, 10_000)}, {Kind: bank.Fees, Programme: id.Make[id.Programme](2, 1)}} {
		if number, err := sandbox.IBAN(account); err == nil {
			t.Error(account, number)
		}
	}
	// A bank with numbers of its own for some accounts.
	b, err := sandbox.Open(sandbox.Options{Accounts: []sandbox.Numbered{{Account: collection, IBAN: "DE02120300000000202051"}}, Date: func() calendar.Date { return today }})
	must(t, err)
	dir := t.TempDir()
	desk, err := sandbox.NewDesk(b, dir)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "in", "w"), []byte(`{"id": "1", "to": "DE02120300000000202051", "amount": "3", "currency": "EUR", "payer": "P"}`), 0o600))
	must(t, desk.Turn(context.Background()))
	if b.Balance(collection, euro) != 3_00 {
		t.Error("it did not arrive")
	}
}

// In this process, too, a day's end closes statements.
func TestClosingsInThisProcess(t *testing.T) {
	date := today
	b, err := sandbox.Open(sandbox.Options{Date: func() calendar.Date { return date }})
	must(t, err)
	must(t, b.Carry(funding, money.Amount{Minor: 100, Currency: euro}))
	_, err = b.Deposit(funding, money.Amount{Minor: 5, Currency: euro}, "F", "", today)
	must(t, err)
	date = date.AddDays(1)
	page, err := b.Statement(context.Background(), "")
	must(t, err)
	if len(page.Lines) != 1 || len(page.Closings) != 1 || page.Closings[0].Opening != 100 || page.Closings[0].Closing != 105 || page.Closings[0].Sequence != 1 {
		t.Errorf("%+v", page)
	}
	if page, err = b.Statement(context.Background(), page.Next); err != nil || !page.Empty() {
		t.Errorf("%+v %v", page, err)
	}
}
