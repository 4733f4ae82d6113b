package letter

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"millrace/domain/calendar"
)

// hanPacked has the Chinese characters, and the letters of Go Regular beside them; see font/README.md.
//
//go:embed font/han.ttf.gz
var hanPacked []byte

// han is unpacked when a text asks for it first: most papers have no Chinese character.
var han = sync.OnceValue(func() []byte {
	reader, err := gzip.NewReader(bytes.NewReader(hanPacked))
	if err != nil {
		panic(err)
	}
	ttf, err := io.ReadAll(reader)
	if err != nil {
		panic(err)
	}
	return ttf
})

// The families of letters: western ones in two weights, and one with Chinese characters in a single weight.
const (
	western = "Go"
	chinese = "Han"
)

// The fonts are parts of the program, so they parse.
var (
	westernFonts = [...]*sfnt.Font{mustParse(goregular.TTF), mustParse(gobold.TTF)}
	chineseFont  = sync.OnceValue(func() *sfnt.Font { return mustParse(han()) })
)

func mustParse(ttf []byte) *sfnt.Font {
	font, err := sfnt.Parse(ttf)
	if err != nil {
		panic(err)
	}
	return font
}

func hasGlyph(font *sfnt.Font, buffer *sfnt.Buffer, r rune) bool {
	glyph, err := font.GlyphIndex(buffer, r)
	return err == nil && glyph != 0
}

// familyFor is the family that has every character of a text; "" and the first character that none has. Combining and control
// characters count as such.
func familyFor(text string) (string, rune) {
	var buffer sfnt.Buffer
	family := western
	for _, r := range text {
		if r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.In(r, unicode.Mn, unicode.Cf) {
			return "", r
		}
		if hasGlyph(westernFonts[0], &buffer, r) && hasGlyph(westernFonts[1], &buffer, r) {
			continue
		}
		if family = chinese; !hasGlyph(chineseFont(), &buffer, r) {
			return "", r
		}
	}
	return family, 0
}

// isPrintable tells whether the fonts can show a text.
func isPrintable(text string) bool {
	family, _ := familyFor(text)
	return family != ""
}

// sheet is a PDF under work.
type sheet struct {
	*fpdf.Fpdf
	hasHan bool
}

// begun is a PDF with its first page. All that is written into the file comes from what is printed.
func begun(title, language string, date calendar.Date) *sheet {
	s := &sheet{Fpdf: fpdf.New("P", "mm", "A4", "")}
	s.AddUTF8FontFromBytes(western, "", goregular.TTF)
	s.AddUTF8FontFromBytes(western, "B", gobold.TTF)
	s.SetCatalogSort(true)
	at := time.Date(date.Year(), time.Month(date.Month()), date.Day(), 0, 0, 0, 0, time.UTC)
	s.SetCreationDate(at)
	s.SetModificationDate(at)
	s.SetProducer("millrace", true)
	s.SetTitle(title, true)
	s.SetLang(language)
	s.SetMargins(margin, margin, margin)
	s.AddPage()
	return s
}

func (s *sheet) ended() ([]byte, error) {
	var out bytes.Buffer
	if err := s.Output(&out); err != nil {
		return nil, fmt.Errorf("letter: %w", err)
	}
	return out.Bytes(), nil
}

// fontFor chooses the font of a printable text, in a style of "" or "B".
func (s *sheet) fontFor(text, style string, size float64) {
	family, _ := familyFor(text)
	if family != chinese {
		s.SetFont(western, style, size)
		return
	}
	if !s.hasHan {
		s.hasHan = true
		s.AddUTF8FontFromBytes(chinese, "", han())
	}
	s.SetFont(chinese, "", size)
}

// split breaks a text into the lines of a cell of a width in millimetres, in the font that it is then written in. It breaks at spaces and
// beside Chinese characters, but not before a mark that closes; a word that is longer than a line is cut.
func (s *sheet) split(text, style string, size, width float64) []string {
	s.fontFor(text, style, size)
	width -= 2 * s.GetCellMargin()
	var lines []string
	rest := []rune(text)
	for len(rest) > 0 {
		end, space := s.fits(rest, width)
		lines = append(lines, strings.TrimRight(string(rest[:end]), " "))
		rest = rest[end+space:]
	}
	if lines == nil {
		return []string{""}
	}
	return lines
}

// fits gives how many runes of a text stand on one line, at least one, and how many spaces after them fall away.
func (s *sheet) fits(text []rune, width float64) (end, space int) {
	last := 0
	for i := range text {
		if s.GetStringWidth(string(text[:i+1])) > width {
			if last == 0 {
				last = max(1, i)
			}
			if last < len(text) && text[last] == ' ' {
				return last, 1
			}
			return last, 0
		}
		if i+1 < len(text) && breaks(text[i], text[i+1]) {
			last = i + 1
		}
	}
	return len(text), 0
}

// breaks tells whether a line may end between two runes.
func breaks(before, after rune) bool {
	if before == ' ' || after == ' ' {
		return true
	}
	return (isWide(before) || isWide(after)) && !strings.ContainsRune("，。、；：？！）》」』”’%,.;:)]", after) && !strings.ContainsRune("（《「『“‘([", before)
}

func isWide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF60
}

// write writes a text as lines of a width in millimetres, and goes on below it; a width of 0 is what is left of the page's.
func (s *sheet) write(text, style string, size, width, height float64, align string) {
	if width == 0 {
		page, _ := s.GetPageSize()
		width = page - margin - s.GetX()
	}
	left := s.GetX()
	for _, line := range s.split(text, style, size, width) {
		if _, page := s.GetPageSize(); s.GetY()+height > page-margin {
			s.AddPage()
			s.fontFor(text, style, size)
		}
		s.SetX(left)
		s.CellFormat(width, height, line, "", 1, align, false, 0, "")
	}
	s.SetX(margin)
}
