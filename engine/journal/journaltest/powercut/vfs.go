package powercut

import (
	"io"
	"path/filepath"
	"slices"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// layer is a Disk as SQLite sees it.
type layer struct{ disk *Disk }

// Open implements vfs.VFS.
func (l layer) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	const kept = vfs.OPEN_MAIN_DB | vfs.OPEN_MAIN_JOURNAL | vfs.OPEN_WAL | vfs.OPEN_SUPER_JOURNAL
	if flags&kept == 0 { // temporary: gone at a restart in any case
		return &vfsutil.SliceFile{}, flags | vfs.OPEN_MEMORY, nil
	}
	d := l.disk
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.dead {
		return nil, flags, sqlite3.CANTOPEN
	}
	f := d.files[name]
	if f == nil || f.deleted {
		if flags&vfs.OPEN_CREATE == 0 {
			return nil, flags, sqlite3.CANTOPEN
		}
		f = new(file)
		d.files[name] = f
	}
	shared := filepath.Join(d.directory, d.name+"-"+filepath.Base(name)+"-shm")
	return &handle{
		disk:   d,
		file:   f,
		logs:   flags&vfs.OPEN_MAIN_DB == 0,
		shared: vfs.NewSharedMemory(shared, flags),
	}, flags, nil
}

// Delete implements vfs.VFS. A deletion that is not synced may come undone.
func (l layer) Delete(name string, syncDirectory bool) error {
	d := l.disk
	d.mutex.Lock()
	defer d.mutex.Unlock()
	f := d.files[name]
	if f == nil || f.deleted {
		return sqlite3.IOERR_DELETE_NOENT
	}
	if !d.call() {
		return sqlite3.IOERR_DELETE
	}
	f.deleted = true
	if syncDirectory {
		d.syncDirectory()
	}
	return nil
}

// Access implements vfs.VFS.
func (l layer) Access(name string, _ vfs.AccessFlag) (bool, error) {
	l.disk.mutex.Lock()
	defer l.disk.mutex.Unlock()
	f := l.disk.files[name]
	return f != nil && !f.deleted, nil
}

// FullPathname implements vfs.VFS.
func (l layer) FullPathname(name string) (string, error) { return name, nil }

// locks are SQLite's locks on a main file, over all its handles.
type locks struct {
	shared            int
	reserved, pending bool
}

// handle is one opening of a file.
type handle struct {
	disk   *Disk
	file   *file
	logs   bool // a rollback journal or a write-ahead log
	level  vfs.LockLevel
	shared vfs.SharedMemory
}

var (
	_ vfs.FileSharedMemory       = &handle{}
	_ vfs.FilePowersafeOverwrite = &handle{}
	_ vfs.FilePragma             = &handle{}
)

func (h *handle) Close() error {
	if h.shared != nil {
		h.shared.Close()
	}
	return h.Unlock(vfs.LOCK_NONE)
}

