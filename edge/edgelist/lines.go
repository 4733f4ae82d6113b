package edgelist

import "sort"

// lines are where debts begin in the file. Most follow one another line by line, so that only breaks are kept.
type lines []lineBreak

// lineBreak is a debt that does not begin one line behind the one before it.
type lineBreak struct{ debt, line uint32 }

// add notes where the next debt begins, after so many others.
func (l *lines) add(debts int, line int) {
	if debts == 0 || l.after(len(*l)-1, debts) != line {
		*l = append(*l, lineBreak{debt: uint32(debts), line: uint32(line)})
	}
}

// after is where a debt begins, if the last break before it is that one.
func (l *lines) after(last, debt int) int {
	b := (*l)[last]
	return int(b.line) + debt - int(b.debt)
}

// at is where a debt begins.
func (l *lines) at(debt int) int {
	return l.after(sort.Search(len(*l), func(i int) bool { return int((*l)[i].debt) > debt })-1, debt)
}
