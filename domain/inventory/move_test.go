package inventory

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/id"
)

// register keeps receipts as a book does: it numbers what a move makes and marks what it consumes.
type register struct {
	receipts []Receipt
	entry    uint64
}

func (g *register) next() id.WarehouseReceipt {
	return id.Make[id.WarehouseReceipt](1, uint64(len(g.receipts))+1)
}

func (g *register) issue(r Receipt) Refusal {
	opened, refusal := Opening(r)
	if refusal != 0 {
		return refusal
	}
	g.entry++
	opened.ID, opened.Made = g.next(), g.entry
	g.receipts = append(g.receipts, opened)
	return 0
}

func (g *register) move(m Move, places ...int) Refusal {
	var parents []Receipt
	for _, place := range places {
		parents = append(parents, g.receipts[place])
	}
	children, refusal := Decide(m, parents)
	if refusal != 0 {
		return refusal
	}
	g.entry++
	first := g.next()
	for _, place := range places {
		g.receipts[place].Consume(m.Step, first, len(children), g.entry)
	}
	for _, child := range children {
		child.ID, child.Made = g.next(), g.entry
		g.receipts = append(g.receipts, child)
	}
	return 0
}

const (
	keeperA = id.Party(1<<16 | 1)
	keeperB = id.Party(2<<16 | 1)
	trader  = id.Party(3<<16 | 1)
	mill    = id.Party(4<<16 | 1)
	bank    = id.Party(5<<16 | 1)
	loan    = id.Financing(7<<16 | 1)
)

var cathodes = Lot{Goods: "CU-CATHODE", Quality: "A", Unit: "TNE"}

func opened(number byte, quantity Quantity) Receipt {
	return Receipt{Number: Token{number}, Keeper: keeperA, Location: Token{9}, Lot: cathodes, Quantity: quantity, Owner: trader, Stored: 100, On: 100}
}

// weigh is what has come into store, and what of it still stands, left and was lost: added up by hand.
func (g *register) weigh() (Quantity, Quantity) {
	in, now := Quantity(0), Quantity(0)
	for _, r := range g.receipts {
		if r.By == Issue {
			in += r.Quantity
		}
		if r.Stands() {
			now += r.Quantity
		}
	}
	return in, now
}

func TestQuantityIsConservedByAnySequence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &register{}
		quantity := rapid.Custom(func(t *rapid.T) Quantity { return Quantity(rapid.Int64Range(-1, 40).Draw(t, "quantity")) })
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			before := slices.Clone(g.receipts)
			if len(g.receipts) == 0 || rapid.IntRange(0, 5).Draw(t, "issue") == 0 {
				r := opened(byte(len(g.receipts)), quantity.Draw(t, "quantity"))
				r.Keeper = rapid.SampledFrom([]id.Party{keeperA, keeperB}).Draw(t, "keeper")
				r.Lot.Quality = rapid.SampledFrom([]string{"A", "B"}).Draw(t, "quality")
				g.issue(r)
				continue
			}
			m := Move{Step: Step(rapid.Uint8Range(0, uint8(Annul)+1).Draw(t, "step")), On: 100, Financing: loan,
				To: rapid.SampledFrom([]id.Party{0, trader, mill, bank}).Draw(t, "to"), Quality: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "to quality")}
			m.Parts = rapid.SliceOfN(quantity, 0, 3).Draw(t, "parts")
			places := []int{rapid.IntRange(0, len(g.receipts)-1).Draw(t, "place")}
			r := g.receipts[places[0]]
			if m.Step == Split && r.Quantity > 2 && rapid.Bool().Draw(t, "fitting") {
				m.Parts = []Quantity{1, r.Quantity - 1}
			}
			if m.Step == Merge {
				places = append(places, rapid.IntRange(0, len(g.receipts)-1).Draw(t, "second"))
			}
			m.By = rapid.SampledFrom([]id.Party{r.Controller(), r.Owner, r.Keeper, r.Lender, mill}).Draw(t, "by")
			if g.move(m, places...) != 0 && !slices.Equal(before, g.receipts) {
				t.Fatal("a refused move changed something")
			}
			for i := range before { // what was written is not edited, but for being consumed
				was, is := before[i], g.receipts[i]
				if was.Stands() {
					is.End, is.Into, is.Children, is.Spent = 0, 0, 0, 0
				}
				if was != is {
					t.Fatalf("receipt %d was edited:\n%+v\n%+v", i, was, is)
				}
			}
		}
		if breaches := Audit(g.receipts); len(breaches) != 0 {
			t.Fatalf("%+v\n%+v", breaches, g.receipts)
		}
		if in, now := g.weigh(); in != now {
			t.Fatalf("%d came in, %d is accounted for", in, now)
		}
	})
}

