package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLabDuplicates(t *testing.T) {
	ledger := filepath.Join(t.TempDir(), "ledger.csv")
	text := "buyer,date,txn,invoice_no,supplier_id,supplier,amount\nb,2024-03-04,1,A-1,S1,One,10.00\nb,2024-03-05,2,A-2,S1,One,11.00\nb,never,3,A-3,S1,One,12.00\n"
	if err := os.WriteFile(ledger, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		arguments []string
		want      int
	}{
		{[]string{"lab", "duplicates", ledger, "--json"}, exitDone},
		{[]string{"lab", "duplicates", ledger, "--numbering", "sequence", "--per-mille", "300"}, exitDone},
		{[]string{"lab", "duplicates", "--trades", "60"}, exitDone},
		{[]string{"lab", "duplicates", "--scale", "100,200"}, exitDone},
		{[]string{"lab", "duplicates"}, exitUsage},
		{[]string{"lab", "duplicates", ledger, "--trades", "60"}, exitUsage},
		{[]string{"lab", "duplicates", "--scale", "200,100"}, exitUsage},
		{[]string{"lab", "duplicates", ledger, "--injected", ledger}, exitUsage},
		{[]string{"lab", "duplicates", ledger, "--per-mille", "400"}, exitUsage},
	} {
		if got := run(t.Context(), test.arguments); got != test.want {
			t.Errorf("%v: exit %d, want %d", test.arguments, got, test.want)
		}
	}
}

func TestRedteam(t *testing.T) {
	for _, test := range []struct {
		arguments []string
		want      int
	}{
		{[]string{"redteam", "--json"}, exitDone},
		{[]string{"redteam", "--scale", "0"}, exitUsage},
		{[]string{"redteam", "--scale", "41"}, exitUsage},
	} {
		if got := run(t.Context(), test.arguments); got != test.want {
			t.Errorf("%v: exit %d, want %d", test.arguments, got, test.want)
		}
	}
}

func TestLabEconomy(t *testing.T) {
	small := filepath.Join(t.TempDir(), "ledger.csv")
	if err := os.WriteFile(small, []byte("buyer,date,txn,invoice_no,supplier_id,supplier,amount\nb,2024-03-04,1,A-1,S1,One,10.00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		arguments []string
		want      int
	}{
		{[]string{"lab", "economy", "--parties", "12", "--months", "2"}, exitDone},
		{[]string{"lab", "economy", "--parties", "10", "--months", "1", "--seed", "7", "--json"}, exitDone},
		{[]string{"lab", "economy", "--parties", "9"}, exitUsage},
		{[]string{"lab", "economy", "--months", "0"}, exitUsage},
		{[]string{"lab", "economy", "--fit", small}, exitUsage},
	} {
		if got := run(t.Context(), test.arguments); got != test.want {
			t.Errorf("%v: exit %d, want %d", test.arguments, got, test.want)
		}
	}
}
