package book

import (
	"cmp"
	"math/big"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/dispute"
	"millrace/domain/feature"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/network"
	"millrace/domain/party"
	"millrace/domain/receivable"
)

// features: rolling facts say what the records say, as far as records still have it; what only events have is recounted from the journal
// (FeatureRecount). The graph of trade keeps the latest deals of each pair.
func (a *audit) features() {
	a.featureRecords()
	a.invoiced()
	a.asked()
	a.featurePairs()
	a.featureGroups()
	a.graph()
}

func (a *audit) featureRecords() {
	b := a.b
	if len(b.featureOf) != int(b.features.count) {
		a.breach("index_feature", "", "the index has %d subjects, %d are on record", len(b.featureOf), b.features.count)
	}
	months := uint64(0)
	for n := uint64(1); n <= b.features.count; n++ {
		r := b.features.at(n)
		if uint64(b.featureOf[r.Subject]) != n {
			a.breach("index_feature", recordOf(r.Subject), "the index leads to %d instead of %d", b.featureOf[r.Subject], n)
		}
		for place, number := range r.Ring {
			if number == 0 {
				continue
			}
			months++
			if m := b.featureMonths.at(uint64(number)); m == nil || uint64(m.Record) != n || int(m.Month)%12 != place {
				a.breach("feature_unsound", recordOf(r.Subject), "place %d of the ring is not a month of this record", place)
			}
		}
	}
	if months != b.featureMonths.count {
		a.breach("feature_unsound", "", "%d months are on record, %d are in a ring", b.featureMonths.count, months)
	}
}

// invoiced counts receivables by the dates on which they were opened.
func (a *audit) invoiced() {
	b := a.b
	c := NewFeatureRecount()
	b.receivables.each(func(r *receivable.Receivable) {
		bare := receivable.Receivable{
			ID: r.ID, Trade: r.Trade, Seller: r.Seller, Buyer: r.Buyer, Currency: r.Currency, Face: r.Face, Issued: r.Issued, Due: r.Due,
		}
		c.date = r.Opened
		if r.Trade == 0 && r.Opened > r.Issued {
			a.breach("feature_differs", r.ID.String(), "an imported receivable issued %s counts as opened %s", r.Issued, r.Opened)
		}
		c.opened(&bare)
	})
	c.date = b.clock.Date
	for n := uint64(1); n <= b.features.count; n++ {
		r := b.features.at(n)
		if r.Subject.Kind.Group() || r.Subject.Kind == feature.Programme {
			continue
		}
		k := c.facts[r.Subject]
		if k == nil {
			k = &recounted{}
		}
		only := feature.Record{Subject: r.Subject, Life: invoicesOf(&r.Life), Biggest: r.Biggest, First: r.First, Last: r.Last}
		if what := k.life.differs(&only.Life); what != "" {
			a.breach("feature_differs", recordOf(r.Subject), "by the receivables: %s", what)
		}
		if r.Biggest != k.biggest || r.First != k.first || r.Last != k.last {
			a.breach("feature_differs", recordOf(r.Subject), "biggest %d, first %s, last %s; the receivables have %d, %s, %s", r.Biggest, r.First, r.Last, k.biggest, k.first, k.last)
		}
		a.invoicedMonths(r, k, c.date)
	}
	lacking := 0
	// map order does not reach a result: how many lack a record is counted
	for s := range c.facts {
		if b.featureOf[s] == 0 {
			lacking++
		}
	}
	if lacking > 0 {
		a.breach("feature_differs", "", "of %d subjects there are receivables, and nothing is kept", lacking)
	}
}

func (a *audit) invoicedMonths(r *feature.Record, k *recounted, today calendar.Date) {
	now := today.Year()*12 + today.Month() - 1
	for month := max(1, now-11); month <= now; month++ {
		var kept feature.Counters
		if m := a.b.featureMonths.at(uint64(r.Ring[month%12])); m != nil && int(m.Month) == month {
			kept = invoicesOf(&m.Counters)
		}
		want := k.months[month]
		if want == nil {
			want = &sums{}
		}
		if what := want.differs(&kept); what != "" {
			a.breach("feature_differs", recordOf(r.Subject), "by the receivables of month %d of %d: %s", month%12+1, month/12, what)
		}
	}
}

// invoicesOf is what counters say of invoices alone.
func invoicesOf(c *feature.Counters) feature.Counters {
	only := feature.Counters{TenorDays: c.TenorDays, TenorWeight: c.TenorWeight}
	only.Counts[feature.Invoices], only.Amounts[feature.Invoices] = c.Counts[feature.Invoices], c.Amounts[feature.Invoices]
	return only
}

type askedKey struct {
	subject feature.Subject
	measure feature.Measure
}

