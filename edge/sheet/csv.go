package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"millrace/edge/document"
)

// readCSV reads RFC 4180 with the delimiter of the mapping, or the one that finds most of its headers.
func readCSV(input []byte, m *Mapping, limits Limits) (*table, *document.Error) {
	text, failed := decode(input, m.Encoding)
	if failed != nil {
		return nil, failed
	}
	comma := delimiterOf(text, m)
	t := &table{limits: limits, mapping: m, parted: true}
	reader := newReader(text, comma)
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			if failed := t.add(row{number: syntax.StartLine, failed: failure(codeRowMalformed, syntax.StartLine, "", "")}); failed != nil {
				return nil, failed
			}
			continue
		}
		line, _ := reader.FieldPos(0)
		r := row{number: line}
		for column, value := range record {
			if value = strings.TrimSpace(value); value != "" && column < columnsMax {
				r.cells = append(r.cells, cell{column: column, text: value})
			}
		}
		if failed := t.add(r); failed != nil {
			return nil, failed
		}
	}
}

func newReader(text []byte, comma rune) *csv.Reader {
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = comma
	reader.FieldsPerRecord = -1
	reader.ReuseRecord = true
	return reader
}

// decode gives the text in UTF-8 without a byte order mark. The mark counts for more than the mapping.
func decode(input []byte, encoding string) ([]byte, *document.Error) {
	if text, marked := bytes.CutPrefix(input, []byte{0xEF, 0xBB, 0xBF}); marked {
		input, encoding = text, "utf-8"
	}
	text, valid := input, true
	switch encoding {
	case "windows-1252":
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(input)
		text, valid = decoded, err == nil
	case "gb18030":
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(input)
		text, valid = decoded, err == nil
	default:
		valid = utf8.Valid(input)
	}
	if wrong := bytes.IndexFunc(text, notText); !valid || wrong >= 0 {
		if wrong < 0 {
			wrong = 0
		}
		return nil, failure(codeEncodingInvalid, 1+bytes.Count(text[:wrong], []byte{'\n'}), "", encodingName(encoding))
	}
	return text, nil
}

// notText finds what no encoding that is right leaves behind.
func notText(r rune) bool {
	return r == utf8.RuneError || r >= 0x80 && r < 0xA0 || r < ' ' && r != '\t' && r != '\r' && r != '\n'
}

func encodingName(encoding string) string {
	if encoding == "" {
		return "utf-8"
	}
	return encoding
}

var delimiters = [...]rune{',', ';', '\t', '|'}

// delimiterOf gives the mapping's delimiter, else the one by which the header row, or the first, has most of the headers that are
// wanted, and of those the one with most columns.
func delimiterOf(text []byte, m *Mapping) rune {
	switch m.Delimiter {
	case "":
	case "tab":
		return '\t'
	default:
		return rune(m.Delimiter[0])
	}
	wanted := map[string]bool{}
	for _, c := range m.Columns {
		if c.Header != "" {
			wanted[normalHeader(c.Header)] = true
		}
	}
	best, bestFound, bestColumns := delimiters[0], -1, 0
	for _, comma := range delimiters {
		found, columns := 0, 0
		for _, header := range recordAt(text, comma, max(1, m.HeaderRow)) {
			columns++
			if wanted[normalHeader(header)] {
				found++
			}
		}
		if found > bestFound || found == bestFound && columns > bestColumns {
			best, bestFound, bestColumns = comma, found, columns
		}
	}
	return best
}

// recordAt gives the first record that begins on a line or after it.
func recordAt(text []byte, comma rune, line int) []string {
	reader := newReader(text, comma)
	for {
		record, err := reader.Read()
		var syntax *csv.ParseError
		switch {
		case errors.As(err, &syntax):
			if syntax.StartLine >= line {
				return nil
			}
		case err != nil:
			return nil
		default:
			if at, _ := reader.FieldPos(0); at >= line {
				return record
			}
		}
	}
}
