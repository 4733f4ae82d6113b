package trade

import (
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// side is what a document says of a line: whose word it is in the comparison.
type side int

const (
	sideOrder side = iota
	sideAnswer
	sideDespatch
	sideReceipt
	sideInvoice
	sideCredit
	sideCount
)

// sideOf gives the side of a document's lines; no side for the lines of a simple order response and of an invoice that
// asks for a payment in advance: they move no goods.
func sideOf(d *Document) (side, bool) {
	switch d.Type {
	case Order:
		return sideOrder, true
	case OrderResponse:
		return sideAnswer, d.Accepted == AnswerAccepted || d.Accepted == AnswerAmended
	case DespatchAdvice:
		return sideDespatch, true
	case ReceiptAdvice:
		return sideReceipt, true
	case Invoice:
		return sideInvoice, d.TypeCode != codePrepayment
	case CreditNote:
		return sideCredit, true
	}
	return 0, false
}

// Codes of UNTDID 1001 that change what an invoice proves.
const (
	codePrepayment = "386"
	codeSelfBilled = "389"
)

// MatchedLine is what the documents of a trade say in one unit of one line of an order, or of one item where they name
// no line, summed.
type MatchedLine struct {
	Key       uint64            `cbor:"1,keyasint"` // of the order's line number; 0, or the item's where the trade is older, if no line is named
	Item      uint64            `cbor:"2,keyasint"` // key of the item; the lowest bit says that the order gave it
	Ordered   Quantity          `cbor:"3,keyasint,omitempty"`
	Shipped   Quantity          `cbor:"4,keyasint,omitempty"`
	Received  Quantity          `cbor:"5,keyasint,omitempty"` // and taken in
	Invoiced  Quantity          `cbor:"6,keyasint,omitempty"`
	Credited  Quantity          `cbor:"7,keyasint,omitempty"`
	AtOrder   UnitPrice         `cbor:"8,keyasint,omitempty"`  // net price in the order, the lowest if there are several
	AtInvoice UnitPrice         `cbor:"9,keyasint,omitempty"`  // highest net price in an invoice
	Order     uint32            `cbor:"10,keyasint,omitempty"` // of the order's number; 0 where none is named
	Unit      Unit              `cbor:"11,keyasint,omitempty"`
	Documents [sideCount]uint32 `cbor:"12,keyasint,omitzero"` // by side, where the latest line stands, of invoices the dearest
	Numbers   [sideCount]uint16 `cbor:"13,keyasint,omitzero"` // and its place in that document, from 1
	Billed    money.Minor       `cbor:"14,keyasint,omitempty"`
	Rejected  Quantity          `cbor:"15,keyasint,omitempty"` // arrived and not taken in
	Agreed    Quantity          `cbor:"16,keyasint,omitempty"` // promised by the seller's answers
}

// Trade is the documents of one deal, matched.
type Trade struct {
	ID          id.Trade       `cbor:"1,keyasint"`
	Seller      id.Party       `cbor:"2,keyasint"`
	Buyer       id.Party       `cbor:"3,keyasint"`
	Facts       Fact           `cbor:"4,keyasint"`
	Differences Difference     `cbor:"5,keyasint"` // the kinds of its discrepancies
	Documents   uint32         `cbor:"6,keyasint"` // how many are in it
	Currency    money.Currency `cbor:"7,keyasint"` // of the order, else of what was billed

	Kind           Kind           `cbor:"11,keyasint,omitempty"`
	Currencies     bool           `cbor:"17,keyasint,omitempty"` // orders or invoices are in several currencies
	OrderCurrency  money.Currency `cbor:"15,keyasint,omitempty"`
	BilledCurrency money.Currency `cbor:"16,keyasint,omitempty"`
	Requested      calendar.Date  `cbor:"18,keyasint,omitempty"` // last day on which an order asks for delivery
	Promised       calendar.Date  `cbor:"19,keyasint,omitempty"` // last day that the seller's answers promise
	Delivered      calendar.Date  `cbor:"20,keyasint,omitempty"` // day of the last receipt
	DeliveredBy    uint32         `cbor:"21,keyasint,omitempty"` // document that says so
	RefusedBy      uint32         `cbor:"22,keyasint,omitempty"` // answer that refuses the order
	Omitted        uint16         `cbor:"13,keyasint,omitempty"` // discrepancies beyond those that it keeps

	Lines         []MatchedLine `cbor:"8,keyasint"` // never changed in place: a fold makes new ones
	Entry         uint64        `cbor:"9,keyasint"`
	Prospects     []Prospect    `cbor:"10,keyasint,omitempty"` // invoices that wait for the proof of a delivery
	Discrepancies []Discrepancy `cbor:"12,keyasint,omitempty"` // by order line, at most DiscrepanciesMax
	MergedInto    id.Trade      `cbor:"14,keyasint,omitempty"` // the trade that took this one's documents; 0 for one that stands
	NextMerged    id.Trade      `cbor:"23,keyasint,omitempty"` // begins, or goes on with, the list of those that went into the one that stands
	Moved         Fact          `cbor:"31,keyasint,omitempty"` // those of Facts that rest on movements alone: see Documented
	Undertakings  uint32        `cbor:"30,keyasint,omitempty"` // receivables of this trade that the buyer has confirmed
	Doubts        []Doubt       `cbor:"32,keyasint,omitempty"` // its invoices that were found to be like earlier ones
	OrderedOn     calendar.Date `cbor:"40,keyasint,omitempty"` // first day on which an order was issued
}

// Prospect is an invoice before its trade is performed: not yet a receivable. An early one is a credit note that came
// before the invoice that it credits: it waits for that invoice, and only Identity (of the invoice), Credited and
// Currency count.
type Prospect struct {
	Document id.Document    `cbor:"1,keyasint"`
	Identity [16]byte       `cbor:"2,keyasint"`
	Face     money.Minor    `cbor:"3,keyasint"`
	Issued   calendar.Date  `cbor:"4,keyasint"`
	Due      calendar.Date  `cbor:"5,keyasint"`
	Findings FindingSet     `cbor:"6,keyasint"`
	Currency money.Currency `cbor:"7,keyasint"`
	Credited money.Minor    `cbor:"8,keyasint,omitempty"` // by credit notes that came before the proof; at most Face
	Early    bool           `cbor:"9,keyasint,omitempty"`
	Hash     [32]byte       `cbor:"30,keyasint,omitzero"` // SHA-256 of the invoice's exact bytes

	Prepaid money.Minor `cbor:"40,keyasint,omitempty"` // that the invoice deducts: no part of Face
}

// Grade is the strength of the evidence, 0 to GradeMax, by the table of the trade's kind.
func (t *Trade) Grade() int { return t.Kind.Grade(t.Facts) }

// Performed tells whether the seller has earned what it bills.
func (t *Trade) Performed() bool { return t.Kind.Performed(t.Facts) }

// Add gives the trade with one more document, whose number in the book is given. Quantities add up per order line and
// unit, so that documents make the same trade in whatever order they come; only which of several summed lines a
// discrepancy names follows the order: it is the latest, of invoices the dearest.
func (t Trade) Add(d *Document, number uint32) Trade {
	t.Documents++
	t.prove(d, number)
	if s, moves := sideOf(d); moves && len(d.Lines) > 0 {
		t.Lines = fold(t.Lines, d, s, number)
	}
	t.settle()
	return t
}

// prove takes over what the document says as a whole.
func (t *Trade) prove(d *Document, number uint32) {
	switch d.Type {
	case Order:
		t.Facts |= Ordered
		t.Requested = max(t.Requested, d.Delivery)
		t.OrderedOn = earlier(t.OrderedOn, d.Issued)
		t.seen(&t.OrderCurrency, d.Currency)
	case OrderResponse, OrderResponseSimple:
		switch d.Accepted {
		case AnswerAccepted, AnswerAmended:
			t.Facts |= Agreed
			t.Promised = max(t.Promised, d.Delivery)
		case AnswerRejected:
			t.Differences |= OrderRefused
			t.RefusedBy = max(t.RefusedBy, number)
		case AnswerNone:
		}
	case DespatchAdvice:
		if d.moves() {
			t.Facts |= Shipped
			t.Moved &^= Shipped
		}
	case ReceiptAdvice:
		if d.moves() {
			t.Facts |= Received
			t.Moved &^= Received
			if d.Issued >= t.Delivered {
				t.Delivered, t.DeliveredBy = d.Issued, number
			}
		}
	case Invoice:
		t.Facts |= Invoiced
		if d.TypeCode == codeSelfBilled {
			t.Facts |= SelfBilled
		}
		if d.TypeCode == codePrepayment || d.Totals.Prepaid > 0 {
			t.Facts |= Prepaid
		}
		t.seen(&t.BilledCurrency, d.Currency)
	case CreditNote:
		t.seen(&t.BilledCurrency, d.Currency)
	}
}

// earlier is the first of two days that is named.
func earlier(a, b calendar.Date) calendar.Date {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// moves tells whether a despatch or receipt moves anything towards the buyer: one without lines says that all was moved,
// one of returned or refused goods only moves nothing.
func (d *Document) moves() bool {
	for i := range d.Lines {
		if d.Lines[i].Quantity > 0 {
			return true
		}
	}
	return len(d.Lines) == 0
}

func (t *Trade) seen(in *money.Currency, currency money.Currency) {
	switch {
	case currency == 0 || *in == currency:
	case *in == 0:
		*in = currency
	default:
		t.Currencies = true
		*in = min(*in, currency)
	}
}

// settle derives what follows from lines and facts.
func (t *Trade) settle() {
	switch {
	case t.OrderCurrency != 0:
		t.Currency = t.OrderCurrency
	case t.BilledCurrency != 0:
		t.Currency = t.BilledCurrency
	}
	t.Kind = t.kind()
	t.Facts &^= Accepted
	if t.Kind == Services && t.Documented()&Received != 0 {
		t.Facts |= Accepted
	}
	t.compare()
}

// kind follows from units and types: work where all that is ordered (else billed, else named) is measured as work.
func (t *Trade) kind() Kind {
	of := sideReceipt
	for i := range t.Lines {
		switch l := &t.Lines[i]; {
		case l.has(sideOrder):
			of = sideOrder
		case l.has(sideInvoice) && of != sideOrder:
			of = sideInvoice
		}
	}
	work := 0
	for i := range t.Lines {
		if l := &t.Lines[i]; l.has(of) || of == sideReceipt {
			if !l.Unit.Service() {
				work = 0
				break
			}
			work++
		}
	}
	switch {
	case work > 0:
		return Services
	case t.Facts&SelfBilled != 0:
		return EvaluatedReceipt
	case t.Facts&Prepaid != 0:
		return Advance
	}
	return Goods
}

// lineIdentity says which lines of documents are summed in one MatchedLine.
type lineIdentity struct {
	key, item uint64
	order     uint32
	unit      Unit
}

func (m *MatchedLine) identity() lineIdentity {
	identity := lineIdentity{key: m.Key, order: m.Order, unit: m.Unit}
	if m.Key == 0 {
		identity.item = m.item()
	}
	return identity
}

func identityOf(d *Document, l *Line) lineIdentity {
	identity := lineIdentity{key: lineKey(d.Type, l), order: orderKey(d, l), unit: UnitOf(l.Unit)}
	if identity.key == 0 {
		identity.item = itemKey(l.Item)
	}
	return identity
}

// fold gives the lines with those of a document. Small ones are searched, large ones indexed, so that the work grows with
// the lines of trade and document and not with their product.
func fold(lines []MatchedLine, d *Document, s side, number uint32) []MatchedLine {
	const searched = 12
	places := make([]int, 0, searched)
	added := make([]lineIdentity, 0, 4)
	find := func(identity lineIdentity) int {
		for i := range lines {
			if lines[i].identity() == identity {
				return i
			}
		}
		for i := range added {
			if added[i] == identity {
				return len(lines) + i
			}
		}
		return -1
	}
	if len(lines)+len(d.Lines) > searched {
		index := make(map[lineIdentity]int, len(lines)+len(d.Lines))
		for i := range lines {
			index[lines[i].identity()] = i
		}
		find = func(identity lineIdentity) int {
			if at, found := index[identity]; found {
				return at
			}
			index[identity] = len(lines) + len(added)
			return -1
		}
	}
	for i := range d.Lines {
		identity := identityOf(d, &d.Lines[i])
		at := find(identity)
		if at < 0 {
			at = len(lines) + len(added)
			added = append(added, identity)
		}
		places = append(places, at)
	}
	folded := make([]MatchedLine, len(lines)+len(added))
	copy(folded, lines)
	for i, identity := range added {
		folded[len(lines)+i] = MatchedLine{Key: identity.key, Item: identity.item, Order: identity.order, Unit: identity.unit}
	}
	for i, at := range places {
		folded[at].take(d, &d.Lines[i], s, LineReference{number, uint16(i + 1)})
	}
	return folded
}

// take adds a line of a document.
func (m *MatchedLine) take(d *Document, l *Line, s side, at LineReference) {
	if item := itemKey(l.Item); item != 0 && m.Key != 0 {
		if s == sideOrder {
			item |= itemOfOrder
		}
		m.Item = stronger(m.Item, item)
	}
	if !m.has(s) || s != sideInvoice {
		m.refer(s, at)
	}
	quantity := m.quantity(s)
	*quantity = addQuantity(*quantity, l.Quantity)
	switch s {
	case sideOrder:
		if price := netPrice(d, l, nearest); m.AtOrder == 0 || price != 0 && price < m.AtOrder {
			m.AtOrder = price
		}
	case sideReceipt:
		m.Rejected = addQuantity(m.Rejected, l.Rejected)
	case sideInvoice:
		if price := netPrice(d, l, least); price >= m.AtInvoice {
			m.AtInvoice = price
			m.refer(s, at)
		}
		m.Billed = addAmount(m.Billed, netAmount(d, l))
	}
}

func (m *MatchedLine) refer(s side, at LineReference) {
	m.Documents[s], m.Numbers[s] = at.Document, at.Line
}

func (m *MatchedLine) reference(s side) LineReference {
	return LineReference{m.Documents[s], m.Numbers[s]}
}

// has tells whether a document of this side names the line.
func (m *MatchedLine) has(s side) bool { return m.Documents[s] != 0 || *m.quantity(s) != 0 }

func (m *MatchedLine) quantity(s side) *Quantity {
	switch s {
	case sideOrder:
		return &m.Ordered
	case sideAnswer:
		return &m.Agreed
	case sideDespatch:
		return &m.Shipped
	case sideReceipt:
		return &m.Received
	case sideInvoice:
		return &m.Invoiced
	}
	return &m.Credited
}

// Merge gives the trade with all that another one holds. The documents of both make the same trade as if they had come
// into one.
func (t Trade) Merge(other *Trade) Trade {
	t.Documents += other.Documents
	t.Undertakings += other.Undertakings
	t.Moved = (t.Moved | other.Moved) &^ (t.Documented() | other.Documented())
	t.Facts |= other.Facts
	t.Differences |= other.Differences & OrderRefused
	t.Requested, t.Promised = max(t.Requested, other.Requested), max(t.Promised, other.Promised)
	t.OrderedOn = earlier(t.OrderedOn, other.OrderedOn)
	t.RefusedBy = max(t.RefusedBy, other.RefusedBy)
	if other.Delivered > t.Delivered || other.Delivered == t.Delivered && other.DeliveredBy > t.DeliveredBy {
		t.Delivered, t.DeliveredBy = other.Delivered, other.DeliveredBy
	}
	t.seen(&t.OrderCurrency, other.OrderCurrency)
	t.seen(&t.BilledCurrency, other.BilledCurrency)
	t.Currencies = t.Currencies || other.Currencies
	if t.Currency == 0 {
		t.Currency = other.Currency
	}
	t.Prospects = append(t.Prospects[:len(t.Prospects):len(t.Prospects)], other.Prospects...)
	t.Doubts = append(t.Doubts[:len(t.Doubts):len(t.Doubts)], other.Doubts...)
	lines := append(make([]MatchedLine, 0, len(t.Lines)+len(other.Lines)), t.Lines...)
	index := make(map[lineIdentity]int, len(lines))
	for i := range lines {
		index[lines[i].identity()] = i
	}
	for i := range other.Lines {
		at, found := index[other.Lines[i].identity()]
		if !found {
			lines = append(lines, other.Lines[i])
			continue
		}
		lines[at].merge(&other.Lines[i])
	}
	t.Lines = lines
	t.settle()
	return t
}

func (m *MatchedLine) merge(other *MatchedLine) {
	m.Item = stronger(m.Item, other.Item)
	for s := range sideCount {
		mine, theirs := m.reference(s), other.reference(s)
		later := theirs.Document > mine.Document || theirs.Document == mine.Document && theirs.Line > mine.Line
		if s == sideInvoice && m.AtInvoice != other.AtInvoice {
			later = other.AtInvoice > m.AtInvoice
		}
		if later && theirs.Document != 0 {
			m.refer(s, theirs)
		}
		quantity := m.quantity(s)
		*quantity = addQuantity(*quantity, *other.quantity(s))
	}
	if m.AtOrder == 0 || other.AtOrder != 0 && other.AtOrder < m.AtOrder {
		m.AtOrder = other.AtOrder
	}
	m.AtInvoice = max(m.AtInvoice, other.AtInvoice)
	m.Rejected = addQuantity(m.Rejected, other.Rejected)
	m.Billed = addAmount(m.Billed, other.Billed)
}

// WouldExceed tells whether one more invoice with these lines would bill more than was received, shipped or ordered: what
// tells a second delivery of the same goods from the same invoice under another number.
func (t Trade) WouldExceed(d *Document) bool {
	const above = InvoicedAboveOrdered | InvoicedAboveReceived | InvoicedAboveShipped
	return t.Add(d, 0).Differences&above != 0
}

// QuantityMax bounds every quantity that is read.
const QuantityMax = Quantity(1<<63-1) / 1_000_000

// quantitySumMax is where sums of quantities stop: whoever sends enough lines to get there proves nothing by them.
const quantitySumMax = QuantityMax * 100_000

func addQuantity(a, b Quantity) Quantity {
	return max(-quantitySumMax, min(quantitySumMax, a+b))
}

func addAmount(a, b money.Minor) money.Minor {
	return max(-money.MinorMax, min(money.MinorMax, a+b))
}

// hashText continues FNV-1a.
func hashText(hash uint64, text string) uint64 {
	for i := 0; i < len(text); i++ {
		hash = (hash ^ uint64(text[i])) * 1099511628211
	}
	return hash
}

const hashStart = uint64(14695981039346656037)

// lineKey is the key of an order's line number, FNV-1a of its text without leading zeros; 0 where the line names no line
// of the order.
func lineKey(of Type, l *Line) uint64 {
	text := l.OrderLine
	if of == Order {
		text = l.Number
	}
	if text == "" {
		return 0
	}
	if short := strings.TrimLeft(text, "0"); short != "" {
		text = short
	}
	return hashText(hashStart, text) | 1
}

// orderKey is the key of the order that a line names, itself or by its document: of its number in capitals, with single
// blanks; 0 where none is named.
func orderKey(d *Document, l *Line) uint32 {
	number := l.OrderNumber
	if number == "" {
		number = d.OrderNumber
	}
	if d.Type == Order {
		number = d.Number
	}
	if number == "" {
		return 0
	}
	plain := true
	for i := 0; i < len(number); i++ {
		if b := number[i]; b <= ' ' || b >= 'a' && b <= 'z' || b >= 0x80 {
			plain = false
			break
		}
	}
	if !plain {
		number = strings.ToUpper(strings.Join(strings.Fields(number), " "))
	}
	hash := hashText(hashStart, number)
	return uint32(hash>>32) | 1
}

// itemKey is the key of an item, with the lowest bit free; 0 for none.
func itemKey(item Token) uint64 {
	var key uint64
	for _, b := range item[:8] {
		key = key<<8 | uint64(b)
	}
	return key &^ itemOfOrder
}

// itemOfOrder marks the item that the order itself gives for its line.
const itemOfOrder = 1

// stronger is the item that stands for a line of which several are told: the order's, else the greatest.
func stronger(a, b uint64) uint64 {
	if a&itemOfOrder != b&itemOfOrder {
		if a&itemOfOrder != 0 {
			return a
		}
		return b
	}
	return max(a, b)
}

func (m *MatchedLine) item() uint64 { return m.Item &^ itemOfOrder }
