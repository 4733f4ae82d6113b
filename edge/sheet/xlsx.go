package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/edge/document"
)

// workbook reads the parts of an XLSX.
type workbook struct {
	parts     map[string]*zip.File
	left      int64 // bytes that may still be unpacked
	strings   []string
	dated     []bool // whether a cell of that style shows a date
	epoch1904 bool
	failed    *document.Error
}

// readXLSX reads one sheet of a workbook.
func readXLSX(input []byte, m *Mapping, limits Limits) (*table, *document.Error) {
	archive, err := zip.NewReader(bytes.NewReader(input), int64(len(input)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, failure(codeArchiveMalformed, 0, "", "")
	}
	w := &workbook{parts: make(map[string]*zip.File, len(archive.File)), left: int64(limits.UnpackedMax)}
	for _, file := range archive.File {
		name := partName(file.Name)
		if w.parts[name] != nil {
			return nil, failure(codeWorkbookMalformed, 0, "", file.Name)
		}
		w.parts[name] = file
	}
	sheetName := w.open(m)
	t := &table{limits: limits, mapping: m}
	if w.failed == nil {
		w.readSheet(sheetName, t)
	}
	if w.failed != nil {
		return nil, w.failed
	}
	return t, nil
}

// partName is how parts are looked up: they are named without regard to case (ECMA-376 part 2, 6.2.2.3).
func partName(name string) string { return strings.ToLower(strings.TrimPrefix(name, "/")) }

func (w *workbook) fail(code string, row int, field, value string) {
	if w.failed == nil {
		w.failed = failure(code, row, field, value)
	}
}

// part opens a part; nil when there is none or something has failed.
func (w *workbook) part(name string) *part {
	file := w.parts[partName(name)]
	if file == nil || w.failed != nil {
		return nil
	}
	reader, err := file.Open()
	if err != nil {
		w.fail(codeArchiveMalformed, 0, name, "")
		return nil
	}
	content, err := io.ReadAll(io.LimitReader(reader, w.left+1))
	err = errors.Join(err, reader.Close())
	switch w.left -= int64(len(content)); {
	case w.left < 0:
		w.fail(codeArchiveTooLarge, 0, name, "")
		return nil
	case err != nil:
		w.fail(codeArchiveMalformed, 0, name, "")
		return nil
	}
	return &part{workbook: w, name: name, decoder: xml.NewDecoder(bytes.NewReader(content))}
}

// part is one XML document of a workbook.
type part struct {
	workbook *workbook
	name     string
	decoder  *xml.Decoder
	depth    int
}

// depthMax is far beyond what a workbook has.
const depthMax = 50

// next gives the next token, nil at the end or when something is wrong.
func (p *part) next() xml.Token {
	if p == nil || p.workbook.failed != nil {
		return nil
	}
	token, err := p.decoder.Token()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			p.workbook.fail(codeWorkbookMalformed, 0, "", p.name)
		}
		return nil
	}
	switch token.(type) {
	case xml.StartElement:
		p.depth++
	case xml.EndElement:
		p.depth--
	case xml.Directive: // a document type, which no workbook has
		p.workbook.fail(codeWorkbookMalformed, 0, "", p.name)
		return nil
	}
	if p.depth > depthMax {
		p.workbook.fail(codeWorkbookMalformed, 0, "", p.name)
		return nil
	}
	return token
}

// text gives the text of the element that was opened last, up to its end.
func (p *part) text() string {
	var b strings.Builder
	for depth := p.depth; p.depth >= depth; {
		token := p.next()
		if token == nil {
			return ""
		}
		if characters, ok := token.(xml.CharData); ok {
			b.Write(characters)
		}
	}
	return unescape(b.String())
}

// runs gives the text of all runs in the element that was opened last, phonetic guides left out.
func (p *part) runs() string {
	var b strings.Builder
	guides := 0
	for depth := p.depth; p.depth >= depth; {
		switch token := p.next().(type) {
		case nil:
			return ""
		case xml.StartElement:
			switch {
			case token.Name.Local == "rPh":
				guides++
			case token.Name.Local == "t" && guides == 0:
				b.WriteString(p.text())
			}
		case xml.EndElement:
			if token.Name.Local == "rPh" {
				guides--
			}
		}
	}
	return b.String()
}

