package table

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"millrace/book"
)

// sums returns the statements that make the sums of a table, and the triggers that keep them up: they stand at the watermark of the
// rows, and a row that is written again as it was costs a comparison. The column "records" counts; a group without records is removed.
// Further columns of a key have an index where the table's have one.
func sums(t book.Table) []string {
	var statements []string
	for _, s := range t.Sums {
		var columns, keys strings.Builder
		for _, name := range s.By {
			fmt.Fprintf(&columns, "%s %s NOT NULL, ", quote(name), typeName(columnOf(t, name).Type))
			keys.WriteString(", " + quote(name))
		}
		columns.WriteString("records INTEGER NOT NULL, ")
		for _, name := range s.Of {
			fmt.Fprintf(&columns, "%s INTEGER NOT NULL, ", quote(name))
		}
		statements = append(statements,
			fmt.Sprintf("CREATE TABLE %s (%sPRIMARY KEY (%s)) STRICT, WITHOUT ROWID", quote(s.Name), columns.String(), keys.String()[2:]),
			fmt.Sprintf("CREATE TRIGGER %s AFTER INSERT ON %s BEGIN %s; END", quote(s.Name+"_new"), quote(t.Name), added(s)),
			fmt.Sprintf("CREATE TRIGGER %s AFTER UPDATE ON %s WHEN %s BEGIN %s; %s; END", quote(s.Name+"_change"), quote(t.Name), changed(s), taken(s), added(s)),
		)
		for _, name := range s.By[1:] {
			if column := columnOf(t, name); column.Indexed == book.IndexedColumn && column.Type == book.Integer {
				statements = append(statements, fmt.Sprintf("CREATE INDEX %s ON %s (%s)", quote(s.Name+"_by_"+name), quote(s.Name), quote(name)))
			}
		}
	}
	return statements
}

func columnOf(t book.Table, name string) book.Column {
	at := slices.IndexFunc(t.Columns, func(c book.Column) bool { return c.Name == name })
	if at < 0 {
		panic(fmt.Sprintf("table: %s has no column %s", t.Name, name))
	}
	return t.Columns[at]
}

// added puts the new row into its group.
func added(s book.Sum) string {
	var names, values, more strings.Builder
	for _, name := range s.By {
		names.WriteString(quote(name) + ", ")
		values.WriteString("NEW." + quote(name) + ", ")
	}
	names.WriteString("records")
	values.WriteString("1")
	for _, name := range s.Of {
		names.WriteString(", " + quote(name))
		values.WriteString(", NEW." + quote(name))
		fmt.Fprintf(&more, ", %s = %s + excluded.%s", quote(name), quote(name), quote(name))
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO UPDATE SET records = records + 1%s", quote(s.Name), names.String(), values.String(), more.String())
}

// taken takes the old row out of its group.
func taken(s book.Sum) string {
	var same []string
	for _, name := range s.By {
		same = append(same, fmt.Sprintf("%s = OLD.%s", quote(name), quote(name)))
	}
	group := strings.Join(same, " AND ")
	less := "records = records - 1"
	for _, name := range s.Of {
		less += fmt.Sprintf(", %s = %s - OLD.%s", quote(name), quote(name), quote(name))
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE %s; DELETE FROM %s WHERE %s AND records = 0", quote(s.Name), less, group, quote(s.Name), group)
}

// changed tells whether a row that is written again changes a sum.
func changed(s book.Sum) string {
	var other []string
	for _, name := range slices.Concat(s.By, s.Of) {
		other = append(other, fmt.Sprintf("OLD.%s IS NOT NEW.%s", quote(name), quote(name)))
	}
	return strings.Join(other, " OR ")
}

// WrongSums names the sums that are not those of the rows, by adding all rows up again.
func (s *Store) WrongSums(ctx context.Context) ([]string, error) {
	var wrong []string
	for _, t := range s.tables {
		for _, sum := range t.Sums {
			var by, all strings.Builder
			for _, name := range sum.By {
				by.WriteString(quote(name) + ", ")
			}
			for _, name := range sum.Of {
				fmt.Fprintf(&all, ", sum(%s)", quote(name))
			}
			keys := strings.TrimSuffix(by.String(), ", ")
			kept := fmt.Sprintf("SELECT * FROM %s", quote(sum.Name))
			again := fmt.Sprintf("SELECT %scount(*)%s FROM %s GROUP BY %s", by.String(), all.String(), quote(t.Name), keys)
			var differ int
			query := fmt.Sprintf("SELECT (SELECT count(*) FROM (%s EXCEPT %s)) + (SELECT count(*) FROM (%s EXCEPT %s))", kept, again, again, kept)
			if err := s.conn.QueryRowContext(ctx, query).Scan(&differ); err != nil {
				return nil, fmt.Errorf("table: %s: %w", sum.Name, err)
			}
			if differ > 0 {
				wrong = append(wrong, sum.Name)
			}
		}
	}
	return wrong, nil
}
