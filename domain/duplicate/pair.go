package duplicate

import (
	"math/bits"

	"millrace/domain/calendar"
)

const weekdays = 7

// pair is what is known of the claims between one seller and one buyer.
type pair struct {
	seller, buyer uint32
	claims        uint32            // parts of one document with the same amount count once
	once          uint32            // amounts that came once
	numbers       uint32            // documents, as far as they followed one another
	again         [2]uint32         // claims whose amount had come within the window: once before, and more often
	reused        uint32            // numbers that came again in another document
	exact         uint32            // identities that came again in another document
	recent        uint32            // the youngest claim with a number of its own
	before        uint32            // another pair with the same hash
	habits        [localities]uint8 // how numbers followed one another, see locality
	habitsSum     uint16
	gapsSum       uint16
	gaps          [gapBins]uint8 // days after which amounts that came once were taken up, see gapBin
	covers        [covers]uint8  // how the goods of its claims stood
	coversAgain   [covers]uint8  // and would have stood, had they come once more
}

// pairOf finds a pair; nil for one that has no claim.
func (x *Index) pairOf(seller, buyer uint32) *pair {
	for at := x.pairHeads.get(pairHash(seller, buyer)); at != 0; at = x.pairs[at-1].before {
		if p := &x.pairs[at-1]; p.seller == seller && p.buyer == buyer {
			return p
		}
	}
	return nil
}

// learn counts a claim that was put into the chains.
func (x *Index) learn(e *Entry, place uint32) {
	p := x.pairOf(e.Seller, e.Buyer)
	if p == nil {
		x.pairs = append(x.pairs, pair{seller: e.Seller, buyer: e.Buyer})
		p = &x.pairs[len(x.pairs)-1]
		p.before = x.pairHeads.put(pairHash(e.Seller, e.Buyer), uint32(len(x.pairs)))
	}
	part := false
	if earlier := x.sameAmount(&e.Claim, e.byAmount); earlier != 0 {
		before := x.At(earlier)
		part = before.Document == e.Document
		if !part && DaysApart(before.Date, e.Date) <= WindowDays {
			class := recurring(uint64(before.ordinal()) + 1)
			p.again[class]++
			x.again[class]++
			if class == 0 {
				x.learnGap(p, DaysApart(before.Date, e.Date))
			}
		}
		e.count(before.ordinal())
		if !part {
			e.count(before.ordinal() + 1)
		}
	}
	if !part {
		x.learnCovers(p, e.Match())
		was := p.once
		p.count(e)
		x.claims++
		x.once += p.once - was
		x.countDay(e)
	}
	if last := x.At(p.recent); last == nil || last.Hash != e.Hash {
		x.learnNumber(p, e)
		e.byPair, p.recent = p.recent, place
	}
}

func (p *pair) count(e *Entry) {
	p.claims++
	switch e.ordinal() {
	case 0:
		p.once++
	case 1:
		p.once--
	}
	if e.Match().Kind == Exact {
		p.exact++
	}
}

func (x *Index) countDay(e *Entry) {
	if e.Date == 0 {
		return
	}
	if x.buyers == nil {
		x.buyers = map[uint32]*[weekdays]uint32{}
	}
	days := x.buyers[e.Buyer]
	if days == nil {
		days = new([weekdays]uint32)
		x.buyers[e.Buyer] = days
	}
	days[e.Date.Weekday()-calendar.Monday]++
}

func (x *Index) learnGap(p *pair, days int) {
	bin := gapBin(days)
	x.gaps[bin]++
	x.gapsSum++
	p.gaps[bin]++
	p.gapsSum++
	if p.gaps[bin] == 1<<8-1 {
		p.gapsSum = 0
		for i := range p.gaps {
			p.gaps[i] /= 2
			p.gapsSum += uint16(p.gaps[i])
		}
	}
}

// learnCovers counts how goods stood, of claims that were not found to be like another one.
func (x *Index) learnCovers(p *pair, m Match) {
	now, again := m.Covers.Now(), m.Covers.Again()
	if now == CoverUnknown || m.Kind != Unique && m.Score >= ReferFrom {
		return
	}
	x.covers[now]++
	x.coversAgain[again]++
	p.covers[now]++
	p.coversAgain[again]++
	if max(p.covers[now], p.coversAgain[again]) == 1<<8-1 {
		for i := range p.covers {
			p.covers[i] /= 2
			p.coversAgain[i] /= 2
		}
	}
}

