package trade

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Fact is something that the documents of a trade prove. A set of facts is a sum of them.
type Fact uint16

// The facts.
const (
	Ordered   Fact = 1 << iota // by an order
	Agreed                     // by an order response that accepts
	Shipped                    // by a despatch advice
	Received                   // by a receipt advice
	Invoiced                   // by an invoice
	Confirmed                  // by the buyer's undertaking
)

var factNames = [...]string{"ordered", "agreed", "shipped", "received", "invoiced", "confirmed"}

// Names lists the facts in the set.
func (f Fact) Names() []string {
	var names []string
	for i, name := range factNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Has tells whether the set holds all the wanted facts.
func (f Fact) Has(wanted Fact) bool { return f&wanted == wanted }

// Performed tells whether the goods have left the seller or reached the buyer: before that an invoice is a prospective
// claim and no receivable.
func (f Fact) Performed() bool { return f&(Shipped|Received) != 0 }

// Matched tells whether order, delivery and invoice have met in one trade.
func (f Fact) Matched() bool { return f.Has(Ordered|Invoiced) && f.Performed() }

// Grade is the strength of the evidence for a trade in goods, 0 (nothing) to 5: one for each of ordered, shipped,
// received, invoiced, and one for the buyer's confirmation.
func (f Fact) Grade() int {
	grade := 0
	for _, fact := range []Fact{Ordered, Shipped, Received, Invoiced, Confirmed} {
		if f&fact != 0 {
			grade++
		}
	}
	return grade
}

// Difference is a way in which the documents of a trade disagree. A set of differences is a sum of them.
type Difference uint16

// The differences.
const (
	PriceAboveOrder       Difference = 1 << iota // an invoice asks more for a unit than the order
	InvoicedAboveReceived                        // more was invoiced, less credited, than received (or shipped, while nothing is received)
	InvoicedAboveOrdered                         // more was invoiced, less credited, than ordered
	ReceivedBelowShipped                         // less arrived than was sent
	ReceivedAboveOrdered                         // more arrived than was ordered
	LineNotOrdered                               // a line refers to nothing in the order
	OrderRefused                                 // the seller refused the order
	CreditedAboveInvoiced                        // more was credited than invoiced
)

var differenceNames = [...]string{"price_above_order", "invoiced_above_received", "invoiced_above_ordered", "received_below_shipped",
	"received_above_ordered", "line_not_ordered", "order_refused", "credited_above_invoiced"}

// Names lists the differences in the set.
func (d Difference) Names() []string {
	var names []string
	for i, name := range differenceNames {
		if d&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// MatchedLine is the documents of a trade say of one line of the order, summed.
type MatchedLine struct {
	Key       uint64    `cbor:"1,keyasint"` // of the order's line number, or of the item where no line is named
	Item      uint64    `cbor:"2,keyasint"`
	Ordered   Quantity  `cbor:"3,keyasint,omitempty"`
	Shipped   Quantity  `cbor:"4,keyasint,omitempty"`
	Received  Quantity  `cbor:"5,keyasint,omitempty"`
	Invoiced  Quantity  `cbor:"6,keyasint,omitempty"`
	Credited  Quantity  `cbor:"7,keyasint,omitempty"`
	AtOrder   UnitPrice `cbor:"8,keyasint,omitempty"` // price in the order
	AtInvoice UnitPrice `cbor:"9,keyasint,omitempty"` // highest price in an invoice
}

// Trade is the documents of one deal, matched.
type Trade struct {
	ID          id.Trade       `cbor:"1,keyasint"`
	Seller      id.Party       `cbor:"2,keyasint"`
	Buyer       id.Party       `cbor:"3,keyasint"`
	Facts       Fact           `cbor:"4,keyasint"`
	Differences Difference     `cbor:"5,keyasint"`
	Documents   uint32         `cbor:"6,keyasint"` // how many are in it
	Currency    money.Currency `cbor:"7,keyasint"`
	Lines       []MatchedLine  `cbor:"8,keyasint"` // never changed in place: a fold makes new ones
	Entry       uint64         `cbor:"9,keyasint"`
	Prospects   []Prospect     `cbor:"10,keyasint,omitempty"` // invoices that wait for the proof of a delivery
	Moved       Fact           `cbor:"31,keyasint,omitempty"` // those of Facts that rest on movements alone: see Documented

	Undertakings uint32 `cbor:"30,keyasint,omitempty"` // receivables of this trade that the buyer has confirmed
}

// Prospect is an invoice before its trade is performed: not yet a receivable.
type Prospect struct {
	Document id.Document    `cbor:"1,keyasint"`
	Identity [16]byte       `cbor:"2,keyasint"`
	Face     money.Minor    `cbor:"3,keyasint"`
	Issued   calendar.Date  `cbor:"4,keyasint"`
	Due      calendar.Date  `cbor:"5,keyasint"`
	Findings FindingSet     `cbor:"6,keyasint"`
	Currency money.Currency `cbor:"7,keyasint"`
	Credited money.Minor    `cbor:"8,keyasint,omitempty"` // by credit notes that came before the proof; at most Face

	Hash [32]byte `cbor:"30,keyasint,omitzero"` // SHA-256 of the invoice's exact bytes
}

// Add gives the trade with one more document. Quantities add up per line of the order; a line finds its place by the
// order line that it names, else by its item.
func (t Trade) Add(d *Document) Trade {
	lines := make([]MatchedLine, len(t.Lines), len(t.Lines)+len(d.Lines))
	copy(lines, t.Lines)
	t.Lines = lines
	t.Documents++
	t.Moved &^= provedBy(d.Type)
	if t.Currency == 0 {
		t.Currency = d.Currency
	}
	switch d.Type {
	case Order:
		t.Facts |= Ordered
	case OrderResponse, OrderResponseSimple:
		t.addAnswer(d.Accepted)
	case DespatchAdvice:
		t.Facts |= Shipped
	case ReceiptAdvice:
		t.Facts |= Received
	case Invoice:
		t.Facts |= Invoiced
	case CreditNote:
	}
	if d.Type != OrderResponse {
		for i := range d.Lines {
			t.addLine(d.Type, &d.Lines[i])
		}
	}
	t.Differences = t.Differences&OrderRefused | t.compare()
	return t
}

func (t *Trade) addAnswer(answer Answer) {
	switch answer {
	case AnswerAccepted, AnswerAmended:
		t.Facts |= Agreed
	case AnswerRejected:
		t.Differences |= OrderRefused
	case AnswerNone:
	}
}

func (t *Trade) addLine(of Type, l *Line) {
	key, item := lineKey(of, l), itemKey(l.Item)
	at := -1
	for i := range t.Lines {
		if key != 0 && t.Lines[i].Key == key {
			at = i
			break
		}
		if at < 0 && item != 0 && t.Lines[i].Item == item && (key == 0 || t.Lines[i].Key == item) {
			at = i
		}
	}
	if at < 0 {
		if key == 0 {
			key = item
		}
		t.Lines = append(t.Lines, MatchedLine{Key: key, Item: item})
		at = len(t.Lines) - 1
	}
	m := &t.Lines[at]
	switch of {
	case Order:
		m.Ordered = addQuantity(m.Ordered, l.Quantity)
		m.AtOrder = l.Price
		m.Key, m.Item = key, item
		if key == 0 {
			m.Key = item
		}
	case DespatchAdvice:
		m.Shipped = addQuantity(m.Shipped, l.Quantity)
	case ReceiptAdvice:
		m.Received = addQuantity(m.Received, l.Quantity)
	case Invoice:
		m.Invoiced = addQuantity(m.Invoiced, l.Quantity)
		m.AtInvoice = max(m.AtInvoice, l.Price)
	case CreditNote:
		m.Credited = addQuantity(m.Credited, l.Quantity)
	case OrderResponse, OrderResponseSimple:
	}
}

// QuantityMax bounds every quantity that is read.
const QuantityMax = Quantity(1<<63-1) / 1_000_000

// quantitySumMax is where sums of quantities stop: whoever sends enough lines to get there proves nothing by them.
const quantitySumMax = QuantityMax * 100_000

func addQuantity(a, b Quantity) Quantity {
	return max(-quantitySumMax, min(quantitySumMax, a+b))
}

// compare derives the differences from the lines.
func (t *Trade) compare() Difference {
	var found Difference
	set := func(condition bool, d Difference) {
		if condition {
			found |= d
		}
	}
	for i := range t.Lines {
		l := &t.Lines[i]
		billed := addQuantity(l.Invoiced, -l.Credited)
		if t.Facts&Ordered != 0 {
			set(l.Ordered == 0 && (l.Invoiced != 0 || l.Shipped != 0 || l.Received != 0), LineNotOrdered)
			set(l.Ordered != 0 && l.AtOrder != 0 && l.AtInvoice > l.AtOrder, PriceAboveOrder)
			set(l.Ordered != 0 && billed > l.Ordered, InvoicedAboveOrdered)
			set(l.Ordered != 0 && l.Received > l.Ordered, ReceivedAboveOrdered)
		}
		switch {
		case t.Documented()&Received != 0:
			set(billed > l.Received, InvoicedAboveReceived)
			set(t.Documented()&Shipped != 0 && l.Received < l.Shipped, ReceivedBelowShipped)
		case t.Documented()&Shipped != 0:
			set(billed > l.Shipped, InvoicedAboveReceived)
		}
		set(l.Credited > l.Invoiced, CreditedAboveInvoiced)
	}
	return found
}

// WouldExceed tells whether one more invoice with these lines would bill more than was received, shipped or ordered: what
// tells a second delivery of the same goods from the same invoice under another number.
func (t Trade) WouldExceed(d *Document) bool {
	const above = InvoicedAboveOrdered | InvoicedAboveReceived
	return t.Add(d).Differences&above != 0
}

// lineKey is the key of an order's line number, FNV-1a of its text; 0 where the line names no line of the order.
func lineKey(of Type, l *Line) uint64 {
	text := l.OrderLine
	if of == Order {
		text = l.Number
	}
	if text == "" {
		return 0
	}
	hash := uint64(14695981039346656037)
	for i := 0; i < len(text); i++ {
		hash = (hash ^ uint64(text[i])) * 1099511628211
	}
	return hash | 1
}

func itemKey(item Token) uint64 {
	var key uint64
	for _, b := range item[:8] {
		key = key<<8 | uint64(b)
	}
	return key
}

// FindingSet is a set of finding codes that a receivable can carry.
type FindingSet uint64

// FindingCodes are the codes that a FindingSet can hold, by bit; the order is stored in journals.
var FindingCodes = [...]string{
	FindingLineSum, FindingTaxExclusive, FindingTaxInclusive, FindingPayable, FindingLineAmount, FindingTaxSum, FindingNegative,
	FindingSelfBilled, FindingCorrective, FindingFactored, FindingDueDate, FindingDueDateEarly, FindingReference,
	FindingPrecision, FindingTwoCurrencies, FindingParty, FindingNoLines, FindingNumberReused, FindingSameContent,
	FindingDuplicate, FindingRenumbered, FindingTaxBase, FindingNumber, FindingAnswer,
	FindingTaxVoid, FindingTaxReversed, FindingTaxDiffers,
}

// Findings that the book adds when it compares a document with what it has seen.
const (
	FindingNumberReused = "number_reused"        // same parties and number as an earlier document, other date or amount
	FindingSameContent  = "same_content"         // same lines and amount as another invoice between the two, and goods for both
	FindingDuplicate    = "duplicate_exact"      // an earlier document with the same parties, number, date and amount
	FindingRenumbered   = "duplicate_renumbered" // an earlier invoice's lines and amount under another number
)

// SetOf gathers the codes of findings.
func SetOf(findings []Finding) FindingSet {
	var set FindingSet
	for _, f := range findings {
		set |= BitOf(f.Code)
	}
	return set
}

// BitOf is the set that holds one code; it panics on a code that is not in FindingCodes.
func BitOf(code string) FindingSet {
	for i, c := range FindingCodes {
		if c == code {
			return 1 << i
		}
	}
	panic("trade: unknown finding " + code)
}

// Codes lists the codes in the set.
func (s FindingSet) Codes() []string {
	var codes []string
	for i, code := range FindingCodes {
		if s&(1<<i) != 0 {
			codes = append(codes, code)
		}
	}
	return codes
}

// Informative are the findings that by themselves don't keep an invoice from being financed: what they mean is asked by
// the product's evidence and by the rules of risk control.
var Informative = BitOf(FindingPrecision) | BitOf(FindingReference) | BitOf(FindingSameContent)

// Known tells whether a code can be in a FindingSet.
func Known(code string) bool {
	for _, c := range FindingCodes {
		if c == code {
			return true
		}
	}
	return false
}
