package table_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/book"
	"millrace/engine/table"
)

type record struct {
	Name  string
	Value int64
}

func tables() []book.Table {
	var all []book.Table
	for _, name := range []string{"first", "second"} {
		all = append(all, book.Table{
			Name: name, Live: name == "first",
			Columns: []book.Column{{Name: "name", Type: book.Text, Indexed: book.IndexedColumn}, {Name: "value", Type: book.Integer}},
			Values:  func(r any) []any { return []any{r.(record).Name, r.(record).Value} },
			Encode: func(dst []byte, r any) []byte {
				return append(binary.AppendVarint(dst, r.(record).Value), r.(record).Name...)
			},
		})
	}
	return all
}

func open(t testing.TB, path string) *table.Store {
	t.Helper()
	s, err := table.Open(path, tables())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func mark(sequence uint64) table.Mark {
	m := table.Mark{Sequence: sequence, Identity: [32]byte{1}}
	binary.BigEndian.PutUint64(m.Leaf[:], sequence)
	return m
}

func story(t testing.TB, s *table.Store, number uint64) []uint64 {
	t.Helper()
	view, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	got, err := view.Story(t.Context(), 0, number)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestLastRowCountsAndEntriesJoin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tables.db")
	s := open(t, path)
	row := func(number uint64, name string, entries ...uint64) book.Row {
		return book.Row{Number: number, Record: record{name, int64(number)}, Entries: entries}
	}
	if err := s.Write([]book.Row{row(2, "two", 1), row(1, "one", 1), row(2, "deux", 2, 3)}, mark(3)); err != nil {
		t.Fatal(err)
	}
	if err := s.Write([]book.Row{row(2, "zwei", 9)}, mark(9)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint64{1, 2, 3, 9}, story(t, s, 2)); diff != "" {
		t.Error(diff)
	}
	s.Close()
	s = open(t, path)
	if s.Mark() != mark(9) {
		t.Errorf("mark %+v", s.Mark())
	}
	var got []string
	if err := s.Load(func(table int, number uint64, bytes []byte) error {
		got = append(got, fmt.Sprintf("%d %d %s", table, number, bytes[1:]))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"0 1 one", "0 2 zwei"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLongStoriesLeaveTheRow(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "tables.db"))
	var want []uint64
	for sequence := uint64(1); sequence < 30_000; {
		var entries []uint64
		for range 997 {
			sequence += 3
			entries = append(entries, sequence)
		}
		want = append(want, entries...)
		if err := s.Write([]book.Row{{Number: 7, Record: record{"hot", 1}, Entries: entries}}, mark(sequence)); err != nil {
			t.Fatal(err)
		}
	}
	view, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var inRow, parts int
	if err := view.Tx.QueryRow("SELECT length(entries), (SELECT count(*) FROM story) FROM first WHERE number = 7").Scan(&inRow, &parts); err != nil {
		t.Fatal(err)
	}
	view.Close()
	if inRow > 4<<10 || parts < 2 {
		t.Errorf("%d bytes in the row, %d parts outside", inRow, parts)
	}
	if got := story(t, s, 7); !slices.Equal(got, want) {
		t.Errorf("story of %d entries, want %d", len(got), len(want))
	}
}

func TestWatermarkMovesByComparison(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tables.db")
	one, other := open(t, path), open(t, path)
	rows := []book.Row{{Number: 1, Record: record{"x", 1}, Entries: []uint64{1}}}
	if err := one.Write(rows, mark(1)); err != nil {
		t.Fatal(err)
	}
	if err := other.Write(rows, mark(5)); !errors.Is(err, table.ErrMoved) {
		t.Errorf("second writer: %v", err)
	}
	if err := one.Write(rows, mark(2)); err != nil {
		t.Errorf("first writer after the second failed: %v", err)
	}
}

func TestAnotherLayoutIsUnusable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tables.db")
	open(t, path).Close()
	changed := tables()
	changed[1].Columns[1].Indexed = book.IndexedColumn
	if _, err := table.Open(path, changed); !errors.Is(err, table.ErrUnusable) {
		t.Errorf("got %v", err)
	}
}

func TestFlusher(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "tables.db"))
	f := table.NewFlusher(s)
	for sequence := uint64(1); sequence <= 300; sequence++ {
		rows := append(f.Rows(), book.Row{Number: sequence % 7, Record: record{"x", 1}, Entries: []uint64{sequence}})
		if err := f.Add(mark(sequence), rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Wait(t.Context(), 300); err != nil || f.Watermark() != mark(300) {
		t.Errorf("watermark %d, %v", f.Watermark().Sequence, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if got := story(t, s, 0); len(got) != 42 || got[0] != 7 || got[41] != 294 {
		t.Errorf("story %v", got)
	}
	if err := f.Add(mark(301), nil); err == nil {
		t.Error("rows taken after Close")
	}
	if err := f.Wait(t.Context(), 301); err == nil {
		t.Error("wait after Close returned without an error")
	}
}

// A flusher that rests takes nothing until somebody waits for it, or the rest is called off.
func TestFlusherRests(t *testing.T) {
	f := table.NewFlusher(open(t, filepath.Join(t.TempDir(), "tables.db")))
	hungry := make(chan struct{}, 1)
	f.OnHungry(func() { hungry <- struct{}{} })
	f.Rest(time.Hour)
	add := func(sequence uint64) {
		if err := f.Add(mark(sequence), nil); err != nil {
			t.Fatal(err)
		}
	}
	add(1)
	if err := f.Wait(t.Context(), 1); err != nil || f.Hungry() {
		t.Fatalf("it does not rest after a transaction: %v", err)
	}
	waited := make(chan error)
	go func() { waited <- f.Wait(t.Context(), 2) }()
	<-hungry
	if !f.Hungry() {
		t.Error("somebody waits, and it rests")
	}
	add(2)
	if err := <-waited; err != nil || f.Watermark() != mark(2) || f.Hungry() {
		t.Errorf("watermark %d, %v", f.Watermark().Sequence, err)
	}
	f.Rest(0)
	<-hungry
	add(3)
	<-hungry
	if err := f.Close(); err != nil || f.Watermark() != mark(3) {
		t.Errorf("watermark %d, %v", f.Watermark().Sequence, err)
	}
}

func TestFlusherReportsAFailedWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tables.db")
	s, other := open(t, path), open(t, path)
	if err := other.Write(nil, mark(1)); err != nil {
		t.Fatal(err)
	}
	f := table.NewFlusher(s)
	failed := make(chan error, 1)
	f.OnError(func(err error) { failed <- err })
	if err := f.Add(mark(1), nil); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; !errors.Is(err, table.ErrMoved) {
		t.Errorf("got %v", err)
	}
	if err := f.Wait(t.Context(), 1); !errors.Is(err, table.ErrMoved) {
		t.Errorf("wait: %v", err)
	}
	if err := f.Close(); !errors.Is(err, table.ErrMoved) {
		t.Errorf("close: %v", err)
	}
}

func TestEntryListsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []uint64
		var segments []byte
		for range rapid.IntRange(0, 5).Draw(t, "segments") {
			some := rapid.SliceOfDistinct(rapid.Uint64(), rapid.ID[uint64]).Draw(t, "sequences")
			slices.Sort(some)
			want, segments = append(want, some...), table.AppendEntries(segments, some)
		}
		got, err := table.DecodeEntries(nil, segments)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("got %v (%v), want %v", got, err, want)
		}
	})
}

