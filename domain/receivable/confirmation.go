package receivable

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// ConfirmationState is where a confirmation stands that one signatory has begun.
type ConfirmationState uint8

// The states.
const (
	Started   ConfirmationState = 1 + iota // waits for the second signatory
	Completed                              // both have signed: the undertaking is given
	Dropped                                // the buyer thought better of it
	Replaced                               // another one was begun or given in its place
)

// String is the name used in API and console.
func (s ConfirmationState) String() string {
	return [...]string{"", "started", "completed", "dropped", "replaced"}[s]
}

// MarshalText gives the name.
func (s ConfirmationState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Confirmation is an undertaking that has one of its two signatures. Amounts are in minor units of the receivable's
// currency. It binds nobody before the second one.
type Confirmation struct {
	ID          id.Confirmation   `cbor:"1,keyasint"`
	Receivable  id.Receivable     `cbor:"2,keyasint"`
	Undertaking Undertaking       `cbor:"3,keyasint"`
	Amount      money.Minor       `cbor:"4,keyasint"`
	Statement   [32]byte          `cbor:"5,keyasint"` // SHA-256 of what was signed
	Key         id.SigningKey     `cbor:"6,keyasint"` // of the first signatory
	Public      [32]byte          `cbor:"7,keyasint"`
	Signature   [64]byte          `cbor:"8,keyasint"`
	Outstanding money.Minor       `cbor:"9,keyasint"` // as the receivable stood then, as the three that follow
	Disputed    money.Minor       `cbor:"10,keyasint"`
	Given       Undertaking       `cbor:"11,keyasint"`
	Confirmed   money.Minor       `cbor:"12,keyasint"`
	Expires     calendar.Date     `cbor:"13,keyasint"` // last business date on which it can be completed
	State       ConfirmationState `cbor:"14,keyasint"`
	Maker       id.Actor          `cbor:"15,keyasint"`
	Checker     id.Actor          `cbor:"16,keyasint"`
	Entry       uint64            `cbor:"17,keyasint"`
}

// Fits tells whether the receivable still stands as it did when the first signatory signed.
func (c *Confirmation) Fits(r *Receivable) bool {
	return c.Outstanding == r.Outstanding() && c.Disputed == r.Disputed && c.Given == r.Undertaking && c.Confirmed == r.Confirmed
}
