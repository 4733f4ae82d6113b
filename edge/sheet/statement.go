package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/statement"
)

// ofStatements are the limits of statements, which are longer than tables of documents.
func (l Limits) ofStatements() Limits {
	if l.BytesMax <= 0 {
		l.BytesMax = 32 << 20
	}
	if l.UnpackedMax <= 0 {
		l.UnpackedMax = 128 << 20
	}
	if l.RowsMax <= 0 {
		l.RowsMax = 200_000
	}
	if l.CellsMax <= 0 {
		l.CellsMax = 4_000_000
	}
	return l
}

// ReadStatement reads a table of bookings as statements: one for each account and currency in it, its bookings from the oldest on.
// Nothing is guessed: what the mapping doesn't tell and the table doesn't prove is an error, and a table with one bad row is not read in
// part. A column of balances is held against the amounts, row by row. Limits default to 32 MiB, 200,000 rows and 4,000,000 cells.
//
// The error is *MappingError, or one or several *document.Error joined, each with row, column and value, at most a hundred.
// ReadStatement never panics, whatever the input, and may be called concurrently.
func ReadStatement(name string, input []byte, m StatementMapping, limits Limits) (*statement.File, error) {
	if mistakes := m.mistakes(); len(mistakes) > 0 {
		return nil, &MappingError{mistakes}
	}
	t, failed := m.table(input, limits.ofStatements())
	if failed != nil {
		failed.File = name
		return nil, failed
	}
	r := statementReader{mapping: &m, table: t, plain: Mapping{DecimalMark: m.DecimalMark, ThousandsMark: m.ThousandsMark}}
	file := r.read()
	file.Format = "csv"
	if !t.parted {
		file.Format = "xlsx"
	}
	if len(r.faults) == 0 {
		return file, nil
	}
	errs := make([]error, 0, faultsMax+1)
	for i, failed := range r.faults {
		if i == faultsMax {
			failed = statementFailure(codeFaultsExceeded, 0, "", strconv.Itoa(len(r.faults)))
		}
		failed.File = name
		if errs = append(errs, failed); i == faultsMax {
			break
		}
	}
	return nil, errors.Join(errs...)
}

// faultsMax is how many errors are given; more of them help nobody.
const faultsMax = 100

// table makes rows of the whole file.
func (m *StatementMapping) table(input []byte, limits Limits) (*table, *document.Error) {
	whole := Mapping{Sheet: m.Sheet, Encoding: m.Encoding, Delimiter: m.Delimiter}
	if whole.Delimiter == "" && len(input) <= limits.BytesMax && !bytes.HasPrefix(input, []byte("PK\x03\x04")) {
		if text, failed := decode(input, m.Encoding); failed == nil {
			whole.Delimiter = m.delimiterOf(text)
		}
	}
	return readTable(input, &whole, limits)
}

// delimiterOf gives the delimiter by which a row has most of the headings.
func (m *StatementMapping) delimiterOf(text []byte) string {
	best, most := ",", 0
	for _, comma := range delimiters {
		reader := newReader(text, comma)
		for range headerRowsMax {
			record, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			var syntax *csv.ParseError
			if errors.As(err, &syntax) {
				continue
			}
			cells := make([]cell, 0, len(record))
			for column, text := range record {
				cells = append(cells, cell{column: column, text: text})
			}
			if found := m.headings(cells); found > most {
				best, most = string(comma), found
			}
		}
	}
	return best
}

// headings counts the headings of the mapping that a row has.
func (m *StatementMapping) headings(cells []cell) int {
	found := 0
	for _, c := range m.Columns {
		if c.Header != "" && slices.ContainsFunc(cells, func(other cell) bool { return normalHeader(other.text) == normalHeader(c.Header) }) {
			found++
		}
	}
	return found
}

// statementReader makes statements from a table.
type statementReader struct {
	mapping *StatementMapping
	plain   Mapping // how numbers are written
	table   *table
	faults  []*document.Error

	columns     map[string][]*bookingColumn // by field
	names       map[int]string              // what a column is called in errors
	width       int                         // of the headings; 0 without
	header      int                         // index of the row with the headings; -1 without
	first, last int                         // indexes of rows with bookings: the first, and the one after the last
	told        map[string]toldCell         // by field
}

// bookingColumn is a mapped column at its place.
type bookingColumn struct {
	column int
	parts  []datePart
}

