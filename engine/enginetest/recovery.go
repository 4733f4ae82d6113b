package enginetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"millrace/engine"
)

const answersAfter = 1000 // how many answers must be equal after a recovery

// Recovery proves, for some random sequence numbers, that the machine from tables and the journal's tail, the machine
// from the journal alone, and the machine that lived through it have equal digests and answer the next 1,000 commands
// equally.
func Recovery(t *testing.T, s Subject, seed uint64, rounds, count int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 5))
	requests := s.Requests(seed, count+answersAfter)
	for range rounds {
		cut := 1 + random.IntN(count)
		tables := random.IntN(cut + 1)
		t.Run(fmt.Sprintf("tables_to_%d_journal_to_%d", tables, cut), func(t *testing.T) {
			if err := recoverAt(t, s, requests, tables, cut, random); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// recoverAt compares the three machines after the requests before cut, of which the tables saw those before tables.
func recoverAt(t *testing.T, s Subject, requests []engine.Request, tables, cut int, random *rand.Rand) error {
	size := func() int { return 1 + random.IntN(50) }
	after := requests[cut:min(len(requests), cut+answersAfter)]
	wantDigest, want, err := live(s, requests[:cut], after, size)
	if err != nil {
		return fmt.Errorf("live: %w", err)
	}
	dir := t.TempDir()
	clock, salts := &Clock{Step: 1000}, &Salts{}
	for _, part := range []struct {
		requests []engine.Request
		tables   bool
	}{{requests[:tables], true}, {requests[tables:cut], false}} {
		e, err := s.open(engine.Options{Dir: dir, Clock: clock.Now, Salts: salts, TablesOff: !part.tables})
		if err != nil {
			return err
		}
		_, err = submit(e, part.requests, size)
		if err := errors.Join(err, e.Close(context.Background())); err != nil {
			return err
		}
	}
	for name, off := range map[string]bool{"tables and tail": false, "journal alone": true} {
		copied := t.TempDir()
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			return err
		}
		e, err := s.open(engine.Options{Dir: copied, Clock: clock.At(clock.Calls()).Now, Salts: &Salts{count: salts.count}, TablesOff: off})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		digest, err := s.digest(e)
		if err == nil && digest != wantDigest {
			err = fmt.Errorf("digest %x, live %x", digest[:8], wantDigest[:8])
		}
		var got []engine.Result
		if err == nil {
			got, err = submit(e, after, size)
		}
		if err == nil {
			err = differ(got, want)
		}
		if err := errors.Join(err, e.Close(context.Background())); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func live(s Subject, before, after []engine.Request, size func() int) (digest [32]byte, results []engine.Result, err error) {
	e, err := s.open(engine.Options{Clock: (&Clock{Step: 1000}).Now, Salts: &Salts{}, TablesOff: true})
	if err != nil {
		return digest, nil, err
	}
	if _, err = submit(e, before, size); err == nil {
		if digest, err = s.digest(e); err == nil {
			results, err = submit(e, after, size)
		}
	}
	return digest, results, errors.Join(err, e.Close(context.Background()))
}

// StaleTables proves that tables which the journal does not confirm are not believed: those of another journal, and
// those that are ahead of it.
func StaleTables(t *testing.T, s Subject, seed uint64) {
	t.Helper()
	requests := s.Requests(seed, 200)
	make := func(count int) (dir string, digest [32]byte) {
		dir = t.TempDir()
		e, err := s.open(engine.Options{Dir: dir, Clock: (&Clock{Step: 1000}).Now})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = submit(e, requests[:count], func() int { return 20 }); err == nil {
			digest, err = s.digest(e)
		}
		if err := errors.Join(err, e.Close(context.Background())); err != nil {
			t.Fatal(err)
		}
		return dir, digest
	}
	other, _ := make(100)
	ahead, _ := make(200)
	for name, tables := range map[string]string{"of another journal": other, "ahead": ahead, "damaged": ""} {
		t.Run(name, func(t *testing.T) {
			dir, want := make(150)
			content := []byte("this is no database, but it is long enough to look at: " + dir)
			if tables != "" {
				var err error
				if content, err = os.ReadFile(filepath.Join(tables, "tables.db")); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "tables.db"), content, 0o600); err != nil {
				t.Fatal(err)
			}
			e, err := s.open(engine.Options{Dir: dir, Clock: (&Clock{Step: 1000}).At(1000).Now})
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close(context.Background())
			got, err := s.digest(e)
			if err != nil || got != want {
				t.Fatalf("digest %x, want %x (%v)", got[:8], want[:8], err)
			}
			if e.Watermark() != e.Head().Sequence {
				t.Errorf("the rebuilt tables are at %d, the journal at %d", e.Watermark(), e.Head().Sequence)
			}
		})
	}
}
