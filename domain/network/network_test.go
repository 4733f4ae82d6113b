package network_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
)

var eur, _ = money.ParseCurrency("EUR")

const opening = calendar.Date(20_000)

func party(n int) id.Party { return id.Make[id.Party](1, uint64(n)) }

// market is a graph and the list of all its deals.
type market struct {
	graph *network.Graph
	deals []network.Deal
}

func newMarket() *market { return &market{graph: network.New(1)} }

func (m *market) sell(seller, buyer int, amount money.Minor, on calendar.Date) {
	d := network.Deal{
		Seller: party(seller), Buyer: party(buyer), Receivable: id.Make[id.Receivable](1, uint64(len(m.deals)+1)), Amount: amount, Date: on,
	}
	m.deals = append(m.deals, d)
	m.graph.Add(d, eur)
}

func (m *market) ask(today calendar.Date, amount money.Minor) *network.View {
	return &network.View{Graph: m.graph, Bounds: network.Presumed, Today: today, Amount: money.Amount{Minor: amount, Currency: eur}}
}

// shortest is the length of the shortest circle of near deals by a plain search over all deals; 0 for none of at most HopsMax.
func (m *market) shortest(seller, buyer int, amount money.Minor, today calendar.Date) int {
	near := func(d *network.Deal) bool {
		return d.Date >= today-90 && max(d.Amount, amount)-min(d.Amount, amount) <= amount/10
	}
	reached, visited := []id.Party{party(buyer)}, []id.Party{party(buyer)}
	for hops := 2; hops <= network.HopsMax; hops++ {
		var next []id.Party
		for _, from := range reached {
			for i := range m.deals {
				d := &m.deals[i]
				if d.Seller != from || !near(d) || hops == 2 && d.Buyer == party(seller) {
					continue
				}
				if d.Buyer == party(seller) {
					return hops
				}
				if !slices.Contains(visited, d.Buyer) {
					visited, next = append(visited, d.Buyer), append(next, d.Buyer)
				}
			}
		}
		reached = next
	}
	return 0
}

// In markets so small that no bound is met, the circle found is as short as the shortest there is, and its evidence is a circle of deals.
func TestCirclesAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMarket()
		parties := rapid.IntRange(2, 12).Draw(t, "parties")
		kept := map[[2]int]int{}
		for range rapid.IntRange(1, 30).Draw(t, "deals") {
			seller, buyer := rapid.IntRange(1, parties).Draw(t, "seller"), rapid.IntRange(1, parties).Draw(t, "buyer")
			if kept[[2]int{seller, buyer}]++; seller == buyer || kept[[2]int{seller, buyer}] > network.DealsKept {
				continue
			}
			m.sell(seller, buyer, money.Minor(rapid.SampledFrom([]int64{500, 950, 1_000, 1_090, 1_200}).Draw(t, "amount")), opening+calendar.Date(rapid.IntRange(0, 150).Draw(t, "day")))
		}
		if len(m.deals) == 0 {
			return
		}
		use := m.deals[len(m.deals)-1]
		seller, buyer := int(use.Seller.Number()), int(use.Buyer.Number())
		today := opening + 150
		var walk network.Walk
		found := m.ask(today, 1_000).Circle(&walk, use.Seller, use.Buyer)
		want := m.shortest(seller, buyer, 1_000, today)
		if found.Work.Cut || (want > 0) != found.Near || found.Near && int(found.Hops) != want {
			t.Fatalf("found %+v, the shortest has %d hops", found, want)
		}
		at := use.Buyer
		for i := range int(found.Hops) - 1 {
			d := found.Deals[i]
			if d.Seller != at || found.Near && !slices.Contains(m.deals, d) {
				t.Fatalf("deal %d of %+v", i, found)
			}
			at = d.Buyer
		}
		if found.Hops > 0 && at != use.Seller {
			t.Fatalf("no circle: %+v", found)
		}
	})
}

