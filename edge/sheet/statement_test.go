package sheet

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"millrace/edge/document"
	"millrace/edge/document/documenttest"
	"millrace/edge/statement"
)

func statementMapping(t testing.TB, text string) StatementMapping {
	t.Helper()
	m, err := ParseStatementMapping([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// spanish is a workbook of a bank that writes what goes out below zero in its own column.
func spanish() []byte {
	w := book{first: `<sheet name="Portada" sheetId="1" r:id="rId2"/>`}
	w.cells = [][]any{
		{"Extracto n.º 2026/47"}, {"Titular:", "Millrace Cobros S.L.", "Divisa:", "EUR"}, {"Saldo inicial"}, {number("15000.1")},
		{"Cuenta", "Fecha operación", "Fecha valor", "Concepto", "Observaciones", "Cargo", "Abono", "Saldo"},
		{"ES91 2100 0418 4502 0005 1332", date("2026-11-18"), date("2026-11-18"), "TRANSF. A SU FAVOR", "FRA. 2026/118 Aceros Ibéricos", nil, number("8200.3500000000004"), number("23200.45")},
		{"ES91 2100 0418 4502 0005 1332", date("2026-11-19"), date("2026-11-19"), "TRANSFERENCIA EMITIDA", "FIN-1-3-M", number("-5000"), nil, number("18200.45")},
		{"ES91 2100 0418 4502 0005 1332", "19/11/2026", "19/11/2026", "COMISIÓN", nil, "-3,25", nil, "18.197,20"},
		{"ES91 2100 0418 4502 0005 1332", nil, nil, "Saldo final", nil, nil, nil, number("18197.2")},
	}
	w.parts = map[string]string{"xl/workbook.xml": `<workbook ` + workbookNamespace + `><sheets><sheet name="Portada" sheetId="1" r:id="rId2"/><sheet name="Movimientos" sheetId="9" r:id="rId1"/></sheets></workbook>`}
	return w.bytes()
}

// bankTables are tables in the manner of five banks, with their mappings.
func bankTables(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/statements/*.csv")
	if err != nil || len(paths) < 4 {
		t.Fatal(err, paths)
	}
	found := map[string][]byte{"testdata/statements/spanish.xlsx": spanish()}
	for _, path := range paths {
		found[path] = load(t, path)
	}
	return found
}

// Tables in the manner of five banks are read by their mappings, to the cent, and add up.
func TestBankTables(t *testing.T) {
	for path, input := range bankTables(t) {
		stem := strings.TrimSuffix(path, filepath.Ext(path))
		file, err := ReadStatement(filepath.Base(path), input, statementMapping(t, string(load(t, stem+".json"))), Limits{})
		if err != nil {
			t.Error(err)
			continue
		}
		for i := range file.Statements {
			if s := &file.Statements[i]; s.Prove() != statement.Balanced {
				t.Errorf("%s: %+v %+v", path, s.Opening, s.Closing)
			}
		}
		read, err := json.MarshalIndent(file, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		documenttest.Golden(t, stem+".golden", string(read)+"\n")
	}
}

// A mapping is its JSON, and its JSON is it.
func TestStatementMappingsAreTheirJSON(t *testing.T) {
	paths, _ := filepath.Glob("testdata/statements/*.json")
	for _, path := range paths {
		m := statementMapping(t, string(load(t, path)))
		written, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(statementMapping(t, string(written))); string(again) != string(written) || !IsStatementMapping(written) {
			t.Errorf("%s\n%s", written, again)
		}
	}
	if _, err := ParseMapping(load(t, paths[0])); err == nil {
		t.Error("a mapping of statements was taken for one of documents")
	}
}

// Every mistake of a mapping is named at once.
func TestStatementMappingMistakes(t *testing.T) {
	_, err := ParseStatementMapping([]byte(`{"document": "invoice", "sign": "minus", "order": "up", "delimiter": "::", "encoding": "latin-1", "decimal_mark": ".", "thousands_mark": ".",
		"currency": "EURO", "header_row": -1, "first_row": 3, "date_format": "MMMM YY", "account": "1", "colour": 1, "skip_words": ["*"], "credit_words": ["C"],
		"columns": [{"header": "A", "field": "amount"}, {"header": "B", "letter": "C", "field": "debit"}, {"letter": "XFE", "field": "total"}, {"header": "D", "field": "amount", "date_format": "YY"},
			{"header": "E", "field": "state"}, {"header": "F", "field": "own_account"}],
		"cells": [{"field": "account", "at": "4"}, {"field": "account", "at": "B4", "label": "x"}, {"field": "saldo", "label": "x", "place": "left"}, {"field": "opening", "at": "B1", "place": "below"}]}`))
	var wrong *MappingError
	if !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	documenttest.Golden(t, "testdata/mappings/statement.golden", err.Error()+"\n")
}

const bookings = `{"document": "statement", "currency": "EUR", "columns": [{"header": "Date", "field": "booking_date"}, {"header": "Amount", "field": "amount"}, {"header": "Balance", "field": "balance"},
	{"header": "Text", "field": "text"}, {"header": "Cur", "field": "currency"}]}`

const sides = `{"document": "statement", "currency": "EUR", "booked_words": ["ok"], "columns": [{"header": "Date", "field": "booking_date"}, {"header": "In", "field": "credit"}, {"header": "Out", "field": "debit"},
	{"header": "State", "field": "state"}]}`

const directed = `{"document": "statement", "currency": "EUR", "credit_words": ["C"], "debit_words": ["D"], "columns": [{"header": "Date", "field": "booking_date"}, {"header": "Amount", "field": "amount"},
	{"header": "Sign", "field": "direction"}]}`

const (
	bookingHead = "Date,Amount,Balance,Text,Cur\n"
	sideHead    = "Date,In,Out,State\n"
)

// TestStatementErrors reproduces what only statements meet, and that all of it is said at once.
func TestStatementErrors(t *testing.T) {
	celled := strings.Replace(bookings, `"columns"`, `"cells": [{"field": "opening", "label": "Opening"}], "columns"`, 1)
	for code, r := range map[string]struct{ input, mapping string }{
		"headings_missing":   {"a,b\n1,2\n", bookings},
		"cell_missing":       {"Opening\n" + bookingHead + "2026-11-20,1,,,\n", celled},
		"cell_repeated":      {"Opening,1\nOpening,2\n" + bookingHead + "2026-11-20,1,,,\n", celled},
		"amount_fine":        {bookingHead + "2026-11-20,1.005,,,\n2026-11-20,1.0050,,,BHD\n", bookings},
		"amount_twice":       {sideHead + "2026-11-20,1,2,ok\n", sides},
		"sign_wrong":         {sideHead + "2026-11-20,,-2,ok\n2026-11-20,-1,,ok\n", sides},
		"direction_unknown":  {"Date,Amount,Sign\n2026-11-20,1,X\n2026-11-20,-1,C\n2026-11-20,1,\n", directed},
		"state_unknown":      {sideHead + "2026-11-20,1,,maybe\n", sides},
		"order_unknown":      {bookingHead + "2026-11-20,5,15,,\n2026-11-20,-5,10,,\n", bookings},
		"balance_broken":     {bookingHead + "2026-11-19,5,15,,\n2026-11-20,-5,11,,\n", bookings},
		"statements_several": {"Opening,1\n" + bookingHead + "2026-11-20,1,,,EUR\n2026-11-20,1,,,USD\n", celled},
		"faults_exceeded":    {bookingHead + strings.Repeat("2026-11-31,1,,,\n", 101), bookings},
		"several":            {bookingHead + "2026-11-31,1.234,x,t,EURO\n,,,t\n20.11.2026,\"1,00\",1,t,\n2026-11-20,1,2,t,EUR,7\n", bookings},
	} {
		_, err := ReadStatement("bank.csv", []byte(r.input), statementMapping(t, r.mapping), Limits{})
		var failed *document.Error
		if err == nil || !errors.As(err, &failed) || code != "several" && !strings.Contains(err.Error(), reasonText(code)) {
			t.Errorf("%s is not reproduced: %v", code, err)
			continue
		}
		documenttest.Golden(t, "testdata/errors/statement_"+code+".golden", err.Error()+"\n")
	}
}

func reasonText(code string) string {
	reason, _ := StatementCodes.Find(code)
	return reason.Message
}

// Each code that only statements meet is explained once, and stands for nothing else.
func TestStatementCodes(t *testing.T) {
	seen := map[string]bool{}
	for _, reason := range StatementCodes {
		if seen[reason.Code] || reason.Message == "" || !strings.HasSuffix(reason.Sentence, ".") {
			t.Errorf("%+v", reason)
		}
		seen[reason.Code] = true
	}
}

// The order of bookings is told by their balances, else by their days.
func TestOrderOfBookings(t *testing.T) {
	for _, test := range []struct{ rows, order, want string }{
		{"2026-11-20,5,15,b,\n2026-11-20,10,10,a,\n", "", "ab"},
		{"2026-11-20,10,10,a,\n2026-11-20,5,15,b,\n", "", "ab"},
		{"2026-11-20,5,,b,\n2026-11-19,10,,a,\n", "", "ab"},
		{"2026-11-19,5,,a,\n2026-11-20,10,,b,\n2026-11-18,10,,c,\n", "", "abc"},
		{"2026-11-20,5,15,a,\n2026-11-20,-5,10,b,\n", "ascending", "ab"},
		{"2026-11-20,5,15,b,\n2026-11-20,-5,10,a,\n", "descending", "ab"},
	} {
		m := statementMapping(t, bookings)
		m.Order = test.order
		file, err := ReadStatement("x.csv", []byte(bookingHead+test.rows), m, Limits{})
		if err != nil {
			t.Error(test, err)
			continue
		}
		got := ""
		for _, e := range file.Statements[0].Entries {
			got += e.Transactions[0].Remittance[0]
		}
		if got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

// How banks write an amount below zero, and with their currency.
func TestAmountsOfBanks(t *testing.T) {
	r := statementReader{mapping: &StatementMapping{CurrencyMarks: []string{"EUR", "€"}}, plain: Mapping{DecimalMark: ",", ThousandsMark: "."}}
	for text, want := range map[string]int64{
		"1.234,56": 123456, "-1.234,56": -123456, "1.234,56-": -123456, "1.234,56 -": -123456, "(1.234,56)": -123456, "1.234,56+": 123456, "+1.234,56": 123456,
		"€ 5,00": 500, "-€5,00": -500, "5,00 €": 500, "5,00- EUR": -500, "EUR 5": 500, "−5,00": -500, "(€5)": -500, "€ -5,00": 0, "0,00": 0,
	} {
		value, code := r.number(cell{text: text}, 978)
		if text == "€ -5,00" {
			if code != "" || value != -500 {
				t.Errorf("%q: %d %s", text, value, code)
			}
			continue
		}
		if code != "" || int64(value) != want {
			t.Errorf("%q: %d %s", text, value, code)
		}
	}
	for _, text := range []string{"", "-", "1,234.56", "1.23,4", "(5", "-(5)", "--5", "(-5)", "-5-", "5 USD", "1,005", "12.34"} {
		if value, code := r.number(cell{text: text}, 978); code == "" {
			t.Errorf("%q was taken for %d", text, value)
		}
	}
}

// Dates with years of two digits and months by their names.
func TestDatesOfBanks(t *testing.T) {
	for _, test := range []struct{ format, text, want string }{
		{"DD.MM.YY", "20.11.26", "2026-11-20"}, {"DD.MM.YY", "20.11.85", "1985-11-20"}, {"D MMM YYYY", "5 Nov 2026", "2026-11-05"}, {"DD-MMM-YY", "05-DÉC-26", "2026-12-05"},
		{"D. MMM YYYY", "5. März 2026", "2026-03-05"}, {"DDMMMYYYY", "05AGO2026", "2026-08-05"}, {"D MMM YYYY*", "5 janv. 2026 10:22", "2026-01-05"},
		{"D MMM YYYY", "5 Foo 2026", ""}, {"DD.MM.YY", "20.11.2026", ""}, {"D MMM YYYY", "31 Nov 2026", ""},
	} {
		parts, err := parseStatementDateFormat(test.format)
		if err != nil {
			t.Error(test.format, err)
			continue
		}
		got, ok := dateByParts(test.text, parts)
		if ok != (test.want != "") || ok && got.String() != test.want {
			t.Errorf("%+v: %v %t", test, got, ok)
		}
	}
}
