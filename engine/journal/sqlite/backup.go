package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"millrace/engine/journal"
)

// Backup writes a consistent copy of the open journal to dst, which must not
// exist, and returns the head of the copy. Appends go on meanwhile. When it
// returns nil the copy is on the disk and its last batch is verified; a copy
// that was cut short is left under the name dst + ".partial" at most.
func (j *Journal) Backup(ctx context.Context, dst string) (journal.Head, error) {
	if j.closed.Load() {
		return journal.Head{}, journal.ErrClosed
	}
	if _, err := os.Lstat(dst); !errors.Is(err, fs.ErrNotExist) {
		return journal.Head{}, fmt.Errorf("journal: backup: %s exists", dst)
	}
	partial, err := filepath.Abs(dst + ".partial")
	if err != nil {
		return journal.Head{}, fmt.Errorf("journal: backup: %w", err)
	}
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return journal.Head{}, fmt.Errorf("journal: backup: %w", err)
	}
	source, err := pool(j.connect, 1)
	if err != nil {
		return journal.Head{}, err
	}
	defer source.Close()
	if _, err := source.ExecContext(ctx, "VACUUM INTO ?", partial); err != nil {
		return journal.Head{}, fmt.Errorf("journal: backup: %w", err)
	}
	head, err := headOf(partial, j.shard)
	if err != nil {
		return journal.Head{}, fmt.Errorf("journal: backup: %w", err)
	}
	if err := syncFile(partial); err != nil {
		return journal.Head{}, err
	}
	// A link, unlike a rename, does not replace a file that came meanwhile.
	if err := os.Link(partial, dst); err != nil {
		return journal.Head{}, fmt.Errorf("journal: backup: %w", err)
	}
	if err := os.Remove(partial); err != nil {
		return journal.Head{}, fmt.Errorf("journal: backup: %w", err)
	}
	return head, syncDirectory(filepath.Dir(partial))
}

func headOf(path string, shard uint32) (journal.Head, error) {
	copied, err := Open(path, shard)
	if err != nil {
		return journal.Head{}, err
	}
	head, err := copied.Head()
	return head, errors.Join(err, copied.Close())
}

func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("journal: sync: %w", err)
	}
	defer file.Close()
	if err := file.Sync(); err != nil {
		return fmt.Errorf("journal: sync: %w", err)
	}
	return nil
}

func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("journal: sync: %w", err)
	}
	defer directory.Close()
	if err := directory.Sync(); err != nil {
		return fmt.Errorf("journal: sync: %w", err)
	}
	return nil
}
