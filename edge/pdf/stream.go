package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"io"
	"strconv"
)

// filtersMax bounds how often one stream may be packed.
const filtersMax = 4

// unpack undoes the filters of a stream.
func (f *file) unpack(s *stream) []byte {
	filters, parameters := f.list(s.dict["Filter"]), f.list(s.dict["DecodeParms"])
	if len(filters) > filtersMax {
		f.fail(codeFilterUnknown, "", strconv.Itoa(len(filters)))
		return nil
	}
	content := s.raw
	for i, filter := range filters {
		if f.failed != nil {
			return nil
		}
		var parameter dict
		if i < len(parameters) {
			parameter, _ = f.resolve(parameters[i]).(dict)
		}
		kind, _ := f.resolve(filter).(name)
		switch kind {
		case "FlateDecode", "Fl":
			content = f.predict(f.inflate(content), parameter)
		case "ASCIIHexDecode", "AHx":
			content = f.unhex(content)
		case "ASCII85Decode", "A85":
			content = f.unascii(content)
		case "Crypt":
			f.fail(codeEncrypted, "", "")
		default:
			f.fail(codeFilterUnknown, "", string(kind))
		}
	}
	return content
}

// list makes a single value a list; null is an empty one.
func (f *file) list(value any) array {
	switch value := f.resolve(value).(type) {
	case nil:
		return nil
	case array:
		return value
	default:
		return array{value}
	}
}

// grow counts bytes that came of unpacking.
func (f *file) grow(bytes int) {
	if f.inflated += bytes; f.inflated > f.limits.InflatedMax {
		f.fail(codeInflatedExceeded, "", strconv.Itoa(f.inflated))
	}
}

func (f *file) inflate(packed []byte) []byte {
	reader, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		f.fail(codeStreamDamaged, "", "")
		return nil
	}
	content, err := io.ReadAll(io.LimitReader(reader, int64(f.limits.InflatedMax-f.inflated)+1))
	f.grow(len(content))
	if err != nil {
		f.fail(codeStreamDamaged, "", "")
		return nil
	}
	return content
}

func (f *file) unhex(packed []byte) []byte {
	s := scanner{file: f, input: append(append([]byte("<"), bytes.TrimSuffix(bytes.TrimSpace(packed), []byte(">"))...), '>')}
	content, _ := s.hexadecimal().(text)
	f.grow(len(content))
	return content
}

func (f *file) unascii(packed []byte) []byte {
	packed = bytes.TrimSuffix(bytes.TrimSpace(packed), []byte("~>"))
	content := make([]byte, 4*len(packed)+4) // "z" stands for four bytes
	written, _, err := ascii85.Decode(content, packed, true)
	if err != nil {
		f.fail(codeStreamDamaged, "", "")
		return nil
	}
	f.grow(written)
	return content[:written]
}

// predict undoes the predictors of PNG (RFC 2083 section 6), which turn each row into differences.
func (f *file) predict(content []byte, parameter dict) []byte {
	number := func(key name, standard int64) int64 {
		if value, ok := f.resolve(parameter[key]).(int64); ok {
			return value
		}
		return standard
	}
	predictor := number("Predictor", 1)
	if predictor == 1 || f.failed != nil {
		return content
	}
	colors, bits, columns := number("Colors", 1), number("BitsPerComponent", 8), number("Columns", 1)
	if predictor < 10 || predictor > 15 || colors < 1 || colors > 32 || bits < 1 || bits > 16 || columns < 1 || columns > 1<<20 {
		f.fail(codeFilterUnknown, "", "Predictor "+strconv.FormatInt(predictor, 10))
		return nil
	}
	rowBytes, back := min(int(colors*bits*columns+7)/8, len(content)), max(1, int(colors*bits+7)/8)
	plain := make([]byte, 0, len(content))
	before := make([]byte, rowBytes)
	for len(content) > 1 {
		row := content[1:min(len(content), 1+rowBytes)]
		start := len(plain)
		plain = append(plain, row...)
		if !unpredict(content[0], plain[start:], before[:len(row)], back) {
			f.fail(codeStreamDamaged, "", "")
			return nil
		}
		if len(row) < rowBytes {
			break
		}
		before = plain[start:]
		content = content[1+rowBytes:]
	}
	return plain
}

// unpredict adds to a row what its kind predicts from the bytes to the left and above; false for an unknown kind.
func unpredict(kind byte, row, above []byte, back int) bool {
	if kind > 4 {
		return false
	}
	for i := range row {
		var left, up, corner byte
		up = above[i]
		if i >= back {
			left, corner = row[i-back], above[i-back]
		}
		switch kind {
		case 1:
			row[i] += left
		case 2:
			row[i] += up
		case 3:
			row[i] += byte((int(left) + int(up)) / 2)
		case 4:
			row[i] += paeth(int(left), int(up), int(corner))
		}
	}
	return true
}

// paeth gives the neighbour that is nearest to left + up - corner (RFC 2083 section 6.6).
func paeth(left, up, corner int) byte {
	distance := func(a int) int { return max(left+up-corner-a, a-left-up+corner) }
	switch {
	case distance(left) <= distance(up) && distance(left) <= distance(corner):
		return byte(left)
	case distance(up) <= distance(corner):
		return byte(up)
	}
	return byte(corner)
}
