package book_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"
)

func init() { refusals = append(refusals, purposeRefusals...) }

// purpose is a borrower, seller 0, that is financed on an order and buys from a supplier, seller 1.
type purpose struct {
	*scene
	programme          id.Programme
	borrower, supplier id.Party
}

func (s *scene) purposeBound() *purpose {
	s.t.Helper()
	p := s.ordering(func(c *book.ProposeProgramme) { c.SupplierPaid = true })
	return &purpose{scene: s, programme: p, borrower: s.Sellers[0], supplier: s.Sellers[1]}
}

// buys records documents of the borrower's own purchase, of so many pieces at 10.00.
func (p *purpose) buys(order string, pieces int, of ...trade.Type) {
	p.t.Helper()
	for _, kind := range of {
		p.give(p.Maker, p.purchase(order, pieces, kind))
	}
}

func (p *purpose) purchase(order string, pieces int, kind trade.Type) *book.RecordDocument {
	number := order
	var orders []string
	if kind != trade.Order {
		number, orders = fmt.Sprintf("%s of %d for %s", kind, pieces, order), []string{order}
	}
	c := p.paper(kind, number, orders, pieces)
	c.Document.Buyer, c.Document.Seller = c.Document.Seller, []trade.Token{trade.Token(load.Token("party " + load.SellerName(1)))}
	c.Document.Issued, c.Document.Due = p.book.Date(), p.book.Date().AddDays(30)
	return c
}

// wants is an order of the anchor of 2 n pieces and the quote of n times 10.00 on it, and that quote's acceptance for the newest trade before.
func (p *purpose) wants(order string, n int) *book.AcceptQuote {
	p.t.Helper()
	bought := latest[id.Trade](p.scene, "trade")
	p.papers(order, 2*n, trade.Order)
	c := p.lending(p.programme, 0, 40)
	c.Payee = 0
	p.give(p.SellerActors[0], c)
	return &book.AcceptQuote{Financing: p.financing(), Payee: p.Accounts[1], SupplyTrade: bought}
}

// owing is the acceptance that pays the newest debt instead.
func (p *purpose) owing(c *book.AcceptQuote) *book.AcceptQuote {
	c.SupplyTrade, c.SupplyReceivable = 0, p.receivable()
	return c
}

func (p *purpose) pays(c *book.AcceptQuote) id.Financing {
	p.t.Helper()
	p.give(p.SellerActors[0], c)
	p.give(p.Maker, &book.Disburse{Financing: c.Financing})
	p.give(p.Bank, &book.RecordOutcome{Payment: p.payment(), State: payment.Executed, Value: p.book.Date()})
	return c.Financing
}

// advance is what was paid before it was billed, which borrower and supplier agree on.
func (p *purpose) advance(want money.Minor) {
	p.t.Helper()
	p.stands(map[ledger.Key]money.Minor{
		{Entity: p.borrower, Counterparty: p.supplier, Code: ledger.SupplierAdvances}: want,
		{Entity: p.supplier, Counterparty: p.borrower, Code: ledger.CustomerAdvances}: want,
	})
}

// An order of 6,000.00 is paid in advance with 5,000.00 that are lent. The supplier bills 4,000.00 and has deducted 500.00; then 2,000.00: the debts
// are 0, 3,500.00 of the advance and 1,000.00 have paid them, and 1,000.00 are still owed.
func TestASupplierIsPaidInAdvance(t *testing.T) {
	s := newScene(t)
	p := s.purposeBound()
	p.buys("material", 600, trade.Order)
	f := p.pays(p.wants("A", 500))
	paid := book.Record(s.book, "payment", s.payment().Number()).(payment.Payment)
	if paid.Payee != p.supplier || paid.Account != s.Accounts[1] || paid.Amount != 5_000_00 {
		t.Fatalf("%+v", paid)
	}
	p.stands(map[ledger.Key]money.Minor{
		{Entity: p.borrower, Counterparty: s.Funder, Code: ledger.Borrowings}: 5_000_00,
		{Entity: p.borrower, Code: ledger.SellerBank}:                         0,
		{Entity: p.supplier, Code: ledger.SellerBank}:                         5_000_00,
	})
	p.advance(5_000_00)
	p.buys("material", 600, trade.DespatchAdvice)
	first := p.purchase("material", 400, trade.Invoice)
	first.Document.Totals = trade.Totals{TaxInclusive: 4_000_00, Prepaid: 500_00, Payable: 3_500_00}
	p.give(s.Maker, first)
	if r := p.debt(p.receivable()); r.Face != 3_500_00 || r.Paid != 3_500_00 || r.State != receivable.Closed {
		t.Fatalf("%+v", r)
	}
	p.advance(1_000_00)
	p.buys("material", 200, trade.Invoice)
	if r := p.debt(p.receivable()); r.Paid != 1_000_00 || r.Outstanding() != 1_000_00 {
		t.Fatalf("%+v", r)
	}
	p.advance(0)
	p.stands(map[ledger.Key]money.Minor{
		{Entity: p.borrower, Counterparty: p.supplier, Code: ledger.TradePayables}:    1_000_00,
		{Entity: p.borrower, Code: ledger.Purchases}:                                  6_000_00,
		{Entity: p.supplier, Code: ledger.Sales}:                                      6_000_00,
		{Entity: p.supplier, Counterparty: p.borrower, Code: ledger.TradeReceivables}: 1_000_00,
	})
	// What the bank sends back has paid nothing: the debts are open again.
	p.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Returned, Value: s.book.Date()})
	if got := p.financed(f); got.State != funding.Cancelled || len(got.SetOffs) != 0 {
		t.Fatalf("%+v", got)
	}
	p.advance(0)
	p.stands(map[ledger.Key]money.Minor{
		{Entity: p.borrower, Counterparty: p.supplier, Code: ledger.TradePayables}:    5_500_00,
		{Entity: p.borrower, Counterparty: s.Funder, Code: ledger.Borrowings}:         0,
		{Entity: p.supplier, Counterparty: p.borrower, Code: ledger.TradeReceivables}: 5_500_00,
		{Entity: p.supplier, Code: ledger.SellerBank}:                                 0,
	})
	s.sound()
}

