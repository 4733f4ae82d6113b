package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"millrace/domain/id"
)

// The tests run the program as a user does: this test binary, told to be millrace.
func TestMain(m *testing.M) {
	if os.Getenv("BE_MILLRACE") == "1" {
		main()
	}
	os.Exit(m.Run())
}

type outcome struct {
	code           int
	stdout, stderr string
}

func command(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, arguments...)
	c.Env = append(os.Environ(), "BE_MILLRACE=1")
	return c
}

func millrace(t *testing.T, arguments ...string) outcome {
	t.Helper()
	c := command(t, arguments...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{c.ProcessState.ExitCode(), out.String(), errs.String()}
}

// must runs a command that has to exit with this code.
func must(t *testing.T, code int, arguments ...string) outcome {
	t.Helper()
	o := millrace(t, arguments...)
	if o.code != code {
		t.Fatalf("millrace %s: exit %d, want %d\n%s\n%s", strings.Join(arguments, " "), o.code, code, o.stdout, o.stderr)
	}
	return o
}

// last decodes the last line of an output.
func last[T any](t *testing.T, o outcome) T {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(o.stdout), "\n")
	var object T
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &object); err != nil {
		t.Fatalf("last line %q: %v", lines[len(lines)-1], err)
	}
	return object
}

func shared(t *testing.T, path string) string {
	t.Helper()
	at := filepath.Join("..", "..", "..", "shared", path)
	if _, err := os.Stat(at); err != nil {
		t.Fatalf("the shared data is missing: %v", err)
	}
	return at
}

func TestDemoDoesTheMainJob(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	s := last[demoSummary](t, must(t, 0, "demo", "--months", "0", "--headless", "--json", "--data", data))
	want := demoSummary{Documents: 92, TradesMatched: 19, Receivables: 20, Referrals: 1, FinancingsClosed: 20, DuplicatesRefused: 2, Late: 1, Check: "ok", Auctions: 1, Placements: 1, PaidEarly: 1,
		SetOff: demoSetOff{Run: id.Make[id.SetOffRun](1, 1).String(), Debt: "EUR 120,390.00", Cleared: "EUR 96,000.00", Percent: "79.74", Lines: 8, Members: 6, Optimal: true, Verified: true,
			Cash: demoCash{Used: "EUR 11,800.00", Cleared: "EUR 23,600.00", PerUnit: "2.00", Rate: "5.80 %", PaidOut: "EUR 11,800.00", Repaid: "EUR 11,828.52"}}}
	got := demoSummary{Documents: s.Documents, TradesMatched: s.TradesMatched, Receivables: s.Receivables, Referrals: s.Referrals,
		FinancingsClosed: s.FinancingsClosed, DuplicatesRefused: s.DuplicatesRefused, Late: s.Late, Check: s.Check, Auctions: s.Auctions, Placements: s.Placements, PaidEarly: s.PaidEarly, SetOff: s.SetOff}
	if got != want || s.Entries == 0 {
		t.Fatalf("the demo ends with %+v", s)
	}
	if c := last[checkSummary](t, must(t, 0, "check", "--json", "--data", data)); c.Check != "ok" || c.Entries != s.Entries || c.Tables != "agree" {
		t.Errorf("check: %+v", c)
	}
	if r := last[map[string]float64](t, must(t, 0, "replay", "--json", "--data", data)); r["differences"] != 0 || r["entries"] != float64(s.Entries) {
		t.Errorf("replay: %v", r)
	}
	if o := must(t, 0, "show", "--data", data, "fin_1-13-S"); !strings.Contains(o.stdout, "closed") {
		t.Errorf("show: %s", o.stdout)
	}
	if o := must(t, 0, "show", "--data", data, id.Make[id.SigningKey](1, 1).String()); !strings.Contains(o.stdout, "Second signatory") && !strings.Contains(o.stdout, "Desk of") {
		t.Errorf("show: %s", o.stdout)
	}
	if o := must(t, 0, "show", "--data", data, id.Make[id.Auction](1, 1).String()); !strings.Contains(o.stdout, "It cleared at 3.95 % a year") {
		t.Errorf("show: %s", o.stdout)
	}
	if o := must(t, 0, "show", "--data", data, id.Make[id.Bid](1, 1).String()); !strings.Contains(o.stdout, `"reason": "above_clearing"`) {
		t.Errorf("show: %s", o.stdout)
	}
	must(t, 2, "show", "--data", data, "fin_1-13-T")
	balance := must(t, 0, "report", "trial-balance", "--data", data).stdout
	if rows, err := csv.NewReader(strings.NewReader(balance)).ReadAll(); err != nil || len(rows) < 40 || rows[0][0] != "entity" {
		t.Fatalf("%v\n%s", err, balance)
	}
	if earlier := must(t, 0, "report", "trial-balance", "--data", data, "--until", "2026-08-31").stdout; earlier == balance || !strings.Contains(earlier, "700000.00") {
		t.Fatalf("on the first day:\n%s", earlier)
	}
	if o := must(t, 0, "report", "general-ledger", "--data", data, "--from", "2026-08-31", "--until", "2026-08-31", "--json"); !strings.Contains(o.stdout, `"debit":{"minor":70000000`) {
		t.Fatalf("%s", o.stdout)
	}
	if o := must(t, 0, "report", "ageing", "--data", data); !strings.Contains(o.stdout, "1537.20") {
		t.Fatalf("%s", o.stdout)
	}
	supplierFinance(t, data, balance)
	must(t, 2, "report", "trial-balance", "--data", data, "--until", "yesterday")
	must(t, 2, "report", "general-ledger", "--data", data, "--from", "2026-09-01", "--until", "2026-08-31")
	must(t, 0, "rebuild", "--data", data)
	must(t, 0, "check", "--data", data)
	again := last[demoSummary](t, must(t, 0, "demo", "--months", "0", "--headless", "--json", "--data", data))
	if again.Entries != s.Entries {
		t.Errorf("a second demo has %d entries, the first %d", again.Entries, s.Entries)
	}
}

