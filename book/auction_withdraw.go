package book

import (
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &WithdrawAuction{} })
	registerEvent(func() fact { return &AuctionCalledOff{} })
	permitted[commandWithdrawAuction] = party.Operator | party.Seller
}

// WithdrawAuction ends an auction before anybody has learned a bid. Who has opened it says why.
type WithdrawAuction struct {
	Auction id.Auction `cbor:"1,keyasint"`
	Reason  [32]byte   `cbor:"2,keyasint"` // in the vault
}

// Kind names the stored form.
func (*WithdrawAuction) Kind() uint16 { return commandWithdrawAuction }

func (c *WithdrawAuction) decide(d *draft) *Rejection {
	a, rejection := d.auction(c.Auction)
	if rejection != nil {
		return rejection
	}
	if d.actors.at(a.Maker.Number()).Party != d.by() {
		return reject("other_party", "auction", "who has opened auction %s withdraws it", c.Auction)
	}
	for _, number := range d.bidsOf[c.Auction] {
		if d.bids.at(number.Number()).Opened != 0 {
			return reject("bids_open", "auction", "a bid is open: its bidder is bound, and so is who put the lot up")
		}
	}
	if c.Reason == [32]byte{} {
		return reject("reason_missing", "reason", "say why")
	}
	d.emit(&AuctionCalledOff{Auction: c.Auction, Reason: c.Reason, At: d.header.At})
	return nil
}

// AuctionCalledOff says that a lot is no longer on offer. Its bids stay sealed.
type AuctionCalledOff struct {
	Auction id.Auction `cbor:"1,keyasint"`
	Reason  [32]byte   `cbor:"2,keyasint"`
	At      int64      `cbor:"3,keyasint"` // stamp
}

// Kind names the stored form.
func (*AuctionCalledOff) Kind() uint16 { return eventAuctionWithdrawn }

func (e *AuctionCalledOff) fold(b *Book) {
	a := b.auctions.at(e.Auction.Number())
	a.State, a.Reason, a.Ended = AuctionWithdrawn, e.Reason, e.At
	for i := range a.Items {
		delete(b.auctionOf, a.Items[i].Receivable)
	}
	b.onOffer(a, 0)
	b.touched(tableAuction, e.Auction.Number(), &a.Rules.Entry)
}
