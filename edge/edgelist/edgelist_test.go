package edgelist

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/money"
	proof "millrace/proof/clearing"
)

// told is a debt as the tests see it.
type told struct {
	Line             int
	ID               string
	Debtor, Creditor string
	Amount           int64
	Due              string
}

func tell(l *List) []told {
	var all []told
	for i, d := range l.Debts {
		one := told{l.Line(i), l.ID(i), l.Firm(int(d.Debtor)), l.Firm(int(d.Creditor)), int64(d.Amount), ""}
		if d.Due != 0 {
			one.Due = d.Due.String()
		}
		all = append(all, one)
	}
	return all
}

func read(t *testing.T, text string) *List {
	t.Helper()
	l, err := Read(strings.NewReader(text), Options{File: "f", Scale: ScaleFound})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestRead(t *testing.T) {
	for _, row := range []struct {
		name, text string
		scale      int
		want       []told
	}{
		{"plain", "# debts\n\n1 2 100\r\n 2\t10  50 # all of it\n10 1 7", 0, []told{{3, "", "1", "2", 100, ""}, {4, "", "2", "10", 50, ""}, {5, "", "10", "1", 7, ""}}},
		{"plain with decimals", "a b 1\nb a 2.5\n", 1, []told{{1, "", "a", "b", 10, ""}, {2, "", "b", "a", 25, ""}}},
		{"table", "debtor,creditor,amount\nA & B,C,10.00\nC,\"D, \"\"the\"\" E\",0.5\n", 2,
			[]told{{2, "", "A & B", "C", 1000, ""}, {3, "", "C", `D, "the" E`, 50, ""}}},
		{"columns in any order and case", "ID;Due; Amount ;note;Creditor;DEBTOR\n7;2026-11-22;1;x;b;a\n;;2;y;a;b\n", 0,
			[]told{{2, "7", "a", "b", 1, "2026-11-22"}, {3, "", "b", "a", 2, ""}}},
		{"tabs", "debtor\tcreditor\tamount\nGross Ölmühle\tb c\t3\n", 0, []told{{2, "", "Gross Ölmühle", "b c", 3, ""}}},
		{"mark, comment, empty lines", "\uFEFF# of May\n\ndebtor,creditor,amount\n\n#1,b,1\n", 0, []told{{5, "", "#1", "b", 1, ""}}},
		{"marks and hard blanks in names", "a#1 b\u00a0c 5 #x\n\u00a0# no debt\n\u00a0\n", 0, []told{{1, "", "a#1", "b\u00a0c", 5, ""}}},
		{"a name over two lines", "debtor,creditor,amount\n\"a\nb\",c,1\nc,d,2\n", 0, []told{{2, "", "a\nb", "c", 1, ""}, {4, "", "c", "d", 2, ""}}},
		{"to oneself and nothing", "a a 5\na b 0\n", 0, []told{{1, "", "a", "a", 5, ""}, {2, "", "a", "b", 0, ""}}},
		{"zeros that don't count", "a b 1.50000000000000000000000\na b 2.000\n", 2, []told{{1, "", "a", "b", 150, ""}, {2, "", "a", "b", 200, ""}}},
		{"currency", "debtor,creditor,amount,currency\na,b,1,EUR\nb,a,2,EUR\n", 0, []told{{2, "", "a", "b", 1, ""}, {3, "", "b", "a", 2, ""}}},
		{"the largest", "a b 9223372036854775806\nb a 1\n", 0, []told{{1, "", "a", "b", math.MaxInt64 - 1, ""}, {2, "", "b", "a", 1, ""}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := read(t, row.text)
			if diff := cmp.Diff(row.want, tell(l)); diff != "" || l.Scale != row.scale {
				t.Errorf("scale %d, want %d\n%s", l.Scale, row.scale, diff)
			}
			agree(t, []byte(row.text), l)
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			_, _ = z.Write([]byte(row.text)) // a buffer takes all
			_ = z.Close()
			again, err := Read(&packed, Options{Scale: ScaleFound, Debts: 1})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tell(l), tell(again)); diff != "" {
				t.Errorf("packed: %s", diff)
			}
		})
	}
}

// Whatever is left out of a debt, or is odd about it, is told.
func TestNothingIsLost(t *testing.T) {
	l := read(t, "debtor,creditor,amount,id,branch,currency\na,a,1,1,x,EUR\na,b,0,1,x,EUR\na,b,5,1,x,EUR\na,b,5,,x,EUR\na,b,5,,x,EUR\nb,a,5,1,x,EUR\n")
	if l.SelfDebts != 1 || l.Zeros != 1 || l.Repeats != 1 || l.Column != "EUR" || !slices.Equal(l.Ignored, []string{"branch"}) || l.Owed != 21 {
		t.Errorf("%+v", l)
	}
}

