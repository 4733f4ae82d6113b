package trade

import (
	"cmp"
	"slices"

	"millrace/domain/money"
)

// Summed is what the documents of one side say of a line, in one unit.
type Summed struct {
	Quantity Quantity
	Unit     Unit
	Line     LineReference // the latest line that is summed, of invoices the dearest
	Named    bool          // some document of this side names the line
	Odd      LineReference // a line in a unit that doesn't convert into Unit, left out of Quantity; none where Document is 0
}

// Comparison is one line of an order, or one item where no line is named, as all documents of the trade see it.
type Comparison struct {
	Order     uint32 // key of the order; 0 where none is named
	Key       uint64 // of the order line, else of the item
	Ordered   Summed
	Agreed    Summed
	Shipped   Summed
	Received  Summed
	Invoiced  Summed
	Credited  Summed
	Rejected  Quantity    // in the unit of Received
	AtOrder   UnitPrice   // for one unit of Ordered
	AtInvoice UnitPrice   // for one unit of Invoiced
	Billed    money.Minor // net
	Open      Quantity    // still to come of what was ordered, in the unit of Ordered

	proved Fact // of the order: which of ordered, shipped and received
}

// bundle is the lines that are compared together.
type bundle struct {
	lines  []*MatchedLine
	order  uint32
	place  uint16 // of the line in its order
	key    uint64
	proved Fact
}

// Comparisons are the lines of the trade, by order and by their place in it.
func (t *Trade) Comparisons() []Comparison {
	var made []Comparison
	t.each(func(b *bundle) { made = append(made, b.compare()) })
	return made
}

// Evaluated is what a trade by evaluated receipt makes payable: what was received at the price of the order.
func (t *Trade) Evaluated() money.Minor {
	total := money.Minor(0)
	for _, c := range t.Comparisons() {
		if price, ok := c.AtOrder.Per(c.Ordered.Unit, c.Received.Unit); ok {
			amount, _ := worth(c.Received.Quantity, price, t.Currency)
			total = addAmount(total, amount)
		}
	}
	return total
}

// each gives the bundles in their order. A trade of one line, as most are, costs nothing.
func (t *Trade) each(yield func(b *bundle)) {
	if len(t.Lines) == 1 {
		l := &t.Lines[0]
		one := [1]*MatchedLine{l}
		b := bundle{lines: one[:]}
		b.take(l, l.Order, t.Documented())
		yield(&b)
		return
	}
	a := newAssembly(t)
	for _, b := range a.bundles() {
		yield(&b)
	}
}

const deliveryFacts = Ordered | Shipped | Received

// take adds a line to the bundle, with the order to which it belongs and what is proved of that order.
func (b *bundle) take(l *MatchedLine, order uint32, proved Fact) {
	if len(b.lines) == 0 || b.key == 0 {
		b.key, b.place = l.Key, 1<<16-1
		if l.Key == 0 {
			b.key = l.item()
		}
	}
	if order != 0 && (b.order == 0 || order < b.order) {
		b.order = order
	}
	if l.has(sideOrder) {
		if place := l.Numbers[sideOrder]; place < b.place || b.place == 1<<16-1 {
			b.place, b.key = place, l.Key
		}
	}
	b.proved |= proved & deliveryFacts
	if l.has(sideDespatch) {
		b.proved |= Shipped
	}
	if l.has(sideReceipt) {
		b.proved |= Received
	}
}

// assembly finds out which lines are to be compared together.
type assembly struct {
	lines   []MatchedLine
	facts   Fact
	sole    uint32 // the only order that is named; 0 for none
	several bool   // more than one is
	proved  map[uint32]Fact
	parent  []int32
	ordered []bool   // by line: it is the order's own, or one that names the same line of the order
	item    []uint64 // by line, of the first that names a line of an order: the item of that line
}

