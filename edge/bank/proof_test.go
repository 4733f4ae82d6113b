package bank_test

import (
	"context"
	"slices"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/edge/access"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/edge/productfile"
	"millrace/edge/view"
	"millrace/products"
)

// items are those of a proof by what they are, which must come out.
func (r *rig) items(p id.Programme) map[string]money.Minor {
	r.t.Helper()
	r.provedOf(p)
	v, err := view.New(r.engine).Now(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	defer v.Close()
	caller := access.Caller{Actor: r.world.Maker, Party: r.world.Operator, Role: party.Operator, PartyRoles: party.Operator}
	proof, err := v.ProofOfFunds(caller, p, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	found := map[string]money.Minor{}
	for _, l := range proof.Lines {
		if l.Part == "item" && l.What != "brought_forward" {
			found[l.What] += money.Minor(l.Amount.Minor)
		}
	}
	return found
}

// tells lets a bank's lines come, of which no statement is closed yet.
type tells struct {
	bank.Adapter
	lines    []bank.Line
	closings []bank.Closing
}

func (f *tells) Statement(_ context.Context, after bank.Cursor) (bank.Page, error) {
	pages := len(f.lines) + len(f.closings)
	page := bank.Page{Next: bank.Cursor(make([]byte, pages))}
	if len(after) < len(f.lines) {
		page.Lines, page.Next = f.lines[len(after):], bank.Cursor(make([]byte, len(f.lines)))
	} else {
		page.Closings = f.closings[len(after)-len(f.lines):]
	}
	return page, nil
}

// A bank's charge, and what nobody can explain, is in the books before a statement shows it: until then it is an item by name, and after that nothing. What
// is not explained is short, once, and still before a person.
func TestWhatABankTakesIsAnItemUntilAStatementShowsIt(t *testing.T) {
	for name, nature := range map[string]bank.Nature{"charge": bank.Charge, "unexplained_debit": bank.Ordinary} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, both)
			p, w := r.world.Payables, r.world
			const held = 1_000_000_000_000_00
			line := bank.Line{Reference: "taken", Account: r.funding(p), Amount: -2_50, Currency: w.Currency, Value: w.Today, Booking: w.Today, Text: "?", Nature: nature}
			forged := &tells{Adapter: r.bank, lines: []bank.Line{line}}
			r.adapt = func(bank.Adapter) bank.Adapter { return forged }
			r.restart()
			before := r.items(p)
			r.rounds(2)
			items := r.items(p)
			if items[name+"_not_on_statement"] != -2_50 || len(items) != len(before)+1 {
				t.Fatalf("%v, before %v", items, before)
			}
			forged.closings = []bank.Closing{{Account: line.Account, ID: "1", Sequence: 1, Date: w.Today, Opening: held, Closing: held - 2_50, Currency: w.Currency, Lines: 1}}
			r.rounds(2)
			if items := r.items(p); items[name+"_not_on_statement"] != 0 || items["not_booked"] != 0 {
				t.Errorf("%v", items)
			}
			var c payment.Charge
			if r.row("SELECT record FROM charge WHERE number = ?", 1, &c); c.ShownOn == 0 {
				t.Errorf("%+v", c)
			}
			want := 0
			if nature == bank.Ordinary {
				want = 1
			}
			if n := len(r.connection.Breaks()); n != want {
				t.Errorf("%d breaks: %+v", n, r.connection.Breaks())
			}
			head := r.engine.Head().Sequence
			r.restart()
			r.rounds(2)
			if after := r.engine.Head().Sequence; after != head {
				t.Errorf("reading it again made %d entries", after-head)
			}
		})
	}
}

