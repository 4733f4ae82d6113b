package markup

import "millrace/edge/document"

// Tokens cuts a document into its tags and texts, for a reader that holds it against a table of its own. What it hands out
// points into the document, or into memory that lasts as long as the Tokens.
type Tokens struct {
	scan scanner
}

// Token is what Next has found.
type Token uint8

// The tokens.
const (
	Failed   Token = iota // Error says why
	Finished              // the end of the document
	Opened                // a start tag: Name, Attribute
	Closed                // an end tag, or the end of an empty element
	Texted                // a piece of an element's text: Text
)

// NewTokens begins at a document's start. The error lacks the file.
func NewTokens(input []byte, limits Limits) (*Tokens, *document.Error) {
	limits = limits.withDefaults()
	text, failed := prepare(input, limits)
	if failed != nil {
		return nil, failed
	}
	t := new(Tokens)
	t.scan.begin(text, limits, &Schema{})
	return t, nil
}

// Next finds the next token. After Failed or Finished it must not be called again.
func (t *Tokens) Next() Token {
	switch t.scan.next() {
	case tokenStart:
		return Opened
	case tokenClose:
		return Closed
	case tokenText:
		return Texted
	case tokenEnd:
		return Finished
	}
	return Failed
}

// Error is why reading failed; its field and file are the reader's to fill in.
func (t *Tokens) Error() *document.Error { return t.scan.failed }

// Name is that of the start tag, and its namespace.
func (t *Tokens) Name() (local, namespace []byte) { return t.scan.name.local, t.scan.name.uri }

// Attributes calls with each attribute of the start tag that is of no namespace.
func (t *Tokens) Attributes(call func(name, value []byte)) {
	for i := range t.scan.attributes {
		if a := &t.scan.attributes[i]; len(a.name.prefix) == 0 {
			call(a.name.local, a.value)
		}
	}
}

// Text is the piece of text.
func (t *Tokens) Text() []byte { return t.scan.text }

// Offset is where the token starts, in the document as UTF-8.
func (t *Tokens) Offset() int { return t.scan.offset }

// Wrong makes an error about what stands at an offset; field and file are the reader's to fill in.
func (t *Tokens) Wrong(reason document.Reason, offset int, value string) *document.Error {
	return failureOf(reason, t.scan.input, offset, value)
}

// Trim takes white space of XML off both ends.
func Trim(text []byte) []byte { return trim(text) }

// Wrong returns the code for a text that is not of the form; "" when it is.
func (l Lexical) Wrong(text []byte) string { return l.wrong(text) }
