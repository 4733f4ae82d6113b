package book_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/borrowing"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/movement"
	"millrace/domain/party"
	"millrace/lab/load"
)

// yard is a scene with a warehouse in it.
type yard struct {
	*scene
	keeper      id.Party
	keeperActor id.Actor
	numbers     int
}

const tonne = inventory.QuantityOne

var cathodes = inventory.Lot{Goods: "CU-CATHODE", Quality: "A", Unit: "TNE"}

func (s *scene) yard() *yard {
	s.t.Helper()
	y := &yard{scene: s}
	y.keeper, y.keeperActor = s.warehouse("yard keeper")
	return y
}

// warehouse registers a keeper and one who acts for it.
func (s *scene) warehouse(name string) (id.Party, id.Actor) {
	s.t.Helper()
	s.give(s.Maker, &book.RegisterParty{Roles: party.WarehouseKeeper, Country: "NL", Tokens: []party.Token{party.Token(load.Token(name))}})
	p := latest[id.Party](s, "party")
	s.give(s.Maker, &book.RegisterActor{Party: p, Role: party.WarehouseKeeper})
	return p, latest[id.Actor](s, "actor")
}

func stockToken(text string) inventory.Token { return inventory.Token(load.Token(text)) }

// arriving are goods of the first seller that come into store.
func (y *yard) arriving(quantity inventory.Quantity) *book.IssueWarehouseReceipt {
	y.numbers++
	return &book.IssueWarehouseReceipt{
		Number: stockToken(fmt.Sprint("receipt ", y.numbers)), Location: stockToken("shed 1"), Item: stockToken("copper"), Lot: cathodes, Quantity: quantity,
		Owner: y.Sellers[0], Stored: y.book.Date(), Details: load32("details"),
	}
}

func (y *yard) store(quantity inventory.Quantity) id.WarehouseReceipt {
	y.t.Helper()
	y.give(y.keeperActor, y.arriving(quantity))
	return latest[id.WarehouseReceipt](y.scene, "warehouse_receipt")
}

func (y *yard) receipt(of id.WarehouseReceipt) inventory.Receipt {
	return book.Record(y.book, "warehouse_receipt", of.Number()).(inventory.Receipt)
}

// price puts a price for a tonne of cathodes in force.
func (y *yard) price(lot inventory.Lot, amount money.Minor) {
	y.t.Helper()
	y.give(y.Maker, y.priced(lot, amount))
	y.give(y.Checker, &book.ApproveStockPrice{Price: latest[id.StockPrice](y.scene, "stock_price"), Decision: book.Approve})
}

func (y *yard) priced(lot inventory.Lot, amount money.Minor) *book.ProposeStockPrice {
	return &book.ProposeStockPrice{Price: inventory.Price{Lot: lot, Amount: amount, Per: tonne, Date: y.book.Date(), Source: "exchange", Currency: y.Currency}}
}

// count is a count of the first seller's copper by the keeper.
func (y *yard) count(quantity inventory.Quantity, name string) *book.RecordMovement {
	c := counted(y.World, name, y.at)
	c.Report.Location, c.Report.Goods = movement.Token(stockToken("shed 1")), []movement.Goods{{Item: movement.Token(stockToken("copper")), Quantity: movement.Quantity(quantity), Unit: "TNE"}}
	return c
}

func stockTerms(currency money.Currency) inventory.Terms {
	return inventory.Terms{
		Currency: currency, PriceAgeMaxDays: 10, Haircut: 100_000, RatioTarget: 700_000, RatioTrigger: 800_000, CureDays: 5, SaleCost: 20_000, ReleaseStep: tonne,
	}
}

func baseTerms(currency money.Currency) borrowing.Terms {
	return borrowing.Terms{
		Currency: currency, Classes: []borrowing.Class{{Name: "receivables", Kind: borrowing.Receivables, AdvanceRate: 750_000}}, OverdueDaysMax: 30, CrossAging: 500_000,
		TenorDaysMax: 180, Unconfirmed: borrowing.Counts, CapBasis: borrowing.OfEligible, LimitOfFacility: 1_000_000_00, Foreign: borrowing.Counts,
	}
}