func newAssembly(t *Trade) *assembly {
	a := &assembly{lines: t.Lines, facts: t.Documented(), proved: map[uint32]Fact{}, parent: make([]int32, len(t.Lines)), ordered: make([]bool, len(t.Lines)), item: make([]uint64, len(t.Lines))}
	for i := range a.lines {
		a.parent[i] = int32(i)
		switch order := a.lines[i].Order; {
		case order == 0 || order == a.sole:
		case a.sole == 0:
			a.sole = order
		default:
			a.several = true
		}
	}
	for i := range a.lines {
		l, order := &a.lines[i], a.orderOf(i)
		for s, fact := range [...]Fact{sideOrder: Ordered, sideDespatch: Shipped, sideReceipt: Received} {
			if fact != 0 && l.has(side(s)) {
				a.proved[order] |= fact
			}
		}
	}
	a.joinByLine()
	a.joinByItem()
	return a
}

// orderOf is the order to which a line belongs: the one that it names, else the only one that there is.
func (a *assembly) orderOf(i int) uint32 {
	if order := a.lines[i].Order; order != 0 || a.several {
		return order
	}
	return a.sole
}

// named tells whether a line names a line of an order that is known. Trades of older journals keep the item as key where
// none is named.
func (a *assembly) named(i int) bool {
	l := &a.lines[i]
	return l.Key != 0 && l.Key != l.Item && (!a.several || l.Order != 0)
}

func (a *assembly) find(i int32) int32 {
	for a.parent[i] != i {
		a.parent[i] = a.parent[a.parent[i]]
		i = a.parent[i]
	}
	return i
}

func (a *assembly) join(i, j int) { a.parent[a.find(int32(i))] = a.find(int32(j)) }

type orderSlot struct {
	order uint32
	key   uint64
}

// joinByLine brings the lines together that name the same line of the same order in different units.
func (a *assembly) joinByLine() {
	first := make(map[orderSlot]int, len(a.lines))
	for i := range a.lines {
		if !a.named(i) {
			continue
		}
		slot := orderSlot{a.orderOf(i), a.lines[i].Key}
		if at, found := first[slot]; found {
			a.join(i, at)
		} else {
			first[slot] = i
		}
	}
	known := make([]bool, len(a.lines))
	for i := range a.lines {
		if !a.named(i) {
			continue
		}
		root := a.find(int32(i))
		a.item[root] = stronger(a.item[root], a.lines[i].Item)
		known[root] = known[root] || a.lines[i].has(sideOrder)
	}
	for i := range a.lines {
		a.ordered[i] = known[a.find(int32(i))]
	}
}

// joinByItem brings each line that names no line of an order to those of its item: of its order where it names one. If
// the order has several lines of the item they are compared as one, since nobody says which is meant.
func (a *assembly) joinByItem() {
	loose := false
	for i := range a.lines {
		loose = loose || !a.named(i)
	}
	if !loose {
		return
	}
	ordered, others := map[orderSlot][]int{}, map[orderSlot][]int{}
	for i := range a.lines {
		item := a.item[i] &^ itemOfOrder
		if item == 0 { // none, or not the first of its line
			continue
		}
		of := others
		if a.ordered[i] {
			of = ordered
		}
		of[orderSlot{a.orderOf(i), item}] = append(of[orderSlot{a.orderOf(i), item}], i)
		if a.orderOf(i) != 0 {
			of[orderSlot{0, item}] = append(of[orderSlot{0, item}], i)
		}
	}
	alone := map[orderSlot]int{}
	for i := range a.lines {
		if a.named(i) {
			continue
		}
		slot := orderSlot{a.orderOf(i), a.lines[i].item()}
		meant := ordered[slot]
		if len(meant) == 0 {
			meant = others[slot]
		}
		if slot.key == 0 {
			meant = nil
		}
		for _, j := range meant {
			a.join(i, j)
		}
		if at, found := alone[slot]; found {
			a.join(i, at)
		} else {
			alone[slot] = i
		}
	}
	if !a.several {
		return
	}
	for i := range a.lines { // of an item that some name with an order and some without
		if a.named(i) || a.lines[i].item() == 0 {
			continue
		}
		if at, found := alone[orderSlot{0, a.lines[i].item()}]; found && len(ordered[orderSlot{0, a.lines[i].item()}]) == 0 {
			a.join(i, at)
		}
	}
}

