package book_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/product"
	"millrace/lab/load"
)

// teller keeps what the bank has said, programme by programme, and nothing else: the sums of the book are held against it.
type teller struct {
	*scene
	r          *rapid.T
	programmes []id.Programme // that share custodian, funder and sellers
	held       map[id.Programme]money.Minor
	lines      map[[16]byte]struct{}
	executed   map[id.Payment]struct{}
	step       int
}

func newTeller(t *testing.T, r *rapid.T) *teller {
	s := newScene(t)
	y := &teller{
		scene: s, r: r, programmes: []id.Programme{s.Payables, s.Discounting}, held: map[id.Programme]money.Minor{}, lines: map[[16]byte]struct{}{},
		executed: map[id.Payment]struct{}{},
	}
	for _, p := range y.programmes {
		y.held[p] = y.supervised(p)
	}
	return y
}

// supervised is what stands in the supervised accounts of a programme, less what is short.
func (y *teller) supervised(p id.Programme) money.Minor {
	sum := money.Minor(0)
	for n := uint64(1); n <= book.Counts(y.book)["account"]; n++ {
		a := book.Record(y.book, "account", n).(ledger.Account)
		switch {
		case a.Key.Programme != p:
		case a.Key.Code.Supervised():
			sum += a.CreditsPosted - a.DebitsPosted
		case a.Key.Code == ledger.Shortfall || a.Key.Code == ledger.PartyShortfall:
			sum -= a.DebitsPosted - a.CreditsPosted
		}
	}
	return sum
}

func (y *teller) paymentOf(p id.Payment) payment.Payment {
	return book.Record(y.book, "payment", p.Number()).(payment.Payment)
}

// tries gives a command, whatever is answered, and notes what the bank has said by it.
func (y *teller) tries(actor id.Actor, c book.Command) bool {
	before := book.Counts(y.book)["payment"]
	var was []payment.State
	for n := uint64(1); n <= before; n++ {
		was = append(was, y.paymentOf(id.Make[id.Payment](1, n)).State)
	}
	if _, err := y.submit(actor, "", c); err != nil {
		return false
	}
	switch c := c.(type) {
	case *book.RecordReceipt:
		if _, repeated := y.lines[c.Line]; !repeated {
			y.lines[c.Line] = struct{}{}
			y.held[c.Programme] += c.Amount
		}
	case *book.ReverseReceipt:
		taken := book.Record(y.book, "receipt", c.Receipt.Number()).(payment.Receipt)
		y.held[taken.Programme] -= taken.Amount
	case *book.RecordOutcome:
		y.told(c)
	}
	for n := uint64(1); n <= book.Counts(y.book)["payment"]; n++ {
		if p := y.paymentOf(id.Make[id.Payment](1, n)); p.State == payment.Instructed && (n > before || was[n-1] != payment.Instructed) {
			y.instructed(&p)
		}
	}
	return true
}

// told notes that money has left, once, or has come back.
func (y *teller) told(c *book.RecordOutcome) {
	p := y.paymentOf(c.Payment)
	outside := p.Amount
	if p.Purpose == payment.Sweep || p.Purpose == payment.InternalTransfer { // from one account of the programme to another
		outside = 0
	}
	switch c.State {
	case payment.Executed:
		if _, twice := y.executed[p.ID]; twice {
			y.r.Fatalf("%s is executed twice", p.ID)
		}
		y.executed[p.ID] = struct{}{}
		y.held[p.Programme] -= outside
	case payment.Returned:
		y.held[p.Programme] += outside
	}
}

