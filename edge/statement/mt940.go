package statement

import (
	"bytes"
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
	"millrace/edge/markup"
)

// field is one field of a SWIFT message: ":86:text", with its later lines.
type field struct {
	tag  string
	text string // lines are kept apart by "\n"
	line int
}

var fieldStart = regexp.MustCompile(`^:([0-9]{2}[A-Z]?|NS):`)

// looksLikeMT tells whether text begins with a block or a field of a SWIFT message.
func looksLikeMT(text []byte) bool {
	return bytes.HasPrefix(text, []byte("{1:")) || bytes.HasPrefix(text, []byte("{4:")) || bytes.HasPrefix(text, []byte(":20:")) || bytes.HasPrefix(text, []byte(":940:"))
}

// mt takes statements from the fields of messages.
type mt struct {
	name   string
	limits Limits
	file   *File
	failed *document.Error

	now    *Statement // nil between messages
	began  int        // its first line
	count  int
	report bool // MT942: within the day
}

func readMT(name string, input []byte, limits Limits) (*File, error) {
	r := mt{name: name, limits: limits, file: &File{Format: "mt940"}}
	fields := r.fields(latin(input))
	for i := 0; i < len(fields) && r.failed == nil; i++ {
		r.take(fields[i])
	}
	if r.failed == nil {
		r.end()
	}
	switch {
	case r.failed != nil:
		return nil, r.failed
	case len(r.file.Statements) == 0:
		return nil, fault(name, CodeNothingStated, 0, "", "")
	}
	return r.file, nil
}

// latin is the input as UTF-8: banks that leave SWIFT's character set write ISO 8859-1 or UTF-8.
func latin(input []byte) string {
	if text := strings.ToValidUTF8(string(input), "\uFFFD"); !strings.Contains(text, "\uFFFD") {
		return text
	}
	runes := make([]rune, len(input))
	for i, c := range input {
		runes[i] = rune(c)
	}
	return string(runes)
}

// fields cuts the text into fields; headers and trailers of messages become "" between them.
func (r *mt) fields(text string) []field {
	var fields []field
	open := 0 // line of the block that is open
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(strings.TrimRight(line, "\r\n"), " \x00\x1A\x03")
		line = strings.TrimLeft(line, "\x01\uFEFF")
		if at := strings.Index(line, "{4:"); strings.HasPrefix(line, "{") {
			fields = append(fields, field{line: number})
			if at < 0 {
				continue
			}
			open, line = number, line[at+3:]
		}
		switch match := fieldStart.FindStringSubmatch(line); {
		case line == "-" || strings.HasPrefix(line, "-}"):
			open = 0
			fields = append(fields, field{line: number})
		case match != nil:
			fields = append(fields, field{match[1], line[len(match[0]):], number})
		case line == "" || len(fields) == 0 || fields[len(fields)-1].tag == "":
			if strings.TrimSpace(line) != "" {
				r.fail(CodeFieldMisplaced, field{line: number, text: line}, "")
			}
		default:
			fields[len(fields)-1].text += "\n" + line
		}
	}
	if open > 0 {
		r.fail(CodeBlockUnfinished, field{line: open}, "")
	}
	return fields
}

// fail keeps the first error, about a field; what "" takes its first line.
func (r *mt) fail(code string, f field, what string) {
	if r.failed != nil {
		return
	}
	if what == "" {
		what, _, _ = strings.Cut(f.text, "\n")
	}
	name := ""
	if f.tag != "" {
		name = "field " + f.tag
	}
	r.failed = fault(r.name, code, f.line, name, what)
}

// missing keeps the first error, that a statement lacks a field.
func (r *mt) missing(what string) {
	if r.failed == nil {
		r.failed = fault(r.name, CodeFieldMissing, r.began, what, "")
	}
}

