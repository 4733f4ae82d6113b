// Package sandbox is a bank in this process: it holds the supervised accounts of programmes and the accounts of the world
// outside, executes payments, gives statements, and misbehaves when it is told to. No money is real here.
package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/bank"
	"millrace/edge/bank/drop"
	"millrace/edge/intake"
	"millrace/engine/outbox"
)

// Kind is a way to misbehave.
type Kind uint8

// The misbehaviours.
const (
	Reject    Kind = 1 + iota // refuse the payment
	Delay                     // accept it, and execute it some polls later
	Return                    // execute it; some polls later the money comes back
	Twice                     // execute it, and have its line twice in the statement
	LoseReply                 // execute it, and answer that the status is unknown
	TimeOut                   // fail before anything is kept: the bank never heard of it
)

// Misbehaviour says what goes wrong with one arriving instruction. Polls counts looks at the bank: queries, repeated
// instructions and readings of the statement, whatever payment they are about.
type Misbehaviour struct {
	Kind  Kind `json:"kind"`
	Polls int  `json:"polls,omitempty"` // for Delay and Return
}

var (
	// ErrTimeOut is what an instruction fails with that never arrived.
	ErrTimeOut = errors.New("sandbox: the bank did not answer")
	// ErrKeyReused is what an instruction fails with that differs from the one that came first under its key.
	ErrKeyReused = errors.New("sandbox: the key belongs to another instruction")
)

// Options of Open.
type Options struct {
	// Path of the file that keeps the bank's state over restarts; empty for memory only.
	Path string
	// Date gives the bank's business date; nil for the day that it is by Now in the time zone of the profile.
	Date func() calendar.Date
	// Now tells the day, and whether it is past the cut-off of the profile; nil for the machine's clock.
	Now func() time.Time
	// Capability is what the bank promises. One that is not idempotent pays as often as it is told to.
	Capability outbox.Capability
	// Profile is how the bank works, and Seed what its chances are drawn from.
	Profile Profile
	Seed    uint64
	// Accounts are those that have another number than IBAN gives.
	Accounts []Numbered
	// Files is what the state is kept in; nil for the machine's disk.
	Files drop.Files
}

// Numbered is a supervised account with its number at the bank.
type Numbered struct {
	Account bank.Account
	IBAN    string
}

// dateOf is the day that it is somewhere.
func dateOf(now func() time.Time, zone *time.Location) calendar.Date {
	if now == nil {
		now = time.Now
	}
	year, month, day := now().In(zone).Date()
	date, _ := calendar.Of(year, int(month), day)
	return date
}

// Bank is the sandbox. Its methods may be called from any goroutine. Every change is in the file before a call returns.
type Bank struct {
	options Options
	hours   *bank.CutOff
	mutex   sync.Mutex
	state   state // guarded by mutex
	broken  error // guarded by mutex; why the state could not be saved
}

var _ bank.Adapter = (*Bank)(nil)

// Open opens the bank, with the state in the file where there is one.
func Open(options Options) (*Bank, error) {
	hours, err := options.Profile.works(options.Now)
	if err != nil {
		return nil, fmt.Errorf("sandbox: profile: %w", err)
	}
	if options.Files == nil {
		options.Files = drop.Disk{}
	}
	if options.Date == nil {
		options.Date = func() calendar.Date { return dateOf(options.Now, hours.Zone) }
	}
	b := &Bank{options: options, hours: hours, state: newState()}
	if err := b.load(); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	if err := b.state.listed(options.Accounts); err != nil {
		return nil, err
	}
	b.state.profile, b.state.seed, b.state.hours = options.Profile, options.Seed, hours
	return b, nil
}

// Misbehave lets the next instruction under a key go wrong; several wait in line.
func (b *Bank) Misbehave(key string, m Misbehaviour) error {
	return b.change(func(s *state) error {
		s.Faults[key] = append(s.Faults[key], m)
		return nil
	})
}

// MisbehaveNext lets the next instructions go wrong, as many as count says, whatever their key.
func (b *Bank) MisbehaveNext(count int, m Misbehaviour) error {
	return b.change(func(s *state) error {
		s.NextFaults = append(s.NextFaults, slices.Repeat([]Misbehaviour{m}, count)...)
		return nil
	})
}

// Carry gives a supervised account an opening balance, which is no line of the statement.
func (b *Bank) Carry(account bank.Account, amount money.Amount) error {
	return b.change(func(s *state) error {
		s.move(account.String(), amount.Currency, amount.Minor)
		return nil
	})
}

// Deposit lets money come into a supervised account and returns the reference of its line.
func (b *Bank) Deposit(account bank.Account, amount money.Amount, payer, text string, value calendar.Date) (reference string, err error) {
	if amount.Minor <= 0 || !amount.Currency.Known() || account.Kind == 0 {
		return "", fmt.Errorf("sandbox: deposit of %s into %q", amount, account)
	}
	err = b.change(func(s *state) error {
		reference = s.receive(line{
			Account: account.String(), Amount: amount.Minor, Currency: amount.Currency.String(), Value: value, Counterparty: payer, Text: text,
		}, amount.Currency, "deposit "+strconv.Itoa(s.Booked))
		return nil
	})
	return reference, err
}

// BuyerPays lets money come into the collection account of a programme and returns the reference of its line.
func (b *Bank) BuyerPays(programme id.Programme, amount money.Amount, payer, text string, value calendar.Date) (reference string, err error) {
	return b.Deposit(bank.Account{Kind: bank.Collection, Programme: programme}, amount, payer, text, value)
}

