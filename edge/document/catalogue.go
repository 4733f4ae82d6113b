package document

// Reason is one entry of a reader's catalogue of rejections.
type Reason struct {
	Code     string // stable
	Message  string // what Error prints after the value
	Sentence string // what it means and what to do
	Valued   bool   // the value is printed even when it is empty
}

// Catalogue is every reason for which a reader rejects, in the order in which reading meets them.
type Catalogue []Reason

// Failure makes the error of a code: on which line or row (0 for the whole file), in which field, and what was found there; the
// file is filled in by the reader. A code that is not in the catalogue is a mistake in the program and panics.
func (c Catalogue) Failure(code string, line int, field, value string) *Error {
	r, known := c.Find(code)
	if !known {
		panic("document: code " + code + " is not in the reader's catalogue")
	}
	return &Error{Line: line, Field: field, Value: Excerpt(value), Code: code, Message: r.Message, Valued: r.Valued}
}

// Find gives the reason of a code; false where the catalogue has none.
func (c Catalogue) Find(code string) (Reason, bool) {
	for _, r := range c {
		if r.Code == code {
			return r, true
		}
	}
	return Reason{}, false
}
