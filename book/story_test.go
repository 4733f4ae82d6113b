package book_test

import (
	"fmt"
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
)

// stands compares accounts with what was worked out by hand, and has the book audited.
func (s *scene) stands(want map[ledger.Key]money.Minor) {
	s.t.Helper()
	for key, amount := range want {
		key.Currency = s.Currency
		if got := book.BalanceOf(s.book, key); got != amount {
			s.t.Errorf("%s of %s stands at %d, by hand %d", key.Code, key.Entity, got, amount)
		}
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		s.t.Error(breaches)
	}
}

func (s *scene) refused(code string, actor id.Actor, c book.Command) {
	s.t.Helper()
	if _, err := s.submit(actor, "", c); err == nil || s.rejected.Code != code {
		s.t.Errorf("%T is answered %v, want %s", c, err, code)
	}
}

func (s *scene) financed(number id.Financing) funding.Financing {
	return book.Record(s.book, "financing", number.Number()).(funding.Financing)
}

func (s *scene) debt(number id.Receivable) receivable.Receivable {
	return book.Record(s.book, "receivable", number.Number()).(receivable.Receivable)
}

func (s *scene) allocate(receipt id.Receipt, r id.Receivable, amount money.Minor, by book.Payer) {
	s.t.Helper()
	s.give(s.Maker, &book.Allocate{Receipt: receipt, Receivable: r, Amount: amount, Payer: by})
}

// dueIn30 is a life that falls due on 1 October 2026, a Thursday, 30 days after it is paid out.
func dueIn30(l *load.Life) { l.Due = load.Opening.AddDays(30) }

// Payables finance of 36,000.00 at 4.8 %: discount 144.00, fee 18.00, proceeds 35,838.00. The buyer pays ten days late:
// 90.00 of late interest (36,000.00 * 9 % * 10/360), which it bears itself.
func TestPayablesFinancePaidLate(t *testing.T) {
	s := newScene(t)
	s.live(9, amounting(36_000_00), dueIn30)
	funder := func(code ledger.Code) ledger.Key {
		return ledger.Key{Entity: s.Funder, Programme: s.Payables, Code: code}
	}
	claim := ledger.Key{Entity: s.Funder, Programme: s.Payables, Counterparty: s.Anchor, Code: ledger.PurchasedReceivables}
	seller := func(code ledger.Code) ledger.Key { return ledger.Key{Entity: s.Sellers[0], Code: code} }
	debt := ledger.Key{Entity: s.Sellers[0], Counterparty: s.Anchor, Code: ledger.TradeReceivables}
	confirmed := ledger.Key{Entity: s.Anchor, Counterparty: s.Sellers[0], Code: ledger.ConfirmedPayables}
	s.stands(map[ledger.Key]money.Minor{
		claim: 36_000_00, funder(ledger.UnearnedDiscount): 144_00, debt: 0, confirmed: 36_000_00,
		seller(ledger.SellerBank): 35_838_00, seller(ledger.FinancingCost): 144_00, seller(ledger.FinancingFees): 18_00, seller(ledger.Sales): 36_000_00,
		{Entity: s.Operator, Code: ledger.FeeIncome}: 18_00,
	})
	s.wait(40)
	if state := s.financed(s.financing()).State; state != funding.Overdue {
		t.Errorf("it is %s", state)
	}
	receipt := s.collect(s.Payables, 36_100_00, load.Opening.AddDays(40))
	s.refused("exceeds_owed", s.Maker, &book.Allocate{Receipt: receipt, Receivable: s.receivable(), Amount: 36_090_01, Payer: book.ByBuyer})
	s.allocate(receipt, s.receivable(), 36_090_00, book.ByBuyer)
	s.give(s.Maker, &book.CloseFinancing{Financing: s.financing()})
	s.stands(map[ledger.Key]money.Minor{
		claim: 0, funder(ledger.UnearnedDiscount): 0, funder(ledger.InterestIncome): 144_00, funder(ledger.LateInterestIncome): 90_00,
		debt: 0, confirmed: 0, {Entity: s.Anchor, Code: ledger.BuyerBank}: -36_090_00, {Entity: s.Anchor, Code: ledger.LateInterestCost}: 90_00,
		{Entity: s.Custodian, Programme: s.Payables, Code: ledger.CollectionUnallocated}:                       10_00,
		{Entity: s.Custodian, Programme: s.Payables, Counterparty: s.Funder, Code: ledger.CollectionForFunder}: 36_090_00,
		seller(ledger.CollectionsHeld): 0,
	})
	// The sweep brings it back to the funding account, once the bank has said so.
	before := book.BalanceOf(s.book, ledger.Key{Entity: s.Custodian, Programme: s.Payables, Counterparty: s.Funder, Code: ledger.Funding, Currency: s.Currency})
	s.give(s.Maker, &book.Sweep{Programme: s.Payables, Funder: s.Funder})
	s.refused("nothing_to_pay", s.Maker, &book.Sweep{Programme: s.Payables, Funder: s.Funder})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: load.Opening.AddDays(41)})
	s.stands(map[ledger.Key]money.Minor{
		{Entity: s.Custodian, Programme: s.Payables, Counterparty: s.Funder, Code: ledger.CollectionForFunder}: 0,
		{Entity: s.Custodian, Programme: s.Payables, Counterparty: s.Funder, Code: ledger.Funding}:             before + 36_090_00,
	})
}

