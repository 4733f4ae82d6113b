package funding

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// LineState is where a line of credit stands.
type LineState uint8

// The states of a line.
const (
	LineProposed LineState = 1 + iota
	LineLive
	LineSuspended // what is out stays out; nothing new
	LineEnded     // likewise, for good
)

var lineStates = [...]string{"", "proposed", "live", "suspended", "ended"}

// String is the name used in API and console.
func (s LineState) String() string { return lineStates[s] }

// LineStage is one stage of a line and the programme whose product finances it.
type LineStage struct {
	Stage     Stage        `cbor:"1,keyasint"`
	Programme id.Programme `cbor:"2,keyasint"`
}

// LineStagesMax is the most stages of a line: each once.
const LineStagesMax = int(Billed)

// Line is one line of credit of a funder to a seller that follows the goods which it sells to an anchor, from order to
// cash. Goods that come to a later stage move their financing along: they are never counted twice.
type Line struct {
	ID       id.Line        `cbor:"1,keyasint"`
	Seller   id.Party       `cbor:"2,keyasint"`
	Anchor   id.Party       `cbor:"3,keyasint"`
	Funder   id.Party       `cbor:"4,keyasint"`
	Currency money.Currency `cbor:"5,keyasint"`
	Amount   money.Minor    `cbor:"6,keyasint"` // most that may be out or set aside, over all stages
	Stages   []LineStage    `cbor:"7,keyasint"` // in the order of the stages; never changed in place
	Expires  calendar.Date  `cbor:"8,keyasint"` // last day of new use
	State    LineState      `cbor:"9,keyasint"`
	Maker    id.Actor       `cbor:"10,keyasint"`
	Checker  id.Actor       `cbor:"11,keyasint,omitempty"`
	Mover    id.Actor       `cbor:"12,keyasint,omitempty"` // who has suspended, resumed or ended it last
	Entry    uint64         `cbor:"13,keyasint"`
}

// Finances tells whether a programme is the one of a stage.
func (l *Line) Finances(stage Stage, programme id.Programme) bool {
	for _, s := range l.Stages {
		if s.Stage == stage && s.Programme == programme {
			return true
		}
	}
	return false
}

// Conversion is what the proceeds of a financing repay of one that it replaces: goods have come to a later stage.
type Conversion struct {
	Financing id.Financing  `cbor:"1,keyasint"` // that is repaid
	Amount    money.Minor   `cbor:"2,keyasint"`
	Value     calendar.Date `cbor:"3,keyasint"`
}

// Converted is the part of the proceeds that repays what the financing replaces; the rest is paid to the seller.
func (f *Financing) Converted() money.Minor {
	sum := money.Minor(0)
	for i := range f.Conversions {
		sum = money.Add(sum, f.Conversions[i].Amount)
	}
	return sum
}

// Drawn is what the financing takes of its line: its exposure, without what it is about to repay of those before it.
func (f *Financing) Drawn() money.Minor { return money.Sub(f.Exposure(), f.Replaces) }
