package sheet

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"millrace/domain/money"
)

// StatementMapping says how one bank's tables of bookings are read as statements. ParseStatementMapping and json.Marshal are each other's
// inverse. Words are compared with whole cells, without regard to case and white space; * at their end stands for whatever follows.
type StatementMapping struct {
	Document  string `json:"document"`             // "statement"
	Sheet     string `json:"sheet,omitempty"`      // XLSX: its name; the first visible one where it is ""
	Encoding  string `json:"encoding,omitempty"`   // CSV: as in Mapping
	Delimiter string `json:"delimiter,omitempty"`  // CSV: likewise; needed where no column has a heading
	HeaderRow int    `json:"header_row,omitempty"` // from 1; 0: the first row that has every heading
	FirstRow  int    `json:"first_row,omitempty"`  // of the bookings, where no column has a heading; 0: the first

	Columns []StatementColumn `json:"columns"`
	Cells   []StatementCell   `json:"cells,omitempty"` // values that stand once, above or below the bookings

	Account  string `json:"account,omitempty"`  // that the table is of, where neither column nor cell tells it
	Bank     string `json:"bank,omitempty"`     // BIC, likewise
	Currency string `json:"currency,omitempty"` // ISO 4217, likewise

	DateFormat    string   `json:"date_format"`              // as in Mapping, and YY for a year of two digits, MMM for a month's name
	DecimalMark   string   `json:"decimal_mark"`             // "." or ","
	ThousandsMark string   `json:"thousands_mark,omitempty"` // as in Mapping
	CurrencyMarks []string `json:"currency_marks,omitempty"` // that may stand before or after an amount, such as €

	Sign        string   `json:"sign,omitempty"`       // of the column amount: "" where what goes out is below zero, "reversed" where what comes in is
	DebitSign   string   `json:"debit_sign,omitempty"` // of the column debit: "" where it has no sign, "negative" where it is below zero
	CreditWords []string `json:"credit_words,omitempty"`
	DebitWords  []string `json:"debit_words,omitempty"`

	BookedWords  []string `json:"booked_words,omitempty"` // of the column state
	PendingWords []string `json:"pending_words,omitempty"`
	VoidWords    []string `json:"void_words,omitempty"` // of bookings that never were, such as those that were declined

	OpeningWords []string `json:"opening_words,omitempty"` // rows with one of them tell the opening balance
	ClosingWords []string `json:"closing_words,omitempty"`
	SkipWords    []string `json:"skip_words,omitempty"` // rows that are no bookings
	EndWords     []string `json:"end_words,omitempty"`  // rows at which the bookings end

	Order string `json:"order,omitempty"` // ascending: oldest first; descending; "": as dates and balances show
}

// StatementColumn maps one column, named by its heading or by its letter.
type StatementColumn struct {
	Header     string `json:"header,omitempty"`
	Letter     string `json:"letter,omitempty"` // A to XFD
	Field      string `json:"field"`
	DateFormat string `json:"date_format,omitempty"` // where it differs from the mapping's
}

// StatementCell maps one cell, named by its place or by the text beside it.
type StatementCell struct {
	Field      string `json:"field"`
	At         string `json:"at,omitempty"`          // such as B4
	Label      string `json:"label,omitempty"`       // a word
	Place      string `json:"place,omitempty"`       // of the value: "" for the next cell of the row that has one, below, or after in the label's own cell
	DateFormat string `json:"date_format,omitempty"` // where it differs from the mapping's
}

// statementDocument marks a mapping of statements.
const statementDocument = "statement"

// IsStatementMapping tells whether a mapping in JSON is one of statements, right or wrong.
func IsStatementMapping(input []byte) bool {
	var kind struct {
		Document string `json:"document"`
	}
	return json.Unmarshal(input, &kind) == nil && kind.Document == statementDocument
}