// refusals has a file for each code, the line that it names, and a value that it shows.
var refusals = []struct {
	code        Code
	text        string
	line        int
	field, show string
	scale       int
}{
	{CodeEncoding, "a b 1\na \xff 1\n", 2, "", "a \uFFFD 1", ScaleFound},
	{CodeEncoding, "a b\x00 1\n", 1, "", "a b\x00 1", ScaleFound},
	{CodeLineTooLong, "a b 1\n" + strings.Repeat("x", 1<<20) + "\n", 2, "", "", ScaleFound},
	{CodeEmpty, "# nothing\n\n", 0, "", "", ScaleFound},
	{CodeEmpty, "debtor,creditor,amount\n", 0, "", "", ScaleFound},
	{CodeHeader, "a,b,1\n", 1, "", "debtor", ScaleFound},
	{CodeHeader, "debtor,amount\na,1\n", 1, "", "creditor", ScaleFound},
	{CodeColumnTwice, "debtor,creditor,amount,Amount\n", 1, "", "Amount", ScaleFound},
	{CodeQuote, "debtor,creditor,amount\n\"a\"x,b,1\n", 2, "", "", ScaleFound},
	{CodeQuote, "debtor,creditor,amount\na\"x,b,1\n", 2, "", "", ScaleFound},
	{CodeQuote, "debtor,creditor,amount\na,b,1\n\"a,b,1\nb,a,1\n", 3, "", "", ScaleFound},
	{CodeQuote, "debtor,creditor,amount\n\"" + strings.Repeat("\n", 200), 2, "", "", ScaleFound},
	{CodeFieldCount, "debtor,creditor,amount\na,b,1,000\n", 2, "", "4", ScaleFound},
	{CodePlainForm, "1 2\n", 1, "", "2", ScaleFound},
	{CodeFieldEmpty, "debtor,creditor,amount\n ,b,1\n", 2, "debtor", "", ScaleFound},
	{CodeFieldEmpty, "debtor,creditor,amount\na,b,\n", 2, "amount", "", ScaleFound},
	{CodeNameTooLong, "debtor,creditor,amount\na," + strings.Repeat("b", 1001) + ",1\n", 2, "creditor", strings.Repeat("b", 80), ScaleFound},
	{CodeAmountMalformed, "a b 1e5\n", 1, "amount", "1e5", ScaleFound},
	{CodeAmountMalformed, "debtor;creditor;amount\na;b;1.234,50\n", 2, "amount", "1.234,50", ScaleFound},
	{CodeAmountMalformed, "a b .5\n", 1, "amount", ".5", ScaleFound},
	{CodeAmountMalformed, "a b 0." + strings.Repeat("0", 18) + "1\n", 1, "amount", "0." + strings.Repeat("0", 18) + "1", ScaleFound},
	{CodeAmountNegative, "a b -5\n", 1, "amount", "-5", ScaleFound},
	{CodeAmountTooLarge, "a b 9223372036854775808\n", 1, "amount", "9223372036854775808", ScaleFound},
	{CodeAmountTooLarge, "a b 0.01\na b 92233720368547759\n", 2, "amount", "92233720368547759", ScaleFound},
	{CodeAmountScale, "a b 1.25\n", 1, "amount", "1.25", 1},
	{CodeTotalTooLarge, "a b 9223372036854775807\na b 1\n", 2, "", "", ScaleFound},
	{CodeTotalTooLarge, "a b 9223372036854775\na b 0.0001\n", 2, "", "", ScaleFound},
	{CodeDate, "debtor,creditor,amount,due\na,b,1,22.11.2026\n", 2, "due", "22.11.2026", ScaleFound},
	{CodeDate, "debtor,creditor,amount,due\na,b,1,1970-01-01\n", 2, "due", "1970-01-01", ScaleFound},
	{CodeCurrency, "debtor,creditor,amount,currency\na,b,1,EUR\na,b,1,USD\n", 3, "currency", "USD", ScaleFound},
}

func TestRefusals(t *testing.T) {
	seen := map[Code]bool{CodeTooMany: true} // more than memory holds
	for _, row := range refusals {
		seen[row.code] = true
		_, err := Read(strings.NewReader(row.text), Options{File: "f", Scale: row.scale})
		var all Errors
		if !errors.As(err, &all) {
			t.Errorf("%s: %v", row.code, err)
			continue
		}
		if one := all[0]; one.Code != string(row.code) || one.Line != row.line || one.Field != row.field || one.Value != row.show {
			t.Errorf("%s: code %s, line %d, field %q, value %q", row.code, one.Code, one.Line, one.Field, one.Value)
		}
	}
	for code := range messages {
		if !seen[code] {
			t.Errorf("no file is refused with %s", code)
		}
	}
}

