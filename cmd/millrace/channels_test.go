package main

import (
	"archive/zip"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millrace/edge/efapiao/verification/sandbox"
)

// electronic puts an electronic invoice into a folder, alone and in an archive.
func electronic(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	invoice, err := os.ReadFile("../../edge/efapiao/testdata/readings/blue.xml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "1.xml"), invoice, 0o640); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(folder, "2.zip"))
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(file)
	f, err := w.Create("invoice.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(invoice); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestIngestKnowsAnInvoiceInAnArchive(t *testing.T) {
	o := must(t, 0, "ingest", electronic(t))
	if !strings.Contains(o.stdout, "2 files: 1 accepted, 1 duplicate") {
		t.Fatal(o.stdout)
	}
}

func TestServeAsksTheTaxBureau(t *testing.T) {
	data := filepath.Join(t.TempDir(), "books")
	must(t, 0, "ingest", "--data", data, electronic(t))
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("the key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, 2, "serve", "--data", data, "--listen", "127.0.0.1:0", "--tax-bureau", "https://bureau.example", "--tax-bureau-key", key)
	if err := os.WriteFile(key, []byte("the-key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, 2, "serve", "--data", data, "--listen", "127.0.0.1:0", "--tax-bureau", "http://bureau.example", "--tax-bureau-key", key)
	must(t, 2, "serve", "--data", data, "--listen", "127.0.0.1:0", "--tax-bureau-key", key)
	bureau := sandbox.New("the-key", time.Now)
	asked := make(chan struct{}, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bureau.ServeHTTP(w, r)
		asked <- struct{}{}
	}))
	defer server.Close()
	serving(t, "--data", data, "--tax-bureau", server.URL, "--tax-bureau-key", key)
	select {
	case <-asked:
	case <-t.Context().Done():
	}
	if bureau.Asked() != 1 {
		t.Fatal(bureau.Asked())
	}
}
