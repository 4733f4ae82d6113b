package allocation

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/id"
	"millrace/domain/money"
)

const closes, reveals = 1_000, 2_000

func party(number uint64) id.Party { return id.Make[id.Party](1, number) }

// sealed makes a bid that was committed to at a time and has been opened.
func sealed(auction *Auction, number uint64, bidder id.Party, rate money.Rate, volume money.Minor, at int64) Bid {
	opening := Opening{Rate: rate, Volume: volume}
	binary.BigEndian.PutUint64(opening.Nonce[:], number)
	bid := Bid{ID: id.Make[id.Bid](1, number), Auction: auction.ID, Bidder: bidder, At: at, Sequence: number,
		Commitment: Commitment(auction.ID, bidder, opening)}
	bid, fault := auction.Open(bid, opening, closes)
	if fault != 0 {
		panic(fault.String())
	}
	return bid
}

func anAuction(volume, lot, least money.Minor, reserve money.Rate, margin Margin) Auction {
	return Auction{ID: id.Make[id.Auction](1, 1), Seller: party(99), Volume: volume, Lot: lot, Least: least, Reserve: reserve,
		Closes: closes, Reveals: reveals, Margin: margin, Disclosure: DiscloseOpened}
}

func drawAuction(t *rapid.T, margins ...Margin) Auction {
	lot := money.Minor(rapid.SampledFrom([]int64{1, 1, 10}).Draw(t, "lot"))
	volume := lot * money.Minor(rapid.Int64Range(1, 60).Draw(t, "lots"))
	least := money.Minor(0)
	if rapid.Bool().Draw(t, "with a least volume") {
		least = money.Minor(rapid.Int64Range(0, int64(volume)).Draw(t, "least"))
	}
	return anAuction(volume, lot, least, money.Rate(rapid.Int64Range(3, 9).Draw(t, "reserve")), rapid.SampledFrom(margins).Draw(t, "margin"))
}

func drawBids(t *rapid.T, a *Auction) []Bid {
	var bids []Bid
	for i := range rapid.IntRange(0, 14).Draw(t, "bids") {
		bid := sealed(a, uint64(i+1), party(rapid.Uint64Range(1, 5).Draw(t, "bidder")), money.Rate(rapid.Int64Range(0, 10).Draw(t, "rate")),
			a.Lot*money.Minor(rapid.Int64Range(1, max(1, int64(a.Volume/a.Lot)/2)).Draw(t, "volume")), rapid.Int64Range(1, 3).Draw(t, "at"))
		switch rapid.IntRange(0, 19).Draw(t, "kind") {
		case 0:
			bid = Bid{ID: bid.ID, Auction: bid.Auction, Bidder: bid.Bidder, Commitment: bid.Commitment, At: bid.At, Sequence: bid.Sequence}
		case 1:
			bid = sealed(a, bid.Sequence, bid.Bidder, -1, bid.Volume, bid.At)
		case 2:
			bid = sealed(a, bid.Sequence, bid.Bidder, bid.Rate, a.Volume+a.Lot, bid.At)
		}
		bids = append(bids, bid)
	}
	return bids
}

var margins = []Margin{MarginByTime, MarginProRata, MarginWhole}

