package borrowing

import (
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

const today = calendar.Date(20_500)

func party(n uint64) id.Party { return id.Make[id.Party](1, n) }

func terms() Terms {
	return Terms{
		Currency: 978,
		Classes: []Class{
			{Name: "domestic receivables", Kind: Receivables, AdvanceRate: 850_000},
			{Name: "export receivables", Kind: Receivables, AdvanceRate: 700_000},
			{Name: "stock", Kind: Stock, AdvanceRate: 500_000, AdvanceMax: 20_000_00},
		},
		Home: Country{'D', 'E'}, OverdueDaysMax: 60, CrossAging: 250_000, TenorDaysMax: 120, DocumentDaysMax: 180, Unconfirmed: Counts, Foreign: Counts,
		CapBasis: OfEligible, ObligorCap: 250_000, GroupCap: 300_000, CountryCap: 400_000,
		DilutionFloor: 20_000, DilutionMultiple: 1_500_000, LimitOfFacility: 1_000_000_00, ReserveOtherTotal: 1_000_00,
	}
}

func sound(key uint64, obligor uint64, amount money.Minor) Item {
	return Item{Key: key, Obligor: party(obligor), Amount: amount, Issued: today - 30, Due: today + 30, Documented: today - 30}
}

func TestEveryReasonHasItsReproducer(t *testing.T) {
	strict := terms()
	strict.Unconfirmed, strict.Foreign = Excluded, Excluded
	obligors := []Obligor{
		{Party: party(1), Country: strict.Home},
		{Party: party(2), Country: strict.Home, Related: Related},
		{Party: party(3), Country: Country{'F', 'R'}},
		{Party: party(4), Country: strict.Home},
	}
	for want, change := range map[Reason]func(i *Item){
		Eligible:       func(i *Item) {},
		NothingOwed:    func(i *Item) { i.Amount = 0 },
		ClassUnknown:   func(i *Item) { i.Class = 3 },
		ObligorUnknown: func(i *Item) { i.Obligor = party(9) },
		Overdue:        func(i *Item) { i.Due = today - 61; i.Issued = today - 90 },
		RelatedObligor: func(i *Item) { i.Obligor = party(2) },
		ForeignObligor: func(i *Item) { i.Obligor = party(3) },
		Unacknowledged: func(i *Item) { i.Confirmed = NotConfirmed },
		TenorTooLong:   func(i *Item) { i.Due = i.Issued + 121 },
		DocumentStale:  func(i *Item) { i.Documented = today - 181 },
		CrossAged:      func(i *Item) { i.Obligor = party(4) },
	} {
		pool := NewPool(&strict, today, obligors)
		item := sound(1, 1, 100_00)
		item.Confirmed = Confirmed
		change(&item)
		if want == CrossAged {
			late := sound(2, 4, 33_34)
			late.Due = today - 61
			pool.Add(&late)
		}
		pool.Add(&item)
		if got := pool.ReasonOf(&item); got != want {
			t.Errorf("%v: got %v", want, got)
		}
	}
	// On the last day of each bound an item still counts.
	pool := NewPool(&strict, today, obligors)
	edge := sound(1, 1, 100_00)
	edge.Confirmed, edge.Issued, edge.Due, edge.Documented = Confirmed, today-120, today-60+60, today-180
	if got := pool.ReasonOf(&edge); got != Eligible {
		t.Error(got)
	}
	edge.Issued, edge.Due = today-90, today-60
	if got := pool.ReasonOf(&edge); got != Eligible {
		t.Error(got)
	}
}

func TestCrossAgingStartsAtTheShare(t *testing.T) {
	terms := terms()
	for _, test := range []struct {
		overdue money.Minor
		want    Reason
	}{{33_33, Eligible}, {33_34, CrossAged}} { // of 133.33 and 133.34 a quarter is 33.3325 and 33.335
		pool := NewPool(&terms, today, []Obligor{{Party: party(1), Country: terms.Home}})
		good, late := sound(1, 1, 100_00), sound(2, 1, test.overdue)
		late.Due = today - 61
		pool.Add(&good)
		pool.Add(&late)
		if got := pool.ReasonOf(&good); got != test.want {
			t.Errorf("overdue %d: %v", test.overdue, got)
		}
	}
}

// world draws obligors and items that run into every reason.
func world(t *rapid.T) (Terms, []Obligor, []Item, []money.Rate) {
	terms := terms()
	rate := rapid.SampledFrom([]money.Rate{0, 50_000, 100_000, 250_000, 333_333, 500_000, 999_999})
	terms.ObligorCap, terms.GroupCap, terms.CountryCap = rate.Draw(t, "obligor cap"), rate.Draw(t, "group cap"), rate.Draw(t, "country cap")
	terms.CapBasis = rapid.SampledFrom([]CapBasis{OfEligible, OfWhatRemains}).Draw(t, "basis")
	terms.CrossAging = rate.Draw(t, "cross-aging")
	terms.Classes[1].AdvanceRate = rapid.SampledFrom([]money.Rate{700_000, 850_000, 900_000}).Draw(t, "advance")
	var obligors []Obligor
	for n := range rapid.IntRange(0, 12).Draw(t, "obligors") {
		o := Obligor{Party: party(uint64(n + 1)), Country: rapid.SampledFrom([]Country{{'D', 'E'}, {'F', 'R'}, {'I', 'T'}}).Draw(t, "country")}
		o.Group = rapid.SampledFrom([]id.Party{0, 0, party(101), party(102)}).Draw(t, "group")
		o.Contra = money.Minor(max(0, rapid.Int64Range(-500, 500).Draw(t, "contra")))
		o.Related = rapid.SampledFrom([]Relation{Unrelated, Unrelated, Unrelated, Related}).Draw(t, "related")
		obligors = append(obligors, o)
	}
	var items []Item
	for n := range rapid.IntRange(0, 30).Draw(t, "items") {
		i := sound(uint64(n+1), uint64(rapid.IntRange(1, len(obligors)+1).Draw(t, "obligor")), money.Minor(rapid.Int64Range(-5, 10_000).Draw(t, "amount")))
		i.Class = uint8(rapid.IntRange(0, 3).Draw(t, "class"))
		if i.Class == 2 {
			i.Obligor = 0
		}
		i.Disputed = money.Minor(max(0, rapid.Int64Range(-90_000, 9_000).Draw(t, "disputed")))
		i.Credits = money.Minor(max(0, rapid.Int64Range(-90_000, 9_000).Draw(t, "credits")))
		i.Due = today + calendar.Date(rapid.IntRange(-63, 100).Draw(t, "due"))
		i.Documented = today - calendar.Date(rapid.IntRange(0, 184).Draw(t, "documented"))
		items = append(items, i)
	}
	var dilutions []money.Rate
	for range rapid.IntRange(0, 4).Draw(t, "periods") {
		dilutions = append(dilutions, money.Rate(rapid.Int64Range(0, 90_000).Draw(t, "dilution")))
	}
	return terms, obligors, items, dilutions
}

func TestATableAddsUpAndDoesNotDependOnTheRoadToIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms, obligors, items, dilutions := world(t)
		straight := NewPool(&terms, today, obligors)
		for i := range items {
			straight.Add(&items[i])
		}
		want := straight.Certify(1_000, dilutions)
		if faults := want.Verify(); len(faults) != 0 {
			t.Fatalf("%v\n%+v", faults, want)
		}
		// Another order, with items that come, change and go.
		shuffled := rapid.Permutation(items).Draw(t, "order")
		turned := slices.Clone(obligors)
		slices.Reverse(turned)
		crooked := NewPool(&terms, today, turned)
		for i := range shuffled {
			other := shuffled[i]
			other.Amount += 77
			other.Due -= 40
			crooked.Add(&other)
			crooked.Add(&shuffled[i])
			crooked.Remove(&other)
		}
		if difference := cmp.Diff(want, crooked.Certify(1_000, dilutions)); difference != "" {
			t.Fatal(difference)
		}
	})
}

