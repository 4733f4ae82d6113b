package bank_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/lab/load"
)

// line is a trade that is financed from order to cash in three programmes at one custodian.
type line struct {
	*rig
	order, transit, cash id.Programme
}

// lined opens the programmes: 50 % on order, 70 % in transit, 85 % of the invoice, each with a fee for the operator.
func (r *rig) lined() *line {
	r.t.Helper()
	open := func(name string, evidence trade.Fact, advance money.Rate) id.Programme {
		terms := product.ReceivablesDiscounting(uint16(evidence))
		terms.Name, terms.Undertaking, terms.AdvanceRate, terms.SellerLimit = name, product.UndertakingNone, advance, false
		if evidence&trade.Invoiced == 0 {
			terms.Technique, terms.Assignment = "pre_shipment_finance", product.Pledge
		}
		p, err := r.world.Open(r.submit, terms)
		if err != nil {
			r.t.Fatal(err)
		}
		if err := r.bank.Carry(r.funding(p), r.euro(1_000_000_000_000_00)); err != nil {
			r.t.Fatal(err)
		}
		return p
	}
	return &line{r, open("order", trade.Ordered, 500_000), open("transit", trade.Ordered|trade.Shipped, 700_000), open("cash", trade.Invoiced, 850_000)}
}

// paper records a document of the first seller on order A, of so many pieces at 10.00.
func (l *line) paper(of trade.Type, pieces int) {
	l.t.Helper()
	number := "A"
	if of != trade.Order {
		number = fmt.Sprintf("%s of %d", of, pieces)
	}
	c := &book.RecordDocument{
		Document: trade.Document{
			Type: of, Number: number, Issued: l.world.Today, Due: l.world.Today.AddDays(30), Currency: l.world.Currency,
			Seller: []trade.Token{trade.Token(load.Token("party " + load.SellerName(0)))}, Buyer: []trade.Token{trade.Token(load.Token("party anchor"))},
			Lines: []trade.Line{{Number: "1", OrderLine: "1", Quantity: trade.Quantity(pieces) * 1_000_000, Unit: "C62", Price: 10_00000000, Amount: money.Minor(pieces) * 10_00}},
		},
		Number: trade.Token(load.Token("number " + of.String() + number)), Content: trade.Token(load.Token("content " + of.String() + number)), Channel: "test",
	}
	if of != trade.Order {
		c.Document.OrderNumber, c.Order = "A", trade.Token(load.Token("number "+trade.Order.String()+"A"))
	}
	if of == trade.Invoice {
		c.Document.Totals = trade.Totals{Payable: money.Minor(pieces) * 10_00}
	}
	l.must(l.world.Maker, c)
}

func latest[I ~uint64](l *line, table string) I {
	return id.Make[I](1, uint64(l.count("SELECT count(*) FROM "+table)))
}

// quote asks for a loan on the goods.
func (l *line) quote(p id.Programme) {
	l.t.Helper()
	l.must(l.world.SellerActors[0], &book.QuoteTrade{Trade: latest[id.Trade](l, "trade"), Programme: p, Payee: l.world.Accounts[0], Due: l.world.Today.AddDays(60)})
}

// cashed asks for a quote on the invoice.
func (l *line) cashed() id.Receivable {
	l.t.Helper()
	r := latest[id.Receivable](l, "receivable")
	l.must(l.world.SellerActors[0], &book.RequestQuote{Receivable: r, Programme: l.cash, Payee: l.world.Accounts[0]})
	return r
}

// draw accepts the newest quote and has it paid out.
func (l *line) draw() funding.Financing {
	l.t.Helper()
	f := latest[id.Financing](l, "financing")
	l.must(l.world.SellerActors[0], &book.AcceptQuote{Financing: f})
	l.must(l.world.Maker, &book.Disburse{Financing: f})
	return l.financing(f)
}

func (l *line) financing(f id.Financing) (found funding.Financing) {
	l.t.Helper()
	l.row("SELECT record FROM financing WHERE number = ?", f.Number(), &found)
	return found
}

// agree goes on until nothing changes at the bank, and then compares account by account, and proves the funds of all three.
func (l *line) agree() {
	l.t.Helper()
	for range 4 {
		l.rounds(1)
		l.provedOf(l.order, l.transit, l.cash)
	}
	l.agrees()
	l.noBreaks()
}

func (l *line) crossings(want int) (all []payment.Payment) {
	l.t.Helper()
	for n := uint64(1); n <= uint64(l.count("SELECT count(*) FROM payment")); n++ {
		var p payment.Payment
		if l.row("SELECT record FROM payment WHERE number = ?", n, &p); p.Purpose == payment.InternalTransfer {
			all = append(all, p)
		}
	}
	if len(all) != want {
		l.t.Fatalf("%d transfers between supervised accounts, want %d: %+v", len(all), want, all)
	}
	return all
}

