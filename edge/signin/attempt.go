package signin

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"millrace/engine/people"
)

const (
	failuresFree = 5 // of an account, before it is locked for a while
	lockFirst    = 30 * time.Second
	lockMax      = time.Hour
	forgetSpan   = 24 * time.Hour

	addressBurst  = 30 // attempts
	addressPeriod = 2 * time.Second
	addressesMax  = 100_000
)

// addressed is what is left to an address.
type addressed struct {
	left int
	at   time.Time
}

// network is whom an address counts as: of IPv6 the customer's network of 64 bits.
func network(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if parsed = parsed.Unmap(); parsed.Is6() {
		if prefix, err := parsed.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return parsed.String()
}

// Admit takes one attempt from an address. The error is ErrTooMany where none is left: one comes back every two seconds.
func (d *Desk) Admit(from From) error {
	now, of := d.now(), network(from.Address)
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if len(d.addresses) >= addressesMax {
		clear(d.addresses)
	}
	known, found := d.addresses[of]
	if !found {
		known = addressed{addressBurst, now}
	}
	if back := int(now.Sub(known.at) / addressPeriod); back > 0 {
		known.left, known.at = min(addressBurst, known.left+back), known.at.Add(time.Duration(back)*addressPeriod)
	}
	if known.left == 0 {
		d.addresses[of] = known
		return ErrTooMany
	}
	known.left--
	d.addresses[of] = known
	return nil
}

// account is under what a name's failures are counted, whether anybody has it or not.
func account(login string) [32]byte { return hashOf("account " + login) }

// locked tells whether no attempt of a name is let through.
func (d *Desk) locked(ctx context.Context, login string) (bool, error) {
	f, err := d.store.Failing(ctx, account(login))
	return d.now().Before(f.Until), err
}

// failed counts a failure. From the fifth in a row on the account is locked, each time for twice as long, up to an hour.
func (d *Desk) failed(ctx context.Context, login string) error {
	now := d.now()
	f, err := d.store.Failing(ctx, account(login))
	if err != nil {
		return err
	}
	if now.Sub(f.Last) >= forgetSpan {
		f = people.Failing{}
	}
	f.Count, f.Last = f.Count+1, now
	if f.Count >= failuresFree {
		span := lockMax
		if doublings := f.Count - failuresFree; doublings < 8 {
			span = min(lockMax, lockFirst<<doublings)
		}
		f.Until = now.Add(span)
	}
	return d.store.SetFailing(ctx, account(login), f)
}

func (d *Desk) succeeded(ctx context.Context, login string) error {
	f, err := d.store.Failing(ctx, account(login))
	if err != nil || f.Count == 0 {
		return err
	}
	return d.store.SetFailing(ctx, account(login), people.Failing{Last: d.now()})
}

const codeStep = "code"

// Password takes name and password, and answers with the name of the step that waits for a code. The error is ErrRefused,
// ErrTooMany, or the file's.
func (d *Desk) Password(ctx context.Context, login, password string, from From) (string, error) {
	if err := d.Admit(from); err != nil {
		return "", err
	}
	login = Login(login)
	p, err := d.store.ByLogin(ctx, login)
	if err != nil && !errors.Is(err, people.ErrNotFound) {
		return "", err
	}
	stored := p.Password
	if stored == "" {
		stored = d.dummy
	}
	locked, lockErr := d.locked(ctx, login)
	if len(password) > passwordBytes {
		password = ""
	}
	// The work is done in every case, so that its time tells nothing.
	same, outdated := d.matches(password, stored)
	good := same && p.Password != "" && p.Authenticator != nil && !p.Suspended
	if lockErr != nil {
		return "", lockErr
	}
	if locked || !good {
		word := WordRefused
		if locked {
			word = WordLocked
		} else if err := d.failed(ctx, login); err != nil {
			return "", err
		}
		return "", errors.Join(d.note(ctx, p.ID, 0, word, ByPassword, "", from), ErrRefused)
	}
	if outdated {
		renewed, err := d.hash(password)
		if err == nil {
			err = d.store.Rehash(ctx, p.ID, p.Password, renewed)
		}
		if err != nil {
			return "", err
		}
	}
	return d.wait(waiting{person: p.ID, kind: codeStep})
}

// Code takes the code of the step that waits, and answers with what the browser keeps. The error is ErrRefused, after which the
// step may be tried again, ErrOver, after which the person begins again, ErrTooMany, or the file's.
func (d *Desk) Code(ctx context.Context, step, code string, from From) (string, error) {
	if err := d.Admit(from); err != nil {
		return "", err
	}
	w, err := d.take(step, codeStep)
	if err != nil {
		return "", err
	}
	p, err := d.store.Person(ctx, w.person)
	if err != nil {
		return "", err
	}
	method, err := d.codeOf(ctx, p, code, from)
	if errors.Is(err, ErrRefused) {
		d.back(step, w)
	}
	if err != nil {
		return "", err
	}
	return d.begin(ctx, p, method, d.now(), from)
}

// codeOf takes a code of a person whose account is not locked, and counts what is wrong.
func (d *Desk) codeOf(ctx context.Context, p people.Person, code string, from From) (string, error) {
	locked, err := d.locked(ctx, p.Login)
	if err != nil {
		return "", err
	}
	if locked {
		return "", errors.Join(d.note(ctx, p.ID, 0, WordLocked, ByPassword, "", from), ErrRefused)
	}
	method, err := d.second(ctx, p, code)
	if errors.Is(err, ErrRefused) {
		return method, errors.Join(d.failed(ctx, p.Login), d.note(ctx, p.ID, 0, WordRefused, method, "the code", from), ErrRefused)
	}
	if err != nil {
		return method, err
	}
	return method, d.succeeded(ctx, p.Login)
}

// Prove takes a code in a session that goes on: its second factor is fresh again.
func (d *Desk) Prove(ctx context.Context, s *people.Session, code string, from From) error {
	if err := d.Admit(from); err != nil {
		return err
	}
	p, err := d.store.Person(ctx, s.Person)
	if err != nil {
		return err
	}
	method, err := d.codeOf(ctx, p, code, from)
	if err != nil {
		return err
	}
	return errors.Join(d.store.Prove(ctx, s.Hash, d.now()), d.note(ctx, p.ID, s.Actor, WordProved, method, "", from))
}

// Confirm tells whether a password is that of a session's person, as changing what proves it asks for.
func (d *Desk) Confirm(ctx context.Context, p people.Person, password string, from From) error {
	if err := d.Admit(from); err != nil {
		return err
	}
	locked, err := d.locked(ctx, p.Login)
	if err != nil {
		return err
	}
	if same, _ := d.matches(password, p.Password); !same || locked {
		return errors.Join(d.failed(ctx, p.Login), d.note(ctx, p.ID, 0, WordRefused, ByPassword, "the password, to change it", from), ErrRefused)
	}
	return nil
}