func (r *mt) take(f field) {
	if f.tag == "20" || f.tag == "" {
		r.end()
	}
	if f.tag == "20" {
		r.now, r.began = &Statement{ID: f.text}, f.line
		return
	}
	if r.now == nil {
		if f.tag != "" && f.tag != "940" {
			r.fail(CodeFieldMisplaced, f, "")
		}
		return
	}
	s := r.now
	switch f.tag {
	case "25", "25P":
		account, _, _ := strings.Cut(f.text, "\n")
		s.Account = strings.ReplaceAll(account, " ", "")
		if f.tag == "25P" {
			_, s.Bank, _ = strings.Cut(f.text, "\n")
		}
	case "28C", "28":
		s.Number, s.Page, _ = strings.Cut(f.text, "/")
	case "13D", "13", "34F":
		r.report, r.file.Format = true, "mt942"
		if f.tag == "34F" && len(f.text) >= 3 {
			s.Currency, _ = money.ParseCurrency(f.text[:3])
		}
	case "60F", "60M":
		s.Opening = r.balance(f)
	case "61":
		r.entry(f)
	case "86":
		r.text(f)
	case "62F", "62M":
		s.Closing = r.balance(f)
	}
}

// end finishes a statement, which must be whole.
func (r *mt) end() {
	s := r.now
	if r.now = nil; s == nil || r.failed != nil {
		return
	}
	switch {
	case s.Account == "":
		r.missing("field 25")
	case !r.report && s.Opening == nil:
		r.missing("field 60F")
	case !r.report && s.Closing == nil:
		r.missing("field 62F")
	}
	r.file.Statements = append(r.file.Statements, *s)
	if r.file.Message == "" {
		r.file.Message = s.ID
	}
}

var balanceForm = regexp.MustCompile(`^([CD])([0-9]{6})([A-Z]{3})([0-9]+,[0-9]*)$`)

func (r *mt) balance(f field) *Balance {
	parts := balanceForm.FindStringSubmatch(f.text)
	if parts == nil {
		r.fail(CodeFieldWrong, f, "")
		return nil
	}
	b := &Balance{Date: r.date(f, parts[2]), Interim: f.tag[2] == 'M'}
	currency, known := money.ParseCurrency(parts[3])
	if !known {
		r.fail(markup.CodeCurrencyUnknown, f, parts[3])
		return nil
	}
	b.Currency, b.Amount = currency, r.amount(f, parts[4], currency)
	if parts[1] == "D" {
		b.Amount = -b.Amount
	}
	r.now.Currency = currency
	return b
}

// amount reads "1234,5".
func (r *mt) amount(f field, text string, currency money.Currency) money.Minor {
	whole, fraction, _ := strings.Cut(text, ",")
	text = whole
	if fraction != "" {
		text += "." + fraction
	}
	value, err := money.Parse(text, currency)
	switch {
	case errors.Is(err, money.ErrRange):
		r.fail(markup.CodeAmountRange, f, text)
	case errors.Is(err, money.ErrPrecision):
		r.fail(CodeAmountFine, f, text)
	case err != nil:
		r.fail(CodeFieldWrong, f, text)
	}
	return value
}

// date reads YYMMDD, of this century from 80 years back on: SWIFT has no centuries, and statements are not older than 1980.
func (r *mt) date(f field, text string) calendar.Date {
	year, _ := strconv.Atoi(text[:2])
	month, _ := strconv.Atoi(text[2:4])
	day, _ := strconv.Atoi(text[4:6])
	if year += 2000; year >= 2080 {
		year -= 100
	}
	date, ok := calendar.Of(year, month, day)
	if !ok {
		r.fail(markup.CodeDateWrong, f, text)
	}
	return date
}

// entryForm is value date, booking day, mark, a letter of the currency, amount, transaction type, customer's and bank's references.
var entryForm = regexp.MustCompile(`^([0-9]{6})([0-9]{4})?(R?[CD]|E[CD])([A-Z])?([0-9]+,[0-9]*)([A-Z][A-Z0-9]{3})([^\n]*)(?:\n((?s).*))?$`)

