package book_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/borrowing"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/movement"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
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
		y.borrowed(100_000_00)
		came, left := 60*tonne, inventory.Quantity(0)
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
			case inventory.Release, inventory.Sell:
				c.Parts, c.To, actor = []inventory.Quantity{part}, other, y.FunderActor
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

// onStock is a programme of loans against stock with money in it, and terms of security.
func (y *yard) onStock() id.Programme {
	y.t.Helper()
	p := y.onOrder(func(t *product.Terms) {
		t.Name, t.Technique, t.AdvanceRate = "Loan against inventory", "loan_against_inventory", 600_000
	})
	y.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: p, Party: y.Sellers[0]}, 1_000_000_00, 300)
	y.lends(p)
	return p
}

// lendOn asks for a loan on receipts, due in so many days.
func (y *yard) lendOn(p id.Programme, amount money.Minor, days int, receipts ...id.WarehouseReceipt) *book.QuoteStock {
	return &book.QuoteStock{Programme: p, Receipts: receipts, Payee: y.Accounts[0], Amount: amount, Due: y.book.Date().AddDays(days)}
}

// borrowed has a loan on 60 t of cathodes at 8,400.00 paid out: they are worth 453,600.00 after the haircut.
func (y *yard) borrowed(amount money.Minor) (id.Programme, id.Financing) {
	y.t.Helper()
	p := y.onStock()
	y.price(cathodes, 8_400_00)
	r := y.store(60 * tonne)
	y.give(y.SellerActors[0], y.lendOn(p, amount, 60, r))
	if y.financed(y.financing()).State == funding.Referred {
		y.give(y.FunderActor, &book.DecideReferral{Financing: y.financing(), Decision: book.Approve, Reason: load32("why")})
	}
	f := y.financing()
	y.give(y.SellerActors[0], &book.AcceptQuote{Financing: f})
	y.give(y.Maker, &book.Disburse{Financing: f})
	if paid := book.Record(y.book, "payment", y.financed(f).Payment.Number()).(payment.Payment); paid.State == payment.AwaitingApproval {
		y.give(y.Checker, &book.ApprovePayment{Payment: paid.ID, Decision: book.Approve})
	}
	y.give(y.Bank, &book.RecordOutcome{Payment: y.financed(f).Payment, State: payment.Executed, Value: y.book.Date()})
	return p, f
}

// repays allocates money of the seller to a loan.
func (y *yard) repays(p id.Programme, f id.Financing, amount money.Minor) {
	y.t.Helper()
	receipt := y.collect(p, amount, y.book.Date())
	y.give(y.Maker, &book.Allocate{Receipt: receipt, Financing: f, Amount: amount, Payer: book.BySeller})
}

func (y *yard) called() book.MarginCall {
	return book.Record(y.book, "margin_call", book.Counts(y.book)["margin_call"]).(book.MarginCall)
}

