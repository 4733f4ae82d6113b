// Package inventory holds goods in store as security: warehouse receipts under a keeper's control, which are consumed and
// made and never edited; dated prices; the value of receipts on a day, the ratio of a loan to it, margin calls, and which
// quantity may leave against payment. Quantity is conserved by every step, and an auditor written apart says so.
//
// What rounds, rounds in favour of the lender: values down, ratios and sums to be paid up.
package inventory

import (
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Quantity is in millionths of the unit beside it.
type Quantity int64

// QuantityDigits is the number of digits after the point of a Quantity; QuantityMax, a million million units, bounds a
// single one, so that sums of nine of them stay within 64 bits.
const (
	QuantityDigits = 6
	QuantityOne    = Quantity(1_000_000)
	QuantityMax    = 1_000_000_000_000 * QuantityOne
)

// String prints the quantity with as many of its six digits as it needs.
func (q Quantity) String() string {
	text := money.FormatScaled(int64(q), QuantityDigits)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// Token stands for a text that does not belong into the journal: equal tokens mean equal texts on this node.
type Token [16]byte

// Status is where a receipt stands.
type Status uint8

// The statuses. A delivered or void receipt is never consumed: it keeps what has left the store.
const (
	Free      Status = 1 + iota // the owner's to move
	Pledged                     // the lender's to release or to sell
	Released                    // by the lender; the keeper may deliver it, or hold it free again
	Delivered                   // handed over by the keeper
	Void                        // lost, destroyed, or a receipt that should not have been
)

var statusNames = [...]string{"", "free", "pledged", "released", "delivered", "void"}

// String is the name used in API and console.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "unknown"
}

// MarshalText gives the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// InStore tells whether the goods are still in the keeper's hands.
func (s Status) InStore() bool { return s >= Free && s <= Released }

// Lot is what kind of goods a receipt or a price is for. Two lots are of one kind when all three texts are equal.
type Lot struct {
	Goods   string `cbor:"1,keyasint"` // code of the goods, as the programme names them
	Quality string `cbor:"2,keyasint"` // grade within the goods; "" where there is but one
	Unit    string `cbor:"3,keyasint"` // UN/ECE Recommendation 20 code, such as TNE
}

// Receipt is a quantity of one lot at one place in one keeper's control. It is written once; consuming it sets Into,
// Children, End and Spent and nothing else.
type Receipt struct {
	ID        id.WarehouseReceipt `cbor:"1,keyasint"`
	Number    Token               `cbor:"2,keyasint"` // the keeper's own number; a receipt that is made from others carries the first one's
	Keeper    id.Party            `cbor:"3,keyasint"`
	Location  Token               `cbor:"4,keyasint"`
	Lot       Lot                 `cbor:"5,keyasint"`
	Quantity  Quantity            `cbor:"6,keyasint"`
	Owner     id.Party            `cbor:"7,keyasint"`
	Lender    id.Party            `cbor:"8,keyasint,omitempty"` // who holds the pledge, or released it last
	Financing id.Financing        `cbor:"9,keyasint,omitempty"` // for which it is, or was last pledged
	Stored    calendar.Date       `cbor:"10,keyasint"`          // day the goods came into store; the oldest where receipts were merged
	Status    Status              `cbor:"11,keyasint"`
	By        Step                `cbor:"12,keyasint"`           // that made it
	End       Step                `cbor:"13,keyasint,omitempty"` // that consumed it; 0 while it stands
	Into      id.WarehouseReceipt `cbor:"14,keyasint,omitempty"` // the first receipt that the consuming step made
	Children  uint16              `cbor:"15,keyasint,omitempty"` // how many it made, numbered one after the other
	On        calendar.Date       `cbor:"16,keyasint"`           // business date on which it was made
	Made      uint64              `cbor:"17,keyasint,omitempty"` // entry that made it
	Spent     uint64              `cbor:"18,keyasint,omitempty"` // entry that consumed it
	Item      Token               `cbor:"19,keyasint,omitzero"`  // the goods as counts of stock name them; zero where none do
	Like      id.WarehouseReceipt `cbor:"20,keyasint,omitempty"` // an earlier receipt for goods so alike that they may be the same
	Cleared   id.Actor            `cbor:"21,keyasint,omitempty"` // who has seen that they are not
	Details   [32]byte            `cbor:"22,keyasint,omitzero"`  // number, place and reasons in clear, in the vault
	Entry     uint64              `cbor:"23,keyasint,omitempty"` // last entry that changed it
}

// Doubted tells whether the goods may be on another receipt too.
func (r *Receipt) Doubted() bool { return r.Like != 0 && r.Cleared == 0 }

// Stands tells whether the receipt has not been consumed.
func (r *Receipt) Stands() bool { return r.End == 0 }

// Controller is the party that alone can dispose of the receipt; 0 when nobody can any more. The keeper's own steps
// (delivering, holding free again, regrading, voiding) say what became of the goods and dispose of nothing.
func (r *Receipt) Controller() id.Party {
	switch r.Status {
	case Free, Released:
		return r.Owner
	case Pledged:
		return r.Lender
	}
	return 0
}

// Consume marks a receipt as consumed by a step that made children receipts, of which into is the first, in an entry.
func (r *Receipt) Consume(step Step, into id.WarehouseReceipt, children int, entry uint64) {
	if !r.Stands() {
		panic("inventory: a receipt is consumed twice")
	}
	r.End, r.Into, r.Children, r.Spent = step, into, uint16(children), entry
}
