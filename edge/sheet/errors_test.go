package sheet

import (
	"errors"
	"strings"
	"testing"

	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/document/documenttest"
)

// reproducer is a file that meets one error.
type reproducer struct {
	name    string // of the file
	input   string
	mapping string // deliveries where it is ""
	limits  Limits
}

const head = "Number,Date,Seller,Buyer,Amount,Note\n"

// lines maps the columns of head to a document with lines.
const quantities = `{"document": "invoice", "currency": "CNY", "columns": [
	{"header": "Number", "field": "number"}, {"header": "Date", "field": "issued"}, {"header": "Seller", "field": "seller.identifier", "scheme": "USCC"},
	{"header": "Buyer", "field": "buyer.country"}, {"header": "Amount", "field": "line.quantity"}, {"header": "Note", "field": "line.price"}],
	"constants": [{"field": "payable", "value": "1"}, {"field": "buyer.name", "value": "B"}]}`

const answers = `{"document": "order_response", "columns": [
	{"header": "Number", "field": "number"}, {"header": "Date", "field": "issued"}, {"header": "Seller", "field": "seller.name"},
	{"header": "Buyer", "field": "buyer.identifier"}, {"header": "Amount", "field": "answer"}]}`

const currencies = `{"document": "invoice", "group_by": ["number"], "columns": [
	{"header": "Number", "field": "number"}, {"header": "Date", "field": "issued"}, {"header": "Seller", "field": "seller.name"},
	{"header": "Buyer", "field": "buyer.name"}, {"header": "Amount", "field": "payable"}, {"header": "Note", "field": "currency"}]}`

var reproducers = map[string]reproducer{
	"input_empty":        {input: "\n"},
	"input_too_large":    {input: head, limits: Limits{BytesMax: 10}},
	"format_unknown":     {name: "old.xls", input: "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"},
	"encoding_invalid":   {input: head + "1,2026-11-22,M\xfcller,B,1,\n"},
	"archive_malformed":  {name: "x.xlsx", input: "PK\x03\x04cut off"},
	"archive_too_large":  {name: "x.xlsx", input: string(workbookOf([][]any{deliveryHeader})), limits: Limits{UnpackedMax: 1000}},
	"workbook_malformed": {name: "x.xlsx", input: string(book{parts: map[string]string{"xl/worksheets/sheet1.xml": `<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>`}}.bytes())},
	"sheet_missing":      {name: "x.xlsx", input: string(workbookOf(nil)), mapping: strings.Replace(deliveries, `"currency"`, `"sheet": "Invoices", "currency"`, 1)},
	"cells_exceeded":     {input: head + "1,2026-11-22,S,B,1,\n2,2026-11-22,S,B,1,\n", limits: Limits{CellsMax: 12}},
	"rows_exceeded":      {input: head + "1,2026-11-22,S,B,1,\n2,2026-11-22,S,B,1,\n", limits: Limits{RowsMax: 1}},
	"header_missing":     {input: "Invoices of November\n", mapping: strings.Replace(deliveries, `"currency"`, `"header_row": 3, "currency"`, 1)},
	"header_merged":      {name: "x.xlsx", input: string(book{cells: [][]any{deliveryHeader}, merged: []string{"A1:B1"}}.bytes())},
	"column_missing":     {input: "Number,Seller,Buyer,Total\n"},
	"column_repeated":    {input: "Number,Date,Seller,Buyer,Amount,Note,amount\n"},
	"row_malformed":      {input: head + "1,2026-11-22,\"S\" & Co,B,1,\n"},
	"row_wide":           {input: head + "1,2026-11-22,S,B,1,234.50,x\n"},
	"row_uncertain":      {input: head + "1,2026-11-22,S,B,1,CNY\n,,,,1,CNY\n", mapping: currencies},
	"cells_merged":       {name: "x.xlsx", input: string(book{cells: [][]any{deliveryHeader, {"1", "2026-11-22", "S", "B", "1"}}, merged: []string{"E2:E3"}}.bytes())},
	"cell_fault":         {name: "x.xlsx", input: string(workbookOf([][]any{deliveryHeader, {"1", "2026-11-22", raw(`<c r="%s" t="e"><v>#N/A</v></c>`), "B", raw(`<c r="%s"><f>A1</f></c>`)}}))},
	"value_missing":      {input: head + "1,,S,B,,\n"},
	"value_differs":      {input: head + "1,2026-11-22,S,B,1,CNY\n1,2026-11-23,S,B,1,\n", mapping: currencies},
	"value_shortened":    {input: head + "2.6312E+19,2026-11-22,S,B,1,\n"},
	"value_long":         {input: head + "1,2026-11-22,S,B,1," + strings.Repeat("long ", 401) + "\n"},
	"date_wrong":         {input: head + "1,22.11.2026,S,B,1,\n"},
	"amount_wrong":       {input: head + "1,2026-11-22,S,B,\"1.234,x\",\n"},
	"amount_range":       {input: head + "1,2026-11-22,S,B,1000000000000000,\n"},
	"quantity_wrong":     {input: head + "1,2026-11-22,914403001922038216,CN,2 pcs,\n", mapping: quantities},
	"quantity_range":     {input: head + "1,2026-11-22,914403001922038216,CN,10000000000000,\n", mapping: quantities},
	"price_wrong":        {input: head + "1,2026-11-22,914403001922038216,CN,1,1.50 CNY\n", mapping: quantities},
	"price_range":        {input: head + "1,2026-11-22,914403001922038216,CN,1,100000000000\n", mapping: quantities},
	"currency_unknown":   {input: head + "1,2026-11-22,S,B,1,RMB\n", mapping: currencies},
	"country_wrong":      {input: head + "1,2026-11-22,914403001922038216,China,1,\n", mapping: quantities},
	"identifier_wrong":   {input: head + "1,2026-11-22,914403001922038217,CN,1,\n", mapping: quantities},
	"answer_unknown":     {input: head + "1,2026-11-22,S,VAT:DE1,maybe,\n", mapping: answers},
	"type_code_wrong":    {input: head + "1,2026-11-22,S,B,1,381\n", mapping: strings.Replace(deliveries, "buyer_reference", "type_code", 1)},
}

