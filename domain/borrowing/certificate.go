package borrowing

import (
	"math/bits"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Line is what a row of the certificate says.
type Line uint8

// The lines in the order of the table. Those up to Advanced are by class, those after it in one sum.
const (
	Gross           Line = 1 + iota // of all items with an amount
	Less                            // for a reason
	EligibleTotal                   // what caps may be measured against
	LessAboveCap                    // for a reason of concentration
	NetEligible                     //
	Advance                         // net eligible * advance rate, rounded down
	LessAboveMax                    // above what the class may add
	Advanced                        //
	AdvancedTotal                   // over all classes
	DilutionReserve                 // less
	OtherReserves                   // less
	Base                            // not below zero
	LimitOfFacility                 //
	Drawable                        // the lesser of the two
	Outstanding                     // less
	Available                       // what may still be drawn
	Overadvance                     // or what is to be repaid
)

var lineNames = [...]string{
	"", "gross", "less", "eligible", "less_above_cap", "net_eligible", "advance", "less_above_max", "advanced", "advanced_total", "dilution_reserve", "other_reserves",
	"base", "limit_of_facility", "drawable", "outstanding", "available", "overadvance",
}

// String is the name used in API and console.
func (l Line) String() string { return lineNames[l] }

// MarshalText gives the name.
func (l Line) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Row is one row of the table. Rows named less hold what is taken off as positive amounts.
type Row struct {
	Line    Line                    `cbor:"1,keyasint"`
	Reason  Reason                  `cbor:"2,keyasint,omitempty"` // of a row that takes something off
	Amounts [ClassesMax]money.Minor `cbor:"3,keyasint"`           // by class; zero from AdvancedTotal on
	Total   money.Minor             `cbor:"4,keyasint"`
}

// Capped is an obligor, group or country above its cap.
type Capped struct {
	Reason  Reason      `cbor:"1,keyasint"`
	Party   id.Party    `cbor:"2,keyasint,omitempty"` // the obligor, or the head of the group
	Country Country     `cbor:"3,keyasint,omitempty"`
	Before  money.Minor `cbor:"4,keyasint"`
	Cap     money.Minor `cbor:"5,keyasint"`
}

// Lost is what an obligor's items as a whole lose for a reason from ContraAccount on.
type Lost struct {
	Party  id.Party    `cbor:"1,keyasint"`
	Reason Reason      `cbor:"2,keyasint"`
	Amount money.Minor `cbor:"3,keyasint"`
}

// Certificate is a borrowing base on a day.
type Certificate struct {
	On           calendar.Date  `cbor:"1,keyasint"`
	Currency     money.Currency `cbor:"2,keyasint"`
	Classes      []Class        `cbor:"3,keyasint"`
	Rows         []Row          `cbor:"4,keyasint"`
	CapsOf       money.Minor    `cbor:"5,keyasint"` // size of the pool that caps are a share of
	Capped       []Capped       `cbor:"6,keyasint,omitempty"`
	DilutionRate money.Rate     `cbor:"7,keyasint"`
	Items        int64          `cbor:"8,keyasint"`            // in the pool
	ItemsCounted int64          `cbor:"9,keyasint"`            // that are not out as a whole by themselves
	Lost         []Lost         `cbor:"10,keyasint,omitempty"` // by obligor, and for each in the order of reasons
	Rounds       int            `cbor:"-"`                     // of the search for CapsOf; says how long it took and nothing else
}

// Find gives the total of the first row with a line and reason; 0 where there is none.
func (c *Certificate) Find(line Line, reason Reason) money.Minor {
	for i := range c.Rows {
		if c.Rows[i].Line == line && c.Rows[i].Reason == reason {
			return c.Rows[i].Total
		}
	}
	return 0
}

// Certify computes the base of a pool. Outstanding is what is drawn; dilutions are the shares of sales that credit notes and the
// like took off, one a period, each 0 or more.
func (p *Pool) Certify(outstanding money.Minor, dilutions []money.Rate) Certificate {
	c := Certificate{On: p.on, Currency: p.terms.Currency, Classes: slices.Clone(p.terms.Classes)}
	for _, n := range p.items {
		c.Items += n
	}
	c.ItemsCounted = p.items[Eligible]
	w := working{pool: p, out: p.out, left: make([]columns, len(p.nodes)), order: p.terms.byAdvance()}
	w.age()
	eligible := w.contra()
	w.concentrate(&c, eligible)
	slices.SortStableFunc(w.lost, func(a, b Lost) int { return compare(a.Party, b.Party) })
	c.Lost = w.lost
	w.table(&c)
	p.terms.conclude(&c, outstanding, dilutions)
	return c
}

// working is a certificate in the making.
type working struct {
	pool  *Pool
	out   [reasonsEnd]columns
	left  []columns // of each obligor
	lost  []Lost
	order []int // classes, the highest advance rate first
}

// byAdvance orders the classes of receivables: what a whole obligor loses, it loses where most would be advanced on it.
func (t *Terms) byAdvance() []int {
	var order []int
	for i := range t.Classes {
		if t.Classes[i].Kind == Receivables {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(t.Classes[b].AdvanceRate - t.Classes[a].AdvanceRate) })
	return order
}

// age takes cross-aged obligors out, and of the others what is disputed or credited.
func (w *working) age() {
	for i := range w.pool.nodes {
		n := &w.pool.nodes[i]
		aged := w.pool.terms.crossAged(n.overdue, n.total)
		for class, amount := range n.amount {
			if aged {
				w.out[CrossAged][class] = money.Add(w.out[CrossAged][class], amount)
				continue
			}
			w.out[DisputedPart][class] = money.Add(w.out[DisputedPart][class], n.disputed[class])
			w.out[CreditNotes][class] = money.Add(w.out[CreditNotes][class], n.credits[class])
			w.left[i][class] = money.Sub(money.Sub(amount, n.disputed[class]), n.credits[class])
		}
	}
}

// take takes an amount off an obligor for a reason, as far as there is something to take.
func (w *working) take(i int, amount money.Minor, reason Reason) {
	amount = min(amount, w.left[i].sum())
	if amount <= 0 {
		return
	}
	w.lost = append(w.lost, Lost{w.pool.nodes[i].obligor.Party, reason, amount})
	for _, class := range w.order {
		part := min(amount, w.left[i][class])
		w.left[i][class] -= part
		w.out[reason][class] = money.Add(w.out[reason][class], part)
		amount -= part
	}
}

// contra takes off what obligors could set off, and gives the eligible total of receivables.
func (w *working) contra() money.Minor {
	total := money.Minor(0)
	for i := range w.pool.nodes {
		w.take(i, max(0, w.pool.nodes[i].obligor.Contra), ContraAccount)
		total = money.Add(total, w.left[i].sum())
	}
	return total
}

func (w *working) concentrate(c *Certificate, eligible money.Minor) {
	nodes := w.pool.nodes
	amounts := make([]money.Minor, len(nodes))
	for i := range nodes {
		amounts[i] = w.left[i].sum()
	}
	k := newConcentration(w.pool.terms, nodes, amounts)
	c.CapsOf, c.Rounds = k.settle(eligible)
	obligorCap := capOf(c.CapsOf, w.pool.terms.ObligorCap)
	for i := range nodes {
		if amounts[i] > obligorCap {
			c.Capped = append(c.Capped, Capped{Reason: ObligorConcentration, Party: nodes[i].obligor.Party, Before: amounts[i], Cap: obligorCap})
		}
		w.take(i, amounts[i]-k.byName[i], ObligorConcentration)
		w.take(i, k.byName[i]-k.byGroup[i], GroupConcentration)
		w.take(i, k.byGroup[i]-k.byCountry[i], CountryConcentration)
	}
	groupCap, countryCap := capOf(c.CapsOf, w.pool.terms.GroupCap), capOf(c.CapsOf, w.pool.terms.CountryCap)
	for g, members := range k.groups.members {
		if k.sums[0][g] > groupCap {
			c.Capped = append(c.Capped, Capped{Reason: GroupConcentration, Party: nodes[members[0]].obligor.Group, Before: k.sums[0][g], Cap: groupCap})
		}
	}
	for g, members := range k.countries.members {
		if k.sums[1][g] > countryCap {
			c.Capped = append(c.Capped, Capped{Reason: CountryConcentration, Country: nodes[members[0]].obligor.Country, Before: k.sums[1][g], Cap: countryCap})
		}
	}
}

// table writes the rows by class.
func (w *working) table(c *Certificate) {
	add := func(line Line, reason Reason, amounts columns) {
		c.Rows = append(c.Rows, Row{Line: line, Reason: reason, Amounts: amounts, Total: amounts.sum()})
	}
	standing := w.pool.gross
	add(Gross, 0, standing)
	for reason := ObligorUnknown; reason < reasonsEnd; reason++ {
		if reason == ObligorConcentration {
			add(EligibleTotal, 0, standing)
		}
		line := Less
		if reason >= ObligorConcentration {
			line = LessAboveCap
		}
		if w.out[reason] != (columns{}) {
			add(line, reason, w.out[reason])
		}
		for class := range standing {
			standing[class] = money.Sub(standing[class], w.out[reason][class])
		}
	}
	add(NetEligible, 0, standing)
	var advance, above, advanced columns
	for class := range c.Classes {
		k := &c.Classes[class]
		advance[class] = shareDown(standing[class], k.AdvanceRate)
		if k.AdvanceMax > 0 {
			above[class] = max(0, advance[class]-k.AdvanceMax)
		}
		advanced[class] = advance[class] - above[class]
	}
	add(Advance, 0, advance)
	if above != (columns{}) {
		add(LessAboveMax, 0, above)
	}
	add(Advanced, 0, advanced)
}

// DilutionRate is max(floor, multiple * average), rounded up, at most 100 %. Without periods it is the floor.
func (t *Terms) DilutionRate(dilutions []money.Rate) money.Rate {
	rate := t.DilutionFloor
	if len(dilutions) > 0 {
		sum := uint64(0)
		for _, d := range dilutions {
			sum += uint64(d)
		}
		divisor := uint64(money.RateOne) * uint64(len(dilutions))
		high, low := bits.Mul64(sum, uint64(t.DilutionMultiple))
		low, carry := bits.Add64(low, divisor-1, 0)
		rate = max(rate, money.Rate(quotient(high+carry, low, divisor)))
	}
	return min(rate, money.RateOne)
}

// conclude writes the rows in one sum.
func (t *Terms) conclude(c *Certificate, outstanding money.Minor, dilutions []money.Rate) {
	receivables := money.Minor(0)
	net := &c.Rows[slices.IndexFunc(c.Rows, func(r Row) bool { return r.Line == NetEligible })]
	for class := range t.Classes {
		if t.Classes[class].Kind == Receivables {
			receivables = money.Add(receivables, net.Amounts[class])
		}
	}
	c.DilutionRate = t.DilutionRate(dilutions)
	total := c.Rows[len(c.Rows)-1].Total
	dilution := shareUp(receivables, c.DilutionRate)
	base := max(0, money.Sub(money.Sub(total, dilution), t.ReserveOtherTotal))
	drawable := min(base, t.LimitOfFacility)
	for _, row := range []Row{
		{Line: AdvancedTotal, Total: total},
		{Line: DilutionReserve, Total: dilution},
		{Line: OtherReserves, Total: t.ReserveOtherTotal},
		{Line: Base, Total: base},
		{Line: LimitOfFacility, Total: t.LimitOfFacility},
		{Line: Drawable, Total: drawable},
		{Line: Outstanding, Total: outstanding},
		{Line: Available, Total: max(0, money.Sub(drawable, outstanding))},
		{Line: Overadvance, Total: max(0, money.Sub(outstanding, drawable))},
	} {
		c.Rows = append(c.Rows, row)
	}
}