func TestSwap(t *testing.T) {
	m := newMarket()
	m.sell(1, 2, 1_000, opening)
	m.sell(2, 1, 1_040, opening)
	m.sell(2, 1, 5_000, opening+1)
	if found := m.ask(opening+10, 1_000).Swap(party(1), party(2)); !found.Found || found.Gap != 40_000 || found.Deal != m.deals[1] {
		t.Errorf("found %+v", found)
	}
	if found := m.ask(opening+10, 2_000).Swap(party(1), party(2)); found.Found {
		t.Errorf("amounts are far from 2000: %+v", found)
	}
	if found := m.ask(opening+91, 1_000).Swap(party(1), party(2)); found.Found {
		t.Errorf("the window is over: %+v", found)
	}
}

func TestFunnelsAndBursts(t *testing.T) {
	m := newMarket()
	m.sell(1, 2, 100, opening)
	m.sell(3, 2, 100, opening+1)
	today := opening + 200
	for seller := 10; seller < 16; seller++ {
		m.sell(seller, 2, 100, today-5)
	}
	v := m.ask(today, 100)
	if found := v.BuyerFunnel(party(2)); !found.Found || found.Young != 6 || found.Counterparties != 6 || found.Amount != 600 || found.Parties[0] != party(15) {
		t.Errorf("found %+v", found)
	}
	for buyer := 20; buyer < 25; buyer++ {
		m.sell(1, buyer, 100, today-2)
	}
	if found := v.SellerFunnel(party(1)); !found.Found || found.Young != 5 || found.Counterparties != 5 {
		t.Errorf("found %+v", found)
	}
	m.sell(3, 25, 100, opening+3)
	m.sell(1, 25, 100, today)
	if found := v.SellerFunnel(party(1)); found.Found || found.Counterparties != 6 {
		t.Errorf("one of the new buyers is old: %+v", found)
	}
	between, others := network.Trade{Count: 1, Amount: 1_000, Counterparties: 0}, network.Trade{Count: 10, Amount: 1_900, Counterparties: 10}
	if found := v.Burst(party(15), party(2), network.Trade{Count: 1, Amount: 1_000, Counterparties: 1}, between, others); !found.Found || found.Usual != 30 || found.AgeDays != 5 {
		t.Errorf("found %+v", found)
	}
	few := network.Trade{Count: 2, Amount: 1_200, Counterparties: 1} // no more in all than others, in deals six times as large
	if found := v.Burst(party(15), party(2), few, few, network.Trade{Count: 102, Amount: 11_200, Counterparties: 6}); !found.Found || found.Usual != 600 || found.UsualOf != 6 {
		t.Errorf("found %+v", found)
	}
	usual := network.Trade{Count: 6, Amount: 600, Counterparties: 1}
	if found := v.Burst(party(15), party(2), usual, usual, network.Trade{Count: 106, Amount: 10_600, Counterparties: 6}); found.Found {
		t.Errorf("one who trades like the others: %+v", found)
	}
	if found := v.Burst(party(3), party(2), network.Trade{Count: 1, Amount: 1_000, Counterparties: 1}, between, others); found.Found {
		t.Errorf("the party is old: %+v", found)
	}
	if found := m.ask(opening+100, 100).BuyerFunnel(party(2)); found.Found || found.Young != 0 {
		t.Errorf("nobody is young in a young graph: %+v", found)
	}
}

