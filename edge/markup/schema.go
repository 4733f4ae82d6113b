package markup

import "bytes"

// Namespace is a namespace by its row in Schema.Namespaces.
type Namespace uint8

// The rows that every schema shares; its own begin with NamespaceFirst.
const (
	NamespaceNone  Namespace = iota // no namespace
	NamespaceXSI                    // XML Schema instance
	NamespaceOther                  // any other
	NamespaceFirst
)

// Element names an element by its row in Schema.Elements; 0 is none.
type Element uint16

// Flags on an element in Schema.Particles.
const (
	Required    Element = 1 << 15 // at least once
	Repeats     Element = 1 << 14 // any number of times
	elementMask         = Repeats - 1
)

// Schema says which elements a kind of documents holds, in which order and how often.
type Schema struct {
	Namespaces []NamespaceName   // by Namespace
	Elements   []SchemaElement   // by Element; the documents' own come first
	Roots      Element           // how many documents there are: rows 1 to Roots
	Types      []SchemaType      // what an element may hold
	Particles  []Element         // children with flags, in their order
	Attributes []SchemaAttribute // of elements with text
	// Newer says how elements are met of the schema's own namespaces that a place does not know: 0 refuses them, and
	// NewerPassed passes them over with all that is in them, because a later edition may have added them.
	Newer Newer
}

// Newer is what becomes of elements that the schema does not know.
type Newer uint8

// NewerPassed passes over what a later edition may have added.
const NewerPassed Newer = 1

// NamespaceName is a namespace and the prefix under which paths show it, with its colon; "" for documents' own.
type NamespaceName struct{ URI, Prefix string }

// SchemaElement is one element.
type SchemaElement struct {
	Namespace Namespace
	Local     string
	Type      uint16 // row in Types
}

// SchemaType is what elements of one type hold.
type SchemaType struct {
	Lexical                        Lexical
	ChildFirst, ChildAfter         uint16 // range in Particles
	AttributeFirst, AttributeAfter uint16 // range in Attributes
}

// SchemaAttribute is an attribute without a namespace.
type SchemaAttribute struct {
	Name    string
	Lexical Lexical
	Use     Use
}

// Use says whether an attribute may be left out.
type Use uint8

// The uses of attributes.
const (
	Optional Use = iota
	Demanded
)

func (s *Schema) classify(uri []byte) Namespace {
	switch string(uri) {
	case "":
		return NamespaceNone
	case uriXSI:
		return NamespaceXSI
	}
	for n := NamespaceFirst; int(n) < len(s.Namespaces); n++ {
		if string(uri) == s.Namespaces[n].URI {
			return n
		}
	}
	return NamespaceOther
}

// name is an element's name as paths show it.
func (s *Schema) name(e Element) string {
	return s.Namespaces[s.Elements[e].Namespace].Prefix + s.Elements[e].Local
}

// Lexical is the form of an element's or attribute's text, as XML Schema part 2 defines it.
type Lexical uint8

// The forms of text.
const (
	LexicalNone Lexical = iota // elements only
	LexicalAny                 // one element of another namespace
	LexicalString
	LexicalNormalizedString
	LexicalToken
	LexicalAnyURI
	LexicalLanguage
	LexicalDecimal
	LexicalBoolean
	LexicalDate
	LexicalDateTime
	LexicalTime
	LexicalBase64Binary
)

// wrong returns the code for a text that is not of the form; "" when it is.
func (l Lexical) wrong(text []byte) string {
	switch l {
	case LexicalDecimal:
		if !isDecimal(trim(text)) {
			return CodeDecimalWrong
		}
	case LexicalDate:
		return dateWrong(trim(text))
	case LexicalDateTime:
		return dateTimeWrong(trim(text))
	case LexicalTime:
		if !isTime(trim(text)) {
			return CodeTimeWrong
		}
	case LexicalBoolean:
		switch string(trim(text)) {
		case "true", "false", "1", "0":
		default:
			return CodeIndicatorWrong
		}
	case LexicalBase64Binary:
		if !isBase64(text) {
			return CodeBase64Wrong
		}
	case LexicalLanguage:
		if !isLanguage(trim(text)) {
			return CodeLanguageWrong
		}
	}
	return ""
}

