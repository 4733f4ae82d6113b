package view_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/id"
	"millrace/edge/view"
)

// sold is what one has sold to another in one currency.
type sold struct {
	Amount int64
	Count  int
}

// pairOf names a seller, a buyer and a currency.
type pairOf struct{ Seller, Buyer, Currency string }

// traded adds up what was invoiced, by seller, buyer and currency, from the receivables themselves.
func traded(t *testing.T, g *grown, v *view.View) map[pairOf]sold {
	t.Helper()
	all := map[pairOf]sold{}
	q := view.Query{Limit: view.LimitMax}
	for {
		page, err := v.Receivables(g.caller, q)
		if err != nil {
			t.Fatal(err)
		}
		for i := range page.Items {
			r := &page.Items[i]
			of := pairOf{r.Seller.ID, r.Buyer.ID, r.Face.Currency}
			one := all[of]
			all[of] = sold{one.Amount + r.Face.Minor, one.Count + 1}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return all
		}
	}
}

// middles are the parties of a trade in the order of their ids.
func middles(all map[pairOf]sold) []string {
	var found []string
	for of := range all {
		found = append(found, of.Seller, of.Buyer)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// The network round a party has the edges of the book: who sells to whom, how much and how often, and everybody but the smallest.
func TestTheNetworkIsWhatTheInvoicesSay(t *testing.T) {
	g := newGrown(t, 30)
	for range 120 {
		g.day()
	}
	g.with(g.reader, func(v *view.View) {
		all := traded(t, g, v)
		if len(all) < 20 {
			t.Fatalf("only %d pairs trade", len(all))
		}
		edges, cut, deepest, flags := 0, 0, 0, 0
		for _, middle := range middles(all) {
			of, err := id.Parse[id.Party](middle)
			if err != nil {
				t.Fatal(err)
			}
			for depth := 1; depth <= 2; depth++ {
				shown, err := v.Network(g.caller, of, depth)
				if err != nil {
					t.Fatalf("%s: %v", middle, err)
				}
				where := fmt.Sprintf("%s to a depth of %d", middle, depth)
				checkEdges(t, where, &shown, all)
				checkNear(t, where, &shown, all)
				flags += checkFlags(t, where, g, v, &shown)
				edges, cut = edges+len(shown.Edges), cut+shown.Cut
				for _, p := range shown.Parties {
					deepest = max(deepest, p.Steps)
				}
			}
		}
		if edges == 0 || deepest != 2 || flags == 0 {
			t.Errorf("%d edges, %d steps, %d cut, %d flags: too little was tried", edges, deepest, cut, flags)
		}
	})
}

// checkEdges holds the edges among the parties that are shown against all that was invoiced between them.
func checkEdges(t *testing.T, where string, shown *view.TradeNetwork, all map[pairOf]sold) {
	t.Helper()
	places := map[string]bool{}
	for _, p := range shown.Parties {
		places[p.Party.ID] = true
	}
	wanted, got := map[pairOf]sold{}, map[pairOf]sold{}
	for of, one := range all {
		if places[of.Seller] && places[of.Buyer] && of.Currency == shown.Currency {
			wanted[of] = one
		}
	}
	last := int64(0)
	for i, e := range shown.Edges {
		got[pairOf{shown.Parties[e.From].Party.ID, shown.Parties[e.To].Party.ID, e.Amount.Currency}] = sold{e.Amount.Minor, e.Count}
		if i > 0 && e.Amount.Minor > last {
			t.Errorf("%s: edge %d is larger than the one before", where, i)
		}
		last = e.Amount.Minor
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("%s: %s", where, diff)
	}
}

// checkNear holds the parties next to the middle against its counterparties, the largest first, and the number that is left out.
func checkNear(t *testing.T, where string, shown *view.TradeNetwork, all map[pairOf]sold) {
	t.Helper()
	sums := map[string]int64{}
	for of, one := range all {
		if of.Currency != shown.Currency {
			continue
		}
		switch shown.Middle.ID {
		case of.Seller:
			sums[of.Buyer] += one.Amount
		case of.Buyer:
			sums[of.Seller] += one.Amount
		}
	}
	near, smallest := 0, int64(-1)
	for _, p := range shown.Parties[1:] {
		sum, trades := sums[p.Party.ID]
		switch {
		case p.Steps == 1 && !trades:
			t.Errorf("%s: %s does not trade with the middle", where, p.Party.ID)
		case p.Steps == 1:
			if near++; smallest < 0 || sum < smallest {
				smallest = sum
			}
			delete(sums, p.Party.ID)
			_, sells := all[pairOf{p.Party.ID, shown.Middle.ID, shown.Currency}]
			_, buys := all[pairOf{shown.Middle.ID, p.Party.ID, shown.Currency}]
			if want := map[[2]bool]string{{true, false}: "supplier", {false, true}: "buyer", {true, true}: "both"}[[2]bool{sells, buys}]; p.Side != want {
				t.Errorf("%s: %s is %q, not %q", where, p.Party.ID, p.Side, want)
			}
		case trades:
			t.Errorf("%s: %s trades with the middle, and stands two steps away", where, p.Party.ID)
		}
	}
	if len(sums) != shown.Cut {
		t.Errorf("%s: %d are left out, not %d", where, len(sums), shown.Cut)
	}
	for other, sum := range sums {
		if sum > smallest {
			t.Errorf("%s: %s with %d is left out, and one with %d is shown", where, other, sum, smallest)
		}
	}
}

// checkFlags holds flags on what is late or lost, and on those who sell to each other, against the records, and counts them.
func checkFlags(t *testing.T, where string, g *grown, v *view.View, shown *view.TradeNetwork) int {
	t.Helper()
	today, late, lost := shown.Date, map[string]bool{}, map[string]bool{}
	for _, f := range financingsOf(t, v, g.caller, "") {
		debtor := f.Buyer
		if f.Receivable == "" {
			debtor = f.Seller
		}
		if f.State == "defaulted" || f.State == "written_off" {
			lost[debtor.ID] = true
		}
		if isOut(&f) && f.Due < today && f.Outstanding.Minor > 0 && f.Outstanding.Currency == shown.Currency {
			late[f.Buyer.ID], late[f.Seller.ID] = true, true
		}
	}
	sells := map[[2]int]bool{}
	for _, e := range shown.Edges {
		sells[[2]int{e.From, e.To}] = true
	}
	wanted := map[string]bool{}
	for i, p := range shown.Parties {
		if late[p.Party.ID] {
			wanted[fmt.Sprint("overdue ", i)] = true
		}
		if lost[p.Party.ID] {
			wanted[fmt.Sprint("default ", i)] = true
		}
		for j := range i {
			if sells[[2]int{i, j}] && sells[[2]int{j, i}] {
				wanted[fmt.Sprint("mutual ", j, i)] = true
			}
		}
	}
	got := map[string]bool{}
	for at, f := range shown.Flags {
		parties := slices.Sorted(slices.Values(f.Parties))
		switch f.Kind {
		case "overdue", "default":
			got[fmt.Sprint(f.Kind, " ", parties[0])] = true
		case "mutual":
			got[fmt.Sprint("mutual ", parties[0], parties[1])] = true
		}
		for _, p := range f.Parties {
			if !slices.Contains(shown.Parties[p].Flags, at) {
				t.Errorf("%s: flag %d names a party that does not bear it", where, at)
			}
		}
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("%s: flags: %s", where, diff)
	}
	return len(wanted)
}
