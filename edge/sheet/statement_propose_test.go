package sheet

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"millrace/domain/money"
	"millrace/edge/document/documenttest"
	"millrace/edge/statement"
)

// What headings and values tell of the tables of five banks, and what comes of reading by it.
func TestProposedMappings(t *testing.T) {
	tables := bankTables(t)
	tables["french"] = []byte("Relevé;\nCompte :;FR7630006000011234567890189\nDate opération;Date valeur;Libellé;Débit (EUR);Crédit (EUR);Solde (EUR)\n20/11/2026;20/11/2026;VIR SEPA DUPONT FACTURE 88;;1 200,50;3 200,50\n19/11/2026;20/11/2026;FRAIS;-4,00;;2 000,00\n")
	tables["ambiguous"] = []byte("Date,Amount,Description,Status\n03/04/2026,\"1,234\",x,ok\n04/04/2026,5,y,held\n")
	tables["two"] = []byte("Date,Transaction Date,Amount,Betrag\n2026-11-20,2026-11-20,5,5\n")
	tables["none"] = []byte("Number,Seller,Total\n1,S,5\n")
	tables["indian"] = []byte("Statement Number:,17,From:,2026-04-01\nDate,Narrative,D/C,Amount in INR\n2026-04-01,NEFT,CR,\"1,234.50\"\n2026-04-02,RTGS,DR,\"1,000.00\"\nTotal,,,\"2,234.50\"\n")
	cover := book{cells: [][]any{{"Divisa:", "EUR"}, {"Cuenta:", "ES9121000418450200051332"}, {"Fecha", "Concepto", "Cargo", "Abono", "Saldo"}, {date("2026-11-19"), "FRA. 7", nil, number("7.5"), number("20.5")}, {date("2026-11-20"), "COMISIÓN", number("0.5"), nil, number("20")}}}
	tables["spanish.xlsx"] = cover.bytes()
	delete(tables, "testdata/statements/spanish.xlsx")
	names := make([]string, 0, len(tables))
	for path := range tables {
		names = append(names, path)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, path := range names {
		fmt.Fprintf(&b, "%s: ", filepath.Base(path))
		m, err := ProposeStatementMapping(path, tables[path], Limits{})
		if err != nil {
			fmt.Fprintln(&b, err)
			continue
		}
		written, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n", written)
		file, err := ReadStatement(filepath.Base(path), tables[path], m, Limits{})
		if err != nil {
			fmt.Fprintln(&b, err)
			continue
		}
		for i := range file.Statements {
			s := &file.Statements[i]
			fmt.Fprintf(&b, "  %s: %d entries, %s, %s to %s\n", s.Account, len(s.Entries), []string{"", "balances not told", "adds up", "does not add up"}[s.Prove()], shownBalance(s.Opening), shownBalance(s.Closing))
		}
	}
	documenttest.Golden(t, "testdata/proposals.golden", b.String())
}

func shownBalance(b *statement.Balance) string {
	if b == nil {
		return "-"
	}
	return money.Format(b.Amount, b.Currency) + " " + b.Currency.String()
}

// No input makes reading or proposing panic, and what is proposed is a mapping.
func FuzzReadStatement(f *testing.F) {
	for path, input := range bankTables(f) {
		f.Add(input, load(f, strings.TrimSuffix(path, filepath.Ext(path))+".json"))
	}
	f.Add([]byte(bookingHead+"2026-11-20,5,15,,\n2026-11-20,-5,10,,\n"), []byte(bookings))
	f.Add([]byte(sideHead+"2026-11-20,,5,ok\n"), []byte(sides))
	f.Fuzz(func(t *testing.T, input, mapping []byte) {
		limits := Limits{BytesMax: 1 << 20, UnpackedMax: 4 << 20, RowsMax: 1000, CellsMax: 20_000}
		if m, err := ParseStatementMapping(mapping); err == nil {
			file, err := ReadStatement("fuzz", input, m, limits)
			if (file == nil) == (err == nil) {
				t.Fatal(file, err)
			}
			if file != nil {
				for i := range file.Statements {
					file.Statements[i].Prove()
				}
			}
		}
		m, err := ProposeStatementMapping("fuzz", input, limits)
		if err != nil {
			return
		}
		written, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseStatementMapping(written); err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		var wrong *MappingError
		if _, err := ReadStatement("fuzz", input, m, limits); errors.As(err, &wrong) {
			t.Fatal(err)
		}
	})
}
