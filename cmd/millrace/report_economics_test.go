package main

import (
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"
)

// The reports of the demo: bills come to their lines, a funder's allowances roll forward to nothing when all is paid.
func TestEconomicReportsOfTheDemo(t *testing.T) {
	data := filepath.Join(t.TempDir(), "books")
	must(t, 0, "demo", "--months", "0", "--headless", "--data", data)
	read := func(arguments ...string) [][]string {
		t.Helper()
		rows, err := csv.NewReader(strings.NewReader(must(t, 0, append([]string{"report"}, arguments...)...).stdout)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%v: %d rows, %v", arguments, len(rows), err)
		}
		return rows
	}
	funder := ""
	for _, row := range read("bills", "--data", data)[1:] {
		if row[6] == "funder" {
			funder = row[4]
		}
	}
	movement := read("expected-loss", "--data", data, "--entity", funder, "--movement")
	released := 0 // what was set aside at first and is not needed any more, since the buyer has paid
	for _, row := range movement[1:] {
		if row[4] != "0.00" && row[7] == "0.00" {
			released++
		}
	}
	if released == 0 {
		t.Errorf("opening, moved, charged, closing: %v", movement)
	}
	if lines := read("expected-loss", "--data", data, "--entity", funder, "--at", "2026-12-28"); lines[1][3] != "stage_1" {
		t.Errorf("%v", lines[1])
	}
	earned := 0 // with the operator's bill as its cost; the last month's is not billed yet
	income := read("income", "--data", data, "--entity", funder)
	for _, row := range income[1:] {
		if row[11] != "0.00" && row[12] != "0.00" {
			earned++
		}
	}
	if earned == 0 {
		t.Errorf("without income or cost: %v", income)
	}
	read("income", "--data", data, "--alarms")
	must(t, 2, "report", "expected-loss", "--data", data, "--entity", "pty_1-999-X")
}
