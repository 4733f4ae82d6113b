package table_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"millrace/book"
	"millrace/engine/table"

	"pgregory.net/rapid"
)

// TestSumsFollowTheirRows writes rows, again and in other groups, and adds them up.
func TestSumsFollowTheirRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tables.db")
	summed := tables()
	summed[0].Sums = []book.Sum{{Name: "by_name", By: []string{"name"}, Of: []string{"value"}}, {Name: "by_both", By: []string{"value", "name"}}}
	summed[0].Orders = [][]string{{"name", "value"}}
	s, err := table.Open(path, summed)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sequence := uint64(0)
	held := map[uint64]record{}
	rapid.Check(t, func(r *rapid.T) {
		var rows []book.Row
		for range rapid.IntRange(0, 100).Draw(r, "rows") {
			one := record{rapid.SampledFrom([]string{"one", "two", "three"}).Draw(r, "name"), rapid.Int64Range(-3, 3).Draw(r, "value")}
			number := rapid.Uint64Range(1, 80).Draw(r, "number")
			held[number] = one
			rows = append(rows, book.Row{Number: number, Record: one})
		}
		sequence++
		if err := s.Write(rows, mark(sequence)); err != nil {
			r.Fatal(err)
		}
		wrong, err := s.WrongSums(t.Context())
		if err != nil || len(wrong) > 0 {
			r.Fatalf("%v %v", wrong, err)
		}
		view, err := s.Read(t.Context())
		if err != nil {
			r.Fatal(err)
		}
		defer view.Close()
		count, sum := 0, int64(0)
		for _, one := range held {
			if one.Name == "two" {
				count, sum = count+1, sum+one.Value
			}
		}
		var gotCount int
		var gotSum int64
		err = view.Tx.QueryRow("SELECT records, value FROM by_name WHERE name = 'two'").Scan(&gotCount, &gotSum)
		if err != nil && (err != sql.ErrNoRows || count > 0) || gotCount != count || gotSum != sum {
			r.Fatalf("%d records with %d, want %d with %d (%v)", gotCount, gotSum, count, sum, err)
		}
		var least sql.NullInt64
		err = view.Tx.QueryRow("SELECT min(value) FROM first INDEXED BY first_by_name_value WHERE name = 'two'").Scan(&least)
		if wanted, some := leastOf(held, "two"); err != nil || least.Valid != some || least.Int64 != wanted {
			r.Fatalf("the least is %v, want %d (%v)", least, wanted, err)
		}
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec("INSERT INTO by_name VALUES ('nobody', 0, 0)"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = table.Open(path, summed); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if wrong, err := s.WrongSums(t.Context()); err != nil || len(wrong) != 1 || wrong[0] != "by_name" {
		t.Errorf("%v %v", wrong, err)
	}
}

// leastOf is the least value under a name.
func leastOf(held map[uint64]record, name string) (least int64, some bool) {
	for _, one := range held {
		if one.Name == name && (!some || one.Value < least) {
			least, some = one.Value, true
		}
	}
	return least, some
}
