// Package duplicate tells whether an invoice has been seen before: under its own number, under another one, with a
// mistyped number and a slightly other amount, or as evidence of another type. It is built on the obligation between one
// seller and one buyer, whoever applies for money.
//
// The ladder: exact identity; the same lines and amount under another number; near (amount, date and number each a little
// off); the same trade claimed by another type of evidence; the same amount under another number where there are no lines to
// compare. What is no identity is weighed: each feature adds hundredths of a bit, from counts of what this seller has
// billed so far, so that a monthly rent is not taken for a repeat and a one-off amount is. Only what came before is
// looked at, and only integers are used.
package duplicate

import (
	"encoding/binary"
	"hash"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Evidence is the type of document on which a claim stands.
type Evidence uint8

// The types of evidence. Later ones are of trades before their invoice.
const (
	Invoice Evidence = 1 + iota
	SelfBilled
	Opening // taken over with a portfolio, without its document
	OrderLoan
	BillOfLading
	WarehouseReceipt
	GoodsReceipt
)

var evidenceNames = [...]string{"", "invoice", "self_billed", "opening", "order_loan", "bill_of_lading", "warehouse_receipt", "goods_receipt"}

// String is the name used in API and console.
func (e Evidence) String() string { return evidenceNames[e] }

// Claim is what is compared: one invoice or other evidence of a debt between a seller and a buyer.
type Claim struct {
	Seller, Buyer uint32         // numbers of the parties
	Document      uint32         // claims of one document are parts of it and not compared; ascending
	Hash          uint32         // see Normalise
	Number        Number         // see Normalise
	Amount        money.Minor    // payable
	Net           money.Minor    // of Amount, without tax; 0 when not known
	Date          calendar.Date  // of issue
	Goods         uint32         // hash of items and quantities, prices and number left out; 0 without lines
	Order         uint32         // hash of the order that it names; 0 for none
	Currency      money.Currency // of Amount
	Evidence      Evidence
}

// Entry is a claim in the index, with what was found when it came.
type Entry struct {
	Claim
	Receivable uint32 // its number, once there is one
	other      uint32 // of its match, as packed below
	score      int16
	found      uint8 // kind, distance and habit of its match, see below, and its ordinal
	covers     Covers
	byExact    uint32 // the claim before it in each chain; 0 for none
	byIdentity uint32
	byAmount   uint32
	byNear     uint32
	byPair     uint32
	byGoods    uint32
	byOrder    uint32
}

const entriesPage = 1024

// The bits of Entry.found: three for the kind, two for the distance, one for the habit, two for the ordinal.
const (
	distanceShift = 3
	habitShift    = 5
	ordinalShift  = 6
	ordinalMax    = 2
)

// Match is what was found when the claim came. Weights beyond 327 bits, which no sum of features reaches, stop there.
func (e *Entry) Match() Match {
	return Match{
		Other: e.other, Score: Score(e.score), Kind: Kind(e.found & (1<<distanceShift - 1)), Distance: e.found >> distanceShift & 3,
		Habit: e.found>>habitShift&1 != 0, Covers: e.covers,
	}
}

func (e *Entry) keep(m Match) {
	e.other, e.score, e.covers = m.Other, int16(max(-1<<15, min(1<<15-1, m.Score))), m.Covers
	e.found = uint8(m.Kind) | m.Distance<<distanceShift
	if m.Habit {
		e.found |= 1 << habitShift
	}
}

// ordinal is how many claims of the pair had this amount before; 2 for more.
func (e *Entry) ordinal() uint8 { return e.found >> ordinalShift }

func (e *Entry) count(ordinal uint8) {
	e.found = e.found&(1<<ordinalShift-1) | min(ordinalMax, ordinal)<<ordinalShift
}

// What one record takes, in bytes, for Bytes.
const (
	entryBytes = 104
	pairBytes  = 120
)

// Index holds every claim seen, in the order in which they came. The zero value is an empty index. It takes about 165
// bytes a claim, and a check costs a bounded number of steps however many claims it holds.
type Index struct {
	pages               []*[entriesPage]Entry
	count               uint32
	exacts              heads // pair, hash of the number, amount, date, currency
	identities          heads // pair, hash of the number
	amounts             heads // pair, amount, currency
	nears               heads // pair, bucket of amount, bucket of dates
	goods               heads // pair, goods
	orders              heads // pair, order
	pairHeads           heads // pair -> place in pairs
	pairs               []pair
	buyers              map[uint32]*[weekdays]uint32
	claims              uint32             // of all pairs together, as in pair
	once                uint32             // likewise
	again               [2]uint32          // likewise
	habits              [localities]uint32 // of all pairs together, see locality
	habitsSum           uint32
	covers, coversAgain [covers]uint32  // likewise
	gaps                [gapBins]uint32 // likewise
	gapsSum             uint32
	scratch             window // for one check
}

// Count is how many claims the index holds.
func (x *Index) Count() uint32 { return x.count }

// At gives the claim at a place, 1 to Count; nil elsewhere.
func (x *Index) At(place uint32) *Entry {
	if place == 0 || place > x.count {
		return nil
	}
	return &x.pages[(place-1)/entriesPage][(place-1)%entriesPage]
}

// OfDocument finds the first claim of a document, where documents were added in ascending order; 0 for none.
func (x *Index) OfDocument(document uint32) uint32 {
	low, high := uint32(1), x.count+1
	for low < high {
		middle := low + (high-low)/2
		if x.At(middle).Document < document {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if e := x.At(low); e == nil || e.Document != document {
		return 0
	}
	return low
}

func pairHash(seller, buyer uint32) uint64 { return mix(uint64(seller)<<32 | uint64(buyer)) }

// The buckets of the near chain: amounts in steps of 1/64 to 1/32 of their power of two, dates in 32 days.
const (
	nearMantissaBits = 5
	nearDaysShift    = 5
)

func amountBucket(amount money.Minor) uint64 {
	v := uint64(max(amount, -amount))
	shift := uint64(0)
	for v>>shift >= 2<<nearMantissaBits {
		shift++
	}
	return shift<<(nearMantissaBits+1) | v>>shift
}

func exactHash(c *Claim) uint64 {
	return mix(amountHash(c) ^ mix(uint64(c.Hash)<<32|uint64(uint32(c.Date))))
}

func identityHash(c *Claim) uint64 { return mix(pairHash(c.Seller, c.Buyer) + uint64(c.Hash)) }

func amountHash(c *Claim) uint64 {
	return mix(pairHash(c.Seller, c.Buyer) ^ mix(uint64(c.Amount)<<10^uint64(c.Currency)))
}

func nearHash(c *Claim, amount uint64, dates int32) uint64 {
	return mix(pairHash(c.Seller, c.Buyer) ^ mix(amount<<32|uint64(uint32(dates))) + 1)
}

func goodsHash(c *Claim) uint64 { return mix(pairHash(c.Seller, c.Buyer) ^ uint64(c.Goods) + 1<<40) }
func orderHash(c *Claim) uint64 { return mix(pairHash(c.Seller, c.Buyer) ^ uint64(c.Order) + 1<<41) }

// Add takes a claim in with what Check said of it, and gives its place.
func (x *Index) Add(c *Claim, m Match) uint32 {
	if x.count%entriesPage == 0 {
		x.pages = append(x.pages, new([entriesPage]Entry))
	}
	x.count++
	place := x.count
	e := x.At(place)
	e.Claim = *c
	e.keep(m)
	e.byExact = x.exacts.put(exactHash(c), place)
	e.byIdentity = x.identities.put(identityHash(c), place)
	e.byAmount = x.amounts.put(amountHash(c), place)
	e.byNear = x.nears.put(nearHash(c, amountBucket(c.Amount), int32(c.Date)>>nearDaysShift), place)
	if c.Goods != 0 {
		e.byGoods = x.goods.put(goodsHash(c), place)
	}
	if c.Order != 0 {
		e.byOrder = x.orders.put(orderHash(c), place)
	}
	x.learn(e, place)
	return place
}

// SetReceivable notes which receivable stands on a claim.
func (x *Index) SetReceivable(place, receivable uint32) { x.At(place).Receivable = receivable }

// Later calls yield for the claims that came after place and were matched with it, until it says no. One may come twice.
func (x *Index) Later(place uint32, yield func(place uint32, e *Entry) bool) {
	this := &x.At(place).Claim
	more := true
	walk := func(at uint32, next func(e *Entry) uint32) bool {
		for steps := 0; more && at > place && steps < chainMax; steps++ {
			e := x.At(at)
			if e.other == place {
				more = yield(at, e)
			}
			at = next(e)
		}
		return more
	}
	walk(x.identities.get(identityHash(this)), func(e *Entry) uint32 { return e.byIdentity })
	walk(x.amounts.get(amountHash(this)), func(e *Entry) uint32 { return e.byAmount })
	if this.Order != 0 {
		walk(x.orders.get(orderHash(this)), func(e *Entry) uint32 { return e.byOrder })
	}
	x.nearby(this, func(first uint32) bool {
		return walk(first, func(e *Entry) uint32 { return e.byNear })
	})
}

// nearby calls yield with the heads of the chains in which near claims can stand, until it says no.
func (x *Index) nearby(c *Claim, yield func(first uint32) bool) {
	spread := max(1, money.MulDiv(max(c.Amount, -c.Amount), NearAmountMax, million))
	low, high := amountBucket(max(0, max(c.Amount, -c.Amount)-spread)), amountBucket(max(c.Amount, -c.Amount)+spread)
	from, to := (int32(c.Date)-NearDaysMax)>>nearDaysShift, (int32(c.Date)+NearDaysMax)>>nearDaysShift
	for bucket := low; bucket <= high; bucket = nextBucket(bucket) {
		for dates := from; dates <= to; dates++ {
			if first := x.nears.get(nearHash(c, bucket, dates)); first != 0 && !yield(first) {
				return
			}
		}
	}
}

// nextBucket skips the numbers that no amount has: a mantissa begins with a one, but for the smallest amounts.
func nextBucket(bucket uint64) uint64 {
	bucket++
	const half = 1 << nearMantissaBits
	if bucket >= 2*half && bucket&(2*half-1) < half {
		bucket += half
	}
	return bucket
}

// Bytes is the memory that the index takes, in bytes.
func (x *Index) Bytes() int {
	total := len(x.pages)*(entriesPage*entryBytes+8) + cap(x.pairs)*pairBytes + len(x.buyers)*64
	for _, h := range []*heads{&x.exacts, &x.identities, &x.amounts, &x.nears, &x.goods, &x.orders, &x.pairHeads} {
		total += h.bytes()
	}
	return total
}

// Digest writes every claim, what was found of it, and how it is reached: two indexes that write the same hold the same.
func (x *Index) Digest(h hash.Hash) {
	var row []byte
	for place := uint32(1); place <= x.count; place++ {
		e := x.At(place)
		row = row[:0]
		for _, v := range [...]uint64{
			uint64(e.Seller)<<32 | uint64(e.Buyer), uint64(e.Document)<<32 | uint64(e.Hash), e.Number[0], e.Number[1], uint64(e.Amount), uint64(e.Net),
			uint64(uint32(e.Date))<<32 | uint64(e.Currency)<<8 | uint64(e.Evidence), uint64(e.Goods)<<32 | uint64(e.Order),
			uint64(e.other)<<32 | uint64(uint16(e.score))<<16 | uint64(e.found)<<8 | uint64(e.covers),
			uint64(e.Receivable), uint64(e.byIdentity)<<32 | uint64(e.byAmount), uint64(e.byNear)<<32 | uint64(e.byPair),
			uint64(e.byGoods)<<32 | uint64(e.byOrder), uint64(e.byExact),
		} {
			row = binary.BigEndian.AppendUint64(row, v)
		}
		h.Write(row)
	}
	row = row[:0]
	for _, chain := range []*heads{&x.exacts, &x.identities, &x.amounts, &x.nears, &x.goods, &x.orders, &x.pairHeads} {
		row = binary.BigEndian.AppendUint64(row, chain.sum())
	}
	for i := range x.pairs {
		p := &x.pairs[i]
		for _, v := range [...]uint32{p.claims, p.once, p.numbers, p.again[0], p.again[1], p.reused, p.exact, p.recent, p.before} {
			row = binary.BigEndian.AppendUint32(row, v)
		}
		row = append(append(append(row, p.covers[:]...), p.coversAgain[:]...), p.gaps[:]...)
	}
	h.Write(row)
}
