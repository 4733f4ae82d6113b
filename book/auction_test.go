package book_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/lab/load"
)

const hour = int64(3600 * 1_000_000)

// fairground is a scene in whose world three funders bid.
type fairground struct {
	*scene
	market *load.Market
}

func (s *scene) fairground() *fairground {
	s.t.Helper()
	m, err := s.World.Market(s.submit, 3)
	if err != nil {
		s.t.Fatal(err)
	}
	return &fairground{s, m}
}

// putUp gives the command that opens an auction of the latest receivables, so many.
func (f *fairground) putUp(receivables int) *book.OpenAuction {
	f.t.Helper()
	c := &book.OpenAuction{
		Programme: f.market.Programme, Payee: f.scene.Accounts[0], Reserve: 60_000, Closes: f.node.at + hour, Reveals: f.node.at + 2*hour, Disclosure: allocation.DiscloseSealed,
	}
	for range receivables {
		f.live(5)
		c.Receivables = append(c.Receivables, f.receivable())
	}
	return c
}

// offered opens an auction and gives it.
func (f *fairground) offered(c *book.OpenAuction) book.Auction {
	f.t.Helper()
	f.give(f.scene.SellerActors[0], c)
	return f.auctioned()
}

// auctioned is the latest auction as it stands.
func (f *fairground) auctioned() book.Auction {
	number := latest[id.Auction](f.scene, "auction").Number()
	return book.Record(f.book, "auction", number).(book.Auction)
}

// bid places a sealed bid and gives what opens it.
func (f *fairground) bid(a *book.Auction, bidder int, rate money.Rate, volume money.Minor) *book.OpenBid {
	f.t.Helper()
	c, opening := f.market.Seal(a.Rules.ID, bidder, rate, volume, fmt.Sprint(f.node.at))
	f.give(f.market.BidderActors[bidder], c)
	return &book.OpenBid{Bid: latest[id.Bid](f.scene, "bid"), Rate: opening.Rate, Volume: opening.Volume, Nonce: opening.Nonce}
}

// close lets the time of bidding pass, and over the time of opening too.
func (f *fairground) close(a *book.Auction) { f.node.at = a.Rules.Closes }
func (f *fairground) over(a *book.Auction) {
	f.node.at = a.Rules.Reveals
	for next := f.book.Due(f.node.at); next != nil; next = f.book.Due(f.node.at) {
		f.give(0, next)
	}
}

// sold runs an auction of two receivables to its end: the second funder wins at 4.2 %.
func (f *fairground) sold() book.Auction {
	f.t.Helper()
	a := f.offered(f.putUp(2))
	openings := []*book.OpenBid{f.bid(&a, 0, 45_000, a.Rules.Volume), f.bid(&a, 1, 42_000, a.Rules.Volume), f.bid(&a, 2, 41_000, a.Rules.Volume)}
	f.close(&a)
	f.give(f.market.BidderActors[0], openings[0])
	f.give(f.market.BidderActors[1], openings[1])
	f.over(&a)
	return f.auctioned()
}

// The lowest rate that was opened wins the whole lot; the seller accepts its quotes as it would any other, and the money is the winner's.
func TestAnAuctionFromOfferToDisbursement(t *testing.T) {
	f := newScene(t).fairground()
	a := f.sold()
	if a.State != book.AuctionSold || a.Winner != f.market.Bidders[1] || a.Result.Clearing != 42_000 || a.Result.Filled != a.Rules.Volume {
		t.Fatalf("%+v", a)
	}
	var reasons []string
	for _, award := range a.Result.Awards {
		reasons = append(reasons, award.Reason.String())
	}
	if diff := gocmp.Diff([]string{"won", "above_clearing", "not_opened"}, reasons); diff != "" {
		t.Fatal(diff)
	}
	for _, item := range a.Items {
		quoted := f.financed(item.Financing)
		if quoted.State != funding.Quoted || quoted.Funder != f.market.Bidders[1] || quoted.Rate != 42_000 || quoted.Receivable != item.Receivable || quoted.Amount != item.Amount {
			t.Fatalf("%+v", quoted)
		}
		f.give(f.scene.SellerActors[0], &book.AcceptQuote{Financing: item.Financing})
		f.give(f.Maker, &book.Disburse{Financing: item.Financing})
		f.give(f.Bank, &book.RecordOutcome{Payment: f.payment(), State: 4, Value: f.scene.Today})
		quoted = f.financed(item.Financing)
		f.stands(map[ledger.Key]money.Minor{{Entity: f.market.Bidders[0], Programme: f.market.Programme, Counterparty: f.scene.Anchor, Code: ledger.PurchasedReceivables}: 0})
		if quoted.State != funding.Outstanding {
			t.Fatalf("%+v", quoted)
		}
	}
}

