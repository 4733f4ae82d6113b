package duplicate

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Kind is what a check finds, in the order of the ladder.
type Kind uint8

// The results.
const (
	Unique     Kind = iota
	Exact           // the same number, date, amount and currency
	Renumbered      // the same goods and amount under another number
	Near            // number, amount and date each the same or a little off
	CrossType       // the same trade as evidence of another type
	SameAmount      // the same amount under another number, nothing else to compare
)

var kindNames = [...]string{"unique", "exact", "renumbered", "near", "cross_type", "same_amount"}

// String is the name used in API and console.
func (k Kind) String() string { return kindNames[k] }

// Bounds of what is looked at.
const (
	WindowDays    = 90     // between a claim and its repeat under another number
	NearDaysMax   = 10     // either side
	NearAmountMax = 10_000 // either side, in millionths: 1 %
	million       = 1_000_000
	chainMax      = 128 // steps along one chain: what bounds the cost of a check
)

// Match is what a check finds: the strongest result and the claim with which it agrees.
type Match struct {
	Other    uint32 `cbor:"1,keyasint,omitempty"` // place of that claim; 0 where the claim is unique
	Score    Score  `cbor:"2,keyasint,omitempty"` // weight of the evidence that both are one deal
	Kind     Kind   `cbor:"3,keyasint,omitempty"`
	Distance uint8  `cbor:"4,keyasint,omitempty"` // edits between the numbers: 0, 1, 2 for more
	Habit    bool   `cbor:"5,keyasint,omitempty"` // exact: the seller repeats identities in the ordinary course, as with a number that is none
	Covers   Covers `cbor:"6,keyasint,omitempty"` // as they were asked with; of a unique claim too
}

// Room says whether the trade's documents leave room for one more invoice of the same goods.
type Room uint8

// What the documents of a trade say about one more invoice.
const (
	RoomUnknown   Room = iota // no order, despatch or receipt to compare with
	RoomOrdered               // ordered, and nothing says that it has arrived
	RoomDelivered             // goods for both have been sent or received
	RoomNone                  // more would be billed than was ordered or received
)

// HabitMin is how many identities of a pair must have come again before the next one counts as habit.
const (
	HabitMin   = 3
	habitShare = 20 // one in so many claims of the pair
)

// Setting is what else is known when a claim is looked up.
type Setting struct {
	Room   Room   // in the trade of the order that the claim names
	Covers Covers // of its goods, whatever order it names
}

// Check looks a claim up on every rung of the ladder and gives the first result; of the weighed ones the weightiest.
func (x *Index) Check(c *Claim, s Setting) Match {
	m := x.check(c, s)
	m.Covers = s.Covers
	return m
}

func (x *Index) check(c *Claim, s Setting) Match {
	p := x.pairOf(c.Seller, c.Buyer)
	if p == nil {
		return Match{}
	}
	m, part := x.exact(c, p)
	if m.Kind == Exact {
		return m
	}
	if part != nil { // one more line of a document with the amount of another one
		if m := part.Match(); m.Kind == Exact {
			return m
		}
		return Match{}
	}
	best := x.byNumber(c, p)
	weigh := func(m Match) {
		if m.Kind != Unique && (best.Kind == Unique || m.Score > best.Score) {
			best = m
		}
	}
	if c.Goods != 0 {
		m := x.renumbered(c, p, s)
		if m.Kind != Unique && m.Score >= ReferFrom {
			return m
		}
		weigh(m)
	}
	if c.Order != 0 {
		weigh(x.crossType(c))
	}
	weigh(x.near(c, p, s))
	weigh(x.sameAmounts(c, p, s))
	return best
}

func sameNumber(a, b *Claim) bool {
	return a.Hash == b.Hash && a.Seller == b.Seller && a.Buyer == b.Buyer
}

func sameAmount(a, b *Claim) bool {
	return a.Amount == b.Amount && a.Currency == b.Currency && a.Seller == b.Seller && a.Buyer == b.Buyer
}

// sameAmount gives the first claim in the chain from at that has the amount of c.
func (x *Index) sameAmount(c *Claim, at uint32) uint32 {
	for steps := 0; at != 0 && steps < chainMax; steps++ {
		e := x.At(at)
		if sameAmount(c, &e.Claim) {
			return at
		}
		at = e.byAmount
	}
	return 0
}

// exact looks for the same identity in another document. Part is the first claim of the same document with this number and
// amount, if there is one: it was compared, and its parts are not.
func (x *Index) exact(c *Claim, p *pair) (found Match, part *Entry) {
	for at, steps := x.exacts.get(exactHash(c)), 0; at != 0 && steps < chainMax; steps++ {
		e := x.At(at)
		if sameNumber(c, &e.Claim) && sameAmount(c, &e.Claim) && e.Date == c.Date {
			if e.Document == c.Document {
				return Match{}, e
			}
			return Match{Other: at, Kind: Exact, Score: scoreExact, Habit: p.exact >= HabitMin && p.exact*habitShare >= p.claims}, nil
		}
		at = e.byExact
	}
	return Match{}, nil
}

// byNumber looks for earlier claims with the same number: near at distance 0.
func (x *Index) byNumber(c *Claim, p *pair) Match {
	found := Match{}
	for at, steps := x.identities.get(identityHash(c)), 0; at != 0 && steps < chainMax; steps++ {
		e := x.At(at)
		if sameNumber(c, &e.Claim) && e.Document != c.Document && c.Currency == e.Currency && within(c.Amount, e.Amount) {
			if score := x.scoreReused(c, p, e); found.Kind == Unique || score > found.Score {
				found = Match{Other: at, Kind: Near, Score: score}
			}
		}
		at = e.byIdentity
	}
	return found
}

