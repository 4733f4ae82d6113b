package sheet

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/document"
)

// ProposalError lists what a table does not tell by itself.
type ProposalError struct{ Open []string }

// Error prints one open question a line.
func (e *ProposalError) Error() string {
	return "the table does not tell how it is read; save a mapping that does:\n  " + strings.Join(e.Open, "\n  ")
}

// ProposeStatementMapping makes a mapping from the headings of a table, in English, German, French, Spanish or Chinese, and from how its
// dates and numbers can be written. What is left open, because two readings are possible or none is, is in the *ProposalError; other
// errors are those of a table that can't be read at all. A proposal is for a person to look at and to save: nothing reads by it unseen.
func ProposeStatementMapping(name string, input []byte, limits Limits) (StatementMapping, error) {
	p := proposal{mapping: StatementMapping{Document: statementDocument, DateFormat: "YYYY-MM-DD", DecimalMark: "."}}
	if failed := p.find(input, limits.ofStatements()); failed != nil {
		failed.File = name
		return StatementMapping{}, failed
	}
	if p.header < 0 {
		return StatementMapping{}, &ProposalError{[]string{"no row has headings for a day and an amount"}}
	}
	p.cells()
	p.ends()
	p.currency()
	p.dates()
	p.numbers()
	p.words()
	asked := len(p.open) > 0
	for _, mistake := range p.mapping.mistakes() {
		if !asked || strings.HasPrefix(mistake, fieldCurrency+":") { // others follow from what was asked
			p.ask(mistake)
		}
	}
	if len(p.open) > 0 {
		return StatementMapping{}, &ProposalError{p.open}
	}
	return p.mapping, nil
}

// proposal is a mapping in the making.
type proposal struct {
	mapping StatementMapping
	rows    []row
	header  int // index of the row with the headings; -1
	last    int // index after the last booking
	columns map[string][]int
	open    []string
}

func (p *proposal) ask(question string) { p.open = append(p.open, question) }

// find chooses encoding and delimiter by which a row has most known headings.
func (p *proposal) find(input []byte, limits Limits) *document.Error {
	p.header = -1
	most := 0
	var refused *document.Error
	try := func(encoding, delimiter string) {
		t, failed := readTable(input, &Mapping{Encoding: encoding, Delimiter: delimiter}, limits)
		if failed != nil {
			if refused == nil || refused.Code == codeEncodingInvalid {
				refused = failed
			}
			return
		}
		for i := range t.rows {
			if t.rows[i].number > headerRowsMax {
				break
			}
			columns := headingsOf(&t.rows[i])
			if _, day := firstOf(columns, fieldBookingDate, fieldValueDate); !day || len(columns) <= most {
				continue
			}
			if _, amount := firstOf(columns, fieldAmount, fieldDebit, fieldCredit); amount {
				most, p.rows, p.header, p.columns = len(columns), t.rows, i, columns
				p.mapping.Encoding, p.mapping.Delimiter = encoding, delimiter
			}
		}
		if p.rows == nil {
			p.rows = t.rows
		}
	}
	if strings.HasPrefix(string(input[:min(4, len(input))]), "PK\x03\x04") {
		try("", "")
		if p.rows == nil {
			return refused
		}
		p.bind()
		return nil
	}
	encodings := []string{""}
	if !utf8.Valid(input) {
		encodings = []string{"windows-1252", "gb18030"} // which a heading in Chinese tells apart
	}
	for _, encoding := range encodings {
		for _, delimiter := range delimiters {
			try(encoding, string(delimiter))
		}
	}
	if p.rows == nil {
		return refused
	}
	if p.mapping.Delimiter == "\t" {
		p.mapping.Delimiter = "tab"
	}
	p.bind()
	return nil
}

func firstOf(columns map[string][]int, fields ...string) (int, bool) {
	for _, field := range fields {
		if list := columns[field]; len(list) > 0 {
			return list[0], true
		}
	}
	return 0, false
}

// inHeading is a currency in a heading, as in "Betrag (EUR)", "Amount in EUR" and "Solde EUR".
var inHeading = regexp.MustCompile(`^(.*?)\s*(?:[(（\[]\s*|\bin\s+|\s)([A-Z]{3}|€|£|元)\s*[)）\]]?$`)

// heading is a known field by its heading, with the currency that the heading names.
func heading(text string) (field, currency string) {
	if field = headingsKnown[normalHeader(text)]; field != "" {
		return field, ""
	}
	if parts := inHeading.FindStringSubmatch(text); parts != nil {
		code := parts[2]
		if known := marksKnown[code]; known != "" {
			code = known
		}
		if _, known := money.ParseCurrency(code); known {
			return headingsKnown[normalHeader(parts[1])], code
		}
	}
	return "", ""
}

