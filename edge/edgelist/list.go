// Package edgelist reads anybody's list of who owes whom how much into an instance of multilateral set-off, and writes what came of
// it: a row for each debt, and the certificate. The forms are told in doc/CLEARING.md.
package edgelist

import (
	"bytes"
	"cmp"
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/money"
)

// List is the debts of a file. Firms are numbered in the order of their names, and keys say nothing of the order of the lines, so
// that a list in another order is the same instance.
type List struct {
	Debts   []clearing.Debt // one a line, in the order of the file
	Scale   int             // decimals of an amount
	Owed    money.Minor     // all debts
	Column  string          // the currency, where the list has a column of it
	Ignored []string        // columns that are not read

	SelfDebts int // whose debtor is the creditor; each can be set off whole
	Zeros     int // of amount zero; nothing of them can be set off
	Repeats   int // that have debtor, creditor and id of another one; each counts

	firms texts
	ids   texts // of each debt; nothing where the list has no such column
	lines lines
}

// Firms is how many there are.
func (l *List) Firms() int { return len(l.firms.ends) }

// Firm is a firm's name.
func (l *List) Firm(number int) string { return string(l.firms.at(number)) }

// Line is where a debt begins in the file, from 1.
func (l *List) Line(debt int) int { return l.lines.at(debt) }

// ID is what the file calls the debt, "" for nothing.
func (l *List) ID(debt int) string { return string(l.id(debt)) }

func (l *List) id(debt int) []byte {
	if len(l.ids.ends) == 0 {
		return nil
	}
	return l.ids.at(debt)
}

// Instance is the list to be solved, with cash that may be put in, or nil. It shares the list's debts.
func (l *List) Instance(cash *clearing.Liquidity) clearing.Instance {
	return clearing.Instance{Firms: l.Firms(), Debts: l.Debts, Liquidity: cash}
}

// arrange numbers the firms by their names and gives each debt its key: its place by debtor, creditor, id, amount, due date and, of debts
// that are alike in all of that, line.
func (l *List) arrange(firms *names) {
	sorted, numbers := firms.sorted()
	l.firms = sorted
	begins := make([]int32, l.Firms()+1)
	for i := range l.Debts {
		d := &l.Debts[i]
		d.Debtor, d.Creditor = numbers[d.Debtor], numbers[d.Creditor]
		begins[d.Debtor+1]++
	}
	for i := 1; i < len(begins); i++ {
		begins[i] += begins[i-1]
	}
	order, next := make([]int32, len(l.Debts)), slices.Clone(begins)
	for i := range l.Debts {
		debtor := l.Debts[i].Debtor
		order[next[debtor]] = int32(i)
		next[debtor]++
	}
	for firm := range l.Firms() {
		slices.SortFunc(order[begins[firm]:begins[firm+1]], l.compare)
	}
	for place, i := range order {
		l.Debts[i].Key = uint64(place)
		if place > 0 && l.repeats(order[place-1], i) {
			l.Repeats++
		}
	}
}

func (l *List) compare(a, b int32) int {
	x, y := &l.Debts[a], &l.Debts[b]
	if c := cmp.Compare(x.Creditor, y.Creditor); c != 0 {
		return c
	}
	if c := bytes.Compare(l.id(int(a)), l.id(int(b))); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(x.Amount, y.Amount), cmp.Compare(x.Due, y.Due), cmp.Compare(a, b))
}

func (l *List) repeats(a, b int32) bool {
	x, y, id := &l.Debts[a], &l.Debts[b], l.id(int(a))
	return len(id) > 0 && x.Debtor == y.Debtor && x.Creditor == y.Creditor && bytes.Equal(id, l.id(int(b)))
}
