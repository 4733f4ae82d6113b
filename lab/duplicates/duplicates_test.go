package duplicates

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const header = "buyer,file,date,txn,invoice_no,supplier_id,supplier,company_no,vat_no,amount,category\n"

// small is a ledger that a person can check: a posting of two lines, one invoice of two lines under one transaction, and
// rows that are left out.
const small = header +
	"b,f,2024-03-04,100,A-1,S1,One,,,10.00,x\n" +
	"b,f,2024-03-04,101,A-1,S1,One,,,10.00,x\n" +
	"b,f,2024-03-05,102,A-2,S1,One,,,\"1,000.50\",x\n" +
	"b,f,2024-03-05,102,A-2,S1,One,,,0.50,x\n" +
	"b,f,2024-03-06,103,,S1,One,,,7.00,x\n" +
	"b,f,2024-03-06,104,P-1,S2,REDACTED PERSONAL DATA,,,7.00,x\n" +
	"b,f,2024-13-06,105,A-3,S1,One,,,7.00,x\n" +
	"b,f,2024-03-06,106,A-4,S1,One,,,seven,x\n" +
	"b,f,2024-03-06,107,A-5,S1,One\n" +
	"b,f,2024-03-20,900,A-2,S1,One,,,1001.00,x\n" +
	"b,f,2024-03-05,5000000,A-2,S1,One,,,1001.00,x\n"

func read(t *testing.T, text string) *Ledger {
	t.Helper()
	l, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLinesAreGroupedToInvoices(t *testing.T) {
	l := read(t, small)
	if l.Lines != 11 || l.Redacted != 1 || l.Bare != 1 || l.Bad != 3 || len(l.Invoices) != 5 {
		t.Fatalf("%d lines, %d redacted, %d without a number, %d bad, %d invoices", l.Lines, l.Redacted, l.Bare, l.Bad, len(l.Invoices))
	}
	want := []BadRow{{8, "date", "2024-13-06"}, {9, "amount", "seven"}, {10, "", "7 fields instead of 11"}}
	if !slices.Equal(l.BadRows, want) {
		t.Errorf("%v", l.BadRows)
	}
	if v := l.Invoices[2]; v.Pence != 1001_00 || v.Number != "A-2" {
		t.Errorf("%+v", v)
	}
	if l.Invoices[0].Posting != l.Invoices[1].Posting || l.Invoices[2].Posting == l.Invoices[4].Posting {
		t.Errorf("postings %+v", l.Invoices)
	}
	if _, err := Read(strings.NewReader("buyer,date\n")); err == nil {
		t.Error("a file without the columns is read")
	}
}

func TestTheExactRepeatIsBlockedAndLinesOfOnePostingAreNot(t *testing.T) {
	l := read(t, small)
	bare, injected, unmatched, err := l.ReadTruth(strings.NewReader("txn,kind,of_txn\n5000000,exact,102\n77,near,100\n"))
	if err != nil || unmatched != 1 || len(injected) != 1 || injected[0].Of != 2 || len(bare.Invoices) != 4 {
		t.Fatalf("%d of %+v, %d unmatched, %v", len(bare.Invoices), injected, unmatched, err)
	}
	r := l.Measure(injected, bare)
	if r.ExactRecall != 1 || r.ExactBlocked != 1 || r.BlocksPer10k != 0 || r.Invoices != 4 || r.Lines != 11 {
		t.Errorf("%+v", r)
	}
	if _, _, _, err := l.ReadTruth(strings.NewReader("txn,kind,of_txn\n1,odd,2\n")); err == nil {
		t.Error("an unknown kind is read")
	}
	candidates, err := ReadCandidates(strings.NewReader("supplier_id,invoice_no_norm,dates\nS1,A2,2024-03-05|2024-03-20\nS9,X,2024-01-01|2024-01-02\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := bare.Find(candidates); got.Listed != 2 || got.Present != 1 {
		t.Errorf("%+v", got)
	}
}

func TestInjectionIsAsItIsFixed(t *testing.T) {
	text := header
	for i := range 600 {
		text += strings.NewReplacer("#", string(rune('0'+i%10)), "@", string(rune('0'+i/10%10)), "%", string(rune('0'+i/100))).
			Replace("b,f,2024-0%-1#,9%@#,INV-4%@#,S1,One,,,1%@#.0#,x\n")
	}
	l := read(t, strings.ReplaceAll(text, "2024-00-", "2024-09-"))
	for _, numbering := range []Numbering{Pattern, Sequence} {
		injected := l.Inject(7, 100, numbering)
		if len(injected) != 180 {
			t.Fatalf("%d repeats of %d invoices", len(injected), len(l.Invoices))
		}
		for _, r := range injected {
			of := &l.Invoices[r.Of]
			days := int(r.Invoice.Date) - int(of.Date)
			difference := r.Invoice.Pence - of.Pence
			switch r.Kind {
			case KindExact:
				if days != 0 || difference != 0 || r.Invoice.Number != of.Number {
					t.Errorf("%+v of %+v", r, of)
				}
			case KindRenumbered:
				if days < 1 || days > 90 || difference != 0 || r.Invoice.Number == of.Number || shape(r.Invoice.Number) != shape(of.Number) {
					t.Errorf("%+v of %+v", r, of)
				}
			case KindNear:
				if days < -10 || days > 10 || difference*200 > of.Pence+200 || difference*-200 > of.Pence+200 || r.Invoice.Number == of.Number {
					t.Errorf("%+v of %+v", r, of)
				}
			}
		}
		if again := l.Inject(7, 100, numbering); !slices.Equal(again, injected) {
			t.Error("the same seed gives other repeats")
		}
	}
}

func TestGeneratedTradesMeetTheAims(t *testing.T) {
	result := MeasureTrades(9_000, 1)
	for group, least := range map[string]float64{"lines_and_order": 0.97, "order_only": 0.97, "lines_recorded": 0.93} {
		g := result.Groups[group]
		if g.ExactRecall < 1 || g.RenumberedFound < least || g.NearFound < 0.93 || g.ReferralsPer10k > 100 || g.BlocksPer10k > 1 {
			t.Errorf("%s: %+v", group, g)
		}
	}
}

func TestChains(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "trade")
	result, err := MeasureChains(dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	if g := result.Groups["ubl_chains"]; g.ExactRecall < 1 || g.RenumberedFound < 0.99 || g.NearFound < 0.97 || g.ReferralsPer10k > 100 {
		t.Errorf("%+v", g)
	}
}

func TestScaleCountsItsBytes(t *testing.T) {
	costs := Scale([]int{5_000, 20_000}, 1, func() int64 { return 0 })
	for _, c := range costs {
		if c.Bytes <= 0 || c.Bytes > 300 {
			t.Errorf("%+v", c)
		}
	}
}

func TestOpenUnpacks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.csv.gz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	packed := gzip.NewWriter(file)
	if _, err := packed.Write([]byte(small)); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	opened, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if l, err := Read(opened); err != nil || len(l.Invoices) != 5 {
		t.Errorf("%v", err)
	}
}
