package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/inventory"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	life "millrace/domain/servicing"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// defaulted declares a default, by two people.
func (s *scene) defaulted(f id.Financing) {
	s.t.Helper()
	s.agreed(&book.DeclareDefault{Financing: f, Reason: load32("insolvent")})
}

// writesOff declares a default and writes off what is owed.
func (s *scene) writesOff(f id.Financing) {
	s.t.Helper()
	s.defaulted(f)
	s.agreed(&book.WriteOff{Financing: f, Reason: load32("nothing to be had")})
}

// A borrower buys its goods out: they are no longer pledged.
func TestALoanOnStockIsBoughtBack(t *testing.T) {
	y := newScene(t).yard()
	p, f := y.borrowed(250_000_00)
	y.give(y.Maker, &book.BuyBack{Financing: f, Receipt: y.collect(p, 250_000_00, y.book.Date())})
	last := y.receipt(latest[id.WarehouseReceipt](y.scene, "warehouse_receipt"))
	if y.financed(f).State != funding.BoughtBack || last.Status != inventory.Released {
		t.Fatalf("%s, %+v", y.financed(f).State, last)
	}
	y.refused("financing_state", y.FunderActor, &book.ReassignReceivable{Financing: f})
	y.sound()
}

// A loan on stock that was written off: the goods stay the lender's security, who may sell them, until what was lost has come back.
func TestALoanOnStockIsWrittenOffAndRecovered(t *testing.T) {
	y := newScene(t).yard()
	p, f := y.borrowed(250_000_00)
	pledged := latest[id.WarehouseReceipt](y.scene, "warehouse_receipt")
	y.give(y.FunderActor, &book.CallRecourse{Financing: f, Cause: life.Insolvency, Since: y.book.Date(), Evidence: load32("court order")})
	y.writesOff(f)
	y.sound()
	y.wait(1)
	release := &book.MoveWarehouseReceipts{Step: inventory.Release, Receipts: []id.WarehouseReceipt{pledged}}
	y.refused("release_exceeded", y.FunderActor, release)
	y.give(y.FunderActor, &book.MoveWarehouseReceipts{Step: inventory.Sell, Receipts: []id.WarehouseReceipt{pledged}, Parts: []inventory.Quantity{30 * tonne}, To: y.Sellers[1]})
	receipt := y.collect(p, 260_000_00, y.book.Date())
	y.give(y.Maker, &book.RecordRecovery{Receipt: receipt, Financing: f, Amount: 200_000_00, Payer: book.BySeller})
	y.refused("exceeds_owed", y.Maker, &book.RecordRecovery{Receipt: receipt, Financing: f, Amount: 50_000_01, Payer: book.BySeller})
	y.give(y.Maker, &book.RecordRecovery{Receipt: receipt, Financing: f, Amount: 50_000_00, Payer: book.BySeller})
	if got := y.financed(f); got.Recovered != 250_000_00 || got.State != funding.WrittenOff {
		t.Fatalf("%+v", got)
	}
	y.sound()
	for n := uint64(1); n <= book.Counts(y.book)["warehouse_receipt"]; n++ {
		if r := book.Record(y.book, "warehouse_receipt", n).(inventory.Receipt); r.Stands() && r.Status == inventory.Pledged {
			release.Receipts = []id.WarehouseReceipt{r.ID}
			y.give(y.FunderActor, release)
		}
	}
	y.give(y.Bank, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
	y.sound()
}

// A loan that no receivable secures has none to give back.
func TestALoanOnATradeHasNothingToReassign(t *testing.T) {
	s := newScene(t)
	p := s.onOrder()
	s.papers("A", 2_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 30))
	f := s.paidOut()
	s.give(s.Maker, &book.Allocate{Receipt: s.collect(p, 10_000_00, s.book.Date()), Financing: f, Amount: 10_000_00, Payer: book.BySeller})
	s.give(s.Maker, &book.CloseFinancing{Financing: f})
	s.refused("nothing_outstanding", s.FunderActor, &book.ReassignReceivable{Financing: f})
}

// Each step in the life of a drawing on a pool; what is in it is free when nothing is drawn any more.
func TestADrawingOnAPoolInDefault(t *testing.T) {
	s := newScene(t)
	pool, f := s.drawnOnPool(20_000_00)
	due := s.financed(f).Due
	s.agreed(&book.ExtendFinancing{Financing: f, Due: due.AddDays(20), Reason: load32("time")})
	s.wait(90)
	s.give(s.FunderActor, &book.CallRecourse{Financing: f, Cause: life.Insolvency, Since: s.book.Date(), Evidence: load32("court order")})
	s.agreed(&book.Provision{Financing: f, Amount: 1_000_00, Reason: load32("a part")})
	s.sound()
	s.give(s.Maker, &book.BuyBack{Financing: f, Receipt: s.collect(s.financed(f).Programme, 22_000_00, s.book.Date())})
	s.give(s.SellerActors[0], &book.WithdrawReceivables{Pool: pool, Receivables: []id.Receivable{s.receivable(), s.receivable() - 1<<16}})
	s.sound()
}