// headingsOf gives the columns of a row with known headings, by field.
func headingsOf(r *row) map[string][]int {
	columns := map[string][]int{}
	for _, c := range r.cells {
		if field, _ := heading(c.text); field != "" {
			columns[field] = append(columns[field], c.column)
		}
	}
	if len(columns[fieldBookingDate]) == 0 && len(columns[fieldBookingTime]) > 0 {
		columns[fieldBookingDate] = columns[fieldBookingTime]
	}
	delete(columns, fieldBookingTime)
	return columns
}

// bind maps the columns with known headings.
func (p *proposal) bind() {
	if p.header < 0 {
		return
	}
	seen := map[string]string{} // heading by field
	times := map[string]int{}
	for _, c := range p.rows[p.header].cells {
		times[normalHeader(c.text)]++
	}
	fields := map[int]string{}
	for field, columns := range p.columns {
		for _, column := range columns {
			fields[column] = field
		}
	}
	for _, c := range p.rows[p.header].cells {
		field := fields[c.column]
		_, currency := heading(c.text)
		switch {
		case field == "":
			continue
		case seen[field] != "" && field != fieldText:
			p.ask(field + " may be the column " + quoted(seen[field]) + " or the column " + quoted(c.text))
			continue
		}
		seen[field] = c.text
		column := StatementColumn{Field: field, Header: c.text}
		if times[normalHeader(c.text)] > 1 {
			column = StatementColumn{Field: field, Letter: columnLetters(c.column)}
		}
		p.mapping.Columns = append(p.mapping.Columns, column)
		if currency != "" && p.mapping.Currency != "" && p.mapping.Currency != currency {
			p.ask("the currency may be " + p.mapping.Currency + " or " + currency)
		}
		if currency != "" {
			p.mapping.Currency = currency
		}
	}
}

func quoted(text string) string { return `"` + document.Excerpt(text) + `"` }

// cells proposes the values that stand once, above the headings.
func (p *proposal) cells() {
	seen := map[string]bool{}
	for i := range p.rows[:p.header] {
		cells := p.rows[i].cells
		for n, c := range cells {
			label := strings.TrimRight(normalHeader(c.text), " :\uFF1A")
			field := labelsKnown[label]
			if field == "" || n+1 == len(cells) || labelsKnown[strings.TrimRight(normalHeader(cells[n+1].text), " :\uFF1A")] != "" {
				continue
			}
			value := cells[n+1].text
			switch {
			case field == fieldAccount && seen[field]:
				if document.IBAN(value) == "" {
					continue // the first, or an IBAN, which names the account for everybody
				}
				p.mapping.Cells = slices.DeleteFunc(p.mapping.Cells, func(c StatementCell) bool { return c.Field == fieldAccount })
			case seen[field]:
				continue
			case field == fieldAccount && (!strings.ContainsAny(value, "0123456789") || len(p.columns[fieldOwnAccount]) > 0):
				continue
			case field == fieldCurrency:
				p.toldCurrency(value)
				continue
			}
			seen[field] = true
			p.mapping.Cells = append(p.mapping.Cells, StatementCell{Field: field, Label: c.text})
		}
	}
}

func (p *proposal) toldCurrency(text string) {
	code := strings.ToUpper(text)
	if name := currencyNames[normalHeader(text)]; name != "" {
		code = name
	}
	if _, known := money.ParseCurrency(code); known && p.mapping.Currency == "" {
		p.mapping.Currency = code
	}
}

// values gives the cells of the columns of fields, among the bookings.
func (p *proposal) values(fields ...string) []cell {
	var found []cell
	for i := p.header + 1; i < p.last; i++ {
		for _, field := range fields {
			for _, column := range p.columns[field] {
				if c, filled := p.rows[i].at(column); filled {
					found = append(found, c)
				}
			}
		}
	}
	return found
}

// ends finds where the bookings end: at a row without a day below the last one with it, if it has a text to be known by.
func (p *proposal) ends() {
	column, _ := firstOf(p.columns, fieldBookingDate, fieldValueDate)
	p.last = len(p.rows)
	for p.last > p.header+1 {
		c, filled := p.rows[p.last-1].at(column)
		if filled && (c.kind == cellDate || strings.ContainsAny(c.text[:1], "0123456789") || isMonth(c.text)) {
			break
		}
		p.last--
	}
	if p.last == len(p.rows) || len(p.rows[p.last].cells) == 0 {
		return
	}
	p.mapping.EndWords = []string{p.rows[p.last].cells[0].text}
}

