package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
)

// builder writes tiny PDFs.
type builder struct {
	bytes.Buffer
	offsets map[int]int
	packed  map[int][2]int // objects in object streams: container and place in it
}

func newBuilder() *builder {
	b := &builder{offsets: map[int]int{}, packed: map[int][2]int{}}
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return b
}

func (b *builder) object(number int, body string) {
	b.offsets[number] = b.Len()
	fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", number, body)
}

func (b *builder) stream(number int, entries string, content []byte) {
	b.offsets[number] = b.Len()
	fmt.Fprintf(b, "%d 0 obj\n<< %s /Length %d >>\nstream\n", number, entries, len(content))
	b.Write(content)
	b.WriteString("\nendstream\nendobj\n")
}

func deflate(content []byte) []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write(content)
	w.Close()
	return packed.Bytes()
}

// table writes a classic cross-reference table of all objects, a trailer and the end; it gives the table's offset.
func (b *builder) table(trailer string) int {
	at := b.Len()
	b.WriteString("xref\n0 1\n0000000000 65535 f \n")
	for number := range 100 {
		if offset, ok := b.offsets[number]; ok {
			fmt.Fprintf(b, "%d 1\n%010d 00000 n \n", number, offset)
		}
	}
	fmt.Fprintf(b, "trailer\n<< /Size 100 %s >>\nstartxref\n%d\n%%%%EOF\n", trailer, at)
	b.offsets = map[int]int{}
	return at
}

// pack puts objects into an object stream.
func (b *builder) pack(container int, numbers []int, bodies []string) {
	var head, body strings.Builder
	for i, number := range numbers {
		fmt.Fprintf(&head, "%d %d ", number, body.Len())
		body.WriteString(bodies[i] + " ")
		b.packed[number] = [2]int{container, i}
	}
	content := deflate([]byte(head.String() + body.String()))
	b.stream(container, fmt.Sprintf("/Type /ObjStm /N %d /First %d /Filter /FlateDecode", len(numbers), head.Len()), content)
}

// rows are the entries of a cross-reference stream for all objects, four bytes each, with the "up" predictor of PNG.
func (b *builder) rows(kind byte) (index string, predicted []byte) {
	before := make([]byte, 5)
	for number := range 100 {
		var row []byte
		if offset, ok := b.offsets[number]; ok {
			row = []byte{1, byte(offset >> 16), byte(offset >> 8), byte(offset), 0}
		} else if place, ok := b.packed[number]; ok {
			row = []byte{2, 0, 0, byte(place[0]), byte(place[1])}
		} else {
			continue
		}
		index += fmt.Sprintf("%d 1 ", number)
		predicted = append(predicted, kind)
		for i := range row {
			switch left := byte(0); kind {
			case 1, 3, 4:
				if i > 0 {
					left = row[i-1]
				}
				corner := byte(0)
				if i > 0 {
					corner = before[i-1]
				}
				predicted = append(predicted, row[i]-map[byte]byte{1: left, 3: byte((int(left) + int(before[i])) / 2), 4: paeth(int(left), int(before[i]), int(corner))}[kind])
			case 2:
				predicted = append(predicted, row[i]-before[i])
			default:
				predicted = append(predicted, row[i])
			}
		}
		before = row
	}
	return index, predicted
}

// tableStream writes a cross-reference stream of all objects and the end.
func (b *builder) tableStream(number int, trailer string, kind byte) int {
	at := b.Len()
	b.offsets[number] = at
	index, rows := b.rows(kind)
	b.stream(number, fmt.Sprintf("/Type /XRef /W [1 3 1] /Index [%s] /Size 100 /Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 5 >> %s", index, trailer), deflate(rows))
	fmt.Fprintf(b, "startxref\n%d\n%%%%EOF\n", at)
	b.offsets, b.packed = map[int]int{}, map[int][2]int{}
	return at
}

const (
	catalogBody = "<< /Type /Catalog /Names << /EmbeddedFiles << /Names [(factur-x.xml) 3 0 R] >> >> /AF [3 0 R] >>"
	fileBody    = "<< /Type /Filespec /F (factur-x.xml) /UF (factur-x.xml) /AFRelationship /Alternative /EF << /F 4 0 R /UF 4 0 R >> >>"
	fileEntries = "/Type /EmbeddedFile /Subtype /text#2Fxml"
)

// classic is a PDF with a table, as most writers make it.
func classic(content string) *builder {
	b := newBuilder()
	b.object(1, catalogBody)
	b.object(3, fileBody)
	b.stream(4, fileEntries+" /Filter /FlateDecode", deflate([]byte(content)))
	b.table("/Root 1 0 R")
	return b
}
