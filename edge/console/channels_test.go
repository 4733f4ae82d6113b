package console_test

import (
	"archive/zip"
	"bytes"
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/trade"
	"millrace/edge/reading"
)

// An electronic invoice that came in an archive is shown with what came beside it, and with what the tax bureau says of it.
func TestAnElectronicInvoiceIsShownWithWhatCameBesideIt(t *testing.T) {
	s := newStage(t)
	s.play()
	invoice, err := os.ReadFile("../efapiao/testdata/readings/blue.xml")
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for name, content := range map[string]string{"invoice.xml": string(invoice), "picture <b>.pdf": "%PDF picture"} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	read, err := reading.Read("invoice.zip", archive.Bytes(), reading.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	command, err := s.intake.PrepareReading(context.Background(), &read, archive.Bytes(), "folder")
	if err != nil {
		t.Fatal(err)
	}
	var row book.Document
	for _, e := range s.give(s.maker, command) {
		if recorded, ok := e.(*book.DocumentRecorded); ok {
			row = recorded.Document
		}
	}
	s.give(s.maker, &book.RecordVerification{
		Document: row.ID, Identity: row.Identity, Status: trade.VerifiedRed, At: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC).UnixMicro(),
	})
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	shown := text(b.page("/documents/"+row.ID.String(), http.StatusOK))
	for _, want := range []string{"Came with it", "picture <b>.pdf", "<EIid>26312000000000000017</EIid>", "Tax bureau red, said 2026-11-02 08:00:00"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the page does not say %q:\n%s", want, shown)
		}
	}
	b.page("/documents/"+row.ID.String()+"/companions/1", http.StatusOK)
	b.page("/documents/"+row.ID.String()+"/companions/2", http.StatusNotFound)
	b.page("/documents/"+row.ID.String()+"/companions/x", http.StatusNotFound)
}
