package sheet

import (
	"strconv"
	"strings"

	"millrace/edge/document"
)

// Limits bounds what Read takes. A zero field stands for its default.
type Limits struct {
	BytesMax    int // of the input; default 10 MiB
	UnpackedMax int // bytes of an XLSX's parts, and of all text in the cells; default 64 MiB
	RowsMax     int // default 100,000
	CellsMax    int // that are not empty; default 2,000,000
}

func (l Limits) withDefaults() Limits {
	set := func(value *int, standard int) {
		if *value <= 0 {
			*value = standard
		}
	}
	set(&l.BytesMax, 10<<20)
	set(&l.UnpackedMax, 64<<20)
	set(&l.RowsMax, 100_000)
	set(&l.CellsMax, 2_000_000)
	return l
}

// row is one row below the header.
type row struct {
	number int    // from 1; of CSV the line on which it begins
	cells  []cell // those that are not empty, by column
	failed *document.Error
}

func (r *row) at(column int) (cell, bool) {
	for _, c := range r.cells { // rows are short
		if c.column == column {
			return c, true
		}
	}
	return cell{}, false
}

// table is what both forms become.
type table struct {
	headers []cell
	headed  bool // the header row was met
	parted  bool // by separators, so that a missing quotation mark moves values to the right
	rows    []row
	blank   int    // rows without any value, left out
	merged  []area // ranges of merged cells
	limits  Limits // what may still be added
	mapping *Mapping
}

// add takes a row; a blank one is counted only.
func (t *table) add(r row) *document.Error {
	m := t.mapping
	if r.number < m.HeaderRow {
		return nil
	}
	if t.limits.CellsMax -= len(r.cells); t.limits.CellsMax < 0 {
		return failure(codeCellsExceeded, r.number, "", "")
	}
	for _, c := range r.cells {
		if t.limits.UnpackedMax -= len(c.text); t.limits.UnpackedMax < 0 {
			return failure(codeCellsExceeded, r.number, "", "")
		}
	}
	if r.number == m.HeaderRow && r.failed == nil {
		t.headers, t.headed = r.cells, true
		return nil
	}
	if m.HeaderRow > 0 && !t.headed {
		return failure(codeHeaderMissing, 0, "", strconv.Itoa(m.HeaderRow))
	}
	if len(r.cells) == 0 && r.failed == nil {
		t.blank++
		return nil
	}
	if len(t.rows) == t.limits.RowsMax {
		return failure(codeRowsExceeded, r.number, "", strconv.Itoa(len(t.rows)+1))
	}
	t.rows = append(t.rows, r)
	return nil
}

// area is a range of cells, both ends included; rows from 1, columns from 0.
type area struct {
	text                                       string
	firstRow, lastRow, firstColumn, lastColumn int
}

// parseArea reads "A1:C3"; ok is false for anything else.
func parseArea(text string) (area, bool) {
	first, last, found := strings.Cut(text, ":")
	if !found {
		last = first
	}
	a := area{text: text}
	var okFirst, okLast bool
	a.firstColumn, a.firstRow, okFirst = parseReference(first)
	a.lastColumn, a.lastRow, okLast = parseReference(last)
	return a, okFirst && okLast && a.firstRow <= a.lastRow && a.firstColumn <= a.lastColumn
}

// parseReference reads "C14" as column 2, row 14.
func parseReference(text string) (column, row int, ok bool) {
	letters := strings.TrimRight(text, "0123456789")
	column, ok = columnNumber(letters)
	if !ok {
		return 0, 0, false
	}
	row, err := strconv.Atoi(text[len(letters):])
	return column, row, err == nil && row > 0 && row <= 1<<20
}

// normalHeader is how headers are compared.
func normalHeader(text string) string {
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}
