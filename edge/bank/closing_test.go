package bank_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/access"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/edge/view"
	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/lab/load"
)

// closer closes the statement of every account that has new lines, whenever there are any. It outlives the node, as a bank does.
type closer struct {
	bank.Adapter
	rig    *rig
	inner  bank.Cursor
	feed   []bank.Page // a line or closings each
	held   map[bank.Account]money.Minor
	number map[bank.Account]uint64
	drop   map[int]bool // closings that are held back, by their place among all of them
	late   []bank.Closing
	made   int
}

func newCloser(r *rig) *closer {
	return &closer{Adapter: r.bank, rig: r, held: map[bank.Account]money.Minor{}, number: map[bank.Account]uint64{}, drop: map[int]bool{}}
}

func (c *closer) Statement(ctx context.Context, after bank.Cursor) (bank.Page, error) {
	lines := map[bank.Account][]bank.Line{}
	var order []bank.Account
	for {
		page, err := c.Adapter.Statement(ctx, c.inner)
		if err != nil {
			return page, err
		}
		if len(page.Lines) == 0 {
			break
		}
		c.inner = page.Next
		for _, l := range page.Lines {
			if lines[l.Account] == nil {
				order = append(order, l.Account)
			}
			lines[l.Account] = append(lines[l.Account], l)
			c.feed = append(c.feed, bank.Page{Lines: []bank.Line{l}})
		}
	}
	for _, account := range order {
		c.close(account, lines[account])
	}
	from, _ := strconv.Atoi(string(after))
	page := bank.Page{Next: after}
	for i := from; i < len(c.feed) && len(page.Lines)+len(page.Closings) < 3; i++ {
		page.Lines = append(page.Lines, c.feed[i].Lines...)
		page.Closings = append(page.Closings, c.feed[i].Closings...)
		page.Next = bank.Cursor(strconv.Itoa(i + 1))
	}
	return page, nil
}

func (c *closer) close(account bank.Account, lines []bank.Line) {
	opening, known := c.held[account]
	sum := money.Minor(0)
	for _, l := range lines {
		sum += l.Amount
	}
	if !known {
		opening = c.rig.bank.Balance(account, c.rig.world.Currency) - sum
	}
	c.held[account] = opening + sum
	c.number[account]++
	c.made++
	closing := bank.Closing{
		Account: account, ID: fmt.Sprint(account, " ", c.number[account]), Sequence: c.number[account], Date: load.Opening, Opening: opening, Closing: opening + sum,
		Currency: c.rig.world.Currency, Lines: uint32(len(lines)),
	}
	if c.drop[c.made] {
		c.late = append(c.late, closing)
	} else {
		c.feed = append(c.feed, bank.Page{Closings: []bank.Closing{closing}})
	}
}

// stated tells that every statement is on record once, shows all that was paid and received, and that nothing is open.
func (r *rig) stated(c *closer) {
	r.t.Helper()
	if n := r.count("SELECT count(*) FROM bank_statement"); n != c.made {
		r.t.Errorf("%d statements are on record, the bank has made %d", n, c.made)
	}
	if n := r.count("SELECT count(*) FROM bank_statement WHERE gap != '' OR not_booked != 0"); n != 0 {
		r.t.Errorf("%d statements have gaps or lines that are not booked", n)
	}
	if n := r.count("SELECT count(*) FROM bank_break WHERE state != 'resolved'"); n != 0 {
		r.t.Errorf("%d breaks are open", n)
	}
	for n := uint64(1); n <= uint64(r.count("SELECT count(*) FROM payment")); n++ {
		var p payment.Payment
		r.row("SELECT record FROM payment WHERE number = ?", n, &p)
		if (p.State == payment.Executed || p.State == payment.Returned) && p.LeftOn == 0 || p.State == payment.Returned && p.CameBackOn == 0 || p.Purpose == payment.Sweep && p.ArrivedOn == 0 {
			r.t.Errorf("no statement shows payment %+v", p)
		}
	}
	for n := uint64(1); n <= uint64(r.count("SELECT count(*) FROM receipt")); n++ {
		var p payment.Receipt
		if r.row("SELECT record FROM receipt WHERE number = ?", n, &p); p.Funder == 0 && (p.CameInOn == 0 || p.State == payment.Reversed && p.TakenBackOn == 0) {
			r.t.Errorf("no statement shows receipt %+v", p)
		}
	}
}

