package markup

import (
	"bytes"
	"unicode/utf8"

	"millrace/edge/document"
)

const (
	uriXSI   = "http://www.w3.org/2001/XMLSchema-instance"
	uriXML   = "http://www.w3.org/XML/1998/namespace"
	uriXmlns = "http://www.w3.org/2000/xmlns/"
)

// token is what the scanner found next.
type token uint8

const (
	tokenNone    token = iota // nothing that counts
	tokenEnd                  // end of the document
	tokenStart                // start tag: name, attributes
	tokenClose                // end tag, or the end of an empty element
	tokenText                 // text: part of an element's content
	tokenFailure              // failed holds the error
)

// qualified is a name as it was written, and the namespace to which it belongs.
type qualified struct {
	prefix, local, uri []byte
	namespace          Namespace
}

type attributeToken struct {
	name  qualified
	value []byte // references resolved, white space normalised as XML 1.0 section 3.3.3 says for CDATA
}

type binding struct {
	prefix, uri []byte
	namespace   Namespace
	depth       int
}

// scanner cuts an XML 1.0 document with namespaces into tokens. Slices that it hands out point into the input, or into
// memory of its own where references or line ends had to be resolved; both last as long as the scanner is not reset.
type scanner struct {
	input  []byte
	pos    int
	limits Limits
	schema *Schema
	failed *document.Error

	name       qualified        // of the start tag
	offset     int              // where the token starts
	attributes []attributeToken // of the start tag, without declarations of namespaces
	text       []byte

	open      [][]byte // names of the open elements as written
	bindings  []binding
	resolved  []byte // resolved texts
	elements  int
	rooted    bool // the document's element has been opened
	selfClose bool // the start tag was that of an empty element
}

// begin sets the scanner on a document and reads the XML declaration.
func (s *scanner) begin(input []byte, limits Limits, schema *Schema) {
	*s = scanner{
		input: input, limits: limits, schema: schema, open: s.open[:0], bindings: s.bindings[:0], attributes: s.attributes[:0], resolved: s.resolved[:0],
	}
	if !bytes.HasPrefix(input, []byte("<?xml")) || len(input) > 5 && class[input[5]]&classNameRest != 0 {
		return
	}
	end := bytes.Index(input, []byte("?>"))
	if end < 0 {
		s.fail(CodeTruncated, len(input), "")
		return
	}
	if !wellFormedDeclaration(input[5:end]) {
		s.fail(CodeDeclarationWrong, 0, input[:end+2])
		return
	}
	s.pos = end + 2
}

// wellFormedDeclaration checks version, encoding and standalone in their order (XML 1.0 production 23).
func wellFormedDeclaration(rest []byte) bool {
	wanted := [...]string{"version", "encoding", "standalone"}
	next := 0
	for {
		trimmed := bytes.TrimLeft(rest, " \t\r\n")
		if len(trimmed) == 0 {
			return next > 0
		}
		if len(trimmed) == len(rest) {
			return false
		}
		name, value, found := bytes.Cut(trimmed, []byte("="))
		value = bytes.TrimLeft(value, " \t\r\n")
		if !found || len(value) == 0 || value[0] != '"' && value[0] != '\'' {
			return false
		}
		text, after, closed := bytes.Cut(value[1:], value[:1])
		if !closed {
			return false
		}
		rest = after
		name = bytes.TrimRight(name, " \t\r\n")
		for next < len(wanted) && string(name) != wanted[next] {
			if next == 0 {
				return false
			}
			next++
		}
		if next == len(wanted) || next == 0 && string(text) != "1.0" ||
			next == 1 && !wellFormedEncodingName(text) || next == 2 && string(text) != "yes" && string(text) != "no" {
			return false
		}
		next++
	}
}

func wellFormedEncodingName(name []byte) bool {
	for i, c := range name {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')) {
			return false
		}
	}
	return len(name) > 0
}

// fail keeps the first error.
func (s *scanner) fail(code string, offset int, value any) token {
	if s.failed == nil {
		switch v := value.(type) {
		case []byte:
			s.failed = failure(code, s.input, offset, v)
		case string:
			s.failed = failure(code, s.input, offset, v)
		}
	}
	return tokenFailure
}