// Errors of several lines come together, up to a bound.
func TestErrorsAreTogether(t *testing.T) {
	_, err := Read(strings.NewReader("a b x\na b 1\na b -1\n"), Options{File: "f", Scale: ScaleFound})
	want := "f:1: amount: \"x\" " + messages[CodeAmountMalformed] + "\nf:3: amount: \"-1\" " + messages[CodeAmountNegative]
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
	_, err = Read(strings.NewReader(strings.Repeat("a b x\n", 1000)), Options{Scale: ScaleFound})
	var all Errors
	if !errors.As(err, &all) || len(all) != ErrorsMax || !strings.HasSuffix(err.Error(), "only the first 20 errors are shown") {
		t.Errorf("%d errors: %v", len(all), err)
	}
}

// keyed is a debt without its place in a file.
func keyed(l *List) map[uint64]told {
	all := map[uint64]told{}
	for i, one := range tell(l) {
		one.Line = 0
		all[l.Debts[i].Key] = one
	}
	return all
}

// A list in another order is the same instance: firms and keys are the same.
func TestOrderDoesNotMatter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var lines []string
	for range 300 {
		due := ""
		if random.IntN(3) > 0 {
			due = calendar.Date(20_000 + random.Int32N(3)).String()
		}
		lines = append(lines, fmt.Sprintf("f%d,f%d,%d,%s,%s", random.IntN(9), random.IntN(9), random.IntN(4), due, []string{"", "x", "y"}[random.IntN(3)]))
	}
	const header = "debtor,creditor,amount,due,id\n"
	want := read(t, header+strings.Join(lines, "\n"))
	for range 20 {
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		got := read(t, header+strings.Join(lines, "\n"))
		if diff := cmp.Diff(keyed(want), keyed(got)); diff != "" {
			t.Fatal(diff)
		}
		if !bytes.Equal(want.firms.bytes, got.firms.bytes) || want.Repeats != got.Repeats {
			t.Fatal("firms or repeats differ")
		}
	}
}

func TestAmounts(t *testing.T) {
	for _, row := range []struct {
		units money.Minor
		scale int
		want  string
	}{
		{0, 0, "0"}, {0, 2, "0.00"}, {5, 2, "0.05"}, {12345, 2, "123.45"}, {-5, 3, "-0.005"}, {math.MaxInt64, 18, "9.223372036854775807"}, {math.MinInt64, 1, "-922337203685477580.8"},
	} {
		if got := FormatAmount(row.units, row.scale); got != row.want {
			t.Errorf("%s, want %s", got, row.want)
		}
		if got, ok := ParseAmount(row.want, row.scale); row.units >= 0 && (!ok || got != row.units) {
			t.Errorf("%s: %d %t", row.want, got, ok)
		}
	}
	for _, bad := range []string{"", "1.2345", "x", "-1", "99999999999999999999"} {
		if _, ok := ParseAmount(bad, 2); ok {
			t.Errorf("%q was read", bad)
		}
	}
	if got := FormatBound(clearing.Bound{High: 1, Low: 5}, 2); got != "184467440737095516.21" {
		t.Error(got)
	}
}

func TestResult(t *testing.T) {
	l := read(t, "debtor,creditor,amount,id\na,b,1.50,\"x,\"\"1\"\"\"\n\nb,a,0.25,#2\n")
	var out bytes.Buffer
	if err := l.WriteResult(&out, []money.Minor{25, 25}); err != nil {
		t.Fatal(err)
	}
	if want := ResultHeader + "\n2,\"x,\"\"1\"\"\",1.50,0.25,1.25\n4,\"#2\",0.25,0.25,0.00\n"; out.String() != want {
		t.Error(out.String())
	}
}

