package letter

import (
	"fmt"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"millrace/domain/calendar"
)

// Paper is what a record says, to be printed: facts, tables, and a code that leads to the record. All texts are as they are
// to be printed.
type Paper struct {
	Title   string
	Subject string // what it is about, in one line
	Date    calendar.Date
	From    Party // who has issued it
	To      Party // a name of "" leaves the address out
	Facts   []Fact
	Tables  []Table
	Notes   []string
	Link    string // address of the record, for the code
}

// Fact is one line of what the paper says at its head.
type Fact struct{ Name, Value string }

// Table has one text for each column in every row.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]string
	Sums    [][]string // below a line
	Empty   string     // stands where there is no row
}

// Column is one of a table: its part of the table's width, in millimetres of 160 in all.
type Column struct {
	Heading string
	Width   float64
	Right   bool
}

const (
	codeSize   = 32.0 // millimetres
	factIndent = 42.0
	mildGrey   = 110
)

// WritePaper gives the paper as PDF, the same bytes for the same paper. A character that the fonts of the program can't
// show stands there as a question mark, and a note says so. Errors are Missing; others mean that the writer itself has
// failed.
func WritePaper(p Paper) ([]byte, error) {
	for _, required := range []struct{ field, text string }{{"title", p.Title}, {"link", p.Link}, {"issuer", p.From.Name}} {
		if strings.TrimSpace(required.text) == "" {
			return nil, &Missing{required.field}
		}
	}
	if p.Date.IsZero() {
		return nil, &Missing{"date"}
	}
	w := paperWriter{Fpdf: begun(p.Title, p.Date)}
	w.AliasNbPages("")
	w.SetFooterFunc(func() {
		w.SetY(-15)
		w.font("", tableSize)
		w.SetTextColor(mildGrey, mildGrey, mildGrey)
		w.CellFormat(0, rowHeight, fmt.Sprintf("%s · %s · page %d of {nb}", w.shown(p.Title), p.Date, w.PageNo()), "", 0, "C", false, 0, "")
		w.SetTextColor(0, 0, 0)
	})
	if err := w.head(&p); err != nil {
		return nil, err
	}
	for i := range p.Tables {
		w.table(&p.Tables[i])
	}
	w.font("", tableSize+1)
	notes := p.Notes
	if w.lost {
		notes = append(notes, "Characters that the fonts of this program do not have are printed as a question mark.")
	}
	for _, note := range notes {
		w.MultiCell(0, rowHeight+0.6, w.shown(note), "", "L", false)
		w.Ln(rowHeight / 2)
	}
	return ended(w.Fpdf)
}

// paperWriter remembers whether something could not be shown.
type paperWriter struct {
	*fpdf.Fpdf
	lost bool
}

func (w *paperWriter) font(style string, size float64) { w.SetFont(family, style, size) }

// shown replaces what the fonts don't have.
func (w *paperWriter) shown(text string) string {
	if _, ok := unprintable(text); ok {
		return text
	}
	return strings.Map(func(r rune) rune {
		if _, ok := unprintable(string(r)); ok {
			return r
		}
		w.lost = true
		return '?'
	}, text)
}

// head writes what stands over the tables, with the code at the right.
func (w *paperWriter) head(p *Paper) error {
	width, _ := w.GetPageSize()
	if err := drawCode(w.Fpdf, p.Link, width-margin-codeSize, margin); err != nil {
		return err
	}
	text := width - 2*margin - codeSize - 6
	w.font("", fontSize-1)
	for _, party := range []*Party{&p.From, &p.To} {
		if party.Name == "" {
			continue
		}
		for _, line := range party.address() {
			w.MultiCell(text, lineHeight-0.4, w.shown(line), "", "L", false)
		}
		w.Ln(lineHeight / 2)
	}
	w.SetY(max(w.GetY(), margin+codeSize+2))
	w.font("", tableSize)
	w.SetTextColor(mildGrey, mildGrey, mildGrey)
	w.MultiCell(0, rowHeight, w.shown(p.Link), "", "R", false)
	w.SetTextColor(0, 0, 0)
	w.Ln(lineHeight / 2)
	w.font("B", fontSize+4)
	w.MultiCell(0, lineHeight+2, w.shown(p.Title), "", "L", false)
	if p.Subject != "" {
		w.font("", fontSize)
		w.MultiCell(0, lineHeight, w.shown(p.Subject), "", "L", false)
	}
	w.Ln(lineHeight / 2)
	for _, fact := range p.Facts {
		w.font("", fontSize-1)
		w.SetTextColor(mildGrey, mildGrey, mildGrey)
		w.CellFormat(factIndent, lineHeight, w.shown(fact.Name), "", 0, "L", false, 0, "")
		w.SetTextColor(0, 0, 0)
		w.MultiCell(0, lineHeight, w.shown(fact.Value), "", "L", false)
	}
	w.Ln(lineHeight)
	return nil
}

