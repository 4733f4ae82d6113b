// Package letter writes notices as PDF: to debtors, who assigns what to whom, and into which account it is to be paid from
// now on; and to members of a set-off run, what was set off against what. The same notice gives the same bytes on every machine: all that is printed comes from the notice, the dates in
// the file too.
package letter

import (
	"fmt"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/legal"
)

// Party is how a party is addressed. Fields other than the name may be empty.
type Party struct {
	Name       string
	Street     string
	PostalCode string
	City       string
	Country    string // ISO 3166-1 alpha-2
}

// Account is an account to pay: an IBAN or another number.
type Account struct {
	IBAN   string
	Number string
	BIC    string
	Holder string
}

// Claim is one receivable as the debtor knows it.
type Claim struct {
	Invoice string // number of the invoice; "" where there is none
	Amount  string // with its currency, as it is to be printed
	Due     string // ISO 8601; "" for none
}

// Notice is what a letter says.
type Notice struct {
	Kind      legal.NoticeKind
	Date      calendar.Date
	Reference string // to be quoted with payments and answers
	Assignor  Party  // the seller
	Assignee  Party  // the funder
	Debtor    Party
	Claim     *Claim // nil: all claims that the seller assigns
	Account   Account
	Law       legal.Law
}

// TextError says that a text can't be printed with the fonts of the program: those know Latin, Greek and Cyrillic letters, and Chinese characters.
type TextError struct {
	Field string
	Text  string
	Rune  rune
}

// Error implements error.
func (e *TextError) Error() string {
	return fmt.Sprintf("%s: %q has the character %q (U+%04X), which the letter can't show", e.Field, e.Text, e.Rune, e.Rune)
}

// Missing names a field without which there is no letter.
type Missing struct{ Field string }

// Error implements error.
func (e *Missing) Error() string { return e.Field + " is missing" }

const (
	fontSize   = 10.5
	lineHeight = 5.2  // millimetres
	margin     = 25.0 // millimetres
)

// Write gives the letter as PDF. Errors are TextError and Missing; others mean that the writer itself has failed.
func Write(n Notice) ([]byte, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	s := begun(n.title(), "en", n.Date)
	for _, p := range n.paragraphs() {
		p.write(s)
	}
	return s.ended()
}

// check refuses what can't be printed, and what leaves the debtor in doubt.
func (n *Notice) check() error {
	for _, required := range []struct{ field, text string }{
		{"assignor", n.Assignor.Name}, {"assignee", n.Assignee.Name}, {"debtor", n.Debtor.Name}, {"account", n.Account.IBAN + n.Account.Number},
		{"account holder", n.Account.Holder}, {"reference", n.Reference}, {"law", string(n.Law)},
	} {
		if strings.TrimSpace(required.text) == "" {
			return &Missing{required.field}
		}
	}
	if n.Date.IsZero() {
		return &Missing{"date"}
	}
	for _, printed := range n.texts() {
		if family, r := familyFor(printed.text); family == "" {
			return &TextError{Field: printed.field, Text: printed.text, Rune: r}
		}
	}
	return nil
}

type printed struct{ field, text string }

func (n *Notice) texts() []printed {
	texts := []printed{{"reference", n.Reference}, {"account", n.Account.IBAN + n.Account.Number + n.Account.BIC}, {"account holder", n.Account.Holder}}
	for _, p := range []struct {
		field string
		party *Party
	}{{"assignor", &n.Assignor}, {"assignee", &n.Assignee}, {"debtor", &n.Debtor}} {
		texts = append(texts, printed{p.field, p.party.Name}, printed{p.field + " street", p.party.Street}, printed{p.field + " city", p.party.PostalCode + " " + p.party.City})
	}
	if n.Claim != nil {
		texts = append(texts, printed{"invoice", n.Claim.Invoice}, printed{"amount", n.Claim.Amount})
	}
	return texts
}

// paragraph is some lines, and whether they stand out.
type paragraph struct {
	heading bool
	lines   []string
}

func (p *paragraph) write(s *sheet) {
	style := ""
	if p.heading {
		style = "B"
	}
	for _, line := range p.lines {
		s.write(line, style, fontSize, 0, lineHeight, "L")
	}
	s.Ln(lineHeight)
}

func (n *Notice) title() string {
	if n.Kind == legal.Reassignment {
		return "Notice of reassignment"
	}
	return "Notice of assignment"
}

// paragraphs is the letter as text.
func (n *Notice) paragraphs() []paragraph {
	sender := n.Assignor
	return []paragraph{
		{lines: sender.address()},
		{lines: n.Debtor.address()},
		{lines: []string{"Date: " + n.Date.String(), "Reference: " + n.Reference}},
		{heading: true, lines: []string{n.title()}},
		{lines: n.statement()},
		{heading: true, lines: []string{"Account to pay"}},
		{lines: n.account()},
		{lines: n.effect()},
		{lines: []string{"This notice is governed by the law of " + string(n.Law) + " (ISO 3166)."}},
		{lines: []string{"Please acknowledge this notice by signature and return it.", n.Assignor.Name, n.Assignee.Name}},
	}
}

func (p *Party) address() []string {
	lines := []string{p.Name}
	if p.Street != "" {
		lines = append(lines, p.Street)
	}
	if place := strings.TrimSpace(p.PostalCode + " " + p.City); place != "" {
		lines = append(lines, place)
	}
	if p.Country != "" {
		lines = append(lines, p.Country)
	}
	return lines
}

// subject is what the notice is about, for the middle of a sentence.
func (n *Notice) subject() string {
	if n.Claim == nil {
		return "all claims against you, present and future, that it sells under the reference above"
	}
	text := "its claim against you of " + n.Claim.Amount
	if n.Claim.Invoice != "" {
		text += " from invoice " + n.Claim.Invoice
	}
	if n.Claim.Due != "" {
		text += ", due on " + n.Claim.Due
	}
	return text
}

func (n *Notice) statement() []string {
	if n.Kind == legal.Reassignment {
		return []string{fmt.Sprintf("%s had assigned to %s %s. What is left of it was assigned back: from now on %s may claim it, and no other.",
			n.Assignor.Name, n.Assignee.Name, n.subject(), n.Assignor.Name)}
	}
	return []string{fmt.Sprintf("%s has assigned to %s %s. From now on %s may claim what is due, and no other.", n.Assignor.Name, n.Assignee.Name, n.subject(), n.Assignee.Name)}
}

func (n *Notice) account() []string {
	lines := []string{"Holder: " + n.Account.Holder}
	if n.Account.IBAN != "" {
		lines = append(lines, "IBAN: "+grouped(n.Account.IBAN))
	} else {
		lines = append(lines, "Account: "+n.Account.Number)
	}
	if n.Account.BIC != "" {
		lines = append(lines, "BIC: "+n.Account.BIC)
	}
	return append(lines, "Payment reference: "+n.Reference)
}

// grouped prints an IBAN in groups of four (ISO 13616).
func grouped(iban string) string {
	iban = strings.ReplaceAll(iban, " ", "")
	var groups []string
	for len(iban) > 4 {
		groups, iban = append(groups, iban[:4]), iban[4:]
	}
	return strings.Join(append(groups, iban), " ")
}

func (n *Notice) effect() []string {
	return []string{"From receipt of this notice only a payment into this account discharges your debt. Whoever pays into another account may have to pay again."}
}
