package main

import (
	"context"
	"fmt"
	"os"

	"millrace/lab/load"
)

// control measures a full control of one use of credit, at a tenth of the receivables and at all of them.
func (c *benchCommand) control(_ context.Context, f *figures) error {
	for _, part := range []struct {
		receivables uint64
		half, most  *int64
	}{{c.Receivables / 10, &f.ControlTenthP50Us, &f.ControlTenthP99Us}, {c.Receivables, &f.ControlP50Us, &f.ControlP99Us}} {
		n := load.NewBare()
		w, err := load.NewWorld(n.Submit, 1000)
		if err != nil {
			return err
		}
		shown := newProgress("live receivables")
		err = n.Thicket(w, int(part.receivables/20), int(part.receivables), func(done uint64) {
			if done%10_000 == 0 {
				shown.at(done, part.receivables)
			}
		})
		shown.end()
		if err != nil {
			return err
		}
		const trees, depth, uses = 100, 6, 10_000
		if err := n.Champion(w, trees, depth); err != nil {
			return err
		}
		spans, err := n.Controls(w, uses)
		if err != nil {
			return err
		}
		*part.half, *part.most = percentiles(spans)
		fmt.Fprintf(os.Stderr, "%d receivables: p50 %d us, p99 %d us, the longest %s\n", part.receivables, *part.half, *part.most, spans[len(spans)-1])
	}
	f.ControlReceivables = c.Receivables
	return nil
}
