package funding

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// ReferralState is where a referral stands.
type ReferralState uint8

// The states of a referral. Their numbers are stored.
const (
	ReferralOpen     ReferralState = 1 + iota // nobody works on it
	ReferralTaken                             // somebody does
	ReferralApproved                          // it ended so
	ReferralDeclined
	ReferralLapsed // nobody decided in time: as good as declined
)

var referralStates = [...]string{"", "open", "taken", "approved", "declined", "lapsed"}

// String is the name used in API and console.
func (s ReferralState) String() string { return referralStates[s] }

// Ended tells whether nothing more is to be decided.
func (s ReferralState) Ended() bool { return s >= ReferralApproved }

// Advice is what somebody says who does not decide, or not alone. Says is 0 for a mere note, 1 to approve, 2 to decline.
type Advice struct {
	Actor id.Actor `cbor:"1,keyasint"`
	At    int64    `cbor:"2,keyasint"` // stamp: microseconds since the Unix epoch
	Says  uint8    `cbor:"3,keyasint,omitempty"`
	Text  [32]byte `cbor:"4,keyasint"` // in the vault
}

// AdvicesMax is how many notes and recommendations one referral holds.
const AdvicesMax = 64

// Referral is the case that one funder's people decide when a rule has referred a use of its money.
type Referral struct {
	ID        id.Referral   `cbor:"1,keyasint"`
	Financing id.Financing  `cbor:"2,keyasint"`
	Programme id.Programme  `cbor:"3,keyasint"`
	Funder    id.Party      `cbor:"4,keyasint"`
	Seller    id.Party      `cbor:"5,keyasint"`
	Buyer     id.Party      `cbor:"6,keyasint,omitempty"`
	Amount    money.Minor   `cbor:"7,keyasint"` // asked for, when it was referred
	State     ReferralState `cbor:"8,keyasint"`
	Rules     []string      `cbor:"9,keyasint"` // that referred it, in their order
	Seconded  bool          `cbor:"10,keyasint,omitempty"`
	Opened    calendar.Date `cbor:"11,keyasint"`
	OpenedAt  int64         `cbor:"12,keyasint"` // stamp
	Deadline  calendar.Date `cbor:"13,keyasint"` // last day on which it is decided in time
	Lapses    calendar.Date `cbor:"14,keyasint"` // last day on which it is decided at all
	Holder    id.Actor      `cbor:"15,keyasint,omitempty"`
	Advices   []Advice      `cbor:"16,keyasint,omitempty"` // of the funder's and the operator's people, in their order; never changed in place
	Decider   id.Actor      `cbor:"17,keyasint,omitempty"` // 0: nobody in time
	Reason    [32]byte      `cbor:"18,keyasint"`           // in the vault
	Ended     calendar.Date `cbor:"19,keyasint,omitempty"`
	Entry     uint64        `cbor:"20,keyasint"`
}

// Late tells whether it should have been decided before a day.
func (r *Referral) Late(today calendar.Date) bool { return !r.State.Ended() && r.Deadline < today }

// Alike says how alike a past case is to this one, in points: 30 for each rule that fired in both, at most 90; 40 for the same seller and
// buyer, else 20 for the same buyer or 20 for the same seller; 10 where neither amount is more than twice the other. The weights are our own: they
// put the same question about the same parties before the same question about others, and that before the same parties for another reason.
func (r *Referral) Alike(past *Referral) int {
	points := 0
	for _, rule := range r.Rules {
		for _, other := range past.Rules {
			if rule == other {
				points += 30
				break
			}
		}
	}
	points = min(points, 90)
	if points == 0 {
		return 0
	}
	switch seller, buyer := r.Seller == past.Seller, r.Buyer == past.Buyer; {
	case seller && buyer:
		points += 40
	case seller || buyer:
		points += 20
	}
	if r.Amount/2 <= past.Amount && past.Amount/2 <= r.Amount {
		points += 10
	}
	return points
}