func (a *assembly) bundles() []bundle {
	at := make([]int32, len(a.lines))
	var made []bundle
	for i := range a.lines {
		root := a.find(int32(i))
		if at[root] == 0 {
			made = append(made, bundle{})
			at[root] = int32(len(made))
		}
		b := &made[at[root]-1]
		order := a.orderOf(i)
		proved := a.proved[order]
		if !a.several || order == 0 {
			proved |= a.facts
		}
		b.take(&a.lines[i], order, proved)
		b.lines = append(b.lines, &a.lines[i])
	}
	slices.SortFunc(made, func(x, y bundle) int {
		return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(x.place, y.place), cmp.Compare(x.key, y.key))
	})
	return made
}

// sum adds up one side of the lines in the smallest unit code that any of them uses.
func (b *bundle) sum(s side) Summed {
	var made Summed
	for _, l := range b.lines {
		if l.has(s) && l.Unit != 0 && (made.Unit == 0 || l.Unit < made.Unit) {
			made.Unit = l.Unit
		}
	}
	dearest := UnitPrice(-1)
	for _, l := range b.lines {
		if !l.has(s) {
			continue
		}
		made.Named = true
		at := l.reference(s)
		quantity, ok := l.quantity(s).In(l.Unit, made.Unit)
		if !ok {
			made.Odd = latest(made.Odd, at)
			continue
		}
		made.Quantity = addQuantity(made.Quantity, quantity)
		if s != sideInvoice {
			made.Line = latest(made.Line, at)
			continue
		}
		if price, _ := l.AtInvoice.Per(l.Unit, made.Unit); price > dearest {
			made.Line, dearest = at, price
		} else if price == dearest {
			made.Line = latest(made.Line, at)
		}
	}
	return made
}

func latest(a, b LineReference) LineReference {
	if b.Document > a.Document || b.Document == a.Document && b.Line > a.Line {
		return b
	}
	return a
}

func (b *bundle) compare() Comparison {
	c := Comparison{
		Order: b.order, Key: b.key, Ordered: b.sum(sideOrder), Agreed: b.sum(sideAnswer), Shipped: b.sum(sideDespatch),
		Received: b.sum(sideReceipt), Invoiced: b.sum(sideInvoice), Credited: b.sum(sideCredit), proved: b.proved,
	}
	for _, l := range b.lines {
		if price, ok := l.AtOrder.Per(l.Unit, c.Ordered.Unit); ok && price != 0 && (c.AtOrder == 0 || price < c.AtOrder) {
			c.AtOrder = price
		}
		if price, ok := l.AtInvoice.Per(l.Unit, c.Invoiced.Unit); ok {
			c.AtInvoice = max(c.AtInvoice, price)
		}
		if rejected, ok := l.Rejected.In(l.Unit, c.Received.Unit); ok {
			c.Rejected = addQuantity(c.Rejected, rejected)
		}
		c.Billed = addAmount(c.Billed, l.Billed)
	}
	delivered := c.Shipped
	if c.proved&Received != 0 {
		delivered = c.Received
	}
	if came, ok := delivered.Quantity.In(delivered.Unit, c.Ordered.Unit); ok {
		c.Open = max(0, addQuantity(c.Ordered.Quantity, -came))
	}
	return c
}

// finding collects the discrepancies of a trade.
type finding struct {
	trade *Trade
	kinds Difference
	found []Discrepancy
	left  int
	alien bool // order and invoices are in different currencies: prices say nothing
}

func (f *finding) add(d Discrepancy) {
	f.kinds |= d.Kind
	if len(f.found) == DiscrepanciesMax {
		f.left++
		return
	}
	f.found = append(f.found, d)
}

// compare derives the discrepancies and the set of their kinds.
func (t *Trade) compare() {
	f := finding{trade: t}
	f.alien = t.Currencies || t.OrderCurrency != 0 && t.BilledCurrency != 0 && t.OrderCurrency != t.BilledCurrency
	f.whole()
	t.each(func(b *bundle) {
		c := b.compare()
		f.prices(&c)
		f.billing(&c)
		f.delivery(&c)
	})
	t.Differences, t.Discrepancies, t.Omitted = f.kinds, f.found, uint16(min(f.left, 1<<16-1))
}

