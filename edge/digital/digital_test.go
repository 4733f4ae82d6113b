package digital_test

import (
	"context"
	"testing"

	"millrace/book"
	record "millrace/domain/digital"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/digital"
	"millrace/edge/digital/sandbox"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/engine/journal/mem"
	"millrace/engine/outbox"
	"millrace/lab/load"
)

var codec = engine.Codec{
	AppendCommand: book.AppendCommand, DecodeCommand: book.DecodeCommand, AppendEvent: book.AppendEvent, DecodeEvent: book.DecodeEvent,
}

var capabilities = map[string]outbox.Capability{
	"both": outbox.Idempotent | outbox.Queryable, "idempotent": outbox.Idempotent, "queryable": outbox.Queryable, "neither": outbox.Neither,
}

// rig is a node with digital money, and a clerk for each holder of record. The journal's store and the system outlive the node.
type rig struct {
	t       testing.TB
	dir     string
	store   *mem.Store
	wrap    func(journal.Journal) journal.Journal // nil for the journal itself
	adapt   func(digital.Adapter) digital.Adapter // nil for the system itself
	engine  *engine.Engine
	clerks  []*digital.Clerk
	system  *sandbox.System
	mint    *load.Mint
	address string // of the first seller outside
	asks    int
}

func newRig(t testing.TB, capability outbox.Capability) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), store: new(mem.Store), system: sandbox.New(capability)}
	r.start()
	t.Cleanup(r.stop)
	w, err := load.NewWorld(r.submit, 2)
	if err == nil {
		r.mint, err = w.Mint(r.submit)
	}
	if err != nil {
		t.Fatal(err)
	}
	r.address = "address of " + w.Sellers[0].String()
	r.system.Carry(digital.Place{Address: r.address}, 5_000_00)
	r.connect()
	r.must(w.SellerActors[0], &book.LoadWallet{Wallet: r.mint.Wallets[0], Amount: 1_000_00})
	r.rounds(1)
	return r
}

