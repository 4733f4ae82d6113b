package credittransfer

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/document/documenttest"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// valid asks xmllint, which reads the schema file itself.
func valid(t *testing.T, written []byte) {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is not on PATH: install it (Debian: apt-get install libxml2-utils)")
	}
	path := filepath.Join(t.TempDir(), "written.xml")
	if err := os.WriteFile(path, written, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(program, "--nonet", "--noout", "--schema", filepath.Join(documenttest.Data(t, "bank"), "xsd", message+".xsd"), path).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
}

func currency(code string) money.Currency {
	c, _ := money.ParseCurrency(code)
	return c
}

func day(text string) calendar.Date {
	d, _ := calendar.Parse(text)
	return d
}

// file is three payments: two leave one account on one day, the third in another currency.
func file() *File {
	debtor := Account{
		Holder: "Millrace Collection & Trust", IBAN: "DE02120300000000202051", BIC: "BYLADEM1001",
		Address: Address{Street: "Lange Straße", Building: "7", PostCode: "60311", Town: "Frankfurt am Main", Country: "DE"},
	}
	return &File{
		Message: "F-20261120-1", Created: "2026-11-20T17:00:00Z", Sender: "Millrace",
		Payments: []Payment{
			{
				Key: "pay_1-17-AB", Debtor: debtor, Amount: 9_876_54, Currency: currency("EUR"), Execution: day("2026-11-23"), Purpose: "SUPP", Text: "fin_1-4-X <invoice 417>",
				Creditor: Account{Holder: "Großhandel Süd GmbH", IBAN: "NL91ABNA0417164300", Address: Address{PostCode: "1012 AB", Town: "Amsterdam", Country: "NL"}},
			},
			{
				Key: "pay_1-18-CD", Debtor: debtor, Amount: 50, Currency: currency("EUR"), Execution: day("2026-11-23"), Reference: "RF18539007547034",
				Creditor: Account{Holder: "Keeper", IBAN: "DE89370400440532013000"},
			},
			{
				Key: "pay_1-19-EF", Debtor: debtor, Amount: 120_000, Currency: currency("JPY"), Execution: day("2026-11-23"),
				Creditor:  Account{Holder: "Osaka Parts", Number: "0012-3456789", BIC: "BOTKJPJT"},
				Documents: []Reference{{"CINV", "INV-9", day("2026-10-30"), 130_000}, {"CREN", "CN-1", 0, 10_000}},
			},
		},
	}
}

func TestWrittenFilesAreValid(t *testing.T) {
	written, err := Write(file())
	if err != nil {
		t.Fatal(err)
	}
	valid(t, written)
	documenttest.Golden(t, "testdata/written.golden", string(written))
}

