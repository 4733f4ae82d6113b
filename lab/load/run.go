package load

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/engine"
)

// Options gives the options of an engine that runs the real book in a data directory; "" is in memory.
func Options(dir string) engine.Options {
	return engine.Options{
		Dir:        dir,
		NewMachine: func() engine.Machine { return book.New(1) },
		Codec: engine.Codec{
			AppendCommand: book.AppendCommand, DecodeCommand: book.DecodeCommand,
			AppendEvent: book.AppendEvent, DecodeEvent: book.DecodeEvent,
		},
		ClockAheadMax: -1,
	}
}

// SubmitTo gives commands to an engine.
func SubmitTo(ctx context.Context, e *engine.Engine) Submit {
	return func(actor id.Actor, key string, c book.Command) ([]book.Event, error) {
		answer, rejection, err := e.Submit(ctx, engine.Request{Actor: actor, Key: key, Command: c})
		if err != nil {
			return nil, err
		}
		if rejection != nil {
			return nil, rejection
		}
		return answer.Events, nil
	}
}

// Rate is what a run has done.
type Rate struct {
	Commands  uint64  // answered
	Units     uint64  // transfers or lives, whole ones
	Events    uint64  // of all answers
	Seconds   float64 //
	Latencies []int64 // microseconds, ascending, where they were asked for
}

// PerSecond is a count over the run's seconds.
func (r *Rate) PerSecond(count uint64) float64 { return float64(count) / r.Seconds }

// Latency gives the share-th (0 to 1) latency in microseconds.
func (r *Rate) Latency(share float64) int64 {
	if len(r.Latencies) == 0 {
		return 0
	}
	return r.Latencies[min(len(r.Latencies)-1, int(share*float64(len(r.Latencies))))]
}

// Ledger is a chart of own accounts for transfers.
type Ledger struct {
	Actor    id.Actor
	Source   id.Account
	First    uint64 // number of the first general account
	Accounts uint64
}

// NewLedger opens so many accounts (a multiple of 1,000) in the operator's books and puts money into each.
func NewLedger(submit Submit, w *World, accounts uint64) (*Ledger, error) {
	l := &Ledger{Actor: w.Maker, Accounts: accounts}
	b := &builder{submit: submit}
	source := find[*book.AccountsOpened](b.give(w.Maker, &book.OpenAccounts{Entity: w.Operator, Currency: w.Currency, Code: ledger.Source, Count: 1}))
	if b.err != nil {
		return nil, b.err
	}
	l.Source = source.First
	for opened := uint64(0); opened < accounts; opened += book.TransfersMax {
		e := find[*book.AccountsOpened](b.give(w.Maker, &book.OpenAccounts{Entity: w.Operator, Currency: w.Currency, Code: ledger.General, Count: book.TransfersMax}))
		if b.err != nil {
			return nil, b.err
		}
		if opened == 0 {
			l.First = e.First.Number()
		}
		transfers := make([]ledger.Transfer, book.TransfersMax)
		for i := range transfers {
			transfers[i] = ledger.Transfer{Debit: l.Source, Credit: id.Make[id.Account](1, e.First.Number()+uint64(i)), Amount: 1_000_000_00}
		}
		b.give(w.Maker, &book.PostTransfers{Transfers: transfers})
	}
	return l, b.err
}

// Hotness says which accounts a run of transfers uses.
type Hotness uint8

// The kinds of transfer runs.
const (
	Random Hotness = iota // both accounts at random
	Hot                   // every transfer credits or debits the one same account
)

// transfers makes one command of so many transfers.
func (l *Ledger) transfers(random *rand.Rand, many int, hot Hotness) *book.PostTransfers {
	c := &book.PostTransfers{Transfers: make([]ledger.Transfer, many)}
	for i := range c.Transfers {
		debit, credit := random.Uint64N(l.Accounts), random.Uint64N(l.Accounts-1)
		if hot == Hot {
			debit, credit = 0, 1+credit
			if i%2 == 1 {
				debit, credit = credit, debit
			}
		} else if credit >= debit {
			credit++
		}
		c.Transfers[i] = ledger.Transfer{
			Debit: id.Make[id.Account](1, l.First+debit), Credit: id.Make[id.Account](1, l.First+credit), Amount: money.Minor(1 + random.Uint64N(100)),
		}
	}
	return c
}