// oracle gives each bid its volume by asking for every bid again who stands before it, without sorting anything.
func oracle(a *Auction, bids []Bid) (awarded []money.Minor, clearing money.Rate) {
	n := len(bids)
	awarded = make([]money.Minor, n)
	in := func(b *Bid) bool {
		return b.Opened != 0 && b.Rate >= 0 && b.Rate <= a.Reserve && b.Volume > 0 && b.Volume <= a.Volume && b.Volume%a.Lot == 0
	}
	before := func(x, y *Bid) bool {
		return x.Rate < y.Rate || x.Rate == y.Rate && (x.At < y.At || x.At == y.At && x.Sequence < y.Sequence)
	}
	done := make([]bool, n)
	left := a.Volume
	for range n {
		next := -1
		for i := range bids {
			if !done[i] && in(&bids[i]) && (next < 0 || before(&bids[i], &bids[next])) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		if done[next] = true; a.Margin != MarginWhole || bids[next].Volume <= left {
			awarded[next] = min(left, bids[next].Volume)
			left -= awarded[next]
		}
	}
	if a.Margin == MarginProRata {
		oracleMargin(a, bids, in, before, awarded)
	}
	total := money.Minor(0)
	for i := range bids {
		if awarded[i] > 0 {
			clearing = max(clearing, bids[i].Rate)
		}
		total += awarded[i]
	}
	if total < a.Least {
		return make([]money.Minor, n), 0
	}
	return awarded, clearing
}

// oracleMargin takes what was filled by time at the highest rate and gives it out anew, lot by lot, always to the bidder that has
// the most still to come after whole lots; a bidder's lots go to its earliest bid with room.
func oracleMargin(a *Auction, bids []Bid, in func(*Bid) bool, before func(x, y *Bid) bool, awarded []money.Minor) {
	rate := money.Rate(-1)
	for i := range bids {
		if awarded[i] > 0 {
			rate = max(rate, bids[i].Rate)
		}
	}
	room, offered := int64(0), int64(0)
	bid := map[id.Party]int64{}
	first := map[id.Party]*Bid{}
	for i := range bids {
		if b := &bids[i]; in(b) && b.Rate == rate {
			room, offered = room+int64(awarded[i]/a.Lot), offered+int64(b.Volume/a.Lot)
			awarded[i] = 0
			bid[b.Bidder] += int64(b.Volume / a.Lot)
			if first[b.Bidder] == nil || before(b, first[b.Bidder]) {
				first[b.Bidder] = b
			}
		}
	}
	if offered == 0 {
		return
	}
	got := map[id.Party]int64{}
	for p := range bid {
		got[p] = room * bid[p] / offered
	}
	given := int64(0)
	for _, lots := range got {
		given += lots
	}
	for ; given < room; given++ {
		var best id.Party
		for p := range bid {
			rest, most := room*bid[p]-got[p]*offered, int64(0)
			if best != 0 {
				most = room*bid[best] - got[best]*offered
			}
			if best == 0 || rest > most || rest == most && before(first[p], first[best]) {
				best = p
			}
		}
		got[best]++
	}
	for p, lots := range got {
		for ; lots > 0; lots-- {
			to := -1
			for i := range bids {
				b := &bids[i]
				if in(b) && b.Rate == rate && b.Bidder == p && awarded[i] < b.Volume && (to < 0 || before(b, &bids[to])) {
					to = i
				}
			}
			awarded[to] += a.Lot
		}
	}
}

func awardOf(t interface{ Fatalf(string, ...any) }, result *Result, bid id.Bid) Award {
	at := slices.IndexFunc(result.Awards, func(a Award) bool { return a.Bid == bid })
	if at < 0 {
		t.Fatalf("bid %s has no award", bid)
	}
	return result.Awards[at]
}

func TestAuctionAgreesWithOracleAndVerify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAuction(t, margins...)
		bids := drawBids(t, &a)
		result := Solve(&a, bids)
		want, clearing := oracle(&a, bids)
		for i := range bids {
			if got := awardOf(t, &result, bids[i].ID); got.Volume != want[i] {
				t.Fatalf("bid %+v got %+v, oracle %d", bids[i], got, want[i])
			}
		}
		if result.Clearing != clearing {
			t.Fatalf("cleared at %d, oracle %d", result.Clearing, clearing)
		}
		if err := Verify(&a, bids, &result); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAuctionKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAuction(t, margins...)
		bids := drawBids(t, &a)
		result := Solve(&a, bids)
		filled := money.Minor(0)
		for i := range bids {
			award := awardOf(t, &result, bids[i].ID)
			if award.Volume < 0 || award.Volume > 0 && (award.Volume > bids[i].Volume || award.Volume%a.Lot != 0) {
				t.Fatalf("bid %+v got %+v", bids[i], award)
			}
			if award.Volume > 0 && (bids[i].Rate > result.Clearing || result.Clearing > a.Reserve) {
				t.Fatalf("bid %+v is paid %d, reserve %d", bids[i], result.Clearing, a.Reserve)
			}
			if won := award.Reason == Won || award.Reason == WonInPart; won != (award.Volume > 0) || award.Reason == Won != (award.Volume == bids[i].Volume && won) {
				t.Fatalf("bid %+v got %+v", bids[i], award)
			}
			if a.Margin != MarginWhole && filled != 0 && bids[i].Rate < result.Clearing && award.Reason != Won && award.Reason != NotOpened && award.Reason != Invalid {
				t.Fatalf("bid %+v got %+v at %d", bids[i], award, result.Clearing)
			}
			filled += award.Volume
		}
		if filled != result.Filled || result.Filled+result.Unfilled != a.Volume || filled > 0 && filled < a.Least {
			t.Fatalf("%d filled of %d, result %+v", filled, a.Volume, result)
		}
	})
}

func TestOrderOfArrivalChangesNoByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAuction(t, margins...)
		bids := drawBids(t, &a)
		shuffled := rapid.Permutation(bids).Draw(t, "shuffled")
		one, other := Solve(&a, bids), Solve(&a, shuffled)
		if difference := cmp.Diff(encoded(t, one), encoded(t, other)); difference != "" {
			t.Fatal(difference)
		}
	})
}

func encoded(t interface{ Fatal(...any) }, value any) []byte {
	bytes, err := cbor.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func TestLowerRateGetsNoLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAuction(t, MarginByTime, MarginProRata)
		bids := drawBids(t, &a)
		if len(bids) == 0 {
			return
		}
		at := rapid.IntRange(0, len(bids)-1).Draw(t, "at")
		b := &bids[at]
		// The bidder's other bids would share its part at the margin: here it has this one alone.
		alone := sealed(&a, b.Sequence, party(50), max(b.Rate, 1), min(max(b.Volume, a.Lot), a.Volume), b.At)
		bids[at] = alone
		high := Solve(&a, bids)
		bids[at] = sealed(&a, b.Sequence, party(50), money.Rate(rapid.Int64Range(0, int64(alone.Rate)-1).Draw(t, "lower")), alone.Volume, b.At)
		low := Solve(&a, bids)
		if before, after := awardOf(t, &high, alone.ID).Volume, awardOf(t, &low, alone.ID).Volume; after < before {
			t.Fatalf("at %d it got %d, at %d %d", alone.Rate, before, bids[at].Rate, after)
		}
	})
}

func TestOneMoreBidNeverRaisesTheRateOfAFilledAuction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAuction(t, MarginByTime, MarginProRata)
		bids := drawBids(t, &a)
		result := Solve(&a, bids)
		if result.Unfilled > 0 {
			return
		}
		more := append(bids, sealed(&a, 100, party(60), money.Rate(rapid.Int64Range(0, 10).Draw(t, "rate")), a.Lot*money.Minor(rapid.Int64Range(1, int64(a.Volume/a.Lot)).Draw(t, "lots")), 2))
		if after := Solve(&a, more); after.Clearing > result.Clearing || after.Unfilled > 0 {
			t.Fatalf("from %d to %d, %d unfilled", result.Clearing, after.Clearing, after.Unfilled)
		}
	})
}

