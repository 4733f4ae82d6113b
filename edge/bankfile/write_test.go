package bankfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/credittransfer"
	"millrace/edge/document/documenttest"
	"millrace/edge/markup"
	"millrace/edge/statement"
)

const created = "2026-11-20T18:00:00Z"

func day(text string) calendar.Date {
	d, _ := calendar.Parse(text)
	return d
}

func euro() money.Currency {
	c, _ := money.ParseCurrency("EUR")
	return c
}

// valid asks xmllint, which reads the schema file itself.
func valid(t *testing.T, message string, written []byte) {
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

func file(format string) *statement.File {
	f := &statement.File{Format: format, Message: "M-1", Statements: []statement.Statement{{
		ID: "S-1", Number: "17", Account: "DE02120300000000202051", Bank: "XOWBDEX1", Currency: euro(),
		Opening: &statement.Balance{Amount: -100, Currency: euro(), Date: day("2026-11-19")},
		Closing: &statement.Balance{Amount: 200, Currency: euro(), Date: day("2026-11-20")},
		Entries: []statement.Entry{
			{
				Reference: "B-1", Customer: "N-1", Amount: 500, Currency: euro(), Booking: day("2026-11-20"), Value: day("2026-11-21"), State: statement.Booked,
				Code: "PMNT/RCDT/ESCT", Text: "credit", Transactions: []statement.Transaction{{
					Amount: 500, Currency: euro(), EndToEnd: "E-1", Instruction: "I-1", PaymentGroup: "G-1", Bank: "B-1.1", Mandate: "D-1",
					UETR:   credittransfer.UETR("k"),
					Debtor: statement.Counterparty{Name: "Käufer & Söhne", Account: "12-34", Bank: "XSBXDEX1"}, Creditor: statement.Counterparty{Name: "We", Account: "DE89370400440532013000"},
					Remittance: []string{"invoice <7>", "of November"},
					References: []statement.Reference{{Kind: "SCOR", Number: "RF18539007547034"}, {Kind: "CINV", Number: "7", Amount: 450}}, Charges: 25,
				}},
			},
			{
				Reference: "B-2", Amount: -200, Currency: euro(), Booking: day("2026-11-20"), Value: day("2026-11-20"), State: statement.Booked, Reversal: true,
				Code: "166", Transactions: []statement.Transaction{{Amount: -150, Currency: euro(), EndToEnd: "E-2", Return: "AC04"}, {Amount: -50, Currency: euro(), EndToEnd: "E-3"}},
			},
		},
	}, {
		ID: "S-2", Account: "4711", Currency: euro(),
		Opening: &statement.Balance{Currency: euro(), Date: day("2026-11-20")}, Closing: &statement.Balance{Currency: euro(), Date: day("2026-11-20")},
	}}}
	if format == NotificationFormat {
		for i := range f.Statements {
			f.Statements[i].Opening, f.Statements[i].Closing = nil, nil
		}
	}
	return f
}

func TestStatementsGoRound(t *testing.T) {
	for _, format := range []string{StatementFormat, NotificationFormat} {
		written, err := Statements(file(format), created)
		if err != nil {
			t.Fatal(err)
		}
		valid(t, format, written)
		read, err := statement.Read("round", written, statement.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(file(format), read); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := Statements(&statement.File{Format: "mt940"}, created); err == nil {
		t.Error("another format was written")
	}
	refused := file(StatementFormat)
	refused.Statements[0].ID = strings.Repeat("x", 36)
	if _, err := Statements(refused, created); err == nil {
		t.Error("what the schema refuses was handed out")
	}
}

func TestReportsGoRound(t *testing.T) {
	report := &credittransfer.Report{
		Format: ReportFormat, Message: "R-1", Original: "M-1", Status: "PART", Groups: []credittransfer.GroupReport{
			{Original: "M-1-1", Payments: []credittransfer.PaymentReport{
				{Instruction: "I-1", EndToEnd: "E-1", UETR: credittransfer.UETR("E-1"), Status: "ACSC", Bank: "B-1", Accepted: day("2026-11-20"), Amount: 17_50, Currency: euro()},
				{EndToEnd: "E-2", Status: "RJCT", Reasons: []credittransfer.Reason{{Code: "AC04", Text: strings.Repeat("closed ", 20) + "now"}}},
			}},
			{Original: "M-1-2", Status: "RJCT", Reasons: []credittransfer.Reason{{Code: "AM04"}}},
		},
	}
	written, err := Report(report, created)
	if err != nil {
		t.Fatal(err)
	}
	valid(t, ReportFormat, written)
	read, err := credittransfer.ReadReport("round", written, markup.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if words := strings.Join(strings.Fields(read.Groups[0].Payments[1].Reasons[0].Text), ""); words != strings.Repeat("closed", 20)+"now" {
		t.Error(words)
	}
	read.Groups[0].Payments[1].Reasons[0].Text = report.Groups[0].Payments[1].Reasons[0].Text
	if diff := cmp.Diff(report, read); diff != "" {
		t.Error(diff)
	}
}

func TestCasesGoRound(t *testing.T) {
	recall := credittransfer.Recall{
		Case: "C-1", Original: "M-9", EndToEnd: "E-1", Transaction: "B-1", UETR: credittransfer.UETR("E-1"), Amount: 500, Currency: euro(), Settled: day("2026-11-20"),
		Reason: credittransfer.Reason{Code: "FRAD", Text: "said to be fraud"},
	}
	written, err := Recall(&recall, "A-1", "XOWBDEX1", created)
	if err != nil {
		t.Fatal(err)
	}
	recalls, err := credittransfer.ReadRecalls("round", written, markup.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]credittransfer.Recall{recall}, recalls); diff != "" {
		t.Error(diff)
	}
	answers := []credittransfer.Answer{{Case: "C-1", Status: "RJCR", EndToEnd: "E-1", Single: "RJCR", Reasons: []credittransfer.Reason{{Code: "ARDT", Text: "paid already"}}}}
	if written, err = Answer(answers, "A-2", "XOWBDEX1", created); err != nil {
		t.Fatal(err)
	}
	read, err := credittransfer.ReadAnswers("round", written, markup.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(answers, read); diff != "" {
		t.Error(diff)
	}
}

func TestNumbersOfAccounts(t *testing.T) {
	for number, want := range map[string]bool{
		"DE02120300000000202051": true, "GB82WEST12345698765432": true, "DE02120300000000202052": false, "DE0212030000000020205": false, "12-34": false, "": false,
		"de02120300000000202051": false,
	} {
		if IsIBAN(number) != want {
			t.Error(number)
		}
	}
}
