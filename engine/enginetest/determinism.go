package enginetest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"millrace/engine"
	"millrace/engine/journal"
	"millrace/engine/journal/mem"
	"millrace/engine/journal/sqlite"
)

// Determinism proves that the entries are the same to the byte for any batching and depth of queue, on every journal
// that needs no server, when clock and salts are scripted.
func Determinism(t *testing.T, s Subject, seed uint64, count int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	requests := s.Requests(seed, count)
	var want []byte
	for _, run := range []struct {
		size      func() int
		batch     int
		queue     int
		tablesOff bool
	}{
		{size: func() int { return 1 }},
		{size: func() int { return 1 + random.IntN(64) }, batch: 1, tablesOff: true},
		{size: func() int { return 7 }, queue: 7, batch: 4 << 10},
		{size: func() int { return count }, batch: 2 << 10},
		{size: func() int { return count }, tablesOff: true},
		{size: func() int { return 1 + random.IntN(64) }},
	} {
		for _, store := range []string{"mem", "sqlite"} {
			name := fmt.Sprintf("%s/batch=%d/queue=%d", store, run.batch, run.queue)
			got, err := deterministicRun(s, requests, run.size, engine.Options{
				BatchBytesMax: run.batch, QueueMax: run.queue, TablesOff: run.tablesOff, Journal: openStore(t, store),
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if want == nil {
				want = got
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s: the entries differ from those of the first run", name)
			}
		}
	}
}

func openStore(t *testing.T, store string) journal.Journal {
	t.Helper()
	if store == "mem" {
		return mem.New(1)
	}
	j, err := sqlite.Open(filepath.Join(t.TempDir(), "journal.db"), 1)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func deterministicRun(s Subject, requests []engine.Request, size func() int, options engine.Options) ([]byte, error) {
	options.Clock, options.Salts = (&Clock{Step: 1000}).Now, &Salts{}
	e, err := s.open(options)
	if err != nil {
		return nil, err
	}
	defer e.Close(context.Background())
	if _, err := submit(e, requests, size); err != nil {
		return nil, err
	}
	return entries(e.Journal())
}
