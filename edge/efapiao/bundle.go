package efapiao

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"millrace/edge/document"
)

// Companion is a file that came with an invoice: its OFD, its PDF, a signature.
type Companion struct {
	Name  string // as in the bundle; of a single OFD as given to Bundle
	Bytes []byte
}

// What Bundle unpacks at most, of the archive and of the OFDs in it together.
const (
	BundleBytesMax   = 64 << 20
	BundleEntriesMax = 200 // of one archive
)

// Bundle finds the invoice's XML in a ZIP archive, with the other files as companions in their order; or in an OFD, which is a ZIP
// archive too and then its own companion. The XML stands in the archive itself, else among the attachments of an OFD in it. An input
// that is no archive is given back as the XML. The error is *document.Error; the name is used there, and for a single OFD.
func Bundle(name string, input []byte) (invoice []byte, companions []Companion, err error) {
	if !isArchive(input) {
		return input, nil, nil
	}
	u := unpacking{left: BundleBytesMax}
	files, failed := u.unpack(input)
	if failed == nil {
		invoice, companions, failed = u.sort(name, input, files)
	}
	if failed != nil {
		failed.File = name
		return nil, nil, failed
	}
	return invoice, companions, nil
}

func isArchive(input []byte) bool { return bytes.HasPrefix(input, []byte("PK\x03\x04")) }

// unpacking counts what all archives of a bundle hold together.
type unpacking struct{ left int64 }

// unpack reads all files of an archive. The sizes that the archive states are not believed.
func (u *unpacking) unpack(input []byte) ([]Companion, *document.Error) {
	archive, err := zip.NewReader(bytes.NewReader(input), int64(len(input)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, failure(codeBundleMalformed, 0, "", "")
	}
	if len(archive.File) > BundleEntriesMax {
		return nil, failure(codeBundleEntries, 0, "", strconv.Itoa(len(archive.File)))
	}
	var files []Companion
	seen := map[string]bool{}
	for _, entry := range archive.File {
		name := entryName(entry)
		if !permitted(name) {
			return nil, failure(codeBundleName, 0, "", name)
		}
		if strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") {
			continue
		}
		if seen[name] {
			return nil, failure(codeBundleMalformed, 0, name, "")
		}
		seen[name] = true
		content, failed := u.content(entry, name)
		if failed != nil {
			return nil, failed
		}
		files = append(files, Companion{Name: name, Bytes: content})
	}
	return files, nil
}

func (u *unpacking) content(entry *zip.File, name string) ([]byte, *document.Error) {
	reader, err := entry.Open()
	if err != nil {
		return nil, failure(codeBundleMalformed, 0, name, "")
	}
	content, err := io.ReadAll(io.LimitReader(reader, u.left+1))
	if err = errors.Join(err, reader.Close()); int64(len(content)) <= u.left && err != nil {
		return nil, failure(codeBundleMalformed, 0, name, "")
	}
	if u.left -= int64(len(content)); u.left < 0 {
		return nil, failure(codeBundleTooLarge, 0, name, strconv.Itoa(BundleBytesMax+1))
	}
	return content, nil
}

// entryName decodes a name: archives made by older Chinese programs hold names in GBK without saying so.
func entryName(entry *zip.File) string {
	if entry.NonUTF8 && !utf8.ValidString(entry.Name) {
		if name, err := simplifiedchinese.GB18030.NewDecoder().String(entry.Name); err == nil {
			return name
		}
	}
	return strings.ToValidUTF8(entry.Name, "\uFFFD")
}

func permitted(name string) bool {
	plain := strings.TrimSuffix(name, "/")
	return plain != "" && path.Clean(plain) == plain && !path.IsAbs(plain) && plain != ".." && !strings.HasPrefix(plain, "../") &&
		!strings.ContainsAny(plain, "\\\x00:")
}

// sort parts the invoice from its companions.
func (u *unpacking) sort(name string, input []byte, files []Companion) ([]byte, []Companion, *document.Error) {
	for _, file := range files {
		if file.Name == "OFD.xml" {
			invoice, failed := pick(files)
			return invoice, []Companion{{Name: name, Bytes: input}}, orMissing(invoice, failed)
		}
	}
	invoice, failed := pick(files)
	var companions []Companion
	var attached []Companion
	for _, file := range files {
		if failed == nil && invoice == nil && isArchive(file.Bytes) {
			var inner []Companion
			inner, failed = u.unpack(file.Bytes)
			attached = append(attached, inner...)
		}
		if !isInvoice(file) {
			companions = append(companions, file)
		}
	}
	if failed == nil && invoice == nil {
		invoice, failed = pick(attached)
	}
	return invoice, companions, orMissing(invoice, failed)
}

func orMissing(invoice []byte, failed *document.Error) *document.Error {
	if failed == nil && invoice == nil {
		return failure(codeBundleWithoutXML, 0, "", "")
	}
	return failed
}

// pick finds the one invoice among files; the same bytes may come twice.
func pick(files []Companion) ([]byte, *document.Error) {
	var invoice []byte
	for _, file := range files {
		switch {
		case !isInvoice(file):
		case invoice == nil:
			invoice = file.Bytes
		case !bytes.Equal(invoice, file.Bytes):
			return nil, failure(codeBundleSeveralTimes, 0, "", file.Name)
		}
	}
	return invoice, nil
}

// isInvoice tells whether a file is XML whose first element is EInvoice with the invoice's data in it: the tags of an OFD have the
// same root, and only point to what the page shows.
func isInvoice(file Companion) bool {
	if !strings.EqualFold(path.Ext(file.Name), ".xml") {
		return false
	}
	text, failed := decode(file.Bytes)
	if failed != nil {
		return false
	}
	return firstElement(text) == Root && !bytes.Contains(text, []byte(":ObjectRef"))
}

// firstElement gives the local name of the first element; "" for none.
func firstElement(text []byte) string {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	for {
		token, err := decoder.Token()
		if err != nil {
			return ""
		}
		if start, ok := token.(xml.StartElement); ok {
			return start.Name.Local
		}
	}
}
