//go:build linux || darwin

package engine

import (
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	diskFreeShare   = 50 // commands are refused below a 50th, 2 %
	diskPollSeconds = 1
)

// diskGuard knows whether the disk is nearly full.
type diskGuard struct {
	measure func() (free, total uint64, err error)
	nearly  atomic.Bool
	mutex   sync.Mutex
	next    time.Time // when to measure again; guarded by mutex
}

// newDiskGuard returns nil when there is neither a directory nor a measure.
func newDiskGuard(dir string, measure func() (free, total uint64, err error)) (*diskGuard, error) {
	if measure == nil {
		if dir == "" {
			return nil, nil
		}
		measure = func() (uint64, uint64, error) { return statDisk(dir) }
	}
	g := &diskGuard{measure: measure}
	if _, _, err := measure(); err != nil {
		return nil, fmt.Errorf("engine: free space of the data directory: %w", err)
	}
	g.poll(time.Now())
	return g, nil
}

func statDisk(dir string) (free, total uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	return s.Bavail * uint64(s.Bsize), s.Blocks * uint64(s.Bsize), nil
}

// poll measures when the last time is long enough ago. A measure that fails changes nothing.
func (g *diskGuard) poll(now time.Time) {
	if !g.mutex.TryLock() {
		return
	}
	defer g.mutex.Unlock()
	if now.Before(g.next) {
		return
	}
	g.next = now.Add(diskPollSeconds * time.Second)
	if free, total, err := g.measure(); err == nil {
		g.nearly.Store(free < total/diskFreeShare)
	}
}

// full tells whether commands are refused. While they are, nothing is committed, so it measures itself.
func (g *diskGuard) full() bool {
	if !g.nearly.Load() {
		return false
	}
	g.poll(time.Now())
	return g.nearly.Load()
}