func (r *rig) closing() *closer {
	c := newCloser(r)
	r.adapt = func(bank.Adapter) bank.Adapter { return c }
	r.connect()
	return c
}

func TestStatementsAreRecordedAfterTheirLines(t *testing.T) {
	r := newRig(t, both)
	c := r.closing()
	day := r.busyDay()
	r.finish(day)
	r.stated(c)
	head := r.engine.Head().Sequence
	r.restart()
	r.rounds(2)
	if after := r.engine.Head().Sequence; after != head {
		t.Errorf("reading the statements again made %d entries", after-head)
	}
}

// A fault at every append, failed or failed but persisted, loses and doubles no statement.
func TestStatementImportUnderFaults(t *testing.T) {
	for _, fault := range []journaltest.Fault{journaltest.Fails, journaltest.FailsButPersists} {
		for at := 1; ; at += stride() {
			r := newRig(t, both)
			c := r.closing()
			day := r.busyDay()
			r.wrap = func(j journal.Journal) journal.Journal { return journaltest.NewFaulty(j, at, fault) }
			r.restart()
			crashed := r.survive(8)
			r.wrap = nil
			r.restart()
			r.finish(day)
			r.stated(c)
			if r.stop(); t.Failed() {
				t.Fatalf("append %d, fault %d", at, fault)
			}
			if !crashed {
				break
			}
		}
	}
}

// A crash before or after every call to the bank: between lines and their closing too.
func TestStatementImportUnderCrashes(t *testing.T) {
	for after := range 2 {
		for at := 1; ; at += stride() {
			r := newRig(t, both)
			inner := newCloser(r)
			c := &crasher{Adapter: inner, after: after}
			r.adapt = func(bank.Adapter) bank.Adapter { return c }
			r.connect()
			day := r.busyDay()
			r.restart()
			c.at = c.calls + at
			crashed := r.survive(8)
			c.at = 0
			r.restart()
			r.finish(day)
			r.stated(inner)
			if r.stop(); t.Failed() {
				t.Fatalf("call %d, after %d", at, after)
			}
			if !crashed {
				break
			}
		}
	}
}

// A statement that is held back is a gap with its break; when it comes both are gone.
func TestAStatementThatComesLate(t *testing.T) {
	r := newRig(t, both)
	c := r.closing()
	d := r.deal(r.world.Payables)
	r.rounds(2)
	for i := range 3 {
		if _, err := r.bank.BuyerPays(d.programme, r.euro(money.Minor(1_000+i)), "anchor", "late", d.Due); err != nil {
			t.Fatal(err)
		}
		r.rounds(1)
	}
	gaps := func() int { return r.count("SELECT count(*) FROM bank_statement WHERE gap != ''") }
	if n := gaps(); n != 0 {
		t.Fatalf("%d gaps", n)
	}
	c.drop[c.made+1] = true
	for i := range 2 {
		if _, err := r.bank.BuyerPays(d.programme, r.euro(money.Minor(2_000+i)), "anchor", "late", d.Due); err != nil {
			t.Fatal(err)
		}
		r.rounds(1)
	}
	if n := gaps(); n != 1 {
		t.Fatalf("%d gaps", n)
	}
	if n := r.count("SELECT count(*) FROM bank_break WHERE state = 'open' AND kind = 'statement_gap'"); n != 1 {
		t.Fatalf("%d breaks about gaps", n)
	}
	c.feed = append(c.feed, bank.Page{Closings: c.late})
	r.rounds(1)
	r.stated(c)
}