// next finds the next token. After tokenFailure or tokenEnd it must not be called again.
func (s *scanner) next() token {
	if s.failed != nil {
		return tokenFailure
	}
	if s.selfClose {
		s.selfClose = false
		return s.close()
	}
	for {
		s.offset = s.pos
		if s.pos == len(s.input) {
			return s.end()
		}
		if s.input[s.pos] != '<' {
			if len(s.open) > 0 {
				return s.scanText()
			}
			if !s.skipOutside() {
				return tokenFailure
			}
			continue
		}
		if s.pos+1 == len(s.input) {
			return s.fail(CodeTruncated, s.pos, "")
		}
		switch s.input[s.pos+1] {
		case '/':
			return s.scanEndTag()
		case '?':
			if !s.skipInstruction() {
				return tokenFailure
			}
		case '!':
			if kind := s.scanDeclaration(); kind != tokenNone {
				return kind
			}
		default:
			return s.scanStartTag()
		}
	}
}

func (s *scanner) end() token {
	if len(s.open) > 0 || !s.rooted {
		return s.fail(CodeTruncated, s.pos, "")
	}
	return tokenEnd
}

// skipOutside passes white space before and after the root element.
func (s *scanner) skipOutside() bool {
	start := s.pos
	for s.pos < len(s.input) && s.input[s.pos] != '<' {
		if class[s.input[s.pos]]&classSpace == 0 {
			end := bytes.IndexByte(s.input[start:], '<')
			if end < 0 {
				end = len(s.input) - start
			}
			s.fail(CodeOutsideRoot, s.pos, bytes.TrimSpace(s.input[start:start+end]))
			return false
		}
		s.pos++
	}
	return true
}

// scanText reads text up to the next tag; references and line ends are resolved.
func (s *scanner) scanText() token {
	start := s.pos
	input := s.input
	i := start
	for i < len(input) && class[input[i]]&classTextStop == 0 {
		i++
	}
	if i < len(input) && input[i] == '<' {
		s.text, s.pos = input[start:i], i
		return tokenText
	}
	from := len(s.resolved)
	for {
		s.resolved = append(s.resolved, input[start:i]...)
		if i == len(input) || input[i] == '<' {
			s.text, s.pos = s.resolved[from:len(s.resolved):len(s.resolved)], i
			return tokenText
		}
		size := s.resolveOne(i)
		if size == 0 {
			return tokenFailure
		}
		i += size
		start = i
		for i < len(input) && class[input[i]]&classTextStop == 0 {
			i++
		}
	}
}

// resolveOne appends what stands at i, a byte that stops text, and returns how many bytes it took; 0 after a failure.
func (s *scanner) resolveOne(i int) int {
	switch c := s.input[i]; c {
	case '&':
		return s.resolveReference(i)
	case '\r':
		s.resolved = append(s.resolved, '\n')
		if i+1 < len(s.input) && s.input[i+1] == '\n' {
			return 2
		}
	case ']':
		if bytes.HasPrefix(s.input[i:], []byte("]]>")) {
			s.fail(CodeTextMalformed, i, s.input[i:i+3])
			return 0
		}
		s.resolved = append(s.resolved, c)
	default:
		if !s.permitted(s.input[i:min(i+3, len(s.input))], i) {
			return 0
		}
		s.resolved = append(s.resolved, c)
	}
	return 1
}

// permitted checks the first character of span, which stands at offset.
func (s *scanner) permitted(span []byte, offset int) bool {
	if span[0] < ' ' && class[span[0]]&classSpace == 0 {
		s.fail(CodeCharacterForbidden, offset, span[:1])
		return false
	}
	if len(span) > 2 && span[0] == 0xEF && span[1] == 0xBF && span[2] >= 0xBE {
		s.fail(CodeCharacterForbidden, offset, "U+FFF"+string('E'+span[2]-0xBE))
		return false
	}
	return true
}

