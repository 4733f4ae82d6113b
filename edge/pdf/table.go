package pdf

import (
	"bytes"
	"strconv"
)

// readTables reads the cross-reference sections from the newest to the oldest, as startxref and Prev lead.
func (f *file) readTables() {
	const tail = 2048 // the specification says that it stands in the last kilobyte
	from := max(0, len(f.input)-tail)
	at := bytes.LastIndex(f.input[from:], []byte("startxref"))
	if at < 0 {
		f.fail(codeTableWrong, "startxref", "")
		return
	}
	s := scanner{file: f, input: f.input, pos: from + at + len("startxref")}
	offset, ok := s.value().(int64)
	if !ok {
		f.fail(codeTableWrong, "startxref", "")
	}
	seen := map[int64]bool{}
	for f.failed == nil && !seen[offset] {
		seen[offset] = true
		trailer := f.section(offset)
		if f.failed != nil {
			return
		}
		f.takeTrailer(trailer)
		if hybrid, ok := trailer["XRefStm"].(int64); ok && !seen[hybrid] {
			seen[hybrid] = true
			f.streamSection(hybrid)
		}
		if offset, ok = f.resolve(trailer["Prev"]).(int64); !ok {
			return
		}
	}
}

// takeTrailer keeps the newest trailer. A file that is encrypted anywhere is refused.
func (f *file) takeTrailer(trailer dict) {
	if f.trailer == nil {
		f.trailer = trailer
	}
	if trailer["Encrypt"] != nil {
		f.fail(codeEncrypted, "", "")
	}
}

// section reads the table or stream at an offset and gives its trailer.
func (f *file) section(offset int64) dict {
	if offset < 0 || offset >= int64(len(f.input)) {
		f.fail(codeTableWrong, "startxref", strconv.FormatInt(offset, 10))
		return nil
	}
	s := scanner{file: f, input: f.input, pos: int(offset)}
	s.skip()
	if !bytes.HasPrefix(s.input[s.pos:], []byte("xref")) {
		return f.streamSection(offset)
	}
	s.pos += len("xref")
	for f.failed == nil {
		switch first := s.value().(type) {
		case keyword:
			if first != "trailer" {
				f.fail(codeTableWrong, "xref", string(first))
				return nil
			}
			trailer, ok := s.value().(dict)
			if !ok {
				f.fail(codeTableWrong, "trailer", "")
			}
			return trailer
		case int64:
			f.subsection(&s, first)
		default:
			f.fail(codeTableWrong, "xref", strconv.FormatInt(offset, 10))
		}
	}
	return nil
}

// subsection reads entries "0000000015 00000 n" for objects from a first number on.
func (f *file) subsection(s *scanner, first int64) {
	count, ok := s.value().(int64)
	for i := int64(0); ok && i < count && f.failed == nil; i++ {
		offset, isOffset := s.value().(int64)
		_, isGeneration := s.value().(int64)
		kind, _ := s.value().(keyword)
		ok = isOffset && isGeneration && (kind == "n" || kind == "f")
		switch kind {
		case "n":
			f.note(first+i, entry{place: placeFile, offset: offset})
		case "f":
			f.note(first+i, entry{})
		}
	}
	if !ok {
		f.fail(codeTableWrong, "xref", string(s.input[s.pos:min(len(s.input), s.pos+20)]))
	}
}

// streamSection reads a cross-reference stream and gives its dictionary, which is its trailer.
func (f *file) streamSection(offset int64) dict {
	table, ok := f.objectAt(offset, -1).(*stream)
	if f.failed != nil {
		return nil
	}
	if !ok || table.dict["Type"] != name("XRef") {
		f.fail(codeTableWrong, "startxref", strconv.FormatInt(offset, 10))
		return nil
	}
	if table.dict["Encrypt"] != nil {
		f.fail(codeEncrypted, "", "")
		return nil
	}
	content := f.unpack(table)
	widths, _ := f.resolve(table.dict["W"]).(array)
	var width [3]int
	size := 0
	for i := range min(3, len(widths)) {
		w, _ := widths[i].(int64)
		if w < 0 || w > 8 {
			f.fail(codeTableWrong, "W", strconv.FormatInt(w, 10))
			return nil
		}
		width[i] = int(w)
		size += int(w)
	}
	if size == 0 || len(widths) < 3 {
		f.fail(codeTableWrong, "W", strconv.Itoa(len(widths)))
		return nil
	}
	index, _ := f.resolve(table.dict["Index"]).(array)
	if index == nil {
		index = array{int64(0), int64(len(content) / size)}
	}
	for i := 0; i+1 < len(index) && f.failed == nil; i += 2 {
		first, _ := index[i].(int64)
		count, _ := index[i+1].(int64)
		for n := int64(0); n < count && len(content) >= size && f.failed == nil; n++ {
			f.noteFields(first+n, content[:size], width)
			content = content[size:]
		}
	}
	return table.dict
}

// noteFields reads one row of a cross-reference stream: type, then offset or container.
func (f *file) noteFields(number int64, row []byte, width [3]int) {
	var fields [3]int64
	if width[0] == 0 {
		fields[0] = 1 // the default
	}
	for i := range fields {
		for _, c := range row[:width[i]] {
			fields[i] = fields[i]<<8 | int64(c)
		}
		row = row[width[i]:]
	}
	switch fields[0] {
	case 0:
		f.note(number, entry{})
	case 1:
		f.note(number, entry{place: placeFile, offset: fields[1]})
	case 2:
		f.note(number, entry{place: placeStream, container: fields[1]})
	}
}
