package load_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/engine"
	"millrace/lab/load"
)

// attempts is how often a holding is moved at once, callers by how many.
const (
	attempts = 10_000
	callers  = 64
)

// whole is what the holding is worth: less than a quote is referred to a person for.
const whole = money.Minor(200_000_00)

// race is one holding after which everybody reaches at once.
type race struct {
	*load.Circle
	t       *testing.T
	engine  *engine.Engine
	book    *book.Book // the engine's: looked at once it is closed
	holding id.Holding
	debt    id.Receivable
	expires int64
	tries   []load.Step
}

// Ten thousand attempts to finance, to transfer and to pledge one and the same holding: one is done, and every other one learns
// that the holding is consumed. The answers are such as one caller after another would have had.
func TestAHoldingIsMovedOnce(t *testing.T) {
	for name, directory := range map[string]func(t *testing.T) string{
		"in memory": func(*testing.T) string { return "" },
		"on disk":   func(t *testing.T) string { return t.TempDir() },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRace(t, directory(t))
			r.prepare()
			r.judge(r.run())
		})
	}
}

// newRace issues a certificate of 200,000.00 to the first of two sellers, who owes the second one as much.
func newRace(t *testing.T, directory string) *race {
	ctx := context.Background()
	r := &race{t: t, expires: time.Now().Add(time.Hour).UnixMicro()}
	options := load.Options(directory)
	options.NewMachine = func() engine.Machine {
		r.book = book.New(1)
		return r.book
	}
	var err error
	if r.engine, err = engine.Open(options); err != nil {
		t.Fatal(err)
	}
	if r.Circle, err = load.NewCircle(load.SubmitTo(ctx, r.engine), 2, 4, certificate.NoLaw); err != nil {
		t.Fatal(err)
	}
	due := r.Today.AddDays(60)
	issued, err := r.Issue(0, whole, due)
	if err != nil {
		t.Fatal(err)
	}
	r.holding = issued.Holding.ID
	if r.debt, err = r.Debt(1, load.SellerName(0), whole, due); err != nil {
		t.Fatal(err)
	}
	r.submit(load.Step{Actor: r.SellerActors[1], Command: r.Standing(1, due)})
	return r
}

func (r *race) submit(step load.Step) ([]book.Event, *book.Rejection) {
	answer, rejection, err := r.engine.Submit(context.Background(), engine.Request{Actor: step.Actor, Command: step.Command})
	if err != nil {
		r.t.Error(err)
		return nil, nil
	}
	return answer.Events, rejection
}

// each calls do from so many callers at once, for every number below count.
func each(count int, do func(caller, n int)) {
	var done sync.WaitGroup
	begin := make(chan struct{})
	for caller := range callers {
		done.Go(func() {
			<-begin
			for n := caller; n < count; n += callers {
				do(caller, n)
			}
		})
	}
	close(begin)
	done.Wait()
}

// prepare has every attempt made and signed, so that nothing but the race is left to be done.
func (r *race) prepare() {
	r.tries = make([]load.Step, attempts)
	each(attempts, func(_, n int) { r.tries[n] = load.Step{Actor: r.SellerActors[0], Command: r.attempt(n)} })
	if r.t.Failed() {
		r.t.FailNow()
	}
}

func (r *race) attempt(n int) book.Command {
	amount := money.Minor(100_00 + n) // a part, so that something is left over
	if n%7 == 0 {
		amount = whole // all of it
	}
	switch n % 3 {
	case 0:
		events, rejection := r.submit(load.Step{Actor: r.SellerActors[0], Command: &book.RequestQuote{
			Holding: r.holding, Amount: amount, Programme: r.Transferable, Payee: r.Accounts[0],
		}})
		for _, e := range events {
			if opened, ok := e.(*book.FinancingOpened); ok && opened.Financing.State == funding.Quoted {
				return load.Acceptance(&r.Holders[0], &opened.Financing)
			}
		}
		r.t.Errorf("attempt %d has no quote: %v", n, rejection)
		return nil
	case 1:
		return load.Moves(&r.Holders[0], r.Sellers[0], book.Move{
			Step: certificate.Transfer, Holding: r.holding, Amount: amount, To: r.Sellers[1], Debt: r.debt, Discharge: certificate.AtOnce, Expires: r.expires,
		})
	default:
		return load.Moves(&r.Holders[0], r.Sellers[0], book.Move{Step: certificate.Pledge, Holding: r.holding, Amount: amount, To: r.Funder})
	}
}

// run makes all attempts at once. Time is a counter, so that no two moments are the same.
func (r *race) run() []porcupine.Operation {
	var clock atomic.Int64
	history := make([]porcupine.Operation, attempts)
	each(attempts, func(caller, n int) {
		called := clock.Add(1)
		_, rejection := r.submit(r.tries[n])
		code := ""
		if rejection != nil {
			code = rejection.Code
		}
		history[n] = porcupine.Operation{ClientId: caller, Input: n, Call: called, Output: code, Return: clock.Add(1)}
	})
	return history
}

// one is a holding by itself: the state is whether it is there, and whoever comes first has it.
var one = porcupine.Model{
	Init: func() any { return true },
	Step: func(state, _, output any) (bool, any) {
		if there := state.(bool); there {
			return output == "", false
		}
		return output == "holding_spent" || output == "holding_status", false
	},
}

func (r *race) judge(history []porcupine.Operation) {
	won := map[any]int{}
	for _, o := range history {
		won[o.Output]++
	}
	if won[""] != 1 || won["holding_spent"]+won["holding_status"] != attempts-1 {
		r.t.Errorf("the attempts are answered %v", won)
	}
	if !porcupine.CheckOperations(one, history) {
		r.t.Error("no order of the attempts explains the answers")
	}
	if err := r.engine.Close(context.Background()); err != nil {
		r.t.Fatal(err)
	}
	if breaches := book.Check(r.book); len(breaches) > 0 {
		r.t.Error(breaches)
	}
}

// A model that takes everything for true would prove nothing.
func TestTwoWinnersAreFound(t *testing.T) {
	twice := []porcupine.Operation{{Call: 1, Output: "", Return: 2}, {Call: 1, Output: "", Return: 2}}
	early := []porcupine.Operation{{Call: 1, Output: "holding_spent", Return: 2}, {Call: 3, Output: "", Return: 4}}
	if porcupine.CheckOperations(one, twice) || porcupine.CheckOperations(one, early) {
		t.Error("a history that cannot be is explained")
	}
}