// permittedAll checks every character of input[start:end].
func (s *scanner) permittedAll(start, end int) bool {
	for i := start; i < end; i++ {
		if c := s.input[i]; (c < ' ' || c == 0xEF) && !s.permitted(s.input[i:end], i) {
			return false
		}
	}
	return true
}

// resolveReference appends the character for the reference at i and returns its length in the input; 0 after a failure.
func (s *scanner) resolveReference(i int) int {
	const referenceBytesMax = 64 // generous: leading zeros are permitted
	head := s.input[i:min(i+referenceBytesMax, len(s.input))]
	end := bytes.IndexByte(head, ';')
	if end < 0 {
		if stop := bytes.IndexAny(head[1:], " \t\r\n<&\"'"); stop >= 0 {
			head = head[:stop+1]
		}
		s.fail(CodeReferenceUnknown, i, head)
		return 0
	}
	switch name := head[1:end]; string(name) {
	case "lt":
		s.resolved = append(s.resolved, '<')
	case "gt":
		s.resolved = append(s.resolved, '>')
	case "amp":
		s.resolved = append(s.resolved, '&')
	case "apos":
		s.resolved = append(s.resolved, '\'')
	case "quot":
		s.resolved = append(s.resolved, '"')
	default:
		r, ok := characterNumber(name)
		if !ok {
			s.fail(CodeReferenceUnknown, i, head[:end+1])
			return 0
		}
		s.resolved = utf8.AppendRune(s.resolved, r)
	}
	return end + 1
}

// characterNumber reads "#65" or "#x41"; only characters that XML permits pass (production 2).
func characterNumber(name []byte) (rune, bool) {
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], rune(10)
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	if len(digits) == 0 {
		return 0, false
	}
	var value rune
	for _, c := range digits {
		digit := rune(99)
		switch {
		case c >= '0' && c <= '9':
			digit = rune(c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			digit = rune(c|0x20-'a') + 10
		}
		if digit >= base {
			return 0, false
		}
		if value = value*base + digit; value > utf8.MaxRune {
			return 0, false
		}
	}
	permitted := value >= ' ' && value < 0xFFFE || value == '\t' || value == '\n' || value == '\r' || value > 0xFFFF
	return value, permitted && utf8.ValidRune(value)
}

// skipInstruction passes a processing instruction.
func (s *scanner) skipInstruction() bool {
	size := bytes.Index(s.input[s.pos:], []byte("?>"))
	if size < 0 {
		s.fail(CodeTruncated, s.pos, "")
		return false
	}
	instruction := s.input[s.pos : s.pos+size+2]
	target := nameLength(instruction[2:])
	if target == 0 || bytes.IndexByte(instruction[2:2+target], ':') >= 0 || target < size-2 && class[instruction[2+target]]&classSpace == 0 {
		s.fail(CodeMarkupMalformed, s.pos, instruction)
		return false
	}
	if bytes.EqualFold(instruction[2:2+target], []byte("xml")) {
		s.fail(CodeDeclarationWrong, s.pos, instruction)
		return false
	}
	if !s.permittedAll(s.pos, s.pos+len(instruction)) {
		return false
	}
	s.pos += len(instruction)
	return true
}

// scanDeclaration passes a comment (tokenNone), or reads a marked section as text.
func (s *scanner) scanDeclaration() token {
	rest := s.input[s.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		size := bytes.Index(rest[4:], []byte("--"))
		if size < 0 {
			return s.fail(CodeTruncated, s.pos, "")
		}
		end := 4 + size + 2
		if end == len(rest) || rest[end] != '>' {
			return s.fail(CodeMarkupMalformed, s.pos, rest[:end])
		}
		if !s.permittedAll(s.pos, s.pos+end) {
			return tokenFailure
		}
		s.pos += end + 1
		return tokenNone
	case bytes.HasPrefix(rest, []byte("<![CDATA[")) && len(s.open) > 0:
		size := bytes.Index(rest, []byte("]]>"))
		if size < 0 {
			return s.fail(CodeTruncated, s.pos, "")
		}
		if !s.permittedAll(s.pos, s.pos+size) {
			return tokenFailure
		}
		s.text = s.lineEnds(rest[9:size])
		s.pos += size + 3
		return tokenText
	case bytes.HasPrefix(rest, []byte("<!DOCTYPE")):
		s.fail(CodeDoctypeForbidden, s.pos, "")
	default:
		s.fail(CodeMarkupMalformed, s.pos, rest[:min(len(rest), 12)])
	}
	return tokenFailure
}

