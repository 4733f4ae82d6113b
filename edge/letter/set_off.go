package letter

import (
	"strings"

	"millrace/domain/calendar"
	"millrace/edge/locale"
)

// SetOff is what a party is told of a run of multilateral set-off that was executed. Amounts and dates are as they are to be printed.
type SetOff struct {
	Date     calendar.Date // on which it was executed: the value date
	Run      string
	Operator Party // who has run it
	Party    Party // to whom the notice goes
	PartyID  string
	Currency string // ISO 4217
	Total    string // set off of its debts, and of its claims the same, but for cash
	Received string // set off of its claims, where that is another amount
	Loan     *SetOffLoan
	Taken    string // what it is paid in cash, by whom: an amount; "" for none
	Holder   string // who holds that for it, and pays it out
	Debts    []SetOffEntry
	Claims   []SetOffEntry
	Consent  string // id of what the party has consented by; "" for none
	Standing bool   // that consent is to every run, and not to this one alone
	Hash     string // SHA-256 of the manifest of the run's certificate
	Name     string // under which the party stands in the certificate
	Link     string // address of the run's page, for a code at the head of the PDF; "" for none
	// Language is that of the notice; nil for English.
	Language *locale.Language
}

// SetOffLoan is what a party has borrowed for a run.
type SetOffLoan struct {
	Amount    string
	Funder    string // who has lent it
	FunderID  string
	Financing string
	Rate      string // a year, in per cent
	Due       string
}

// SetOffEntry is one debt of which something was set off.
type SetOffEntry struct {
	Reference string // settlement reference
	With      string // name of the other party
	WithID    string
	Invoice   string // "" where there is none
	Due       string
	Amount    string // owed before
	SetOff    string
	Left      string
}

// WriteSetOff gives the notice as PDF. A name that the fonts of the program can't show stands there as the party's id; Text has it. Errors are
// Missing; others mean that the writer itself has failed.
func WriteSetOff(n SetOff) ([]byte, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	s := begun(n.title(), tagOf(n.Language), n.Date)
	if n.Link != "" {
		width, _ := s.GetPageSize()
		if err := drawCode(s, n.Link, width-margin-codeSize, margin); err != nil {
			return nil, err
		}
	}
	for _, p := range n.opening(printableOr) {
		p.write(s)
	}
	for _, part := range n.parts() {
		heading := paragraph{heading: true, lines: []string{part.title}}
		heading.write(s)
		n.writeTable(s, part)
	}
	for _, p := range n.closing() {
		p.write(s)
	}
	return s.ended()
}

// Text gives the notice as plain text.
func (n SetOff) Text() (string, error) {
	if err := n.check(); err != nil {
		return "", err
	}
	var out strings.Builder
	write := func(paragraphs []paragraph) {
		for _, p := range paragraphs {
			out.WriteString(strings.Join(p.lines, "\n") + "\n\n")
		}
	}
	write(n.opening(func(text, _ string) string { return text }))
	for _, part := range n.parts() {
		out.WriteString(part.title + "\n\n")
		for _, e := range part.entries {
			out.WriteString(n.line(&e, part.owed) + "\n")
		}
		out.WriteString("\n")
	}
	write(n.closing())
	return strings.TrimRight(out.String(), "\n") + "\n", nil
}

// line says of one debt, in plain text, what was set off.
func (n *SetOff) line(e *SetOffEntry, owed bool) string {
	l := n.Language
	text := l.T("%s: %s of %s set off, %s left; by %s (%s)", e.Reference, e.SetOff, e.Amount, e.Left, e.With, e.WithID)
	if owed {
		text = l.T("%s: %s of %s set off, %s left; to %s (%s)", e.Reference, e.SetOff, e.Amount, e.Left, e.With, e.WithID)
	}
	if e.Invoice != "" {
		text += l.T(", invoice %s", e.Invoice)
	}
	if e.Due != "" {
		text += l.T(", due %s", e.Due)
	}
	return text
}

func (n *SetOff) check() error {
	for _, required := range []struct{ field, text string }{
		{"run", n.Run}, {"party", n.Party.Name + n.PartyID}, {"currency", n.Currency}, {"total", n.Total}, {"certificate", n.Hash},
	} {
		if strings.TrimSpace(required.text) == "" {
			return &Missing{required.field}
		}
	}
	if n.Date.IsZero() {
		return &Missing{"date"}
	}
	return nil
}

func (n *SetOff) title() string { return n.Language.T("Notice of set-off") }

// printableOr gives the text if the fonts can show it, else the other one.
func printableOr(text, otherwise string) string {
	if text != "" && isPrintable(text) {
		return text
	}
	return otherwise
}

// opening is the notice until its tables; shown chooses between a text and what stands in for it.
func (n *SetOff) opening(shown func(text, otherwise string) string) []paragraph {
	address := func(p *Party, otherwise string) []string {
		lines := p.address()
		for i := range lines {
			lines[i] = shown(lines[i], otherwise)
		}
		return lines
	}
	l, received := n.Language, n.Total
	if n.Received != "" {
		received = n.Received
	}
	what := []string{l.T("In set-off run %s, which was executed on %s, %s %s of what you owe and %s %s of what you are owed were set off.", n.Run, n.Date.String(), n.Currency, n.Total, n.Currency, received)}
	if n.Received == "" {
		what = append(what, l.T("You have lost claims and are freed of debts by the same amount; no money has moved, and none has to."))
	}
	basis := []string{l.T("The set-off rests on the agreement of all who take part, each in writing before the run was executed.")}
	switch {
	case n.Consent != "" && n.Standing:
		basis = append(basis, l.T("Yours is the standing consent %s.", n.Consent))
	case n.Consent != "":
		basis = append(basis, l.T("Yours is the consent %s to this run.", n.Consent))
	}
	return []paragraph{
		{lines: address(&n.Operator, l.T("The operator"))},
		{lines: address(&n.Party, n.PartyID)},
		{lines: []string{l.T("Date: %s", n.Date.String()), l.T("Run: %s", n.Run), l.T("Your identity: %s", n.PartyID)}},
		{heading: true, lines: []string{n.title()}},
		{lines: append([]string{n.said(what...)}, n.cash(shown)...)},
		{lines: []string{n.said(basis...)}},
	}
}