// whole finds what concerns the trade and not one of its lines.
func (f *finding) whole() {
	t := f.trade
	if t.Differences&OrderRefused != 0 {
		f.add(Discrepancy{Kind: OrderRefused, First: LineReference{Document: t.RefusedBy}})
	}
	var order, invoice LineReference
	for i := range t.Lines {
		order.Document = max(order.Document, t.Lines[i].Documents[sideOrder])
		invoice.Document = max(invoice.Document, t.Lines[i].Documents[sideInvoice])
	}
	if f.alien {
		f.add(Discrepancy{Kind: CurrencyDiffers, First: invoice, Second: order})
	}
	due := t.Promised
	if due == 0 {
		due = t.Requested
	}
	if due != 0 && t.Delivered > due {
		days := Quantity(t.Delivered-due) * 1_000_000
		f.add(Discrepancy{Kind: DeliveredLate, Unit: UnitOf("DAY"), Quantity: days, First: LineReference{Document: t.DeliveredBy}, Second: order})
	}
}

// pair gives the quantity of the second side in the unit of the first. Where that can't be done it is a discrepancy of
// its own, worth what was billed.
func (f *finding) pair(c *Comparison, first, second *Summed) (Quantity, bool) {
	quantity, ok := second.Quantity.In(second.Unit, first.Unit)
	if !ok {
		f.add(Discrepancy{
			Kind: UnitDiffers, Unit: first.Unit, Key: c.Key, Quantity: first.Quantity, Amount: max(0, c.Billed), First: first.Line, Second: second.Line,
		})
	}
	return quantity, ok
}

func (f *finding) exceeds(kind Difference, c *Comparison, first, second *Summed, excess, base Quantity, amount money.Minor) {
	if excess > 0 {
		f.add(Discrepancy{
			Kind: kind, Unit: first.Unit, Key: c.Key, Quantity: excess, Base: int64(base), Amount: amount, First: first.Line, Second: second.Line,
		})
	}
}

// billedPart is what was billed for a part of the invoiced quantity.
func (f *finding) billedPart(c *Comparison, q Quantity) money.Minor {
	if c.Billed == 0 || c.Invoiced.Quantity <= 0 || q <= 0 {
		amount, _ := worth(max(0, q), c.AtInvoice, f.trade.Currency)
		return amount
	}
	amount, _ := part(int64(c.Billed), int64(q), int64(c.Invoiced.Quantity))
	return max(0, amount)
}

// orderedPart is what a quantity is worth at the price of the order, else at that of the invoice.
func (f *finding) orderedPart(c *Comparison, q Quantity, of Unit) money.Minor {
	price, ok := c.AtOrder.Per(c.Ordered.Unit, of)
	if !ok || price == 0 {
		price, _ = c.AtInvoice.Per(c.Invoiced.Unit, of)
	}
	amount, _ := worth(max(0, q), price, f.trade.Currency)
	return amount
}

// prices compares the net price of the invoices with that of the order.
func (f *finding) prices(c *Comparison) {
	if f.alien || !c.Ordered.Named || c.AtOrder == 0 {
		return
	}
	price, ok := c.AtOrder.Per(c.Ordered.Unit, c.Invoiced.Unit)
	if !ok || c.AtInvoice <= price {
		return
	}
	base, _ := worth(c.Invoiced.Quantity, price, f.trade.Currency)
	asked := c.Billed
	if asked == 0 {
		asked, _ = worth(c.Invoiced.Quantity, c.AtInvoice, f.trade.Currency)
	}
	f.add(Discrepancy{
		Kind: PriceAboveOrder, Unit: c.Invoiced.Unit, Key: c.Key, Quantity: c.Invoiced.Quantity, Base: int64(base), Amount: max(0, addAmount(asked, -base)),
		First: c.Invoiced.Line, Second: c.Ordered.Line,
	})
}

