package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/discounting"
	"millrace/domain/dispute"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/risk"
	"millrace/domain/rule"
	"millrace/edge/productfile"
	"millrace/lab/load"
	"millrace/products"
)

// payer is a scene whose anchor has a million of its own cash in a programme of dynamic discounting.
type payer struct {
	*scene
	early id.Programme
}

func (s *scene) payer() *payer {
	s.t.Helper()
	content, _ := products.File("dynamic-discounting")
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		s.t.Fatal(problems)
	}
	p, err := s.World.EarlyPayer(s.submit, terms, 1_000_000_00)
	if err != nil {
		s.t.Fatal(err)
	}
	return &payer{s, p}
}

// offering gives the command of an offer: 6 % a year, and 8 % where 30 days or more are gained; 500,000.00 for 60 days.
func (s *payer) offering() *book.OpenEarlyOffer {
	return &book.OpenEarlyOffer{
		Programme: s.early, Steps: []discounting.Step{{Days: 1, Rate: 60_000}, {Days: 30, Rate: 80_000}}, YieldLeast: 50_000, Budget: 500_000_00,
		From: s.Today, Until: s.Today.AddDays(60),
	}
}

func (s *payer) offer() id.EarlyOffer {
	s.t.Helper()
	s.give(s.Buyer, s.offering())
	return latest[id.EarlyOffer](s.scene, "early_offer")
}

// accept gives the command by which the seller accepts to be paid early.
func (s *payer) accept(o id.EarlyOffer, all ...id.Receivable) *book.AcceptEarlyPayment {
	return &book.AcceptEarlyPayment{Offer: o, Receivables: all, Payee: s.Accounts[0], DiscountMost: 10_000_00}
}

func (s *payer) paid(number uint64) discounting.Payment {
	return book.Record(s.book, "early_payment", number).(discounting.Payment)
}

// Two invoices of 25,000.00, one for 45 days at 8 % and one for 20 at 6 %: discounts of 250.00 and 83.33, a fee of 7.50 each. The
// debts end with the payment; no funder is in it.
func TestABuyerPaysEarlyOutOfItsOwnCash(t *testing.T) {
	s := newScene(t).payer()
	var all []id.Receivable
	for _, days := range []int{45, 20} {
		s.live(5, amounting(25_000_00), func(l *load.Life) { l.Due = load.Opening.AddDays(days) })
		all = append(all, s.receivable())
	}
	o := s.offer()
	less := s.accept(o, all...)
	less.DiscountMost = 333_32
	s.refused("terms_differ", s.SellerActors[0], less)
	s.refused("other_party", s.SellerActors[1], s.accept(o, all...))
	rows := drained{}
	s.decisions(rows)
	s.give(s.SellerActors[0], s.accept(o, all...))
	made := s.decisions(rows)
	for i, d := range made {
		if len(made) != 2 || d.Purpose != risk.AtEarlyPayment || d.Receivable != all[i] || d.Verdict != rule.Pass || d.Early != s.paid(1).ID || d.Actor != s.SellerActors[0] || d.Facts.Amount != 25_000_00 {
			t.Errorf("%+v", d)
		}
	}
	s.replays(made)
	e := s.paid(1)
	if e.Discount != 333_33 || e.Cash != 49_666_67 || e.Fee != 15_00 || e.State != discounting.Paying || e.Items[0].Quote.Rate != 80_000 {
		t.Fatalf("%+v", e)
	}
	s.stands(nil)
	s.refused("early_payment_open", s.SellerActors[0], s.quote())
	s.refused("early_payment_open", s.Maker, &book.Allocate{Receipt: s.collect(s.Payables, 1_00, s.Today), Receivable: all[0], Amount: 1_00, Payer: book.ByBuyer})
	s.give(s.Bank, &book.RecordOutcome{Payment: e.Payment, State: payment.Executed, Value: s.Today})
	for _, r := range all {
		if got := s.debt(r); got.State != receivable.Closed || got.Financing != 0 {
			t.Errorf("%+v", got)
		}
	}
	s.stands(map[ledger.Key]money.Minor{
		{Entity: s.Custodian, Programme: s.early, Counterparty: s.Anchor, Code: ledger.Funding}:        1_000_000_00 - 49_681_67,
		{Entity: s.Anchor, Programme: s.early, Code: ledger.FundsAtCustodian}:                          1_000_000_00 - 49_681_67,
		{Entity: s.Anchor, Counterparty: s.Sellers[0], Code: ledger.ConfirmedPayables}:                 0,
		{Entity: s.Anchor, Counterparty: s.Sellers[0], Code: ledger.TradePayables}:                     0,
		{Entity: s.Anchor, Code: ledger.Purchases}:                                                     50_000_00 - 333_33,
		{Entity: s.Anchor, Code: ledger.EarlyPaymentFees}:                                              15_00,
		{Entity: s.Sellers[0], Counterparty: s.Anchor, Code: ledger.TradeReceivables}:                  0,
		{Entity: s.Sellers[0], Code: ledger.SellerBank}:                                                49_666_67,
		{Entity: s.Sellers[0], Code: ledger.FinancingCost}:                                             333_33,
		{Entity: s.Operator, Code: ledger.FeeIncome}:                                                   15_00,
		{Entity: s.Custodian, Programme: s.early, Counterparty: s.Operator, Code: ledger.OperatorFees}: 15_00,
	})
	s.refused("receivable_state", s.SellerActors[0], s.accept(o, all[0]))
	// The seller's bank sends it back: the debts are owed again, as before.
	s.give(s.Bank, &book.RecordOutcome{Payment: e.Payment, State: payment.Returned, Value: s.Today})
	s.stands(map[ledger.Key]money.Minor{
		{Entity: s.Custodian, Programme: s.early, Counterparty: s.Anchor, Code: ledger.Funding}: 1_000_000_00,
		{Entity: s.Anchor, Counterparty: s.Sellers[0], Code: ledger.ConfirmedPayables}:          50_000_00,
		{Entity: s.Anchor, Code: ledger.Purchases}:                                              50_000_00,
		{Entity: s.Sellers[0], Counterparty: s.Anchor, Code: ledger.TradeReceivables}:           50_000_00,
		{Entity: s.Sellers[0], Code: ledger.FinancingCost}:                                      0,
	})
	s.give(s.SellerActors[0], s.accept(o, all[1]))
	s.stands(nil)
}

