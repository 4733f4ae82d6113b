package sheet

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/efapiao"
)

// cellKind is how a cell's value is stored.
type cellKind uint8

const (
	cellText   cellKind = iota
	cellNumber          // text is a decimal with a point and no grouping
	cellDate            // text is 2026-11-22
	cellFault           // text is what stands there: "#N/A"
	cellLong            // a number of more digits than a spreadsheet keeps
)

// cell is one value of a row; its place is its column.
type cell struct {
	column int
	kind   cellKind
	text   string // trimmed, never ""
}

// Some fields are lists, and identifiers have schemes.

func (f *field) isDate() bool {
	_, is := f.sample().(*calendar.Date)
	return is
}

func (f *field) hasScheme() bool {
	i, is := f.sample().(identity)
	return is && i.kind == 0
}

func (f *field) repeats() bool {
	_, list := f.sample().(texts)
	return list
}

// charactersMax bounds a text.
const charactersMax = 2000

// shortened is what a spreadsheet writes for a long number: its end is lost.
var shortened = regexp.MustCompile(`^[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+$`)

// read reads a cell into a target of the field. It gives the code of what is wrong, or the finding of an amount with too many digits.
func (m *Mapping) read(f *field, scheme, dateFormat string, c cell, currency money.Currency, target any) (code, finding string) {
	switch {
	case c.kind == cellFault:
		return codeCellFault, ""
	case c.kind == cellLong:
		return codeValueShortened, ""
	case utf8.RuneCountInString(c.text) > charactersMax:
		return codeValueLong, ""
	}
	switch target := target.(type) {
	case *calendar.Date:
		return readDate(c, dateFormat, target), ""
	case *money.Minor:
		return m.readAmount(c, currency, target)
	case *trade.Quantity:
		return m.readScaled(c, trade.QuantityDigits, (*int64)(target), codeQuantityWrong, codeQuantityRange)
	case *trade.UnitPrice:
		return m.readScaled(c, trade.UnitPriceDigits, (*int64)(target), codePriceWrong, codePriceRange)
	}
	if c.kind == cellText && shortened.MatchString(c.text) {
		return codeValueShortened, ""
	}
	text := strings.Join(strings.Fields(c.text), " ")
	switch target := target.(type) {
	case *string:
		*target = text
	case texts:
		*target.list = append(*target.list, text)
	case *document.Identifier: // of an item
		*target = document.Identifier{Scheme: "0160", Value: text} // ISO 6523: GTIN
		if !checkGS1(text) {
			return codeIdentifierWrong, ""
		}
	case *[]document.Account:
		*target = append(*target, document.Account{ID: text})
	case *money.Currency:
		return readCurrency(text, target), ""
	case *trade.Answer:
		return readAnswer(text, target), ""
	case country:
		return readCountry(text, target), ""
	case invoiceTypeCode:
		*target.code = text
	case identity:
		return readIdentity(text, scheme, target), ""
	default:
		panic("sheet: a field's target is of no known type: " + f.name)
	}
	return "", ""
}

func readDate(c cell, format string, target *calendar.Date) string {
	var ok bool
	if c.kind == cellDate {
		*target, ok = calendar.Parse(c.text)
	} else {
		*target, ok = parseDate(c.text, format)
	}
	if !ok || target.IsZero() {
		return codeDateWrong
	}
	return ""
}

func (m *Mapping) readAmount(c cell, currency money.Currency, target *money.Minor) (code, finding string) {
	decimal, ok := m.decimal(c)
	if !ok {
		return codeAmountWrong, ""
	}
	value, err := money.Parse(decimal, currency)
	*target = value
	switch {
	case errors.Is(err, money.ErrRange):
		return codeAmountRange, ""
	case errors.Is(err, money.ErrPrecision):
		return "", trade.FindingPrecision
	case err != nil:
		return codeAmountWrong, ""
	}
	return "", ""
}

