package stock

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/movement"
	"millrace/edge/document"
	"millrace/edge/observation"
)

var columns = []string{"number", "counted_at", "location_scheme", "location", "owner_scheme", "owner", "item_scheme", "item", "quantity", "unit"}

var needed = []string{"number", "counted_at", "location", "owner_scheme", "owner", "item", "quantity"}

// RecognisesCSV tells whether a file begins as a count in CSV does: with a row that names the columns number and counted_at.
func RecognisesCSV(input []byte) bool {
	first, _, _ := bytes.Cut(observation.WithoutMark(input[:min(len(input), 1000)]), []byte("\n"))
	names := strings.Split(strings.ReplaceAll(strings.TrimSpace(string(first)), `"`, ""), ",")
	return slices.Contains(names, "number") && slices.Contains(names, "counted_at")
}

// ReadCSV reads the counts of one file of CSV, in the order in which they begin. An error names row, column and value.
func ReadCSV(name string, input []byte, limits observation.Limits) ([]observation.Observation, error) {
	t := sheet{input: observation.WithoutMark(input), limits: limits.WithDefaults(), places: map[string]int{}}
	if t.read(); t.failed != nil {
		t.failed.File = name
		return nil, t.failed
	}
	return t.counts, nil
}

// sheet takes counts from rows until something fails.
type sheet struct {
	input  []byte
	limits observation.Limits
	column map[string]int
	counts []observation.Observation
	heads  [][]string       // of each count: all that its rows agree in
	places map[string]int   // of a count, by its number
	seen   []map[string]int // of each count: its items
	failed *document.Error
}

func (t *sheet) fail(code string, row int, field, value string) {
	if t.failed == nil {
		t.failed = Codes.Failure(code, row, field, value)
	}
}

func (t *sheet) read() {
	switch {
	case len(t.input) > t.limits.BytesMax:
		t.fail("input_too_large", 0, "", strconv.Itoa(len(t.input)))
		return
	case len(bytes.TrimSpace(t.input)) == 0:
		t.fail("input_empty", 0, "", "")
		return
	}
	if at, wrong := observation.NotUTF8(t.input); wrong != "" {
		t.fail("encoding_invalid", observation.LineAt(t.input, at), "", wrong)
		return
	}
	rows := csv.NewReader(bytes.NewReader(t.input))
	first := true
	for t.failed == nil {
		before := rows.InputOffset()
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			t.fail("csv_malformed", wrong.StartLine, "", "")
			return
		}
		line, _ := rows.FieldPos(0)
		if first {
			t.header(row, line)
			first = false
			continue
		}
		t.row(row, line, t.input[before:rows.InputOffset()])
	}
	if t.failed == nil && len(t.counts) == 0 {
		t.fail("items_missing", 1, "", "")
	}
}

func (t *sheet) header(row []string, line int) {
	t.column = map[string]int{}
	for i, name := range row {
		name = strings.TrimSpace(name)
		if !slices.Contains(columns, name) {
			t.fail("column_unknown", line, "", name)
		}
		if _, twice := t.column[name]; twice {
			t.fail("column_repeated", line, "", name)
		}
		t.column[name] = i
	}
	for _, name := range needed {
		if _, found := t.column[name]; !found {
			t.fail("column_missing", line, "", name)
		}
	}
}

// row takes one item; raw are the row's bytes.
func (t *sheet) row(row []string, line int, raw []byte) {
	cell := func(name string) string {
		at, found := t.column[name]
		if !found {
			return ""
		}
		return strings.TrimSpace(row[at])
	}
	for _, name := range needed {
		if cell(name) == "" {
			t.fail("member_missing", line, name, "")
			return
		}
	}
	at, found := t.places[cell("number")]
	if !found {
		observed, offset, ok := observation.Time(cell("counted_at"))
		if !ok {
			t.fail("time_wrong", line, "counted_at", cell("counted_at"))
			return
		}
		if at = len(t.counts); at == t.limits.EventsMax {
			t.fail("events_too_many", line, "", strconv.Itoa(at+1))
			return
		}
		t.places[cell("number")] = at
		t.heads, t.seen = append(t.heads, []string{}), append(t.seen, map[string]int{})
		t.counts = append(t.counts, observation.Observation{
			Index: at + 1, Identity: cell("number"), Kind: movement.Counted, Source: movement.StockCount, Observed: observed, Offset: offset,
			Location: document.Identifier{Scheme: scheme(cell("location_scheme")), Value: cell("location")},
			Owner:    document.Party{Identifiers: []document.Identifier{partyIdentifier(cell("owner_scheme"), cell("owner"))}},
		})
	}
	for i, name := range columns[1:6] {
		if !found {
			t.heads[at] = append(t.heads[at], cell(name))
		} else if t.heads[at][i] != cell(name) {
			t.fail("count_differs", line, name, cell(name))
			return
		}
	}
	goods, code, value := goodsOf(cell("item_scheme"), cell("item"), cell("quantity"), cell("unit"))
	if code != "" {
		t.fail(code, line, strings.TrimSuffix(code, "_wrong"), value)
		return
	}
	key := strings.Join([]string{goods.Item.Standard.Scheme, goods.Item.Standard.Value, goods.Unit}, "\x00")
	if _, twice := t.seen[at][key]; twice {
		t.fail("item_repeated", line, "item", cell("item"))
		return
	}
	t.seen[at][key] = line
	t.counts[at].Goods = append(t.counts[at].Goods, goods)
	t.counts[at].Content = append(t.counts[at].Content, raw...)
}
