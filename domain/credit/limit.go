package credit

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// LimitKey says what a limit bounds. Two limits with one key are never in force at once: the later takes the place of the
// earlier. Without an owner it is a limit of the house, in one programme, and what it leaves is left to all funders; with one it is
// that funder's own and bounds its money only, in one programme or, without a programme, in all of them.
type LimitKey struct {
	Kind      Kind           `cbor:"1,keyasint"`
	Programme id.Programme   `cbor:"2,keyasint"` // 0: all programmes of the owner
	Party     id.Party       `cbor:"3,keyasint"` // buyer, seller, funder, head of a group, or any of those that are connected; 0 where the kind has none
	Currency  money.Currency `cbor:"4,keyasint"`

	Tier         uint8      `cbor:"5,keyasint,omitempty"` // of holdings, 1 for the first holder; 0 for other kinds
	Owner        id.Party   `cbor:"6,keyasint,omitempty"` // the funder whose own limit it is; 0: the house
	Counterparty id.Party   `cbor:"7,keyasint,omitempty"` // of a pair: its buyer
	Product      id.Product `cbor:"8,keyasint,omitempty"`
}

// Insurance is where a limit comes from that an insurer has given.
type Insurance struct {
	Insurer id.Party   `cbor:"1,keyasint"`
	Policy  [32]byte   `cbor:"2,keyasint"` // reference of the policy, in the vault
	Share   money.Rate `cbor:"3,keyasint"` // of a loss that it bears
}

// Strictness says what happens where a use would go beyond a limit.
type Strictness uint8

// The ways.
const (
	Binding  Strictness = iota // the use is refused
	Advisory                   // the use is counted, and what is beyond the limit is shown: cover that an insurer does not give
)

// Commitment says whether its owner is bound to let a limit be used.
type Commitment uint8

// The ways.
const (
	Uncommitted Commitment = iota // it may be suspended or cut at any time
	Committed                     // it lasts to its last day; a suspension needs a cause all the same
)

// Renewal says whether what is repaid may be used again.
type Renewal uint8

// The ways.
const (
	Revolving Renewal = iota
	Once              // what has been used is used up, repaid or not
)

// Limit bounds use: available -> reserved (accepted) -> used (paid out) -> released (repaid).
type Limit struct {
	ID       id.Limit      `cbor:"1,keyasint"`
	Key      LimitKey      `cbor:"2,keyasint"`
	State    State         `cbor:"3,keyasint"`
	Amount   money.Minor   `cbor:"4,keyasint"`
	Reserved money.Minor   `cbor:"5,keyasint"`
	Used     money.Minor   `cbor:"6,keyasint"`
	Expires  calendar.Date `cbor:"7,keyasint"` // last day of use
	Maker    id.Actor      `cbor:"8,keyasint"`
	Checker  id.Actor      `cbor:"9,keyasint"`
	Entry    uint64        `cbor:"10,keyasint"`

	Renewal    Renewal     `cbor:"11,keyasint,omitempty"`
	Commitment Commitment  `cbor:"12,keyasint,omitempty"`
	Strictness Strictness  `cbor:"13,keyasint,omitempty"`
	Insurance  Insurance   `cbor:"14,keyasint,omitzero"`  // of an insurer's limit
	Suspended  id.Actor    `cbor:"15,keyasint,omitempty"` // who has suspended it; 0 while it may be used, or where a warning has
	Cause      [32]byte    `cbor:"16,keyasint,omitzero"`  // of the suspension, in the vault; zero: it is not suspended
	Lifting    id.Actor    `cbor:"17,keyasint,omitempty"` // the first of two who lift the suspension; 0 for none
	Repaid     money.Minor `cbor:"18,keyasint,omitempty"` // where it is used once: of what it bounds, ever
	Base       money.Minor `cbor:"19,keyasint,omitempty"` // of Repaid, before the limit was there

	Alarm      Alarm      `cbor:"200,keyasint,omitzero"` // that stands; none since the last close of a day at which it was within its amount
	Withdrawal Withdrawal `cbor:"201,keyasint,omitzero"` // that was proposed, or has ended it
}

// Alarm says that a limit was beyond its amount at the close of a day.
type Alarm struct {
	Since calendar.Date `cbor:"1,keyasint"` // first of the days at whose close it was so, without a break
	Seen  calendar.Date `cbor:"2,keyasint"` // the last one
	Taken money.Minor   `cbor:"3,keyasint"` // reserved, used and spent at that close
	Over  money.Minor   `cbor:"4,keyasint"` // by which that is beyond the amount; above zero
}

// Withdrawal is the end of an optional limit: one person says why, a second one decides.
type Withdrawal struct {
	Maker   id.Actor `cbor:"1,keyasint"`
	Reason  [32]byte `cbor:"2,keyasint"`           // in the vault
	Checker id.Actor `cbor:"3,keyasint,omitempty"` // 0 while it waits
}

// Spent is what a limit that is used once has lost to what was repaid.
func (l *Limit) Spent() money.Minor {
	if l.Renewal == Revolving {
		return 0
	}
	return max(0, money.Sub(l.Repaid, l.Base))
}

// Taken is what of the limit is not left: reserved, used, and spent.
func (l *Limit) Taken() money.Minor { return money.Add(money.Add(l.Reserved, l.Used), l.Spent()) }

// Available is what may still be reserved; a limit cut below its use gives zero, never a negative.
func (l *Limit) Available() money.Minor { return max(0, money.Sub(l.Amount, l.Taken())) }

// Overshoot is by how much what is taken is beyond the limit, because it was cut, or what was repaid is owed again, or a
// financing was taken over; 0 in order.
func (l *Limit) Overshoot() money.Minor { return max(0, money.Sub(l.Taken(), l.Amount)) }

// Stopped tells whether the limit is suspended.
func (l *Limit) Stopped() bool { return l.Cause != [32]byte{} }
