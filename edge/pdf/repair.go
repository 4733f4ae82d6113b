package pdf

import (
	"bytes"
	"maps"
	"slices"
)

// repair finds objects without the tables: wherever "12 0 obj" stands, the last of a number counts; then those inside
// object streams, which older copies in the file do not displace; then a trailer or a catalog.
func (f *file) repair() {
	var numbers []int64
	for at := 0; f.failed == nil; {
		i := bytes.Index(f.input[at:], []byte("obj"))
		if i < 0 {
			break
		}
		at += i + len("obj")
		number, offset, ok := f.labelBefore(at - len("obj"))
		if !ok {
			continue
		}
		if _, known := f.entries[number]; known {
			f.entries[number] = entry{place: placeFile, offset: int64(offset)}
			continue
		}
		f.note(number, entry{place: placeFile, offset: int64(offset)})
		numbers = append(numbers, number)
	}
	f.repairTrailer()
	slices.SortFunc(numbers, func(a, b int64) int { return int(f.entries[b].offset - f.entries[a].offset) }) // newest first
	for _, number := range numbers {
		f.repairObject(number)
	}
}

// labelBefore reads backwards "12 0 " before an offset.
func (f *file) labelBefore(at int) (number int64, offset int, ok bool) {
	back := func(in func(byte) bool) int {
		count := 0
		for at > 0 && count < 16 && in(f.input[at-1]) {
			at--
			count++
		}
		return count
	}
	space := func(c byte) bool { return class[c] == classSpace }
	decimal := func(c byte) bool { return c >= '0' && c <= '9' }
	if back(space) == 0 || back(decimal) == 0 || back(space) == 0 {
		return 0, 0, false
	}
	end := at
	if back(decimal) == 0 {
		return 0, 0, false
	}
	number, ok = integer(f.input[at:end])
	return number, at, ok
}

// repairTrailer takes the last trailer that names a catalog.
func (f *file) repairTrailer() {
	for end := len(f.input); f.failed == nil; {
		at := bytes.LastIndex(f.input[:end], []byte("trailer"))
		if at < 0 {
			return
		}
		end = at
		s := scanner{file: f, input: f.input, pos: at + len("trailer")}
		trailer, _ := s.value().(dict)
		f.forgive()
		if trailer["Encrypt"] != nil {
			f.fail(codeEncrypted, "", "")
		}
		if trailer["Root"] != nil && f.trailer == nil {
			f.trailer = trailer
		}
	}
}

// repairObject looks whether an object is an object stream, a cross-reference stream or the catalog.
func (f *file) repairObject(number int64) {
	if f.failed != nil {
		return
	}
	value := f.load(number)
	f.forgive()
	switch value := value.(type) {
	case *stream:
		switch value.dict["Type"] {
		case name("ObjStm"):
			objects := f.contained(number)
			for _, inner := range slices.Sorted(maps.Keys(objects)) {
				f.note(inner, entry{place: placeStream, container: number})
				f.repairCatalog(inner, objects[inner])
			}
			f.forgive()
		case name("XRef"):
			if value.dict["Encrypt"] != nil {
				f.fail(codeEncrypted, "", "")
			}
			if f.trailer == nil && value.dict["Root"] != nil {
				f.trailer = value.dict
			}
		}
	default:
		f.repairCatalog(number, value)
	}
}

func (f *file) repairCatalog(number int64, value any) {
	if values, ok := value.(dict); ok && values["Type"] == name("Catalog") && f.trailer == nil {
		f.trailer = dict{"Root": reference{number, 0}}
	}
}

// forgive passes over what cannot be read on the search, but for what no search would mend.
func (f *file) forgive() {
	if f.failed != nil && f.failed.Code != codeEncrypted && !limitCodes[f.failed.Code] {
		f.failed = nil
	}
}