// byHand computes base and available amount item by item, with fractions, and searches the pool that caps are a share of by
// trying every size from the top.
func byHand(terms *Terms, obligors []Obligor, items []Item, dilutions []money.Rate) (net map[Kind]int64, base int64) {
	net = map[Kind]int64{}
	left := map[id.Party]*[3]int64{} // by party and class
	stock := int64(0)
	for _, o := range obligors {
		var total, overdue int64
		for _, i := range items {
			if i.Obligor == o.Party && i.Amount > 0 && i.Class < 2 {
				total += int64(i.Amount)
				if today-i.Due > calendar.Date(terms.OverdueDaysMax) {
					overdue += int64(i.Amount)
				}
			}
		}
		left[o.Party] = &[3]int64{}
		if o.Related == Related || terms.CrossAging > 0 && overdue > 0 && big.NewRat(overdue, total).Cmp(big.NewRat(int64(terms.CrossAging), 1_000_000)) >= 0 {
			continue
		}
		for _, i := range items {
			late := today-i.Due > calendar.Date(terms.OverdueDaysMax) || i.Due-i.Issued > calendar.Date(terms.TenorDaysMax) || today-i.Documented > calendar.Date(terms.DocumentDaysMax)
			if i.Obligor == o.Party && i.Amount > 0 && i.Class < 2 && !late {
				left[o.Party][i.Class] += max(0, int64(i.Amount-i.Disputed-i.Credits))
			}
		}
	}
	for _, i := range items {
		if i.Class == 2 && i.Amount > 0 && today-i.Documented <= calendar.Date(terms.DocumentDaysMax) {
			stock += max(0, int64(i.Amount-i.Disputed-i.Credits))
		}
	}
	dear, cheap := 0, 1
	if terms.Classes[1].AdvanceRate > terms.Classes[0].AdvanceRate {
		dear, cheap = 1, 0
	}
	take := func(party id.Party, amount int64) {
		l := left[party]
		first := min(amount, l[dear])
		l[dear] -= first
		l[cheap] -= min(amount-first, l[cheap])
	}
	eligible := int64(0)
	for _, o := range obligors {
		take(o.Party, int64(o.Contra))
		eligible += left[o.Party][0] + left[o.Party][1]
	}
	size := eligible
	keeps := capsByHand(terms, obligors, left, size)
	if terms.CapBasis == OfWhatRemains {
		for ; sum(keeps) != size; size-- {
			keeps = capsByHand(terms, obligors, left, size-1)
		}
	}
	receivables := int64(0)
	var byClass [2]int64
	for n, o := range obligors {
		take(o.Party, left[o.Party][0]+left[o.Party][1]-keeps[n])
		for class := range byClass {
			byClass[class] += left[o.Party][class]
			receivables += left[o.Party][class]
		}
	}
	down := func(amount, rate int64) int64 { return amount * rate / 1_000_000 }
	advanced := down(byClass[0], int64(terms.Classes[0].AdvanceRate)) + down(byClass[1], int64(terms.Classes[1].AdvanceRate)) +
		min(down(stock, int64(terms.Classes[2].AdvanceRate)), int64(terms.Classes[2].AdvanceMax))
	average := new(big.Rat)
	for _, d := range dilutions {
		average.Add(average, big.NewRat(int64(d), int64(len(dilutions))))
	}
	average.Mul(average, big.NewRat(int64(terms.DilutionMultiple), 1_000_000))
	rate := max(int64(terms.DilutionFloor), up(average))
	reserve := up(new(big.Rat).Mul(big.NewRat(receivables, 1), big.NewRat(rate, 1_000_000)))
	net[Receivables], net[Stock] = receivables, stock
	return net, max(0, advanced-reserve-int64(terms.ReserveOtherTotal))
}

