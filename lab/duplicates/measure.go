package duplicates

import (
	"cmp"
	"slices"
	"time"

	"millrace/domain/duplicate"
)

// Result is what a measurement ends with. Shares are of 1; what is per 10,000 is of the ledger's own invoices.
type Result struct {
	Lines           int              `json:"lines"`
	BadRows         int              `json:"bad_rows"`
	Redacted        int              `json:"redacted_lines"`
	WithoutNumber   int              `json:"lines_without_number"`
	Invoices        int              `json:"invoices"`
	Injected        map[string]int   `json:"injected"`
	Unmatched       int              `json:"unmatched_truth"` // rows of the truth file whose transactions are not in the ledger
	Bits            float64          `json:"refer_from_bits"`
	ExactRecall     float64          `json:"exact_recall"`
	ExactBlocked    float64          `json:"exact_blocked"`
	RenumberedFound float64          `json:"renumbered_recall"`
	NearFound       float64          `json:"near_recall"`
	BlocksPer10k    float64          `json:"blocks_per_10k"`
	ReferralsPer10k float64          `json:"referrals_per_10k"`
	CheckP50Us      float64          `json:"check_p50_us"`
	CheckP99Us      float64          `json:"check_p99_us"`
	BytesPerInvoice float64          `json:"bytes_per_invoice"`
	Candidates      *CandidatesFound `json:"candidates,omitempty"`
	Curve           []Point          `json:"curve"`
}

// Point is one point of the curve: what is found when so many of the ledger's own invoices are referred. Once and
// recurring tell apart whether the supplier has billed the amount under another number too.
type Point struct {
	ReferralsPer10k     float64 `json:"referrals_per_10k"`
	Bits                float64 `json:"bits"` // referred from this weight on
	Renumbered          float64 `json:"renumbered_recall"`
	RenumberedOnce      float64 `json:"renumbered_recall_once"`
	RenumberedRecurring float64 `json:"renumbered_recall_recurring"`
	Near                float64 `json:"near_recall"`
	NearOnce            float64 `json:"near_recall_once"`
	NearRecurring       float64 `json:"near_recall_recurring"`
}

// referralsPer10k are the points of the curve.
var referralsPer10k = []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000}

// passage is one run of invoices through the index.
type passage struct {
	matches []duplicate.Match // by place in the sequence
	places  []int             // of the sequence, by place in the list of invoices
	nanos   []int64
	index   *duplicate.Index
}

// pass checks and adds invoices in the order of their dates, as a book does: the very same check.
func pass(invoices []Invoice) *passage {
	order := make([]int, len(invoices))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(invoices[a].Date, invoices[b].Date) })
	p := &passage{
		matches: make([]duplicate.Match, len(order)), places: make([]int, len(order)), nanos: make([]int64, len(order)), index: &duplicate.Index{},
	}
	documents := map[int]uint32{}
	parts := map[uint32][]int{} // of postings with several invoices
	next := uint32(0)
	for at, i := range order {
		v := &invoices[i]
		document, found := documents[v.Posting]
		if !found || v.Posting < 0 {
			next++
			document = next
			documents[v.Posting] = document
		}
		c := v.claim(document)
		began := time.Now()
		m := p.index.Check(&c, duplicate.Setting{})
		p.nanos[at] = time.Since(began).Nanoseconds()
		p.index.Add(&c, m)
		p.matches[at], p.places[i] = m, at
		parts[document] = append(parts[document], at)
	}
	p.whole(parts)
	return p
}

// whole drops matches of single lines: a document repeats another when all of its lines do, or when it bills all that the
// other one does. One line that two long invoices have in common makes neither a repeat.
func (p *passage) whole(parts map[uint32][]int) {
	for _, places := range parts {
		if len(places) == 1 {
			continue
		}
		others := map[uint32]map[uint32]bool{}
		matched := 0
		for _, at := range places {
			if m := p.matches[at]; m.Kind != duplicate.Unique {
				matched++
				of := p.index.At(m.Other).Document
				if others[of] == nil {
					others[of] = map[uint32]bool{}
				}
				others[of][m.Other] = true
			}
		}
		if matched == len(places) {
			continue
		}
		for _, at := range places {
			if m := p.matches[at]; m.Kind != duplicate.Unique {
				if of := p.index.At(m.Other).Document; len(others[of]) < len(parts[of]) {
					p.matches[at] = duplicate.Match{}
				}
			}
		}
	}
}

// weight is that of a match for the curve; what is exact and no habit is blocked and not referred.
func weight(m duplicate.Match) duplicate.Score {
	if m.Kind == duplicate.Unique {
		return unmatched
	}
	return m.Score
}

// unmatched is the weight of what is unique.
const unmatched = duplicate.Score(-1 << 30)

func blocked(m duplicate.Match) bool { return m.Kind == duplicate.Exact && !m.Habit }

// ReferFrom is the weight from which an invoice is referred unless a programme says otherwise.
const ReferFrom = duplicate.ReferFrom

