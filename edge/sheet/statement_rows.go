package sheet

import (
	"errors"
	"strings"
	"unicode/utf8"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/statement"
)

// rowReader reads the values of one row.
type rowReader struct {
	*statementReader
	row *row
}

// booking reads one row; false where it is none, or is wrong.
func (r *statementReader) booking(row *row) (booking, bool) {
	m := r.mapping
	if says(row, m.SkipWords) {
		return booking{}, false
	}
	faults := len(r.faults)
	if last := row.cells[len(row.cells)-1]; r.table.parted && r.width > 0 && last.column >= r.width {
		r.fail(codeRowWide, row.number, r.nameOf(last.column), last.text)
	}
	v := rowReader{r, row}
	b := booking{row: row.number}
	switch {
	case says(row, m.OpeningWords):
		b.kind = opens
	case says(row, m.ClosingWords):
		b.kind = closes
	}
	b.account = compact(v.text(fieldOwnAccount))
	b.entry.Currency = v.currency()
	if b.kind == booked {
		v.entry(&b.entry)
	} else {
		b.entry.Booking = v.date(fieldBookingDate)
	}
	if b.entry.State == 0 && b.kind == booked && len(r.faults) == faults {
		return booking{}, false // void
	}
	b.balance = v.balance(&b)
	return b, len(r.faults) == faults
}

// compact is an account without blanks.
func compact(text string) string { return strings.ReplaceAll(text, " ", "") }

// cell gives the cell of a field, and the name of its column; false where it is empty or not mapped.
func (v rowReader) cell(field string) (cell, *bookingColumn, bool) {
	for _, b := range v.columns[field] {
		if c, filled := v.row.at(b.column); filled {
			return c, b, true
		}
	}
	return cell{}, nil, false
}

func (v rowReader) wrong(code string, c cell) { v.fail(code, v.row.number, v.nameOf(c.column), c.text) }

// missing says that a mapped column is empty.
func (v rowReader) missing(field string) {
	name := field
	if list := v.columns[field]; len(list) > 0 {
		name = v.nameOf(list[0].column)
	}
	v.fail(codeValueMissing, v.row.number, name, "")
}

// entry reads what was booked; its state is 0 where it never was.
func (v rowReader) entry(e *statement.Entry) {
	if e.State = v.state(); e.State == 0 {
		return
	}
	e.Booking, e.Value = v.date(fieldBookingDate), v.date(fieldValueDate)
	if e.State == statement.Booked && e.Booking == 0 && len(v.columns[fieldBookingDate]) > 0 {
		if _, _, filled := v.cell(fieldBookingDate); !filled {
			v.missing(fieldBookingDate)
		}
	}
	if e.State == statement.Booked && e.Value == 0 && len(v.columns[fieldBookingDate]) == 0 {
		if _, _, filled := v.cell(fieldValueDate); !filled {
			v.missing(fieldValueDate)
		}
	}
	e.Amount = v.amount(e.Currency)
	e.Reference, e.Customer, e.Code, e.Text = v.text("reference"), v.text("customer_reference"), v.text("code"), v.text("description")
	t := statement.Transaction{
		Amount: e.Amount, Currency: e.Currency, EndToEnd: v.text("end_to_end"), Instruction: v.text("instruction"), Mandate: v.text("mandate"), Bank: e.Reference,
		Debtor:   statement.Counterparty{Name: v.text("debtor_name"), Account: compact(v.text("debtor_account"))},
		Creditor: statement.Counterparty{Name: v.text("creditor_name"), Account: compact(v.text("creditor_account"))},
	}
	if v.hasOther() {
		other := statement.Counterparty{Name: v.text("name"), Account: compact(v.text(fieldAccount)), Bank: compact(v.text(fieldBank))}
		if e.Amount < 0 {
			t.Creditor = other
		} else {
			t.Debtor = other
		}
	}
	for _, b := range v.columns[fieldText] {
		if c, filled := v.row.at(b.column); filled {
			if text, code := textOfCell(c); code != "" {
				v.wrong(code, c)
			} else {
				t.Remittance = append(t.Remittance, text)
			}
		}
	}
	e.Transactions = []statement.Transaction{t}
}