// Whatever each bidder may see says the same, and checks out.
func TestEveryBidderCanCheckTheResult(t *testing.T) {
	f := newScene(t).fairground()
	a := f.sold()
	var bids []allocation.Bid
	for number := uint64(1); number <= book.Counts(f.book)["bid"]; number++ {
		bids = append(bids, book.Record(f.book, "bid", number).(allocation.Bid))
	}
	if err := allocation.Verify(&a.Rules, bids, &a.Result); err != nil {
		t.Fatal(err)
	}
	for _, bidder := range f.market.Bidders {
		view := allocation.ViewFor(bidder, &a.Rules, bids, &a.Result)
		if err := view.Check(); err != nil {
			t.Errorf("%s: %v", bidder, err)
		}
	}
}

// An auction that nobody wins is unfilled; that is on record as an event, with every bid.
func TestAnAuctionWithoutAWinner(t *testing.T) {
	for name, rate := range map[string]money.Rate{"above the reserve": 60_001, "against the rules": -1} {
		t.Run(name, func(t *testing.T) {
			f := newScene(t).fairground()
			a := f.offered(f.putUp(1))
			opening := f.bid(&a, 0, rate, a.Rules.Volume)
			f.close(&a)
			f.give(f.market.BidderActors[0], opening)
			f.give(f.Maker, &book.AwardAuction{Auction: a.Rules.ID})
			if got := f.auctioned(); got.State != book.AuctionUnfilled || len(got.Result.Awards) != 1 || got.Result.Unfilled != a.Rules.Volume {
				t.Fatalf("%+v", got)
			}
			f.give(f.scene.SellerActors[0], f.putUpAgain(&a))
			f.stands(nil)
		})
	}
}

// putUpAgain offers what was on offer once more.
func (f *fairground) putUpAgain(a *book.Auction) *book.OpenAuction {
	c := &book.OpenAuction{Programme: f.market.Programme, Payee: a.Payee, Lot: a.Rules.Volume, Reserve: 70_000, Closes: f.node.at + hour, Reveals: f.node.at + 2*hour, Disclosure: allocation.DiscloseOpened}
	for _, item := range a.Items {
		c.Receivables = append(c.Receivables, item.Receivable)
	}
	return c
}

// What is financed elsewhere in the meantime drops out by name; the rest is quoted. A winner that can't pay leaves the auction void.
func TestWhatHappensBetweenOpeningAndAward(t *testing.T) {
	f := newScene(t).fairground()
	a := f.offered(f.putUp(2))
	opening := f.bid(&a, 1, 42_000, a.Rules.Volume)
	f.close(&a)
	f.give(f.market.BidderActors[1], opening)
	f.give(f.scene.SellerActors[0], f.quote())
	f.give(f.scene.SellerActors[0], &book.AcceptQuote{Financing: f.financing()})
	f.over(&a)
	got := f.auctioned()
	if got.State != book.AuctionSold || got.Items[1].Refusal != "already_financed" || got.Items[1].Financing != 0 || got.Items[0].Financing == 0 {
		t.Fatalf("%+v", got)
	}
	f.stands(nil)

	other := f.offered(f.putUp(1))
	opening = f.bid(&other, 1, 42_000, other.Rules.Volume)
	f.close(&other)
	f.give(f.market.BidderActors[1], opening)
	f.limit(credit.LimitKey{Kind: credit.FunderLimit, Programme: f.market.Programme, Party: f.market.Bidders[1]}, 1, 300)
	f.over(&other)
	if got := f.auctioned(); got.State != book.AuctionVoid || got.Items[0].Refusal != "limit_exceeded" || got.Winner != f.market.Bidders[1] {
		t.Fatalf("%+v", got)
	}
	f.stands(nil)
}

