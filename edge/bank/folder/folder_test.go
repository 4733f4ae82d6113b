package folder_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/edge/bank/drop"
	"millrace/edge/bank/folder"
	"millrace/edge/bank/sandbox"
	"millrace/edge/document/documenttest"
	"millrace/edge/intake"
)

var (
	today, _   = calendar.Of(2026, 9, 1)
	euro, _    = money.ParseCurrency("EUR")
	programme  = id.Make[id.Programme](1, 1)
	funder     = id.Make[id.Party](1, 4)
	funding    = bank.Account{Kind: bank.Funding, Programme: programme, Owner: funder}
	collection = bank.Account{Kind: bank.Collection, Programme: programme}
	fees       = bank.Account{Kind: bank.Fees, Programme: programme}
	seller     = intake.BankDetails{IBAN: "DE02120300000000202051", Holder: "Verkäufer & Söhne"}
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func payOf(key string, amount, fee money.Minor) bank.Instruction {
	return bank.Instruction{
		Key: key, Programme: programme, From: funding, Amount: amount, Fee: fee, Currency: euro, RequestedDate: today,
		To:      bank.Destination{Details: seller, Address: bank.Address{Street: "Uferzeile 41", PostCode: "4810", Town: "Gmunden", Country: "AT"}},
		Purpose: payment.Disbursement, Reference: "fin " + key,
	}
}

// town is a bank behind a folder, with the node's side of it.
type town struct {
	t       testing.TB
	dir     string
	files   drop.Files
	date    calendar.Date
	profile sandbox.Profile
	bank    *sandbox.Bank
	desk    *sandbox.Desk
	adapter *folder.Adapter
}

func newTown(t testing.TB, files drop.Files, profile sandbox.Profile) *town {
	t.Helper()
	w := &town{t: t, dir: t.TempDir(), files: files, date: today, profile: profile}
	w.open()
	must(t, w.bank.Carry(funding, money.Amount{Minor: 1_000_000_00, Currency: euro}))
	return w
}

// open is what new processes on both sides find.
func (w *town) open() {
	w.t.Helper()
	var err error
	w.bank, err = sandbox.Open(sandbox.Options{
		Path: filepath.Join(w.dir, "state.json"), Date: func() calendar.Date { return w.date }, Files: w.files, Profile: w.profile, Seed: 7,
	})
	must(w.t, err)
	w.desk, err = sandbox.NewDesk(w.bank, w.dir)
	must(w.t, err)
	w.node()
}

func (w *town) node() {
	w.t.Helper()
	var err error
	w.adapter, err = folder.Open(folder.Options{Dir: w.dir, Sender: "Node", BIC: "XSBXDEX1", Derive: sandbox.IBAN, Resolve: sandbox.AccountOf, Files: w.files})
	must(w.t, err)
}

func (w *town) turn() {
	w.t.Helper()
	must(w.t, w.desk.Turn(context.Background()))
}

func (w *town) send(i bank.Instruction) bank.Outcome {
	w.t.Helper()
	o, err := w.adapter.Send(context.Background(), i)
	must(w.t, err)
	return o
}

func (w *town) query(key string) bank.Outcome {
	w.t.Helper()
	o, err := w.adapter.Query(context.Background(), key)
	must(w.t, err)
	return o
}

// pages gives all that a fresh reader of the folder finds.
func (w *town) pages() (all bank.Page) {
	w.t.Helper()
	for cursor := bank.Cursor(""); ; {
		page, err := w.adapter.Statement(context.Background(), cursor)
		must(w.t, err)
		if page.Empty() {
			return all
		}
		all.Lines, all.Closings, all.Recalls = append(all.Lines, page.Lines...), append(all.Closings, page.Closings...), append(all.Recalls, page.Recalls...)
		cursor = page.Next
	}
}

func (w *town) names(folder string) []string {
	w.t.Helper()
	names, err := drop.Disk{}.List(filepath.Join(w.dir, folder))
	must(w.t, err)
	return names
}

func (w *town) put(path string, content string) {
	w.t.Helper()
	must(w.t, drop.Disk{Unsynced: true}.Put(filepath.Join(w.dir, path), []byte(content)))
}

// valid holds every file against its schema with xmllint, which reads the schema files itself.
func (w *town) valid(folder string) {
	w.t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		w.t.Fatal("xmllint is not on PATH: install it (Debian: apt-get install libxml2-utils)")
	}
	for _, name := range w.names(folder) {
		for part, schema := range map[string]string{
			"camt053": "camt.053.001.08", "camt054": "camt.054.001.08", "pain002": "pain.002.001.11", "pain001": "pain.001.001.09",
		} {
			if !strings.Contains(name, part) {
				continue
			}
			said, err := exec.Command(program, "--nonet", "--noout", "--schema", filepath.Join(documenttest.Data(w.t, "bank"), "xsd", schema+".xsd"),
				filepath.Join(w.dir, folder, name)).CombinedOutput()
			if err != nil {
				w.t.Errorf("%s: %v: %s", name, err, said)
			}
		}
	}
}

