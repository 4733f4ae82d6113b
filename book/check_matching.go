package book

import (
	"math/big"

	"millrace/domain/money"
	"millrace/domain/trade"
)

// matching: the discrepancies of a trade are worked out anew from its lines, as are its kind and what it waits for.
func (a *audit) matching(n uint64, t *trade.Trade) {
	if t.MergedInto != 0 {
		a.mergedTrade(n, t)
		return
	}
	want, tally := auditedDifferences(t)
	if want |= t.Differences & trade.OrderRefused; want != t.Differences {
		a.breach("trade_differences", t.ID.String(), "%s names the differences %v, its lines make %v", t.ID, t.Differences.Names(), want.Names())
	}
	kept := map[trade.Difference]auditedTally{}
	for i := range t.Discrepancies {
		d := &t.Discrepancies[i]
		if d.Amount < 0 || d.Amount > money.MinorMax {
			a.breach("trade_discrepancies", t.ID.String(), "%s holds a discrepancy worth %d", t.ID, d.Amount)
		}
		kept[d.Kind] = kept[d.Kind].and(int64(d.Quantity))
	}
	if t.Omitted == 0 && len(kept)+len(tally) > 0 {
		for kind := trade.Difference(1); kind != 0; kind <<= 1 {
			if kind != trade.OrderRefused && kept[kind] != tally[kind] {
				a.breach("trade_discrepancies", t.ID.String(), "%s holds %d discrepancies %v of %d, its lines make %d of %d", t.ID,
					kept[kind].count, kind.Names(), kept[kind].quantity, tally[kind].count, tally[kind].quantity)
			}
		}
	}
	kind := auditedKind(t)
	accepted := kind == trade.Services && t.Facts&^t.Moved&trade.Received != 0
	if kind != t.Kind || accepted != (t.Facts&trade.Accepted != 0) {
		a.breach("trade_kind", t.ID.String(), "%s is a trade in %s with the facts %v, its documents make one in %s", t.ID, t.Kind, t.Facts.Names(), kind)
	}
	performed := t.Facts&(trade.Shipped|trade.Received) != 0
	if kind == trade.Services {
		performed = accepted
	}
	a.prospects(n, t, performed)
}

func (a *audit) mergedTrade(n uint64, t *trade.Trade) {
	into := a.b.trades.at(uint64(t.MergedInto) >> 16)
	if into == nil || uint64(t.MergedInto)>>16 >= n || into.Seller != t.Seller || into.Buyer != t.Buyer {
		a.breach("trade_merged", t.ID.String(), "%s went into %s, which is no earlier trade between the two", t.ID, t.MergedInto)
	}
	if len(t.Lines)+len(t.Prospects)+len(t.Discrepancies) != 0 || t.Facts != 0 || t.Documents != 0 {
		a.breach("trade_merged", t.ID.String(), "%s went into %s and still holds something", t.ID, t.MergedInto)
	}
}

// mergedLists: every trade that went into another one stands once in the list of the trade that stands.
func (a *audit) mergedLists() {
	b := a.b
	listed := map[uint64]bool{}
	for n := uint64(1); n <= b.trades.count; n++ {
		if b.trades.at(n).MergedInto != 0 {
			continue
		}
		for next := uint64(b.trades.at(n).NextMerged) >> 16; next != 0; {
			t := b.trades.at(next)
			if t == nil || t.MergedInto == 0 || listed[next] {
				a.breach("trade_merged", b.trades.at(n).ID.String(), "the list of what went into %s leads to trade %d", b.trades.at(n).ID, next)
				break
			}
			listed[next] = true
			next = uint64(t.NextMerged) >> 16
		}
	}
	for n := uint64(1); n <= b.trades.count; n++ {
		if t := b.trades.at(n); t.MergedInto != 0 && !listed[n] {
			a.breach("trade_merged", t.ID.String(), "%s stands in no list of what went into another trade", t.ID)
		}
	}
}