func TestADebtToASupplierIsPaid(t *testing.T) {
	s := newScene(t)
	p := s.purposeBound()
	p.buys("material", 600, trade.Order, trade.DespatchAdvice, trade.Invoice)
	owed := p.receivable()
	c := p.owing(p.wants("A", 500))
	p.give(s.SellerActors[0], c)
	// Until the bank has said what became of it nobody else finances or pays that debt.
	s.refused("debt_claimed", s.SellerActors[1], &book.RequestQuote{Receivable: owed, Programme: s.Discounting, Payee: s.Accounts[1]})
	s.refused("supply_exceeded", s.SellerActors[0], func() book.Command {
		other := p.owing(p.wants("B", 101))
		return other
	}())
	s.give(s.Maker, &book.Disburse{Financing: c.Financing})
	s.give(s.Bank, &book.RecordOutcome{Payment: s.payment(), State: payment.Executed, Value: s.book.Date()})
	if r := s.debt(owed); r.Paid != 5_000_00 {
		t.Fatalf("%+v", r)
	}
	p.advance(0)
	p.stands(map[ledger.Key]money.Minor{
		{Entity: p.borrower, Counterparty: p.supplier, Code: ledger.TradePayables}: 1_000_00,
		{Entity: p.borrower, Counterparty: s.Funder, Code: ledger.Borrowings}:      5_000_00,
		{Entity: p.supplier, Code: ledger.SellerBank}:                              5_000_00,
	})
	s.refused("supply_exceeded", s.SellerActors[0], func() book.Command {
		rest := p.wants("C", 101)
		rest.SupplyTrade, rest.SupplyReceivable = 0, owed
		return rest
	}())
	rest := p.wants("D", 100)
	rest.SupplyTrade, rest.SupplyReceivable = 0, owed
	p.pays(rest)
	if r := s.debt(owed); r.State != receivable.Closed {
		t.Fatalf("%+v", r)
	}
	// The borrower repays as any other.
	s.give(s.Maker, &book.Allocate{Receipt: s.collect(p.programme, 1_000_00, s.book.Date()), Financing: rest.Financing, Amount: 1_000_00, Payer: book.BySeller})
	s.give(s.Maker, &book.CloseFinancing{Financing: rest.Financing})
	s.sound()
}

