package console

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"millrace/edge/problem"
	"millrace/edge/view"

	"github.com/parquet-go/parquet-go"
)

// Every list can be taken away as a file: the page's own address with "format" besides gives its rows, by the page's filters,
// in the caller's sight, at one watermark, all of them and not fifty. It is written as it is read.

const (
	exportSpan  = 10 * time.Minute
	exportsMost = 4 // at a time, of all callers
	groupRows   = 20_000
)

// formats are the values of "format", with their media types.
var formats = map[string]string{"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}

// fileFormat is in which format a list is asked for as a file; "" where a page is asked for.
func fileFormat(r *http.Request) string {
	format := r.URL.Query().Get("format")
	if formats[format] == "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return ""
	}
	return format
}

// paged is content that embeds list.
type paged interface{ paging() list }

func (l list) paging() list { return l }

// Files are the addresses of the list as files; none where nothing was found.
func (l list) Files() []act {
	if l.files == nil || l.Total == 0 {
		return nil
	}
	return []act{{Name: "CSV", Path: l.files("csv")}, {Name: "Parquet", Path: l.files("parquet")}}
}

// rowsOf is the content's main table: a slice of structs. Content whose table is not its field Items or Rows names it itself.
func rowsOf(content any) (reflect.Value, bool) {
	if own, ok := content.(interface{ exported() any }); ok {
		return reflect.ValueOf(own.exported()), true
	}
	value := reflect.Indirect(reflect.ValueOf(content))
	for _, name := range []string{"Items", "Rows"} {
		if rows := value.FieldByName(name); rows.IsValid() && rows.Kind() == reflect.Slice {
			return rows, true
		}
	}
	return reflect.Value{}, false
}

// column is one of a file, and how it is found in a row.
type column struct {
	name string
	kind reflect.Kind // String, Int64 or Bool
	path []int        // of fields, through pointers
	cell func(reflect.Value) any
}

var (
	amountType = reflect.TypeFor[view.Amount]()
	refType    = reflect.TypeFor[view.Ref]()
	rawType    = reflect.TypeFor[json.RawMessage]()
)

// columnsOf flattens a row's type: an amount is a decimal text and its currency, a party an id and a name, what is inside
// of a row has its name before its own; a list inside of a row is JSON. The columns follow from the type alone, so that
// two files of one list have the same ones.
func columnsOf(row reflect.Type) []column {
	var all []column
	var walk func(t reflect.Type, prefix string, path []int)
	walk = func(t reflect.Type, prefix string, path []int) {
		for i := range t.NumField() {
			field := t.Field(i)
			tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			inner := field.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			at := append(slices.Clone(path), i)
			if field.Anonymous && inner.Kind() == reflect.Struct {
				walk(inner, prefix, at)
				continue
			}
			if !field.IsExported() || tag == "-" {
				continue
			}
			name := prefix + tag
			if tag == "" {
				name = prefix + snake(field.Name)
			}
			if inner.Kind() == reflect.Struct && inner != amountType && inner != refType {
				walk(inner, name+"_", at)
				continue
			}
			all = append(all, columnsFor(inner, name, at)...)
		}
	}
	walk(row, "", nil)
	// As in Go, a field hides those of its name in what is embedded beside it.
	hidden := func(c column) bool {
		return slices.ContainsFunc(all, func(other column) bool { return other.name == c.name && len(other.path) < len(c.path) })
	}
	return slices.DeleteFunc(slices.Clone(all), hidden)
}

