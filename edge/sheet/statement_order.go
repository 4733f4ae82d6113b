package sheet

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/statement"
)

// statements groups bookings by account and currency, and closes each group.
func (r *statementReader) statements(list []booking) *statement.File {
	type key struct {
		account  string
		currency money.Currency
	}
	at := map[key]int{}
	var groups [][]booking
	for _, b := range list {
		k := key{b.account, b.entry.Currency}
		place, known := at[k]
		if !known {
			place = len(groups)
			at[k] = place
			groups = append(groups, nil)
		}
		groups[place] = append(groups[place], b)
	}
	file := &statement.File{}
	if len(groups) > 1 {
		for _, field := range []string{fieldOpening, fieldClosing, fieldNumber, fieldIdentity} {
			if c, told := r.told[field]; told {
				r.fail(codeStatementsSeveral, c.row, c.field, c.text)
			}
		}
	}
	if len(groups) == 0 { // a time in which nothing was booked
		file.Statements = append(file.Statements, r.empty())
	}
	for _, group := range groups {
		file.Statements = append(file.Statements, r.statement(group))
	}
	return file
}

// frame is what stands round the bookings of an account.
func (r *statementReader) frame(account string, currency money.Currency) statement.Statement {
	m := r.mapping
	s := statement.Statement{
		ID: r.toldText(fieldIdentity, ""), Number: r.toldText(fieldNumber, ""), Account: account, Bank: compact(r.toldText(fieldBank, m.Bank)), Currency: currency,
		From: r.tell(fieldFrom), To: r.tell(fieldTo),
	}
	if account == "" {
		s.Account = compact(r.toldText(fieldAccount, m.Account))
	}
	for _, one := range []struct {
		field, date string
		into        **statement.Balance
	}{{fieldOpening, fieldOpeningDate, &s.Opening}, {fieldClosing, fieldClosingDate, &s.Closing}} {
		c, told := r.told[one.field]
		if !told || currency == 0 {
			continue
		}
		value, code := r.number(c.cell, currency)
		if code != "" {
			r.fail(code, c.row, c.field, c.text)
		}
		*one.into = &statement.Balance{Amount: value, Currency: currency, Date: r.tell(one.date)}
	}
	return s
}

func (r *statementReader) empty() statement.Statement {
	text := r.toldText(fieldCurrency, r.mapping.Currency)
	currency, known := money.ParseCurrency(text)
	if !known && text != "" {
		c := r.told[fieldCurrency]
		r.fail(codeCurrencyUnknown, c.row, c.field, c.text)
	}
	return r.frame("", currency)
}

// statement puts the bookings of one account into their order and reckons its balances.
func (r *statementReader) statement(group []booking) statement.Statement {
	s := r.frame(group[0].account, group[0].entry.Currency)
	var chain []booking // what the balances are reckoned over
	var opening, closing *booking
	for i := range group {
		b := &group[i]
		switch b.kind {
		case opens, closes:
			into := &opening
			if b.kind == closes {
				into = &closing
			}
			if *into != nil {
				r.fail(codeCellRepeated, b.row, fieldBalance, "")
			}
			*into = b
		default:
			chain = append(chain, *b)
		}
	}
	if r.descends(chain) {
		slices.Reverse(chain)
	}
	for _, b := range chain {
		s.Entries = append(s.Entries, b.entry)
	}
	r.reckon(&s, chain, opening, closing)
	return s
}

// descends tells whether the newest booking stands first: as the mapping says, else as the balances prove, else as the dates do.
func (r *statementReader) descends(chain []booking) bool {
	if r.mapping.Order != "" || len(chain) < 2 {
		return r.mapping.Order == "descending"
	}
	rises, falls := false, false
	for i := 1; i < len(chain); i++ {
		switch before, after := day(&chain[i-1]), day(&chain[i]); {
		case before == 0 || after == 0:
		case before < after:
			rises = true
		case before > after:
			falls = true
		}
	}
	byDate := falls && !rises
	if !slices.ContainsFunc(chain, func(b booking) bool { return b.balance != nil }) {
		return byDate
	}
	reversed := slices.Clone(chain)
	slices.Reverse(reversed)
	upward, downward := broken(chain) == nil, broken(reversed) == nil
	switch {
	case upward != downward:
		return downward
	case upward && rises == falls && !same(chain, reversed):
		r.fail(codeOrderUnknown, chain[0].row, "", "")
	}
	return byDate
}

