package statement

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/domain/money"
	"millrace/edge/document/documenttest"
)

// samples are the real files of banks, by path.
func samples(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(documenttest.Data(t, "bank"), "*+*", "*camt*05[234]*"))
	if err != nil || len(paths) < 40 {
		t.Fatal(err, len(paths))
	}
	return paths
}

// line prints a statement so that a person can hold it against the file.
func line(s *Statement) string {
	balance := func(b *Balance) string {
		if b == nil {
			return "-"
		}
		return money.Format(b.Amount, b.Currency) + " " + b.Currency.String()
	}
	return fmt.Sprintf("%s no. %q: %s to %s, %d entries: %s", s.Account, s.Number, balance(s.Opening), balance(s.Closing), len(s.Entries),
		[]string{"", "balances not told", "adds up", "does not add up"}[s.Prove()])
}

// Every sample of camt is read, in whatever version; the one that is wrong by its schema says where.
func TestRealStatements(t *testing.T) {
	var b strings.Builder
	for _, path := range samples(t) {
		input, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		file, err := Read(name, input, Limits{})
		if err != nil {
			if !strings.Contains(name, "wrong") {
				t.Error(err)
			}
			fmt.Fprintln(&b, err)
			continue
		}
		for i := range file.Statements {
			fmt.Fprintf(&b, "%s: %s: %s\n", name, file.Format, line(&file.Statements[i]))
		}
	}
	documenttest.Golden(t, "testdata/real.golden", b.String())
}

// Every part of our own files, as read.
func TestStatementsInFull(t *testing.T) {
	paths, err := filepath.Glob("testdata/statements/*.*")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	for _, path := range paths {
		if filepath.Ext(path) == ".golden" {
			continue
		}
		input, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, ends := range []string{"\n", "\r\n"} {
			file, err := Read(filepath.Base(path), bytes.ReplaceAll(input, []byte("\n"), []byte(ends)), Limits{})
			if err != nil {
				t.Error(err)
				continue
			}
			read, err := json.MarshalIndent(file, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			proofs := ""
			for i := range file.Statements {
				proofs += line(&file.Statements[i]) + "\n"
			}
			documenttest.Golden(t, strings.TrimSuffix(path, filepath.Ext(path))+".golden", proofs+string(read)+"\n")
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, path := range samples(f) {
		if input, err := os.ReadFile(path); err == nil && len(input) < 20_000 {
			f.Add(input)
		}
	}
	own, _ := filepath.Glob("testdata/*/*.*")
	for _, path := range own {
		if input, err := os.ReadFile(path); err == nil {
			f.Add(input)
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		file, err := Read("fuzz", input, Limits{EntriesMax: 1000})
		if (file == nil) == (err == nil) {
			t.Fatal(file, err)
		}
		if file == nil {
			return
		}
		for i := range file.Statements {
			file.Statements[i].Prove()
		}
	})
}

// statementOf makes a valid camt.053.001.08 of so many entries.
func statementOf(entries int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T18:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-19</Dt></Dt></Bal>
`)
	fmt.Fprintf(&b, `<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%d.%02d</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>`, entries*250/100, entries*250%100)
	for i := range entries {
		fmt.Fprintf(&b, `<Ntry><Amt Ccy="EUR">2.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>
<AcctSvcrRef>B-%d</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>E-%d</EndToEndId></Refs><Amt Ccy="EUR">2.50</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<RltdPties><Dbtr><Pty><Nm>Buyer %d</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>Invoice %d</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
`, i, i, i%100, i)
	}
	b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	return b.Bytes()
}

// A large statement is read entry by entry, and adds up.
func TestManyEntries(t *testing.T) {
	const entries = 5_001
	file, err := Read("many", statementOf(entries), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s := &file.Statements[0]
	last := s.Entries[entries-1]
	if len(s.Entries) != entries || s.Prove() != Balanced || last.Reference != "B-5000" || last.Transactions[0].EndToEnd != "E-5000" ||
		last.Transactions[0].Debtor.Name != "Buyer 0" || last.Transactions[0].Remittance[0] != "Invoice 5000" {
		t.Errorf("%s, the last: %+v", line(s), last)
	}
}

func BenchmarkRead(b *testing.B) {
	input := statementOf(10_001)
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read("many", input, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
