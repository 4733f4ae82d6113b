package load_test

import (
	"fmt"
	"testing"

	"millrace/book"
	"millrace/lab/load"
)

// What it takes to decide on one use of credit: go test ./lab/load -bench Control -cpuprofile cpu.out
func BenchmarkControl(b *testing.B) {
	for _, receivables := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(receivables), func(b *testing.B) {
			n := load.NewBare()
			w, err := load.NewWorld(n.Submit, 1000)
			if err != nil {
				b.Fatal(err)
			}
			if err := n.Thicket(w, receivables/20, receivables, func(uint64) {}); err != nil {
				b.Fatal(err)
			}
			if err := n.Champion(w, 100, 6); err != nil {
				b.Fatal(err)
			}
			step, err := n.Quoting(w)
			if err != nil {
				b.Fatal(err)
			}
			h := book.Header{Sequence: n.Book.Sequence() + 1, At: 1 << 60, Actor: step.Actor}
			b.ReportAllocs()
			for b.Loop() {
				if _, rejection := n.Book.Decide(&h, step.Command); rejection != nil {
					b.Fatal(rejection)
				}
			}
		})
	}
}