func (r *rig) start() {
	r.t.Helper()
	opened, err := r.store.Open(1)
	if err != nil {
		r.t.Fatal(err)
	}
	var j journal.Journal = opened
	if r.wrap != nil {
		j = r.wrap(j)
	}
	at := int64(1_790_000_000_000_000)
	r.engine, err = engine.Open(engine.Options{
		Dir: r.dir, Journal: j, Codec: codec, NewMachine: func() engine.Machine { return book.New(1) }, DuePoll: -1,
		Clock: func() int64 { at++; return at },
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) stop() {
	if r.engine != nil {
		_ = r.engine.Close(context.Background())
		r.engine = nil
	}
}

func (r *rig) connect() {
	r.t.Helper()
	var adapter digital.Adapter = r.system
	if r.adapt != nil {
		adapter = r.adapt(adapter)
	}
	r.clerks = nil
	for _, of := range []struct {
		holder id.Party
		bank   id.Actor
	}{{r.mint.Custodian, r.mint.Bank}, {r.mint.Second, r.mint.SecondBank}} {
		c, err := digital.New(digital.Options{
			Engine: r.engine, Adapter: adapter, System: "sandbox", Holder: of.holder, Bank: of.bank, Operator: r.mint.Maker, AttemptsMax: 3, PatienceRounds: 3,
		})
		if err != nil {
			r.t.Fatal(err)
		}
		r.clerks = append(r.clerks, c)
	}
}

// restart is what a crash and a start come to.
func (r *rig) restart() {
	r.t.Helper()
	r.stop()
	r.start()
	r.connect()
}

// submit gives a command; wallets get addresses that are in the vault.
func (r *rig) submit(actor id.Actor, key string, c book.Command) ([]book.Event, error) {
	if opened, ok := c.(*book.OpenWallet); ok {
		ref, err := r.engine.Vault().Put(context.Background(), intake.KindAddress, []byte("address of "+opened.Party.String()))
		if err != nil {
			return nil, err
		}
		opened.Address = ref
	}
	answer, rejection, err := r.engine.Submit(context.Background(), engine.Request{Actor: actor, Key: key, Command: c})
	if rejection != nil {
		return nil, rejection
	}
	return answer.Events, err
}

func (r *rig) must(actor id.Actor, c book.Command) []book.Event {
	r.t.Helper()
	events, err := r.submit(actor, "", c)
	if err != nil {
		r.t.Fatalf("%T: %v", c, err)
	}
	return events
}

func (r *rig) rounds(count int) {
	r.t.Helper()
	for range count {
		for _, c := range r.clerks {
			if err := c.Round(context.Background()); err != nil {
				r.t.Fatal(err)
			}
		}
	}
}

// kinds are the ways over the border.
var kinds = []string{"load", "redemption", "carried"}

// commands are the three ways over the border.
func (r *rig) commands() map[string]book.Command {
	return map[string]book.Command{
		"load":       &book.LoadWallet{Wallet: r.mint.Wallets[0], Amount: 300_00},
		"redemption": &book.RedeemWallet{Wallet: r.mint.Wallets[0], Amount: 200_00},
		"carried":    &book.TransferDigital{From: r.mint.Wallets[0], To: r.mint.Elsewhere, Amount: 100_00},
	}
}

// transfer gives one of the commands, and the transfer that it opens.
func (r *rig) transfer(kind string) id.DigitalTransfer {
	r.t.Helper()
	events := r.must(r.mint.SellerActors[0], r.commands()[kind])
	for _, e := range events {
		if opened, ok := e.(*book.DigitalTransferOpened); ok {
			return opened.Transfer.ID
		}
	}
	r.t.Fatal("nothing was opened")
	panic("unreachable")
}

// state reads a transfer as the tables have it.
func (r *rig) state(of id.DigitalTransfer) record.Transfer {
	r.t.Helper()
	ctx := context.Background()
	v, err := r.engine.Read(ctx, r.engine.Head().Sequence)
	if err != nil {
		r.t.Fatal(err)
	}
	defer v.Close()
	var stored []byte
	var t record.Transfer
	if err := v.Tx.QueryRowContext(ctx, "SELECT record FROM digital_transfer WHERE number = ?", int64(of.Number())).Scan(&stored); err != nil {
		r.t.Fatal(err)
	}
	if err := book.DecodeRecord(stored, &t); err != nil {
		r.t.Fatal(err)
	}
	return t
}

// settle makes rounds until all is over. What stays in doubt a person settles, who looks at the system's own screen: what did not
// happen is cancelled there and refused here.
func (r *rig) settle(of id.DigitalTransfer) record.TransferState {
	r.t.Helper()
	r.rounds(12)
	if r.state(of).State == record.InDoubt {
		state := record.Refused
		if r.system.Executions(of.String()) == 1 {
			state = record.Executed
		}
		r.system.Cancel(of.String())
		r.must(r.mint.Maker, &book.RecordDigitalOutcome{Transfer: of, State: state})
		r.asks++
	}
	r.rounds(2)
	return r.state(of).State
}

// agrees holds book and system together: nothing is under way, nothing set aside, and each holder of record has outside what it
// owes in wallets; with what the party has outside that is all there ever was.
func (r *rig) agrees(of id.DigitalTransfer) {
	r.t.Helper()
	state := r.state(of).State
	if happened := r.system.Executions(of.String()); happened > 1 || (happened == 1) != (state == record.Executed) {
		r.t.Errorf("%s is %s and has happened %d times", of, state, happened)
	}
	sum := r.system.Held(digital.Place{Address: r.address})
	for _, c := range r.clerks {
		proofs, err := c.Prove(context.Background())
		if err != nil || len(proofs) != 1 {
			r.t.Fatal(proofs, err)
		}
		if p := proofs[0]; p.Book != p.Outside || p.Open != 0 {
			r.t.Errorf("%+v", p)
		}
		sum += proofs[0].Outside
	}
	if reserved := r.system.Reserved(); reserved != 0 || sum != 5_000_00 {
		r.t.Errorf("%d set aside, %d in all", reserved, sum)
	}
}

func TestTransfersAreCarried(t *testing.T) {
	for name, capability := range capabilities {
		r := newRig(t, capability)
		for _, kind := range kinds {
			of := r.transfer(kind)
			if state := r.settle(of); state != record.Executed || r.asks != 0 {
				t.Errorf("%s, %s is %s", name, kind, state)
			}
			r.agrees(of)
		}
		if held := r.system.Held(digital.Place{Address: r.address}); held != 5_000_00-1_000_00-300_00+200_00 {
			t.Errorf("%s: %d outside", name, held)
		}
	}
}

// What the system refuses frees what was set aside.
func TestARefusalOfTheSystemIsFinal(t *testing.T) {
	r := newRig(t, capabilities["both"])
	events := r.must(r.mint.SellerActors[0], &book.LoadWallet{Wallet: r.mint.Wallets[0], Amount: 4_000_01})
	of := events[0].(*book.DigitalTransferOpened).Transfer.ID
	if state := r.settle(of); state != record.Refused {
		t.Error(state)
	}
	r.agrees(of)
}

// A call that fails, before or after it was done: any of them, on the way of any transfer, to a system of any promise. One failure
// of a system that promises enough needs nobody.
func TestAnyStepMayFail(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, capability)
			for _, kind := range kinds {
				for _, failure := range []sandbox.Failure{sandbox.Before, sandbox.After} {
					for step := 1; step <= 3; step++ {
						for failures := 1; failures <= 2; failures++ {
							r.asks = 0
							for more := range failures {
								r.system.FailAt(step+more, failure)
							}
							of := r.transfer(kind)
							state := r.settle(of)
							r.system.Mend()
							if failures == 1 && capability.Has(outbox.Idempotent) && (state != record.Executed || r.asks != 0) {
								t.Errorf("%s after %d questions to a person", state, r.asks)
							}
							if r.agrees(of); t.Failed() {
								t.Fatalf("%s, failure %d at step %d, %d times", kind, failure, step, failures)
							}
						}
					}
				}
			}
		})
	}
}