// said puts sentences side by side, as the language does.
func (n *SetOff) said(sentences ...string) string {
	if n.Language == locale.Chinese {
		return strings.Join(sentences, "")
	}
	return strings.Join(sentences, " ")
}

// cash says what was financed and by whom, and what is paid out.
func (n *SetOff) cash(shown func(text, otherwise string) string) []string {
	var lines []string
	if loan := n.Loan; loan != nil {
		lines = append(lines, n.Language.T("%s %s of your debts was paid with cash that %s has lent you by financing %s, at %s %% a year. You repay it with interest on %s.",
			n.Currency, loan.Amount, shown(loan.Funder, loan.FunderID), loan.Financing, loan.Rate, loan.Due))
	}
	if n.Taken != "" {
		lines = append(lines, n.Language.T("%s %s is owed to you in cash. %s holds it for you, and it is paid to your verified bank account.", n.Currency, n.Taken, shown(n.Holder, n.Language.T("The custodian"))))
	}
	return lines
}

// part is one table: of what the party owed, or was owed.
type part struct {
	title   string
	owed    bool
	entries []SetOffEntry
}

func (n *SetOff) parts() []part {
	return []part{
		{n.Language.T("What you owed, in %s", n.Currency), true, n.Debts},
		{n.Language.T("What you were owed, in %s", n.Currency), false, n.Claims},
	}
}

func (n *SetOff) closing() []paragraph {
	l := n.Language
	proof := l.T("The certificate of the run proves that every member pays as much as it receives, and how much could be set off at most. Its manifest has the SHA-256")
	if n.Received != "" {
		proof = l.T("The certificate of the run proves that every member pays as much as it receives, but for the cash that it borrows or takes out, and how much could be set off at most. Its manifest has the SHA-256")
	}
	return []paragraph{
		{heading: true, lines: []string{l.T("What this means for your books")}},
		{lines: []string{
			n.said(n.means(), l.T("Book each invoice above as paid by set-off on %s, in the amount that was set off, under the settlement reference of its line.", n.Date.String())),
			l.T("The invoices stay as they were issued, and the value added tax on them stays as it is: nothing is corrected or credited. What is left of a debt is owed as before, on the same day."),
		}},
		{heading: true, lines: []string{l.T("How to check it")}},
		{lines: []string{proof, n.Hash, l.T("You stand in it under the name"), n.Name}},
	}
}

// The columns of a table, in millimetres.
var columns = [...]struct {
	width float64
	align string
}{{26, "L"}, {38, "L"}, {24, "L"}, {18, "L"}, {18, "R"}, {18, "R"}, {18, "R"}}

const (
	tableSize = 7.5
	rowHeight = 3.8 // millimetres, of one line
)

func (n *SetOff) writeTable(s *sheet, p part) {
	l := n.Language
	writeRow(s, "B", []string{l.T("Settlement reference"), l.T("Other party"), l.T("Invoice"), l.T("Due"), l.T("Owed"), l.T("Set off"), l.T("Left")})
	for _, e := range p.entries {
		writeRow(s, "", []string{e.Reference, printableOr(e.With, e.WithID), printableOr(e.Invoice, ""), e.Due, e.Amount, e.SetOff, e.Left})
	}
	if len(p.entries) == 0 {
		writeRow(s, "", []string{l.T("nothing"), "", "", "", "", "", ""})
	}
	s.Ln(lineHeight)
}

// writeRow writes one row; a text that is longer than its column goes on below.
func writeRow(s *sheet, style string, texts []string) {
	cells, height := make([][]string, len(texts)), 1
	for i, text := range texts {
		cells[i] = s.split(text, style, tableSize, columns[i].width-1)
		height = max(height, len(cells[i]))
	}
	_, page := s.GetPageSize()
	if s.GetY()+float64(height)*rowHeight > page-margin {
		s.AddPage()
	}
	left, top := s.GetXY()
	for i, lines := range cells {
		s.fontFor(texts[i], style, tableSize)
		for n, line := range lines {
			s.SetXY(left, top+float64(n)*rowHeight)
			s.CellFormat(columns[i].width-1, rowHeight, line, "", 0, columns[i].align, false, 0, "")
		}
		left += columns[i].width
	}
	s.SetXY(margin, top+float64(height)*rowHeight+0.6)
}

// means says what a set-off is for the books.
func (n *SetOff) means() string {
	switch {
	case n.Loan != nil:
		return n.Language.T("A set-off is a payment without cash; what you borrowed, %s %s, is a loan that you book against the same set-offs.", n.Currency, n.Loan.Amount)
	case n.Taken != "":
		return n.Language.T("A set-off is a payment without cash; of your claims %s %s is not set off against debts of yours, and becomes a claim on money that is held for you.", n.Currency, n.Taken)
	}
	return n.Language.T("A set-off is a payment without cash.")
}
