package book_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/domain/receivable"
	"millrace/domain/trade"
	"millrace/lab/load"

	"pgregory.net/rapid"
)

// shipment is what a test knows of one deal: pieces at 10.00.
type shipment struct {
	order                    string
	trade                    id.Trade
	ordered, shipped, billed int
}

// voyage is a line on which deals are financed, shipped, billed and paid at random.
type voyage struct {
	*scene
	rt      *rapid.T
	route   route
	line    id.Line
	most    money.Minor
	deals   []shipment
	papers  int
	taken   bool // a bank took money back: facts may take a line above its amount
	outcome map[string]int
}

func (v *voyage) pick(n int, what string) int { return rapid.IntRange(0, n-1).Draw(v.rt, what) }

// try gives a command that may be refused.
func (v *voyage) try(actor id.Actor, c book.Command) []book.Event {
	events, err := v.submit(actor, "", c)
	if err == nil {
		v.outcome[fmt.Sprintf("%T", c)]++
	} else {
		v.outcome[fmt.Sprintf("%T %s", c, v.rejected.Code)]++
	}
	return events
}

func (v *voyage) paper(d *shipment, pieces int, of trade.Type) {
	v.papers++
	c := v.scene.paper(of, fmt.Sprint(of, v.papers), []string{d.order}, pieces)
	c.Document.Issued, c.Document.Due = v.book.Date(), v.book.Date().AddDays(20+v.papers%20)
	v.give(v.Maker, c)
}

func (v *voyage) anyFinancing() *funding.Financing {
	n := book.Counts(v.book)["financing"]
	if n == 0 {
		return nil
	}
	number := uint64(v.pick(int(n), "financing")) + 1
	if v.pick(3, "newest") > 0 {
		number = n
	}
	f := v.financed(id.Make[id.Financing](1, number))
	return &f
}

func (v *voyage) act() {
	d := &v.deals[v.pick(len(v.deals), "deal")]
	switch v.pick(15, "act") {
	case 0:
		if left := d.ordered - d.shipped; left > 0 {
			n := v.pick(left, "pieces") + 1
			v.paper(d, n, trade.DespatchAdvice)
			d.shipped += n
		}
	case 1:
		if left := d.shipped - d.billed; left > 0 {
			n := v.pick(left, "pieces") + 1
			v.paper(d, n, trade.Invoice)
			d.billed += n
		}
	case 2, 3:
		v.draw(d)
	case 4, 5:
		if n := book.Counts(v.book)["receivable"]; n > 0 {
			c := v.cashed(v.route.cash)
			c.Receivable, c.Line = id.Make[id.Receivable](1, uint64(v.pick(int(n), "receivable"))+1), v.line
			v.try(v.SellerActors[0], c)
		}
	case 6, 12, 13:
		if f := v.anyFinancing(); f != nil && f.Funder != 0 {
			v.try(v.SellerActors[0], &book.AcceptQuote{Financing: f.ID})
			v.try(v.Maker, &book.Disburse{Financing: f.ID})
		}
	case 7:
		if n := book.Counts(v.book)["payment"]; n > 0 {
			p := book.Record(v.book, "payment", n-uint64(v.pick(min(int(n), 2), "payment"))).(payment.Payment)
			state := []payment.State{payment.Executed, payment.Executed, payment.Executed, payment.Refused, payment.Returned}[v.pick(5, "outcome")]
			if len(v.try(v.Bank, &book.RecordOutcome{Payment: p.ID, State: state, Value: v.book.Date()})) > 0 && state == payment.Returned {
				v.taken = true
			}
		}
	case 8:
		if f := v.anyFinancing(); f != nil && f.Trade != 0 && f.State.PaidOut() {
			amount := max(1, min(f.Claim(), money.Minor(v.pick(6_000_00, "amount")+1)))
			v.try(v.Maker, &book.Allocate{Receipt: v.collect(f.Programme, amount, v.book.Date()), Financing: f.ID, Amount: amount, Payer: book.BySeller})
		}
	case 9:
		v.buyerPays()
	case 10:
		v.wait(v.pick(9, "days") + 1)
	case 11:
		if n := book.Counts(v.book)["receipt"]; n > 0 && v.pick(6, "take back") == 0 {
			r := id.Make[id.Receipt](1, uint64(v.pick(int(n), "receipt"))+1)
			if book.Record(v.book, "receipt", r.Number()).(payment.Receipt).Funder == 0 {
				v.taken = len(v.try(v.Bank, &book.ReverseReceipt{Receipt: r, Line: load.Token(fmt.Sprint("back ", v.at))})) > 0 || v.taken
			}
		}
	case 14:
		if f := v.anyFinancing(); f != nil && f.Funder != 0 {
			v.ends(f)
		}
	}
}