// Fields of columns and cells.
const (
	fieldBookingDate = "booking_date"
	fieldValueDate   = "value_date"
	fieldAmount      = "amount"
	fieldDebit       = "debit"
	fieldCredit      = "credit"
	fieldDirection   = "direction"
	fieldCurrency    = "currency"
	fieldBalance     = "balance"
	fieldState       = "state"
	fieldOwnAccount  = "own_account"
	fieldText        = "text"
	fieldAccount     = "account"
	fieldBank        = "bank"
	fieldOpening     = "opening"
	fieldClosing     = "closing"
	fieldOpeningDate = "opening_date"
	fieldClosingDate = "closing_date"
	fieldFrom        = "from"
	fieldTo          = "to"
	fieldNumber      = "number"
	fieldIdentity    = "identification"
)

// statementFields are those of columns, statementCells those of cells; true where they are dates.
var (
	statementFields = map[string]bool{
		fieldBookingDate: true, fieldValueDate: true, fieldAmount: false, fieldDebit: false, fieldCredit: false, fieldDirection: false, fieldCurrency: false,
		fieldBalance: false, fieldState: false, fieldOwnAccount: false, fieldText: false,
		"name": false, "account": false, "bank": false, "debtor_name": false, "debtor_account": false, "creditor_name": false, "creditor_account": false,
		"reference": false, "customer_reference": false, "end_to_end": false, "instruction": false, "mandate": false, "code": false, "description": false,
	}
	statementCells = map[string]bool{
		fieldAccount: false, fieldBank: false, fieldCurrency: false, fieldOpening: false, fieldClosing: false, fieldOpeningDate: true, fieldClosingDate: true,
		fieldFrom: true, fieldTo: true, fieldNumber: false, fieldIdentity: false,
	}
)

// ParseStatementMapping reads a mapping in JSON. date_format is YYYY-MM-DD and decimal_mark a point where they are not given. The error is
// *MappingError, which names every mistake.
func ParseStatementMapping(input []byte) (StatementMapping, error) {
	m := StatementMapping{DateFormat: "YYYY-MM-DD", DecimalMark: "."}
	tree, err := decodeObject(input)
	if err != nil {
		return StatementMapping{}, &MappingError{[]string{err.Error()}}
	}
	p := parsing{}
	p.statement(tree, &m)
	p.mistakes = append(p.mistakes, m.mistakes()...)
	if len(p.mistakes) > 0 {
		return StatementMapping{}, &MappingError{p.mistakes}
	}
	return m, nil
}

func (p *parsing) statement(object []member, m *StatementMapping) {
	texts := map[string]*string{
		"document": &m.Document, "sheet": &m.Sheet, "encoding": &m.Encoding, "delimiter": &m.Delimiter, "account": &m.Account, "bank": &m.Bank,
		"currency": &m.Currency, "date_format": &m.DateFormat, "decimal_mark": &m.DecimalMark, "thousands_mark": &m.ThousandsMark, "sign": &m.Sign,
		"debit_sign": &m.DebitSign, "order": &m.Order,
	}
	lists := m.words()
	p.members("", object, func(path string, v member) bool {
		switch {
		case texts[v.name] != nil:
			p.text(path, v.value, texts[v.name])
		case lists[v.name] != nil:
			*lists[v.name] = p.texts(path, v.value)
		case v.name == "header_row":
			p.number(path, v.value, &m.HeaderRow)
		case v.name == "first_row":
			p.number(path, v.value, &m.FirstRow)
		case v.name == "columns":
			m.Columns = nil
			p.objects(path, v.value, func(path string, object []member) {
				var c StatementColumn
				p.named(path, object, map[string]*string{"header": &c.Header, "letter": &c.Letter, "field": &c.Field, "date_format": &c.DateFormat})
				m.Columns = append(m.Columns, c)
			})
		case v.name == "cells":
			m.Cells = nil
			p.objects(path, v.value, func(path string, object []member) {
				var c StatementCell
				p.named(path, object, map[string]*string{"field": &c.Field, "at": &c.At, "label": &c.Label, "place": &c.Place, "date_format": &c.DateFormat})
				m.Cells = append(m.Cells, c)
			})
		default:
			return false
		}
		return true
	})
}

// named fills texts by their names.
func (p *parsing) named(path string, object []member, targets map[string]*string) {
	p.members(path, object, func(path string, v member) bool {
		target, known := targets[v.name]
		if known {
			p.text(path, v.value, target)
		}
		return known
	})
}

