// Package receivable holds a debt of a buyer to a seller: what is owed, what the buyer has undertaken, and what stands
// against financing it.
package receivable

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Undertaking is what the buyer has promised.
type Undertaking uint8

// The undertakings. An irrevocable one is independent of the sale and waives set-off, counterclaim and defences.
const (
	NoUndertaking Undertaking = iota
	Soft
	Irrevocable
	OfBank // irrevocable, and a bank's besides: it becomes the first debtor
)

// String is the name used in API and console.
func (u Undertaking) String() string { return [...]string{"none", "soft", "irrevocable", "bank"}[u] }

// Binds tells whether the undertaking is irrevocable.
func (u Undertaking) Binds() bool { return u >= Irrevocable }

// MarshalText gives the name.
func (u Undertaking) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// State is where a receivable stands.
type State uint8

// The states of a receivable.
const (
	Open   State = 1 + iota // owed to whoever holds it
	Closed                  // paid, or nothing is left of it
)

// String is the name used in API and console.
func (s State) String() string { return [...]string{"", "open", "closed"}[s] }

// Receivable is a debt of a buyer to a seller. Amounts are in minor units of its currency.
type Receivable struct {
	ID          id.Receivable  `cbor:"1,keyasint"`
	Trade       id.Trade       `cbor:"2,keyasint"`
	Document    id.Document    `cbor:"3,keyasint"`           // the invoice; 0 for one that was imported without
	Hash        [32]byte       `cbor:"19,keyasint,omitzero"` // SHA-256 of the invoice's exact bytes; zero for one that was imported without
	Seller      id.Party       `cbor:"4,keyasint"`
	Buyer       id.Party       `cbor:"5,keyasint"`
	Financing   id.Financing   `cbor:"6,keyasint"`            // the one financing that claims it; 0 for none
	Face        money.Minor    `cbor:"7,keyasint"`            // payable amount, prepaid part excluded
	Credited    money.Minor    `cbor:"8,keyasint"`            // by credit notes
	Disputed    money.Minor    `cbor:"20,keyasint,omitempty"` // by the buyer, and not settled yet
	Confirmed   money.Minor    `cbor:"9,keyasint"`            // amount of the undertaking
	Paid        money.Minor    `cbor:"10,keyasint"`
	Findings    uint64         `cbor:"11,keyasint"` // set of trade findings that are not cleared
	Entry       uint64         `cbor:"12,keyasint"`
	Issued      calendar.Date  `cbor:"13,keyasint"`
	Due         calendar.Date  `cbor:"14,keyasint"`
	Currency    money.Currency `cbor:"15,keyasint"`
	Undertaking Undertaking    `cbor:"16,keyasint"`
	Signatures  uint8          `cbor:"21,keyasint,omitempty"` // under the undertaking
	State       State          `cbor:"17,keyasint"`
	PaidBefore  money.Minor    `cbor:"18,keyasint,omitempty"` // of Paid, before the undertaking was given: it takes nothing off the undertaking
	Certificate id.Certificate `cbor:"30,keyasint,omitempty"` // in which the undertaking travels; 0 for none
	Claimed     money.Minor    `cbor:"31,keyasint,omitempty"` // of what is outstanding: paid by holdings that are offered, or not redeemed yet
	Bank        id.Party       `cbor:"33,keyasint,omitempty"` // that has undertaken it besides the buyer; 0 for none
	Released    money.Minor    `cbor:"32,keyasint,omitempty"` // given up by holders of a certificate that was cancelled
	Pool        id.Pool        `cbor:"75,keyasint,omitempty"` // of which it is a part, and can't be financed by itself; 0 for none
	Auction     id.Auction     `cbor:"80,keyasint,omitempty"` // in which it is on offer now

	SetOff id.SetOffLine `cbor:"240,keyasint,omitempty"` // by which a run of multilateral set-off holds it; 0 for none

	Opened calendar.Date `cbor:"130,keyasint,omitempty"` // business date on which it came into the book; of one that was imported, its date of issue
}

// Owed is what the buyer owed in all: face less credit notes and what was released. An irrevocable undertaking does not shrink by credit
// notes, so its amount, and what had been paid before it was given, is the least.
func (r *Receivable) Owed() money.Minor {
	owed := r.Creditable()
	if r.Undertaking.Binds() {
		return max(owed, money.Add(r.PaidBefore, r.Confirmed))
	}
	return owed
}

// Creditable is the most that credit notes can still take off.
func (r *Receivable) Creditable() money.Minor {
	return money.Sub(money.Sub(r.Face, r.Credited), r.Released)
}

// Undertaken is what is still to be paid of the undertaking; 0 where there is none. Payments go to it first.
func (r *Receivable) Undertaken() money.Minor {
	return max(0, money.Sub(r.Confirmed, money.Sub(r.Paid, r.PaidBefore)))
}

// Sound is what the buyer will have paid in all if it wins every open dispute. What is irrevocably undertaken is not
// touched by one.
func (r *Receivable) Sound() money.Minor {
	sound := max(0, money.Sub(r.Creditable(), r.Disputed))
	if r.Undertaking.Binds() {
		return max(sound, money.Add(r.PaidBefore, r.Confirmed))
	}
	return sound
}

// Covered is what is still to come for whoever finances the receivable, open disputes taken as lost; never below zero.
func (r *Receivable) Covered() money.Minor { return max(0, money.Sub(r.Sound(), r.Paid)) }

// Financeable is the most that can be financed: of what is covered, no more than the buyer has undertaken, where it has
// undertaken anything.
func (r *Receivable) Financeable() money.Minor {
	if r.Undertaking == NoUndertaking {
		return r.Covered()
	}
	return min(r.Covered(), r.Undertaken())
}

// Outstanding is what is still to be paid; never below zero.
func (r *Receivable) Outstanding() money.Minor { return max(0, money.Sub(r.Owed(), r.Paid)) }

// Unclaimed is what is outstanding and not already being paid by a certificate.
func (r *Receivable) Unclaimed() money.Minor {
	return max(0, money.Sub(r.Outstanding(), r.Claimed))
}
