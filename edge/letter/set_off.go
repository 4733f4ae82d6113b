package letter

import (
	"fmt"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"millrace/domain/calendar"
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
	Consent  string // what the party has consented by: id and kind
	Hash     string // SHA-256 of the manifest of the run's certificate
	Name     string // under which the party stands in the certificate
	Link     string // address of the run's page, for a code at the head of the PDF; "" for none
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
	pdf := begun(n.title(), n.Date)
	if n.Link != "" {
		width, _ := pdf.GetPageSize()
		if err := drawCode(pdf, n.Link, width-margin-codeSize, margin); err != nil {
			return nil, err
		}
	}
	for _, p := range n.opening(printableOr) {
		p.write(pdf)
	}
	for _, part := range n.parts() {
		heading := paragraph{heading: true, lines: []string{part.title}}
		heading.write(pdf)
		writeTable(pdf, part)
	}
	for _, p := range n.closing() {
		p.write(pdf)
	}
	return ended(pdf)
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
			fmt.Fprintf(&out, "%s: %s of %s set off, %s left; %s %s (%s)%s%s\n", e.Reference, e.SetOff, e.Amount, e.Left, part.with, e.With, e.WithID, after(", invoice ", e.Invoice), after(", due ", e.Due))
		}
		out.WriteString("\n")
	}
	write(n.closing())
	return strings.TrimRight(out.String(), "\n") + "\n", nil
}

func after(words, text string) string {
	if text == "" {
		return ""
	}
	return words + text
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

func (n *SetOff) title() string { return "Notice of set-off" }

// printableOr gives the text if the fonts can show it, else the other one.
func printableOr(text, otherwise string) string {
	if _, ok := unprintable(text); ok && text != "" {
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
	received := n.Total
	if n.Received != "" {
		received = n.Received
	}
	what := fmt.Sprintf("In set-off run %s, which was executed on %s, %s %s of what you owe and %s %s of what you are owed were set off.", n.Run, n.Date, n.Currency, n.Total, n.Currency, received)
	if n.Received == "" {
		what += " You have lost claims and are freed of debts by the same amount; no money has moved, and none has to."
	}
	basis := "The set-off rests on the agreement of all who take part, each in writing before the run was executed."
	if n.Consent != "" {
		basis += " Yours is " + n.Consent + "."
	}
	return []paragraph{
		{lines: address(&n.Operator, "The operator")},
		{lines: address(&n.Party, n.PartyID)},
		{lines: []string{"Date: " + n.Date.String(), "Run: " + n.Run, "Your identity: " + n.PartyID}},
		{heading: true, lines: []string{n.title()}},
		{lines: append([]string{what}, n.cash(shown)...)},
		{lines: []string{basis}},
	}
}

// cash says what was financed and by whom, and what is paid out.
func (n *SetOff) cash(shown func(text, otherwise string) string) []string {
	var lines []string
	if l := n.Loan; l != nil {
		lines = append(lines, fmt.Sprintf("%s %s of your debts was paid with cash that %s has lent you by financing %s, at %s %% a year. You repay it with interest on %s.",
			n.Currency, l.Amount, shown(l.Funder, l.FunderID), l.Financing, l.Rate, l.Due))
	}
	if n.Taken != "" {
		lines = append(lines, fmt.Sprintf("%s %s is owed to you in cash. %s holds it for you, and it is paid to your verified bank account.", n.Currency, n.Taken, shown(n.Holder, "The custodian")))
	}
	return lines
}

// part is one table.
type part struct {
	title, with string
	entries     []SetOffEntry
}

func (n *SetOff) parts() []part {
	return []part{
		{fmt.Sprintf("What you owed, in %s", n.Currency), "to", n.Debts},
		{fmt.Sprintf("What you were owed, in %s", n.Currency), "by", n.Claims},
	}
}

func (n *SetOff) closing() []paragraph {
	balanced := "every member pays as much as it receives"
	if n.Received != "" {
		balanced += ", but for the cash that it borrows or takes out"
	}
	return []paragraph{
		{heading: true, lines: []string{"What this means for your books"}},
		{lines: []string{
			n.means() + fmt.Sprintf(" Book each invoice above as paid by set-off on %s, in the amount that was set off, under the settlement reference of its line.", n.Date),
			"The invoices stay as they were issued, and the value added tax on them stays as it is: nothing is corrected or credited. What is left of a debt is owed as before, on the same day.",
		}},
		{heading: true, lines: []string{"How to check it"}},
		{lines: []string{
			"The certificate of the run proves that " + balanced + ", and how much could be set off at most. Its manifest has the SHA-256", n.Hash,
			"You stand in it under the name", n.Name,
		}},
	}
}

// The columns of a table, in millimetres, and their headings.
var columns = [...]struct {
	heading string
	width   float64
	align   string
}{{"Settlement reference", 26, "L"}, {"With", 38, "L"}, {"Invoice", 24, "L"}, {"Due", 18, "L"}, {"Owed", 18, "R"}, {"Set off", 18, "R"}, {"Left", 18, "R"}}

const (
	tableSize = 7.5
	rowHeight = 3.8 // millimetres, of one line
)

func writeTable(pdf *fpdf.Fpdf, p part) {
	headings := make([]string, len(columns))
	for i, c := range columns {
		headings[i] = c.heading
	}
	writeRow(pdf, "B", headings)
	for _, e := range p.entries {
		writeRow(pdf, "", []string{e.Reference, printableOr(e.With, e.WithID), printableOr(e.Invoice, ""), e.Due, e.Amount, e.SetOff, e.Left})
	}
	if len(p.entries) == 0 {
		writeRow(pdf, "", []string{"nothing", "", "", "", "", "", ""})
	}
	pdf.Ln(lineHeight)
}

// writeRow writes one row; a text that is longer than its column goes on below.
func writeRow(pdf *fpdf.Fpdf, style string, texts []string) {
	pdf.SetFont(family, style, tableSize)
	cells, height := make([][]string, len(texts)), 1
	for i, text := range texts {
		cells[i] = pdf.SplitText(text, columns[i].width-1)
		height = max(height, len(cells[i]))
	}
	_, page := pdf.GetPageSize()
	if pdf.GetY()+float64(height)*rowHeight > page-margin {
		pdf.AddPage()
	}
	left, top := pdf.GetXY()
	for i, lines := range cells {
		for n, line := range lines {
			pdf.SetXY(left, top+float64(n)*rowHeight)
			pdf.CellFormat(columns[i].width-1, rowHeight, line, "", 0, columns[i].align, false, 0, "")
		}
		left += columns[i].width
	}
	pdf.SetXY(margin, top+float64(height)*rowHeight+0.6)
}

// means says what a set-off is for the books.
func (n *SetOff) means() string {
	switch {
	case n.Loan != nil:
		return fmt.Sprintf("A set-off is a payment without cash; what you borrowed, %s %s, is a loan that you book against the same set-offs.", n.Currency, n.Loan.Amount)
	case n.Taken != "":
		return fmt.Sprintf("A set-off is a payment without cash; of your claims %s %s is not set off against debts of yours, and becomes a claim on money that is held for you.", n.Currency, n.Taken)
	}
	return "A set-off is a payment without cash."
}