// instructed asks of a payment, at the moment at which it may leave, to whom it goes.
func (y *teller) instructed(p *payment.Payment) {
	entitled := p.Payee
	if p.Purpose == payment.Disbursement {
		f := y.financed(p.Financing)
		entitled = f.Seller
	}
	if p.Purpose == payment.Sweep {
		if p.Account != 0 || p.Payee != y.Funder {
			y.r.Fatalf("a sweep leaves the custodian: %+v", p)
		}
		return
	}
	if p.Purpose == payment.InternalTransfer { // what a funder had short is made good; no line of credit follows goods here
		if p.Account != 0 || p.From.Programme != p.Programme || p.At.Programme != p.Programme {
			y.r.Fatalf("money crosses between programmes: %+v", p)
		}
		return
	}
	account := book.Record(y.book, "bank_account", p.Account.Number()).(party.BankAccount)
	if account.State != party.AccountVerified || account.Party != entitled || p.Payee != entitled {
		y.r.Fatalf("%+v goes to %+v", p, account)
	}
}

// balanced holds the book against what the bank has said.
func (y *teller) balanced(what string) {
	for _, p := range y.programmes {
		if got, want := y.supervised(p), y.held[p]; got != want {
			y.r.Fatalf("step %d, %s: %s holds %d, by the bank %d", y.step, what, p, got, want)
		}
		if got, want := y.operator(p), y.granted(p); got != want {
			y.r.Fatalf("step %d, %s: the operator has had %d of %s, granted were %d", y.step, what, got, p, want)
		}
	}
}

// operator is what the operator has had of a programme, and may have.
func (y *teller) operator(p id.Programme) money.Minor {
	sum := money.Minor(0)
	for _, code := range []ledger.Code{ledger.OperatorFees, ledger.OperatorFeesCollected} {
		sum += book.BalanceOf(y.book, ledger.Key{Entity: y.Custodian, Programme: p, Counterparty: y.Operator, Code: code, Currency: y.Currency})
	}
	for n := uint64(1); n <= book.Counts(y.book)["payment"]; n++ {
		if one := y.paymentOf(id.Make[id.Payment](1, n)); one.Programme == p && one.Payee == y.Operator && one.State == payment.Executed {
			sum += one.Amount
		}
	}
	return sum
}

// granted are the fees of what was paid out in a programme, by the terms of its product.
func (y *teller) granted(p id.Programme) money.Minor {
	sum := money.Minor(0)
	for n := uint64(1); n <= book.Counts(y.book)["financing"]; n++ {
		f := book.Record(y.book, "financing", n).(funding.Financing)
		if f.Programme != p || !f.State.PaidOut() && f.State != funding.ClosedState && f.State != funding.BoughtBack && f.State != funding.WrittenOff {
			continue
		}
		terms := book.Record(y.book, "product", f.Product.Number()).(product.Product).Terms
		sum += max(terms.FeeMinimum, money.Minor((int64(f.Amount)*int64(terms.FeeRate)+500_000)/1_000_000))
	}
	return sum
}

// likely prefers records on which the step can do something; one in five steps takes any.
func (y *teller) likely(table, what string, fits func(number uint64) bool) uint64 {
	var found []uint64
	for n := uint64(1); n <= book.Counts(y.book)[table]; n++ {
		if fits(n) {
			found = append(found, n)
		}
	}
	if len(found) == 0 || rapid.IntRange(0, 4).Draw(y.r, "any "+what) == 0 {
		return y.any(table, what)
	}
	return rapid.SampledFrom(found).Draw(y.r, what)
}

func (y *teller) paymentIn(states ...payment.State) id.Payment {
	return id.Make[id.Payment](1, y.likely("payment", "payment", func(n uint64) bool {
		return slices.Contains(states, y.paymentOf(id.Make[id.Payment](1, n)).State)
	}))
}

// free is a collection of which something is left.
func (y *teller) free() id.Receipt {
	return id.Make[id.Receipt](1, y.likely("receipt", "receipt", func(n uint64) bool {
		one := book.Record(y.book, "receipt", n).(payment.Receipt)
		return one.Funder == 0 && one.Left() > 0 && one.State == payment.Unallocated
	}))
}