// hasOther tells whether a column names the other party, whoever of the two that is.
func (v rowReader) hasOther() bool {
	return len(v.columns["name"])+len(v.columns[fieldAccount])+len(v.columns[fieldBank]) > 0
}

// state reads how far a booking has come; 0 where it never was one.
func (v rowReader) state() statement.State {
	if len(v.columns[fieldState]) == 0 {
		return statement.Booked
	}
	c, _, filled := v.cell(fieldState)
	switch {
	case !filled:
		v.missing(fieldState)
	case isWord(c.text, v.mapping.BookedWords):
		return statement.Booked
	case isWord(c.text, v.mapping.PendingWords):
		return statement.Pending
	case !isWord(c.text, v.mapping.VoidWords):
		v.wrong(codeStateUnknown, c)
	}
	return 0
}

func (v rowReader) text(field string) string {
	c, _, filled := v.cell(field)
	if !filled {
		return ""
	}
	text, code := textOfCell(c)
	if code != "" {
		v.wrong(code, c)
	}
	return text
}

// textOfCell reads a text, or the code of what is wrong.
func textOfCell(c cell) (text, code string) {
	switch {
	case c.kind == cellFault:
		return "", codeCellFault
	case c.kind == cellLong, c.kind == cellText && shortened.MatchString(c.text):
		return "", codeValueShortened
	case utf8.RuneCountInString(c.text) > charactersMax:
		return "", codeValueLong
	}
	return strings.Join(strings.Fields(c.text), " "), ""
}

// date reads a date; 0 where the cell is empty.
func (v rowReader) date(field string) calendar.Date {
	c, b, filled := v.cell(field)
	if !filled {
		return 0
	}
	date, code := dateOfCell(c, b.parts)
	if code != "" {
		v.wrong(code, c)
	}
	return date
}

// dateOfCell reads a date in a form, or the code of what is wrong.
func dateOfCell(c cell, parts []datePart) (calendar.Date, string) {
	var date calendar.Date
	ok := false
	switch c.kind {
	case cellFault:
		return 0, codeCellFault
	case cellDate:
		date, ok = calendar.Parse(c.text)
	default:
		date, ok = dateByParts(c.text, parts)
	}
	if !ok || date.IsZero() {
		return 0, codeDateWrong
	}
	return date, ""
}

// currency of the row: its own, else the one told once.
func (v rowReader) currency() money.Currency {
	c, _, filled := v.cell(fieldCurrency)
	name := v.nameOf(c.column)
	row := v.row.number
	text := c.text
	switch {
	case filled:
	case v.told[fieldCurrency].text != "":
		told := v.told[fieldCurrency]
		text, name, row = told.text, told.field, told.row
	case v.mapping.Currency != "":
		text = v.mapping.Currency
	default:
		v.missing(fieldCurrency)
		return 0
	}
	currency, known := money.ParseCurrency(strings.ToUpper(text))
	if !known {
		v.fail(codeCurrencyUnknown, row, name, text)
	}
	return currency
}

// number reads an amount of a currency, with the sign that stands there.
func (r *statementReader) number(c cell, currency money.Currency) (money.Minor, string) {
	switch c.kind {
	case cellFault:
		return 0, codeCellFault
	case cellLong:
		return 0, codeValueShortened
	}
	negative := false
	if c.kind == cellText {
		c.text, negative = r.unmarked(c.text)
	}
	decimal, ok := r.plain.decimal(c)
	if !ok {
		return 0, codeAmountWrong
	}
	if negative {
		if strings.HasPrefix(decimal, "-") || strings.HasPrefix(decimal, "+") {
			return 0, codeAmountWrong
		}
		decimal = "-" + decimal
	}
	value, err := money.Parse(decimal, currency)
	switch {
	case errors.Is(err, money.ErrRange):
		return 0, codeAmountRange
	case errors.Is(err, money.ErrPrecision):
		return 0, codeAmountFine
	case err != nil:
		return 0, codeAmountWrong
	}
	return value, ""
}