// What is being replaced can't be bought back, written off or closed meanwhile.
func TestALoanThatIsBeingReplacedStays(t *testing.T) {
	s := newScene(t)
	r := s.route()
	s.papers("A", 1_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(r.order, 0, 60))
	first := s.paidOut()
	s.defaulted(first)
	s.give(s.FunderActor, &book.WriteOff{Financing: first, Reason: load32("nothing to be had")})
	loss := s.measure()
	s.papers("A", 1_000, trade.DespatchAdvice)
	s.give(s.SellerActors[0], s.lending(r.transit, 0, 60))
	second := s.financing()
	s.give(s.SellerActors[0], &book.AcceptQuote{Financing: second})
	s.give(s.Maker, &book.Disburse{Financing: second})
	s.refused("disbursement_open", s.Maker, &book.DecideMeasure{Measure: loss, Decision: book.Approve})
	s.give(s.Maker, &book.DecideMeasure{Measure: loss, Decision: book.Decline})
	s.refused("disbursement_open", s.FunderActor, &book.WriteOff{Financing: first, Reason: load32("nothing to be had")})
	s.refused("disbursement_open", s.Maker, &book.BuyBack{Financing: first, Receipt: s.collect(r.order, 6_000_00, s.book.Date())})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.financed(second).Payment, State: payment.Executed, Value: s.book.Date()})
	if got := s.financed(first); got.State != funding.ClosedState {
		t.Errorf("%s", got.State)
	}
	s.sound()
}

// A loan on a trade that was written off is recovered from its seller.
func TestALoanOnATradeIsRecovered(t *testing.T) {
	s := newScene(t)
	p := s.onOrder()
	s.papers("A", 2_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 30))
	f := s.paidOut()
	s.writesOff(f)
	s.wait(1)
	s.give(s.Maker, &book.RecordRecovery{Receipt: s.collect(p, 10_000_00, s.book.Date()), Financing: f, Amount: 10_000_00, Payer: book.BySeller})
	s.sound()
	if got := s.financed(f); got.Recovered != 10_000_00 {
		t.Errorf("%+v", got)
	}
}

// A loan to the buyer that was written off is recovered from the buyer, whose debt it had paid.
func TestALoanToABuyerIsRecovered(t *testing.T) {
	r := newRun(t, termsOf(t, "distributor-finance"), deals["distributor-finance"])
	r.evidence()
	f := r.financed()
	r.buyerPays("the buyer's own part of its purchase", r.amount-f.Principal)
	r.writesOff(f.ID)
	r.sound()
	r.wait(1)
	receipt := r.comes("recovered", f.Principal)
	r.step("recovery", r.Maker, &book.RecordRecovery{Receipt: receipt, Financing: f.ID, Amount: 1_000_00, Payer: book.ByBuyer})
	if got := r.now(); got.Recovered != 1_000_00 || got.State != funding.WrittenOff {
		t.Fatalf("%+v", got)
	}
	r.step("it is taken back", r.machine, &book.ReverseReceipt{Receipt: receipt, Line: load.Token("back")})
}

// What was kept back against dilution is the seller's when it has bought its receivable back.
func TestABuybackGivesTheReserveOut(t *testing.T) {
	terms := termsOf(t, "factoring")
	terms.Waterfall = []product.Tier{product.TierFees, product.TierReserve, product.TierLateInterest, product.TierInterest, product.TierPrincipal, product.TierSeller}
	r := newRun(t, terms, deals["factoring"])
	r.evidence()
	f := r.financed()
	r.buyerPays("a part", 20_000_00)
	held := r.now().Besides.Held
	if held == 0 {
		t.Fatalf("nothing is held: %+v", r.now())
	}
	r.step("it is bought back", r.Maker, &book.BuyBack{Financing: f.ID, Receipt: r.comes("the price", 50_000_00)})
	if now := r.now(); now.State != funding.BoughtBack || now.Besides.Held != 0 {
		t.Errorf("%+v", now)
	}
	r.stands(map[ledger.Key]money.Minor{
		{Entity: r.custodian, Programme: r.programme, Counterparty: r.Sellers[0], Code: ledger.CollectionForSeller}: held,
		{Entity: r.custodian, Programme: r.programme, Counterparty: r.Sellers[0], Code: ledger.HeldBack}:            0,
	})
}