func TestDemoLeavesOtherDirectoriesAlone(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "precious"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := must(t, 2, "demo", "--months", "0", "--headless", "--data", data); !strings.Contains(o.stderr, "something else than a demo") {
		t.Errorf("message: %s", o.stderr)
	}
	if _, err := os.Stat(filepath.Join(data, "precious")); err != nil {
		t.Error(err)
	}
}

// Every document of the shared collection that passes the UBL 2.1 schema and is of a supported type is taken; every other
// one is named with its reason.
func TestIngestTakesTheSharedDocuments(t *testing.T) {
	manifest, err := os.ReadFile(shared(t, "data/trade/manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var documents []struct {
		Path, Doc, Syntax string
		Valid             *bool `json:"ubl21_xsd_valid"`
	}
	if err := json.Unmarshal(manifest, &documents); err != nil {
		t.Fatal(err)
	}
	supported := map[string]bool{"Order": true, "OrderResponse": true, "OrderResponseSimple": true, "DespatchAdvice": true, "ReceiptAdvice": true, "Invoice": true, "CreditNote": true}
	o := must(t, 2, "ingest", "--json", shared(t, "data/trade/valid"))
	results := map[string]fileResult{}
	chain, into := map[string]string{}, map[string]string{}
	for line := range strings.Lines(o.stdout) {
		var r fileResult
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		_, path, _ := strings.Cut(filepath.ToSlash(r.File), "/data/trade/")
		results[path] = r
		if r.Status != "accepted" && r.Status != "duplicate" && r.Error == "" && r.File != "" {
			t.Errorf("%s: %s without a reason", r.File, r.Status)
		}
		chain[filepath.Base(path)] = r.Trade
		for _, from := range r.Merged {
			into[from] = r.Trade
		}
	}
	for name, of := range chain {
		for into[of] != "" {
			of = into[of]
		}
		chain[name] = of
	}
	for _, d := range documents {
		if !strings.HasPrefix(d.Path, "valid/") {
			continue
		}
		r, found := results[d.Path]
		if !found {
			t.Errorf("%s was not read", d.Path)
			continue
		}
		taken := r.Status == "accepted" || r.Status == "duplicate"
		if want := d.Syntax == "CII" || d.Syntax == "UBL" && supported[d.Doc] && d.Valid != nil && *d.Valid || d.Doc == "TransportationStatus"; taken != want {
			t.Errorf("%s (%s): %s %s", d.Path, d.Doc, r.Status, r.Error)
		}
	}
	deal := chain["UBL-Order-2.0-Example.xml"]
	for _, name := range []string{"UBL-OrderResponseSimple-2.0-Example.xml", "UBL-DespatchAdvice-2.0-Example.xml", "UBL-ReceiptAdvice-2.0-Example.xml", "UBL-Invoice-2.0-Example.xml"} {
		if chain[name] != deal || deal == "" {
			t.Errorf("%s is in trade %q, its order in %q", name, chain[name], deal)
		}
	}
	invoice := results["valid/oasis-tcs-ubl/UBL-Invoice-2.0-Example.xml"]
	if !strings.Contains(strings.Join(invoice.Findings, " "), "tax_base_differs") {
		t.Errorf("the invoice of AEG012345 has the findings %v", invoice.Findings)
	}
}

func TestIngestKeepsGoodFilesBesideBadOnes(t *testing.T) {
	data := filepath.Join(t.TempDir(), "books")
	examples := filepath.Join("..", "..", "examples")
	o := must(t, 2, "ingest", "--json", "--data", data, filepath.Join(examples, "broken"), filepath.Join(examples, "trade", "01-castings"))
	s := last[ingestSummary](t, o)
	if s.Accepted != 5 || s.Rejected < 5 || s.Unsupported != 1 || s.TradesMatched != 1 {
		t.Fatalf("%+v\n%s", s, o.stdout)
	}
	again := last[ingestSummary](t, must(t, 0, "ingest", "--json", "--data", data, filepath.Join(examples, "trade", "01-castings")))
	if again.Duplicate != 5 || again.Accepted != 0 {
		t.Fatalf("%+v", again)
	}
	must(t, 0, "check", "--data", data)
	must(t, 2, "ingest", filepath.Join(examples, "no such folder"))
}

func TestIngestTakesInvoicesOfOtherFormats(t *testing.T) {
	hybrid := filepath.Join("..", "..", "edge", "reading", "testdata", "factur-x.pdf")
	plain := filepath.Join("..", "..", "edge", "cii", "testdata", "seeds", "clean_invoice.xml")
	o := must(t, 0, "ingest", "--json", hybrid, plain)
	if s := last[ingestSummary](t, o); s.Accepted != 2 {
		t.Fatalf("%+v\n%s", s, o.stdout)
	}
	broken := filepath.Join(t.TempDir(), "scan.pdf")
	if err := os.WriteFile(broken, []byte("%PDF-1.4\nno more"), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := must(t, 2, "ingest", broken); !strings.Contains(o.stdout, "scan.pdf: startxref: ") {
		t.Fatal(o.stdout)
	}
}

func TestIngestTakesFilesAboutGoods(t *testing.T) {
	data, folder := filepath.Join(t.TempDir(), "books"), t.TempDir()
	for name, text := range map[string]string{
		"count.csv": "number,counted_at,location,owner_scheme,owner,item,quantity\n7,2024-05-01T17:00:00Z,hall 2,GLN,9520004100106,bolts,12.5\n",
		"event.json": `{"type": "ObjectEvent", "eventTime": "2024-05-02T09:30:00+02:00", "eventTimeZoneOffset": "+02:00", "action": "OBSERVE", "bizStep": "shipping",
			"bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9520004100106:PO-2026-4101"}],
			"sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/417/9520004100205"}], "epcList": ["urn:epc:id:sgtin:4012345.011111.987"]}`,
		"torn.json": `{"type": "EPCISDocument"`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must(t, 0, "ingest", "--data", data, filepath.Join("..", "..", "examples", "trade", "01-castings"))
	o := must(t, 2, "ingest", "--json", "--data", data, folder)
	if s := last[ingestSummary](t, o); s.Accepted != 2 || s.Rejected != 1 {
		t.Fatalf("%+v\n%s", s, o.stdout)
	}
	if again := last[ingestSummary](t, must(t, 2, "ingest", "--json", "--data", data, folder)); again.Duplicate != 2 || again.Rejected != 1 {
		t.Fatalf("%+v", again)
	}
	must(t, 0, "check", "--data", data)
	must(t, 0, "replay", "--data", data)
}

func TestImportOpening(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "books")
	file := filepath.Join("testdata", "opening.jsonl")
	s := last[openingSummary](t, must(t, 0, "import-opening", "--json", "--data", data, file))
	if s != (openingSummary{Lines: 21, Parties: 4, Receivables: 2, Financings: 1, Balances: 6}) {
		t.Fatalf("%+v", s)
	}
	first := last[checkSummary](t, must(t, 0, "check", "--json", "--data", data))
	must(t, 0, "import-opening", "--data", data, file)
	if second := last[checkSummary](t, must(t, 0, "check", "--json", "--data", data)); second.Entries != first.Entries {
		t.Errorf("the same file again made %d entries of %d", second.Entries, first.Entries)
	}

	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		old, new, message string
		code              int
	}{
		"a balance that is off":  {`"code":"funding","currency":"EUR","amount":"990060.00"`, `"code":"funding","currency":"EUR","amount":"990060.01"`, "the migration account of", 1},
		"a currency":             {`"currency":"EUR","face":"10000.00"`, `"currency":"ZZZ","face":"10000.00"`, `:13: currency: "ZZZ" is not in ISO 4217`, 2},
		"a date":                 {`"issued":"2026-08-03"`, `"issued":"2026-13-03"`, `:13: issued: "2026-13-03" is not a date`, 2},
		"an unknown key":         {`"receivable":"R-1"`, `"receivable":"R-9"`, `:15: receivable: "R-9" is no receivable of an earlier line`, 2},
		"a field that is wrong":  {`"grade":2`, `"grad":2`, `:9: json: unknown field "grad"`, 2},
		"the same invoice twice": {`"number":"R-2"`, `"number":"R-1"`, ":14: already_known", 2},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(string(content), c.old, c.new, 1)
			if changed == string(content) {
				t.Fatal("nothing changed")
			}
			bad := filepath.Join(t.TempDir(), "opening.jsonl")
			if err := os.WriteFile(bad, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			if o := must(t, c.code, "import-opening", "--data", filepath.Join(t.TempDir(), "books"), bad); !strings.Contains(o.stderr, c.message) {
				t.Errorf("message %q, want %q in it", o.stderr, c.message)
			}
		})
	}
}

