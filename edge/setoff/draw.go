package setoff

import (
	"cmp"
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Sum is debt before and after what is proposed, or executed, is set off.
type Sum struct{ Before, After money.Minor }

func (s *Sum) add(before, after money.Minor) {
	s.Before, s.After = money.Add(s.Before, before), money.Add(s.After, after)
}

// Firm is a firm of a drawing; Party is 0 for all that have no place of their own in it.
type Firm struct {
	Party      id.Party
	Count      int
	Owes, Owed Sum
}

// Edge is what one firm of a drawing owes another, by their places in it.
type Edge struct {
	From, To int
	Sum
}

// Drawing is who owes whom, bounded: the largest firms, by what they owe and are owed, and all others as one, which comes last.
type Drawing struct {
	Firms []Firm
	Edges []Edge // between different firms, the largest first
	Among Sum    // debts of the others among themselves
}

// Draw draws the lines that the run holds, or has held until its end; of one member, by its number, where own is not 0. What is not set off
// yet stands in it as it was.
func (s *Sheet) Draw(own uint64, firmsMax int) Drawing {
	volume := make([]money.Minor, len(s.Members))
	var drawn []*clearing.Line
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.State == clearing.LineDropped || own != 0 && l.Debtor != own && l.Creditor != own {
			continue
		}
		drawn = append(drawn, l)
		for _, m := range [...]uint64{l.Debtor, l.Creditor} {
			volume[m-s.Run.First] = money.Add(volume[m-s.Run.First], l.Amount)
		}
	}
	d, places := s.places(volume, firmsMax)
	edges := map[[2]int]*Sum{}
	for _, l := range drawn {
		before, after := l.Amount, l.Amount
		if Published(&s.Run) {
			after = money.Sub(l.Amount, l.Proposed(s.Run.Attempt))
		}
		from, to := places[l.Debtor-s.Run.First], places[l.Creditor-s.Run.First]
		d.Firms[from].Owes.add(before, after)
		d.Firms[to].Owed.add(before, after)
		if from == to {
			d.Among.add(before, after)
			continue
		}
		if edges[[2]int{from, to}] == nil {
			edges[[2]int{from, to}] = &Sum{}
		}
		edges[[2]int{from, to}].add(before, after)
	}
	for between, sum := range edges {
		d.Edges = append(d.Edges, Edge{between[0], between[1], *sum})
	}
	slices.SortFunc(d.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.Before, a.Before), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return d
}

// places gives the largest firms a place of their own, and the others the last one.
func (s *Sheet) places(volume []money.Minor, firmsMax int) (Drawing, []int) {
	var order []int
	for i := range volume {
		if volume[i] > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(volume[b], volume[a]) })
	var d Drawing
	places := make([]int, len(volume))
	for rank, i := range order {
		if rank >= firmsMax && len(order) > firmsMax+1 {
			if rank == firmsMax {
				d.Firms = append(d.Firms, Firm{})
			}
			d.Firms[firmsMax].Count++
			places[i] = firmsMax
			continue
		}
		places[i] = len(d.Firms)
		d.Firms = append(d.Firms, Firm{Party: s.Members[i].Party, Count: 1})
	}
	return d, places
}