// A line from order to cash through a bank: what repays the earlier financing goes from one supervised account to another, and book and bank agree on
// every account after each step.
func TestALineThroughTheBank(t *testing.T) {
	l := newRig(t, both).lined()
	l.closing()
	l.paper(trade.Order, 1_000)
	l.quote(l.order)
	first := l.draw()
	l.agree()
	l.crossings(0)
	l.paper(trade.DespatchAdvice, 1_000)
	l.quote(l.transit)
	second := l.draw()
	l.agree()
	moved := l.crossings(1)[0]
	if moved.State != payment.Executed || moved.Amount != second.Converted() || moved.LeftOn == 0 || moved.ArrivedOn == 0 || l.financing(first.ID).State != funding.ClosedState {
		t.Errorf("%+v of %+v", moved, second)
	}
	l.paper(trade.Invoice, 1_000)
	r := l.cashed()
	third := l.draw()
	l.agree()
	l.crossings(2)
	if l.financing(second.ID).State != funding.ClosedState || third.Converted() == 0 {
		t.Errorf("%+v", third)
	}
	if _, err := l.bank.BuyerPays(l.cash, l.euro(10_000_00), "anchor", "invoice", l.world.Today); err != nil {
		t.Fatal(err)
	}
	l.agree()
	l.must(l.world.Maker, &book.Allocate{Receipt: l.latestReceipt().ID, Receivable: r, Amount: 10_000_00, Payer: book.ByBuyer})
	for _, p := range []id.Programme{l.order, l.transit, l.cash} {
		l.sweep(p)
	}
	l.agree()
	l.crossings(2)
}

// The invoice of a part brings less than the loan on the order: nothing leaves, fees included, but from one supervised account to others. What the
// buyer pays brings the rest to the other programme, and a reversal takes it back.
func TestAConversionOfWhichNothingLeaves(t *testing.T) {
	l := newRig(t, both).lined()
	l.closing()
	l.paper(trade.Order, 1_000)
	l.quote(l.order)
	loan := l.draw()
	l.agree()
	l.paper(trade.DespatchAdvice, 400)
	l.paper(trade.Invoice, 400)
	r := l.cashed()
	cash := l.draw()
	if cash.Payment != 0 || cash.Fee == 0 {
		t.Fatalf("%+v", cash)
	}
	l.provedOf(l.order, l.transit, l.cash)
	l.agree()
	l.crossings(2) // to the order's collection account, and to the fees account
	l.holds(bank.Account{Kind: bank.Fees, Programme: l.cash}, cash.Fee)
	reference, err := l.bank.BuyerPays(l.cash, l.euro(4_000_00), "anchor", "invoice", l.world.Today)
	if err != nil {
		t.Fatal(err)
	}
	l.agree()
	receipt := l.latestReceipt()
	l.must(l.world.Maker, &book.Allocate{Receipt: receipt.ID, Receivable: r, Amount: 4_000_00, Payer: book.ByBuyer})
	left := l.crossings(3)[2]
	if left.Receipt != receipt.ID || left.At != l.collection(l.order).Record() {
		t.Fatalf("%+v", left)
	}
	l.agree()
	if err := l.bank.TakeBack(reference, l.world.Today); err != nil {
		t.Fatal(err)
	}
	l.agree()
	if back := l.crossings(4)[3]; back.State != payment.Executed || back.From != left.At || back.At != left.From || l.financing(loan.ID).State != funding.Outstanding {
		t.Errorf("%+v", back)
	}
}

// A bank refuses the transfer, or sends it back later: a person decides on another one, and until it is executed what is in transit is named.
func TestATransferThatTheBankRefusesOrReturns(t *testing.T) {
	for name, misbehaviour := range map[string]sandbox.Misbehaviour{"refused": {Kind: sandbox.Reject}, "returned": {Kind: sandbox.Return, Polls: 2}, "late": {Kind: sandbox.Delay, Polls: 3}} {
		t.Run(name, func(t *testing.T) {
			l := newRig(t, both).lined()
			l.closing()
			l.paper(trade.Order, 1_000)
			l.quote(l.order)
			l.draw()
			l.agree()
			l.paper(trade.DespatchAdvice, 1_000)
			l.quote(l.transit)
			l.draw()
			l.rounds(1)
			l.misbehave(l.crossings(1)[0].ID, misbehaviour)
			for range 8 {
				l.rounds(1)
				l.provedOf(l.order, l.transit, l.cash)
			}
			if misbehaviour.Kind != sandbox.Delay {
				again := l.crossings(2)[1]
				if again.State != payment.AwaitingApproval || again.Replaces == 0 {
					t.Fatalf("%+v", again)
				}
				l.must(l.world.Checker, &book.ApprovePayment{Payment: again.ID, Decision: book.Approve})
			}
			l.agree()
		})
	}
}
