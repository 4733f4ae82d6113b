package duplicates

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// The kinds of repeats that are put in.
const (
	KindExact      = "exact"
	KindRenumbered = "renumbered"
	KindNear       = "near"
)

// Kinds are the kinds in the order of the report.
var Kinds = []string{KindExact, KindRenumbered, KindNear}

// Injected is a repeat that was put in.
type Injected struct {
	Invoice Invoice
	Kind    string
	Of      int // place of the invoice that it repeats; -1 where that is not in the ledger
}

// Numbering is how a renumbered repeat gets its number.
type Numbering uint8

// The numberings.
const (
	Pattern  Numbering = iota // drawn symbol by symbol from what the supplier has at each place of its numbers of that shape
	Sequence                  // the number that follows the supplier's youngest of that day: as a careful forger would
)

// Inject makes repeats of invoices drawn at random: as many of each kind as share says, in parts per thousand of the
// ledger's invoices with an amount above zero. Renumbered ones come 1 to 90 days later; near ones have one edit in the number, as it
// is mistyped or misread, an amount up to 0.5 % and a date up to 10 days off.
func (l *Ledger) Inject(seed uint64, perMille int, numbering Numbering) []Injected {
	random := rand.New(rand.NewPCG(seed, 0x6d696c6c))
	var eligible []int
	for i := range l.Invoices {
		if l.Invoices[i].Pence > 0 && hasDigit(l.Invoices[i].Number) {
			eligible = append(eligible, i)
		}
	}
	count := min(len(eligible)/len(Kinds), len(l.Invoices)*perMille/1000)
	random.Shuffle(len(eligible), func(i, j int) { eligible[i], eligible[j] = eligible[j], eligible[i] })
	forge := newForge(l, random, numbering)
	injected := make([]Injected, 0, count*len(Kinds))
	for i, place := range eligible[:count*len(Kinds)] {
		r := Injected{Invoice: l.Invoices[place], Kind: Kinds[i%len(Kinds)], Of: place}
		v := &r.Invoice
		v.Txn, v.Posting = fmt.Sprintf("injected-%d", i+1), -1
		switch r.Kind {
		case KindRenumbered:
			v.Date = v.Date.AddDays(1 + random.IntN(90))
			v.Number = forge.number(v)
		case KindNear:
			v.Date = v.Date.AddDays(random.IntN(21) - 10)
			v.Pence += random.Int64N(v.Pence/100+1) - v.Pence/200
			v.Number = forge.edit(v.Number)
		}
		injected = append(injected, r)
	}
	return injected
}

func hasDigit(text string) bool { return strings.ContainsAny(text, "0123456789") }

// forge makes numbers.
type forge struct {
	random    *rand.Rand
	numbering Numbering
	ledger    *Ledger
	of        map[uint32][]int          // invoices of a supplier, in the ledger's order
	shapes    map[shapeKey][]string     // numbers of a supplier of one shape
	taken     map[uint32]map[string]any // numbers of a supplier
}

type shapeKey struct {
	supplier uint32
	shape    string
}

func newForge(l *Ledger, random *rand.Rand, numbering Numbering) *forge {
	f := &forge{random: random, numbering: numbering, ledger: l, of: map[uint32][]int{}, shapes: map[shapeKey][]string{}, taken: map[uint32]map[string]any{}}
	for i := range l.Invoices {
		v := &l.Invoices[i]
		f.of[v.Supplier] = append(f.of[v.Supplier], i)
		if f.taken[v.Supplier] == nil {
			f.taken[v.Supplier] = map[string]any{}
		}
		if _, found := f.taken[v.Supplier][v.Number]; !found {
			f.taken[v.Supplier][v.Number] = nil
			key := shapeKey{v.Supplier, shape(v.Number)}
			f.shapes[key] = append(f.shapes[key], v.Number)
		}
	}
	return f
}

// shape writes 9 for a digit and A for a letter.
func shape(number string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case '0' <= r && r <= '9':
			return '9'
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			return 'A'
		}
		return r
	}, number)
}

const triesMax = 20

