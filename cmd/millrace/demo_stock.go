package main

import (
	"encoding/json"
	"fmt"
	"time"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/edge/intake"
)

// demoYard is the stock of the story: one keeper, one lot, one loan.
type demoYard struct {
	*story
	keeper      id.Actor
	programme   id.Programme
	owner       string
	lender      string
	lot         inventory.Lot
	financing   funding.Financing
	keeperParty id.Party
}

// stock lends on goods in store: prices fall, margin is called, the owner pays, and a part of the goods leaves.
func (s *story) stock() error {
	y := &demoYard{story: s, owner: "schwarzeller", lender: "muehlgraben", lot: inventory.Lot{Goods: "CU-CATHODE", Quality: "A", Unit: "TNE"}}
	for _, act := range []func() error{y.prepare, y.lend, y.fall, y.release} {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

// prepare registers the keeper and opens a programme with its terms of security.
func (y *demoYard) prepare() error {
	profile := intake.Profile{Name: "Lagerhaus Unterhafen GmbH", Country: "DE", City: "Unterhafen", Identifiers: []intake.Identifier{{Scheme: "VAT", Value: "DE999000771"}}}
	reference, err := y.intake.StoreProfile(y.ctx, profile)
	if err != nil {
		return err
	}
	answer, err := y.give(y.maker, "", &book.RegisterParty{Roles: party.WarehouseKeeper, Country: "DE", Profile: reference, Tokens: y.intake.PartyTokens(profile)})
	if err != nil {
		return err
	}
	y.keeperParty = first[*book.PartyRegistered](answer).Party.ID
	y.names[y.keeperParty] = profile.Name
	if y.keeper, err = y.actor(y.keeperParty, party.WarehouseKeeper, "Desk of "+profile.Name); err != nil {
		return err
	}
	terms := product.ReceivablesDiscounting(standardEvidence)
	terms.Name, terms.Technique, terms.Assignment, terms.Undertaking, terms.Disclosed = "Loan against inventory", "loan_against_inventory", product.Pledge, product.UndertakingNone, false
	terms.AdvanceRate = 600_000
	made, err := y.product(terms)
	if err != nil {
		return err
	}
	const anchor = "rottmuehl" // that buys these goods in the end
	before := y.programmes[y.story.party(anchor)]
	funder := []funding.Funder{{Party: y.story.party(y.lender), Priority: 1, Rate: 62_000}}
	if err := y.story.programme(made, anchor, funder, 300_000_00, map[string]money.Minor{y.lender: 300_000_00}, []string{y.owner}); err != nil {
		return err
	}
	y.programme, y.programmes[y.story.party(anchor)] = y.programmes[y.story.party(anchor)], before
	if err := y.banking(); err != nil {
		return err
	}
	answer, err = y.give(y.maker, "", &book.ProposeCollateral{Programme: y.programme, Stock: inventory.Terms{
		Currency: y.currency, PriceAgeMaxDays: 10, Haircut: 100_000, RatioTarget: 700_000, RatioTrigger: 800_000, CureDays: 5, SaleCost: 20_000, ReleaseStep: inventory.QuantityOne,
	}})
	if err != nil {
		return err
	}
	_, err = y.give(y.checker, "", &book.ApproveCollateral{Collateral: first[*book.CollateralProposed](answer).Collateral.ID})
	return err
}

// price puts the day's price for a tonne in force.
func (y *demoYard) price(amount money.Minor) error {
	answer, err := y.give(y.maker, "", &book.ProposeStockPrice{Price: inventory.Price{
		Lot: y.lot, Amount: amount, Per: inventory.QuantityOne, Date: y.date, Source: "metal exchange, settlement", Currency: y.currency,
	}})
	if err != nil {
		return err
	}
	_, err = y.give(y.checker, "", &book.ApproveStockPrice{Price: first[*book.StockPriceProposed](answer).Price.ID, Decision: book.Approve})
	return err
}

// lend has a receipt issued and pledged, and the loan paid out.
func (y *demoYard) lend() error {
	if err := y.price(8_400_00); err != nil {
		return err
	}
	said := intake.Stored{Number: "LU-2026-0031", Location: intake.Identifier{Scheme: "GLN", Value: "4099900000771"}, Item: intake.Identifier{Scheme: "seller", Value: y.lot.Goods}}
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	c := &book.IssueWarehouseReceipt{Lot: y.lot, Quantity: 30 * inventory.QuantityOne, Owner: y.story.party(y.owner), Stored: y.date}
	number, location, item := y.intake.StockTokens(said)
	c.Number, c.Location, c.Item = number, location, item
	if c.Details, err = y.intake.Store(y.ctx, intake.KindStored, text); err != nil {
		return err
	}
	answer, err := y.give(y.keeper, "", c)
	if err != nil {
		return err
	}
	receipt := first[*book.WarehouseReceiptIssued](answer).Receipt
	if err := y.tell("in store", "%s takes 30 t of copper cathodes of %s into store: receipt %s", y.names[y.keeperParty], y.names[receipt.Owner], said.Number); err != nil {
		return err
	}
	if err := (&lawyer{story: y.story}).search(y.owner); err != nil {
		return err
	}
	owner := y.actors[y.owner+" seller"]
	if answer, err = y.give(owner, "", &book.QuoteStock{
		Programme: y.programme, Receipts: []id.WarehouseReceipt{receipt.ID}, Payee: y.accounts[receipt.Owner], Amount: 130_000_00, Due: y.date.AddDays(60),
	}); err != nil {
		return err
	}
	f := first[*book.FinancingOpened](answer).Financing
	if f.State == funding.Referred {
		if f, err = y.refer(f, caseOf(answer, f.ID)); err != nil {
			return err
		}
	}
	if f.State != funding.Quoted {
		return fmt.Errorf("the loan on stock is %s: %v", f.State, f.Outcomes)
	}
	payable := y.payable
	if err := y.accept(f); err != nil {
		return err
	}
	y.payable = payable // no buyer pays it
	y.financing = f
	return nil
}

// fall lets the price fall: margin is called at the closing of the day, and the owner pays.
func (y *demoYard) fall() error {
	if err := y.price(5_900_00); err != nil {
		return err
	}
	if err := y.open(y.date.AddDays(1)); err != nil {
		return err
	}
	call, err := y.called()
	if err != nil {
		return err
	}
	k := call.Call
	if err := y.tell("margin call", "copper is at %s: %s is owed on goods worth %s after haircuts; %s by %s makes it good", y.text(5_900_00), y.text(k.Exposure), y.text(k.Value), y.text(k.Repay), k.CureBy); err != nil {
		return err
	}
	_, err = y.bank.BuyerPays(y.programme, money.Amount{Minor: 60_000_00, Currency: y.currency}, y.names[y.story.party(y.owner)], "margin "+k.ID.String(), y.date)
	if err != nil {
		return err
	}
	if err := y.banking(); err != nil {
		return err
	}
	receipt, err := y.unallocated()
	if err != nil {
		return err
	}
	if _, err := y.give(y.maker, "", &book.Allocate{Receipt: receipt, Financing: y.financing.ID, Amount: 60_000_00, Payer: book.BySeller}); err != nil {
		return err
	}
	if err := y.price(6_100_00); err != nil {
		return err
	}
	if err := y.open(y.date.AddDays(1)); err != nil {
		return err
	}
	if call, err = y.called(); err != nil || call.Call.State != inventory.CallCured {
		return fmt.Errorf("the margin call is %s: %w", call.Call.State, err)
	}
	return y.tell("cured", "%s pays %s: the call is cured", y.names[y.story.party(y.owner)], y.text(60_000_00))
}

// called waits until the day's values are in, and gives the margin call.
func (y *demoYard) called() (book.MarginCall, error) {
	for {
		clock, err := recordOf[book.Clock](y.giver, "clock", 1)
		if err != nil {
			return book.MarginCall{}, err
		}
		if clock.Valued == clock.Date && clock.PoolsThrough == 1<<64-1 {
			return recordOf[book.MarginCall](y.giver, "margin_call", 1)
		}
		time.Sleep(time.Millisecond)
	}
}

// release lets a part of the goods leave that the loan no longer needs.
func (y *demoYard) release() error {
	var pledged uint64
	view, err := y.engine.Read(y.ctx, y.engine.Head().Sequence)
	if err != nil {
		return err
	}
	err = view.Tx.QueryRowContext(y.ctx, `SELECT number FROM warehouse_receipt WHERE state = 'pledged' AND live = 1`).Scan(&pledged)
	if closing := view.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	part := []inventory.Quantity{10 * inventory.QuantityOne}
	answer, err := y.give(y.actors[y.lender+" funder"], "", &book.MoveWarehouseReceipts{
		Step: inventory.Release, Receipts: []id.WarehouseReceipt{id.Make[id.WarehouseReceipt](shard, pledged)}, Parts: part,
	})
	if err != nil {
		return err
	}
	released := first[*book.WarehouseReceiptsMoved](answer).Made[0].ID
	if _, err := y.give(y.keeper, "", &book.MoveWarehouseReceipts{Step: inventory.Deliver, Receipts: []id.WarehouseReceipt{released}}); err != nil {
		return err
	}
	return y.tell("released", "10 t are no longer needed: %s releases them, and the keeper hands them over; 20 t stay pledged", y.names[y.story.party(y.lender)])
}