// A loan on stock from quote to release: prices fall, margin is called and cured by a payment, a part is released against one, and
// the rest when the loan is closed.
func TestALoanOnStock(t *testing.T) {
	y := newScene(t).yard()
	p, f := y.borrowed(250_000_00)
	if got := y.financed(f); got.State != funding.Outstanding || got.Principal != 250_000_00 || got.StockValue != 453_600_00 {
		t.Fatalf("%+v", got)
	}
	pledged := y.receipt(latest[id.WarehouseReceipt](y.scene, "warehouse_receipt"))
	if pledged.Status != inventory.Pledged || pledged.Lender != y.Funder || pledged.Financing != f {
		t.Fatalf("%+v", pledged)
	}
	release := &book.MoveWarehouseReceipts{Step: inventory.Release, Receipts: []id.WarehouseReceipt{pledged.ID}, Parts: []inventory.Quantity{20 * tonne}}
	y.refused("release_exceeded", y.FunderActor, release)
	y.refused("sale_early", y.FunderActor, &book.MoveWarehouseReceipts{Step: inventory.Sell, Receipts: release.Receipts, To: y.Sellers[1]})

	y.price(cathodes, 5_600_00) // worth 302,400.00: 82.7 %
	y.wait(1)
	if call := y.called(); call.Call.State != inventory.CallOpen || call.Call.Financing != f || call.Call.Value != 302_400_00 || call.Call.Repay != 250_000_00+33_33-211_680_00 {
		t.Fatalf("%+v", call)
	}
	y.repays(p, f, 60_000_00)
	y.wait(1)
	if call := y.called(); call.Call.State != inventory.CallCured {
		t.Fatalf("%+v", call)
	}
	y.price(cathodes, 8_400_00)
	y.give(y.FunderActor, release)
	y.give(y.keeperActor, &book.MoveWarehouseReceipts{Step: inventory.Deliver, Receipts: []id.WarehouseReceipt{latest[id.WarehouseReceipt](y.scene, "warehouse_receipt") - 1<<16}})

	y.wait(1)
	owed := y.financed(f)
	y.repays(p, f, owed.Exposure()+book.OwedInterest(y.book, f))
	y.give(y.Maker, &book.CloseFinancing{Financing: f})
	last := y.receipt(latest[id.WarehouseReceipt](y.scene, "warehouse_receipt"))
	if last.Status != inventory.Released || last.Quantity != 40*tonne {
		t.Fatalf("%+v", last)
	}
	if breaches := book.Check(y.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}

// A call that nobody meets lapses after its days: the loan is overdue, and the lender may sell.
func TestAMarginCallLapses(t *testing.T) {
	y := newScene(t).yard()
	_, f := y.borrowed(250_000_00)
	y.price(cathodes, 5_600_00)
	y.wait(1)
	y.price(cathodes, 5_500_00)
	y.wait(5)
	if call := y.called(); call.Call.State != inventory.CallOpen {
		t.Fatalf("%+v", call)
	}
	y.price(cathodes, 5_500_00)
	y.wait(1)
	if call := y.called(); call.Call.State != inventory.CallLapsed || y.financed(f).State != funding.Overdue {
		t.Fatalf("%+v, %s", call, y.financed(f).State)
	}
	pledged := latest[id.WarehouseReceipt](y.scene, "warehouse_receipt")
	y.give(y.FunderActor, &book.MoveWarehouseReceipts{Step: inventory.Sell, Receipts: []id.WarehouseReceipt{pledged}, Parts: []inventory.Quantity{30 * tonne}, To: y.Sellers[1]})
	if breaches := book.Check(y.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}

// More stock cures a call at once.
func TestMoreStockCuresAMarginCall(t *testing.T) {
	y := newScene(t).yard()
	_, f := y.borrowed(250_000_00)
	y.price(cathodes, 5_600_00)
	y.wait(1)
	more := y.store(15 * tonne)
	y.give(y.SellerActors[0], &book.MoveWarehouseReceipts{Step: inventory.Pledge, Receipts: []id.WarehouseReceipt{more}, Financing: f})
	if call := y.called(); call.Call.State != inventory.CallCured {
		t.Fatalf("%+v", call)
	}
	if breaches := book.Check(y.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}

// drawnOnPool has a drawing on a pool of four receivables of 10,000.00 paid out.
func (s *scene) drawnOnPool(amount money.Minor) (id.Pool, id.Financing) {
	s.t.Helper()
	p := s.onOrder(func(t *product.Terms) {
		t.Name, t.Technique, t.AdvanceRate = "Loan against receivables", "loan_against_receivables", 750_000
	})
	s.limit(credit.LimitKey{Kind: credit.SellerLimit, Programme: p, Party: s.Sellers[0]}, 1_000_000_00, 300)
	s.lends(p)
	c := &book.PoolReceivables{Programme: p}
	for range 4 {
		s.live(5, amounting(10_000_00))
		c.Receivables = append(c.Receivables, s.receivable())
	}
	s.give(s.SellerActors[0], c)
	pool := latest[id.Pool](s, "pool")
	s.give(s.SellerActors[0], &book.QuotePool{Pool: pool, Payee: s.Accounts[0], Amount: amount, Due: s.book.Date().AddDays(60)})
	return pool, s.paidOut()
}

// A pool bears drawings up to its base; when receivables are paid or grow old the rest is called.
func TestADrawingOnAPool(t *testing.T) {
	s := newScene(t)
	pool, f := s.drawnOnPool(20_000_00)
	if got := s.financed(f); got.State != funding.Outstanding || got.Principal != 20_000_00 || got.Pool != pool {
		t.Fatalf("%+v", got)
	}
	s.refused("margin_exceeded", s.SellerActors[0], &book.QuotePool{Pool: pool, Payee: s.Accounts[0], Amount: 10_000_01, Due: s.book.Date().AddDays(60)})
	s.refused("base_exceeded", s.SellerActors[0], &book.WithdrawReceivables{Pool: pool, Receivables: []id.Receivable{s.receivable(), s.receivable() - 1<<16}})
	s.wait(120) // all are overdue by more than their days
	y := &yard{scene: s}
	if call := y.called(); call.Call.State == inventory.CallCured || call.Pool != pool || call.Call.Repay != 20_000_00 {
		t.Fatalf("%+v", call)
	}
	if base := s.based(); base.Certificate.Find(borrowing.Overadvance, 0) != 20_000_00 {
		t.Fatalf("%+v", base)
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}

// stocked is what the book of a quarter has of stock and pools.
func stocked(n *node, w *load.World) {
	s := &scene{node: n, World: w, lives: 4_000}
	y := s.yard()
	r := y.store(70 * tonne)
	y.give(y.SellerActors[0], &book.MoveWarehouseReceipts{Step: inventory.Split, Receipts: []id.WarehouseReceipt{r}, Parts: []inventory.Quantity{20 * tonne, 50 * tonne}})
	first := latest[id.WarehouseReceipt](s, "warehouse_receipt")
	y.give(y.keeperActor, y.count(71*tonne, "stock"))
	y.give(y.keeperActor, &book.MoveWarehouseReceipts{Step: inventory.Deliver, Receipts: []id.WarehouseReceipt{first}, Parts: []inventory.Quantity{5 * tonne}})
	_, f := y.borrowed(250_000_00)
	more := y.store(5 * tonne)
	y.give(y.SellerActors[0], &book.MoveWarehouseReceipts{Step: inventory.Pledge, Receipts: []id.WarehouseReceipt{more}, Financing: f})
	y.price(cathodes, 5_000_00)
	y.wait(1)
	s.lends(s.Payables)
	s.live(5)
	s.give(s.SellerActors[0], &book.PoolReceivables{Programme: s.Payables, Receivables: []id.Receivable{s.receivable()}})
	s.give(s.FunderActor, &book.DetermineBase{Pool: latest[id.Pool](s, "pool")})
}
