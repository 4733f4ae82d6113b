package sheet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/money"
	"millrace/domain/trade"
)

// Mapping says how one sender's tables are read. ParseMapping and json.Marshal are each other's inverse.
type Mapping struct {
	Document      trade.Type `json:"document"`            // what each row, or group of rows, is
	Sheet         string     `json:"sheet,omitempty"`     // XLSX: its name; the first visible one where it is ""
	HeaderRow     int        `json:"header_row"`          // from 1; 0 when there is none, and all rows are data
	Columns       []Column   `json:"columns"`             // in the order in which values are taken
	Constants     []Constant `json:"constants,omitempty"` // values that stand in no column
	GroupBy       []string   `json:"group_by,omitempty"`  // fields; rows that agree in all of them make one document
	DateFormat    string     `json:"date_format"`         // YYYY, MM or M, DD or D, with marks between; * at the end stands for anything
	DecimalMark   string     `json:"decimal_mark"`        // "." or ","
	ThousandsMark string     `json:"thousands_mark"`      // "", ".", ",", "'" or " "
	Currency      string     `json:"currency,omitempty"`  // ISO 4217, where no column gives one or its cell is empty
	Encoding      string     `json:"encoding,omitempty"`  // CSV: utf-8, windows-1252 or gb18030; a byte order mark or utf-8 where it is ""
	Delimiter     string     `json:"delimiter,omitempty"` // CSV: one of , ; | and tab; found by the header row where it is ""
}

// Column maps one column, named by its header or by its letter.
type Column struct {
	Header     string `json:"header,omitempty"` // compared without regard to case and white space
	Letter     string `json:"letter,omitempty"` // A to XFD
	Field      string `json:"field"`
	Scheme     string `json:"scheme,omitempty"`      // of an identifier, such as VAT, LEI, GLN, USCC; where it is "", cells say scheme:value
	DateFormat string `json:"date_format,omitempty"` // where it differs from the mapping's
}

// Constant is the value of a field in every document.
type Constant struct {
	Field  string `json:"field"`
	Scheme string `json:"scheme,omitempty"`
	Value  string `json:"value"` // dates and numbers in the mapping's form
}

// MappingError lists all mistakes of a mapping.
type MappingError struct{ Mistakes []string }

// Error prints one mistake a line.
func (e *MappingError) Error() string {
	return "the mapping is wrong:\n  " + strings.Join(e.Mistakes, "\n  ")
}

const columnsMax = 16384 // A to XFD: what a spreadsheet has

// ParseMapping reads a mapping in JSON. header_row is 1, date_format YYYY-MM-DD and decimal_mark a point where they are not given. The
// error is *MappingError, which names every mistake.
func ParseMapping(input []byte) (Mapping, error) {
	m := Mapping{HeaderRow: 1, DateFormat: "YYYY-MM-DD", DecimalMark: "."}
	tree, err := decodeObject(input)
	if err != nil {
		return Mapping{}, &MappingError{[]string{err.Error()}}
	}
	p := parsing{}
	p.mapping(tree, &m)
	p.mistakes = append(p.mistakes, m.mistakes()...)
	if len(p.mistakes) > 0 {
		return Mapping{}, &MappingError{p.mistakes}
	}
	return m, nil
}

// member is one member of a JSON object; objects are kept as lists so that a name given twice is seen.
type member struct {
	name  string
	value any // string, json.Number, bool, nil, []any or []member
}