// prospects: what waits for a delivery waits for one, and is found by its number.
func (a *audit) prospects(n uint64, t *trade.Trade, performed bool) {
	for _, p := range t.Prospects {
		if performed && !p.Early {
			a.breach("trade_prospects", t.ID.String(), "%s is performed, and invoices still wait in it", t.ID)
		}
		packed, _ := a.b.identities.get(p.Identity)
		was, stands := unpackIdentity(packed), uint64(0)
		for stands = uint64(was.number); a.b.trades.at(stands) != nil && a.b.trades.at(stands).MergedInto != 0; {
			stands = uint64(a.b.trades.at(stands).MergedInto) >> 16
		}
		if was.kept == p.Early || was.isReceivable || stands != n {
			a.breach("index_identities", t.ID.String(), "the index does not lead from a waiting invoice to %s", t.ID)
		}
	}
}

// auditedTally is how many discrepancies of one kind there are, and their quantities added up.
type auditedTally struct {
	count    int
	quantity int64
}

func (t auditedTally) and(quantity int64) auditedTally {
	return auditedTally{t.count + 1, t.quantity + quantity}
}

var auditedUnits = func() map[trade.Unit]trade.KnownUnit {
	units := make(map[trade.Unit]trade.KnownUnit, len(trade.Units))
	for _, u := range trade.Units {
		units[trade.UnitOf(u.Code)] = u
	}
	return units
}()

func auditedKind(t *trade.Trade) trade.Kind {
	ordered, invoiced := false, false
	for i := range t.Lines {
		ordered = ordered || t.Lines[i].Documents[0] != 0 || t.Lines[i].Ordered != 0
		invoiced = invoiced || t.Lines[i].Documents[4] != 0 || t.Lines[i].Invoiced != 0
	}
	all, any := true, false
	for i := range t.Lines {
		l := &t.Lines[i]
		if ordered && l.Documents[0] == 0 && l.Ordered == 0 || !ordered && invoiced && l.Documents[4] == 0 && l.Invoiced == 0 {
			continue
		}
		any = true
		switch auditedUnits[l.Unit].Dimension {
		case trade.Time, trade.Day, trade.Week, trade.Month, trade.Effort:
		default:
			all = false
		}
	}
	switch {
	case all && any:
		return trade.Services
	case t.Facts&trade.SelfBilled != 0:
		return trade.EvaluatedReceipt
	case t.Facts&trade.Prepaid != 0:
		return trade.Advance
	}
	return trade.Goods
}

// auditedDifferences compares, line by line, what the documents say.
func auditedDifferences(t *trade.Trade) (trade.Difference, map[trade.Difference]auditedTally) {
	r := reckoning{tally: map[trade.Difference]auditedTally{}}
	alien := t.Currencies || t.OrderCurrency*t.BilledCurrency != 0 && t.OrderCurrency != t.BilledCurrency
	if alien {
		r.find(trade.CurrencyDiffers, 0)
	}
	due := t.Requested
	if t.Promised != 0 {
		due = t.Promised
	}
	if due != 0 && due < t.Delivered {
		r.find(trade.DeliveredLate, int64(t.Delivered-due)*1_000_000)
	}
	for _, s := range strandsOf(t) {
		r.strand(&s, alien)
	}
	return r.kinds, r.tally
}

// strand is lines of a trade that speak of the same goods, and what is proved of their order.
type strand struct {
	lines                      []*trade.MatchedLine
	ordered, shipped, received bool
}