func TestNothingElseIsPaidForThanWhatWasBought(t *testing.T) {
	s := newScene(t)
	p := s.purposeBound()
	p.buys("material", 600, trade.Order)
	c := p.wants("A", 500)
	refused := func(code string, change func(c *book.AcceptQuote)) {
		t.Helper()
		other := *c
		change(&other)
		s.refused(code, s.SellerActors[0], &other)
	}
	refused("supply_missing", func(c *book.AcceptQuote) { c.SupplyTrade = 0 })
	refused("supply_missing", func(c *book.AcceptQuote) { c.SupplyReceivable = id.Make[id.Receivable](1, 1) })
	refused("payee_not_supplier", func(c *book.AcceptQuote) { c.Payee = s.Accounts[0] })
	refused("bank_account_unknown", func(c *book.AcceptQuote) { c.Payee = 0 })
	refused("trade_unknown", func(c *book.AcceptQuote) { c.SupplyTrade = beyond[id.Trade](s, "trade") })
	refused("receivable_unknown", func(c *book.AcceptQuote) {
		c.SupplyTrade, c.SupplyReceivable = 0, beyond[id.Receivable](s, "receivable")
	})
	refused("supply_of_other", func(c *book.AcceptQuote) { c.SupplyTrade = latest[id.Trade](s, "trade") })
	// The same order is not paid twice.
	s.give(s.SellerActors[0], c)
	again := p.wants("B", 101)
	again.SupplyTrade = c.SupplyTrade
	s.refused("supply_exceeded", s.SellerActors[0], again)
	s.give(s.SellerActors[0], &book.CancelFinancing{Financing: c.Financing})
	s.give(s.SellerActors[0], again)
	// What was billed in the meantime is no order any more: asked again before money leaves.
	p.buys("material", 600, trade.DespatchAdvice, trade.Invoice)
	s.refused("supply_exceeded", s.Maker, &book.Disburse{Financing: again.Financing})
	s.sound()
}

func TestAnUnboundProgrammePaysTheSeller(t *testing.T) {
	s := newScene(t)
	p := s.onOrder()
	s.papers("A", 1_000, trade.Order)
	s.give(s.SellerActors[0], s.lending(p, 0, 40))
	s.refused("purpose_free", s.SellerActors[0], &book.AcceptQuote{Financing: s.financing(), Payee: s.Accounts[1], SupplyTrade: latest[id.Trade](s, "trade")})
}

var purposeRefusals = []refusal{
	{"payee_not_supplier", "The programme pays the borrower's own suppliers, and never the borrower.", "Name no account with the quote, and the supplier's when it is accepted.", func(s *scene) (id.Actor, book.Command) {
		p := s.purposeBound()
		s.papers("A", 1_000, trade.Order)
		return s.SellerActors[0], s.lending(p.programme, 0, 40)
	}},
	{"purpose_bound", "A programme that pays suppliers lends on orders, to pay them and for nothing else.", "Take another programme.", func(s *scene) (id.Actor, book.Command) {
		c := s.propose()
		c.SupplierPaid = true
		return s.Maker, c
	}},
	{"purpose_free", "The programme pays the seller, and a supplier was named.", "Accept the quote as it stands.", func(s *scene) (id.Actor, book.Command) {
		s.live(6)
		return s.SellerActors[0], &book.AcceptQuote{Financing: s.financing(), Payee: s.Accounts[1]}
	}},
	{"supply_missing", "It is not said what the supplier is paid for.", "Name an order of the borrower, or a debt of it.", func(s *scene) (id.Actor, book.Command) {
		p := s.purposeBound()
		p.buys("material", 600, trade.Order)
		c := p.wants("A", 100)
		c.SupplyTrade = 0
		return s.SellerActors[0], c
	}},
	{"supply_of_other", "The borrower has not bought that from the owner of the account.", "Name what it has ordered from that supplier, or owes it.", func(s *scene) (id.Actor, book.Command) {
		p := s.purposeBound()
		s.papers("B", 100, trade.Order)
		return s.SellerActors[0], p.wants("A", 10)
	}},
	{"supply_refused", "The supplier has refused the order.", "Name another order.", func(s *scene) (id.Actor, book.Command) {
		p := s.purposeBound()
		p.buys("material", 600, trade.Order)
		answer := p.purchase("material", 600, trade.OrderResponse)
		answer.Document.Accepted = trade.AnswerRejected
		s.give(s.Maker, answer)
		return s.SellerActors[0], p.wants("A", 100)
	}},
	{"supply_exceeded", "More would be paid to the supplier than is left of the order or the debt.", "Ask for less.", func(s *scene) (id.Actor, book.Command) {
		p := s.purposeBound()
		p.buys("material", 600, trade.Order)
		return s.SellerActors[0], p.wants("A", 601)
	}},
	{"supplier_related", "Borrower and supplier are of one group: the money would come back.", "Name a supplier outside the group.", func(s *scene) (id.Actor, book.Command) {
		p := s.purposeBound()
		s.give(s.Maker, &book.RegisterParty{Roles: party.Seller, Country: "DE", Group: p.borrower, Tokens: []party.Token{party.Token(load.Token("sister"))}})
		sister := latest[id.Party](s, "party")
		s.give(s.Maker, &book.ProposeBankAccount{Party: sister, Currency: s.Currency, Token: party.Token(load.Token("account of a sister"))})
		account := latest[id.BankAccount](s, "bank_account")
		s.give(s.Checker, &book.VerifyBankAccount{Account: account})
		c := p.purchase("material", 600, trade.Order)
		c.Document.Seller = []trade.Token{trade.Token(load.Token("sister"))}
		s.give(s.Maker, c)
		accept := p.wants("A", 100)
		accept.Payee = account
		return s.SellerActors[0], accept
	}},
}