func decodeObject(input []byte) ([]member, error) {
	input = bytes.TrimPrefix(input, []byte{0xEF, 0xBB, 0xBF})
	if !json.Valid(input) {
		var anything any
		err := json.Unmarshal(input, &anything)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			line := 1 + bytes.Count(input[:min(int(syntax.Offset), len(input))], []byte{'\n'})
			return nil, fmt.Errorf("line %d: not well-formed JSON", line)
		}
		return nil, errors.New("not well-formed JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(input))
	decoder.UseNumber()
	value, err := decodeValue(decoder)
	if err != nil {
		return nil, err
	}
	object, ok := value.([]member)
	if !ok {
		return nil, errors.New("a mapping is a JSON object")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the mapping's object")
	}
	return object, nil
}

func decodeValue(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := []member{}
		for decoder.More() {
			name, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := decodeValue(decoder)
			if err != nil {
				return nil, err
			}
			object = append(object, member{name.(string), value})
		}
		_, err = decoder.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			value, err := decodeValue(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = decoder.Token()
		return list, err
	}
	return token, nil
}

// parsing gathers mistakes of form.
type parsing struct{ mistakes []string }

func (p *parsing) wrong(path, format string, arguments ...any) {
	p.mistakes = append(p.mistakes, path+": "+fmt.Sprintf(format, arguments...))
}

// members calls take for each member of an object once; take tells whether it knows the name.
func (p *parsing) members(path string, object []member, take func(path string, m member) bool) {
	seen := map[string]bool{}
	for _, m := range object {
		at := strings.TrimPrefix(path+"."+m.name, ".")
		switch {
		case seen[m.name]:
			p.wrong(at, "stands twice")
		case !take(at, m):
			p.wrong(at, "is not known here")
		}
		seen[m.name] = true
	}
}

func (p *parsing) mapping(object []member, m *Mapping) {
	p.members("", object, func(path string, v member) bool {
		switch v.name {
		case "document":
			name := ""
			p.text(path, v.value, &name)
			m.Document = typeOf(name)
		case "sheet":
			p.text(path, v.value, &m.Sheet)
		case "header_row":
			p.number(path, v.value, &m.HeaderRow)
		case "columns":
			m.Columns = nil
			p.objects(path, v.value, func(path string, object []member) {
				m.Columns = append(m.Columns, p.column(path, object))
			})
		case "constants":
			m.Constants = nil
			p.objects(path, v.value, func(path string, object []member) {
				m.Constants = append(m.Constants, p.constant(path, object))
			})
		case "group_by":
			m.GroupBy = p.texts(path, v.value)
		case "date_format":
			p.text(path, v.value, &m.DateFormat)
		case "decimal_mark":
			p.text(path, v.value, &m.DecimalMark)
		case "thousands_mark":
			p.text(path, v.value, &m.ThousandsMark)
		case "currency":
			p.text(path, v.value, &m.Currency)
		case "encoding":
			p.text(path, v.value, &m.Encoding)
		case "delimiter":
			p.text(path, v.value, &m.Delimiter)
		default:
			return false
		}
		return true
	})
}

func (p *parsing) column(path string, object []member) Column {
	var c Column
	p.members(path, object, func(path string, v member) bool {
		target, known := map[string]*string{"header": &c.Header, "letter": &c.Letter, "field": &c.Field, "scheme": &c.Scheme, "date_format": &c.DateFormat}[v.name]
		if known {
			p.text(path, v.value, target)
		}
		return known
	})
	return c
}

func (p *parsing) constant(path string, object []member) Constant {
	var c Constant
	p.members(path, object, func(path string, v member) bool {
		target, known := map[string]*string{"field": &c.Field, "scheme": &c.Scheme, "value": &c.Value}[v.name]
		if known {
			p.text(path, v.value, target)
		}
		return known
	})
	return c
}

func (p *parsing) text(path string, value any, target *string) {
	text, ok := value.(string)
	if !ok {
		p.wrong(path, "must be a text in quotation marks")
	}
	*target = text
}

func (p *parsing) number(path string, value any, target *int) {
	number, ok := value.(json.Number)
	parsed, err := strconv.Atoi(number.String())
	if !ok || err != nil {
		p.wrong(path, "must be a whole number")
		return
	}
	*target = parsed
}

func (p *parsing) texts(path string, value any) []string {
	list, ok := value.([]any)
	if !ok {
		p.wrong(path, "must be a list of texts")
		return nil
	}
	found := make([]string, len(list))
	for i, element := range list {
		p.text(fmt.Sprintf("%s[%d]", path, i), element, &found[i])
	}
	return found
}

func (p *parsing) objects(path string, value any, take func(path string, object []member)) {
	list, ok := value.([]any)
	if !ok {
		p.wrong(path, "must be a list of objects")
		return
	}
	for i, element := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		if object, ok := element.([]member); ok {
			take(at, object)
		} else {
			p.wrong(at, "must be an object")
		}
	}
}