// Receivables discounting of 20,000.00: 17,000.00 advanced, fee 50.00. The buyer pays 5,000.00 on the due date (interest
// 68.00, principal 4,932.00, 12,068.00 left) and nothing more. After 35 days the seller is called and pays back
// 12,068.00 and late interest of 12,068.00 * 9 % * 35/360 = 105.595 -> 105.60.
func TestRecourseAfterAPartPayment(t *testing.T) {
	s := newScene(t)
	s.live(9, discounted, amounting(20_000_00), dueIn30)
	f, r := s.financing(), s.receivable()
	s.wait(30)
	s.allocate(s.collect(s.Discounting, 5_000_00, load.Opening.AddDays(30)), r, 5_000_00, book.ByBuyer)
	lent := ledger.Key{Entity: s.Funder, Programme: s.Discounting, Counterparty: s.Sellers[0], Code: ledger.LoansToSellers}
	borrowed := ledger.Key{Entity: s.Sellers[0], Counterparty: s.Funder, Code: ledger.Borrowings}
	debt := ledger.Key{Entity: s.Sellers[0], Counterparty: s.Anchor, Code: ledger.TradeReceivables}
	s.stands(map[ledger.Key]money.Minor{lent: 12_068_00, borrowed: 12_068_00, debt: 15_000_00, {Entity: s.Sellers[0], Code: ledger.FinancingCost}: 68_00})
	s.refused("financing_state", s.FunderActor, &book.CallRecourse{Financing: f})
	s.wait(29)
	s.refused("recourse_early", s.FunderActor, &book.CallRecourse{Financing: f})
	s.wait(6)
	s.give(s.FunderActor, &book.CallRecourse{Financing: f})
	receipt := s.collect(s.Discounting, 12_200_00, load.Opening.AddDays(65))
	s.refused("exceeds_owed", s.Maker, &book.Allocate{Receipt: receipt, Receivable: r, Amount: 12_173_61, Payer: book.BySeller})
	s.allocate(receipt, r, 12_173_60, book.BySeller)
	s.give(s.Maker, &book.CloseFinancing{Financing: f})
	s.stands(map[ledger.Key]money.Minor{
		lent: 0, borrowed: 0, debt: 15_000_00, {Entity: s.Sellers[0], Code: ledger.FinancingCost}: 173_60,
		{Entity: s.Sellers[0], Code: ledger.SellerBank}: 16_950_00 - 12_173_60,
	})
	// The receivable has stayed the seller's: what the buyer pays after all is the seller's.
	s.allocate(s.collect(s.Discounting, 15_000_00, load.Opening.AddDays(70)), r, 15_000_00, book.ByBuyer)
	s.stands(map[ledger.Key]money.Minor{debt: 0, {Entity: s.Sellers[0], Code: ledger.CollectionsHeld}: 15_000_00})
	if got := s.debt(r).State; got != receivable.Closed {
		t.Errorf("the receivable is %s", got)
	}
}

