package console_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/party"
	"millrace/edge/intake"

	"github.com/parquet-go/parquet-go"
)

// table reads a list as a file: the heading and the rows.
func (b *browser) table(address string) ([]string, [][]string) {
	b.t.Helper()
	response := b.ask("GET", address, "")
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.t.Fatalf("GET %s: %d, %v\n%s", address, response.StatusCode, err, text(string(body)))
	}
	if !strings.Contains(response.Header.Get("Content-Disposition"), "attachment") {
		b.t.Errorf("%s is not to be kept: %v", address, response.Header)
	}
	if strings.Contains(address, "format=csv") {
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) == 0 {
			b.t.Fatalf("%s: %v", address, err)
		}
		return rows[0], rows[1:]
	}
	file, err := parquet.OpenFile(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		b.t.Fatalf("%s: %v", address, err)
	}
	var names []string
	for _, column := range file.Root().Columns() {
		names = append(names, column.Name())
	}
	reader := parquet.NewReader(file)
	var rows [][]string
	buffer := make([]parquet.Row, 64)
	for {
		read, err := reader.ReadRows(buffer)
		for _, row := range buffer[:read] {
			cells := make([]string, len(names))
			for _, value := range row {
				if !value.IsNull() {
					cells[value.Column()] = value.String()
				}
			}
			rows = append(rows, cells)
		}
		if err == io.EOF {
			return names, rows
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

var filesLinked = regexp.MustCompile(`<a href="([^"]*format=(?:csv|parquet)[^"]*)"`)

// Every list that has rows leads to itself as a file in both formats, and the files have the same cells.
func TestEveryListIsAFileToo(t *testing.T) {
	s := newStage(t)
	s.play()
	s.applied(s.maker, "rottmuehl")
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	seen := 0
	for where, page := range crawl(t, b) {
		links := filesLinked.FindAllStringSubmatch(page, -1)
		if len(links) == 0 {
			continue
		}
		seen++
		names, rows := b.table(strings.ReplaceAll(links[0][1], "&amp;", "&"))
		sorted, same := b.table(strings.ReplaceAll(links[1][1], "&amp;", "&"))
		if len(rows) == 0 || len(rows) != len(same) || len(names) != len(sorted) {
			t.Fatalf("%s: %d rows of %d, and %d rows of %d", where, len(rows), len(names), len(same), len(sorted))
		}
		if strings.HasPrefix(where, "/health") {
			continue // what is measured there moves between two askings
		}
		for i, row := range rows {
			for j, cell := range row {
				if other := same[i][slices.Index(sorted, names[j])]; other != strings.TrimPrefix(cell, "'") {
					t.Fatalf("%s: row %d, %s is %q and %q", where, i, names[j], cell, other)
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d lists lead to a file", seen)
	}
}

func column(t *testing.T, names []string, rows [][]string, name string) []string {
	t.Helper()
	at := slices.Index(names, name)
	if at < 0 {
		t.Fatalf("there is no %s among %q", name, names)
	}
	var cells []string
	for _, row := range rows {
		cells = append(cells, row[at])
	}
	return cells
}

func TestAFileHasTheFiltersAndTheSightOfThePage(t *testing.T) {
	s := newStage(t)
	s.play()
	all := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	names, rows := all.table("/receivables?format=csv")
	if shown := strings.Count(all.page("/receivables", http.StatusOK), `<th scope="row" class="keep">`); len(rows) != shown || shown < len(s.receivables) {
		t.Errorf("%d receivables, the page has %d", len(rows), shown)
	}
	if got := column(t, names, rows, "face"); !slices.Contains(got, "481950.00") {
		t.Errorf("amounts are %q", got)
	}
	for _, state := range column(t, names, rows, "state") {
		if state != "open" && state != "closed" {
			t.Errorf("state %q", state)
		}
	}
	if _, closed := all.table("/receivables?state=closed&format=csv"); len(closed) != 1 {
		t.Errorf("%d are closed", len(closed))
	}
	seller := &browser{t: t, handler: s.handler, secret: s.key(s.actors["rottmuehl"])}
	names, rows = seller.table("/receivables?format=parquet")
	for i, id := range column(t, names, rows, "seller_id") {
		if own := s.parties["rottmuehl"].String(); id != own && column(t, names, rows, "buyer_id")[i] != own {
			t.Errorf("row %d is another's", i)
		}
	}
	seller.page("/journal?format=csv", http.StatusNotFound)
	seller.page("/parties/"+s.parties["rottmuehl"].String()+"?format=csv", http.StatusBadRequest)
}

// A file has all rows, also of a list of many pages.
func TestAFileHasAllPages(t *testing.T) {
	s := newStage(t)
	s.open()
	const many = 1_100
	for range many {
		s.give(s.maker, &book.RegisterActor{Party: s.parties["rottmuehl"], Role: party.Seller, Profile: s.keep(intake.KindActor, "=cmd|' /C calc'!A0")})
	}
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	names, rows := b.table("/journal?format=csv")
	head := s.engine.Head().Sequence
	if uint64(len(rows)) != head {
		t.Errorf("%d entries, want %d", len(rows), head)
	}
	if first := column(t, names, rows, "sequence"); first[len(first)-1] != "1" {
		t.Errorf("it ends with entry %s", first[len(first)-1])
	}
}

func TestNoTextIsAFormula(t *testing.T) {
	s := newStage(t)
	s.open()
	s.register(intake.Profile{Name: "=HYPERLINK(\"http://x\")", Country: "DE"}, party.Seller)
	s.register(intake.Profile{Name: "-2+3", Country: "DE"}, party.Seller)
	names, rows := (&browser{t: t, handler: s.handler, secret: s.key(s.maker)}).table("/parties?format=csv")
	for _, want := range []string{"'=HYPERLINK(\"http://x\")", "'-2+3"} {
		if got := column(t, names, rows, "name"); !slices.Contains(got, want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
}
