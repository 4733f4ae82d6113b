package bank_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/engine/outbox"
)

// crash is what a crasher panics with.
type crash struct{}

// crasher ends the process before or after the n-th call to the bank.
type crasher struct {
	bank.Adapter
	calls, at int
	after     int // 1 to end after the call, 0 before it
}

func (c *crasher) call(run func()) {
	c.calls++
	if c.calls == c.at && c.after == 0 {
		panic(crash{})
	}
	run()
	if c.calls == c.at {
		panic(crash{})
	}
}

func (c *crasher) Send(ctx context.Context, i bank.Instruction) (o bank.Outcome, err error) {
	c.call(func() { o, err = c.Adapter.Send(ctx, i) })
	return o, err
}

func (c *crasher) Query(ctx context.Context, key string) (o bank.Outcome, err error) {
	c.call(func() { o, err = c.Adapter.Query(ctx, key) })
	return o, err
}

func (c *crasher) Statement(ctx context.Context, after bank.Cursor) (page bank.Page, err error) {
	c.call(func() { page, err = c.Adapter.Statement(ctx, after) })
	return page, err
}

// busyDay is what the crashes are let loose on: a payment that is paid, one that is delayed, one that comes back, one
// whose answer is lost, a sweep, money that comes in, and money that is taken back.
type busyDay struct {
	payments []id.Payment
	back     id.Payment
}

func (r *rig) busyDay() *busyDay {
	r.t.Helper()
	day := &busyDay{}
	first := r.deal(r.world.Payables)
	r.rounds(1)
	_, receipt := r.buyerPays(first, first.Amount)
	r.allocate(first, receipt)
	for _, m := range []sandbox.Misbehaviour{{}, {Kind: sandbox.Delay, Polls: 3}, {Kind: sandbox.Return, Polls: 2}, {Kind: sandbox.LoseReply}} {
		p := r.deal(r.world.Payables).payment
		r.misbehave(p, m)
		day.payments = append(day.payments, p)
		if m.Kind == sandbox.Return {
			day.back = p
		}
	}
	day.payments = append(day.payments, r.sweep(first.programme))
	for i := range 2 {
		reference, err := r.bank.BuyerPays(first.programme, r.euro(1_000), "anchor", fmt.Sprint("part ", i), first.Due)
		if err != nil {
			r.t.Fatal(err)
		}
		if i == 1 {
			if err := r.bank.TakeBack(reference, first.Due); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	return day
}

// survive makes rounds until one crashes or all of them are over.
func (r *rig) survive(rounds int) (crashed bool) {
	defer func() {
		if broken := recover(); broken != nil {
			if broken != (any)(crash{}) {
				panic(broken)
			}
			crashed = true
		}
	}()
	for range rounds {
		if err := r.connection.Round(context.Background()); err != nil {
			return true
		}
	}
	return false
}

// finish ends the day after a crash: where the bank can't be asked, or knows nothing, a person looks at the bank's own
// screen and lets be sent again what is not there.
func (r *rig) finish(day *busyDay) {
	r.t.Helper()
	r.rounds(12)
	for _, p := range day.payments {
		if r.payment(p).State == payment.InDoubt {
			r.executions(p, 0)
			r.must(r.world.Maker, &book.RetryPayment{Payment: p})
		}
	}
	r.rounds(8)
	for _, p := range day.payments {
		want := payment.Executed
		if p == day.back {
			want = payment.Returned
		}
		r.state(p, want)
		r.executions(p, 1)
	}
	if n := r.count("SELECT count(*) FROM receipt WHERE state = 'reversed'"); n != 1 {
		r.t.Errorf("%d receipts are reversed, want 1", n)
	}
	r.agrees()
	r.noBreaks()
}

func TestCrashAtEveryCallToTheBank(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			points := 0
			for after := range 2 {
				for at := 1; ; at += stride() {
					if !crashAt(t, capability, at, after) {
						break
					}
					if points++; t.Failed() {
						t.Fatalf("crash at call %d, after %d", at, after)
					}
				}
			}
			if points < 15/stride() {
				t.Errorf("only %d crashes", points)
			}
		})
	}
}

// stride is 1: every point. With -short it is every third.
func stride() int {
	if testing.Short() {
		return 3
	}
	return 1
}

// crashAt ends the process at one call of a busy day, and tells whether there was such a call. At every second one, and
// so at every call once over both ways to end, the payments had been waiting when the process began.
func crashAt(t *testing.T, capability outbox.Capability, at, after int) bool {
	r := newRig(t, capability)
	defer r.stop()
	c := &crasher{Adapter: r.bank, after: after}
	r.adapt = func(bank.Adapter) bank.Adapter { return c }
	r.connect()
	day := r.busyDay()
	if (at+after)%2 == 0 {
		r.restart()
	}
	c.at = c.calls + at
	crashed := r.survive(8)
	c.at = 0
	r.restart()
	r.finish(day)
	return crashed
}

func TestFaultAtEveryAppend(t *testing.T) {
	for _, name := range []string{"idempotent", "queryable", "neither"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			capability := capabilities[name]
			for _, fault := range []journaltest.Fault{journaltest.Fails, journaltest.FailsButPersists} {
				for at := 1; ; at += stride() {
					r := newRig(t, capability)
					day := r.busyDay()
					r.wrap = func(j journal.Journal) journal.Journal { return journaltest.NewFaulty(j, at, fault) }
					r.restart()
					crashed := r.survive(8)
					r.wrap = nil
					r.restart()
					r.finish(day)
					if r.stop(); t.Failed() {
						t.Fatalf("append %d, fault %d", at, fault)
					}
					if !crashed {
						break
					}
				}
			}
		})
	}
}

// The crash between an entry and its sending, with a bank that promises nothing, ends in doubt and stays there.
func TestNeitherCapableBankEndsInDoubt(t *testing.T) {
	r := newRig(t, outbox.Neither)
	d := r.deal(r.world.Payables)
	r.restart()
	for range 3 {
		r.rounds(2)
		r.state(d.payment, payment.InDoubt)
		r.executions(d.payment, 0)
		r.restart()
	}
	r.agrees()
}

func TestSandboxAndNodeRestartTogether(t *testing.T) {
	r := newRig(t, outbox.Idempotent)
	path := filepath.Join(t.TempDir(), "bank.json")
	r.openBank(outbox.Idempotent, path)
	for _, p := range []id.Programme{r.world.Payables, r.world.Discounting} {
		if err := r.bank.Carry(r.funding(p), r.euro(1_000_000_000_000_00)); err != nil {
			t.Fatal(err)
		}
	}
	r.connect()
	day := r.busyDay()
	for range 10 {
		r.rounds(1)
		r.openBank(outbox.Idempotent, path)
		r.restart()
	}
	r.finish(day)
}
