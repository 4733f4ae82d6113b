// Package party holds who takes part: legal entities and sole traders, the accounts at banks that belong to them, and
// the people and machines that act for them.
package party

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Reference names a row of the vault by the salted hash of its bytes: names and addresses stay out of the journal.
type Reference [32]byte

// Token stands for an identifier (LEI, VAT number, account number): equal tokens mean equal identifiers on this node.
type Token [16]byte

// Role is what a party may be in a programme, and what an actor acts as. A set of roles is a sum of them.
type Role uint16

// The roles.
const (
	Operator Role = 1 << iota // runs the node; instructs, never owns the money
	Anchor                    // the core enterprise of a programme
	Seller
	Buyer
	Funder
	Custodian       // the bank that holds the supervised accounts
	Auditor         // reads and proves, changes nothing
	Bank            // the machine that speaks for a custodian: outcomes of payments and statement lines
	WarehouseKeeper // keeps goods of others and counts them
	Carrier         // moves goods between seller and buyer
	Compliance      // of the operator: who looks into suspicions, which nobody else may know of
)

var roleNames = [...]string{"operator", "anchor", "seller", "buyer", "funder", "custodian", "auditor", "bank", "warehouse_keeper", "carrier", "compliance"}

// Names lists the roles in the set.
func (r Role) Names() []string {
	var names []string
	for i, name := range roleNames {
		if r&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// ParseRole reads one role's name; 0 for an unknown one.
func ParseRole(name string) Role {
	for i, n := range roleNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// State is where a party stands.
type State uint8

// The states of a party.
const (
	Provisional State = 1 + iota // seen in a document only; nothing of it can be financed
	Onboarded                    // known, checked, with an onboarding file
	Suspended                    // no new business
)

// String is the name used in API and console.
func (s State) String() string {
	return [...]string{"", "provisional", "onboarded", "suspended"}[s]
}

// Party is a legal entity or sole trader.
type Party struct {
	ID      id.Party  `cbor:"1,keyasint"`
	State   State     `cbor:"2,keyasint"`
	Roles   Role      `cbor:"3,keyasint"`
	Country string    `cbor:"4,keyasint"` // ISO 3166-1 alpha-2
	Group   id.Party  `cbor:"5,keyasint"` // head of its group; 0 for none
	Profile Reference `cbor:"6,keyasint"` // name, address and identifiers, in the vault
	Entry   uint64    `cbor:"7,keyasint"` // last entry that changed it

	Contacts []Contact `cbor:"10,keyasint,omitempty"` // ascending by entry; never changed in place

	Suspension Suspension `cbor:"11,keyasint,omitzero"` // of a suspended party

	Unscreened bool `cbor:"220,keyasint,omitempty"` // its profile, or a person linked to it, was put on record after it was compared with lists last
}

// Suspension says who has ended business with a party for now, and why.
type Suspension struct {
	Actor  id.Actor      `cbor:"1,keyasint"`
	Reason Reference     `cbor:"2,keyasint"` // in the vault
	Date   calendar.Date `cbor:"3,keyasint"`
	Was    State         `cbor:"4,keyasint"` // its state before
}

// Actor is a person or machine that acts for a party in one role.
type Actor struct {
	ID      id.Actor  `cbor:"1,keyasint"`
	Party   id.Party  `cbor:"2,keyasint"`
	Role    Role      `cbor:"3,keyasint"` // exactly one
	Active  bool      `cbor:"4,keyasint"`
	Profile Reference `cbor:"5,keyasint"` // the name, in the vault
	Entry   uint64    `cbor:"6,keyasint"`

	Administrator bool `cbor:"7,keyasint,omitempty"` // it registers and suspends those who act for its party, and gives them keys
}

// Key is a credential of an actor: a name to tell it apart and the hash of its secret.
type Key struct {
	ID     id.Key   `cbor:"1,keyasint"`
	Actor  id.Actor `cbor:"2,keyasint"`
	Name   string   `cbor:"3,keyasint"` // what the key is for: "erp", "desk"; never a person's name
	Hash   [32]byte `cbor:"4,keyasint"` // SHA-256 of the secret; the secret itself is nowhere
	Active bool     `cbor:"5,keyasint"`
	Entry  uint64   `cbor:"6,keyasint"`
	Scopes Scope    `cbor:"7,keyasint,omitempty"` // to which it is narrowed; 0 for not at all
}
