package main

import (
	"context"
	"fmt"
	"os"

	"millrace/book"
	"millrace/lab/load"
)

// days measures what closing a day takes over open financings: what fell due, and interest posted up to it. The longest slice is
// what a command waits at most.
func (c *benchCommand) days(_ context.Context, f *figures) error {
	n := load.NewBare()
	w, err := load.NewWorld(n.Submit, 1000)
	if err != nil {
		return err
	}
	shown := newProgress("open financings")
	closings, err := n.ClosesOfDay(w, c.Financings, func(done uint64) {
		if done%1000 == 0 {
			shown.at(done, c.Financings)
		}
	})
	shown.end()
	if err != nil {
		return err
	}
	f.CloseFinancings = c.Financings
	for _, one := range closings {
		fmt.Fprintf(os.Stderr, "%s: %d slices in %s, the longest %s, %d bytes on the heap\n", one.Date, one.Slices, one.Span, one.Longest, one.Heap)
		f.CloseSeconds = max(f.CloseSeconds, one.Span.Seconds())
		f.CloseSliceMs = max(f.CloseSliceMs, float64(one.Longest.Microseconds())/1000)
		f.CloseHeapMegabytes = max(f.CloseHeapMegabytes, float64(one.Heap)/1e6)
	}
	if breaches := book.Check(n.Book); len(breaches) > 0 {
		return fmt.Errorf("%d breaches, the first: %s", len(breaches), breaches[0].Sentence)
	}
	return nil
}
