// Package movement holds observations of goods: what was seen where and when, who says so, and to which documents it
// belongs. A movement is dated, sourced evidence beside the documents of a trade; its quantities are shown and never
// matched against an order's lines.
package movement

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// Kind is what happened to the goods.
type Kind uint8

// The kinds.
const (
	Shipped   Kind = 1 + iota // handed over for transport by who sends them
	Departed                  // left a place on a means of transport
	Arrived                   // reached a place on a means of transport
	Received                  // taken over at a place
	Stored                    // put into store
	Inspected                 // looked at for their condition
	Counted                   // counted in stock
	Lost                      // stolen, destroyed or not to be found
	Returned                  // on their way back to who sent them
	Other                     // seen in a step that is none of these
)

var kindNames = [...]string{"", "shipped", "departed", "arrived", "received", "stored", "inspected", "counted", "lost", "returned", "other"}

// String is the name used in API, console and files.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// MarshalText gives the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Known tells whether k is one of the kinds.
func (k Kind) Known() bool { return k >= Shipped && k <= Other }

// Source is the form in which an observation came.
type Source uint8

// The sources.
const (
	EPCIS                Source = 1 + iota // an event of GS1 EPCIS 2.0
	TransportationStatus                   // an event of a UBL 2.1 TransportationStatus
	StockCount                             // a stock count in Millrace's own form
)

// String is the name used in API and console.
func (s Source) String() string {
	if int(s) < len(sourceNames) {
		return sourceNames[s]
	}
	return "unknown"
}

var sourceNames = [...]string{"", "epcis", "transportation_status", "stock_count"}

// MarshalText gives the name.
func (s Source) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Known tells whether s is one of the sources.
func (s Source) Known() bool { return s >= EPCIS && s <= StockCount }

// State is where a movement stands.
type State uint8

// The states. Nothing brings a retracted movement back: its reporter sends another one.
const (
	Standing State = 1 + iota
	Retracted
)

// String is the name used in API and console.
func (s State) String() string { return [...]string{"", "standing", "retracted"}[s] }

// Reporter is the side that reported a movement, seen from the deal.
type Reporter uint8

// The reporters. Who works for the operator reports for nobody's side: it may have the file from anyone.
const (
	ByOperator Reporter = 1 + iota
	BySeller
	ByBuyer
	ByCarrier
	ByWarehouseKeeper
	ByOwner // of goods that no deal is named for
)

// String is the name used in API and console.
func (r Reporter) String() string {
	return [...]string{"", "operator", "seller", "buyer", "carrier", "warehouse_keeper", "owner"}[r]
}

// Proof is a set of what a movement proves of the trades to which it belongs.
type Proof uint8

// The proofs.
const (
	OfShipment Proof = 1 << iota
	OfReceipt
)

// Proves says what a movement of a kind proves when a side reports it: only what that side would prove by its own document.
// The seller, as by a despatch advice, that it has sent the goods. The buyer, as by a receipt advice, that it has them. A
// carrier, who takes goods over from the seller, that they have left it; that they have reached the buyer is for the buyer
// alone to say. What a warehouse keeper or the operator reports is shown and proves nothing by itself.
func Proves(k Kind, by Reporter) Proof {
	switch {
	case by == BySeller && (k == Shipped || k == Departed):
		return OfShipment
	case by == ByCarrier && (k == Shipped || k == Departed || k == Arrived || k == Received):
		return OfShipment
	case by == ByBuyer && k == Received:
		return OfReceipt
	}
	return 0
}

// Token stands for a text that does not belong into the journal: equal tokens mean equal texts on this node. The zero value
// stands for nothing.
type Token [16]byte

// IsZero tells whether the token stands for nothing.
func (t Token) IsZero() bool { return t == Token{} }

// Quantity is in millionths of the unit beside it.
type Quantity int64

// QuantityDigits is the number of digits after the point of a Quantity; QuantityMax, a million million units, bounds it on
// either side of zero, far enough from where integers end that sums of two stay within.
const (
	QuantityDigits = 6
	QuantityMax    = Quantity(1_000_000_000_000) * 1_000_000
)

// String prints the quantity with its six digits.
func (q Quantity) String() string { return money.FormatScaled(int64(q), QuantityDigits) }

// Goods is how much of one item was seen.
type Goods struct {
	Item     Token    `cbor:"1,keyasint"`           // by its best identifier; zero for goods that are not named
	Quantity Quantity `cbor:"2,keyasint"`           // counts of serial-numbered goods have no unit
	Unit     string   `cbor:"3,keyasint,omitempty"` // UN/ECE Recommendation 20 code; "" for pieces
}