// strandsOf sorts lines: by the line of the order that they name, else by the order's lines with their item.
func strandsOf(t *trade.Trade) []strand {
	if len(t.Lines) == 1 {
		l := &t.Lines[0]
		return []strand{{
			lines: []*trade.MatchedLine{l}, ordered: t.Facts&trade.Ordered != 0,
			shipped:  t.Facts&^t.Moved&trade.Shipped != 0 || l.Documents[2] != 0 || l.Shipped != 0,
			received: t.Facts&^t.Moved&trade.Received != 0 || l.Documents[3] != 0 || l.Received != 0,
		}}
	}
	orders := map[uint32]*strand{}
	for i := range t.Lines {
		if o := t.Lines[i].Order; o != 0 {
			orders[o] = &strand{}
		}
	}
	several := len(orders) > 1
	orderOf := func(l *trade.MatchedLine) uint32 {
		if several {
			return l.Order
		}
		return 0
	}
	orders[0] = &strand{}
	for i := range t.Lines {
		l, o := &t.Lines[i], orders[orderOf(&t.Lines[i])]
		o.ordered = o.ordered || l.Documents[0] != 0 || l.Ordered != 0
		o.shipped = o.shipped || l.Documents[2] != 0 || l.Shipped != 0
		o.received = o.received || l.Documents[3] != 0 || l.Received != 0
	}
	orders[0].ordered = orders[0].ordered || t.Facts&trade.Ordered != 0
	orders[0].shipped = orders[0].shipped || t.Facts&^t.Moved&trade.Shipped != 0
	orders[0].received = orders[0].received || t.Facts&^t.Moved&trade.Received != 0
	s := sorting{t: t, several: several, label: make([]int, len(t.Lines))}
	s.byNumber()
	s.byItem()
	made := make([]strand, len(t.Lines))
	for i := range t.Lines {
		l, at := &t.Lines[i], &made[s.end(i)]
		o := orders[orderOf(l)]
		at.lines = append(at.lines, l)
		at.ordered = at.ordered || o.ordered
		at.shipped = at.shipped || o.shipped || l.Documents[2] != 0 || l.Shipped != 0
		at.received = at.received || o.received || l.Documents[3] != 0 || l.Received != 0
	}
	return made
}

// sorting puts a label on every line: another line of its strand, or itself.
type sorting struct {
	t       *trade.Trade
	several bool
	label   []int
}

func (s *sorting) end(i int) int {
	for s.label[i] != i {
		i = s.label[i]
	}
	return i
}

func (s *sorting) same(i, j int) {
	if i, j = s.end(i), s.end(j); i < j {
		s.label[j] = i
	} else {
		s.label[i] = j
	}
}

func (s *sorting) numbered(l *trade.MatchedLine) bool {
	return l.Key != 0 && l.Key != l.Item && !(s.several && l.Order == 0)
}

func (s *sorting) order(l *trade.MatchedLine) uint64 {
	if s.several {
		return uint64(l.Order)
	}
	return 0
}

func (s *sorting) byNumber() {
	seen := map[[2]uint64]int{}
	for i := range s.t.Lines {
		s.label[i] = i
		l := &s.t.Lines[i]
		if !s.numbered(l) {
			continue
		}
		slot := [2]uint64{s.order(l), l.Key}
		if before, found := seen[slot]; found {
			s.same(i, before)
		} else {
			seen[slot] = i
		}
	}
}

func (s *sorting) byItem() {
	item := func(i int) uint64 { return s.t.Lines[i].Item &^ 1 } // the lowest bit tells who gave it
	ordered := map[int]bool{}                                    // by end of the strand
	for i := range s.t.Lines {
		if l := &s.t.Lines[i]; l.Documents[0] != 0 || l.Ordered != 0 {
			ordered[s.end(i)] = true
		}
	}
	given, told := map[int]uint64{}, map[int]uint64{} // items by end of the strand: by the order, by others
	for i := range s.t.Lines {
		if l := &s.t.Lines[i]; !s.numbered(l) {
			continue
		} else if l.Item&1 != 0 {
			given[s.end(i)] = max(given[s.end(i)], item(i))
		} else {
			told[s.end(i)] = max(told[s.end(i)], item(i))
		}
	}
	own, other := map[uint64][]int{}, map[uint64][]int{} // ends of strands by item: with and without an order
	for i := range s.t.Lines {
		is := given[i]
		if is == 0 {
			is = told[i]
		}
		switch {
		case s.end(i) != i || is == 0:
		case ordered[i]:
			own[is] = append(own[is], i)
		default:
			other[is] = append(other[is], i)
		}
	}
	unordered := map[uint64]bool{} // items that a line names without line and order
	for i := range s.t.Lines {
		if l := &s.t.Lines[i]; !s.numbered(l) && s.order(l) == 0 {
			unordered[item(i)] = true
		}
	}
	loose, anyOrder := map[[2]uint64]int{}, map[uint64]int{}
	for i := range s.t.Lines {
		l := &s.t.Lines[i]
		if s.numbered(l) {
			continue
		}
		if item(i) != 0 && !s.attach(i, own[item(i)]) {
			s.attach(i, other[item(i)])
		}
		slot := [2]uint64{s.order(l), item(i)}
		if before, found := loose[slot]; found {
			s.same(i, before)
		}
		loose[slot] = i
		if item(i) != 0 && unordered[item(i)] && len(own[item(i)]) == 0 {
			if before, found := anyOrder[item(i)]; found {
				s.same(i, before)
			}
			anyOrder[item(i)] = i
		}
	}
}

