package pdf

import (
	"bytes"
	"strconv"
)

// The values of PDF. Numbers without a point are int64; null is nil.
type (
	name      string
	text      []byte
	real      string // never computed with
	array     []any
	dict      map[name]any
	reference struct{ number, generation int64 }
	keyword   string // what stands between objects: "obj", "stream"
)

// stream is a dictionary with bytes as they stand in the file.
type stream struct {
	dict dict
	raw  []byte
}

// scanner reads values from the bytes of a file or of an object stream.
type scanner struct {
	file  *file
	input []byte
	pos   int
	depth int
}

const (
	classSpace = 1 + iota
	classDelimiter
)

var class = func() (table [256]uint8) {
	for _, c := range []byte("\x00\t\n\f\r ") {
		table[c] = classSpace
	}
	for _, c := range []byte("()<>[]{}/%") {
		table[c] = classDelimiter
	}
	return table
}()

// skip passes white space and comments.
func (s *scanner) skip() {
	start := s.pos
	for s.pos < len(s.input) {
		switch c := s.input[s.pos]; {
		case class[c] == classSpace:
			s.pos++
		case c == '%':
			for s.pos < len(s.input) && s.input[s.pos] != '\n' && s.input[s.pos] != '\r' {
				s.pos++
			}
		default:
			s.file.spend(s.pos - start)
			return
		}
	}
	s.file.spend(s.pos - start)
}

// word reads regular characters.
func (s *scanner) word() []byte {
	start := s.pos
	for s.pos < len(s.input) && class[s.input[s.pos]] == 0 {
		s.pos++
	}
	s.file.spend(s.pos - start)
	return s.input[start:s.pos]
}

// wrong fails at the current place.
func (s *scanner) wrong() any {
	s.file.fail(codeObjectWrong, "", string(s.input[s.pos:min(len(s.input), s.pos+20)]))
	return nil
}

// valuesPerObject bounds the memory for values: as many as this are allowed for each object.
const valuesPerObject = 25

// value reads one value, or a keyword. Whether it could be read, file.failed says.
func (s *scanner) value() any {
	s.skip()
	if s.file.failed != nil {
		return nil
	}
	if s.pos == len(s.input) {
		return s.wrong()
	}
	if s.file.values++; s.file.values > valuesPerObject*s.file.limits.ObjectsMax {
		s.file.fail(codeObjectsExceeded, "", strconv.Itoa(s.file.values))
		return nil
	}
	switch c := s.input[s.pos]; c {
	case '/':
		return s.name()
	case '(':
		return s.literal()
	case '[':
		return s.nested(s.array)
	case '<':
		if s.pos+1 < len(s.input) && s.input[s.pos+1] == '<' {
			return s.nested(s.dictionary)
		}
		return s.hexadecimal()
	case ')', '>', ']', '{', '}':
		return s.wrong()
	}
	return s.number(s.word())
}

func (s *scanner) nested(read func() any) any {
	if s.depth++; s.depth > s.file.limits.DepthMax {
		s.file.fail(codeDepthExceeded, "", strconv.Itoa(s.depth))
		return nil
	}
	defer func() { s.depth-- }()
	return read()
}

// number reads what begins with the word: a number, a reference ("12 0 R"), a constant or a keyword.
func (s *scanner) number(word []byte) any {
	switch string(word) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	first, ok := integer(word)
	if !ok {
		if c := word[0]; c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+' {
			return real(word)
		}
		return keyword(word)
	}
	after := s.pos
	s.skip()
	if second, ok := integer(s.word()); ok && second >= 0 {
		s.skip()
		if string(s.word()) == "R" {
			return reference{first, second}
		}
	}
	s.pos = after
	return first
}

// integer reads an integer that a file can mean: at most 15 digits.
func integer(word []byte) (int64, bool) {
	if len(word) == 0 || len(word) > 16 {
		return 0, false
	}
	value, err := strconv.ParseInt(string(word), 10, 64)
	return value, err == nil
}

