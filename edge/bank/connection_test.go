package bank_test

import (
	"context"
	"errors"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/engine"
	"millrace/engine/outbox"
	"millrace/engine/vault"
)

var capabilities = map[string]outbox.Capability{
	"idempotent": outbox.Idempotent, "queryable": outbox.Queryable, "both": both, "neither": outbox.Neither,
}

func (r *rig) collection(programme id.Programme) bank.Account {
	return bank.Account{Kind: bank.Collection, Programme: programme}
}

func (r *rig) funding(programme id.Programme) bank.Account {
	return bank.Account{Kind: bank.Funding, Programme: programme, Owner: r.world.Funder}
}

func (r *rig) holds(account bank.Account, want money.Minor) {
	r.t.Helper()
	if got := r.bank.Balance(account, r.world.Currency); got != want {
		r.t.Fatalf("%s holds %d at the bank, want %d", account, got, want)
	}
}

// buyerPays lets money of a buyer come in and returns its line and its receipt.
func (r *rig) buyerPays(d *deal, amount money.Minor) (reference string, receipt payment.Receipt) {
	r.t.Helper()
	before := r.count("SELECT count(*) FROM receipt")
	reference, err := r.bank.BuyerPays(d.programme, r.euro(amount), "anchor", "invoice", d.Due)
	if err != nil {
		r.t.Fatal(err)
	}
	r.rounds(1)
	if n := r.count("SELECT count(*) FROM receipt"); n != before+1 {
		r.t.Fatalf("%d receipts, want %d", n, before+1)
	}
	r.row("SELECT record FROM receipt WHERE number = ?", uint64(before+1), &receipt)
	return reference, receipt
}

func (r *rig) allocate(d *deal, receipt payment.Receipt) {
	r.t.Helper()
	r.must(r.world.Maker, &book.Allocate{Receipt: receipt.ID, Receivable: d.receivable, Amount: d.Amount, Payer: book.ByBuyer})
}

// opened gives the payment that a command opened.
func (r *rig) opened(events []book.Event) id.Payment {
	r.t.Helper()
	for _, e := range events {
		if e, ok := e.(*book.PaymentOpened); ok {
			return e.Payment.ID
		}
	}
	r.t.Fatal("no payment was opened")
	return 0
}

func (r *rig) sweep(programme id.Programme) id.Payment {
	r.t.Helper()
	return r.opened(r.must(r.world.Maker, &book.Sweep{Programme: programme, Funder: r.world.Funder}))
}

func (r *rig) payOut(d *deal) id.Payment {
	r.t.Helper()
	return r.opened(r.must(r.world.Maker, &book.PayOut{
		Programme: d.programme, Seller: r.world.Sellers[d.Seller], Account: r.world.Accounts[d.Seller],
	}))
}

func TestLifeOfADealThroughTheBank(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, capability)
			d := r.deal(r.world.Discounting)
			before := r.bank.Balance(r.funding(d.programme), r.world.Currency)
			r.rounds(2)
			r.state(d.payment, payment.Executed)
			r.holds(r.funding(d.programme), before-d.net-d.fee)
			r.holds(bank.Account{Kind: bank.Fees, Programme: d.programme}, d.fee)
			_, receipt := r.buyerPays(d, d.Amount)
			r.allocate(d, receipt)
			swept, paidOut := r.sweep(d.programme), r.payOut(d)
			r.rounds(2)
			r.state(swept, payment.Executed)
			r.state(paidOut, payment.Executed)
			r.holds(r.collection(d.programme), 0)
			seller := details(r.world.Sellers[d.Seller].String())
			want := d.net + r.payment(paidOut).Amount
			if got := r.bank.OutsideBalance(seller, r.world.Currency); got != want {
				t.Errorf("the seller has %d, want %d", got, want)
			}
			r.agrees()
			r.noBreaks()
			before = money.Minor(r.engine.Head().Sequence)
			r.restart()
			r.rounds(2)
			if after := money.Minor(r.engine.Head().Sequence); after != before {
				t.Errorf("reading the statement again made %d entries", after-before)
			}
		})
	}
}

func TestPaymentWaitsForItsSecondPerson(t *testing.T) {
	r := newRig(t, both)
	d := r.world.NewLife(0)
	d.Amount = 200_000_00
	var opened id.Payment
	for i := 0; i <= 7; i++ {
		step := d.Step(i)
		events := r.must(step.Actor, step.Command)
		d.Answered(events)
		if i == 7 {
			opened = r.opened(events)
		}
	}
	r.rounds(2)
	r.state(opened, payment.AwaitingApproval)
	r.executions(opened, 0)
	r.must(r.world.Checker, &book.ApprovePayment{Payment: opened, Decision: book.Approve})
	r.rounds(2)
	r.state(opened, payment.Executed)
	r.executions(opened, 1)
	r.agrees()
}