// lineEnds turns carriage returns, alone or before a line feed, into line feeds (XML 1.0 section 2.11).
func (s *scanner) lineEnds(text []byte) []byte {
	if bytes.IndexByte(text, '\r') < 0 {
		return text
	}
	from := len(s.resolved)
	for i, c := range text {
		if c == '\n' && i > 0 && text[i-1] == '\r' {
			continue
		}
		if c == '\r' {
			c = '\n'
		}
		s.resolved = append(s.resolved, c)
	}
	return s.resolved[from:len(s.resolved):len(s.resolved)]
}

func (s *scanner) scanEndTag() token {
	start := s.pos + 2
	if depth := len(s.open); depth > 0 { // the tag as everybody writes it
		end := start + len(s.open[depth-1])
		if end < len(s.input) && s.input[end] == '>' && string(s.input[start:end]) == string(s.open[depth-1]) {
			s.pos = end + 1
			return s.close()
		}
	}
	length := nameLength(s.input[start:])
	i := start + length
	for i < len(s.input) && class[s.input[i]]&classSpace != 0 {
		i++
	}
	if i == len(s.input) {
		return s.fail(CodeTruncated, s.pos, "")
	}
	if length == 0 || s.input[i] != '>' {
		return s.fail(CodeTagMalformed, s.pos, s.input[s.pos:i+1])
	}
	name := s.input[start : start+length]
	if len(s.open) == 0 || !bytes.Equal(name, s.open[len(s.open)-1]) {
		return s.fail(CodeTagDiffers, s.pos, name)
	}
	s.pos = i + 1
	return s.close()
}

func (s *scanner) close() token {
	depth := len(s.open)
	s.open = s.open[:depth-1]
	for len(s.bindings) > 0 && s.bindings[len(s.bindings)-1].depth == depth {
		s.bindings = s.bindings[:len(s.bindings)-1]
	}
	return tokenClose
}

func (s *scanner) scanStartTag() token {
	start := s.pos
	length := nameLength(s.input[start+1:])
	name, ok := split(s.input[start+1 : start+1+length])
	if !ok {
		return s.fail(CodeTagMalformed, start, s.input[start:min(len(s.input), start+1+max(length, 8))])
	}
	if s.rooted && len(s.open) == 0 {
		return s.fail(CodeOutsideRoot, start, s.input[start:start+1+length])
	}
	s.rooted = true
	if s.elements++; s.elements > s.limits.ElementsMax {
		return s.fail(CodeElementsExceeded, start, decimal(s.elements))
	}
	s.open = append(s.open, s.input[start+1:start+1+length])
	if len(s.open) > s.limits.DepthMax {
		return s.fail(CodeDepthExceeded, start, decimal(len(s.open)))
	}
	s.pos = start + 1 + length
	s.attributes = s.attributes[:0]
	for {
		spaces := s.pos
		for s.pos < len(s.input) && class[s.input[s.pos]]&classSpace != 0 {
			s.pos++
		}
		if s.pos == len(s.input) {
			return s.fail(CodeTruncated, start, "")
		}
		switch c := s.input[s.pos]; {
		case c == '>':
			s.pos++
		case c == '/' && s.pos+1 < len(s.input) && s.input[s.pos+1] == '>':
			s.pos += 2
			s.selfClose = true
		case s.pos == spaces:
			return s.fail(CodeTagMalformed, start, s.input[start:s.pos+1])
		default:
			if !s.scanAttribute() {
				return tokenFailure
			}
			continue
		}
		break
	}
	s.name = name
	if !s.resolveNames() {
		return tokenFailure
	}
	return tokenStart
}

