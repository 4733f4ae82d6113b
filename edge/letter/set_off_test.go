package letter_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/edge/letter"
	"millrace/edge/locale"
)

func setOffNotice() letter.SetOff {
	date, _ := calendar.Of(2026, 9, 1)
	return letter.SetOff{
		Date: date, Run: "sor_1-1-S", Operator: letter.Party{Name: "Spreekanal Finanzplattform GmbH", City: "Berlin", PostalCode: "10178", Country: "DE"},
		Party: letter.Party{Name: "Plošnospoj Turčava s.r.o.", Street: "Nábrežná 4", PostalCode: "911 01", City: "Trenčín", Country: "SK"}, PartyID: "pty_1-5-H",
		Currency: "EUR", Total: "2,150.00", Consent: "soc_1-1-8", Standing: true, Hash: strings.Repeat("ab", 32), Name: strings.Repeat("cd", 20),
		Debts: []letter.SetOffEntry{{Reference: "sol_1-1-A", With: "宁波轴承有限公司", WithID: "pty_1-7-3", Invoice: "RG-4400", Due: "2026-08-30", Amount: "18,400.00", SetOff: "2,150.00", Left: "16,250.00"}},
		Claims: []letter.SetOffEntry{
			{Reference: "sol_1-2-8", With: "Sázavin Elektronika s.r.o.", WithID: "pty_1-6-5", Amount: "2,000.00", SetOff: "2,000.00", Left: "0.00"},
			{Reference: "sol_1-3-6", With: "Gießerei Rottmühl GmbH, Werk für Großteile und Kokillenguss", WithID: "pty_1-8-1", Invoice: "2026/0815", Due: "2026-09-01", Amount: "900.00", SetOff: "150.00", Left: "750.00"},
		},
	}
}

func TestASetOffNoticeAsText(t *testing.T) {
	got, err := setOffNotice().Text()
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "set_off.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || got != string(want) {
		t.Errorf("%v; the notice reads\n%s", err, got)
	}
}

// The PDF says the same; the same notice gives the same bytes; every line of a long one is there.
func TestASetOffNoticeAsPDF(t *testing.T) {
	n := setOffNotice()
	pdf, err := letter.WriteSetOff(n)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := letter.WriteSetOff(n); err != nil || !bytes.Equal(pdf, again) {
		t.Errorf("the same notice gives other bytes: %v", err)
	}
	shown := textOf(t, pdf)
	for _, want := range []string{"Notice of set-off", "sol_1-1-A", "宁波轴承有限公司", "16,250.00", "Sázavin Elektronika", "Kokillenguss", n.Hash, n.Name, "value added tax"} {
		if !strings.Contains(strings.ReplaceAll(shown, "\n", " "), want) {
			t.Errorf("the notice does not say %q:\n%s", want, shown)
		}
	}
	for i := range 200 {
		e := n.Claims[0]
		e.Reference = fmt.Sprintf("sol_1-%d-X", 1000+i)
		n.Claims = append(n.Claims, e)
	}
	if pdf, err = letter.WriteSetOff(n); err != nil {
		t.Fatal(err)
	}
	shown = textOf(t, pdf)
	for i := range 200 {
		if reference := fmt.Sprintf("sol_1-%d-X", 1000+i); !strings.Contains(shown, reference) {
			t.Fatalf("%s is missing", reference)
		}
	}
}

func TestASetOffNoticeInChinese(t *testing.T) {
	n := setOffNotice()
	n.Language = locale.Chinese
	text, err := n.Text()
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "set_off.zh-Hans.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || text != string(want) {
		t.Errorf("%v; the notice reads\n%s", err, text)
	}
	pdf, err := letter.WriteSetOff(n)
	if err != nil {
		t.Fatal(err)
	}
	shown := textOf(t, pdf)
	for _, want := range []string{"抵销通知", "结算编号", "宁波轴承有限公司", "Sázavin Elektronika", n.Hash} {
		if !strings.Contains(shown, want) {
			t.Errorf("the notice does not say %q:\n%s", want, shown)
		}
	}
}

func TestASetOffNoticeIsWhole(t *testing.T) {
	for field, change := range map[string]func(*letter.SetOff){
		"run": func(n *letter.SetOff) { n.Run = "" }, "date": func(n *letter.SetOff) { n.Date = 0 }, "total": func(n *letter.SetOff) { n.Total = " " },
		"certificate": func(n *letter.SetOff) { n.Hash = "" }, "currency": func(n *letter.SetOff) { n.Currency = "" },
		"party": func(n *letter.SetOff) { n.Party.Name, n.PartyID = "", "" },
	} {
		n := setOffNotice()
		change(&n)
		var missing *letter.Missing
		if _, err := letter.WriteSetOff(n); !errors.As(err, &missing) || missing.Field != field {
			t.Errorf("without %s: %v", field, err)
		}
		if _, err := n.Text(); !errors.As(err, &missing) || missing.Field != field {
			t.Errorf("without %s: %v", field, err)
		}
	}
}

// With cash the notice says what was lent by whom, and what is paid out.
func TestASetOffNoticeTellsOfCash(t *testing.T) {
	n := setOffNotice()
	n.Received, n.Loan = "2,000.00", &letter.SetOffLoan{Amount: "150.00", Funder: "宁波银行", FunderID: "pty_1-9-9", Financing: "fin_1-4-2", Rate: "6.2000", Due: "2026-11-30"}
	borrowed, err := n.Text()
	if err != nil {
		t.Fatal(err)
	}
	n.Loan, n.Received, n.Taken, n.Holder = nil, "2,500.00", "350.00", "Treuhandbank Ufer AG"
	taken, err := n.Text()
	if err != nil {
		t.Fatal(err)
	}
	for text, wanted := range map[string][]string{
		borrowed: {"EUR 2,150.00 of what you owe and EUR 2,000.00 of what you are owed", "EUR 150.00 of your debts was paid with cash that 宁波银行 has lent you by financing fin_1-4-2, at 6.2000 % a year", "on 2026-11-30", "is a loan"},
		taken:    {"EUR 350.00 is owed to you in cash", "Treuhandbank Ufer AG holds it for you", "a claim on money"},
	} {
		for _, want := range wanted {
			if !strings.Contains(text, want) {
				t.Errorf("the notice does not say %q:\n%s", want, text)
			}
		}
		if strings.Contains(text, "no money has moved") {
			t.Errorf("it says that no money has moved:\n%s", text)
		}
	}
	n = setOffNotice()
	n.Received, n.Loan = "2,000.00", &letter.SetOffLoan{Amount: "150.00", Funder: "宁波银行", FunderID: "pty_1-9-9", Financing: "fin_1-4-2", Rate: "6.2000", Due: "2026-11-30"}
	pdf, err := letter.WriteSetOff(n)
	if err != nil {
		t.Fatal(err)
	}
	if shown := strings.ReplaceAll(textOf(t, pdf), "\n", " "); !strings.Contains(shown, "宁波银行 has lent you") {
		t.Errorf("%s", shown)
	}
}