func TestRejectedPaymentFreesTheMoney(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, capability)
			d := r.deal(r.world.Payables)
			r.misbehave(d.payment, sandbox.Misbehaviour{Kind: sandbox.Reject})
			r.rounds(2)
			r.state(d.payment, payment.Refused)
			r.executions(d.payment, 0)
			r.agrees()
			r.noBreaks()
		})
	}
}

func (r *rig) misbehave(p id.Payment, m sandbox.Misbehaviour) {
	r.t.Helper()
	if err := r.bank.Misbehave(p.String(), m); err != nil {
		r.t.Fatal(err)
	}
}

func TestDelayedPaymentIsBookedWhenItIsExecuted(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, capability)
			d := r.deal(r.world.Payables)
			r.misbehave(d.payment, sandbox.Misbehaviour{Kind: sandbox.Delay, Polls: 4})
			r.rounds(1)
			r.state(d.payment, payment.Instructed)
			r.agrees()
			r.rounds(6)
			r.state(d.payment, payment.Executed)
			r.executions(d.payment, 1)
			r.agrees()
			r.noBreaks()
		})
	}
}

func TestReturnedPaymentIsTakenBack(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, capability)
			d := r.deal(r.world.Payables)
			before := r.bank.Balance(r.funding(d.programme), r.world.Currency)
			r.misbehave(d.payment, sandbox.Misbehaviour{Kind: sandbox.Return, Polls: 3})
			r.rounds(1)
			r.state(d.payment, payment.Executed)
			r.agrees()
			r.rounds(5)
			r.state(d.payment, payment.Returned)
			r.holds(r.funding(d.programme), before)
			r.agrees()
			r.noBreaks()
		})
	}
}

func TestReturnedSweepAndPayOut(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Discounting)
	r.rounds(1)
	_, receipt := r.buyerPays(d, d.Amount)
	r.allocate(d, receipt)
	swept, paidOut := r.sweep(d.programme), r.payOut(d)
	for _, p := range []id.Payment{swept, paidOut} {
		r.misbehave(p, sandbox.Misbehaviour{Kind: sandbox.Return, Polls: 2})
	}
	r.rounds(5)
	r.state(swept, payment.Returned)
	r.state(paidOut, payment.Returned)
	r.holds(r.collection(d.programme), d.Amount)
	r.agrees()
	r.noBreaks()
}

func TestLinesThatComeTwiceAreBookedOnce(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Payables)
	r.misbehave(d.payment, sandbox.Misbehaviour{Kind: sandbox.Twice})
	reference, err := r.bank.BuyerPays(d.programme, r.euro(700_00), "anchor", "twice", d.Due)
	if err != nil {
		t.Fatal(err)
	}
	repeat := func() {
		if err := r.bank.Repeat(reference); err != nil {
			t.Fatal(err)
		}
	}
	repeat()
	before := r.count("SELECT count(*) FROM receipt")
	r.rounds(2)
	repeat()
	r.rounds(1)
	if n := r.count("SELECT count(*) FROM receipt"); n != before+1 {
		t.Errorf("%d receipts of one line", n-before)
	}
	r.state(d.payment, payment.Executed)
	r.agrees()
	r.noBreaks()
}

func TestLostReply(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, capability)
			d := r.deal(r.world.Payables)
			r.misbehave(d.payment, sandbox.Misbehaviour{Kind: sandbox.LoseReply})
			r.rounds(1)
			r.state(d.payment, payment.Instructed)
			// The next round finds the payment's line in the statement, whatever the bank can be asked.
			r.rounds(1)
			r.state(d.payment, payment.Executed)
			r.executions(d.payment, 1)
			r.agrees()
			r.noBreaks()
		})
	}
}