func (s *scanner) name() any {
	s.pos++
	word := s.word()
	if bytes.IndexByte(word, '#') < 0 {
		return name(word)
	}
	decoded := make([]byte, 0, len(word))
	for i := 0; i < len(word); i++ {
		if word[i] == '#' && i+2 < len(word) && digit(word[i+1]) < 16 && digit(word[i+2]) < 16 {
			decoded = append(decoded, digit(word[i+1])<<4|digit(word[i+2]))
			i += 2
			continue
		}
		decoded = append(decoded, word[i])
	}
	return name(decoded)
}

// digit is the value of a hexadecimal digit; 255 for another character.
func digit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

func (s *scanner) hexadecimal() any {
	start := s.pos
	var value text
	high, half := byte(0), false
	for s.pos++; s.pos < len(s.input); s.pos++ {
		c := s.input[s.pos]
		switch d := digit(c); {
		case c == '>':
			if half {
				value = append(value, high<<4)
			}
			s.pos++
			s.file.spend(s.pos - start)
			return value
		case class[c] == classSpace:
		case d > 15:
			return s.wrong()
		case half:
			value = append(value, high<<4|d)
			half = false
		default:
			high, half = d, true
		}
	}
	s.file.spend(s.pos - start)
	return s.wrong()
}

// literal reads a string in parentheses.
func (s *scanner) literal() any {
	start := s.pos
	var value text
	open := 0
	for ; s.pos < len(s.input); s.pos++ {
		switch c := s.input[s.pos]; c {
		case '(':
			if open++; open > 1 {
				value = append(value, c)
			}
		case ')':
			if open--; open == 0 {
				s.pos++
				s.file.spend(s.pos - start)
				return value
			}
			value = append(value, c)
		case '\\':
			value = s.escape(value)
		default:
			value = append(value, c)
		}
	}
	s.file.spend(s.pos - start)
	return s.wrong()
}

// escape reads the sequence at the backslash and stops on its last byte.
func (s *scanner) escape(value text) text {
	if s.pos++; s.pos == len(s.input) {
		s.pos--
		return value
	}
	switch c := s.input[s.pos]; c {
	case 'n':
		return append(value, '\n')
	case 'r':
		return append(value, '\r')
	case 't':
		return append(value, '\t')
	case 'b':
		return append(value, '\b')
	case 'f':
		return append(value, '\f')
	case '\r':
		if s.pos+1 < len(s.input) && s.input[s.pos+1] == '\n' {
			s.pos++
		}
		return value
	case '\n':
		return value
	case '0', '1', '2', '3', '4', '5', '6', '7':
		octal := c - '0'
		for n := 0; n < 2 && s.pos+1 < len(s.input) && s.input[s.pos+1] >= '0' && s.input[s.pos+1] <= '7'; n++ {
			s.pos++
			octal = octal<<3 | (s.input[s.pos] - '0')
		}
		return append(value, octal)
	default:
		return append(value, c)
	}
}

func (s *scanner) array() any {
	s.pos++
	values := array{}
	for {
		s.skip()
		if s.pos == len(s.input) || s.file.failed != nil {
			return s.wrong()
		}
		if s.input[s.pos] == ']' {
			s.pos++
			return values
		}
		value := s.value()
		if _, stray := value.(keyword); stray || s.file.failed != nil {
			return s.wrong()
		}
		values = append(values, value)
	}
}

func (s *scanner) dictionary() any {
	s.pos += 2
	values := dict{}
	for {
		s.skip()
		if s.pos == len(s.input) || s.file.failed != nil {
			return s.wrong()
		}
		if s.input[s.pos] == '>' {
			if s.pos+1 == len(s.input) || s.input[s.pos+1] != '>' {
				return s.wrong()
			}
			s.pos += 2
			return values
		}
		if s.input[s.pos] != '/' {
			return s.wrong()
		}
		key, _ := s.name().(name)
		value := s.value()
		if _, stray := value.(keyword); stray || s.file.failed != nil {
			return s.wrong()
		}
		values[key] = value
	}
}
