package table

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"millrace/book"
)

// rowsAtOnce are the sizes of the prepared upserts; most rows go in the largest.
var rowsAtOnce = [...]int{64, 8, 1}

const variablesMax = 32766 // of SQLite

// writing is what Write keeps between two calls.
type writing struct {
	order     []place
	arguments []driver.NamedValue
	arena     []byte // of the encodings in arguments
	entries   []uint64
	upserts   [][len(rowsAtOnce)][]driver.Stmt // by table; see upserts
	begin     driver.Stmt
	commit    driver.Stmt
	rollback  driver.Stmt
	move      driver.Stmt
	spill     [][2]driver.Stmt // by table
	all       []driver.Stmt
}

// place is where a row of the input stands in the order of writing.
type place struct {
	number uint64
	table  uint32
	index  uint32
}

// Write writes the rows and moves the watermark from where it was to mark, in one transaction. Of several rows of one
// record the last one counts; their entries are joined in order. After an error nothing was written.
func (s *Store) Write(rows []book.Row, mark Mark) error {
	if mark.Sequence < s.mark.Sequence {
		return fmt.Errorf("table: watermark %d behind %d", mark.Sequence, s.mark.Sequence)
	}
	err := s.conn.Raw(func(connection any) error {
		if s.writing.begin == nil {
			if err := s.prepare(connection.(driver.ConnPrepareContext)); err != nil {
				return err
			}
		}
		if err := execute(s.writing.begin); err != nil {
			return err
		}
		err := s.writeRows(rows)
		if err == nil {
			err = s.move(mark)
		}
		if err == nil {
			err = execute(s.writing.commit)
		}
		if err != nil {
			return errors.Join(err, execute(s.writing.rollback))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("table: write: %w", err)
	}
	s.mark = mark
	return nil
}

func execute(statement driver.Stmt, arguments ...driver.NamedValue) error {
	_, err := statement.(driver.StmtExecContext).ExecContext(context.Background(), arguments)
	return err
}

func (s *Store) prepare(connection driver.ConnPrepareContext) error {
	prepare := func(query string) (driver.Stmt, error) {
		statement, err := connection.PrepareContext(context.Background(), query)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", query, err)
		}
		s.writing.all = append(s.writing.all, statement)
		return statement, nil
	}
	w := &s.writing
	w.upserts, w.spill = make([][len(rowsAtOnce)][]driver.Stmt, len(s.tables)), make([][2]driver.Stmt, len(s.tables))
	var err error
	for i, t := range s.tables {
		for k, count := range rowsAtOnce {
			if count*(len(t.Columns)+3) > variablesMax {
				return fmt.Errorf("%s has too many columns", t.Name)
			}
			for _, query := range upserts(t, count) {
				statement, err := prepare(query)
				if err != nil {
					return err
				}
				w.upserts[i][k] = append(w.upserts[i][k], statement)
			}
		}
		for k, query := range spill(i, t) {
			if w.spill[i][k], err = prepare(query); err != nil {
				return err
			}
		}
	}
	for _, simple := range []struct {
		to    *driver.Stmt
		query string
	}{
		{&w.commit, "COMMIT"}, {&w.rollback, "ROLLBACK"},
		{&w.move, "UPDATE meta SET sequence = ?, identity = ?, leaf = ? WHERE sequence = ? AND leaf = ?"},
		{&w.begin, "BEGIN IMMEDIATE"},
	} {
		if *simple.to, err = prepare(simple.query); err != nil {
			return err
		}
	}
	return nil
}

// upserts returns the statements that write rows. SQLite takes a row out of an index and puts it back when an update
// names the column, even with the value that it has. So where there are indexes the first statement writes the rows whose
// indexed columns stay as they are, and new ones, and the second those that it left.
func upserts(t book.Table, rows int) []string {
	var names, all, unindexed strings.Builder
	var same []string
	for _, column := range t.Columns {
		name := quote(column.Name)
		update := name + " = excluded." + name + ", "
		names.WriteString(name + ", ")
		all.WriteString(update)
		if column.Indexed == book.IndexedColumn || slices.ContainsFunc(t.Orders, func(order []string) bool { return slices.Contains(order, column.Name) }) {
			same = append(same, fmt.Sprintf("%s.%s IS excluded.%s", quote(t.Name), name, name))
		} else {
			unindexed.WriteString(update)
		}
	}
	values := "(?" + strings.Repeat(", ?", len(t.Columns)+2) + ")"
	insert := fmt.Sprintf("INSERT INTO %s (number, %srecord, entries) VALUES %s%s ON CONFLICT (number) DO UPDATE SET ",
		quote(t.Name), names.String(), values, strings.Repeat(", "+values, rows-1))
	const rest = "record = excluded.record, entries = CAST(entries || excluded.entries AS BLOB)"
	if len(same) == 0 {
		return []string{insert + all.String() + rest}
	}
	unchanged := strings.Join(same, " AND ")
	return []string{
		insert + unindexed.String() + rest + " WHERE " + unchanged,
		insert + all.String() + rest + " WHERE NOT (" + unchanged + ")",
	}
}

// spill moves lists that became long out of their rows, so that a record that changes all the time is not written
// with its whole story every time.
func spill(i int, t book.Table) [2]string {
	long := fmt.Sprintf("length(entries) > %d", storyBytesMax)
	return [2]string{
		fmt.Sprintf(`INSERT INTO story (record_table, number, part, entries)
			SELECT %d, number, (SELECT count(*) FROM story WHERE record_table = %d AND number = t.number), entries FROM %s AS t WHERE %s`,
			i, i, quote(t.Name), long),
		fmt.Sprintf("UPDATE %s SET entries = x'' WHERE %s", quote(t.Name), long),
	}
}

func (s *Store) move(to Mark) error {
	result, err := s.writing.move.(driver.StmtExecContext).ExecContext(context.Background(), []driver.NamedValue{
		{Ordinal: 1, Value: int64(to.Sequence)}, {Ordinal: 2, Value: to.Identity[:]}, {Ordinal: 3, Value: to.Leaf[:]},
		{Ordinal: 4, Value: int64(s.mark.Sequence)}, {Ordinal: 5, Value: s.mark.Leaf[:]},
	})
	if err != nil {
		return err
	}
	if moved, err := result.RowsAffected(); err != nil || moved != 1 {
		return errors.Join(ErrMoved, err)
	}
	return nil
}

// writeRows goes through the rows by table and number, which is how the file is laid out.
func (s *Store) writeRows(rows []book.Row) error {
	w := &s.writing
	w.order = w.order[:0]
	for i := range rows {
		w.order = append(w.order, place{number: rows[i].Number, table: uint32(rows[i].Table), index: uint32(i)})
	}
	slices.SortFunc(w.order, func(a, b place) int {
		if c := cmp.Compare(a.table, b.table); c != 0 {
			return c
		}
		if c := cmp.Compare(a.number, b.number); c != 0 {
			return c
		}
		return cmp.Compare(a.index, b.index)
	})
	for start := 0; start < len(w.order); {
		table, end := w.order[start].table, start
		for end < len(w.order) && w.order[end].table == table {
			end++
		}
		if err := s.writeTable(int(table), rows, w.order[start:end]); err != nil {
			return fmt.Errorf("%s: %w", s.tables[table].Name, err)
		}
		for _, statement := range w.spill[table] {
			if err := execute(statement); err != nil {
				return fmt.Errorf("story of %s: %w", s.tables[table].Name, err)
			}
		}
		start = end
	}
	return nil
}

func (s *Store) writeTable(table int, rows []book.Row, order []place) error {
	w := &s.writing
	width := len(s.tables[table].Columns) + 3
	w.arguments, w.arena = w.arguments[:0], w.arena[:0]
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && order[end].number == order[start].number {
			end++
		}
		s.bind(table, rows, order[start:end])
		start = end
		if len(w.arguments) == rowsAtOnce[0]*width {
			if err := s.execute(table, width); err != nil {
				return err
			}
		}
	}
	return s.execute(table, width)
}

