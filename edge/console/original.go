package console

import (
	"bytes"
	"encoding/xml"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"millrace/edge/reading"
)

// What of an original is laid beside its reading: its beginning, and what stands round the places of findings further on.
const (
	originalMax = 40 << 10 // bytes of the beginning, as markup
	aroundMax   = 12       // places further on
	aroundLines = 2        // before and after each
	furtherMax  = 400      // bytes of a line further on
	lineMarkup  = 48       // bytes that a line takes besides its text
)

// original is a kept file as it is laid beside its reading.
type original struct {
	Size   int
	Kind   string // of the file; "" where nothing is kept
	Name   string // of the invoice inside, where the file names it
	In     bool   // what is shown is the invoice inside the file
	Pieces []piece
	Long   bool // not all is shown
	Broken bool // the file has no lines, and was broken at its tags

	Companions []companion
	places     []int // lines of the findings, in their order; 0 where none is known
}

// companion is a file that came beside the invoice.
type companion struct {
	Kind string
	Size int
}

// piece is lines that follow each other.
type piece struct {
	Start int
	Lines []numberedLine
}

// numberedLine is one line of it, with what was found there.
type numberedLine struct {
	Number int
	Text   template.HTML
	Notes  []noted
}

// noted leads from a line to what was found in it.
type noted struct{ Anchor, Name string }

// kinds name files for a person.
var kinds = map[string]string{
	reading.KindXML: "XML", reading.KindCSV: "Table as CSV", reading.KindText: "Text", reading.KindPDF: "PDF", reading.KindOFD: "OFD", reading.KindXLSX: "XLSX workbook",
	reading.KindZIP: "ZIP archive", reading.KindUnknown: "File that is no text",
}

// KindName is what the kind of the file is called.
func (o *original) KindName() string { return kinds[o.Kind] }

// KindName is what the kind of the file is called.
func (c companion) KindName() string { return kinds[c.Kind] }

// Readable tells whether something is shown as text.
func (o *original) Readable() bool { return len(o.Pieces) > 0 }

// Came gives what is known of the file with that number beside the invoice.
func (o *original) Came(number int) *companion {
	if number < 1 || number > len(o.Companions) {
		return nil
	}
	return &o.Companions[number-1]
}

// lay opens the original of a document and finds the lines of what was found in it.
func (p *documentPage) lay(w wording, content []byte) {
	opened := reading.Open(content)
	o := &original{Size: len(content), Kind: opened.Kind, Name: opened.Name, In: opened.In}
	for _, c := range opened.Companions {
		o.Companions = append(o.Companions, companion{reading.KindOf(c.Bytes), len(c.Bytes)})
	}
	text, broken := brokenAtTags(opened.Text)
	o.Broken = broken
	fields := make([]string, len(p.Findings))
	for i, f := range p.Findings {
		fields[i] = f.Field
	}
	o.places = linesOf(text, fields)
	notes := map[int][]noted{}
	for i, line := range o.places {
		if line > 0 {
			notes[line] = append(notes[line], noted{"finding-" + strconv.Itoa(i+1), w.explained(findings, p.Findings[i].Code).Title})
		}
	}
	for i, r := range p.Rules {
		if r.Line > 0 && !broken {
			notes[r.Line] = append(notes[r.Line], noted{"rule-" + strconv.Itoa(i+1), r.Rule})
		}
	}
	o.number(text, notes)
	p.Original = o
}

// lineBytesMost is how long lines are on average at most where a text has lines that a person can read.
const lineBytesMost = 400