func typeOf(name string) trade.Type {
	for i, known := range trade.TypeNames {
		if i > 0 && known == name {
			return trade.Type(i)
		}
	}
	return 0
}

// mistakes lists what a mapping contradicts itself in, or lacks.
func (m *Mapping) mistakes() []string {
	p := parsing{}
	if m.Document == 0 || int(m.Document) >= len(trade.TypeNames) {
		p.wrong("document", "must be one of %s", strings.Join(trade.TypeNames[1:], ", "))
	}
	if m.HeaderRow < 0 || m.HeaderRow > 1000 {
		p.wrong("header_row", "%d is not between 0 and 1000", m.HeaderRow)
	}
	if _, err := parseDateFormat(m.DateFormat); err != nil {
		p.wrong("date_format", "%q %v", m.DateFormat, err)
	}
	if m.DecimalMark != "." && m.DecimalMark != "," {
		p.wrong("decimal_mark", "%q is neither . nor ,", m.DecimalMark)
	}
	if !slices.Contains([]string{"", ".", ",", "'", " "}, m.ThousandsMark) {
		p.wrong("thousands_mark", "%q is none of . , ' and a blank", m.ThousandsMark)
	}
	if m.ThousandsMark == m.DecimalMark {
		p.wrong("thousands_mark", "is the decimal mark")
	}
	if _, ok := money.ParseCurrency(m.Currency); m.Currency != "" && !ok {
		p.wrong("currency", "%q is not a currency of ISO 4217", m.Currency)
	}
	if !slices.Contains([]string{"", "utf-8", "windows-1252", "gb18030"}, m.Encoding) {
		p.wrong("encoding", "%q is none of utf-8, windows-1252, gb18030", m.Encoding)
	}
	if !slices.Contains([]string{"", ",", ";", "|", "\t", "tab"}, m.Delimiter) {
		p.wrong("delimiter", "%q is none of , ; | and tab", m.Delimiter)
	}
	p.columns(m)
	p.constants(m)
	p.groups(m)
	p.complete(m)
	return p.mistakes
}

func (p *parsing) columns(m *Mapping) {
	seen := map[string]bool{}
	for i, c := range m.Columns {
		at := fmt.Sprintf("columns[%d]", i)
		switch _, ok := columnNumber(c.Letter); {
		case (c.Header == "") == (c.Letter == ""):
			p.wrong(at, "needs either a header or a letter")
		case c.Letter != "" && !ok:
			p.wrong(at+".letter", "%q is not a column from A to XFD", c.Letter)
		case c.Header != "" && m.HeaderRow == 0:
			p.wrong(at+".header", "there is no header row; name the column by its letter")
		}
		f := p.field(at, m.Document, c.Field, c.Scheme, seen)
		if c.DateFormat == "" || f == nil {
			continue
		}
		if !f.isDate() {
			p.wrong(at+".date_format", "%s is not a date", c.Field)
		} else if _, err := parseDateFormat(c.DateFormat); err != nil {
			p.wrong(at+".date_format", "%q %v", c.DateFormat, err)
		}
	}
	if len(m.Columns) == 0 {
		p.wrong("columns", "there are none")
	}
}

// field checks a field's name against the type of document, and that it is given once; nil when it is not known.
func (p *parsing) field(path string, of trade.Type, name, scheme string, seen map[string]bool) *field {
	f := fieldByName[name]
	switch {
	case name == "":
		p.wrong(path+".field", "is missing")
		return nil
	case f == nil:
		p.wrong(path+".field", "%q is not a field", name)
		return nil
	case of != 0 && !f.types.has(of):
		p.wrong(path+".field", "%s is not a field of documents of type %s", name, of)
	}
	if scheme != "" && !f.hasScheme() {
		p.wrong(path+".scheme", "%s has no scheme", name)
	}
	key := name
	if f.hasScheme() {
		key += " " + strings.ToUpper(scheme)
	}
	if seen[key] && !f.repeats() {
		p.wrong(path+".field", "%s is given twice", name)
	}
	seen[key] = true
	return f
}

