// Package mem is a journal in memory, for tests and simulations. Its store
// outlives the journals opened on it, as a disk outlives a process.
package mem

import (
	"bytes"
	"sort"
	"sync"

	"millrace/engine/journal"
)

// Store keeps the batches of any number of shards. The zero value is empty and
// ready; it may be used by many goroutines.
type Store struct {
	mutex  sync.Mutex
	shards map[uint32][]journal.Sealed
}

// Journal is a journal.Journal over one shard of a store.
type Journal struct {
	store  *Store
	shard  uint32
	closed bool // guarded by store.mutex
}

// New returns an empty journal on a store of its own.
func New(shard uint32) *Journal {
	return &Journal{store: new(Store), shard: shard}
}

// Open returns a journal of that shard. Its last batch is verified.
func (s *Store) Open(shard uint32) (*Journal, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if batches := s.shards[shard]; len(batches) > 0 {
		if _, err := journal.DecodeBatch(batches[len(batches)-1].Bytes); err != nil {
			return nil, err
		}
	}
	return &Journal{store: s, shard: shard}, nil
}

// Append implements journal.Journal.
func (j *Journal) Append(s journal.Sealed) error {
	j.store.mutex.Lock()
	defer j.store.mutex.Unlock()
	if j.closed {
		return journal.ErrClosed
	}
	if err := journal.CheckAppend(j.shard, j.head(), s); err != nil {
		return err
	}
	s.Bytes = bytes.Clone(s.Bytes)
	if j.store.shards == nil {
		j.store.shards = make(map[uint32][]journal.Sealed)
	}
	j.store.shards[j.shard] = append(j.store.shards[j.shard], s)
	return nil
}

// Head implements journal.Journal.
func (j *Journal) Head() (journal.Head, error) {
	j.store.mutex.Lock()
	defer j.store.mutex.Unlock()
	if j.closed {
		return journal.Head{}, journal.ErrClosed
	}
	return j.head(), nil
}

func (j *Journal) head() journal.Head {
	batches := j.store.shards[j.shard]
	if len(batches) == 0 {
		return journal.Head{}
	}
	return batches[len(batches)-1].Head()
}

// batches returns what is stored now. Later appends do not change it.
func (j *Journal) batches() ([]journal.Sealed, error) {
	j.store.mutex.Lock()
	defer j.store.mutex.Unlock()
	if j.closed {
		return nil, journal.ErrClosed
	}
	return j.store.shards[j.shard], nil
}

// Read implements journal.Journal. Batches appended while it reads are yielded too.
func (j *Journal) Read(from uint64, yield func(journal.Batch) error) error {
	chain := journal.NewChain(j.shard)
	for {
		batches, err := j.batches()
		if err != nil {
			return err
		}
		i := sort.Search(len(batches), func(i int) bool { return batches[i].Last() >= from })
		if i == len(batches) {
			return nil
		}
		for _, sealed := range batches[i:] {
			batch, err := chain.Next(sealed.Bytes)
			if err != nil {
				return err
			}
			if err := yield(batch); err == journal.ErrStop {
				return nil
			} else if err != nil {
				return err
			}
			from = batch.Last() + 1
		}
	}
}

// Entry implements journal.Journal.
func (j *Journal) Entry(sequence uint64) (journal.Entry, [32]byte, error) {
	batches, err := j.batches()
	if err != nil {
		return journal.Entry{}, [32]byte{}, err
	}
	i := sort.Search(len(batches), func(i int) bool { return batches[i].Last() >= sequence })
	if i == len(batches) {
		return journal.Entry{}, [32]byte{}, journal.ErrNotFound
	}
	return journal.FindEntry(batches[i].Bytes, sequence)
}

// Close implements journal.Journal; the store stays.
func (j *Journal) Close() error {
	j.store.mutex.Lock()
	defer j.store.mutex.Unlock()
	j.closed = true
	return nil
}