func isMonth(text string) bool {
	month, _ := cutMonth(text)
	return month > 0
}

// dateFormats are how banks write days, each before those that allow more.
var dateFormats = []string{
	"YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "YYYYMMDD", "YYYY/M/D", "YYYY-M-D", "YYYY年MM月DD日", "YYYY年M月D日", "DD.MM.YYYY", "D.M.YYYY", "DD.MM.YY", "D.M.YY",
	"DD/MM/YYYY", "D/M/YYYY", "DD/MM/YY", "D/M/YY", "MM/DD/YYYY", "M/D/YYYY", "MM/DD/YY", "M/D/YY", "DD-MM-YYYY", "D-M-YYYY", "DD-MM-YY", "MM-DD-YYYY", "M-D-YYYY", "MM-DD-YY",
	"DD MMM YYYY", "D MMM YYYY", "D. MMM YYYY", "DD MMM YY", "D MMM YY", "DD-MMM-YYYY", "D-MMM-YYYY", "DD-MMM-YY", "D-MMM-YY", "DD/MMM/YYYY", "MMM D, YYYY", "MMM D YYYY",
}

// dates finds how days are written.
func (p *proposal) dates() {
	for i := range p.mapping.Columns {
		c := &p.mapping.Columns[i]
		if !statementFields[c.Field] {
			continue
		}
		format := p.dateFormat(c.Field, p.values(c.Field))
		switch {
		case format == "":
		case c.Field == fieldBookingDate || !p.mapping.mapped(fieldBookingDate):
			p.mapping.DateFormat = format
		case format != p.mapping.DateFormat:
			c.DateFormat = format
		}
	}
	if len(p.open) > 0 {
		return
	}
	parts, _ := parseStatementDateFormat(p.mapping.DateFormat)
	p.mapping.Cells = slices.DeleteFunc(p.mapping.Cells, func(c StatementCell) bool { // a day that is written otherwise is no help
		found := labelled(p.rows[:p.header], c)
		if !statementCells[c.Field] || len(found) != 1 {
			return statementCells[c.Field]
		}
		_, code := dateOfCell(found[0].cell, parts)
		return code != ""
	})
}

// dateFormat is the one form in which all cells are days; "" where none is written as a text, or the question is open.
func (p *proposal) dateFormat(field string, cells []cell) string {
	cells = slices.DeleteFunc(slices.Clone(cells), func(c cell) bool { return c.kind == cellDate })
	if len(cells) == 0 {
		return ""
	}
	var chosen string
	var days []calendar.Date
	for _, base := range dateFormats {
		for _, format := range []string{base, base + "*"} {
			found := daysBy(format, cells)
			switch {
			case found == nil:
				continue
			case chosen == "":
				chosen, days = format, found
			case !slices.Equal(days, found):
				p.ask("the days of " + field + " may be written " + chosen + " or " + format)
				return ""
			}
			break
		}
	}
	if chosen == "" {
		p.ask("the days of " + field + " are written in no form that is known, such as " + quoted(cells[0].text))
	}
	return chosen
}

// daysBy reads all cells in a form; nil where one is not of it.
func daysBy(format string, cells []cell) []calendar.Date {
	parts, err := parseStatementDateFormat(format)
	if err != nil {
		return nil
	}
	days := make([]calendar.Date, len(cells))
	for i, c := range cells {
		date, code := dateOfCell(c, parts)
		if code != "" {
			return nil
		}
		days[i] = date
	}
	return days
}

// currency finds the marks that stand with amounts, and the currency where only they tell it.
func (p *proposal) currency() {
	names := make([]string, 0, len(marksKnown))
	for mark := range marksKnown {
		names = append(names, mark)
	}
	slices.Sort(names)
	cells := p.amounts()
	for _, mark := range names {
		if !slices.ContainsFunc(cells, func(c cell) bool { return strings.Contains(c.text, mark) }) {
			continue
		}
		p.mapping.CurrencyMarks = append(p.mapping.CurrencyMarks, mark)
	}
	if len(p.columns[fieldCurrency]) > 0 {
		p.mapping.Currency = ""
		return
	}
	for _, mark := range p.mapping.CurrencyMarks {
		switch code := marksKnown[mark]; {
		case code == "", code == p.mapping.Currency:
		case p.mapping.Currency == "":
			p.mapping.Currency = code
		default:
			p.ask("the currency may be " + p.mapping.Currency + " or " + code)
		}
	}
}

