package console

import (
	"bytes"
	"unicode/utf8"
)

// verbatim are the elements whose text stays as it is, byte for byte: what is sent back, signed, copied, or drawn.
var verbatim = map[string]bool{"pre": true, "textarea": true, "title": true, "option": true, "script": true, "style": true, "code": true, "blockquote": true, "svg": true}

const (
	noBreak   = "\u00a0"
	wholeOpen = `<span class="whole">`
	emptyMark = ` data-none`
	dateBytes = len("2026-07-09")
	timeBytes = len(" 08:00:00")
)

// keptWhole keeps together what a reader takes in at one glance: no line ends between a number and its percent sign, between a currency and
// its amount, or inside a date. Cells of tables that hold a dash alone are marked, so that a phone need not give each a line.
func keptWhole(page []byte) []byte {
	kept := make([]byte, 0, len(page)+len(page)/16)
	for at := 0; at < len(page); {
		tag := bytes.IndexByte(page[at:], '<')
		if tag < 0 {
			return append(kept, page[at:]...)
		}
		kept = unbroken(kept, page[at:at+tag])
		at += tag
		end := bytes.IndexByte(page[at:], '>')
		if end < 0 {
			return append(kept, page[at:]...)
		}
		name := tagName(page[at:])
		if verbatim[name] {
			if close := bytes.Index(page[at:], []byte("</"+name)); close > end {
				end = close - 1
			}
		}
		kept = append(kept, page[at:at+end]...)
		if name == "td" && holdsDash(page[at+end+1:]) {
			kept = append(kept, emptyMark...)
		}
		kept = append(kept, page[at+end])
		at += end + 1
	}
	return kept
}

// tagName is the name of the element that a tag opens; "" of one that it closes.
func tagName(tag []byte) string {
	n := 1
	for n < len(tag) && tag[n] >= 'a' && tag[n] <= 'z' {
		n++
	}
	return string(tag[1:n])
}

// holdsDash tells whether a cell, from behind its opening tag, holds a dash and nothing else.
func holdsDash(cell []byte) bool {
	return bytes.HasPrefix(cell, []byte("–</td>")) || bytes.HasPrefix(cell, []byte(string(dash)+"</td>"))
}

// unbroken adds a text to a page, with its dates in elements that don't wrap and with spaces that don't break.
func unbroken(kept, text []byte) []byte {
	alone := len(bytes.TrimSpace(text)) <= dateBytes
	for at := 0; at < len(text); {
		c := text[at]
		switch {
		case digit(c) && !alone && (at == 0 || !wordy(text[at-1])) && isDate(text[at:]):
			end := at + dateBytes
			if isTime(text[end:]) {
				end += timeBytes
			}
			kept = append(append(append(kept, wholeOpen...), text[at:end]...), "</span>"...)
			at = end
		case digit(c) && len(bytes.TrimSpace(text)) > chineseDate(text[at:]) && chineseDate(text[at:]) > 0:
			end := at + chineseDate(text[at:])
			kept = append(append(append(kept, wholeOpen...), text[at:end]...), "</span>"...)
			at = end
		case digit(c): // the rest of a number begins no date
			for at < len(text) && digit(text[at]) {
				kept = append(kept, text[at])
				at++
			}
		case c == ' ' && at > 0 && joins(text[:at], text[at+1:]):
			kept = append(kept, noBreak...)
			at++
		default:
			kept = append(kept, c)
			at++
		}
	}
	return kept
}

// joins tells whether what stands before and behind a space belongs together: 5 and %, EUR and 12.50, 12.50 and EUR.
func joins(before, behind []byte) bool {
	last := before[len(before)-1]
	if digit(last) {
		return len(behind) > 0 && behind[0] == '%' || isCurrency(behind)
	}
	if r, _ := utf8.DecodeRune(behind); len(behind) == 0 || r != '−' && !digit(behind[0]) {
		return false
	}
	const letters = 3
	return len(before) >= letters && isCurrency(before[len(before)-letters:]) && (len(before) == letters || !wordy(before[len(before)-letters-1]))
}

// isCurrency tells whether a text begins with a word of three capital letters.
func isCurrency(text []byte) bool {
	const letters = 3
	if len(text) < letters || len(text) > letters && wordy(text[letters]) {
		return false
	}
	for _, c := range text[:letters] {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

func isDate(text []byte) bool { return shaped(text, "dddd-dd-dd") }

// chineseDate is how many bytes of a text's beginning are a date like 2027年7月9日; 0 where it begins otherwise.
func chineseDate(text []byte) int {
	at := 0
	for i, part := range []string{"年", "月", "日"} {
		from := at
		for at < len(text) && digit(text[at]) {
			at++
		}
		if digits := at - from; digits == 0 || i == 0 && digits != 4 || i > 0 && digits > 2 || !bytes.HasPrefix(text[at:], []byte(part)) {
			return 0
		}
		at += len(part)
	}
	return at
}

func isTime(text []byte) bool { return shaped(text, " dd:dd:dd") }

// shaped tells whether a text begins with a shape, of which d stands for a digit, and with no more of a word.
func shaped(text []byte, shape string) bool {
	if len(text) < len(shape) || len(text) > len(shape) && (wordy(text[len(shape)]) || text[len(shape)] == '-') {
		return false
	}
	for i := range len(shape) {
		if shape[i] == 'd' && !digit(text[i]) || shape[i] != 'd' && shape[i] != text[i] {
			return false
		}
	}
	return true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func wordy(c byte) bool {
	return digit(c) || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_'
}
