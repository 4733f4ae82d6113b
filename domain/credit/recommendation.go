package credit

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// RecommendationState is where a recommendation stands.
type RecommendationState uint8

// The states of a recommendation.
const (
	RecommendationOpen      RecommendationState = 1 + iota
	RecommendationTaken                         // the funder's people have proposed the limit
	RecommendationDismissed                     // they have said why not
)

var recommendationStates = [...]string{"", "open", "taken", "dismissed"}

// String is the name used in API and console.
func (s RecommendationState) String() string { return recommendationStates[s] }

// LimitRecommendation is a limit of its own that the operator recommends to a funder. It bounds nothing: the funder's people propose the limit,
// and approve it, or dismiss it.
type LimitRecommendation struct {
	ID        id.Recommendation   `cbor:"1,keyasint"`
	Terms     LimitTerms          `cbor:"2,keyasint"`
	State     RecommendationState `cbor:"3,keyasint"`
	Reason    [32]byte            `cbor:"4,keyasint"` // of the operator, in the vault
	Maker     id.Actor            `cbor:"5,keyasint"`
	Limit     id.Limit            `cbor:"6,keyasint,omitempty"` // that was proposed on it
	Decider   id.Actor            `cbor:"7,keyasint,omitempty"` // of the funder
	Dismissal [32]byte            `cbor:"8,keyasint,omitzero"`  // why not, in the vault
	Date      calendar.Date       `cbor:"9,keyasint"`           // business date on which it was made
	Entry     uint64              `cbor:"10,keyasint"`
}

// LimitTerms are what is asked of a limit before it is one.
type LimitTerms struct {
	Key     LimitKey      `cbor:"1,keyasint"`
	Amount  money.Minor   `cbor:"2,keyasint"`
	Expires calendar.Date `cbor:"3,keyasint"` // last day of use

	Renewal    Renewal    `cbor:"4,keyasint,omitempty"`
	Commitment Commitment `cbor:"5,keyasint,omitempty"`
	Strictness Strictness `cbor:"6,keyasint,omitempty"`
	Insurance  Insurance  `cbor:"7,keyasint,omitzero"` // of an insurer's limit
}