// brokenAtTags gives a line to each tag of XML that has hardly any, indented by depth: what accounting programs send often is one line. Other
// texts stay as they are.
func brokenAtTags(text []byte) (lines []byte, broken bool) {
	if len(text)/(1+bytes.Count(text, []byte("\n"))) <= lineBytesMost || !bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")) {
		return text, false
	}
	tags, depth := bytes.Split(text, []byte("><")), 0
	for i, tag := range tags {
		if i > 0 {
			tag = append([]byte("\n<"), tag...)
		}
		if i < len(tags)-1 {
			tag = append(tag[:len(tag):len(tag)], '>')
		}
		plain := bytes.TrimPrefix(tag, []byte("\n"))
		closes := bytes.HasPrefix(plain, []byte("</"))
		if closes {
			depth--
		}
		if i > 0 {
			lines = append(lines, '\n')
			lines = append(lines, strings.Repeat("  ", max(0, depth))...)
		}
		lines = append(lines, plain...)
		opens := len(plain) > 1 && plain[1] != '?' && plain[1] != '!' && !bytes.HasSuffix(plain, []byte("/>")) && !bytes.Contains(plain, []byte("</"))
		if opens {
			depth++
		}
	}
	return lines, true
}

// number cuts a text into the lines that are shown.
func (o *original) number(text []byte, notes map[int][]noted) {
	text = bytes.TrimRight(text, "\r\n")
	if len(text) == 0 {
		return
	}
	lines, left := bytes.Split(text, []byte("\n")), originalMax
	beginning := piece{Start: 1}
	at := 0
	for ; at < len(lines) && left > 0; at++ {
		line := o.line(at+1, lines[at], left, notes)
		beginning.Lines = append(beginning.Lines, line)
		left -= len(line.Text) + lineMarkup
	}
	o.Pieces = append(o.Pieces, beginning)
	o.Long = o.Long || at < len(lines)
	var further []int
	for line := range notes {
		if line > at && line <= len(lines) {
			further = append(further, line)
		}
	}
	slices.Sort(further)
	for _, line := range further[:min(len(further), aroundMax)] {
		last := &o.Pieces[len(o.Pieces)-1]
		next := last.Start + len(last.Lines)
		if from := line - aroundLines; from > next {
			o.Pieces = append(o.Pieces, piece{Start: from})
			last, next = &o.Pieces[len(o.Pieces)-1], from
		}
		for ; next <= min(line+aroundLines, len(lines)); next++ {
			last.Lines = append(last.Lines, o.line(next, lines[next-1], furtherMax, notes))
		}
	}
}

// escapes are all that text between tags needs.
var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (o *original) line(number int, text []byte, most int, notes map[int][]noted) numberedLine {
	text = bytes.TrimSuffix(text, []byte("\r"))
	if len(text) > most {
		for most > 0 && !utf8.RuneStart(text[most]) {
			most--
		}
		text, o.Long = text[:most], true
	}
	return numberedLine{number, template.HTML(escapes.Replace(string(text))), notes[number]}
}

// linesOf gives the lines of the elements that the paths of findings name, as readers write them: "InvoiceLine[2]/Price/PriceAmount", with
// or without the root, the first of a name without a number. 0 stands for what the text does not have.
func linesOf(text []byte, paths []string) []int {
	found := make([]int, len(paths))
	wanted := map[string][]int{}
	for i, path := range paths {
		if path != "" {
			wanted[plainPath(path)] = append(wanted[plainPath(path)], i)
		}
	}
	if len(wanted) == 0 {
		return found
	}
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // in UTF-8 already
	var open []string
	counts := []map[string]int{{}}
	for {
		line, _ := decoder.InputPos()
		token, err := decoder.RawToken()
		if err != nil {
			return found
		}
		switch token := token.(type) {
		case xml.StartElement:
			local := token.Name.Local
			siblings := counts[len(counts)-1]
			siblings[local]++
			open, counts = append(open, local+"["+strconv.Itoa(siblings[local])+"]"), append(counts, map[string]int{})
			for _, path := range []string{strings.Join(open, "/"), strings.Join(open[1:], "/")} {
				for _, i := range wanted[path] {
					found[i] = line
				}
				delete(wanted, path)
			}
			if len(wanted) == 0 {
				return found
			}
		case xml.EndElement:
			if len(open) == 0 {
				return found
			}
			open, counts = open[:len(open)-1], counts[:len(counts)-1]
		}
	}
}

// plainPath is a path with a number on each name and no prefix.
func plainPath(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		part = part[strings.LastIndexByte(part, ':')+1:]
		if !strings.HasSuffix(part, "]") {
			part += "[1]"
		}
		parts[i] = part
	}
	return strings.Join(parts, "/")
}