// crash is what a crasher panics with.
type crash struct{}

// crasher ends the process before or after the n-th call to the system.
type crasher struct {
	digital.Adapter
	calls, at int
	after     bool
}

func (c *crasher) call(run func()) {
	c.calls++
	if c.calls == c.at && !c.after {
		panic(crash{})
	}
	run()
	if c.calls == c.at {
		panic(crash{})
	}
}

func (c *crasher) Prepare(ctx context.Context, o digital.Order) (out digital.Outcome, err error) {
	c.call(func() { out, err = c.Adapter.Prepare(ctx, o) })
	return out, err
}

func (c *crasher) Commit(ctx context.Context, key string) (out digital.Outcome, err error) {
	c.call(func() { out, err = c.Adapter.Commit(ctx, key) })
	return out, err
}

func (c *crasher) Query(ctx context.Context, key string) (out digital.Outcome, err error) {
	c.call(func() { out, err = c.Adapter.Query(ctx, key) })
	return out, err
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
		for _, c := range r.clerks {
			if err := c.Round(context.Background()); err != nil {
				return true
			}
		}
	}
	return false
}

func TestTheProcessMayEndAtAnyStep(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, capability)
			for _, kind := range kinds {
				for _, after := range []bool{false, true} {
					for at := 1; at <= 3; at++ {
						r.asks = 0
						c := &crasher{Adapter: r.system, after: after, at: at}
						r.adapt = func(digital.Adapter) digital.Adapter { return c }
						r.connect()
						of := r.transfer(kind)
						r.survive(4)
						r.adapt = nil
						r.restart()
						state := r.settle(of)
						if capability.Has(outbox.Idempotent) && (state != record.Executed || r.asks != 0) {
							t.Errorf("%s after %d questions to a person", state, r.asks)
						}
						if r.agrees(of); t.Failed() {
							t.Fatalf("%s, end at call %d, after it: %v", kind, at, after)
						}
					}
				}
			}
		})
	}
}

func TestTheJournalMayFailAtAnyAppend(t *testing.T) {
	for name, capability := range capabilities {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, capability)
			for _, fault := range []journaltest.Fault{journaltest.Fails, journaltest.FailsButPersists} {
				for at := 1; at <= 3; at++ {
					of := r.transfer(kinds[at-1])
					r.wrap = func(j journal.Journal) journal.Journal { return journaltest.NewFaulty(j, at, fault) }
					r.restart()
					r.survive(8)
					r.wrap = nil
					r.restart()
					r.settle(of)
					if r.agrees(of); t.Failed() {
						t.Fatalf("append %d, fault %d", at, fault)
					}
				}
			}
		})
	}
}

// The clerk leaves alone what others carry, and what is not to leave now.
func TestWhatIsNotToLeaveStays(t *testing.T) {
	r := newRig(t, capabilities["both"])
	was := r.system.Calls()
	r.must(r.mint.SellerActors[0], &book.TransferDigital{From: r.mint.Wallets[0], To: r.mint.Wallets[1], Amount: money.Minor(1)})
	r.rounds(3)
	if r.system.Calls() != was {
		t.Error("a transfer inside the books was carried")
	}
	if _, err := digital.New(digital.Options{}); err == nil {
		t.Error("a clerk of nothing")
	}
}
