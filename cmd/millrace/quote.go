package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/document"
	"millrace/edge/reading"
)

// quoteCommand prices an invoice under a product file. It needs no node, reserves nothing and promises nothing.
type quoteCommand struct {
	Product  string            `required:"" help:"Product file (YAML), or the name of a product that comes with the program."`
	Invoice  string            `required:"" help:"Invoice, or order for a product that finances orders: any document that ingest reads." type:"path"`
	At       string            `required:"" help:"Day of the disbursement, as 2026-11-22."`
	Due      string            `help:"Due date, where the document has none or another one counts."`
	Rate     string            `help:"Yearly rate of the funder, as 4.35, where the product leaves it to the funder."`
	Fixing   map[string]string `help:"Fixings of base rates, as EURIBOR-3M=2.10." mapsep:","`
	Grade    uint8             `help:"Grade of the debtor, 1 (best) to 10, where a margin depends on it."`
	Unused   string            `help:"Unused part of the line, where a fee is on it."`
	Calendar string            `default:"WEEKEND" help:"The programme's business calendar: WEEKEND, TARGET, DE or CN."`
	JSON     bool              `help:"Print one object."`
}

// Run prints the price. A deal that the product does not price is an error of its own, with exit code 1.
func (c *quoteCommand) Run() error {
	terms, err := productNamed(c.Product)
	if err != nil {
		return usage{err}
	}
	invoice, err := c.read()
	if err != nil {
		return usage{err}
	}
	deal, err := c.deal(&terms, invoice)
	if err != nil {
		return usage{err}
	}
	quotation, answer := terms.Quote(deal, product.Quotation{})
	shown := show(&terms, invoice, &quotation, answer)
	if c.JSON {
		err = newLines(os.Stdout).write(shown)
	} else {
		err = shown.table(os.Stdout)
	}
	if err == nil && answer != product.Priced {
		return found{fmt.Errorf("%s: %s", answer, answer.Reason())}
	}
	return err
}

func (c *quoteCommand) read() (*document.Document, error) {
	content, err := os.ReadFile(c.Invoice)
	if err != nil {
		return nil, err
	}
	result, err := reading.Read(c.Invoice, content, reading.Limits{})
	if err != nil {
		return nil, err
	}
	return &result.Document, nil
}

// deal makes the deal of a document and the flags; the error names all that is wrong.
func (c *quoteCommand) deal(terms *product.Terms, d *document.Document) (*product.Deal, error) {
	var wrong []error
	bad := func(format string, values ...any) { wrong = append(wrong, fmt.Errorf(format, values...)) }
	deal := &product.Deal{Amount: d.Totals.Payable, Invoices: 1, Grade: c.Grade, Due: d.Due}
	switch d.Type {
	case trade.Invoice:
	case trade.Order:
		if terms.Technique != "pre_shipment_finance" {
			bad("%s is an order: only pre-shipment finance prices orders", c.Invoice)
		}
	default:
		bad("%s is a document of type %s, not an invoice", c.Invoice, d.Type)
	}
	if d.Currency != terms.Currency {
		bad("%s is in %s, the product in %s", c.Invoice, d.Currency, terms.Currency)
	}
	day := func(flag, text string) calendar.Date {
		read, ok := calendar.Parse(text)
		if !ok {
			bad("--%s: %q is not a date of the form 2026-11-22", flag, text)
		}
		return read
	}
	deal.From = day("at", c.At)
	if c.Due != "" {
		deal.Due = day("due", c.Due)
	}
	if deal.Due == 0 {
		bad("%s names no due date: give it with --due", c.Invoice)
	}
	rate := func(flag, text string) money.Rate {
		scaled, err := money.ParseScaled(strings.TrimSpace(strings.TrimSuffix(text, "%")), 4)
		if err != nil || scaled <= -int64(money.RateOne) || scaled >= int64(money.RateOne) {
			bad("--%s: %q is not a yearly rate in per cent, as 4.35", flag, text)
		}
		return money.Rate(scaled)
	}
	if c.Rate != "" {
		deal.Funder = rate("rate", c.Rate)
	} else if terms.Rate.Kind == product.RateOfFunder {
		bad("the product leaves the rate to the funder: give it with --rate")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Fixing)) {
		deal.Fixings = append(deal.Fixings, product.Fixing{Name: name, Rate: rate("fixing "+name, c.Fixing[name])})
	}
	for _, base := range []string{terms.Rate.Base, terms.LateBase} {
		if _, given := c.Fixing[base]; base != "" && !given {
			bad("the product rests on %s: give its fixing with --fixing %s=RATE", base, base)
		}
	}
	if c.Unused != "" {
		minor, err := money.Parse(c.Unused, terms.Currency)
		if err != nil || minor < 0 {
			bad("--unused: %q is not an amount in %s", c.Unused, terms.Currency)
		}
		deal.Unused = minor
	}
	code, known := calendar.ParseCode(c.Calendar)
	if !known {
		bad("--calendar: %q is not a business calendar", c.Calendar)
	}
	deal.Calendar = code
	return deal, errors.Join(wrong...)
}

