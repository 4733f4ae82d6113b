package enginetest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"sync/atomic"

	"millrace/book"
	"millrace/engine"
	"millrace/engine/journal"
)

// Subject is a machine to hold the engine to its promises with.
type Subject struct {
	NewMachine func() engine.Machine
	Codec      engine.Codec

	// Requests returns count requests that make sense in that order from an empty machine; the same for the same seed.
	// Some should be rejected, and some repeat a key.
	Requests func(seed uint64, count int) []engine.Request

	// Check audits a machine; nil for none.
	Check func(engine.Machine) error

	// Open replaces engine.Open, to prove that a broken engine is caught.
	Open func(engine.Options) (*engine.Engine, error)
}

func (s Subject) open(options engine.Options) (*engine.Engine, error) {
	options.NewMachine, options.Codec, options.DuePoll = s.NewMachine, s.Codec, -1
	if s.Open != nil {
		return s.Open(options)
	}
	return engine.Open(options)
}

// clockStart is the first stamp of a scripted clock: 2026-01-05 08:00 UTC in microseconds.
const clockStart = 1_767_600_000_000_000

// Clock is scripted: each call is Step microseconds after the one before.
type Clock struct {
	Step  int64
	calls atomic.Int64
}

// Now returns the next stamp.
func (c *Clock) Now() int64 { return clockStart + c.Step*c.calls.Add(1) }

// At returns a clock that goes on after that many calls.
func (c *Clock) At(calls int64) *Clock {
	later := &Clock{Step: c.Step}
	later.calls.Store(calls)
	return later
}

// Calls returns how often the clock was asked.
func (c *Clock) Calls() int64 { return c.calls.Load() }

// Salts is a scripted source of salts: a count.
type Salts struct{ count uint64 }

// Read implements io.Reader.
func (s *Salts) Read(p []byte) (int, error) {
	var next []byte
	for n := 0; n < len(p); n += len(next) {
		s.count++
		next = binary.BigEndian.AppendUint64([]byte("salt    "), s.count)
		copy(p[n:], next)
	}
	return len(p), nil
}

var _ io.Reader = (*Salts)(nil)

// LedgerSubject is the ledger of this package.
var LedgerSubject = Subject{
	NewMachine: NewLedger,
	Codec:      LedgerCodec,
	Requests:   ledgerRequests,
	Check: func(m engine.Machine) error {
		l, sum := m.(*Ledger), uint64(0)
		for i := range l.accounts {
			sum += l.accounts[i].record.Balance
		}
		if want := uint64(len(l.accounts)) * ledgerBalance; sum != want {
			return fmt.Errorf("the balances sum up to %d, %d were opened with", sum, want)
		}
		return nil
	},
}

const ledgerBalance = 1000

func ledgerRequests(seed uint64, count int) []engine.Request {
	random := rand.New(rand.NewPCG(seed, 11))
	requests := make([]engine.Request, 0, count)
	accounts := uint64(0)
	for i := range count {
		r := engine.Request{Actor: 1<<16 | 1}
		switch n := random.IntN(100); {
		case i == 0 || n < 2:
			r.Command = OpenAccounts{Count: 1 + random.Uint64N(20), Balance: ledgerBalance}
			accounts += r.Command.(OpenAccounts).Count
		case n < 6:
			r.Command = Schedule{At: clockStart + 1000*int64(i+random.IntN(100))}
		case n < 10 && i > 10:
			r = requests[i-1-random.IntN(10)] // a repeat, unless it has no key
		default:
			r.Command = Transfer{From: random.Uint64N(accounts), To: random.Uint64N(accounts), Amount: random.Uint64N(900)}
		}
		if r.Key == "" && random.IntN(4) > 0 {
			r.Key = fmt.Sprintf("key-%d", i-random.IntN(40)/39)
		}
		requests = append(requests, r)
	}
	return requests
}

// digest returns the machine's digest once everything before is durable, after its check.
func (s Subject) digest(e *engine.Engine) (digest [32]byte, err error) {
	var broken error
	err = e.Do(context.Background(), func(m engine.Machine) {
		digest = m.Digest()
		if s.Check != nil {
			broken = s.Check(m)
		}
	})
	return digest, errors.Join(err, broken)
}

// submit asks for the requests in bulks whose sizes size gives.
func submit(e *engine.Engine, requests []engine.Request, size func() int) ([]engine.Result, error) {
	var results []engine.Result
	for len(requests) > 0 {
		n := min(max(1, size()), len(requests))
		some, err := e.SubmitAll(context.Background(), requests[:n])
		if err != nil {
			return results, err
		}
		results, requests = append(results, some...), requests[n:]
	}
	return results, nil
}

// entries returns every byte of every entry with its salt.
func entries(j journal.Journal) ([]byte, error) {
	var all bytes.Buffer
	err := j.Read(1, func(b journal.Batch) error {
		for stored := range b.Entries() {
			all.Write(stored.Salt[:])
			all.Write(stored.Leaf[:])
			all.Write(stored.Bytes)
		}
		return nil
	})
	return all.Bytes(), err
}

// differ returns where two lists of results part; nil when they are equal.
func differ(got, want []engine.Result) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d answers, want %d", len(got), len(want))
	}
	for i := range got {
		if !equalResults(got[i], want[i]) {
			return fmt.Errorf("answer %d is\n%+v %v, want\n%+v %v", i, got[i].Answer, got[i].Rejection, want[i].Answer, want[i].Rejection)
		}
	}
	return nil
}

func equalResults(a, b engine.Result) bool {
	if (a.Rejection == nil) != (b.Rejection == nil) {
		return false
	}
	if a.Rejection != nil {
		return *a.Rejection == *b.Rejection
	}
	x, y := a.Answer, b.Answer
	return x.Sequence == y.Sequence && x.At == y.At && x.Leaf == y.Leaf && x.Repeat == y.Repeat && equalEvents(x.Events, y.Events)
}

func equalEvents(a, b []book.Event) bool {
	return len(a) == len(b) && (len(a) == 0 || reflect.DeepEqual(a, b))
}
