package screening

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
)

// Cause is what has opened a case.
type Cause uint8

// The causes.
const (
	ByPerson Cause = 1 + iota // of compliance
	ByAlert                   // an alert that was taken for true
	ByRule                    // of risk control
)

// Causes are the names used in API and console.
var Causes = [...]string{"", "person", "alert", "rule"}

// String is the name used in API and console.
func (c Cause) String() string { return nameOf(Causes[:], int(c)) }

// Outcome is what comes of a case.
type Outcome uint8

// The outcomes.
const (
	NoAction      Outcome = 1 + iota
	Reported              // to the authority, under its reference
	RelationEnded         // business with the party ends
)

// Outcomes are the names used in API and console.
var Outcomes = [...]string{"", "no_action", "reported", "relation_ended"}

// String is the name used in API and console.
func (o Outcome) String() string { return nameOf(Outcomes[:], int(o)) }

// CaseState is where a case stands.
type CaseState uint8

// The states of a case.
const (
	CaseOpen CaseState = 1 + iota
	CaseProposed
	CaseClosed
)

// CaseStates are the names used in API and console.
var CaseStates = [...]string{"", "open", "proposed", "closed"}

// String is the name used in API and console.
func (s CaseState) String() string { return nameOf(CaseStates[:], int(s)) }

// CaseFact is something that was found out.
type CaseFact struct {
	Text  [32]byte      `cbor:"1,keyasint"` // in the vault
	Actor id.Actor      `cbor:"2,keyasint"`
	Date  calendar.Date `cbor:"3,keyasint"`
}

// FactsMax bounds the facts of a case.
const FactsMax = 256

// Case is a suspicion of money laundering or of the financing of terrorism that is looked into. Only compliance may know that there is one:
// Directive (EU) 2015/849, Article 39; 31 U.S.C. 5318(g)(2).
type Case struct {
	ID        id.Case           `cbor:"1,keyasint"`
	Party     id.Party          `cbor:"2,keyasint"`
	Cause     Cause             `cbor:"3,keyasint"`
	Alert     id.ScreeningAlert `cbor:"4,keyasint,omitempty"`
	Facts     []CaseFact        `cbor:"5,keyasint,omitempty"` // never changed in place
	Due       calendar.Date     `cbor:"6,keyasint"`           // last day for a decision
	State     CaseState         `cbor:"7,keyasint"`
	Outcome   Outcome           `cbor:"8,keyasint,omitempty"` // proposed, or decided
	Reference [32]byte          `cbor:"9,keyasint,omitzero"`  // of the report, in the vault
	Reason    [32]byte          `cbor:"10,keyasint,omitzero"` // in the vault
	Opener    id.Actor          `cbor:"11,keyasint,omitempty"`
	Maker     id.Actor          `cbor:"12,keyasint,omitempty"` // of the outcome
	Checker   id.Actor          `cbor:"13,keyasint,omitempty"`
	Opened    calendar.Date     `cbor:"14,keyasint"`
	Closed    calendar.Date     `cbor:"15,keyasint,omitempty"`
	Entry     uint64            `cbor:"16,keyasint"`
	Finding   Finding           `cbor:"220,keyasint,omitempty"` // of a case that a rule has opened
	Decision  id.Decision       `cbor:"221,keyasint,omitempty"` // that has it
}

// Overdue tells whether a decision is late.
func (c *Case) Overdue(today calendar.Date) bool { return c.State != CaseClosed && c.Due < today }

// CaseDaysDefault is how many days a case that opens by itself gives for a decision.
const CaseDaysDefault = 10