func TestTimeOutBeforeExecution(t *testing.T) {
	for name, want := range map[string]struct {
		state      payment.State
		executions int
		attempts   uint32
	}{
		"idempotent": {payment.Executed, 1, 2},
		"both":       {payment.Executed, 1, 2},
		"queryable":  {payment.InDoubt, 0, 1},
		"neither":    {payment.InDoubt, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, capabilities[name])
			d := r.deal(r.world.Payables)
			r.misbehave(d.payment, sandbox.Misbehaviour{Kind: sandbox.TimeOut})
			r.rounds(8)
			r.state(d.payment, want.state)
			r.executions(d.payment, want.executions)
			if got := r.payment(d.payment).Attempts; got != want.attempts {
				t.Errorf("%d attempts, want %d", got, want.attempts)
			}
			r.agrees()
			if want.state != payment.InDoubt {
				return
			}
			r.restart()
			r.rounds(3)
			r.executions(d.payment, 0)
			// A person has called the bank, which knows nothing, and lets it be sent again.
			r.must(r.world.Maker, &book.RetryPayment{Payment: d.payment})
			r.rounds(2)
			r.state(d.payment, payment.Executed)
			r.executions(d.payment, 1)
			r.agrees()
		})
	}
}

func TestAttemptsEndWithAPerson(t *testing.T) {
	r := newRig(t, outbox.Idempotent)
	d := r.deal(r.world.Payables)
	if err := r.bank.MisbehaveNext(10, sandbox.Misbehaviour{Kind: sandbox.TimeOut}); err != nil {
		t.Fatal(err)
	}
	r.rounds(60)
	r.state(d.payment, payment.InDoubt)
	if got := r.payment(d.payment).Attempts; got != 3 {
		t.Errorf("%d attempts were recorded without a person, want 3", got)
	}
	r.executions(d.payment, 0)
}

func TestLostReplyIsSettledByTheStatementAfterARestart(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, capability)
			d := r.deal(r.world.Payables)
			r.misbehave(d.payment, sandbox.Misbehaviour{Kind: sandbox.LoseReply})
			r.rounds(1)
			r.restart()
			r.rounds(3)
			r.state(d.payment, payment.Executed)
			r.executions(d.payment, 1)
			r.agrees()
		})
	}
}

func TestReceiptTakenBackBeforeAndAfterItWasPassedOn(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Payables)
	r.rounds(1)
	reference, receipt := r.buyerPays(d, d.Amount)
	if err := r.bank.TakeBack(reference, d.Due); err != nil {
		t.Fatal(err)
	}
	r.rounds(1)
	r.row("SELECT record FROM receipt WHERE number = ?", receipt.ID.Number(), &receipt)
	if receipt.State != payment.Reversed {
		t.Fatalf("the receipt is %s", receipt.State)
	}
	r.holds(r.collection(d.programme), 0)
	r.agrees()

	reference, receipt = r.buyerPays(d, d.Amount)
	r.allocate(d, receipt)
	swept := r.sweep(d.programme)
	r.rounds(1)
	r.state(swept, payment.Executed)
	other := r.deal(r.world.Payables)
	if err := r.bank.TakeBack(reference, d.Due); err != nil {
		t.Fatal(err)
	}
	r.rounds(2)
	r.holds(r.collection(d.programme), -d.Amount)
	r.agrees()
	// The shortfall stops the programme: what was instructed before stays here.
	r.executions(other.payment, 0)
	r.state(other.payment, payment.Instructed)
	breaks := r.connection.Breaks()
	if len(breaks) != 1 || breaks[0].Code != bank.CodeProgrammeStopped || breaks[0].Payment != other.payment.String() {
		t.Fatalf("breaks: %+v", breaks)
	}
	r.restart()
	r.rounds(2)
	r.executions(other.payment, 0)
	r.state(other.payment, payment.InDoubt)
}

func TestDepositGoesToItsFunder(t *testing.T) {
	r := newRig(t, both)
	if _, err := r.bank.Deposit(r.funding(r.world.Payables), r.euro(12_345), "funder", "top-up", r.world.Today); err != nil {
		t.Fatal(err)
	}
	r.rounds(1)
	r.agrees()
	r.noBreaks()
}