// unescape turns _x000D_ into the character (ECMA-376 part 1, 22.9.2.19).
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if i+7 <= len(text) && text[i:i+2] == "_x" && text[i+6] == '_' {
			if code, err := strconv.ParseUint(text[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(code))
				i += 7
				continue
			}
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

func attribute(element xml.StartElement, name string) string {
	for _, a := range element.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// open reads workbook, shared strings and styles, and gives the name of the sheet's part.
func (w *workbook) open(m *Mapping) string {
	book := w.related("", "officeDocument")[""]
	if book == "" || w.parts[partName(book)] == nil {
		w.fail(codeWorkbookMalformed, 0, "", "_rels/.rels")
		return ""
	}
	id := w.chooseSheet(w.part(book), m.Sheet)
	relations := w.related(book, "")
	sheet := relations[id]
	if w.failed == nil && (id == "" || w.parts[partName(sheet)] == nil) {
		w.fail(codeWorkbookMalformed, 0, "", book)
	}
	w.readStrings(w.part(w.related(book, "sharedStrings")[""]))
	w.readStyles(w.part(w.related(book, "styles")[""]))
	return sheet
}

// related reads the relations of a part: targets by id, or of one kind under "".
func (w *workbook) related(of, kind string) map[string]string {
	folder := path.Dir(of)
	targets := map[string]string{}
	p := w.part(path.Join(folder, "_rels", path.Base("/"+of)+".rels"))
	if of == "" {
		p = w.part("_rels/.rels")
	}
	for token := p.next(); token != nil; token = p.next() {
		element, ok := token.(xml.StartElement)
		if !ok || element.Name.Local != "Relationship" || attribute(element, "TargetMode") == "External" {
			continue
		}
		target := attribute(element, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(folder, target)
		}
		if kind == "" {
			targets[attribute(element, "Id")] = target
		} else if path.Base(attribute(element, "Type")) == kind {
			targets[""] = target
		}
	}
	return targets
}

// chooseSheet gives the relation of the sheet of that name, or of the first that is not hidden.
func (w *workbook) chooseSheet(p *part, name string) string {
	chosen, found := "", false
	for token := p.next(); token != nil; token = p.next() {
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch element.Name.Local {
		case "workbookPr":
			value := attribute(element, "date1904")
			w.epoch1904 = value == "1" || value == "true"
		case "sheet":
			state := attribute(element, "state")
			if !found && (name == "" && (state == "" || state == "visible") || name != "" && strings.EqualFold(name, attribute(element, "name"))) {
				chosen, found = attribute(element, "id"), true
			}
		}
	}
	if !found {
		w.fail(codeSheetMissing, 0, "", name)
	}
	return chosen
}

func (w *workbook) readStrings(p *part) {
	for token := p.next(); token != nil; token = p.next() {
		if element, ok := token.(xml.StartElement); ok && element.Name.Local == "si" {
			w.strings = append(w.strings, p.runs())
		}
	}
}

// readStyles finds the styles whose number format shows a date.
func (w *workbook) readStyles(p *part) {
	custom := map[int]bool{}
	inside := false // of cellXfs, which cells name; cellStyleXfs has the same elements
	for token := p.next(); token != nil; token = p.next() {
		switch element := token.(type) {
		case xml.StartElement:
			switch element.Name.Local {
			case "numFmt":
				if id, err := strconv.Atoi(attribute(element, "numFmtId")); err == nil {
					custom[id] = showsDate(attribute(element, "formatCode"))
				}
			case "cellXfs":
				inside = true
			case "xf":
				if inside {
					id, _ := strconv.Atoi(attribute(element, "numFmtId"))
					shows, known := custom[id]
					w.dated = append(w.dated, known && shows || !known && builtInDate(id))
				}
			}
		case xml.EndElement:
			if element.Name.Local == "cellXfs" {
				inside = false
			}
		}
	}
}

// builtInDate tells whether a built-in number format shows a day; those from 27 to 58 are the East Asian ones (ECMA-376 part 1,
// 18.8.30).
func builtInDate(id int) bool {
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
}

// showsDate tells whether a format code shows a year or a day, outside quoted text, escaped characters and brackets.
func showsDate(code string) bool {
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return false
			}
			i += end
		case '\\', '_', '*':
			i++
		case ';': // the format of negative numbers follows
			return false
		case 'y', 'Y', 'd', 'D':
			return true
		}
	}
	return false
}

// dateOf turns a serial number into a day; its fraction is the time. ok is false below 1, beyond year 9999, and for the 60 of the
// 1900 system, which stands for a 29 February that 1900 did not have (ECMA-376 part 1, 18.17.4.1).
func (w *workbook) dateOf(decimal string) (calendar.Date, bool) {
	whole, _, _ := strings.Cut(decimal, ".")
	serial, err := strconv.Atoi(whole)
	if err != nil || serial < 0 || serial > 3_000_000 {
		return 0, false
	}
	year, day := 1900, serial-1
	switch {
	case w.epoch1904:
		year, day = 1904, serial
	case serial == 0 || serial == 60:
		return 0, false
	case serial > 60:
		day--
	}
	start, _ := calendar.Of(year, 1, 1)
	date := start + calendar.Date(day)
	return date, date <= calendar.DateMax
}