func sum(amounts []int64) int64 {
	total := int64(0)
	for _, a := range amounts {
		total += a
	}
	return total
}

func up(r *big.Rat) int64 {
	q, m := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64()
}

// capsByHand takes single units off the largest of those that are together above a cap, the last by party first.
func capsByHand(terms *Terms, obligors []Obligor, left map[id.Party]*[3]int64, size int64) []int64 {
	keeps := make([]int64, len(obligors))
	bound := func(rate money.Rate) int64 {
		if rate == 0 {
			return 1 << 62
		}
		return size * int64(rate) / 1_000_000
	}
	for n, o := range obligors {
		keeps[n] = min(left[o.Party][0]+left[o.Party][1], bound(terms.ObligorCap))
	}
	lower := func(limit int64, belongs func(o Obligor) bool) {
		for {
			total, largest := int64(0), -1
			for n, o := range obligors {
				if !belongs(o) {
					continue
				}
				total += keeps[n]
				if largest < 0 || keeps[n] >= keeps[largest] {
					largest = n
				}
			}
			if total <= limit {
				return
			}
			keeps[largest]--
		}
	}
	for _, group := range []id.Party{party(101), party(102)} {
		lower(bound(terms.GroupCap), func(o Obligor) bool { return o.Group == group })
	}
	for _, country := range []Country{{'F', 'R'}, {'I', 'T'}} {
		lower(bound(terms.CountryCap), func(o Obligor) bool { return o.Country == country })
	}
	return keeps
}

func TestTheBaseIsTheOneByHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms, obligors, items, dilutions := world(t)
		for i := range items { // small, so that units can be taken one by one
			items[i].Amount /= 50
			items[i].Disputed /= 100
			items[i].Credits /= 100
		}
		for i := range obligors {
			obligors[i].Contra /= 50
		}
		terms.ReserveOtherTotal, terms.Classes[2].AdvanceMax = 3, 150
		pool := NewPool(&terms, today, obligors)
		for i := range items {
			pool.Add(&items[i])
		}
		c := pool.Certify(0, dilutions)
		net, base := byHand(&terms, obligors, items, dilutions)
		if got := int64(c.Find(NetEligible, 0)); got != net[Receivables]+net[Stock] {
			t.Fatalf("net eligible %d, by hand %d and %d of stock\n%+v", got, net[Receivables], net[Stock], c)
		}
		if got := int64(c.Find(Base, 0)); got != base {
			t.Fatalf("base %d, by hand %d\n%+v", got, base, c)
		}
	})
}

func TestCapsOfWhatRemains(t *testing.T) {
	for _, test := range []struct {
		name    string
		cap     money.Rate
		amounts []money.Minor
		want    money.Minor // N
	}{
		{"no name above", 500_000, []money.Minor{50, 50}, 100},
		{"three names can't each stay within a tenth of themselves", 100_000, []money.Minor{1_000_000, 1_000_000, 1_000_000}, 0},
		{"one above: a fifth of what is left", 200_000, []money.Minor{9_000, 1_000, 1_000, 1_000, 1_000}, 5_000},
		{"of large sums, where each step would take off a millionth", 999_999, []money.Minor{90_000_000_000_000, 10}, 10_000_000},
		{"nothing beside", 999_999, []money.Minor{90_000_000_000_000}, 0},
		{"thirds, rounded down, never add up", 333_333, []money.Minor{1_000_000_000_000, 1_000_000_000_000, 1_000_000_000_000}, 0},
	} {
		terms := terms()
		terms.CapBasis, terms.ObligorCap, terms.GroupCap, terms.CountryCap = OfWhatRemains, test.cap, 0, 0
		var obligors []Obligor
		for n := range test.amounts {
			obligors = append(obligors, Obligor{Party: party(uint64(n + 1)), Country: terms.Home})
		}
		pool := NewPool(&terms, today, obligors)
		for n, amount := range test.amounts {
			item := sound(uint64(n), uint64(n+1), amount)
			pool.Add(&item)
		}
		c := pool.Certify(0, nil)
		if c.CapsOf != test.want || c.Find(NetEligible, 0) != test.want || c.Rounds > 2*len(test.amounts)+2 {
			t.Errorf("%s: of %d, left %d, %d rounds", test.name, c.CapsOf, c.Find(NetEligible, 0), c.Rounds)
		}
	}
}

