package pdf

import (
	"encoding/binary"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// collection gathers attachments.
type collection struct {
	*file
	found []Attachment
	seen  map[any]bool // references to files and nodes that have been followed
}

// attachments reads the embedded files: those of the catalog's name tree, then its associated files.
func (f *file) attachments() []Attachment {
	if f.failed != nil {
		return nil
	}
	catalog, ok := f.resolve(f.trailer["Root"]).(dict)
	if f.failed != nil {
		return nil
	}
	if !ok {
		f.fail(codeCatalogMissing, "", "")
		return nil
	}
	c := collection{file: f, seen: map[any]bool{}}
	names, _ := f.resolve(catalog["Names"]).(dict)
	c.tree(names["EmbeddedFiles"], 0)
	for _, specification := range f.list(catalog["AF"]) {
		c.take(specification, "")
	}
	if f.failed != nil {
		return nil
	}
	return c.found
}

// tree walks a name tree.
func (c *collection) tree(node any, depth int) {
	if !c.once(node) {
		return
	}
	if depth > c.limits.DepthMax {
		c.fail(codeDepthExceeded, "Root/Names/EmbeddedFiles", strconv.Itoa(depth))
		return
	}
	values, _ := c.resolve(node).(dict)
	for _, kid := range c.list(values["Kids"]) {
		c.tree(kid, depth+1)
	}
	pairs := c.list(values["Names"])
	for i := 0; i+1 < len(pairs); i += 2 {
		key, _ := c.resolve(pairs[i]).(text)
		c.take(pairs[i+1], decodeText(key))
	}
}

// once tells whether a reference is followed for the first time; what is written in place always is.
func (c *collection) once(value any) bool {
	r, ok := value.(reference)
	if c.failed != nil || ok && c.seen[r] {
		return false
	}
	if ok {
		c.seen[r] = true
	}
	return true
}

// take reads one file specification.
func (c *collection) take(value any, key string) {
	if !c.once(value) {
		return
	}
	specification, ok := c.resolve(value).(dict)
	if !ok || c.failed != nil {
		return
	}
	files, _ := c.resolve(specification["EF"]).(dict)
	if files == nil {
		return // it names a file outside
	}
	called := key
	for _, field := range [...]name{"F", "UF"} {
		if given, ok := c.resolve(specification[field]).(text); ok && len(given) > 0 {
			called = decodeText(given)
		}
	}
	content := files["UF"]
	if content == nil {
		content = files["F"]
	}
	if !c.once(content) {
		return
	}
	if len(c.found) == c.limits.AttachmentsMax {
		c.fail(codeAttachmentsExceeded, "", strconv.Itoa(len(c.found)+1))
		return
	}
	packed, ok := c.resolve(content).(*stream)
	if !ok {
		c.fail(codeAttachmentWrong, "", called)
		return
	}
	before := c.current
	c.current = called
	attachment := Attachment{Name: called, Bytes: c.unpack(packed)}
	c.current = before
	mime, _ := c.resolve(packed.dict["Subtype"]).(name)
	relationship, _ := c.resolve(specification["AFRelationship"]).(name)
	attachment.MIME, attachment.Relationship = string(mime), string(relationship)
	if c.failed == nil {
		c.found = append(c.found, attachment)
	}
}

// decodeText decodes a text string: UTF-16 or UTF-8 by its mark, else PDFDocEncoding (ISO 32000-1 annex D.2).
func decodeText(encoded text) string {
	if len(encoded) >= 2 && encoded[0] == 0xFE && encoded[1] == 0xFF {
		var units []uint16
		for i := 2; i+1 < len(encoded); i += 2 {
			units = append(units, binary.BigEndian.Uint16(encoded[i:]))
		}
		return string(utf16.Decode(units))
	}
	if len(encoded) >= 3 && encoded[0] == 0xEF && encoded[1] == 0xBB && encoded[2] == 0xBF && utf8.Valid(encoded[3:]) {
		return string(encoded[3:])
	}
	runes := make([]rune, 0, len(encoded))
	for _, c := range encoded {
		switch {
		case c >= 0x18 && c <= 0x1F:
			runes = append(runes, lowCharacters[c-0x18])
		case c >= 0x80 && c <= 0xA0:
			runes = append(runes, highCharacters[c-0x80])
		default:
			runes = append(runes, rune(c))
		}
	}
	return string(runes)
}

// The characters of PDFDocEncoding that are not those of ISO-8859-1.
var (
	lowCharacters  = [...]rune{'\u02D8', '\u02C7', '\u02C6', '\u02D9', '\u02DD', '\u02DB', '\u02DA', '\u02DC'}
	highCharacters = [...]rune{
		'•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł',
		'œ', 'š', 'ž', '\uFFFD', '€',
	}
)