func (p *parsing) constants(m *Mapping) {
	seen := map[string]bool{}
	for _, c := range m.Columns {
		if f := fieldByName[c.Field]; f != nil && !f.repeats() {
			key := c.Field
			if f.hasScheme() {
				key += " " + strings.ToUpper(c.Scheme)
			}
			seen[key] = true
		}
	}
	for i, c := range m.Constants {
		at := fmt.Sprintf("constants[%d]", i)
		f := p.field(at, m.Document, c.Field, c.Scheme, seen)
		if f == nil {
			continue
		}
		if strings.TrimSpace(c.Value) == "" {
			p.wrong(at+".value", "is missing")
			continue
		}
		currency, _ := money.ParseCurrency(m.Currency)
		if code, _ := m.read(f, c.Scheme, m.DateFormat, cell{text: c.Value}, currency, f.sample()); code != "" {
			reason, _ := Codes.Find(code)
			p.wrong(at+".value", "%q %s", c.Value, reason.Message)
		}
	}
}

func (p *parsing) groups(m *Mapping) {
	for i, name := range m.GroupBy {
		at := fmt.Sprintf("group_by[%d]", i)
		switch f := fieldByName[name]; {
		case f == nil:
			p.wrong(at, "%q is not a field", name)
		case f.line:
			p.wrong(at, "%s differs from line to line", name)
		case !m.inColumns(name):
			p.wrong(at, "%s is in no column", name)
		case slices.Contains(m.GroupBy[:i], name):
			p.wrong(at, "%s stands twice", name)
		}
	}
}

// complete asks for what every document of the type needs.
func (p *parsing) complete(m *Mapping) {
	needs := func(what string, names ...string) {
		if !slices.ContainsFunc(names, m.given) {
			p.wrong("columns", "%s is mapped by none: %s", what, strings.Join(names, ", "))
		}
	}
	needs("the document's number", "number")
	needs("the day of issue", "issued")
	needs("the seller", "seller.name", "seller.identifier")
	needs("the buyer", "buyer.name", "buyer.identifier")
	if claims.has(m.Document) {
		needs("the amount to pay", "payable", "tax_inclusive")
	}
	if responses.has(m.Document) {
		needs("the answer", "answer")
	}
	if m.Currency != "" || m.given("currency") {
		return
	}
	if claims.has(m.Document) || m.amounts() {
		p.wrong("currency", "is missing, and no column or constant gives it")
	}
}

func (m *Mapping) inColumns(name string) bool {
	return slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Field == name })
}

// given tells whether a column or a constant gives the field.
func (m *Mapping) given(name string) bool {
	return m.inColumns(name) || slices.ContainsFunc(m.Constants, func(c Constant) bool { return c.Field == name })
}

// amounts tells whether any field needs a currency.
func (m *Mapping) amounts() bool {
	return slices.ContainsFunc(fields[:], func(f field) bool {
		switch f.sample().(type) {
		case *money.Minor, *trade.UnitPrice:
			return m.given(f.name)
		}
		return false
	})
}

// columnNumber reads a column's letters, A as 0; ok is false beyond XFD.
func columnNumber(letters string) (number int, ok bool) {
	if letters == "" || len(letters) > 3 {
		return 0, false
	}
	for _, c := range []byte(strings.ToUpper(letters)) {
		if c < 'A' || c > 'Z' {
			return 0, false
		}
		number = number*26 + int(c-'A') + 1
	}
	return number - 1, number <= columnsMax
}

// columnLetters is the inverse of columnNumber.
func columnLetters(number int) string {
	letters := ""
	for number++; number > 0; number = (number - 1) / 26 {
		letters = string(rune('A'+(number-1)%26)) + letters
	}
	return letters
}
