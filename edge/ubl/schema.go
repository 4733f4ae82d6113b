package ubl

// element names an element of UBL by its row in schemaElements; 0 is none.
type element uint16

// Flags on an element in schemaParticles.
const (
	required    element = 1 << 15 // at least once
	repeats     element = 1 << 14 // any number of times
	elementMask         = repeats - 1
)

type schemaElement struct {
	namespace namespace
	local     string
	typ       uint16 // row in schemaTypes
}

type schemaType struct {
	lexical                        lexical
	childFirst, childEnd           uint16 // range in schemaParticles
	attributeFirst, attributeAfter uint16 // range in schemaAttributes
}

type schemaAttribute struct {
	name     string
	lexical  lexical
	required bool
}

// lexical is the form of an element's or attribute's text, as XML Schema part 2 defines it.
type lexical uint8

const (
	lexicalNone lexical = iota // elements only
	lexicalAny                 // one element of another namespace
	lexicalString
	lexicalNormalizedString
	lexicalAnyURI
	lexicalLanguage
	lexicalDecimal
	lexicalBoolean
	lexicalDate
	lexicalTime
	lexicalBase64Binary
)

// wrong returns the code for a text that is not of the form; "" when it is.
func (l lexical) wrong(text []byte) string {
	switch l {
	case lexicalDecimal:
		if !isDecimal(trim(text)) {
			return codeDecimalWrong
		}
	case lexicalDate:
		return dateWrong(trim(text))
	case lexicalTime:
		if !isTime(trim(text)) {
			return codeTimeWrong
		}
	case lexicalBoolean:
		switch string(trim(text)) {
		case "true", "false", "1", "0":
		default:
			return codeIndicatorWrong
		}
	case lexicalBase64Binary:
		if !isBase64(text) {
			return codeBase64Wrong
		}
	case lexicalLanguage:
		if !isLanguage(trim(text)) {
			return codeLanguageWrong
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
		return codeDateWrong
	}
	year := 0
	for _, c := range body[:years] {
		year = (year*10 + int(c-'0')) % 400_000 // leap years repeat after 400 years
	}
	month, day := pair(body[years+1:]), pair(body[years+4:])
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	if month < 1 || month > 12 || day < 1 || day > monthDays(month, leap) {
		return codeDateWrong
	}
	if negative || years > 4 || year == 0 {
		return codeDateRange
	}
	return ""
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
