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
