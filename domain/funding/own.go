package funding

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/rule"
)

// PolicyState is where a funder's policy stands.
type PolicyState uint8

// The states of a policy.
const (
	PolicyProposed PolicyState = 1 + iota
	PolicyLive
	PolicyDeclined
	PolicyReplaced // by a later one
)

// PolicyStateNames are the names used in API and console, by state.
var PolicyStateNames = [...]string{"", "proposed", "live", "declined", "replaced"}

// String is the name used in API and console.
func (s PolicyState) String() string { return PolicyStateNames[s] }

// Policy is what a funder lends its money on, besides what product and programme ask for: its own, seen by nobody else.
type Policy struct {
	ID        id.FunderPolicy `cbor:"1,keyasint"`
	Funder    id.Party        `cbor:"2,keyasint"`
	Programme id.Programme    `cbor:"3,keyasint,omitempty"` // 0: wherever its money is lent
	Clauses   []rule.Clause   `cbor:"4,keyasint,omitempty"` // none: nothing more is asked for; never changed in place
	State     PolicyState     `cbor:"5,keyasint"`
	Maker     id.Actor        `cbor:"6,keyasint"`
	Checker   id.Actor        `cbor:"7,keyasint,omitempty"` // who has decided
	Entry     uint64          `cbor:"8,keyasint"`
}

// AuthorityTerms are what a funder signs when it lets its money be lent, and bids be made, without its people.
type AuthorityTerms struct {
	Funder       id.Party       `cbor:"1,keyasint"`
	Programmes   []id.Programme `cbor:"2,keyasint"` // never changed in place
	Currency     money.Currency `cbor:"3,keyasint"`
	AmountMost   money.Minor    `cbor:"4,keyasint"` // principal of one use
	TotalMost    money.Minor    `cbor:"5,keyasint"` // accepted under it in all, what was cancelled not counted
	GradeMost    uint8          `cbor:"6,keyasint"` // worst grade of who owes, 1 (best) to 10
	TenorDaysMax int32          `cbor:"7,keyasint"` // from the business date of the quote to the due date
	Until        calendar.Date  `cbor:"8,keyasint"` // last business date
}

// AuthorityProgrammesMax is the most programmes that an authority names.
const AuthorityProgrammesMax = 16

// AuthorityState is where an authority stands.
type AuthorityState uint8

// The states of an authority.
const (
	AuthorityLive AuthorityState = 1 + iota
	AuthorityRevoked
)

// AuthorityStateNames are the names used in API and console, by state.
var AuthorityStateNames = [...]string{"", "live", "revoked"}

// String is the name used in API and console.
func (s AuthorityState) String() string { return AuthorityStateNames[s] }

// Authority is a funder's standing authority, signed under its mandates for the whole amount.
type Authority struct {
	ID       id.Authority    `cbor:"1,keyasint"`
	Terms    AuthorityTerms  `cbor:"2,keyasint"`
	Funder   id.Party        `cbor:"3,keyasint"`
	Keys     []id.SigningKey `cbor:"4,keyasint"` // that have signed; never changed in place
	State    AuthorityState  `cbor:"5,keyasint"`
	Financed money.Minor     `cbor:"6,keyasint"` // principal accepted under it, what was cancelled not counted
	Maker    id.Actor        `cbor:"7,keyasint"`
	Entry    uint64          `cbor:"8,keyasint"`
}

// Asked is a use of a funder's money that is held against its authority.
type Asked struct {
	Principal money.Minor
	Grade     uint8 // of who owes; 0: there is none
	TenorDays int32
	Currency  money.Currency
	Today     calendar.Date
}

// Lack is what keeps a use from being covered by an authority.
type Lack uint8

// The lacks, in the order in which they are looked for.
const (
	Covered Lack = iota
	LackEnded
	LackCurrency
	LackAmount
	LackTotal
	LackGrade
	LackTenor
)

var lacks = [...]string{"covered", "ended", "currency", "amount", "total", "grade", "tenor"}

// String is the name used in outcomes.
func (l Lack) String() string { return lacks[l] }

// Covers holds a use against the authority; Covered where nothing lacks. A grade that is not known is not covered.
func (a *Authority) Covers(u Asked) Lack {
	t := &a.Terms
	switch {
	case a.State != AuthorityLive || u.Today > t.Until:
		return LackEnded
	case u.Currency != t.Currency:
		return LackCurrency
	case u.Principal > t.AmountMost:
		return LackAmount
	case u.Principal > money.Sub(t.TotalMost, a.Financed):
		return LackTotal
	case u.Grade == 0 || u.Grade > t.GradeMost:
		return LackGrade
	case u.TenorDays > t.TenorDaysMax:
		return LackTenor
	}
	return Covered
}
