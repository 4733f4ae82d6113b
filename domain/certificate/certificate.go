// Package certificate holds receivables in transferable form: a certificate is issued on a buyer's irrevocable
// undertaking, and its holdings are consumed and created, never edited. A certificate is an assignable claim and no
// negotiable instrument: nobody through whose hands it went is liable on it (Caikuai [2021] 32: no note receivable).
package certificate

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// State is where a certificate stands.
type State uint8

// The states of a certificate.
const (
	Live State = 1 + iota
	Redeemed
	Cancelled // by the word of every holder
)

// String is the name used in API and console.
func (s State) String() string { return [...]string{"", "live", "redeemed", "cancelled"}[s] }

// MarshalText gives the name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Certificate is a confirmed receivable in transferable form. Amounts are in minor units of its currency.
type Certificate struct {
	ID            id.Certificate `cbor:"1,keyasint"`
	Receivable    id.Receivable  `cbor:"2,keyasint"`
	Programme     id.Programme   `cbor:"3,keyasint"` // under whose rules it moves
	Issuer        id.Party       `cbor:"4,keyasint"` // the buyer, who owes it
	Payee         id.Party       `cbor:"5,keyasint"` // the first holder
	Amount        money.Minor    `cbor:"6,keyasint"` // as issued
	Outstanding   money.Minor    `cbor:"7,keyasint"` // the sum of its live holdings
	Justification [32]byte       `cbor:"8,keyasint"` // why the tenor is long, in the vault; zero where none was given
	Root          [32]byte       `cbor:"9,keyasint"` // SHA-256 of the statement that the issuer signed
	Holdings      uint32         `cbor:"10,keyasint"`
	Issued        calendar.Date  `cbor:"11,keyasint"`
	Due           calendar.Date  `cbor:"12,keyasint"`
	Law           Law            `cbor:"13,keyasint"`
	Currency      money.Currency `cbor:"14,keyasint"`
	State         State          `cbor:"15,keyasint"`
	TiersMax      uint8          `cbor:"16,keyasint"`
	Made          uint64         `cbor:"17,keyasint"` // entry of its issue
	Entry         uint64         `cbor:"18,keyasint"`
}

// HoldingsMax is the most live holdings of a certificate: so many, and no more, are redeemed in one step.
const HoldingsMax = 1000

// Status is what may be done with a live holding, and by whom.
type Status uint8

// The statuses. Who controls a holding is its holder while it is free, and otherwise To.
const (
	Free     Status = 1 + iota
	Offered         // to To, in payment of Debt, until Expires
	Pledged         // to To
	Financed        // by To, under Financing
)

// String is the name used in API and console.
func (s Status) String() string { return [...]string{"", "free", "offered", "pledged", "financed"}[s] }

// MarshalText gives the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Step is what consumed a holding, or made one.
type Step uint8

// The steps.
const (
	Issue Step = 1 + iota
	Split
	Transfer // in payment of a debt, at once
	Offer    // likewise, if the payee accepts
	Accept
	Decline
	Withdraw // an offer, by who made it
	Expire
	Pledge
	Release
	Finance
	Return // of a holding whose financing has ended
	Redeem
	Cancel
	Deliver // against digital money
)

var stepNames = [...]string{"", "issue", "split", "transfer", "offer", "accept", "decline", "withdraw", "expire", "pledge", "release", "finance", "return",
	"redeem", "cancel", "deliver"}

// String is the name used in API and console.
func (s Step) String() string {
	if int(s) < len(stepNames) {
		return stepNames[s]
	}
	return "unknown"
}

// MarshalText gives the name.
func (s Step) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseStep reads a step's name; 0 for an unknown one.
func ParseStep(name string) Step { return Step(max(0, slices.Index(stepNames[:], name))) }

// Discharge is when a transfer discharges the debt that it pays.
type Discharge uint8

// The times of discharge.
const (
	AtOnce       Discharge = 1 + iota // when the payee has accepted
	OnRedemption                      // when the issuer has paid
)

// String is the name used in API and console.
func (d Discharge) String() string { return [...]string{"", "at_once", "on_redemption"}[d] }