// Transfers runs callers that each post commands of so many transfers until ctx ends or the time is over. answered is told
// after each answer how many transfers it held and at which sequence it stands; it may be nil.
func (l *Ledger) Transfers(ctx context.Context, e *engine.Engine, callers, many int, hot Hotness, span time.Duration, answered func(transfers, sequence uint64)) (*Rate, error) {
	run := strconv.FormatInt(time.Now().UnixNano(), 36)
	return repeat(ctx, callers, span, func(caller int, n uint64, r *Rate) (uint64, error) {
		random := rand.New(rand.NewPCG(uint64(caller), n))
		c := l.transfers(random, many, hot)
		answer, rejection, err := e.Submit(ctx, engine.Request{Actor: l.Actor, Key: fmt.Sprintf("t-%s-%d-%d", run, caller, n), Command: c})
		if err != nil {
			return 0, err
		}
		if rejection != nil {
			return 0, rejection
		}
		if posted := find[*book.TransfersPosted](answer.Events); posted == nil || len(posted.Transfers) != many {
			return 0, fmt.Errorf("answer %d does not hold the transfers", answer.Sequence)
		}
		if answered != nil {
			answered(uint64(many), answer.Sequence)
		}
		atomic.AddUint64(&r.Commands, 1)
		atomic.AddUint64(&r.Events, uint64(len(answer.Events)))
		return uint64(many), nil
	})
}

// Lives runs callers that each lead lives, one after another, every command answered before the next. Numbers begin at
// first. Steps is how many commands of each life are given: Steps for whole lives, Live to leave receivables open.
func (w *World) Lives(ctx context.Context, e *engine.Engine, callers int, first uint64, steps int, span time.Duration, answered func(commands, sequence uint64)) (*Rate, error) {
	var next atomic.Uint64
	next.Store(first)
	return repeat(ctx, callers, span, func(_ int, _ uint64, r *Rate) (uint64, error) {
		life := w.NewLife(next.Add(1))
		for i := range steps {
			step := life.Step(i)
			answer, rejection, err := e.Submit(ctx, engine.Request{Actor: step.Actor, Key: fmt.Sprintf("l-%d-%d", life.Number, i), Command: step.Command})
			if err != nil {
				return 0, err
			}
			if rejection != nil {
				return 0, fmt.Errorf("life %d, step %d: %w", life.Number, i, rejection)
			}
			life.Answered(answer.Events)
			atomic.AddUint64(&r.Commands, 1)
			atomic.AddUint64(&r.Events, uint64(len(answer.Events)))
			if answered != nil {
				answered(1, answer.Sequence)
			}
		}
		return 1, nil
	})
}

// Commits measures how long a lone small command takes to be answered, with so many callers.
func (l *Ledger) Commits(ctx context.Context, e *engine.Engine, callers int, span time.Duration) (*Rate, error) {
	var all []int64
	mine := make([][]int64, callers)
	rate, err := repeat(ctx, callers, span, func(caller int, n uint64, r *Rate) (uint64, error) {
		c := l.transfers(rand.New(rand.NewPCG(uint64(caller), n)), 1, Random)
		began := time.Now()
		_, rejection, err := e.Submit(ctx, engine.Request{Actor: l.Actor, Command: c})
		if err != nil {
			return 0, err
		}
		if rejection != nil {
			return 0, rejection
		}
		mine[caller] = append(mine[caller], time.Since(began).Microseconds())
		atomic.AddUint64(&r.Commands, 1)
		return 1, nil
	})
	if err != nil {
		return nil, err
	}
	for _, latencies := range mine {
		all = append(all, latencies...)
	}
	slices.Sort(all)
	rate.Latencies = all
	return rate, nil
}

// Portfolio opens so many live receivables, in bulks of separately answered commands, and tells how far it has come.
func (w *World) Portfolio(ctx context.Context, e *engine.Engine, receivables uint64, progress func(done uint64)) error {
	const bulk = 2000
	for done := uint64(0); done < receivables; {
		lives := make([]Life, min(bulk, receivables-done))
		for i := range lives {
			lives[i] = w.NewLife(1<<40 + done + uint64(i))
		}
		for step := range Live {
			requests := make([]engine.Request, len(lives))
			for i := range lives {
				s := lives[i].Step(step)
				requests[i] = engine.Request{Actor: s.Actor, Key: fmt.Sprintf("p-%d-%d", lives[i].Number, step), Command: s.Command}
			}
			results, err := e.SubmitAll(ctx, requests)
			if err != nil {
				return err
			}
			for i := range results {
				if results[i].Rejection != nil {
					return results[i].Rejection
				}
				lives[i].Answered(results[i].Answer.Events)
			}
		}
		done += uint64(len(lives))
		progress(done)
	}
	return nil
}

// repeat runs act on each caller's goroutine until the time is over, an error comes, or ctx ends.
func repeat(ctx context.Context, callers int, span time.Duration, act func(caller int, n uint64, r *Rate) (uint64, error)) (*Rate, error) {
	rate := &Rate{}
	var failure atomic.Pointer[error]
	var group sync.WaitGroup
	began := time.Now()
	for caller := range callers {
		group.Go(func() {
			for n := uint64(0); time.Since(began) < span && ctx.Err() == nil && failure.Load() == nil; n++ {
				units, err := act(caller, n, rate)
				if err != nil {
					failure.CompareAndSwap(nil, &err)
					return
				}
				atomic.AddUint64(&rate.Units, units)
			}
		})
	}
	group.Wait()
	rate.Seconds = time.Since(began).Seconds()
	if err := failure.Load(); err != nil {
		return nil, *err
	}
	return rate, nil
}
