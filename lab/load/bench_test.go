package load_test

import (
	"context"
	"testing"
	"time"

	"millrace/engine"
	"millrace/lab/load"
)

// BenchmarkLives leads whole lives through the engine on disk; one iteration is one command.
func BenchmarkLives(b *testing.B) {
	for _, tables := range []string{"off", "on"} {
		b.Run("tables="+tables, func(b *testing.B) {
			ctx := context.Background()
			o := load.Options(b.TempDir())
			o.TablesOff = tables == "off"
			e, err := engine.Open(o)
			if err != nil {
				b.Fatal(err)
			}
			defer e.Close(ctx)
			w, err := load.NewWorld(load.SubmitTo(ctx, e), 1000)
			if err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			rate, err := w.Lives(ctx, e, 512, 0, load.Steps, 5*time.Second, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(rate.PerSecond(rate.Units), "lives/s")
			b.ReportMetric(rate.PerSecond(rate.Commands), "commands/s")
		})
	}
}

// BenchmarkStart opens a node with 50,000 live receivables; one iteration is one start.
func BenchmarkStart(b *testing.B) {
	for _, tables := range []string{"off", "on"} {
		b.Run("tables="+tables, func(b *testing.B) {
			ctx := context.Background()
			o := load.Options(b.TempDir())
			e, err := engine.Open(o)
			if err != nil {
				b.Fatal(err)
			}
			w, err := load.NewWorld(load.SubmitTo(ctx, e), 1000)
			if err != nil {
				b.Fatal(err)
			}
			if err := w.Portfolio(ctx, e, 50_000, func(uint64) {}); err != nil {
				b.Fatal(err)
			}
			head := e.Head().Sequence
			if err := e.Close(ctx); err != nil {
				b.Fatal(err)
			}
			o.TablesOff = tables == "off"
			for b.Loop() {
				e, err := engine.Open(o)
				if err != nil {
					b.Fatal(err)
				}
				if err := e.Close(ctx); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(head)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
