package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"millrace/engine/journal"
	"millrace/engine/journal/journaltest"
	"millrace/engine/journal/sqlite"
)

const shard = 1

func TestConformance(t *testing.T) {
	journaltest.Run(t, func(t testing.TB, shard uint32) journaltest.Opener {
		path := filepath.Join(freshDirectory(t), "journal.db")
		return func() (journal.Journal, error) {
			j, err := sqlite.Open(path, shard)
			if err != nil {
				return nil, err
			}
			return j, nil
		}
	})
}

// TestConformanceOnOtherDriver keeps the journal free of one driver's ways.
func TestConformanceOnOtherDriver(t *testing.T) {
	journaltest.Run(t, func(t testing.TB, shard uint32) journaltest.Opener {
		path := filepath.Join(freshDirectory(t), "journal.db")
		return func() (journal.Journal, error) {
			j, err := sqlite.OpenOn(connectBy("sqlite3", path), shard)
			if err != nil {
				return nil, err
			}
			return j, nil
		}
	})
}

// freshDirectory is a new one at each call, also within one property check.
func freshDirectory(t testing.TB) string {
	t.Helper()
	directory, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	return directory
}

func openAt(t *testing.T, path string) *sqlite.Journal {
	t.Helper()
	j, err := sqlite.Open(path, shard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func extend(t *testing.T, j journal.Journal, head journal.Head, count, commandBytes int) journal.Head {
	t.Helper()
	sealed := journaltest.Batch(shard, head, count, commandBytes)
	if err := j.Append(sealed); err != nil {
		t.Fatal(err)
	}
	return sealed.Head()
}

// execute changes the file behind the journal's back.
func execute(t *testing.T, path, statement string, arguments ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement, arguments...); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Run("newer layout", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "journal.db")
		openAt(t, path).Close()
		execute(t, path, "PRAGMA user_version = 2")
		if _, err := sqlite.Open(path, shard); !errors.Is(err, journal.ErrNewerFormat) {
			t.Errorf("open: %v", err)
		}
	})
	t.Run("another database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "journal.db")
		execute(t, path, "CREATE TABLE other (x)")
		if _, err := sqlite.Open(path, shard); err == nil {
			t.Error("opened")
		}
	})
	t.Run("no database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "journal.db")
		if err := os.WriteFile(path, bytes.Repeat([]byte("text "), 1000), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := sqlite.Open(path, shard); err == nil {
			t.Error("opened")
		}
	})
	t.Run("no directory", func(t *testing.T) {
		if _, err := sqlite.Open(filepath.Join(t.TempDir(), "none", "journal.db"), shard); err == nil {
			t.Error("opened")
		}
	})
	t.Run("damaged last batch", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "journal.db")
		j := openAt(t, path)
		extend(t, j, journal.Head{}, 3, 10)
		j.Close()
		execute(t, path, "UPDATE batch SET hash = zeroblob(32)")
		if _, err := sqlite.Open(path, shard); !errors.Is(err, journal.ErrMalformed) {
			t.Errorf("open: %v", err)
		}
	})
}

// A path is data, also where it has characters that mean something in a URI.
func TestOpenTakesAnyPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%41é.db")
	j := openAt(t, path)
	extend(t, j, journal.Head{}, 1, 10)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	for name, statement := range map[string]string{
		"a missing batch": "DELETE FROM batch WHERE first_sequence = 3",
		"no first batch":  "DELETE FROM batch WHERE first_sequence = 1",
		"blank bytes":     "UPDATE batch SET bytes = zeroblob(length(bytes)) WHERE first_sequence = 3",
		"swapped bytes":   "UPDATE batch SET bytes = (SELECT bytes FROM batch WHERE first_sequence = 1) WHERE first_sequence = 3",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal.db")
			j := openAt(t, path)
			var head journal.Head
			for range 4 {
				head = extend(t, j, head, 2, 300)
			}
			calls := 0
			if got, err := j.Verify(t.Context(), func(journal.Head) { calls++ }); err != nil || got != head || calls != 4 {
				t.Fatalf("verify before: %d, %v, %d calls", got.Sequence, err, calls)
			}
			j.Close()
			execute(t, path, statement)
			if _, err := openAt(t, path).Verify(t.Context(), nil); !errors.Is(err, journal.ErrMalformed) {
				t.Errorf("verify: %v", err)
			}
		})
	}
}

func TestVerifyStopsWhenTold(t *testing.T) {
	j := openAt(t, filepath.Join(t.TempDir(), "journal.db"))
	head := extend(t, j, journal.Head{}, 1, 10)
	extend(t, j, head, 1, 10)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := j.Verify(ctx, func(journal.Head) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("verify: %v", err)
	}
}

func TestBackup(t *testing.T) {
	directory := t.TempDir()
	j := openAt(t, filepath.Join(directory, "journal.db"))
	var head journal.Head
	for range 50 {
		head = extend(t, j, head, 10, 2000)
	}
	// Appends go on while it copies.
	appended, stop := make(chan journal.Head), make(chan struct{})
	go func() {
		head := head
		for {
			sealed := journaltest.Batch(shard, head, 10, 2000)
			if err := j.Append(sealed); err != nil {
				t.Error(err)
			}
			head = sealed.Head()
			select {
			case <-stop:
				appended <- head
				return
			default:
			}
		}
	}()
	destination := filepath.Join(directory, "copy.db")
	copied, err := j.Backup(t.Context(), destination)
	close(stop)
	end := <-appended
	if err != nil {
		t.Fatal(err)
	}
	if copied.Sequence < head.Sequence || copied.Sequence > end.Sequence {
		t.Errorf("copied up to %d, of %d to %d", copied.Sequence, head.Sequence, end.Sequence)
	}
	backup := openAt(t, destination)
	if verified, err := backup.Verify(t.Context(), nil); err != nil || verified != copied {
		t.Errorf("the copy verifies up to %d, %v; want %d", verified.Sequence, err, copied.Sequence)
	}
	extend(t, backup, copied, 1, 10)
	if _, err := j.Backup(t.Context(), destination); err == nil {
		t.Error("a backup over an older one")
	}
	if left, _ := filepath.Glob(destination + ".partial*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Past its limit the write-ahead log is moved into the file while appends go on,
// and does not grow with the journal.
func TestLogStaysSmall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openAt(t, path)
	var head journal.Head
	for range 150 {
		head = extend(t, j, head, 1, 1_000_000)
	}
	log, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if log.Size() > 100<<20 {
		t.Errorf("the log has %d MiB after 150 MiB of batches", log.Size()>>20)
	}
	if _, err := j.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log is left after close: %v", err)
	}
}
