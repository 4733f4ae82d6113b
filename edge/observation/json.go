package observation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"millrace/edge/document"
)

// Limits bounds what is read. A zero field stands for its default.
type Limits struct {
	BytesMax  int // of the input; default 10 MiB
	DepthMax  int // values inside one another; default 32
	ValuesMax int // default 500,000
	EventsMax int // in one file; default 5,000
}

// WithDefaults fills in what is not given.
func (l Limits) WithDefaults() Limits {
	set := func(value *int, standard int) {
		if *value <= 0 {
			*value = standard
		}
	}
	set(&l.BytesMax, 10<<20)
	set(&l.DepthMax, 32)
	set(&l.ValuesMax, 500_000)
	set(&l.EventsMax, 5000)
	return l
}

// Shared are the reasons that every reader has in its catalogue.
var Shared = document.Catalogue{
	{Code: "input_empty", Message: "the file is empty", Sentence: "There is nothing in the file; it was probably cut off on its way."},
	{Code: "input_too_large", Message: "bytes are more than the limit", Sentence: "The file is larger than the node reads; split it."},
	{Code: "encoding_invalid", Message: "is not UTF-8", Sentence: "The text must be in UTF-8."},
}

// JSONReasons are those of readers of JSON.
var JSONReasons = document.Catalogue{
	{Code: "json_malformed", Message: "is not JSON", Sentence: "The text breaks the grammar of JSON at this place, or ends too early."},
	{Code: "json_too_deep", Message: "values inside one another are more than the limit", Sentence: "Values are nested deeper than real documents are."},
	{Code: "json_too_long", Message: "values are more than the limit", Sentence: "The file has more values than the node reads; split it."},
	{Code: "member_repeated", Message: "is given twice", Sentence: "One object names the same member twice, so that nobody can say which is meant."},
}

var jsonCodes = slices.Concat(Shared, JSONReasons)

// Shape is what a JSON value is.
type Shape uint8

// The shapes.
const (
	Null Shape = iota
	Text
	Number
	Boolean
	List
	Object
)

// Value is one value of a JSON text, with its place.
type Value struct {
	Shape   Shape
	Text    string // of a text, as meant; of a number, as written; "true" or "false"
	Names   []string
	Members []*Value // of an object, in the order of Names; of a list
	From    int      // offset of its first byte
	To      int      // offset after its last byte
}

// Member finds a member of an object; nil where it has none of that name.
func (v *Value) Member(name string) *Value {
	if v == nil || v.Shape != Object {
		return nil
	}
	for i, n := range v.Names {
		if n == name {
			return v.Members[i]
		}
	}
	return nil
}

// WithoutMark is the input without a byte order mark of UTF-8.
func WithoutMark(input []byte) []byte { return bytes.TrimPrefix(input, []byte("\xEF\xBB\xBF")) }

// NotUTF8 finds the first byte that is not UTF-8, and prints it; "" where there is none.
func NotUTF8(input []byte) (at int, wrong string) {
	if utf8.Valid(input) {
		return 0, ""
	}
	for {
		r, size := utf8.DecodeRune(input[at:])
		if r == utf8.RuneError && size <= 1 {
			return at, fmt.Sprintf("0x%02X", input[at])
		}
		at += size
	}
}

// ParseJSON reads a JSON text strictly: UTF-8, no member twice, nothing after the value, within the limits.
func ParseJSON(input []byte, limits Limits) (*Value, *document.Error) {
	failure := func(code string, at int, value string) *document.Error {
		return jsonCodes.Failure(code, LineAt(input, at), "", value)
	}
	switch {
	case len(input) > limits.BytesMax:
		err := failure("input_too_large", 0, strconv.Itoa(len(input)))
		err.Line = 0
		return nil, err
	case len(bytes.TrimSpace(input)) == 0:
		err := failure("input_empty", 0, "")
		err.Line = 0
		return nil, err
	}
	if at, wrong := NotUTF8(input); wrong != "" {
		return nil, failure("encoding_invalid", at, wrong)
	}
	var whole json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal(input, &whole); errors.As(err, &syntax) {
		at := min(max(0, int(syntax.Offset)-1), len(input))
		found, _, _ := strings.Cut(string(input[at:min(len(input), at+20)]), "\n")
		return nil, failure("json_malformed", at, found)
	}
	p := parser{input: input, limits: limits, decoder: json.NewDecoder(bytes.NewReader(input)), failure: failure}
	p.decoder.UseNumber()
	return p.value(1)
}

// LineAt is the line of an offset, from 1.
func LineAt(input []byte, offset int) int {
	return 1 + bytes.Count(input[:min(offset, len(input))], []byte{'\n'})
}

// parser walks over a text that is known to be JSON.
type parser struct {
	input   []byte
	limits  Limits
	decoder *json.Decoder
	count   int
	failure func(code string, at int, value string) *document.Error
}

// next gives the next token and where it begins.
func (p *parser) next() (json.Token, int, *document.Error) {
	from := int(p.decoder.InputOffset())
	token, err := p.decoder.Token()
	for from < len(p.input) && bytes.IndexByte([]byte(" \t\r\n,:"), p.input[from]) >= 0 {
		from++
	}
	if err != nil {
		return nil, 0, p.failure("json_malformed", from, "")
	}
	return token, from, nil
}

func (p *parser) value(depth int) (*Value, *document.Error) {
	token, from, failed := p.next()
	if failed != nil {
		return nil, failed
	}
	if p.count++; p.count > p.limits.ValuesMax {
		return nil, p.failure("json_too_long", from, strconv.Itoa(p.count))
	}
	if depth > p.limits.DepthMax {
		return nil, p.failure("json_too_deep", from, strconv.Itoa(depth))
	}
	v := &Value{From: from}
	switch token := token.(type) {
	case json.Delim:
		v.Shape = List
		if token == '{' {
			v.Shape = Object
		}
		if failed := p.members(v, depth); failed != nil {
			return nil, failed
		}
	case string:
		v.Shape, v.Text = Text, token
	case json.Number:
		v.Shape, v.Text = Number, token.String()
	case bool:
		v.Shape, v.Text = Boolean, strconv.FormatBool(token)
	}
	v.To = int(p.decoder.InputOffset())
	return v, nil
}

func (p *parser) members(v *Value, depth int) *document.Error {
	seen := map[string]bool{}
	for p.decoder.More() {
		if v.Shape == Object {
			token, from, failed := p.next()
			if failed != nil {
				return failed
			}
			name, _ := token.(string)
			if seen[name] {
				return p.failure("member_repeated", from, name)
			}
			seen[name] = true
			v.Names = append(v.Names, name)
		}
		member, failed := p.value(depth + 1)
		if failed != nil {
			return failed
		}
		v.Members = append(v.Members, member)
	}
	_, _, failed := p.next()
	return failed
}