func columnsFor(t reflect.Type, name string, path []int) []column {
	text := func(suffix string, cell func(reflect.Value) any) column {
		return column{name + suffix, reflect.String, path, cell}
	}
	switch t.Kind() {
	case reflect.String:
		return []column{text("", func(v reflect.Value) any { return v.String() })}
	case reflect.Bool:
		return []column{{name, reflect.Bool, path, func(v reflect.Value) any { return v.Bool() }}}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return []column{{name, reflect.Int64, path, func(v reflect.Value) any { return v.Int() }}}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return []column{{name, reflect.Int64, path, func(v reflect.Value) any { return int64(v.Uint()) }}}
	}
	switch t {
	case amountType:
		return []column{
			text("", func(v reflect.Value) any { return v.Interface().(view.Amount).Text }),
			text("_currency", func(v reflect.Value) any { return v.Interface().(view.Amount).Currency }),
		}
	case refType:
		return []column{
			text("_id", func(v reflect.Value) any { return v.Interface().(view.Ref).ID }),
			text("_name", func(v reflect.Value) any { return v.Interface().(view.Ref).Name }),
		}
	}
	if t == reflect.TypeFor[[]string]() {
		return []column{text("", func(v reflect.Value) any { return strings.Join(v.Interface().([]string), "; ") })}
	}
	if kind := t.Kind(); kind == reflect.Slice || kind == reflect.Map || t == rawType {
		return []column{text("", func(v reflect.Value) any {
			if v.Len() == 0 {
				return ""
			}
			// What the API shows can be encoded.
			encoded, _ := json.Marshal(v.Interface())
			return string(encoded)
		})}
	}
	return nil // functions and the like are for the page alone
}

// snake spells a field's name as a column's.
func snake(name string) string {
	var out strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 && (name[i-1] < 'A' || name[i-1] > 'Z') {
				out.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		out.WriteRune(r)
	}
	return out.String()
}

// of gives a row's cell; nil where a pointer on the way to it is.
func (c *column) of(row reflect.Value) any {
	value := row
	for _, i := range c.path {
		for value.Kind() == reflect.Pointer {
			if value.IsNil() {
				return nil
			}
			value = value.Elem()
		}
		value = value.Field(i)
	}
	for value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil
		}
		value = value.Elem()
	}
	return c.cell(value)
}

// sheet takes rows and writes a file of them.
type sheet interface {
	write(cells []any) error
	close() error
}

// isReportFile tells that the route gives the file of a report, which is read from every record it is about and may take as long as a list.
func (r *route) isReportFile() bool { return strings.HasPrefix(r.pattern, "GET /reports/") }

// writing takes a place among the files that are written at one time, until leave; it is refused where all are taken.
func (c *Console) writing(w http.ResponseWriter) (leave func(), err error) {
	select {
	case c.exports <- struct{}{}:
		return func() { <-c.exports }, nil
	default:
		w.Header().Set("Retry-After", "30")
		return nil, problem.New("busy", "other lists are being written; try again in half a minute")
	}
}

