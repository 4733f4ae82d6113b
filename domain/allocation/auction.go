package allocation

import (
	"millrace/domain/id"
	"millrace/domain/money"
)

// BidsMax is the most bids of one auction.
const BidsMax = 10_000

// VolumeMax bounds the volume of an auction and of a bid, in minor units, so that no sum over all bids overflows.
const VolumeMax = money.Minor(1<<63-1) / BidsMax

// RateMax is the highest rate that can be bid: 1000 % a year.
const RateMax = 10 * money.RateOne

// Margin is how the bids at the clearing rate are filled when they are more than what is left.
type Margin uint8

// The margins. They are stored; a number is never used again.
const (
	MarginByTime  Margin = 1 + iota // the earlier bid first, the last one in part
	MarginProRata                   // shared among the bidders by what they bid at this rate, by largest remainder
	MarginWhole                     // no bid is filled in part: one that is larger than what is left is passed over, at every rate
)

var marginNames = [...]string{"", "by_time", "pro_rata", "whole"}

// String is the name used in API and console.
func (m Margin) String() string { return nameOf(marginNames[:], int(m)) }

// MarshalText gives the name.
func (m Margin) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// Disclosure is what a bidder sees of the others' bids when the auction is over.
type Disclosure uint8

// The disclosures. They are stored; a number is never used again.
const (
	DiscloseSealed Disclosure = 1 + iota // their commitments alone: no funder sees another's price
	DiscloseOpened                       // also what was opened, so that every bidder can work out the whole result
)

var disclosureNames = [...]string{"", "sealed", "opened"}

// String is the name used in API and console.
func (d Disclosure) String() string { return nameOf(disclosureNames[:], int(d)) }

// MarshalText gives the name.
func (d Disclosure) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Auction is a volume that a seller offers to funders, and the rules by which it is given away. Stamps are in microseconds
// since 1970.
type Auction struct {
	ID         id.Auction     `cbor:"1,keyasint"`
	Programme  id.Programme   `cbor:"2,keyasint"`
	Seller     id.Party       `cbor:"3,keyasint"`
	Volume     money.Minor    `cbor:"4,keyasint"`           // on offer; a multiple of Lot
	Lot        money.Minor    `cbor:"5,keyasint"`           // what is given away goes in multiples of it: 1 for a divisible volume, Volume for an indivisible one
	Least      money.Minor    `cbor:"6,keyasint,omitempty"` // if less than this could be given away, nothing is
	Reserve    money.Rate     `cbor:"7,keyasint"`           // the most that the seller pays a year
	Closes     int64          `cbor:"8,keyasint"`           // sealed bids are taken before this stamp
	Reveals    int64          `cbor:"9,keyasint"`           // and opened from Closes until before this one
	Currency   money.Currency `cbor:"10,keyasint"`
	Margin     Margin         `cbor:"11,keyasint"`
	Disclosure Disclosure     `cbor:"12,keyasint"`
	Entry      uint64         `cbor:"13,keyasint"`
}

// Bid is one funder's word in an auction: a commitment at first, and a rate and a volume once it is opened. A bidder may
// bid several times, each bid by itself. At and Sequence are those of the commitment: opening later costs no place.
type Bid struct {
	ID         id.Bid      `cbor:"1,keyasint"`
	Auction    id.Auction  `cbor:"2,keyasint"`
	Bidder     id.Party    `cbor:"3,keyasint"`
	Commitment [32]byte    `cbor:"4,keyasint"`           // SHA-256 of Statement
	Nonce      [32]byte    `cbor:"5,keyasint,omitzero"`  // the bidder's secret until it opens the bid
	Volume     money.Minor `cbor:"6,keyasint,omitempty"` // that the bidder takes at most, at its rate or above
	Rate       money.Rate  `cbor:"7,keyasint,omitempty"` // that it asks for at least, a year
	At         int64       `cbor:"8,keyasint"`           // stamp of the commitment
	Sequence   uint64      `cbor:"9,keyasint"`           // of the commitment; no two bids share one
	Opened     int64       `cbor:"10,keyasint,omitempty"`
	Entry      uint64      `cbor:"11,keyasint"`
}

// Reason is why a bid got what it got.
type Reason uint8

// The reasons. They are stored; a number is never used again.
const (
	Won           Reason = 1 + iota // filled as a whole
	WonInPart                       // at the clearing rate, where more was bid than was left
	AboveClearing                   // it asks for more than the clearing rate
	AboveReserve                    // it asks for more than the seller pays
	NoVolumeLeft                    // what stands before it left nothing, or with MarginWhole not enough
	LeastMissed                     // it would have won, but all together stay below the auction's least volume
	NotOpened                       // in time
	Invalid                         // not one that the auction's rules allow: Validate says why
)

