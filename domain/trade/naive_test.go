package trade_test

import (
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/money"
	"millrace/domain/trade"
)

// naive is a matcher that goes through all lines of all documents for every question, in rational numbers, with no sums
// kept and no index.
type naive struct {
	documents []trade.Document
	lines     []naiveLine
	several   bool
	found     []string
}

type naiveLine struct {
	*trade.Line
	of          trade.Type
	order, item string
	line        string // "" where it names none, or no order in a trade of several
	group       int
}

func (n *naive) read() {
	orders := map[string]bool{}
	for i := range n.documents {
		d := &n.documents[i]
		if d.Type == trade.OrderResponseSimple || d.Type == trade.Invoice && d.TypeCode == "386" ||
			d.Type == trade.OrderResponse && d.Accepted != trade.AnswerAccepted && d.Accepted != trade.AnswerAmended {
			continue
		}
		for j := range d.Lines {
			l := naiveLine{Line: &d.Lines[j], of: d.Type, order: d.OrderNumber, line: d.Lines[j].OrderLine, item: fmt.Sprint(d.Lines[j].Item)}
			if d.Type == trade.Order {
				l.order, l.line = d.Number, l.Number
			} else if l.OrderNumber != "" {
				l.order = l.OrderNumber
			}
			if d.Lines[j].Item.IsZero() {
				l.item = ""
			}
			if l.order != "" {
				orders[l.order] = true
			}
			n.lines = append(n.lines, l)
		}
	}
	n.several = len(orders) > 1
	for i := range n.lines {
		l := &n.lines[i]
		if !n.several {
			l.order = ""
		} else if l.order == "" {
			l.line = ""
		}
		l.group = i
	}
	for i := range n.lines { // a line number without its order: the greatest item that is given for it
		for j := range n.lines {
			a, b := &n.lines[i], &n.lines[j]
			if n.several && a.order == "" && b.order == "" && a.OrderLine == b.OrderLine && a.OrderLine != "" && trade.UnitOf(a.Unit) == trade.UnitOf(b.Unit) {
				a.item, b.item = max(a.item, b.item), max(a.item, b.item)
			}
		}
	}
}

func (n *naive) join(a, b int) {
	from, to := n.lines[b].group, n.lines[a].group
	for i := range n.lines {
		if n.lines[i].group == from {
			n.lines[i].group = to
		}
	}
}

// itemOf is the item of an order line: the greatest that the order gives, else the greatest that anybody gives.
func (n *naive) itemOf(i int) string {
	l := &n.lines[i]
	own, any := "", ""
	for j := range n.lines {
		o := &n.lines[j]
		if o.order != l.order || o.line != l.line {
			continue
		}
		any = max(any, o.item)
		if o.of == trade.Order {
			own = max(own, o.item)
		}
	}
	if own != "" {
		return own
	}
	return any
}

func (n *naive) group() {
	for i := range n.lines {
		for j := range i {
			if a, b := &n.lines[i], &n.lines[j]; a.line != "" && a.line == b.line && a.order == b.order {
				n.join(i, j)
			}
		}
	}
	ordered := func(i int) bool {
		for j := range n.lines {
			if n.lines[j].of == trade.Order && n.lines[j].group == n.lines[i].group {
				return true
			}
		}
		return false
	}
	wasOrdered := make([]bool, len(n.lines))
	for i := range n.lines {
		wasOrdered[i] = ordered(i)
	}
	same := func(i, j int) bool { return n.lines[i].order == "" || n.lines[i].order == n.lines[j].order }
	for i := range n.lines {
		l := &n.lines[i]
		if l.line != "" {
			continue
		}
		for j := range n.lines {
			if o := &n.lines[j]; o.line == "" && o.item == l.item && o.order == l.order {
				n.join(j, i)
			}
		}
		if l.item == "" {
			continue
		}
		meant := 0
		for _, first := range []bool{true, false} {
			for j := range n.lines {
				if o := &n.lines[j]; o.line != "" && n.itemOf(j) == l.item && same(i, j) && wasOrdered[j] == first && (first || meant == 0) {
					n.join(j, i)
					if first {
						meant++
					}
				}
			}
		}
	}
	for i := range n.lines { // lines of an item, some with and some without an order, that no order line claims
		for j := range n.lines {
			a, b := &n.lines[i], &n.lines[j]
			if !n.several || a.line != "" || b.line != "" || a.item == "" || a.item != b.item || b.order != "" {
				continue
			}
			claimed := false
			for k := range n.lines {
				claimed = claimed || n.lines[k].line != "" && wasOrdered[k] && n.itemOf(k) == a.item
			}
			if !claimed {
				n.join(i, j)
			}
		}
	}
}

