package pdf

import (
	"bytes"
	"encoding/ascii85"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/edge/document"
)

const invoice = "<Invoice>1</Invoice>"

var want = []Attachment{{Name: "factur-x.xml", MIME: "text/xml", Relationship: "Alternative", Bytes: []byte(invoice)}}

// modern is a PDF whose catalog and file specification are inside an object stream.
func modern(kind byte) *builder {
	b := newBuilder()
	b.stream(4, fileEntries, []byte(invoice))
	b.pack(5, []int{1, 3}, []string{catalogBody, fileBody})
	b.tableStream(6, "/Root 1 0 R", kind)
	return b
}

func TestKinds(t *testing.T) {
	updated := func() []byte {
		b := newBuilder()
		b.object(1, catalogBody)
		b.object(3, fileBody)
		b.stream(4, fileEntries, []byte("<Invoice>old</Invoice>"))
		first := b.table("/Root 1 0 R")
		b.stream(4, fileEntries, []byte(invoice))
		b.table(fmt.Sprintf("/Root 1 0 R /Prev %d", first))
		return b.Bytes()
	}
	hybrid := func() []byte {
		b := newBuilder()
		b.object(1, catalogBody)
		b.stream(4, fileEntries, []byte(invoice))
		visible := map[int]int{1: b.offsets[1], 4: b.offsets[4]}
		b.offsets = map[int]int{}
		b.pack(5, []int{3}, []string{fileBody})
		hidden := b.tableStream(6, "/Root 1 0 R", 0)
		b.offsets = visible
		b.table(fmt.Sprintf("/Root 1 0 R /XRefStm %d", hidden))
		return b.Bytes()
	}
	streamUpdated := func() []byte {
		b := modern(2)
		old := bytes.LastIndex(b.Bytes(), []byte("6 0 obj"))
		b.pack(7, []int{1}, []string{strings.Replace(catalogBody, "/Type", "/Lang (de) /Type", 1)})
		b.tableStream(8, fmt.Sprintf("/Root 1 0 R /Prev %d", old), 4)
		return b.Bytes()
	}
	associated := strings.Replace(string(classic(invoice).Bytes()), "/Names << /EmbeddedFiles << /Names [(factur-x.xml) 3 0 R] >> >>", strings.Repeat(" ", 63), 1)
	unassociated := strings.Replace(string(classic(invoice).Bytes()), "/AF [3 0 R]", "           ", 1)
	cases := map[string][]byte{
		"classic": classic(invoice).Bytes(), "updated": updated(), "hybrid": hybrid(), "stream updated": streamUpdated(),
		"only associated": []byte(associated), "only in the tree": []byte(unassociated),
		"bytes before the header": append([]byte("MIME junk\r\n"), classic(invoice).Bytes()...),
		"wrong startxref":         bytes.Replace(classic(invoice).Bytes(), []byte("startxref\n"), []byte("startxref\n1"), 1),
		"no startxref":            bytes.Replace(classic(invoice).Bytes(), []byte("startxref"), []byte("startxxxx"), 1),
		"shifted":                 bytes.Replace(classic(invoice).Bytes(), []byte("1 0 obj"), []byte("    1 0 obj"), 1),
		"cut off":                 modern(0).Bytes()[:bytes.LastIndex(modern(0).Bytes(), []byte("6 0 obj"))],
		"wrong length":            bytes.Replace(modern(0).Bytes(), []byte("/Length 20"), []byte("/Length 19"), 1),
		"prev in a circle":        bytes.Replace(classic(invoice).Bytes(), []byte("/Size 100"), []byte("/Prev 515"), 1),
	}
	for kind := range byte(5) {
		cases[fmt.Sprintf("modern, predictor %d", kind)] = modern(kind).Bytes()
	}
	for name, input := range cases {
		got, err := Embedded(name, input, Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("%s: %s", name, difference)
		}
	}
}