// A large payment waits for a second person of the operator, whose refusal frees money, budget and debt.
func TestALargeEarlyPaymentIsLookedAt(t *testing.T) {
	s := newScene(t).payer()
	s.live(5, amounting(200_000_00))
	o := s.offer()
	s.give(s.SellerActors[0], s.accept(o, s.receivable()))
	if e := s.paid(1); e.State != discounting.Paying {
		t.Fatalf("%+v", e)
	}
	s.give(s.Checker, &book.ApprovePayment{Payment: s.payment(), Decision: book.Decline})
	if e, offer := s.paid(1), book.Record(s.book, "early_offer", 1).(discounting.Offer); e.State != discounting.NotPaid || offer.Spent != 0 {
		t.Fatalf("%+v, %+v", e, offer)
	}
	s.stands(nil)
	s.give(s.SellerActors[0], s.quote())
}

// An offer that names receivables holds for these alone; one that stands goes on until it is withdrawn or its budget is spent.
func TestWhatAnOfferHoldsFor(t *testing.T) {
	s := newScene(t).payer()
	s.live(5)
	first := s.receivable()
	s.live(5)
	c := s.offering()
	c.Receivables = []id.Receivable{first}
	s.give(s.Buyer, c)
	named := latest[id.EarlyOffer](s.scene, "early_offer")
	s.refused("early_items", s.SellerActors[0], s.accept(named, s.receivable()))
	s.give(s.SellerActors[0], s.accept(named, first))
	standing := s.offer()
	s.refused("not_permitted", s.SellerActors[0], &book.OpenEarlyOffer{Programme: s.early})
	s.give(s.SellerActors[0], s.accept(standing, s.receivable()))
	s.stands(nil)
}

// early is a refusal that comes about where a buyer pays early.
func early(bring func(s *payer) (id.Actor, book.Command)) func(s *scene) (id.Actor, book.Command) {
	return func(s *scene) (id.Actor, book.Command) { return bring(s.payer()) }
}

func offeringBut(change func(s *payer, c *book.OpenEarlyOffer)) func(s *scene) (id.Actor, book.Command) {
	return early(func(s *payer) (id.Actor, book.Command) {
		c := s.offering()
		change(s, c)
		return s.Buyer, c
	})
}

func init() { refusals = append(refusals, earlyRefusals...) }

