// Package statement reads what banks say happened on an account: camt.052, camt.053 and camt.054 of ISO 20022 in any version, and
// MT940 and MT942 of SWIFT. camt.go and mt940.go read the two kinds into the same Statement, read.go tells them apart.
//
// Nothing is guessed: an amount is exact in the minor unit of its currency or refused, a balance is held against the entries and the
// answer kept, and texts stay as the bank wrote them. What they mean is for whoever matches them.
//
// Sources: ISO 20022 message definitions for bank-to-customer cash management; SWIFT Standards MT Category 9; the German banks'
// Anlage 3 of the DFÜ agreement for the subfields of field 86.
package statement

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// File is what one file holds.
type File struct {
	Format     string // "camt.053.001.08", "mt940", "mt942"
	Message    string // the sender's identification of the file; "" where it gives none
	Statements []Statement
}

// Statement is one account over some time.
type Statement struct {
	ID       string // the bank's identification
	Number   string // in the series of the account: legal or electronic number, as written; "" where it has none
	Page     string // of the statement of that number; "" where it has none
	Account  string // IBAN without blanks, or the bank's own number
	Bank     string // BIC of the servicer; "" where it is not named
	Currency money.Currency
	From, To calendar.Date // of the time reported; 0 where it is not told
	Opening  *Balance      // booked; nil where it is not told
	Closing  *Balance      // booked, likewise
	Entries  []Entry
}

// Balance is what is booked on an account at the end of a day, or between two pages.
type Balance struct {
	Amount   money.Minor // below zero: owed to the bank
	Currency money.Currency
	Date     calendar.Date // 0 where it is not told
	Interim  bool          // between two pages, or within the day
}

// State is how far an entry has come.
type State uint8

// The states.
const (
	Booked      State = 1 + iota
	Pending           // expected
	Information       // neither booked nor expected
)

var stateNames = [...]string{"", "booked", "pending", "information"}

// String is the name used in output.
func (s State) String() string { return stateNames[s] }

// MarshalText gives the name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Entry is one booking.
type Entry struct {
	Reference    string      // the bank's; "" where it gives none
	Customer     string      // the account owner's reference; "" or "NOTPROVIDED" where it gave none
	Amount       money.Minor // above zero: came in
	Currency     money.Currency
	Booking      calendar.Date // 0 where it is not told
	Value        calendar.Date // likewise
	State        State
	Reversal     bool   // takes an earlier booking back
	Code         string // the bank's transaction code: "PMNT/RCDT/ESCT", "NTRF", "166"
	Text         string // what the bank says of it beyond the details
	Transactions []Transaction
}

// Transaction is one payment within a booking.
type Transaction struct {
	Amount       money.Minor // as the entry's; 0 where it is not told apart
	Currency     money.Currency
	EndToEnd     string // given by the payer; "" or "NOTPROVIDED" for none
	Instruction  string // of whoever instructed the bank
	PaymentGroup string // payment information of the instruction
	Bank         string // the bank's reference
	Mandate      string
	UETR         string // unique end-to-end transaction reference
	Debtor       Counterparty
	Creditor     Counterparty
	Remittance   []string    // free text, as written, line by line
	References   []Reference // structured
	Charges      money.Minor // that the bank kept from the amount, or added to it: the sum of those in the amount's currency
	Return       string      // code of the reason for which it came back; "" for none
}

// Counterparty is who paid, or was paid.
type Counterparty struct {
	Name    string
	Account string // IBAN without blanks, or another number
	Bank    string // BIC
}

// Reference is what a payment is for, in a form.
type Reference struct {
	Kind   string // "SCOR" for a creditor reference (ISO 11649), "QRR", "CINV" for an invoice, "CREN" for a credit note, …
	Number string
	Amount money.Minor // 0 where it is not told
}

// Proof is whether the entries lead from the opening to the closing balance.
type Proof uint8

// The proofs.
const (
	Untold     Proof = 1 + iota // one of the balances is not told
	Balanced                    //
	Unbalanced                  // they lead elsewhere
)

// Prove holds the booked entries against the balances.
func (s *Statement) Prove() Proof {
	if s.Opening == nil || s.Closing == nil {
		return Untold
	}
	if s.Opening.Currency != s.Closing.Currency {
		return Unbalanced
	}
	sum := s.Opening.Amount
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.State != Booked {
			continue
		}
		if e.Currency != s.Opening.Currency {
			return Unbalanced
		}
		if sum += e.Amount; sum > money.MinorMax || sum < -money.MinorMax {
			return Unbalanced
		}
	}
	if sum == s.Closing.Amount {
		return Balanced
	}
	return Unbalanced
}