// split cuts a name at its colon; ok is false unless both parts are names (Namespaces in XML 1.0, production 7).
func split(name []byte) (qualified, bool) {
	for i, c := range name {
		if c != ':' {
			continue
		}
		local := name[i+1:]
		ok := i > 0 && nameLength(local[:min(len(local), utf8.UTFMax)]) > 0 && bytes.IndexByte(local, ':') < 0
		return qualified{prefix: name[:i], local: local}, ok
	}
	return qualified{local: name}, len(name) > 0
}

// scanAttribute reads one attribute, which starts at pos, or declares a namespace.
func (s *scanner) scanAttribute() bool {
	start := s.pos
	length := nameLength(s.input[start:])
	name, ok := split(s.input[start : start+length])
	i := start + length
	for i < len(s.input) && class[s.input[i]]&classSpace != 0 {
		i++
	}
	if !ok || i < len(s.input) && s.input[i] != '=' {
		s.fail(CodeAttributeMalformed, start, s.input[start:min(len(s.input), max(i, start+1))])
		return false
	}
	for i++; i < len(s.input) && class[s.input[i]]&classSpace != 0; i++ {
	}
	if i >= len(s.input) {
		s.fail(CodeTruncated, start, "")
		return false
	}
	quote := s.input[i]
	if quote != '"' && quote != '\'' {
		s.fail(CodeAttributeMalformed, start, s.input[start:i+1])
		return false
	}
	s.pos = i + 1
	value, ok := s.scanValue(start, quote)
	if !ok {
		return false
	}
	if len(name.prefix) == 0 && string(name.local) == "xmlns" || string(name.prefix) == "xmlns" {
		return s.declare(name, value, start)
	}
	s.attributes = append(s.attributes, attributeToken{name: name, value: value})
	if len(s.attributes) > s.limits.AttributesMax {
		s.fail(CodeAttributesExceeded, start, decimal(len(s.attributes)))
		return false
	}
	return true
}

// scanValue reads an attribute's value up to the quote; start is the attribute's offset.
func (s *scanner) scanValue(start int, quote byte) ([]byte, bool) {
	input := s.input
	from := s.pos
	i := from
	for i < len(input) && class[input[i]]&classValueStop == 0 {
		i++
	}
	if i < len(input) && input[i] == quote {
		s.pos = i + 1
		return input[from:i], true
	}
	mark := len(s.resolved)
	s.resolved = append(s.resolved, input[from:i]...)
	for ; i < len(input); i++ {
		switch c := input[i]; {
		case c == quote:
			s.pos = i + 1
			return s.resolved[mark:len(s.resolved):len(s.resolved)], true
		case c == '<':
			s.fail(CodeAttributeMalformed, start, input[start:i+1])
			return nil, false
		case c == '&':
			size := s.resolveReference(i)
			if size == 0 {
				return nil, false
			}
			i += size - 1
		case class[c]&classSpace != 0:
			if c == '\r' && i+1 < len(input) && input[i+1] == '\n' {
				i++
			}
			s.resolved = append(s.resolved, ' ')
		case (c < ' ' || c == 0xEF) && !s.permitted(input[i:min(i+3, len(input))], i):
			return nil, false
		default:
			s.resolved = append(s.resolved, c)
		}
	}
	s.fail(CodeTruncated, start, "")
	return nil, false
}

// declare binds a prefix for the element that is being opened (Namespaces in XML 1.0 section 3).
func (s *scanner) declare(name qualified, uri []byte, offset int) bool {
	prefix := name.local
	if len(name.prefix) == 0 {
		prefix = nil
	}
	reserved := string(prefix) == "xml" != (string(uri) == uriXML) || string(prefix) == "xmlns" || string(uri) == uriXmlns
	if reserved || len(prefix) > 0 && len(uri) == 0 {
		s.fail(CodeDeclarationOfPrefix, offset, s.input[offset:s.pos])
		return false
	}
	depth := len(s.open)
	for i := len(s.bindings) - 1; i >= 0 && s.bindings[i].depth == depth; i-- {
		if bytes.Equal(s.bindings[i].prefix, prefix) {
			s.fail(CodeAttributeRepeated, offset, s.input[offset:s.pos])
			return false
		}
	}
	s.bindings = append(s.bindings, binding{prefix, uri, s.schema.classify(uri), depth})
	if len(s.bindings) > s.limits.NamespacesMax {
		s.fail(CodeNamespacesExceeded, offset, decimal(len(s.bindings)))
		return false
	}
	return true
}

