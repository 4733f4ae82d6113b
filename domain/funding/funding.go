// Package funding holds programmes, in which funders finance receivables round an anchor, and financings: from quote to
// close.
package funding

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/rule"
)

// Funder is a funder's part in a programme.
type Funder struct {
	Party    id.Party   `cbor:"1,keyasint" json:"party"`
	Priority uint8      `cbor:"2,keyasint" json:"priority"` // asked in this order, 1 first
	Rate     money.Rate `cbor:"3,keyasint" json:"rate"`     // a year

	Commitment money.Minor `cbor:"80,keyasint,omitempty" json:"commitment,omitempty"` // its weight where funders share pro rata
}

// State is where a programme stands.
type State uint8

// The states of a programme.
const (
	Proposed State = 1 + iota
	Live
)

// String is the name used in API and console.
func (s State) String() string { return [...]string{"", "proposed", "live"}[s] }

// Programme is a product round an anchor.
type Programme struct {
	ID           id.Programme    `cbor:"1,keyasint"`
	Product      id.Product      `cbor:"2,keyasint"`
	Anchor       id.Party        `cbor:"3,keyasint"` // the buyer of every receivable in it
	Operator     id.Party        `cbor:"4,keyasint"`
	Custodian    id.Party        `cbor:"5,keyasint"`
	Currency     money.Currency  `cbor:"6,keyasint"`
	Calendar     calendar.Code   `cbor:"7,keyasint"`
	Funders      []Funder        `cbor:"8,keyasint"`
	ReferAbove   money.Minor     `cbor:"9,keyasint"`  // a larger amount is looked at by a person
	ApproveAbove money.Minor     `cbor:"10,keyasint"` // a larger payment waits for a second person
	Share        money.Rate      `cbor:"11,keyasint"` // most of the programme's use that one seller may have; above, a person looks
	State        State           `cbor:"12,keyasint"`
	Stopped      bool            `cbor:"13,keyasint"` // no payment leaves: a bank took money back that had been passed on
	Maker        id.Actor        `cbor:"14,keyasint"`
	Checker      id.Actor        `cbor:"15,keyasint"`
	Entry        uint64          `cbor:"16,keyasint"`
	TiersMax     uint8           `cbor:"30,keyasint,omitempty"` // through how many hands a certificate may go; 0: none are issued
	Law          uint8           `cbor:"31,keyasint,omitempty"` // of its certificates: the values of certificate.Law
	Tolerances   Tolerances      `cbor:"17,keyasint,omitzero"`  // discrepancies that don't stand against a financing
	Duplicates   DuplicatePolicy `cbor:"18,keyasint,omitzero"`  // what is done with what may have been seen before

	Severities rule.Policy `cbor:"35,keyasint,omitempty"` // of rules of EN 16931, other than their own

	VerifiedInvoices bool `cbor:"40,keyasint,omitempty"` // only invoices that a tax bureau has said are valid

	Sharing Sharing `cbor:"80,keyasint,omitempty"` // among its funders
	Dropped Dropped `cbor:"81,keyasint,omitempty"` // what becomes of the share of a funder that takes no part
}

// FinancingState is where a financing stands.
type FinancingState uint8

// The life of a financing.
const (
	Referred    FinancingState = 1 + iota // waits for a person
	Declined                              // by a rule or a person
	Quoted                                // priced; the seller may accept until it expires
	Lapsed                                // the quote was not accepted in time
	Accepted                              // money and limits are set aside, the evidence is claimed
	Disbursing                            // the payment is on its way
	Outstanding                           // paid out
	Overdue                               // past its due date
	InRecourse                            // the seller has been called
	ClosedState                           // repaid
	Cancelled                             // the payment was refused or came back; nothing is owed
)

var financingStates = [...]string{"", "referred", "declined", "quoted", "lapsed", "accepted", "disbursing", "outstanding", "overdue", "in_recourse", "closed", "cancelled"}

// String is the name used in API and console.
func (s FinancingState) String() string { return financingStates[s] }

