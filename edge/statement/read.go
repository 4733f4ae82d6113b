package statement

import (
	"bytes"
	"strconv"
	"strings"

	"millrace/edge/document"
	"millrace/edge/iso20022"
	"millrace/edge/markup"
)

// Limits bounds what a file may hold. A zero field stands for its default.
type Limits struct {
	BytesMax   int // of the input; default 256 MiB, at most 1 GiB
	EntriesMax int // default 1,000,000
}

func (l Limits) withDefaults() Limits {
	if l.BytesMax <= 0 {
		l.BytesMax = 256 << 20
	}
	if l.EntriesMax <= 0 {
		l.EntriesMax = 1_000_000
	}
	return l
}

func (l Limits) markup() markup.Limits {
	return markup.Limits{BytesMax: l.BytesMax, ElementsMax: 200 * l.EntriesMax}
}

// Read reads a statement file of any known format. The error is a *document.Error for a rejected file, and a
// *document.Unsupported for a message of ISO 20022 that is no statement. Read never panics, whatever the input, and may be called
// concurrently.
func Read(name string, input []byte, limits Limits) (*File, error) {
	limits = limits.withDefaults()
	if len(input) > limits.BytesMax {
		return nil, fault(name, markup.CodeInputTooLarge, 0, "", strconv.Itoa(len(input)))
	}
	switch formOf(input) {
	case formEmpty:
		return nil, fault(name, markup.CodeInputEmpty, 0, "", "")
	case formMarkup:
		if message := iso20022.MessageOf(input, limits.markup()); message != "" && !isStatement(message) {
			return nil, &document.Unsupported{File: name, Type: "Document", Namespace: message}
		}
		return readCamt(name, input, limits)
	case formMT:
		return readMT(name, input, limits)
	}
	return nil, fault(name, CodeFormatUnknown, 1, "", string(firstLine(beginning(input))))
}

// form is what a file looks like.
type form uint8

const (
	formOther form = iota
	formEmpty
	formMarkup
	formMT
)

// beginning is a file without its byte order mark and white space in front.
func beginning(input []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(input, []byte("\xEF\xBB\xBF")), " \t\r\n\x01")
}

func formOf(input []byte) form {
	start := beginning(input)
	switch {
	case len(start) == 0:
		return formEmpty
	case start[0] == '<' || bytes.HasPrefix(input, []byte{0xFE, 0xFF}) || bytes.HasPrefix(input, []byte{0xFF, 0xFE}):
		return formMarkup
	case looksLikeMT(start):
		return formMT
	}
	return formOther
}

// Recognises tells whether a file looks like one of a format that Read reads, right or wrong. One that does not, and is not empty, may be a
// table, which a mapping reads.
func Recognises(input []byte) bool { return formOf(input) == formMarkup || formOf(input) == formMT }

func isStatement(message string) bool {
	return strings.HasPrefix(message, "camt.052.") || strings.HasPrefix(message, "camt.053.") || strings.HasPrefix(message, "camt.054.")
}

func firstLine(text []byte) []byte {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return bytes.TrimSpace(line)
}

func fault(name, code string, line int, field, value string) *document.Error {
	failed := Codes.Failure(code, line, field, value)
	failed.File = name
	return failed
}