// A line of the identity of a charge with another amount is no second charge.
func TestAChargeThatDiffersIsABreak(t *testing.T) {
	r := newRig(t, both)
	line := bank.Line{
		Reference: "taken", Account: r.funding(r.world.Payables), Amount: -2_50, Currency: r.world.Currency, Value: r.world.Today, Booking: r.world.Today, Nature: bank.Charge,
	}
	other := line
	other.Amount = -3_50
	r.adapt = func(bank.Adapter) bank.Adapter { return &forger{Adapter: r.bank, lines: []bank.Line{line, other}} }
	r.connect()
	r.rounds(2)
	if breaks := r.connection.Breaks(); len(breaks) != 1 || breaks[0].Code != bank.CodeLineDiffers {
		t.Errorf("%+v", breaks)
	}
}

// A disbursement with a fee, its return, a deposit and its reversal: each is an item by name until a statement shows it.
func TestEveryMovementIsAnItemUntilAStatementShowsIt(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Discounting)
	r.misbehave(d.payment, sandbox.Misbehaviour{Kind: sandbox.Return, Polls: 6})
	r.rounds(1)
	r.state(d.payment, payment.Executed)
	wants := func(names ...string) {
		t.Helper()
		items := r.items(d.programme)
		for _, name := range names {
			if items[name+"_not_on_statement"] == 0 {
				t.Errorf("%s is no item: %v", name, items)
			}
		}
	}
	wants("payment", "fee")
	if got := r.items(d.programme)["fee_not_on_statement"]; got != d.fee {
		t.Errorf("the fee is %d, not %d", got, d.fee)
	}
	reference, err := r.bank.BuyerPays(d.programme, r.euro(77), "anchor", "?", d.Due)
	if err != nil {
		t.Fatal(err)
	}
	r.rounds(8)
	wants("payment", "fee", "return", "return_of_fee", "deposit")
	if err := r.bank.TakeBack(reference, d.Due); err != nil {
		t.Fatal(err)
	}
	r.rounds(1)
	wants("reversal")
	r.closing() // closes what is there, as one statement of each account
	r.rounds(3)
	r.proved()
	for name := range r.items(d.programme) {
		if !slices.Contains([]string{"deposit_not_on_statement"}, name) { // what the funder had paid in before
			t.Errorf("%s is left: %v", name, r.items(d.programme))
		}
	}
}

// Fees that the funder earns stay in its account, and those that it pays leave with the proceeds: the bank is told just that.
func TestFeesLeaveWithTheProceedsByWhoEarnsThem(t *testing.T) {
	r := newRig(t, both)
	content, _ := products.File("payables-finance")
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	terms.Fees = []product.Fee{
		{Name: "arrangement", Payer: product.Seller, To: product.Funder, Basis: product.FeeFlat, Per: product.Once, When: product.AtDisbursement, Amount: 1_10},
		{Name: "platform", Payer: product.Seller, To: product.Operator, Basis: product.FeeFlat, Per: product.Once, When: product.AtDisbursement, Amount: 70},
		{Name: "handling", Payer: product.Funder, To: product.Operator, Basis: product.FeeFlat, Per: product.Once, When: product.AtDisbursement, Amount: 50},
	}
	p, err := r.world.Open(r.submit, terms)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.bank.Carry(r.funding(p), r.euro(1_000_000_000_000_00)); err != nil {
		t.Fatal(err)
	}
	l := r.world.NewLife(0)
	for i := range 5 {
		step := l.Step(i)
		l.Answered(r.must(step.Actor, step.Command))
	}
	of := id.Make[id.Receivable](1, uint64(r.count("SELECT count(*) FROM receivable")))
	r.must(r.world.SellerActors[l.Seller], &book.RequestQuote{Receivable: of, Programme: p, Payee: r.world.Accounts[l.Seller]})
	f := id.Make[id.Financing](1, uint64(r.count("SELECT count(*) FROM financing")))
	r.must(r.world.SellerActors[l.Seller], &book.AcceptQuote{Financing: f})
	r.must(r.world.Maker, &book.Disburse{Financing: f})
	r.rounds(3)
	r.provedOf(p)
	r.agrees()
	r.noBreaks()
	r.holds(bank.Account{Kind: bank.Fees, Programme: p}, 1_20)
}
