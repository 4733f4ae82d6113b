package digital

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Evidence is what must be on record of the trade that bound money pays. Each asks for what the one before it asks, or more.
type Evidence uint8

// The grades of evidence.
const (
	OnOrder     Evidence = 1 + iota // an order of the bearer to the payee; the money is an advance on it
	OnDelivery                      // a debt of the bearer to the payee for what was delivered and invoiced; the money pays it
	OnUndertake                     // such a debt, which the bearer has undertaken irrevocably
)

// EvidenceNames are the names used in API and console, by Evidence.
var EvidenceNames = [...]string{"", "order", "delivery", "undertaking"}

// String is the name used in API and console.
func (e Evidence) String() string { return EvidenceNames[e] }

// Class is a class of payees.
type Class uint8

// The classes. NoClass means that the payees are named.
const (
	NoClass   Class = iota
	Suppliers       // parties that have billed the bearer, by the documents on record
)

// ClassNames are the names used in API and console, by Class.
var ClassNames = [...]string{"", "suppliers"}

// String is the name used in API and console.
func (c Class) String() string { return ClassNames[c] }

// Portion is how much of bound money one use takes.
type Portion uint8

// The portions.
const (
	Whole Portion = 1 + iota
	Parts
)

// PortionNames are the names used in API and console, by Portion.
var PortionNames = [...]string{"", "whole", "parts"}

// String is the name used in API and console.
func (p Portion) String() string { return PortionNames[p] }

// PayeesMax is the most payees that conditions name.
const PayeesMax = 32

// Conditions say when bound money becomes plain money, and whose.
type Conditions struct {
	Payees   []id.Party    `cbor:"1,keyasint,omitempty"` // ascending; none where a class stands for them
	Class    Class         `cbor:"2,keyasint,omitempty"`
	Purpose  string        `cbor:"3,keyasint"` // code of the external code set ExternalPurpose1Code of ISO 20022
	Until    calendar.Date `cbor:"4,keyasint"` // last business date
	Evidence Evidence      `cbor:"5,keyasint"`
	Portion  Portion       `cbor:"6,keyasint"`
}

// Fault is what stands against conditions, or against a use under them.
type Fault uint8

// The faults. Sound is none.
const (
	Sound Fault = iota
	NoPayees
	PayeesUnsorted
	BadPurpose
	BadDate
	BadEvidence
	BadPortion
	OtherPayee
	OtherPurpose
	TooLate
	TooLittleEvidence
	NotWhole
	TooMuch
)

// Validate tells whether conditions can be set on a business date for a bearer, who is never a payee.
func (c *Conditions) Validate(today calendar.Date, bearer id.Party) Fault {
	switch {
	case (len(c.Payees) == 0) != (c.Class == Suppliers) || len(c.Payees) > PayeesMax || c.Class > Suppliers:
		return NoPayees
	case !ascending(c.Payees) || slices.Contains(c.Payees, bearer):
		return PayeesUnsorted
	case !PurposeFormed(c.Purpose):
		return BadPurpose
	case c.Until < today:
		return BadDate
	case c.Evidence < OnOrder || c.Evidence > OnUndertake:
		return BadEvidence
	case c.Portion < Whole || c.Portion > Parts:
		return BadPortion
	}
	return Sound
}

func ascending(parties []id.Party) bool {
	for i, one := range parties {
		if one == 0 || i > 0 && one <= parties[i-1] {
			return false
		}
	}
	return true
}

// PurposeFormed tells whether a text has the form of the codes in ExternalPurpose1Code: four capital letters or digits, the
// first a letter. Which codes there are is a list outside the standard's schema, that grows every quarter.
func PurposeFormed(code string) bool {
	for i := range len(code) {
		if letter := code[i] >= 'A' && code[i] <= 'Z'; !letter && (i == 0 || code[i] < '0' || code[i] > '9') {
			return false
		}
	}
	return len(code) == 4
}

// Attempt is a use of bound money that is asked for.
type Attempt struct {
	Payee    id.Party
	Supplier bool // the payee has billed the bearer
	Purpose  string
	Date     calendar.Date // business date
	Evidence Evidence      // the best that is on record for it
	Amount   money.Minor
	Left     money.Minor // of the bound money
}

// Judge tells what stands against a use; Sound when all conditions are met.
func (c *Conditions) Judge(a Attempt) Fault {
	switch {
	case c.Class == Suppliers && !a.Supplier, c.Class == NoClass && !slices.Contains(c.Payees, a.Payee):
		return OtherPayee
	case a.Purpose != c.Purpose:
		return OtherPurpose
	case a.Date > c.Until:
		return TooLate
	case a.Evidence < c.Evidence:
		return TooLittleEvidence
	case a.Amount <= 0 || a.Amount > a.Left:
		return TooMuch
	case c.Portion == Whole && a.Amount != a.Left:
		return NotWhole
	}
	return Sound
}

// BoundState is where bound money stands.
type BoundState uint8

// The states of bound money.
const (
	Active   BoundState = 1 + iota
	Spent               // all of it became plain money of payees
	Refunded            // what was left went back to whom it was to go
)

var boundStates = [...]string{"", "active", "spent", "refunded"}

// String is the name used in API and console.
func (s BoundState) String() string { return boundStates[s] }

// Bound is purpose-bound money: locked in the books of the holder of record until its conditions are met, or its last day is over.
type Bound struct {
	ID         id.BoundMoney  `cbor:"1,keyasint"`
	From       id.Wallet      `cbor:"2,keyasint"` // whose money it was
	Bearer     id.Party       `cbor:"3,keyasint"` // who pays with it
	Refund     id.Wallet      `cbor:"4,keyasint"` // into which goes what is left
	Conditions Conditions     `cbor:"5,keyasint"`
	Amount     money.Minor    `cbor:"6,keyasint"`
	Used       money.Minor    `cbor:"7,keyasint"`
	Refunded   money.Minor    `cbor:"8,keyasint"`
	Currency   money.Currency `cbor:"9,keyasint"`
	State      BoundState     `cbor:"10,keyasint"`
	Maker      id.Actor       `cbor:"11,keyasint"`
	Entry      uint64         `cbor:"12,keyasint"`
}

// Left is what is locked.
func (b *Bound) Left() money.Minor { return money.Sub(money.Sub(b.Amount, b.Used), b.Refunded) }

// Use is one payment with bound money.
type Use struct {
	ID         id.BoundUse   `cbor:"1,keyasint"`
	Bound      id.BoundMoney `cbor:"2,keyasint"`
	Payee      id.Wallet     `cbor:"3,keyasint"`
	Amount     money.Minor   `cbor:"4,keyasint"`
	Trade      id.Trade      `cbor:"5,keyasint,omitempty"` // of the order on which it is an advance
	Receivable id.Receivable `cbor:"6,keyasint,omitempty"` // that it pays
	Purpose    string        `cbor:"7,keyasint"`
	Evidence   Evidence      `cbor:"8,keyasint"`
	Date       calendar.Date `cbor:"9,keyasint"` // business date
	Entry      uint64        `cbor:"10,keyasint"`
}
