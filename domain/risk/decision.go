package risk

import (
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/rule"
)

// Purpose is what a decision was taken for.
type Purpose uint8

// The purposes. Their numbers are stored.
const (
	AtQuote        Purpose = 1 + iota // a price was asked for
	AtReferral                        // a person decided on what a rule had referred, or nobody did in time
	AtAcceptance                      // the seller took the quote: everything was asked again
	AtAuction                         // a receivable was put up for auction
	AtReview                          // credit review of a party
	AtEarlyPayment                    // a seller took what a buyer offers to pay early
)

var purposeNames = [...]string{"", "quote", "referral", "acceptance", "auction", "review", "early_payment"}

// String is the name used in API and console.
func (p Purpose) String() string {
	if int(p) < len(purposeNames) {
		return purposeNames[p]
	}
	return "unknown"
}

// MarshalText gives the name.
func (p Purpose) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// ParsePurpose reads a purpose's name; false for an unknown one.
func ParsePurpose(name string) (Purpose, bool) {
	for p := AtQuote; int(p) < len(purposeNames); p++ {
		if purposeNames[p] == name {
			return p, true
		}
	}
	return 0, false
}

// Decision is one decision of the rules with all that it rests on, so that it can be explained and taken again, bit for bit: facts, edition of
// the rules, and the versions of product, policy and models. It is written once and never changed.
//
// The event leaves out what its entry and its financing say; the row in the tables has all. Keys from 40 to 59 are for what only reviews of
// parties have.
type Decision struct {
	ID         id.Decision    `cbor:"1,keyasint"`
	Purpose    Purpose        `cbor:"2,keyasint"`
	Edition    Edition        `cbor:"3,keyasint,omitempty"`  // of the rules; 0 where none was asked
	At         int64          `cbor:"4,keyasint"`            // stamp: microseconds since the Unix epoch
	Actor      id.Actor       `cbor:"6,keyasint,omitempty"`  // on whose command; 0 for the node itself
	Verdict    rule.Verdict   `cbor:"7,keyasint,omitempty"`  // the worst of the outcomes
	Facts      Facts          `cbor:"8,keyasint,omitzero"`   // of a use of credit
	Outcomes   []rule.Outcome `cbor:"9,keyasint,omitempty"`  // those that did not pass
	Scored     []Scored       `cbor:"10,keyasint,omitempty"` // by the champion first, then by challengers in its shadow
	Policy     id.RiskPolicy  `cbor:"11,keyasint,omitempty"` // of the programme; 0 for the thresholds of the edition, and no clauses
	Programme  id.Programme   `cbor:"12,keyasint,omitempty"`
	Product    id.Product     `cbor:"13,keyasint,omitempty"` // the version whose clauses were asked
	Financing  id.Financing   `cbor:"14,keyasint,omitempty"`
	Receivable id.Receivable  `cbor:"15,keyasint,omitempty"`
	Holding    id.Holding     `cbor:"16,keyasint,omitempty"`
	Trade      id.Trade       `cbor:"17,keyasint,omitempty"` // before there is a receivable
	Seller     id.Party       `cbor:"18,keyasint,omitempty"`
	Buyer      id.Party       `cbor:"19,keyasint,omitempty"`
	Entry      uint64         `cbor:"20,keyasint,omitempty"`

	Party       id.Party       `cbor:"40,keyasint,omitempty"` // that was reviewed
	Application id.Application `cbor:"41,keyasint,omitempty"` // which has accounts, reports and the lines of the limit
	Named       []NamedFact    `cbor:"42,keyasint,omitempty"` // facts of the review, ascending by name
	Units       int64          `cbor:"43,keyasint,omitempty"` // of the score by which the review was graded, the expert scorecard's where no model is champion
	Probability money.Rate     `cbor:"44,keyasint,omitempty"` // of default within a year, that the score means
	Grade       uint8          `cbor:"45,keyasint,omitempty"` // by the master scale
	Scale       id.MasterScale `cbor:"46,keyasint,omitempty"` // 0 for the scale that ships with the program
	Funder      id.Party       `cbor:"47,keyasint,omitempty"` // whose review it is; 0 for the operator's recommendation

	Declined bool            `cbor:"220,keyasint,omitempty"` // a person has declined the referral, or nobody has decided in time, whatever the rules say
	Early    id.EarlyPayment `cbor:"221,keyasint,omitempty"` // of which the receivable is one
}

// NamedFact is a fact of a review by its name.
type NamedFact struct {
	Name     string `cbor:"1,keyasint"`
	Value    int64  `cbor:"2,keyasint"` // with Decimals decimals
	Decimals uint8  `cbor:"3,keyasint,omitempty"`
}

// Scored is what one model made of the facts that it asks for.
type Scored struct {
	Model  id.Model `cbor:"1,keyasint"`           // one version of it
	Facts  []int64  `cbor:"2,keyasint"`           // in the order in which the model names them, in its units
	Units  int64    `cbor:"3,keyasint"`           // the score
	Shadow bool     `cbor:"4,keyasint,omitempty"` // of a challenger: nothing was decided by it
}

// Score is that of the champion; false where no model was asked.
func (d *Decision) Score() (Scored, bool) {
	for _, s := range d.Scored {
		if !s.Shadow {
			return s, true
		}
	}
	return Scored{}, false
}
