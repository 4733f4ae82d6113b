// Package payment holds money that leaves supervised accounts by an instruction to a bank, and money that came in by a
// line of a statement.
package payment

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Purpose is why a payment is made.
type Purpose uint8

// The purposes.
const (
	Disbursement Purpose = 1 + iota // the proceeds of a financing, to the seller
	Sweep                           // what was collected for a funder, back to its funding account
	PayOut                          // what was collected for a seller, to the seller
	EarlyPayment                    // of a buyer's own cash, to a seller, for a discount
)

// String is the name used in API and console.
func (p Purpose) String() string {
	return [...]string{"", "disbursement", "sweep", "pay_out", "early_payment"}[p]
}

// State is where a payment stands.
type State uint8

// The states of a payment.
const (
	AwaitingApproval State = 1 + iota // a second person must approve
	Instructed                        // an attempt is on record; it may be with the bank
	InDoubt                           // the bank's answer is unknown; a person or the bank's own record settles it
	Executed                          // the bank has paid
	Refused                           // the bank has not paid and will not
	Returned                          // the bank had paid, and the money came back
)

var stateNames = [...]string{"", "awaiting_approval", "instructed", "in_doubt", "executed", "refused", "returned"}

// String is the name used in API and console.
func (s State) String() string { return stateNames[s] }

// Payment is money that is to leave a supervised account. Its identity is the key under which the bank sees it, in every
// attempt: no payment is ever sent under two keys.
type Payment struct {
	ID        id.Payment     `cbor:"1,keyasint"`
	Programme id.Programme   `cbor:"2,keyasint"`
	Financing id.Financing   `cbor:"3,keyasint"` // of a disbursement
	Payee     id.Party       `cbor:"4,keyasint"`
	Account   id.BankAccount `cbor:"5,keyasint"` // 0 for a sweep: it stays with the custodian
	Hold      id.Hold        `cbor:"6,keyasint"`
	Amount    money.Minor    `cbor:"7,keyasint"`
	Bank      [16]byte       `cbor:"8,keyasint"` // token of the bank's reference
	Maker     id.Actor       `cbor:"9,keyasint"`
	Checker   id.Actor       `cbor:"10,keyasint"`
	Entry     uint64         `cbor:"11,keyasint"`
	Value     calendar.Date  `cbor:"12,keyasint"` // as the bank executed it
	Attempts  uint32         `cbor:"13,keyasint"`
	Currency  money.Currency `cbor:"14,keyasint"`
	Purpose   Purpose        `cbor:"15,keyasint"`
	State     State          `cbor:"16,keyasint"`
	Missing   money.Minor    `cbor:"17,keyasint,omitempty"` // of a sweep that came back: what the funding account no longer held

	Early id.EarlyPayment `cbor:"80,keyasint,omitempty"` // of an early payment

	// The statements that show it.
	LeftOn        id.BankStatement `cbor:"60,keyasint,omitempty"` // its account's
	CameBackOn    id.BankStatement `cbor:"61,keyasint,omitempty"`
	ArrivedOn     id.BankStatement `cbor:"62,keyasint,omitempty"` // that of where a part of it stays with the custodian
	ArrivedBackOn id.BankStatement `cbor:"63,keyasint,omitempty"`
}

// ReceiptState is where money that came in stands.
type ReceiptState uint8

// The states of a receipt.
const (
	Unallocated ReceiptState = 1 + iota
	Allocated                // all of it
	Reversed                 // the bank took it back
)

// String is the name used in API and console.
func (s ReceiptState) String() string {
	return [...]string{"", "unallocated", "allocated", "reversed"}[s]
}

// Receipt is money that came into a supervised account. What is not allocated is owed to its sender.
type Receipt struct {
	ID        id.Receipt     `cbor:"1,keyasint"`
	Programme id.Programme   `cbor:"2,keyasint"`
	Funder    id.Party       `cbor:"3,keyasint"` // of a deposit into a funding account; 0 for a collection
	Line      [16]byte       `cbor:"4,keyasint"` // token of the statement line: its natural identity
	Amount    money.Minor    `cbor:"5,keyasint"`
	Used      money.Minor    `cbor:"6,keyasint"` // allocated so far
	Text      [32]byte       `cbor:"7,keyasint"` // remittance text and payer, in the vault
	Entry     uint64         `cbor:"8,keyasint"`
	Value     calendar.Date  `cbor:"9,keyasint"`
	Booking   calendar.Date  `cbor:"10,keyasint"`
	Currency  money.Currency `cbor:"11,keyasint"`
	State     ReceiptState   `cbor:"12,keyasint"`
	LastFact  uint64         `cbor:"13,keyasint,omitempty"` // number of the newest fact of a financing that it is; 0 for none

	CameInOn    id.BankStatement `cbor:"25,keyasint,omitempty"` // the statement that shows it
	TakenBackOn id.BankStatement `cbor:"26,keyasint,omitempty"`
	Match       Match            `cbor:"27,keyasint,omitzero"` // why it was allocated to what; zero where a person did without; never changed in place
}

// Match is what a receipt was assigned to as a whole, and why.
type Match struct {
	Parts    []MatchPart `cbor:"1,keyasint"`
	Charge   money.Minor `cbor:"2,keyasint,omitempty"` // what a bank kept: it stays owed
	Evidence uint16      `cbor:"3,keyasint"`           // pieces of evidence, as a set
	Actor    id.Actor    `cbor:"4,keyasint"`
}

// MatchPart is what of a receipt pays a receivable.
type MatchPart struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Amount     money.Minor   `cbor:"2,keyasint"`
}

// Left is what is not allocated.
func (r *Receipt) Left() money.Minor { return money.Sub(r.Amount, r.Used) }