var reasonNames = [...]string{"", "won", "won_in_part", "above_clearing", "above_reserve", "no_volume_left", "least_missed", "not_opened", "invalid"}

// String is the name used in API and console.
func (r Reason) String() string { return nameOf(reasonNames[:], int(r)) }

// MarshalText gives the name.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Award is what one bid got. Everybody pays, and is paid, the clearing rate of the result.
type Award struct {
	Bid    id.Bid      `cbor:"1,keyasint"`
	Bidder id.Party    `cbor:"2,keyasint"`
	Volume money.Minor `cbor:"3,keyasint,omitempty"` // awarded
	Before money.Minor `cbor:"4,keyasint,omitempty"` // awarded to the bids that stand before this one
	Reason Reason      `cbor:"5,keyasint"`
}

// Result is the outcome of an auction: an award for every bid, in the order in which the bids stand: by rate, time and sequence,
// then those above the reserve likewise, then those not opened, then the invalid ones.
type Result struct {
	Auction  id.Auction  `cbor:"1,keyasint"`
	Clearing money.Rate  `cbor:"2,keyasint,omitempty"` // the highest rate among the winning bids; meaningless where nothing was awarded
	Filled   money.Minor `cbor:"3,keyasint,omitempty"`
	Unfilled money.Minor `cbor:"4,keyasint,omitempty"`
	Bids     [32]byte    `cbor:"5,keyasint"` // Digest of the commitments: whoever checks a list of bids checks that it is this one
	Awards   []Award     `cbor:"6,keyasint"`
}

// Fault is what is wrong with an auction's rules, a bid or its opening; 0: nothing.
type Fault uint8

// The faults.
const (
	VolumeOutOfRange  Fault = 1 + iota // not above zero, beyond VolumeMax, or in a bid beyond the auction's volume
	LotOutOfRange                      // not above zero, or the auction's volume is not a multiple of it
	LeastOutOfRange                    // negative, or above the volume
	RateOutOfRange                     // negative or beyond RateMax
	TimesOutOfOrder                    // the opening must end after the bidding
	RuleMissing                        // margin or disclosure is none of those known
	NotInLots                          // the bid's volume is not a multiple of the auction's lot
	OpenedTooEarly                     // bids are still taken
	OpenedTooLate                      // the time of opening is over
	OpenedTwice                        // a bid is opened once
	CommitmentDiffers                  // the opening does not hash to what was committed to
)

var faultNames = [...]string{"", "volume_out_of_range", "lot_out_of_range", "least_out_of_range", "rate_out_of_range", "times_out_of_order", "rule_missing",
	"not_in_lots", "opened_too_early", "opened_too_late", "opened_twice", "commitment_differs"}

// String is the name used in codes of rejections.
func (f Fault) String() string { return nameOf(faultNames[:], int(f)) }

// Validate gives the first fault of the auction's rules.
func (a *Auction) Validate() Fault {
	switch {
	case a.Volume <= 0 || a.Volume > VolumeMax:
		return VolumeOutOfRange
	case a.Lot <= 0 || a.Volume%a.Lot != 0:
		return LotOutOfRange
	case a.Least < 0 || a.Least > a.Volume:
		return LeastOutOfRange
	case a.Reserve < 0 || a.Reserve > RateMax:
		return RateOutOfRange
	case a.Reveals <= a.Closes:
		return TimesOutOfOrder
	case a.Margin < MarginByTime || a.Margin > MarginWhole || a.Disclosure < DiscloseSealed || a.Disclosure > DiscloseOpened:
		return RuleMissing
	}
	return 0
}

// ValidateOffer gives the first fault of a rate and a volume under the auction's rules. A rate above the reserve is no fault: the
// bid is in order and does not win. Bidders ask this before they seal, as a sealed bid can't be mended.
func (a *Auction) ValidateOffer(rate money.Rate, volume money.Minor) Fault {
	switch {
	case volume <= 0 || volume > a.Volume:
		return VolumeOutOfRange
	case volume%a.Lot != 0:
		return NotInLots
	case rate < 0 || rate > RateMax:
		return RateOutOfRange
	}
	return 0
}

func nameOf(names []string, number int) string {
	if number < len(names) {
		return names[number]
	}
	return "unknown"
}
