// Package supervision holds what keeps money in supervised accounts safe: the accounts at a programme's custodian, whose
// they are, who may give orders on them, and the law that sets them apart.
package supervision

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Kind is what a supervised account is for. A programme has one of each, and a funding account for each of its funders; all
// that the ledger keeps apart within one of them lies in that one account at the bank.
type Kind uint8

// The kinds.
const (
	Funding    Kind = 1 + iota // what one funder, or a buyer that pays early, has provided; disbursements leave from it
	Collection                 // into which buyers pay: suspense, what is for funders, sellers and insurers, and reserves
	Fees                       // fees withheld from proceeds: the operator's, and those of others
)

var kindNames = [...]string{"", "funding", "collection", "fees"}

// String is the name used in API and console; "" for an unknown kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// Valid tells whether there is such a kind.
func (k Kind) Valid() bool { return k >= Funding && k <= Fees }

// State is where the record of an account stands.
type State uint8

// The states of an account.
const (
	Proposed State = 1 + iota
	Live
	Declined
	Closed
)

// String is the name used in API and console.
func (s State) String() string { return [...]string{"", "proposed", "live", "declined", "closed"}[s] }

// Place is which account of a programme it is.
type Place struct {
	Programme id.Programme `cbor:"1,keyasint"`
	Kind      Kind         `cbor:"2,keyasint"`
	Funder    id.Party     `cbor:"3,keyasint,omitempty"` // of a funding account; 0 for the others
}

// Signatory is one whose order the custodian obeys: a person or machine known here, or a party by whoever signs for it.
type Signatory struct {
	Actor id.Actor `cbor:"1,keyasint,omitempty" json:"actor"`
	Party id.Party `cbor:"2,keyasint,omitempty" json:"party"`
}

// SignatoriesMax is the most signatories of an account.
const SignatoriesMax = 16

// Account is a supervised account at the custodian of its programme.
type Account struct {
	ID          id.SupervisedAccount `cbor:"1,keyasint"`
	Place       Place                `cbor:"2,keyasint"`
	Custodian   id.Party             `cbor:"3,keyasint"`
	Currency    money.Currency       `cbor:"4,keyasint"`
	Owner       id.Party             `cbor:"5,keyasint"`           // in whose name it is
	Beneficiary id.Party             `cbor:"6,keyasint,omitempty"` // 0: those to whom the ledger says that its money is owed
	Protection  Protection           `cbor:"7,keyasint"`
	Since       calendar.Date        `cbor:"8,keyasint"`            // day on which it was opened at the bank
	MandateHash [32]byte             `cbor:"9,keyasint"`            // SHA-256 of the account-control agreement as signed
	Mandate     [32]byte             `cbor:"10,keyasint"`           // that agreement, in the vault
	Agreement   id.Agreement         `cbor:"11,keyasint,omitempty"` // likewise, where it was signed here
	Signatories []Signatory          `cbor:"12,keyasint"`
	Together    uint8                `cbor:"13,keyasint"` // how many of them together
	Token       [16]byte             `cbor:"14,keyasint"` // of its number
	Details     [32]byte             `cbor:"15,keyasint"` // number, bank and holder's name, in the vault
	State       State                `cbor:"16,keyasint"`
	Maker       id.Actor             `cbor:"17,keyasint"`
	Checker     id.Actor             `cbor:"18,keyasint"`
	Ended       calendar.Date        `cbor:"19,keyasint,omitempty"` // business date on which it was closed
	Entry       uint64               `cbor:"20,keyasint"`

	Statements Rhythm `cbor:"560,keyasint,omitempty"` // agreed with the custodian
}

// Open tells whether the account takes its place: it is live, or waits to be.
func (a *Account) Open() bool { return a.State == Proposed || a.State == Live }
