package allocation

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"millrace/domain/id"
	"millrace/domain/money"
)

// Opening is what a bidder reveals of a sealed bid.
type Opening struct {
	Rate   money.Rate  `cbor:"1,keyasint"`
	Volume money.Minor `cbor:"2,keyasint"`
	Nonce  [32]byte    `cbor:"3,keyasint"`
}

// Statement is the text whose SHA-256 seals a bid, in ASCII with a line feed after each of its six lines:
//
//	millrace sealed-bid 1
//	auction: auc_1-7-…
//	bidder: pty_1-42-…
//	rate: 52500
//	volume: 1000000
//	nonce: 64 hexadecimal digits in lower case
//
// The rate is in parts per million a year, the volume in minor units. The nonce is 32 random bytes which the bidder draws anew
// for every bid and keeps to itself: without them somebody else could try all rates and volumes. Auction and bidder are in the text so
// that nobody can hand in another's commitment as its own.
func Statement(auction id.Auction, bidder id.Party, opening Opening) []byte {
	return fmt.Appendf(nil, "millrace sealed-bid 1\nauction: %s\nbidder: %s\nrate: %d\nvolume: %d\nnonce: %x\n",
		auction, bidder, int64(opening.Rate), int64(opening.Volume), opening.Nonce)
}

// Commitment is the SHA-256 of Statement.
func Commitment(auction id.Auction, bidder id.Party, opening Opening) [32]byte {
	return sha256.Sum256(Statement(auction, bidder, opening))
}

// Open gives the bid with what its bidder reveals, or the fault for which it stays sealed. The offer itself is not judged: a bid
// that is opened in time and breaks the auction's rules is there for everybody to see, and Invalid.
func (a *Auction) Open(bid Bid, opening Opening, at int64) (Bid, Fault) {
	switch {
	case at < a.Closes:
		return bid, OpenedTooEarly
	case at >= a.Reveals:
		return bid, OpenedTooLate
	case bid.Opened != 0:
		return bid, OpenedTwice
	case Commitment(a.ID, bid.Bidder, opening) != bid.Commitment:
		return bid, CommitmentDiffers
	}
	bid.Rate, bid.Volume, bid.Nonce, bid.Opened = opening.Rate, opening.Volume, opening.Nonce, at
	return bid, 0
}

// Digest is the SHA-256 over the commitments one after the other, ordered by sequence: the name of exactly this list of bids.
func Digest(bids []Bid) [32]byte {
	ordered := make([]*Bid, len(bids))
	for i := range bids {
		ordered[i] = &bids[i]
	}
	slices.SortFunc(ordered, compareCommitted)
	text := make([]byte, 0, len(bids)*sha256.Size)
	for i := range ordered {
		text = append(text, ordered[i].Commitment[:]...)
	}
	return sha256.Sum256(text)
}
