// Package pdf takes the invoice out of a hybrid document: a PDF (usually PDF/A-3) that a person reads and that carries the
// same invoice as an embedded XML file, as Factur-X and ZUGFeRD have it.
//
// It reads no more of PDF than that needs: object.go the syntax of objects, table.go cross-reference tables, streams and
// hybrids of both with all updates, repair.go finds the objects of a file whose tables are damaged, stream.go undoes
// compression, embedded.go follows the catalog to the embedded files. Everything is bounded: bytes, objects, what
// streams inflate to, and the work spent on overlapping or repeated parts. Encrypted files are refused.
//
// Sources: ISO 32000-1 (7.2 to 7.5, 7.7, 7.9.6, 7.11), ISO 19005-3 and ISO 32000-2 14.13 (associated files), Factur-X 1.07 and
// ZUGFeRD 1.0 to 2.3, XRechnung 3.0 (names of the embedded file).
package pdf

import (
	"bytes"
	"strconv"
	"strings"

	"millrace/edge/document"
)

// Limits bounds what a file may hold. A zero field stands for its default.
type Limits struct {
	BytesMax       int // of the file; default 20 MiB
	ObjectsMax     int // default 200,000
	InflatedMax    int // bytes that all streams read inflate to; default 64 MiB
	DepthMax       int // arrays and dictionaries inside one another, and levels of trees; default 64
	AttachmentsMax int // default 100
}

func (l Limits) withDefaults() Limits {
	for _, field := range []struct {
		value    *int
		standard int
	}{{&l.BytesMax, 20 << 20}, {&l.ObjectsMax, 200_000}, {&l.InflatedMax, 64 << 20}, {&l.DepthMax, 64}, {&l.AttachmentsMax, 100}} {
		if *field.value <= 0 {
			*field.value = field.standard
		}
	}
	return l
}

// Attachment is one file embedded in a PDF. Its bytes may be part of the input.
type Attachment struct {
	Name         string // as the PDF names it
	MIME         string // as the PDF says: "text/xml"; "" when it does not
	Relationship string // AFRelationship: "Data", "Alternative", "Source"; "" when it says none
	Bytes        []byte
}

// IsPDF tells whether the input begins as a PDF does: some writers put other bytes, at most a kilobyte, before the header.
// What begins as markup is none, even if a PDF is quoted in it.
func IsPDF(input []byte) bool { return headerAt(input) >= 0 }

func headerAt(input []byte) int {
	if bytes.HasPrefix(bytes.TrimLeft(input, "\xef\xbb\xbf \t\r\n"), []byte("<")) {
		return -1
	}
	return bytes.Index(input[:min(len(input), 1024)], []byte("%PDF-"))
}

// Embedded gives every file embedded in a PDF, in the order in which the catalog names them. The name is used in errors only. The
// error is a *document.Error. Embedded never panics.
func Embedded(name string, input []byte, limits Limits) ([]Attachment, error) {
	attachments, failed := embedded(input, limits.withDefaults())
	if failed != nil {
		failed.File = name
		return nil, failed
	}
	return attachments, nil
}

// invoiceNames are the names of the embedded invoice, in lower case: of Factur-X and ZUGFeRD 2.1 and later, of ZUGFeRD 1
// and 2.0, and of the profile XRECHNUNG.
var invoiceNames = []string{"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"}

// Invoice gives the embedded invoice. A file with several that differ is refused, for nobody can tell which is meant.
func Invoice(name string, input []byte, limits Limits) (Attachment, error) {
	attachments, err := Embedded(name, input, limits)
	if err != nil {
		return Attachment{}, err
	}
	var found *Attachment
	var names []string
	for i := range attachments {
		a := &attachments[i]
		names = append(names, a.Name)
		if !isInvoice(a.Name) {
			continue
		}
		if found != nil && !bytes.Equal(found.Bytes, a.Bytes) {
			failed := failure(codeInvoiceAmbiguous, "", found.Name+", "+a.Name)
			failed.File = name
			return Attachment{}, failed
		}
		found = a
	}
	if len(attachments) == 0 {
		failed := failure(codeNothingEmbedded, "", "")
		failed.File = name
		return Attachment{}, failed
	}
	if found == nil {
		failed := failure(codeInvoiceMissing, "", strings.Join(names, ", "))
		failed.File = name
		return Attachment{}, failed
	}
	return *found, nil
}

func isInvoice(name string) bool {
	name = strings.ToLower(name[strings.LastIndexAny(name, `/\`)+1:])
	for _, known := range invoiceNames {
		if name == known {
			return true
		}
	}
	return false
}

func embedded(input []byte, limits Limits) ([]Attachment, *document.Error) {
	if len(input) > limits.BytesMax {
		return nil, failure(codeInputTooLarge, "", strconv.Itoa(len(input)))
	}
	if len(bytes.TrimSpace(input)) == 0 {
		return nil, failure(codeInputEmpty, "", "")
	}
	header := headerAt(input)
	if header < 0 {
		return nil, failure(codeNotPDF, "", document.Excerpt(input[:min(len(input), 16)]))
	}
	f := open(input[header:], limits)
	f.readTables()
	attachments := f.attachments()
	if f.failed == nil || f.failed.Code == codeEncrypted || limitCodes[f.failed.Code] {
		return attachments, f.failed
	}
	first := f.failed
	spent := f.work
	f = open(input[header:], limits)
	f.work = spent
	f.repair()
	attachments = f.attachments()
	if f.failed != nil && f.failed.Code == codeCatalogMissing {
		return nil, first // says more
	}
	return attachments, f.failed
}
