// Package dispute holds what a buyer holds against a receivable, from its opening to its settlement.
package dispute

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Reason is why a buyer disputes.
type Reason uint8

// The reasons.
const (
	Quantity Reason = 1 + iota
	Quality
	Price
	NotDelivered
	Returned
	Other
)

// ReasonNames are the names used in API and console, by Reason.
var ReasonNames = [...]string{"", "quantity", "quality", "price", "not_delivered", "returned", "other"}

// Known tells whether there is such a reason.
func (r Reason) Known() bool { return r >= Quantity && r <= Other }

// String is the name used in API and console.
func (r Reason) String() string {
	if int(r) < len(ReasonNames) {
		return ReasonNames[r]
	}
	return "unknown"
}

// MarshalText gives the name.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// State is where a dispute stands.
type State uint8

// The states.
const (
	Opened    State = 1 + iota // the seller has not answered
	Contested                  // the seller does not accept it, or not all of it
	Decided                    // the operator has decided; it waits for a second person
	Accepted                   // the seller has accepted all of it
	Withdrawn                  // the buyer does not uphold it
	Settled                    // two persons of the operator have decided it
)

var stateNames = [...]string{"", "opened", "contested", "decided", "accepted", "withdrawn", "settled"}

// String is the name used in API and console.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}

// MarshalText gives the name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Running tells whether the dispute still stands against its receivable.
func (s State) Running() bool { return s == Opened || s == Contested || s == Decided }

// Dispute is what a buyer holds against a receivable. Amounts are in minor units of its currency.
type Dispute struct {
	ID         id.Dispute    `cbor:"1,keyasint"`
	Receivable id.Receivable `cbor:"2,keyasint"`
	Amount     money.Minor   `cbor:"3,keyasint"` // as it was opened
	Accepted   money.Minor   `cbor:"4,keyasint"` // by the seller, and credited
	Decision   money.Minor   `cbor:"5,keyasint"` // to be credited of what is left, as the operator has decided
	Credited   money.Minor   `cbor:"6,keyasint"` // in all: what the seller has lost by it
	Reason     Reason        `cbor:"7,keyasint"`
	State      State         `cbor:"8,keyasint"`
	Text       [32]byte      `cbor:"9,keyasint"`            // the buyer's, in the vault
	Answer     [32]byte      `cbor:"10,keyasint"`           // the seller's, in the vault
	Evidence   [32]byte      `cbor:"11,keyasint"`           // on which it was decided, in the vault
	On         calendar.Date `cbor:"16,keyasint,omitempty"` // business date on which it was opened; 0 for one from before it was kept
	Opener     id.Actor      `cbor:"12,keyasint"`
	Maker      id.Actor      `cbor:"13,keyasint"` // who decided
	Checker    id.Actor      `cbor:"14,keyasint"` // the second person
	Entry      uint64        `cbor:"15,keyasint"`
}

// Standing is what is still disputed; 0 once it is settled.
func (d *Dispute) Standing() money.Minor {
	if !d.State.Running() {
		return 0
	}
	return money.Sub(d.Amount, d.Accepted)
}
