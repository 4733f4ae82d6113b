package funding

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// Sharing is how a programme's funders share a receivable.
type Sharing uint8

// The two ways.
const (
	ByPriority Sharing = iota // the first funder, in order of priority, that can, takes all of it
	ProRata                   // all of them take a part, by their commitments
)

// SharingNames are the names used in API and console, by value.
var SharingNames = []string{"priority", "pro_rata"}

// String is the name used in API and console.
func (s Sharing) String() string { return SharingNames[s] }

// Dropped is what becomes of the share of a funder that takes no part, or less.
type Dropped uint8

// The two.
const (
	Reshared     Dropped = iota // among the others, by their commitments
	LeftUnplaced                // the seller keeps it
)

// DroppedNames are the names used in API and console, by value.
var DroppedNames = []string{"reshared", "left_unplaced"}

// String is the name used in API and console.
func (d Dropped) String() string { return DroppedNames[d] }

// Placement is one receivable that was offered to all funders of a programme at once. Each part is a financing of its own; the
// amounts of the parts and what is unplaced add up to the amount.
type Placement struct {
	ID         id.Placement   `cbor:"1,keyasint"`
	Receivable id.Receivable  `cbor:"2,keyasint"`
	Programme  id.Programme   `cbor:"3,keyasint"`
	Seller     id.Party       `cbor:"4,keyasint"`
	Amount     money.Minor    `cbor:"5,keyasint"` // of the receivable that was to be placed
	Unplaced   money.Minor    `cbor:"6,keyasint"` // of it; while funders still decide, what they would leave if all agreed
	Parts      []Part         `cbor:"7,keyasint"` // one a funder, in order of the programme; never changed in place
	Maker      id.Actor       `cbor:"8,keyasint"`
	Entry      uint64         `cbor:"9,keyasint"`
	Currency   money.Currency `cbor:"10,keyasint"`
}

// Part is what came of one funder.
type Part struct {
	Funder    id.Party     `cbor:"1,keyasint"`
	Financing id.Financing `cbor:"2,keyasint,omitempty"` // 0 where it was not asked
	Refusal   string       `cbor:"3,keyasint,omitempty"` // code for which it has no share
}