// A larger pool never leaves less; and the leap of the search never jumps over its end.
func TestTheSearchEndsAtTheGreatestPool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := terms()
		terms.CapBasis = OfWhatRemains
		rate := rapid.SampledFrom([]money.Rate{0, 1, 50_000, 100_000, 200_000, 333_334, 500_000, 999_999, 1_000_000})
		terms.ObligorCap, terms.GroupCap, terms.CountryCap = rate.Draw(t, "obligor"), rate.Draw(t, "group"), rate.Draw(t, "country")
		nodes := make([]node, rapid.IntRange(1, 10).Draw(t, "names"))
		amounts := make([]money.Minor, len(nodes))
		total := money.Minor(0)
		for i := range nodes {
			nodes[i].obligor = Obligor{Party: party(uint64(i + 1)), Group: rapid.SampledFrom([]id.Party{0, party(101), party(102)}).Draw(t, "group of"),
				Country: rapid.SampledFrom([]Country{terms.Home, {'F', 'R'}, {'I', 'T'}}).Draw(t, "country of")}
			amounts[i] = money.Minor(rapid.Int64Range(0, 60).Draw(t, "amount"))
			total += amounts[i]
		}
		k := newConcentration(&terms, nodes, amounts)
		got, _ := k.settle(total)
		want, last := money.Minor(-1), money.Minor(0)
		for size := money.Minor(0); size <= total; size++ {
			left := k.limit(size)
			if left < last {
				t.Fatalf("a pool of %d leaves %d, a smaller one %d", size, left, last)
			}
			last = left
			if left == size {
				want = size
			}
		}
		if got != want {
			t.Fatalf("found %d, the greatest is %d", got, want)
		}
	})
}

func TestADilutionRateByHand(t *testing.T) {
	terms := terms()
	for _, test := range []struct {
		history []money.Rate
		want    money.Rate
	}{
		{nil, 20_000},
		{[]money.Rate{10_000}, 20_000},
		{[]money.Rate{30_000, 20_000, 25_000}, 37_500},
		{[]money.Rate{30_000, 20_000, 25_001}, 37_501}, // 37,500.5 goes up
		{[]money.Rate{1_000_000}, 1_000_000},
	} {
		if got := terms.DilutionRate(test.history); got != test.want {
			t.Errorf("%v: %v", test.history, got)
		}
	}
}

func TestAChangedTableDoesNotAddUp(t *testing.T) {
	terms := terms()
	terms.LimitOfFacility = 60_000_00
	pool := NewPool(&terms, today, []Obligor{{Party: party(1), Country: terms.Home}, {Party: party(2), Country: terms.Home}})
	for n := range uint64(2) {
		item := sound(n+1, n+1, 50_000_00)
		pool.Add(&item)
	}
	stock := Item{Key: 3, Amount: 90_000_00, Documented: today, Class: 2}
	pool.Add(&stock)
	good := pool.Certify(5_000_00, nil)
	if faults := good.Verify(); len(faults) > 0 {
		t.Fatal(faults)
	}
	for i := range good.Rows {
		bad := good
		bad.Rows = slices.Clone(good.Rows)
		bad.Rows[i].Total++
		if len(bad.Verify()) == 0 {
			t.Errorf("the total of %v was changed unseen", bad.Rows[i].Line)
		}
		if bad.Rows[i].Line > Advanced {
			continue
		}
		bad.Rows[i].Amounts[0]++
		if len(bad.Verify()) == 0 {
			t.Errorf("a column of %v was changed unseen", bad.Rows[i].Line)
		}
	}
}

