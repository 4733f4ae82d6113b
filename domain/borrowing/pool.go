package borrowing

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// columns are amounts by class.
type columns [ClassesMax]money.Minor

func (c *columns) sum() money.Minor {
	total := money.Minor(0)
	for _, amount := range c {
		total = money.Add(total, amount)
	}
	return total
}

// node is what the items of one obligor come to.
type node struct {
	obligor  Obligor
	total    money.Minor // of all its items
	overdue  money.Minor // of these
	amount   columns     // of items that count by themselves
	disputed columns     // off them
	credits  columns     // likewise
}

// Pool is the sums of a pool on one day. An item is added or removed in constant time; what it is asked for afterwards is
// the same in whatever order that was done. Items themselves are the caller's to keep.
type Pool struct {
	terms *Terms
	on    calendar.Date
	nodes []node // by party
	place map[id.Party]int32
	gross columns
	out   [reasonsEnd]columns
	stock columns // that counts
	items [reasonsEnd]int64
}

// NewPool is an empty pool on a day. The obligors of all items that will be added are known beforehand; the terms are used
// as long as the pool is. It panics when an obligor is named twice.
func NewPool(terms *Terms, on calendar.Date, obligors []Obligor) *Pool {
	sorted := slices.Clone(obligors)
	slices.SortFunc(sorted, func(a, b Obligor) int { return compare(a.Party, b.Party) })
	p := &Pool{terms: terms, on: on, nodes: make([]node, len(sorted)), place: make(map[id.Party]int32, len(sorted))}
	for i, o := range sorted {
		if i > 0 && sorted[i-1].Party == o.Party {
			panic("borrowing: an obligor is named twice")
		}
		p.nodes[i].obligor = o
		p.place[o.Party] = int32(i)
	}
	return p
}

func compare[T ~uint64 | ~int64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Add counts an item.
func (p *Pool) Add(item *Item) { p.apply(item, 1) }

// Remove takes an item off that was added as it stands here.
func (p *Pool) Remove(item *Item) { p.apply(item, -1) }

// SetContra says what the borrower now owes an obligor; false when the obligor is not known.
func (p *Pool) SetContra(party id.Party, contra money.Minor) bool {
	n := p.node(party)
	if n != nil {
		n.obligor.Contra = contra
	}
	return n != nil
}

func (p *Pool) node(party id.Party) *node {
	i, known := p.place[party]
	if !known {
		return nil
	}
	return &p.nodes[i]
}

func (p *Pool) apply(item *Item, sign money.Minor) {
	var n *node
	var obligor *Obligor
	if item.Obligor != 0 {
		if n = p.node(item.Obligor); n != nil {
			obligor = &n.obligor
		}
	}
	j := p.terms.Judge(item, obligor, p.on)
	p.items[j.Reason] += int64(sign)
	if j.Reason == NothingOwed || j.Reason == ClassUnknown {
		return
	}
	class, amount := item.Class, sign*item.Amount
	p.gross[class] = money.Add(p.gross[class], amount)
	stock := p.terms.Classes[class].Kind == Stock
	if n != nil && !stock {
		n.total = money.Add(n.total, amount)
		if p.terms.overdue(item, p.on) {
			n.overdue = money.Add(n.overdue, amount)
		}
	}
	switch {
	case j.Reason != Eligible:
		p.out[j.Reason][class] = money.Add(p.out[j.Reason][class], amount)
	case stock:
		p.stock[class] = money.Add(p.stock[class], sign*j.Counts)
		p.out[DisputedPart][class] = money.Add(p.out[DisputedPart][class], sign*j.Disputed)
		p.out[CreditNotes][class] = money.Add(p.out[CreditNotes][class], sign*j.Credits)
	default:
		n.amount[class] = money.Add(n.amount[class], amount)
		n.disputed[class] = money.Add(n.disputed[class], sign*j.Disputed)
		n.credits[class] = money.Add(n.credits[class], sign*j.Credits)
	}
}

// ReasonOf says why an item as a whole does not count, cross-aging included; Eligible where it counts, at least in part.
func (p *Pool) ReasonOf(item *Item) Reason {
	n := p.node(item.Obligor)
	if n == nil || item.Obligor == 0 {
		return p.terms.Judge(item, nil, p.on).Reason
	}
	reason := p.terms.Judge(item, &n.obligor, p.on).Reason
	if reason == Eligible && p.terms.Classes[item.Class].Kind == Receivables && p.terms.crossAged(n.overdue, n.total) {
		return CrossAged
	}
	return reason
}

// crossAged tells whether the overdue share of an obligor's total reaches the bound.
func (t *Terms) crossAged(overdue, total money.Minor) bool {
	return t.CrossAging > 0 && overdue > 0 && overdue >= shareUp(total, t.CrossAging)
}
