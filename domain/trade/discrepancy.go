package trade

import "millrace/domain/money"

// Difference is a way in which the documents of a trade disagree. A set of differences is a sum of them.
type Difference uint16

// The differences. Where two lines disagree, the first one named in the comment is the first of the Discrepancy.
const (
	PriceAboveOrder       Difference = 1 << iota // invoice and order: the invoice asks more for a unit, net of the line's allowances and charges
	InvoicedAboveReceived                        // invoice and receipt: more was invoiced, less credited, than received
	InvoicedAboveOrdered                         // invoice and order: more was invoiced, less credited, than ordered
	ReceivedBelowShipped                         // receipt and despatch: less arrived than was sent
	ReceivedAboveOrdered                         // receipt and order: more was taken than ordered
	LineNotOrdered                               // the line, and nothing: it refers to nothing in the order
	OrderRefused                                 // the answer, and nothing: the seller refused the order
	CreditedAboveInvoiced                        // credit note and invoice: more was credited than invoiced
	InvoicedAboveShipped                         // invoice and despatch: likewise, while nothing of the order is received
	UnitDiffers                                  // two lines in units that don't convert into one another
	AgreedBelowOrdered                           // answer and order: the seller promises less than was ordered; the rest is back-ordered
	GoodsRejected                                // receipt and despatch, else order: the buyer took in less than arrived
	DeliveredLate                                // receipt, else despatch, and order: delivered after the promised date
	CurrencyDiffers                              // invoice and order: in different currencies
)

var differenceNames = [...]string{"price_above_order", "invoiced_above_received", "invoiced_above_ordered", "received_below_shipped",
	"received_above_ordered", "line_not_ordered", "order_refused", "credited_above_invoiced", "invoiced_above_shipped", "unit_differs",
	"agreed_below_ordered", "goods_rejected", "delivered_late", "currency_differs"}

// DifferenceNames are the names of all differences, by bit; the order is stored in journals.
func DifferenceNames() []string { return differenceNames[:] }

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

// LineReference names a line of a document: the document's number in the book and the line's place in it from 1; line 0
// is the document as a whole, document 0 nothing.
type LineReference struct {
	Document uint32 `cbor:"1,keyasint"`
	Line     uint16 `cbor:"2,keyasint,omitempty"`
}

// Discrepancy is one disagreement between two lines, with what it comes to. Quantity is in Unit: what is too much or too
// little, for DeliveredLate days. Base is what it is measured against: a quantity in Unit, for PriceAboveOrder the amount
// at the order's price. Amount is what the disagreement is worth in the trade's currency, never below zero; 0 where the
// documents name no price.
type Discrepancy struct {
	Kind     Difference    `cbor:"1,keyasint"` // one of the differences
	Unit     Unit          `cbor:"2,keyasint,omitempty"`
	Key      uint64        `cbor:"3,keyasint,omitempty"` // of the order line, else of the item; 0 for the trade as a whole
	Quantity Quantity      `cbor:"4,keyasint,omitempty"`
	Base     int64         `cbor:"5,keyasint,omitempty"`
	Amount   money.Minor   `cbor:"6,keyasint,omitempty"`
	First    LineReference `cbor:"7,keyasint,omitzero"`
	Second   LineReference `cbor:"8,keyasint,omitzero"`
}

// DiscrepanciesMax bounds the discrepancies that a trade keeps; what is beyond is counted. The set of differences is
// always complete.
const DiscrepanciesMax = 500
