package pdf

import (
	"bytes"
	"slices"
	"strconv"

	"millrace/edge/document"
)

// entry says where an object is.
type entry struct {
	place     place
	offset    int64 // placeFile: in the file
	container int64 // placeStream: number of the object stream
}

type place uint8

const (
	placeNone place = iota // a free object: null
	placeFile
	placeStream
)

// file is a PDF that is being read.
type file struct {
	input      []byte
	limits     Limits
	failed     *document.Error // the first error
	work       int             // bytes looked at
	inflated   int             // bytes that streams inflated to
	values     int             // values read
	entries    map[int64]entry
	trailer    dict // of the newest update
	objects    map[int64]any
	containers map[int64]map[int64]any // objects in object streams, by the stream's number
	loading    map[int64]bool
	ends       []int // where "endstream" stands; nil until it is needed
	current    string
}

func open(input []byte, limits Limits) *file {
	return &file{
		input: input, limits: limits, entries: map[int64]entry{}, objects: map[int64]any{}, containers: map[int64]map[int64]any{},
		loading: map[int64]bool{},
	}
}

// fail keeps the first error.
func (f *file) fail(code, field, value string) {
	if f.failed == nil {
		if field == "" {
			field = f.current
		}
		f.failed = failure(code, field, value)
	}
}

// workFactor is how often on average a byte of file or inflated stream may be looked at; real files stay below ten.
const workFactor = 40

// spend counts work.
func (f *file) spend(bytes int) {
	if f.work += bytes; f.work > workFactor*(len(f.input)+f.inflated+1024) {
		f.fail(codeWorkExceeded, "", "")
	}
}

// note keeps where an object is, unless a newer update has said so.
func (f *file) note(number int64, e entry) {
	if _, known := f.entries[number]; known || number < 0 {
		return
	}
	if len(f.entries) >= f.limits.ObjectsMax {
		f.fail(codeObjectsExceeded, "", strconv.Itoa(len(f.entries)+1))
		return
	}
	f.entries[number] = e
}

// resolve follows references to a value; what does not exist is null.
func (f *file) resolve(value any) any {
	for range 8 { // references to references are not allowed, so a few are generous
		r, ok := value.(reference)
		if !ok || f.failed != nil {
			return value
		}
		value = f.load(r.number)
	}
	return nil
}

// load gives an object by its number.
func (f *file) load(number int64) any {
	if value, known := f.objects[number]; known {
		return value
	}
	if f.loading[number] || len(f.loading) > f.limits.DepthMax || f.failed != nil {
		return nil
	}
	f.loading[number] = true
	before := f.current
	f.current = "object " + strconv.FormatInt(number, 10)
	var value any
	switch e := f.entries[number]; e.place {
	case placeFile:
		value = f.objectAt(e.offset, number)
	case placeStream:
		value = f.contained(e.container)[number]
	}
	f.current = before
	delete(f.loading, number)
	if f.failed == nil { // after a repair, whoever needs it shall see what is wrong with it
		f.objects[number] = value
	}
	return value
}

// objectAt reads "12 0 obj …" at an offset; number -1 takes any.
func (f *file) objectAt(offset, number int64) any {
	if offset < 0 || offset >= int64(len(f.input)) {
		f.fail(codeTableWrong, "", strconv.FormatInt(offset, 10))
		return nil
	}
	s := scanner{file: f, input: f.input, pos: int(offset)}
	found, isNumber := s.value().(int64)
	_, isGeneration := s.value().(int64)
	word, _ := s.value().(keyword)
	if f.failed == nil && (!isNumber || !isGeneration || word != "obj" || number >= 0 && found != number) {
		f.fail(codeTableWrong, "", strconv.FormatInt(offset, 10))
	}
	if f.failed != nil {
		return nil
	}
	value := s.value()
	if values, ok := value.(dict); ok && f.failed == nil {
		s.skip()
		if bytes.HasPrefix(s.input[s.pos:], []byte("stream")) {
			s.pos += len("stream")
			return f.stream(&s, values)
		}
	}
	if _, stray := value.(keyword); stray {
		return nil // "endobj": an empty object
	}
	return value
}

// stream finds the bytes of a stream: as long as its dictionary says when they end there, else up to the next end.
func (f *file) stream(s *scanner, values dict) any {
	if s.pos < len(s.input) && s.input[s.pos] == '\r' {
		s.pos++
	}
	if s.pos < len(s.input) && s.input[s.pos] == '\n' {
		s.pos++
	}
	start := s.pos
	if length, ok := f.resolve(values["Length"]).(int64); ok && length >= 0 && length <= int64(len(s.input)-start) {
		after := start + int(length)
		rest := bytes.TrimLeft(s.input[after:min(len(s.input), after+32)], "\x00\t\n\f\r ")
		if bytes.HasPrefix(rest, []byte("endstream")) {
			s.pos = after
			return &stream{values, s.input[start:after]}
		}
	}
	end := f.nextEnd(start)
	if end < 0 {
		f.fail(codeStreamDamaged, "", "")
		return nil
	}
	s.pos = end
	raw := s.input[start:end]
	raw = bytes.TrimSuffix(raw, []byte("\n"))
	return &stream{values, bytes.TrimSuffix(raw, []byte("\r"))}
}

// nextEnd finds "endstream" at or after an offset of the file; -1 when there is none.
func (f *file) nextEnd(from int) int {
	if f.ends == nil {
		f.ends = []int{}
		for at := 0; ; {
			i := bytes.Index(f.input[at:], []byte("endstream"))
			if i < 0 {
				break
			}
			f.ends = append(f.ends, at+i)
			at += i + len("endstream")
		}
	}
	i, _ := slices.BinarySearch(f.ends, from)
	if i == len(f.ends) {
		return -1
	}
	return f.ends[i]
}

// contained gives the objects of an object stream by their numbers.
func (f *file) contained(container int64) map[int64]any {
	if objects, known := f.containers[container]; known {
		return objects
	}
	objects := map[int64]any{}
	f.containers[container] = objects // also for one that refers to itself
	if f.entries[container].place != placeFile {
		return objects
	}
	packed, ok := f.load(container).(*stream)
	if !ok || f.failed != nil {
		return objects
	}
	f.unpackObjects(packed, objects)
	if f.failed != nil {
		delete(f.containers, container)
	}
	return objects
}

func (f *file) unpackObjects(packed *stream, objects map[int64]any) {
	count, _ := f.resolve(packed.dict["N"]).(int64)
	first, _ := f.resolve(packed.dict["First"]).(int64)
	content := f.unpack(packed)
	if f.failed != nil {
		return
	}
	if count < 0 || first < 0 || first > int64(len(content)) {
		f.fail(codeObjectWrong, "", "N "+strconv.FormatInt(count, 10)+", First "+strconv.FormatInt(first, 10))
		return
	}
	head := scanner{file: f, input: content[:first]}
	for range count {
		number, ok := head.value().(int64)
		offset, okToo := head.value().(int64)
		if f.failed != nil || !ok || !okToo || offset < 0 || offset > int64(len(content))-first {
			f.fail(codeObjectWrong, "", "")
			return
		}
		if len(objects) >= f.limits.ObjectsMax {
			f.fail(codeObjectsExceeded, "", strconv.Itoa(len(objects)+1))
			return
		}
		body := scanner{file: f, input: content, pos: int(first + offset)}
		objects[number] = body.value()
		if f.failed != nil {
			return
		}
	}
}
