package ubl

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/document/documenttest"
)

type manifestEntry struct {
	Path    string `json:"path"`
	Doc     string `json:"doc"`
	Syntax  string `json:"syntax"`
	ID      string `json:"id"`
	Issue   string `json:"issue"`
	Profile string `json:"profile"`
	Custom  string `json:"cust"`
	Ccy     string `json:"ccy"`
	Payable string `json:"payable"`
	Due     string `json:"due"`
	Valid   *bool  `json:"ubl21_xsd_valid"`
}

func manifest(t testing.TB, data string) []manifestEntry {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var entries []manifestEntry
	if err := json.Unmarshal(text, &entries); err != nil {
		t.Fatal(err)
	}
	return entries
}

var typeByName = map[string]trade.Type{
	"Order": trade.Order, "OrderResponse": trade.OrderResponse, "OrderResponseSimple": trade.OrderResponseSimple,
	"DespatchAdvice": trade.DespatchAdvice, "ReceiptAdvice": trade.ReceiptAdvice, "Invoice": trade.Invoice, "CreditNote": trade.CreditNote,
}

func TestManifest(t *testing.T) {
	data := documenttest.Data(t, "trade")
	accepted, rejected, unsupported := 0, 0, 0
	for _, entry := range manifest(t, data) {
		input, err := os.ReadFile(filepath.Join(data, entry.Path))
		if err != nil {
			t.Fatal(err)
		}
		read, err := Read(filepath.Base(entry.Path), input, Limits{})
		kind, supported := typeByName[entry.Doc]
		if !supported || entry.Syntax != "UBL" {
			var other *document.Unsupported
			if !errors.As(err, &other) || other.Type != entry.Doc {
				t.Errorf("%s: got %v, want Unsupported of %s", entry.Path, err, entry.Doc)
			}
			unsupported++
			continue
		}
		if entry.Valid == nil || !*entry.Valid {
			var failed *document.Error
			if !errors.As(err, &failed) {
				t.Errorf("%s: got %v, want an error: the schema refuses it", entry.Path, err)
			}
			rejected++
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", entry.Path, err)
			continue
		}
		accepted++
		if read.Type != kind {
			t.Errorf("%s: type %v, want %v", entry.Path, read.Type, kind)
		}
		compareWithManifest(t, entry, read)
	}
	if accepted < 200 || rejected < 7 || unsupported < 100 {
		t.Errorf("%d accepted, %d rejected, %d unsupported: the corpus is not what it was", accepted, rejected, unsupported)
	}
	t.Logf("%d accepted, %d rejected, %d unsupported", accepted, rejected, unsupported)
}

func compareWithManifest(t *testing.T, entry manifestEntry, d document.Document) {
	t.Helper()
	equal := func(what, got, want string) {
		if got != want {
			t.Errorf("%s: %s %q, want %q", entry.Path, what, got, want)
		}
	}
	blanks := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	equal("number", d.Number, blanks(entry.ID))
	equal("issue date", d.Issued.String(), entry.Issue)
	equal("customization", d.Customization, blanks(entry.Custom))
	equal("profile", d.Profile, blanks(entry.Profile))
	if entry.Ccy != "" {
		equal("currency", d.Currency.String(), entry.Ccy)
	}
	if entry.Due != "" {
		equal("due date", d.Due.String(), entry.Due)
	}
	if entry.Payable != "" {
		want, err := money.Parse(entry.Payable, d.Currency)
		if err != nil && !errors.Is(err, money.ErrPrecision) {
			t.Fatal(err)
		}
		equal("payable", money.Format(d.Totals.Payable, d.Currency), money.Format(want, d.Currency))
	}
	if _, ok := calendar.Parse(d.Issued.String()); !ok {
		t.Errorf("%s: no issue date", entry.Path)
	}
}
