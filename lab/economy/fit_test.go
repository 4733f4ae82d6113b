package economy

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"millrace/lab/duplicates"
)

func calderdale(t *testing.T) *duplicates.Ledger {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "ledger", "calderdale.csv.gz")
	file, err := duplicates.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	ledger, err := duplicates.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return ledger
}

// near says whether two numbers differ by at most a part of the first.
func near(wanted, got, part float64) bool { return math.Abs(wanted-got) <= part*math.Abs(wanted) }

func TestTheConstantsAreThoseOfTheLedger(t *testing.T) {
	fitted, err := Fit(calderdale(t))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fitted.Parameters.Source(), Calderdale.Source(); got != want {
		t.Errorf("the constants are not those of the ledger; they should be\n%s", got)
	}
	// How far a quantile of the fit may be from the data's, and both distribution functions from each other.
	bounds := []struct{ distance, from, to, part float64 }{{0.02, 0.05, 0.95, 0.16}, {0.11, 0.1, 0.95, 0.25}, {0.02, 0, 1, 0.05}}
	for i, g := range fitted.Goodness {
		if g.Distance > bounds[i].distance {
			t.Errorf("%s: the distance is %.4f", g.What, g.Distance)
		}
		for _, q := range g.Quantiles {
			if q.Share >= bounds[i].from && q.Share <= bounds[i].to && !near(q.Data, q.Fitted, bounds[i].part) {
				t.Errorf("%s: at %v the data say %.4g and the fit %.4g", g.What, q.Share, q.Data, q.Fitted)
			}
		}
	}
	if !near(fitted.LatePer100, fitted.LateFitted, 0.05) {
		t.Errorf("%.1f %% are late, of the fit %.1f %%", fitted.LatePer100, fitted.LateFitted)
	}
}

func TestAFitFindsWhatWasDrawn(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for _, of := range []logNormal{{7, 1.5, 0}, {5, 2, 500}, {8, 0.7, 500}} {
		values := make([]weighted, 40_000)
		for i := range values {
			values[i] = weighted{of.at(random.Float64()), 1}
			if values[i].value < of.least {
				t.Fatalf("%v has drawn %v", of, values[i].value)
			}
		}
		found := likeliest(values, of.least)
		for _, share := range []float64{0.1, 0.5, 0.9, 0.99} {
			if !near(of.at(share), found.at(share), 0.05) {
				t.Errorf("%v: quantile %v is %.1f, of the fit %.1f", of, share, of.at(share), found.at(share))
			}
			if back := of.share(of.at(share)); !near(share, back, 1e-6) {
				t.Errorf("%v: %v comes back as %v", of, share, back)
			}
		}
	}
}

func TestALedgerThatIsTooSmall(t *testing.T) {
	if _, err := Fit(&duplicates.Ledger{Invoices: []duplicates.Invoice{{Supplier: 1, Number: "1", Pence: 100_00}}}); err == nil {
		t.Error("one invoice was enough")
	}
}
