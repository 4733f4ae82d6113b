package ubl

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millrace/edge/document"
	"millrace/edge/document/documenttest"
)

// BenchmarkRead reads a typical invoice of the corpus, of about 10 KB, and for comparison cuts it into tokens with encoding/xml.
func BenchmarkRead(b *testing.B) {
	input := load(b, filepath.Join(documenttest.Data(b, "trade"), "valid/peppol-bis-invoice-3/examples/base-example.xml"))
	b.Run("invoice", func(b *testing.B) {
		b.SetBytes(int64(len(input)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Read("base-example.xml", input, Limits{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-xml-tokens", func(b *testing.B) {
		b.SetBytes(int64(len(input)))
		for b.Loop() {
			decoder := xml.NewDecoder(bytes.NewReader(input))
			for {
				if token, _ := decoder.Token(); token == nil {
					break
				}
			}
		}
	})
}

// FuzzRead expects an answer of one of three kinds to anything, the same one twice, and texts without white space at their ends.
func FuzzRead(f *testing.F) {
	for _, folder := range []string{"testdata/seeds", "testdata/readings", "testdata/errors", filepath.Join(documenttest.Data(f, "trade"), "valid/oasis-tcs-ubl")} {
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
			if read.Type == 0 || read.Issued == 0 && !bytes.Contains(input, []byte("1970")) || strings.TrimSpace(read.Number) != read.Number && !strings.ContainsAny(read.Number, "\u0085\u00a0\u2000\u2028\u3000\v\f") {
				t.Fatalf("accepted as %+v", read)
			}
			if standard := standardError(input); standard != nil && !strings.Contains(standard.Error(), "encod") {
				t.Fatalf("accepted, but encoding/xml says %v", standard)
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

// standardError is what encoding/xml says to the input.
func standardError(input []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(input, []byte("\xef\xbb\xbf"))))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
