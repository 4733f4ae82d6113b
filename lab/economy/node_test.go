package economy

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"millrace/engine"
	"millrace/lab/load"
)

// clock is one that moves only where it is told to.
type clock struct{ at atomic.Int64 }

func (c *clock) morning(at int64) { c.at.Store(max(at, c.at.Load())) }

// onNode gives an economy on an engine in a directory, "" in memory, whose randomness is drawn from the seed.
func onNode(t *testing.T, dir string, o Options) (*Economy, *engine.Engine) {
	t.Helper()
	c := &clock{}
	c.at.Store(1)
	options := load.Options(dir)
	options.Clock, options.VaultRandom = c.at.Load, rand.NewChaCha8([32]byte{byte(o.Seed)})
	n, err := engine.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	o.Host = &Host{Engine: n, Now: c.at.Load, Morning: c.morning}
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return e, n
}

func TestOnANodeTheSameSeedGivesTheSameJournal(t *testing.T) {
	var results []*Result
	for range 2 {
		e, n := onNode(t, "", Options{Parties: 12, Months: 2, Seed: 1, Early: early(t)})
		if err := e.Grow(nil); err != nil {
			t.Fatal(err)
		}
		r, err := e.Result()
		if err != nil {
			t.Fatal(err)
		}
		if r.Breaches != 0 || r.Entries != n.Head().Sequence || r.Documents < 400 || r.Financed == 0 {
			t.Errorf("%d entries are in the journal: %+v", n.Head().Sequence, r)
		}
		results = append(results, r)
	}
	if results[0].Journal != results[1].Journal {
		t.Errorf("the same seed gives another journal: %d and %d entries", results[0].Entries, results[1].Entries)
	}
}