// amounts gives the cells that hold money.
func (p *proposal) amounts() []cell {
	cells := p.values(fieldAmount, fieldDebit, fieldCredit, fieldBalance)
	for _, c := range p.mapping.Cells {
		if c.Field == fieldOpening || c.Field == fieldClosing {
			for _, told := range labelled(p.rows[:p.header], c) {
				cells = append(cells, told.cell)
			}
		}
	}
	return slices.DeleteFunc(cells, func(c cell) bool { return c.kind != cellText || strings.Trim(plainMarks.Replace(c.text), "-") == "" })
}

// numberMarks are decimal and thousands marks, in the order in which they are tried.
var numberMarks = [][2]string{{".", ""}, {",", ""}, {".", ","}, {",", "."}, {".", "'"}, {",", "'"}, {".", " "}, {",", " "}}

// numbers finds how amounts are written, and whether the column of debits has signs.
func (p *proposal) numbers() {
	currency := p.anyCurrency()
	cells, chosen := p.amounts(), -1
	var amounts []money.Minor
	if currency == 0 {
		return // asked for already
	}
	for i := range numberMarks {
		found := p.amountsBy(i, cells, currency)
		switch {
		case found == nil:
		case chosen < 0:
			chosen, amounts = i, found
		case !slices.Equal(amounts, found):
			p.ask("amounts such as " + quoted(cells[0].text) + " may have " + quoted(numberMarks[chosen][0]) + " or " + quoted(numberMarks[i][0]) + " as their decimal mark")
			return
		}
	}
	if chosen < 0 {
		p.ask("the amounts are written in no form that is known, such as " + quoted(cells[0].text))
		return
	}
	p.mapping.DecimalMark, p.mapping.ThousandsMark = numberMarks[chosen][0], numberMarks[chosen][1]
	r := p.reader(chosen)
	below, above := false, false
	for _, c := range p.values(fieldDebit) {
		if value, code := r.number(c, currency); code == "" {
			below, above = below || value < 0, above || value > 0
		}
	}
	if below && !above {
		p.mapping.DebitSign = "negative"
	}
}

func (p *proposal) reader(marks int) *statementReader {
	return &statementReader{mapping: &p.mapping, plain: Mapping{DecimalMark: numberMarks[marks][0], ThousandsMark: numberMarks[marks][1]}}
}

// anyCurrency is one that the table is in.
func (p *proposal) anyCurrency() money.Currency {
	text := p.mapping.Currency
	if cells := p.values(fieldCurrency); len(cells) > 0 {
		text = strings.ToUpper(cells[0].text)
	}
	currency, _ := money.ParseCurrency(text)
	return currency
}

// amountsBy reads all cells with marks; nil where one is not so written. No cells are no amounts, which fit any marks.
func (p *proposal) amountsBy(marks int, cells []cell, currency money.Currency) []money.Minor {
	r, found := p.reader(marks), []money.Minor{}
	for _, c := range cells {
		value, code := r.number(c, currency)
		if code != "" {
			return nil
		}
		found = append(found, value)
	}
	return found
}

// words proposes what stands for in and out, for states, and for rows that tell a balance.
func (p *proposal) words() {
	m := &p.mapping
	kinds := []struct {
		field string
		known []string
		into  *[]string
	}{
		{fieldDirection, creditKnown, &m.CreditWords}, {fieldDirection, debitKnown, &m.DebitWords}, {fieldState, bookedKnown, &m.BookedWords},
		{fieldState, pendingKnown, &m.PendingWords}, {fieldState, voidKnown, &m.VoidWords},
	}
	for _, field := range []string{fieldDirection, fieldState} {
		for _, c := range p.values(field) {
			known := false
			for _, kind := range kinds {
				if kind.field == field && isWord(c.text, kind.known) {
					known = true
					if !isWord(c.text, *kind.into) {
						*kind.into = append(*kind.into, c.text)
					}
				}
			}
			if !known {
				p.ask("what " + quoted(c.text) + " in the column of the " + field + " stands for")
				break
			}
		}
	}
	if m.mapped(fieldDirection) && len(m.CreditWords)+len(m.DebitWords) > 0 { // the other word may be missing from this one table
		if len(m.CreditWords) == 0 {
			m.CreditWords = creditKnown
		}
		if len(m.DebitWords) == 0 {
			m.DebitWords = debitKnown
		}
	}
	for i := p.header + 1; i < p.last; i++ {
		for _, c := range p.rows[i].cells {
			if isWord(c.text, openingKnown) && !isWord(c.text, m.OpeningWords) {
				m.OpeningWords = append(m.OpeningWords, c.text)
			}
			if isWord(c.text, closingKnown) && !isWord(c.text, m.ClosingWords) {
				m.ClosingWords = append(m.ClosingWords, c.text)
			}
		}
	}
}