// Measure puts the injected among the ledger's invoices and counts what is found. Blocks and referrals of the ledger's own
// invoices are counted without them.
func (l *Ledger) Measure(injected []Injected, bare *Ledger) *Result {
	own := pass(bare.Invoices)
	all := append(slices.Clone(bare.Invoices), make([]Invoice, 0, len(injected))...)
	for i := range injected {
		all = append(all, injected[i].Invoice)
	}
	with := pass(all)
	r := &Result{
		Lines: l.Lines, BadRows: l.Bad, Redacted: l.Redacted, WithoutNumber: l.Bare, Invoices: len(bare.Invoices), Injected: map[string]int{},
		Bits: bits(ReferFrom), BytesPerInvoice: float64(own.index.Bytes()) / float64(max(1, len(bare.Invoices))),
	}
	slices.Sort(own.nanos)
	if n := len(own.nanos); n > 0 {
		r.CheckP50Us, r.CheckP99Us = float64(own.nanos[n/2])/1000, float64(own.nanos[n*99/100])/1000
	}
	var weights []duplicate.Score
	blocks := 0
	for _, m := range own.matches {
		if blocked(m) {
			blocks++
		} else {
			weights = append(weights, weight(m))
		}
	}
	slices.SortFunc(weights, func(a, b duplicate.Score) int { return cmp.Compare(b, a) })
	share := 10_000 / float64(max(1, len(own.matches)))
	r.BlocksPer10k = float64(blocks) * share
	r.ReferralsPer10k = float64(reaching(weights, ReferFrom)) * share
	t := newTally(bare, injected, with)
	r.tell(t, injected)
	for _, per10k := range referralsPer10k {
		from := floor(weights, int(per10k/share))
		point := t.point(from)
		point.ReferralsPer10k = float64(reaching(weights, from)) * share
		r.Curve = append(r.Curve, point)
	}
	return r
}

func (r *Result) tell(t *tally, injected []Injected) {
	for _, kind := range Kinds {
		r.Injected[kind] = 0
	}
	for i := range injected {
		r.Injected[injected[i].Kind]++
	}
	r.ExactRecall, r.ExactBlocked = t.recall(KindExact, ReferFrom, anyAmount), t.exactBlocked()
	r.RenumberedFound, r.NearFound = t.recall(KindRenumbered, ReferFrom, anyAmount), t.recall(KindNear, ReferFrom, anyAmount)
}

func bits(s duplicate.Score) float64 { return float64(s) / 100 }

// reaching counts the weights, in descending order, that are at least from.
func reaching(weights []duplicate.Score, from duplicate.Score) int {
	at, _ := slices.BinarySearchFunc(weights, from, func(w, from duplicate.Score) int {
		if w >= from {
			return -1
		}
		return 1
	})
	return at
}

// floor is the least weight that at most so many reach; that of the lightest match where there are no more.
func floor(weights []duplicate.Score, most int) duplicate.Score {
	matches := reaching(weights, unmatched+1)
	switch {
	case matches == 0:
		return 0
	case most >= matches:
		return weights[matches-1]
	}
	return weights[most] + 1
}

type amounts uint8

const (
	anyAmount amounts = iota
	amountOnce
	amountRecurring
)

// tally holds the weight with which each repeat was found.
type tally struct {
	kinds     []string
	weights   []duplicate.Score
	blocks    []bool
	recurring []bool
}

func newTally(bare *Ledger, injected []Injected, with *passage) *tally {
	t := &tally{}
	numbers := bare.numbersOf()
	for i := range injected {
		r := &injected[i]
		at := with.places[len(bare.Invoices)+i]
		m := with.matches[at]
		w, b := weight(m), blocked(m)
		recurring := false
		if r.Of >= 0 {
			v := &bare.Invoices[r.Of]
			recurring = numbers[amountKey{v.Buyer, v.Supplier, v.Pence}] > 1
			// When the original is the later of the two, it is the one that is found to be a repeat.
			if of := with.places[r.Of]; of > at && with.matches[of].Other == uint32(at+1) {
				w, b = max(w, weight(with.matches[of])), b || blocked(with.matches[of])
			}
		}
		t.kinds, t.weights = append(t.kinds, r.Kind), append(t.weights, w)
		t.blocks, t.recurring = append(t.blocks, b), append(t.recurring, recurring)
	}
	return t
}

type amountKey struct {
	buyer, supplier uint32
	pence           int64
}

// numbersOf counts under how many numbers a supplier has billed each amount: 2 stands for more.
func (l *Ledger) numbersOf() map[amountKey]int {
	first, counts := map[amountKey]string{}, map[amountKey]int{}
	for i := range l.Invoices {
		v := &l.Invoices[i]
		key := amountKey{v.Buyer, v.Supplier, v.Pence}
		if number, found := first[key]; !found {
			first[key], counts[key] = v.Number, 1
		} else if number != v.Number {
			counts[key] = 2
		}
	}
	return counts
}

func (t *tally) recall(kind string, from duplicate.Score, of amounts) float64 {
	found, count := 0, 0
	for i := range t.kinds {
		if t.kinds[i] != kind || of == amountOnce && t.recurring[i] || of == amountRecurring && !t.recurring[i] {
			continue
		}
		count++
		if t.blocks[i] || t.weights[i] >= from {
			found++
		}
	}
	return float64(found) / float64(max(1, count))
}

func (t *tally) exactBlocked() float64 {
	found, count := 0, 0
	for i := range t.kinds {
		if t.kinds[i] == KindExact {
			count++
			if t.blocks[i] {
				found++
			}
		}
	}
	return float64(found) / float64(max(1, count))
}

func (t *tally) point(from duplicate.Score) Point {
	return Point{
		Bits:       bits(from),
		Renumbered: t.recall(KindRenumbered, from, anyAmount), RenumberedOnce: t.recall(KindRenumbered, from, amountOnce),
		RenumberedRecurring: t.recall(KindRenumbered, from, amountRecurring),
		Near:                t.recall(KindNear, from, anyAmount), NearOnce: t.recall(KindNear, from, amountOnce),
		NearRecurring: t.recall(KindNear, from, amountRecurring),
	}
}