// words are the lists of words by their names in JSON.
func (m *StatementMapping) words() map[string]*[]string {
	return map[string]*[]string{
		"currency_marks": &m.CurrencyMarks, "credit_words": &m.CreditWords, "debit_words": &m.DebitWords, "booked_words": &m.BookedWords,
		"pending_words": &m.PendingWords, "void_words": &m.VoidWords, "opening_words": &m.OpeningWords, "closing_words": &m.ClosingWords,
		"skip_words": &m.SkipWords, "end_words": &m.EndWords,
	}
}

// mistakes lists what a mapping contradicts itself in, or lacks.
func (m *StatementMapping) mistakes() []string {
	p := parsing{}
	one := func(path, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			p.wrong(path, "%q is none of %s", value, strings.TrimPrefix(strings.Join(allowed, ", "), ", "))
		}
	}
	one("document", m.Document, statementDocument)
	one("encoding", m.Encoding, "", "utf-8", "windows-1252", "gb18030")
	one("sign", m.Sign, "", "reversed")
	one("debit_sign", m.DebitSign, "", "negative")
	one("order", m.Order, "", "ascending", "descending")
	if !slices.Contains([]string{"", ",", ";", "|", "\t", "tab"}, m.Delimiter) {
		p.wrong("delimiter", "%q is none of , ; | and tab", m.Delimiter)
	}
	if m.DecimalMark != "." && m.DecimalMark != "," {
		p.wrong("decimal_mark", "%q is neither . nor ,", m.DecimalMark)
	}
	if !slices.Contains([]string{"", ".", ",", "'", " "}, m.ThousandsMark) {
		p.wrong("thousands_mark", "%q is none of . , ' and a blank", m.ThousandsMark)
	}
	if m.ThousandsMark == m.DecimalMark {
		p.wrong("thousands_mark", "is the decimal mark")
	}
	if _, known := money.ParseCurrency(m.Currency); m.Currency != "" && !known {
		p.wrong("currency", "%q is not a currency of ISO 4217", m.Currency)
	}
	for path, row := range map[string]int{"header_row": m.HeaderRow, "first_row": m.FirstRow} {
		if row < 0 || row > headerRowsMax {
			p.wrong(path, "%d is not between 0 and %d", row, headerRowsMax)
		}
	}
	p.dated("date_format", m.DateFormat)
	p.statementColumns(m)
	p.statementCells(m)
	p.statementWords(m)
	slices.Sort(p.mistakes)
	return p.mistakes
}

// headerRowsMax is how far down a header row may stand.
const headerRowsMax = 1000

func (p *parsing) dated(path, format string) {
	if _, err := parseStatementDateFormat(format); err != nil {
		p.wrong(path, "%q %v", format, err)
	}
}

func (p *parsing) statementColumns(m *StatementMapping) {
	seen := map[string]bool{}
	for i, c := range m.Columns {
		at := fmt.Sprintf("columns[%d]", i)
		isDate, known := statementFields[c.Field]
		switch _, ok := columnNumber(c.Letter); {
		case (c.Header == "") == (c.Letter == ""):
			p.wrong(at, "needs either a header or a letter")
		case c.Letter != "" && !ok:
			p.wrong(at+".letter", "%q is not a column from A to XFD", c.Letter)
		}
		switch {
		case !known:
			p.wrong(at+".field", "%q is not a field of a booking", c.Field)
		case seen[c.Field] && c.Field != fieldText:
			p.wrong(at+".field", "%s is given twice", c.Field)
		case c.DateFormat != "" && !isDate:
			p.wrong(at+".date_format", "%s is not a date", c.Field)
		case c.DateFormat != "":
			p.dated(at+".date_format", c.DateFormat)
		}
		seen[c.Field] = true
	}
	headed := m.headed()
	switch {
	case len(m.Columns) == 0:
		p.wrong("columns", "there are none")
		return
	case !headed && m.HeaderRow != 0:
		p.wrong("header_row", "no column is named by a header")
	case headed && m.FirstRow != 0:
		p.wrong("first_row", "columns are named by headers, and bookings begin below them")
	case !headed && m.Delimiter == "":
		p.wrong("delimiter", "is needed where no column is named by a header")
	}
	if !seen[fieldBookingDate] && !seen[fieldValueDate] {
		p.wrong("columns", "the day is mapped by none: booking_date, value_date")
	}
	switch {
	case seen[fieldAmount] && (seen[fieldDebit] || seen[fieldCredit]):
		p.wrong("columns", "amount stands beside debit or credit")
	case !seen[fieldAmount] && !(seen[fieldDebit] && seen[fieldCredit]):
		p.wrong("columns", "the amount is mapped by none: amount, or debit and credit")
	case seen[fieldDirection] && !seen[fieldAmount]:
		p.wrong("columns", "direction stands beside debit and credit")
	}
	if seen[fieldDirection] && m.Sign != "" {
		p.wrong("sign", "the direction is told by a column")
	}
	if m.DebitSign != "" && !seen[fieldDebit] {
		p.wrong("debit_sign", "there is no column debit")
	}
	if !seen[fieldCurrency] && m.Currency == "" && !slices.ContainsFunc(m.Cells, func(c StatementCell) bool { return c.Field == fieldCurrency }) {
		p.wrong("currency", "is missing, and no column or cell gives it")
	}
}