// TakeBack reverses a line of incoming money, also where the account falls below zero by it.
func (b *Bank) TakeBack(reference string, value calendar.Date) error {
	return b.change(func(s *state) error {
		i := s.find(reference)
		if i < 0 || s.Lines[i].Amount <= 0 || s.Lines[i].ReversalOf != "" || s.reversed(reference) {
			return fmt.Errorf("sandbox: line %q can't be taken back", reference)
		}
		l := s.Lines[i]
		s.reverse(l, value, "reversal", "")
		return nil
	})
}

// Repeat lets a line appear once more in the statement, as it was; the accounts stay as they are.
func (b *Bank) Repeat(reference string) error {
	return b.change(func(s *state) error {
		i := s.find(reference)
		if i < 0 {
			return fmt.Errorf("sandbox: there is no line %q", reference)
		}
		s.repeat(i)
		return nil
	})
}

// Balance returns what a supervised account holds.
func (b *Bank) Balance(account bank.Account, currency money.Currency) money.Minor {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.state.Balances[balanceKey(account.String(), currency)]
}

// OutsideBalance returns what has been paid to an account at another bank, returns taken off.
func (b *Bank) OutsideBalance(d intake.BankDetails, currency money.Currency) money.Minor {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.state.Balances[balanceKey(outside(d), currency)]
}

// Executions tells how often the bank has paid under a key.
func (b *Bank) Executions(key string) int {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	count := 0
	for i := range b.state.Orders {
		if b.state.Orders[i].under(key) && b.state.Orders[i].Status == executed {
			count++
		}
	}
	return count
}

// Keys returns the keys of all instructions that the bank has kept, ascending, each once.
func (b *Bank) Keys() []string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	var keys []string
	for i := range b.state.Orders {
		keys = append(keys, b.state.Orders[i].Key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Problems implements bank.Adapter: the sandbox speaks plainly.
func (b *Bank) Problems() []bank.Problem { return nil }

// Capability implements bank.Adapter.
func (b *Bank) Capability() outbox.Capability { return b.options.Capability }

// Send implements bank.Adapter.
func (b *Bank) Send(ctx context.Context, i bank.Instruction) (bank.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return bank.Outcome{}, err
	}
	var outcome bank.Outcome
	var failure error // of the answer, not of the change
	err := b.change(func(s *state) error {
		wanted := orderOf(&i)
		if at := s.latest(i.Key); at >= 0 && b.options.Capability.Has(outbox.Idempotent) {
			if !s.Orders[at].same(&wanted) {
				failure = ErrKeyReused
				return nil
			}
			s.poll()
			outcome = s.Orders[at].outcome()
			return nil
		}
		m := s.fault(i.Key)
		if m.Kind == TimeOut {
			failure = ErrTimeOut
			return nil
		}
		outcome = s.take(wanted, m)
		return nil
	})
	return outcome, cmp.Or(err, failure)
}

// Query implements bank.Adapter.
func (b *Bank) Query(ctx context.Context, key string) (bank.Outcome, error) {
	if !b.options.Capability.Has(outbox.Queryable) {
		return bank.Outcome{}, bank.ErrNotQueryable
	}
	if err := ctx.Err(); err != nil {
		return bank.Outcome{}, err
	}
	var outcome bank.Outcome
	err := b.change(func(s *state) error {
		s.poll()
		if at := s.latest(key); at >= 0 {
			outcome = s.Orders[at].outcome()
		}
		return nil
	})
	return outcome, err
}

// linesAtOnce is how many lines one reading of the statement gives.
const linesAtOnce = 500

// Statement implements bank.Adapter. A cursor is the number of lines before it, and of statements.
func (b *Bank) Statement(ctx context.Context, after bank.Cursor) (bank.Page, error) {
	if err := ctx.Err(); err != nil {
		return bank.Page{}, err
	}
	from, closed, known := place(after)
	if !known {
		return bank.Page{}, fmt.Errorf("sandbox: %q is no cursor", after)
	}
	var stored []line
	var ended []closing
	err := b.change(func(s *state) error {
		if from > len(s.Lines) || closed > len(s.Closings) {
			return fmt.Errorf("sandbox: the cursor %q is beyond the statement", after)
		}
		s.poll()
		stored = slices.Clone(s.Lines[from:min(len(s.Lines), from+linesAtOnce)])
		for _, c := range s.Closings[closed:] {
			if c.To <= from+len(stored) {
				ended = append(ended, c)
			}
		}
		return nil
	})
	if err != nil {
		return bank.Page{}, err
	}
	page := bank.Page{Lines: make([]bank.Line, len(stored))}
	for i := range stored {
		if page.Lines[i], err = stored[i].read(); err != nil {
			return bank.Page{}, err
		}
	}
	for i := range ended {
		c, err := ended[i].read()
		if err != nil {
			return bank.Page{}, err
		}
		page.Closings = append(page.Closings, c)
	}
	page.Next = bank.Cursor(fmt.Sprintf("%d/%d", from+len(stored), closed+len(ended)))
	return page, nil
}

// place reads a cursor.
func place(after bank.Cursor) (lines, closed int, known bool) {
	if after == "" {
		return 0, 0, true
	}
	left, right, _ := strings.Cut(string(after), "/")
	lines, first := strconv.Atoi(left)
	closed, second := strconv.Atoi(right)
	return lines, closed, first == nil && second == nil && lines >= 0 && closed >= 0
}