func TestCertificate(t *testing.T) {
	l := read(t, "a b 1.5\nb \"a\" 0.5\n")
	var out bytes.Buffer
	c := Certificate{Program: "test", Rule: "oldest_first"}
	c.Certify(l, &clearing.Liquidity{Total: 3}, &clearing.Result{Price: 2}, clearing.Verdict{Cleared: 10, Cash: 1, Bound: clearing.Bound{Low: 10}})
	if err := l.WriteCertificate(&out, c, []int32{1, -2, 0}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Certificate
		Potentials [][2]any `json:"potentials"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := Certificate{Format: CertificateFormat, Program: "test", Rule: "oldest_first", Scale: 1, Firms: 3, Debts: 2, Debt: "2.0", Cleared: "1.0", Bound: "1.0",
		Optimal: true, Liquidity: "0.3", Cash: "0.1", Price: 2}
	if diff := cmp.Diff(want, got.Certificate); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][2]any{{"a", 1.0}, {"b", -2.0}, {`"a"`, 0.0}}, got.Potentials); diff != "" {
		t.Error(diff)
	}
}

// agree lets the verifier, which has a reader of its own, read the same list: that nothing of it is cleared is right, if poor.
func agree(t *testing.T, content []byte, l *List) {
	t.Helper()
	verdict := clearing.Verdict{Owed: l.Owed, Bound: clearing.Bound{Low: uint64(l.Owed)}}
	if l.Owed > 0 {
		verdict.Reason = clearing.ReasonNotOptimal
	}
	hash := sha256.Sum256(content)
	c := Certificate{Program: "test", Rule: "oldest_first", Input: hex.EncodeToString(hash[:])}
	c.Certify(l, nil, nil, verdict)
	var result, certificate bytes.Buffer
	if err := errors.Join(l.WriteResult(&result, make([]money.Minor, len(l.Debts))), l.WriteCertificate(&certificate, c, make([]int32, l.Firms()))); err != nil {
		t.Fatal(err)
	}
	if _, err := proof.Verify(bytes.NewReader(content), &result, &certificate); err != nil {
		t.Fatalf("the verifier reads it otherwise: %v\n%s", err, content)
	}
}

// FuzzRead feeds whatever bytes there are: what is read adds up, reads the same when it is written as a table, and is what the verifier
// reads.
func FuzzRead(f *testing.F) {
	for _, row := range refusals {
		if len(row.text) < 10_000 {
			f.Add([]byte(row.text))
		}
	}
	f.Add([]byte("debtor,creditor,amount,due,id\n\"a\nb\",c,1.5,2026-11-22,7\n"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		l, err := Read(bytes.NewReader(content), Options{File: "f", Scale: ScaleFound})
		if err != nil {
			return
		}
		if err := l.Instance(nil).Validate(); err != nil {
			t.Fatal(err)
		}
		agree(t, content, l)
		sum, keys := money.Minor(0), map[uint64]bool{}
		var table bytes.Buffer
		w := csv.NewWriter(&table)
		_ = w.Write([]string{"debtor", "creditor", "amount", "due", "id"}) // a buffer takes all
		for i, d := range l.Debts {
			sum += d.Amount
			keys[d.Key] = true
			due := ""
			if d.Due != 0 {
				due = d.Due.String()
			}
			_ = w.Write([]string{l.Firm(int(d.Debtor)), l.Firm(int(d.Creditor)), FormatAmount(d.Amount, l.Scale), due, l.ID(i)})
		}
		w.Flush()
		if sum != l.Owed || len(keys) != len(l.Debts) {
			t.Fatalf("%d owed, the debts are %d; %d keys for %d debts", l.Owed, sum, len(keys), len(l.Debts))
		}
		again, err := Read(&table, Options{Scale: l.Scale})
		if err != nil {
			t.Fatal(err)
		}
		for i := range l.Debts {
			if l.Debts[i] != again.Debts[i] || l.ID(i) != again.ID(i) {
				t.Fatalf("debt %d: %+v, again %+v", i, l.Debts[i], again.Debts[i])
			}
		}
	})
}

// Where not everybody may draw and keep cash, the certificate says who may, and is of the second form.
func TestCertificateWithCaps(t *testing.T) {
	l := read(t, "a b 1.5\nb \"a\" 0.5\n")
	for _, cash := range []*clearing.Liquidity{{Total: 3, Caps: []money.Minor{2, 0, 1}, Shut: []bool{false, true, false}}, {Total: 3, Caps: []money.Minor{0, 0, 0}}} {
		var out bytes.Buffer
		c := Certificate{Program: "test", Rule: "oldest_first"}
		c.Certify(l, cash, &clearing.Result{}, clearing.Verdict{})
		if err := l.WriteCertificate(&out, c, []int32{1, -2, 0}); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Format     string      `json:"format"`
			Caps       [][2]string `json:"caps"`
			PassesOn   [][1]string `json:"passes_on"`
			Potentials [][2]any    `json:"potentials"`
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%v:\n%s", err, out.Bytes())
		}
		if got.Format != CertificateFormatWithCaps || len(got.Potentials) != 3 || got.Caps == nil {
			t.Errorf("%+v", got)
		}
		if cash.Shut != nil && (!cmp.Equal(got.Caps, [][2]string{{"a", "0.2"}, {`"a"`, "0.1"}}) || !cmp.Equal(got.PassesOn, [][1]string{{"b"}})) {
			t.Errorf("%+v", got)
		}
		if cash.Shut == nil && (len(got.Caps) > 0 || got.PassesOn != nil) {
			t.Errorf("%+v", got)
		}
	}
}