var earlyRefusals = []refusal{
	{"early_budget", "What is left of the offer's budget is less than this payment.", "Name fewer receivables, or wait for another offer.", early(func(s *payer) (id.Actor, book.Command) {
		s.live(5)
		c := s.offering()
		c.Budget = 100
		s.give(s.Buyer, c)
		return s.SellerActors[0], s.accept(latest[id.EarlyOffer](s.scene, "early_offer"), s.receivable())
	})},
	{"early_disputed", "The buyer disputes a part of the receivable, so that it does not pay it early.", "Settle the dispute first.", early(func(s *payer) (id.Actor, book.Command) {
		s.live(4, amounting(10_000_00))
		s.give(s.Buyer, &book.OpenDispute{Receivable: s.receivable(), Amount: 1_00, Reason: dispute.Quality, Text: load32("scratched")})
		return s.SellerActors[0], s.accept(s.offer(), s.receivable())
	})},
	{"early_items", "No receivable is named, too many, one twice, one of another seller, or one that the offer does not name.", "Correct the list.", early(func(s *payer) (id.Actor, book.Command) {
		return s.SellerActors[0], s.accept(s.offer())
	})},
	{"early_not_priced", "The offer gives no price for the receivable: too few days are gained, or the cash would earn too little.", "Wait for another offer.", early(func(s *payer) (id.Actor, book.Command) {
		s.live(5)
		c := s.offering()
		c.YieldLeast = 500_000
		s.give(s.Buyer, c)
		return s.SellerActors[0], s.accept(latest[id.EarlyOffer](s.scene, "early_offer"), s.receivable())
	})},
	{"early_offer_dates", "The offer does not hold on this day.", "Accept it between its days.", early(func(s *payer) (id.Actor, book.Command) {
		s.live(5)
		c := s.offering()
		c.From = s.Today.AddDays(1)
		s.give(s.Buyer, c)
		return s.SellerActors[0], s.accept(latest[id.EarlyOffer](s.scene, "early_offer"), s.receivable())
	})},
	{"early_offer_state", "The offer is withdrawn.", "Wait for another one.", early(func(s *payer) (id.Actor, book.Command) {
		o := s.offer()
		s.give(s.Buyer, &book.WithdrawEarlyOffer{Offer: o})
		return s.Buyer, &book.WithdrawEarlyOffer{Offer: o}
	})},
	{"early_offer_unknown", "There is no such offer.", "Look up its identity.", early(func(s *payer) (id.Actor, book.Command) {
		return s.Buyer, &book.WithdrawEarlyOffer{Offer: beyond[id.EarlyOffer](s.scene, "early_offer")}
	})},
	{"early_other_product", "The programme's product is financed by funders.", "Offer to pay early in a programme of dynamic discounting.", offeringBut(func(s *payer, c *book.OpenEarlyOffer) { c.Programme = s.Payables })},
	{"early_payment_open", "The receivable is being paid early, and the bank has not said yet what became of the payment.", "Wait for its answer.", early(func(s *payer) (id.Actor, book.Command) {
		s.live(5)
		o := s.offer()
		s.give(s.SellerActors[0], s.accept(o, s.receivable()))
		return s.SellerActors[0], s.quote()
	})},
	{"early_refused", "A rule on the evidence, or a clause of the product, stands against paying the receivable early.", "The sentence names the rule: clear what it found.", early(func(s *payer) (id.Actor, book.Command) {
		s.priced(1_000_00, 1_500_00) // billed above the order
		return s.SellerActors[0], s.accept(s.offer(), s.receivable())
	})},
	{"early_schedule", "The schedule has no step, steps out of order, a rate out of range, or a discount that falls with more days.", "Correct the steps.", offeringBut(func(s *payer, c *book.OpenEarlyOffer) { c.Steps = nil })},
}

// A receivable in a pro rata placement, or financed by one funder, is not paid early.
// No credit is taken when a buyer pays early, and yet nobody is paid who may be on a list.
func TestWhoWasNotScreenedIsNotPaidEarly(t *testing.T) {
	s := newScene(t).payer()
	s.live(5)
	o := s.offer()
	l := s.list("un", 1)
	s.refused("early_refused", s.SellerActors[0], s.accept(o, s.receivable()))
	a := s.screened(l, s.hit(l))[0]
	s.refused("early_refused", s.SellerActors[0], s.accept(o, s.receivable()))
	s.give(s.Maker, &book.DecideAlert{Alert: a, Verdict: book.FalsePositive, Reason: load32("not he")})
	s.give(s.SellerActors[0], s.accept(o, s.receivable()))
}

func TestWhatIsFinancedIsNotPaidEarly(t *testing.T) {
	s := newScene(t).payer()
	s.live(9)
	s.refused("already_financed", s.SellerActors[0], s.accept(s.offer(), s.receivable()))
	if f := s.financed(s.financing()); f.State != funding.Outstanding {
		t.Fatal(f.State)
	}
}