// MarshalText gives the name.
func (d Discharge) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Holding is a part of a certificate in one hand. It is made by one step and consumed by another; in between nothing of it
// changes.
type Holding struct {
	ID          id.Holding     `cbor:"1,keyasint"`
	Certificate id.Certificate `cbor:"2,keyasint"`
	Parent      id.Holding     `cbor:"3,keyasint,omitempty"` // out of which it was made; 0 for the first
	Holder      id.Party       `cbor:"4,keyasint"`           // to whom the issuer owes it
	Amount      money.Minor    `cbor:"5,keyasint"`
	To          id.Party       `cbor:"6,keyasint,omitempty"`  // payee, pledgee or funder
	Debt        id.Receivable  `cbor:"7,keyasint,omitempty"`  // that an offer or a transfer pays
	Unpaid      id.Holding     `cbor:"18,keyasint,omitempty"` // nearest forebear, itself included, whose debt is discharged on redemption only
	Financing   id.Financing   `cbor:"8,keyasint,omitempty"`  //
	Expires     int64          `cbor:"9,keyasint,omitempty"`  // stamp at which an offer ends
	Made        uint64         `cbor:"10,keyasint,omitempty"` // entry that made it
	Spent       uint64         `cbor:"11,keyasint,omitempty"` // entry that consumed it; 0 while it is live
	Status      Status         `cbor:"12,keyasint"`
	By          Step           `cbor:"13,keyasint"`           // that made it
	End         Step           `cbor:"14,keyasint,omitempty"` // that consumed it
	Discharge   Discharge      `cbor:"15,keyasint,omitempty"` // of Debt
	Tier        uint8          `cbor:"16,keyasint"`           // 1 for the first holder
	Entry       uint64         `cbor:"17,keyasint,omitempty"`
	Exchange    id.Exchange    `cbor:"70,keyasint,omitempty"` // by which it was delivered against digital money; 0 for none
}

// Live tells whether the holding has not been consumed.
func (h *Holding) Live() bool { return h.End == 0 }

// Controller is the one party that can move the holding; the node itself ends offers and redeems.
func (h *Holding) Controller() id.Party {
	if h.Status == Free {
		return h.Holder
	}
	return h.To
}

// Pending tells whether the holding was taken in payment of a debt that is discharged on redemption only.
func (h *Holding) Pending() bool {
	return h.Discharge == OnRedemption && (h.By == Accept || h.By == Transfer)
}

// Standing is a payee's acceptance in advance of what it is offered in a programme.
type Standing struct {
	ID        id.Standing   `cbor:"1,keyasint"`
	Party     id.Party      `cbor:"2,keyasint"`
	Programme id.Programme  `cbor:"3,keyasint"`
	Until     calendar.Date `cbor:"4,keyasint"` // last business date; before today: withdrawn
	Entry     uint64        `cbor:"5,keyasint"`
}

// Shares divides an amount pro rata by largest remainder (Hamilton's method): each part gets what its weight gives it, rounded
// down, and what is left goes unit by unit to the largest remainders, equal ones in the order of the parts. Weights are not
// negative, their sum is above zero and at least the amount; no share exceeds its weight.
func Shares(amount money.Minor, weights []money.Minor) []money.Minor {
	total := money.Minor(0)
	for _, w := range weights {
		total = money.Add(total, w)
	}
	if amount < 0 || total <= 0 || amount > total {
		panic("certificate: shares of more than there is")
	}
	shares := make([]money.Minor, len(weights))
	order := make([]remainder, len(weights))
	left := amount
	for i, w := range weights {
		whole, rest := divide(amount, w, total)
		shares[i] = whole
		order[i] = remainder{rest, i}
		left = money.Sub(left, whole)
	}
	slices.SortFunc(order, remainder.compare)
	for i := range int(left) {
		shares[order[i].part]++
	}
	return shares
}

type remainder struct {
	rest uint64
	part int
}

func (r remainder) compare(other remainder) int {
	switch {
	case r.rest > other.rest:
		return -1
	case r.rest < other.rest:
		return 1
	}
	return r.part - other.part
}
