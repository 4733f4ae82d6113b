package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"sort"
	"strconv"
	"strings"

	"millrace/edge/document"
)

// Reading is what came of a file.
type Reading struct {
	Results []Result // in the order of their first rows
	Report  Report
}

// Report counts. Every row below the header is in exactly one of the last three.
type Report struct {
	Documents int // taken
	Rejected  int // results that are no document
	RowsTaken int
	RowsBad   int // of results that are no document
	RowsBlank int
}

// Result is one document, or what is wrong with it.
type Result struct {
	Rows     []int             // of the file, from 1
	Document document.Document // empty when there are errors
	Errors   []*document.Error // at least one when there is no document; Line is the row, Field `column C "Amount"`
	Excerpt  []byte            // header and rows as CSV in UTF-8: what this document was read from, whatever else is in the file
}

// Read reads a table. The name is used in errors only. The error is *MappingError, *document.Error, or several of these joined; then
// nothing could be read. Read may be called concurrently.
func Read(name string, input []byte, m Mapping, limits Limits) (Reading, error) {
	if mistakes := m.mistakes(); len(mistakes) > 0 {
		return Reading{}, &MappingError{mistakes}
	}
	t, failed := readTable(input, &m, limits.withDefaults())
	if failed != nil {
		failed.File = name
		return Reading{}, failed
	}
	r := reader{mapping: &m, table: t, monetary: m.amounts()}
	r.writer = csv.NewWriter(&r.excerpts)
	if failures := r.bind(); len(failures) > 0 {
		errs := make([]error, len(failures))
		for i, failed := range failures {
			failed.File = name
			errs[i] = failed
		}
		return Reading{}, errors.Join(errs...)
	}
	reading := r.readAll()
	for _, result := range reading.Results {
		for _, failed := range result.Errors {
			failed.File = name
		}
	}
	return reading, nil
}

func readTable(input []byte, m *Mapping, limits Limits) (*table, *document.Error) {
	oldWorkbook := []byte{0xD0, 0xCF, 0x11, 0xE0} // also the envelope of an encrypted one
	var t *table
	var failed *document.Error
	switch {
	case len(input) > limits.BytesMax:
		return nil, failure(codeInputTooLarge, 0, "", strconv.Itoa(len(input)))
	case bytes.HasPrefix(input, oldWorkbook):
		return nil, failure(codeFormatUnknown, 0, "", "")
	case bytes.HasPrefix(input, []byte("PK\x03\x04")):
		t, failed = readXLSX(input, m, limits)
	default:
		t, failed = readCSV(input, m, limits)
	}
	switch {
	case failed != nil:
		return nil, failed
	case m.HeaderRow == 0 && len(t.rows) == 0, !t.headed && len(t.rows) == 0 && len(bytes.TrimSpace(input)) == 0:
		return nil, failure(codeInputEmpty, 0, "", "")
	case m.HeaderRow > 0 && !t.headed:
		return nil, failure(codeHeaderMissing, 0, "", strconv.Itoa(m.HeaderRow))
	}
	return t, nil
}

// reader makes documents from a table.
type reader struct {
	mapping *Mapping
	table   *table
	columns []bound
	names   map[int]string // what a column is called in errors
	width   int            // columns that have a header; 0 without headers

	monetary bool // the mapping has amounts or prices
	excerpts bytes.Buffer
	writer   *csv.Writer // into excerpts
}

// bound is a mapped column at its place.
type bound struct {
	*Column
	field      *field
	column     int
	dateFormat string
}

// bind finds the mapped columns.
func (r *reader) bind() []*document.Error {
	var failures []*document.Error
	headers := map[string][]int{}
	r.names = map[int]string{}
	for _, c := range r.table.headers {
		headers[normalHeader(c.text)] = append(headers[normalHeader(c.text)], c.column)
		r.names[c.column] = "column " + columnLetters(c.column) + " " + strconv.Quote(document.Excerpt(c.text))
		r.width = c.column + 1
	}
	for i := range r.mapping.Columns {
		c := &r.mapping.Columns[i]
		b := bound{Column: c, field: fieldByName[c.Field], dateFormat: c.DateFormat}
		if b.dateFormat == "" {
			b.dateFormat = r.mapping.DateFormat
		}
		if c.Letter != "" {
			b.column, _ = columnNumber(c.Letter)
		} else {
			switch places := headers[normalHeader(c.Header)]; len(places) {
			case 0:
				failures = append(failures, failure(codeColumnMissing, r.mapping.HeaderRow, "", c.Header))
			case 1:
				b.column = places[0]
			default:
				failures = append(failures, failure(codeColumnRepeated, r.mapping.HeaderRow, "", c.Header))
			}
		}
		r.width = max(r.width, b.column+1)
		r.columns = append(r.columns, b)
	}
	for _, merged := range r.table.merged {
		if merged.firstRow <= r.mapping.HeaderRow && merged.lastRow >= r.mapping.HeaderRow {
			failures = append(failures, failure(codeHeaderMerged, r.mapping.HeaderRow, "", merged.text))
		}
	}
	return failures
}

func (r *reader) nameOf(column int) string {
	if name, found := r.names[column]; found {
		return name
	}
	return "column " + columnLetters(column)
}