// attach joins a line with those that are of its order, or with all where it names none.
func (s *sorting) attach(i int, to []int) bool {
	joined := false
	for _, j := range to {
		if o := s.order(&s.t.Lines[i]); o == 0 || o == s.order(&s.t.Lines[j]) {
			s.same(i, j)
			joined = true
		}
	}
	return joined
}

// reckoning adds up what is found.
type reckoning struct {
	kinds trade.Difference
	tally map[trade.Difference]auditedTally
}

func (r *reckoning) find(kind trade.Difference, quantity int64) {
	r.kinds |= kind
	r.tally[kind] = r.tally[kind].and(quantity)
}

func (r *reckoning) above(kind trade.Difference, quantity int64) {
	if quantity > 0 {
		r.find(kind, quantity)
	}
}

// told is one side's word: a quantity in a unit.
type told struct {
	quantity int64
	unit     trade.Unit
	named    bool
}

const auditedQuantityMax = int64(1<<63-1) / 1_000_000 * 100_000

func (r *reckoning) told(lines []*trade.MatchedLine, side int, of func(l *trade.MatchedLine) trade.Quantity) told {
	var sum told
	for _, l := range lines {
		if l.Documents[side] == 0 && of(l) == 0 {
			continue
		}
		sum.named = true
		if sum.unit == 0 || l.Unit != 0 && l.Unit < sum.unit {
			sum.unit = l.Unit
		}
	}
	odd := false
	for _, l := range lines {
		quantity, fits := restated(int64(of(l)), l.Unit, sum.unit)
		if l.Documents[side] == 0 && of(l) == 0 {
			continue
		}
		if !fits {
			odd = true
			continue
		}
		sum.quantity = bounded(sum.quantity + quantity)
	}
	if odd {
		r.find(trade.UnitDiffers, sum.quantity)
	}
	return sum
}

func bounded(quantity int64) int64 {
	return min(auditedQuantityMax, max(-auditedQuantityMax, quantity))
}

// restated gives a quantity in another unit, by rational numbers.
func restated(quantity int64, of, to trade.Unit) (int64, bool) {
	if of == to || of == 0 || to == 0 {
		return quantity, true
	}
	from, into := auditedUnits[of], auditedUnits[to]
	if from.Dimension != into.Dimension || from.Denominator == 0 || into.Denominator == 0 {
		return 0, false
	}
	value := new(big.Rat).SetInt64(quantity)
	value.Mul(value, big.NewRat(from.Numerator, from.Denominator)).Mul(value, big.NewRat(into.Denominator, into.Numerator))
	whole, _ := new(big.Int).SetString(value.FloatString(0), 10) // FloatString rounds halves away from zero
	return whole.Int64(), whole.IsInt64() && whole.Int64() <= auditedQuantityMax && whole.Int64() >= -auditedQuantityMax
}

// against restates the other side in the unit of the first; where that can't be done it is a difference.
func (r *reckoning) against(first, second told) (int64, bool) {
	quantity, fits := restated(second.quantity, second.unit, first.unit)
	if !fits {
		r.find(trade.UnitDiffers, first.quantity)
	}
	return quantity, fits
}