// creditNote is of the last receivable's invoice.
func (s *scene) creditNote(number string, life uint64, amount money.Minor) *book.RecordDocument {
	l := s.NewLife(life * 2)
	invoice := l.Step(3).Command.(*book.RecordDocument)
	c := *invoice
	c.Document.Type, c.Document.Number, c.Document.TypeCode = trade.CreditNote, number, "381"
	c.Document.Totals = trade.Totals{Payable: amount}
	c.Document.Lines, c.Lines, c.Order = nil, trade.Token{}, trade.Token{}
	c.Invoice, c.Number, c.Content = invoice.Number, trade.Token(load.Token("number "+number)), trade.Token(load.Token("content "+number))
	return &c
}

func TestCreditNotes(t *testing.T) {
	pair := func(s *scene) (debt, trade, confirmed ledger.Key) {
		return ledger.Key{Entity: s.Sellers[0], Counterparty: s.Anchor, Code: ledger.TradeReceivables},
			ledger.Key{Entity: s.Anchor, Counterparty: s.Sellers[0], Code: ledger.TradePayables},
			ledger.Key{Entity: s.Anchor, Counterparty: s.Sellers[0], Code: ledger.ConfirmedPayables}
	}
	t.Run("takes the debt down to nothing and no further", func(t *testing.T) {
		s := newScene(t)
		s.live(4, amounting(1_000_00))
		debt, payable, _ := pair(s)
		s.give(s.Maker, s.creditNote("one", 0, 400_00))
		s.stands(map[ledger.Key]money.Minor{debt: 600_00, payable: 600_00})
		s.give(s.Maker, s.creditNote("two", 0, 900_00))
		s.give(s.Maker, s.creditNote("three", 0, money.MinorMax))
		s.stands(map[ledger.Key]money.Minor{debt: 0, payable: 0})
		if got := s.debt(s.receivable()); got.State != receivable.Closed || got.Credited != got.Face {
			t.Errorf("%+v", got)
		}
	})
	t.Run("leaves an irrevocable undertaking alone, whatever was paid before", func(t *testing.T) {
		s := newScene(t)
		s.live(4, amounting(1_000_00))
		debt, payable, confirmed := pair(s)
		s.allocate(s.collect(s.Payables, 300_00, s.Today), s.receivable(), 300_00, book.ByBuyer)
		s.give(s.Buyer, s.confirming(receivable.Irrevocable, 700_00, 0))
		s.stands(map[ledger.Key]money.Minor{debt: 700_00, payable: 0, confirmed: 700_00})
		s.give(s.Maker, s.creditNote("one", 0, 500_00))
		s.stands(map[ledger.Key]money.Minor{debt: 700_00, payable: 0, confirmed: 700_00})
		s.allocate(s.collect(s.Payables, 700_00, s.Today), s.receivable(), 700_00, book.ByBuyer)
		s.stands(map[ledger.Key]money.Minor{debt: 0, payable: 0, confirmed: 0})
	})
	t.Run("counts when it comes before the proof of delivery", func(t *testing.T) {
		s := newScene(t)
		l := s.NewLife(0)
		l.Amount = 1_000_00
		s.give(s.Maker, l.Step(0).Command)
		s.give(s.Maker, l.Step(3).Command)
		s.give(s.Maker, s.creditNote("one", 0, 400_00))
		if book.Counts(s.book)["receivable"] != 0 {
			t.Fatal("a receivable without a delivery")
		}
		s.give(s.Maker, l.Step(2).Command)
		debt, payable, _ := pair(s)
		s.stands(map[ledger.Key]money.Minor{debt: 600_00, payable: 600_00})
	})
	t.Run("keeps what was quoted from being accepted or paid out", func(t *testing.T) {
		s := newScene(t)
		l := s.NewLife(0)
		l.Amount, l.Discount = 10_000_00, true
		s.node.live(&l, 0, 4)
		s.give(s.Buyer, &book.Confirm{Receivable: s.receivable(), Undertaking: receivable.Soft, Amount: l.Amount})
		s.node.live(&l, 5, 7)
		s.give(s.Maker, s.creditNote("one", 0, 9_000_00))
		s.refused("amount_changed", s.Maker, &book.Disburse{Financing: s.financing()})
		s.stands(nil)
	})
}

