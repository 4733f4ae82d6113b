package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
)

// Twelve months of sixty parties leave a node on which the auditor finds nothing, money is proved to the cent, no statement is missing, and every
// desk has something before it and something that has happened.
func TestTheDemoOfAYear(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	s := last[demoSummary](t, must(t, 0, "demo", "--headless", "--json", "--data", data))
	if s.Check != "ok" || s.Grown == nil || s.Grown.Breaches != 0 || s.Grown.Documents < 20_000 || s.Grown.Parties != 60 || s.Grown.Months != 12 {
		t.Fatalf("the demo ends with %+v, %+v", s, s.Grown)
	}
	if !s.SetOff.Verified || !s.SetOff.Optimal || s.ProofsOpen != 0 {
		t.Errorf("set-off %+v, %d proofs are open", s.SetOff, s.ProofsOpen)
	}
	node, err := sql.Open("sqlite", "file:"+filepath.Join(data, "tables.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	for what, query := range map[string]string{
		"buyer, claims to confirm": `SELECT count(*) FROM receivable WHERE to_confirm <> 0`, "buyer, claims paid": `SELECT count(*) FROM receivable WHERE state = 'closed'`,
		"credit, referrals": `SELECT count(*) FROM referral WHERE state = 'open'`, "credit, decided": `SELECT count(*) FROM referral WHERE state = 'approved'`,
		"treasury, payments": `SELECT count(*) FROM payment WHERE state = 'awaiting_approval'`, "treasury, paid": `SELECT count(*) FROM payment WHERE state = 'executed'`,
		"treasury, breaks": `SELECT count(*) FROM bank_break WHERE state = 'open'`, "treasury, worked off": `SELECT count(*) FROM bank_break WHERE state = 'resolved'`,
		"funder, auctions": `SELECT count(*) FROM auction WHERE state = 'open'`, "funder, sold": `SELECT count(*) FROM auction WHERE state = 'sold'`,
		"compliance, alerts": `SELECT count(*) FROM screening_alert WHERE state = 'open'`, "compliance, cleared": `SELECT count(*) FROM screening_alert WHERE state = 'cleared'`,
		"warehouse, counts too short": `SELECT count(*) FROM stock_count WHERE short = 1`, "warehouse, counts": `SELECT count(*) FROM stock_count WHERE short = 0`,
		"warehouse, releases": `SELECT count(*) FROM warehouse_receipt WHERE state = 'pledged' AND live = 1`, "warehouse, released": `SELECT count(*) FROM warehouse_receipt WHERE state = 'delivered'`,
		"operations, products": `SELECT count(*) FROM product WHERE state = 'proposed'`, "operations, approved": `SELECT count(*) FROM product WHERE state = 'live'`,
		"seller, offers to take": `SELECT count(*) FROM financing WHERE state = 'quoted'`, "seller, financed": `SELECT count(*) FROM financing WHERE state = 'closed'`,
		"custody, statements": `SELECT count(*) FROM bank_statement`, "custody, accounts": `SELECT count(*) FROM supervised_account WHERE state = 'live'`,
	} {
		if counted(t, node, query) == 0 {
			t.Errorf("%s: nothing", what)
		}
	}
	if missing := counted(t, node, `SELECT count(*) FROM bank_break WHERE kind <> 'receipt'`); missing != 0 {
		t.Errorf("%d breaks are of no receipt: a statement is missing, or does not meet the one before", missing)
	}
	if accounts := counted(t, node, `SELECT count(*) FROM supervised_account WHERE state = 'live'`); accounts <= s.Accounts {
		t.Errorf("%d accounts are on record, %d of the scenes: the economy has none", accounts, s.Accounts)
	}
	if asked, referred := counted(t, node, `SELECT count(*) FROM decision WHERE purpose = 'quote'`), counted(t, node, `SELECT count(*) FROM decision WHERE purpose = 'quote' AND verdict = 'refer'`); referred*5 > asked*3 {
		t.Errorf("%d of %d requests are referred: more than three of five", referred, asked)
	}
	must(t, 0, "report", "proof-of-funds", "--data", data) // fails where one does not come out
}

// counted gives the number that a query on a node's tables comes to.
func counted(t *testing.T, tables *sql.DB, query string) (count int) {
	t.Helper()
	if err := tables.QueryRowContext(context.Background(), query).Scan(&count); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return count
}
