package letter

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"millrace/domain/calendar"
	"millrace/edge/locale"
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
	// Language is that of the texts, for what the paper says of itself; nil for English.
	Language *locale.Language
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
	w := paperWriter{sheet: begun(p.Title, tagOf(p.Language), p.Date)}
	w.AliasNbPages("")
	w.SetFooterFunc(func() {
		w.SetY(-15)
		line := w.shown(p.Language.T("%s · %s · page %d of %s", p.Title, p.Date.String(), w.PageNo(), "{nb}"))
		w.fontFor(line, "", tableSize)
		w.SetTextColor(mildGrey, mildGrey, mildGrey)
		w.CellFormat(0, rowHeight, line, "", 0, "C", false, 0, "")
		w.SetTextColor(0, 0, 0)
	})
	if err := w.head(&p); err != nil {
		return nil, err
	}
	for i := range p.Tables {
		w.table(&p.Tables[i])
	}
	notes := p.Notes
	if w.lost {
		notes = append(notes, p.Language.T("Characters that the fonts of this program do not have are printed as a question mark."))
	}
	for _, note := range notes {
		w.lines(note, "", tableSize+1, 0, rowHeight+0.6, "L")
		w.Ln(rowHeight / 2)
	}
	return w.ended()
}

func tagOf(l *locale.Language) string {
	if l == nil {
		return locale.English.Tag
	}
	return l.Tag
}

// paperWriter remembers whether something could not be shown.
type paperWriter struct {
	*sheet
	lost bool
}

// lines writes a text as lines of a width in millimetres; 0 for what is left of the page's.
func (w *paperWriter) lines(text, style string, size, width, height float64, align string) {
	w.write(w.shown(text), style, size, width, height, align)
}

// shown replaces what the fonts don't have.
func (w *paperWriter) shown(text string) string {
	if isPrintable(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if isPrintable(string(r)) {
			return r
		}
		w.lost = true
		return '?'
	}, text)
}

// head writes what stands over the tables, with the code at the right.
func (w *paperWriter) head(p *Paper) error {
	width, _ := w.GetPageSize()
	if err := drawCode(w.sheet, p.Link, width-margin-codeSize, margin); err != nil {
		return err
	}
	text := width - 2*margin - codeSize - 6
	for _, party := range []*Party{&p.From, &p.To} {
		if party.Name == "" {
			continue
		}
		for _, line := range party.address() {
			w.lines(line, "", fontSize-1, text, lineHeight-0.4, "L")
		}
		w.Ln(lineHeight / 2)
	}
	w.SetY(max(w.GetY(), margin+codeSize+2))
	w.SetTextColor(mildGrey, mildGrey, mildGrey)
	w.lines(p.Link, "", tableSize, 0, rowHeight, "R")
	w.SetTextColor(0, 0, 0)
	w.Ln(lineHeight / 2)
	w.lines(p.Title, "B", fontSize+4, 0, lineHeight+2, "L")
	if p.Subject != "" {
		w.lines(p.Subject, "", fontSize, 0, lineHeight, "L")
	}
	w.Ln(lineHeight / 2)
	for _, fact := range p.Facts {
		name := w.shown(fact.Name)
		w.fontFor(name, "", fontSize-1)
		w.SetTextColor(mildGrey, mildGrey, mildGrey)
		w.CellFormat(factIndent, lineHeight, name, "", 0, "L", false, 0, "")
		w.SetTextColor(0, 0, 0)
		w.lines(fact.Value, "", fontSize-1, 0, lineHeight, "L")
	}
	w.Ln(lineHeight)
	return nil
}

// drawCode draws a QR code (ISO/IEC 18004, level M) with its quiet zone left to the paper.
func drawCode(w *sheet, text string, x, y float64) error {
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
	w.lines(t.Title, "B", fontSize, 0, lineHeight+0.8, "L")
	w.headings(t)
	for _, row := range t.Rows {
		w.row(t, "", row)
	}
	if len(t.Rows) == 0 {
		w.lines(t.Empty, "", tableSize+0.5, 0, rowHeight+1, "L")
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
	lines := 1
	for i, text := range texts {
		lines = max(lines, len(w.split(w.shown(text), style, tableSize+0.5, t.Columns[i].Width-1)))
	}
	return float64(lines)*rowHeight + 0.9
}

func (w *paperWriter) cells(t *Table, style string, texts []string, height float64) {
	left, top := w.GetX(), w.GetY()
	for i, text := range texts {
		align := "L"
		if t.Columns[i].Right {
			align = "R"
		}
		for n, line := range w.split(w.shown(text), style, tableSize+0.5, t.Columns[i].Width-1) {
			w.SetXY(left, top+float64(n)*rowHeight)
			w.CellFormat(t.Columns[i].Width-1, rowHeight, line, "", 0, align, false, 0, "")
		}
		left += t.Columns[i].Width
	}
	w.SetXY(margin, top+height)
}