// number gives a number that the supplier has not used, in the pattern of the invoice's own.
func (f *forge) number(v *Invoice) string {
	if f.numbering == Sequence {
		if next, ok := f.next(v); ok {
			return next
		}
	}
	same := f.shapes[shapeKey{v.Supplier, shape(v.Number)}]
	for range triesMax {
		drawn := []byte(v.Number)
		for i := range drawn {
			drawn[i] = same[f.random.IntN(len(same))][i]
		}
		if _, used := f.taken[v.Supplier][string(drawn)]; !used {
			return string(drawn)
		}
	}
	return f.redraw(v)
}

// redraw draws the digits at the end at random, where the supplier's numbers of the shape are too few to draw from.
func (f *forge) redraw(v *Invoice) string {
	for width := 2; ; width++ {
		drawn := []byte(v.Number)
		for i, left := len(drawn)-1, width; i >= 0 && left > 0; i-- {
			if '0' <= drawn[i] && drawn[i] <= '9' {
				drawn[i] = byte('0' + f.random.IntN(10))
				left--
			}
		}
		if _, used := f.taken[v.Supplier][string(drawn)]; !used || width > triesMax {
			return string(drawn)
		}
	}
}

// next follows the youngest number of that shape up to the day.
func (f *forge) next(v *Invoice) (string, bool) {
	youngest := ""
	for _, place := range f.of[v.Supplier] {
		if other := &f.ledger.Invoices[place]; other.Date <= v.Date && shape(other.Number) == shape(v.Number) {
			youngest = other.Number
		}
	}
	end := strings.LastIndexAny(youngest, "0123456789") + 1
	start := end
	for start > 0 && end-start < 18 && '0' <= youngest[start-1] && youngest[start-1] <= '9' {
		start--
	}
	value, err := strconv.ParseInt(youngest[start:end], 10, 64)
	if err != nil {
		return "", false
	}
	for step := int64(1); step <= 200; step++ {
		next := fmt.Sprintf("%s%0*d%s", youngest[:start], end-start, value+step, youngest[end:])
		if _, used := f.taken[v.Supplier][next]; !used {
			return next, true
		}
	}
	return "", false
}

var lookAlikes = map[byte]string{'0': "O", 'O': "0", '1': "IL", 'I': "1", 'L': "1", '5': "S", 'S': "5", '8': "B", 'B': "8", '2': "Z", 'Z': "2"}

// edit makes one typing or reading error in a number: half of them look-alikes where there is one.
func (f *forge) edit(number string) string {
	symbols := []byte(number)
	var places, alike []int
	for i, b := range symbols {
		if '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' {
			places = append(places, i)
		}
		if lookAlikes[b] != "" {
			alike = append(alike, i)
		}
	}
	for {
		edited := f.editAt(slices.Clone(symbols), places, alike)
		if compact(edited) != compact(symbols) {
			return string(edited)
		}
	}
}

func (f *forge) editAt(symbols []byte, places, alike []int) []byte {
	if len(alike) > 0 && f.random.IntN(2) == 0 {
		i := alike[f.random.IntN(len(alike))]
		others := lookAlikes[symbols[i]]
		symbols[i] = others[f.random.IntN(len(others))]
		return symbols
	}
	i := places[f.random.IntN(len(places))]
	switch f.random.IntN(4) {
	case 0:
		symbols[i] = f.like(symbols[i])
		return symbols
	case 1:
		return slices.Insert(symbols, i, f.like(symbols[i]))
	case 2:
		if len(places) > 1 {
			return slices.Delete(symbols, i, i+1)
		}
	case 3:
		if i+1 < len(symbols) {
			symbols[i], symbols[i+1] = symbols[i+1], symbols[i]
		}
	}
	return symbols
}

// like draws a digit for a digit, a letter for a letter.
func (f *forge) like(b byte) byte {
	if '0' <= b && b <= '9' {
		return byte('0' + f.random.IntN(10))
	}
	return byte('A' + f.random.IntN(26))
}

// compact leaves letters and digits in upper case.
func compact(number []byte) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if shape(string(r)) == string(r) && r != 'A' && r != '9' {
			return -1
		}
		return r
	}, string(number)))
}