var quick = drop.Disk{Unsynced: true}

// A payment with its fee is one booking, comes with its statement, and its outcome is known from there.
func TestPaymentAndItsStatement(t *testing.T) {
	w := newTown(t, quick, sandbox.Profile{})
	if o := w.send(payOf("pay-1", 100_00, 7_00)); o.Status != bank.Pending {
		t.Fatalf("%+v", o)
	}
	first, err := os.ReadFile(filepath.Join(w.dir, "in", "pain001-pay-1.xml"))
	must(t, err)
	for _, wanted := range []string{"<BtchBookg>true</BtchBookg>", "<TwnNm>Gmunden</TwnNm>", "<Ctry>AT</Ctry>", "Verkäufer &amp; Söhne", "<MsgId>pay-1</MsgId>"} {
		if !strings.Contains(string(first), wanted) {
			t.Errorf("%s is not in\n%s", wanted, first)
		}
	}
	// The same attempt is the same file; while it waits it is known to be there.
	if o := w.query("pay-1"); o.Status != bank.Pending {
		t.Errorf("%+v", o)
	}
	w.valid("in")
	w.turn()
	must(t, w.bank.Misbehave("x", sandbox.Misbehaviour{Kind: sandbox.Reject}))
	_, err = w.bank.BuyerPays(programme, money.Amount{Minor: 50_00, Currency: euro}, "Käufer", "invoice 7\nof August", today)
	must(t, err)
	w.turn()
	page := w.pages()
	var got []string
	for _, l := range page.Lines {
		got = append(got, fmt.Sprint(l.Account, " ", l.Amount, " ", l.Payment, " ", l.Counterparty, " ", strings.ReplaceAll(l.Text, "\n", "|")))
	}
	want := []string{
		funding.String() + " -10700 pay-1 Verkäufer & Söhne fin pay-1", fees.String() + " 700 pay-1 " + funding.String() + " fee fin pay-1",
		collection.String() + " 5000  Käufer invoice 7|of August",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if o := w.query("pay-1"); o.Status != bank.Executed || o.Value != today {
		t.Errorf("%+v", o)
	}
	// Sent again by a process that knows nothing, it is not paid again.
	w.node()
	if o := w.send(payOf("pay-1", 100_00, 7_00)); o.Status != bank.Pending {
		t.Errorf("%+v", o)
	}
	w.date = w.date.AddDays(1)
	w.turn()
	page = w.pages()
	if len(page.Lines) != 3 || len(page.Closings) != 3 || w.bank.Executions("pay-1") != 1 {
		t.Errorf("%d lines, %d closings, %d executions", len(page.Lines), len(page.Closings), w.bank.Executions("pay-1"))
	}
	for _, c := range page.Closings {
		if c.Account == funding && (c.Sequence != 1 || c.Opening != 1_000_000_00 || c.Closing != 999_893_00 || c.Lines != 1 || c.Date != today || c.Hash == [32]byte{}) {
			t.Errorf("%+v", c)
		}
	}
	w.valid("out")
	w.valid("taken")
	if problems := w.adapter.Problems(); len(problems) != 0 {
		t.Error(problems)
	}
}

func TestWhatTheBankRefuses(t *testing.T) {
	w := newTown(t, quick, sandbox.Profile{})
	must(t, w.bank.Misbehave("pay-1", sandbox.Misbehaviour{Kind: sandbox.Reject}))
	w.send(payOf("pay-1", 1, 0))
	w.send(payOf("pay-2", 2_000_000_00, 0))
	wrong := payOf("pay-3", 1, 1)
	wrong.To.Details.IBAN = "DE03120300000000202051"
	w.send(wrong)
	w.turn()
	w.pages()
	for key, reason := range map[string]string{"pay-1": "", "pay-2": "AM04: insufficient funds", "pay-3": "AC03: the account of the payee does not exist"} {
		if o := w.query(key); o.Status != bank.Refused || o.Reason == "" || reason != "" && o.Reason != reason {
			t.Errorf("%s: %+v", key, o)
		}
	}
	// A file under the identification of another is refused as a duplicate: what became of the first one stands.
	changed := payOf("pay-2", 5, 0)
	w.node()
	w.send(changed)
	w.turn()
	w.pages()
	if o := w.query("pay-2"); o.Status != bank.Refused || len(w.adapter.Problems()) != 1 || w.adapter.Problems()[0].Code != folder.CodeReportUnknown {
		t.Errorf("%+v, %v", o, w.adapter.Problems())
	}
	// What no bank would take never leaves.
	odd := payOf("pay-4", 1, 0)
	odd.To.Details.IBAN = "12"
	if o := w.send(odd); o.Status == bank.Pending || len(w.names("in")) != 0 {
		t.Errorf("%+v %v", o, w.names("in"))
	}
	if problems := w.adapter.Problems(); len(problems) != 2 || problems[1].Code != folder.CodeInstruction {
		t.Error(problems)
	}
	w.send(payOf("pay-4", 1, 0))
	if problems := w.adapter.Problems(); len(problems) != 1 {
		t.Error(problems)
	}
}

// What can't be booked is a problem until it is mended, and hides nothing else.
func TestProblemsUntilTheyAreMended(t *testing.T) {
	w := newTown(t, quick, sandbox.Profile{})
	_, err := w.bank.BuyerPays(programme, money.Amount{Minor: 50_00, Currency: euro}, "Buyer", "invoice 7", today)
	must(t, err)
	w.turn()
	w.date = w.date.AddDays(1)
	w.turn()
	at := slices.IndexFunc(w.names("out"), func(name string) bool { return strings.Contains(name, "camt053") })
	path := filepath.Join("out", w.names("out")[at])
	good, err := os.ReadFile(filepath.Join(w.dir, path))
	must(t, err)
	number, err := sandbox.IBAN(collection)
	must(t, err)
	for _, wrong := range []struct{ content, code string }{
		{string(good[:len(good)/2]), folder.CodeUnreadable},
		{strings.Replace(string(good), ">50.00<", ">51.00<", 1), folder.CodeUnbalanced},
		{strings.ReplaceAll(string(good), number, "DE02120300000000202051"), folder.CodeAccount},
		{"hello", folder.CodeUnreadable},
		{strings.ReplaceAll(strings.ReplaceAll(string(good), "<BookgDt><Dt>2026-09-01</Dt></BookgDt>", ""), "<ValDt><Dt>2026-09-01</Dt></ValDt>", ""), folder.CodeUndated},
	} {
		w.put(path, wrong.content)
		w.node()
		page := w.pages()
		problems := w.adapter.Problems()
		if len(page.Closings) != 0 || len(page.Lines) != 1 || len(problems) != 1 || problems[0].Code != wrong.code || problems[0].Sentence == "" {
			t.Errorf("%s: %d closings, %d lines, %v", wrong.code, len(page.Closings), len(page.Lines), problems)
		}
		w.put(path, string(good))
		page, err := w.adapter.Statement(context.Background(), "1")
		if err != nil || len(page.Closings) != 1 || len(w.adapter.Problems()) != 0 {
			t.Errorf("%s mended: %+v, %v, %v", wrong.code, page, err, w.adapter.Problems())
		}
	}
	w.put("out/zz", "x")
	w.node()
	w.pages()
	if len(w.adapter.Problems()) != 1 {
		t.Error(w.adapter.Problems())
	}
	must(t, os.Remove(filepath.Join(w.dir, "out", "zz")))
	w.pages()
	if len(w.adapter.Problems()) != 0 {
		t.Error(w.adapter.Problems())
	}
}

// MT940 of another bank is read by its content; its pages are one statement.
func TestStatementsInSWIFT(t *testing.T) {
	w := newTown(t, quick, sandbox.Profile{})
	number, err := sandbox.IBAN(collection)
	must(t, err)
	w.put("out/mt940.sta", strings.Join([]string{
		":20:STARTUMS", ":25:" + number, ":28C:12/1", ":60F:C260831EUR100,00", ":61:2609010901C50,00NTRFE-1//B-1", ":86:?20invoice 7?32Buyer",
		":62M:C260901EUR150,00", "-", ":20:STARTUMS", ":25:" + number, ":28C:12/2", ":60M:C260901EUR150,00", ":61:2609010901D2,00NCHGNONREF//B-2", ":86:charges",
		":62F:C260901EUR148,00", "-", "",
	}, "\r\n"))
	page := w.pages()
	if len(page.Lines) != 2 || page.Lines[0].Reference != "B-1" || page.Lines[0].Amount != 50_00 || page.Lines[1].Nature != bank.Charge || len(w.adapter.Problems()) != 0 {
		t.Fatalf("%+v %v", page, w.adapter.Problems())
	}
	if len(page.Closings) != 1 || page.Closings[0].Opening != 100_00 || page.Closings[0].Closing != 148_00 || page.Closings[0].Sequence != 12 {
		t.Errorf("%+v", page.Closings)
	}
}

// Every message of a real bank is read, or is a problem that says what is wrong with it.
func TestSamplesOfBanks(t *testing.T) {
	w := newTown(t, quick, sandbox.Profile{})
	paths, err := filepath.Glob(filepath.Join(documenttest.Data(t, "bank"), "*+*", "*"))
	if err != nil || len(paths) < 80 {
		t.Fatal(err, len(paths))
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		must(t, err)
		w.put(filepath.Join("out", filepath.Base(path)), string(content))
	}
	page := w.pages()
	if len(page.Lines) != 0 || len(page.Closings) != 0 {
		t.Errorf("%+v", page) // the accounts are nobody's here
	}
	codes := map[string]int{}
	for _, p := range w.adapter.Problems() {
		if p.Sentence == "" || p.File == "" {
			t.Errorf("%+v", p)
		}
		codes[p.Code]++
	}
	if codes[folder.CodeAccount] < 40 || codes[folder.CodeUnreadable] < 20 {
		t.Error(codes)
	}
}

func TestMoneyComesBackAndIsAskedFor(t *testing.T) {
	w := newTown(t, quick, sandbox.Profile{Recall: 1000})
	must(t, w.bank.Misbehave("pay-1", sandbox.Misbehaviour{Kind: sandbox.Return, Polls: 2}))
	w.send(payOf("pay-1", 100_00, 7_00))
	w.turn()
	line, err := w.bank.BuyerPays(programme, money.Amount{Minor: 50_00, Currency: euro}, "Buyer", "invoice 7", today)
	must(t, err)
	w.turn()
	w.turn()
	w.date = w.date.AddDays(1)
	w.turn()
	must(t, w.bank.TakeBack(line, w.date))
	w.turn()
	page := w.pages()
	back := map[string]string{}
	for _, l := range page.Lines {
		if l.ReversalOf != "" {
			back[l.Account.Kind.String()+" "+fmt.Sprint(l.Amount)] = l.ReversalOf
		}
	}
	if len(back) != 3 || back["collection -5000"] != line || back["funding 10700"] == "" || back["fees -700"] == "" {
		t.Error(back)
	}
	if len(page.Recalls) != 1 || page.Recalls[0].Line != line || page.Recalls[0].Account != collection || page.Recalls[0].Amount != 50_00 ||
		!strings.HasPrefix(page.Recalls[0].Reason, "DUPL") {
		t.Errorf("%+v %v", page.Recalls, w.adapter.Problems())
	}
}

func TestOptionsAndConfig(t *testing.T) {
	dir := t.TempDir()
	held := folder.Held{Account: funding, IBAN: "DE02120300000000202051"}
	for _, o := range []folder.Options{
		{}, {Dir: dir, Accounts: []folder.Held{held, held}}, {Dir: dir, Accounts: []folder.Held{{Account: funding}}}, {Dir: dir, Accounts: []folder.Held{{Number: "7"}}},
	} {
		if _, err := folder.Open(o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
	config, err := folder.ReadConfig([]byte(`{"sender": "Node", "bic": "XSBXDEX1", "cut_off": "15:00", "time_zone": "Europe/Berlin", "calendar": "TARGET",
		"accounts": [{"account": "` + funding.String() + `", "iban": "DE02120300000000202051"}]}`))
	if err != nil || len(config.Accounts) != 1 || config.CutOff == nil || config.Sandbox {
		t.Fatalf("%+v, %v", config, err)
	}
	a, err := folder.Open(config.Options(dir))
	must(t, err)
	if _, err := a.Send(context.Background(), payOf("pay-1", 1, 1)); err != nil || len(a.Problems()) != 1 || !strings.Contains(a.Problems()[0].Sentence, "fees/") {
		t.Error(err, a.Problems())
	}
	for content, wanted := range map[string][]string{
		`{`:                            {"EOF"},
		`{"sender": "x"} {}`:           {"after"},
		`{"sender": "x", "colour": 1}`: {"colour"},
		`{"custodian": "x", "cut_off": "25", "other_accounts": "y", "accounts": [{}, {"account": "fees/x"}]}`: {
			"custodian", "sender", "cut-off", "other_accounts", "accounts[0]", "accounts[1]",
		},
		`{"sender": "x", "accounts": [{"account": "` + fees.String() + `", "iban": "DE03120300000000202051"}]}`: {"check digits"},
	} {
		_, err := folder.ReadConfig([]byte(content))
		for _, word := range wanted {
			if err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %v", content, err)
			}
		}
	}
}

// faulty fails or ends the process at the n-th thing that is done to files, before or after it.
type faulty struct {
	drop.Disk
	ops, at, after int
	fails          bool
}

type ended struct{}

var errDisk = errors.New("the disk failed")

func (f *faulty) op(run func() error) error {
	f.ops++
	broken := func() error {
		if !f.fails {
			panic(ended{})
		}
		return errDisk
	}
	if f.ops == f.at && f.after == 0 {
		return broken()
	}
	if err := run(); err != nil || f.ops != f.at {
		return err
	}
	return broken()
}

func (f *faulty) List(folder string) (names []string, err error) {
	err = f.op(func() error { names, err = f.Disk.List(folder); return err })
	return names, err
}

func (f *faulty) Read(path string) (content []byte, err error) {
	err = f.op(func() error { content, err = f.Disk.Read(path); return err })
	return content, err
}

func (f *faulty) Put(path string, content []byte) error {
	return f.op(func() error {
		if f.ops == f.at { // what an end in the middle of it leaves
			_ = os.WriteFile(filepath.Join(filepath.Dir(path), ".new-"+filepath.Base(path)), content[:len(content)/2], 0o600)
		}
		return f.Disk.Put(path, content)
	})
}

func (f *faulty) Move(from, to string) error {
	return f.op(func() error { return f.Disk.Move(from, to) })
}

// step does something with the files; it tells whether that went wrong, after which both sides start anew.
func (w *town) step(run func() error) {
	defer func() {
		if broken := recover(); broken != nil {
			if _, meant := broken.(ended); !meant {
				panic(broken)
			}
			w.files.(*faulty).at = 0
			w.open()
		}
	}()
	if err := run(); err != nil {
		if !errors.Is(err, errDisk) {
			w.t.Fatal(err)
		}
		w.files.(*faulty).at = 0
		w.open()
	}
}

// day sends three payments, lets money come in as a file, and ends the day; whatever is unknown is sent again, as the outbox
// does with a bank that is idempotent.
func (w *town) day() {
	ctx := context.Background()
	w.put("in/world.json", `{"id": "w-1", "to": "`+collection.String()+`", "amount": "50.00", "currency": "EUR", "payer": "Buyer", "text": "invoice 7"}`)
	w.put("in/junk.xml", "<junk/>")
	keys := []bank.Instruction{payOf("pay-1", 100_00, 7_00), payOf("pay-2", 30_00, 0), payOf("pay-3", 5_000_000_00, 0)}
	for round := range 5 {
		for _, i := range keys {
			w.step(func() error {
				o, err := w.adapter.Query(ctx, i.Key)
				if err == nil && o.Status == bank.Unknown {
					_, err = w.adapter.Send(ctx, i)
				}
				return err
			})
		}
		w.step(func() error { return w.desk.Turn(ctx) })
		for cursor, more := bank.Cursor(""), true; more; {
			w.step(func() error {
				more = false
				page, err := w.adapter.Statement(ctx, cursor)
				if err == nil {
					cursor, more = page.Next, !page.Empty()
				}
				return err
			})
		}
		if round == 2 {
			w.date = w.date.AddDays(1)
		}
	}
}

// Whatever is done to a file on either side may fail, or be the last thing that both processes do: no payment is lost, none is
// made twice, every statement comes, and the files that are there are those of an undisturbed day.
func TestFaultAtEveryFile(t *testing.T) {
	calm := newTown(t, quick, sandbox.Profile{})
	calm.day()
	calm.node()
	want := calm.pages()
	if len(want.Lines) != 4 || len(want.Closings) != 3 || len(calm.names("refused")) != 2 {
		t.Fatalf("%+v %v", want, calm.names("refused"))
	}
	for at := 1; ; at++ {
		met := false
		for mode := range 4 {
			f := &faulty{Disk: quick}
			w := newTown(t, f, sandbox.Profile{})
			f.after, f.fails, f.at = mode%2, mode/2 == 1, f.ops+at
			armed := f.at
			w.day()
			met = met || f.ops >= armed
			f.at = 0
			w.open()
			w.turn()
			page := w.pages()
			for i := range page.Closings {
				page.Closings[i].Hash = [32]byte{}
			}
			if diff := cmp.Diff(figures(want), figures(page)); diff != "" {
				t.Fatalf("fault %d, mode %d:\n%s", at, mode, diff)
			}
			for key, want := range map[string]bank.Status{"pay-1": bank.Executed, "pay-2": bank.Executed, "pay-3": bank.Refused} {
				if o := w.query(key); o.Status != want {
					t.Fatalf("fault %d, mode %d: %s is %+v", at, mode, key, o)
				}
			}
			if diff := cmp.Diff(calm.names("refused"), w.names("refused")); diff != "" || len(w.names("in")) != 0 || len(w.adapter.Problems()) != 0 {
				t.Fatalf("fault %d, mode %d: %s %v %v", at, mode, diff, w.names("in"), w.adapter.Problems())
			}
			if w.bank.Executions("pay-1") != 1 || w.bank.Executions("pay-2") != 1 {
				t.Fatalf("fault %d, mode %d: paid twice", at, mode)
			}
		}
		if !met {
			if at < 50 {
				t.Errorf("only %d faults", at)
			}
			return
		}
	}
}

// figures are what pages say, in an order of their own.
func figures(p bank.Page) []string {
	var all []string
	for _, l := range p.Lines {
		all = append(all, fmt.Sprint(l.Account, l.Amount, l.Payment, l.Value, l.Counterparty, l.Text))
	}
	for _, c := range p.Closings {
		all = append(all, fmt.Sprint(c.Account, c.Sequence, c.Date, c.Opening, c.Closing, c.Lines))
	}
	slices.Sort(all)
	return all
}