func TestTreeAndNames(t *testing.T) {
	b := newBuilder()
	b.object(1, "<< /Type /Catalog /Names 2 0 R /AF 9 0 R >>")
	b.object(2, "<< /EmbeddedFiles << /Kids [5 0 R 6 0 R 5 0 R 2 0 R] >> >>")
	b.object(5, "<< /Limits [(a) (b)] /Names [(a) 10 0 R (b) << /UF <FEFF00E40062002E0070006E0067> /EF << /F 20 0 R >> >>] >>")
	b.object(6, "<< /Names [(c\\(1\\)) << /EF << /UF 21 0 R >> >> (outside) << /F (http://x) >>] >>")
	b.object(9, "[10 0 R << /F (\\344\\200.xml) /AFRelationship /Data /EF << /F 22 0 R >> >>]")
	b.object(10, "<< /F (a.txt) /EF << /F 23 0 R >> >>")
	b.stream(20, "/Filter [/ASCIIHexDecode /FlateDecode]", fmt.Appendf(nil, "%x>", deflate([]byte("png"))))
	b.stream(21, "", []byte("c"))
	b.stream(22, "/Filter /A85 /Subtype /application#2fxml", append(ascii85Encoded("Hello World"), "~>"...))
	b.stream(23, "/Filter null", []byte("a"))
	b.table("/Root 1 0 R")
	got, err := Embedded("tree.pdf", b.Bytes(), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Attachment{
		{Name: "a.txt", Bytes: []byte("a")}, {Name: "äb.png", Bytes: []byte("png")}, {Name: "c(1)", Bytes: []byte("c")},
		{Name: "ä•.xml", MIME: "application/xml", Relationship: "Data", Bytes: []byte("Hello World")},
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
}

func ascii85Encoded(content string) []byte {
	encoded := make([]byte, ascii85.MaxEncodedLen(len(content)))
	return encoded[:ascii85.Encode(encoded, []byte(content))]
}

func TestInvoice(t *testing.T) {
	for _, name := range []string{"factur-x.xml", "ZUGFeRD-invoice.xml", "zugferd-invoice.xml", "xrechnung.xml", `C:\out\Factur-X.xml`} {
		input := strings.ReplaceAll(string(classic(invoice).Bytes()), "factur-x.xml", strings.ReplaceAll(name, `\`, `\\`))
		got, err := Invoice(name, []byte(input), Limits{})
		if err != nil || string(got.Bytes) != invoice {
			t.Errorf("%s: %q, %v", name, got.Bytes, err)
		}
	}
}

var update = flag.Bool("update", false, "write golden files anew")

// several embeds two files.
func several(second, secondName string) []byte {
	b := newBuilder()
	b.object(1, "<< /Type /Catalog /AF [3 0 R 7 0 R] >>")
	b.object(3, fileBody)
	b.stream(4, fileEntries, []byte(invoice))
	b.object(7, strings.NewReplacer("factur-x.xml", secondName, "4 0 R", "8 0 R").Replace(fileBody))
	b.stream(8, fileEntries, []byte(second))
	b.table("/Root 1 0 R")
	return b.Bytes()
}

func altered(old, new string) []byte {
	return bytes.Replace(classic(invoice).Bytes(), []byte(old), []byte(new), 1)
}

// reproducers has one file for each code, and the limits under which it fails.
var reproducers = map[string]struct {
	input  []byte
	limits Limits
}{
	codeInputEmpty:          {input: []byte(" \n")},
	codeInputTooLarge:       {input: classic(invoice).Bytes(), limits: Limits{BytesMax: 100}},
	codeNotPDF:              {input: []byte("PK\x03\x04 a ZIP")},
	codeEncrypted:           {input: altered("/Root 1 0 R", "/Root 1 0 R /Encrypt 9 0 R")},
	codeTableWrong:          {input: []byte("%PDF-1.4\nstartxref\n700\n%%EOF")},
	codeObjectWrong:         {input: altered("/EF << /F 4 0 R", "/EF )) /F 4 0 R")},
	codeCatalogMissing:      {input: []byte("%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< >>\nstartxref\n9\n%%EOF")},
	codeDepthExceeded:       {input: altered("[3 0 R]", "[[[[[[3 0 R]]]]]]"), limits: Limits{DepthMax: 5}},
	codeObjectsExceeded:     {input: classic(invoice).Bytes(), limits: Limits{ObjectsMax: 3}},
	codeWorkExceeded:        {input: overlapping()},
	codeInflatedExceeded:    {input: classic(strings.Repeat("0", 1<<20)).Bytes(), limits: Limits{InflatedMax: 1 << 19}},
	codeFilterUnknown:       {input: altered("/FlateDecode", "/LZWDecode  ")},
	codeStreamDamaged:       {input: altered("\x78\x9c", "\x79\x9c")},
	codeAttachmentWrong:     {input: altered("/F 4 0 R /UF 4 0 R", "/F 5 0 R /UF 5 0 R")},
	codeAttachmentsExceeded: {input: several("2", "a.txt"), limits: Limits{AttachmentsMax: 1}},
	codeNothingEmbedded:     {input: bytes.ReplaceAll(altered("/AF", "/XX"), []byte("/Names"), []byte("/Nomen"))},
	codeInvoiceMissing:      {input: bytes.ReplaceAll(several("2", "b.txt"), []byte("factur-x.xml"), []byte("drawing1.xml"))},
	codeInvoiceAmbiguous:    {input: several("<Invoice>2</Invoice>", "zugferd-invoice.xml")},
}

// overlapping holds an object stream whose objects all begin at the same long string.
func overlapping() []byte {
	const count = 2000
	var head strings.Builder
	for i := range count {
		fmt.Fprintf(&head, "%d 0 ", 100+i)
	}
	b := newBuilder()
	b.object(1, "100 0 R")
	b.stream(5, fmt.Sprintf("/Type /ObjStm /N %d /First %d", count, head.Len()), []byte(head.String()+"("+strings.Repeat("a", 20_000)+")"))
	b.packed[100] = [2]int{5, 0}
	b.tableStream(6, "/Root 100 0 R", 0)
	return b.Bytes()
}

// TestErrors holds every message against its golden text, and the catalogue against the reproducers.
func TestErrors(t *testing.T) {
	for code, reproducer := range reproducers {
		_, err := Invoice(code+".pdf", reproducer.input, reproducer.limits)
		var failed *document.Error
		if !errors.As(err, &failed) || failed.Code != code {
			t.Errorf("%s: %v", code, err)
			continue
		}
		path := filepath.Join("testdata", "errors", code+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(err.Error()+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		golden, readError := os.ReadFile(path)
		if readError != nil || err.Error()+"\n" != string(golden) {
			t.Errorf("%s:\n got %v\nwant %s", code, err, golden)
		}
	}
	seen := map[string]bool{}
	for _, reason := range Codes {
		if _, known := reproducers[reason.Code]; !known || seen[reason.Code] || reason.Message == "" || !strings.HasSuffix(reason.Sentence, ".") {
			t.Errorf("%s has no reproducer, stands twice, or is not explained", reason.Code)
		}
		seen[reason.Code] = true
	}
	if len(seen) != len(reproducers) {
		t.Errorf("%d codes, %d reproducers", len(seen), len(reproducers))
	}
}

// FuzzEmbedded looks for input that panics or is read differently twice.
func FuzzEmbedded(f *testing.F) {
	for _, reproducer := range reproducers {
		f.Add(reproducer.input)
	}
	for kind := range byte(5) {
		f.Add(modern(kind).Bytes())
	}
	f.Add(classic(invoice).Bytes())
	f.Add(several("2", "zugferd-invoice.xml"))
	f.Fuzz(func(t *testing.T, input []byte) {
		before := bytes.Clone(input)
		limits := Limits{InflatedMax: 1 << 20, ObjectsMax: 10_000}
		first, err := Embedded("fuzz.pdf", input, limits)
		if !bytes.Equal(before, input) {
			t.Fatal("the input was changed")
		}
		second, again := Embedded("fuzz.pdf", input, limits)
		if fmt.Sprint(err) != fmt.Sprint(again) || !reflect.DeepEqual(first, second) {
			t.Fatalf("first %v, then %v", err, again)
		}
		var failed *document.Error
		if err != nil && (!errors.As(err, &failed) || failed.Code == "" || failed.Message == "" || failed.File != "fuzz.pdf") {
			t.Fatalf("error %#v", err)
		}
	})
}
