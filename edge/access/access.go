// Package access says who is asking. A caller shows a key as a bearer token; the book knows only the SHA-256 of it, so a
// copy of the data opens nothing. What a caller may send is the business of each edge's table of routes; which records it
// sees is the business of package view.
package access

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/engine"
	"millrace/engine/table"
)

var (
	// ErrNoKey is returned for a request without a bearer token, or with one that is not of our form.
	ErrNoKey = errors.New("access: the request carries no key")
	// ErrKeyUnknown is returned for a key that is not in the book, or that is revoked, or whose actor is not active.
	ErrKeyUnknown = errors.New("access: the key is not valid")
	// ErrNotLocal is returned by a node without keys for a request that does not come from this machine.
	ErrNotLocal = errors.New("access: a node without keys serves this machine only")
)

// Caller is on whose authority a request comes.
type Caller struct {
	Actor      id.Actor
	Key        id.Key // 0 on a node without keys
	Party      id.Party
	Role       party.Role  // exactly one
	PartyRoles party.Role  // all that the party may be
	Person     int64       // who has signed in; 0 for a machine, and on a node without keys
	Scopes     party.Scope // to which the key is narrowed; 0 for not at all

	Administrator bool // of the party's people
}

// SeesAll tells whether the caller sees the records of every party: the operator's people, its compliance, and auditors whose party is
// the operator or an auditor.
func (c Caller) SeesAll() bool {
	return c.Role == party.Operator || c.Investigates() || c.Role == party.Auditor && c.PartyRoles&(party.Operator|party.Auditor) != 0
}

// OfOperator tells whether the caller is one of the operator's people: they do not see what a funder decides for itself.
func (c Caller) OfOperator() bool { return c.Role == party.Operator || c.Investigates() }

// Administers tells whether the caller decides who signs in for a party: an administrator of its own party's people, and one of the
// operator's for everybody. The operator's first actor is an administrator.
func (c Caller) Administers(of id.Party) bool {
	return (c.Administrator || c.Actor.Number() == 1) && (c.Party == of || c.Role == party.Operator)
}

// Investigates tells whether the caller is of the operator's compliance: nobody else may know of a suspicion that is looked into.
func (c Caller) Investigates() bool {
	return c.Role == party.Compliance && c.PartyRoles&party.Operator != 0
}

// Views are the roles through which the caller sees records of its own party: its role, or for an auditor inside another
// party all roles of that party. A bank's machine sees what the custodian sees.
func (c Caller) Views() party.Role {
	roles := c.Role
	if c.Role == party.Auditor {
		roles = c.PartyRoles
	}
	if roles&party.Bank != 0 {
		roles |= party.Custodian
	}
	if roles&party.Anchor != 0 {
		roles |= party.Buyer
	}
	return roles
}

// Access finds callers. Its methods may be called from any goroutine.
type Access struct {
	engine *engine.Engine
	open   atomic.Bool
	origin http.CrossOriginProtection

	mutex   sync.Mutex
	callers map[[32]byte]found // guarded by mutex
}

// found is a caller as the tables had it at a watermark.
type found struct {
	caller Caller
	at     uint64
}

const callersMax = 10_000

// New finds callers by their keys.
func New(e *engine.Engine) *Access { return &Access{engine: e, callers: map[[32]byte]found{}} }

// Open is for a node without keys: whoever asks from this machine is the operator's first actor. The node must listen on
// loopback addresses only.
func Open(e *engine.Engine) *Access {
	a := New(e)
	a.open.Store(true)
	return a
}

// IsOpen tells whether the node asks for no keys.
func (a *Access) IsOpen() bool { return a.open.Load() }

// Shut ends that: from now on everybody says who is asking.
func (a *Access) Shut() { a.open.Store(false) }

// Authenticate finds who is asking. Errors are ErrNoKey, ErrKeyUnknown, ErrNotLocal, and those of reading the tables. A
// key is refused as soon as its revocation has been answered.
func (a *Access) Authenticate(r *http.Request) (Caller, error) {
	if a.open.Load() {
		if err := a.Local(r); err != nil {
			return Caller{}, err
		}
		return a.first(r.Context())
	}
	scheme, secret, found := strings.Cut(r.Header.Get("Authorization"), " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return Caller{}, ErrNoKey
	}
	return a.Identify(r.Context(), strings.TrimSpace(secret))
}

// Identify finds whose secret it is. Errors are those of Authenticate.
func (a *Access) Identify(ctx context.Context, secret string) (Caller, error) {
	if !WellFormed(secret) {
		return Caller{}, ErrNoKey
	}
	return a.ByHash(ctx, HashOf(secret))
}

// ByHash finds whose secret has a hash. Errors are those of Authenticate.
func (a *Access) ByHash(ctx context.Context, hash [32]byte) (Caller, error) {
	return a.cached(ctx, hash, func(v *table.View, hash [32]byte) (Caller, error) { return byHash(ctx, v, hash) })
}

// As is the caller who acts as an actor, without a key: by the word of whoever has recognised a person, or in a demo, in which a person on
// this machine may look through anybody's eyes. Errors are those of Authenticate.
func (a *Access) As(ctx context.Context, actor id.Actor) (Caller, error) {
	name := sha256.Sum256(fmt.Appendf(nil, "actor %d", actor))
	return a.cached(ctx, name, func(v *table.View, _ [32]byte) (Caller, error) { return byActor(ctx, v, actor.Number(), 0) })
}