func TestUnexplainedLinesAreBreaksUntilTheyAreExplained(t *testing.T) {
	r := newRig(t, both)
	forged := &forger{Adapter: r.bank}
	r.adapt = func(bank.Adapter) bank.Adapter { return forged }
	d := r.deal(r.world.Payables)
	r.restart()
	total := d.net + d.fee
	today := r.world.Today
	line := func(reference string, account bank.Account, amount money.Minor, key, reversalOf string) bank.Line {
		return bank.Line{
			Reference: reference, Account: account, Amount: amount, Currency: r.world.Currency, Value: today, Booking: today,
			Payment: key, ReversalOf: reversalOf,
		}
	}
	funding, collection, key := r.funding(d.programme), r.collection(d.programme), d.payment.String()
	for name, test := range map[string]struct {
		line bank.Line
		code string
	}{
		"charge":                {line("1", collection, -5, "", ""), bank.CodeLineUnexplained},
		"other amount":          {line("2", funding, -total-1, key, ""), bank.CodeLineDiffers},
		"other account":         {line("3", collection, -total, key, ""), bank.CodeLineUnexplained},
		"key of nobody":         {line("4", funding, -total, "pay_1-999-0", ""), bank.CodeLineUnexplained},
		"return of nothing":     {line("5", funding, total, key, "2"), "payment_state"},
		"reversal of nothing":   {line("6", collection, -7, "", "unknown"), bank.CodeReversalUnknown},
		"fees from outside":     {line("7", bank.Account{Kind: bank.Fees, Programme: d.programme}, 9, "", ""), bank.CodeLineUnexplained},
		"programme unknown":     {line("8", r.collection(id.Make[id.Programme](1, 77)), 9, "", ""), "programme_unknown"},
		"nothing":               {line("9", collection, 0, "", ""), bank.CodeLineUnexplained},
		"account of no funder":  {line("10", bank.Account{Kind: bank.Funding, Programme: d.programme, Owner: r.world.Anchor}, 9, "", ""), "funder_unknown"},
		"payer writes our key":  {line("11", collection, total, key, ""), ""},
		"payer writes any text": {line("12", collection, 3, "hello", ""), ""},
	} {
		t.Run(name, func(t *testing.T) {
			r.connection.Hold()
			forged.lines = append(forged.lines, test.line)
			before := r.engine.Head().Sequence
			for range 3 {
				r.rounds(1)
			}
			var codes []string
			for _, b := range r.connection.Breaks() {
				if b.Line == test.line {
					codes = append(codes, b.Code)
				}
			}
			if test.code == "" {
				if len(codes) != 0 || r.engine.Head().Sequence != before+1 {
					t.Errorf("breaks %v, %d entries, want one receipt", codes, r.engine.Head().Sequence-before)
				}
				return
			}
			if len(codes) != 1 || codes[0] != test.code {
				t.Errorf("breaks %v, want one %s", codes, test.code)
			}
			most := uint64(1)                                                  // the break itself, where it is of a programme
			if test.code == bank.CodeLineUnexplained && test.line.Amount < 0 { // money is gone: that is a fact
				most = 2
			}
			if head := r.engine.Head().Sequence; head > before+most {
				t.Errorf("%d entries came of it, want %d at most", head-before, most)
			}
		})
	}
	breaks := len(r.connection.Breaks())
	r.restart()
	r.connection.Hold()
	r.rounds(1)
	if again := len(r.connection.Breaks()); again != breaks || breaks != 10 {
		t.Errorf("%d breaks after a restart, %d before, want 10", again, breaks)
	}
	r.executions(d.payment, 0)
}

// forger adds lines of its own to a bank's statement.
type forger struct {
	bank.Adapter
	lines []bank.Line
}

func (f *forger) Statement(_ context.Context, after bank.Cursor) (bank.Page, error) {
	return bank.Page{Lines: f.lines[len(after):], Next: bank.Cursor(make([]byte, len(f.lines)))}, nil
}

func TestSameReferenceWithAnotherAmountIsABreak(t *testing.T) {
	r := newRig(t, both)
	line := bank.Line{
		Reference: "1", Account: r.collection(r.world.Payables), Amount: 100, Currency: r.world.Currency, Value: r.world.Today, Booking: r.world.Today,
	}
	other := line
	other.Amount = 200
	r.adapt = func(bank.Adapter) bank.Adapter {
		return &forger{Adapter: r.bank, lines: []bank.Line{line, other, line}}
	}
	for range 2 {
		r.connect()
		r.rounds(2)
		breaks := r.connection.Breaks()
		if len(breaks) != 1 || breaks[0].Line != other || breaks[0].Code != bank.CodeLineDiffers {
			t.Fatalf("breaks: %+v", breaks)
		}
	}
}

func TestReceiptAndItsReversalInOneReading(t *testing.T) {
	r := newRig(t, both)
	reference, err := r.bank.BuyerPays(r.world.Payables, r.euro(100), "anchor", "", r.world.Today)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.bank.TakeBack(reference, r.world.Today); err != nil {
		t.Fatal(err)
	}
	r.rounds(1)
	r.agrees()
	r.noBreaks()
}

