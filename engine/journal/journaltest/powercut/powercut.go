// Package powercut is a disk for tests, under SQLite, that can lose power. It
// keeps what was written but not synced apart, and when the power fails it
// drops, tears and reorders that by a seed, sector by sector. Only tests import
// it.
package powercut

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/vfs"

	"millrace/engine/journal/sqlite"
)

// sectorBytes is what a disk writes whole or not at all.
const sectorBytes = 512

// Syncing says whether SQLite is made to sync.
type Syncing int

const (
	// Honest is SQLite as the journal sets it up.
	Honest Syncing = iota
	// Skipped is the mutant that a test of power cuts must catch: SQLite never
	// syncs, though it answers that it does.
	Skipped
)

// Disk is one disk in memory, registered with SQLite under a name of its own.
type Disk struct {
	name      string
	directory string // of the shared memory of the write-ahead log, which no power cut keeps

	mutex    sync.Mutex
	files    map[string]*file
	random   *rand.Rand
	calls    int
	cutAfter int // calls until the power fails; negative: never
	dead     bool
	skipSync bool
}

// file is what is stored under a name.
type file struct {
	now     []byte // as the running system sees it
	synced  []byte // as the disk has it for sure
	pending []change
	durable bool // its name was made durable by a sync
	deleted bool // deleted, but the directory is not synced
	locks   locks
}

// change is one unsynced write, or a truncation when data is nil.
type change struct {
	offset int64
	data   []byte
}

var disks atomic.Int64

// New returns an empty disk. The directory takes the shared memory of SQLite's
// write-ahead log, and is that of one test.
func New(directory string, seed uint64) *Disk {
	return newDisk(directory, rand.New(rand.NewPCG(seed, 0x706f776572)))
}

func newDisk(directory string, random *rand.Rand) *Disk {
	d := &Disk{
		name:      fmt.Sprintf("powercut%d", disks.Add(1)),
		directory: directory,
		files:     make(map[string]*file),
		random:    random,
		cutAfter:  -1,
	}
	vfs.Register(d.name, layer{d})
	return d
}

// Release takes the disk away from SQLite. Journals on it must be closed.
func (d *Disk) Release() { vfs.Unregister(d.name) }

// Open opens the journal of a shard in the file name on this disk: the real
// journal, on another driver and this file layer.
func (d *Disk) Open(name string, shard uint32, syncing Syncing) (*sqlite.Journal, error) {
	return sqlite.OpenOn(d.Connect(name, syncing), shard)
}

// Connect is for code that opens the journal itself.
func (d *Disk) Connect(name string, syncing Syncing) sqlite.Connect {
	return func(parameters url.Values) (*sql.DB, error) {
		parameters.Set("vfs", d.name)
		dsn := "file:/" + name + "?" + parameters.Encode()
		if syncing == Honest {
			return driver.Open(dsn)
		}
		d.mutex.Lock()
		d.skipSync = true
		d.mutex.Unlock()
		return driver.Open(dsn, func(c *sqlite3.Conn) error { return c.Exec("PRAGMA synchronous=OFF") })
	}
}

// CutAfter lets the power fail at the n-th write, sync, truncation or deletion
// from now on, counted from 1. That call and all later ones fail.
func (d *Disk) CutAfter(n int) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.cutAfter = n
}

// Cut lets the power fail now.
func (d *Disk) Cut() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.dead = true
}

// Calls returns how many writes, syncs, truncations and deletions there were.
func (d *Disk) Calls() int {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.calls
}

// Dead tells whether the power has failed.
func (d *Disk) Dead() bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.dead
}

// Restart lets the power fail, unless it has, and returns the disk as it comes
// back: everything synced, and of the rest what the seed lets through.
func (d *Disk) Restart() *Disk {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.dead = true
	after := newDisk(d.directory, d.random)
	names := make([]string, 0, len(d.files))
	for name := range d.files {
		names = append(names, name)
	}
	slices.Sort(names) // the seed must meet the files in one order
	for _, name := range names {
		f := d.files[name]
		content := f.survivor(d.random)
		if (f.deleted || !f.durable) && d.random.IntN(2) == 0 {
			continue
		}
		after.files[name] = &file{now: content, synced: slices.Clone(content), durable: true}
	}
	return after
}

// survivor applies the unsynced changes in one of several orders, and of each
// any sectors.
func (f *file) survivor(random *rand.Rand) []byte {
	content := slices.Clone(f.synced)
	pending := slices.Clone(f.pending)
	if random.IntN(2) == 0 {
		random.Shuffle(len(pending), func(i, k int) { pending[i], pending[k] = pending[k], pending[i] })
	}
	keepPercent := []int{0, 10, 50, 90, 100}[random.IntN(5)]
	for _, c := range pending {
		if random.IntN(100) >= keepPercent {
			continue
		}
		if c.data == nil {
			content = resize(content, c.offset)
			continue
		}
		torn := random.IntN(4) == 0
		for from := int64(0); from < int64(len(c.data)); {
			// Sectors are those of the disk, not of the write.
			to := min((c.offset+from)/sectorBytes*sectorBytes+sectorBytes-c.offset, int64(len(c.data)))
			if !torn || random.IntN(2) == 0 {
				content = writeAt(content, c.data[from:to], c.offset+from)
			}
			from = to
		}
	}
	return content
}

func writeAt(content, data []byte, offset int64) []byte {
	if end := offset + int64(len(data)); end > int64(len(content)) {
		content = resize(content, end)
	}
	copy(content[offset:], data)
	return content
}

func resize(content []byte, size int64) []byte {
	if size <= int64(len(content)) {
		return content[:size]
	}
	old := len(content)
	content = slices.Grow(content, int(size)-old)[:size]
	clear(content[old:])
	return content
}

// call counts one call that changes the disk; false when the power is gone, or
// goes with this call. The mutex is held.
func (d *Disk) call() bool {
	d.calls++
	if d.cutAfter > 0 {
		d.cutAfter--
		d.dead = d.dead || d.cutAfter == 0
	}
	return !d.dead
}
