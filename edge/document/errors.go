package document

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Error says why a document was rejected, and where.
type Error struct {
	File    string // as given to Read
	Line    int    // of the file, or the row of a table, from 1; 0 where the whole file is meant
	Field   string // path of the element or attribute: "Invoice/cac:InvoiceLine[2]/cbc:ID"; "" outside the root
	Value   string // what was found there, at most 80 characters; "" where something is missing
	Code    string // of the reader's own catalogue
	Message string // what is wrong, to be read after the value
	Valued  bool   // the value is printed even when it is empty
}

// Error prints `invoice.xml:12: Invoice/cbc:IssueDate: "2026-13-01" is not a date`.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		b.WriteString(":" + strconv.Itoa(e.Line))
	}
	b.WriteString(": ")
	if e.Field != "" {
		b.WriteString(e.Field + ": ")
	}
	if e.Value != "" || e.Valued {
		b.WriteString(strconv.Quote(e.Value) + " ")
	}
	b.WriteString(e.Message)
	return b.String()
}

// Unsupported names a well-formed start of a document that its reader does not read.
type Unsupported struct {
	File      string // as given to Read
	Type      string // local name of the root element
	Namespace string // its namespace; "" for none
}

// Error prints `note.xml: "DebitNote" of "urn:…" is not a type of document that is read`.
func (u *Unsupported) Error() string {
	return fmt.Sprintf("%s: %q of %q is not a type of document that is read", u.File, u.Type, u.Namespace)
}

// Excerpt shortens what is shown of a value to 80 characters; it keeps whole characters.
func Excerpt[T string | []byte](value T) string {
	const charactersMax = 80
	text := strings.ToValidUTF8(string(value[:min(len(value), charactersMax*utf8.UTFMax)]), "\uFFFD")
	count := 0
	for i := range text {
		if count == charactersMax {
			return text[:i]
		}
		count++
	}
	return text
}