// However dense the graph, the checks visit no more than they may, and say that they were cut off.
func TestWorkIsBounded(t *testing.T) {
	m := newMarket()
	const parties = 200
	for seller := 1; seller <= parties; seller++ {
		for buyer := 1; buyer <= parties; buyer++ {
			if seller != buyer && (seller*7+buyer*13)%5 != 0 {
				m.sell(seller, buyer, 1_000, opening)
			}
		}
	}
	var walk network.Walk
	v := m.ask(opening+1, 70_000) // no deal is near, none can carry it
	found := v.Circle(&walk, party(1), party(2))
	if found.Hops != 0 || found.Work.Visited > network.CircleEdgesMax || !found.Work.Cut {
		t.Errorf("found %+v", found)
	}
	v.Amount.Minor = 1_000
	if found := v.Circle(&walk, party(1), party(2)); found.Hops != 3 || found.Work.Visited > network.CircleEdgesMax {
		t.Errorf("found %+v", found)
	}
	if allocated := testing.AllocsPerRun(10, func() { v.Circle(&walk, party(1), party(2)) }); allocated != 0 {
		t.Errorf("%v allocations", allocated)
	}
}

func TestOwnersInCommon(t *testing.T) {
	person := network.Owner{Person: [16]byte{7}}
	owners := map[id.Party][]network.Stake{
		party(1):  {{Owner: network.Owner{Party: party(10)}, Share: 600_000}},
		party(10): {{Owner: person, Share: 500_000}, {Owner: network.Owner{Party: party(11)}, Share: 500_000}},
		party(2):  {{Owner: person, Share: 300_000}},
		party(3):  {{Owner: network.Owner{Party: party(1)}, Share: 1_000_000}},
		party(11): {{Owner: network.Owner{Party: party(1)}, Share: 100_000}}, // a circle of owners ends
	}
	stakes := func(p id.Party, into []network.Stake) []network.Stake { return append(into, owners[p]...) }
	found := network.Relate(party(1), party(2), stakes)
	if !found.Found || found.Common != person || found.SellerShare != 300_000 || found.BuyerShare != 300_000 || found.Length != 4 ||
		found.Path[1].Party != party(10) || found.Path[2] != person || found.Path[3].Party != party(2) {
		t.Errorf("found %+v", found)
	}
	if found := network.Relate(party(3), party(1), stakes); !found.Found || found.Common.Party != party(1) || found.Length != 2 || found.BuyerShare != money.RateOne {
		t.Errorf("found %+v", found)
	}
	if found := network.Relate(party(2), party(20), stakes); found.Found || found.Work.Visited != 1 {
		t.Errorf("found %+v", found)
	}
	many := func(p id.Party, into []network.Stake) []network.Stake {
		for n := range 200 {
			into = append(into, network.Stake{Owner: network.Owner{Party: party(int(p.Number())*1_000 + n)}, Share: 5_000})
		}
		return into
	}
	if found := network.Relate(party(1), party(2), many); found.Found || !found.Work.Cut || found.Work.Visited > network.OwnersNodesMax {
		t.Errorf("found %+v", found)
	}
}

// However many sellers a buyer has and in whatever order they deal, the ones that are visited are those dealt with last.
func TestDealtOnLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, today := newMarket(), opening+200
		last := map[int]calendar.Date{}
		sellers, on := rapid.IntRange(1, 600).Draw(t, "sellers"), opening
		for range rapid.IntRange(1, 1500).Draw(t, "deals") {
			on = min(on+calendar.Date(rapid.IntRange(0, 10).Draw(t, "later")/10), today)
			seller := 2 + rapid.IntRange(0, sellers-1).Draw(t, "seller")
			m.sell(seller, 1, 100, on)
			last[seller] = on
		}
		view := m.ask(on+80, 100)
		within := 0
		for _, date := range last {
			if date >= on+80-calendar.Date(view.Bounds.WindowDays) {
				within++
			}
		}
		found := view.BuyerFunnel(party(1))
		visited := min(within, network.FunnelEdgesMax)
		if int(found.Work.Visited) != visited || found.Work.Cut != (within > network.FunnelEdgesMax) || int(found.Counterparties) != visited {
			t.Fatalf("of %d sellers in the window %d were visited, cut %t, %d counted", within, found.Work.Visited, found.Work.Cut, found.Counterparties)
		}
	})
}
