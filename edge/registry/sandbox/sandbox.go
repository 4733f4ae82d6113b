// Package sandbox is a public registry in this process, which fails when it is told to.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"millrace/domain/calendar"
	"millrace/edge/intake"
	"millrace/edge/registry"
)

// Failure is how the next call goes wrong.
type Failure uint8

// The failures.
const (
	None     Failure = iota
	Before           // nothing is done, and no answer comes
	After            // it is done, and the answer is lost
	Refuse           // the registry says no
	failures         // how many there are
)

// ErrNoAnswer is what the caller sees of a lost answer.
var ErrNoAnswer = errors.New("registry sandbox: no answer")

// Registry is a registry. It may be used from many goroutines.
type Registry struct {
	name string
	date func() calendar.Date

	mu      sync.Mutex
	next    []Failure                   // guarded by mu
	done    map[string]registry.Receipt // by key; guarded by mu
	entries []entry                     // by rank; guarded by mu
}

type entry struct {
	number, grantor, secured string
	filed, until             calendar.Date
	discharged               bool
}

// New opens an empty registry of a name, on the dates that date gives.
func New(name string, date func() calendar.Date) *Registry {
	return &Registry{name: name, date: date, done: map[string]registry.Receipt{}}
}

// Fail lets the next acts go wrong, one after another.
func (r *Registry) Fail(next ...Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = append(r.next, next...)
}

// Stand enters what somebody outside has registered.
func (r *Registry) Stand(number string, grantor intake.Profile, secured string, filed, until calendar.Date) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, entry{number: number, grantor: identity(grantor), secured: secured, filed: filed, until: until})
}

// Entries counts what stands in the registry.
func (r *Registry) Entries() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	standing := 0
	for _, e := range r.entries {
		if !e.discharged {
			standing++
		}
	}
	return standing
}

// identity is by what a registry tells grantors apart: an identifier, else the name.
func identity(p intake.Profile) string {
	for _, i := range p.Identifiers {
		if i.Scheme == "LEI" && i.Value != "" {
			return "LEI " + i.Value
		}
	}
	return strings.ToUpper(p.Name)
}

// Name implements registry.Adapter.
func (r *Registry) Name() string { return r.name }

// perform does an act once a key, and fails as it was told.
func (r *Registry) perform(ctx context.Context, key string, act func() (registry.Receipt, error)) (registry.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return registry.Receipt{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	failure := None
	if len(r.next) > 0 {
		failure, r.next = r.next[0], r.next[1:]
	}
	receipt, known := r.done[key]
	if !known {
		switch failure {
		case Before:
			return registry.Receipt{}, ErrNoAnswer
		case Refuse:
			return registry.Receipt{}, &registry.Refusal{Reason: "the description is too general"}
		}
		var err error
		if receipt, err = act(); err != nil {
			return registry.Receipt{}, err
		}
		r.done[key] = receipt
	}
	if failure == Before || failure == After {
		return registry.Receipt{}, ErrNoAnswer
	}
	return receipt, nil
}

// File implements registry.Adapter.
func (r *Registry) File(ctx context.Context, key string, f registry.Filing) (registry.Receipt, error) {
	return r.perform(ctx, key, func() (registry.Receipt, error) {
		today := r.date()
		if f.Until < today {
			return registry.Receipt{}, &registry.Refusal{Reason: "the last day has passed"}
		}
		number := fmt.Sprintf("%s-%06d", strings.ToUpper(r.name), len(r.entries)+1)
		r.entries = append(r.entries, entry{number: number, grantor: identity(f.Grantor), secured: f.Secured.Name, filed: today, until: f.Until})
		return registry.Receipt{Number: number, Date: today, Until: f.Until}, nil
	})
}

// find gives the entry of a number that stands.
func (r *Registry) find(number string) (*entry, error) {
	for i := range r.entries {
		if e := &r.entries[i]; e.number == number && !e.discharged {
			return e, nil
		}
	}
	return nil, &registry.Refusal{Reason: "there is no entry " + number}
}

// Renew implements registry.Adapter.
func (r *Registry) Renew(ctx context.Context, key, number string, until calendar.Date) (registry.Receipt, error) {
	return r.perform(ctx, key, func() (registry.Receipt, error) {
		e, err := r.find(number)
		if err != nil {
			return registry.Receipt{}, err
		}
		e.until = until
		return registry.Receipt{Number: number, Date: r.date(), Until: until}, nil
	})
}

// Discharge implements registry.Adapter.
func (r *Registry) Discharge(ctx context.Context, key, number string) (registry.Receipt, error) {
	return r.perform(ctx, key, func() (registry.Receipt, error) {
		e, err := r.find(number)
		if err != nil {
			return registry.Receipt{}, err
		}
		e.discharged = true
		return registry.Receipt{Number: number, Date: r.date(), Until: e.until}, nil
	})
}

// Search implements registry.Adapter.
func (r *Registry) Search(ctx context.Context, grantor intake.Profile) (registry.Extract, error) {
	if err := ctx.Err(); err != nil {
		return registry.Extract{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.next) > 0 {
		failure := r.next[0]
		r.next = r.next[1:]
		if failure != None {
			return registry.Extract{}, ErrNoAnswer
		}
	}
	today := r.date()
	extract := registry.Extract{Date: today}
	for _, e := range r.entries {
		if e.grantor == identity(grantor) && !e.discharged && e.until >= today {
			extract.Entries = append(extract.Entries, registry.Standing{Number: e.number, Secured: e.secured, Assigned: e.filed, Registered: e.filed})
		}
	}
	extract.Certificate = fmt.Sprintf("%s, %s: %d entries against %s", r.name, today, len(extract.Entries), grantor.Name)
	return extract, nil
}
