package reconciliation

import (
	"slices"

	"millrace/domain/money"
)

// only finds the sets of items that come to an amount; the first of them and how many there are, two at most. The list is short.
func (m *matcher) only(items []int32, amount money.Minor) (set []int32, count int) {
	for mask := 1; mask < 1<<len(items) && count < 2; mask++ {
		sum := money.Minor(0)
		for at, item := range items {
			if mask&(1<<at) != 0 {
				sum += m.open[item] // 16 amounts can't overflow
			}
		}
		if sum != amount {
			continue
		}
		if count++; count == 1 {
			for at, item := range items {
				if mask&(1<<at) != 0 {
					set = append(set, item)
				}
			}
		}
	}
	return set, count
}

// The bounds on sets of a party's items: how many items are looked at, and how rare it must be that one of the sets that were tried
// comes to the amount by chance: one in so many, where every amount is as likely.
const (
	setsItemsMax = 400
	chanceOneIn  = 2_000
)

// byChance tells whether a sum could come out by chance among so many. An amount without cents counts in whole units.
func byChance(amount money.Minor, tried int64) bool {
	spread := int64(max(amount, -amount))
	if spread%100 == 0 {
		spread /= 100
	}
	return tried > spread/chanceOneIn
}

// bySum assigns a known party's line to a set of its items which includes all that the line names, and which is the only one: the items
// due in one span of days, or up to three beyond those that are named.
func (m *matcher) bySum(i int) bool {
	l, c := &m.lines[i], &m.found[i]
	if c.party == 0 {
		return false
	}
	named := m.still(c.named)
	if len(named) < len(c.named) || !m.belong(i, named) {
		return false
	}
	rest := money.Sub(l.Amount, m.sum(named))
	if rest == 0 || rest > 0 != (l.Amount > 0) {
		return false
	}
	var others []int32
	for _, item := range m.party[c.party] {
		if m.open[item] != 0 && m.items[item].Currency == l.Currency && !slices.Contains(named, item) {
			others = append(others, item)
		}
	}
	if len(others) == 0 || len(others) > setsItemsMax {
		return false
	}
	if set := m.run(named, m.party[c.party], l); set != nil {
		return m.assign(i, set, 0, m.ofParty(i, set)|Referred|AmountFits|OnlySum)
	}
	set, tried, count := m.spans(others, rest)
	if count == 0 {
		set, tried, count = m.few(others, rest)
	}
	if count != 1 || len(set) > 1 && byChance(rest, tried) {
		return false
	}
	if m.exchangeable(set, others) {
		return false
	}
	set = append(slices.Clone(named), set...)
	e := m.ofParty(i, set) | AmountFits | OnlySum
	if len(named) > 0 {
		e |= Referred
	}
	return m.assign(i, set, 0, e)
}

// exchangeable tells whether an item outside a set is of the same amount as one in it: then the set is not the only one.
func (m *matcher) exchangeable(set, items []int32) bool {
	for _, item := range items {
		if slices.Contains(set, item) {
			continue
		}
		if slices.ContainsFunc(set, func(in int32) bool { return m.open[in] == m.open[item] }) {
			return true
		}
	}
	return false
}

// runMax is by how many items a run may go beyond what is named.
const runMax = 4

// run finds the one run of a party's open items, next to one another in the order of the list, that includes all that a line names and
// comes to its amount: a text had no room for the last of them. It is nil where there is none, or more than one.
func (m *matcher) run(named, all []int32, l *Line) (set []int32) {
	open := slices.DeleteFunc(slices.Clone(all), func(item int32) bool { return m.open[item] == 0 || m.items[item].Currency != l.Currency })
	first, last := len(open), -1
	for at, item := range open {
		if slices.Contains(named, item) {
			first, last = min(first, at), max(last, at)
		}
	}
	if last < 0 {
		return nil
	}
	for from := max(0, first-runMax); from <= first; from++ {
		for to := last; to < min(len(open), last+1+runMax); to++ {
			if m.sum(open[from:to+1]) != l.Amount {
				continue
			}
			if set != nil {
				return nil
			}
			set = slices.Clone(open[from : to+1])
		}
	}
	return set
}

// spans tries the items that are due within one span of days: two or more, next to one another by due date.
func (m *matcher) spans(items []int32, amount money.Minor) (set []int32, tried int64, count int) {
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b int32) int { return int(m.items[a].Due) - int(m.items[b].Due) })
	for from := range sorted {
		if from > 0 && m.items[sorted[from-1]].Due == m.items[sorted[from]].Due {
			continue // a span begins with all that is due on its first day
		}
		sum := money.Minor(0)
		for to := from; to < len(sorted); to++ {
			sum = money.Add(sum, m.open[sorted[to]])
			last := to+1 == len(sorted) || m.items[sorted[to+1]].Due != m.items[sorted[to]].Due
			if !last || to == from {
				continue
			}
			tried++
			if sum == amount {
				if count++; count == 1 {
					set = slices.Clone(sorted[from : to+1])
				}
			}
		}
	}
	return set, tried, count
}

// few tries one, two and three items.
func (m *matcher) few(items []int32, amount money.Minor) (set []int32, tried int64, count int) {
	at := map[money.Minor][]int32{}
	for _, item := range items {
		at[m.open[item]] = append(at[m.open[item]], item)
	}
	found := func(items ...int32) {
		if count++; count == 1 {
			set = slices.Clone(items)
		}
	}
	n := int64(len(items))
	for _, item := range at[amount] {
		found(item)
	}
	if tried = n; count > 0 {
		return set, tried, count
	}
	for _, a := range items {
		for _, b := range at[money.Sub(amount, m.open[a])] {
			if a < b {
				found(a, b)
			}
		}
	}
	if tried += n * (n - 1) / 2; count > 0 || n > 60 {
		return set, tried, count
	}
	for x, a := range items {
		for _, b := range items[x+1:] {
			for _, c := range at[money.Sub(money.Sub(amount, m.open[a]), m.open[b])] {
				if c > b {
					found(a, b, c)
				}
			}
		}
	}
	return set, tried + n*(n-1)*(n-2)/6, count
}