// export answers with all rows of a list. It returns an error only before it has written anything; what fails later breaks
// the connection, so that half a file is not taken for a whole one.
func (c *Console) export(w http.ResponseWriter, v *visit, route route, format string) error {
	leave, err := c.writing(w)
	if err != nil {
		return err
	}
	defer leave()
	content, rows, err := v.part(route)
	if err != nil {
		return err
	}
	columns := columnsOf(rows.Type().Elem())
	h := w.Header()
	h.Set("Content-Type", formats[format])
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", v.fileName(format)))
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding")
	var to io.Writer = w
	if format == "csv" && takesGzip(v.request) {
		h.Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		defer func() { _ = packed.Close() }() // the caller may be gone
		to = packed
	}
	if v.request.Method == http.MethodHead {
		return nil
	}
	if err := v.stream(newSheet(format, to, columns), columns, route, content, rows); err != nil {
		if !errors.Is(err, context.Canceled) {
			c.logger.Error("console", "path", v.request.URL.Path, "format", format, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}

// part is one part of the list with its rows.
func (v *visit) part(route route) (paged, reflect.Value, error) {
	content, err := route.show(v)
	if err != nil {
		return nil, reflect.Value{}, err
	}
	listed, ok := content.(paged)
	rows, has := rowsOf(content)
	if !ok || !has {
		return nil, rows, problem.At("request_malformed", "format", "", "This page is no list that can be had as a file.")
	}
	return listed, rows, nil
}

func (v *visit) stream(to sheet, columns []column, route route, content paged, rows reflect.Value) error {
	cells := make([]any, len(columns))
	for {
		for i := range rows.Len() {
			row := reflect.Indirect(rows.Index(i))
			for j := range columns {
				cells[j] = columns[j].of(row)
			}
			if err := to.write(cells); err != nil {
				return err
			}
		}
		next := content.paging().next
		if next == "" {
			return to.close()
		}
		v.from = next
		var err error
		if content, rows, err = v.part(route); err != nil {
			return err
		}
	}
}

// fileName says what it is of and up to which business date.
func (v *visit) fileName(format string) string {
	name := strings.ReplaceAll(strings.Trim(v.request.URL.Path, "/"), "/", "-")
	if date, err := v.Date(); err == nil && !date.IsZero() {
		name += "-" + date.String()
	}
	return name + "." + format
}

func newSheet(format string, to io.Writer, columns []column) sheet {
	if format == "parquet" {
		return newParquetSheet(to, columns)
	}
	// Spreadsheets take a file without the mark for one in their own encoding.
	_, _ = io.WriteString(to, "\ufeff") // the caller may be gone; the rows will tell
	s := &csvSheet{to: csv.NewWriter(to), columns: columns, text: make([]string, len(columns))}
	s.to.UseCRLF = true // RFC 4180
	for i := range columns {
		s.text[i] = columns[i].name
	}
	s.err = s.to.Write(s.text)
	return s
}

type csvSheet struct {
	to      *csv.Writer
	columns []column
	text    []string
	err     error
}

func (s *csvSheet) write(cells []any) error {
	if s.err != nil {
		return s.err
	}
	for i, cell := range cells {
		switch cell := cell.(type) {
		case nil:
			s.text[i] = ""
		case string:
			s.text[i] = harmless(cell)
		case int64:
			s.text[i] = strconv.FormatInt(cell, 10)
		case bool:
			s.text[i] = strconv.FormatBool(cell)
		}
	}
	return s.to.Write(s.text)
}

func (s *csvSheet) close() error {
	if s.err != nil {
		return s.err
	}
	s.to.Flush()
	return s.to.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula. What is a number stays one.
func harmless(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", []rune(text)[0]) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil && text[0] == '-' {
		return text
	}
	return "'" + text
}

type parquetSheet struct {
	to    *parquet.Writer
	order []int // of our columns among the file's, which are sorted by name
	row   parquet.Row
	count int
}

func newParquetSheet(to io.Writer, columns []column) *parquetSheet {
	group := parquet.Group{}
	for _, c := range columns {
		node := parquet.String()
		switch c.kind {
		case reflect.Int64:
			node = parquet.Int(64)
		case reflect.Bool:
			node = parquet.Leaf(parquet.BooleanType)
		}
		group[c.name] = parquet.Optional(node)
	}
	schema := parquet.NewSchema("list", group)
	s := &parquetSheet{to: parquet.NewWriter(to, schema, parquet.Compression(&parquet.Zstd)), order: make([]int, len(columns)), row: make(parquet.Row, len(columns))}
	for i, c := range columns {
		leaf, _ := schema.Lookup(c.name)
		s.order[i] = leaf.ColumnIndex
	}
	return s
}

func (s *parquetSheet) write(cells []any) error {
	for i, cell := range cells {
		at := s.order[i]
		if cell == nil {
			s.row[at] = parquet.NullValue().Level(0, 0, at)
		} else {
			s.row[at] = parquet.ValueOf(cell).Level(0, 1, at)
		}
	}
	if _, err := s.to.WriteRows([]parquet.Row{s.row}); err != nil {
		return err
	}
	if s.count++; s.count%groupRows == 0 {
		return s.to.Flush()
	}
	return nil
}

func (s *parquetSheet) close() error { return s.to.Close() }

func (p accountPage) exported() any { return p.Movements }

func (p earlyPage) exported() any { return p.Payments }

func (p walletsPage) exported() any { return p.Wallets }

func (p limitsPage) exported() any {
	var rows []limitRow
	for _, scope := range p.Rows {
		rows = append(rows, scope.Items...)
	}
	return rows
}