// Report is what a source says.
type Report struct {
	Kind        Kind    `cbor:"1,keyasint"`
	Source      Source  `cbor:"2,keyasint"`
	Observed    int64   `cbor:"3,keyasint"`           // when it happened, in microseconds since the Unix epoch
	Offset      int16   `cbor:"4,keyasint,omitempty"` // of the local time there, in minutes east of UTC
	Location    Token   `cbor:"5,keyasint"`           // where; zero when not told
	Step        string  `cbor:"6,keyasint,omitempty"` // word of the source's vocabulary: bizStep of the CBV, or a transport event's code
	Disposition string  `cbor:"7,keyasint,omitempty"` // likewise: disposition of the CBV, or a status's condition code
	Goods       []Goods `cbor:"8,keyasint,omitempty"`
}

// Movement is an observation of goods as the book keeps it. Its goods and references are records of their own.
type Movement struct {
	ID          id.Movement `cbor:"1,keyasint"`
	Kind        Kind        `cbor:"2,keyasint"`
	Source      Source      `cbor:"3,keyasint"`
	State       State       `cbor:"4,keyasint"`
	Reporter    Reporter    `cbor:"5,keyasint"`
	Proves      Proof       `cbor:"6,keyasint,omitempty"`
	Party       id.Party    `cbor:"7,keyasint"`           // that reported it
	Seller      id.Party    `cbor:"8,keyasint,omitempty"` // of the deal; 0 when not told
	Buyer       id.Party    `cbor:"9,keyasint,omitempty"`
	Owner       id.Party    `cbor:"10,keyasint,omitempty"` // of goods in store
	Observed    int64       `cbor:"11,keyasint"`
	Offset      int16       `cbor:"12,keyasint,omitempty"`
	Recorded    int64       `cbor:"13,keyasint"` // stamp of the entry that brought it
	Location    Token       `cbor:"14,keyasint"`
	Step        string      `cbor:"15,keyasint,omitempty"`
	Disposition string      `cbor:"16,keyasint,omitempty"`
	First       uint64      `cbor:"17,keyasint,omitempty"` // number of its first Reference
	References  uint16      `cbor:"18,keyasint,omitempty"` // how many it has, one after the other
	Unplaced    uint16      `cbor:"19,keyasint,omitempty"` // further documents named, for which a side of the deal is not told
	Goods       uint16      `cbor:"20,keyasint,omitempty"` // how many items
	Identity    [16]byte    `cbor:"21,keyasint"`           // of reporter and event
	Content     Token       `cbor:"22,keyasint"`           // of what it says, byte for byte
	Index       uint32      `cbor:"23,keyasint"`           // which event of the stored file it is, from 1
	Stored      [32]byte    `cbor:"24,keyasint"`           // the file, in the vault
	Details     [32]byte    `cbor:"25,keyasint"`           // its texts, in the vault
	Channel     string      `cbor:"26,keyasint"`           // "folder", "api"
	Sender      id.Actor    `cbor:"27,keyasint"`
	Withdrawn   int64       `cbor:"28,keyasint,omitempty"` // stamp of the entry that retracted it
	Reason      string      `cbor:"29,keyasint,omitempty"` // why, as a word of the CBV
	Entry       uint64      `cbor:"30,keyasint"`
}

// Paper is the kind of document that a movement names.
type Paper uint8

// The papers.
const (
	Order Paper = 1 + iota
	DespatchAdvice
	ReceiptAdvice
	Invoice
)

// String is the name used in API and console, that of the document's type.
func (p Paper) String() string {
	return [...]string{"", "order", "despatch_advice", "receipt_advice", "invoice"}[p]
}

// Reference ties a movement to a document of a deal.
type Reference struct {
	Movement id.Movement `cbor:"1,keyasint"`
	To       Paper       `cbor:"2,keyasint"`
	Identity [16]byte    `cbor:"3,keyasint"`           // of seller, buyer and the document's number
	Trade    id.Trade    `cbor:"4,keyasint,omitempty"` // 0 while no document of that identity is known
	Entry    uint64      `cbor:"5,keyasint"`
}

// Seen is one item of a movement as a row of its own, so that the latest count of an item at a place can be asked for.
type Seen struct {
	Movement id.Movement `cbor:"1,keyasint"`
	Owner    id.Party    `cbor:"2,keyasint,omitempty"`
	Kind     Kind        `cbor:"3,keyasint"`
	Observed int64       `cbor:"4,keyasint"`
	Location Token       `cbor:"5,keyasint"`
	Goods    Goods       `cbor:"6,keyasint"`
}
