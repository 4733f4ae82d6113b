// Package digital holds digital money: a central bank's digital currency or a bank's tokenised deposits, the wallets in
// which parties have it, and the conditions that it may be wrapped in.
//
// A wallet is a claim in the books of a holder of record, a licensed institution that holds the money itself at the
// issuer's system. What moves between two wallets of one asset moves in those books alone; what comes in, goes out or moves
// to another holder of record is carried by the outside system.
package digital

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Form is what kind of digital money an asset is.
type Form uint8

// The forms.
const (
	CentralBank      Form = 1 + iota // a claim on a central bank
	TokenisedDeposit                 // a claim on a commercial bank
)

// FormNames are the names used in API and console, by Form.
var FormNames = [...]string{"", "central_bank", "tokenised_deposit"}

// String is the name used in API and console.
func (f Form) String() string { return FormNames[f] }

// State is where an asset or a wallet stands.
type State uint8

// The states. Only what is live moves.
const (
	Proposed State = 1 + iota // waits for the holder of record
	Live
	Declined // by the holder of record
)

// String is the name used in API and console.
func (s State) String() string { return [...]string{"", "proposed", "live", "declined"}[s] }

// Asset is money of one issuer, in one currency, that one licensed institution holds for others.
type Asset struct {
	ID       id.DigitalAsset `cbor:"1,keyasint"`
	Issuer   id.Party        `cbor:"2,keyasint"`
	Holder   id.Party        `cbor:"3,keyasint"` // of record: licensed, and in whose books the wallets are
	Currency money.Currency  `cbor:"4,keyasint"`
	Form     Form            `cbor:"5,keyasint"`
	System   string          `cbor:"6,keyasint"` // short name of the outside system that carries it
	State    State           `cbor:"7,keyasint"`
	Maker    id.Actor        `cbor:"8,keyasint"`
	Checker  id.Actor        `cbor:"9,keyasint"`
	Entry    uint64          `cbor:"10,keyasint"`
}

// SystemMax is the most bytes of a system's name.
const SystemMax = 32

// SameMoney tells whether two assets are the same money in the hands of two holders of record.
func (a *Asset) SameMoney(other *Asset) bool {
	return a.Issuer == other.Issuer && a.Currency == other.Currency && a.Form == other.Form && a.System == other.System
}

// Wallet is what a party has of an asset, in a programme or by itself.
type Wallet struct {
	ID        id.Wallet       `cbor:"1,keyasint"`
	Asset     id.DigitalAsset `cbor:"2,keyasint"`
	Party     id.Party        `cbor:"3,keyasint"`           // whose money it is
	Programme id.Programme    `cbor:"4,keyasint,omitempty"` // 0 where it belongs to none
	Address   [32]byte        `cbor:"5,keyasint"`           // of the party in the outside system, in the vault: the only one to which money goes
	State     State           `cbor:"6,keyasint"`
	Maker     id.Actor        `cbor:"7,keyasint"`
	Checker   id.Actor        `cbor:"8,keyasint"`
	Entry     uint64          `cbor:"9,keyasint"`
}

// Reaches tells whether money may go from one wallet to another: never from one programme into another.
func (w *Wallet) Reaches(other *Wallet) bool {
	return w.Programme == 0 || other.Programme == 0 || w.Programme == other.Programme
}

// Kind is what a transfer does.
type Kind uint8

// The kinds of transfer.
const (
	Load       Kind = 1 + iota // from the party's address outside into its wallet
	Redemption                 // from a wallet to the party's address outside
	Internal                   // between wallets in the books of one holder of record, at once
	Carried                    // between wallets of two holders of record, by the outside system
)

// String is the name used in API and console.
func (k Kind) String() string {
	return [...]string{"", "load", "redemption", "internal", "carried"}[k]
}

// Outgoing tells whether the money leaves the books of a holder of record.
func (k Kind) Outgoing() bool { return k == Redemption || k == Carried }

// TransferState is where a transfer stands.
type TransferState uint8

// The states of a transfer.
const (
	Instructed TransferState = 1 + iota // an attempt is on record; it may be with the outside system
	InDoubt                             // that system's answer is unknown; a person or its own record settles it
	Executed
	Refused // it has not happened and will not
)

var transferStates = [...]string{"", "instructed", "in_doubt", "executed", "refused"}

// String is the name used in API and console.
func (s TransferState) String() string { return transferStates[s] }

// Open tells whether the transfer may still happen.
func (s TransferState) Open() bool { return s == Instructed || s == InDoubt }

// Transfer moves digital money. Its identity is the key under which the outside system sees it, in every attempt.
type Transfer struct {
	ID       id.DigitalTransfer `cbor:"1,keyasint"`
	Kind     Kind               `cbor:"2,keyasint"`
	From     id.Wallet          `cbor:"3,keyasint,omitempty"` // 0 for a load
	To       id.Wallet          `cbor:"4,keyasint,omitempty"` // 0 for a redemption
	Amount   money.Minor        `cbor:"5,keyasint"`
	Currency money.Currency     `cbor:"6,keyasint"`
	Hold     id.Hold            `cbor:"7,keyasint,omitempty"` // of what is on its way out
	State    TransferState      `cbor:"8,keyasint"`
	Attempts uint32             `cbor:"9,keyasint"`           // 0 for an internal one
	Outside  [16]byte           `cbor:"10,keyasint,omitzero"` // token of the system's own reference
	Date     calendar.Date      `cbor:"11,keyasint"`          // business date on which it was executed; 0 before
	Maker    id.Actor           `cbor:"12,keyasint"`
	Entry    uint64             `cbor:"13,keyasint"`
}

// ExchangeState is where an exchange stands.
type ExchangeState uint8

// The states of an exchange.
const (
	Offered ExchangeState = 1 + iota
	Settled               // holding and money have changed hands in one entry
	Withdrawn
	Rejected // by the buyer
	Expired
)

var exchangeStates = [...]string{"", "offered", "settled", "withdrawn", "declined", "expired"}

// String is the name used in API and console.
func (s ExchangeState) String() string { return exchangeStates[s] }

// Exchange is delivery versus payment: a holding of a certificate against digital money, both or neither. An offer sets
// neither aside.
type Exchange struct {
	ID       id.Exchange     `cbor:"1,keyasint"`
	Holding  id.Holding      `cbor:"2,keyasint"`
	Seller   id.Wallet       `cbor:"3,keyasint"` // into which the price goes
	Buyer    id.Party        `cbor:"4,keyasint"`
	Payer    id.Wallet       `cbor:"5,keyasint,omitempty"` // out of which it came
	Asset    id.DigitalAsset `cbor:"6,keyasint"`
	Amount   money.Minor     `cbor:"7,keyasint"` // of the holding
	Price    money.Minor     `cbor:"8,keyasint"`
	Currency money.Currency  `cbor:"9,keyasint"`
	Expires  int64           `cbor:"10,keyasint"`           // stamp in microseconds
	Made     id.Holding      `cbor:"11,keyasint,omitempty"` // what the buyer has got
	State    ExchangeState   `cbor:"12,keyasint"`
	Maker    id.Actor        `cbor:"13,keyasint"`
	Entry    uint64          `cbor:"14,keyasint"`
}