// lends puts terms of both kinds in force in a programme.
func (s *scene) lends(p id.Programme, changes ...func(c *book.ProposeCollateral)) {
	s.t.Helper()
	c := &book.ProposeCollateral{Programme: p, Stock: stockTerms(s.Currency), Base: baseTerms(s.Currency), CureDays: 5}
	for _, change := range changes {
		change(c)
	}
	s.give(s.Maker, c)
	s.give(s.Checker, &book.ApproveCollateral{Collateral: latest[id.Collateral](s, "collateral")})
}

// Whatever is split, merged, handed on, delivered or given up: what came in stands there, or has left by name.
func TestQuantityIsConservedInTheBook(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		y := newScene(t).yard()
		other := y.Sellers[1]
		var came, left inventory.Quantity
		for range rapid.IntRange(5, 25).Draw(r, "steps") {
			count := book.Counts(y.book)["warehouse_receipt"]
			if count == 0 || rapid.IntRange(0, 4).Draw(r, "comes") == 0 {
				quantity := inventory.Quantity(rapid.Int64Range(1, 1_000_000_000).Draw(r, "quantity"))
				came += quantity
				y.store(quantity)
				continue
			}
			pick := func(label string) inventory.Receipt {
				return y.receipt(id.Make[id.WarehouseReceipt](1, rapid.Uint64Range(1, count).Draw(r, label)))
			}
			from := pick("receipt")
			c := &book.MoveWarehouseReceipts{
				Step:     rapid.SampledFrom([]inventory.Step{inventory.Split, inventory.Merge, inventory.Transfer, inventory.Deliver, inventory.Annul, inventory.Regrade, inventory.Release, inventory.Sell, inventory.Reinstate}).Draw(r, "step"),
				Receipts: []id.WarehouseReceipt{from.ID}, Reason: load32("why"),
			}
			part := inventory.Quantity(rapid.Int64Range(1, int64(from.Quantity)).Draw(r, "part"))
			actor := y.keeperActor
			switch c.Step {
			case inventory.Split:
				c.Parts, actor = []inventory.Quantity{part, from.Quantity - part}, y.actorOf(from.Owner)
			case inventory.Merge:
				c.Receipts, actor = append(c.Receipts, pick("with").ID), y.actorOf(from.Owner)
			case inventory.Transfer:
				c.Parts, c.To, actor = []inventory.Quantity{part}, other, y.actorOf(from.Owner)
			case inventory.Regrade:
				c.Quality = rapid.SampledFrom([]string{"A", "B"}).Draw(r, "quality")
			default:
				c.Parts = []inventory.Quantity{part}
			}
			if _, err := y.submit(actor, "", c); err == nil && (c.Step == inventory.Deliver || c.Step == inventory.Annul) {
				left += part
			}
		}
		var stands, gone inventory.Quantity
		for number := uint64(1); number <= book.Counts(y.book)["warehouse_receipt"]; number++ {
			switch one := y.receipt(id.Make[id.WarehouseReceipt](1, number)); {
			case !one.Stands():
			case one.Status.InStore():
				stands += one.Quantity
			default:
				gone += one.Quantity
			}
		}
		if stands+gone != came || gone != left {
			r.Fatalf("%s came, %s stand and %s left (%s by name)", came, stands, gone, left)
		}
		if breaches := book.Check(y.book); len(breaches) > 0 {
			r.Fatal(breaches)
		}
	})
}

func (y *yard) actorOf(p id.Party) id.Actor {
	for i, seller := range y.Sellers {
		if seller == p {
			return y.SellerActors[i]
		}
	}
	return y.keeperActor
}

