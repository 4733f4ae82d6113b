package reading

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"millrace/edge/efapiao"
	"millrace/edge/markup"
	"millrace/edge/pdf"
)

// The kinds of kept files, as a person tells them apart.
const (
	KindXML     = "xml"
	KindCSV     = "csv"
	KindText    = "text"
	KindPDF     = "pdf"
	KindOFD     = "ofd"
	KindXLSX    = "xlsx"
	KindZIP     = "zip"
	KindUnknown = "unknown"
)

var extensions = map[string]string{KindXML: ".xml", KindCSV: ".csv", KindText: ".txt", KindPDF: ".pdf", KindOFD: ".ofd", KindXLSX: ".xlsx", KindZIP: ".zip", KindUnknown: ".bin"}

// Opened is a kept file as it is laid before a person.
type Opened struct {
	Kind string // of the file
	Text []byte // in UTF-8, of the file or of the invoice inside it; nil where there is nothing that could be read as text
	Name string // of the invoice inside, where the file names it
	In   bool   // Text is that of the invoice inside the file

	Companions []efapiao.Companion // what came beside the invoice in a bundle, in its order
}

// Open finds what of a kept file can be read as text: the file itself, or the invoice inside a PDF or an archive. Lines of Text are those
// that errors and broken rules name.
func Open(original []byte) Opened {
	o := Opened{Kind: KindOf(original)}
	switch o.Kind {
	case KindXML, KindCSV, KindText:
		o.Text, _ = text(original)
	case KindPDF, KindOFD, KindZIP:
		// An invoice that can't be read any more is still shown as it stands there.
		limits := Limits{BytesMax: efapiao.BundleBytesMax}
		var inner []byte
		if o.Kind == KindPDF {
			found, err := pdf.Invoice("", original, pdf.Limits{BytesMax: limits.BytesMax})
			if err != nil {
				return o
			}
			inner, o.Name = found.Bytes, found.Name[strings.LastIndexAny(found.Name, `/\`)+1:]
		} else {
			found, companions, err := efapiao.Bundle("", original)
			if err != nil {
				return o
			}
			inner, o.Companions = found, companions
		}
		if inside, readable := text(inner); readable {
			o.Text, o.In = inside, true
		}
	}
	return o
}

// KindOf tells the kind of a file by its content.
func KindOf(input []byte) string {
	switch {
	case pdf.IsPDF(input):
		return KindPDF
	case isArchive(input) && isOFD(input):
		return KindOFD
	case isArchive(input) && isWorkbook(input):
		return KindXLSX
	case isArchive(input):
		return KindZIP
	}
	shown, readable := text(input)
	head, _, _ := bytes.Cut(shown, []byte("\n"))
	switch {
	case !readable:
		return KindUnknown
	case bytes.HasPrefix(bytes.TrimLeft(shown, " \t\r\n"), []byte("<")):
		return KindXML
	case bytes.ContainsAny(head, ",;\t"):
		return KindCSV
	}
	return KindText
}

// Extension is the ending of the name under which a file is handed out.
func Extension(input []byte) string { return extensions[KindOf(input)] }

// isWorkbook tells an XLSX (ECMA-376) from other archives.
func isWorkbook(input []byte) bool {
	archive, _ := zip.NewReader(bytes.NewReader(input), int64(len(input)))
	return archive != nil && slices.ContainsFunc(archive.File, func(f *zip.File) bool { return f.Name == "xl/workbook.xml" })
}

// text gives a file in UTF-8, from any encoding that a reader knows; not readable is what holds characters that no text has.
func text(input []byte) (shown []byte, readable bool) {
	shown, readable = markup.Text(input)
	if !readable {
		shown, readable = efapiao.Text(input)
	}
	if !readable || !utf8.Valid(shown) || bytes.ContainsFunc(shown, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' }) {
		return nil, false
	}
	return shown, true
}
