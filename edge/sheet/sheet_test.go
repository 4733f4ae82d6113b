package sheet

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/document/documenttest"
)

func load(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func mapping(t testing.TB, text string) Mapping {
	t.Helper()
	m, err := ParseMapping([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func date(text string) calendar.Date {
	d, ok := calendar.Parse(text)
	if !ok {
		panic("no date: " + text)
	}
	return d
}

func readingOf(t *testing.T, name string, input []byte, m Mapping) Reading {
	t.Helper()
	got, err := Read(name, input, m, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func messagesOf(r Reading) []string {
	var all []string
	for _, result := range r.Results {
		for _, err := range result.Errors {
			all = append(all, err.Error())
		}
	}
	return all
}

// firstInvoice is R-1 of testdata/readings/invoices.csv.
func firstInvoice() document.Document {
	return document.Document{
		Type: trade.Invoice, TypeCode: "380", Number: "R-1", Issued: date("2026-11-01"), Due: date("2026-12-31"), Currency: 978, OrderNumber: "B-7",
		Seller: document.Party{LegalName: "Muster Guss GmbH", Country: "DE", Identifiers: []document.Identifier{{Kind: document.IdentifierTax, Scheme: "VAT", Value: "DE000000000"}}},
		Buyer:  document.Party{LegalName: "Beispiel; Werke AG", Identifiers: []document.Identifier{{Kind: document.IdentifierTax, Scheme: "VAT", Value: "ATU00000000"}}},
		Totals: trade.Totals{TaxExclusive: 126235, Tax: 23985, Payable: 150220},
		Lines: []document.Line{
			{Number: "1", OrderLine: "10", Item: document.Item{Name: "Flansch", Standard: document.Identifier{Scheme: "0160", Value: "4006381333931"}},
				Quantity: 1000_000000, Unit: "C62", Price: 1_25000000, Amount: 125000},
			{Number: "2", OrderLine: "20", Item: document.Item{Name: "Dichtung"}, Quantity: 100_000000, Unit: "C62", Price: 12350000, Amount: 1235},
		},
	}
}

func TestReadCSV(t *testing.T) {
	m := mapping(t, string(load(t, "testdata/readings/invoices.json")))
	input := load(t, "testdata/readings/invoices.csv")
	got := readingOf(t, "invoices.csv", input, m)
	if diff := cmp.Diff(Report{Documents: 2, Rejected: 1, RowsTaken: 3, RowsBad: 1, RowsBlank: 1}, got.Report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(firstInvoice(), got.Results[0].Document); diff != "" {
		t.Errorf("R-1 (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{2, 3}, got.Results[0].Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{`invoices.csv:5: column K "Preis": "1,234.x" is not a price`}, messagesOf(got)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	wanted := []trade.Finding{{Code: "payable_differs", Field: "payable", Detail: "95.30 stated, 95.20 computed"}, {Code: "due_date_missing", Field: "due"}}
	if diff := cmp.Diff(wanted, got.Results[2].Document.Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	lines := strings.SplitAfter(string(input), "\n")
	if want := strings.ReplaceAll(lines[0]+lines[1]+lines[2], ";", ","); strings.ReplaceAll(string(got.Results[0].Excerpt), `"`, "") != strings.ReplaceAll(quoteCommas(want), `"`, "") {
		t.Errorf("excerpt: %s", got.Results[0].Excerpt)
	}
}

// quoteCommas only makes the two excerpts comparable: the delimiter inside the name was replaced too.
func quoteCommas(text string) string {
	return strings.ReplaceAll(text, "Beispiel, Werke", "Beispiel; Werke")
}

// The same table in every form and encoding says the same.
func TestForms(t *testing.T) {
	m := mapping(t, string(load(t, "testdata/readings/invoices.json")))
	text := string(load(t, "testdata/readings/invoices.csv"))
	want := readingOf(t, "x", []byte(text), m)
	compare := func(name string, input []byte, m Mapping) {
		t.Helper()
		if diff := cmp.Diff(want, readingOf(t, "x", input, m)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	compare("byte order mark", append([]byte{0xEF, 0xBB, 0xBF}, text...), m)
	compare("CRLF", []byte(strings.ReplaceAll(text, "\n", "\r\n")), m)
	records, err := func() ([][]string, error) {
		r := csv.NewReader(strings.NewReader(text))
		r.Comma = ';'
		return r.ReadAll()
	}()
	if err != nil {
		t.Fatal(err)
	}
	for _, comma := range []rune{',', '\t', '|'} {
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		w.Comma = comma
		if err := w.WriteAll(records); err != nil {
			t.Fatal(err)
		}
		compare("delimiter "+string(comma), out.Bytes(), m)
		named := m
		named.Delimiter = string(comma)
		if comma == '\t' {
			named.Delimiter = "tab"
		}
		compare("named delimiter "+string(comma), out.Bytes(), named)
	}
	western, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	m.Encoding = "windows-1252"
	compare(m.Encoding, []byte(western), m)
	chinese, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	m.Encoding = "gb18030"
	compare(m.Encoding, []byte(chinese), m)
	m.Encoding = ""
	var cells [][]any
	for _, record := range records {
		row := make([]any, len(record))
		for i, value := range record {
			row[i] = value
		}
		cells = append(cells, row)
	}
	compare("xlsx", workbookOf(cells), m)
}

// Every type of document that the trade has can be mapped with all its fields.
func TestEveryFieldIsRead(t *testing.T) {
	samples := map[string]string{
		"type_code": "", "issued": "2026-11-01", "due": "2026-12-01", "currency": "EUR", "answer": "CA", "seller.country": "DE", "buyer.country": "AT",
		"seller.identifier": "LEI:5493000IBP32UQZ0KL24", "buyer.identifier": "GLN:4006381333931", "line.item_gtin": "4006381333931", "line.quantity": "2", "line.rejected": "1",
		"line.short": "1", "line.price": "1.5", "line.amount": "3.00", "line_extension": "3.00", "allowance": "1.00", "charge": "0.50", "tax_exclusive": "2.50",
		"tax": "0.48", "tax_inclusive": "2.98", "prepaid": "1.00", "rounding": "0.02", "payable": "2.00",
	}
	for kind := trade.Order; kind <= trade.CreditNote; kind++ {
		m := Mapping{Document: kind, DateFormat: "YYYY-MM-DD", DecimalMark: "."}
		var values []string
		for i, name := range FieldNames(kind) {
			value, special := samples[name]
			if !special {
				value = "text of " + name
			}
			if name == "payable" && !claims.has(kind) {
				value = samples["tax_inclusive"]
			}
			if name == "type_code" {
				value = map[trade.Type]string{trade.Invoice: "389", trade.CreditNote: "396"}[kind]
			}
			m.Columns = append(m.Columns, Column{Letter: columnLetters(i), Field: name})
			values = append(values, value)
		}
		got := readingOf(t, "x.csv", []byte(strings.Join(values, "|")+"\n"), m)
		if len(got.Results) != 1 || len(got.Results[0].Errors) > 0 {
			t.Errorf("%s: %v", kind, messagesOf(got))
			continue
		}
		d := got.Results[0].Document
		for i, name := range FieldNames(kind) {
			var line *document.Line
			if fieldByName[name].line {
				line = &d.Lines[0]
			}
			switch target := fieldByName[name].target(&d, line).(type) {
			case *string:
				if *target != values[i] {
					t.Errorf("%s: %s is %q", kind, name, *target)
				}
			case identity:
				if !slices.ContainsFunc(target.party.Identifiers, func(id document.Identifier) bool { return strings.HasSuffix(values[i], id.Value) }) {
					t.Errorf("%s: %s is not there: %+v", kind, name, target.party.Identifiers)
				}
			case texts:
				if len(*target.list) != 1 || (*target.list)[0] != values[i] {
					t.Errorf("%s: %s is %q", kind, name, *target.list)
				}
			case country:
				if *target.code != values[i] {
					t.Errorf("%s: %s is %q", kind, name, *target.code)
				}
			case invoiceTypeCode:
				if *target.code != values[i] {
					t.Errorf("%s: %s is %q", kind, name, *target.code)
				}
			default:
				if reflect.ValueOf(target).Elem().IsZero() {
					t.Errorf("%s: %s is not set", kind, name)
				}
			}
		}
		for _, f := range d.Findings {
			if strings.HasSuffix(f.Code, "_differs") || strings.HasSuffix(f.Code, "_missing") {
				t.Errorf("%s: finding %v", kind, f)
			}
		}
		encoded, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if again := mapping(t, string(encoded)); !cmp.Equal(m, again) {
			t.Errorf("%s: the mapping changes on its way through JSON:\n%s", kind, cmp.Diff(m, again))
		}
	}
}

func TestMappingMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/mappings/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no mappings", err)
	}
	for _, file := range files {
		_, err := ParseMapping(load(t, file))
		var wrong *MappingError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", file, err)
			continue
		}
		documenttest.Golden(t, strings.TrimSuffix(file, ".json")+".golden", err.Error()+"\n")
	}
}

// The guide's example can be read, and the guide names every field.
func TestGuide(t *testing.T) {
	guide := string(load(t, "../../doc/GUIDE.md"))
	_, rest, _ := strings.Cut(guide, "\n    {\n")
	example, _, found := strings.Cut(rest, "\n    }\n")
	if !found {
		t.Fatal("the guide has no mapping")
	}
	m := mapping(t, "{"+example+"}")
	got := readingOf(t, "x.csv", []byte("Order no.;Ordered on;Supplier;Supplier's VAT no.;Line;Our item;Quantity;Price\nB-1;2.11.2026;Guss GmbH;DE1;1;F-10;1.000;12,50\n"), m)
	if got.Report.Documents != 1 || got.Results[0].Document.Lines[0].Item.BuyerID != "F-10" {
		t.Errorf("%+v", got)
	}
	for i := range fields {
		if !strings.Contains(guide, "`"+fields[i].name+"`") {
			t.Errorf("the guide does not name %s", fields[i].name)
		}
	}
}

const orders = `{"document": "order", "group_by": ["number"], "columns": [
	{"header": "No", "field": "number"}, {"header": "Date", "field": "issued"}, {"header": "Seller", "field": "seller.name"},
	{"header": "Item", "field": "line.item"}, {"header": "Qty", "field": "line.quantity"}],
	"constants": [{"field": "buyer.name", "value": "B"}]}`

// A row that belongs to nobody knows which document keeps its neighbours from being taken in part.
func TestLostRows(t *testing.T) {
	m := mapping(t, orders)
	input := "No,Date,Seller,Item,Qty\nA,2026-11-01,S,a,1\nA,,,b,2\n,,,c,3\nB,2026-11-01,S,a,1\nC,2026-11-01,S,a,1\nC,,,b \"x\" y,1\nC,,,d,1\nD,2026-11-01,S,a,1,extra\nE,2026-11-02,S,a,1\n"
	got := readingOf(t, "orders.csv", []byte(input), m)
	want := []string{
		`orders.csv:4: "4" is a row that may belong to this document`,
		`orders.csv:4: column A "No": is missing`,
		`orders.csv:4: "4" is a row that may belong to this document`,
		`orders.csv:7: "7" is a row that may belong to this document`,
		`orders.csv:9: "9" is a row that may belong to this document`,
		`orders.csv:7: the row can't be cut into columns`,
		`orders.csv:9: column F: "extra" stands beyond the last header`,
		`orders.csv:9: "9" is a row that may belong to this document`,
	}
	if diff := cmp.Diff(want, messagesOf(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	m.GroupBy = nil
	got = readingOf(t, "orders.csv", []byte("No,Date,Seller,Item,Qty\nA,2026-11-01,S,a,1\n,2026-11-01,S,a,1\nA,2026-11-01,S,a,1\n"), m)
	if diff := cmp.Diff(Report{Documents: 2, Rejected: 1, RowsTaken: 2, RowsBad: 1}, got.Report); diff != "" {
		t.Errorf("each row a document (-want +got):\n%s", diff)
	}
}

func TestDecimals(t *testing.T) {
	type form struct{ decimal, thousands string }
	for _, c := range []struct {
		form       form
		text, want string
	}{
		{form{".", ","}, "1,234.50", "1234.50"}, {form{".", ","}, "-1,234,567", "-1234567"}, {form{".", ","}, "1234.5", "1234.5"},
		{form{".", ","}, "12,34.50", ""}, {form{".", ","}, "1,23", ""}, {form{".", ","}, ",123", ""}, {form{".", ","}, "1,234,", ""}, {form{".", ","}, "1.234,5", ""},
		{form{",", "."}, "1.234,50", "1234.50"}, {form{",", "."}, "1.234", "1234"}, {form{",", "."}, "1.23", ""}, {form{",", "."}, "0,5", "0.5"},
		{form{",", " "}, "1\u00a0234,5", "1234.5"}, {form{",", " "}, "1\u202f234", "1234"}, {form{".", "'"}, "1’234.5", "1234.5"},
		{form{".", ""}, "1,234.5", ""}, {form{".", ""}, "\u22125", "-5"}, {form{".", ""}, "- 5", "-5"}, {form{".", ""}, "+5", "+5"},
		{form{".", ""}, "5.", ""}, {form{".", ""}, ".5", ".5"}, {form{".", ""}, "", ""}, {form{".", ""}, "-", ""}, {form{".", ""}, "1e3", ""}, {form{".", ""}, "(5)", ""}, {form{".", ""}, "--5", ""},
	} {
		m := Mapping{DecimalMark: c.form.decimal, ThousandsMark: c.form.thousands}
		if got, ok := m.decimal(cell{text: c.text}); ok != (c.want != "") || got != c.want {
			t.Errorf("%v %q: %q, %v", c.form, c.text, got, ok)
		}
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct{ format, text, want string }{
		{"YYYY-MM-DD", "2026-11-02", "2026-11-02"}, {"YYYY-MM-DD", "2026-11-2", ""}, {"YYYY-MM-DD", "2026-11-02 10:00", ""}, {"YYYY-MM-DD*", "2026-11-02 10:00", "2026-11-02"},
		{"YYYY-MM-DD*", "2026-11-021", ""}, {"D.M.YYYY", "2.11.2026", "2026-11-02"}, {"D.M.YYYY", "02.11.2026", "2026-11-02"}, {"MM/DD/YYYY", "11/02/2026", "2026-11-02"},
		{"YYYY年M月D日", "2026年11月2日", "2026-11-02"}, {"YYYYMMDD", "20261102", "2026-11-02"}, {"YYYYMMDD", "20260230", ""}, {"YYYYMMDD", "", ""},
	} {
		if got, ok := parseDate(c.text, c.format); ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%s %q: %v, %v", c.format, c.text, got, ok)
		}
	}
	for _, format := range []string{"", "YYYY", "YY-MM-DD", "YYYY-MM-DDThh", "MDYYYY", "YYYY-MM-DD-DD", "*", "YYYY-MM*DD", "yyyy-mm-dd", "YYYY-MMM-DD"} {
		if _, err := parseDateFormat(format); err == nil {
			t.Errorf("%q was taken", format)
		}
	}
}

func TestCheckCharacters(t *testing.T) {
	for text, want := range map[string]bool{"5493000IBP32UQZ0KL24": true, "5493000IBP32UQZ0KL25": false, "5493000ibp32uqz0kl24": false, "": false} {
		if checkLEI(text) != want {
			t.Errorf("LEI %s", text)
		}
	}
	for text, want := range map[string]bool{"4006381333931": true, "96385074": true, "4006381333932": false, "400638133393a": false, "123": false} {
		if checkGS1(text) != want {
			t.Errorf("GS1 %s", text)
		}
	}
}

func TestColumnLetters(t *testing.T) {
	for number, letters := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := columnLetters(number); got != letters {
			t.Errorf("%d: %s", number, got)
		}
		if got, ok := columnNumber(letters); !ok || got != number {
			t.Errorf("%s: %d, %v", letters, got, ok)
		}
	}
	for _, letters := range []string{"", "XFE", "AAAA", "1", "Ä"} {
		if number, ok := columnNumber(letters); ok {
			t.Errorf("%q is column %d", letters, number)
		}
	}
}

// What is written is read again, as CSV and as XLSX, whatever the texts, amounts, marks and grouping.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		marks := rapid.SampledFrom([][2]string{{".", ","}, {",", "."}, {",", " "}, {".", ""}}).Draw(t, "marks")
		m := Mapping{
			Document: trade.Invoice, HeaderRow: 1, GroupBy: []string{"number"}, DateFormat: rapid.SampledFrom([]string{"YYYY-MM-DD", "D.M.YYYY", "YYYYMMDD"}).Draw(t, "date"),
			DecimalMark: marks[0], ThousandsMark: marks[1], Currency: "EUR",
			Columns: []Column{
				{Header: "number", Field: "number"}, {Header: "issued", Field: "issued"}, {Header: "seller", Field: "seller.name"}, {Header: "buyer", Field: "buyer.identifier", Scheme: "VAT"},
				{Header: "payable", Field: "payable"}, {Header: "item", Field: "line.item"}, {Header: "quantity", Field: "line.quantity"}, {Header: "amount", Field: "line.amount"},
			},
		}
		name := rapid.StringMatching(`[A-Za-zäöü中文"';|,<>& ]{0,20}[a-z文]`)
		amounts := rapid.Int64Range(-1_000_000_000_00, 1_000_000_000_00)
		texts := [][]any{{"number", "issued", "seller", "buyer", "payable", "item", "quantity", "amount"}}
		stored := slices.Clone(texts)
		var want []document.Document
		for i := range rapid.IntRange(1, 5).Draw(t, "documents") {
			d := document.Document{
				Type: trade.Invoice, TypeCode: "380", Number: "R/" + strconv.Itoa(i), Issued: date("2026-01-01") + calendar.Date(rapid.IntRange(0, 5000).Draw(t, "day")), Currency: 978,
			}
			d.Seller.LegalName = strings.Join(strings.Fields(name.Draw(t, "seller")), " ")
			d.Buyer.Identifiers = []document.Identifier{{Kind: document.IdentifierTax, Scheme: "VAT", Value: "DE" + strconv.Itoa(i)}}
			d.Totals.Payable = money.Minor(amounts.Draw(t, "payable"))
			for n := range rapid.IntRange(1, 4).Draw(t, "lines") {
				l := document.Line{Number: strconv.Itoa(n + 1), Item: document.Item{Name: strings.Join(strings.Fields(name.Draw(t, "item")), " ")}}
				l.Quantity = trade.Quantity(rapid.Int64Range(0, 1_000_000_000_000).Draw(t, "quantity"))
				l.Amount = money.Minor(amounts.Draw(t, "amount"))
				d.Lines = append(d.Lines, l)
				texts = append(texts, []any{d.Number, writeDate(d.Issued, m.DateFormat), d.Seller.LegalName, d.Buyer.Identifiers[0].Value,
					writeNumber(money.Format(d.Totals.Payable, 978), marks), l.Item.Name, writeNumber(l.Quantity.String(), marks), writeNumber(money.Format(l.Amount, 978), marks)})
				stored = append(stored, []any{d.Number, d.Issued, d.Seller.LegalName, d.Buyer.Identifiers[0].Value,
					number(money.Format(d.Totals.Payable, 978)), l.Item.Name, number(l.Quantity.String()), number(money.Format(l.Amount, 978))})
			}
			want = append(want, d)
		}
		for form, input := range map[string][]byte{"csv": csvOf(texts), "xlsx of texts": workbookOf(texts), "xlsx of numbers": workbookOf(stored)} {
			got, err := Read(form, input, m, Limits{})
			if err != nil {
				t.Fatalf("%s: %v", form, err)
			}
			var documents []document.Document
			for _, result := range got.Results {
				if len(result.Errors) > 0 {
					t.Fatalf("%s: %v", form, result.Errors)
				}
				result.Document.Findings = nil
				documents = append(documents, result.Document)
			}
			if diff := cmp.Diff(want, documents); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", form, diff)
			}
		}
	})
}

func writeDate(d calendar.Date, format string) string {
	text := d.String()
	switch format {
	case "D.M.YYYY":
		return strings.TrimPrefix(text[8:], "0") + "." + strings.TrimPrefix(text[5:7], "0") + "." + text[:4]
	case "YYYYMMDD":
		return strings.ReplaceAll(text, "-", "")
	}
	return text
}

// writeNumber groups the digits of a decimal by three.
func writeNumber(decimal string, marks [2]string) string {
	body, negative := strings.CutPrefix(decimal, "-")
	whole, fraction, _ := strings.Cut(body, ".")
	for at := len(whole) - 3; at > 0 && marks[1] != ""; at -= 3 {
		whole = whole[:at] + marks[1] + whole[at:]
	}
	if negative {
		whole = "-" + whole
	}
	return whole + marks[0] + fraction
}

func csvOf(cells [][]any) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for _, row := range cells {
		record := make([]string, len(row))
		for i, value := range row {
			record[i] = fmt.Sprint(value)
		}
		if err := w.Write(record); err != nil {
			panic(err)
		}
	}
	w.Flush()
	return out.Bytes()
}
