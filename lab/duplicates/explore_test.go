package duplicates

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

func TestExplore(t *testing.T) {
	f, err := Open("../../../shared/data/ledger/calderdale.csv.gz")
	if err != nil {
		t.Skip(err)
	}
	l, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []Numbering{Pattern, Sequence} {
		r := l.Measure(l.Inject(1, 10, n), l)
		b, _ := json.Marshal(r)
		fmt.Fprintln(os.Stderr, string(b[:600]))
		for _, p := range r.Curve {
			fmt.Fprintf(os.Stderr, "%7.1f %6.2f | %.3f %.3f %.3f | %.3f %.3f %.3f\n", p.ReferralsPer10k, p.Bits, p.Renumbered, p.RenumberedOnce, p.RenumberedRecurring, p.Near, p.NearOnce, p.NearRecurring)
		}
	}
}
