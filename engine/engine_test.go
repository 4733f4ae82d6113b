package engine_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millrace/book"
	"millrace/engine"
	"millrace/engine/enginetest"
	"millrace/engine/journal"
	"millrace/engine/journal/mem"
	"millrace/engine/vault"
)

const actor = 1<<16 | 1

func open(t *testing.T, options engine.Options) *engine.Engine {
	t.Helper()
	options.NewMachine, options.Codec = enginetest.NewLedger, enginetest.LedgerCodec
	e, err := engine.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	return e
}

func closeEngine(t *testing.T, e *engine.Engine) {
	t.Helper()
	if err := e.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// accept submits a command that must be accepted.
func accept(t *testing.T, e *engine.Engine, key string, c book.Command) engine.Answer {
	t.Helper()
	answer, rejection, err := e.Submit(t.Context(), engine.Request{Actor: actor, Key: key, Command: c})
	if err != nil || rejection != nil {
		t.Fatalf("%T: %v %v", c, rejection, err)
	}
	return answer
}

func wantRejection(t *testing.T, e *engine.Engine, key string, c book.Command, code string) {
	t.Helper()
	answer, rejection, err := e.Submit(t.Context(), engine.Request{Actor: actor, Key: key, Command: c})
	if err != nil || rejection == nil || rejection.Code != code {
		t.Fatalf("%T: %+v %v %v, want rejection %s", c, answer, rejection, err, code)
	}
}

func digest(t *testing.T, e *engine.Engine) [32]byte {
	t.Helper()
	d, err := e.Digest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// gate is a journal whose appends wait until it is opened.
type gate struct {
	journal.Journal
	entered chan struct{} // one signal an append
	opened  chan struct{}
}

func newGate() *gate {
	return &gate{Journal: mem.New(1), entered: make(chan struct{}, 1000), opened: make(chan struct{})}
}

func (g *gate) Append(s journal.Sealed) error {
	g.entered <- struct{}{}
	<-g.opened
	return g.Journal.Append(s)
}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	e := open(t, engine.Options{Dir: dir})
	accept(t, e, "", enginetest.OpenAccounts{Count: 3, Balance: 100})
	first := accept(t, e, "a", enginetest.Transfer{From: 0, To: 1, Amount: 10})
	for range 2 {
		again := accept(t, e, "a", enginetest.Transfer{From: 0, To: 1, Amount: 10})
		if !again.Repeat {
			t.Error("the second answer is not marked as a repeat")
		}
		again.Repeat = false
		if diff := cmp.Diff(first, again); diff != "" {
			t.Error(diff)
		}
		wantRejection(t, e, "a", enginetest.Transfer{From: 0, To: 1, Amount: 11}, engine.CodeKeyReused)
		closeEngine(t, e)
		e = open(t, engine.Options{Dir: dir})
	}
	_, rejection, err := e.Submit(t.Context(), engine.Request{Actor: actor + 1<<16, Key: "a", Command: enginetest.Transfer{From: 0, To: 2, Amount: 1}})
	if rejection != nil || err != nil {
		t.Errorf("another actor's key: %v %v", rejection, err)
	}
	wantRejection(t, e, "b", enginetest.Transfer{From: 1, To: 2, Amount: 1000}, "balance_too_low")
	accept(t, e, "b", enginetest.Transfer{From: 1, To: 2, Amount: 1}) // a rejection does not use up its key
	wantRejection(t, e, strings.Repeat("k", 129), enginetest.Transfer{}, engine.CodeKeyTooLong)
	wantRejection(t, e, "large", enginetest.Break{Phase: strings.Repeat("x", 1<<20)}, engine.CodeEntryTooLarge)
}

func TestOneKeyFromManyCallers(t *testing.T) {
	e := open(t, engine.Options{Dir: t.TempDir()})
	accept(t, e, "", enginetest.OpenAccounts{Count: 2, Balance: 100})
	var group sync.WaitGroup
	var firsts, reused atomic.Int64
	for caller := range 64 {
		group.Go(func() {
			amount := uint64(1 + caller%2)
			answer, rejection, err := e.Submit(t.Context(), engine.Request{Actor: actor, Key: "k", Command: enginetest.Transfer{To: 1, Amount: amount}})
			switch {
			case err != nil:
				t.Error(err)
			case rejection != nil && rejection.Code == engine.CodeKeyReused:
				reused.Add(1)
			case answer.Sequence != 2:
				t.Errorf("sequence %d", answer.Sequence)
			case !answer.Repeat:
				firsts.Add(1)
			}
		})
	}
	group.Wait()
	if firsts.Load() != 1 || reused.Load() != 32 || e.Head().Sequence != 2 {
		t.Errorf("%d first answers, %d of another body, head %d", firsts.Load(), reused.Load(), e.Head().Sequence)
	}
}

func TestEveryAnswerWaitsForWhatWasDecidedBefore(t *testing.T) {
	g := newGate()
	e := open(t, engine.Options{Journal: g, TablesOff: true})
	var released atomic.Bool
	var group sync.WaitGroup
	ask := func(key string, c book.Command) {
		group.Go(func() {
			e.Submit(t.Context(), engine.Request{Actor: actor, Key: key, Command: c})
			if !released.Load() {
				t.Errorf("%T was answered before the append", c)
			}
		})
	}
	ask("k", enginetest.OpenAccounts{Count: 1, Balance: 1})
	<-g.entered
	ask("k", enginetest.OpenAccounts{Count: 1, Balance: 1})
	ask("", enginetest.Transfer{From: 7})
	group.Go(func() {
		if err := e.Do(t.Context(), func(engine.Machine) {}); err != nil || !released.Load() {
			t.Errorf("a look at the machine returned before the append: %v", err)
		}
	})
	released.Store(true)
	close(g.opened)
	group.Wait()
}

func TestFullQueueRefuses(t *testing.T) {
	g := newGate()
	e := open(t, engine.Options{Journal: g, TablesOff: true, QueueMax: 4, BatchBytesMax: 1})
	const callers = 50
	results := make(chan error, callers)
	for range callers {
		go func() {
			_, rejection, err := e.Submit(t.Context(), engine.Request{Command: enginetest.OpenAccounts{Count: 1}})
			if rejection != nil {
				err = rejection
			}
			results <- err
		}()
	}
	busy := 0
	for i := range callers {
		err := <-results
		var full *engine.BusyError
		switch {
		case err == nil:
		case errors.Is(err, engine.ErrBusy) && errors.As(err, &full) && full.RetryAfter > 0:
			busy++
		default:
			t.Error(err)
		}
		// One is being appended, one batch is full, and four wait; the others were refused.
		if i == callers-7 {
			close(g.opened)
		}
	}
	if busy < callers-6 || int(e.Head().Sequence) != callers-busy {
		t.Errorf("%d of %d refused, %d entries", busy, callers, e.Head().Sequence)
	}
	if _, err := e.SubmitAll(t.Context(), make([]engine.Request, 5)); err == nil {
		t.Error("a bulk larger than the queue was taken")
	}
}

func TestBrokenInvariantStops(t *testing.T) {
	for _, phase := range []string{"decide", "apply"} {
		t.Run(phase, func(t *testing.T) {
			dir := t.TempDir()
			e := open(t, engine.Options{Dir: dir})
			accept(t, e, "", enginetest.OpenAccounts{Count: 1, Balance: 1})
			want := digest(t, e)
			_, _, err := e.Submit(t.Context(), engine.Request{Command: enginetest.Break{Phase: phase}})
			if !errors.Is(err, engine.ErrStopped) || !strings.Contains(err.Error(), "broken invariant") {
				t.Fatalf("got %v", err)
			}
			<-e.Stopped()
			if _, _, err := e.Submit(t.Context(), engine.Request{Command: enginetest.OpenAccounts{}}); !errors.Is(err, engine.ErrStopped) {
				t.Errorf("after the stop: %v", err)
			}
			if err := e.Close(t.Context()); !errors.Is(err, e.Cause()) || e.Cause() == nil {
				t.Errorf("Close: %v", err)
			}
			if got := digest(t, open(t, engine.Options{Dir: dir})); got != want {
				t.Errorf("after a restart the digest is %x, want %x", got[:8], want[:8])
			}
		})
	}
}

func TestClockFarAhead(t *testing.T) {
	var now atomic.Int64
	now.Store(1_000_000)
	e := open(t, engine.Options{Clock: now.Load, TablesOff: true})
	accept(t, e, "", enginetest.OpenAccounts{Count: 1})
	now.Store(10) // behind: the stamp stays
	if answer := accept(t, e, "", enginetest.OpenAccounts{Count: 1}); answer.At != 1_000_000 {
		t.Errorf("stamp %d", answer.At)
	}
	later := int64(1_000_000 + 24*3600*1e6)
	now.Store(later + 1)
	wantRejection(t, e, "", enginetest.OpenAccounts{Count: 1}, engine.CodeClockAhead)
	now.Store(later)
	accept(t, e, "", enginetest.OpenAccounts{Count: 1})
	now.Store(3 * later)
	wantRejection(t, e, "", enginetest.OpenAccounts{Count: 1}, engine.CodeClockAhead)
	e.AllowClockJump(3 * later)
	if answer := accept(t, e, "", enginetest.OpenAccounts{Count: 1}); answer.At != 3*later {
		t.Errorf("stamp %d", answer.At)
	}
}

func TestDueCommandsRunWhenIdle(t *testing.T) {
	var now atomic.Int64
	e := open(t, engine.Options{Clock: now.Load, DuePoll: time.Millisecond})
	accept(t, e, "", enginetest.Schedule{At: 100})
	accept(t, e, "", enginetest.Schedule{At: 50})
	now.Store(100)
	view, err := e.Read(t.Context(), 4) // entries of their own
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	for i, timer := range []uint64{1, 0} {
		entry, err := e.ReadEntry(uint64(3 + i))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(book.Command(enginetest.Fire{Timer: timer}), entry.Command); diff != "" || entry.Header.Actor != 0 {
			t.Errorf("actor %v %s", entry.Header.Actor, diff)
		}
	}
	var fired int
	if err := view.Tx.QueryRow("SELECT count(*) FROM timer WHERE state = 'fired'").Scan(&fired); err != nil || fired != 2 {
		t.Errorf("%d fired, %v", fired, err)
	}
}

func TestReadWaitsForTheTables(t *testing.T) {
	e := open(t, engine.Options{Dir: t.TempDir()})
	accept(t, e, "", enginetest.OpenAccounts{Count: 2, Balance: 1000})
	for i := range 500 {
		answer := accept(t, e, "", enginetest.Transfer{From: 0, To: 1, Amount: 1})
		view, err := e.Read(t.Context(), answer.Sequence)
		if err != nil {
			t.Fatal(err)
		}
		var balance int
		if err := view.Tx.QueryRow("SELECT balance FROM account WHERE number = 1").Scan(&balance); err != nil || balance != 1001+i {
			t.Fatalf("after %d transfers the view at %d says %d (%v)", i+1, view.Watermark, balance, err)
		}
		if i%100 == 99 {
			story, err := view.Story(t.Context(), 0, 1)
			if err != nil || len(story) != i+2 || story[0] != 1 || story[len(story)-1] != answer.Sequence {
				t.Errorf("story of %d entries, %v", len(story), err)
			}
		}
		view.Close()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Read(ctx, 1_000_000); !errors.Is(err, context.Canceled) {
		t.Errorf("wait for a far entry: %v", err)
	}
}

// TestStartIsFromTables changes a record behind the engine's back: who starts from tables believes it.
func TestStartIsFromTables(t *testing.T) {
	dir := t.TempDir()
	e := open(t, engine.Options{Dir: dir})
	accept(t, e, "", enginetest.OpenAccounts{Count: 2, Balance: 5})
	want := digest(t, e)
	closeEngine(t, e)
	db, err := sql.Open("sqlite", filepath.Join(dir, "tables.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("UPDATE account SET record = x'0900' WHERE number = 0"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	e = open(t, engine.Options{Dir: dir})
	if digest(t, e) == want {
		t.Error("the tables were not used")
	}
	closeEngine(t, e)
	if err := engine.Rebuild(engine.Options{Dir: dir, NewMachine: enginetest.NewLedger, Codec: enginetest.LedgerCodec}); err != nil {
		t.Fatal(err)
	}
	e = open(t, engine.Options{Dir: dir})
	if digest(t, e) != want || e.Watermark() != 1 {
		t.Error("the tables were not rebuilt")
	}
}

func TestFullDiskRefuses(t *testing.T) {
	var free atomic.Uint64
	free.Store(2)
	e := open(t, engine.Options{Dir: t.TempDir(), DiskFree: func() (uint64, uint64, error) { return free.Load(), 100, nil }})
	accept(t, e, "", enginetest.OpenAccounts{Count: 1})
	free.Store(1)
	e.MeasureDiskNow()
	if _, _, err := e.Submit(t.Context(), engine.Request{Command: enginetest.OpenAccounts{}}); !errors.Is(err, engine.ErrDiskFull) {
		t.Errorf("got %v", err)
	}
	view, err := e.Read(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	view.Close()
	free.Store(50)
	e.MeasureDiskNow()
	accept(t, e, "", enginetest.OpenAccounts{Count: 1})
}

func TestOneProcessADirectory(t *testing.T) {
	dir := t.TempDir()
	e := open(t, engine.Options{Dir: dir})
	_, err := engine.Open(engine.Options{Dir: dir, NewMachine: enginetest.NewLedger, Codec: enginetest.LedgerCodec})
	if !errors.Is(err, engine.ErrLocked) {
		t.Fatalf("got %v", err)
	}
	closeEngine(t, e)
	closeEngine(t, open(t, engine.Options{Dir: dir}))
}

func TestCloseAnswersWhatWaits(t *testing.T) {
	g := newGate()
	e := open(t, engine.Options{Journal: g, TablesOff: true})
	results := make(chan error, 2)
	go func() {
		_, _, err := e.Submit(t.Context(), engine.Request{Command: enginetest.OpenAccounts{Count: 1}})
		results <- err
	}()
	<-g.entered
	closed := make(chan error)
	go func() { closed <- e.Close(t.Context()) }()
	close(g.opened)
	if err := errors.Join(<-closed, <-results); err != nil {
		t.Error(err)
	}
	if _, _, err := e.Submit(t.Context(), engine.Request{Command: enginetest.OpenAccounts{}}); !errors.Is(err, engine.ErrStopped) {
		t.Errorf("after Close: %v", err)
	}
}

func TestBackupAndRestore(t *testing.T) {
	for _, kind := range []string{"file", "memory"} {
		t.Run(kind, func(t *testing.T) {
			options := engine.Options{}
			if kind == "file" {
				options.Dir = t.TempDir()
			}
			e := open(t, options)
			accept(t, e, "", enginetest.OpenAccounts{Count: 2, Balance: 100})
			ref, err := e.Vault().Put(t.Context(), "document", []byte("an invoice"))
			if err != nil {
				t.Fatal(err)
			}
			stop, written := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(written)
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
						e.Submit(t.Context(), engine.Request{Key: fmt.Sprint(i), Command: enginetest.OpenAccounts{Count: 1}})
					}
				}
			}()
			backup, restored := filepath.Join(t.TempDir(), "backup"), t.TempDir()
			head, err := e.Backup(t.Context(), backup)
			close(stop)
			<-written
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Backup(t.Context(), backup); err == nil {
				t.Error("a backup over another")
			}
			got, err := engine.Restore(backup, restored)
			if err != nil || got != head || head.Sequence == 0 {
				t.Fatalf("restored to %d, backup of %d: %v", got.Sequence, head.Sequence, err)
			}
			testRestored(t, restored, head, ref)
		})
	}
}

func testRestored(t *testing.T, dir string, head journal.Head, ref vault.Ref) {
	t.Helper()
	e := open(t, engine.Options{Dir: dir})
	if e.Head() != head || !e.ReadOnly() {
		t.Errorf("head %d, read-only %v", e.Head().Sequence, e.ReadOnly())
	}
	if _, _, err := e.Submit(t.Context(), engine.Request{Command: enginetest.OpenAccounts{}}); !errors.Is(err, engine.ErrReadOnly) {
		t.Errorf("got %v", err)
	}
	if _, bytes, err := e.Vault().Get(t.Context(), ref); err != nil || string(bytes) != "an invoice" {
		t.Errorf("vault: %q %v", bytes, err)
	}
	closeEngine(t, e)
	var named journal.Head
	e = open(t, engine.Options{Dir: dir, Continue: func(restored journal.Head) book.Command {
		named = restored
		return enginetest.OpenAccounts{Count: 7}
	}})
	entry, err := e.ReadEntry(head.Sequence + 1)
	if err != nil || named != head {
		t.Fatalf("named %d, %v", named.Sequence, err)
	}
	if diff := cmp.Diff(book.Command(enginetest.OpenAccounts{Count: 7}), entry.Command); diff != "" {
		t.Error(diff)
	}
	closeEngine(t, e)
	accept(t, open(t, engine.Options{Dir: dir}), "", enginetest.OpenAccounts{Count: 1})
}

func TestSubmitAllAnswersEachByItself(t *testing.T) {
	e := open(t, engine.Options{TablesOff: true})
	request := func(key string, c book.Command) engine.Request {
		return engine.Request{Actor: actor, Key: key, Command: c}
	}
	results, err := e.SubmitAll(t.Context(), []engine.Request{
		request("1", enginetest.OpenAccounts{Count: 2, Balance: 10}),
		request("2", enginetest.Transfer{To: 1, Amount: 11}),
		request(strings.Repeat("k", 200), enginetest.Transfer{}),
		request("3", enginetest.Transfer{To: 1, Amount: 1}),
		request("3", enginetest.Transfer{To: 1, Amount: 1}),
		request("3", enginetest.Transfer{To: 1, Amount: 2}),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, result := range results {
		if result.Rejection != nil {
			got = append(got, result.Rejection.Code)
		} else {
			got = append(got, fmt.Sprint(result.Answer.Sequence, result.Answer.Repeat))
		}
	}
	want := []string{"1 false", "balance_too_low", engine.CodeKeyTooLong, "2 false", "2 true", engine.CodeKeyReused}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