func factor(u trade.Unit) *big.Rat {
	for _, known := range trade.Units {
		if trade.UnitOf(known.Code) == u && known.Denominator != 0 {
			return big.NewRat(known.Numerator, known.Denominator)
		}
	}
	return nil
}

func convertible(a, b trade.Unit) bool {
	return a == b || a == 0 || b == 0 || factor(a) != nil && factor(b) != nil && a.Dimension() == b.Dimension()
}

func restate(v *big.Rat, of, to trade.Unit) *big.Rat {
	if of == to || of == 0 || to == 0 {
		return v
	}
	return half(new(big.Rat).Quo(new(big.Rat).Mul(v, factor(of)), factor(to)))
}

func half(v *big.Rat) *big.Rat {
	rounded, _ := new(big.Rat).SetString(v.FloatString(0))
	return rounded
}

// naiveSum is what a side says of a group: millionths in the unit, hundred-millionths a unit, minor units.
type naiveSum struct {
	named, odd                        bool
	unit                              trade.Unit
	quantity, rejected, price, billed *big.Rat
}

func (n *naive) sum(group int, of trade.Type) naiveSum {
	s := naiveSum{quantity: new(big.Rat), rejected: new(big.Rat), price: new(big.Rat), billed: new(big.Rat)}
	for _, l := range n.lines {
		if u := trade.UnitOf(l.Unit); l.group == group && l.of == of && u != 0 && (s.unit == 0 || u < s.unit) {
			s.unit = u
		}
	}
	for _, l := range n.lines {
		if l.group != group || l.of != of {
			continue
		}
		s.named = true
		unit := trade.UnitOf(l.Unit)
		s.billed.Add(s.billed, half(new(big.Rat).Quo(new(big.Rat).Mul(rational(int64(l.Quantity)), rational(int64(l.Price))), rational(1e12))))
		if !convertible(unit, s.unit) {
			s.odd = true
			continue
		}
		s.quantity.Add(s.quantity, restate(rational(int64(l.Quantity)), unit, s.unit))
		s.rejected.Add(s.rejected, restate(rational(int64(l.Rejected)), unit, s.unit))
		price := restate(rational(int64(l.Price)), s.unit, unit)
		lower := of == trade.Order && price.Sign() > 0 && (s.price.Sign() == 0 || price.Cmp(s.price) < 0)
		if lower || of == trade.Invoice && price.Cmp(s.price) > 0 {
			s.price = price
		}
	}
	return s
}

func rational(v int64) *big.Rat { return new(big.Rat).SetInt64(v) }

func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }

func (n *naive) report(kind trade.Difference, unit trade.Unit, quantity, base, amount *big.Rat) {
	if amount.Sign() < 0 {
		amount = new(big.Rat)
	}
	n.found = append(n.found, fmt.Sprintf("%s %s %s of %s worth %s", kind.Names()[0], quantity.RatString(), unit, base.RatString(), amount.RatString()))
}

func (n *naive) proved(group int, of trade.Type) bool {
	orders := map[string]bool{}
	for _, l := range n.lines {
		if l.group == group {
			orders[l.order] = true
			if l.of == of {
				return true
			}
		}
	}
	for _, l := range n.lines {
		if l.of == of && orders[l.order] {
			return true
		}
	}
	if n.several && !orders[""] {
		return false
	}
	for i := range n.documents {
		d := &n.documents[i]
		if d.Type == of && (of == trade.Order || len(d.Lines) == 0 || slices.ContainsFunc(d.Lines, func(l trade.Line) bool { return l.Quantity > 0 })) {
			return true
		}
	}
	return false
}

// pair is b in the unit of a; where that can't be done it is reported.
func (n *naive) pair(a, b, invoice *naiveSum) *big.Rat {
	if convertible(a.unit, b.unit) {
		return restate(b.quantity, b.unit, a.unit)
	}
	n.report(trade.UnitDiffers, a.unit, a.quantity, new(big.Rat), invoice.billed)
	return nil
}

func (n *naive) match() []string {
	n.read()
	n.group()
	for g := range n.lines {
		if n.lines[g].group == g || slices.ContainsFunc(n.lines, func(l naiveLine) bool { return l.group == g }) {
			n.one(g)
		}
	}
	sort.Strings(n.found)
	return n.found
}