// A bid above one's own limits or money can't be opened, and is then out.
func TestABidBindsOnlyWithinLimitsAndMoney(t *testing.T) {
	f := newScene(t).fairground()
	a := f.offered(f.putUp(1))
	opening := f.bid(&a, 1, 42_000, a.Rules.Volume)
	f.close(&a)
	f.limit(credit.LimitKey{Kind: credit.FunderLimit, Programme: f.market.Programme, Party: f.market.Bidders[1]}, a.Rules.Volume-1, 300)
	f.refused("limit_exceeded", f.market.BidderActors[1], opening)
	f.limit(credit.LimitKey{Kind: credit.FunderLimit, Programme: f.market.Programme, Party: f.market.Bidders[1]}, a.Rules.Volume, 300)
	f.give(f.market.BidderActors[1], opening)
	f.over(&a)
	if got := f.auctioned(); got.State != book.AuctionSold {
		t.Fatalf("%+v", got)
	}
}

// For any bids, opened or not, in any order of opening: the book's result is the solver's on what was opened, no quote goes to anybody but
// the winner, and a book that is loaded from its rows goes on alike.
func TestAuctionsProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := newScene(t).fairground()
		a := f.offered(f.putUp(rapid.IntRange(1, 2).Draw(r, "receivables")))
		var openings []*book.OpenBid
		var by []int
		for range rapid.IntRange(0, 6).Draw(r, "bids") {
			bidder := rapid.IntRange(0, 2).Draw(r, "bidder")
			volume := a.Rules.Volume - money.Minor(rapid.IntRange(0, 3).Draw(r, "off")/3)
			openings = append(openings, f.bid(&a, bidder, money.Rate(rapid.IntRange(39_000, 62_000).Draw(r, "rate")/1000*1000), volume))
			by = append(by, bidder)
		}
		if rapid.Bool().Draw(r, "restarts") {
			f.node.book = f.reloaded()
		}
		f.close(&a)
		for _, i := range rapid.Permutation(indices(len(openings))).Draw(r, "order") {
			if rapid.Bool().Draw(r, "opens") {
				f.give(f.market.BidderActors[by[i]], openings[i])
			}
		}
		f.over(&a)
		got := f.auctioned()
		quotes := book.Counts(f.book)["financing"]
		for number := uint64(1); number <= quotes; number++ {
			if made := f.financed(id.Make[id.Financing](1, number)); made.Funder != got.Winner || made.Rate != got.Result.Clearing {
				r.Fatalf("%+v", made)
			}
		}
		if (got.State == book.AuctionSold) != (quotes == uint64(len(got.Items))) || got.State == book.AuctionOpen {
			r.Fatalf("%+v with %d quotes", got, quotes)
		}
		if breaches := book.Check(f.book); len(breaches) > 0 {
			r.Fatal(breaches)
		}
	})
}

// reloaded is the book as it comes back from its rows.
func (n *node) reloaded() *book.Book {
	n.t.Helper()
	return n.loaded(n.rows())
}

// rows are those of all that has changed since they were last asked for, in the order in which they are loaded.
func (n *node) rows() []stored {
	described := n.book.Tables()
	var rows []stored
	n.book.Drain(func(r book.Row) {
		rows = append(rows, stored{r.Table, r.Number, described[r.Table].Encode(nil, r.Record)})
	})
	slices.SortFunc(rows, func(a, b stored) int { return cmp.Or(cmp.Compare(a.table, b.table), cmp.Compare(a.number, b.number)) })
	return rows
}