func TestUndertakings(t *testing.T) {
	t.Run("only what is left of it is financed", func(t *testing.T) {
		s := newScene(t)
		s.live(4, amounting(10_000_00))
		s.give(s.Buyer, s.confirming(receivable.Irrevocable, 6_000_00, 0))
		s.allocate(s.collect(s.Payables, 5_000_00, s.Today), s.receivable(), 5_000_00, book.ByBuyer)
		s.give(s.SellerActors[0], s.quote())
		if got := s.financed(s.financing()).Amount; got != 1_000_00 {
			t.Errorf("%d is financed of 1,000.00 that is left of the undertaking", got)
		}
	})
	t.Run("one of another invoice of the same trade does not count", func(t *testing.T) {
		s := newScene(t)
		p := s.programme(func(t *product.Terms) {
			t.Undertaking, t.EvidenceRequired = product.UndertakingNone, uint16(trade.Invoiced|trade.Confirmed)
		})
		s.deposit(p, s.Funder, 50_000_00)
		l := s.live(5, amounting(10_000_00))
		second := l.Step(3).Command.(*book.RecordDocument)
		second.Document.Number, second.Number, second.Content = "second", trade.Token(load.Token("second")), trade.Token(load.Token("second content"))
		second.Lines, second.Document.Lines = trade.Token(load.Token("other lines")), nil
		s.give(s.Maker, second)
		s.refused("evidence_missing", s.SellerActors[0], &book.RequestQuote{Receivable: s.receivable(), Programme: p, Payee: s.Accounts[0]})
	})
	t.Run("a soft one becomes irrevocable for what is left", func(t *testing.T) {
		s := newScene(t)
		s.live(4, amounting(1_000_00))
		s.give(s.Buyer, &book.Confirm{Receivable: s.receivable(), Undertaking: receivable.Soft, Amount: 1_000_00})
		s.allocate(s.collect(s.Payables, 200_00, s.Today), s.receivable(), 200_00, book.ByBuyer)
		s.refused("amount_invalid", s.Buyer, s.confirming(receivable.Irrevocable, 799_99, 0))
		s.give(s.Buyer, s.confirming(receivable.Irrevocable, 800_00, 0))
		s.stands(nil)
	})
}