// bundle is the rows of one document.
type bundle struct {
	rows   []*row
	errors []*document.Error
	lost   bool // one row that belongs to nobody knows which document
}

func (r *reader) readAll() Reading {
	bundles := r.gather()
	reading := Reading{Report: Report{RowsBlank: r.table.blank}}
	merged := r.mergedRows()
	for _, b := range bundles {
		result := Result{Errors: b.errors}
		for _, row := range b.rows {
			result.Rows = append(result.Rows, row.number)
			result.Errors = append(result.Errors, merged[row.number]...)
		}
		if !b.lost {
			result.Errors = append(result.Errors, r.assemble(b.rows, &result.Document)...)
		}
		if len(result.Errors) == 0 {
			reading.Report.Documents++
			reading.Report.RowsTaken += len(result.Rows)
			result.Excerpt = r.excerpt(b.rows)
		} else {
			result.Document = document.Document{}
			reading.Report.Rejected++
			reading.Report.RowsBad += len(result.Rows)
		}
		reading.Results = append(reading.Results, result)
	}
	return reading
}

// gather groups the rows. A row that can't be told to belong to any document stands alone with its error, and the documents of the
// rows before and after it, which it may be a line of, are uncertain.
func (r *reader) gather() []*bundle {
	var all []*bundle
	byKey := map[string]*bundle{}
	var before *bundle // of the row before; nil where that is a lost row
	var lost []*row    // since the last row that belongs to a document
	doubt := func(b *bundle, rows []*row) {
		for _, row := range rows {
			b.errors = append(b.errors, failure(codeRowUncertain, row.number, "", strconv.Itoa(row.number)))
		}
	}
	for i := range r.table.rows {
		at := &r.table.rows[i]
		key, failures := r.keyOf(at)
		if len(failures) > 0 {
			all = append(all, &bundle{rows: []*row{at}, errors: failures, lost: true})
			if len(r.mapping.GroupBy) > 0 {
				if before != nil {
					doubt(before, []*row{at})
				}
				lost = append(lost, at)
			}
			continue
		}
		b := byKey[key]
		if b == nil || len(r.mapping.GroupBy) == 0 {
			b = &bundle{}
			byKey[key] = b
			all = append(all, b)
		}
		if b != before { // else they are noted already
			doubt(b, lost)
		}
		b.rows = append(b.rows, at)
		before, lost = b, nil
	}
	return all
}

// keyOf gives what rows of one document have in common; rows that nobody can attribute give errors.
func (r *reader) keyOf(row *row) (string, []*document.Error) {
	if row.failed != nil {
		return "", []*document.Error{row.failed}
	}
	var failures []*document.Error
	if r.mapping.HeaderRow > 0 && r.table.parted {
		if last := row.cells[len(row.cells)-1]; last.column >= r.width {
			failures = append(failures, failure(codeRowWide, row.number, r.nameOf(last.column), last.text))
		}
	}
	var key strings.Builder
	for _, name := range r.mapping.GroupBy {
		given := false
		for i := range r.columns {
			if r.columns[i].Field != name {
				continue
			}
			c, filled := row.at(r.columns[i].column)
			given = given || filled
			key.WriteString(strings.Join(strings.Fields(c.text), " ") + "\x00")
		}
		if !given {
			failures = append(failures, r.missing(row.number, name))
		}
	}
	return key.String(), failures
}

// missing names the first column of a field.
func (r *reader) missing(row int, name string) *document.Error {
	for i := range r.columns {
		if r.columns[i].Field == name {
			return failure(codeValueMissing, row, r.nameOf(r.columns[i].column), "")
		}
	}
	return failure(codeValueMissing, row, name, "")
}

// mergedRows gives the errors of rows in which mapped columns are merged.
func (r *reader) mergedRows() map[int][]*document.Error {
	found := map[int][]*document.Error{}
	rows := r.table.rows
	for _, merged := range r.table.merged {
		column := -1
		for i := range r.columns {
			if c := r.columns[i].column; c >= merged.firstColumn && c <= merged.lastColumn && (column < 0 || c < column) {
				column = c
			}
		}
		if column < 0 {
			continue
		}
		for i := sort.Search(len(rows), func(i int) bool { return rows[i].number >= merged.firstRow }); i < len(rows) && rows[i].number <= merged.lastRow; i++ {
			if number := rows[i].number; len(found[number]) == 0 { // one is enough to find the others
				found[number] = append(found[number], failure(codeCellsMerged, number, r.nameOf(column), merged.text))
			}
		}
	}
	return found
}

// excerpt writes header and rows of one document.
func (r *reader) excerpt(rows []*row) []byte {
	write := func(cells []cell) {
		width := r.width
		if len(cells) > 0 {
			width = max(width, cells[len(cells)-1].column+1)
		}
		record := make([]string, width)
		for _, c := range cells {
			record[c.column] = c.text
		}
		_ = r.writer.Write(record) // into memory
	}
	if r.mapping.HeaderRow > 0 {
		write(r.table.headers)
	}
	for _, row := range rows {
		write(row.cells)
	}
	r.writer.Flush()
	defer r.excerpts.Reset()
	return bytes.Clone(r.excerpts.Bytes())
}
