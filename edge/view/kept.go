package view

import (
	"sync"
	"time"

	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
)

// keptShare bounds how much of the time goes into reading what is kept: one part in so many.
const keptShare = 20

// reach is what decides which records a caller sees.
type reach struct {
	views party.Role
	of    id.Party
	what  string // of what can be asked for apart
}

// reachOf is the caller's reach; all who see everything share one.
func reachOf(c access.Caller) reach {
	if c.SeesAll() {
		return reach{}
	}
	return reach{views: c.Views(), of: c.Party}
}

// kept remembers what takes long to read on a large book, one for each reach. It may be a little older than the view.
type kept[T any] struct {
	mutex sync.Mutex
	known map[reach]*reckoned[T] // guarded by mutex
}

// reckoned is what was read at a watermark.
type reckoned[T any] struct {
	value T
	at    uint64
	until time.Time
}

// of gives what is remembered for a reach, if it is of this watermark, or of waitFor or later and was read a short while ago; else it reads.
func (k *kept[T]) of(v *View, s reach, waitFor uint64, read func() (T, error)) (T, error) {
	began := time.Now()
	k.mutex.Lock()
	found := k.known[s]
	k.mutex.Unlock()
	if found != nil && found.at >= waitFor && (found.at == v.Watermark() || began.Before(found.until)) {
		return found.value, nil
	}
	value, err := read()
	if err != nil {
		return value, err
	}
	now := time.Now()
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.known == nil || len(k.known) >= profilesMax {
		k.known = map[reach]*reckoned[T]{}
	}
	k.known[s] = &reckoned[T]{value, v.Watermark(), now.Add(keptShare * now.Sub(began))}
	return value, nil
}
