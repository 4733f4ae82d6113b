package engine

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"millrace/engine/journal"
	"millrace/engine/journal/sqlite"
	"millrace/engine/vault"
)

const manifestFile = "backup.json"

// manifest ends a backup and marks a restored node: where the journal stood.
type manifest struct {
	Shard    uint16 `json:"shard"`
	Sequence uint64 `json:"sequence"`
	Hash     string `json:"hash"`
}

func (m manifest) head() journal.Head {
	head := journal.Head{Sequence: m.Sequence}
	hex.Decode(head.Hash[:], []byte(m.Hash))
	return head
}

func newManifest(shard uint16, head journal.Head) manifest {
	return manifest{Shard: shard, Sequence: head.Sequence, Hash: hex.EncodeToString(head.Hash[:])}
}

// Backup writes a consistent copy of the running node into the directory dst, which must be empty or not exist, and
// returns the head of the copy. Tables are left out: they are rebuilt. The journal is copied before the vault, so that
// whatever an entry cites is in the copy. The manifest comes last; a directory without it is no backup.
func (e *Engine) Backup(ctx context.Context, dst string) (journal.Head, error) {
	head, err := backup(ctx, e.journal, e.vault, e.options.Shard, dst)
	if err == nil && e.options.Dir != "" {
		err = writeManifest(e.path(backedUpFile), newManifest(e.options.Shard, head))
	}
	return head, err
}

// BackupDirectory copies the node in a data directory as Backup does, also while another process runs it.
func BackupDirectory(ctx context.Context, dir string, shard uint16, dst string) (head journal.Head, err error) {
	j, err := sqlite.Open(filepath.Join(dir, journalFile), uint32(shard))
	if err != nil {
		return head, fmt.Errorf("engine: backup: %w", err)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	v, err := vault.Open(filepath.Join(dir, vaultFile), vault.Options{})
	if err != nil {
		return head, fmt.Errorf("engine: backup: %w", err)
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	if head, err = backup(ctx, j, v, shard, dst); err != nil {
		return head, err
	}
	return head, writeManifest(filepath.Join(dir, backedUpFile), newManifest(shard, head))
}

func backup(ctx context.Context, j journal.Journal, v *vault.Vault, shard uint16, dst string) (journal.Head, error) {
	if err := makeEmpty(dst); err != nil {
		return journal.Head{}, fmt.Errorf("engine: backup: %w", err)
	}
	head, err := backupJournal(ctx, j, filepath.Join(dst, journalFile), shard)
	if err != nil {
		return journal.Head{}, fmt.Errorf("engine: backup: %w", err)
	}
	if err := v.Backup(ctx, filepath.Join(dst, vaultFile)); err != nil {
		return journal.Head{}, fmt.Errorf("engine: backup: %w", err)
	}
	return head, writeManifest(filepath.Join(dst, manifestFile), newManifest(shard, head))
}

func backupJournal(ctx context.Context, j journal.Journal, path string, shard uint16) (journal.Head, error) {
	if file, ok := j.(*sqlite.Journal); ok {
		return file.Backup(ctx, path)
	}
	return copyJournal(ctx, j, path, shard)
}

// copyJournal writes the batches of any journal into a file.
func copyJournal(ctx context.Context, from journal.Journal, path string, shard uint16) (head journal.Head, err error) {
	to, err := sqlite.Open(path, uint32(shard))
	if err != nil {
		return head, err
	}
	end, err := from.Head()
	if err == nil && end.Sequence > 0 {
		err = from.Read(1, func(b journal.Batch) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := to.Append(b.Sealed()); err != nil {
				return err
			}
			if head = b.Head(); head.Sequence >= end.Sequence {
				return journal.ErrStop
			}
			return nil
		})
	}
	return head, errors.Join(err, to.Close())
}

// Restore makes the data directory dst, which must be empty or not exist, from the backup src. The node opens
// read-only until it is told to continue; see Options.Continue.
func Restore(src, dst string) (journal.Head, error) {
	backup, found, err := readManifest(filepath.Join(src, manifestFile))
	if err == nil && !found {
		err = fmt.Errorf("%s is no finished backup: it has no %s", src, manifestFile)
	}
	if err == nil {
		err = makeEmpty(dst)
	}
	if err != nil {
		return journal.Head{}, fmt.Errorf("engine: restore: %w", err)
	}
	// The mark comes first: a restore that was cut short must not look like a node that may write.
	if err := writeManifest(filepath.Join(dst, restoredFile), backup); err != nil {
		return journal.Head{}, err
	}
	for _, name := range []string{vaultFile, journalFile} {
		if err := copyFile(filepath.Join(src, name), filepath.Join(dst, name)); err != nil {
			return journal.Head{}, fmt.Errorf("engine: restore: %w", err)
		}
	}
	return backup.head(), checkRestored(dst, backup)
}

func checkRestored(dst string, backup manifest) error {
	j, err := sqlite.Open(filepath.Join(dst, journalFile), uint32(backup.Shard))
	if err != nil {
		return fmt.Errorf("engine: restore: %w", err)
	}
	head, err := j.Head()
	if err == nil && head != backup.head() {
		err = fmt.Errorf("the journal ends at %d, the backup was made at %d", head.Sequence, backup.Sequence)
	}
	v, vaultErr := vault.Open(filepath.Join(dst, vaultFile), vault.Options{})
	if vaultErr == nil {
		vaultErr = v.Close()
	}
	if err := errors.Join(err, vaultErr, j.Close()); err != nil {
		return fmt.Errorf("engine: restore: %w", err)
	}
	return syncDirectory(dst)
}

func makeEmpty(dir string) error {
	if err := os.MkdirAll(dir, directoryMode); err != nil {
		return err
	}
	names, err := os.ReadDir(dir)
	if err == nil && len(names) > 0 {
		err = fmt.Errorf("%s is not empty", dir)
	}
	return err
}

func readManifest(path string) (m manifest, found bool, err error) {
	source, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	err = json.Unmarshal(source, &m)
	if err == nil && (m.Shard == 0 || len(m.Hash) != 64) {
		err = errors.New("not written by this program")
	}
	if err != nil {
		return m, false, fmt.Errorf("%s: %w", path, err)
	}
	return m, true, nil
}

func writeManifest(path string, m manifest) error {
	source, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	partial := path + ".partial"
	file, err := os.Create(partial)
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	_, err = file.Write(append(source, '\n'))
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(partial, path)
	}
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	return syncDirectory(filepath.Dir(path))
}

func copyFile(src, dst string) error {
	from, err := os.Open(src)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(dst, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Sync(), to.Close())
}

func removeDurably(path string) error {
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	return syncDirectory(filepath.Dir(path))
}

func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	if err := errors.Join(directory.Sync(), directory.Close()); err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	return nil
}
