package duplicates

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"testing"
)

func TestTop(t *testing.T) {
	f, err := Open("../../../shared/data/ledger/calderdale.csv.gz")
	if err != nil {
		t.Skip(err)
	}
	l, _ := Read(f)
	p := pass(l.Invoices)
	back := make([]int, len(p.places))
	for i, at := range p.places {
		back[at] = i
	}
	var tops []int
	kinds := map[string]int{}
	for at := range p.matches {
		if p.matches[at].Kind != 0 && !blocked(p.matches[at]) {
			tops = append(tops, at)
			if p.matches[at].Score >= 1000 {
				kinds[fmt.Sprint(p.matches[at].Kind, p.matches[at].Distance)]++
			}
		}
	}
	fmt.Fprintln(os.Stderr, kinds)
	slices.SortFunc(tops, func(a, b int) int { return cmp.Compare(p.matches[b].Score, p.matches[a].Score) })
	for i := 0; i < 8000; i += 100 {
		at := tops[i]
		m := p.matches[at]
		v, o := l.Invoices[back[at]], l.Invoices[back[m.Other-1]]
		pp := p.index.Pairs(v.Supplier, v.Buyer)
		fmt.Fprintf(os.Stderr, "%5d %6.2f %-12s d%d %9d/%9d %s/%s %q/%q %s\n", i, float64(m.Score)/100, m.Kind, m.Distance, v.Pence, o.Pence, v.Date, o.Date, v.Number, o.Number, pp)
	}
}
