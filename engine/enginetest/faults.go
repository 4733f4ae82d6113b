package enginetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"millrace/engine"
	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/engine/journal/journaltest/powercut"
	"millrace/engine/journal/mem"
)

// Faults proves that no answered command is lost and none is applied twice, when any append of the journal goes wrong in
// either way and the unanswered commands are asked for again, with their keys, after a restart.
func Faults(t *testing.T, s Subject, seed uint64, count int) {
	t.Helper()
	for _, fault := range []journaltest.Fault{journaltest.Fails, journaltest.FailsButPersists} {
		for _, bulk := range []int{1, 5} {
			appends := 1 + count/bulk
			for at := 1; at <= appends; at++ {
				if err := CheckFault(s, seed, count, bulk, at, fault); err != nil {
					t.Errorf("fault %d at append %d, bulks of %d: %v", fault, at, bulk, err)
				}
			}
		}
	}
}

// CheckFault is one run of Faults: the at-th append goes wrong.
func CheckFault(s Subject, seed uint64, count, bulk, at int, fault journaltest.Fault) error {
	store := new(mem.Store)
	opened := 0
	return s.carryThrough(seed, count, bulk, func() (journal.Journal, error) {
		j, err := store.Open(1)
		if opened++; err != nil || opened > 1 {
			return j, err
		}
		return journaltest.NewFaulty(j, at, fault), nil
	})
}

// PowerCuts proves the same when the power fails at random moments below the SQLite journal, on a disk that drops, tears
// and reorders what was not synced. The directory is that of one test.
func PowerCuts(s Subject, dir string, seed uint64, count int, syncing powercut.Syncing) error {
	random := rand.New(rand.NewPCG(seed, 3))
	disk := powercut.New(dir, seed)
	defer func() { disk.Release() }()
	cuts := 4
	return s.carryThrough(seed, count, 1+random.IntN(4), func() (journal.Journal, error) {
		if disk.Dead() {
			after := disk.Restart()
			disk.Release()
			disk = after
		}
		disk.CutAfter(-1)
		if cuts--; cuts >= 0 {
			disk.CutAfter(1 + random.IntN(6*count))
		}
		return disk.Open("journal.db", 1, syncing)
	})
}

// carryThrough submits keyed requests in bulks on journals from open, which stand for one store, and opens anew whenever
// the engine stops. Then it holds what is stored against what was answered. The clock stands still, so that answers do
// not depend on how often something was asked.
func (s Subject) carryThrough(seed uint64, count, bulk int, open func() (journal.Journal, error)) error {
	requests := s.Requests(seed, count)
	for i := range requests {
		requests[i].Key = fmt.Sprintf("request-%d", i)
	}
	var answered []engine.Result
	for attempts := 0; len(answered) < len(requests); attempts++ {
		if attempts > 50 {
			return errors.New("no way through")
		}
		e, err := s.reopen(open)
		if err != nil {
			if attempts > 20 {
				return err
			}
			continue // the power failed again while it opened
		}
		some, err := submit(e, requests[len(answered):], func() int { return bulk })
		answered = append(answered, some...)
		if err != nil && !errors.Is(err, engine.ErrStopped) {
			return errors.Join(err, e.Close(context.Background()))
		}
		e.Close(context.Background()) // returns what stopped it
	}
	return s.audit(requests, answered, open)
}

func (s Subject) reopen(open func() (journal.Journal, error)) (*engine.Engine, error) {
	j, err := open()
	if err != nil {
		return nil, err
	}
	return s.open(engine.Options{Journal: j, Clock: func() int64 { return clockStart }, TablesOff: true})
}

func (s Subject) audit(requests []engine.Request, answered []engine.Result, open func() (journal.Journal, error)) error {
	var e *engine.Engine
	var err error
	for range 20 { // the last power cut may still be to come
		if e, err = s.reopen(open); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	defer e.Close(context.Background())
	used := make(map[string]uint64)
	if err := e.Journal().Read(1, func(b journal.Batch) error {
		for stored := range b.Entries() {
			entry, err := journal.DecodeEntry(stored.Bytes)
			if err != nil {
				return err
			}
			if before, twice := used[entry.Key]; twice && entry.Key != "" {
				return fmt.Errorf("the command with the key %s is applied twice, by the entries %d and %d", entry.Key, before, entry.Sequence)
			}
			used[entry.Key] = entry.Sequence
		}
		return nil
	}); err != nil {
		return err
	}
	for i, result := range answered {
		sequence, stored := used[requests[i].Key]
		switch {
		case result.Rejection != nil && stored:
			return fmt.Errorf("command %d was rejected, and is entry %d", i, sequence)
		case result.Rejection != nil:
			continue
		case !stored:
			return fmt.Errorf("command %d was answered, and is lost", i)
		}
		entry, err := e.ReadEntry(sequence)
		if err != nil {
			return err
		}
		result.Answer.Repeat = false
		if !equalResults(result, engine.Result{Answer: entry.Answer()}) {
			return fmt.Errorf("command %d was answered\n%+v, stored is\n%+v", i, result.Answer, entry.Answer())
		}
	}
	_, err = s.digest(e)
	return err
}