func (h *handle) ReadAt(b []byte, offset int64) (int, error) {
	h.disk.mutex.Lock()
	defer h.disk.mutex.Unlock()
	if h.disk.dead {
		return 0, sqlite3.IOERR_READ
	}
	if offset >= int64(len(h.file.now)) {
		return 0, io.EOF
	}
	n := copy(b, h.file.now[offset:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (h *handle) WriteAt(b []byte, offset int64) (int, error) {
	h.disk.mutex.Lock()
	defer h.disk.mutex.Unlock()
	if h.disk.dead {
		return 0, sqlite3.IOERR_WRITE
	}
	// The write that the power cut meets is under way: part of it may arrive.
	h.file.pending = append(h.file.pending, change{offset: offset, data: slices.Clone(b)})
	if !h.disk.call() {
		return 0, sqlite3.IOERR_WRITE
	}
	h.file.now = writeAt(h.file.now, b, offset)
	return len(b), nil
}

func (h *handle) Truncate(size int64) error {
	h.disk.mutex.Lock()
	defer h.disk.mutex.Unlock()
	if !h.disk.call() {
		return sqlite3.IOERR_TRUNCATE
	}
	h.file.pending = append(h.file.pending, change{offset: size})
	h.file.now = resize(h.file.now, size)
	return nil
}

func (h *handle) Sync(vfs.SyncFlag) error {
	h.disk.mutex.Lock()
	defer h.disk.mutex.Unlock()
	if !h.disk.call() {
		return sqlite3.IOERR_FSYNC
	}
	h.file.synced = applyAll(h.file.synced, h.file.pending)
	h.file.pending = nil
	if !h.file.durable && h.logs {
		h.disk.syncDirectory()
	}
	h.file.durable = true
	return nil
}

// syncDirectory makes names and deletions durable. SQLite's own file layer on
// Unix does so at the first sync of a journal or log that it made.
func (d *Disk) syncDirectory() {
	for name, f := range d.files {
		f.durable = true
		if f.deleted {
			delete(d.files, name)
		}
	}
}

func applyAll(content []byte, pending []change) []byte {
	for _, c := range pending {
		if c.data == nil {
			content = resize(content, c.offset)
		} else {
			content = writeAt(content, c.data, c.offset)
		}
	}
	return content
}

func (h *handle) Size() (int64, error) {
	h.disk.mutex.Lock()
	defer h.disk.mutex.Unlock()
	return int64(len(h.file.now)), nil
}

// Lock implements vfs.File: SQLite raises none → shared → reserved → exclusive.
func (h *handle) Lock(level vfs.LockLevel) error {
	h.disk.mutex.Lock()
	defer h.disk.mutex.Unlock()
	if h.level >= level {
		return nil
	}
	held := &h.file.locks
	switch level {
	case vfs.LOCK_SHARED:
		if held.pending {
			return sqlite3.BUSY
		}
		held.shared++
	case vfs.LOCK_RESERVED:
		if held.reserved {
			return sqlite3.BUSY
		}
		held.reserved = true
	case vfs.LOCK_EXCLUSIVE:
		// Another handle's reserved lock is in the way, ours is not.
		if held.pending && h.level < vfs.LOCK_PENDING || held.reserved && h.level < vfs.LOCK_RESERVED {
			return sqlite3.BUSY
		}
		held.reserved, held.pending = true, true
		h.level = vfs.LOCK_PENDING
		if held.shared > 1 {
			return sqlite3.BUSY
		}
	}
	h.level = level
	return nil
}

// Unlock implements vfs.File.
func (h *handle) Unlock(level vfs.LockLevel) error {
	h.disk.mutex.Lock()
	defer h.disk.mutex.Unlock()
	if h.level <= level {
		return nil
	}
	held := &h.file.locks
	if h.level >= vfs.LOCK_RESERVED {
		held.reserved = false
	}
	if h.level >= vfs.LOCK_PENDING {
		held.pending = false
	}
	if level == vfs.LOCK_NONE {
		held.shared--
	}
	h.level = level
	return nil
}

func (h *handle) CheckReservedLock() (bool, error) {
	h.disk.mutex.Lock()
	defer h.disk.mutex.Unlock()
	return h.file.locks.reserved, nil
}

func (h *handle) SectorSize() int { return sectorBytes }

// A write never harms the bytes beside it: what SQLite takes for granted of
// today's disks.
func (h *handle) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return vfs.IOCAP_POWERSAFE_OVERWRITE
}

func (h *handle) PowersafeOverwrite() bool { return true }

func (h *handle) SetPowersafeOverwrite(bool) {}

func (h *handle) SharedMemory() vfs.SharedMemory { return h.shared }

// Pragma lets the mutant that never syncs say that it does.
func (h *handle) Pragma(name, value string) (string, error) {
	h.disk.mutex.Lock()
	defer h.disk.mutex.Unlock()
	if h.disk.skipSync && name == "synchronous" && value == "" {
		return "2", nil
	}
	return "", sqlite3.NOTFOUND
}
