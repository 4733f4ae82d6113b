package network

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Graph holds who has sold to whom: an edge from each seller to each of its buyers, with the latest deals. An edge takes 104 bytes, a place in a
// map and 12 bytes with each of its two parties, a party 56. Added to in constant time; the same deals in the same order make the same graph.
type Graph struct {
	shard  uint16
	nodes  []node // by the party's number
	pages  []*[edgePage]edge
	count  uint32 // of edges, numbered from 1
	edgeOf map[[2]uint32]uint32
	first  calendar.Date // of all deals; 0 for none
	latest calendar.Date
}

const edgePage = 1024

type node struct {
	out, in ways // its edges as seller, and as buyer
	first   calendar.Date
}

// ways are the edges of a party that were dealt on last, the last one at the end. No check looks further back than the one that tells it of a cut.
type ways []way

const waysMax = FunnelEdgesMax + 1

// way is an edge as its party sees it, side by side with others: what a walk has to know before it fetches the edge itself.
type way struct {
	edge, party uint32        // party is the other one
	arrived     calendar.Date // of the edge
}

// deal puts an edge at the end.
func (w *ways) deal(on way) {
	at := slices.IndexFunc(*w, func(o way) bool { return o.edge == on.edge })
	switch {
	case at >= 0:
		copy((*w)[at:], (*w)[at+1:])
		(*w)[len(*w)-1] = on
	case len(*w) == waysMax:
		copy(*w, (*w)[1:])
		(*w)[waysMax-1] = on
	default:
		*w = append(*w, on)
	}
}

// since is how many of the edges were dealt on from a date on; it counts to one above most.
func (w ways) since(from calendar.Date, most int) int {
	found := 0
	for found < min(len(w), most+1) && w.latest(found).arrived >= from {
		found++
	}
	return found
}

// latest gives the edge that has so many others dealt on later.
func (w ways) latest(i int) way { return w[len(w)-1-i] }

type edge struct {
	seller, buyer uint32
	first         calendar.Date
	amounts       [DealsKept]money.Minor
	dates         [DealsKept]calendar.Date // none is later than the arrival of the edge with its parties
	receivables   [DealsKept]uint32
	currencies    [DealsKept]money.Currency
}

// New gives an empty graph of a shard.
func New(shard uint16) *Graph {
	return &Graph{shard: shard, edgeOf: map[[2]uint32]uint32{}, nodes: make([]node, 1), pages: []*[edgePage]edge{new([edgePage]edge)}}
}

func (g *Graph) edge(number uint32) *edge { return &g.pages[number/edgePage][number%edgePage] }

func (g *Graph) party(number uint32) id.Party { return id.Make[id.Party](g.shard, uint64(number)) }

// number is the place of a party among the nodes; 0 where it has no deal.
func (g *Graph) number(p id.Party) uint32 {
	if n := p.Number(); n < uint64(len(g.nodes)) {
		return uint32(n)
	}
	return 0
}

// Add takes one more deal, with an amount of at least zero. Dates may come in any order.
func (g *Graph) Add(d Deal, currency money.Currency) {
	seller, buyer := uint32(d.Seller.Number()), uint32(d.Buyer.Number())
	for uint32(len(g.nodes)) <= max(seller, buyer) {
		g.nodes = append(g.nodes, node{})
	}
	if g.first == 0 || d.Date < g.first {
		g.first = d.Date
	}
	g.latest = max(g.latest, d.Date)
	number := g.edgeOf[[2]uint32{seller, buyer}]
	if number == 0 {
		number = g.join(seller, buyer, d.Date)
	}
	e := g.edge(number)
	e.first = min(e.first, d.Date)
	e.keep(d, currency)
	g.nodes[seller].out.deal(way{number, buyer, g.latest})
	g.nodes[buyer].in.deal(way{number, seller, g.latest})
	for _, n := range [...]*node{&g.nodes[seller], &g.nodes[buyer]} {
		if n.first == 0 || d.Date < n.first {
			n.first = d.Date
		}
	}
}

// join begins an edge between two parties.
func (g *Graph) join(seller, buyer uint32, on calendar.Date) uint32 {
	g.count++
	if g.count%edgePage == 0 {
		g.pages = append(g.pages, new([edgePage]edge))
	}
	*g.edge(g.count) = edge{seller: seller, buyer: buyer, first: on}
	g.edgeOf[[2]uint32{seller, buyer}] = g.count
	return g.count
}

