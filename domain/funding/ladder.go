package funding

import (
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// LadderState is where a maturity ladder stands.
type LadderState uint8

// The states of a ladder.
const (
	LadderProposed LadderState = 1 + iota
	LadderLive
	LadderDeclined
	LadderReplaced // by a later one
)

var ladderStates = [...]string{"", "proposed", "live", "declined", "replaced"}

// String is the name used in API and console.
func (s LadderState) String() string { return ladderStates[s] }

// Tranche is a part of a funder's money and the last day on which it stays.
type Tranche struct {
	Amount money.Minor   `cbor:"1,keyasint"` // above zero, in the programme's currency
	Until  calendar.Date `cbor:"2,keyasint"` // 0: it has no end
}

// TranchesMax is the most tranches of a ladder.
const TranchesMax = 60

// TenorGapDaysMost is the most days that a programme may let the tenor of assets go beyond that of their funding.
const TenorGapDaysMost = 3660

// Ladder is until when each part of a funder's money in a programme stays. Without a live one, or with one that has no tranches,
// the tenor of what it finances is not tied.
type Ladder struct {
	ID        id.Ladder    `cbor:"1,keyasint"`
	Programme id.Programme `cbor:"2,keyasint"`
	Funder    id.Party     `cbor:"3,keyasint"`
	Tranches  []Tranche    `cbor:"4,keyasint"` // by ascending end, each end once, that without an end last; never changed in place
	State     LadderState  `cbor:"5,keyasint"`
	Maker     id.Actor     `cbor:"6,keyasint"`
	Checker   id.Actor     `cbor:"7,keyasint,omitempty"` // who has decided
	Entry     uint64       `cbor:"8,keyasint"`
}

// Maturity is what of a funder's assets in a programme is due on one day.
type Maturity struct {
	Due    calendar.Date
	Amount money.Minor
}

// Room is the most that can still be lent until a day beside the given assets, which come by ascending due date: after no date,
// with the gap allowed beyond it, may more be due than what of the funding stays after that date. Below zero the tie is broken already.
// A ladder without tranches ties nothing.
func Room(tranches []Tranche, assets []Maturity, gapDays int, due calendar.Date) money.Minor {
	room := money.MinorMax
	if len(tranches) == 0 {
		return room
	}
	funding, lent := money.Minor(0), money.Minor(0)
	next := len(assets) // assets from here on are counted in lent
	for i := len(tranches) - 1; i >= 0; i-- {
		if end := tranches[i].Until; end != 0 {
			end = end.AddDays(gapDays)
			for next > 0 && assets[next-1].Due > end {
				next--
				lent = money.Add(lent, assets[next].Amount)
			}
			if due > end {
				room = min(room, money.Sub(funding, lent))
			}
		}
		funding = money.Add(funding, tranches[i].Amount)
	}
	for next > 0 { // after a date before all ends everything counts
		next--
		lent = money.Add(lent, assets[next].Amount)
	}
	return min(room, money.Sub(funding, lent))
}

// Gap is a date after which more is due than stays, and how much more.
type Gap struct {
	After  calendar.Date // the end of a tranche; 0 where all of the assets are more than all of the funding
	Amount money.Minor
}

// Gaps lists where assets, by ascending due date, outlast their funding by more than the days allowed; none where they are tied.
func Gaps(tranches []Tranche, assets []Maturity, gapDays int) []Gap {
	if len(tranches) == 0 {
		return nil
	}
	var gaps []Gap
	check := func(after calendar.Date) {
		funding, lent := money.Minor(0), money.Minor(0)
		for _, t := range tranches {
			if t.Until == 0 || t.Until > after {
				funding = money.Add(funding, t.Amount)
			}
		}
		for _, m := range assets {
			if after == 0 || m.Due > after.AddDays(gapDays) {
				lent = money.Add(lent, m.Amount)
			}
		}
		if lent > funding {
			gaps = append(gaps, Gap{after, money.Sub(lent, funding)})
		}
	}
	check(0)
	for _, t := range tranches {
		if t.Until != 0 {
			check(t.Until)
		}
	}
	return gaps
}
