package legal

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Place is where the money of a misdirected payment lies.
type Place uint8

// The places.
const (
	WithSeller Place = iota // in the seller's own account
	WithFunder              // in an account of a funder that is not the one to pay
	Elsewhere               // in the collection account of another programme
)

// PlaceNames are the names used in API and console, by value.
var PlaceNames = []string{"seller", "funder", "programme"}

// String is the name used in API and console.
func (p Place) String() string { return PlaceNames[p] }

// RecoveryState is how far the recovery of a misdirected payment has come.
type RecoveryState uint8

// The states.
const (
	Noticed  RecoveryState = iota
	Demanded               // from who has the money, by a due date
	Whole                  // all of it was paid over or set off
	Dropped                // ended by a second person before that, with a reason
)

// RecoveryStateNames are the names used in API and console, by value.
var RecoveryStateNames = []string{"noticed", "demanded", "whole", "dropped"}

// String is the name used in API and console.
func (s RecoveryState) String() string { return RecoveryStateNames[s] }

// Live tells whether money is still to come.
func (s RecoveryState) Live() bool { return s == Noticed || s == Demanded }

// Settlement is a part of a misdirected payment that has come to where it belongs.
type Settlement struct {
	Receipt id.Receipt    `cbor:"1,keyasint"`
	Amount  money.Minor   `cbor:"2,keyasint"`
	Value   calendar.Date `cbor:"3,keyasint"`
	Maker   id.Actor      `cbor:"4,keyasint"`           // who has matched the receipt, or proposed the set-off
	Checker id.Actor      `cbor:"5,keyasint,omitempty"` // who has approved the set-off; 0 where money came in
}

// Recovery is how the money of a misdirected payment comes to where it belongs. Amounts are in the currency of the receivable.
type Recovery struct {
	Place       Place         `cbor:"1,keyasint,omitempty"`
	Holder      id.Party      `cbor:"2,keyasint,omitempty"` // who has the money: the seller, the funder, or the custodian of the other programme
	Other       id.Programme  `cbor:"3,keyasint,omitempty"` // into which it came
	Programme   id.Programme  `cbor:"4,keyasint,omitempty"` // in which the receivable was claimed; 0: by its seller alone
	State       RecoveryState `cbor:"5,keyasint,omitempty"`
	Demanded    calendar.Date `cbor:"6,keyasint,omitempty"` // for the last time
	Due         calendar.Date `cbor:"7,keyasint,omitempty"` // last day to pay over
	Demands     uint16        `cbor:"8,keyasint,omitempty"`
	Letter      [32]byte      `cbor:"9,keyasint,omitzero"` // of the last demand, in the vault
	Settlements []Settlement  `cbor:"10,keyasint,omitempty"`
	Proposed    money.Minor   `cbor:"11,keyasint,omitempty"` // to be set off: waits for a second person
	Proposer    id.Actor      `cbor:"12,keyasint,omitempty"`
	Reason      [32]byte      `cbor:"13,keyasint,omitzero"` // why it was dropped, in the vault
	EndedBy     id.Actor      `cbor:"14,keyasint,omitempty"`
}

// Came is what has come to where it belongs.
func (r *Recovery) Came() money.Minor {
	sum := money.Minor(0)
	for i := range r.Settlements {
		sum = money.Add(sum, r.Settlements[i].Amount)
	}
	return sum
}

// Left is what is still to come; 0 for a recovery that has ended.
func (m *Misdirected) Left() money.Minor {
	if !m.Recovery.State.Live() {
		return 0
	}
	return money.Sub(m.Amount, m.Recovery.Came())
}

// Overdue tells whether the money was demanded and should have come before a day.
func (m *Misdirected) Overdue(on calendar.Date) bool {
	return m.Recovery.State == Demanded && m.Recovery.Due < on
}

// Copy is a recovery that may be changed apart from this one.
func (r *Recovery) Copy() Recovery {
	c := *r
	c.Settlements = slices.Clone(r.Settlements)
	return c
}
