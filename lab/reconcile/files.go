package reconcile

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/reconciliation"
	"millrace/edge/statement"
)

// The columns of the two tables, in any order; those in brackets may be missing.
//
//	items: item, amount, currency, due, (party), (name), (account), (key), (references)
//	truth: line, item
//
// Amounts are in major units with a point, below zero for what lessens a payment. Several names, accounts and references are kept
// apart by "|". A line of the truth without an item says that the line pays nothing known.
var (
	itemColumns  = []string{"item", "amount", "currency", "due"}
	truthColumns = []string{"line", "item"}
)

// WrongRow says what can't be read in a table.
type WrongRow struct {
	File   string
	Row    int // from 1, the header
	Column string
	Value  string
	Reason string
}

// Error prints where and what.
func (e *WrongRow) Error() string {
	return fmt.Sprintf("%s: row %d, column %q: %q %s", e.File, e.Row, e.Column, e.Value, e.Reason)
}

// rows reads a table, and calls with each row by column.
func rows(name string, r io.Reader, needed []string, call func(row int, cell func(column string) string) error) error {
	table := csv.NewReader(r)
	table.FieldsPerRecord = -1
	header, err := table.Read()
	if err != nil {
		return fmt.Errorf("%s: the header can't be read: %w", name, err)
	}
	at := map[string]int{}
	for i, column := range header {
		at[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(column, "\uFEFF")))] = i
	}
	for _, column := range needed {
		if _, found := at[column]; !found {
			return &WrongRow{name, 1, column, "", "is not among the columns"}
		}
	}
	for row := 2; ; row++ {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: row %d: %w", name, row, err)
		}
		cell := func(column string) string {
			if i, found := at[column]; found && i < len(record) {
				return strings.TrimSpace(record[i])
			}
			return ""
		}
		if err := call(row, cell); err != nil {
			return err
		}
	}
}

// ReadItems reads the items of a case.
func (c *Case) ReadItems(name string, r io.Reader) error {
	parties, places := map[string]int{}, map[string]bool{}
	return rows(name, r, itemColumns, func(row int, cell func(string) string) error {
		wrong := func(column, reason string) error { return &WrongRow{name, row, column, cell(column), reason} }
		if places[cell("item")] {
			return wrong("item", "stands twice")
		}
		places[cell("item")] = true
		currency, known := money.ParseCurrency(cell("currency"))
		if !known {
			return wrong("currency", "is not a currency of ISO 4217")
		}
		amount, err := money.Parse(cell("amount"), currency)
		if err != nil || amount == 0 {
			return wrong("amount", "is not an amount of its currency other than zero")
		}
		due, ok := calendar.Parse(cell("due"))
		if !ok {
			return wrong("due", "is not a date")
		}
		it := reconciliation.Item{Amount: amount, Currency: currency, Due: due, Key: cell("key"), References: list(cell("references"))}
		if party := cmp.Or(cell("party"), cell("account"), cell("name")); party != "" {
			place, known := parties[party]
			if !known {
				place = len(c.Parties)
				parties[party] = place
				c.Parties = append(c.Parties, reconciliation.Party{ID: uint64(place + 1)})
			}
			p := &c.Parties[place]
			it.Party = p.ID
			p.Names, p.Accounts = add(p.Names, list(cell("name"))), add(p.Accounts, list(cell("account")))
		}
		c.Items, c.Keys = append(c.Items, it), append(c.Keys, cell("item"))
		return nil
	})
}

// list takes "a|b" apart.
func list(text string) []string {
	var all []string
	for one := range strings.SplitSeq(text, "|") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}

func add(to, more []string) []string {
	for _, one := range more {
		if !slices.Contains(to, one) {
			to = append(to, one)
		}
	}
	return to
}

// ReadTruth reads which items the lines pay; the lines and the items must be there.
func (c *Case) ReadTruth(name string, r io.Reader) error {
	lines, items := map[string]int{}, map[string]int{}
	for i, line := range c.Names {
		lines[line] = i
	}
	for i, item := range c.Keys {
		items[item] = i
	}
	c.Truth = map[int]map[int]bool{}
	return rows(name, r, truthColumns, func(row int, cell func(string) string) error {
		line, known := lines[cell("line")]
		if !known {
			return &WrongRow{name, row, "line", cell("line"), "is not a line of the statement"}
		}
		if c.Truth[line] == nil {
			c.Truth[line] = map[int]bool{}
		}
		if cell("item") == "" {
			return nil
		}
		item, known := items[cell("item")]
		if !known {
			return &WrongRow{name, row, "item", cell("item"), "is not among the items"}
		}
		c.Truth[line][item] = true
		return nil
	})
}

// ReadStatement takes the booked lines of a statement file of any format.
func (c *Case) ReadStatement(name string, content []byte) error {
	file, err := statement.Read(name, content, statement.Limits{})
	if err != nil {
		return err
	}
	for i := range file.Statements {
		lines, names := file.Statements[i].Lines()
		c.Lines, c.Names = append(c.Lines, lines...), append(c.Names, names...)
	}
	return nil
}
