package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/calendar"
	"millrace/domain/trade"
)

// number is a decimal that a test stores as a number.
type number string

// raw is the XML of a cell: %s is its reference.
type raw string

// book is what a test's workbook is made of.
type book struct {
	cells     [][]any // nil leaves the cell out
	merged    []string
	epoch1904 bool
	stored    bool              // not deflated, which is faster
	first     string            // sheets before: their XML in workbook.xml
	parts     map[string]string // other parts, or in place of one
}

// workbookOf writes a workbook with one sheet, whose texts are shared strings by turns with inline ones.
func workbookOf(cells [][]any) []byte { return book{cells: cells}.bytes() }

const workbookNamespace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

func (b book) bytes() []byte {
	var rows, shared strings.Builder
	count := 0
	for i, row := range b.cells {
		fmt.Fprintf(&rows, `<row r="%d">`, i+1)
		for column, value := range row {
			reference := columnLetters(column) + strconv.Itoa(i+1)
			switch value := value.(type) {
			case nil:
			case raw:
				rows.WriteString(strings.ReplaceAll(string(value), "%s", reference))
			case number:
				fmt.Fprintf(&rows, `<c r="%s"><v>%s</v></c>`, reference, value)
			case calendar.Date:
				epoch, _ := calendar.Parse("1899-12-30")
				if b.epoch1904 {
					epoch, _ = calendar.Parse("1904-01-01")
				}
				fmt.Fprintf(&rows, `<c r="%s" s="1"><v>%d.25</v></c>`, reference, value-epoch)
			case string:
				if count%2 == 0 {
					fmt.Fprintf(&rows, `<c r="%s" t="s"><v>%d</v></c>`, reference, count/2)
					fmt.Fprintf(&shared, `<si><r><t xml:space="preserve">%s</t></r><rPh><t>guide</t></rPh></si>`, escape(value))
				} else {
					fmt.Fprintf(&rows, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, reference, escape(value))
				}
				count++
			}
		}
		rows.WriteString("</row>\n")
	}
	merges := ""
	for _, m := range b.merged {
		merges += `<mergeCell ref="` + m + `"/>`
	}
	epoch := ""
	if b.epoch1904 {
		epoch = `<workbookPr date1904="1"/>`
	}
	parts := map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="a" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook ` + workbookNamespace + `>` + epoch + `<sheets>` + b.first + `<sheet name="Data" sheetId="9" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="http://x/styles" Target="styles.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       `<sst ` + workbookNamespace + `>` + shared.String() + `</sst>`,
		"xl/styles.xml":              `<styleSheet ` + workbookNamespace + `><numFmts><numFmt numFmtId="164" formatCode="0.00&quot; days&quot;"/><numFmt numFmtId="165" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml":   `<worksheet ` + workbookNamespace + `><sheetData>` + rows.String() + `</sheetData><mergeCells>` + merges + `</mergeCells></worksheet>`,
	}
	for name, content := range b.parts {
		parts[name] = content
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range []string{"_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"} {
		method := zip.Deflate
		if b.stored {
			method = zip.Store
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = f.Write([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + parts[name]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func escape(text string) string {
	var out bytes.Buffer
	if err := xml.EscapeText(&out, []byte(text)); err != nil {
		panic(err)
	}
	return out.String()
}

const deliveries = `{"document": "invoice", "currency": "CNY", "columns": [
	{"header": "Number", "field": "number"}, {"header": "Date", "field": "issued"}, {"header": "Seller", "field": "seller.name"},
	{"header": "Buyer", "field": "buyer.name"}, {"header": "Amount", "field": "payable"}, {"header": "Note", "field": "buyer_reference"}]}`

var deliveryHeader = []any{"Number", "Date", "Seller", "Buyer", "Amount", "Note"}

func TestReadXLSX(t *testing.T) {
	m := mapping(t, deliveries)
	for _, epoch1904 := range []bool{false, true} {
		cells := [][]any{
			deliveryHeader,
			{"1", date("2026-11-22"), "样板 & 公司", "B", number("1234.5599999999999"), raw(`<c r="%s"/>`)},
			{number("20261122"), "2026-11-22", "S", "B", number("1.2E3"), raw(`<c r="%s" t="b"><v>1</v></c>`)},
			{raw(`<c t="str"><f>"a"&amp;1</f><v>a1</v></c>`), raw(`<c t="d"><v>2026-11-22T00:00:00</v></c>`), "S", "B", raw(`<c><f>1+1</f><v>2</v></c>`), "line_x000A_break"},
			{"4", raw(`<c r="%s" s="3"><v>` + map[bool]string{false: "46348", true: "44886"}[epoch1904] + `</v></c>`), "S", nil, number("-0.30000000000000004")},
		}
		got := readingOf(t, "x.xlsx", book{cells: cells, epoch1904: epoch1904, first: `<sheet name="Notes" state="hidden" r:id="rId7"/>`}.bytes(), m)
		type seen struct {
			Number, Seller, Note string
			Issued               calendar.Date
			Payable              int64
		}
		var all []seen
		for _, result := range got.Results {
			d := result.Document
			all = append(all, seen{d.Number, d.Seller.LegalName, d.BuyerReference, d.Issued, int64(d.Totals.Payable)})
		}
		day := date("2026-11-22")
		want := []seen{{"1", "样板 & 公司", "", day, 123456}, {"20261122", "S", "TRUE", day, 120000}, {"a1", "S", "line break", day, 200}, {}}
		if diff := cmp.Diff(want, all); diff != "" {
			t.Errorf("1904 %v (-want +got):\n%s", epoch1904, diff)
		}
		if diff := cmp.Diff([]string{`x.xlsx:5: column D "Buyer": is missing`}, messagesOf(got)); diff != "" {
			t.Errorf("1904 %v (-want +got):\n%s", epoch1904, diff)
		}
		if excerpt := "Number,Date,Seller,Buyer,Amount,Note\n1,2026-11-22,样板 & 公司,B,1234.56,\n"; string(got.Results[0].Excerpt) != excerpt {
			t.Errorf("excerpt %q", got.Results[0].Excerpt)
		}
	}
}

// A sheet is chosen by name; another one need not be readable.
func TestSheetByName(t *testing.T) {
	m := mapping(t, deliveries)
	m.Sheet = "data"
	b := book{cells: [][]any{deliveryHeader}, first: `<sheet name="Notes" r:id="rId7"/>`}
	if got := readingOf(t, "x.xlsx", b.bytes(), m); len(got.Results) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestPlainDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "1": "1", "-1.50": "-1.5", "1234.5599999999999": "1234.56", "0.30000000000000004": "0.3", "1.1000000000000001": "1.1", "1E3": "1000",
		"1.5e-3": "0.0015", "9.99999999999999999": "10", "123456789012345": "123456789012345", "100000000000000": "100000000000000", "12345678901234.567": "12345678901234.6",
		"123456789012345.67": "123456789012346", "-1e-30": "-0.000000000000000000000000000001",
		"1234567890123456": "long", "2.6312E+19": "long", "1e400": "long", "1e999999999": "long",
		"": "", "-": "", ".": "", "1,5": "", "1e": "", "1e1e1": "", "NaN": "", "--1": "", "0x10": "", "1_000": "",
	} {
		got, kind, ok := plainDecimal(text)
		if kind == cellLong {
			got = "long"
		}
		if ok != (want != "") || got != want {
			t.Errorf("%q: %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestSerialDates(t *testing.T) {
	for _, c := range []struct {
		epoch1904 bool
		text      string
		want      string
	}{
		{false, "1", "1900-01-01"}, {false, "59", "1900-02-28"}, {false, "60", ""}, {false, "61", "1900-03-01"}, {false, "46348.99", "2026-11-22"}, {false, "2958465", "9999-12-31"},
		{false, "2958466", ""}, {false, "0", ""}, {false, "0.5", ""}, {false, "-1", ""}, {true, "0", "1904-01-01"}, {true, "44886", "2026-11-22"}, {true, "-1", ""},
	} {
		w := workbook{epoch1904: c.epoch1904}
		if got, ok := w.dateOf(c.text); ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%+v: %v, %v", c, got, ok)
		}
	}
	for code, want := range map[string]bool{
		"General": false, "0.00": false, "yyyy-mm-dd": true, "dd/mm/yy;@": true, "[$-409]d\\-mmm\\-yyyy": true, "hh:mm:ss": false, "[h]:mm": false, `0" days"`: false,
		`"day "0`: false, `#,##0\d`: false, "[Red]0;dd": false, `yyyy"年"m"月"`: true, `"open`: false, "[open": false, "0.00_y": false, "D": true, "": false,
	} {
		if got := showsDate(code); got != want {
			t.Errorf("%q shows a date: %v", code, got)
		}
	}
}