func TestDuplicates(t *testing.T) {
	findings := func(t *testing.T, events []book.Event) []string {
		t.Helper()
		for _, e := range events {
			if kept, ok := e.(*book.DocumentRecorded); ok {
				var codes []string
				for _, f := range kept.Document.Findings {
					codes = append(codes, f.Code)
				}
				return codes
			}
		}
		return nil
	}
	for _, test := range []struct {
		name      string
		change    func(c *book.RecordDocument)
		want      []string
		duplicate bool
		opens     bool
	}{
		{"identical bytes", func(c *book.RecordDocument) {}, nil, true, false},
		{"the same number, date and amount in other bytes", func(c *book.RecordDocument) { c.Content = trade.Token(load.Token("again")) }, []string{trade.FindingDuplicate}, false, false},
		{"the number used again for another amount", func(c *book.RecordDocument) {
			c.Content = trade.Token(load.Token("again"))
			c.Document.Totals.Payable++
		}, []string{trade.FindingNumberReused}, false, false},
		{"the same under another number", func(c *book.RecordDocument) {
			c.Content, c.Document.Number, c.Number = trade.Token(load.Token("again")), "INV-2", trade.Token(load.Token("INV-2"))
		}, []string{trade.FindingRenumbered}, false, false},
		{"other goods of the same order", func(c *book.RecordDocument) {
			c.Content, c.Document.Number, c.Number = trade.Token(load.Token("again")), "INV-2", trade.Token(load.Token("INV-2"))
			c.Lines, c.Document.Lines[0].Item = trade.Token(load.Token("other lines")), trade.Token(load.Token("other goods"))
		}, nil, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			l := s.live(4)
			before := book.Counts(s.book)
			c := l.Step(3).Command.(*book.RecordDocument)
			test.change(c)
			events, err := s.submit(s.Maker, "", c)
			if err != nil {
				t.Fatal(err)
			}
			_, duplicate := events[0].(*book.DuplicateFound)
			if got := findings(t, events); !slices.Equal(got, test.want) || duplicate != test.duplicate {
				t.Errorf("findings %v, duplicate %t", got, duplicate)
			}
			if opened := book.Counts(s.book)["receivable"] > before["receivable"]; opened != test.opens {
				t.Errorf("opens a receivable: %t", opened)
			}
			if breaches := book.Check(s.book); len(breaches) > 0 {
				t.Error(breaches)
			}
		})
	}
	t.Run("a second delivery of the same goods", func(t *testing.T) {
		s := newScene(t)
		l := s.live(4)
		order, receipt, invoice := l.Step(0).Command.(*book.RecordDocument), l.Step(2).Command.(*book.RecordDocument), l.Step(3).Command.(*book.RecordDocument)
		order.Document.Number, order.Number, order.Content = "more", order.Order, trade.Token(load.Token("more")) // the order again, in other bytes: changes nothing
		s.give(s.Maker, order)
		receipt.Document.Number, receipt.Number, receipt.Content = "second", trade.Token(load.Token("second")), trade.Token(load.Token("second"))
		s.give(s.Maker, receipt)
		invoice.Document.Number, invoice.Number, invoice.Content = "INV-2", trade.Token(load.Token("INV-2")), trade.Token(load.Token("INV-2"))
		events, err := s.submit(s.Maker, "", invoice)
		if err != nil {
			t.Fatal(err)
		}
		// Ten were ordered, twenty came: billing twenty is above the order, so the second invoice is the first renumbered.
		if got := findings(t, events); !slices.Equal(got, []string{trade.FindingRenumbered}) {
			t.Error(got)
		}
	})
	t.Run("two sellers may both number an invoice INV-001", func(t *testing.T) {
		s := newScene(t)
		for seller := range 2 {
			l := s.NewLife(uint64(seller))
			c := l.Step(3).Command.(*book.RecordDocument)
			c.Document.Number, c.Number = "INV-001", trade.Token(load.Token("INV-001"))
			s.give(s.Maker, l.Step(2).Command)
			s.give(s.Maker, c)
		}
		if got := book.Counts(s.book)["receivable"]; got != 2 {
			t.Errorf("%d receivables", got)
		}
	})
	t.Run("an invoice that was imported does not come a second time", func(t *testing.T) {
		s := newScene(t)
		s.give(s.Maker, s.importing())
		c := s.invoice(func(c *book.RecordDocument) {
			c.Document.Number, c.Number = "old 1", trade.Token(load.Token("old 1"))
			c.Document.Seller = []trade.Token{trade.Token(load.Token("party " + load.SellerName(0)))}
		})
		s.give(s.Maker, c)
		if got := book.Counts(s.book)["receivable"]; got != 1 {
			t.Errorf("%d receivables", got)
		}
	})
}

func TestAnImportedFinancingClaimsItsReceivable(t *testing.T) {
	s := newScene(t)
	c := s.takeOver()
	c.Repaid, c.Earned = 200_00, 8_00 // ahead of the fifth that the repayment alone would have earned
	s.give(s.Maker, c)
	s.refused("already_financed", s.Maker, c)
	s.refused("already_financed", s.SellerActors[0], s.quote())
	s.stands(map[ledger.Key]money.Minor{
		{Entity: s.Funder, Programme: s.Payables, Counterparty: s.Anchor, Code: ledger.PurchasedReceivables}: 800_00,
		{Entity: s.Funder, Programme: s.Payables, Code: ledger.UnearnedDiscount}:                             2_00,
	})
	s.allocate(s.collect(s.Payables, 100_00, s.Today), s.receivable(), 100_00, book.ByBuyer)
	s.allocate(s.collect(s.Payables, 700_00, s.Today.AddDays(1)), s.receivable(), 700_00, book.ByBuyer)
	s.give(s.Maker, &book.CloseFinancing{Financing: s.financing()})
	s.stands(map[ledger.Key]money.Minor{{Entity: s.Funder, Programme: s.Payables, Code: ledger.UnearnedDiscount}: 0})
}