func (y *teller) any(table, what string) uint64 {
	count := book.Counts(y.book)[table]
	if count == 0 {
		return 1
	}
	return rapid.Uint64Range(1, count).Draw(y.r, what)
}

// acts takes one step of any kind, in any state.
func (y *teller) acts() string {
	r := y.r
	p := rapid.SampledFrom(y.programmes).Draw(r, "programme")
	amount := money.Minor(rapid.Int64Range(1, 40_000_00).Draw(r, "amount"))
	line := load.Token(fmt.Sprint("line ", rapid.IntRange(0, 200).Draw(r, "line")))
	today := y.book.Date()
	// alike often, whereas rapid draws small numbers more often
	switch rapid.Custom(func(r *rapid.T) int { return int(rapid.Uint64().Draw(r, "bits")*0x9e3779b97f4a7c15>>32) % 14 }).Draw(r, "kind") {
	case 0:
		y.tries(y.Bank, &book.RecordReceipt{Programme: p, Funder: y.Funder, Line: line, Amount: amount, Currency: y.Currency, Value: today, Booking: today})
		return "deposit"
	case 1, 2:
		y.tries(y.Bank, &book.RecordReceipt{Programme: p, Line: line, Amount: amount, Currency: y.Currency, Value: today, Booking: today})
		return "collection"
	case 3, 4:
		y.live(5, amounting(amount+1_000_00), func(l *load.Life) { l.Discount = p == y.Discounting })
		quoted := y.tries(y.SellerActors[0], &book.RequestQuote{Receivable: y.receivable(), Programme: p, Payee: y.Accounts[0]})
		if !quoted || !y.tries(y.SellerActors[0], &book.AcceptQuote{Financing: y.financing()}) {
			return "quote"
		}
		y.tries(y.Maker, &book.Disburse{Financing: y.financing()})
		return "disbursement"
	case 5:
		y.tries(rapid.SampledFrom([]id.Actor{y.Maker, y.Checker}).Draw(r, "approver"), &book.ApprovePayment{Payment: y.paymentIn(payment.AwaitingApproval), Decision: book.Decision(rapid.IntRange(1, 2).Draw(r, "decision"))})
		return "approval"
	case 6, 7:
		state := rapid.SampledFrom([]payment.State{payment.Executed, payment.Executed, payment.Executed, payment.InDoubt, payment.Refused, payment.Returned}).Draw(r, "state")
		of := y.paymentIn(payment.Instructed, payment.InDoubt)
		if state == payment.Returned {
			of = y.paymentIn(payment.Executed)
		}
		y.tries(y.Bank, &book.RecordOutcome{Payment: of, State: state, Bank: line, Value: today})
		return "outcome " + state.String()
	case 8:
		y.tries(y.Maker, &book.RetryPayment{Payment: y.paymentIn(payment.InDoubt)})
		return "retry"
	case 9, 10:
		y.tries(y.Maker, y.allocation(amount))
		return "allocation"
	case 11:
		y.tries(y.Maker, &book.Sweep{Programme: p, Funder: y.Funder})
		return "sweep"
	case 12:
		y.tries(y.Maker, &book.PayOut{Programme: p, Seller: y.Sellers[0], Account: y.Accounts[0]})
		return "pay-out"
	}
	switch rapid.IntRange(0, 3).Draw(r, "after") {
	case 0:
		used := id.Make[id.Receipt](1, y.likely("receipt", "receipt", func(n uint64) bool {
			one := book.Record(y.book, "receipt", n).(payment.Receipt)
			return one.Funder == 0 && one.Used > 0 && one.State != payment.Reversed
		}))
		if rapid.Bool().Draw(r, "reversed") {
			y.tries(y.Bank, &book.ReverseReceipt{Receipt: used, Line: line})
		}
		return "reversal"
	case 1:
		y.tries(y.Maker, &book.SettleShortfall{Programme: p, Party: rapid.SampledFrom([]id.Party{0, y.Funder, y.Sellers[0]}).Draw(r, "party"), Receipt: y.free(), Amount: amount})
		return "settlement"
	case 2:
		if y.tries(y.Maker, &book.LiftStop{Programme: p, Reason: load32("settled")}) {
			y.tries(y.Checker, &book.DecideMeasure{Measure: y.measure(), Decision: book.Approve})
		}
		return "lift"
	}
	y.tries(y.Maker, &book.CloseFinancing{Financing: id.Make[id.Financing](1, y.any("financing", "financing"))})
	return "close"
}

