package console

import (
	"cmp"
	"slices"
	"strings"

	"millrace/domain/credit"
	"millrace/edge/view"
)

// annualAccounts are the statements of an application in one currency, line by line and year beside year.
type annualAccounts struct {
	Currency string
	Periods  []accountsPeriod
	Parts    []accountsPart
}

type accountsPeriod struct{ Name, Standard, Assurance string }

type accountsPart struct {
	Name  string
	Lines []accountsLine
}

// accountsLine has an amount for each period; "" where the line is missing.
type accountsLine struct {
	Name    string
	Amounts []string
}

// Columns are those of the table.
func (a annualAccounts) Columns() int { return 1 + len(a.Periods) }

// Period is the name of a period by its place.
func (a annualAccounts) Period(at int) string { return a.Periods[at].Name }

// Accounts are the statements, a table for each currency.
func (p applicationPage) Accounts() []annualAccounts {
	statements := slices.Clone(p.Statements)
	slices.SortStableFunc(statements, func(a, b view.StatementShown) int { return cmp.Compare(b.Until, a.Until) })
	var all []annualAccounts
	for _, s := range statements {
		if !slices.ContainsFunc(all, func(a annualAccounts) bool { return a.Currency == s.Currency }) {
			all = append(all, accountsIn(s.Currency, statements))
		}
	}
	return all
}

func accountsIn(currency string, statements []view.StatementShown) annualAccounts {
	a := annualAccounts{Currency: currency}
	statements = slices.DeleteFunc(slices.Clone(statements), func(s view.StatementShown) bool { return s.Currency != currency })
	for _, s := range statements {
		a.Periods = append(a.Periods, accountsPeriod{periodName(s.From, s.Until), s.Standard, s.Assurance})
	}
	for _, line := range credit.Lines() {
		one, known := accountsLine{Name: line.String()}, false
		for _, s := range statements {
			amount, has := s.Lines[line.String()]
			one.Amounts = append(one.Amounts, figureText(amount))
			known = known || has
		}
		if !known {
			continue
		}
		if n := len(a.Parts); n == 0 || a.Parts[n-1].Name != line.Part().String() {
			a.Parts = append(a.Parts, accountsPart{Name: line.Part().String()})
		}
		part := &a.Parts[len(a.Parts)-1]
		part.Lines = append(part.Lines, one)
	}
	return a
}

// periodName is the year of a period that is a calendar year, else its first and last day.
func periodName(from, until string) string {
	if year, first := strings.CutSuffix(from, "-01-01"); first && until == year+"-12-31" {
		return year
	}
	return from + " – " + until
}

// Figure writes a decimal number.
func (applicationPage) Figure(text string) string { return figureText(text) }

// figureText writes a decimal number with its digits in groups, and all of those after the point.
func figureText(text string) string {
	digits, below := strings.CutPrefix(text, "-")
	whole, part, split := strings.Cut(digits, ".")
	if whole == "" || strings.Trim(whole, "0123456789") != "" || strings.Trim(part, "0123456789") != "" {
		return text
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if split {
		whole += "." + part
	}
	if below {
		return "−" + whole
	}
	return whole
}
