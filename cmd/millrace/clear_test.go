package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/domain/money"
)

// A list is cleared from the command line, its result verified, and whatever is changed afterwards is found.
func TestClear(t *testing.T) {
	dir := t.TempDir()
	list, result, certificate := filepath.Join(dir, "list.csv"), filepath.Join(dir, "result.csv"), filepath.Join(dir, "certificate.json")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The pair of Alma and Brod set off first would clear 20.00 of the 40.00.
	const text = "debtor,creditor,amount,due,id\nAlma,Brod,10.00,2026-01-01,1\nBrod,Alma,10.00,,2\nAlma,Cer,10.00,,3\nCer,Dob,10,,4\nDob,Brod,10,,5\nDob,Dob,3.5,,6\n"
	write(list, text)
	f := last[clearFigures](t, must(t, 0, "clear", list, "--json", "--curve", "--result", result, "--certificate", certificate))
	if f.Debt != 53_50 || f.Cleared != 43_50 || f.Bound.Int64() != 43_50 || !f.Optimal || f.NetInternalDebt != 10_00 || f.Firms != 4 || f.Debts != 6 || f.Scale != 2 ||
		f.SelfDebts != 1 || f.PeakBytes == 0 || f.Cash != nil || len(f.Curve) != 2 || f.Curve[1].Cleared != f.Debt {
		t.Errorf("%+v", f)
	}
	v := last[clearVerdict](t, must(t, 0, "clear", "verify", list, result, certificate, "--json"))
	if !v.Verified || v.Found.Cleared.Int64() != int64(f.Cleared) || v.Found.Input != f.Input || v.Fault != nil {
		t.Errorf("%+v", v)
	}
	if o := must(t, 0, "clear", "verify", list, result, certificate); !strings.Contains(o.stdout, "43.50 is cleared") || !strings.Contains(o.stdout, "bound is 43.50") {
		t.Error(o.stdout)
	}
	if o := must(t, 0, "clear", list); !strings.Contains(o.stdout, "81.30 %") || !strings.Contains(o.stdout, "Relieved most") || !strings.Contains(o.stdout, "What cash would clear") {
		t.Error(o.stdout)
	}
	written, err := os.ReadFile(result)
	if err != nil {
		t.Fatal(err)
	}
	write(result, strings.Replace(string(written), "6,5,10.00,10.00,0.00", "6,5,10.00,9.00,1.00", 1))
	if v := last[clearVerdict](t, must(t, 1, "clear", "verify", list, result, certificate, "--json")); v.Verified || v.Found != nil || v.Fault.File != "result" {
		t.Errorf("%+v", v)
	}
	write(result, "cleared\n10\n")
	must(t, 2, "clear", "verify", list, result, certificate)
	must(t, 2, "clear", "verify", list, result, filepath.Join(dir, "missing"))
	if kept, _ := os.ReadFile(list); string(kept) != text {
		t.Error("the list was changed")
	}
}

func TestClearWithCash(t *testing.T) {
	dir := t.TempDir()
	list, result, certificate := filepath.Join(dir, "list.txt"), filepath.Join(dir, "result.csv"), filepath.Join(dir, "certificate.json")
	if err := os.WriteFile(list, []byte("a b 10\nb c 4\nc d 4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, rule := range []string{"oldest_first", "proportional"} {
		f := last[clearFigures](t, must(t, 0, "clear", list, "--json", "--rule", rule, "--liquidity", "6", "--result", result, "--certificate", certificate))
		if f.Cleared != 14 || *f.Cash != 6 || *f.Liquidity != money.Minor(6) || *f.Price != 1 || f.Rule != rule {
			t.Errorf("%+v", f)
		}
		must(t, 0, "clear", "verify", list, result, certificate)
	}
	if o := must(t, 0, "clear", list, "--liquidity", "6"); !strings.Contains(o.stdout, "Of 6 in cash 6 is put in.") {
		t.Error(o.stdout)
	}
}

func TestClearRefuses(t *testing.T) {
	dir := t.TempDir()
	list, bad := filepath.Join(dir, "list.txt"), filepath.Join(dir, "bad.txt")
	for path, text := range map[string]string{list: "a b 1\n", bad: "a b 1\na b\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		arguments []string
		says      string
	}{
		{[]string{bad}, bad + `:2: "2" fields; a line without a header`},
		{[]string{filepath.Join(dir, "missing")}, "missing"},
		{[]string{list, "--liquidity", "0.5"}, "give --scale for more"},
		{[]string{list, "--liquidity", "much"}, "is no amount"},
		{[]string{list, "--scale", "19"}, "--scale is 0 to 18"},
		{[]string{list, "--rule", "largest_first"}, "--rule"},
		{[]string{list, "--result", list}, "is the list itself"},
		{[]string{list, "--result", bad, "--certificate", bad}, "name the same file"},
		{[]string{list, "--result", filepath.Join(dir, "no", "such", "folder")}, "no such file"},
	} {
		if o := must(t, 2, append([]string{"clear"}, row.arguments...)...); !strings.Contains(o.stderr, row.says) {
			t.Errorf("%v: %s", row.arguments, o.stderr)
		}
	}
}

func TestLabClearing(t *testing.T) {
	list := filepath.Join(t.TempDir(), "list.txt")
	for _, family := range []string{"scale-free", "uniform", "ring", "path", "grid", "star"} {
		o := must(t, 0, "lab", "clearing", "--family", family, "--firms", "40", "--debts", "200", "--seed", "3")
		if err := os.WriteFile(list, []byte(o.stdout), 0o600); err != nil {
			t.Fatal(err)
		}
		if f := last[clearFigures](t, must(t, 0, "clear", list, "--json")); f.Debts != 200 || !f.Optimal || f.Cleared == 0 {
			t.Errorf("%s: %+v", family, f)
		}
	}
	o := must(t, 0, "lab", "clearing", "--ripple", shared(t, filepath.Join("data", "networks", "ripple-lcc.csv.gz")))
	if err := os.WriteFile(list, []byte(o.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := last[clearFigures](t, must(t, 0, "clear", list, "--json")); !f.Optimal || f.Scale != 6 || f.Debts < 40_000 || f.Cleared == 0 {
		t.Errorf("%+v", f)
	}
	must(t, 2, "lab", "clearing", "--family", "round")
	must(t, 2, "lab", "clearing", "--ripple", list)
	must(t, 2, "lab", "clearing", "--ripple", list, "--trim", "1001")
}
