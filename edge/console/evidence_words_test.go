package console

import "testing"

// Amounts among the facts beside a case are read in groups of three, and what is no number stays as it is.
func TestFactsAreGrouped(t *testing.T) {
	for text, want := range map[string]string{"1508088.220000": "1,508,088.22", "12": "12", "0": "–", "1000.000": "1,000", "-29441.5": "-29,441.5", "AA": "AA"} {
		if got := groupedDecimal(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}