// Cutting a bid into pieces of its rate, none of which stands earlier than the bid stood, brings its bidder nothing.
func TestSplittingGainsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAuction(t, MarginByTime, MarginProRata)
		bids := drawBids(t, &a)
		if len(bids) == 0 {
			return
		}
		at := rapid.IntRange(0, len(bids)-1).Draw(t, "at")
		whole := bids[at]
		if whole.Opened == 0 || a.ValidateOffer(whole.Rate, whole.Volume) != 0 {
			return
		}
		total := func(result Result) (sum money.Minor) {
			for _, award := range result.Awards {
				if award.Bidder == whole.Bidder {
					sum += award.Volume
				}
			}
			return sum
		}
		before := Solve(&a, bids)
		pieces := slices.Delete(slices.Clone(bids), at, at+1)
		number := uint64(100)
		for rest := whole.Volume; rest > 0; number++ {
			piece := a.Lot * money.Minor(rapid.Int64Range(1, int64(rest/a.Lot)).Draw(t, "piece"))
			pieces = append(pieces, sealed(&a, number, whole.Bidder, whole.Rate, piece, whole.At+rapid.Int64Range(0, 1).Draw(t, "later")))
			rest -= piece
		}
		after := Solve(&a, pieces)
		if total(after) > total(before) || after.Filled > 0 && after.Clearing != before.Clearing {
			t.Fatalf("%d became %d, clearing %d became %d", total(before), total(after), before.Clearing, after.Clearing)
		}
	})
}

// A result that was changed anywhere is not verified.
func TestVerifyFindsEveryChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAuction(t, margins...)
		bids := drawBids(t, &a)
		if len(bids) == 0 {
			return
		}
		result := Solve(&a, bids)
		forged := result
		forged.Awards = slices.Clone(result.Awards)
		award := &forged.Awards[rapid.IntRange(0, len(bids)-1).Draw(t, "award")]
		switch rapid.IntRange(0, 9).Draw(t, "change") {
		case 0:
			forged.Clearing++
		case 1:
			forged.Filled++
		case 2:
			forged.Unfilled--
		case 3:
			award.Volume += a.Lot
		case 4:
			award.Volume -= a.Lot
		case 5:
			award.Reason = 1 + award.Reason%8
		case 6:
			award.Before++
		case 7:
			award.Bidder++
		case 8:
			forged.Bids[3]++
		case 9: // a lot goes from one bid to another
			other := &forged.Awards[rapid.IntRange(0, len(bids)-1).Draw(t, "other")]
			if other == award {
				return
			}
			award.Volume -= a.Lot
			other.Volume += a.Lot
		}
		if Verify(&a, bids, &forged) == nil {
			t.Fatalf("%+v was verified, right is %+v", forged, result)
		}
	})
}

func TestVerifyRefusesBidsThatWereNotSealedSo(t *testing.T) {
	a := anAuction(100, 1, 0, 9, MarginByTime)
	bids := []Bid{sealed(&a, 1, party(1), 3, 60, 1), sealed(&a, 2, party(2), 4, 60, 2)}
	result := Solve(&a, bids)
	for name, change := range map[string]func(*Bid){
		"rate": func(b *Bid) { b.Rate-- }, "volume": func(b *Bid) { b.Volume++ }, "nonce": func(b *Bid) { b.Nonce[0]++ },
		"bidder": func(b *Bid) { b.Bidder = party(3) }, "auction": func(b *Bid) { b.Auction = 0 }, "made late": func(b *Bid) { b.At = closes },
		"opened early": func(b *Bid) { b.Opened = closes - 1 }, "opened late": func(b *Bid) { b.Opened = reveals }, "commitment": func(b *Bid) { b.Commitment[0]++ },
	} {
		changed := slices.Clone(bids)
		change(&changed[1])
		if Verify(&a, changed, &result) == nil {
			t.Error(name)
		}
	}
	if Verify(&a, bids[:1], &result) == nil || Verify(&a, append(bids, bids[0]), &result) == nil {
		t.Error("another number of bids")
	}
}

func TestOpen(t *testing.T) {
	a := anAuction(100, 10, 0, 9, MarginByTime)
	opening := Opening{Rate: 4, Volume: 60, Nonce: [32]byte{7}}
	bid := Bid{Bidder: party(1), Commitment: Commitment(a.ID, party(1), opening)}
	opened, fault := a.Open(bid, opening, closes)
	if fault != 0 || opened.Rate != 4 || opened.Volume != 60 || opened.Opened != closes {
		t.Fatal(opened, fault)
	}
	for _, test := range []struct {
		bid     Bid
		opening Opening
		at      int64
		want    Fault
	}{
		{bid, opening, closes - 1, OpenedTooEarly},
		{bid, opening, reveals, OpenedTooLate},
		{opened, opening, closes, OpenedTwice},
		{bid, Opening{Rate: 3, Volume: 60, Nonce: [32]byte{7}}, closes, CommitmentDiffers},
		{Bid{Bidder: party(2), Commitment: bid.Commitment}, opening, closes, CommitmentDiffers}, // another's commitment
	} {
		if got, fault := a.Open(test.bid, test.opening, test.at); fault != test.want || got != test.bid {
			t.Errorf("%v, want %v", fault, test.want)
		}
	}
}

