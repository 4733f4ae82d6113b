package legal

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Act is what is done at a registry.
type Act uint8

// The acts.
const (
	File Act = 1 + iota
	Renew
	Discharge
)

// ActNames are the names used in API and console, by value.
var ActNames = []string{"", "file", "renew", "discharge"}

// String is the name used in API and console.
func (a Act) String() string { return nameOf(ActNames, int(a)) }

// RegistrationState is where a registration stands.
type RegistrationState uint8

// The states of a registration. That it has run out follows from its dates.
const (
	RegistrationProposed RegistrationState = 1 + iota // to be filed; nothing stands in the registry
	RegistrationLive
	RegistrationRefused
	RegistrationDischarged
)

// RegistrationStateNames are the names used in API and console, by value.
var RegistrationStateNames = []string{"", "proposed", "live", "refused", "discharged"}

// String is the name used in API and console.
func (s RegistrationState) String() string { return nameOf(RegistrationStateNames, int(s)) }

// CreditReferenceCentre is the name under which a node keeps what stands in the unified system for movable property of the
// Credit Reference Centre of the People's Bank of China.
const CreditReferenceCentre = "CN-CRC"

// Registration is an entry in a public registry that tells of an assignment or pledge.
type Registration struct {
	ID          id.Registration   `cbor:"1,keyasint"`
	Registry    string            `cbor:"2,keyasint"` // short name
	Number      string            `cbor:"3,keyasint"` // that the registry gave
	Grantor     id.Party          `cbor:"4,keyasint"` // the seller
	Secured     id.Party          `cbor:"5,keyasint"` // the funder
	Receivable  id.Receivable     `cbor:"6,keyasint"` // 0: all that the seller assigns to the funder
	Description [32]byte          `cbor:"7,keyasint"` // in the vault
	Filed       calendar.Date     `cbor:"8,keyasint"`
	Expires     calendar.Date     `cbor:"9,keyasint"` // last day
	Renewals    uint16            `cbor:"10,keyasint"`
	Discharged  calendar.Date     `cbor:"11,keyasint"`
	State       RegistrationState `cbor:"12,keyasint"`
	Pending     Act               `cbor:"13,keyasint"` // that waits for a second person; 0 for none
	PendingTo   calendar.Date     `cbor:"14,keyasint"` // last day after the renewal that waits
	Maker       id.Actor          `cbor:"15,keyasint"` // of the last act
	Checker     id.Actor          `cbor:"16,keyasint"`
	Entry       uint64            `cbor:"17,keyasint"`
}

// LiveOn tells whether the registration stands on a date.
func (r *Registration) LiveOn(date calendar.Date) bool {
	return r.State == RegistrationLive && r.Filed <= date && date <= r.Expires
}

// Search is what a registry said of a seller on a day.
type Search struct {
	ID           id.Search        `cbor:"1,keyasint"`
	Registry     string           `cbor:"2,keyasint"`
	Against      id.Party         `cbor:"3,keyasint"`
	Date         calendar.Date    `cbor:"4,keyasint"`
	Certificate  [32]byte         `cbor:"5,keyasint"` // what the registry gave, in the vault
	Encumbrances []id.Encumbrance `cbor:"6,keyasint"` // by rank; none: clear
	Maker        id.Actor         `cbor:"7,keyasint"`
	Entry        uint64           `cbor:"8,keyasint"`
}

// EncumbranceState is where an encumbrance stands.
type EncumbranceState uint8

// The states of an encumbrance.
const (
	Standing EncumbranceState = 1 + iota
	Waived                    // its holder lets our assignments go before
	Ended                     // discharged, or never was
)

// EncumbranceStateNames are the names used in API and console, by value.
var EncumbranceStateNames = []string{"", "standing", "waived", "ended"}

// String is the name used in API and console.
func (s EncumbranceState) String() string { return nameOf(EncumbranceStateNames, int(s)) }

// Encumbrance is what somebody else holds in a seller's receivables.
type Encumbrance struct {
	ID         id.Encumbrance   `cbor:"1,keyasint"`
	Search     id.Search        `cbor:"2,keyasint"` // that found it first
	Registry   string           `cbor:"3,keyasint"`
	Number     string           `cbor:"4,keyasint"` // in the registry, or of the letter that told of it
	Grantor    id.Party         `cbor:"5,keyasint"`
	Holder     [32]byte         `cbor:"6,keyasint"` // who holds it, in the vault
	Rank       uint16           `cbor:"7,keyasint"` // in the search, 1 first
	Receivable id.Receivable    `cbor:"8,keyasint"` // 0: a blanket assignment of all receivables
	Assigned   calendar.Date    `cbor:"9,keyasint"`
	Registered calendar.Date    `cbor:"10,keyasint"` // 0: not
	Notified   calendar.Date    `cbor:"11,keyasint"` // to the debtor; 0: not
	State      EncumbranceState `cbor:"12,keyasint"`
	Waiver     [32]byte         `cbor:"13,keyasint"` // or proof of its end, in the vault
	Maker      id.Actor         `cbor:"14,keyasint"`
	Checker    id.Actor         `cbor:"15,keyasint"`
	Entry      uint64           `cbor:"16,keyasint"`
}

// SalesContract is what the contract between a seller and a buyer says of assigning the seller's claims.
type SalesContract struct {
	ID     id.SalesContract `cbor:"1,keyasint"`
	Seller id.Party         `cbor:"2,keyasint"`
	Buyer  id.Party         `cbor:"3,keyasint"`
	Terms  Restriction      `cbor:"4,keyasint"`
	Text   [32]byte         `cbor:"5,keyasint"` // the clause, in the vault
	Maker  id.Actor         `cbor:"6,keyasint"`
	Entry  uint64           `cbor:"7,keyasint"`
}