func (r *mt) entry(f field) {
	parts := entryForm.FindStringSubmatch(f.text)
	switch {
	case parts == nil:
		r.fail(CodeFieldWrong, f, "")
		return
	case r.now.Currency == 0:
		r.fail(CodeFieldMisplaced, f, "")
		return
	}
	if r.count++; r.count > r.limits.EntriesMax {
		r.fail(CodeEntriesTooMany, f, strconv.Itoa(r.count))
		return
	}
	e := Entry{
		Value: r.date(f, parts[1]), Amount: r.amount(f, parts[5], r.now.Currency), Currency: r.now.Currency, State: Booked, Code: parts[6],
		Reversal: parts[3][0] == 'R', Text: parts[8],
	}
	if parts[3] == "D" || parts[3] == "RC" || parts[3] == "ED" { // a credit that is taken back goes out
		e.Amount = -e.Amount
	}
	if parts[3][0] == 'E' {
		e.State = Pending
	}
	e.Customer, e.Reference, _ = strings.Cut(parts[7], "//")
	e.Booking = e.Value
	if parts[2] != "" {
		e.Booking = r.booking(f, parts[2], e.Value)
	}
	r.now.Entries = append(r.now.Entries, e)
}

// booking reads MMDD in the year in which it is nearest to the value date.
func (r *mt) booking(f field, text string, value calendar.Date) calendar.Date {
	year := value.Year()
	month, _ := strconv.Atoi(text[:2])
	day, _ := strconv.Atoi(text[2:])
	best, found := calendar.Date(0), false
	for _, y := range []int{year - 1, year, year + 1} {
		date, ok := calendar.Of(y, month, day)
		if ok && (!found || distance(date, value) < distance(best, value)) {
			best, found = date, true
		}
	}
	if !found {
		r.fail(markup.CodeDateWrong, f, text)
	}
	return best
}

func distance(a, b calendar.Date) int {
	return max(calendar.DaysBetween(a, b), calendar.DaysBetween(b, a))
}

// text takes what the bank says of the entry before; what follows the closing balance is about the statement.
func (r *mt) text(f field) {
	s := r.now
	if len(s.Entries) == 0 || s.Closing != nil {
		return
	}
	e := &s.Entries[len(s.Entries)-1]
	t := Transaction{Amount: e.Amount, Currency: e.Currency, Bank: e.Reference}
	var other Counterparty
	switch subfields := germanSubfields(f.text); {
	case subfields != nil:
		e.Code = cmp.Or(subfields["code"], e.Code)
		e.Text = strings.TrimSpace(strings.Join([]string{subfields["00"], e.Text}, " "))
		other = Counterparty{Name: subfields["name"], Account: strings.ReplaceAll(subfields["31"], " ", ""), Bank: subfields["30"]}
		t.purpose(subfields["purpose"], &other)
	case strings.HasPrefix(f.text, "/"):
		t.slashed(f.text, &other)
	default:
		t.purpose(strings.ReplaceAll(f.text, "\n", " "), &other)
	}
	if t.Instruction == "" && !slices.Contains(pointers, e.Customer) {
		t.Instruction = e.Customer
	}
	if e.Amount < 0 {
		t.Creditor = other
	} else {
		t.Debtor = other
	}
	e.Transactions = append(e.Transactions, t)
}

// pointers stand in place of a customer's reference where there is none, or where the text has it.
var pointers = []string{"NONREF", "NOTPROVIDED", "EREF", "KREF", "MREF", "KREF+", "EREF+", "MREF+"}

var germanForm = regexp.MustCompile(`^([0-9]{3})([?<>@'&+])[0-9]{2}`)

