package load_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/engine"
	"millrace/lab/load"
)

// uses is how many financings reach at once for a limit that has room for a third of them, by how many callers.
const (
	uses  = 180
	users = 12
)

// taking is one step about a limit: an acceptance reserves an amount, a cancellation gives it back.
type taking struct {
	amount money.Minor
	cancel bool
}

// roomFor is the limit for which everybody reaches: the state is what is reserved under it.
func roomFor(limit money.Minor) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return money.Minor(0) },
		Step: func(state, input, output any) (bool, any) {
			reserved, step := state.(money.Minor), input.(taking)
			switch {
			case step.cancel:
				return output == "" && reserved >= step.amount, reserved - step.amount
			case output == "":
				return reserved+step.amount <= limit, reserved + step.amount
			case output == "limit_exceeded":
				return reserved+step.amount > limit, reserved
			}
			return false, state
		},
	}
}

// Many callers accept quotes and cancel some of them, all under one limit: their answers are such as one after another would have had, so
// that at no time more was reserved than the limit, and the auditor adds up the same.
func TestCallersAtOnceNeverOvershootALimit(t *testing.T) {
	t.Run("of a group", func(t *testing.T) { raceFor(t, bounded) })
	t.Run("of connected parties", func(t *testing.T) { raceFor(t, boundedConnected) })
}

// raceFor has all callers reach for a limit that bound puts in force.
func raceFor(t *testing.T, bound func(t *testing.T, w *load.World, submit load.Submit, amount money.Minor)) {
	t.Helper()
	ctx := context.Background()
	var state *book.Book
	options := load.Options("")
	options.NewMachine = func() engine.Machine {
		state = book.New(1)
		return state
	}
	e, err := engine.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	submit := load.SubmitTo(ctx, e)
	w, err := load.NewWorld(submit, 4)
	if err != nil {
		t.Fatal(err)
	}
	quotes, total := quoted(t, w, submit)
	limit := total / 3
	bound(t, w, submit, limit)

	var clock atomic.Int64
	histories := make([][]porcupine.Operation, users)
	eachOf(users, func(caller int) {
		give := func(actor id.Actor, c book.Command, step taking) string {
			called := clock.Add(1)
			_, rejection, err := e.Submit(ctx, engine.Request{Actor: actor, Command: c})
			if err != nil {
				t.Error(err)
			}
			code := ""
			if rejection != nil {
				code = rejection.Code
			}
			histories[caller] = append(histories[caller], porcupine.Operation{ClientId: caller, Input: step, Call: called, Output: code, Return: clock.Add(1)})
			return code
		}
		for n := caller; n < uses; n += users {
			f := &quotes[n]
			seller := w.SellerActors[n%len(w.Sellers)]
			if give(seller, &book.AcceptQuote{Financing: f.ID}, taking{amount: f.Principal}) == "" && n%3 == 0 {
				give(seller, &book.CancelFinancing{Financing: f.ID}, taking{f.Principal, true})
			}
		}
	})
	var history []porcupine.Operation
	refused := 0
	for _, one := range histories {
		history = append(history, one...)
		for _, o := range one {
			if o.Output == "limit_exceeded" {
				refused++
			}
		}
	}
	if refused == 0 || refused == uses {
		t.Errorf("of %d, %d were refused: there was no race", uses, refused)
	}
	if !porcupine.CheckOperations(roomFor(limit), history) {
		t.Error("no order of the steps explains the answers")
	}
	if err := e.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if breaches := book.Check(state); len(breaches) > 0 {
		t.Error(breaches)
	}
}

// quoted has receivables of all sellers quoted, and says what they add up to.
func quoted(t *testing.T, w *load.World, submit load.Submit) ([]funding.Financing, money.Minor) {
	t.Helper()
	var quotes []funding.Financing
	total := money.Minor(0)
	for n := range uses {
		l := w.NewLife(uint64(n))
		for i := range 6 {
			step := l.Step(i)
			events, err := submit(step.Actor, "", step.Command)
			if err != nil {
				t.Fatal(err)
			}
			l.Answered(events)
			for _, event := range events {
				if opened, is := event.(*book.FinancingOpened); is {
					quotes, total = append(quotes, opened.Financing), total+opened.Financing.Principal
				}
			}
		}
	}
	return quotes, total
}

// bounded puts a limit on the group of the anchor in force.
func bounded(t *testing.T, w *load.World, submit load.Submit, amount money.Minor) {
	t.Helper()
	boundedBy(t, w, submit, credit.LimitKey{Kind: credit.GroupLimit, Party: w.Anchor}, amount)
}

// boundedConnected puts a limit on a party in force on which the anchor depends.
func boundedConnected(t *testing.T, w *load.World, submit load.Submit, amount money.Minor) {
	t.Helper()
	boundedBy(t, w, submit, credit.LimitKey{Kind: credit.ConnectedLimit, Party: w.Sellers[3]}, amount)
	events, err := submit(w.Maker, "", &book.ProposeDependence{Party: w.Anchor, On: w.Sellers[3], Reason: [32]byte{1}, Evidence: [32]byte{1}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := submit(w.Checker, "", &book.DecideDependence{Dependence: events[0].(*book.DependenceProposed).Dependence.ID, Decision: book.Approve}); err != nil {
		t.Fatal(err)
	}
}

func boundedBy(t *testing.T, w *load.World, submit load.Submit, key credit.LimitKey, amount money.Minor) {
	t.Helper()
	key.Programme, key.Currency = w.Payables, w.Currency
	events, err := submit(w.Maker, "", &book.ProposeLimit{Key: key, Amount: amount, Expires: w.Today.AddDays(300)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := submit(w.Checker, "", &book.ApproveLimit{Limit: events[0].(*book.LimitProposed).Limit.ID}); err != nil {
		t.Fatal(err)
	}
}

// A model that takes everything for true would prove nothing.
func TestAnOvershotLimitIsFound(t *testing.T) {
	over := []porcupine.Operation{{Input: taking{amount: 60}, Call: 1, Output: "", Return: 2}, {Input: taking{amount: 60}, Call: 1, Output: "", Return: 2}}
	shy := []porcupine.Operation{{Input: taking{amount: 60}, Call: 1, Output: "limit_exceeded", Return: 2}}
	if porcupine.CheckOperations(roomFor(100), over) || porcupine.CheckOperations(roomFor(100), shy) {
		t.Error("a history that can't be is explained")
	}
}

// eachOf calls do from so many goroutines at once.
func eachOf(callers int, do func(caller int)) {
	var done sync.WaitGroup
	begin := make(chan struct{})
	for caller := range callers {
		done.Go(func() {
			<-begin
			do(caller)
		})
	}
	close(begin)
	done.Wait()
}