func (p *parsing) statementCells(m *StatementMapping) {
	seen := map[string]bool{}
	for i, c := range m.Cells {
		at := fmt.Sprintf("cells[%d]", i)
		isDate, known := statementCells[c.Field]
		_, _, placed := parseReference(c.At)
		switch {
		case (c.At == "") == (c.Label == ""):
			p.wrong(at, "needs either at or a label")
		case c.At != "" && !placed:
			p.wrong(at+".at", "%q is not a cell, such as B4", c.At)
		case c.At != "" && c.Place != "":
			p.wrong(at+".place", "at is the place itself")
		case !slices.Contains([]string{"", "below", "after"}, c.Place):
			p.wrong(at+".place", "%q is none of below, after", c.Place)
		}
		switch {
		case !known:
			p.wrong(at+".field", "%q is not a value of a statement", c.Field)
		case seen[c.Field]:
			p.wrong(at+".field", "%s is given twice", c.Field)
		case c.DateFormat != "" && !isDate:
			p.wrong(at+".date_format", "%s is not a date", c.Field)
		case c.DateFormat != "":
			p.dated(at+".date_format", c.DateFormat)
		}
		seen[c.Field] = true
	}
	for field, fixed := range map[string]string{fieldAccount: m.Account, fieldBank: m.Bank, fieldCurrency: m.Currency} {
		if seen[field] && fixed != "" {
			p.wrong("cells", "%s is given by the mapping itself", field)
		}
	}
	if m.mapped(fieldOwnAccount) && (seen[fieldAccount] || m.Account != "") {
		p.wrong("columns", "the account is told by a column, and once for all")
	}
}

func (p *parsing) statementWords(m *StatementMapping) {
	for name, list := range m.words() {
		for i, word := range *list {
			if strings.Trim(word, "* ") == "" {
				p.wrong(fmt.Sprintf("%s[%d]", name, i), "%q is not a word", word)
			}
		}
	}
	together := func(field string, one, other []string, names string) {
		switch given := len(one) > 0 || len(other) > 0; {
		case given && !m.mapped(field):
			p.wrong("columns", "%s is mapped by none", field)
		case !given && m.mapped(field):
			p.wrong("columns", "%s needs %s", field, names)
		}
	}
	together(fieldDirection, m.CreditWords, m.DebitWords, "credit_words and debit_words")
	together(fieldState, m.BookedWords, append(slices.Clone(m.PendingWords), m.VoidWords...), "booked_words, pending_words or void_words")
	if m.mapped(fieldDirection) && (len(m.CreditWords) == 0) != (len(m.DebitWords) == 0) {
		p.wrong("columns", "direction needs credit_words and debit_words")
	}
}

// mapped tells whether a column gives the field.
func (m *StatementMapping) mapped(field string) bool {
	return slices.ContainsFunc(m.Columns, func(c StatementColumn) bool { return c.Field == field })
}

// headed tells whether any column is named by its heading.
func (m *StatementMapping) headed() bool {
	return slices.ContainsFunc(m.Columns, func(c StatementColumn) bool { return c.Header != "" })
}
