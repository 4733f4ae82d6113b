package console

import (
	"bytes"
	"html/template"
	"io"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/report"
	"millrace/edge/view"
)

// reportLinesMax is the most lines of a report that one page shows; its CSV has them all.
const reportLinesMax = 150

// ageingLinesMax is as many of the ageing, whose lines stand open on a page with other reports.
const ageingLinesMax = 40

// reportsPage shows the reports of one party, or of all, for a period.
type reportsPage struct {
	reportsAsked
	Balance   []trialBalance
	Ageing    view.Ageing
	Standards []standard
	Buyers    []*view.Ref // whose tables the caller may ask for
	Tables    *supplierFinance
	Cut       bool // of the trial balance
	AgeingCut bool
	economics
}

func (reportsPage) title() string { return "Reports" }

// reportsAsked is what was asked for, with what stands in the place of what was left out.
type reportsAsked struct {
	Party    string // as it was written; "" for all that the caller sees
	From     string
	Until    string
	Standard string
	Note     string // what could not be understood
	Everyone bool   // the caller may ask for any party
	Buys     bool   // the caller may see tables on supplier finance

	entity      id.Party
	from, until calendar.Date
}

// standard is an accounting standard that can be chosen.
type standard struct{ Code, Name string }

var standards = []standard{{"ifrs", "IFRS (IAS 7, IFRS 7)"}, {"us-gaap", "US GAAP (ASU 2022-04)"}}

// trialBalance is that of one entity in one currency.
type trialBalance struct {
	Entity        *view.Ref
	Lines         []view.BalanceLine
	Debit, Credit view.Amount
}

// supplierFinance are a buyer's tables: the arrangements in words, and rows of figures by currency.
type supplierFinance struct {
	view.SupplierFinance
	Arrangements []arrangement
	Rows         []disclosed
}

type arrangement struct{ Name, Terms, Security string }

type disclosed struct {
	view.DisclosureRow
	AtBeginning, AtEnd, During template.HTML
}

// reportsAsked reads the address. Until is the business date, and from the first day of its year, where they are left out.
func (v *visit) reportsAsked() (reportsAsked, error) {
	today, err := v.Date()
	if err != nil {
		return reportsAsked{}, err
	}
	a := reportsAsked{Standard: standards[0].Code, Everyone: v.caller.SeesAll(), entity: v.caller.Party, until: today}
	a.Buys = a.Everyone || v.caller.Views()&party.Buyer != 0
	dateOf := func(name string, otherwise calendar.Date) calendar.Date {
		text := v.asked(name)
		if text == "" {
			return otherwise
		}
		date, ok := calendar.Parse(text)
		if !ok {
			a.Note = v.w.T("“%s” is no date; one looks like %s.", text, today)
			return otherwise
		}
		return date
	}
	a.until = dateOf("until", today)
	first, _ := calendar.Of(a.until.Year(), 1, 1)
	a.from = dateOf("from", first)
	if a.from > a.until {
		a.Note, a.from = "The period ends before it begins; it is shown from the first day of the year.", first
	}
	for _, one := range standards {
		if v.asked("standard") == one.Code {
			a.Standard = one.Code
		}
	}
	a.From, a.Until = a.from.String(), a.until.String()
	if !a.Everyone {
		return a, nil
	}
	a.Party, a.entity = v.asked("party"), 0
	found, note, err := v.partiesOf(a.Party)
	if note != "" {
		a.Note = note
	}
	if len(found) > 0 {
		a.entity = found[0]
	}
	return a, err
}

func showReports(v *visit) (any, error) {
	asked, err := v.reportsAsked()
	if err != nil {
		return nil, err
	}
	p, notYet, err := behind(v, "Reports", asked.whole()+" "+v.w.Tag, func(v *visit) (reportsPage, error) { return v.reports(asked) })
	if notYet != nil || err != nil {
		return notYet, err
	}
	p.reportsAsked = asked // the note is of this time
	return p, nil
}

// reports reads all of the page.
func (v *visit) reports(asked reportsAsked) (reportsPage, error) {
	p := reportsPage{reportsAsked: asked, Standards: standards}
	balance, err := v.TrialBalance(v.caller, asked.entity, asked.until)
	if err != nil {
		return p, err
	}
	p.Balance, p.Cut = balances(balance.Lines)
	if p.Ageing, err = v.Ageing(v.caller, asked.entity); err != nil {
		return p, err
	}
	if p.AgeingCut = len(p.Ageing.Lines) > ageingLinesMax; p.AgeingCut {
		p.Ageing.Lines = p.Ageing.Lines[:ageingLinesMax]
	}
	if p.economics, err = v.economics(&asked); err != nil {
		return p, err
	}
	if p.Buys && p.entity != 0 {
		p.Tables, err = v.supplierFinance(asked)
	}
	if err == nil && p.Everyone && p.entity == 0 {
		p.Buyers, err = v.anchors()
	}
	return p, err
}