func (r *reckoning) strand(s *strand, alien bool) {
	if len(s.lines) == 0 {
		return
	}
	ordered := r.told(s.lines, 0, func(l *trade.MatchedLine) trade.Quantity { return l.Ordered })
	agreed := r.told(s.lines, 1, func(l *trade.MatchedLine) trade.Quantity { return l.Agreed })
	shipped := r.told(s.lines, 2, func(l *trade.MatchedLine) trade.Quantity { return l.Shipped })
	received := r.told(s.lines, 3, func(l *trade.MatchedLine) trade.Quantity { return l.Received })
	invoiced := r.told(s.lines, 4, func(l *trade.MatchedLine) trade.Quantity { return l.Invoiced })
	credited := r.told(s.lines, 5, func(l *trade.MatchedLine) trade.Quantity { return l.Credited })
	if !alien && ordered.named {
		r.price(s.lines, ordered.unit, invoiced)
	}
	billed := r.billed(invoiced, credited)
	if invoiced.named || billed > 0 {
		if s.received {
			r.bill(trade.InvoicedAboveReceived, invoiced, received, billed)
		} else if s.shipped {
			r.bill(trade.InvoicedAboveShipped, invoiced, shipped, billed)
		}
		if ordered.named {
			r.bill(trade.InvoicedAboveOrdered, invoiced, ordered, billed)
		}
	}
	if s.ordered && !ordered.named {
		switch {
		case invoiced.named:
			r.find(trade.LineNotOrdered, invoiced.quantity)
		case received.quantity != 0:
			r.find(trade.LineNotOrdered, received.quantity)
		case shipped.quantity != 0:
			r.find(trade.LineNotOrdered, shipped.quantity)
		}
	}
	if ordered.named && agreed.named {
		if wanted, fits := r.against(agreed, ordered); fits {
			r.above(trade.AgreedBelowOrdered, bounded(wanted-agreed.quantity))
		}
	}
	r.arrival(s, ordered, shipped, received)
}

// billed is what was invoiced less what was credited, in the invoice's unit.
func (r *reckoning) billed(invoiced, credited told) int64 {
	if !credited.named {
		return invoiced.quantity
	}
	if invoiced.unit == 0 {
		invoiced.unit = credited.unit
	}
	back, fits := r.against(invoiced, credited)
	if !fits {
		return invoiced.quantity
	}
	billed := bounded(invoiced.quantity - back)
	r.above(trade.CreditedAboveInvoiced, -billed)
	return billed
}

func (r *reckoning) bill(kind trade.Difference, invoiced, other told, billed int64) {
	bound, fits := int64(0), true
	if other.named {
		bound, fits = r.against(invoiced, other)
	}
	if fits {
		r.above(kind, bounded(billed-bound))
	}
}

func (r *reckoning) arrival(s *strand, ordered, shipped, received told) {
	if !received.named {
		if s.shipped && s.received {
			r.above(trade.ReceivedBelowShipped, shipped.quantity)
		}
		return
	}
	if ordered.named {
		if wanted, fits := r.against(received, ordered); fits {
			r.above(trade.ReceivedAboveOrdered, bounded(received.quantity-wanted))
		}
	}
	rejected := int64(0)
	for _, l := range s.lines {
		if quantity, fits := restated(int64(l.Rejected), l.Unit, received.unit); fits {
			rejected = bounded(rejected + quantity)
		}
	}
	if shipped.named {
		if sent, fits := r.against(received, shipped); fits {
			r.above(trade.ReceivedBelowShipped, bounded(sent-bounded(received.quantity+rejected)))
		}
	}
	r.above(trade.GoodsRejected, rejected)
}

// price: the dearest invoice against the cheapest order, each price restated inversely to quantities.
func (r *reckoning) price(lines []*trade.MatchedLine, unit trade.Unit, invoiced told) {
	least, most := int64(0), int64(0)
	for _, l := range lines {
		if price, fits := restated(int64(l.AtOrder), unit, l.Unit); fits && price != 0 && (least == 0 || price < least) {
			least = price
		}
		if price, fits := restated(int64(l.AtInvoice), invoiced.unit, l.Unit); fits {
			most = max(most, price)
		}
	}
	if least == 0 {
		return
	}
	if least, fits := restated(least, invoiced.unit, unit); fits && most > least {
		r.find(trade.PriceAboveOrder, invoiced.quantity)
	}
}
