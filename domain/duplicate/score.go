package duplicate

import (
	"math/bits"

	"millrace/domain/calendar"
)

// Weights that do not come from counts, stated once, here. doc/DUPLICATES.md says on what they were chosen.
const (
	scoreExact      = 30 * bit // certain
	scoreRoomNone   = 10 * bit // more would be billed than ordered or received
	scoreSameOrder  = 10 * bit // the same order, nearly the same amount, another type of evidence
	scoreSameGoods  = 9 * bit  // the same goods and amount of one order, not proved delivered twice
	scoreDelivered  = -4 * bit // goods for both are proved
	scoreOtherOrder = -6 * bit // each names an order of its own
	scoreOtherGoods = -6 * bit // each lists goods of its own
	scoreAgreeing   = 2 * bit  // one order
	scoreSameLines  = 1 * bit  // line by line the same goods, and not of one order
	scoreDayMax     = 4 * bit
	scoreRepriced   = 8 * bit  // the very same goods at nearly the same price
	scoreNumberMin  = -2 * bit // one in four of those who repeat a claim knows which number comes next
	scoreNumberMax  = 10 * bit
	scoreEditMax    = 12 * bit
	scoreCoverMin   = -3 * bit
	scoreCoverMax   = 14 * bit
	scoreNearDays   = 2 * bit
	spreadEarlier   = 7 * bit // numbers that differ before their last numeral
	spreadLetters   = 8 * bit
	spreadShape     = 14 * bit
	scoreDigitPlace = bit * 332 / 100 // log2(10)
)

// ScoreNoRoom is the weight of the same goods and amount of one order, when more would be billed than was ordered or
// received: nothing is left that it could be but a repeat.
const ScoreNoRoom = 20 * bit

const one = 256 // of the numbers of which log2 takes the logarithm

// recurrence is how an amount of a pair has come before.
type recurrence struct {
	ordinal    uint64 // claims with it
	candidates uint64 // those within the window
	candidate  uint32 // of one order with the claim if there is one, then of another day, then the nearest in time
	nearest    int    // its days
	oneOrder   bool
	last       calendar.Date
	gaps       [gapsMax]int // between the days on which it came, youngest first
	count      int
	steps      int
}

const (
	gapsMax  = 8
	stepsMax = 64
)

func (r *recurrence) full() bool { return r.count == gapsMax || r.steps == stepsMax }

func (r *recurrence) add(c *Claim, e *Entry, at uint32) {
	if r.steps == 0 {
		r.ordinal = uint64(e.ordinal()) + 1
		r.last = e.Date
	}
	r.steps++
	if e.Date != r.last {
		r.gaps[r.count] = DaysApart(e.Date, r.last)
		r.count++
		r.last = e.Date
	}
	days := DaysApart(c.Date, e.Date)
	if days > WindowDays {
		return
	}
	r.candidates++
	oneOrder := c.Order != 0 && c.Order == e.Order
	nearer := days < r.nearest && days > 0 || r.nearest == 0 && days > 0
	if r.candidate == 0 || oneOrder && !r.oneOrder || oneOrder == r.oneOrder && nearer {
		r.candidate, r.nearest, r.oneOrder = at, days, oneOrder
	}
}

// scoreRecurrence weighs an amount that comes again on this day.
//
// Amounts that came once before and amounts that came more often are told apart. A repeat takes its amount from any
// earlier claim alike, so the likelihood of either class is its share of the claims. For a new deal it is the share of the
// pair's claims that have so far taken up an amount of the class within the window. All pairs together stand in for four claims.
func (x *Index) scoreRecurrence(c *Claim, p *pair, r *recurrence) Score {
	days := DaysApart(c.Date, r.day(x))
	if r.count == 0 {
		return x.scoreAmount(p, r.ordinal) + x.scoreFirstGap(p, days)
	}
	return x.scoreAmount(p, r.ordinal) + r.scoreGap(days)
}

// scoreAmount weighs that an amount which has come so often comes again.
func (x *Index) scoreAmount(p *pair, times uint64) Score {
	const lean = 4
	class := recurring(times)
	share := func(once, claims uint32) uint64 {
		if class == 1 {
			once = claims - once
		}
		return uint64(once+1) * one * one / uint64(claims+2)
	}
	all := uint64(x.again[class]+1) * one * one / uint64(x.claims+2)
	again := (uint64(p.again[class])*one*one + lean*all) / uint64(p.claims+lean)
	return ratio(share(p.once, p.claims), max(1, again))
}

// recurring is the class of an amount that has come so often: 0 for once, 1 for more.
func recurring(times uint64) int {
	if times > 1 {
		return 1
	}
	return 0
}

