package view

import (
	"cmp"
	"strconv"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/product"
	"millrace/domain/rule"
	"millrace/edge/locale"
)

// PriceFee is one fee, with its tax on a line of its own.
type PriceFee struct {
	Name    string  `json:"name"`
	Payer   string  `json:"payer" doc:"who bears it"`
	To      string  `json:"to"`
	When    string  `json:"when" enum:"disbursement,due"`
	Amount  Amount  `json:"amount"`
	Tax     *Amount `json:"tax,omitempty"`
	TaxName string  `json:"tax_name,omitempty"`
}

// PriceFlow says who owes whom how much on what day, if the debtor pays on the due date.
type PriceFlow struct {
	Date   string `json:"date"`
	From   string `json:"from"`
	To     string `json:"to"`
	What   string `json:"what" enum:"advance,contribution,discount,fee,tax,collection,remittance,principal,interest,rest,reserve"`
	Name   string `json:"name,omitempty" doc:"of a fee or a tax"`
	Amount Amount `json:"amount"`
}

// AnnualCost is the annual percentage cost, or why there is no such number.
type AnnualCost struct {
	Percent string `json:"percent,omitempty" doc:"a year: the r with sum of cf / (1+r)^(days/365) = 0 over all flows that the seller bears"`
	Outcome string `json:"outcome" enum:"found,nothing_financed,above_100000_percent,below_minus_50_percent,more_than_one_rate"`
}

// String prints "5.1 %", to two digits after the point, or the outcome.
func (c AnnualCost) String() string {
	if c.Percent == "" {
		return strings.ReplaceAll(c.Outcome, "_", " ")
	}
	percent := c.Percent
	if number, err := strconv.ParseFloat(percent, 64); err == nil {
		percent = strconv.FormatFloat(number, 'f', 2, 64)
	}
	return strings.TrimRight(strings.TrimRight(percent, "0"), ".") + " %"
}

// Reasons why a whole price can't be shown.
const (
	priceDiffers = "The terms of the product give another price than the one on record, which was agreed elsewhere."
)

// requote gives the whole price of a financing again, by the terms under which it was quoted and its own figures. The rate is
// the one on record, so that no fixing or grade of another day enters; the tenor was judged with the quote.
func requote(f *funding.Financing, terms *product.Terms, code calendar.Code, from calendar.Date) (product.Quotation, product.Answer) {
	own := *terms
	own.Rate = product.RateTerms{}
	if own.LateBase != "" {
		own.LateBase, own.LateRate = "", f.LateRate
	}
	own.Fees = quotedFees(f, terms.Fees)
	own.TenorDaysMin, own.TenorDaysMax = 0, product.TenorDaysMost
	deal := product.Deal{Amount: f.Amount, Invoices: 1, Funder: f.Rate, From: from, Due: f.Due, Calendar: code}
	return own.Quote(&deal, product.Quotation{})
}

// quotedFees are the fees of terms, one on an unused line as it was quoted: how much was unused then is not on record.
func quotedFees(f *funding.Financing, fees []product.Fee) []product.Fee {
	var own []product.Fee
	for _, fee := range fees {
		if fee.Basis != product.FeeOnUnused {
			own = append(own, fee)
			continue
		}
		for i := range f.Fees {
			if f.Fees[i].Name == fee.Name {
				fee.Basis, fee.Per, fee.Rate, fee.Minimum, fee.Maximum, fee.Amount = product.FeeFlat, product.Once, 0, 0, 0, f.Fees[i].Amount
				own = append(own, fee)
			}
		}
	}
	return own
}

// agrees tells whether a quotation is the price on record.
func agrees(q *product.Quotation, f *funding.Financing) bool {
	return q.Principal == f.Principal && q.Discount == f.Discount && q.Fee == f.Fee && q.Net == f.Net && q.Due == f.Due
}

// explain adds to a price what follows from the terms: fees, cost, flows, and what happens if the debtor is late.
func (s *showing) explain(shown *Price, f *funding.Financing, from calendar.Date) {
	terms, code := s.terms(f.Product), s.calendarOf(f.Programme)
	if terms == nil || s.err != nil {
		return
	}
	q, answer := requote(f, terms, code, from)
	switch {
	case answer != product.Priced && q.CashFlow == nil:
		shown.Missing = locale.Say("The terms of the product give no price for these figures: %s.", locale.Say(answer.Reason()))
		shown.LeftOut = shown.Missing.String()
		return
	case !agrees(&q, f):
		shown.LeftOut = priceDiffers
		return
	}
	shown.take(&q, f.Currency)
}

