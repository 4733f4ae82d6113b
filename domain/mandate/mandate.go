// Package mandate holds who may sign for a party: keys that are bound to it, and what each key may sign, up to which
// amount, alone or with a second one, and when.
package mandate

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Act is what a signature may bind its party to. A set of acts is a sum of them.
type Act uint16

// The acts.
const (
	Confirm     Act = 1 << iota // an undertaking on a receivable
	Issue                       // a certificate
	Dispose                     // of a holding: split, transfer, pledge, financing
	Accept                      // a holding, in payment or as a pledge
	Cancel                      // a certificate that one holds
	Agree                       // to an agreement
	Acknowledge                 // a notice
	Lend                        // a funder's money, by a standing authority
)

var actNames = [...]string{"confirm", "issue", "dispose", "accept", "cancel", "agree", "acknowledge", "lend"}

// Acts is the set of all acts.
const Acts = Act(1<<len(actNames) - 1)

// Names lists the acts in the set.
func (a Act) Names() []string {
	var names []string
	for i, name := range actNames {
		if a&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// ParseAct reads one act's name; 0 for an unknown one.
func ParseAct(name string) Act {
	for i, n := range actNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// State is where a signing key or a mandate stands.
type State uint8

// The states.
const (
	Proposed State = 1 + iota // waits for a second person
	Live
	Revoked // for ever
)

// String is the name used in API and console.
func (s State) String() string { return [...]string{"", "proposed", "live", "revoked"}[s] }

// MarshalText gives the name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// SigningKey is an Ed25519 key (RFC 8032) of one signatory, bound to the party for which it signs.
type SigningKey struct {
	ID        id.SigningKey `cbor:"1,keyasint"`
	Party     id.Party      `cbor:"2,keyasint"` // whom a signature binds
	Signatory id.Actor      `cbor:"3,keyasint"` // who holds the private half
	Public    [32]byte      `cbor:"4,keyasint"`
	Registrar id.Party      `cbor:"5,keyasint"` // whose actor brought the key: one that a seller brought can't confirm its claims
	State     State         `cbor:"6,keyasint"`
	Maker     id.Actor      `cbor:"7,keyasint"`
	Checker   id.Actor      `cbor:"8,keyasint"`
	Entry     uint64        `cbor:"9,keyasint"`
}

// Mandate says what a key may sign. Amounts are in minor units of its currency and are for one act, a list of moves being
// one.
type Mandate struct {
	ID        id.Mandate     `cbor:"1,keyasint"`
	Key       id.SigningKey  `cbor:"2,keyasint"`
	Acts      Act            `cbor:"3,keyasint"`
	Currency  money.Currency `cbor:"4,keyasint"`
	AloneMax  money.Minor    `cbor:"5,keyasint"` // up to here one signature is enough; 0: never alone
	AmountMax money.Minor    `cbor:"6,keyasint"` // up to here with a second signatory's
	From      calendar.Date  `cbor:"7,keyasint"` // first business date
	Until     calendar.Date  `cbor:"8,keyasint"` // last business date
	State     State          `cbor:"9,keyasint"`
	Maker     id.Actor       `cbor:"10,keyasint"`
	Checker   id.Actor       `cbor:"11,keyasint"`
	Entry     uint64         `cbor:"12,keyasint"`
}

// Covers tells whether the mandate is live on a date for an act in a currency.
func (m *Mandate) Covers(act Act, currency money.Currency, on calendar.Date) bool {
	return m.State == Live && m.Acts&act == act && m.Currency == currency && m.From <= on && on <= m.Until
}