// loaded is the book of the node made anew from all its rows.
func (n *node) loaded(rows []stored) *book.Book {
	n.t.Helper()
	fresh := book.New(1)
	for _, r := range rows {
		if err := fresh.Load(r.table, r.number, r.record); err != nil {
			n.t.Fatal(err)
		}
	}
	if err := fresh.Loaded(book.Header{Sequence: n.book.Sequence(), At: n.book.At()}); err != nil {
		n.t.Fatal(err)
	}
	if fresh.Digest() != n.book.Digest() {
		n.t.Fatal("another book comes back from the tables")
	}
	return fresh
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// The largest lot with the most bids is awarded within a slice of 5 ms.
func BenchmarkAwardOfTheLargestLot(b *testing.B) {
	f := newScene(b).fairground()
	a := f.offered(f.putUp(book.AuctionReceivablesMax))
	var openings []*book.OpenBid
	for i := range 3 * book.AuctionBidsMax {
		openings = append(openings, f.bid(&a, i%3, money.Rate(40_000+i), a.Rules.Volume))
	}
	f.close(&a)
	for i, c := range openings {
		f.give(f.market.BidderActors[i%3], c)
	}
	h := book.Header{Sequence: f.book.Sequence() + 1, At: a.Rules.Reveals}
	for b.Loop() {
		if events, rejection := f.book.Decide(&h, &book.SettleAuctions{}); rejection != nil || len(events) != 1+book.AuctionReceivablesMax {
			b.Fatal(len(events), rejection)
		}
	}
}

// fixedRate is a market's programme whose product says the rate.
func (f *fairground) fixedRate() id.Programme {
	return f.programme(filed(f.t, "  rate: funder\n", "  rate: 5 %\n"), funding.Funder{Party: f.market.Bidders[1], Priority: 2, Rate: 50_000})
}

func init() { refusals = append(refusals, auctionRefusals...) }

// auctioning is a refusal that comes about at a fair.
func auctioning(bring func(f *fairground) (id.Actor, book.Command)) func(s *scene) (id.Actor, book.Command) {
	return func(s *scene) (id.Actor, book.Command) { return bring(s.fairground()) }
}

// putUpBut opens an auction of one receivable with one thing about it that is wrong.
func putUpBut(change func(f *fairground, c *book.OpenAuction)) func(s *scene) (id.Actor, book.Command) {
	return auctioning(func(f *fairground) (id.Actor, book.Command) {
		c := f.putUp(1)
		change(f, c)
		return f.scene.SellerActors[0], c
	})
}

var auctionRefusals = []refusal{
	{"auction_closed", "The auction takes no more bids.", "Bid in time in another one.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		f.close(&a)
		c, _ := f.market.Seal(a.Rules.ID, 1, 42_000, a.Rules.Volume, "late")
		return f.market.BidderActors[1], c
	})},
	{"auction_divisible", "The auction would share a receivable out among several funders: there is one financing per evidence.", "Put it up as a whole, or finance parts of a certificate's holding.", putUpBut(func(f *fairground, c *book.OpenAuction) { c.Lot = 100_00 })},
	{"auction_lot", "No receivable is named, one is named twice, or more than one auction holds.", "Correct the list.", putUpBut(func(f *fairground, c *book.OpenAuction) { c.Receivables = append(c.Receivables, c.Receivables[0]) })},
	{"auction_rate_fixed", "The product says the rate, so that there is nothing to bid.", "Ask for a quote.", putUpBut(func(f *fairground, c *book.OpenAuction) { c.Programme = f.fixedRate() })},
	{"auction_refused", "A rule refuses the receivable: no funder may be offered it.", "The sentence names the rule; see the quote that it refuses.", putUpBut(func(f *fairground, c *book.OpenAuction) {
		f.live(5, func(l *load.Life) { l.Due = f.scene.Today.AddDays(200) })
		c.Receivables = []id.Receivable{f.receivable()}
	})},
	{"auction_running", "The receivable is on offer in another auction.", "Wait for its end.", putUpBut(func(f *fairground, c *book.OpenAuction) { f.give(f.scene.SellerActors[0], c) })},
	{"auction_single_funder", "The programme has one funder, who has nobody to bid against.", "Ask for a quote.", putUpBut(func(f *fairground, c *book.OpenAuction) { c.Programme = f.Payables })},
	{"auction_state", "The auction is over.", "Look at what came of it.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.sold()
		return f.scene.SellerActors[0], &book.AwardAuction{Auction: a.Rules.ID}
	})},
	{"auction_taking_bids", "The auction takes bids until its stamp.", "Wait for it.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		return f.Maker, &book.AwardAuction{Auction: a.Rules.ID}
	})},
	{"auction_times", "Bids are taken for a time and then opened for a time, all within 31 days.", "Correct the stamps.", putUpBut(func(f *fairground, c *book.OpenAuction) { c.Reveals = c.Closes })},
	{"auction_unknown", "There is no such auction.", "Look up its identity.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		return f.market.BidderActors[1], &book.PlaceBid{Auction: beyond[id.Auction](f.scene, "auction"), Commitment: load32("sealed")}
	})},
	{"bid_opened_early", "Bids are still taken: nobody may see another's before.", "Open it when the auction has closed.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		return f.market.BidderActors[1], f.bid(&a, 1, 42_000, a.Rules.Volume)
	})},
	{"bid_opened_late", "The time of opening is over: the bid is out.", "Nothing: open the next one in time.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		opening := f.bid(&a, 1, 42_000, a.Rules.Volume)
		f.node.at = a.Rules.Reveals
		return f.market.BidderActors[1], opening
	})},
	{"bid_opened_twice", "The bid is open.", "Nothing: it stands.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		opening := f.bid(&a, 1, 42_000, a.Rules.Volume)
		f.close(&a)
		f.give(f.market.BidderActors[1], opening)
		return f.market.BidderActors[1], opening
	})},
	{"bid_repeated", "The same commitment was handed in already.", "Draw a new nonce for every bid.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		c, _ := f.market.Seal(a.Rules.ID, 1, 42_000, a.Rules.Volume, "sealed")
		f.give(f.market.BidderActors[1], c)
		return f.market.BidderActors[2], c
	})},
	{"bid_unknown", "There is no such bid.", "Look up its identity.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		return f.market.BidderActors[1], &book.OpenBid{Bid: beyond[id.Bid](f.scene, "bid")}
	})},
	{"bids_sealed", "Not every bid is open, and there is time left to open it.", "Wait until all are open, or for the last stamp.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		f.bid(&a, 1, 42_000, a.Rules.Volume)
		f.close(&a)
		return f.scene.SellerActors[0], &book.AwardAuction{Auction: a.Rules.ID}
	})},
	{"bids_too_many", "A funder has handed in as many bids as it may in one auction.", "Open one of them.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		for range book.AuctionBidsMax {
			f.bid(&a, 1, 42_000, a.Rules.Volume)
		}
		c, _ := f.market.Seal(a.Rules.ID, 1, 42_000, a.Rules.Volume, "one more")
		return f.market.BidderActors[1], c
	})},
	{"commitment_differs", "What is shown does not hash to what was sealed.", "Show rate, volume and nonce exactly as they were sealed.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		opening := f.bid(&a, 1, 42_000, a.Rules.Volume)
		f.close(&a)
		opening.Rate--
		return f.market.BidderActors[1], opening
	})},
	{"commitment_missing", "The hash of the sealed bid is missing.", "Send it.", auctioning(func(f *fairground) (id.Actor, book.Command) {
		a := f.offered(f.putUp(1))
		return f.market.BidderActors[1], &book.PlaceBid{Auction: a.Rules.ID}
	})},
	{"disclosure_invalid", "An auction says what its bidders see of the others' bids: sealed or opened.", "Say which.", putUpBut(func(f *fairground, c *book.OpenAuction) { c.Disclosure = 0 })},
}