// unmarked takes the marks of currencies off an amount, and the two ways of writing one below zero that are not a sign in front:
// parentheses round it, and a sign behind it.
func (r *statementReader) unmarked(text string) (string, bool) {
	text = strings.TrimSpace(plainMarks.Replace(text))
	inner, open := strings.CutPrefix(text, "(")
	inner, shut := strings.CutSuffix(inner, ")")
	if open && shut {
		return r.withoutMarks(inner), true
	}
	text = r.withoutMarks(text)
	if inner, behind := strings.CutSuffix(text, "-"); behind {
		return r.withoutMarks(inner), true
	}
	return strings.TrimSpace(strings.TrimSuffix(text, "+")), false
}

// withoutMarks takes a mark off either end of an amount; a sign may stand before it.
func (r *statementReader) withoutMarks(text string) string {
	text = strings.TrimSpace(text)
	sign := ""
	if text != "" && (text[0] == '-' || text[0] == '+') {
		sign, text = text[:1], strings.TrimSpace(text[1:])
	}
	for _, mark := range r.mapping.CurrencyMarks {
		if rest, found := strings.CutPrefix(text, mark); found {
			text = strings.TrimSpace(rest)
			break
		}
		if rest, found := strings.CutSuffix(text, mark); found {
			text = strings.TrimSpace(rest)
			break
		}
	}
	return sign + text
}

// amount reads what was booked: above zero came in.
func (v rowReader) amount(currency money.Currency) money.Minor {
	if currency == 0 {
		return 0 // said already
	}
	if len(v.columns[fieldAmount]) == 0 {
		return v.twoColumns(currency)
	}
	c, _, filled := v.cell(fieldAmount)
	if !filled {
		v.missing(fieldAmount)
		return 0
	}
	value, code := v.number(c, currency)
	if code != "" {
		v.wrong(code, c)
		return 0
	}
	if len(v.columns[fieldDirection]) > 0 {
		return v.directed(value, c)
	}
	if v.mapping.Sign == "reversed" {
		return -value
	}
	return value
}

// directed turns an amount by the column that tells its direction.
func (v rowReader) directed(value money.Minor, amount cell) money.Minor {
	if value < 0 {
		v.wrong(codeSignWrong, amount)
	}
	c, _, filled := v.cell(fieldDirection)
	switch {
	case !filled:
		v.missing(fieldDirection)
	case isWord(c.text, v.mapping.CreditWords) == isWord(c.text, v.mapping.DebitWords):
		v.wrong(codeDirectionUnknown, c)
	case isWord(c.text, v.mapping.DebitWords):
		return -value
	}
	return value
}

// twoColumns reads an amount from the column of what came in, or that of what went out.
func (v rowReader) twoColumns(currency money.Currency) money.Minor {
	var values [2]money.Minor
	var cells [2]cell
	filled := [2]bool{}
	for i, field := range []string{fieldCredit, fieldDebit} {
		c, _, found := v.cell(field)
		if !found || c.kind == cellText && strings.Trim(plainMarks.Replace(c.text), "-") == "" { // a dash stands for nothing
			continue
		}
		value, code := v.number(c, currency)
		if code != "" {
			v.wrong(code, c)
			return 0
		}
		if field == fieldDebit && v.mapping.DebitSign == "negative" {
			value = -value
		}
		if value < 0 {
			v.wrong(codeSignWrong, c)
			return 0
		}
		values[i], cells[i], filled[i] = value, c, true
	}
	switch {
	case !filled[0] && !filled[1]:
		v.missing(fieldCredit)
	case values[0] != 0 && values[1] != 0:
		v.wrong(codeAmountTwice, cells[1])
	}
	return values[0] - values[1]
}

// balance reads the balance after a booking, or that of a row which tells one; nil where there is none.
func (v rowReader) balance(b *booking) *money.Minor {
	field := fieldBalance
	c, _, filled := v.cell(field)
	if !filled && b.kind != booked {
		field = fieldAmount
		c, _, filled = v.cell(field)
	}
	switch {
	case b.kind == booked && b.entry.State != statement.Booked || b.entry.Currency == 0:
		return nil
	case !filled && b.kind != booked:
		v.missing(fieldBalance)
		return nil
	case !filled:
		return nil
	}
	value, code := v.number(c, b.entry.Currency)
	if code != "" {
		v.wrong(code, c)
		return nil
	}
	if field == fieldAmount && v.mapping.Sign == "reversed" {
		value = -value
	}
	return &value
}