// toldCell is a value that stands once.
type toldCell struct {
	cell
	row   int
	field string // what the cell is called in errors
	parts []datePart
}

// booking is one row.
type booking struct {
	row     int
	account string
	entry   statement.Entry
	balance *money.Minor
	kind    bookingKind
}

// bookingKind tells a booking from a row that tells a balance.
type bookingKind uint8

const (
	booked bookingKind = iota
	opens
	closes
)

func (r *statementReader) fail(code string, row int, field, value string) {
	r.faults = append(r.faults, statementFailure(code, row, field, value))
}

func (r *statementReader) read() *statement.File {
	if !r.bind() {
		return &statement.File{}
	}
	r.findCells()
	r.refuseMerged()
	var list []booking
	for i := r.first; i < r.last; i++ {
		row := &r.table.rows[i]
		if row.failed != nil {
			r.faults = append(r.faults, row.failed)
			continue
		}
		if b, taken := r.booking(row); taken {
			list = append(list, b)
		}
	}
	if len(r.faults) > 0 {
		return &statement.File{}
	}
	return r.statements(list)
}

// bind finds the headings, the mapped columns, and where the bookings begin and end.
func (r *statementReader) bind() bool {
	m, rows := r.mapping, r.table.rows
	r.header, r.names, r.columns = -1, map[int]string{}, map[string][]*bookingColumn{}
	places := map[string][]int{}
	if m.headed() {
		if r.header = r.headerRow(); r.header < 0 {
			return false
		}
		for _, c := range rows[r.header].cells {
			places[normalHeader(c.text)] = append(places[normalHeader(c.text)], c.column)
			r.names[c.column] = "column " + columnLetters(c.column) + " " + strconv.Quote(document.Excerpt(c.text))
			r.width = c.column + 1
		}
	}
	for _, c := range m.Columns {
		b := &bookingColumn{}
		if c.Header == "" {
			b.column, _ = columnNumber(c.Letter)
		} else {
			switch found := places[normalHeader(c.Header)]; len(found) {
			case 0:
				r.fail(codeColumnMissing, rows[r.header].number, "", c.Header)
			case 1:
				b.column = found[0]
			default:
				r.fail(codeColumnRepeated, rows[r.header].number, "", c.Header)
			}
		}
		format := m.DateFormat
		if c.DateFormat != "" {
			format = c.DateFormat
		}
		b.parts, _ = parseStatementDateFormat(format)
		r.columns[c.Field] = append(r.columns[c.Field], b)
	}
	r.bound()
	return len(r.faults) == 0
}

// headerRow is the index of the row with the headings; -1 where there is none.
func (r *statementReader) headerRow() int {
	rows, best, most := r.table.rows, -1, 0
	for i := range rows {
		if number := r.mapping.HeaderRow; number > 0 {
			if rows[i].number == number {
				return i
			}
			continue
		}
		if rows[i].number > headerRowsMax {
			break
		}
		if found := r.mapping.headings(rows[i].cells); found > most {
			best, most = i, found
		}
	}
	if best < 0 && r.mapping.HeaderRow > 0 {
		r.fail(codeHeaderMissing, 0, "", strconv.Itoa(r.mapping.HeaderRow))
	} else if best < 0 {
		r.fail(codeHeadingsMissing, 0, "", "")
	}
	return best
}

// bound finds the rows of the bookings.
func (r *statementReader) bound() {
	rows := r.table.rows
	r.first, r.last = r.header+1, len(rows)
	if r.header < 0 {
		for r.first < len(rows) && rows[r.first].number < r.mapping.FirstRow {
			r.first++
		}
	}
	for i := r.first; i < len(rows); i++ {
		if says(&rows[i], r.mapping.EndWords) {
			r.last = i
			return
		}
	}
}

// says tells whether a cell of a row is one of the words.
func says(row *row, words []string) bool {
	if len(words) == 0 {
		return false
	}
	return slices.ContainsFunc(row.cells, func(c cell) bool { return isWord(c.text, words) })
}

// isWord tells whether a text is one of the words.
func isWord(text string, words []string) bool {
	text = normalHeader(text)
	return slices.ContainsFunc(words, func(word string) bool {
		begin, open := strings.CutSuffix(normalHeader(word), "*")
		return text == begin || open && strings.HasPrefix(text, begin)
	})
}

