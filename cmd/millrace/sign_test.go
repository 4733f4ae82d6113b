package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"millrace/book"
	"millrace/engine"
	"millrace/lab/load"
)

func TestSigningAStatement(t *testing.T) {
	dir := t.TempDir()
	key, statement := filepath.Join(dir, "signatory.pem"), filepath.Join(dir, "statement.txt")
	text := []byte("millrace confirmation 1\nreceivable: rcv_1-1-X\n")
	if err := os.WriteFile(statement, text, 0o600); err != nil {
		t.Fatal(err)
	}
	made := last[signed](t, must(t, 0, "sign", "--json", "--new", "--key", key))
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	must(t, 2, "sign", "--new", "--key", key) // never written over
	got := last[signed](t, must(t, 0, "sign", "--json", "--key", key, statement))
	public, err := hex.DecodeString(got.Public)
	if err != nil || got.Public != made.Public {
		t.Fatal(got, made, err)
	}
	signature, err := hex.DecodeString(got.Signature)
	if err != nil || !ed25519.Verify(public, text, signature) {
		t.Fatal(got, err)
	}
	must(t, 2, "sign", "--key", statement)
	must(t, 2, "sign", "--key", key, filepath.Join(dir, "nothing"))
}

func TestTheAuditVerifiesSignaturesAgain(t *testing.T) {
	key := load.NewSignatory(1<<16|1, "auditor")
	sound, altered := key.Proposal(1<<16|1), key.Proposal(1<<16|1)
	altered.Party++
	v := newVerifier()
	for i, c := range []book.Command{sound, &book.FinishImport{}, altered, sound} {
		v.verify(engine.Entry{Header: book.Header{Sequence: uint64(i + 1)}, Command: c})
	}
	if breaches := v.end(); len(breaches) != 1 || breaches[0].Code != "signature_invalid" || breaches[0].Record != "3" {
		t.Fatal(breaches)
	}
}