// MarshalText gives the name.
func (s FinancingState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Claims tells whether a financing in this state holds the one claim on its evidence.
func (s FinancingState) Claims() bool {
	switch s {
	case Accepted, Disbursing, Outstanding, Overdue, InRecourse:
		return true
	}
	return false
}

// PaidOut tells whether money is out in this state.
func (s FinancingState) PaidOut() bool { return s == Outstanding || s == Overdue || s == InRecourse }

// Financing is one financing of one receivable by one funder. Amounts are in minor units of its currency.
type Financing struct {
	ID           id.Financing   `cbor:"1,keyasint"`
	Receivable   id.Receivable  `cbor:"2,keyasint"`
	Programme    id.Programme   `cbor:"3,keyasint"`
	Product      id.Product     `cbor:"4,keyasint"`
	Funder       id.Party       `cbor:"5,keyasint"`
	Seller       id.Party       `cbor:"6,keyasint"`
	Buyer        id.Party       `cbor:"7,keyasint"`
	Payee        id.BankAccount `cbor:"8,keyasint"` // the seller's verified account
	Hold         id.Hold        `cbor:"9,keyasint"`
	Payment      id.Payment     `cbor:"10,keyasint"`
	Amount       money.Minor    `cbor:"11,keyasint"` // of the receivable that is financed
	Principal    money.Minor    `cbor:"12,keyasint"`
	Discount     money.Minor    `cbor:"13,keyasint"`
	Fee          money.Minor    `cbor:"14,keyasint"`
	Net          money.Minor    `cbor:"15,keyasint"`
	Repaid       money.Minor    `cbor:"16,keyasint"` // of the principal
	Earned       money.Minor    `cbor:"17,keyasint"` // of the discount
	InterestDue  money.Minor    `cbor:"18,keyasint"` // accrued when it was last reckoned, and not paid
	LateDue      money.Minor    `cbor:"19,keyasint"`
	InterestPaid money.Minor    `cbor:"20,keyasint"`
	LatePaid     money.Minor    `cbor:"21,keyasint"`
	ValidUntil   int64          `cbor:"22,keyasint"` // stamp until which the quote stands
	Rate         money.Rate     `cbor:"23,keyasint"`
	Maker        id.Actor       `cbor:"24,keyasint"` // who asked for the quote
	Checker      id.Actor       `cbor:"25,keyasint"` // who decided the referral
	Outcomes     []rule.Outcome `cbor:"26,keyasint"` // what the rules said, those that did not pass
	Entry        uint64         `cbor:"27,keyasint"`
	Due          calendar.Date  `cbor:"28,keyasint"`
	Value        calendar.Date  `cbor:"29,keyasint"` // of the disbursement
	InterestFrom calendar.Date  `cbor:"30,keyasint"` // up to which interest has been reckoned
	Currency     money.Currency `cbor:"31,keyasint"`
	State        FinancingState `cbor:"32,keyasint"`
	Holding      id.Holding     `cbor:"33,keyasint,omitempty"` // of a certificate, which is financed instead of the receivable itself
	Fixing       id.Fixing      `cbor:"60,keyasint,omitempty"` // of the base rate in Rate; 0 where it has none
	Uncovered    money.Minor    `cbor:"40,keyasint,omitempty"` // of the principal: what disputes and credit notes have taken from what covers it
	LastFact     uint64         `cbor:"41,keyasint,omitempty"` // number of the newest of its dated facts; 0 for none besides the disbursement
	TakenRepaid  money.Minor    `cbor:"42,keyasint,omitempty"` // of Repaid, before the financing was taken over
	TakenEarned  money.Minor    `cbor:"43,keyasint,omitempty"` // of Earned, likewise
	Entered      calendar.Date  `cbor:"44,keyasint,omitempty"` // business date on which the disbursement was recorded, or the financing was taken over

	Placement   id.Placement   `cbor:"80,keyasint,omitempty"` // of which this is one funder's part; 0 for a financing by one funder
	Instruction id.Instruction `cbor:"81,keyasint,omitempty"` // of the seller, under which it was quoted and accepted
}

// Exposure is the principal that is still out or set aside.
func (f *Financing) Exposure() money.Minor { return money.Sub(f.Principal, f.Repaid) }

// Claim is the least that a collection must bring for the financing to close on what has been reckoned so far.
func (f *Financing) Claim() money.Minor {
	return money.Add(f.Exposure(), money.Add(f.InterestDue, f.LateDue))
}
