// Package payee asks banks whether an account is whose it is said to be: about the holder's name (verification of payee), and by a small
// amount with a code that the holder tells back. A clerk finds in the book which accounts wait for an answer; an adapter speaks with the
// banks; package sandbox is such an adapter in this process, and fails on demand.
package payee

import (
	"context"
	"fmt"
	"io"
	"time"

	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payee"
	"millrace/edge/intake"
)

// Adapter speaks with banks, or with a scheme to which they belong. Its methods are called from one goroutine at a time, and should end
// with ctx. After an error nobody knows whether it was done; the same is asked again later.
type Adapter interface {
	// Ask asks the bank that keeps an account about its holder's name. It changes nothing.
	Ask(ctx context.Context, q Question) (Answer, error)

	// Deposit sends a small amount out of the operator's own account. What is sent under one key is sent once, however often it is asked for.
	Deposit(ctx context.Context, key string, d Deposit) error
}

// Question is what a bank is asked.
type Question struct {
	Name     string // of the party, as it is registered
	Country  string // of the party, ISO 3166-1 alpha-2; "" where unknown
	Account  intake.BankDetails
	Currency money.Currency
}

// Answer is what a bank says: its own result, or the holder's name, or both. With neither it is not possible to say.
type Answer struct {
	Result    party.NameResult // 0 where the bank leaves the comparison to who asks
	Holder    string           // "" where the bank doesn't tell
	Reference string           // the bank's own name for its answer
}

// Deposit is what is sent.
type Deposit struct {
	Account  intake.BankDetails
	Amount   money.Minor
	Currency money.Currency
	Text     string // of the payment: the code stands in it
}

// results are those of the scorer as the book keeps them.
var results = map[payee.Verdict]party.NameResult{
	payee.Match: party.NameMatch, payee.CloseMatch: party.NameClose, payee.NoMatch: party.NameNoMatch, payee.NotPossible: party.NameNotPossible,
}

// severity orders results: of a bank's own and of the scorer's the more careful one counts.
var severity = map[party.NameResult]int{party.NameMatch: 1, party.NameNotPossible: 2, party.NameClose: 3, party.NameNoMatch: 4}

// Judge weighs an answer: the bank's own result, and the score of the name that it tells, whichever is more careful.
func Judge(q Question, a Answer) (party.NameResult, int32) {
	if a.Holder == "" {
		switch a.Result {
		case party.NameMatch:
			return a.Result, payee.ScoreMax
		case 0:
			return party.NameNotPossible, 0
		}
		return a.Result, 0
	}
	scored := payee.Compare(q.Name, a.Holder)
	own := results[scored.Verdict]
	switch {
	case a.Result == 0:
		return own, scored.Score
	case own == party.NameNotPossible: // the scorer can't tell: the bank's word alone
		return a.Result, scored.Score
	case severity[a.Result] > severity[own]:
		return a.Result, scored.Score
	}
	return own, scored.Score
}

const (
	codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ" // 32, without what is read for another
	codeLength  = 8
	amountMost  = 99 // minor units
)

// Draw makes the amount (1 to 99 minor units) and the code (8 letters and digits) of a micro-deposit from a source of randomness.
func Draw(random io.Reader) (intake.MicroDeposit, error) {
	var drawn [codeLength + 1]byte
	for {
		if _, err := io.ReadFull(random, drawn[:]); err != nil {
			return intake.MicroDeposit{}, fmt.Errorf("payee: %w", err)
		}
		if drawn[codeLength] < 2*amountMost { // else the lower amounts would come more often
			break
		}
	}
	d := intake.MicroDeposit{Amount: money.Minor(1 + drawn[codeLength]%amountMost)}
	code := make([]byte, codeLength)
	for i := range code {
		code[i] = codeLetters[drawn[i]%byte(len(codeLetters))]
	}
	d.Code = string(code)
	return d, nil
}

// Waits between questions about one account.
const (
	waitFirst = time.Minute
	waitMost  = 12 * time.Hour
)
