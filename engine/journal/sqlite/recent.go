package sqlite

import (
	"slices"
	"sync"

	"millrace/engine/journal"
)

// What is kept of batches that were read: entries are asked for one by one, and those of a story or of a list lie side by side. A small
// batch is read again as fast as it is found here.
const (
	recentMax      = 48
	recentBytesMax = 32 << 20
	recentLeast    = 16 << 10 // bytes
)

// recent are the large batches that were read last. Batches never change.
type recent struct {
	mutex sync.Mutex
	known []*journal.Indexed // guarded by mutex, as bytes; the one that was asked for last is the last
	bytes int
}

// holding gives the batch that holds an entry; nil where it is not kept.
func (r *recent) holding(sequence uint64) *journal.Indexed {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for i := len(r.known) - 1; i >= 0; i-- {
		if found := r.known[i]; found.Holds(sequence) {
			copy(r.known[i:], r.known[i+1:])
			r.known[len(r.known)-1] = found
			return found
		}
	}
	return nil
}

func (r *recent) keep(batch *journal.Indexed, sequence uint64) {
	if batch.Size() < recentLeast || batch.Size() > recentBytesMax || r.holding(sequence) != nil {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.known = append(r.known, batch)
	r.bytes += batch.Size()
	drop := 0
	for len(r.known)-drop > recentMax || r.bytes > recentBytesMax {
		r.bytes -= r.known[drop].Size()
		drop++
	}
	r.known = slices.Delete(r.known, 0, drop)
}