func (m *Mapping) readScaled(c cell, digits int, target *int64, wrong, beyond string) (code, finding string) {
	decimal, ok := m.decimal(c)
	if !ok {
		return wrong, ""
	}
	value, err := money.ParseScaled(decimal, digits)
	*target = value
	switch {
	case errors.Is(err, money.ErrRange):
		return beyond, ""
	case errors.Is(err, money.ErrPrecision):
		return "", trade.FindingPrecision
	case err != nil:
		return wrong, ""
	}
	return "", ""
}

// plainMarks writes the typographic forms of signs and marks plainly.
var plainMarks = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2212", "-", "\u2019", "'")

// decimal gives a number with a point and no grouping. Of a text the marks are the mapping's, and grouping is by three digits or
// not at all; a blank stands for the no-break ones too.
func (m *Mapping) decimal(c cell) (string, bool) {
	if c.kind == cellNumber {
		return c.text, true
	}
	if c.kind != cellText {
		return "", false
	}
	text := plainMarks.Replace(c.text)
	sign := ""
	if text != "" && (text[0] == '-' || text[0] == '+') {
		sign, text = text[:1], strings.TrimLeft(text[1:], " ")
	}
	whole, fraction, pointed := strings.Cut(text, m.DecimalMark)
	if m.ThousandsMark != "" && strings.Contains(whole, m.ThousandsMark) {
		groups := strings.Split(whole, m.ThousandsMark)
		for i, group := range groups {
			if len(group) > 3 || len(group) < 3 && i > 0 || group == "" {
				return "", false
			}
		}
		whole = strings.Join(groups, "")
	}
	if whole == "" && fraction == "" || pointed && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return "", false
	}
	if !pointed {
		return sign + whole, true
	}
	return sign + whole + "." + fraction, true
}

func readCurrency(text string, target *money.Currency) string {
	currency, ok := money.ParseCurrency(strings.ToUpper(text))
	if !ok {
		return codeCurrencyUnknown
	}
	*target = currency
	return ""
}

// readAnswer reads an answer by its name in the API or by UNCL4343.
func readAnswer(text string, target *trade.Answer) string {
	switch strings.ToUpper(text) {
	case "ACCEPTED", "AP", "AA":
		*target = trade.AnswerAccepted
	case "AMENDED", "CA", "AC":
		*target = trade.AnswerAmended
	case "REJECTED", "RE":
		*target = trade.AnswerRejected
	default:
		return codeAnswerUnknown
	}
	return ""
}

func readCountry(text string, target country) string {
	if len(text) != 2 || text[0] < 'A' || text[0] > 'Z' || text[1] < 'A' || text[1] > 'Z' {
		return codeCountryWrong
	}
	*target.code = text
	return ""
}

