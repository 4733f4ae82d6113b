// Package reading reads a trade document in whatever format it comes: it looks at the content, never at the file's name,
// and hands it to the reader of that format. Adding a format is a row in formats.
package reading

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"

	"millrace/edge/cii"
	"millrace/edge/document"
	"millrace/edge/efapiao"
	"millrace/edge/markup"
	"millrace/edge/pdf"
	"millrace/edge/ubl"
)

// Limits bounds what Read takes. A zero field stands for its default.
type Limits struct {
	BytesMax int // of the file, and of an invoice inside it; default 10 MiB
}

// Result is what one file says.
type Result struct {
	Document document.Document
	Format   string // "ubl", "cii", "factur-x": a PDF with either inside, "efapiao", or "efapiao-ofd" and "efapiao-zip": its bundles
	Inner    []byte // the invoice inside a PDF or a bundle, byte for byte; nil where the file itself is the document

	Companions []efapiao.Companion // what came beside the invoice in a bundle, in its order
}

// content is what formats are known by. Local and Namespace are of the root of an XML document, else "".
type content struct {
	input            []byte
	local, namespace string
}

// format is one format of documents.
type format struct {
	name       string
	media      []string // types under which it may be sent
	extension  string   // of a file that holds it
	recognises func(content) bool
	read       func(name string, input []byte, limits Limits) (Result, error)
}

var xmlMedia = []string{"application/xml", "text/xml"}

// formats is searched from the top. What none recognises goes to the last, whose errors then say what is wrong with it.
var formats []format

func init() { // here, because the reader of PDF dispatches again
	formats = []format{
		{"factur-x", []string{"application/pdf"}, ".pdf", func(c content) bool { return pdf.IsPDF(c.input) }, readPDF},
		{"efapiao-ofd", []string{"application/ofd"}, ".ofd", func(c content) bool { return isArchive(c.input) && isOFD(c.input) }, readBundle},
		{"efapiao-zip", []string{"application/zip", "application/x-zip-compressed"}, ".zip", func(c content) bool { return isArchive(c.input) }, readBundle},
		{"efapiao", xmlMedia, ".xml", func(c content) bool {
			return c.local == efapiao.Root || c.local == "" && efapiao.Recognises(c.input) // which may be in an encoding that only its reader knows
		}, readEInvoice},
		{"cii", xmlMedia, ".xml", func(c content) bool { return c.local == cii.Root }, markupReader(cii.Read)},
		{"ubl", xmlMedia, ".xml", func(content) bool { return true }, markupReader(ubl.Read)},
	}
}

// Read reads one document. The name is used in errors only. The error is *document.Error for a rejected document, with a
// code of its reader's catalogue, and *document.Unsupported for one of a type that no reader reads. Read never panics, keeps nothing of
// the input but Inner and Companions, and may be called concurrently.
func Read(name string, input []byte, limits Limits) (Result, error) {
	if limits.BytesMax <= 0 {
		limits.BytesMax = 10 << 20
	}
	return read(name, input, limits)
}

func read(name string, input []byte, limits Limits) (Result, error) {
	f := recognise(input, limits)
	result, err := f.read(name, input, limits)
	if err != nil {
		return Result{}, err
	}
	result.Format = f.name
	return result, nil
}

func recognise(input []byte, limits Limits) *format {
	c := content{input: input}
	if !pdf.IsPDF(input) && !isArchive(input) {
		c.local, c.namespace, _ = markup.Root("", input, markup.Limits{BytesMax: limits.BytesMax}) // its reader says what is wrong
	}
	for i := range formats {
		if formats[i].recognises(c) {
			return &formats[i]
		}
	}
	return &formats[len(formats)-1]
}

func markupReader(read func(string, []byte, markup.Limits) (document.Document, error)) func(string, []byte, Limits) (Result, error) {
	return func(name string, input []byte, limits Limits) (Result, error) {
		read, err := read(name, input, markup.Limits{BytesMax: limits.BytesMax})
		if err == nil {
			read.Rules = broken(name, input, &read)
		}
		return Result{Document: read}, err
	}
}

// readPDF reads the invoice inside a PDF. Errors in it name both: "invoice.pdf/factur-x.xml:12".
func readPDF(name string, input []byte, limits Limits) (Result, error) {
	invoice, err := pdf.Invoice(name, input, pdf.Limits{BytesMax: limits.BytesMax})
	if err != nil {
		return Result{}, err
	}
	inner := name + "/" + invoice.Name[strings.LastIndexAny(invoice.Name, `/\`)+1:]
	if pdf.IsPDF(invoice.Bytes) {
		return Result{}, &document.Unsupported{File: inner, Type: "PDF"}
	}
	result, err := read(inner, invoice.Bytes, limits)
	result.Inner = invoice.Bytes
	return result, err
}

func isArchive(input []byte) bool { return bytes.HasPrefix(input, []byte("PK\x03\x04")) }

// isOFD tells an OFD (GB/T 33190) from other archives by the entry that every one of them has.
func isOFD(input []byte) bool {
	archive, _ := zip.NewReader(bytes.NewReader(input), int64(len(input))) // nil for none; its reader says what is wrong
	return archive != nil && slices.ContainsFunc(archive.File, func(f *zip.File) bool { return f.Name == "OFD.xml" })
}

func readEInvoice(name string, input []byte, limits Limits) (Result, error) {
	read, err := efapiao.Read(name, input, efapiao.Limits{BytesMax: limits.BytesMax})
	return Result{Document: read}, err
}

// readBundle reads the invoice inside an OFD or a ZIP. Errors in it name both: "invoice.zip/invoice.xml:12".
func readBundle(name string, input []byte, limits Limits) (Result, error) {
	invoice, companions, err := efapiao.Bundle(name, input)
	if err != nil {
		return Result{}, err
	}
	result, err := readEInvoice(name+"/invoice.xml", invoice, limits)
	result.Inner, result.Companions = invoice, companions
	return result, err
}

// Accepts tells whether a document may be sent under a media type.
func Accepts(media string) bool {
	for i := range formats {
		for _, known := range formats[i].media {
			if media == known {
				return true
			}
		}
	}
	return false
}

// MediaType gives the type and the ending of a file's name under which kept bytes are handed out.
func MediaType(input []byte) (media, extension string) {
	f := recognise(input, Limits{})
	return f.media[0], f.extension
}