// serving starts a server on a free port of this machine and gives its address; the test's end stops it by its process.
func serving(t *testing.T, arguments ...string) string {
	t.Helper()
	c := command(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, arguments...)...)
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1)
	go func() {
		var all []byte
		buffer := make([]byte, 4096)
		for {
			n, err := pipe.Read(buffer)
			all = append(all, buffer[:n]...)
			if _, rest, found := strings.Cut(string(all), "http://"); found && strings.Contains(rest, ",") {
				address, _, _ := strings.Cut(rest, ",")
				said <- address
				_, _ = io.Copy(io.Discard, pipe)
				return
			}
			if err != nil {
				said <- ""
				return
			}
		}
	}()
	address := <-said
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		if err := c.Wait(); err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	if address == "" {
		t.Fatal("the server did not start")
	}
	return "http://" + address
}

func get(t *testing.T, url, secret string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		request.Header.Set("Authorization", "Bearer "+secret)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestServeCheckAndBackupBesideIt(t *testing.T) {
	dir := t.TempDir()
	data, copied, restored := filepath.Join(dir, "demo"), filepath.Join(dir, "copy"), filepath.Join(dir, "restored")
	must(t, 0, "demo", "--months", "0", "--headless", "--data", data)
	url := serving(t, "--data", data)
	for _, page := range []string{"/", "/receivables", "/receivables/rcv_1-1-E", "/v1/overview", "/openapi.json", "/healthz"} {
		if status, body := get(t, url+page, ""); status != 200 || body == "" {
			t.Errorf("%s: %d", page, status)
		}
	}
	must(t, 0, "check", "--data", data)
	must(t, 0, "backup", "--data", data, copied)
	if o := millrace(t, "serve", "--data", data); o.code == 0 {
		t.Error("a second server on one data directory")
	}
	must(t, 0, "restore", "--data", restored, copied)
	must(t, 0, "check", "--data", restored)
}

func TestServeAsksForKeys(t *testing.T) {
	data := filepath.Join(t.TempDir(), "books")
	if o := must(t, 2, "serve", "--data", data, "--listen", "0.0.0.0:0"); !strings.Contains(o.stderr, "loopback") {
		t.Errorf("message: %s", o.stderr)
	}
	c := command(t, "serve", "--data", data, "--listen", "nowhere", "--new-key", "desk")
	out, err := c.Output()
	if err == nil {
		t.Fatal("it listens nowhere")
	}
	_, rest, _ := strings.Cut(string(out), "mlr_")
	secret, _, _ := strings.Cut("mlr_"+rest, "\n")
	url := serving(t, "--data", data)
	if status, _ := get(t, url+"/v1/parties", ""); status != http.StatusUnauthorized {
		t.Errorf("without a key: %d", status)
	}
	if status, _ := get(t, url+"/v1/parties", secret); status != http.StatusOK {
		t.Errorf("with the key: %d", status)
	}
}

// A table is read by its mapping: good rows are kept beside bad ones, which are named by row, column and value.
func TestIngestReadsTables(t *testing.T) {
	data := filepath.Join(t.TempDir(), "books")
	table, mapping := filepath.Join("testdata", "tables", "orders.csv"), filepath.Join("testdata", "tables", "orders.json")
	o := must(t, 2, "ingest", "--json", "--data", data, "--mapping", mapping, table)
	if s := last[ingestSummary](t, o); s != (ingestSummary{Files: 3, Accepted: 2, Rejected: 1}) {
		t.Fatalf("%+v\n%s", s, o.stdout)
	}
	want := `orders.csv:4: column G \"Quantity\": \"one hundred\" is not a quantity`
	if encoded := strings.ReplaceAll(o.stdout, `\\\"`, `\"`); !strings.Contains(encoded, want) {
		t.Errorf("no %s in %s", want, o.stdout)
	}
	again := last[ingestSummary](t, must(t, 2, "ingest", "--json", "--data", data, "--mapping", mapping, table))
	if again != (ingestSummary{Files: 3, Duplicate: 2, Rejected: 1}) {
		t.Errorf("the same table again: %+v", again)
	}
	must(t, 0, "check", "--data", data)
	if o := must(t, 2, "ingest", table); !strings.Contains(o.stdout, "--mapping") {
		t.Errorf("without a mapping: %s", o.stdout)
	}
	if o := must(t, 2, "ingest", "--mapping", table, table); !strings.Contains(o.stderr, "not well-formed JSON") {
		t.Errorf("a table as mapping: %s", o.stderr)
	}
}

// supplierFinance makes the tables of the demo's buyer, who is in its trial balance, by one command each.
func supplierFinance(t *testing.T, data, balance string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(balance)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	buyer := ""
	for _, row := range rows {
		if buyer == "" && slices.Contains(row, "purchases") {
			buyer = row[0]
		}
	}
	arguments := []string{"report", "supplier-finance", "--data", data, "--entity", buyer, "--from", "2026-01-01", "--until", "2026-12-31", "--standard"}
	tables, err := csv.NewReader(strings.NewReader(must(t, 0, append(arguments, "us-gaap")...).stdout)).ReadAll()
	if err != nil || len(tables) < 8 || tables[0][0] != "citation" {
		t.Fatalf("%v %v", tables, err)
	}
	sums := map[string]string{}
	for _, row := range tables[1:] {
		sums[row[1]] = row[7]
	}
	if sums["invoices confirmed"] == "" || sums["confirmed invoices paid"] != "-"+sums["invoices confirmed"] || sums["confirmed obligations outstanding at the end"] != "0.00" {
		t.Errorf("%v", sums)
	}
	if o := must(t, 0, append(arguments, "ifrs", "--json")...); !strings.Contains(o.stdout, `"citation":"IAS 7.44H(b)(ii)"`) {
		t.Errorf("%s", o.stdout)
	}
	must(t, 2, append(arguments, "hgb")...)
	must(t, 2, "report", "supplier-finance", "--data", data, "--from", "2026-01-01", "--until", "2026-12-31", "--standard", "ifrs")
	must(t, 2, "report", "supplier-finance", "--data", data, "--from", "2026-01-01", "--until", "2025-12-31", "--standard", "ifrs", "--entity", buyer)
	must(t, 2, "report", "supplier-finance", "--data", data, "--from", "2026-01-01", "--until", "2026-12-31", "--standard", "ifrs", "--entity", "pty_1-999-X")
}
