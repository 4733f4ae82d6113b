package efapiao

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"millrace/edge/document"
	"millrace/edge/document/documenttest"
)

type entry struct {
	name    string
	content []byte
	raw     bool // the name is no UTF-8 and says so
}

func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, NonUTF8: e.raw})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func ofd(t testing.TB, attachments ...entry) []byte {
	tags := []byte(`<EInvoice xmlns:ofd="http://www.ofdspec.org/2016"><Header><EIid><ofd:ObjectRef PageRef="1">7</ofd:ObjectRef></EIid></Header></EInvoice>`)
	return archive(t, append([]entry{{name: "OFD.xml", content: []byte("<OFD/>")}, {name: "Doc_0/Tags/CustomTag.xml", content: tags}}, attachments...)...)
}

func TestBundle(t *testing.T) {
	invoice := load(t, "testdata/readings/blue.xml")
	pdf := []byte("%PDF-1.7 picture")
	single := ofd(t, entry{name: "Doc_0/Attachs/invoice.xml", content: invoice})
	bare := ofd(t)
	chinese, err := simplifiedchinese.GB18030.NewEncoder().String("发票.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		input []byte
		want  []Companion
	}{
		{"xml alone", invoice, nil},
		{"single.ofd", single, []Companion{{"single.ofd", single}}},
		{"xml, ofd, pdf", archive(t, entry{name: "a/invoice.xml", content: invoice}, entry{name: "a/invoice.ofd", content: bare}, entry{name: "a/"}, entry{name: "invoice.pdf", content: pdf}),
			[]Companion{{"a/invoice.ofd", bare}, {"invoice.pdf", pdf}}},
		{"ofd, pdf", archive(t, entry{name: "invoice.ofd", content: single}, entry{name: "invoice.pdf", content: pdf}),
			[]Companion{{"invoice.ofd", single}, {"invoice.pdf", pdf}}},
		{"the same twice", archive(t, entry{name: "1.xml", content: invoice}, entry{name: "2.XML", content: invoice}), nil},
		{"name in GBK", archive(t, entry{name: "1.xml", content: invoice}, entry{name: chinese, content: pdf, raw: true}), []Companion{{"发票.pdf", pdf}}},
	} {
		got, companions, err := Bundle(c.name, c.input)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !bytes.Equal(got, invoice) {
			t.Errorf("%s: other XML", c.name)
		}
		if diff := cmp.Diff(c.want, companions); diff != "" {
			t.Errorf("%s: companions (-want +got):\n%s", c.name, diff)
		}
	}
}

// brokenBundles gives an archive for each code of a bundle.
func brokenBundles(t testing.TB) map[string][]byte {
	t.Helper()
	invoice, other := load(t, "testdata/readings/blue.xml"), load(t, "testdata/readings/red.xml")
	many := make([]entry, BundleEntriesMax+1)
	for i := range many {
		many[i] = entry{name: fmt.Sprint(i)}
	}
	zeros := make([]byte, BundleBytesMax/2+1)
	return map[string][]byte{
		codeBundleMalformed:    archive(t, entry{name: "1.xml", content: invoice})[:100],
		codeBundleTooLarge:     archive(t, entry{name: "1.pdf", content: zeros}, entry{name: "2.pdf", content: zeros}),
		codeBundleEntries:      archive(t, many...),
		codeBundleName:         archive(t, entry{name: "../1.xml", content: invoice}),
		codeBundleWithoutXML:   archive(t, entry{name: "1.ofd", content: ofd(t)}),
		codeBundleSeveralTimes: archive(t, entry{name: "1.xml", content: invoice}, entry{name: "2.xml", content: other}),
	}
}

func TestBrokenBundles(t *testing.T) {
	for code, input := range brokenBundles(t) {
		_, _, err := Bundle("bundle.zip", input)
		var failed *document.Error
		if !errors.As(err, &failed) || failed.Code != code {
			t.Errorf("%s: %v", code, err)
			continue
		}
		documenttest.Golden(t, "testdata/bundles/"+code+".golden", err.Error()+"\n")
	}
	twice := archive(t, entry{name: "1.xml"}, entry{name: "1.xml"})
	if _, _, err := Bundle("twice.zip", twice); err == nil {
		t.Error("a name given twice was accepted")
	}
	nested := archive(t, entry{name: "1.ofd", content: archive(t, entry{name: "2.ofd", content: ofd(t, entry{name: "a.xml", content: load(t, "testdata/readings/blue.xml")})})})
	if _, _, err := Bundle("nested.zip", nested); err == nil {
		t.Error("an archive in an archive in an archive was unpacked")
	}
}

func FuzzBundle(f *testing.F) {
	f.Add(ofd(f, entry{name: "Doc_0/Attachs/invoice.xml", content: []byte("<EInvoice/>")}))
	f.Add(archive(f, entry{name: "1.xml", content: []byte("<EInvoice/>")}, entry{name: "1.pdf", content: []byte("%PDF")}))
	f.Fuzz(func(t *testing.T, input []byte) {
		_, _, err := Bundle("x", input)
		var failed *document.Error
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
	})
}
