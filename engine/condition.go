package engine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"millrace/engine/journal"
)

// backedUpFile stands in the data directory of a node that was copied; it says up to where, and is as old as the copy.
const backedUpFile = "backed-up.json"

// Condition is how a node is, for those who look after it. Times are microseconds since the Unix epoch.
type Condition struct {
	Files       []DataFile // of the data directory, by name; none where everything is in memory
	Free, Total uint64     // bytes of its disk; 0 where that is not known
	DiskFull    bool       // commands are refused for want of space

	Head      journal.Head
	Stamped   int64 // stamp of the last entry; 0 for an empty journal
	Tables    bool  // the node keeps tables
	Watermark uint64
	Written   int64 // stamp of the last entry that is in the tables

	Opened    int64 // when the engine was opened, by the system's clock
	Clock     int64 // by which entries are stamped
	ClockStop bool  // it is so far ahead of the last entry that commands are refused until a person has confirmed it
	Waiting   int64 // commands that are not yet decided

	ReadOnly bool
	Restored bool // from a backup, and nobody has let it continue
	Backup   *BackupMark
}

// DataFile is a file of the data directory, with what belongs to it.
type DataFile struct {
	Name  string
	Bytes int64
}

// BackupMark is the newest backup of a data directory.
type BackupMark struct {
	Sequence uint64 // of the last entry in it
	At       int64  // by the system's clock
}

// Clock is the stamp that an entry would get now, in microseconds since 1970.
func (e *Engine) Clock() int64 { return e.options.Clock() }

// Condition tells how the node is.
func (e *Engine) Condition() (Condition, error) {
	c := Condition{
		Head: e.Head(), Tables: e.flusher != nil, Watermark: e.Watermark(), Opened: e.opened, Clock: e.options.Clock(),
		Waiting: e.queue.commands.Load(), ReadOnly: e.ReadOnly(), Restored: e.restored != nil && e.ReadOnly(),
	}
	var err error
	if c.Stamped, err = e.stampOf(c.Head.Sequence); err != nil {
		return c, err
	}
	if c.Written, err = e.stampOf(min(c.Watermark, c.Head.Sequence)); err != nil {
		return c, err
	}
	if ahead := e.options.ClockAheadMax; ahead > 0 && c.Stamped != 0 {
		c.ClockStop = c.Clock-c.Stamped > ahead.Microseconds() && c.Clock > e.clockAllowed.Load()
	}
	if e.guard != nil {
		if c.Free, c.Total, err = e.guard.measure(); err != nil {
			c.Free, c.Total = 0, 0
		}
		c.DiskFull = e.guard.full()
	}
	if e.options.Dir == "" {
		return c, nil
	}
	if c.Files, err = dataFiles(e.options.Dir); err != nil {
		return c, err
	}
	c.Backup, err = backupMark(e.path(backedUpFile))
	return c, err
}

// stampOf is the stamp of an entry; 0 for the one before the first.
func (e *Engine) stampOf(sequence uint64) (int64, error) {
	if sequence == 0 {
		return 0, nil
	}
	entry, _, err := e.journal.Entry(sequence)
	return entry.At, err
}

// dataFiles lists the databases of a directory, by name; what SQLite keeps beside one counts with it.
func dataFiles(dir string) ([]DataFile, error) {
	found, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []DataFile
	for _, file := range found {
		name := strings.TrimSuffix(strings.TrimSuffix(file.Name(), "-wal"), "-shm")
		if filepath.Ext(name) != ".db" {
			continue
		}
		info, err := file.Info()
		if errors.Is(err, fs.ErrNotExist) { // it went while the directory was read
			continue
		}
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(files, func(f DataFile) bool { return f.Name == name })
		if at < 0 {
			at, files = len(files), append(files, DataFile{Name: name})
		}
		files[at].Bytes += info.Size()
	}
	return files, nil
}

func backupMark(path string) (*BackupMark, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m, _, err := readManifest(path)
	if err != nil {
		return nil, err
	}
	return &BackupMark{Sequence: m.Sequence, At: info.ModTime().UnixMicro()}, nil
}