// anchors are the buyers of all programmes.
func (v *visit) anchors() ([]*view.Ref, error) {
	programmes, err := v.Programmes(v.caller, view.Query{Order: view.OldestFirst, Limit: rowsMax})
	var found []*view.Ref
	known := map[string]bool{}
	for _, p := range programmes.Items {
		if p.Anchor != nil && !known[p.Anchor.ID] {
			known[p.Anchor.ID] = true
			found = append(found, p.Anchor)
		}
	}
	return found, err
}

// balances adds the lines up by entity and currency, and tells whether some are left out.
func balances(lines []view.BalanceLine) ([]trialBalance, bool) {
	var all []trialBalance
	cut := false
	for i, line := range lines {
		last := len(all) - 1
		if last < 0 || all[last].Entity.ID != line.Entity.ID || all[last].Debit.Currency != line.Debit.Currency {
			if i >= reportLinesMax {
				cut = true
				break
			}
			none := view.Amount{Currency: line.Debit.Currency}
			all = append(all, trialBalance{Entity: line.Entity, Debit: none, Credit: none})
			last++
		}
		b := &all[last]
		b.Lines = append(b.Lines, line)
		b.Debit, b.Credit = plus(b.Debit, line.Debit), plus(b.Credit, line.Credit)
	}
	return all, cut
}

// plus adds amounts of one currency.
func plus(a, b view.Amount) view.Amount {
	currency, _ := money.ParseCurrency(b.Currency)
	return view.AmountOf(money.Add(money.Minor(a.Minor), money.Minor(b.Minor)), currency)
}

func (v *visit) supplierFinance(asked reportsAsked) (*supplierFinance, error) {
	made, err := v.SupplierFinance(v.caller, asked.entity, asked.Standard, asked.from, asked.until)
	if err == view.ErrNotFound { // no such party
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	shown := &supplierFinance{SupplierFinance: made}
	for _, row := range made.Rows {
		if row.Unit != "words" {
			shown.Rows = append(shown.Rows, disclosed{row, v.w.figure(row, row.Beginning), v.w.figure(row, row.End), v.w.figure(row, row.Period)})
			continue
		}
		last := len(shown.Arrangements) - 1
		if last < 0 || shown.Arrangements[last].Name != row.Detail {
			shown.Arrangements = append(shown.Arrangements, arrangement{Name: row.Detail, Terms: row.Text})
		} else {
			shown.Arrangements[last].Security = row.Text
		}
	}
	return shown, nil
}

// figure prints a cell of the tables; nothing where the row has none.
func (w wording) figure(row view.DisclosureRow, text view.Figure) template.HTML {
	switch {
	case text == "":
		return ""
	case row.Unit == "amount":
		return w.amount(view.Amount{Currency: row.Currency, Text: string(text)})
	case row.Unit == "days":
		if days, err := strconv.Atoi(string(text)); err == nil {
			return template.HTML(w.Many(int64(days), "day"))
		}
	case row.Unit == "share":
		return template.HTML(template.HTMLEscapeString(decimal(strings.TrimSuffix(string(text), " %")))) + " %"
	}
	return template.HTML(template.HTMLEscapeString(string(text)))
}

// csvFile makes the file of a report.
func csvFile(name string, write func(io.Writer) error) (any, error) {
	var written bytes.Buffer
	err := write(&written)
	return file{name + ".csv", written.Bytes()}, err
}

func showTrialBalanceFile(v *visit) (any, error) {
	asked, err := v.reportsAsked()
	if err != nil {
		return nil, err
	}
	balance, err := v.TrialBalance(v.caller, asked.entity, asked.until)
	if err != nil {
		return nil, err
	}
	return csvFile("trial-balance-"+asked.Until, func(w io.Writer) error { return report.CSV(w, report.Rows(balance.Lines)) })
}

func showAgeingFile(v *visit) (any, error) {
	asked, err := v.reportsAsked()
	if err != nil {
		return nil, err
	}
	ageing, err := v.Ageing(v.caller, asked.entity)
	if err != nil {
		return nil, err
	}
	return csvFile("ageing-"+ageing.Date, func(w io.Writer) error { return report.CSV(w, report.Rows(ageing.Lines)) })
}

func showGeneralLedgerFile(v *visit) (any, error) {
	asked, err := v.reportsAsked()
	if err != nil {
		return nil, err
	}
	return csvFile("general-ledger-"+asked.From+"-"+asked.Until, func(w io.Writer) error {
		return report.CSV(w, v.GeneralLedger(v.caller, asked.entity, asked.from, asked.until))
	})
}

func showSupplierFinanceFile(v *visit) (any, error) {
	asked, err := v.reportsAsked()
	if err != nil {
		return nil, err
	}
	made, err := v.SupplierFinance(v.caller, asked.entity, asked.Standard, asked.from, asked.until)
	if err != nil {
		return nil, err
	}
	return csvFile("supplier-finance-"+asked.Standard+"-"+asked.From+"-"+asked.Until, func(w io.Writer) error {
		return report.CSV(w, report.Rows(made.Rows))
	})
}