// allocation shares a receipt out on any receivable, mostly on one that is owed in its programme and as much as fits.
func (y *teller) allocation(amount money.Minor) *book.Allocate {
	c := &book.Allocate{Receipt: y.free(), Amount: amount, Payer: book.ByBuyer}
	counts := book.Counts(y.book)
	if counts["receipt"] == 0 || counts["receivable"] == 0 {
		return c
	}
	known := book.Record(y.book, "receipt", c.Receipt.Number()).(payment.Receipt)
	c.Receivable = id.Make[id.Receivable](1, y.likely("receivable", "receivable", func(n uint64) bool {
		owed := y.debt(id.Make[id.Receivable](1, n))
		return owed.Outstanding() > 0 && owed.Financing != 0 && y.financed(owed.Financing).Programme == known.Programme
	}))
	owed := y.debt(c.Receivable)
	if left := min(known.Left(), owed.Outstanding()); left > 0 && rapid.IntRange(0, 3).Draw(y.r, "fits") > 0 {
		c.Amount = left
	}
	return c
}

// Over any sequence of money commands over two programmes that share custodian, funder and seller: what has come into a programme less
// what has left it is what stands in its accounts, so that nothing crosses; no payment is made twice; every one goes to a verified
// account of the one who is entitled; and the operator has what products grant it and no cent more.
func TestMoneyKeepsToItsRules(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		y := newTeller(t, r)
		for y.step = range rapid.IntRange(40, 80).Draw(r, "steps") {
			y.balanced(y.acts())
		}
		if breaches := book.Check(y.book); len(breaches) > 0 {
			r.Fatal(breaches)
		}
	})
}

// insuredPayment is money of the buyer after the insurer has paid.
type insuredPayment struct {
	amount  money.Minor
	receipt id.Receipt
}

// reckoned is what the financing must have come to by fractions and whole cents, from its terms and the payments that stand: nights of
// interest, what the insurer has paid, nine tenths of what the buyer pays then for the insurer, and the rest down the waterfall.
func (r *run) reckoned(f *funding.Financing, insured money.Minor, stand []insuredPayment) (*exact, money.Minor) {
	terms := r.terms
	terms.Fees = slices.Clone(terms.Fees)
	terms.Fees[0].Rate = 5_000 // the least of the fee on the ledger, 50.00, is 0.5 % of the advance
	x := newExact(&terms, f)
	today := r.book.Date()
	for day := f.Value; day < today; day++ {
		x.night(day)
	}
	x.principal -= insured
	insurer := money.Minor(0)
	for _, one := range stand {
		share := min(one.amount/10*9, insured-insurer)
		insurer += share
		x.takes(book.ByBuyer, one.amount-share, today)
	}
	return x, insurer
}

