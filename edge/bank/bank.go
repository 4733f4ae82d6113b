// Package bank connects the book to the bank that holds its supervised accounts: payments go out by way of the outbox, and
// lines of the bank's statement come in as receipts, outcomes and reversals.
//
// An adapter translates between this package and one bank; package sandbox is such a bank in this process, and behaves as
// badly as it is told to. The connection knows the book, and neither knows the other's business.
package bank

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/intake"
	"millrace/engine/outbox"
)

// Adapter speaks with one bank. Its methods are called from one goroutine at a time, and should end with ctx.
type Adapter interface {
	// Capability tells what the bank promises about the keys of payments. It never changes.
	Capability() outbox.Capability

	// Send instructs a payment. After an error nobody knows whether the bank has it.
	Send(ctx context.Context, i Instruction) (Outcome, error)

	// Query asks what became of a key; Unknown means that the bank does not know it. It is called only where the
	// capability says so, and may fail with ErrNotQueryable elsewhere.
	Query(ctx context.Context, key string) (Outcome, error)

	// Statement returns what follows the cursor, in the order in which the bank booked it, as much as suits it; an empty
	// page means that there is no more now. The empty cursor is the beginning.
	Statement(ctx context.Context, after Cursor) (Page, error)

	// Problems lists what the bank has sent and nobody can book as it is. A problem is told until it is gone.
	Problems() []Problem
}

// Problem is something in what a bank sent that a person has to look at. Nothing of it is in the book.
type Problem struct {
	File     string  // in which it stands
	Account  Account // that it is about; the zero value where nobody can tell
	Code     string  // of the adapter
	Sentence string
}

// Page is a run of a bank's bookings, with the statements that end in it: their lines are in this page or in ones before.
type Page struct {
	Lines    []Line
	Closings []Closing
	Recalls  []Recall
	Next     Cursor // to go on from
}

// Empty tells whether there is nothing on the page.
func (p *Page) Empty() bool { return len(p.Lines)+len(p.Closings)+len(p.Recalls) == 0 }

// Recall is a request of the bank to give money back that came in: it is no booking.
type Recall struct {
	Case     string // the bank's identification, unique at the bank
	Line     string // reference of the line whose money is asked for; "" where the bank names the payment only
	Payment  string // key that came with that money; "" for none
	Account  Account
	Amount   money.Minor // above zero; 0 for all of it
	Currency money.Currency
	Reason   string // in the bank's words or code: DUPL, FRAD, …
}

// Closing is one statement of one account, as the bank closed it: the balances that its lines lie between.
type Closing struct {
	Account  Account
	ID       string // the bank's identification, unique at the bank
	Sequence uint64 // number in the series of the account's statements, from 1 without gaps; 0 where the bank counts none
	Date     calendar.Date
	Opening  money.Minor
	Closing  money.Minor
	Currency money.Currency
	Lines    uint32
	Hash     [32]byte // SHA-256 of the bank's file; zero where there is none
}

// ErrNotQueryable is returned by Query of a bank that can't be asked.
var ErrNotQueryable = errors.New("bank: payments can't be queried")

// Cursor is a place in a bank's statement, in the adapter's own words.
type Cursor string

// Kind is what a supervised account is for.
type Kind uint8

// The supervised accounts of a programme.
const (
	Funding    Kind = 1 + iota // of one funder: what it has provided; the values are those of supervision.Kind
	Collection                 // into which buyers pay
	Fees                       // of the operator: what the product grants it
)

var kindNames = [...]string{"", "funding", "collection", "fees"}

// String is the name as printed in an account.
func (k Kind) String() string { return kindNames[k] }

// Account is a supervised account at the custodian. The adapter knows its number.
type Account struct {
	Kind      Kind
	Programme id.Programme
	Owner     id.Party // the funder of a funding account; 0 for the others
}

// String prints the account as in funding/prg_1-1-X/pty_1-4-Y; "" for the zero value.
func (a Account) String() string {
	if a == (Account{}) {
		return ""
	}
	text := a.Kind.String() + "/" + a.Programme.String()
	if a.Owner != 0 {
		text += "/" + a.Owner.String()
	}
	return text
}

// ParseAccount reads what String prints.
func ParseAccount(text string) (Account, error) {
	if text == "" {
		return Account{}, nil
	}
	kind, rest, _ := strings.Cut(text, "/")
	programme, owner, owned := strings.Cut(rest, "/")
	var a Account
	for k := Funding; k <= Fees; k++ {
		if k.String() == kind {
			a.Kind = k
		}
	}
	if a.Kind == 0 || owned != (a.Kind == Funding) {
		return Account{}, fmt.Errorf("%q is no supervised account", text)
	}
	var err error
	if a.Programme, err = id.Parse[id.Programme](programme); err == nil && owned {
		a.Owner, err = id.Parse[id.Party](owner)
	}
	if err != nil {
		return Account{}, fmt.Errorf("supervised account %q: %w", text, err)
	}
	return a, nil
}

// Destination is where money goes: an account at any bank, or for a sweep a supervised account.
type Destination struct {
	Details intake.BankDetails
	Address Address // of the holder; the zero value where none is known
	Own     Account
}

// Address is a structured postal address.
type Address struct {
	Street, PostCode, Town string
	Country                string // ISO 3166-1, two letters
}

// Instruction asks a bank to pay. Everything but RequestedDate is the same in every attempt.
type Instruction struct {
	Key           string // the printed payment: the only key under which the bank ever sees it
	Programme     id.Programme
	From          Account
	To            Destination
	Amount        money.Minor // above zero
	Fee           money.Minor // goes from the same account to the programme's fees account: with the payment, or not at all
	Currency      money.Currency
	RequestedDate calendar.Date
	Purpose       payment.Purpose
	Reference     string // remittance text for the payee
}

// Status is what a bank says of a payment.
type Status = outbox.Status

// The statuses of a payment.
const (
	Unknown  = outbox.Unknown // the bank does not know the key, or has not said what it did
	Pending  = outbox.Accepted
	Executed = outbox.Done
	Refused  = outbox.Refused
)

// Outcome is a bank's answer on a payment.
type Outcome struct {
	Status        Status
	BankReference string        // the bank's own, where it gave one
	Value         calendar.Date // for Executed
	Reason        string        // for Refused, in the bank's words
}

// Nature is whose booking a line is, as the bank says.
type Nature uint8

// The natures.
const (
	Ordinary Nature = iota // of whoever pays or is paid; also where the bank says nothing
	Charge                 // of the bank itself: charges, commission, their tax
)

// Line is one booking on a supervised account, as the bank's statement has it.
type Line struct {
	Reference    string // unique at the bank
	Account      Account
	Amount       money.Minor // above zero: came in; below: went out; a payment and its fee are one line
	Currency     money.Currency
	Value        calendar.Date
	Booking      calendar.Date
	Counterparty string // as the bank names it
	Other        string // number of its account; "" where the statement has none
	Text         string // remittance text
	Payment      string // key that was given with the money, ours or whatever a payer wrote; "" for none
	ReversalOf   string // reference of the line that this one takes back; "" for none
	Nature       Nature
	Charges      money.Minor // that banks kept from what the payer sent, where they say so; they are not in Amount
}
