package markup

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"millrace/edge/document"
)

// decode returns the input as UTF-8 without a byte order mark, after XML 1.0 appendix F: the mark decides, and without
// one the declaration, which may then be read byte by byte. Nothing is copied where nothing changes.
func decode(input []byte) ([]byte, *document.Error) {
	switch {
	case bytes.HasPrefix(input, []byte{0xEF, 0xBB, 0xBF}):
		input = input[3:]
		if name := declaredEncoding(input); name != "" && !strings.EqualFold(name, "UTF-8") {
			return nil, failure(CodeEncodingDiffers, input, 0, name)
		}
		return checkUTF8(input)
	case bytes.HasPrefix(input, []byte{0xFE, 0xFF}):
		return fromUTF16(input[2:], binary.BigEndian)
	case bytes.HasPrefix(input, []byte{0xFF, 0xFE}):
		return fromUTF16(input[2:], binary.LittleEndian)
	}
	name := declaredEncoding(input)
	switch strings.ToUpper(name) {
	case "", "UTF-8", "UTF8":
		return checkUTF8(input)
	case "US-ASCII", "ASCII":
		for i, c := range input {
			if c >= utf8.RuneSelf {
				return nil, failure(CodeEncodingInvalid, input, i, hexadecimal(c))
			}
		}
		return input, nil
	case "ISO-8859-1", "LATIN1":
		return decodeSingleByte(input, nil)
	case "WINDOWS-1252", "CP1252":
		return decodeSingleByte(input, &windows1252)
	case "UTF-16", "UTF-16LE", "UTF-16BE":
		return nil, failure(CodeEncodingDiffers, input, 0, name)
	}
	return nil, failure(CodeEncodingUnknown, input, 0, name)
}

// declaredEncoding finds the encoding in an XML declaration that is readable as ASCII; "" when there is none. Whether the
// declaration is well-formed is for the scanner to say.
func declaredEncoding(input []byte) string {
	if !bytes.HasPrefix(input, []byte("<?xml")) {
		return ""
	}
	head := input[:min(len(input), 400)]
	end := bytes.Index(head, []byte("?>"))
	if end < 0 {
		return ""
	}
	_, rest, found := bytes.Cut(head[:end], []byte("encoding"))
	if !found {
		return ""
	}
	rest = bytes.TrimLeft(rest, " \t\r\n=")
	if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, _ := bytes.Cut(rest[1:], rest[:1])
	return string(name)
}

func checkUTF8(input []byte) ([]byte, *document.Error) {
	if utf8.Valid(input) {
		return input, nil
	}
	for i := 0; ; {
		r, size := utf8.DecodeRune(input[i:])
		if r == utf8.RuneError && size <= 1 {
			return nil, failure(CodeEncodingInvalid, input, i, hexadecimal(input[i]))
		}
		i += size
	}
}

func fromUTF16(input []byte, order binary.ByteOrder) ([]byte, *document.Error) {
	text := make([]byte, 0, len(input)/2+len(input)/16)
	for i := 0; i < len(input); i += 2 {
		if i+1 == len(input) {
			return nil, failure(CodeEncodingInvalid, text, len(text), hexadecimal(input[i]))
		}
		r := rune(order.Uint16(input[i:]))
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if i+3 < len(input) {
				pair = utf16.DecodeRune(r, rune(order.Uint16(input[i+2:])))
			}
			if pair == utf8.RuneError {
				return nil, failure(CodeEncodingInvalid, text, len(text), hexadecimal(byte(r>>8))+" "+hexadecimal(byte(r)))
			}
			r = pair
			i += 2
		}
		text = utf8.AppendRune(text, r)
	}
	if name := strings.ToUpper(declaredEncoding(text)); name != "" && !strings.HasPrefix(name, "UTF-16") {
		return nil, failure(CodeEncodingDiffers, text, 0, name)
	}
	return text, nil
}

// windows1252 gives the characters of bytes 0x80 to 0x9F; 0 stands for none. Source: the WHATWG and Unicode mapping tables
// agree on all but the five bytes that have no character.
var windows1252 = [32]rune{
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
	0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
}

// decodeSingleByte decodes ISO-8859-1, where bytes are code points, or with special characters for 0x80 to 0x9F.
func decodeSingleByte(input []byte, special *[32]rune) ([]byte, *document.Error) {
	wide := 0
	for _, c := range input {
		if c >= utf8.RuneSelf {
			wide++
		}
	}
	if wide == 0 {
		return input, nil
	}
	text := make([]byte, 0, len(input)+2*wide)
	for _, c := range input {
		r := rune(c)
		if special != nil && c >= 0x80 && c < 0xA0 {
			if r = special[c-0x80]; r == 0 {
				return nil, failure(CodeEncodingInvalid, text, len(text), hexadecimal(c))
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text, nil
}

func hexadecimal(c byte) string {
	text := strconv.FormatUint(uint64(c), 16)
	if len(text) == 1 {
		text = "0" + text
	}
	return "0x" + strings.ToUpper(text)
}

// failure makes the error at an offset of text; file and field are filled in later.
func failure[T string | []byte](code string, text []byte, offset int, value T) *document.Error {
	return failureOf(ReasonOf(code), text, offset, value)
}

func failureOf[T string | []byte](reason document.Reason, text []byte, offset int, value T) *document.Error {
	return &document.Error{
		Line: 1 + bytes.Count(text[:min(offset, len(text))], []byte{'\n'}), Value: document.Excerpt(value), Code: reason.Code, Message: reason.Message,
		Valued: reason.Valued,
	}
}

// Text gives a document in UTF-8 without a byte order mark, from any encoding that is read; not readable where its bytes belie it.
func Text(input []byte) (text []byte, readable bool) {
	text, failed := decode(input)
	return text, failed == nil
}
