package payee

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/engine"
	"millrace/engine/vault"
)

// Options of New. Engine, Adapter, Actor and Now are required.
type Options struct {
	Engine  *engine.Engine
	Adapter Adapter
	Actor   id.Actor // a machine of the operator: it records the answers, and so can verify nothing
	Now     func() time.Time
	Logger  *slog.Logger // nil for none
}

// Clerk asks about the accounts that wait in the book, and sends the micro-deposits that were ordered. There must be one a node.
type Clerk struct {
	options Options
	intake  *intake.Intake

	round sync.Mutex // one round at a time; guards all below
	// What was asked in vain, and when to ask again; in memory only: after a restart all is asked again.
	waiting map[errand]*delay
	sent    map[errand]bool // micro-deposits that the adapter has taken in this process
}

// errand is one thing to do about an account.
type errand struct {
	account id.BankAccount
	deposit party.Token // of the micro-deposit to be sent; zero for a question about the name
}

type delay struct {
	asked int // times in vain
	next  time.Time
}

const (
	errandsMax = 100 // of a round
	silentMax  = 3   // errands in a row that fail end a round: the banks can't be reached
)

// New gives a clerk.
func New(o Options) (*Clerk, error) {
	if o.Engine == nil || o.Adapter == nil || o.Actor == 0 || o.Now == nil {
		return nil, errors.New("payee: clerk without engine, adapter, actor or clock")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Clerk{options: o, intake: intake.New(o.Engine.Vault()), waiting: map[errand]*delay{}, sent: map[errand]bool{}}, nil
}

// Round asks about every account that has no answer, longest waiting first, and sends what is ordered. What fails is tried again after a
// minute, then after twice as long, up to 12 hours. It fails with the engine's errors only.
func (c *Clerk) Round(ctx context.Context) error {
	c.round.Lock()
	defer c.round.Unlock()
	if c.options.Engine.ReadOnly() {
		return engine.ErrReadOnly
	}
	accounts, names, err := c.open(ctx)
	if err != nil {
		return err
	}
	todo := map[errand]*party.BankAccount{}
	for i := range accounts {
		a := &accounts[i]
		if a.Name.Result == 0 {
			todo[errand{account: a.ID}] = a
		}
		if e := (errand{a.ID, a.Deposit.Expected}); a.Deposit.State == party.DepositOrdered && !c.sent[e] {
			todo[e] = a
		}
	}
	maps.DeleteFunc(c.waiting, func(e errand, _ *delay) bool { return todo[e] == nil })
	now := c.options.Now()
	due := slices.SortedFunc(maps.Keys(todo), func(a, b errand) int {
		return cmp.Or(c.next(a).Compare(c.next(b)), cmp.Compare(a.account, b.account), slices.Compare(a.deposit[:], b.deposit[:]))
	})
	silent := 0
	for _, e := range due[:min(len(due), errandsMax)] {
		if c.next(e).After(now) || silent == silentMax || ctx.Err() != nil {
			break
		}
		done, err := c.run(ctx, e, todo[e], names[todo[e].Party])
		if err != nil {
			return err
		}
		if silent++; done {
			silent = 0
			delete(c.waiting, e)
		} else {
			c.later(e)
		}
	}
	return ctx.Err()
}

func (c *Clerk) next(e errand) time.Time {
	if d := c.waiting[e]; d != nil {
		return d.next
	}
	return time.Time{}
}

func (c *Clerk) later(e errand) {
	d := c.waiting[e]
	if d == nil {
		d = &delay{}
		c.waiting[e] = d
	}
	wait := waitMost
	if d.asked < 10 {
		wait = min(waitFirst<<d.asked, waitMost)
	}
	d.asked++
	d.next = c.options.Now().Add(wait)
}

// run does one errand; done is false when it must be tried again.
func (c *Clerk) run(ctx context.Context, e errand, a *party.BankAccount, p *party.Party) (done bool, err error) {
	var details intake.BankDetails
	if found, err := c.kept(ctx, a.Details, &details); err != nil || !found {
		return false, err
	}
	if e.deposit != (party.Token{}) {
		return c.send(ctx, e, a, details)
	}
	var profile intake.Profile
	if p == nil {
		return false, nil
	}
	if found, err := c.kept(ctx, p.Profile, &profile); err != nil || !found {
		return false, err
	}
	q := Question{Name: profile.Name, Country: p.Country, Account: details, Currency: a.Currency}
	answer, err := c.options.Adapter.Ask(ctx, q)
	if err != nil {
		c.options.Logger.Warn("verification of payee", "account", a.ID.String(), "cause", err)
		return false, nil
	}
	result, score := Judge(q, answer)
	command := &book.RecordNameCheck{Account: a.ID, Result: result, Score: score, Answer: c.intake.NameCheckToken(answer.Reference)}
	_, rejection, err := c.options.Engine.Submit(ctx, engine.Request{
		Actor: c.options.Actor, Key: fmt.Sprintf("name check %s %d", a.ID, a.Entry), Command: command,
	})
	if err != nil {
		return false, err
	}
	if rejection != nil {
		c.options.Logger.Warn("answer on a payee not recorded", "account", a.ID.String(), "code", rejection.Code)
		return false, nil
	}
	return true, nil
}

// send sends a micro-deposit under a key that only it has.
func (c *Clerk) send(ctx context.Context, e errand, a *party.BankAccount, details intake.BankDetails) (bool, error) {
	var secret intake.MicroDeposit
	if found, err := c.kept(ctx, a.Deposit.Secret, &secret); err != nil || !found {
		return false, err
	}
	err := c.options.Adapter.Deposit(ctx, fmt.Sprintf("%s %x", a.ID, a.Deposit.Expected), Deposit{
		Account: details, Amount: secret.Amount, Currency: a.Currency, Text: "CODE " + secret.Code,
	})
	if err != nil {
		c.options.Logger.Warn("micro-deposit", "account", a.ID.String(), "cause", err)
		return false, nil
	}
	c.sent[e] = true
	return true, nil
}

// kept reads a row of the vault; found is false where it was erased or can't be read.
func (c *Clerk) kept(ctx context.Context, reference party.Reference, into any) (found bool, err error) {
	_, stored, err := c.options.Engine.Vault().Get(ctx, vault.Ref(reference))
	if errors.Is(err, vault.ErrNotFound) || errors.Is(err, vault.ErrDamaged) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return json.Unmarshal(stored, into) == nil, nil
}

// open reads the accounts that are not verified on a check, and the parties whose they are.
func (c *Clerk) open(ctx context.Context) (accounts []party.BankAccount, parties map[id.Party]*party.Party, err error) {
	v, err := c.options.Engine.Read(ctx, c.options.Engine.Head().Sequence)
	if err != nil {
		return nil, nil, fmt.Errorf("payee: %w", err)
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	rows, err := v.Tx.QueryContext(ctx, `SELECT bank_account.record, party.record FROM bank_account JOIN party ON party.number = bank_account.party >> 16
		WHERE bank_account.state = 'proposed' OR bank_account.state = 'verified' AND bank_account.ground = '' ORDER BY bank_account.number`)
	if err != nil {
		return nil, nil, fmt.Errorf("payee: %w", err)
	}
	defer rows.Close()
	parties = map[id.Party]*party.Party{}
	for rows.Next() {
		var stored, owner []byte
		var a party.BankAccount
		var p party.Party
		if err := rows.Scan(&stored, &owner); err != nil {
			return nil, nil, fmt.Errorf("payee: %w", err)
		}
		if err := errors.Join(book.DecodeRecord(stored, &a), book.DecodeRecord(owner, &p)); err != nil {
			return nil, nil, fmt.Errorf("payee: %w", err)
		}
		accounts = append(accounts, a)
		parties[p.ID] = &p
	}
	return accounts, parties, rows.Err()
}

// Run makes a round at every interval until ctx ends or the engine stops, and returns why.
func (c *Clerk) Run(ctx context.Context, interval time.Duration) error {
	return c.options.Engine.Every(ctx, "payees", interval, c.Round, func(err error) {
		c.options.Logger.Error("round about payees", "cause", err)
	})
}
