package legal

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// NoticeKind is what a notice tells the debtor.
type NoticeKind uint8

// The kinds of notice.
const (
	Assignment   NoticeKind = 1 + iota // the claim is the funder's: pay the account that the notice names
	Reassignment                       // the claim is the seller's again
)

// NoticeKindNames are the names used in API and console, by value.
var NoticeKindNames = []string{"", "assignment", "reassignment"}

// String is the name used in API and console.
func (k NoticeKind) String() string { return nameOf(NoticeKindNames, int(k)) }

// NoticeState is how far a notice has come.
type NoticeState uint8

// The states of a notice. Proved means that a courier or registered mail has certified that it arrived; the debtor's own
// acknowledgement is stronger and stays.
const (
	NoticeDrafted NoticeState = 1 + iota
	NoticeServed
	NoticeProved
	NoticeAcknowledged
)

// NoticeStateNames are the names used in API and console, by value.
var NoticeStateNames = []string{"", "drafted", "served", "proved", "acknowledged"}

// String is the name used in API and console.
func (s NoticeState) String() string { return nameOf(NoticeStateNames, int(s)) }

// Method is how a notice was served.
type Method uint8

// The methods.
const (
	RegisteredMail Method = 1 + iota
	Courier
	ByHand
	Electronic // to an address that the debtor has named for it
	Platform   // the debtor's own actor has opened it here
)

// MethodNames are the names used in API and console, by value.
var MethodNames = []string{"", "registered_mail", "courier", "by_hand", "electronic", "platform"}

// String is the name used in API and console.
func (m Method) String() string { return nameOf(MethodNames, int(m)) }

// Notice tells a debtor whom it has to pay: for one receivable, or for all that a seller assigns in a programme.
type Notice struct {
	ID           id.Notice     `cbor:"1,keyasint"`
	Kind         NoticeKind    `cbor:"2,keyasint"`
	Seller       id.Party      `cbor:"3,keyasint"`
	Debtor       id.Party      `cbor:"4,keyasint"`
	Claimant     id.Party      `cbor:"5,keyasint"` // who may claim: the funder, or after a reassignment the seller
	Programme    id.Programme  `cbor:"6,keyasint"`
	Receivable   id.Receivable `cbor:"7,keyasint"` // 0: all that are assigned in the programme, present and future
	Law          Law           `cbor:"8,keyasint"`
	Account      [32]byte      `cbor:"9,keyasint"`  // the account to pay, in the vault
	Letter       [32]byte      `cbor:"10,keyasint"` // in the vault
	LetterHash   [32]byte      `cbor:"11,keyasint"` // SHA-256 of its exact bytes
	State        NoticeState   `cbor:"12,keyasint"`
	Drafted      calendar.Date `cbor:"13,keyasint"`
	Served       calendar.Date `cbor:"14,keyasint"` // from this day on the debtor knows; 0: not served
	Method       Method        `cbor:"15,keyasint"`
	Service      [32]byte      `cbor:"16,keyasint"` // how it was served, in the vault
	Proved       calendar.Date `cbor:"17,keyasint"`
	Proof        [32]byte      `cbor:"18,keyasint"` // the receipt of courier or registered mail, in the vault
	Acknowledged calendar.Date `cbor:"19,keyasint"`
	Witness      id.Actor      `cbor:"20,keyasint"` // of the debtor, or who brought its signature
	Key          id.SigningKey `cbor:"21,keyasint"` // the debtor's, of a signed acknowledgement; 0 where its own actor gave it
	Maker        id.Actor      `cbor:"22,keyasint"`
	Entry        uint64        `cbor:"23,keyasint"`
	Funder       id.Party      `cbor:"24,keyasint"` // to whom it was assigned, also where it has been given back
}

// Misdirected is a payment that a debtor made to another account than the one to pay: mostly the seller's own.
type Misdirected struct {
	ID         id.Misdirected `cbor:"1,keyasint"`
	Receivable id.Receivable  `cbor:"2,keyasint"`
	Financing  id.Financing   `cbor:"3,keyasint"` // that claimed the receivable; 0 for none
	Amount     money.Minor    `cbor:"4,keyasint"`
	Paid       calendar.Date  `cbor:"5,keyasint"`
	Proof      [32]byte       `cbor:"6,keyasint"` // in the vault
	Effect     Effect         `cbor:"7,keyasint"`
	Notice     id.Notice      `cbor:"8,keyasint"` // that had told the debtor otherwise; 0 for none
	Citation   string         `cbor:"9,keyasint"`
	Maker      id.Actor       `cbor:"10,keyasint"`
	Entry      uint64         `cbor:"11,keyasint"`

	Recovery Recovery `cbor:"12,keyasint,omitzero"` // how the money comes to where it belongs
}

// Effect is what a payment to the seller's account does to the debt.
type Effect uint8

// The effects.
const (
	Discharged  Effect = 1 + iota // the debtor did not know: it owes so much less, and the seller answers for the money
	Outstanding                   // the debtor knew, or has undertaken to pay another: it still owes all
)

// EffectNames are the names used in API and console, by value.
var EffectNames = []string{"", "discharged", "outstanding"}

// String is the name used in API and console.
func (e Effect) String() string { return nameOf(EffectNames, int(e)) }

// Returned is a reassignment: what is left of a receivable after its financing has closed is the seller's again.
type Returned struct {
	ID         id.Reassignment `cbor:"1,keyasint"`
	Financing  id.Financing    `cbor:"2,keyasint"`
	Receivable id.Receivable   `cbor:"3,keyasint"`
	From       id.Party        `cbor:"4,keyasint"`
	To         id.Party        `cbor:"5,keyasint"`
	Amount     money.Minor     `cbor:"6,keyasint"` // outstanding on that day
	Date       calendar.Date   `cbor:"7,keyasint"`
	Maker      id.Actor        `cbor:"8,keyasint"`
	Entry      uint64          `cbor:"9,keyasint"`
}