// pledged is a register in which 100 units were issued, split in 60 and 40, the 60 pledged, and 25 of them released.
func pledged(t *testing.T) *register {
	t.Helper()
	g := &register{}
	if refusal := g.issue(opened(1, 100)); refusal != 0 {
		t.Fatal(refusal)
	}
	for _, step := range []struct {
		move  Move
		place int
	}{
		{Move{Step: Split, By: trader, On: 101, Parts: []Quantity{60, 40}}, 0},
		{Move{Step: Pledge, By: trader, On: 102, To: bank, Financing: loan}, 1},
		{Move{Step: Release, By: bank, On: 103, Parts: []Quantity{25}}, 3},
	} {
		if refusal := g.move(step.move, step.place); refusal != 0 {
			t.Fatalf("%v: %v", step.move.Step, refusal)
		}
	}
	return g
}

func TestALifeOfAReceipt(t *testing.T) {
	g := pledged(t)
	// 0 issued, 1 and 2 the parts, 3 pledged, 4 released, 5 what is left in pledge
	for _, want := range []struct {
		place    int
		status   Status
		quantity Quantity
		control  id.Party
	}{{2, Free, 40, trader}, {4, Released, 25, trader}, {5, Pledged, 35, bank}} {
		r := &g.receipts[want.place]
		if r.Status != want.status || r.Quantity != want.quantity || r.Controller() != want.control || !r.Stands() {
			t.Errorf("receipt %d is %+v", want.place, *r)
		}
	}
	for _, step := range []struct {
		move  Move
		place int
	}{
		{Move{Step: Deliver, By: keeperA, On: 104, Parts: []Quantity{20}}, 4},
		{Move{Step: Reinstate, By: keeperA, On: 104}, 7},
		{Move{Step: Sell, By: bank, On: 105, To: mill}, 5},
		{Move{Step: Annul, By: keeperA, On: 106, Parts: []Quantity{1}}, 9},
	} {
		if refusal := g.move(step.move, step.place); refusal != 0 {
			t.Fatalf("%v: %v", step.move.Step, refusal)
		}
	}
	if refusal := g.move(Move{Step: Merge, By: trader, On: 107}, 2, 8); refusal != 0 {
		t.Fatal(refusal)
	}
	if merged := g.receipts[len(g.receipts)-1]; merged.Quantity != 45 || merged.Owner != trader || merged.Status != Free {
		t.Errorf("merged: %+v", merged)
	}
	if breaches := Audit(g.receipts); len(breaches) != 0 {
		t.Error(breaches)
	}
}

func TestWhatIsMadeKeepsAndDropsWhatItShould(t *testing.T) {
	g := &register{}
	young, old := opened(1, 10), opened(2, 20)
	young.Stored, old.Stored = 90, 30
	for _, r := range []Receipt{young, old} {
		if refusal := g.issue(r); refusal != 0 {
			t.Fatal(refusal)
		}
	}
	for _, step := range []struct {
		move   Move
		places []int
	}{
		{Move{Step: Merge, By: trader, On: 100}, []int{0, 1}},
		{Move{Step: Pledge, By: trader, On: 100, To: bank, Financing: loan}, []int{2}},
		{Move{Step: Sell, By: bank, On: 100, To: mill, Parts: []Quantity{8}}, []int{3}},
		{Move{Step: Release, By: bank, On: 100}, []int{5}},
		{Move{Step: Reinstate, By: keeperA, On: 100}, []int{6}},
	} {
		if refusal := g.move(step.move, step.places...); refusal != 0 {
			t.Fatalf("%v: %v", step.move.Step, refusal)
		}
	}
	if merged := g.receipts[2]; merged.Stored != 30 || merged.Number != young.Number {
		t.Errorf("merged: %+v", merged)
	}
	if released := g.receipts[6]; released.Lender != bank || released.Financing != loan {
		t.Errorf("released: %+v", released)
	}
	for _, place := range []int{4, 7} {
		if r := g.receipts[place]; r.Lender != 0 || r.Financing != 0 {
			t.Errorf("still bears a pledge: %+v", r)
		}
	}
}