// Goods of which two receipts were issued, and goods of which too little was found, go nowhere until a person has looked.
func TestFindingsAboutStockStopItsUse(t *testing.T) {
	y := newScene(t).yard()
	y.store(60 * tonne)
	_, elsewhere := y.warehouse("second keeper")
	again := y.arriving(60 * tonne)
	y.give(elsewhere, again)
	copied := latest[id.WarehouseReceipt](y.scene, "warehouse_receipt")
	transfer := &book.MoveWarehouseReceipts{Step: inventory.Transfer, Receipts: []id.WarehouseReceipt{copied}, To: y.Sellers[1]}
	y.refused("receipt_doubted", y.SellerActors[0], transfer)
	y.give(y.Maker, &book.ClearStockFinding{Receipt: copied, Reason: load32("looked at both")})
	y.give(y.SellerActors[0], transfer)

	first := id.Make[id.WarehouseReceipt](1, 1)
	y.give(y.keeperActor, y.count(60*tonne, "enough"))
	y.give(y.keeperActor, y.count(59*tonne, "short"))
	leaves := &book.MoveWarehouseReceipts{Step: inventory.Deliver, Receipts: []id.WarehouseReceipt{first}}
	y.refused("stock_short", y.keeperActor, leaves)
	short := latest[id.StockCount](y.scene, "stock_count")
	if c := book.Record(y.book, "stock_count", short.Number()).(book.StockCount); c.Receipted != 60_000*tonne || c.Counted != 59_000*tonne {
		t.Fatalf("%+v", c)
	}
	y.give(y.keeperActor, &book.RetractMovement{Identity: movement.Token(load.Token("event short")), Declared: y.at, Reason: "did_not_occur"})
	y.give(y.keeperActor, leaves)
	if breaches := book.Check(y.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}

// A base names every receivable with what it counts for, and what it bears falls when a receivable is paid or leaves.
func TestABaseOfAPool(t *testing.T) {
	s := newScene(t)
	s.lends(s.Payables)
	var members []id.Receivable
	for range 4 {
		s.live(5, amounting(10_000_00))
		members = append(members, s.receivable())
	}
	s.give(s.SellerActors[0], &book.PoolReceivables{Programme: s.Payables, Receivables: members})
	pool := latest[id.Pool](s, "pool")
	s.refused("receivable_pooled", s.SellerActors[0], s.quote())
	s.give(s.SellerActors[0], &book.DetermineBase{Pool: pool})
	base := s.based()
	if got := base.Certificate.Find(borrowing.Available, 0); got != 30_000_00 || len(base.Items) != 4 {
		t.Fatalf("%d is available on %+v", got, base.Items)
	}
	s.give(s.SellerActors[0], &book.WithdrawReceivables{Pool: pool, Receivables: members[:1]})
	s.wait(200)
	s.give(s.FunderActor, &book.DetermineBase{Pool: pool})
	if base = s.based(); base.Certificate.Find(borrowing.Available, 0) != 0 || base.Items[0].Reason != borrowing.Overdue {
		t.Fatalf("%+v", base)
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}

func (s *scene) based() book.Base {
	return book.Record(s.book, "base", book.Counts(s.book)["base"]).(book.Base)
}

// stocked is what the book of a quarter has of stock and pools.
func stocked(n *node, w *load.World) {
	s := &scene{node: n, World: w, lives: 4_000}
	y := s.yard()
	r := y.store(60 * tonne)
	y.give(y.SellerActors[0], &book.MoveWarehouseReceipts{Step: inventory.Split, Receipts: []id.WarehouseReceipt{r}, Parts: []inventory.Quantity{20 * tonne, 40 * tonne}})
	first := latest[id.WarehouseReceipt](s, "warehouse_receipt")
	y.give(y.keeperActor, y.count(61*tonne, "stock"))
	y.give(y.keeperActor, &book.MoveWarehouseReceipts{Step: inventory.Deliver, Receipts: []id.WarehouseReceipt{first}, Parts: []inventory.Quantity{5 * tonne}})
	y.price(cathodes, 8_400_00)
	s.lends(s.Payables)
	s.live(5)
	s.give(s.SellerActors[0], &book.PoolReceivables{Programme: s.Payables, Receivables: []id.Receivable{s.receivable()}})
	s.give(s.FunderActor, &book.DetermineBase{Pool: latest[id.Pool](s, "pool")})
}
