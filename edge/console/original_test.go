package console_test

import (
	"archive/zip"
	"bytes"
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/edge/intake"
	"millrace/edge/reading"
)

// recorded keeps a file as a document and gives its page.
func (s *stage) recorded(name string, content []byte) (id.Document, string) {
	s.t.Helper()
	read, err := reading.Read(name, content, reading.Limits{})
	if err != nil {
		s.t.Fatal(err)
	}
	command, err := s.intake.PrepareReading(context.Background(), &read, content, "folder")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range s.give(s.maker, command) {
		if kept, ok := e.(*book.DocumentRecorded); ok {
			b := &browser{t: s.t, handler: s.handler, secret: s.key(s.maker)}
			page := b.page("/documents/"+kept.Document.ID.String(), http.StatusOK)
			checkMarkup(s.t, name, page)
			return kept.Document.ID, page
		}
	}
	s.t.Fatalf("%s was not kept", name)
	return 0, ""
}

func contentOf(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

var (
	shownLine = regexp.MustCompile(`<li id="line-([0-9]+)"[^>]*><code>([^<]*)</code>`)
	placeLink = regexp.MustCompile(`<a class="place" href="#line-([0-9]+)">`)
)

// linesShown are the lines of the original that a page shows, by their numbers as printed.
func linesShown(page string) map[string]string {
	shown := map[string]string{}
	for _, found := range shownLine.FindAllStringSubmatch(page, -1) {
		shown[found[1]] = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&#34;", `"`, "&#39;", "'").Replace(found[2])
	}
	return shown
}

func TestOriginalIsShownByItsLines(t *testing.T) {
	s := newStage(t)
	s.play()
	content := contentOf(t, filepath.Join("..", "..", "..", "shared", "data", "trade", "valid", "peppol-bis-invoice-3", "examples", "Allowance-example.xml"))
	lines := strings.Split(strings.ReplaceAll(strings.TrimRight(string(content), "\r\n"), "\r\n", "\n"), "\n")
	wrong := strings.Replace(string(content), `<cbc:PayableAmount currencyID="EUR">6125.00<`, `<cbc:PayableAmount currencyID="EUR">6126.00<`, 1)
	if wrong == string(content) {
		t.Fatal("the document has no such amount")
	}
	_, page := s.recorded("allowance.xml", []byte(wrong))
	shown := linesShown(page)
	if len(shown) != len(lines) {
		t.Errorf("%d lines are shown of %d", len(shown), len(lines))
	}
	if got := shown["2"]; got != lines[1] {
		t.Errorf("line 2 is %q, not %q", got, lines[1])
	}
	links := placeLink.FindAllStringSubmatch(page, -1)
	found := false
	for _, link := range links {
		found = found || strings.Contains(shown[link[1]], "<cbc:PayableAmount")
		if shown[link[1]] == "" {
			t.Errorf("a finding leads to line %s, which is not shown", link[1])
		}
		if !strings.Contains(page, `<li id="line-`+link[1]+`" class="noted">`) {
			t.Errorf("line %s does not say that something was found in it", link[1])
		}
	}
	if !found {
		t.Errorf("no finding leads to the amount that is wrong: %v", links)
	}
	for _, anchor := range regexp.MustCompile(`href="#((?:finding|rule)-[0-9]+)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `id="`+anchor[1]+`"`) {
			t.Errorf("a line leads to %s, which is not on the page", anchor[1])
		}
	}
}

// What came as one line is broken at its tags, and its findings lead to those.
func TestAnOriginalOfOneLineIsBrokenAtItsTags(t *testing.T) {
	s := newStage(t)
	s.play()
	content := string(contentOf(t, filepath.Join("..", "..", "..", "shared", "data", "trade", "valid", "peppol-bis-invoice-3", "examples", "Allowance-example.xml")))
	content = strings.Replace(content, `<cbc:PayableAmount currencyID="EUR">6125.00<`, `<cbc:PayableAmount currencyID="EUR">6126.00<`, 1)
	content = regexp.MustCompile(`>\s+<`).ReplaceAllString(content, "><")
	_, page := s.recorded("allowance.xml", []byte(content))
	shown := linesShown(page)
	if !slices.ContainsFunc(slices.Collect(maps.Values(shown)), func(line string) bool { return strings.HasPrefix(line, "  <cbc:CustomizationID>") }) {
		t.Errorf("no line of %d begins with the element after the root, indented once", len(shown))
	}
	var together strings.Builder
	for number := range len(shown) {
		together.WriteString(shown[strconv.Itoa(number+1)])
	}
	if strings.Join(strings.Fields(together.String()), "") != strings.Join(strings.Fields(content), "") {
		t.Error("the lines together are not the file")
	}
	if !strings.Contains(page, "it is broken at its tags here") {
		t.Error("the page does not say that the lines are not the file's")
	}
	for _, link := range placeLink.FindAllStringSubmatch(page, -1) {
		if strings.Contains(shown[link[1]], "<cbc:PayableAmount") {
			return
		}
	}
	t.Error("no finding leads to the amount that is wrong")
}

func TestFindingFarDownIsShown(t *testing.T) {
	s := newStage(t)
	s.play()
	content := string(contentOf(t, filepath.Join("..", "..", "..", "shared", "data", "trade", "valid", "peppol-bis-invoice-3", "examples", "Allowance-example.xml")))
	content = strings.Replace(content, `<cbc:PayableAmount currencyID="EUR">6125.00<`, `<cbc:PayableAmount currencyID="EUR">6126.00<`, 1)
	padding := strings.Repeat("<!-- "+strings.Repeat("nothing ", 12)+"-->\n", 1_000)
	content = strings.Replace(content, "<cac:LegalMonetaryTotal>", padding+"<cac:LegalMonetaryTotal>", 1)
	_, page := s.recorded("long.xml", []byte(content))
	shown, found := linesShown(page), false
	for _, link := range placeLink.FindAllStringSubmatch(page, -1) {
		found = found || strings.Contains(shown[link[1]], "<cbc:PayableAmount")
	}
	if !found || !strings.Contains(page, "Lines between are left out.") || len(shown) >= strings.Count(content, "\n") {
		t.Errorf("%d of %d lines are shown, with the amount: %v", len(shown), strings.Count(content, "\n"), found)
	}
}

func TestFilesThatAreNoTextAreOffered(t *testing.T) {
	s := newStage(t)
	s.play()
	pdf := contentOf(t, filepath.Join("..", "reading", "testdata", "factur-x.pdf"))
	_, page := s.recorded("invoice.pdf", pdf)
	read, err := reading.Read("invoice.pdf", pdf, reading.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	inner := strings.Split(strings.TrimRight(string(read.Inner), "\n"), "\n")
	shown := linesShown(page)
	if last := strings.TrimPrefix(shown["1"], "\ufeff"); len(shown) != len(inner) || last != strings.TrimSuffix(inner[0], "\r") || strings.Contains(page, "%PDF") {
		t.Errorf("%d lines of %d: %q", len(shown), len(inner), shown["1"])
	}
	for _, want := range []string{"File PDF", "The invoice inside it factur-x.xml"} {
		if said := text(page); !strings.Contains(said, want) {
			t.Errorf("the page of a PDF does not say %q", want)
		}
	}

	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, one := range []struct{ name, content string }{
		{"invoice.xml", string(contentOf(t, filepath.Join("..", "efapiao", "testdata", "readings", "blue.xml")))}, {"picture.pdf", "%PDF-1.7 picture"},
	} {
		f, err := w.Create(one.name)
		if err == nil {
			_, err = f.Write([]byte(one.content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, page = s.recorded("invoice.zip", archive.Bytes())
	for _, want := range []string{"File ZIP archive", "picture.pdf PDF, 16 bytes"} {
		if said := text(page); !strings.Contains(said, want) {
			t.Errorf("the page of an archive does not say %q:\n%s", want, said)
		}
	}
	if len(linesShown(page)) == 0 || strings.Contains(page, "PK\x03") {
		t.Error("the page of an archive does not show its invoice, or shows its bytes")
	}
}

// What a file is that nobody reads as a document any more is still told by its content.
func TestBytesAreNeverShownAsText(t *testing.T) {
	s := newStage(t)
	s.play()
	var record book.Document
	for _, e := range s.give(s.maker, s.another(t, "\x00\x01\xff\xfeno text")) {
		if kept, ok := e.(*book.DocumentRecorded); ok {
			record = kept.Document
		}
	}
	b := &browser{t: t, handler: s.handler, secret: s.key(s.maker)}
	page := b.page("/documents/"+record.ID.String(), http.StatusOK)
	if !strings.Contains(text(page), "Nothing in this file can be read as text.") || len(linesShown(page)) != 0 || strings.Contains(page, "no text\n") {
		t.Errorf("%s", text(page))
	}
}

// another is a document of the examples under another number, with other bytes in the vault.
func (s *stage) another(t *testing.T, bytes string) *book.RecordDocument {
	t.Helper()
	content := strings.Replace(string(contentOf(t, filepath.Join("..", "..", "examples", "trade", "01-castings", "5-invoice.xml"))), "RE-2026-0914", "RE-2026-0999", 1)
	read, err := reading.Read("invoice.xml", []byte(content), reading.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	command, err := s.intake.PrepareReading(context.Background(), &read, []byte(content), "folder")
	if err != nil {
		t.Fatal(err)
	}
	command.Stored = s.keep(intake.KindDocument, bytes)
	return command
}
