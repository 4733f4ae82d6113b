package solver

import (
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/money"
)

// arcs are the debts merged by direction: all that one firm owes another is one arc. They are ordered by debtor and creditor, and
// the debts of each by age, so that nothing below depends on the order in which the debts came.
type arcs struct {
	firstArc  []int32 // of each firm as debtor, and the end
	creditor  []int32
	amount    []money.Minor
	firstDebt []int32 // of each arc, and the end; nil where each arc is one debt
	debts     []int32 // the place of each debt in the instance
}

// places are where the debts of an arc are in the instance.
func (a *arcs) places(at int32) []int32 {
	if a.firstDebt == nil {
		return a.debts[at : at+1]
	}
	return a.debts[a.firstDebt[at]:a.firstDebt[at+1]]
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
	from, sorted := byDebtor(in)
	a := arcs{firstArc: make([]int32, in.Firms+1), debts: make([]int32, len(sorted))}
	count := 0
	for f := range in.Firms {
		count += sortDebts(sorted[from[f]:from[f+1]], in.Debts)
	}
	a.creditor, a.amount = make([]int32, count), make([]money.Minor, count)
	if count < len(sorted) {
		a.firstDebt = make([]int32, count+1)
		a.firstDebt[count] = int32(len(sorted))
	}
	at := int32(-1)
	for f := range in.Firms {
		a.firstArc[f] = at + 1
		previous := int32(-1)
		for i := from[f]; i < from[f+1]; i++ {
			creditor, debt := int32(sorted[i]>>32), int32(uint32(sorted[i]))
			if creditor != previous {
				at++
				previous = creditor
				a.creditor[at] = creditor
				if a.firstDebt != nil {
					a.firstDebt[at] = i
				}
			}
			a.amount[at] += in.Debts[debt].Amount
			a.debts[i] = debt
		}
	}
	a.firstArc[in.Firms] = at + 1
	return a
}

// byDebtor brings together the debts of each debtor, as the creditor's number and below it the debt's place, and says where those
// of each begin.
func byDebtor(in clearing.Instance) (from []int32, sorted []uint64) {
	from = make([]int32, in.Firms+2) // of firm f at f+1, so that filling leaves the firsts at f
	for i := range in.Debts {
		from[in.Debts[i].Debtor+2]++
	}
	for f := 2; f < len(from); f++ {
		from[f] += from[f-1]
	}
	sorted = make([]uint64, len(in.Debts))
	for i := range in.Debts {
		place := &from[in.Debts[i].Debtor+1]
		sorted[*place] = uint64(in.Debts[i].Creditor)<<32 | uint64(i)
		*place++
	}
	return from, sorted
}

// sortDebts orders one debtor's debts by creditor and age, and counts the creditors.
func sortDebts(sorted []uint64, debts []clearing.Debt) int {
	slices.Sort(sorted)
	count := 0
	for i := 0; i < len(sorted); {
		j := i + 1
		for j < len(sorted) && sorted[j]>>32 == sorted[i]>>32 {
			j++
		}
		if j > i+1 {
			slices.SortFunc(sorted[i:j], func(a, b uint64) int { return older(&debts[uint32(a)], &debts[uint32(b)]) })
		}
		count++
		i = j
	}
	return count
}
