package sandbox_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/edge/bank/sandbox"
	"millrace/edge/intake"
	"millrace/engine/outbox"
)

var (
	today, _   = calendar.Of(2026, 9, 1)
	euro, _    = money.ParseCurrency("EUR")
	programme  = id.Make[id.Programme](1, 1)
	funder     = id.Make[id.Party](1, 4)
	funding    = bank.Account{Kind: bank.Funding, Programme: programme, Owner: funder}
	collection = bank.Account{Kind: bank.Collection, Programme: programme}
	fees       = bank.Account{Kind: bank.Fees, Programme: programme}
	seller     = intake.BankDetails{IBAN: "DE02120300000000202051", Holder: "Seller"}
)

const both = outbox.Idempotent | outbox.Queryable

type failer interface {
	Helper()
	Fatal(arguments ...any)
}

func open(t failer, path string, capability outbox.Capability) *sandbox.Bank {
	t.Helper()
	b, err := sandbox.Open(sandbox.Options{Path: path, Capability: capability, Date: func() calendar.Date { return today }})
	must(t, err)
	return b
}

func must(t failer, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func disbursement(key string, amount, fee money.Minor) bank.Instruction {
	return bank.Instruction{
		Key: key, Programme: programme, From: funding, To: bank.Destination{Details: seller}, Amount: amount, Fee: fee, Currency: euro,
		RequestedDate: today, Purpose: payment.Disbursement, Reference: "fin " + key,
	}
}

func statement(t failer, b *sandbox.Bank) []bank.Line {
	t.Helper()
	var all []bank.Line
	cursor := bank.Cursor("")
	for {
		page, err := b.Statement(context.Background(), cursor)
		must(t, err)
		if page.Empty() {
			return all
		}
		all, cursor = append(all, page.Lines...), page.Next
	}
}

func amounts(lines []bank.Line) map[bank.Account][]money.Minor {
	found := map[bank.Account][]money.Minor{}
	for _, l := range lines {
		found[l.Account] = append(found[l.Account], l.Amount)
	}
	return found
}

func TestPaymentAndItsLines(t *testing.T) {
	b := open(t, "", both)
	must(t, b.Carry(funding, money.Amount{Minor: 1000, Currency: euro}))
	outcome, err := b.Send(context.Background(), disbursement("p1", 700, 30))
	must(t, err)
	if outcome.Status != bank.Executed || outcome.Value != today || outcome.BankReference == "" {
		t.Fatalf("%+v", outcome)
	}
	want := map[bank.Account][]money.Minor{funding: {-730}, fees: {30}}
	if diff := cmp.Diff(want, amounts(statement(t, b))); diff != "" {
		t.Error(diff)
	}
	if got := b.OutsideBalance(seller, euro); got != 700 {
		t.Errorf("the seller has %d", got)
	}
	outcome, err = b.Send(context.Background(), disbursement("p2", 271, 0))
	must(t, err)
	if outcome.Status != bank.Refused || b.Balance(funding, euro) != 270 {
		t.Errorf("%+v; the account holds %d", outcome, b.Balance(funding, euro))
	}
}

func TestKeysAreOneInstruction(t *testing.T) {
	for _, capability := range []outbox.Capability{outbox.Neither, outbox.Idempotent, outbox.Queryable, both} {
		b := open(t, "", capability)
		must(t, b.Carry(funding, money.Amount{Minor: 1000, Currency: euro}))
		i := disbursement("p1", 100, 0)
		for range 3 {
			if _, err := b.Send(context.Background(), i); err != nil {
				t.Fatal(err)
			}
			i.RequestedDate = i.RequestedDate.AddDays(1)
		}
		want := 3
		if capability.Has(outbox.Idempotent) {
			want = 1
			i.Amount++
			if _, err := b.Send(context.Background(), i); !errors.Is(err, sandbox.ErrKeyReused) {
				t.Errorf("another instruction under the same key: %v", err)
			}
		}
		if got := b.Executions("p1"); got != want {
			t.Errorf("capability %d: paid %d times, want %d", capability, got, want)
		}
		_, err := b.Query(context.Background(), "p1")
		if refused := errors.Is(err, bank.ErrNotQueryable); refused == capability.Has(outbox.Queryable) {
			t.Errorf("capability %d: query: %v", capability, err)
		}
	}
}

func TestMisbehaviours(t *testing.T) {
	for name, test := range map[string]struct {
		fault   sandbox.Misbehaviour
		answer  bank.Status
		err     error
		then    []bank.Status // of queries
		balance money.Minor
		lines   int
	}{
		"reject":     {sandbox.Misbehaviour{Kind: sandbox.Reject}, bank.Refused, nil, []bank.Status{bank.Refused}, 1000, 0},
		"delay":      {sandbox.Misbehaviour{Kind: sandbox.Delay, Polls: 2}, bank.Pending, nil, []bank.Status{bank.Pending, bank.Executed}, 890, 2},
		"return":     {sandbox.Misbehaviour{Kind: sandbox.Return, Polls: 1}, bank.Executed, nil, []bank.Status{bank.Executed}, 1000, 4},
		"twice":      {sandbox.Misbehaviour{Kind: sandbox.Twice}, bank.Executed, nil, nil, 890, 3},
		"lost reply": {sandbox.Misbehaviour{Kind: sandbox.LoseReply}, bank.Unknown, nil, []bank.Status{bank.Executed}, 890, 2},
		"time out":   {sandbox.Misbehaviour{Kind: sandbox.TimeOut}, bank.Unknown, sandbox.ErrTimeOut, []bank.Status{bank.Unknown}, 1000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, "", both)
			must(t, b.Carry(funding, money.Amount{Minor: 1000, Currency: euro}))
			must(t, b.MisbehaveNext(1, test.fault))
			outcome, err := b.Send(context.Background(), disbursement("p1", 100, 10))
			if outcome.Status != test.answer || !errors.Is(err, test.err) {
				t.Fatalf("%+v, %v", outcome, err)
			}
			for i, want := range test.then {
				if outcome, err := b.Query(context.Background(), "p1"); err != nil || outcome.Status != want {
					t.Fatalf("query %d: %+v, %v", i, outcome, err)
				}
			}
			if got := b.Balance(funding, euro); got != test.balance {
				t.Errorf("the account holds %d, want %d", got, test.balance)
			}
			if lines := statement(t, b); len(lines) != test.lines {
				t.Errorf("%d lines, want %d: %+v", len(lines), test.lines, lines)
			}
		})
	}
}