// What the schema refuses is never handed out, and the error names it.
func TestWhatNoBankWouldTake(t *testing.T) {
	for _, test := range []struct {
		change func(p *Payment)
		field  string
	}{
		{func(p *Payment) { p.Key = strings.Repeat("k", 36) }, "CdtTrfTxInf/PmtId/InstrId"},
		{func(p *Payment) { p.Key = "" }, "CdtTrfTxInf/PmtId/EndToEndId"},
		{func(p *Payment) { p.Amount = -1 }, "CdtTrfTxInf/Amt/InstdAmt"},
		{func(p *Payment) { p.Creditor.IBAN = "12" }, "CdtTrfTxInf/CdtrAcct/Id/IBAN"},
		{func(p *Payment) { p.Creditor.Holder = strings.Repeat("ü", 141) }, "CdtTrfTxInf/Cdtr/Nm"},
		{func(p *Payment) { p.Text = strings.Repeat("t", 141) }, "CdtTrfTxInf/RmtInf/Ustrd"},
		{func(p *Payment) { p.Creditor.Address.Country = "Holland" }, "CdtTrfTxInf/Cdtr/PstlAdr/Ctry"},
		{func(p *Payment) { p.Creditor.BIC = "short" }, "CdtTrfTxInf/CdtrAgt/FinInstnId/BICFI"},
	} {
		f := file()
		test.change(&f.Payments[0])
		_, err := Write(f)
		var failed *document.Error
		if !errors.As(err, &failed) || !strings.HasSuffix(failed.Field, test.field) {
			t.Errorf("%s: %v", test.field, err)
		}
	}
	if _, err := Write(&File{Message: "m"}); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestTheReferenceOfAKeyIsAlwaysTheSame(t *testing.T) {
	seen := map[string]bool{}
	for i := range 1000 {
		made := UETR(fmt.Sprint(i))
		if !uuid.MatchString(made) || seen[made] || made != UETR(fmt.Sprint(i)) {
			t.Fatal(made)
		}
		seen[made] = true
	}
}

// Reports of banks, as read: the samples, and one with a part rejected.
func TestReports(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(documenttest.Data(t, "bank"), "*+*", "*pain*002*"))
	if err != nil || len(paths) < 5 {
		t.Fatal(err, paths)
	}
	paths = append(paths, filepath.Join(documenttest.Data(t, "bank"), "moov-io+iso20022", "valid_pain_v11.xml"), "testdata/answers/partial.xml")
	var b strings.Builder
	for _, path := range paths {
		r, err := ReadReport(filepath.Base(path), read1(t, path), markup.Limits{})
		if err != nil {
			t.Error(err)
			continue
		}
		fmt.Fprintf(&b, "%s: %s on %s: %q %v\n", filepath.Base(path), r.Format, r.Original, r.Status, r.Reasons)
		for _, g := range r.Groups {
			fmt.Fprintf(&b, "  %s: %q %v\n", g.Original, g.Status, g.Reasons)
			for _, p := range g.Payments {
				fmt.Fprintf(&b, "    %s/%s: %q %s %v\n", p.Instruction, p.EndToEnd, p.Status, p.Bank, p.Reasons)
			}
		}
	}
	documenttest.Golden(t, "testdata/reports.golden", b.String())
}

func read1(t *testing.T, path string) []byte {
	t.Helper()
	input, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return input
}

// A payment has its own status, or its group's, or the file's.
func TestAPartOfAFileIsRejected(t *testing.T) {
	r, err := ReadReport("partial", read1(t, "testdata/answers/partial.xml"), markup.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]Outcome{"pay-1": Settled, "pay-2": Rejected, "pay-3": Rejected} {
		p, found := r.Of(key)
		if !found || p.Status.Outcome() != want {
			t.Errorf("%s: %+v", key, p)
		}
	}
	two, _ := r.Of("pay-2")
	three, _ := r.Of("pay-3")
	one, _ := r.Of("pay-1")
	if two.Reasons[0].String() != "AC04: Account closed since 2026-10-01" || two.Amount != 17_50 || three.Reasons[0].Code != "DT01" || one.Bank != "B-1" || one.Accepted != day("2026-11-20") {
		t.Errorf("%+v %+v %+v", one, two, three)
	}
	if _, found := r.Of("pay-4"); found || r.Status.Outcome() != Mixed {
		t.Error(r)
	}
	for status, want := range map[Status]Outcome{"ACTC": Open, "ACCP": Open, "PDNG": Open, "ACSP": Open, "ACWC": Open, "": Open, "ACCC": Settled, "CANC": Rejected} {
		if status.Outcome() != want {
			t.Error(status)
		}
	}
}

func TestRecalls(t *testing.T) {
	recalls, err := ReadRecalls("recall", read1(t, "testdata/answers/recall.xml"), markup.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	answers, err := ReadAnswers("answer", read1(t, "testdata/answers/answer.xml"), markup.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	read, err := json.MarshalIndent([]any{recalls, answers}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	documenttest.Golden(t, "testdata/recalls.golden", string(read)+"\n")
}

// TestErrors holds the reasons of answers against their golden text; those of every message have their reproducers with package iso20022.
func TestErrors(t *testing.T) {
	met := documenttest.Errors(t, func(_, name string, input []byte) error {
		if strings.HasPrefix(iso20022.MessageOf(input, markup.Limits{}), "pain.001.") {
			_, err := Read(name, input, markup.Limits{})
			return err
		}
		_, err := ReadReport(name, input, markup.Limits{})
		return err
	})
	if !met[documenttest.Unsupported] {
		t.Error("no reproducer of a message of another kind")
	}
	documenttest.Covered(t, own, met)
}