// ends is what people do with a financing that goes wrong.
func (v *voyage) ends(f *funding.Financing) {
	decided := func(actor id.Actor, c book.Command) {
		if len(v.try(actor, c)) > 0 {
			v.try(v.Maker, &book.DecideMeasure{Measure: v.measure(), Decision: book.Approve})
		}
	}
	why := load32("why")
	switch v.pick(3, "end") {
	case 0:
		decided(v.FunderActor, &book.DeclareDefault{Financing: f.ID, Reason: why})
		decided(v.FunderActor, &book.WriteOff{Financing: f.ID, Reason: why})
	case 1:
		amount := max(1, min(f.Written-f.Recovered, money.Minor(v.pick(6_000_00, "amount")+1)))
		v.try(v.Maker, &book.RecordRecovery{Receipt: v.collect(f.Programme, amount, v.book.Date()), Financing: f.ID, Amount: amount, Payer: book.BySeller})
	default:
		v.try(v.Maker, &book.BuyBack{Receipt: v.collect(f.Programme, f.Claim()+1_000_00, v.book.Date()), Financing: f.ID})
	}
}

// draw asks for money on an order or on what was shipped; no advance is above what the product gives of goods at that stage.
func (v *voyage) draw(d *shipment) {
	p, pieces, rate := v.route.order, d.ordered-d.billed, money.Minor(5)
	if v.pick(2, "stage") == 1 {
		p, pieces, rate = v.route.transit, d.shipped-d.billed, 7
	}
	c := &book.QuoteTrade{
		Trade: d.trade, Programme: p, Payee: v.Accounts[0], Due: v.book.Date().AddDays(20 + v.pick(40, "tenor")), Line: v.line, Amount: money.Minor(v.pick(3, "amount")) * 2_500_00,
	}
	for _, e := range v.try(v.SellerActors[0], c) {
		if opened, ok := e.(*book.FinancingOpened); ok && opened.Financing.Principal > money.Minor(pieces)*rate*1_00 {
			v.rt.Fatalf("%d is lent on %d pieces", opened.Financing.Principal, pieces)
		}
	}
}

func (v *voyage) buyerPays() {
	n := book.Counts(v.book)["receivable"]
	if n == 0 {
		return
	}
	r := book.Record(v.book, "receivable", uint64(v.pick(int(n), "receivable"))+1).(receivable.Receivable)
	if r.Outstanding() == 0 {
		return
	}
	amount := min(r.Outstanding(), money.Minor(v.pick(8_000_00, "amount")+1))
	p := v.route.cash
	receipt := v.collect(p, amount, v.book.Date().AddDays(-v.pick(5, "backdated")))
	v.try(v.Maker, &book.Allocate{Receipt: receipt, Receivable: r.ID, Amount: amount, Payer: book.ByBuyer})
}

// sound holds the book against the auditor, the line against its amount, and each deal against what is out on it: never more than
// its goods are worth.
func (v *voyage) sound() {
	for _, breach := range book.Check(v.book) {
		v.rt.Fatalf("%s: %s", breach.Code, breach.Sentence)
	}
	if drawn := v.drawn(v.line); !v.taken && drawn > v.most {
		v.rt.Fatalf("%d is drawn on a line of %d", drawn, v.most)
	}
	sum := map[id.Trade]money.Minor{}
	for n := uint64(1); n <= book.Counts(v.book)["financing"]; n++ {
		f := v.financed(id.Make[id.Financing](1, n))
		of := f.Trade
		if f.Receivable != 0 {
			of = v.debt(f.Receivable).Trade
		}
		if f.State.Claims() {
			sum[of] += f.Drawn()
		}
	}
	for i := range v.deals {
		if d := &v.deals[i]; !v.taken && sum[d.trade] > money.Minor(d.ordered)*10_00 {
			v.rt.Fatalf("%d is out on an order of %d pieces", sum[d.trade], d.ordered)
		}
	}
}

// Whatever is drawn, converted, repaid, paid late, sent back and taken back, in whatever order: the books balance, a line stays
// within its amount, and goods are never financed twice.
func TestLinesHoldWhateverHappens(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		v := &voyage{scene: newScene(t), rt: rt, outcome: map[string]int{}}
		v.route, v.most = v.scene.route(), 8_000_00
		v.line = v.scene.line(v.route, v.most)
		for i := range 3 {
			d := shipment{order: fmt.Sprint("deal ", i), ordered: 400 + 300*i}
			v.scene.papers(d.order, d.ordered, trade.Order)
			d.trade = latest[id.Trade](v.scene, "trade")
			v.deals = append(v.deals, d)
		}
		for step := range 100 {
			if v.act(); step%4 == 0 {
				v.sound()
			}
		}
		v.sound()
		for what, count := range v.outcome {
			seen[what] += count
		}
	})
	for _, c := range []book.Command{&book.QuoteTrade{}, &book.RequestQuote{}, &book.AcceptQuote{}, &book.Disburse{}, &book.RecordOutcome{}, &book.Allocate{}, &book.ReverseReceipt{}} {
		if seen[fmt.Sprintf("%T", c)] == 0 {
			t.Errorf("%T was never accepted", c)
		}
	}
	if testing.Verbose() {
		t.Log(seen)
	}
	if seen["*book.QuoteTrade line_exceeded"] == 0 {
		t.Error("the line was never full")
	}
}