func (r *recurrence) day(x *Index) calendar.Date { return x.At(r.candidate).Date }

const part = 1 << 16 // of which the likelihoods of gaps are stated

// expectedGap is the likelihood of a gap while nothing is known of the pair: rather on the same day or after whole weeks.
func expectedGap(days int) uint64 {
	switch {
	case days == 0:
		return part / 5
	case days%weekdays == 0:
		return part / 40
	}
	return part / 200
}

// repeatedGap is the likelihood of a gap between a claim and its repeat: on any day of the window alike.
func repeatedGap(days int) uint64 {
	if days == 0 {
		return part / 1000
	}
	return part / WindowDays
}

// The bins of gaps: by the bit length of their days, whole weeks apart.
const gapBins = 16

func gapBin(days int) int {
	bin := 2 * bits.Len(uint(min(days, WindowDays)))
	if days > 0 && days%weekdays == 0 {
		bin++
	}
	return bin
}

// gapPrior is the likelihood of each bin while nothing is known, gapDays how many days are in it.
var gapPrior, gapDays = func() (prior, days [gapBins]uint64) {
	for day := range WindowDays + 1 {
		prior[gapBin(day)] += expectedGap(day)
		days[gapBin(day)]++
	}
	return prior, days
}()

// scoreFirstGap weighs the days since an amount came that has come on one day only: against the gaps after which such
// amounts of the pair were taken up so far, leaning on all pairs, and these on gapPrior, while there are few.
func (x *Index) scoreFirstGap(p *pair, days int) Score {
	const lean = 8
	bin := gapBin(days)
	all := (uint64(x.gaps[bin])*part + lean*gapPrior[bin]) / uint64(x.gapsSum+lean)
	own := (uint64(p.gaps[bin])*part + lean*all) / uint64(p.gapsSum+lean)
	return ratio(repeatedGap(days)*gapDays[bin], max(1, own))
}

// scoreGap weighs the days since the amount came last: a repeat comes on any day of the window alike, a new deal when it
// has come before, else rather after whole weeks.
func (r *recurrence) scoreGap(days int) Score {
	expected := expectedGap(days)
	for i := range r.count {
		away := r.gaps[i] - days
		switch max(away, -away) {
		case 0:
			expected += part * 40 / 100
		case 1:
			expected += part * 15 / 100
		case 2:
			expected += part * 10 / 100
		case 3:
			expected += part * 5 / 100
		}
	}
	return ratio(repeatedGap(days)*uint64(r.count+1), expected)
}

// scoreNumber weighs where the number stands among the young ones of the pair. A
// number that was made up in the seller's pattern seldom falls where the sequence has arrived.
func (x *Index) scoreNumber(c *Claim, p *pair) Score {
	w := x.window(p)
	if w.count < 2 {
		return 0
	}
	own := c.Number.symbols()
	at := w.locality(&own)
	drawn := 2 * bit
	switch {
	case at == localityShape:
		drawn = 4 * bit
	case at < localityEarlier:
		digits := Score(w.varying(&own))
		drawn = max(bit, digits*scoreDigitPlace-Score(at)*bit-log2(uint64(w.count)*one))
	}
	return max(scoreNumberMin, min(scoreNumberMax, -drawn-x.scoreHabit(p, at)))
}

// scoreHabit is the logarithm of how often a new number of the pair has stood at this locality, leaning on all pairs
// while the pair is young.
func (x *Index) scoreHabit(p *pair, at int) Score {
	const lean = 8
	all := uint64(one) * lean * uint64(x.habits[at]+1) / uint64(x.habitsSum+localities)
	own := uint64(p.habits[at]) * one
	if localityNumeral < at && at < localityEarlier-1 {
		own = own/2 + uint64(p.habits[at-1])*one/4 + uint64(p.habits[at+1])*one/4
	}
	return ratio(max(1, own+all), uint64(p.habitsSum+lean)*one)
}

// scoreDay weighs the day of the week: a buyer that books nothing on Sundays has no new deal on one.
func (x *Index) scoreDay(c *Claim) Score {
	days := x.buyers[c.Buyer]
	if days == nil || c.Date == 0 {
		return 0
	}
	sum := uint64(0)
	for _, count := range days {
		sum += uint64(count)
	}
	expected := ratio(uint64(days[c.Date.Weekday()-calendar.Monday]+1)*weekdays*one, (sum+weekdays)*one)
	return max(-bit, min(scoreDayMax, -expected))
}