func (p *Price) take(q *product.Quotation, c money.Currency) {
	p.From, p.Fees, p.CashFlow = day(q.From), []PriceFee{}, []PriceFlow{}
	for i := range q.Fees {
		line := &q.Fees[i]
		fee := PriceFee{
			Name: line.Name, Payer: line.Payer.String(), To: line.To.String(), When: product.WhenNames[line.When], Amount: AmountOf(line.Amount, c), TaxName: line.TaxName,
		}
		if line.Tax != 0 {
			tax := AmountOf(line.Tax, c)
			fee.Tax = &tax
		}
		p.Fees = append(p.Fees, fee)
	}
	for i := range q.CashFlow {
		flow := &q.CashFlow[i]
		p.CashFlow = append(p.CashFlow, PriceFlow{
			Date: day(flow.Date), From: flow.From.String(), To: flow.To.String(), What: flow.What.String(), Name: flow.Name, Amount: AmountOf(flow.Amount, c),
		})
	}
	if q.Interest != 0 {
		interest := AmountOf(q.Interest, c)
		p.Interest = &interest
	}
	p.AnnualCost = &AnnualCost{Outcome: q.Cost.Outcome.String()}
	if q.Cost.Outcome == product.CostFound {
		p.AnnualCost.Percent = Percent(q.Cost.Rate)
	}
	p.IfLate = q.Late.Sentence(c)
	for _, said := range q.Late.Phrases(c) {
		for i, argument := range said.Arguments {
			if rate, is := argument.(money.Rate); is {
				said.Arguments[i] = strings.TrimRight(strings.TrimRight(Percent(rate), "0"), ".") + " %"
			}
		}
		p.Late = p.Late.Then(locale.Say(said.Wording, said.Arguments...))
	}
}

// terms are those of a product; nil where there is none.
func (v *View) terms(p id.Product) (*product.Terms, error) {
	if known, found := v.products[p]; found {
		return known, nil
	}
	var terms *product.Terms
	err := rows(v, "SELECT number, record FROM product WHERE number = ?", []any{int64(p.Number())}, func(_ uint64, r *product.Product) error {
		terms = &r.Terms
		return nil
	})
	if err == nil {
		v.products[p] = terms
	}
	return terms, err
}

func (s *showing) terms(p id.Product) *product.Terms {
	terms, err := s.View.terms(p)
	s.note(err)
	return terms
}

// programme is a programme whoever sees it; nil where there is none.
func (v *View) programme(p id.Programme) (*funding.Programme, error) {
	all, err := v.allProgrammes()
	for i := range all {
		if all[i].ID == p {
			return &all[i], err
		}
	}
	return nil, err
}

func (s *showing) calendarOf(p id.Programme) calendar.Code {
	found, err := s.View.programme(p)
	s.note(err)
	if found == nil {
		return 0
	}
	return found.Calendar
}

// clauseMark stands before the name of a product's own clause in an outcome.
const clauseMark = "product."

// clauseOf finds what a product says of one of its clauses.
func clauseOf(terms *product.Terms, of string) (rule.Clause, bool) {
	name, own := strings.CutPrefix(of, clauseMark)
	if !own || terms == nil {
		return rule.Clause{}, false
	}
	for _, list := range [...][]rule.Clause{terms.Eligibility, terms.Policy} {
		for i := range list {
			if list[i].Name == name {
				return list[i], true
			}
		}
	}
	return rule.Clause{}, false
}

// showFinancingWhole is showFinancing with the price of what was paid out, too, which takes its story to reckon.
func (s *showing) showFinancingWhole(r *funding.Financing) Financing {
	shown := s.showFinancing(r)
	if shown.Price != nil && shown.Price.From == "" && shown.Price.LeftOut == "" {
		from, err := s.pricedOn(r)
		if s.note(err); err == nil {
			s.explain(shown.Price, r, cmp.Or(from, r.Value))
		}
	}
	shown.Life, shown.SellerOwes = s.life(r), s.sellerOwes(r)
	return shown
}

// pricedByRecord tells whether the record of a financing still has the day on which it was priced.
func pricedByRecord(state funding.FinancingState) bool {
	switch state {
	case funding.Referred, funding.Quoted, funding.Lapsed, funding.Accepted:
		return true
	}
	return false
}