// within tells whether two amounts of one sign differ by at most the bound.
func within(a, b money.Minor) bool {
	if (a < 0) != (b < 0) {
		return false
	}
	difference := max(money.Sub(a, b), money.Sub(b, a))
	return difference <= max(1, money.MulDiv(max(a, -a), NearAmountMax, million))
}

// DaysApart is the distance of two dates, never below zero.
func DaysApart(a, b calendar.Date) int {
	days := calendar.DaysBetween(a, b)
	return max(days, -days)
}

// renumbered looks for the same goods and amount under another number.
func (x *Index) renumbered(c *Claim, p *pair, s Setting) Match {
	best := Match{}
	for at, steps := x.goods.get(goodsHash(c)), 0; at != 0 && steps < chainMax; steps++ {
		e := x.At(at)
		if e.Goods == c.Goods && sameAmount(c, &e.Claim) && !sameNumber(c, &e.Claim) && e.Document != c.Document {
			kind := Renumbered
			if e.Evidence != c.Evidence {
				kind = CrossType
			}
			if score := x.scoreGoods(c, p, e, at, s); best.Kind == Unique || score > best.Score {
				best = Match{Other: at, Kind: kind, Score: score, Distance: uint8(Distance(c.Number, e.Number))}
			}
		}
		at = e.byGoods
	}
	return best
}

// crossType looks for a claim on the same order by evidence of another type.
func (x *Index) crossType(c *Claim) Match {
	for at, steps := x.orders.get(orderHash(c)), 0; at != 0 && steps < chainMax; steps++ {
		e := x.At(at)
		if e.Order == c.Order && e.Seller == c.Seller && e.Buyer == c.Buyer && e.Evidence != c.Evidence && e.Document != c.Document &&
			e.Currency == c.Currency && within(c.Amount, e.Amount) {
			return Match{Other: at, Kind: CrossType, Score: scoreSameOrder, Distance: uint8(Distance(c.Number, e.Number))}
		}
		at = e.byOrder
	}
	return Match{}
}

// Billed is what earlier claims on the order of c ask for in all, without tax where they say what that is.
func (x *Index) Billed(c *Claim) money.Minor {
	sum := money.Minor(0)
	for at, steps := x.orders.get(orderHash(c)), 0; at != 0 && steps < chainMax; steps++ {
		e := x.At(at)
		if e.Order == c.Order && e.Seller == c.Seller && e.Buyer == c.Buyer && e.Currency == c.Currency && e.Document != c.Document {
			sum = money.Add(sum, e.NetAmount())
		}
		at = e.byOrder
	}
	return sum
}

// NetAmount is the amount without tax, where that is known.
func (c *Claim) NetAmount() money.Minor {
	if c.Net > 0 {
		return c.Net
	}
	return max(0, c.Amount)
}

// near looks for a claim whose number is one edit away, with nearly the amount and date.
func (x *Index) near(c *Claim, p *pair, s Setting) Match {
	best, others, steps := Match{}, uint32(0), 0
	own := c.Number.symbols()
	x.nearby(c, func(first uint32) bool {
		for at := first; at != 0 && steps < chainMax; steps++ {
			e := x.At(at)
			if e.Seller == c.Seller && e.Buyer == c.Buyer && e.Currency == c.Currency && e.Document != c.Document &&
				within(c.Amount, e.Amount) && DaysApart(c.Date, e.Date) <= NearDaysMax {
				others++
				that := e.Number.symbols()
				if kind := editOf(&that, &own); kind != editNone && kind != editMany {
					if score := x.scoreEdit(c, p, kind); best.Kind == Unique || score > best.Score {
						best = Match{Other: at, Kind: Near, Score: score, Distance: 1}
					}
				}
			}
			at = e.byNear
		}
		return steps < chainMax
	})
	if best.Kind != Unique {
		best.Score += scoreNearAmount(others-1) + x.scoreContext(c, p, &x.At(best.Other).Claim, s)
	}
	return best
}

// sameAmounts looks for the same amount under another number within the window.
func (x *Index) sameAmounts(c *Claim, p *pair, s Setting) Match {
	var r recurrence
	for at, steps := x.amounts.get(amountHash(c)), 0; at != 0 && steps < chainMax; steps++ {
		e := x.At(at)
		if sameAmount(c, &e.Claim) && e.Document != c.Document && !sameNumber(c, &e.Claim) {
			r.add(c, e, at)
		}
		if at = e.byAmount; r.full() {
			break
		}
	}
	if r.candidates == 0 {
		return Match{}
	}
	other := x.At(r.candidate)
	if c.Order == 0 || c.Order != other.Order {
		s.Room = RoomUnknown
	}
	kind := SameAmount
	if other.Evidence != c.Evidence {
		kind = CrossType
	}
	return Match{
		Other: r.candidate, Kind: kind, Distance: uint8(Distance(c.Number, other.Number)),
		Score: x.scoreRecurrence(c, p, &r) + x.scoreNumber(c, p) + x.scoreDay(c) + x.scoreContext(c, p, &other.Claim, s),
	}
}

// ReferFrom is the weight from which a claim is referred to a person unless a programme says otherwise. With one repeat in a
// thousand claims, ten bits make the two explanations equally likely; a person looks when it is one in sixteen.
const ReferFrom = 6 * bit
