package reading

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/domain/trade"
	"millrace/edge/document"
)

var update = flag.Bool("update", false, "write testdata/factur-x.pdf anew")

func load(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// hybrid writes a PDF of one empty page that embeds an invoice.
func hybrid(name string, invoice []byte) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(body string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	object("<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(" + name + ") 4 0 R] >> >> /AF [4 0 R] >>")
	object("<< /Type /Pages /Count 1 /Kids [3 0 R] >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>")
	object("<< /Type /Filespec /F (" + name + ") /UF (" + name + ") /AFRelationship /Alternative /EF << /F 5 0 R >> >>")
	object(fmt.Sprintf("<< /Type /EmbeddedFile /Subtype /text#2Fxml /Length %d >>\nstream\n%s\nendstream", len(invoice), invoice))
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, at)
	return b.Bytes()
}

func TestRead(t *testing.T) {
	inner := load(t, "../cii/testdata/readings/invoice.xml")
	plain, err := Read("invoice.xml", inner, Limits{})
	if err != nil || plain.Format != "cii" || plain.Inner != nil || plain.Document.Number != "RE-2026/0042" {
		t.Fatalf("%s %q %v", plain.Format, plain.Document.Number, err)
	}
	if *update {
		if err := os.WriteFile("testdata/factur-x.pdf", hybrid("factur-x.xml", inner), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	carried, err := Read("invoice.pdf", load(t, "testdata/factur-x.pdf"), Limits{})
	if err != nil || carried.Format != "factur-x" || !bytes.Equal(carried.Inner, inner) {
		t.Fatalf("%s %v", carried.Format, err)
	}
	if difference := cmp.Diff(plain.Document, carried.Document); difference != "" {
		t.Error(difference)
	}
	other, err := Read("invoice.xml", load(t, "../ubl/testdata/readings/invoice.xml"), Limits{})
	if err != nil || other.Format != "ubl" || other.Document.Number != "RE-2026/0042" {
		t.Fatalf("%s %q %v", other.Format, other.Document.Number, err)
	}
	again, err := Read("invoice.pdf", hybrid("xrechnung.xml", load(t, "../ubl/testdata/readings/invoice.xml")), Limits{})
	if err != nil || again.Format != "factur-x" || again.Document.Type != trade.Invoice {
		t.Fatalf("%s %v", again.Format, err)
	}
}

// TestReadTwoSyntaxes reads one invoice in both: what they mean is the same, but for what a syntax cannot say.
func TestReadTwoSyntaxes(t *testing.T) {
	left, err := Read("ubl", load(t, "../ubl/testdata/seeds/clean_invoice.xml"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	right, err := Read("cii", load(t, "../cii/testdata/seeds/clean_invoice.xml"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := &left.Document, &right.Document
	if a.Totals != b.Totals || a.Number != b.Number || a.Issued != b.Issued || a.Due != b.Due || a.OrderNumber != b.OrderNumber || a.Currency != b.Currency {
		t.Errorf("%+v\n%+v", a, b)
	}
	if len(a.Lines) != 1 || len(b.Lines) != 1 || a.Lines[0].Quantity != b.Lines[0].Quantity || a.Lines[0].Price != b.Lines[0].Price || a.Lines[0].Amount != b.Lines[0].Amount {
		t.Errorf("%+v\n%+v", a.Lines, b.Lines)
	}
}

func TestErrors(t *testing.T) {
	cii := load(t, "../cii/testdata/seeds/clean_invoice.xml")
	cases := []struct {
		name, want string
		input      []byte
		limits     Limits
	}{
		{"empty.xml", "empty.xml: has no content", []byte(" "), Limits{}},
		{"large.xml", `large.xml: "3651" bytes are more than the limit`, cii, Limits{BytesMax: 100}},
		{"large.pdf", "bytes are more than the limit", hybrid("factur-x.xml", cii), Limits{BytesMax: 100}},
		{"quoted.xml", `quoted.xml: "note" of "" is not`, []byte("<!-- %PDF-1.7 --><note/>"), Limits{}},
		{"note.xml", `note.xml: "note" of "" is not a type of document that is read`, []byte("<note/>"), Limits{}},
		{"image.png", "is not a character of the encoding", []byte("\x89PNG"), Limits{}},
		{"plain.pdf", "none is an invoice", hybrid("drawing.xml", cii), Limits{}},
		{"nested.pdf", `nested.pdf/factur-x.xml: "PDF" of ""`, hybrid("factur-x.xml", hybrid("factur-x.xml", cii)), Limits{}},
		{"wrong.pdf", "wrong.pdf/factur-x.xml:39: CrossIndustryInvoice/rsm:", hybrid("factur-x.xml", bytes.Replace(cii, []byte(">EUR<"), []byte(">XXZ<"), 1)), Limits{}},
	}
	for _, c := range cases {
		_, err := Read(c.name, c.input, c.limits)
		var failed *document.Error
		var other *document.Unsupported
		if err == nil || !errors.As(err, &failed) && !errors.As(err, &other) || !bytes.Contains([]byte(err.Error()), []byte(c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestMedia(t *testing.T) {
	for media, want := range map[string]bool{"application/xml": true, "text/xml": true, "application/pdf": true, "application/json": false, "": false} {
		if Accepts(media) != want {
			t.Errorf("%q", media)
		}
	}
	media, extension := MediaType(load(t, filepath.Join("testdata", "factur-x.pdf")))
	if media != "application/pdf" || extension != ".pdf" {
		t.Error(media, extension)
	}
	if media, extension := MediaType([]byte("<a/>")); media != "application/xml" || extension != ".xml" {
		t.Error(media, extension)
	}
}