func TestIncomingMoneyTakenBack(t *testing.T) {
	b := open(t, "", both)
	reference, err := b.BuyerPays(programme, money.Amount{Minor: 500, Currency: euro}, "Buyer", "INV-1", today)
	must(t, err)
	sweep := bank.Instruction{
		Key: "s1", Programme: programme, From: collection, To: bank.Destination{Own: funding}, Amount: 400, Currency: euro, Purpose: payment.Sweep,
	}
	outcome, err := b.Send(context.Background(), sweep)
	must(t, err)
	must(t, b.TakeBack(reference, today))
	if err := b.TakeBack(reference, today); err == nil {
		t.Error("a line was taken back twice")
	}
	want := map[bank.Account][]money.Minor{collection: {500, -400, -500}, funding: {400}}
	if diff := cmp.Diff(want, amounts(statement(t, b))); diff != "" || outcome.Status != bank.Executed {
		t.Error(outcome, diff)
	}
	if got := b.Balance(collection, euro); got != -400 {
		t.Errorf("the collection account holds %d", got)
	}
	if _, err := b.Deposit(collection, money.Amount{Minor: 0, Currency: euro}, "", "", today); err == nil {
		t.Error("a deposit of nothing was taken")
	}
}

func TestStateOutlivesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bank.json")
	b := open(t, path, both)
	must(t, b.Carry(funding, money.Amount{Minor: 1000, Currency: euro}))
	must(t, b.Misbehave("p1", sandbox.Misbehaviour{Kind: sandbox.Delay, Polls: 2}))
	_, err := b.Send(context.Background(), disbursement("p1", 100, 10))
	must(t, err)
	_, err = b.BuyerPays(programme, money.Amount{Minor: 5, Currency: euro}, "Buyer", "text", today)
	must(t, err)
	b = open(t, path, both)
	if outcome, err := b.Send(context.Background(), disbursement("p1", 100, 10)); err != nil || outcome.Status != bank.Pending {
		t.Fatalf("%+v, %v", outcome, err)
	}
	lines := statement(t, b)
	again := open(t, path, both)
	if diff := cmp.Diff(lines, statement(t, again)); diff != "" || len(lines) != 3 {
		t.Errorf("%d lines; %s", len(lines), diff)
	}
	if again.Executions("p1") != 1 || again.Balance(funding, euro) != 890 || again.Balance(collection, euro) != 5 {
		t.Error("the bank has forgotten")
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("%d files are left", len(entries))
	}
}

func TestUnwritableOrDamagedStateIsAnError(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "bank.json")
	must(t, os.WriteFile(path, []byte(`{"version":1,"balances":{}`), 0o600))
	if _, err := sandbox.Open(sandbox.Options{Path: path, Date: func() calendar.Date { return today }}); err == nil {
		t.Error("a damaged file was read")
	}
	b := open(t, filepath.Join(dir, "missing", "bank.json"), both)
	for range 2 {
		if err := b.Carry(funding, money.Amount{Minor: 1, Currency: euro}); err == nil {
			t.Error("a change was lost without an error")
		}
	}
}

// Whatever is instructed, the accounts are what the lines of the statement add up to, and no instruction takes one below
// zero.
func TestBalancesAreTheSumOfTheLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := open(t, "", both)
		keys := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			amount := money.Minor(rapid.IntRange(1, 300).Draw(t, "amount"))
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				_, err := b.Deposit(funding, money.Amount{Minor: amount, Currency: euro}, "funder", "", today)
				must(t, err)
			case 1:
				fault := sandbox.Kind(rapid.SampledFrom([]int{1, 2, 3, 5, 6}).Draw(t, "kind"))
				must(t, b.MisbehaveNext(1, sandbox.Misbehaviour{Kind: fault, Polls: rapid.IntRange(0, 3).Draw(t, "polls")}))
			default:
				// An error is one of the misbehaviours, or another instruction under a key.
				_, _ = b.Send(context.Background(), disbursement(keys.Draw(t, "key"), amount, amount%7))
			}
			sum := map[bank.Account]money.Minor{}
			for _, l := range statement(t, b) {
				sum[l.Account] += l.Amount
			}
			for _, account := range []bank.Account{funding, fees} {
				if held := b.Balance(account, euro); held != sum[account] || held < 0 {
					t.Fatalf("%s holds %d, its lines add up to %d", account, held, sum[account])
				}
			}
		}
	})
}

func TestAccountsInPrint(t *testing.T) {
	for _, account := range []bank.Account{{}, funding, collection, fees} {
		if read, err := bank.ParseAccount(account.String()); err != nil || read != account {
			t.Errorf("%q reads as %v, %v", account, read, err)
		}
	}
	for _, text := range []string{"funding", "funding/" + programme.String(), "fees/x", collection.String() + "/" + funder.String(), "other/" + programme.String()} {
		if read, err := bank.ParseAccount(text); err == nil {
			t.Errorf("%q reads as %v", text, read)
		}
	}
}