// Only the funders of the programme bid, only the bidder opens, and only the seller or the operator puts up and awards.
func TestAuctionsAreEveryonesOwn(t *testing.T) {
	f := newScene(t).fairground()
	outsider, actor := f.funder()
	a := f.offered(f.putUp(1))
	f.refused("other_party", actor, &book.PlaceBid{Auction: a.Rules.ID, Commitment: load32(outsider.String())})
	opening := f.bid(&a, 1, 42_000, a.Rules.Volume)
	f.close(&a)
	f.refused("other_party", f.market.BidderActors[2], opening)
	f.refused("other_party", f.scene.SellerActors[1], &book.AwardAuction{Auction: a.Rules.ID})
	f.over(&a)
	again := f.putUpAgain(&a)
	f.refused("other_party", f.scene.SellerActors[1], again)
	again.Reserve = 0
	f.refused("rate_invalid", f.scene.SellerActors[0], again)
	if product.PayablesFinance(0).Form == product.Full {
		t.Fatal("the market's product would need a rate of the funder")
	}
}

// auctionsHeld adds to a book an auction that was sold and one that takes bids.
func auctionsHeld(n *node, w *load.World, lives uint64) {
	f := (&scene{node: n, World: w, lives: lives}).fairground()
	f.sold()
	a := f.offered(f.putUp(1))
	f.bid(&a, 1, 42_000, a.Rules.Volume)
	a = f.offered(f.putUp(1))
	f.give(f.scene.SellerActors[0], &book.WithdrawAuction{Auction: a.Rules.ID, Reason: load32("changed our mind")})
}