func TestValidate(t *testing.T) {
	good := anAuction(100, 10, 40, 9, MarginByTime)
	if fault := good.Validate(); fault != 0 {
		t.Fatal(fault)
	}
	for _, test := range []struct {
		change func(*Auction)
		want   Fault
	}{
		{func(a *Auction) { a.Volume = 0 }, VolumeOutOfRange},
		{func(a *Auction) { a.Volume = VolumeMax + 1 }, VolumeOutOfRange},
		{func(a *Auction) { a.Lot = 0 }, LotOutOfRange},
		{func(a *Auction) { a.Lot = 30 }, LotOutOfRange},
		{func(a *Auction) { a.Least = 101 }, LeastOutOfRange},
		{func(a *Auction) { a.Least = -1 }, LeastOutOfRange},
		{func(a *Auction) { a.Reserve = -1 }, RateOutOfRange},
		{func(a *Auction) { a.Reserve = RateMax + 1 }, RateOutOfRange},
		{func(a *Auction) { a.Reveals = a.Closes }, TimesOutOfOrder},
		{func(a *Auction) { a.Margin = 0 }, RuleMissing},
		{func(a *Auction) { a.Disclosure = 3 }, RuleMissing},
	} {
		changed := good
		if test.change(&changed); changed.Validate() != test.want {
			t.Errorf("%v, want %v", changed.Validate(), test.want)
		}
	}
	for _, test := range []struct {
		rate   money.Rate
		volume money.Minor
		want   Fault
	}{{0, 10, 0}, {RateMax, 100, 0}, {5, 0, VolumeOutOfRange}, {5, 110, VolumeOutOfRange}, {5, 15, NotInLots}, {-1, 10, RateOutOfRange}, {RateMax + 1, 10, RateOutOfRange}} {
		if fault := good.ValidateOffer(test.rate, test.volume); fault != test.want {
			t.Errorf("%d at %d: %v, want %v", test.volume, test.rate, fault, test.want)
		}
	}
}