// A person's allowance, and a default that a person declared, count for the expected loss.
func TestAPersonsWordOnALoss(t *testing.T) {
	s := newScene(t)
	s.expecting(s.Funder)
	s.live(9, dueIn30, amounting(36_000_00))
	f := s.financed(s.financing())
	s.assess(s.Funder)
	before := s.lossOf(f.ID).Allowance
	key := func(code ledger.Code) ledger.Key {
		return ledger.Key{Entity: s.Funder, Programme: f.Programme, Code: code, Currency: s.Currency}
	}
	s.wait(1)
	s.defaulted(f.ID)
	s.assess(s.Funder)
	if loss := s.lossOf(f.ID); loss.Staging.Stage != impairment.Impaired || loss.Called != impairment.Called || loss.Exempt != book.NotExempt || loss.Allowance <= before {
		t.Errorf("in default: %+v", loss)
	}
	s.agreed(&book.Provision{Financing: f.ID, Amount: 20_000_00, Reason: load32("half of it")})
	s.wait(1)
	s.assess(s.Funder)
	if loss := s.lossOf(f.ID); loss.Exempt != book.Individually || loss.Allowance != 0 || loss.Staging.Stage != impairment.Impaired {
		t.Errorf("with an allowance of its own: %+v", loss)
	}
	s.stands(map[ledger.Key]money.Minor{
		key(ledger.LossAllowance): 20_000_00, key(ledger.FinancingLoss): 20_000_00, key(ledger.AllowanceStageOne): 0, key(ledger.AllowanceStageThree): 0, key(ledger.ImpairmentLoss): 0,
	})
	s.agreed(&book.Provision{Financing: f.ID, Reason: load32("it is back to the model")})
	s.wait(1)
	s.assess(s.Funder)
	if loss := s.lossOf(f.ID); loss.Exempt != book.NotExempt || loss.Allowance == 0 {
		t.Errorf("without it again: %+v", loss)
	}
	s.agreed(&book.WriteOff{Financing: f.ID, Reason: load32("nothing to be had")})
	s.wait(1)
	s.assess(s.Funder)
	if loss := s.lossOf(f.ID); loss.Exempt != book.Individually || loss.Allowance != 0 || loss.Carrying != 0 {
		t.Errorf("written off: %+v", loss)
	}
	s.stands(map[ledger.Key]money.Minor{key(ledger.AllowanceStageThree): 0, key(ledger.ImpairmentLoss): 0})
}

// Who owes and how much: the borrower of a loan on stock, on a trade or on a pool; the buyer of a loan to it.
func TestExpectedLossOfLoans(t *testing.T) {
	y := newScene(t).yard()
	_, onStock := y.borrowed(250_000_00)
	p := y.onOrder(func(t *product.Terms) { t.Name = "Another order loan" })
	y.papers("A", 2_000, trade.Order)
	y.give(y.SellerActors[0], y.lending(p, 0, 30))
	onTrade := y.scene.paidOut()
	y.expecting(y.Funder)
	y.assess(y.Funder)
	for f, carried := range map[id.Financing]money.Minor{onStock: 250_000_00, onTrade: 10_000_00} {
		if loss := y.lossOf(f); loss.Carrying != carried || loss.Allowance == 0 {
			t.Errorf("%+v", loss)
		}
	}
	y.sound()
	r := newRun(t, termsOf(t, "distributor-finance"), deals["distributor-finance"])
	r.evidence()
	f := r.financed()
	r.expecting(r.Funder)
	r.expecting(r.Sellers[0])
	r.assess(r.Funder)
	if loss := r.lossOf(f.ID); loss.Grade != 4 || loss.Carrying == 0 || loss.Carrying > f.Principal {
		t.Errorf("%+v of %+v", loss, f)
	}
	// The buyer still owes its own part to the seller.
	a := r.assess(r.Sellers[0])
	if len(a.Buckets) != 1 || a.Buckets[0].Amount != r.amount-f.Principal {
		t.Errorf("%+v, the seller is owed %d", a.Buckets, r.amount-f.Principal)
	}
}

// What several funders have bought together is sold as a whole.
func TestTradeReceivablesOfASyndicate(t *testing.T) {
	k := newScene(t).syndicate(funding.Reshared)
	k.live(5, amounting(36_000_00), dueIn30)
	k.partsOut(k.ask())
	k.expecting(k.scene.Sellers[0])
	if a := k.assess(k.scene.Sellers[0]); len(a.Buckets) != 0 {
		t.Errorf("%+v", a.Buckets)
	}
}

// What a funder has bought and written off is not the seller's again.
func TestTradeReceivablesThatWereWrittenOff(t *testing.T) {
	s := newScene(t)
	s.writtenOff(36_000_00)
	s.expecting(s.Sellers[0])
	if a := s.assess(s.Sellers[0]); len(a.Buckets) != 0 {
		t.Errorf("%+v", a.Buckets)
	}
}