// asked counts disputes, and financings that were accepted or declined.
func (a *audit) asked() {
	b := a.b
	var counts, amounts tally[askedKey]
	add := func(s feature.Subject, m feature.Measure, amount money.Minor) {
		counts.add(askedKey{s, m}, 1)
		amounts.add(askedKey{s, m}, amount)
	}
	b.disputes.each(func(d *dispute.Dispute) {
		r := b.receivables.at(d.Receivable.Number())
		if r == nil { // it is a breach elsewhere
			return
		}
		add(feature.Subject{Kind: feature.Pair, Party: r.Seller, Other: r.Buyer, Currency: r.Currency}, feature.Disputes, d.Amount)
	})
	b.financings.each(func(f *funding.Financing) {
		for _, s := range []feature.Subject{{Kind: feature.Seller, Party: f.Seller, Currency: f.Currency}, {Kind: feature.Programme, Programme: f.Programme, Currency: f.Currency}} {
			if f.State == funding.Declined {
				add(s, feature.Refused, f.Amount)
			}
			if (f.Hold != 0 || f.Entered != 0) && (f.SetOffRun == 0 || drawnInRun(f)) {
				add(s, feature.Financed, f.Principal)
			}
		}
	})
	places := map[askedKey]int{}
	for i, key := range counts.keys {
		places[key] = i + 1
	}
	b.features.each(func(r *feature.Record) {
		for _, m := range measuresAsked(r.Subject.Kind) {
			count, amount := money.Minor(0), money.Minor(0)
			if at := places[askedKey{r.Subject, m}]; at != 0 {
				count, amount = counts.sums[at-1], amounts.sums[at-1]
			}
			if money.Minor(r.Life.Counts[m]) != count || r.Life.Amounts[m] != amount {
				a.breach("feature_differs", recordOf(r.Subject), "%d %s of %d; the records have %d of %d", r.Life.Counts[m], m, r.Life.Amounts[m], count, amount)
			}
		}
	})
}

func measuresAsked(kind feature.Kind) []feature.Measure {
	switch kind {
	case feature.Pair:
		return []feature.Measure{feature.Disputes}
	case feature.Seller, feature.Programme:
		return []feature.Measure{feature.Financed, feature.Refused}
	}
	return nil
}

// paired is what pairs come to for one of their parties.
type paired struct {
	counts, amounts [feature.MeasureCount]int64
	squares         big.Int
	largest         money.Minor
	with            map[id.Party]money.Minor
}

func (p *paired) add(pair *feature.Record, other id.Party) {
	for m := range pair.Life.Counts {
		p.counts[m], p.amounts[m] = p.counts[m]+int64(pair.Life.Counts[m]), p.amounts[m]+int64(pair.Life.Amounts[m])
	}
	if x := pair.Life.Amounts[feature.Invoices]; pair.Life.Counts[feature.Invoices] > 0 {
		p.squares.Add(&p.squares, new(big.Int).Mul(big.NewInt(int64(x)), big.NewInt(int64(x))))
		p.largest, p.with[other] = max(p.largest, x), x
	}
}

// featurePairs adds pairs up: what happens to receivables happens between two, and what was invoiced with each makes the concentration.
func (a *audit) featurePairs() {
	b := a.b
	of := map[feature.Subject]*paired{}
	b.features.each(func(r *feature.Record) {
		if r.Subject.Kind != feature.Pair {
			return
		}
		seller := feature.Subject{Kind: feature.Seller, Party: r.Subject.Party, Currency: r.Subject.Currency}
		buyer := feature.Subject{Kind: feature.Buyer, Party: r.Subject.Other, Currency: r.Subject.Currency}
		for i, s := range [...]feature.Subject{seller, buyer} {
			if of[s] == nil {
				of[s] = &paired{with: map[id.Party]money.Minor{}}
			}
			of[s].add(r, [...]id.Party{r.Subject.Other, r.Subject.Party}[i])
		}
	})
	b.features.each(func(r *feature.Record) {
		if r.Subject.Kind != feature.Seller && r.Subject.Kind != feature.Buyer {
			return
		}
		p := of[r.Subject]
		if p == nil {
			p = &paired{}
		}
		for m := feature.Invoices; m <= feature.Reversed; m++ {
			if p.counts[m] != int64(r.Life.Counts[m]) || p.amounts[m] != int64(r.Life.Amounts[m]) {
				a.breach("feature_differs", recordOf(r.Subject), "%d %s of %d, its pairs have %d of %d", r.Life.Counts[m], m, r.Life.Amounts[m], p.counts[m], p.amounts[m])
			}
		}
		if bigOf(r.Squares).Cmp(&p.squares) != 0 || int(r.Counterparties) != len(p.with) || r.Largest != p.largest || p.with[r.LargestParty] != r.Largest {
			a.breach("feature_differs", recordOf(r.Subject), "squares %v of %d counterparties, the largest %d; its pairs have %v of %d, %d",
				bigOf(r.Squares), r.Counterparties, r.Largest, &p.squares, len(p.with), p.largest)
		}
	})
}