func TestMalformedEntryLists(t *testing.T) {
	for _, segments := range [][]byte{{2, 1}, {0x80}, {1, 0xff}, {200, 1, 1, 1}} {
		if got, err := table.DecodeEntries(nil, segments); err == nil {
			t.Errorf("% x gives %v", segments, got)
		}
	}
}

// BenchmarkWrite measures rows a second at random among 1,000,000:
// go test -run '^$' -bench Write ./engine/table
func BenchmarkWrite(b *testing.B) {
	const records, together = 1_000_000, 50_000
	s := open(b, filepath.Join(b.TempDir(), "tables.db"))
	rows := make([]book.Row, together)
	sequence := uint64(0)
	write := func(number func(i int) uint64) {
		sequence++
		for i := range rows {
			rows[i] = book.Row{Number: number(i), Record: record{"a name of a record", 1 << 40}, Entries: []uint64{sequence}}
		}
		if err := s.Write(rows, mark(sequence)); err != nil {
			b.Fatal(err)
		}
	}
	for done := uint64(0); done < records; done += together {
		write(func(i int) uint64 { return done + uint64(i) })
	}
	state := uint64(1)
	b.ReportAllocs()
	for b.Loop() {
		write(func(int) uint64 {
			state = state*6364136223846793005 + 1442695040888963407
			return state >> 33 % records
		})
	}
	b.ReportMetric(float64(b.N)*together/b.Elapsed().Seconds(), "rows/s")
}

// TestRowsOfOneStatementChangeOrNot mixes, in one write, rows that are new, that keep their indexed column, and that change it.
func TestRowsOfOneStatementChangeOrNot(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "tables.db"))
	for round := range 4 {
		var rows []book.Row
		for number := range uint64(300 + 100*round) {
			name := fmt.Sprint("name", uint64(round)*(number%2)) // every other one changes
			rows = append(rows, book.Row{Table: 1, Number: number, Record: record{name, int64(round)}, Entries: []uint64{uint64(round + 1)}})
		}
		if err := s.Write(rows, mark(uint64(round+1))); err != nil {
			t.Fatal(err)
		}
	}
	view, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	for number, want := range map[uint64][]uint64{0: {1, 2, 3, 4}, 299: {1, 2, 3, 4}, 300: {2, 3, 4}, 599: {4}} {
		if got, err := view.Story(t.Context(), 1, number); err != nil || !slices.Equal(got, want) {
			t.Errorf("story of %d is %v (%v), want %v", number, got, err, want)
		}
	}
	for query, want := range map[string]int{
		"SELECT count(*) FROM second INDEXED BY second_by_name WHERE name = 'name0'": 300,
		"SELECT count(*) FROM second INDEXED BY second_by_name WHERE name = 'name3'": 300,
		"SELECT count(*) FROM second WHERE value = 3":                                600,
	} {
		var got int
		if err := view.Tx.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d (%v), want %d", query, got, err, want)
		}
	}
}
