// Package verification asks the tax bureau whether an electronic invoice exists as it was read.
//
// The answer is evidence of what the bureau said at one time: an invoice can be reversed the day after. Who asks decides what
// follows from it. That the bureau could not be asked is no answer, and an error.
package verification

import (
	"context"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Verifier asks about one invoice. Errors are *Unavailable, where asking again can help, and *Refused, where it can't; a context's
// end comes as *Unavailable that wraps it. Client is the one for bureaus over HTTP.
type Verifier interface {
	Verify(ctx context.Context, query Query) (Answer, error)
}

// Query is what the bureau compares, as read from the invoice.
type Query struct {
	Number     string        // 20 digits
	Issued     calendar.Date // in the bureau's zone
	Total      money.Minor   // with tax, in fen; negative for a red invoice
	SellerCode string        // unified social credit code; "" when the invoice gives none
	BuyerCode  string
}

// Status is what the bureau says of an invoice.
type Status string

// The answers of a bureau.
const (
	StatusValid   Status = "valid"   // issued as asked, and in force
	StatusVoid    Status = "void"    // cancelled
	StatusRed     Status = "red"     // reversed by a red invoice, in whole or in part
	StatusUnknown Status = "unknown" // no such number
	StatusDiffers Status = "differs" // the number exists with another day, total or party
)

// Known tells whether s is one of the above.
func (s Status) Known() bool {
	switch s {
	case StatusValid, StatusVoid, StatusRed, StatusUnknown, StatusDiffers:
		return true
	}
	return false
}

// Answer is what the bureau said.
type Answer struct {
	Status    Status
	At        time.Time // by the bureau's clock
	Reference string    // the bureau's own name for this check; "" when it gives none
}

// Unavailable says that the bureau gave no answer this time: it could not be reached, took too long, was busy or broken.
type Unavailable struct {
	Reason string
	Err    error // the cause; nil when the bureau itself said so
}

// Error prints "the tax bureau gave no answer: …".
func (u *Unavailable) Error() string { return "the tax bureau gave no answer: " + u.Reason }

// Unwrap gives the cause.
func (u *Unavailable) Unwrap() error { return u.Err }

// Refused says that the bureau, or its answer, is not to be relied on until a person has looked: the key is not accepted, the query is
// malformed, or the answer is about something else than was asked.
type Refused struct{ Reason string }

// Error prints "the tax bureau's answer can't be used: …".
func (r *Refused) Error() string { return "the tax bureau's answer can't be used: " + r.Reason }