func TestEveryRefusalHasItsReproducer(t *testing.T) {
	free := opened(1, 100)
	free.ID, free.Status, free.By = 1<<16|1, Free, Issue
	inPledge := free
	inPledge.ID, inPledge.Status, inPledge.Lender, inPledge.Financing = 2<<16|1, Pledged, bank, loan
	spent := free
	spent.Consume(Split, 5<<16|1, 2, 3)
	graded := free
	graded.ID, graded.Lot.Quality = 3<<16|1, "B"
	huge := free
	huge.ID, huge.Quantity = 4<<16|1, QuantityMax
	for want, test := range map[Refusal]struct {
		move    Move
		parents []Receipt
	}{
		StepUnknown:       {Move{Step: Issue}, []Receipt{free}},
		ReceiptsWrong:     {Move{Step: Split}, nil},
		ReceiptConsumed:   {Move{Step: Split, By: trader}, []Receipt{spent}},
		ReceiptRepeated:   {Move{Step: Merge, By: trader, On: 100}, []Receipt{free, free}},
		StatusWrong:       {Move{Step: Release, By: bank}, []Receipt{free}},
		ControlElsewhere:  {Move{Step: Release, By: trader}, []Receipt{inPledge}},
		LotsDiffer:        {Move{Step: Merge, By: trader, On: 100}, []Receipt{free, graded}},
		PartyMissing:      {Move{Step: Transfer, By: trader, On: 100}, []Receipt{free}},
		PartyUnchanged:    {Move{Step: Transfer, By: trader, On: 100, To: trader}, []Receipt{free}},
		FinancingMissing:  {Move{Step: Pledge, By: trader, On: 100, To: bank}, []Receipt{free}},
		QualityUnchanged:  {Move{Step: Regrade, By: keeperA, On: 100, Quality: "A"}, []Receipt{free}},
		QuantityOutside:   {Move{Step: Merge, By: trader, On: 100}, []Receipt{huge, free}},
		PartsDontAddUp:    {Move{Step: Split, By: trader, On: 100, Parts: []Quantity{60, 41}}, []Receipt{free}},
		PartExceedsWhole:  {Move{Step: Deliver, By: keeperA, On: 100, Parts: []Quantity{101}}, []Receipt{free}},
		DateBeforeReceipt: {Move{Step: Split, By: trader, On: 99}, []Receipt{free}},
	} {
		if _, got := Decide(test.move, test.parents); got != want {
			t.Errorf("%v: got %v", want, got)
		}
	}
	nameless := free
	nameless.Lot.Goods = ""
	if _, got := Opening(nameless); got != LotIncomplete {
		t.Error(got)
	}
}

func TestTheAuditorSeesEveryCorruption(t *testing.T) {
	for want, corrupt := range map[Fault]func(g *register){
		QuantityNotAboveZero: func(g *register) { g.receipts[5].Quantity = 0 },
		ChildMissing:         func(g *register) { g.receipts[3].Into = 99<<16 | 1 },
		QuantityNotConserved: func(g *register) { g.receipts[4].Quantity++ },
		MadeFromNothing:      func(g *register) { g.receipts[3].End, g.receipts[3].Into, g.receipts[3].Children = 0, 0, 0 },
		MadeTwice:            func(g *register) { g.receipts[4].By = Issue },
		ConsumedAfterLeaving: func(g *register) { g.receipts[3].Status = Delivered },
		GoodsExchanged:       func(g *register) { g.receipts[4].Lot.Quality = "A+" },
		StatusNotFollowing:   func(g *register) { g.receipts[5].Status = Free },
		NumberTwice: func(g *register) {
			again := g.receipts[0]
			again.ID, again.End, again.Into = g.next(), 0, 0
			g.receipts = append(g.receipts, again)
		},
		PledgeIncomplete:  func(g *register) { g.receipts[5].Financing = 0 },
		PledgeChanged:     func(g *register) { g.receipts[5].Lender = mill },
		TotalNotConserved: func(g *register) { g.receipts[2].Quantity-- },
	} {
		g := pledged(t)
		corrupt(g)
		if breaches := Audit(g.receipts); !slices.ContainsFunc(breaches, func(b Breach) bool { return b.Fault == want }) {
			t.Errorf("%v was not seen, but %v", want, breaches)
		}
	}
}
