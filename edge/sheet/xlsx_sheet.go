package sheet

import (
	"encoding/xml"
	"math/big"
	"strconv"
	"strings"
)

// readSheet reads the rows of a sheet into a table.
func (w *workbook) readSheet(name string, t *table) {
	p := w.part(name)
	last := 0
	for token := p.next(); token != nil; token = p.next() {
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch element.Name.Local {
		case "row":
			r := row{number: last + 1}
			if number := attribute(element, "r"); number != "" {
				parsed, err := strconv.Atoi(number)
				if err != nil || parsed <= last || parsed > 1<<20 {
					w.fail(codeWorkbookMalformed, 0, "", name)
				}
				r.number = parsed
			}
			last = r.number
			w.readRow(p, &r)
			if w.failed == nil {
				w.failed = t.add(r)
			}
		case "mergeCell":
			reference := attribute(element, "ref")
			merged, ok := parseArea(reference)
			if !ok || len(t.merged) == mergedMax {
				w.fail(codeWorkbookMalformed, 0, "", reference)
			}
			t.merged = append(t.merged, merged)
		}
	}
}

// mergedMax bounds the ranges of merged cells: each is held against each row's cells.
const mergedMax = 10_000

func (w *workbook) readRow(p *part, r *row) {
	depth := p.depth
	column := -1
	for p.depth >= depth {
		token := p.next()
		if token == nil {
			return
		}
		element, ok := token.(xml.StartElement)
		if !ok || element.Name.Local != "c" {
			continue
		}
		column++
		if reference := attribute(element, "r"); reference != "" {
			at, number, ok := parseReference(reference)
			if !ok || at < column || number != r.number {
				w.fail(codeWorkbookMalformed, r.number, "", reference)
				return
			}
			column = at
		}
		if column >= columnsMax {
			w.fail(codeWorkbookMalformed, r.number, "", p.name)
			return
		}
		if c, filled := w.readCell(p, element, r.number); filled {
			c.column = column
			r.cells = append(r.cells, c)
		}
	}
}

// readCell reads one cell up to its end.
func (w *workbook) readCell(p *part, element xml.StartElement, rowNumber int) (cell, bool) {
	value, inline, valued, formula := "", "", false, false
	for depth := p.depth; p.depth >= depth; {
		switch token := p.next().(type) {
		case nil:
			return cell{}, false
		case xml.StartElement:
			switch token.Name.Local {
			case "v":
				value, valued = strings.TrimSpace(p.text()), true
			case "is":
				inline = p.runs()
			case "f":
				formula = true
				_ = p.text()
			}
		}
	}
	switch kind := attribute(element, "t"); kind {
	case "s":
		if !valued {
			return cell{}, false
		}
		index, err := strconv.Atoi(value)
		if err != nil || index < 0 || index >= len(w.strings) {
			w.fail(codeWorkbookMalformed, rowNumber, "", value)
			return cell{}, false
		}
		return textCell(w.strings[index])
	case "inlineStr":
		return textCell(inline)
	case "str":
		return textCell(value)
	case "e":
		return cell{kind: cellFault, text: value}, true
	case "b":
		return textCell(map[string]string{"0": "FALSE", "1": "TRUE"}[value])
	case "d":
		day, _, _ := strings.Cut(value, "T")
		return cell{kind: cellDate, text: day}, value != ""
	case "", "n":
		if value == "" {
			return cell{kind: cellFault, text: "a formula without a saved value"}, formula
		}
		return w.numberCell(value, attribute(element, "s"), rowNumber)
	default:
		w.fail(codeWorkbookMalformed, rowNumber, "", kind)
		return cell{}, false
	}
}

func textCell(text string) (cell, bool) {
	text = strings.TrimSpace(text)
	return cell{text: text}, text != ""
}

// numberCell takes a number by its decimal text; with a date's style it is a serial number.
func (w *workbook) numberCell(value, style string, rowNumber int) (cell, bool) {
	decimal, kind, ok := plainDecimal(value)
	if !ok {
		w.fail(codeWorkbookMalformed, rowNumber, "", value)
		return cell{}, false
	}
	index, err := strconv.Atoi(style)
	if err == nil && index >= 0 && index < len(w.dated) && w.dated[index] {
		if date, ok := w.dateOf(decimal); ok {
			return cell{kind: cellDate, text: date.String()}, true
		}
	}
	return cell{kind: kind, text: decimal}, true
}

// digitsMax is how many significant digits a spreadsheet keeps of a number. What a file has beyond comes from writing a binary
// number out in full (0.30000000000000004), and is rounded away on the decimal text.
const digitsMax = 15

// plainDecimal writes a number without exponent and without superfluous zeros. A whole number of more digits than are kept is
// cellLong: its end may be lost.
func plainDecimal(text string) (decimal string, kind cellKind, ok bool) {
	const lengthMax, exponentMax = 40, 30
	mantissa, exponentText, exponential := strings.Cut(strings.ToLower(text), "e")
	exponent := 0
	if exponential {
		var err error
		if exponent, err = strconv.Atoi(exponentText); err != nil {
			return "", 0, false
		}
	}
	body := strings.TrimPrefix(mantissa, "-")
	sign := mantissa[:len(mantissa)-len(body)]
	whole, fraction, _ := strings.Cut(body, ".")
	digits := whole + fraction
	if digits == "" || len(text) > lengthMax || strings.Trim(digits, "0123456789") != "" {
		return "", 0, false
	}
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return "0", cellNumber, true
	}
	scale := len(fraction) - exponent // digits * 10^-scale
	if scale > lengthMax+exponentMax || scale < -exponentMax {
		return text, cellLong, true // no amount, quantity or price is so large or so small
	}
	kind = cellNumber
	if len(digits)-scale > digitsMax {
		kind = cellLong
	}
	if len(digits) > digitsMax {
		digits, scale = roundDigits(digits, scale)
	}
	return sign + pointed(digits, scale), kind, true
}

// roundDigits keeps the first digitsMax digits, half up.
func roundDigits(digits string, scale int) (string, int) {
	scale -= len(digits) - digitsMax
	up := digits[digitsMax] >= '5'
	digits = digits[:digitsMax]
	if up {
		number, _ := new(big.Int).SetString(digits, 10)
		digits = number.Add(number, big.NewInt(1)).String()
	}
	return digits, scale
}

// pointed puts the point.
func pointed(digits string, scale int) string {
	if scale <= 0 {
		return digits + strings.Repeat("0", -scale)
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	fraction := strings.TrimRight(digits[len(digits)-scale:], "0")
	if fraction == "" {
		return digits[:len(digits)-scale]
	}
	return digits[:len(digits)-scale] + "." + fraction
}
