package discounting

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// OfferState is where a buyer's offer stands.
type OfferState uint8

// The states of an offer. They are stored; a number is never used again.
const (
	OfferOpen OfferState = 1 + iota
	OfferWithdrawn
)

// OfferStateNames are the names used in API and console, by state.
var OfferStateNames = [...]string{"", "open", "withdrawn"}

// String is the name used in API and console.
func (s OfferState) String() string { return OfferStateNames[s] }

// Offer is what a buyer gives its sellers in advance: to pay confirmed debts early at a rate a year, out of so much cash of its
// own. It names the receivables to which it holds, or stands for all of the programme.
type Offer struct {
	ID          id.EarlyOffer   `cbor:"1,keyasint"`
	Schedule    Schedule        `cbor:"2,keyasint"`
	Budget      money.Minor     `cbor:"3,keyasint"`           // cash in all, fees not counted
	Spent       money.Minor     `cbor:"4,keyasint"`           // of it: paid, or on its way
	From        calendar.Date   `cbor:"5,keyasint"`           // first day of payment
	Until       calendar.Date   `cbor:"6,keyasint"`           // last day of payment
	Receivables []id.Receivable `cbor:"7,keyasint,omitempty"` // none: a standing offer; never changed in place
	State       OfferState      `cbor:"8,keyasint"`
	Maker       id.Actor        `cbor:"9,keyasint"`
	Entry       uint64          `cbor:"10,keyasint"`
}

// Left is the cash that is not spent yet.
func (o *Offer) Left() money.Minor { return money.Sub(o.Budget, o.Spent) }

// PaymentState is where an early payment stands.
type PaymentState uint8

// The states of an early payment. They are stored; a number is never used again.
const (
	Paying    PaymentState = 1 + iota // accepted by the seller; the bank has not said yet that it paid
	PaidEarly                         // the debts have ended
	NotPaid                           // refused by a person or the bank: the debts stand as before
	CameBack                          // the bank returned the money: the debts are owed again
)

// PaymentStateNames are the names used in API and console, by state.
var PaymentStateNames = [...]string{"", "paying", "paid", "not_paid", "came_back"}

// String is the name used in API and console.
func (s PaymentState) String() string { return PaymentStateNames[s] }

// Item is one debt in an early payment.
type Item struct {
	Receivable id.Receivable `cbor:"1,keyasint"`
	Amount     money.Minor   `cbor:"2,keyasint"` // of the debt
	Quote      Quote         `cbor:"3,keyasint"`
}

// Payment is one payment of a buyer for debts that end with it. What is paid and the discounts add up to the debts.
type Payment struct {
	ID        id.EarlyPayment `cbor:"1,keyasint"`
	Offer     id.EarlyOffer   `cbor:"2,keyasint"`
	Programme id.Programme    `cbor:"3,keyasint"`
	Buyer     id.Party        `cbor:"4,keyasint"`
	Seller    id.Party        `cbor:"5,keyasint"`
	Payee     id.BankAccount  `cbor:"6,keyasint"` // the seller's verified account
	Items     []Item          `cbor:"7,keyasint"` // never changed in place
	Amount    money.Minor     `cbor:"8,keyasint"` // of the debts
	Discount  money.Minor     `cbor:"9,keyasint"`
	Cash      money.Minor     `cbor:"10,keyasint"` // that the seller is paid
	Fee       money.Minor     `cbor:"11,keyasint"` // of the buyer, to the operator
	Hold      id.Hold         `cbor:"12,keyasint"`
	Payment   id.Payment      `cbor:"13,keyasint"`
	State     PaymentState    `cbor:"14,keyasint"`
	Priced    calendar.Date   `cbor:"15,keyasint"`           // from when days are counted
	Value     calendar.Date   `cbor:"16,keyasint,omitempty"` // as the bank paid it
	Maker     id.Actor        `cbor:"17,keyasint"`
	Entry     uint64          `cbor:"18,keyasint"`
	Currency  money.Currency  `cbor:"19,keyasint"`

	Instruction id.Instruction `cbor:"20,keyasint,omitempty"` // of the seller, under which it was accepted
}