// supplied has orders and debts of a borrower paid to its supplier: one in advance and billed in part, one on its way.
func supplied(n *node, w *load.World) {
	n.t.Helper()
	s := &scene{node: n, World: w}
	s.Today = n.book.Date()
	p := s.purposeBound()
	p.buys("supplied", 600, trade.Order)
	p.pays(p.wants("supplied A", 500))
	p.buys("supplied", 600, trade.DespatchAdvice)
	p.buys("supplied", 300, trade.Invoice)
	p.buys("more supplied", 600, trade.Order)
	c := p.wants("supplied B", 400)
	s.give(s.SellerActors[0], c)
	s.give(s.Maker, &book.Disburse{Financing: c.Financing})
}

// What is lent for a purpose is paid to the supplier: a change of its bank details withholds it, one of the borrower's does not.
func TestAChangeOfASuppliersDetailsWithholdsWhatItIsPaid(t *testing.T) {
	for seller, want := range []payment.Flag{0, payment.DetailsChange} {
		p := newScene(t).purposeBound()
		p.checking()
		p.give(p.Maker, &book.RecordContact{Party: p.Sellers[seller], Channel: party.Phone, Details: load32("phone")})
		p.buys("bought", 600, trade.Order)
		c := p.wants("sold", 500)
		p.give(p.SellerActors[0], c)
		p.account(seller, "new")
		if f := book.Record(p.book, "financing", c.Financing.Number()).(funding.Financing); (f.Flagged != 0) != (want != 0) {
			t.Errorf("a change of %s flags it: %v", p.Sellers[seller], f.Flagged)
		}
		if breaches := book.Check(p.book); len(breaches) > 0 {
			t.Error(breaches)
		}
	}
}

// What is billed while an advance is at the bank is paid by it as soon as the bank has paid, once, and all stands as if it had been billed afterwards.
func TestAnAdvanceThatIsAtTheBankWhenTheInvoiceComes(t *testing.T) {
	for _, order := range []string{"billed, paid", "paid, billed", "billed, refused", "billed, paid, returned", "billed twice, paid"} {
		t.Run(order, func(t *testing.T) {
			s := newScene(t)
			p := s.purposeBound()
			p.buys("material", 600, trade.Order)
			c := p.wants("A", 500)
			p.give(s.SellerActors[0], c)
			p.give(p.Maker, &book.Disburse{Financing: c.Financing})
			out := p.payment()
			executed := func() {
				p.give(p.Bank, &book.RecordOutcome{Payment: out, State: payment.Executed, Value: p.book.Date()})
			}
			billed := func(pieces int, prepaid money.Minor) {
				p.t.Helper()
				invoice := p.purchase("material", pieces, trade.Invoice)
				total := money.Minor(pieces) * 10_00
				invoice.Document.Totals = trade.Totals{TaxInclusive: total, Prepaid: prepaid, Payable: total - prepaid}
				p.give(s.Maker, invoice)
			}
			p.buys("material", 600, trade.DespatchAdvice)
			paid, owed := money.Minor(3_500_00), money.Minor(0)
			switch order {
			case "billed, paid":
				billed(400, 500_00)
				s.sound()
				executed()
			case "paid, billed":
				executed()
				billed(400, 500_00)
			case "billed, refused":
				billed(400, 500_00)
				p.give(p.Bank, &book.RecordOutcome{Payment: out, State: payment.Refused})
				paid, owed = 0, 3_500_00
			case "billed, paid, returned":
				billed(400, 500_00)
				executed()
				p.give(p.Bank, &book.RecordOutcome{Payment: out, State: payment.Returned, Value: p.book.Date()})
				paid, owed = 0, 3_500_00
			case "billed twice, paid":
				billed(400, 500_00)
				billed(200, 0)
				executed()
				paid, owed = 1_000_00, 1_000_00
			}
			s.sound()
			if r := p.debt(p.receivable()); r.Paid != paid || r.Outstanding() != owed {
				t.Errorf("%d are paid and %d owed: %+v", r.Paid, r.Outstanding(), r)
			}
			f := p.financed(c.Financing)
			switch order {
			case "billed, paid", "paid, billed":
				if len(f.SetOffs) != 1 {
					t.Errorf("%+v", f.SetOffs)
				}
				p.advance(1_000_00)
				p.buys("material", 200, trade.Invoice)
				p.advance(0)
			default:
				p.advance(0)
			}
			s.sound()
		})
	}
}