func (x *Index) learnNumber(p *pair, e *Entry) {
	p.numbers++
	for at, steps := e.byIdentity, 0; at != 0 && steps < chainMax; steps++ {
		if other := x.At(at); sameNumber(&other.Claim, &e.Claim) {
			if other.Document != e.Document {
				p.reused++
			}
			break
		}
		at = x.At(at).byIdentity
	}
	w := x.window(p)
	if w.count == 0 {
		return
	}
	own := e.Number.symbols()
	at := w.locality(&own)
	x.habits[at]++
	x.habitsSum++
	p.habits[at]++
	p.habitsSum++
	if p.habits[at] == 1<<8-1 {
		p.habitsSum = 0
		for i := range p.habits {
			p.habits[i] /= 2
			p.habitsSum += uint16(p.habits[i])
		}
	}
}

// window holds the youngest numbers of a pair, for a look at where the next one stands among them.
type window struct {
	numbers [windowMax]symbols
	count   int
}

const windowMax = 12

// window gathers the youngest numbers.
func (x *Index) window(p *pair) *window {
	w := &x.scratch
	w.count = 0
	for at := p.recent; at != 0 && w.count < windowMax; at = x.At(at).byPair {
		w.numbers[w.count] = x.At(at).Number.symbols()
		w.count++
	}
	return w
}

// The localities: how far a number stands from the nearest of the young ones. 0 is the same number; then come bit lengths of
// the difference of their numerals, numbers that differ before their last numeral, those that differ in letters, and
// those of another shape.
const (
	localityNumeral = 1
	localityEarlier = 40
	localityLetters = 44
	localityShape   = 47
	localities      = 48
)

func (w *window) locality(own *symbols) int {
	nearest := localities - 1
	for i := range w.count {
		nearest = min(nearest, localityOf(own, &w.numbers[i]))
	}
	return nearest
}

func localityOf(a, b *symbols) int {
	if a.count != b.count {
		return localityOfLengths(a, b)
	}
	first, letters := -1, 0
	for i := range a.count {
		left, right := a.at[i], b.at[i]
		if isDigit(left) != isDigit(right) {
			return localityShape
		}
		if left != right {
			if first < 0 {
				first = i
			}
			if !isDigit(left) {
				letters++
			}
		}
	}
	if first < 0 {
		return 0
	}
	if letters > 0 {
		return localityLetters + min(2, letters-1)
	}
	end := first
	for end < a.count && isDigit(a.at[end]) {
		end++
	}
	for i := end; i < a.count; i++ {
		if a.at[i] != b.at[i] {
			return localityEarlier + 1
		}
	}
	distance := numeral(a, first, end) - numeral(b, first, end)
	if end < a.count { // the numeral that differs is not the last
		return localityEarlier
	}
	return localityNumeral + min(localityEarlier-localityNumeral-1, bits.Len64(uint64(max(distance, -distance))))
}

// localityOfLengths admits that a numeral at the end has grown by a digit.
func localityOfLengths(a, b *symbols) int {
	start := 0
	for start < a.count && start < b.count && a.at[start] == b.at[start] {
		start++
	}
	for start > 0 && isDigit(a.at[start-1]) {
		start--
	}
	if a.count-start == 0 || b.count-start == 0 {
		return localityShape
	}
	for i := start; i < max(a.count, b.count); i++ {
		if i < a.count && !isDigit(a.at[i]) || i < b.count && !isDigit(b.at[i]) {
			return localityShape
		}
	}
	distance := numeral(a, start, a.count) - numeral(b, start, b.count)
	return localityNumeral + min(localityEarlier-localityNumeral-1, bits.Len64(uint64(max(distance, -distance))))
}

// numeral reads digits; of more than 18 the last 18.
func numeral(s *symbols, from, to int) int64 {
	v := int64(0)
	for i := max(from, to-18); i < to; i++ {
		v = v*10 + int64(s.at[i]-symbolZero)
	}
	return v
}

// varying is how many digits at the end the young numbers and the given one have had in use: from the first place where
// any two of one shape differ.
func (w *window) varying(own *symbols) int {
	digits := 0
	for i := range w.count {
		for j := range i {
			digits = max(digits, differing(&w.numbers[i], &w.numbers[j]))
		}
	}
	return digits
}

func differing(a, b *symbols) int {
	if a.count != b.count {
		return 0
	}
	for i := range a.count {
		if a.at[i] != b.at[i] {
			digits := 0
			for _, symbol := range a.at[i:a.count] {
				if isDigit(symbol) {
					digits++
				}
			}
			return digits
		}
	}
	return 0
}