// billing compares what was invoiced, less credited, with what came and with what was ordered.
func (f *finding) billing(c *Comparison) {
	for _, s := range [...]*Summed{&c.Ordered, &c.Agreed, &c.Shipped, &c.Received, &c.Invoiced, &c.Credited} {
		if s.Odd.Document != 0 {
			f.add(Discrepancy{Kind: UnitDiffers, Unit: s.Unit, Key: c.Key, Quantity: s.Quantity, Amount: max(0, c.Billed), First: s.Line, Second: s.Odd})
		}
	}
	billed := c.Invoiced.Quantity
	if c.Credited.Named {
		unit := c.Invoiced.Unit
		if unit == 0 {
			unit = c.Credited.Unit
		}
		invoiced, _ := c.Invoiced.Quantity.In(c.Invoiced.Unit, unit)
		if credited, ok := f.pair(c, &Summed{Quantity: invoiced, Unit: unit, Line: c.Invoiced.Line}, &c.Credited); ok {
			billed = addQuantity(billed, -credited)
			f.exceeds(CreditedAboveInvoiced, c, &Summed{Unit: unit, Line: c.Credited.Line}, &c.Invoiced, -billed, invoiced, f.orderedPart(c, -billed, unit))
		}
	}
	if !c.Invoiced.Named && billed <= 0 {
		return
	}
	if came := &c.Received; c.proved&Received != 0 {
		f.bill(InvoicedAboveReceived, c, came, billed)
	} else if c.proved&Shipped != 0 {
		f.bill(InvoicedAboveShipped, c, &c.Shipped, billed)
	}
	if c.Ordered.Named {
		f.bill(InvoicedAboveOrdered, c, &c.Ordered, billed)
	}
}

func (f *finding) bill(kind Difference, c *Comparison, with *Summed, billed Quantity) {
	base, ok := with.Quantity, true
	if with.Named {
		base, ok = f.pair(c, &c.Invoiced, with)
	}
	if ok {
		excess := addQuantity(billed, -base)
		f.exceeds(kind, c, &c.Invoiced, with, excess, base, f.billedPart(c, excess))
	}
}

// delivery compares order, answer, despatch and receipt with one another.
func (f *finding) delivery(c *Comparison) {
	if !c.Ordered.Named && c.proved&Ordered != 0 {
		f.notOrdered(c)
	}
	if c.Ordered.Named && c.Agreed.Named {
		if ordered, ok := f.pair(c, &c.Agreed, &c.Ordered); ok {
			short := addQuantity(ordered, -c.Agreed.Quantity)
			f.exceeds(AgreedBelowOrdered, c, &c.Agreed, &c.Ordered, short, ordered, f.orderedPart(c, short, c.Agreed.Unit))
		}
	}
	if !c.Received.Named {
		if c.proved.Has(Shipped|Received) && c.Shipped.Quantity > 0 {
			f.exceeds(ReceivedBelowShipped, c, &Summed{Unit: c.Shipped.Unit}, &c.Shipped, c.Shipped.Quantity, c.Shipped.Quantity, f.orderedPart(c, c.Shipped.Quantity, c.Shipped.Unit))
		}
		return
	}
	unit := c.Received.Unit
	if c.Ordered.Named {
		if ordered, ok := f.pair(c, &c.Received, &c.Ordered); ok {
			above := addQuantity(c.Received.Quantity, -ordered)
			f.exceeds(ReceivedAboveOrdered, c, &c.Received, &c.Ordered, above, ordered, f.orderedPart(c, above, unit))
		}
	}
	sent := &c.Ordered
	if c.Shipped.Named {
		sent = &c.Shipped
		if shipped, ok := f.pair(c, &c.Received, &c.Shipped); ok {
			short := addQuantity(shipped, -addQuantity(c.Received.Quantity, c.Rejected))
			f.exceeds(ReceivedBelowShipped, c, &c.Received, &c.Shipped, short, shipped, f.orderedPart(c, short, unit))
		}
	}
	arrived := addQuantity(c.Received.Quantity, c.Rejected)
	f.exceeds(GoodsRejected, c, &c.Received, sent, c.Rejected, arrived, f.orderedPart(c, c.Rejected, unit))
}

// notOrdered names the line that refers to nothing in the order: the invoice's, else the receipt's, else the despatch's.
func (f *finding) notOrdered(c *Comparison) {
	for _, s := range [...]*Summed{&c.Invoiced, &c.Received, &c.Shipped} {
		if !s.Named || s.Quantity == 0 && s.Line.Document != 0 && s != &c.Invoiced {
			continue
		}
		f.add(Discrepancy{Kind: LineNotOrdered, Unit: s.Unit, Key: c.Key, Quantity: s.Quantity, Amount: max(0, c.Billed), First: s.Line})
		return
	}
}
