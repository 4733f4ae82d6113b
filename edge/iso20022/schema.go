package iso20022

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"millrace/edge/markup"
)

//go:embed schema_table.txt
var table string

// schemas reads the table once: the type of Document by message, as in "camt.053.001.08".
var schemas = sync.OnceValue(func() map[string]*typed { return readTable(table) })

// Known tells whether the schema of a message is known, as in "camt.053.001.08".
func Known(message string) bool { return schemas()[message] != nil }

// shape is what an element of a type holds.
type shape uint8

const (
	holdsText shape = iota
	holdsSequence
	holdsChoice
	holdsAnything
)

// typed is one type of a schema.
type typed struct {
	shape    shape
	children []particle
	simple   *simple // of the text
	ccy      *simple // of the attribute Ccy; nil where there is none
}

// particle is an element that may stand in another.
type particle struct {
	name        string
	typ         *typed
	least, most int // most 0: any number of times
}

// simple is a form of text.
type simple struct {
	lexical              markup.Lexical
	lengthMin, lengthMax int // characters; max 0: any
	digits, fraction     int // of decimals; digits 0: any
	notNegative          bool
	pattern              *regexp.Regexp
	listed               map[string]bool
	isYearMonth          bool
}

var lexicals = map[string]markup.Lexical{
	"string": markup.LexicalString, "decimal": markup.LexicalDecimal, "boolean": markup.LexicalBoolean, "date": markup.LexicalDate,
	"dateTime": markup.LexicalDateTime, "time": markup.LexicalTime, "base64Binary": markup.LexicalBase64Binary, "gYearMonth": markup.LexicalString,
}

// readTable reads what the generator wrote: "schema MESSAGE", then a line a type.
func readTable(text string) map[string]*typed {
	messages := map[string]*typed{}
	for _, section := range strings.Split(text, "schema ")[1:] {
		message, rest, _ := strings.Cut(section, "\n")
		lines := map[string][]string{}
		for line := range strings.Lines(rest) {
			name, words, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			lines[name] = strings.SplitN(words, " ", 2)
		}
		types := map[string]*typed{}
		messages[message] = typeOf("Document", lines, types)
	}
	return messages
}

// typeOf builds a type and those below it. A type may hold itself.
func typeOf(name string, lines map[string][]string, types map[string]*typed) *typed {
	if t := types[name]; t != nil {
		return t
	}
	t := new(typed)
	types[name] = t
	words := append(lines[name], "")
	switch words[0] {
	case "simple":
		t.simple = simpleOf(words[1])
	case "text":
		base, attribute, _ := strings.Cut(words[1], " ")
		t.simple = typeOf(base, lines, types).simple
		_, ccy, _ := strings.Cut(attribute, ":")
		t.ccy = typeOf(ccy, lines, types).simple
	case "any":
		t.shape = holdsAnything
	case "sequence", "choice":
		t.shape = holdsSequence
		if words[0] == "choice" {
			t.shape = holdsChoice
		}
		for word := range strings.FieldsSeq(words[1]) {
			parts := strings.Split(word, ":")
			least, _ := strconv.Atoi(parts[2])
			most, _ := strconv.Atoi(parts[3])
			t.children = append(t.children, particle{parts[0], typeOf(parts[1], lines, types), least, most})
		}
	default:
		panic("iso20022: the table has no type " + name)
	}
	return t
}

// simpleOf reads "string minLength=1 maxLength=35"; a pattern or a list has no blanks.
func simpleOf(words string) *simple {
	base, facets, _ := strings.Cut(words, " ")
	s := &simple{lexical: lexicals[base], isYearMonth: base == "gYearMonth"}
	for facet := range strings.FieldsSeq(facets) {
		name, value, _ := strings.Cut(facet, "=")
		number, _ := strconv.Atoi(value)
		switch name {
		case "minLength":
			s.lengthMin = number
		case "maxLength":
			s.lengthMax = number
		case "totalDigits":
			s.digits = number
		case "fractionDigits":
			s.fraction = number
		case "minInclusive":
			s.notNegative = true // the schemas have no other bound than 0
		case "pattern":
			s.pattern = regexp.MustCompile("^(?:" + value + ")$")
		case "enumeration":
			s.listed = map[string]bool{}
			for value := range strings.SplitSeq(value, "|") {
				s.listed[value] = true
			}
		}
	}
	return s
}

var yearMonth = regexp.MustCompile(`^-?[0-9]{4,}-(0[1-9]|1[0-2])(Z|[+-][0-9]{2}:[0-9]{2})?$`)

// wrong returns the code for a text that is not of the form; "" when it is.
func (s *simple) wrong(text []byte) string {
	if s.lexical != markup.LexicalString {
		text = markup.Trim(text)
	}
	if code := s.lexical.Wrong(text); code != "" {
		return code
	}
	length := utf8.RuneCount(text)
	if s.lexical == markup.LexicalBase64Binary { // whose length is in bytes that it stands for
		length = base64.StdEncoding.DecodedLen(len(bytes.Join(bytes.Fields(text), nil))) - bytes.Count(text, []byte("="))
	}
	switch {
	case s.isYearMonth && !yearMonth.Match(text):
		return markup.CodeDateWrong
	case s.listed != nil && !s.listed[string(text)]:
		return CodeValueUnlisted
	case s.pattern != nil && !s.pattern.Match(text):
		return CodeValuePattern
	case length < s.lengthMin, s.lengthMax > 0 && length > s.lengthMax:
		return CodeValueLength
	case s.lexical == markup.LexicalDecimal:
		return s.decimalWrong(string(text))
	}
	return ""
}

func (s *simple) decimalWrong(text string) string {
	unsigned := strings.TrimLeft(text, "+-")
	whole, fraction, _ := strings.Cut(unsigned, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	switch {
	case s.digits > 0 && (len(fraction) > s.fraction || len(whole)+len(fraction) > s.digits):
		return CodeDecimalDigits
	case s.notNegative && text[0] == '-' && whole+fraction != "":
		return CodeNegative
	}
	return ""
}