// keep puts a deal in the place of the oldest one that is kept, unless it is older itself.
func (e *edge) keep(d Deal, currency money.Currency) {
	at := 0
	for i := range e.dates {
		if e.receivables[i] == 0 {
			at = i
			break
		}
		if e.dates[i] < e.dates[at] || e.dates[i] == e.dates[at] && e.receivables[i] < e.receivables[at] {
			at = i
		}
	}
	if e.receivables[at] != 0 && d.Date < e.dates[at] {
		return
	}
	e.amounts[at], e.dates[at], e.receivables[at], e.currencies[at] = d.Amount, d.Date, uint32(d.Receivable.Number()), currency
}

func (g *Graph) deal(e *edge, i int) Deal {
	return Deal{
		Seller: g.party(e.seller), Buyer: g.party(e.buyer), Receivable: id.Make[id.Receivable](g.shard, uint64(e.receivables[i])),
		Amount: e.amounts[i], Date: e.dates[i],
	}
}

// View is the graph as one question sees it.
type View struct {
	*Graph
	Bounds Bounds
	Today  calendar.Date
	Amount money.Amount // asked about; above zero
}

func (v *View) from() calendar.Date { return v.Today.AddDays(-int(v.Bounds.WindowDays)) }

// young tells whether a party's first deal is young.
func (v *View) young(first calendar.Date) bool {
	days := int(v.Bounds.YoungDays)
	return first != 0 && first > v.Today.AddDays(-days) && v.first <= v.Today.AddDays(-2*days)
}

// gap is the difference of an amount from the one asked about, in millionths of it, at most gapMax.
func (v *View) gap(amount money.Minor) int64 {
	difference := max(amount, v.Amount.Minor) - min(amount, v.Amount.Minor)
	const whole = int64(money.RateOne)
	if difference/gapTimesMax >= v.Amount.Minor {
		return gapMax
	}
	return int64(money.MulDiv(difference, whole, int64(v.Amount.Minor)))
}

const (
	gapTimesMax = 1_000
	gapMax      = gapTimesMax * int64(money.RateOne)
)

// carried is what an edge says about the amount asked about: its nearest deal in the window, the latest, and what is kept of them in all.
type carried struct {
	nearest, latest int // places; -1 for none in the window
	gap             int64
	sum             money.Minor
}

func (v *View) carried(e *edge) carried {
	c, least := carried{nearest: -1, latest: -1, gap: gapMax + 1}, money.Minor(0)
	from := v.from()
	for i := range e.dates {
		if e.receivables[i] == 0 || e.dates[i] < from || e.currencies[i] != v.Amount.Currency {
			continue
		}
		if away := max(e.amounts[i], v.Amount.Minor) - min(e.amounts[i], v.Amount.Minor); c.nearest < 0 || away < least {
			c.nearest, least = i, away
		}
		if c.latest < 0 || e.dates[i] > e.dates[c.latest] || e.dates[i] == e.dates[c.latest] && e.receivables[i] > e.receivables[c.latest] {
			c.latest = i
		}
		c.sum = money.Add(c.sum, e.amounts[i])
	}
	if c.nearest >= 0 {
		c.gap = v.gap(e.amounts[c.nearest])
	}
	return c
}

// Swap looks for an invoice of the buyer to the seller of a near amount in the window. It visits one edge.
func (v *View) Swap(seller, buyer id.Party) Swap {
	found := Swap{Work: Work{Most: 1}}
	number := v.edgeOf[[2]uint32{uint32(buyer.Number()), uint32(seller.Number())}]
	if number == 0 {
		return found
	}
	found.Work.Visited = 1
	e := v.edge(number)
	if c := v.carried(e); c.nearest >= 0 && c.gap <= int64(v.Bounds.NearShare) {
		found.Found, found.Deal, found.Gap = true, v.deal(e, c.nearest), c.gap
	}
	return found
}

// Edges is how many pairs have dealt.
func (g *Graph) Edges() int { return int(g.count) }

// Kept lists the deals that are kept of a pair, in no order, and the date of its first one; none for a pair without deals.
func (g *Graph) Kept(seller, buyer id.Party) ([]Deal, calendar.Date) {
	number := g.edgeOf[[2]uint32{uint32(seller.Number()), uint32(buyer.Number())}]
	if number == 0 {
		return nil, 0
	}
	var kept []Deal
	e := g.edge(number)
	for i := range e.receivables {
		if e.receivables[i] != 0 {
			kept = append(kept, g.deal(e, i))
		}
	}
	return kept, e.first
}
