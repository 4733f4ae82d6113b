package view

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
)

// Period is all business dates up to one, after those of the period before. Its books are closed, or to be closed.
type Period struct {
	ID      string `json:"id"`
	Until   string `json:"until" doc:"last business date"`
	State   string `json:"state" enum:"waiting,closed,declined"`
	Balance string `json:"balance_sha256" doc:"of the trial balance of that evening"`
	Maker   *Ref   `json:"maker,omitempty"`
	Checker *Ref   `json:"checker,omitempty"`
	Entry   uint64 `json:"entry"`
}

var periods = source[book.Period]{table: "period", state: "state", scope: shares(share{roles: anyRole, sql: "state = 'closed'"})}

// Period gives a period that the caller sees, else ErrNotFound.
func (v *View) Period(c access.Caller, of id.Period) (Period, error) {
	return one(v, &periods, c, of.Number(), (*showing).showPeriod)
}

// Periods lists the periods that the caller sees: every one those that are closed.
func (v *View) Periods(c access.Caller, q Query) (Page[Period], error) {
	return many(v, &periods, c, q, (*showing).showPeriod)
}

func (s *showing) showPeriod(r *book.Period) Period {
	shown := Period{ID: r.ID.String(), Until: day(r.Until), State: r.State.String(), Balance: hex.EncodeToString(r.Balance[:]), Entry: r.Entry}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	return shown
}

// everything is who sees all books: the digest of a trial balance is over those of every entity.
var everything = access.Caller{Role: party.Operator}

// BalanceDigest is the SHA-256 of the trial balance of all entities on the evening of a business date, over a line each: identity of
// the entity, number in the chart, currency, debits less credits in minor units, apart by spaces, ended by a line feed.
func (v *View) BalanceDigest(until calendar.Date) ([32]byte, error) {
	balance, err := v.TrialBalance(everything, 0, until)
	if err != nil {
		return [32]byte{}, err
	}
	hash := sha256.New()
	for _, line := range balance.Lines {
		fmt.Fprintf(hash, "%s %d %s %d\n", line.Entity.ID, line.Number, line.Debit.Currency, line.Debit.Minor-line.Credit.Minor)
	}
	return [32]byte(hash.Sum(nil)), nil
}
