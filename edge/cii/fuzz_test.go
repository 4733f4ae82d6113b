package cii

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/document/documenttest"
)

// BenchmarkRead reads a typical invoice of the corpus, of about 10 KB.
func BenchmarkRead(b *testing.B) {
	input := load(b, filepath.Join(documenttest.Data(b, "trade"), "valid/cen-en16931/cii/examples/CII_example7.xml"))
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read("example.xml", input, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzRead looks for input that panics, is read differently twice, or is accepted without what an invoice needs.
func FuzzRead(f *testing.F) {
	for _, folder := range []string{"testdata/seeds", "testdata/readings", "testdata/errors", filepath.Join(documenttest.Data(f, "trade"), "valid/cen-en16931/cii/examples")} {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !strings.EqualFold(filepath.Ext(path), ".xml") {
				return err
			}
			input, err := os.ReadFile(path)
			if err == nil && len(input) < 40_000 {
				f.Add(input)
			}
			return err
		})
		if err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		before := bytes.Clone(input)
		read, err := Read("fuzz.xml", input, Limits{})
		if !bytes.Equal(before, input) {
			t.Fatal("the input was changed")
		}
		_, again := Read("fuzz.xml", input, Limits{})
		if (err == nil) != (again == nil) || err != nil && err.Error() != again.Error() {
			t.Fatalf("first %v, then %v", err, again)
		}
		var failed *document.Error
		var other *document.Unsupported
		switch {
		case err == nil:
			if read.Type != trade.Invoice && read.Type != trade.CreditNote || !read.Currency.Known() || read.TypeCode == "" {
				t.Fatalf("accepted as %+v", read)
			}
		case errors.As(err, &failed):
			if failed.Code == "" || failed.Message == "" || failed.File != "fuzz.xml" || failed.Line < 0 || len(failed.Value) > 4*80 {
				t.Fatalf("error %#v", failed)
			}
		case !errors.As(err, &other):
			t.Fatalf("error of type %T", err)
		}
	})
}