func TestConnectionOfAnotherCustodian(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Payables)
	line := bank.Line{
		Reference: "1", Account: r.funding(d.programme), Amount: -d.net - d.fee, Currency: r.world.Currency, Value: r.world.Today,
		Booking: r.world.Today, Payment: d.payment.String(),
	}
	connection, err := bank.Connect(bank.Options{
		Engine: r.engine, Adapter: &forger{Adapter: r.bank, lines: []bank.Line{line}}, Custodian: r.world.Anchor, Bank: r.world.Bank,
		Operator: r.world.Maker,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := connection.Round(context.Background()); err != nil {
		t.Fatal(err)
	}
	r.executions(d.payment, 0)
	r.state(d.payment, payment.Instructed)
	if breaks := connection.Breaks(); len(breaks) != 1 || breaks[0].Code != bank.CodeLineUnexplained {
		t.Errorf("breaks: %+v", breaks)
	}
}

// A person may settle a payment by hand after a round has read it and before it is sent.
func TestPaymentIsReadAgainBeforeItLeaves(t *testing.T) {
	r := newRig(t, both)
	meddler := &meddler{Adapter: r.bank}
	r.adapt = func(bank.Adapter) bank.Adapter { return meddler }
	r.connect()
	first, second := r.deal(r.world.Payables), r.deal(r.world.Payables)
	meddler.meddle = func() {
		r.must(r.world.Checker, &book.RecordOutcome{Payment: second.payment, State: payment.Refused})
	}
	r.rounds(2)
	r.state(first.payment, payment.Executed)
	r.state(second.payment, payment.Refused)
	r.executions(second.payment, 0)
	r.agrees()
}

// meddler does something once, before the first instruction goes on to the bank.
type meddler struct {
	bank.Adapter
	meddle func()
}

func (m *meddler) Send(ctx context.Context, i bank.Instruction) (bank.Outcome, error) {
	if m.meddle != nil {
		m.meddle()
		m.meddle = nil
	}
	return m.Adapter.Send(ctx, i)
}

// oddDate answers with a value date that the book refuses.
type oddDate struct{ bank.Adapter }

func (o oddDate) Send(ctx context.Context, i bank.Instruction) (bank.Outcome, error) {
	outcome, err := o.Adapter.Send(ctx, i)
	outcome.Value = outcome.Value.AddDays(20_000)
	return outcome, err
}

func TestOutcomeThatTheBookRefusesIsABreak(t *testing.T) {
	r := newRig(t, outbox.Neither)
	r.adapt = func(within bank.Adapter) bank.Adapter { return oddDate{within} }
	r.connect()
	d := r.deal(r.world.Payables)
	r.rounds(1)
	r.state(d.payment, payment.Instructed)
	if breaks := r.connection.Breaks(); len(breaks) != 1 || breaks[0].Code != "date_invalid" || breaks[0].Payment != d.payment.String() {
		t.Fatalf("breaks: %+v", breaks)
	}
	// The statement has the right day.
	r.rounds(1)
	r.state(d.payment, payment.Executed)
	r.executions(d.payment, 1)
	r.noBreaks()
}

func TestHeldConnectionReadsAndDoesNotSend(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Payables)
	r.connection.Hold()
	if _, err := r.bank.BuyerPays(d.programme, r.euro(5), "anchor", "", d.Due); err != nil {
		t.Fatal(err)
	}
	r.rounds(3)
	r.executions(d.payment, 0)
	r.agrees()
	r.connection.Release()
	r.rounds(1)
	r.executions(d.payment, 1)
	r.agrees()
}

func TestMissingAccountDetailsKeepAPaymentBack(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Payables)
	var account party.BankAccount
	r.row("SELECT record FROM bank_account WHERE number = ?", r.world.Accounts[d.Seller].Number(), &account)
	if err := r.engine.Vault().Erase(context.Background(), vault.Ref(account.Details)); err != nil {
		t.Fatal(err)
	}
	r.rounds(2)
	r.executions(d.payment, 0)
	breaks := r.connection.Breaks()
	if len(breaks) != 1 || breaks[0].Code != bank.CodeDetailsMissing {
		t.Fatalf("breaks: %+v", breaks)
	}
}

func TestRoundOfAStoppedEngineFails(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Payables)
	if err := r.engine.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := r.connection.Round(context.Background()); err == nil {
		t.Fatal("a round without an engine went well")
	} else if errors.Is(err, engine.ErrReadOnly) {
		t.Fatal(err)
	}
	r.executions(d.payment, 0)
}