// What was shared out among funder, seller, reserve, insurer and operator, and in part swept and paid out already, a bank takes back: each
// is where it would be had that money never come, and who was passed it on owes it. All to the cent, by a reckoning of its own.
func TestAReversalOfWhatWasSharedOutIsRightToTheCent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newScene(t)
		r := s.insured()
		f := r.now()
		var stand []insuredPayment
		insured, left := money.Minor(0), money.Minor(12_500_00)
		if rapid.Bool().Draw(rt, "claimed") { // what the buyer pays may be more than gives the insurer all of its money back
			r.claimed()
			insured, left = 9_000_00, 12_500_00
			r.insurerPays(insured)
		} else {
			r.until(f.Due.AddDays(rapid.IntRange(-20, 40).Draw(rt, "day")))
		}
		for i := range rapid.IntRange(1, 4).Draw(rt, "payments") {
			one := insuredPayment{amount: min(left, 10*money.Minor(rapid.Int64Range(1, 600_00).Draw(rt, "amount")))}
			if one.amount == 0 {
				break
			}
			left -= one.amount
			one.receipt = r.comes(fmt.Sprint("payment ", i), one.amount)
			s.give(s.Maker, &book.Allocate{Receipt: one.receipt, Receivable: r.receivable(), Amount: one.amount, Payer: book.ByBuyer})
			stand = append(stand, one)
		}
		passed := map[id.Party]money.Minor{}
		pass := func(to id.Party, c book.Command) {
			if _, err := s.submit(s.Maker, "", c); err != nil {
				return
			}
			p := book.Record(s.book, "payment", s.payment().Number()).(payment.Payment)
			s.give(r.machine, &book.RecordOutcome{Payment: p.ID, State: payment.Executed, Bank: load.Token("passed on"), Value: s.book.Date()})
			passed[to] += p.Amount
		}
		if rapid.Bool().Draw(rt, "swept") {
			pass(s.Funder, &book.Sweep{Programme: r.programme, Funder: s.Funder})
		}
		if rapid.Bool().Draw(rt, "paid out") {
			pass(s.Sellers[0], &book.PayOut{Programme: r.programme, Seller: s.Sellers[0], Account: s.Accounts[0]})
		}
		for range rapid.IntRange(1, len(stand)).Draw(rt, "reversals") {
			which := rapid.IntRange(0, len(stand)-1).Draw(rt, "which")
			s.give(r.machine, &book.ReverseReceipt{Receipt: stand[which].receipt, Line: load.Token(fmt.Sprint("back ", stand[which].receipt)), Value: s.book.Date()})
			stand = append(stand[:which:which], stand[which+1:]...)
		}
		x, insurer := r.reckoned(&f, insured, stand)
		shares, now := x.shares(), r.now()
		at := func(code ledger.Code, owed id.Party) money.Minor {
			return book.BalanceOf(s.book, ledger.Key{Entity: r.custodian, Programme: r.programme, Counterparty: owed, Code: code, Currency: s.Currency})
		}
		for name, pair := range map[string][2]money.Minor{
			"principal": {now.Repaid, x.tiers["principal"] + insured}, "interest": {now.InterestPaid, x.tiers["interest"]}, "late interest": {now.LatePaid, x.tiers["late"]},
			"funder":   {at(ledger.CollectionForFunder, s.Funder) - at(ledger.PartyShortfall, s.Funder) + passed[s.Funder], insured + x.tiers["principal"] + x.tiers["interest"] + x.tiers["late"] - x.givenBack() + shares[product.Funder]},
			"seller":   {at(ledger.CollectionForSeller, s.Sellers[0]) - at(ledger.PartyShortfall, s.Sellers[0]) + passed[s.Sellers[0]], x.tiers["seller"] + x.givenBack()},
			"reserve":  {at(ledger.HeldBack, s.Sellers[0]), x.tiers["reserve"]},
			"insurer":  {r.forInsurer(), insurer},
			"operator": {at(ledger.OperatorFees, s.Operator) + at(ledger.OperatorFeesCollected, s.Operator), shares[product.Operator]},
		} {
			if pair[0] != pair[1] {
				rt.Errorf("%s has %d, by fractions %d", name, pair[0], pair[1])
			}
		}
		if breaches := book.Check(s.book); len(breaches) > 0 {
			rt.Error(breaches)
		}
		if rt.Failed() {
			rt.Fatalf("%+v", now)
		}
	})
}
