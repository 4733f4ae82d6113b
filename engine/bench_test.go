package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"millrace/engine"
	"millrace/engine/enginetest"
)

const benchAccounts = 1_000_000

// BenchmarkSubmit measures durable commands on the embedded journal, tables on and off:
// go test -run '^$' -bench Submit -benchtime 5s ./engine
func BenchmarkSubmit(b *testing.B) {
	for _, tables := range []bool{true, false} {
		for _, callers := range []int{1, 16, 256} {
			b.Run(fmt.Sprintf("tables=%v/callers=%d", tables, callers), func(b *testing.B) {
				e := openBenchmark(b, tables)
				var next atomic.Int64
				measure(b, e, callers, func(random *rand.Rand) int {
					n := next.Add(1)
					if n > int64(b.N) {
						return 0
					}
					_, rejection, err := e.Submit(b.Context(), engine.Request{Actor: 1 << 16, Key: fmt.Sprint(n), Command: transfer(random)})
					if err != nil || rejection != nil {
						b.Error(rejection, err)
					}
					return 1
				})
			})
		}
		b.Run(fmt.Sprintf("tables=%v/bulk=100/callers=16", tables), func(b *testing.B) {
			e := openBenchmark(b, tables)
			var next atomic.Int64
			measure(b, e, 16, func(random *rand.Rand) int {
				n := next.Add(100)
				if n-100 >= int64(b.N) {
					return 0
				}
				requests := make([]engine.Request, 100)
				for i := range requests {
					requests[i] = engine.Request{Actor: 1 << 16, Key: fmt.Sprint(n, i), Command: transfer(random)}
				}
				results, err := e.SubmitAll(b.Context(), requests)
				if err != nil {
					b.Error(err)
				}
				for i := range results {
					if results[i].Rejection != nil || results[i].Answer.Sequence == 0 {
						b.Error(results[i].Rejection)
					}
				}
				return 100
			})
		})
	}
}

func openBenchmark(b *testing.B, tables bool) *engine.Engine {
	e, err := engine.Open(engine.Options{
		Dir: b.TempDir(), NewMachine: enginetest.NewLedger, Codec: enginetest.LedgerCodec, TablesOff: !tables,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			b.Log(err)
		}
	})
	if _, _, err := e.Submit(b.Context(), engine.Request{Command: enginetest.OpenAccounts{Count: benchAccounts, Balance: 1 << 40}}); err != nil {
		b.Fatal(err)
	}
	if tables {
		view, err := e.Read(b.Context(), 1)
		if err != nil {
			b.Fatal(err)
		}
		view.Close()
	}
	return e
}

func transfer(random *rand.Rand) enginetest.Transfer {
	from := random.Uint64N(benchAccounts)
	return enginetest.Transfer{From: from, To: (from + 1 + random.Uint64N(benchAccounts-1)) % benchAccounts, Amount: 1 + random.Uint64N(100)}
}

func measure(b *testing.B, e *engine.Engine, callers int, some func(*rand.Rand) int) {
	b.ReportAllocs()
	b.ResetTimer()
	var group sync.WaitGroup
	var total atomic.Int64
	for caller := range callers {
		group.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(caller)))
			for {
				n := some(random)
				if n == 0 {
					return
				}
				total.Add(int64(n))
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(total.Load())/b.Elapsed().Seconds(), "commands/s")
	b.ReportMetric(float64(e.Head().Sequence-e.Watermark()), "entries-behind")
}
