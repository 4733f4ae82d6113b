package payment

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// AccountKind is what a supervised account at the custodian is for.
type AccountKind uint8

// The kinds of supervised accounts.
const (
	FundingAccount    AccountKind = 1 + iota // of one funder
	CollectionAccount                        // into which buyers pay
	FeesAccount                              // of the operator
)

// AccountKindNames are the names used in API and console, by value.
var AccountKindNames = [...]string{"", "funding", "collection", "fees"}

// String is the name used in API and console.
func (k AccountKind) String() string { return AccountKindNames[k] }

// Supervised is a supervised account at the custodian of a programme.
type Supervised struct {
	Kind      AccountKind  `cbor:"1,keyasint"`
	Programme id.Programme `cbor:"2,keyasint"`
	Owner     id.Party     `cbor:"3,keyasint,omitempty"` // the funder of a funding account; 0 for the others
}

// Gap is what is wrong between a statement and the one before it.
type Gap uint8

// The gaps.
const (
	NoGap       Gap = iota
	SequenceGap     // numbers between the two are missing
	BalanceGap      // it does not open with what the one before closed with
)

// GapNames are the names used in API and console, by value.
var GapNames = [...]string{"", "sequence", "balance"}

// String is the name used in API and console.
func (g Gap) String() string { return GapNames[g] }

// Side is what a line of a statement is to the book.
type Side uint8

// The sides.
const (
	NotBooked       Side = iota // nothing in the book explains it yet
	CameIn                      // a receipt
	TakenBack                   // the end of a receipt: the bank took it back
	Left                        // a payment left its account
	CameBack                    // that payment came back
	Arrived                     // the part of a payment that stays with the custodian came to its account
	ArrivedBack                 // that part went back
	BookedOtherwise             // by a fact that is neither receipt nor payment
)

// SideNames are the names used in API and console, by value.
var SideNames = [...]string{"not_booked", "came_in", "taken_back", "left", "came_back", "arrived", "arrived_back", "booked_otherwise"}

// String is the name used in API and console.
func (s Side) String() string { return SideNames[s] }

// StatementLine is one line of a statement and what it is to the book.
type StatementLine struct {
	Line    [16]byte    `cbor:"1,keyasint"` // token: its natural identity, as of a receipt
	Amount  money.Minor `cbor:"2,keyasint"` // above zero: came in; below: went out
	Side    Side        `cbor:"3,keyasint,omitempty"`
	Receipt id.Receipt  `cbor:"4,keyasint,omitempty"`
	Payment id.Payment  `cbor:"5,keyasint,omitempty"`
}

// Statement is one statement of one supervised account, as the bank closed it. Statements of an account follow one another by date and
// number; what lies between two of them can't be missing unnoticed.
type Statement struct {
	ID        id.BankStatement `cbor:"1,keyasint"`
	Account   Supervised       `cbor:"2,keyasint"`
	Identity  [16]byte         `cbor:"3,keyasint"` // token of the bank's identification
	Sequence  uint64           `cbor:"4,keyasint,omitempty"`
	Date      calendar.Date    `cbor:"5,keyasint"`
	Opening   money.Minor      `cbor:"6,keyasint"`
	Closing   money.Minor      `cbor:"7,keyasint"`
	Currency  money.Currency   `cbor:"8,keyasint"`
	Lines     uint32           `cbor:"9,keyasint"`
	Hash      [32]byte         `cbor:"10,keyasint"` // SHA-256 of the bank's file; zero where there is none
	Follows   id.BankStatement `cbor:"11,keyasint,omitempty"`
	Gap       Gap              `cbor:"12,keyasint,omitempty"`
	NotBooked []StatementLine  `cbor:"13,keyasint,omitempty"` // lines that nothing in the book explains so far; never changed in place
	Entry     uint64           `cbor:"14,keyasint"`
}

// Between tells what is wrong between a statement and the one before it. Where a bank counts its statements by year, the first of a
// year follows any of the year before.
func (s *Statement) Between(before *Statement) Gap {
	switch {
	case s.Opening != before.Closing:
		return BalanceGap
	case s.Sequence == 0 || before.Sequence == 0 || s.Sequence == before.Sequence+1:
		return NoGap
	case s.Sequence == 1 && s.Date.String()[:4] != before.Date.String()[:4]:
		return NoGap
	}
	return SequenceGap
}

// Precedes tells whether the statement comes before another of its account.
func (s *Statement) Precedes(other *Statement) bool {
	switch {
	case s.Date != other.Date:
		return s.Date < other.Date
	case s.Sequence != other.Sequence:
		return s.Sequence < other.Sequence
	}
	return s.ID < other.ID
}
