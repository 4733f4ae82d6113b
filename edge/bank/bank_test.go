package bank_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/journal"
	"millrace/engine/journal/mem"
	"millrace/engine/outbox"
	"millrace/lab/load"
)

var codec = engine.Codec{
	AppendCommand: book.AppendCommand, DecodeCommand: book.DecodeCommand, AppendEvent: book.AppendEvent, DecodeEvent: book.DecodeEvent,
}

const both = outbox.Idempotent | outbox.Queryable

// rig is a node with a world, connected to a sandbox. The journal's store and the bank outlive the node.
type rig struct {
	t          testing.TB
	dir        string
	store      *mem.Store
	wrap       func(journal.Journal) journal.Journal // nil for the journal itself
	adapt      func(bank.Adapter) bank.Adapter       // nil for the bank itself
	engine     *engine.Engine
	connection *bank.Connection
	bank       *sandbox.Bank
	world      *load.World
	lives      uint64
}

func newRig(t testing.TB, capability outbox.Capability) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), store: new(mem.Store)}
	r.openBank(capability, "")
	r.start()
	t.Cleanup(func() { r.stop() })
	w, err := load.NewWorld(r.submit, 2)
	if err != nil {
		t.Fatal(err)
	}
	r.world = w
	// The world's funders have paid in before the bank's statement begins.
	for _, p := range []id.Programme{w.Payables, w.Discounting} {
		err := r.bank.Carry(bank.Account{Kind: bank.Funding, Programme: p, Owner: w.Funder}, r.euro(1_000_000_000_000_00))
		if err != nil {
			t.Fatal(err)
		}
	}
	r.connect()
	return r
}

func (r *rig) openBank(capability outbox.Capability, path string) {
	r.t.Helper()
	b, err := sandbox.Open(sandbox.Options{Path: path, Capability: capability, Date: func() calendar.Date { return load.Opening }})
	if err != nil {
		r.t.Fatal(err)
	}
	r.bank = b
}

// start opens the engine over what is stored.
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

// stop closes the engine; after a stop of its own it has a cause, which is no fault of the test.
func (r *rig) stop() {
	if r.engine != nil {
		_ = r.engine.Close(context.Background())
		r.engine = nil
	}
}

func (r *rig) connect() {
	r.t.Helper()
	var adapter bank.Adapter = r.bank
	if r.adapt != nil {
		adapter = r.adapt(adapter)
	}
	connection, err := bank.Connect(bank.Options{
		Engine: r.engine, Adapter: adapter, Custodian: r.world.Custodian, Bank: r.world.Bank, Operator: r.world.Maker,
		AttemptsMax: 3, PatienceRounds: 3,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.connection = connection
}

// restart is what a crash and a start come to.
func (r *rig) restart() {
	r.t.Helper()
	r.stop()
	r.start()
	r.connect()
}

// details are those of an account with a number of its own, and right check digits.
func details(name string) intake.BankDetails {
	sum := sha256.Sum256([]byte(name))
	number := fmt.Sprintf("99910000%010d", binary.BigEndian.Uint64(sum[:8])%10_000_000_000)
	rest := 0
	for _, digit := range number + "131400" { // DE00 in digits
		rest = (rest*10 + int(digit-'0')) % 97
	}
	return intake.BankDetails{IBAN: fmt.Sprintf("DE%02d%s", 98-rest, number), Holder: name}
}

// submit gives a command; the accounts of the world get details that are in the vault.
func (r *rig) submit(actor id.Actor, key string, c book.Command) ([]book.Event, error) {
	if proposed, ok := c.(*book.ProposeBankAccount); ok {
		encoded, err := json.Marshal(details(fmt.Sprint(proposed.Party)))
		if err != nil {
			return nil, err
		}
		ref, err := r.engine.Vault().Put(context.Background(), intake.KindAccount, encoded)
		if err != nil {
			return nil, err
		}
		proposed.Details = party.Reference(ref)
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

func (r *rig) euro(minor money.Minor) money.Amount {
	currency, _ := money.ParseCurrency("EUR")
	return money.Amount{Minor: minor, Currency: currency}
}

// deal is a life up to the instruction of its disbursement.
type deal struct {
	load.Life
	programme  id.Programme
	receivable id.Receivable
	financing  id.Financing
	payment    id.Payment
	net, fee   money.Minor
}

func (r *rig) deal(programme id.Programme) *deal {
	r.t.Helper()
	d := &deal{Life: r.world.NewLife(r.lives), programme: programme}
	d.Discount = programme == r.world.Discounting
	r.lives++
	for i := 0; i <= 7; i++ {
		step := d.Step(i)
		events := r.must(step.Actor, step.Command)
		d.Answered(events)
		for _, e := range events {
			switch e := e.(type) {
			case *book.ReceivableOpened:
				d.receivable = e.Receivable.ID
			case *book.FinancingOpened:
				d.financing, d.net, d.fee = e.Financing.ID, e.Financing.Net, e.Financing.Fee
			case *book.PaymentOpened:
				d.payment = e.Payment.ID
			}
		}
	}
	return d
}

func (r *rig) rounds(count int) {
	r.t.Helper()
	for range count {
		if err := r.connection.Round(context.Background()); err != nil {
			r.t.Fatal(err)
		}
	}
}

// payment reads a payment as the tables have it.
func (r *rig) payment(wanted id.Payment) payment.Payment {
	r.t.Helper()
	var p payment.Payment
	r.row("SELECT record FROM payment WHERE number = ?", wanted.Number(), &p)
	return p
}

func (r *rig) row(query string, number uint64, into any) {
	r.t.Helper()
	view, err := r.engine.Read(context.Background(), r.engine.Head().Sequence)
	if err != nil {
		r.t.Fatal(err)
	}
	defer view.Close()
	var stored []byte
	if err := view.Tx.QueryRow(query, int64(number)).Scan(&stored); err != nil {
		r.t.Fatalf("%s: %v", query, err)
	}
	if err := book.DecodeRecord(stored, into); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) count(query string) int {
	r.t.Helper()
	view, err := r.engine.Read(context.Background(), r.engine.Head().Sequence)
	if err != nil {
		r.t.Fatal(err)
	}
	defer view.Close()
	var n int
	if err := view.Tx.QueryRow(query).Scan(&n); err != nil {
		r.t.Fatal(err)
	}
	return n
}

// agrees holds the book against the bank's own accounts.
func (r *rig) agrees() {
	r.t.Helper()
	expected, err := r.connection.Expected(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	held := map[bank.Account]money.Minor{}
	for account := range expected {
		held[account] = r.bank.Balance(account, r.world.Currency)
	}
	if diff := cmp.Diff(expected, held); diff != "" {
		r.t.Fatalf("the book (-) and the bank (+) differ:\n%s", diff)
	}
}

func (r *rig) state(wanted id.Payment, want payment.State) {
	r.t.Helper()
	if p := r.payment(wanted); p.State != want {
		r.t.Fatalf("payment %s is %s, want %s; breaks: %+v", wanted, p.State, want, r.connection.Breaks())
	}
}

func (r *rig) noBreaks() {
	r.t.Helper()
	if breaks := r.connection.Breaks(); len(breaks) != 0 {
		r.t.Fatalf("breaks: %+v", breaks)
	}
}

func (r *rig) executions(wanted id.Payment, want int) {
	r.t.Helper()
	if n := r.bank.Executions(wanted.String()); n != want {
		r.t.Fatalf("the bank has paid %d times under %s, want %d", n, wanted, want)
	}
}
