package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/products"
)

const examplesInvoice = "../../examples/trade/01-castings/5-invoice.xml" // 49,282.66 EUR, due on Sunday, 15 November 2026

func TestProductCheck(t *testing.T) {
	var right []string
	for _, name := range products.Names() {
		right = append(right, "../../products/"+name+".yaml")
	}
	must(t, exitDone, append([]string{"product", "check"}, right...)...)
	wrong, err := filepath.Glob("../../edge/productfile/testdata/wrong/*.yaml")
	if err != nil || len(wrong) < 40 {
		t.Fatal(wrong, err)
	}
	for _, name := range wrong {
		o := must(t, exitUsage, "product", "check", name)
		golden, err := os.ReadFile(strings.TrimSuffix(name, ".yaml") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		absolute, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(golden)) {
			want.WriteString(absolute + ":" + line)
		}
		if o.stdout != want.String() {
			t.Errorf("printed\n%s\nwant\n%s", o.stdout, want.String())
		}
	}
	o := must(t, exitUsage, "product", "check", "--json", right[0], wrong[len(wrong)-1])
	checked := last[checkedFile](t, o)
	if len(checked.Errors) < 5 || checked.Errors[0].Line == 0 || checked.Product != "" {
		t.Errorf("%+v", checked)
	}
	must(t, exitUsage, "product", "check", "no-such-file.yaml")
	if o := must(t, exitDone, "product", "list"); strings.Count(o.stdout, "\n") != 11 {
		t.Error(o.stdout)
	}
	if o := must(t, exitDone, "product", "show", "forfaiting"); !strings.HasPrefix(o.stdout, "format: 1\nname: Forfaiting\n") {
		t.Error(o.stdout)
	}
	must(t, exitUsage, "product", "show", "usury")
	if o := must(t, exitDone, "product", "schema"); !json.Valid([]byte(o.stdout)) {
		t.Error(o.stdout)
	}
}

func TestQuote(t *testing.T) {
	o := must(t, exitDone, "quote", "--product", "../../products/payables-finance.yaml", "--invoice", examplesInvoice, "--at", "2026-09-10", "--rate", "4.8", "--json")
	q := last[shownQuote](t, o)
	// Due on Monday the 16th: 67 days. Discount on the face 49,282.66 * 4.8 % * 67/360 = 440.26; fee 0.05 % = 24.64.
	if q.NetProceeds != "48817.76" || q.Discount != "440.26" || len(q.Fees) != 2 || q.Fees[0].Amount != "24.64" || q.Days != 67 || q.CostPPM == nil || *q.CostPPM != 52_991 {
		t.Errorf("%s", o.stdout)
	}
	if len(q.CashFlow) != 6 || q.CashFlow[3].What != "collection" || q.CashFlow[3].Amount != "49282.66" || q.Late.PerDay != "12.32" {
		t.Errorf("%s", o.stdout)
	}
	o = must(t, exitDone, "quote", "--product", "receivables-discounting", "--invoice", examplesInvoice, "--at", "2026-09-10",
		"--fixing", "EURIBOR-3M=2.05", "--fixing", "ECB-MRO=2.15 %", "--grade", "3")
	for _, want := range []string{"3.2500 % a year", "fee Handling", "From 2026-12-16 the seller may be called"} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("%q is not in\n%s", want, o.stdout)
		}
	}
	// Nothing is offered above a cap, and the price is shown all the same.
	o = must(t, exitFound, "quote", "--product", "payables-finance", "--invoice", examplesInvoice, "--at", "2026-09-10", "--rate", "45", "--json")
	if q := last[shownQuote](t, o); q.Answer != "cost_above_cap" || q.NetProceeds == "0.00" {
		t.Errorf("%s", o.stdout)
	}
	for _, wrong := range [][]string{
		{"--product", "payables-finance", "--invoice", examplesInvoice, "--at", "2026-09-10"},
		{"--product", "payables-finance", "--invoice", examplesInvoice, "--at", "10.9.2026", "--rate", "4.8"},
		{"--product", "receivables-discounting", "--invoice", examplesInvoice, "--at", "2026-09-10", "--grade", "3"},
		{"--product", "payables-finance", "--invoice", "../../examples/trade/01-castings/1-order.xml", "--at", "2026-09-10", "--rate", "4.8"},
		{"--product", "payables-finance", "--invoice", "../../examples/broken/malformed-xml.xml", "--at", "2026-09-10", "--rate", "4.8"},
		{"--product", "../../edge/productfile/testdata/wrong/30-no-links.yaml", "--invoice", examplesInvoice, "--at", "2026-09-10", "--rate", "4.8"},
		{"--product", "none-such", "--invoice", examplesInvoice, "--at", "2026-09-10"},
	} {
		must(t, exitUsage, append([]string{"quote"}, wrong...)...)
	}
}