// bind appends the arguments of one record, given the places of its rows.
func (s *Store) bind(table int, rows []book.Row, same []place) {
	w := &s.writing
	t := &s.tables[table]
	last := &rows[same[len(same)-1].index]
	add := func(value driver.Value) {
		w.arguments = append(w.arguments, driver.NamedValue{Ordinal: len(w.arguments) + 1, Value: value})
	}
	add(int64(last.Number))
	for _, value := range t.Values(last.Record) {
		add(value)
	}
	start := len(w.arena)
	w.arena = t.Encode(w.arena, last.Record)
	add(w.arena[start:len(w.arena):len(w.arena)])
	w.entries = w.entries[:0]
	for _, p := range same {
		w.entries = append(w.entries, rows[p.index].Entries...)
	}
	start = len(w.arena)
	w.arena = AppendEntries(w.arena, w.entries)
	add(w.arena[start:len(w.arena):len(w.arena)])
}

// execute writes the bound arguments, in as few statements as there are.
func (s *Store) execute(table, width int) error {
	w := &s.writing
	rest := w.arguments
	for k, count := range rowsAtOnce {
		for len(rest) >= count*width {
			some := rest[:count*width]
			for i := range some {
				some[i].Ordinal = i + 1
			}
			if err := upsert(w.upserts[table][k], some, count); err != nil {
				return err
			}
			rest = rest[count*width:]
		}
	}
	w.arguments, w.arena = w.arguments[:0], w.arena[:0]
	return nil
}

// upsert runs the statements until every row is written.
func upsert(statements []driver.Stmt, arguments []driver.NamedValue, rows int) error {
	for _, statement := range statements {
		result, err := statement.(driver.StmtExecContext).ExecContext(context.Background(), arguments)
		if err != nil {
			return err
		}
		written, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if rows -= int(written); rows == 0 {
			return nil
		}
	}
	return fmt.Errorf("%d rows were not written", rows)
}

func (s *Store) closeStatements() error {
	var errs []error
	for _, statement := range s.writing.all {
		errs = append(errs, statement.Close())
	}
	s.writing = writing{}
	return errors.Join(errs...)
}