// refuseMerged names ranges of merged cells among the bookings.
func (r *statementReader) refuseMerged() {
	rows := r.table.rows
	if r.first >= r.last {
		return
	}
	from, to := rows[max(0, r.header)].number, rows[r.last-1].number
	if r.header < 0 {
		from = rows[r.first].number
	}
	for _, merged := range r.table.merged {
		if merged.firstRow <= to && merged.lastRow >= from {
			r.fail(codeCellsMerged, merged.firstRow, "", merged.text)
		}
	}
}

// outside gives the rows above and below the bookings.
func (r *statementReader) outside() []row {
	above := r.header
	if above < 0 {
		above = r.first
	}
	return slices.Concat(r.table.rows[:above], r.table.rows[r.last:])
}

// findCells finds the values that stand once.
func (r *statementReader) findCells() {
	r.told = map[string]toldCell{}
	rows := r.outside()
	for _, c := range r.mapping.Cells {
		var found []toldCell
		if c.At != "" {
			found = r.cellAt(c.At)
		} else {
			found = labelled(rows, c)
		}
		what := c.At
		if what == "" {
			what = c.Label
		}
		switch len(found) {
		case 0:
			r.fail(codeCellMissing, 0, c.Field, what)
		case 1:
			format := r.mapping.DateFormat
			if c.DateFormat != "" {
				format = c.DateFormat
			}
			found[0].parts, _ = parseStatementDateFormat(format)
			found[0].field = "cell " + columnLetters(found[0].column) + strconv.Itoa(found[0].row)
			r.told[c.Field] = found[0]
		default:
			r.fail(codeCellRepeated, found[1].row, c.Field, what)
		}
	}
}

func (r *statementReader) cellAt(at string) []toldCell {
	column, number, _ := parseReference(at)
	for i := range r.table.rows {
		if row := &r.table.rows[i]; row.number == number {
			if c, filled := row.at(column); filled {
				return []toldCell{{cell: c, row: number}}
			}
		}
	}
	return nil
}

// labelled gives the values beside a label; a label without one does not count.
func labelled(rows []row, wanted StatementCell) []toldCell {
	var found []toldCell
	for i := range rows {
		cells := rows[i].cells
		for n, c := range cells {
			if wanted.Place == "after" {
				if rest, after := cutLabel(c.text, strings.TrimSuffix(wanted.Label, "*")); after {
					c.text = rest
					found = append(found, toldCell{cell: c, row: rows[i].number})
				}
				continue
			}
			if !isWord(c.text, []string{wanted.Label}) {
				continue
			}
			if wanted.Place == "below" {
				if i+1 < len(rows) && rows[i+1].number == rows[i].number+1 {
					if value, filled := rows[i+1].at(c.column); filled {
						found = append(found, toldCell{cell: value, row: rows[i+1].number})
					}
				}
			} else if n+1 < len(cells) {
				found = append(found, toldCell{cell: cells[n+1], row: rows[i].number})
			}
		}
	}
	return found
}

// cutLabel gives what follows a label in its own cell, without a colon.
func cutLabel(text, label string) (string, bool) {
	runes, start := []rune(text), []rune(strings.TrimSpace(label))
	if len(runes) <= len(start) || !strings.EqualFold(string(runes[:len(start)]), string(start)) {
		return "", false
	}
	rest := strings.TrimSpace(strings.TrimLeft(string(runes[len(start):]), " :\uFF1A\u00a0"))
	return rest, rest != ""
}

func (r *statementReader) nameOf(column int) string {
	if name, found := r.names[column]; found {
		return name
	}
	return "column " + columnLetters(column)
}

// tell reads a date that stands once; 0 where none does.
func (r *statementReader) tell(field string) calendar.Date {
	c, told := r.told[field]
	if !told {
		return 0
	}
	date, code := dateOfCell(c.cell, c.parts)
	if code != "" {
		r.fail(code, c.row, c.field, c.text)
	}
	return date
}

// toldText reads a text that stands once; fixed where none does.
func (r *statementReader) toldText(field, fixed string) string {
	c, told := r.told[field]
	if !told {
		return fixed
	}
	text, code := textOfCell(c.cell)
	if code != "" {
		r.fail(code, c.row, c.field, c.text)
	}
	return text
}
