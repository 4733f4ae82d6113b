package setoff

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/edgelist"
	"millrace/engine/vault"
)

// Blinds give parties and lines names that say nothing about them, the same for a run whenever they are made: each is a hash over the
// record's id and a salt of 16 bytes which only this node can derive. Who is told the salt can compute the name, and so finds itself.
type Blinds struct{ Vault *vault.Vault }

// Salt is that of a party, or a line, in a run.
func (b Blinds) Salt(run id.SetOffRun, of string) [16]byte {
	return b.Vault.Token("set_off_salt", run.String(), of)
}

// Blind is the name of a party, or a line, in a run: the first 20 bytes of SHA-256 over the text below, in hexadecimal digits.
func Blind(run id.SetOffRun, of string, salt [16]byte) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "millrace set-off name\n%s\n%s\n%x\n", run, of, salt))
	return hex.EncodeToString(sum[:20])
}

func (b Blinds) name(run id.SetOffRun, of string) string { return Blind(run, of, b.Salt(run, of)) }

// Party is the name of a party in a run.
func (b Blinds) Party(run id.SetOffRun, of id.Party) string { return b.name(run, of.String()) }

// Line is the name of a line in its run.
func (b Blinds) Line(run id.SetOffRun, of id.SetOffLine) string { return b.name(run, of.String()) }

// The files of a certificate.
const (
	FileManifest    = "manifest.txt"
	FileList        = "list.csv"
	FileResult      = "result.csv"
	FileCertificate = "certificate.json"
)

// Certificate is what anybody can check a proposal by, with blinded names: the debts, what is set off of each, and the proof that no more can
// be, in the forms of doc/CLEARING.md; and the manifest, whose hash is in the book.
type Certificate struct {
	Manifest []byte // names the run, and the three files by their hashes
	List     []byte
	Result   []byte
	Proof    []byte
}

// Hash is what the book has of the certificate: SHA-256 over the manifest.
func (c *Certificate) Hash() [32]byte { return sha256.Sum256(c.Manifest) }

// WriteZip writes all files as one.
func (c *Certificate) WriteZip(w io.Writer) error {
	out := zip.NewWriter(w)
	for _, file := range []struct {
		name  string
		bytes []byte
	}{{FileManifest, c.Manifest}, {FileList, c.List}, {FileResult, c.Result}, {FileCertificate, c.Proof}} {
		into, err := out.Create(file.name)
		if err != nil {
			return err
		}
		if _, err := into.Write(file.bytes); err != nil {
			return err
		}
	}
	return out.Close()
}

// Certify makes the certificate of what is entered for a run. It is a function of the records and the node's salts, so that it need not be
// kept: whoever asks later gets the same bytes.
func Certify(s *Sheet, blinds Blinds) (*Certificate, error) {
	return certify(s, s.proposal(), blinds)
}

// entry is a row of the list.
type entry struct {
	debtor, creditor, id string
	line                 int // its place in the sheet
}

func certify(s *Sheet, result clearing.Result, blinds Blinds) (*Certificate, error) {
	in, digits := s.instance(), s.Run.Terms.Currency.Digits()
	names := map[string]int32{}
	blinded := make([]string, len(s.Members))
	for i := range s.Members {
		blinded[i] = blinds.Party(s.Run.ID, s.Members[i].Party)
		names[blinded[i]] = int32(i)
	}
	var entries []entry
	for i := range s.Lines {
		if l := &s.Lines[i]; s.Counts(l) {
			entries = append(entries, entry{blinded[in.Debts[i].Debtor], blinded[in.Debts[i].Creditor], blinds.Line(s.Run.ID, l.ID), i})
		}
	}
	// In the order of names that say nothing, so that the order says nothing either.
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.debtor, b.debtor), cmp.Compare(a.creditor, b.creditor), cmp.Compare(a.id, b.id))
	})
	c := &Certificate{List: []byte("debtor,creditor,amount,id\n")}
	cleared := make([]money.Minor, len(entries))
	for i, e := range entries {
		c.List = fmt.Appendf(c.List, "%s,%s,%s,%s\n", e.debtor, e.creditor, edgelist.FormatAmount(in.Debts[e.line].Amount, digits), e.id)
		cleared[i] = result.Cleared[e.line]
	}
	list := &edgelist.List{Scale: digits}
	if len(entries) > 0 {
		var err error
		if list, err = edgelist.Read(bytes.NewReader(c.List), edgelist.Options{File: FileList, Scale: digits, Debts: len(entries)}); err != nil {
			return nil, fmt.Errorf("set-off: the list of run %s can't be read again: %w", s.Run.ID, err)
		}
	}
	places := make([]int32, list.Firms())
	proved := clearing.Result{Cleared: cleared, Potentials: make([]int32, len(places)), Price: result.Price}
	for i := range places {
		places[i] = names[list.Firm(i)]
		proved.Potentials[i] = result.Potentials[places[i]]
	}
	cash := narrowed(in.Liquidity, places)
	if cash != nil {
		proved.Given = make([]money.Minor, len(places))
		for i, debt := range list.Debts {
			proved.Given[debt.Debtor] = money.Add(proved.Given[debt.Debtor], cleared[i])
			proved.Given[debt.Creditor] = money.Sub(proved.Given[debt.Creditor], cleared[i])
		}
	}
	verdict := clearing.Check(list.Instance(cash), proved)
	if !verdict.Feasible() {
		return nil, fmt.Errorf("set-off: run %s: %s", s.Run.ID, verdict)
	}
	return c, c.prove(s, list, cash, &proved, verdict)
}

// prove writes the files that tell the result, and the manifest.
func (c *Certificate) prove(s *Sheet, list *edgelist.List, cash *clearing.Liquidity, proved *clearing.Result, verdict clearing.Verdict) error {
	var result, proof bytes.Buffer
	if err := list.WriteResult(&result, proved.Cleared); err != nil {
		return err
	}
	sum := sha256.Sum256(c.List)
	head := edgelist.Certificate{Program: "millrace set-off run", Input: hex.EncodeToString(sum[:]), Rule: s.Run.Terms.Rule.String()}
	head.Certify(list, cash, proved, verdict)
	if err := list.WriteCertificate(&proof, head, proved.Potentials); err != nil {
		return err
	}
	c.Result, c.Proof = result.Bytes(), proof.Bytes()
	c.Manifest = fmt.Appendf(nil, "millrace set-off certificate 1\nrun %s\nattempt %d\ncurrency %s\nvalue %s\n", s.Run.ID, s.Run.Attempt, s.Run.Terms.Currency, s.Run.Terms.Value)
	for _, file := range []struct {
		name  string
		bytes []byte
	}{{FileList, c.List}, {FileResult, c.Result}, {FileCertificate, c.Proof}} {
		c.Manifest = fmt.Appendf(c.Manifest, "%s sha256 %x\n", file.name, sha256.Sum256(file.bytes))
	}
	return nil
}