func TestReasonsByHand(t *testing.T) {
	for _, test := range []struct {
		name     string
		auction  Auction
		bids     [][2]int64 // rate, volume; in the order of their times
		awarded  []money.Minor
		reasons  []Reason
		clearing money.Rate
		unfilled money.Minor
	}{
		{"by time", anAuction(100, 1, 0, 8, MarginByTime), [][2]int64{{5, 40}, {3, 50}, {5, 20}, {6, 10}, {9, 10}, {5, 0}, {5, 30}},
			[]money.Minor{40, 50, 10, 0, 0, 0, 0}, []Reason{Won, Won, WonInPart, AboveClearing, AboveReserve, Invalid, NoVolumeLeft}, 5, 0},
		{"pro rata", anAuction(100, 1, 0, 8, MarginProRata), [][2]int64{{5, 40}, {3, 50}, {5, 20}, {6, 10}}, // 50 to share: 33 1/3 and 16 2/3
			[]money.Minor{33, 50, 17, 0}, []Reason{WonInPart, Won, WonInPart, AboveClearing}, 5, 0},
		{"pro rata in lots", anAuction(100, 10, 0, 8, MarginProRata), [][2]int64{{5, 40}, {3, 50}, {5, 20}},
			[]money.Minor{30, 50, 20}, []Reason{WonInPart, Won, Won}, 5, 0},
		{"whole", anAuction(100, 1, 0, 8, MarginWhole), [][2]int64{{3, 60}, {4, 50}, {5, 30}, {6, 20}, {6, 10}, {7, 1}},
			[]money.Minor{60, 0, 30, 0, 10, 0}, []Reason{Won, NoVolumeLeft, Won, NoVolumeLeft, Won, AboveClearing}, 6, 0},
		{"one lot", anAuction(100, 100, 0, 8, MarginByTime), [][2]int64{{5, 100}, {4, 100}, {3, 50}},
			[]money.Minor{0, 100, 0}, []Reason{AboveClearing, Won, Invalid}, 4, 0},
		{"too little", anAuction(100, 1, 70, 8, MarginByTime), [][2]int64{{5, 40}, {4, 20}, {9, 100}},
			[]money.Minor{0, 0, 0}, []Reason{LeastMissed, LeastMissed, AboveReserve}, 0, 100},
		{"not all of it", anAuction(100, 1, 60, 8, MarginProRata), [][2]int64{{5, 40}, {4, 20}}, []money.Minor{40, 20}, []Reason{Won, Won}, 5, 40},
		{"nobody", anAuction(100, 1, 0, 8, MarginByTime), nil, nil, nil, 0, 100},
	} {
		t.Run(test.name, func(t *testing.T) {
			var bids []Bid
			for i, b := range test.bids {
				bids = append(bids, sealed(&test.auction, uint64(i+1), party(uint64(i+1)), money.Rate(b[0]), money.Minor(b[1]), int64(i)))
			}
			result := Solve(&test.auction, bids)
			for i := range bids {
				if award := awardOf(t, &result, bids[i].ID); award.Volume != test.awarded[i] || award.Reason != test.reasons[i] {
					t.Errorf("bid %d got %d, %s; want %d, %s", i+1, award.Volume, award.Reason, test.awarded[i], test.reasons[i])
				}
			}
			if result.Clearing != test.clearing || result.Unfilled != test.unfilled {
				t.Errorf("cleared at %d with %d unfilled; want %d and %d", result.Clearing, result.Unfilled, test.clearing, test.unfilled)
			}
			if err := Verify(&test.auction, bids, &result); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestViews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAuction(t, margins...)
		a.Disclosure = rapid.SampledFrom([]Disclosure{DiscloseSealed, DiscloseOpened}).Draw(t, "disclosure")
		bids := drawBids(t, &a)
		result := Solve(&a, bids)
		for bidder := party(1); bidder <= party(5); bidder += party(2) - party(1) {
			view := ViewFor(bidder, &a, bids, &result)
			if err := view.Check(); err != nil {
				t.Fatal(err)
			}
			if a.Disclosure == DiscloseOpened {
				continue
			}
			for _, b := range view.Bids {
				if b.Bidder != bidder && (b.Bidder != 0 || b.Rate != 0 || b.Volume != 0 || b.Opened != 0 || b.Nonce != [32]byte{}) {
					t.Fatalf("bidder %s sees %+v", bidder, b)
				}
			}
			for _, award := range view.Awards {
				if award.Bidder != bidder {
					t.Fatalf("bidder %s sees %+v", bidder, award)
				}
			}
		}
	})
}

func TestViewsThatCanNotBeRight(t *testing.T) {
	a := anAuction(100, 1, 20, 8, MarginByTime)
	a.Disclosure = DiscloseSealed
	bids := []Bid{sealed(&a, 1, party(1), 3, 60, 1), sealed(&a, 2, party(2), 4, 60, 2), sealed(&a, 3, party(2), 6, 60, 2)}
	result := Solve(&a, bids)
	for name, change := range map[string]func(*View){
		"no award":             func(v *View) { v.Awards = v.Awards[1:] },
		"less than was left":   func(v *View) { v.Awards[0].Volume-- },
		"more than was filled": func(v *View) { v.Awards[0].Before = 90 },
		"dearer bid won":       func(v *View) { v.Awards[1].Before, v.Awards[1].Volume = 40, 60 },
		"clearing above":       func(v *View) { v.Clearing = 9 },
		"clearing below":       func(v *View) { v.Clearing = 3 },
		"volume lost":          func(v *View) { v.Unfilled++ },
		"below the least":      func(v *View) { v.Filled, v.Unfilled = 10, 90 },
		"own bid changed":      func(v *View) { v.Bids[1].Rate++ },
		"commitment left out":  func(v *View) { v.Bids = v.Bids[1:] },
	} {
		view := ViewFor(party(2), &a, bids, &result)
		if err := view.Check(); err != nil {
			t.Fatal(err)
		}
		if change(&view); view.Check() == nil {
			t.Error(name)
		}
	}
}

// The statement can be hashed with what every computer has.
func TestStatementIsText(t *testing.T) {
	a := anAuction(100, 1, 0, 8, MarginByTime)
	opening := Opening{Rate: 52_500, Volume: 1_000_000}
	opening.Nonce[0], opening.Nonce[31] = 0xAB, 1
	want := "millrace sealed-bid 1\nauction: " + a.ID.String() + "\nbidder: " + party(42).String() + "\nrate: 52500\nvolume: 1000000\nnonce: ab" + strings.Repeat("00", 30) + "01\n"
	if got := string(Statement(a.ID, party(42), opening)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if Commitment(a.ID, party(42), opening) != sha256.Sum256([]byte(want)) {
		t.Error("the commitment is another hash")
	}
	if _, err := exec.LookPath("sha256sum"); err != nil {
		return
	}
	command := exec.Command("sha256sum")
	command.Stdin = strings.NewReader(want)
	output, err := command.Output()
	if hash := fmt.Sprintf("%x", Commitment(a.ID, party(42), opening)); err != nil || !strings.HasPrefix(string(output), hash) {
		t.Errorf("sha256sum says %q (%v), not %s", output, err, hash)
	}
}

func TestRecordsComeBack(t *testing.T) {
	a := anAuction(100, 1, 20, 8, MarginProRata)
	bids := []Bid{sealed(&a, 1, party(1), 3, 60, 1), sealed(&a, 2, party(2), 4, 60, 2), {ID: 3, Auction: a.ID, Bidder: party(3), At: 3, Sequence: 3}}
	result := Solve(&a, bids)
	view := ViewFor(party(1), &a, bids, &result)
	var auctionBack Auction
	var bidsBack []Bid
	var resultBack Result
	var viewBack View
	for _, record := range []struct{ from, to any }{{a, &auctionBack}, {bids, &bidsBack}, {result, &resultBack}, {view, &viewBack}} {
		if err := cbor.Unmarshal(encoded(t, record.from), record.to); err != nil {
			t.Fatal(err)
		}
	}
	if difference := cmp.Diff([]any{a, bids, result, view}, []any{auctionBack, bidsBack, resultBack, viewBack}); difference != "" {
		t.Error(difference)
	}
}

func thousandBids(a *Auction) []Bid {
	var bids []Bid
	state := uint64(1)
	next := func(below uint64) uint64 { // a linear congruential generator, Knuth's constants for MMIX
		state = state*6364136223846793005 + 1442695040888963407
		return state >> 33 % below
	}
	for i := range uint64(1_000) {
		bids = append(bids, sealed(a, i+1, party(1+next(60)), money.Rate(30_000+250*next(80)), a.Lot*money.Minor(1+next(50)), int64(next(900))))
	}
	return bids
}

func BenchmarkAuctionOfThousandBids(b *testing.B) {
	for _, margin := range margins {
		a := anAuction(10_000_000_00, 10_000_00, 0, 60_000, margin)
		bids := thousandBids(&a)
		b.Run(margin.String(), func(b *testing.B) {
			for b.Loop() {
				Solve(&a, bids)
			}
		})
	}
}

func BenchmarkVerifyAuctionOfThousandBids(b *testing.B) {
	a := anAuction(10_000_000_00, 10_000_00, 0, 60_000, MarginProRata)
	bids := thousandBids(&a)
	result := Solve(&a, bids)
	for b.Loop() {
		if err := Verify(&a, bids, &result); err != nil {
			b.Fatal(err)
		}
	}
}