// drawCode draws a QR code (ISO/IEC 18004, level M) with its quiet zone left to the paper.
func drawCode(w *fpdf.Fpdf, text string, x, y float64) error {
	made, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("letter: code: %w", err)
	}
	count := made.Bounds().Dx()
	module := codeSize / float64(count)
	w.SetFillColor(0, 0, 0)
	for row := range count {
		for column := 0; column < count; {
			first := column
			for column < count && dark(made, column, row) {
				column++
			}
			if column > first {
				w.Rect(x+float64(first)*module, y+float64(row)*module, float64(column-first)*module, module, "F")
			} else {
				column++
			}
		}
	}
	return nil
}

func dark(code barcode.Barcode, x, y int) bool {
	red, _, _, _ := code.At(x, y).RGBA()
	return red == 0
}

// table writes a table; its headings stand on every page that it takes.
func (w *paperWriter) table(t *Table) {
	w.room(3 * lineHeight)
	w.font("B", fontSize)
	w.MultiCell(0, lineHeight+0.8, w.shown(t.Title), "", "L", false)
	w.headings(t)
	for _, row := range t.Rows {
		w.row(t, "", row)
	}
	if len(t.Rows) == 0 {
		w.font("", tableSize+0.5)
		w.MultiCell(0, rowHeight+1, w.shown(t.Empty), "", "L", false)
	}
	for i, row := range t.Sums {
		if i == 0 {
			w.line(0.3)
		}
		w.row(t, "B", row)
	}
	w.Ln(lineHeight)
}

func (w *paperWriter) headings(t *Table) {
	row := make([]string, len(t.Columns))
	for i := range t.Columns {
		row[i] = t.Columns[i].Heading
	}
	w.cells(t, "B", row, w.heightOf(t, "B", row))
	w.line(0.2)
}

// line draws a rule across the page and goes on below it.
func (w *paperWriter) line(width float64) {
	page, _ := w.GetPageSize()
	w.SetLineWidth(width)
	w.Line(margin, w.GetY(), page-margin, w.GetY())
	w.SetY(w.GetY() + 0.8)
}

// room begins another page where less than a height is left, and tells whether it has.
func (w *paperWriter) room(height float64) bool {
	if _, page := w.GetPageSize(); w.GetY()+height <= page-margin {
		return false
	}
	w.AddPage()
	return true
}

func (w *paperWriter) row(t *Table, style string, texts []string) {
	height := w.heightOf(t, style, texts)
	if w.room(height) {
		w.headings(t)
	}
	w.cells(t, style, texts, height)
}

func (w *paperWriter) heightOf(t *Table, style string, texts []string) float64 {
	w.font(style, tableSize+0.5)
	lines := 1
	for i, text := range texts {
		lines = max(lines, len(w.SplitText(w.shown(text), t.Columns[i].Width-1)))
	}
	return float64(lines)*rowHeight + 0.9
}

func (w *paperWriter) cells(t *Table, style string, texts []string, height float64) {
	w.font(style, tableSize+0.5)
	left, top := w.GetX(), w.GetY()
	for i, text := range texts {
		align := "L"
		if t.Columns[i].Right {
			align = "R"
		}
		for n, line := range w.SplitText(w.shown(text), t.Columns[i].Width-1) {
			w.SetXY(left, top+float64(n)*rowHeight)
			w.CellFormat(t.Columns[i].Width-1, rowHeight, line, "", 0, align, false, 0, "")
		}
		left += t.Columns[i].Width
	}
	w.SetXY(margin, top+height)
}
