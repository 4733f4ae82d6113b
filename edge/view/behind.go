package view

import (
	"context"
	"fmt"
	"sync"
	"time"

	"millrace/domain/party"
	"millrace/edge/access"
)

// What can't be read while a person waits is read behind its back, one at a time on a node, and kept.
const (
	behindFrom = 2_000            // records in the caller's reach; below that it is read at once
	behindMax  = 32               // that are kept; the one that was asked for longest ago goes first
	behindTime = 30 * time.Minute // that one may take
	behindRest = 10               // what took so long is read again only after so many times that long
)

// behind remembers what was read behind somebody's back.
type behind struct {
	mutex sync.Mutex
	known map[string]*later // guarded by mutex
	turn  chan struct{}     // taken by the one that is reading
}

// later is what is being read, or was.
type later struct {
	value   any
	err     error
	at      uint64 // watermark of the value; 0 while there is none
	running bool
	rest    time.Time // until when it is not read again
	asked   time.Time
}

// Records counts the receivables and financings in the caller's reach; a custodian's are those of its programmes.
func (v *View) Records(c access.Caller) (int, error) {
	query, arguments := "SELECT ifnull(sum(records), 0) FROM receivable_sum", []any(nil)
	if !c.SeesAll() {
		query, arguments = "SELECT 0", nil
		for _, one := range []struct {
			roles party.Role
			table string
		}{
			{party.Seller, "receivable_sum_seller WHERE seller = ?"}, {party.Buyer | party.Anchor, "receivable_sum_buyer WHERE buyer = ?"}, {party.Funder, "financing_sum WHERE funder = ?"},
			{party.Custodian | party.Bank, "account_sum WHERE entity = ?"},
		} {
			if c.Views()&one.roles != 0 {
				query += " + (SELECT ifnull(sum(records), 0) FROM " + one.table + ")"
				arguments = append(arguments, int64(c.Party))
			}
		}
		if c.Views()&party.Custodian != 0 {
			held, err := v.among(c, "programme", party.Custodian, whole)
			if err != nil {
				return 0, err
			}
			query += " + (SELECT ifnull(sum(records), 0) FROM financing_sum WHERE " + held.sql + ")"
			arguments = append(arguments, held.arguments...)
		}
	}
	var count int
	if err := v.view.Tx.QueryRowContext(v.ctx, query, arguments...).Scan(&count); err != nil {
		return 0, fmt.Errorf("view: %w", err)
	}
	return count, nil
}

// Behind gives what a caller asks for that takes long on a large book; what says which, with all that it depends on besides the caller. In
// a small reach it is read at once. In a large one it is read in the background, and ready is false until that is done once; what was
// read before is given as it is, and read again when the book has gone on. An error is given once.
func Behind[T any](v *View, c access.Caller, what string, read func(v *View) (T, error)) (value T, ready bool, err error) {
	records, err := v.Records(c)
	if err != nil {
		return value, false, err
	}
	if records < behindFrom {
		value, err = read(v)
		return value, err == nil, err
	}
	found, err := v.behind.of(v.Reader, fmt.Sprint(what, " ", c.Role, " ", c.Party), v.Watermark(), func(v *View) (any, error) { return read(v) })
	if found == nil || err != nil {
		return value, false, err
	}
	return found.(T), true, nil
}

func (b *behind) of(r *Reader, key string, watermark uint64, read func(*View) (any, error)) (any, error) {
	now := time.Now()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	one := b.known[key]
	if one == nil {
		if len(b.known) >= behindMax && !b.forget() {
			return nil, nil // everything that is kept is being read
		}
		one = &later{}
		b.known[key] = one
	}
	one.asked = now
	if one.err != nil {
		err := one.err
		one.err = nil
		return nil, err
	}
	if !one.running && one.at != watermark && !now.Before(one.rest) {
		one.running = true
		go b.read(r, one, read)
	}
	if one.at == 0 {
		return nil, nil
	}
	return one.value, nil
}

// forget lets go of what was asked for longest ago and is not being read.
func (b *behind) forget() bool {
	oldest := ""
	for key, one := range b.known {
		if !one.running && (oldest == "" || one.asked.Before(b.known[oldest].asked)) {
			oldest = key
		}
	}
	delete(b.known, oldest)
	return oldest != ""
}

// read waits for its turn and reads at the watermark of that time. It is over when the node is.
func (b *behind) read(r *Reader, one *later, read func(*View) (any, error)) {
	b.turn <- struct{}{}
	defer func() { <-b.turn }()
	ctx, cancel := context.WithTimeout(context.Background(), behindTime)
	defer cancel()
	go func() {
		select {
		case <-r.engine.Ended():
			cancel()
		case <-ctx.Done():
		}
	}()
	began, at := time.Now(), uint64(0)
	var value any
	v, err := r.Now(ctx)
	if err == nil {
		at = v.Watermark()
		if value, err = read(v); err == nil {
			err = v.Close()
		} else {
			_ = v.Close() // what went wrong is told
		}
	}
	now := time.Now()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	one.running, one.rest = false, now.Add(behindRest*now.Sub(began))
	if one.err = err; err == nil {
		one.value, one.at = value, at
	}
}