// Local refuses what does not come from this machine, or comes from a page of another site in a browser on it.
func (a *Access) Local(r *http.Request) error {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ErrNotLocal
	}
	if address := net.ParseIP(host); address == nil || !address.IsLoopback() {
		return ErrNotLocal
	}
	// Behind a proxy every request comes from loopback.
	if r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return ErrNotLocal
	}
	name := r.Host
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		name = host
	}
	// A name that an outsider points at this machine must not become a way in.
	if address := net.ParseIP(strings.Trim(name, "[]")); name != "localhost" && (address == nil || !address.IsLoopback()) {
		return ErrNotLocal
	}
	if err := a.origin.Check(r); err != nil {
		return fmt.Errorf("%w: %w", ErrNotLocal, err)
	}
	return nil
}

// first is the operator's first actor.
func (a *Access) first(ctx context.Context) (Caller, error) {
	return a.cached(ctx, [32]byte{}, func(v *table.View, _ [32]byte) (Caller, error) {
		return byActor(ctx, v, 1, 0)
	})
}

// cached gives a caller that was read when the journal stood where it stands now, else reads it again. What the journal
// holds by now includes every revocation that has been answered.
func (a *Access) cached(ctx context.Context, hash [32]byte, read func(*table.View, [32]byte) (Caller, error)) (Caller, error) {
	head := a.engine.Head().Sequence
	a.mutex.Lock()
	known, ok := a.callers[hash]
	a.mutex.Unlock()
	if ok && known.at >= head {
		return known.caller, nil
	}
	v, err := a.engine.Read(ctx, head)
	if err != nil {
		return Caller{}, err
	}
	defer v.Close()
	caller, err := read(v, hash)
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if err != nil {
		delete(a.callers, hash)
		return Caller{}, err
	}
	if len(a.callers) >= callersMax {
		clear(a.callers)
	}
	if a.callers[hash].at <= v.Watermark {
		a.callers[hash] = found{caller, v.Watermark}
	}
	return caller, nil
}

func byHash(ctx context.Context, v *table.View, hash [32]byte) (Caller, error) {
	var key party.Key
	switch known, err := one(ctx, v, &key, "SELECT record FROM actor_key WHERE hash = ? AND active = 1 LIMIT 1", hash[:]); {
	case err != nil:
		return Caller{}, err
	case !known || !key.Active:
		return Caller{}, ErrKeyUnknown
	}
	caller, err := byActor(ctx, v, key.Actor.Number(), key.ID)
	caller.Scopes = key.Scopes
	return caller, err
}

func byActor(ctx context.Context, v *table.View, number uint64, key id.Key) (Caller, error) {
	var actor party.Actor
	switch known, err := one(ctx, v, &actor, "SELECT record FROM actor WHERE number = ?", int64(number)); {
	case err != nil:
		return Caller{}, err
	case !known || !actor.Active:
		return Caller{}, ErrKeyUnknown
	}
	var home party.Party
	switch known, err := one(ctx, v, &home, "SELECT record FROM party WHERE number = ?", int64(actor.Party.Number())); {
	case err != nil:
		return Caller{}, err
	case !known || home.State == party.Suspended:
		return Caller{}, ErrKeyUnknown
	}
	return Caller{Actor: actor.ID, Key: key, Party: actor.Party, Role: actor.Role, PartyRoles: home.Roles, Administrator: actor.Administrator}, nil
}

// one reads the first row's record.
func one(ctx context.Context, v *table.View, record any, query string, arguments ...any) (bool, error) {
	rows, err := v.Tx.QueryContext(ctx, query, arguments...)
	if err != nil {
		return false, fmt.Errorf("access: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		return false, rows.Err()
	}
	var stored []byte
	if err := rows.Scan(&stored); err != nil {
		return false, fmt.Errorf("access: %w", err)
	}
	if err := book.DecodeRecord(stored, record); err != nil {
		return false, fmt.Errorf("access: %w", err)
	}
	return true, nil
}

// A secret reads "mlr_", 8 characters by which people tell keys apart, "_", and 52 characters of 256 random bits; both in
// base32 (RFC 4648) in lower case without padding.
const (
	prefix      = "mlr_"
	nameBytes   = 5
	secretBytes = 32
	nameText    = 8
	secretText  = 52
)

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewSecret makes a secret and the SHA-256 of it, which is what the book is told. It fails only where random does.
func NewSecret(random io.Reader) (secret string, hash [32]byte, err error) {
	var bytes [nameBytes + secretBytes]byte
	if _, err := io.ReadFull(random, bytes[:]); err != nil {
		return "", hash, fmt.Errorf("access: %w", err)
	}
	secret = prefix + letters.EncodeToString(bytes[:nameBytes]) + "_" + letters.EncodeToString(bytes[nameBytes:])
	return secret, sha256.Sum256([]byte(secret)), nil
}

// HashOf is what the book knows of a secret.
func HashOf(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// WellFormed tells whether a text has the form of a secret.
func WellFormed(secret string) bool {
	body, found := strings.CutPrefix(secret, prefix)
	if !found || len(body) != nameText+1+secretText || body[nameText] != '_' {
		return false
	}
	for i := range len(body) {
		c := body[i]
		if i != nameText && (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}