func (n *naive) one(g int) {
	order, answer, sent := n.sum(g, trade.Order), n.sum(g, trade.OrderResponse), n.sum(g, trade.DespatchAdvice)
	taken, invoice, credit := n.sum(g, trade.ReceiptAdvice), n.sum(g, trade.Invoice), n.sum(g, trade.CreditNote)
	worth := func(quantity *big.Rat, of trade.Unit) *big.Rat {
		price := invoice
		if order.price.Sign() > 0 && convertible(order.unit, of) {
			price = order
		}
		if !convertible(price.unit, of) {
			return new(big.Rat)
		}
		return half(new(big.Rat).Quo(new(big.Rat).Mul(quantity, restate(price.price, of, price.unit)), rational(1e12)))
	}
	for _, s := range []naiveSum{order, answer, sent, taken, invoice, credit} {
		if s.odd {
			n.report(trade.UnitDiffers, s.unit, s.quantity, new(big.Rat), invoice.billed)
		}
	}
	if order.named && order.price.Sign() > 0 && convertible(order.unit, invoice.unit) {
		if bound := restate(order.price, invoice.unit, order.unit); invoice.price.Cmp(bound) > 0 {
			base := half(new(big.Rat).Quo(new(big.Rat).Mul(invoice.quantity, bound), rational(1e12)))
			asked := invoice.billed
			if asked.Sign() == 0 {
				asked = half(new(big.Rat).Quo(new(big.Rat).Mul(invoice.quantity, invoice.price), rational(1e12)))
			}
			n.report(trade.PriceAboveOrder, invoice.unit, invoice.quantity, base, minus(asked, base))
		}
	}
	n.bills(g, &order, &sent, &taken, &invoice, &credit, worth)
	if n.proved(g, trade.Order) && !order.named {
		for _, s := range []naiveSum{invoice, taken, sent} {
			if s.named && (s.quantity.Sign() != 0 || s.quantity == invoice.quantity) {
				n.report(trade.LineNotOrdered, s.unit, s.quantity, new(big.Rat), invoice.billed)
				break
			}
		}
	}
	above := func(kind trade.Difference, unit trade.Unit, quantity, base *big.Rat) {
		if quantity.Sign() > 0 {
			n.report(kind, unit, quantity, base, worth(quantity, unit))
		}
	}
	if order.named && answer.named {
		if wanted := n.pair(&answer, &order, &invoice); wanted != nil {
			above(trade.AgreedBelowOrdered, answer.unit, minus(wanted, answer.quantity), wanted)
		}
	}
	if !taken.named {
		if n.proved(g, trade.DespatchAdvice) && n.proved(g, trade.ReceiptAdvice) {
			above(trade.ReceivedBelowShipped, sent.unit, sent.quantity, sent.quantity)
		}
		return
	}
	if order.named {
		if wanted := n.pair(&taken, &order, &invoice); wanted != nil {
			above(trade.ReceivedAboveOrdered, taken.unit, minus(taken.quantity, wanted), wanted)
		}
	}
	arrived := new(big.Rat).Add(taken.quantity, taken.rejected)
	if sent.named {
		if shipped := n.pair(&taken, &sent, &invoice); shipped != nil {
			above(trade.ReceivedBelowShipped, taken.unit, minus(shipped, arrived), shipped)
		}
	}
	above(trade.GoodsRejected, taken.unit, taken.rejected, arrived)
}

func (n *naive) bills(g int, order, sent, taken, invoice, credit *naiveSum, worth func(*big.Rat, trade.Unit) *big.Rat) {
	billed := invoice.quantity
	if credit.named {
		in := *invoice
		if in.unit == 0 {
			in.unit = credit.unit
		}
		if back := n.pair(&in, credit, invoice); back != nil {
			billed = minus(invoice.quantity, back)
			if billed.Sign() < 0 {
				n.report(trade.CreditedAboveInvoiced, in.unit, new(big.Rat).Neg(billed), invoice.quantity, worth(new(big.Rat).Neg(billed), in.unit))
			}
		}
	}
	bill := func(kind trade.Difference, with *naiveSum) {
		base := new(big.Rat)
		if with.named {
			if base = n.pair(invoice, with, invoice); base == nil {
				return
			}
		}
		if excess := minus(billed, base); excess.Sign() > 0 {
			amount := half(new(big.Rat).Quo(new(big.Rat).Mul(excess, invoice.price), rational(1e12)))
			if invoice.billed.Sign() != 0 && invoice.quantity.Sign() > 0 {
				amount = half(new(big.Rat).Quo(new(big.Rat).Mul(invoice.billed, excess), invoice.quantity))
			}
			n.report(kind, invoice.unit, excess, base, amount)
		}
	}
	if !invoice.named && billed.Sign() <= 0 {
		return
	}
	if n.proved(g, trade.ReceiptAdvice) {
		bill(trade.InvoicedAboveReceived, taken)
	} else if n.proved(g, trade.DespatchAdvice) {
		bill(trade.InvoicedAboveShipped, sent)
	}
	if order.named {
		bill(trade.InvoicedAboveOrdered, order)
	}
}

