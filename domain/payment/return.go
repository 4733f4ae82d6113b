package payment

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Way is what becomes of money that two people decide on.
type Way uint8

// The ways.
const (
	ToProgramme  Way = 1 + iota // it belongs to another programme with the same custodian
	ToSender                    // it belongs to nobody here, or is given back on a recall
	RecallStands                // it stays: the recall is refused
)

// WayNames are the names used in API and console, by value.
var WayNames = []string{"", "to_programme", "to_sender", "refuse_recall"}

// String is the name used in API and console.
func (w Way) String() string { return WayNames[w] }

// ReturnState is where a return stands.
type ReturnState uint8

// The states of a return.
const (
	ReturnProposed ReturnState = 1 + iota // waits for a second person
	ReturnDeclined                        // by the second person
	ReturnPaying                          // its payment is on its way
	ReturnDone                            // paid, or the recall is refused
	ReturnFailed                          // the payment was refused, or came back
)

// String is the name used in API and console.
func (s ReturnState) String() string {
	return [...]string{"", "proposed", "declined", "paying", "done", "failed"}[s]
}

// Return is the decision of two people on money that came in and belongs elsewhere. It is paid from what is not allocated, outside
// any waterfall. The line of the bank's statement is its evidence.
type Return struct {
	ID        id.Return     `cbor:"1,keyasint"`
	Receipt   id.Receipt    `cbor:"2,keyasint"`
	Programme id.Programme  `cbor:"3,keyasint"` // into which it came
	Way       Way           `cbor:"4,keyasint"`
	To        id.Programme  `cbor:"5,keyasint,omitempty"`
	Amount    money.Minor   `cbor:"6,keyasint,omitempty"` // 0 where a recall is refused
	Line      [16]byte      `cbor:"7,keyasint"`           // token of the line that brought the money
	Reason    [32]byte      `cbor:"8,keyasint"`           // in the vault
	Account   [16]byte      `cbor:"9,keyasint,omitzero"`  // token of the number of the sender's account
	Details   [32]byte      `cbor:"10,keyasint,omitzero"` // that account, in the vault
	State     ReturnState   `cbor:"11,keyasint"`
	Payment   id.Payment    `cbor:"12,keyasint,omitempty"`
	Maker     id.Actor      `cbor:"13,keyasint"`
	Checker   id.Actor      `cbor:"14,keyasint,omitempty"`
	Date      calendar.Date `cbor:"15,keyasint"` // business date on which it came to its state
	Entry     uint64        `cbor:"16,keyasint"`
}

// Cause is why a bank took money out of a supervised account without an instruction.
type Cause uint8

// The causes.
const (
	BankCharge  Cause = 1 + iota // the line says that it is the bank's own charge
	Unexplained                  // nobody knows
)

// CauseNames are the names used in API and console, by value.
var CauseNames = []string{"", "charge", "unexplained"}

// String is the name used in API and console.
func (c Cause) String() string { return CauseNames[c] }

// Charge is what a bank took out of a supervised account without an instruction: a fact, booked when it is known.
type Charge struct {
	ID        id.Charge      `cbor:"1,keyasint"`
	Programme id.Programme   `cbor:"2,keyasint"`
	Account   uint8          `cbor:"3,keyasint"`           // the values of supervision.Kind
	Funder    id.Party       `cbor:"4,keyasint,omitempty"` // of a funding account
	Cause     Cause          `cbor:"5,keyasint"`
	Line      [16]byte       `cbor:"6,keyasint"` // token of the statement line: its natural identity
	Amount    money.Minor    `cbor:"7,keyasint"`
	Missing   money.Minor    `cbor:"8,keyasint,omitempty"` // of it: no money was there that it could be taken from
	Currency  money.Currency `cbor:"9,keyasint"`
	Value     calendar.Date  `cbor:"10,keyasint"`
	Booking   calendar.Date  `cbor:"11,keyasint"`
	Text      [32]byte       `cbor:"12,keyasint,omitzero"` // of the line, in the vault
	Entry     uint64         `cbor:"13,keyasint"`

	ShownOn id.BankStatement `cbor:"40,keyasint,omitempty"` // the statement that shows it
}