// same tells whether both ways of reading give the same balances.
func same(chain, reversed []booking) bool {
	one, first := firstBalance(chain)
	other, second := firstBalance(reversed)
	return first && second && one == other
}

// day is that of a booking.
func day(b *booking) calendar.Date {
	if b.entry.Booking != 0 {
		return b.entry.Booking
	}
	return b.entry.Value
}

// firstBalance reckons the balance before the first of bookings from the first balance that is told; false where none is.
func firstBalance(chain []booking) (money.Minor, bool) {
	sum := money.Minor(0)
	for i := range chain {
		b := &chain[i]
		if b.entry.State == statement.Booked {
			if sum += b.entry.Amount; sum > money.MinorMax || sum < -money.MinorMax {
				return 0, false
			}
		}
		if b.balance != nil {
			return *b.balance - sum, true
		}
	}
	return 0, false
}

// broken gives the first booking after which the balance is not that before it with its amount; nil where there is none.
func broken(chain []booking) *booking {
	sum, known := firstBalance(chain)
	if !known {
		return nil
	}
	for i := range chain {
		b := &chain[i]
		if b.entry.State == statement.Booked {
			if sum += b.entry.Amount; sum > money.MinorMax || sum < -money.MinorMax {
				return b
			}
		}
		if b.balance != nil && *b.balance != sum {
			return b
		}
	}
	return nil
}

// reckon gives a statement its balances: those that cells or rows tell, else those that the column of balances proves.
func (r *statementReader) reckon(s *statement.Statement, chain []booking, opening, closing *booking) {
	if b := broken(chain); b != nil {
		r.fail(codeBalanceBroken, b.row, r.nameOf(r.balanceColumn()), balanceText(b))
		return
	}
	tell := func(into **statement.Balance, row *booking) {
		if row == nil {
			return
		}
		if *into != nil && (*into).Amount != *row.balance {
			r.fail(codeBalanceBroken, row.row, r.nameOf(r.balanceColumn()), balanceText(row))
		}
		if *into == nil {
			*into = &statement.Balance{Amount: *row.balance, Currency: s.Currency, Date: day(row)}
		}
	}
	tell(&s.Opening, opening)
	tell(&s.Closing, closing)
	first, known := firstBalance(chain)
	if !known {
		return
	}
	if s.Opening == nil {
		s.Opening = &statement.Balance{Amount: first, Currency: s.Currency}
	} else if s.Opening.Amount != first {
		r.fail(codeBalanceBroken, chain[0].row, r.nameOf(r.balanceColumn()), balanceText(&chain[0]))
	}
	last := -1
	for i := range chain {
		if chain[i].entry.State == statement.Booked {
			last = i
		}
	}
	switch end := &chain[last]; {
	case end.balance == nil:
	case s.Closing == nil:
		s.Closing = &statement.Balance{Amount: *end.balance, Currency: s.Currency, Date: day(end)}
	case s.Closing.Amount != *end.balance:
		r.fail(codeBalanceBroken, end.row, r.nameOf(r.balanceColumn()), balanceText(end))
	case s.Closing.Date == 0:
		s.Closing.Date = day(end)
	}
}

func (r *statementReader) balanceColumn() int {
	if list := r.columns[fieldBalance]; len(list) > 0 {
		return list[0].column
	}
	return r.columns[fieldAmount][0].column
}

// balanceText is the balance that a row tells; "" where it tells none.
func balanceText(b *booking) string {
	if b.balance == nil {
		return ""
	}
	return money.Format(*b.balance, b.entry.Currency)
}