func TestHoldsOnOwnAccounts(t *testing.T) {
	s := newScene(t)
	_, one, two := s.own()
	free := func(account id.Account) money.Minor { f, _ := book.Free(s.book, account); return f }
	place := func(amount money.Minor, seconds uint32) id.Hold {
		t.Helper()
		s.give(s.Maker, &book.PlaceHold{Transfer: ledger.Transfer{Debit: one, Credit: two, Amount: amount}, Seconds: seconds})
		return latest[id.Hold](s, "hold")
	}
	posted, voided, expiring := place(10_00, 0), place(20_00, 0), place(30_00, 60)
	if got := free(one); got != 40_00 {
		t.Errorf("%d free", got)
	}
	s.refused("balance_insufficient", s.Maker, &book.PostTransfers{Transfers: []ledger.Transfer{{Debit: one, Credit: two, Amount: 40_01}}})
	s.give(s.Maker, &book.EndHold{Hold: posted, State: ledger.Posted})
	s.refused("hold_state", s.Maker, &book.EndHold{Hold: posted, State: ledger.Voided})
	s.give(s.Maker, &book.EndHold{Hold: voided, State: ledger.Voided})
	if got := free(one); got != 60_00 {
		t.Errorf("%d free", got)
	}
	s.at += 61_000_000
	s.give(s.Maker, &book.AddKey{Actor: s.Buyer, Name: "tick", Hash: load32("tick")}) // the node ends it with whatever comes next
	s.refused("hold_state", s.Maker, &book.EndHold{Hold: expiring, State: ledger.Posted})
	if got := free(one); got != 90_00 {
		t.Errorf("%d free", got)
	}
	// All or nothing: the second leg is too much, so the first is not booked either.
	s.refused("balance_insufficient", s.Maker, &book.PostTransfers{Transfers: []ledger.Transfer{{Debit: one, Credit: two, Amount: 50_00}, {Debit: one, Credit: two, Amount: 50_00}}})
	if got := free(one); got != 90_00 {
		t.Errorf("%d free", got)
	}
	s.stands(nil)
}

func TestTwoPeopleEverywhere(t *testing.T) {
	s := newScene(t)
	approve := func(c book.Command) {
		t.Helper()
		s.refused("second_person", s.Maker, c)
		s.give(s.Checker, c)
	}
	s.give(s.Maker, &book.ProposeBankAccount{Party: s.Sellers[0], Currency: s.Currency, Token: party.Token{9}})
	approve(&book.VerifyBankAccount{Account: latest[id.BankAccount](s, "bank_account")})
	s.give(s.Maker, &book.ProposeProduct{Terms: product.PayablesFinance(1)})
	approve(&book.ApproveProduct{Product: latest[id.Product](s, "product")})
	s.give(s.Maker, s.propose())
	approve(&book.ApproveProgramme{Programme: latest[id.Programme](s, "programme")})
	s.give(s.Maker, &book.ProposeReview{Party: s.Anchor, Grade: 3, Until: s.Today.AddDays(99)})
	approve(&book.ApproveReview{Review: latest[id.Review](s, "review")})
	s.give(s.Maker, &book.ProposeLimit{Key: credit.LimitKey{Kind: credit.ProgrammeLimit, Programme: s.Payables, Currency: s.Currency}, Amount: 1_000_000_00, Expires: s.Today})
	approve(&book.ApproveLimit{Limit: latest[id.Limit](s, "credit_limit")})
	// A payment above the programme's bound.
	s.live(8, amounting(150_000_00))
	s.refused("payment_state", s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: s.Today})
	approve(&book.ApprovePayment{Payment: s.payment(), Decision: book.Approve})
}

func TestCancelledFinancingFreesEverything(t *testing.T) {
	s := newScene(t)
	l := s.live(7)
	f := s.financed(s.financing())
	s.give(s.SellerActors[0], &book.CancelFinancing{Financing: f.ID})
	if after := s.financed(f.ID); after.State != funding.Cancelled {
		t.Fatalf("it is %s", after.State)
	}
	s.refused("financing_state", s.Maker, &book.Disburse{Financing: f.ID})
	s.refused("financing_state", s.Maker, &book.CancelFinancing{Financing: f.ID})
	s.give(s.SellerActors[0], s.quote()) // the evidence is free again
	if again := s.financed(s.financing()); again.State != funding.Quoted || again.Amount != l.Amount {
		t.Errorf("quoted again: %+v", again)
	}
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Error(breaches)
	}
}

