package credittransfer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document/documenttest"
	"millrace/edge/markup"
)

// What was written is read back, with the groups that writing made.
func TestReadIsTheInverseOfWrite(t *testing.T) {
	f := file()
	written, err := Write(f)
	if err != nil {
		t.Fatal(err)
	}
	read, err := Read("written", written, markup.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for i, group := range []string{"F-20261120-1-1", "F-20261120-1-1", "F-20261120-1-2"} {
		f.Payments[i].Group = group
	}
	if d := cmp.Diff(f, read); d != "" {
		t.Error(d)
	}
	again, err := Write(read)
	if err != nil || string(again) != string(written) {
		t.Errorf("%v: written again as\n%s", err, again)
	}
}

// generated draws a file with everything that a payment can tell.
func generated(t *rapid.T) *File {
	word := rapid.StringMatching(`[A-Za-z0-9<&"'äß/.-]{1,16}( [A-Za-z0-9]{1,8})?`)
	maybe := func(name string, of *rapid.Generator[string]) string {
		if rapid.Bool().Draw(t, name+" told") {
			return of.Draw(t, name)
		}
		return ""
	}
	account := func(name string) Account {
		a := Account{Holder: word.Draw(t, name), BIC: maybe(name+" bank", rapid.SampledFrom([]string{"BYLADEM1001", "BOTKJPJT"}))}
		if a.IBAN = maybe(name+" account", rapid.SampledFrom([]string{"DE02120300000000202051", "NL91ABNA0417164300"})); a.IBAN == "" {
			a.Number = rapid.StringMatching(`[0-9]{4}-[0-9]{7}`).Draw(t, name+" number")
		}
		if rapid.Bool().Draw(t, name+" address") {
			a.Address = Address{Street: maybe("street", word), Building: maybe("building", rapid.StringMatching(`[0-9]{1,3}`)), PostCode: maybe("post code", rapid.StringMatching(`[0-9]{5}`)), Town: word.Draw(t, "town"), Country: "DE", Lines: maybe("lines", rapid.SampledFrom([]string{"one", "one\ntwo"}))}
		}
		return a
	}
	day := rapid.Custom(func(t *rapid.T) calendar.Date { return calendar.Date(rapid.IntRange(9000, 22000).Draw(t, "day")) })
	f := &File{Message: rapid.StringMatching(`[A-Z0-9-]{1,35}`).Draw(t, "message"), Created: "2026-11-20T17:00:00Z", Sender: word.Draw(t, "sender")}
	groups := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Payment {
		return Payment{Debtor: account("debtor"), Execution: day.Draw(t, "execution"), Batch: rapid.Bool().Draw(t, "batch"), Method: rapid.SampledFrom([]string{"", "TRA", "CHK"}).Draw(t, "method")}
	}), 1, 3).Draw(t, "groups")
	for g, whole := range groups {
		whole.Group = fmt.Sprint(f.Message[:min(20, len(f.Message))], "/", g)
		for i := range rapid.IntRange(1, 3).Draw(t, "payments") {
			p := whole
			p.Key, p.Creditor = fmt.Sprint("key-", g, "-", i), account("creditor")
			p.Currency = currency(rapid.SampledFrom([]string{"EUR", "JPY", "BHD", "CNY", "CLF"}).Draw(t, "currency"))
			p.Amount = money.Minor(rapid.Int64Range(1, 1e12).Draw(t, "amount"))
			p.Purpose = maybe("purpose", rapid.SampledFrom([]string{"SUPP", "TREA"}))
			p.Instruction = maybe("instruction", rapid.StringMatching(`i[0-9]{1,20}`))
			p.UETR = maybe("transaction", rapid.Just("11111111-2222-4333-8444-555555555555"))
			p.Bearer = maybe("bearer", rapid.SampledFrom([]string{"DEBT", "CRED", "SHAR"}))
			if rapid.Bool().Draw(t, "changed") {
				p.Arrives = currency("USD")
			}
			switch rapid.IntRange(0, 3).Draw(t, "remittance") {
			case 1:
				p.Text = rapid.SampledFrom([]string{"invoice 4", "invoice 4\n& <5>"}).Draw(t, "text")
			case 2:
				p.Reference = "RF18539007547034"
			case 3:
				p.Documents = []Reference{{"CINV", word.Draw(t, "number"), day.Draw(t, "date"), money.Minor(rapid.Int64Range(0, 1e12).Draw(t, "paid"))}, {"CREN", "c", 0, 7}}
			}
			f.Payments = append(f.Payments, p)
		}
	}
	return f
}

func TestWhateverIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := generated(t)
		written, err := Write(f)
		if err != nil {
			t.Fatal(err)
		}
		read, err := Read("written", written, markup.Limits{})
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if d := cmp.Diff(f, read); d != "" {
			t.Fatalf("%s\n%s", d, written)
		}
	})
}

// A group that is named has one account, one day and one way of booking.
func TestAGroupIsOne(t *testing.T) {
	f := file()
	for i := range f.Payments {
		f.Payments[i].Group, f.Payments[i].Batch = "G", true
	}
	written, err := Write(f)
	if err != nil {
		t.Fatal(err)
	}
	valid(t, written)
	if strings.Count(string(written), "<PmtInf>") != 1 || !strings.Contains(string(written), "<PmtInfId>G</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg><NbOfTxs>3</NbOfTxs>") {
		t.Errorf("%s", written)
	}
	f.Payments[1].Batch = false
	if _, err := Write(f); !errors.Is(err, ErrGroup) {
		t.Error(err)
	}
}

// instructionFiles are the real files, by path.
func instructionFiles(t testing.TB) []string {
	t.Helper()
	folder := filepath.Join(documenttest.Data(t, "bank"), "moov-io+iso20022")
	paths, err := filepath.Glob(filepath.Join(folder, "*payment*"))
	if err != nil || len(paths) < 3 {
		t.Fatal(err, paths)
	}
	return append(paths, filepath.Join(folder, "gistfile1.xml"), filepath.Join(folder, "musterfile_pain.001_Nov2020.xml"))
}

// Real files of instructions are read, in whatever version; one tells fewer payments than it holds.
func TestRealInstructions(t *testing.T) {
	var b strings.Builder
	for _, path := range instructionFiles(t) {
		f, err := Read(filepath.Base(path), read1(t, path), markup.Limits{})
		if err != nil {
			fmt.Fprintln(&b, err)
			continue
		}
		fmt.Fprintf(&b, "%s: %q of %s by %q\n", filepath.Base(path), f.Message, f.Created, f.Sender)
		for _, p := range f.Payments {
			fmt.Fprintf(&b, "  %q %s %s: %s %s on %s from %q to %+v: %q %q %v batch %t %s%s\n", p.Group, p.Instruction, p.Key, money.Format(p.Amount, p.Currency), p.Currency, p.Execution,
				p.Debtor.IBAN+p.Debtor.Number, p.Creditor, p.Text, p.Reference, p.Documents, p.Batch, p.Bearer, p.Method)
		}
	}
	documenttest.Golden(t, "testdata/instructions.golden", b.String())
}

func FuzzRead(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*/*.xml")
	more, _ := filepath.Glob(filepath.Join(documenttest.Data(f, "bank"), "*+*", "*pain*"))
	for _, path := range append(append(paths, more...), instructionFiles(f)...) {
		if input, err := os.ReadFile(path); err == nil {
			f.Add(input)
		}
	}
	if written, err := Write(file()); err == nil {
		f.Add(written)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		limits := markup.Limits{ElementsMax: 10_000}
		read, err := Read("fuzz", input, limits)
		if (read == nil) == (err == nil) {
			t.Fatal(read, err)
		}
		if read != nil {
			_, _ = Write(read) // a schema may refuse what another version allowed
		}
		if report, err := ReadReport("fuzz", input, limits); err == nil {
			report.Of("key")
		}
		_, _ = ReadRecalls("fuzz", input, limits)
		_, _ = ReadAnswers("fuzz", input, limits)
		_, _ = Summarise("fuzz", input, limits)
	})
}
