package economy

import (
	"context"
	"testing"
)

// Growing ends at noon: what waits then, waits at every desk.
func TestEveryDeskHasItsWorkAtNoon(t *testing.T) {
	e, n := onNode(t, "", Options{Parties: 60, Months: 5, Seed: 1, Early: early(t)})
	if err := e.Grow(nil); err != nil {
		t.Fatal(err)
	}
	if !e.Afternoon() {
		t.Error("it is not noon")
	}
	v, err := n.Read(context.Background(), n.Head().Sequence)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for what, query := range map[string]string{
		"referrals":            `SELECT count(*) FROM referral WHERE state = 'open'`,
		"quotes to accept":     `SELECT count(*) FROM financing WHERE state = 'quoted'`,
		"payments to approve":  `SELECT count(*) FROM payment WHERE state = 'awaiting_approval'`,
		"money to allocate":    `SELECT count(*) FROM receipt WHERE state = 'unallocated'`,
		"auctions":             `SELECT count(*) FROM auction WHERE state = 'open'`,
		"auctions sold":        `SELECT count(*) FROM auction WHERE state = 'sold'`,
		"counts too short":     `SELECT count(*) FROM stock_count WHERE short = 1`,
		"products to approve":  `SELECT count(*) FROM product WHERE state = 'proposed'`,
		"statements":           `SELECT count(*) FROM bank_statement`,
		"disputes":             `SELECT count(*) FROM dispute WHERE state IN ('opened', 'contested', 'decided')`,
		"late financings":      `SELECT count(*) FROM financing WHERE state = 'overdue'`,
		"goods pledged":        `SELECT count(*) FROM warehouse_receipt WHERE state = 'pledged' AND live = 1`,
		"early payments":       `SELECT count(*) FROM early_payment`,
		"receivables not paid": `SELECT count(*) FROM receivable WHERE state = 'open'`,
	} {
		var count int
		if err := v.Tx.QueryRowContext(context.Background(), query).Scan(&count); err != nil || count == 0 {
			t.Errorf("%s: %d wait, %v", what, count, err)
		}
	}
	if e.newcomers == 0 {
		t.Error("no newcomer has asked to be let in")
	}
}