// trim takes white space of XML off both ends.
func trim(text []byte) []byte {
	for len(text) > 0 && class[text[0]]&classSpace != 0 {
		text = text[1:]
	}
	for len(text) > 0 && class[text[len(text)-1]]&classSpace != 0 {
		text = text[:len(text)-1]
	}
	return text
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// digitsAt counts the digits with which text begins.
func digitsAt(text []byte) int {
	i := 0
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	return i
}

func isDecimal(text []byte) bool {
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		text = text[1:]
	}
	whole := digitsAt(text)
	if whole == len(text) {
		return whole > 0
	}
	if text[whole] != '.' {
		return false
	}
	fraction := digitsAt(text[whole+1:])
	return whole+1+fraction == len(text) && whole+fraction > 0
}

// isZone tells whether text is a zone ("Z", "+01:00") or empty.
func isZone(text []byte) bool {
	if len(text) == 0 || string(text) == "Z" {
		return true
	}
	if len(text) != 6 || text[0] != '+' && text[0] != '-' || text[3] != ':' {
		return false
	}
	hours, minutes := pair(text[1:]), pair(text[4:])
	return hours >= 0 && minutes >= 0 && (hours < 14 && minutes < 60 || hours == 14 && minutes == 0)
}

// pair reads two digits; -1 when they are none.
func pair(text []byte) int {
	if len(text) < 2 || !isDigit(text[0]) || !isDigit(text[1]) {
		return -1
	}
	return int(text[0]-'0')*10 + int(text[1]-'0')
}

// dateWrong checks an xsd:date. Years of more than four digits or before year 1 are dates for the schema, not for us.
func dateWrong(text []byte) string {
	body := text
	negative := len(body) > 0 && body[0] == '-'
	if negative {
		body = body[1:]
	}
	years := digitsAt(body)
	if years < 4 || years > 4 && body[0] == '0' || len(body) < years+6 || body[years] != '-' || body[years+3] != '-' || !isZone(body[years+6:]) {
		return CodeDateWrong
	}
	year := 0
	for _, c := range body[:years] {
		year = (year*10 + int(c-'0')) % 400_000 // leap years repeat after 400 years
	}
	month, day := pair(body[years+1:]), pair(body[years+4:])
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	if month < 1 || month > 12 || day < 1 || day > monthDays(month, leap) {
		return CodeDateWrong
	}
	if negative || years > 4 || year == 0 {
		return CodeDateRange
	}
	return ""
}

// dateTimeWrong checks an xsd:dateTime.
func dateTimeWrong(text []byte) string {
	date, clock, found := bytes.Cut(text, []byte("T"))
	if !found || len(date) > 0 && date[len(date)-1] == 'Z' || !isTime(clock) {
		return CodeDateWrong
	}
	return dateWrong(date)
}

func monthDays(month int, leap bool) int {
	switch {
	case month == 2 && leap:
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

func isTime(text []byte) bool {
	if len(text) < 8 || text[2] != ':' || text[5] != ':' {
		return false
	}
	hours, minutes, seconds := pair(text), pair(text[3:]), pair(text[6:])
	rest := text[8:]
	zero := true
	if len(rest) > 0 && rest[0] == '.' {
		fraction := digitsAt(rest[1:])
		if fraction == 0 {
			return false
		}
		for _, c := range rest[1 : 1+fraction] {
			zero = zero && c == '0'
		}
		rest = rest[1+fraction:]
	}
	if hours == 24 {
		return minutes == 0 && seconds == 0 && zero && isZone(rest)
	}
	return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60 && isZone(rest)
}

// isBase64 checks RFC 2045 alphabet and padding; white space may stand anywhere.
func isBase64(text []byte) bool {
	count, padding := 0, 0
	last := byte('A')
	for _, c := range text {
		switch {
		case class[c]&classSpace != 0:
			continue
		case c == '=':
			padding++
		case padding > 0 || base64Value(c) < 0:
			return false
		default:
			last = c
		}
		count++
	}
	switch padding {
	case 0:
		return count%4 == 0
	case 1: // two bits of the last character are unused
		return count%4 == 0 && base64Value(last)%4 == 0
	case 2: // four bits are
		return count%4 == 0 && base64Value(last)%16 == 0
	}
	return false
}

func base64Value(c byte) int {
	switch {
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 26
	case isDigit(c):
		return int(c-'0') + 52
	case c == '+':
		return 62
	case c == '/':
		return 63
	}
	return -1
}

func isLanguage(text []byte) bool {
	length, first := 0, true
	for i := 0; i <= len(text); i++ {
		if i == len(text) || text[i] == '-' {
			if length == 0 || length > 8 {
				return false
			}
			length, first = 0, false
			continue
		}
		c := text[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (first || !isDigit(c)) {
			return false
		}
		length++
	}
	return true
}