func bigOf(w feature.Wide) *big.Int {
	whole := new(big.Int).SetUint64(w.High)
	return whole.Add(whole.Lsh(whole, 64), new(big.Int).SetUint64(w.Low))
}

// featureGroups adds members up to their heads.
func (a *audit) featureGroups() {
	b := a.b
	members := map[id.Party]uint32{}
	b.parties.each(func(p *party.Party) {
		if p.Group != 0 && p.Group != p.ID {
			members[p.Group]++
		}
	})
	b.parties.each(func(p *party.Party) {
		if b.members[p.ID] != members[p.ID] {
			a.breach("index_members", p.ID.String(), "%d parties name this head, the index says %d", members[p.ID], b.members[p.ID])
		}
	})
	squares, parties := map[feature.Subject]*big.Int{}, map[feature.Subject]uint32{}
	life := map[feature.Subject]*[feature.MeasureCount]int64{}
	b.features.each(func(r *feature.Record) {
		kind := map[feature.Kind]feature.Kind{feature.Seller: feature.SellerGroup, feature.Buyer: feature.BuyerGroup}[r.Subject.Kind]
		if kind == 0 {
			return
		}
		head := r.Subject.Party
		for range 16 {
			s := feature.Subject{Kind: kind, Party: head, Currency: r.Subject.Currency}
			if squares[s] == nil {
				squares[s], life[s] = new(big.Int), new([feature.MeasureCount]int64)
			}
			squares[s].Add(squares[s], bigOf(r.Squares))
			parties[s] += r.Counterparties
			for m := range life[s] {
				life[s][m] += int64(r.Life.Amounts[m])
			}
			above := b.parties.at(head.Number())
			if above == nil || above.Group == 0 || above.Group == head {
				break
			}
			head = above.Group
		}
	})
	b.features.each(func(r *feature.Record) {
		if !r.Subject.Kind.Group() {
			return
		}
		want, sum := squares[r.Subject], life[r.Subject]
		if want == nil {
			want, sum = new(big.Int), new([feature.MeasureCount]int64)
		}
		same := bigOf(r.Squares).Cmp(want) == 0 && r.Counterparties == parties[r.Subject]
		for m := range sum {
			same = same && sum[m] == int64(r.Life.Amounts[m])
		}
		if !same {
			a.breach("feature_differs", recordOf(r.Subject), "the group is not what its members add up to")
		}
	})
	kept := 0
	// map order does not reach a result: how many lack a record is counted
	for s := range squares {
		if members[s.Party] > 0 && b.featureOf[s] == 0 {
			kept++
		}
	}
	if kept > 0 {
		a.breach("feature_differs", "", "%d groups with members have no facts, their members have", kept)
	}
}

// graph finds the latest deals of each pair among the receivables.
func (a *audit) graph() {
	b := a.b
	latest := map[pairKey][]network.Deal{}
	first := map[pairKey]calendar.Date{}
	b.receivables.each(func(r *receivable.Receivable) {
		key := pairKey{r.Seller, r.Buyer}
		if day, found := first[key]; !found || r.Opened < day {
			first[key] = r.Opened
		}
		deals := append(latest[key], network.Deal{Seller: r.Seller, Buyer: r.Buyer, Receivable: r.ID, Amount: r.Face, Date: r.Opened})
		slices.SortFunc(deals, byDate)
		latest[key] = deals[max(0, len(deals)-network.DealsKept):]
	})
	for n := uint64(1); n <= b.receivables.count; n++ {
		r := b.receivables.at(n)
		deals := latest[pairKey{r.Seller, r.Buyer}]
		if deals[len(deals)-1].Receivable != r.ID {
			continue // the pair is looked at once
		}
		kept, day := b.graph.Kept(r.Seller, r.Buyer)
		slices.SortFunc(kept, byDate)
		if !slices.Equal(kept, deals) || day != first[pairKey{r.Seller, r.Buyer}] {
			a.breach("index_graph", r.ID.String(), "the graph keeps %d deals of %s to %s since %s, and not the latest of the receivables", len(kept), r.Seller, r.Buyer, day)
		}
	}
	if b.graph.Edges() != len(latest) {
		a.breach("index_graph", "", "the graph has %d edges, %d pairs have receivables", b.graph.Edges(), len(latest))
	}
}

func byDate(x, y network.Deal) int {
	return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.Receivable, y.Receivable))
}
