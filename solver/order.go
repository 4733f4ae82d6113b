package solver

import (
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/money"
)

// item is one debt in the list of its debtor.
type item struct {
	amount   money.Minor
	creditor int32
	debt     int32 // its place in the instance
}

// arcs are the debts merged by direction: all that one firm owes another is one arc. They are ordered by debtor and creditor, and
// the items of each by age, so that nothing below depends on the order in which the debts came.
type arcs struct {
	firstArc  []int32 // of each firm as debtor, and the end
	creditor  []int32
	amount    []money.Minor
	firstItem []int32 // of each arc, and the end
	items     []item
}

// older is the order in which debts of one direction are set off: by due date, those without one last, then by key.
func older(a, b *clearing.Debt) int {
	switch {
	case a.Due != b.Due && a.Due.IsZero():
		return 1
	case a.Due != b.Due && b.Due.IsZero():
		return -1
	case a.Due != b.Due:
		return int(a.Due) - int(b.Due)
	case a.Key < b.Key:
		return -1
	case a.Key > b.Key:
		return 1
	}
	return int(min(1, max(-1, a.Amount-b.Amount)))
}

// merge puts the debts into order and adds up those of one direction.
func merge(in clearing.Instance) arcs {
	debts := in.Debts
	from := make([]int32, in.Firms+2) // of firm f at f+1, so that filling leaves the firsts at f
	for i := range debts {
		from[debts[i].Debtor+2]++
	}
	for f := 2; f < len(from); f++ {
		from[f] += from[f-1]
	}
	items := make([]item, len(debts))
	for i := range debts {
		debt := &debts[i]
		place := &from[debt.Debtor+1]
		items[*place] = item{amount: debt.Amount, creditor: debt.Creditor, debt: int32(i)}
		*place++
	}
	a := arcs{firstArc: make([]int32, in.Firms+1), items: items}
	count := 0
	for f := range in.Firms {
		count += sortItems(items[from[f]:from[f+1]], debts)
	}
	a.creditor, a.amount, a.firstItem = make([]int32, count), make([]money.Minor, count), make([]int32, count+1)
	at := int32(-1)
	for f := range in.Firms {
		a.firstArc[f] = at + 1
		previous := int32(-1)
		for i := from[f]; i < from[f+1]; i++ {
			if items[i].creditor != previous {
				at++
				previous = items[i].creditor
				a.creditor[at], a.firstItem[at] = previous, i
			}
			a.amount[at] += items[i].amount
		}
	}
	a.firstArc[in.Firms], a.firstItem[count] = at+1, int32(len(items))
	return a
}

// sortItems orders one debtor's debts by creditor and age, and counts the creditors.
func sortItems(items []item, debts []clearing.Debt) int {
	if len(items) <= 16 {
		for i := 1; i < len(items); i++ {
			moved := items[i]
			j := i
			for ; j > 0 && items[j-1].creditor > moved.creditor; j-- {
				items[j] = items[j-1]
			}
			items[j] = moved
		}
	} else {
		slices.SortFunc(items, func(a, b item) int { return int(a.creditor) - int(b.creditor) })
	}
	count := 0
	for i := 0; i < len(items); {
		j := i + 1
		for j < len(items) && items[j].creditor == items[i].creditor {
			j++
		}
		if j > i+1 {
			slices.SortFunc(items[i:j], func(a, b item) int { return older(&debts[a.debt], &debts[b.debt]) })
		}
		count++
		i = j
	}
	return count
}