// TestNobodyActsOnWhatIsAnothers gives each command by everybody, at a moment when the right one's is accepted.
func TestNobodyActsOnWhatIsAnothers(t *testing.T) {
	type people struct {
		operator, checker, seller, rival, buyer, otherBuyer, funder, otherFunder, bank, otherBank id.Actor
	}
	crowd := func(s *scene) people {
		p := people{operator: s.Maker, checker: s.Checker, seller: s.SellerActors[0], rival: s.SellerActors[1], buyer: s.Buyer, funder: s.FunderActor, bank: s.Bank}
		_, p.otherFunder = s.funder()
		for i, role := range []party.Role{party.Buyer, party.Custodian} {
			s.give(s.Maker, &book.RegisterParty{Roles: role, Country: "DE", Tokens: []party.Token{party.Token(load.Token(fmt.Sprint("other ", i)))}})
			acts := role
			if role == party.Custodian {
				acts = party.Bank
			}
			s.give(s.Maker, &book.RegisterActor{Party: latest[id.Party](s, "party"), Role: acts})
			if role == party.Buyer {
				p.otherBuyer = latest[id.Actor](s, "actor")
			} else {
				p.otherBank = latest[id.Actor](s, "actor")
			}
		}
		return p
	}
	for _, test := range []struct {
		name    string
		command func(s *scene) book.Command
		may     func(p people) []id.Actor
	}{
		{"confirm", func(s *scene) book.Command {
			l := s.live(4)
			return &book.Confirm{Receivable: s.receivable(), Undertaking: receivable.Soft, Amount: l.Amount}
		}, func(p people) []id.Actor { return []id.Actor{p.buyer} }},
		{"quote", func(s *scene) book.Command { s.live(5); return s.quote() }, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.seller} }},
		{"accept", func(s *scene) book.Command { s.live(6); return &book.AcceptQuote{Financing: s.financing()} }, func(p people) []id.Actor { return []id.Actor{p.seller} }},
		{"accept what is paid out", func(s *scene) book.Command { s.live(9); return &book.AcceptQuote{Financing: s.financing()} }, func(people) []id.Actor { return nil }},
		{"cancel", func(s *scene) book.Command { s.live(7); return &book.CancelFinancing{Financing: s.financing()} }, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.seller} }},
		{"decide a referral", func(s *scene) book.Command {
			l := s.live(5, amounting(260_000_00))
			_ = l
			s.give(s.SellerActors[0], s.quote())
			return &book.DecideReferral{Financing: s.financing(), Decision: book.Decline, Reason: load32("why")}
		}, func(p people) []id.Actor { return []id.Actor{p.funder} }},
		{"disburse", func(s *scene) book.Command { s.live(7); return &book.Disburse{Financing: s.financing()} }, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.funder} }},
		{"outcome", func(s *scene) book.Command {
			s.live(8)
			return &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: s.Today}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.bank} }},
		{"receipt", func(s *scene) book.Command {
			return &book.RecordReceipt{Programme: s.Payables, Line: [16]byte{1}, Amount: 1, Currency: s.Currency, Value: s.Today, Booking: s.Today}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.bank} }},
		{"reversal", func(s *scene) book.Command {
			return &book.ReverseReceipt{Receipt: s.collect(s.Payables, 5, s.Today), Line: [16]byte{1}}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.bank} }},
		{"recourse", func(s *scene) book.Command {
			l := s.live(9, discounted)
			s.wait(calendar.DaysBetween(s.Today, l.Due) + 40)
			return &book.CallRecourse{Financing: s.financing()}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.funder} }},
		{"allocate", func(s *scene) book.Command {
			l := s.live(10)
			return &book.Allocate{Receipt: s.receipt(), Receivable: s.receivable(), Amount: l.Amount, Payer: book.ByBuyer}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker} }},
		{"bank account", func(s *scene) book.Command {
			return &book.ProposeBankAccount{Party: s.Sellers[0], Currency: s.Currency, Token: party.Token{8}}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.seller} }},
		{"funder's limit", func(s *scene) book.Command {
			return &book.ProposeLimit{Key: credit.LimitKey{Kind: credit.FunderLimit, Programme: s.Payables, Party: s.Funder, Currency: s.Currency}, Expires: s.Today}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.funder} }},
		{"approve a funder's limit", func(s *scene) book.Command {
			s.give(s.Maker, &book.ProposeLimit{Key: credit.LimitKey{Kind: credit.FunderLimit, Programme: s.Payables, Party: s.Funder, Currency: s.Currency}, Expires: s.Today})
			return &book.ApproveLimit{Limit: latest[id.Limit](s, "credit_limit")}
		}, func(p people) []id.Actor { return []id.Actor{p.checker, p.funder} }},
		{"buyer's limit", func(s *scene) book.Command {
			return &book.ProposeLimit{Key: credit.LimitKey{Kind: credit.BuyerLimit, Programme: s.Payables, Party: s.Anchor, Currency: s.Currency}, Expires: s.Today}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker} }},
		{"seller's document", func(s *scene) book.Command { l := s.NewLife(0); return l.Step(1).Command }, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.seller} }},
		{"buyer's document", func(s *scene) book.Command { l := s.NewLife(0); return l.Step(2).Command }, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.buyer} }},
		{"invoice", func(s *scene) book.Command { l := s.NewLife(0); return l.Step(3).Command }, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.seller, p.buyer} }},
		{"credit note", func(s *scene) book.Command { s.live(4); return s.creditNote("one", 0, 5) }, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.seller} }},
		{"clear findings", func(s *scene) book.Command {
			s.live(3)
			l := s.NewLife(0)
			c := l.Step(3).Command.(*book.RecordDocument)
			c.Document.Findings = []trade.Finding{{Code: trade.FindingFactored}}
			s.give(s.Maker, c)
			return &book.ClearFindings{Receivable: s.receivable(), Codes: []string{trade.FindingFactored}, Reason: load32("why")}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker} }},
		{"key", func(s *scene) book.Command { return &book.AddKey{Actor: s.Buyer, Name: "erp", Hash: load32("secret")} }, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker, p.buyer} }},
		{"day", func(s *scene) book.Command { return &book.OpenDay{Date: s.Today.AddDays(1)} }, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker} }},
		{"sweep", func(s *scene) book.Command {
			s.live(11)
			return &book.Sweep{Programme: s.Payables, Funder: s.Funder}
		}, func(p people) []id.Actor { return []id.Actor{p.operator, p.checker} }},
		{"the node's own", func(*scene) book.Command { return &book.Lapse{} }, func(people) []id.Actor { return nil }},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			p := crowd(s)
			c := test.command(s)
			may := test.may(p)
			for _, actor := range []id.Actor{p.operator, p.checker, p.seller, p.rival, p.buyer, p.otherBuyer, p.funder, p.otherFunder, p.bank, p.otherBank} {
				h := book.Header{Sequence: s.book.Sequence() + 1, At: s.at + 1, Actor: actor}
				_, rejection := book.PrepareAndDecide(s.book, &h, c)
				switch {
				case slices.Contains(may, actor):
					if rejection != nil {
						t.Errorf("%s: %v", actor, rejection)
					}
				case rejection == nil:
					t.Errorf("%s may do what is another's", actor)
				case !slices.Contains([]string{"not_permitted", "other_party", "document_issuer", "second_person", "financing_state"}, rejection.Code):
					t.Errorf("%s learns %v", actor, rejection)
				case rejection.Code == "financing_state" && actor != p.seller:
					t.Errorf("%s learns the state of another's financing", actor)
				}
			}
		})
	}
}

// TestTheBookOutlivesHostileAmounts floods it with the greatest amounts and lines that are let in: every answer is a
// rejection or an event, and folding never fails.
func TestTheBookOutlivesHostileAmounts(t *testing.T) {
	s := newScene(t)
	refused := 0
	for i := range 120 {
		l := s.NewLife(uint64(i * 2))
		c := l.Step(3).Command.(*book.RecordDocument)
		c.Document.Totals.Payable, c.Document.Lines, c.Lines = money.MinorMax, nil, trade.Token{}
		s.give(s.SellerActors[0], l.Step(1).Command)
		if _, err := s.submit(s.SellerActors[0], "", c); err != nil {
			if s.rejected.Code != "account_overflow" {
				t.Fatal(err)
			}
			refused++
		}
	}
	if refused == 0 || refused > 100 {
		t.Errorf("%d of 120 invoices are refused", refused)
	}
	s.stands(nil)
}