var schemeName = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_. -]{0,29}$`)

// readIdentity reads an identifier of a party. Those with check characters are held against them.
func readIdentity(text, scheme string, target identity) string {
	if target.kind != 0 {
		target.party.Identifiers = append(target.party.Identifiers, document.Identifier{Kind: target.kind, Value: text})
		return ""
	}
	if scheme == "" {
		var found bool
		scheme, text, found = strings.Cut(text, ":")
		scheme, text = strings.TrimSpace(scheme), strings.TrimSpace(text)
		if !found || text == "" || !schemeName.MatchString(scheme) {
			return codeIdentifierWrong
		}
	}
	id := document.Identifier{Kind: document.IdentifierParty, Scheme: strings.ToUpper(scheme), Value: text}
	valid := true
	switch id.Scheme {
	case "VAT":
		id.Kind = document.IdentifierTax
	case "LEI", "0199":
		id.Kind, valid = document.IdentifierLegal, checkLEI(text)
	case efapiao.SchemeCreditCode:
		id.Kind, id.Value = document.IdentifierLegal, strings.ToUpper(text)
		valid = efapiao.CreditCodeValid(id.Value)
	case "GLN", "0088":
		valid = len(text) == 13 && checkGS1(text)
	}
	if !valid {
		return codeIdentifierWrong
	}
	target.party.Identifiers = append(target.party.Identifiers, id)
	return ""
}

// checkLEI tells whether text is a legal entity identifier: 20 capital letters and digits, of which the last two make the number,
// letters as 10 to 35, leave 1 modulo 97 (ISO 17442, ISO 7064).
func checkLEI(text string) bool {
	if len(text) != 20 {
		return false
	}
	remainder := 0
	for _, c := range []byte(text) {
		switch {
		case c >= '0' && c <= '9':
			remainder = (remainder*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return remainder == 1
}

// checkGS1 tells whether text is a GTIN or GLN: 8, 12, 13 or 14 digits, whose sum with weights 1 and 3 by turns from the right is a
// multiple of ten (GS1 General Specifications, 7.9).
func checkGS1(text string) bool {
	switch len(text) {
	case 8, 12, 13, 14:
	default:
		return false
	}
	sum := 0
	for i := range len(text) {
		c := text[len(text)-1-i]
		if c < '0' || c > '9' {
			return false
		}
		sum += int(c-'0') * (1 + i%2*2)
	}
	return sum%10 == 0
}

// datePart is a piece of a date's form.
type datePart struct {
	letter byte // Y, M or D; 0 for a mark; * for the rest; N for a month by its name
	digits int  // how many at most
	fixed  bool // exactly as many
	mark   string
}

// parseDateFormat cuts a form into parts. The error reads on after the form.
func parseDateFormat(format string) ([]datePart, error) {
	return cutDateFormat(format, func(c byte, run int) bool { return c == 'Y' && run == 4 || (c == 'M' || c == 'D') && run <= 2 },
		errors.New("is not made of YYYY, MM or M, DD or D, marks between them, and * at the end"))
}

// cutDateFormat cuts a form into parts, of which only those are taken that are allowed.
func cutDateFormat(format string, allowed func(c byte, run int) bool, other error) ([]datePart, error) {
	var parts []datePart
	counts := map[byte]int{}
	for rest := format; rest != ""; {
		c := rest[0]
		run := len(rest) - len(strings.TrimLeft(rest, string(rune(c))))
		switch {
		case c == '*' && run == len(rest):
			parts = append(parts, datePart{letter: '*'})
		case allowed(c, run):
			part := datePart{letter: c, digits: max(run, 2), fixed: run >= 2}
			if c == 'M' && run == 3 {
				part = datePart{letter: 'N'}
			}
			parts = append(parts, part)
		case c == '*' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			return nil, other
		default:
			_, run = utf8.DecodeRuneInString(rest)
			parts = append(parts, datePart{mark: rest[:run]})
		}
		counts[c]++
		rest = rest[run:]
	}
	if counts['Y'] != 1 || counts['M'] != 1 || counts['D'] != 1 {
		return nil, errors.New("does not name year, month and day once each")
	}
	for i, part := range parts[:len(parts)-1] {
		if part.digits > 0 && !part.fixed && parts[i+1].digits > 0 {
			return nil, errors.New("has no mark after a part of one or two digits")
		}
	}
	return parts, nil
}

// parseDate reads a date in a form that parseDateFormat has taken.
func parseDate(text, format string) (calendar.Date, bool) {
	parts, err := parseDateFormat(format)
	if err != nil {
		return 0, false
	}
	return dateByParts(text, parts)
}

// dateByParts reads a date in a form that was cut.
func dateByParts(text string, parts []datePart) (calendar.Date, bool) {
	values := map[byte]int{}
	for _, part := range parts {
		if part.letter == '*' {
			if text != "" && text[0] >= '0' && text[0] <= '9' {
				return 0, false
			}
			text = ""
			break
		}
		if part.letter == 'N' {
			if values['M'], text = cutMonth(text); values['M'] == 0 {
				return 0, false
			}
			continue
		}
		if part.digits == 0 {
			var found bool
			if text, found = strings.CutPrefix(text, part.mark); !found {
				return 0, false
			}
			continue
		}
		count := 0
		for count < part.digits && count < len(text) && text[count] >= '0' && text[count] <= '9' {
			count++
		}
		if count == 0 || part.fixed && count < part.digits {
			return 0, false
		}
		values[part.letter], _ = strconv.Atoi(text[:count])
		if part.letter == 'Y' && part.digits == 2 {
			values['Y'] = century(values['Y'])
		}
		text = text[count:]
	}
	if text != "" {
		return 0, false
	}
	return calendar.Of(values['Y'], values['M'], values['D'])
}
