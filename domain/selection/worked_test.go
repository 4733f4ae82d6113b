package selection

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"millrace/domain/money"
)

// told asks whether a text of the documentation stands there as it is computed here.
func told(t *testing.T, text string) {
	t.Helper()
	page, err := os.ReadFile("../../doc/ALLOCATION.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), text) {
		t.Errorf("doc/ALLOCATION.md does not say\n%s", text)
	}
}

func TestWorkedSelection(t *testing.T) {
	// Discount at 6 % on 360 days, and 15.00 for each invoice.
	var candidates []Candidate
	table := "| invoice | face | days | cost | net | cost of 100.00 |\n| --- | ---: | ---: | ---: | ---: | ---: |\n"
	for i, invoice := range []struct {
		face money.Minor
		days int64
	}{{4_000_00, 20}, {6_500_00, 40}, {9_000_00, 45}, {3_500_00, 15}, {12_000_00, 75}} {
		cost := money.Interest(invoice.face, 60_000, invoice.days, 360) + 15_00
		c := Candidate{Net: invoice.face - cost, Cost: cost, Fixed: 15_00, Days: int32(invoice.days)}
		candidates = append(candidates, c)
		table += fmt.Sprintf("| %d | %s | %d | %s | %s | %s |\n", i+1, money.Format(invoice.face, 978), invoice.days, money.Format(c.Cost, 978), money.Format(c.Net, 978),
			money.FormatScaled(int64(money.MulDiv(c.Cost, 100_000, int64(c.Net))), 3))
	}
	told(t, table)
	say := func(c Choice) (text string) {
		var picks []string
		for _, p := range c.Picks {
			pick := fmt.Sprint(p.Candidate + 1)
			if p.Net < candidates[p.Candidate].Net {
				pick = "a part of " + pick + " that nets " + money.Format(p.Net, 978)
			}
			picks = append(picks, pick)
		}
		return fmt.Sprintf("%s: %s at a cost of %s (overshoot %s, %s a year, proof `%s`)", money.Format(c.Net-c.Overshoot, 978), strings.Join(picks, " and "),
			money.Format(c.Cost, 978), money.Format(c.Overshoot, 978), c.AnnualCost, c.Proof)
	}
	for _, need := range []money.Minor{7_000_00, 10_000_00} {
		told(t, say(Cheapest(need, candidates)))
	}
	for i := range candidates {
		candidates[i].Division = Divisible
	}
	told(t, say(Cheapest(10_000_00, candidates)))
}
