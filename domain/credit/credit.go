// Package credit holds the limits within which financing may be used, and the reviews of the parties on which they rest.
package credit

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Kind is what a limit bounds.
type Kind uint8

// The kinds of limit.
const (
	BuyerLimit     Kind = 1 + iota // exposure on one buyer
	SellerLimit                    // exposure on one seller
	ProgrammeLimit                 // all of a programme
	FunderLimit                    // what one funder puts into a programme
	PairLimit                      // what one seller has sold on one buyer
	GroupLimit                     // all parties of a group, as who owes
	TierLimit                      // holdings of certificates that have come to one tier
	CurrencyLimit                  // all of a funder in one currency
	InsurerLimit                   // what an insurer covers on one buyer
	ProductLimit                   // all on one version of a product
	ConnectedLimit                 // a party with all that are connected with it, as who owes
)

// KindLast is the highest kind.
const KindLast = ConnectedLimit

var kinds = [...]string{"", "buyer", "seller", "programme", "funder", "pair", "group", "tier", "currency", "insurer", "product", "connected"}

// String is the name used in API and console.
func (k Kind) String() string { return kinds[k] }

// ParseKind reads the name; 0 for an unknown one.
func ParseKind(name string) Kind {
	for k := BuyerLimit; k <= KindLast; k++ {
		if k.String() == name {
			return k
		}
	}
	return 0
}

// State is where a limit or review stands: it takes effect when a second person approves it.
type State uint8

// The states of a limit or review.
const (
	Proposed State = 1 + iota
	Live
	Replaced
	WithdrawnLimit // of a limit that need not be there: it no longer binds
)

// String is the name used in API and console.
func (s State) String() string {
	return [...]string{"", "proposed", "live", "replaced", "withdrawn"}[s]
}

// Review is the credit review of a party: a grade from 1 (best) to 10, until a date.
type Review struct {
	ID      id.Review     `cbor:"1,keyasint"`
	Party   id.Party      `cbor:"2,keyasint"`
	State   State         `cbor:"3,keyasint"`
	Grade   uint8         `cbor:"4,keyasint"`
	Until   calendar.Date `cbor:"5,keyasint"` // last day on which it may be relied on
	File    [32]byte      `cbor:"6,keyasint"` // the reasons, in the vault
	Maker   id.Actor      `cbor:"7,keyasint"`
	Checker id.Actor      `cbor:"8,keyasint"`
	Entry   uint64        `cbor:"9,keyasint"`

	Funder      id.Party       `cbor:"10,keyasint,omitempty"` // whose review it is; 0 for the operator's recommendation
	Application id.Application `cbor:"11,keyasint,omitempty"` // that led to it; 0 for none
	Side        Side           `cbor:"12,keyasint,omitempty"`
	Next        calendar.Date  `cbor:"13,keyasint,omitempty"` // when it is due again; 0 for none
	Conditions  []Condition    `cbor:"14,keyasint,omitempty"` // never changed in place
	Granted     money.Minor    `cbor:"15,keyasint,omitempty"` // what the reviewer would lend at most; 0 for no figure
	Currency    money.Currency `cbor:"16,keyasint,omitempty"`
	Warned      calendar.Date  `cbor:"17,keyasint,omitempty"` // when a date or a fact has last opened it again; 0 for never
}

// Overdue tells whether a condition is open past its day.
func (r *Review) Overdue(today calendar.Date) bool {
	for i := range r.Conditions {
		if c := &r.Conditions[i]; c.State == ConditionOpen && c.Due < today {
			return true
		}
	}
	return false
}

// GradeMax is the worst grade that a review can give.
const GradeMax = 10