// resolveNames finds the namespaces of the start tag's names, and attributes that are given twice.
func (s *scanner) resolveNames() bool {
	if !s.resolveName(&s.name) && len(s.name.prefix) > 0 {
		s.fail(CodePrefixUndeclared, s.offset, s.name.prefix)
		return false
	}
	for i := range s.attributes {
		a := &s.attributes[i].name
		if len(a.prefix) > 0 && !s.resolveName(a) {
			s.fail(CodePrefixUndeclared, s.offset, a.prefix)
			return false
		}
		for j := range i {
			b := &s.attributes[j].name
			if bytes.Equal(a.local, b.local) && bytes.Equal(a.uri, b.uri) {
				s.fail(CodeAttributeRepeated, s.offset, a.local)
				return false
			}
		}
	}
	return true
}

func (s *scanner) resolveName(name *qualified) bool {
	for i := len(s.bindings) - 1; i >= 0; i-- {
		if b := &s.bindings[i]; string(b.prefix) == string(name.prefix) {
			name.uri, name.namespace = b.uri, b.namespace
			return true
		}
	}
	if string(name.prefix) == "xml" {
		name.uri, name.namespace = []byte(uriXML), NamespaceOther
		return true
	}
	return false
}

const (
	classNameStart = 1 << iota // ASCII that may begin a name, the colon included
	classNameRest              // ASCII that may continue a name
	classSpace                 // white space of XML
	classTextStop              // ends a run of plain text
	classValueStop             // ends a run of a plain attribute value
)

var class = func() (table [256]uint8) {
	for c := range 256 {
		b := byte(c)
		switch {
		case b|0x20 >= 'a' && b|0x20 <= 'z', b == '_', b == ':':
			table[c] |= classNameStart | classNameRest
		case b >= '0' && b <= '9', b == '-', b == '.':
			table[c] |= classNameRest
		}
		space := b == ' ' || b == '\t' || b == '\n' || b == '\r'
		if space {
			table[c] |= classSpace
		}
		control := b < ' ' && !space
		if control || b == '<' || b == '&' || b == '\r' || b == ']' || b == 0xEF {
			table[c] |= classTextStop
		}
		if control || b == '<' || b == '&' || b == '"' || b == '\'' || space && b != ' ' || b == 0xEF {
			table[c] |= classValueStop
		}
	}
	return table
}()

// nameLength is the length in bytes of the name with which text begins; 0 when it begins with none (XML 1.0, productions 4, 4a).
func nameLength(text []byte) int {
	i := 0
	if len(text) > 0 && class[text[0]]&classNameStart != 0 {
		for i = 1; i < len(text) && class[text[i]]&classNameRest != 0; i++ {
		}
	}
	for i < len(text) {
		c := text[i]
		if c < utf8.RuneSelf {
			if i == 0 && class[c]&classNameStart == 0 || class[c]&classNameRest == 0 {
				break
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if !inRanges(nameStartRanges[:], r) && (i == 0 || !inRanges(nameRestRanges[:], r)) {
			break
		}
		i += size
	}
	return i
}

// Characters beyond ASCII that may begin and continue a name (XML 1.0 fifth edition, productions 4 and 4a).
var (
	nameStartRanges = [...][2]rune{
		{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D}, {0x2070, 0x218F},
		{0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
	}
	nameRestRanges = [...][2]rune{{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}
)

func inRanges(ranges [][2]rune, r rune) bool {
	for _, bounds := range ranges {
		if r >= bounds[0] && r <= bounds[1] {
			return true
		}
	}
	return false
}