// A break is a record: the same one after a restart, ended by itself when the bank has put right what was wrong.
func TestBreaksAreRecords(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Payables)
	r.rounds(2)
	if _, err := r.bank.Deposit(bank.Account{Kind: bank.Fees, Programme: d.programme}, r.euro(500), "stranger", "what is this", d.Due); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		r.rounds(2)
		if n := r.count("SELECT count(*) FROM bank_break"); n != 1 {
			t.Fatalf("%d breaks are on record", n)
		}
		r.restart()
	}
	r.rounds(1)
	var k payment.Break
	r.row("SELECT record FROM bank_break WHERE number = ?", 1, &k)
	if k.Code != bank.CodeLineUnexplained || k.Amount != 500 || k.State != payment.BreakOpen || k.Account.Kind != payment.FeesAccount {
		t.Fatalf("%+v", k)
	}
	note, err := r.engine.Vault().Put(context.Background(), "reason", []byte("a gift"))
	if err != nil {
		t.Fatal(err)
	}
	r.must(r.world.Maker, &book.ResolveBreak{Break: k.ID, How: payment.Explained, Note: note})
	r.rounds(2)
	r.noBreaks()
	if n := r.count("SELECT count(*) FROM bank_break"); n != 1 {
		t.Fatalf("%d breaks are on record", n)
	}
}

// What was found and is not found any more has ended by itself.
func TestABreakEndsByItself(t *testing.T) {
	r := newRig(t, both)
	d := r.deal(r.world.Payables)
	r.rounds(2)
	r.must(r.world.Bank, &book.OpenBreak{About: payment.LineBreak, Programme: d.programme, Key: load.Token("a line of before"), Amount: 5, Code: "line_unexplained"})
	r.must(r.world.Bank, &book.OpenBreak{About: payment.PaymentBreak, Programme: d.programme, Payment: d.payment, Amount: -5, Code: "programme_stopped"})
	r.rounds(1)
	if n := r.count("SELECT count(*) FROM bank_break WHERE state = 'resolved'"); n != 2 {
		t.Fatalf("%d breaks have ended", n)
	}
}

// proved holds the proof of funds of every programme to come out, to the cent, as an operator and as a funder see it.
func (r *rig) proved() {
	r.t.Helper()
	r.provedOf(r.world.Payables, r.world.Discounting)
}

func (r *rig) provedOf(programmes ...id.Programme) {
	r.t.Helper()
	v, err := view.New(r.engine).Now(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	defer v.Close()
	for _, caller := range []access.Caller{
		{Actor: r.world.Maker, Party: r.world.Operator, Role: party.Operator, PartyRoles: party.Operator},
		{Actor: r.world.FunderActor, Party: r.world.Funder, Role: party.Funder, PartyRoles: party.Funder},
	} {
		for _, p := range programmes {
			proof, err := v.ProofOfFunds(caller, p, 0)
			if err != nil {
				r.t.Fatal(err)
			}
			if proof.Difference.Minor != 0 || proof.Bank.Minor+proof.Items.Minor != proof.Mirror.Minor || proof.Mirror.Minor != proof.Claims.Minor {
				r.t.Fatalf("%s differs by %s: %+v", p, proof.Difference, proof)
			}
		}
	}
}

// After any sequence through the bank, and whatever of it is on a statement yet, the proof of funds comes out.
func TestTheProofOfFundsComesOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRig(t, both)
		defer r.stop()
		c := r.closing()
		d := r.deal(r.world.Payables)
		var came []string
		for range rapid.IntRange(3, 10).Draw(rt, "steps") {
			switch rapid.IntRange(0, 7).Draw(rt, "step") {
			case 0:
				d = r.deal([]id.Programme{r.world.Payables, r.world.Discounting}[rapid.IntRange(0, 1).Draw(rt, "programme")])
			case 1:
				d = r.deal(r.world.Payables)
				r.misbehave(d.payment, sandbox.Misbehaviour{Kind: sandbox.Return, Polls: 2})
			case 2:
				reference, err := r.bank.BuyerPays(d.programme, r.euro(money.Minor(rapid.IntRange(1, 99_999).Draw(rt, "amount"))), "anchor", "?", d.Due)
				if err != nil {
					t.Fatal(err)
				}
				came = append(came, reference)
			case 3:
				if len(came) > 0 {
					if err := r.bank.TakeBack(came[0], d.Due); err != nil {
						t.Fatal(err)
					}
					came = came[1:]
				}
			case 4:
				if _, err := r.bank.Deposit(bank.Account{Kind: bank.Fees, Programme: d.programme}, r.euro(7), "stranger", "?", d.Due); err != nil {
					t.Fatal(err)
				}
			case 5:
				c.drop[c.made+1] = true
			default:
				r.rounds(1)
			}
			r.proved()
		}
		r.rounds(4)
		r.proved()
	})
}
