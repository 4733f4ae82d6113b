package payment

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// BreakKind is between what and what bank and book differ.
type BreakKind uint8

// The kinds of breaks.
const (
	LineBreak      BreakKind = 1 + iota // a line of a statement that can't be booked
	PaymentBreak                        // a payment that can't leave, or whose outcome does not fit
	GapBreak                            // statements are missing between two
	MissingBreak                        // the statement of a day that is over has not come
	ReceiptBreak                        // money that came in and nobody knows for what
	BalanceBreak                        // the proof of funds does not come out
	StatementBreak                      // a statement that can't be put on record
)

// BreakKindNames are the names used in API and console, by value.
var BreakKindNames = [...]string{"", "line", "payment", "statement_gap", "statement_missing", "receipt", "balance", "statement"}

// String is the name used in API and console.
func (k BreakKind) String() string { return BreakKindNames[k] }

// BreakState is where the work on a break stands.
type BreakState uint8

// The states of a break.
const (
	BreakOpen BreakState = 1 + iota
	BreakAssigned
	BreakResolved
)

// BreakStateNames are the names used in API and console, by value.
var BreakStateNames = [...]string{"", "open", "assigned", "resolved"}

// String is the name used in API and console.
func (s BreakState) String() string { return BreakStateNames[s] }

// Resolution is how a break ended.
type Resolution uint8

// The resolutions.
const (
	Gone      Resolution = 1 + iota // by itself: bank and book agree
	Matched                         // what came in is allocated
	GivenBack                       // what came in went back
	Explained                       // a person has said what it is; the difference stays and is named
)

// ResolutionNames are the names used in API and console, by value.
var ResolutionNames = [...]string{"", "gone", "matched", "given_back", "explained"}

// String is the name used in API and console.
func (r Resolution) String() string { return ResolutionNames[r] }

// Suggestion is a set of receivables that a receipt may be for.
type Suggestion struct {
	Receivables []id.Receivable `cbor:"1,keyasint"`
	Evidence    uint16          `cbor:"2,keyasint"` // pieces of evidence, as a set
	Off         money.Minor     `cbor:"3,keyasint"` // what the receipt is short of them; below zero: beyond them
}

// SuggestionsMax is the most suggestions of a break, and SuggestedMax the most receivables of one.
const (
	SuggestionsMax = 5
	SuggestedMax   = 100
)

// Break is a difference between bank and book that a person works off.
type Break struct {
	ID          id.Break         `cbor:"1,keyasint"`
	Kind        BreakKind        `cbor:"2,keyasint"`
	Key         [16]byte         `cbor:"3,keyasint"` // what it is about, for ever: found again it is the same break
	Programme   id.Programme     `cbor:"4,keyasint"`
	Account     Supervised       `cbor:"5,keyasint,omitzero"`
	Amount      money.Minor      `cbor:"6,keyasint"` // below zero: missing, or left
	Currency    money.Currency   `cbor:"7,keyasint"`
	Code        string           `cbor:"8,keyasint"` // why, in short
	Detail      [32]byte         `cbor:"9,keyasint"` // in the bank's words, in the vault; zero for none
	Payment     id.Payment       `cbor:"10,keyasint,omitempty"`
	Receipt     id.Receipt       `cbor:"11,keyasint,omitempty"`
	Statement   id.BankStatement `cbor:"12,keyasint,omitempty"`
	Suggestions []Suggestion     `cbor:"13,keyasint,omitempty"` // the likeliest first; never changed in place
	Opened      calendar.Date    `cbor:"14,keyasint"`
	State       BreakState       `cbor:"15,keyasint"`
	Owner       id.Actor         `cbor:"16,keyasint,omitempty"`
	How         Resolution       `cbor:"17,keyasint,omitempty"`
	Note        [32]byte         `cbor:"18,keyasint"` // the last one, in the vault; zero for none
	Ended       calendar.Date    `cbor:"19,keyasint,omitempty"`
	By          id.Actor         `cbor:"20,keyasint,omitempty"` // who resolved it; 0 where it ended by itself
	Entry       uint64           `cbor:"21,keyasint"`
}

// AgeDays is for how many days a break has been open on a date, or was until it ended.
func (b *Break) AgeDays(on calendar.Date) int {
	if b.Ended != 0 {
		on = b.Ended
	}
	return max(0, calendar.DaysBetween(b.Opened, on))
}