func TestMergedCells(t *testing.T) {
	m := mapping(t, deliveries)
	row := []any{"1", "2026-11-22", "S", "B", "1", nil, "a note"}
	header := append(deliveryHeader[:6:6], "Other")
	cells := [][]any{header, row, row, row, row}
	got := readingOf(t, "x.xlsx", book{cells: cells, merged: []string{"A3:A4", "G2:G5"}}.bytes(), m)
	want := []string{`x.xlsx:3: column A "Number": "A3:A4" is a range of merged cells`, `x.xlsx:4: column A "Number": "A3:A4" is a range of merged cells`}
	if diff := cmp.Diff(want, messagesOf(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Report.Documents != 2 {
		t.Errorf("%+v", got.Report)
	}
}

func FuzzXLSX(f *testing.F) {
	b := book{cells: [][]any{deliveryHeader, {"1", date("2026-11-22"), "S", "B", number("1.5"), "x"}}, stored: true}
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row><c t="inlineStr"><is><t>a</t></is></c><c s="1"><v>46348</v></c></row></sheetData><mergeCells><mergeCell ref="A2:B3"/></mergeCells></worksheet>`,
		`<sst><si><t>Number</t></si><si><r><t>a</t></r></si></sst>`, `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`)
	m := mapping(f, deliveries)
	for i := range m.Columns {
		m.Columns[i] = Column{Letter: columnLetters(i), Field: m.Columns[i].Field}
	}
	f.Fuzz(func(t *testing.T, sheet, shared, styles string) {
		b.parts = map[string]string{"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": shared, "xl/styles.xml": styles}
		checkReading(t, b.bytes(), m)
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("Number,Date,Seller,Buyer,Amount,Note\n1,2026-11-22,S,B,1.50,\n"), "YYYY-MM-DD", "")
	f.Add([]byte("Number;Date;Seller;Buyer;Amount;Note\n\"1\n2\";22.11.2026;S;B;1.50;x\n"), "D.M.YYYY", "windows-1252")
	f.Add([]byte("\xef\xbb\xbfNumber\tDate\n\"1"), "YYYYMMDD*", "gb18030")
	m := mapping(f, deliveries)
	f.Fuzz(func(t *testing.T, input []byte, dateFormat, encoding string) {
		m := m
		m.DateFormat, m.Encoding = dateFormat, encoding
		if bytes.Contains(input, []byte("G")) {
			m.GroupBy = []string{"number"}
		}
		checkReading(t, input, m)
	})
}

// checkReading holds any reading against what is promised: each row is in one result, which is a document or has errors.
func checkReading(t *testing.T, input []byte, m Mapping) {
	t.Helper()
	got, err := Read("x", input, m, Limits{BytesMax: 1 << 20, UnpackedMax: 1 << 20})
	if err != nil {
		return
	}
	seen := map[int]bool{}
	documents, rows := 0, 0
	for _, result := range got.Results {
		for _, number := range result.Rows {
			if seen[number] {
				t.Fatalf("row %d is in two results", number)
			}
			seen[number] = true
			rows++
		}
		for _, err := range result.Errors {
			if _, known := Codes.Find(err.Code); !known || err.Line < 1 || err.File != "x" {
				t.Fatalf("%+v", err)
			}
		}
		if len(result.Errors) > 0 {
			continue
		}
		documents++
		d := result.Document
		if d.Number == "" || d.Issued.IsZero() || d.Type != m.Document || len(result.Rows) == 0 || len(result.Excerpt) == 0 {
			t.Fatalf("%+v", result)
		}
		for _, finding := range d.Findings {
			if !trade.Known(finding.Code) {
				t.Fatalf("finding %q", finding.Code)
			}
		}
	}
	if r := got.Report; r.Documents != documents || r.RowsTaken+r.RowsBad != rows || r.Documents+r.Rejected != len(got.Results) {
		t.Fatalf("%+v", r)
	}
}