// shownQuote is the whole price as it is printed. Amounts are in major units of the currency.
type shownQuote struct {
	Product     string        `json:"product"`
	Technique   string        `json:"technique"`
	Invoice     string        `json:"invoice"`
	Findings    []string      `json:"findings,omitempty"` // on the document, which keep it from being financed until they are cleared
	Currency    string        `json:"currency"`
	Answer      string        `json:"answer"`
	Amount      string        `json:"amount"`
	Advance     string        `json:"advance"`
	Discount    string        `json:"discount"`
	Interest    string        `json:"interest_at_due"`
	NetProceeds string        `json:"net_proceeds"`
	Fees        []shownFee    `json:"fees"`
	FeesTotal   string        `json:"fees_total"` // of the financed party, with taxes
	RatePPM     int64         `json:"rate_ppm"`
	At          calendar.Date `json:"at"`
	Due         calendar.Date `json:"due"`
	Days        int32         `json:"days"`
	Financed    string        `json:"cost_borne_by"`
	CostPPM     *int64        `json:"annual_cost_ppm"` // null where there is none
	Cost        string        `json:"annual_cost_outcome,omitempty"`
	CashFlow    []shownFlow   `json:"cash_flow"`
	Late        shownLate     `json:"if_late"`
}

type shownFee struct {
	Name    string `json:"name"`
	Payer   string `json:"payer"`
	To      string `json:"to"`
	When    string `json:"when"`
	Amount  string `json:"amount"`
	TaxName string `json:"tax_name,omitempty"`
	Tax     string `json:"tax"`
}

type shownFlow struct {
	Date   calendar.Date `json:"date"`
	From   string        `json:"from"`
	To     string        `json:"to"`
	What   string        `json:"what"`
	Name   string        `json:"name,omitempty"`
	Amount string        `json:"amount"`
}

type shownLate struct {
	RatePPM  int64         `json:"rate_ppm"`
	After    calendar.Date `json:"charged_if_paid_after"`
	PerDay   string        `json:"per_day"`
	Recourse calendar.Date `json:"recourse_from"` // "" where the seller is never called for the debtor's default
	Sentence string        `json:"sentence"`
}

func show(t *product.Terms, d *document.Document, q *product.Quotation, answer product.Answer) *shownQuote {
	amount := func(minor money.Minor) string { return money.Format(minor, t.Currency) }
	s := &shownQuote{
		Product: t.Name, Technique: t.Technique, Invoice: d.Number, Currency: t.Currency.String(), Answer: answer.String(), Amount: amount(d.Totals.Payable),
		Advance: amount(q.Principal), Discount: amount(q.Discount), Interest: amount(q.Interest), NetProceeds: amount(q.Net), Fees: []shownFee{}, FeesTotal: amount(q.FeeTotal),
		RatePPM: int64(q.Rate), At: q.From, Due: q.Due, Days: q.Days, Financed: q.Financed.String(), CashFlow: []shownFlow{},
	}
	s.Late = shownLate{int64(q.Late.Rate), q.Late.After, amount(q.Late.PerDay), q.Late.Recourse, q.Late.Sentence(t.Currency)}
	for _, f := range d.Findings {
		s.Findings = append(s.Findings, f.Code)
	}
	for _, f := range q.Fees {
		s.Fees = append(s.Fees, shownFee{f.Name, f.Payer.String(), f.To.String(), product.WhenNames[f.When], amount(f.Amount), f.TaxName, amount(f.Tax)})
	}
	for _, f := range q.CashFlow {
		s.CashFlow = append(s.CashFlow, shownFlow{f.Date, f.From.String(), f.To.String(), f.What.String(), f.Name, amount(f.Amount)})
	}
	if len(q.CashFlow) == 0 { // it was not priced so far
		return s
	}
	s.Cost = q.Cost.Outcome.String()
	if q.Cost.Outcome == product.CostFound {
		ppm := int64(q.Cost.Rate)
		s.CostPPM = &ppm
	}
	return s
}

// table prints the price for people.
func (s *shownQuote) table(to io.Writer) error {
	out := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	line := func(format string, values ...any) { fmt.Fprintf(out, format+"\n", values...) } // the writer keeps its error for Flush
	line("%s\tinvoice %s, %s %s", s.Product, s.Invoice, s.Amount, s.Currency)
	if len(s.Findings) > 0 {
		line("findings\t%s: to be cleared before it is financed", strings.Join(s.Findings, ", "))
	}
	line("paid out\t%s on %s, due %s, %d days at %s a year", s.NetProceeds, s.At, s.Due, s.Days, money.Rate(s.RatePPM))
	line("advance\t%s\ndiscount\t%s\ninterest when due\t%s\nfees and taxes\t%s", s.Advance, s.Discount, s.Interest, s.FeesTotal)
	if s.CostPPM != nil {
		line("annual cost\t%s, borne by the %s", money.Rate(*s.CostPPM), s.Financed)
	} else {
		line("annual cost\t%s", s.Cost)
	}
	line("if late\t%s", s.Late.Sentence)
	line("\nwhen\tfrom\tto\twhat\tamount")
	for _, f := range s.CashFlow {
		line("%s\t%s\t%s\t%s\t%s", f.Date, f.From, f.To, strings.TrimSpace(f.What+" "+f.Name), f.Amount)
	}
	return out.Flush()
}