// A million items of fifty thousand obligors: all in one pass, and then the change of one of them.
func BenchmarkBorrowingBase(b *testing.B) {
	terms := terms()
	terms.ObligorCap, terms.GroupCap, terms.CountryCap = 1_000, 2_000, 300_000
	var obligors []Obligor
	for n := range uint64(50_000) {
		o := Obligor{Party: party(n + 1), Country: []Country{{'D', 'E'}, {'F', 'R'}, {'I', 'T'}}[n%3]}
		if n%7 == 0 {
			o.Group = party(n%900 + 100_000)
		}
		obligors = append(obligors, o)
	}
	items := make([]Item, 1_000_000)
	for n := range items {
		i := uint64(n)
		items[n] = sound(i, i*i%50_000+1, money.Minor(1_000_00+i*7919%900_000))
		items[n].Due = today + calendar.Date(int(i*31%150)-70)
		items[n].Class = uint8(n % 2)
	}
	for _, basis := range []struct {
		name  string
		basis CapBasis
	}{{"of eligible", OfEligible}, {"of what remains", OfWhatRemains}} {
		b.Run("a million items, caps "+basis.name, func(b *testing.B) {
			terms.CapBasis = basis.basis
			for b.Loop() {
				pool := NewPool(&terms, today, obligors)
				for n := range items {
					pool.Add(&items[n])
				}
				pool.Certify(0, nil)
			}
		})
	}
	pool := NewPool(&terms, today, obligors)
	for n := range items {
		pool.Add(&items[n])
	}
	b.Run("one item changes", func(b *testing.B) {
		for b.Loop() {
			changed := items[77]
			changed.Amount--
			pool.Remove(&items[77])
			pool.Add(&changed)
			pool.Remove(&changed)
			pool.Add(&items[77])
		}
	})
	b.Run("certificate", func(b *testing.B) {
		for b.Loop() {
			pool.Certify(0, nil)
		}
	})
}

func TestDefectsNameEveryWrongTerm(t *testing.T) {
	good := terms()
	if defects := good.Defects(); defects != nil {
		t.Fatal(defects)
	}
	bad := Terms{Currency: 1, Classes: []Class{{AdvanceRate: -1, AdvanceMax: -1}}, OverdueDaysMax: -1, CrossAging: -1, TenorDaysMax: -1, DocumentDaysMax: -1,
		ObligorCap: -1, GroupCap: 2_000_000, CountryCap: -1, DilutionFloor: -1, DilutionMultiple: -1, LimitOfFacility: -1, ReserveOtherTotal: -1, Foreign: Excluded}
	var fields []string
	for _, d := range bad.Defects() {
		fields = append(fields, d.Field)
	}
	want := []string{"currency", "classes.kind", "classes.advance_rate", "classes.advance_max", "overdue_days_max", "cross_aging", "tenor_days_max", "document_days_max",
		"unconfirmed", "cap_basis", "obligor_cap", "group_cap", "country_cap", "dilution_floor", "dilution_multiple", "limit_of_facility", "reserve_other_total", "home"}
	if difference := cmp.Diff(want, fields); difference != "" {
		t.Error(difference)
	}
}

func TestWhatAnObligorLosesItLosesWhereMostIsAdvanced(t *testing.T) {
	terms := terms()
	terms.ObligorCap, terms.GroupCap, terms.CountryCap = 0, 0, 0
	pool := NewPool(&terms, today, []Obligor{{Party: party(1), Country: terms.Home, Contra: 130_00}})
	for class := range uint8(2) {
		item := sound(uint64(class), 1, 100_00)
		item.Class = class
		pool.Add(&item)
	}
	c := pool.Certify(0, nil)
	for _, row := range c.Rows {
		if row.Reason == ContraAccount && row.Amounts != (columns{100_00, 30_00}) {
			t.Errorf("%+v", row)
		}
	}
	if c.Find(AdvancedTotal, 0) != 49_00 {
		t.Errorf("%+v", c.Rows)
	}
}
