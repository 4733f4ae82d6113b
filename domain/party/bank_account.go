package party

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// AccountState is where a bank account stands.
type AccountState uint8

// The states of a bank account. Only a verified one is ever paid to.
const (
	AccountProposed AccountState = 1 + iota
	AccountVerified
	AccountRevoked
)

// String is the name used in API and console.
func (s AccountState) String() string { return [...]string{"", "proposed", "verified", "revoked"}[s] }

// BankAccount is a party's own account at a bank.
type BankAccount struct {
	ID       id.BankAccount `cbor:"1,keyasint"`
	Party    id.Party       `cbor:"2,keyasint"`
	Currency money.Currency `cbor:"3,keyasint"`
	State    AccountState   `cbor:"4,keyasint"`
	Token    Token          `cbor:"5,keyasint"` // of the account number
	Details  Reference      `cbor:"6,keyasint"` // number and holder's name, in the vault
	Maker    id.Actor       `cbor:"7,keyasint"`
	Checker  id.Actor       `cbor:"8,keyasint"`
	Entry    uint64         `cbor:"9,keyasint"`

	Name       NameCheck     `cbor:"10,keyasint,omitzero"` // the latest answer of a bank
	Deposit    Deposit       `cbor:"11,keyasint,omitzero"` // the latest
	Letter     Letter        `cbor:"12,keyasint,omitzero"` // of the bank that keeps the account
	Ground     Ground        `cbor:"13,keyasint,omitempty"`
	Reason     Reference     `cbor:"14,keyasint,omitzero"` // in the vault: why it was verified after an answer that is no match
	Change     Change        `cbor:"15,keyasint,omitzero"`
	Proposed   calendar.Date `cbor:"16,keyasint,omitempty"` // business date
	Verified   calendar.Date `cbor:"17,keyasint,omitempty"` // likewise
	Paid       uint32        `cbor:"18,keyasint,omitempty"` // payments to it that were executed and have not come back
	Revocation Revocation    `cbor:"19,keyasint,omitzero"`
}

// WasVerified tells whether a second person has ever verified the account: a revoked one counts.
func (a *BankAccount) WasVerified() bool { return a.Checker != 0 }

// NameResult is what a bank says about the name of an account's holder, in the words of Regulation (EU) 2024/886.
type NameResult uint8

// The results of asking about a name.
const (
	NameMatch NameResult = 1 + iota
	NameClose
	NameNoMatch
	NameNotPossible // the bank can't or won't say
)

// NameResults are the names used in API and console.
var NameResults = [...]string{"", "match", "close_match", "no_match", "not_possible"}

// String is the name used in API and console.
func (r NameResult) String() string { return NameResults[r] }

// NameCheck is the answer of a bank on the name of an account's holder.
type NameCheck struct {
	Result NameResult    `cbor:"1,keyasint"`
	Score  int32         `cbor:"2,keyasint"` // of the two names, parts per million
	Answer Token         `cbor:"3,keyasint"` // of the bank's own name for its answer
	Actor  id.Actor      `cbor:"4,keyasint"` // who recorded it
	Date   calendar.Date `cbor:"5,keyasint"` // business date
}

// DepositState is where a micro-deposit stands.
type DepositState uint8

// The states of a micro-deposit.
const (
	DepositOrdered   DepositState = 1 + iota // the payee has not told its code
	DepositConfirmed                         // it has
	DepositFailed                            // it has told wrong ones as often as it may
)

// String is the name used in API and console.
func (s DepositState) String() string {
	return [...]string{"", "ordered", "confirmed", "failed"}[s]
}

// Deposit is a small amount with a code in its text, of which the payee tells amount and code: it can read the account.
type Deposit struct {
	State    DepositState  `cbor:"1,keyasint"`
	Expected Token         `cbor:"2,keyasint"` // keyed hash of amount and code
	Secret   Reference     `cbor:"3,keyasint"` // amount and code, in the vault
	Until    calendar.Date `cbor:"4,keyasint"` // last business date on which an answer is taken
	Tries    uint8         `cbor:"5,keyasint"` // wrong answers
	Actor    id.Actor      `cbor:"6,keyasint"` // who brought the right answer
}

// Letter is a bank's written word that the account is the party's.
type Letter struct {
	Stored Reference     `cbor:"1,keyasint"` // in the vault
	Actor  id.Actor      `cbor:"2,keyasint"` // who recorded it
	Date   calendar.Date `cbor:"3,keyasint"`
}

// Ground is what the verification of an account stands on.
type Ground uint8

// The grounds of a verification.
const (
	NoGround  Ground = iota // a person's word alone
	ByName                  // the bank's answer: match
	ByDeposit               // a micro-deposit that was told back
	ByLetter                // the bank's letter
	ByReason                // a person's reason, after the bank's close_match or not_possible
)

// String is the name used in API and console.
func (g Ground) String() string {
	return [...]string{"", "name", "micro_deposit", "bank_letter", "reason"}[g]
}

// Change says that an account came after another one of the party in the same currency, and how the party has confirmed that.
type Change struct {
	Replaces id.BankAccount `cbor:"1,keyasint"`           // the first one that was verified; 0 for no change
	Contact  uint16         `cbor:"2,keyasint,omitempty"` // number of the party's contact, from 1
	Record   Reference      `cbor:"3,keyasint,omitzero"`  // of the call, in the vault
	Actor    id.Actor       `cbor:"4,keyasint,omitempty"` // who has confirmed it
	Date     calendar.Date  `cbor:"5,keyasint,omitempty"`
	Since    uint64         `cbor:"6,keyasint,omitempty"` // entry that proposed the account
}

// Revocation says who has taken an account out of use, and why.
type Revocation struct {
	Actor  id.Actor      `cbor:"1,keyasint"`
	Reason Reference     `cbor:"2,keyasint"` // in the vault
	Date   calendar.Date `cbor:"3,keyasint"`
}

// Channel is a way in which a party is reached. Electronic mail is none: who has taken over a mailbox answers from it.
type Channel uint8

// The channels.
const (
	Phone Channel = 1 + iota
	Post
	InPerson
)

// Channels are the names used in API and console.
var Channels = [...]string{"", "phone", "post", "in_person"}

// String is the name used in API and console.
func (c Channel) String() string { return Channels[c] }

// Contact is how a party is reached when its bank details are to change.
type Contact struct {
	Channel Channel   `cbor:"1,keyasint"`
	Details Reference `cbor:"2,keyasint"` // number, address, name of the person; in the vault
	Actor   id.Actor  `cbor:"3,keyasint"` // who recorded it
	Entry   uint64    `cbor:"4,keyasint"`
}