// scoreReused weighs a number that comes again: how seldom the pair's numbers do, and the amount if it is the same.
func (x *Index) scoreReused(c *Claim, p *pair, e *Entry) Score {
	if c.Amount != e.Amount && DaysApart(c.Date, e.Date) > NearDaysMax {
		return -scoreExact
	}
	score := ratio(uint64(p.numbers+10)*one, uint64(p.reused)*one+one/10)
	if c.Amount == e.Amount {
		score += max(0, x.scoreAmount(p, uint64(e.ordinal())+1))
	}
	return score
}

// scoreEdit weighs one edit between two numbers: how likely just this edit is, against how likely the number would be as
// the next one of the pair. A last digit changes from one invoice to the next, one
// further ahead or a letter for a digit does not.
func (x *Index) scoreEdit(c *Claim, p *pair, kind edit) Score {
	w := x.window(p)
	own := c.Number.symbols()
	at := w.locality(&own)
	spread := Score(at) * bit // the numbers that stand at this locality
	switch {
	case at >= localityShape:
		spread = spreadShape
	case at >= localityLetters:
		spread = spreadLetters
	case at >= localityEarlier:
		spread = spreadEarlier
	}
	symbols := log2(uint64(own.count) * one)
	drawn := symbols
	switch kind {
	case editLookAlike:
		drawn += bit
	case editDeletion, editTransposed:
		drawn += 3 * bit
	case editDigit, editInsertion:
		drawn += 3*bit + scoreDigitPlace
	case editOther:
		drawn += 8 * bit
	case editNone, editMany:
	}
	return max(-scoreEditMax, min(scoreEditMax, spread-drawn-x.scoreHabit(p, at)))
}

// scoreNearAmount weighs that amount and date are near those of one claim: by how many others of the pair are as near. The
// dates of near claims are one fifth of the window in which claims are counted.
func scoreNearAmount(others uint32) Score {
	return scoreNearDays - log2(uint64(others)*one+one/2)
}

// scoreContext weighs order, goods and room; where the order tells nothing of the room, what has arrived of the goods.
func (x *Index) scoreContext(a *Claim, p *pair, b *Claim, s Setting) Score {
	score := Score(0)
	if a.Order != 0 && b.Order != 0 {
		if score += scoreAgreeing; a.Order != b.Order {
			score += scoreOtherOrder - scoreAgreeing
		}
	}
	switch {
	case a.Goods == 0 || b.Goods == 0:
	case a.Goods != b.Goods:
		score += scoreOtherGoods
	case a.Amount != b.Amount:
		score += scoreRepriced
	}
	switch s.Room {
	case RoomNone:
		score += scoreRoomNone
	case RoomDelivered:
		score += scoreDelivered
	case RoomUnknown:
		score += x.scoreCover(p, s.Covers.Now())
	case RoomOrdered:
	}
	return score
}

// scoreCover weighs how the goods stand against their accounts: how often they would so stand if a claim of the pair were
// billed once more, against how often they do when one comes, leaning on all pairs while the pair is young.
func (x *Index) scoreCover(p *pair, c Cover) Score {
	if c == CoverUnknown {
		return 0
	}
	const lean = 8
	share := func(own [covers]uint8, all [covers]uint32) uint64 {
		sum := uint64(0)
		for _, count := range all {
			sum += uint64(count)
		}
		return uint64(own[c])*one*one + lean*one*one*uint64(all[c]+1)/(sum+uint64(covers)-1)
	}
	return max(scoreCoverMin, min(scoreCoverMax, ratio(share(p.coversAgain, x.coversAgain), share(p.covers, x.covers))))
}

// scoreGoods weighs the same goods and amount under another number.
func (x *Index) scoreGoods(c *Claim, p *pair, e *Entry, at uint32, s Setting) Score {
	oneOrder := c.Order != 0 && c.Order == e.Order
	if oneOrder && s.Room == RoomNone {
		return ScoreNoRoom
	}
	if oneOrder && s.Room != RoomDelivered {
		return scoreSameGoods
	}
	var r recurrence
	for at, steps := x.amounts.get(amountHash(c)), 0; at != 0 && steps < chainMax && !r.full(); steps++ {
		other := x.At(at)
		if sameAmount(c, &other.Claim) && other.Document != c.Document && !sameNumber(c, &other.Claim) {
			r.add(c, other, at)
		}
		at = other.byAmount
	}
	if r.candidates == 0 {
		return -ScoreNoRoom
	}
	if !oneOrder {
		s.Room = RoomUnknown
	}
	return min(ScoreNoRoom-1, scoreSameLines+x.scoreRecurrence(c, p, &r)+x.scoreNumber(c, p)+x.scoreDay(c)+x.scoreContext(c, p, &e.Claim, s))
}