// found lists the discrepancies of a trade as the naive matcher prints them.
func found(of trade.Trade) []string {
	var list []string
	for _, d := range of.Discrepancies {
		if d.Kind&(trade.OrderRefused|trade.CurrencyDiffers|trade.DeliveredLate) == 0 {
			list = append(list, fmt.Sprintf("%s %d %s of %d worth %d", d.Kind.Names()[0], d.Quantity, d.Unit, d.Base, d.Amount))
		}
	}
	sort.Strings(list)
	return list
}

var euro, _ = money.ParseCurrency("EUR")

// papers draws documents of up to two orders, in units that convert without rounding where they are summed.
func papers(t *rapid.T) []trade.Document {
	pick := func(n int, label string) int { return rapid.IntRange(0, n-1).Draw(t, label) }
	var documents []trade.Document
	for number := range pick(7, "documents") + 1 {
		d := trade.Document{
			Type: trade.Type(pick(7, "type") + 1), Number: fmt.Sprint("N", number), Currency: euro, Accepted: trade.Answer(pick(4, "answer")),
			OrderNumber: []string{"", "A", "B", "A"}[pick(4, "order")], TypeCode: []string{"", "380", "386"}[pick(3, "code")],
		}
		if d.Type == trade.Order {
			d.Number = []string{"A", "B"}[pick(2, "ordered")]
		}
		for range pick(4, "lines") {
			l := trade.Line{
				Number: fmt.Sprint(pick(2, "number") + 1), OrderLine: []string{"", "1", "2"}[pick(3, "order line")],
				OrderNumber: []string{"", "", "A", " b "}[pick(4, "line's order")], Unit: []string{"", "C62", "DZN", "GRO", "KGM", "XBX"}[pick(6, "unit")],
				Quantity: trade.Quantity(pick(15, "quantity")-2) * 1_000_000, Price: trade.UnitPrice(pick(4, "price")) * 144_000_000,
			}
			if i := pick(4, "item"); i > 0 {
				l.Item = item(i)
			}
			if d.Type == trade.ReceiptAdvice {
				l.Rejected = trade.Quantity(pick(3, "rejected")) * 1_000_000
			}
			d.Lines = append(d.Lines, l)
		}
		documents = append(documents, d)
	}
	return documents
}

func matched(documents []trade.Document) trade.Trade {
	var of trade.Trade
	for i := range documents {
		of = of.Add(&documents[i], uint32(i+1))
	}
	return of
}

func TestMatchingAgreesWithTheNaiveMatcher(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		documents := papers(t)
		of := matched(documents)
		normal := slices.Clone(documents)
		for i := range normal {
			normal[i].Lines = slices.Clone(normal[i].Lines)
			for j := range normal[i].Lines {
				normal[i].Lines[j].OrderNumber = strings.ToUpper(strings.TrimSpace(normal[i].Lines[j].OrderNumber))
			}
		}
		want := (&naive{documents: normal}).match()
		if got := found(of); !slices.Equal(got, want) {
			t.Fatalf("matched\n%s\nnaively\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// sorted gives what must be the same in whatever order documents come: which of several summed lines is named, and where
// a line stands, is left out.
func sorted(of trade.Trade) (trade.Trade, []string) {
	var lines []string
	for _, l := range of.Lines {
		l.Documents, l.Numbers = [6]uint32{}, [6]uint16{}
		lines = append(lines, fmt.Sprintf("%+v", l))
	}
	sort.Strings(lines)
	lines = append(lines, found(of)...)
	of.Lines, of.Discrepancies, of.DeliveredBy, of.RefusedBy = nil, nil, 0, 0
	return of, lines
}

func TestDocumentsMayComeInAnyOrderAndInSeveralTrades(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		documents := papers(t)
		want, lines := sorted(matched(documents))
		shuffled := rapid.Permutation(documents).Draw(t, "shuffled")
		cut := rapid.IntRange(0, len(shuffled)).Draw(t, "cut")
		second := matched(shuffled[cut:])
		for name, of := range map[string]trade.Trade{"shuffled": matched(shuffled), "merged": matched(shuffled[:cut]).Merge(&second)} {
			got, gotLines := sorted(of)
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) || !slices.Equal(lines, gotLines) {
				t.Fatalf("%s:\n%+v\n%s\nwant\n%+v\n%s", name, got, strings.Join(gotLines, "\n"), want, strings.Join(lines, "\n"))
			}
		}
	})
}
