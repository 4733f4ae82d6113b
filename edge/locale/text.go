package locale

import (
	"fmt"
	"slices"
	"strings"
)

// Text is something said of which the language is not chosen yet: wordings, which are keys of the catalogue, and arguments.
// A nil Text says nothing.
type Text struct {
	pieces []piece
}

type piece struct {
	key       string
	arguments []any
}

// Say makes a text of a wording and its arguments, which go into it as by package fmt. An argument may be a Text itself.
func Say(key string, arguments ...any) *Text {
	return &Text{[]piece{{key, arguments}}}
}

// And goes on with another piece of the sentence.
func (t *Text) And(key string, arguments ...any) *Text {
	if t == nil {
		return Say(key, arguments...)
	}
	t.pieces = append(t.pieces, piece{key, arguments})
	return t
}

// Then is the text and another sentence after it.
func (t *Text) Then(next *Text) *Text {
	if t == nil {
		return next
	}
	return &Text{append(append(slices.Clone(t.pieces), piece{key: " "}), next.pieces...)}
}

// String is the text in English.
func (t *Text) String() string { return English.Render(t) }

// Render is the text in a language; "" for nil.
func (l *Language) Render(t *Text) string {
	if t == nil {
		return ""
	}
	var out strings.Builder
	for _, p := range t.pieces {
		out.WriteString(l.T(p.key, p.arguments...))
	}
	return out.String()
}

// Code is an argument that is a code, shown as it is in English and in words elsewhere; Word is shown in words everywhere.
type (
	Code string
	Word string
)

// Unit is an argument that is the code of a unit.
type Unit string

// Unit is a unit of UN/ECE Recommendation 20 as people write it; one that is rare stays its code.
func (l *Language) Unit(code string) string {
	switch code {
	case "C62", "H87", "EA", "PCE", "NAR":
		return l.T("pcs")
	}
	if symbol, known := symbols[code]; known {
		return symbol
	}
	return code
}

var symbols = map[string]string{
	"TNE": "t", "KGM": "kg", "GRM": "g", "LTR": "l", "MLT": "ml", "HLT": "hl", "MTR": "m", "KMT": "km", "CMT": "cm", "MMT": "mm", "MTK": "m²", "MTQ": "m³", "KWH": "kWh", "MWH": "MWh", "HUR": "h", "MIN": "min",
}

// Capital is an argument that is a code, shown in words with a capital letter.
type Capital string

// List is an argument of several codes, in English as they are; Words is one in words.
type (
	List  []string
	Words []string
)

// Count is an argument that is a number of things, the thing in the singular.
type Count struct {
	Number int64
	Thing  string
}

// Number is an argument shown in groups of digits.
type Number int64

// argument shows what goes into a hole: texts and dates in the language, and what names itself by a word of the catalogue.
// A text of somebody else, such as a name, stays as it is.
func (l *Language) argument(a any) any {
	switch a := a.(type) {
	case *Text:
		return l.Render(a)
	case Code:
		if l.isEnglish() {
			return string(a)
		}
		return l.Word(string(a))
	case Word:
		return l.Word(string(a))
	case Unit:
		return l.Unit(string(a))
	case Capital:
		return Upper(l.Word(string(a)))
	case List:
		return l.List(a)
	case Words:
		return l.words(a)
	case Count:
		return l.Many(a.Number, a.Thing)
	case Number:
		return Grouped(int64(a))
	case string:
		return l.Date(a)
	case fmt.Stringer:
		if l.isEnglish() {
			return a
		}
		text := a.String()
		if found, known := l.Find(strings.ReplaceAll(text, "_", " ")); known && text == strings.ToLower(text) {
			return found
		}
		return l.Date(text)
	}
	return a
}

// Upper gives a text a capital first letter.
func Upper(text string) string {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