// TestErrors holds every message against its golden text, and the catalogue against the reproducers.
func TestErrors(t *testing.T) {
	met := map[string]bool{}
	for code, r := range reproducers {
		met[code] = true
		name, text := r.name, r.mapping
		if name == "" {
			name = "invoices.csv"
		}
		if text == "" {
			text = deliveries
		}
		got, err := Read(name, []byte(r.input), mapping(t, text), r.limits)
		shown := ""
		var failed *document.Error
		found := errors.As(err, &failed) && failed.Code == code
		if err != nil {
			shown = err.Error() + "\n"
		}
		for _, result := range got.Results {
			for _, failed := range result.Errors {
				found = found || failed.Code == code
				shown += failed.Error() + "\n"
			}
		}
		if !found {
			t.Errorf("%s is not reproduced: %s", code, shown)
			continue
		}
		documenttest.Golden(t, "testdata/errors/"+code+".golden", shown)
	}
	documenttest.Covered(t, Codes, met)
}

// A scheme in the cell is as good as one in the mapping.
func TestIdentifiersWithScheme(t *testing.T) {
	m := mapping(t, answers)
	got := readingOf(t, "x.csv", []byte(head+"1,2026-11-22,S,vat: DE1,AP,\n2,2026-11-22,S,DE1,AP,\n"), m)
	want := []document.Identifier{{Kind: document.IdentifierTax, Scheme: "VAT", Value: "DE1"}}
	if d := got.Results[0].Document; len(d.Buyer.Identifiers) != 1 || d.Buyer.Identifiers[0] != want[0] || d.Answer != trade.AnswerAccepted {
		t.Errorf("%+v", got.Results[0])
	}
	if len(got.Results[1].Errors) != 1 || got.Results[1].Errors[0].Code != codeIdentifierWrong {
		t.Errorf("%+v", got.Results[1].Errors)
	}
}
