package inventory

import (
	"math/bits"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// CallState is where a margin call stands.
type CallState uint8

// The states of a call. A lapsed call stays lapsed until the goods are sold or the ratio is back at the target.
const (
	CallOpen CallState = 1 + iota
	CallCured
	CallLapsed // the days to cure went by: the lender may sell
)

// String is the name used in API and console.
func (s CallState) String() string { return [...]string{"", "open", "cured", "lapsed"}[s] }

// MarshalText gives the name.
func (s CallState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Call is a margin call: what brings a loan against goods back to its target, and by when. TopUp and Repay are
// alternatives; each alone suffices.
type Call struct {
	ID        id.MarginCall `cbor:"1,keyasint"`
	Financing id.Financing  `cbor:"2,keyasint"`
	State     CallState     `cbor:"3,keyasint"`
	Made      calendar.Date `cbor:"4,keyasint"`
	CureBy    calendar.Date `cbor:"5,keyasint"` // last day to cure; a later fall does not move it
	Assessed  calendar.Date `cbor:"6,keyasint"` // day of the figures below
	Exposure  money.Minor   `cbor:"7,keyasint"`
	Value     money.Minor   `cbor:"8,keyasint"`
	Ratio     money.Rate    `cbor:"9,keyasint"`  // rounded up
	TopUp     money.Minor   `cbor:"10,keyasint"` // value, after haircuts, of further goods that would do
	Repay     money.Minor   `cbor:"11,keyasint"` // payment that would do
	Entry     uint64        `cbor:"12,keyasint"`
}

// Action is what an assessment asks for.
type Action uint8

// The actions.
const (
	NoAction    Action = iota
	MakeCall           // above the trigger
	RestateCall        // the call stays open with other figures
	CloseCall          // cured
	LapseCall          // the days to cure are over
	SellAtOnce         // above the ratio of sale
	AwaitSale          // lapsed before, and still above the target
)

// String is the name used in API and console.
func (a Action) String() string {
	return [...]string{"none", "make_call", "restate_call", "close_call", "lapse_call", "sell_at_once", "await_sale"}[a]
}

// Assess says what a loan's exposure against the value of its goods asks for on a day, and gives the call as it then
// stands. The call is the last one of the financing, the zero value for none. A call is made above the trigger, and cured
// at the target, not merely below the trigger; CureBy is a day to cure still.
func (t *Terms) Assess(exposure, value money.Minor, on calendar.Date, call Call) (Action, Call) {
	pending := call.State == CallOpen || call.State == CallLapsed
	if !pending && !exceeds(exposure, value, t.RatioTrigger) {
		return NoAction, call
	}
	made := !pending
	if made {
		call = Call{Financing: call.Financing, State: CallOpen, Made: on, CureBy: on.AddDays(int(t.CureDays))}
	}
	before := call
	call.Assessed, call.Exposure, call.Value, call.Ratio = on, exposure, value, Ratio(exposure, value)
	call.TopUp, call.Repay = t.TopUp(exposure, value), t.Repay(exposure, value)
	switch {
	case call.Repay == 0:
		call.State = CallCured
		return CloseCall, call
	case before.State == CallLapsed:
		return AwaitSale, call
	case t.RatioSale > 0 && exceeds(exposure, value, t.RatioSale):
		call.State = CallLapsed
		return SellAtOnce, call
	case on > call.CureBy:
		call.State = CallLapsed
		return LapseCall, call
	case made:
		return MakeCall, call
	case before.Exposure == exposure && before.Value == value:
		return NoAction, before
	}
	return RestateCall, call
}

// TopUp is the least further value that brings the ratio to the target: exposure / target rounded up, less the value; not
// below 0.
func (t *Terms) TopUp(exposure, value money.Minor) money.Minor {
	return max(0, money.Sub(needed(exposure, t.RatioTarget), value))
}

// Repay is the least payment that brings the ratio to the target: exposure less value * target rounded down; not below 0.
func (t *Terms) Repay(exposure, value money.Minor) money.Minor {
	return max(0, money.Sub(max(0, exposure), allowed(value, t.RatioTarget)))
}

// Drawable is what may still be drawn with the ratio at most at the target.
func (t *Terms) Drawable(exposure, value money.Minor) money.Minor {
	return max(0, money.Sub(allowed(value, t.RatioTarget), max(0, exposure)))
}

// mulDivDown is value * share / one, rounded down, capped at the largest amount.
func mulDivDown(value, share uint64) uint64 {
	high, low := bits.Mul64(value, share)
	if high >= uint64(money.RateOne) {
		return 1<<63 - 1
	}
	quotient, _ := bits.Div64(high, low, uint64(money.RateOne))
	return min(quotient, 1<<63-1)
}