// germanSubfields reads "166?00SEPA-GUTSCHRIFT?20EREF+…?32NAME": by number; "code", "purpose" and "name" put together. It is nil where
// the field is not of that form.
func germanSubfields(text string) map[string]string {
	joined := strings.ReplaceAll(text, "\n", "")
	parts := germanForm.FindStringSubmatch(joined)
	if parts == nil {
		return nil
	}
	found, before := map[string]string{"code": parts[1]}, 0
	for sub := range strings.SplitSeq(joined[3:], parts[2]) {
		if len(sub) < 2 {
			continue
		}
		number, value := sub[:2], sub[2:]
		switch {
		case number >= "20" && number <= "29" || number >= "60" && number <= "63":
			found["purpose"] = joinParts(found["purpose"], before, value)
		case number == "32" || number == "33":
			found["name"] = joinParts(found["name"], before, value)
		default:
			found[number] = value
		}
		before = len(value)
	}
	return found
}

// subfieldMax is the most characters of a subfield: one that is full may go on in the middle of a word.
const subfieldMax = 27

// joinParts puts a subfield to the ones before it, the last of which has so many bytes.
func joinParts(text string, before int, more string) string {
	if text != "" && before < subfieldMax {
		text += " "
	}
	return text + more
}

// labels are those of the parts of a purpose, as German banks put them into text.
var labels = regexp.MustCompile(`(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC)\+`)

// purpose takes a purpose apart where it has labels; else it is free text.
func (t *Transaction) purpose(text string, other *Counterparty) {
	at := labels.FindAllStringSubmatchIndex(text, -1)
	if len(at) == 0 {
		t.remit(text)
		return
	}
	t.remit(text[:at[0][0]])
	for i, span := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		value := strings.TrimSpace(text[span[1]:end])
		switch text[span[2]:span[3]] {
		case "EREF":
			t.EndToEnd = value
		case "KREF":
			t.Instruction = value
		case "MREF":
			t.Mandate = value
		case "SVWZ":
			t.remit(value)
		case "IBAN":
			other.Account = strings.ReplaceAll(value, " ", "")
		case "BIC":
			other.Bank = value
		}
	}
}

// slashed takes "/EREF/…/NAME/…/REMI/…" apart.
func (t *Transaction) slashed(text string, other *Counterparty) {
	words := strings.Split(strings.ReplaceAll(text, "\n", ""), "/")
	known := map[string]bool{"EREF": true, "REMI": true, "NAME": true, "IBAN": true, "BIC": true, "MARF": true, "PREF": true, "TRTP": true, "CSID": true, "RTRN": true,
		"CNTP": true, "PURP": true, "ORDP": true, "BENM": true, "OCMT": true, "ULTD": true, "ULTC": true, "SVCL": true, "TRCD": true, "ADDR": true, "ISDT": true}
	values, order := map[string]string{}, []string{}
	label := ""
	for _, word := range words[1:] {
		if known[word] {
			label = word
			order = append(order, label)
			continue
		}
		if values[label] != "" {
			values[label] += "/"
		}
		values[label] += word
	}
	if len(order) == 0 {
		t.remit(text)
		return
	}
	value := func(label string) string { return strings.Trim(values[label], "/ ") }
	t.EndToEnd = cmp.Or(value("EREF"), t.EndToEnd)
	t.Mandate, t.Return, t.Instruction = value("MARF"), value("RTRN"), value("PREF")
	other.Name, other.Account, other.Bank = value("NAME"), strings.ReplaceAll(value("IBAN"), " ", ""), value("BIC")
	if parts := strings.Split(value("CNTP"), "/"); len(parts) >= 3 {
		other.Account, other.Bank, other.Name = parts[0], parts[1], parts[2]
	}
	remittance := value("REMI")
	for _, form := range []string{"USTD//", "USTD/", "STRD/CUR/", "STRD/ISO/"} {
		if rest, ok := strings.CutPrefix(remittance, form); ok {
			remittance = rest
			break
		}
	}
	t.remit(remittance)
	t.remit(value(""))
}

// remit adds a line of remittance.
func (t *Transaction) remit(text string) {
	if text = strings.TrimSpace(text); text != "" {
		t.Remittance = append(t.Remittance, text)
	}
}
