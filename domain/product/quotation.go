package product

import (
	"fmt"
	"strings"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Deal is what is to be priced. Amounts are in minor units of the terms' currency.
type Deal struct {
	Amount   money.Minor // of the receivable, order or stock that is financed
	Unused   money.Minor // of the line, for a fee on it
	Invoices int32       // 1 or more
	Grade    uint8       // of the debtor, 1 to 10; 0 where no margin depends on it
	Funder   money.Rate  // the funder's own yearly rate, where the terms leave the rate to it
	Fixings  []Fixing    // of the day, of the base rates that the terms name
	From     calendar.Date
	Due      calendar.Date // as stated on the receivable
	Calendar calendar.Code // the programme's, where the terms name none
}

// Fixing is the value of a base rate.
type Fixing struct {
	Name string
	Rate money.Rate // a year; may be below zero
}

// DealAmountMost and DealInvoicesMost bound a deal, so that no product of them can overflow.
const (
	DealAmountMost   = money.MinorMax / 16
	DealInvoicesMost = 10_000
)

// Answer says whether a deal is priced, and if not, why.
type Answer uint8

// The answers.
const (
	Priced Answer = iota
	DealInvalid
	DueNotCovered
	TenorOutside
	FixingMissing
	GradeNotPriced
	NothingLeft
	CostAboveCap
	FeesAboveCap
)

var answers = [...][2]string{
	Priced:         {"priced", "the deal has a price"},
	DealInvalid:    {"deal_invalid", "the amount, the number of invoices or the dates are out of bounds"},
	DueNotCovered:  {"due_not_covered", "the business calendar does not reach the due date"},
	TenorOutside:   {"tenor_outside", "the days to the due date are fewer or more than the product allows"},
	FixingMissing:  {"fixing_missing", "a base rate that the product names has no fixing"},
	GradeNotPriced: {"grade_not_priced", "the product has no margin for the debtor's grade"},
	NothingLeft:    {"nothing_left", "discount and fees would take all of the advance"},
	CostAboveCap:   {"cost_above_cap", "the annual cost is above the product's cap, or can't be held against it"},
	FeesAboveCap:   {"fees_above_cap", "fees and taxes are above the product's cap"},
}

// String is the name used in API and files.
func (a Answer) String() string { return answers[a][0] }

// Reason says it in words.
func (a Answer) Reason() string { return answers[a][1] }

// MarshalText gives the name.
func (a Answer) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// FeeLine is one fee, with its tax on a line of its own.
type FeeLine struct {
	Name    string
	Payer   Role
	To      Role
	When    When
	Amount  money.Minor
	Tax     money.Minor
	TaxName string
}

// What a flow of cash is for.
type What uint8

// The purposes.
const (
	Advance      What = 1 + iota
	Contribution      // of the buyer to its purchase, besides the advance
	Discount
	FeePayment
	TaxPayment
	Collection // what the debtor pays on the debt
	Remittance // of a collection, by the seller as agent
	Principal
	Interest
	Rest // of a collection, to the seller
	Reserve
)

var whatNames = [...]string{"", "advance", "contribution", "discount", "fee", "tax", "collection", "remittance", "principal", "interest", "rest", "reserve"}

// String is the name used in API and files.
func (w What) String() string { return whatNames[w] }

// MarshalText gives the name.
func (w What) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// Flow says who owes whom how much on what day, if the debtor pays on the due date. Flows of one day between two parties may be netted:
// the disbursement is the advance less discount, fees and taxes.
type Flow struct {
	Date   calendar.Date
	From   Role
	To     Role
	What   What
	Name   string // of a fee or tax
	Amount money.Minor
}

// Late is what happens if the debtor is late.
type Late struct {
	Rate     money.Rate    // a year, on the principal
	After    calendar.Date // last day of grace: nothing is charged if paid by then
	From     calendar.Date // day from which late interest counts: the due date, or the end of the grace
	Payer    Role          // who bears it
	Ordinary Overdue       // what becomes of ordinary interest
	PerDay   money.Minor   // late interest for the first day on the whole principal
	Recourse calendar.Date // first day on which the seller may be called for protracted default; 0: never
	Extent   Extent        // of that recourse
}

// Quotation is the whole price, as the seller sees it before it accepts.
type Quotation struct {
	Price
	Rate     money.Rate    // a year
	From     calendar.Date // of the disbursement
	Due      calendar.Date // after the business-day rule
	Reserve  money.Minor   // kept back against dilution
	Release  calendar.Date // when the reserve is given out
	Fees     []FeeLine
	FeeTotal money.Minor // fees and taxes of the financed party
	CashFlow []Flow      // by date
	Financed Role        // who has the money: the cost is borne by it
	Cost     Cost
	Late     Late
}

// Quote gives the whole price of a deal. With an answer other than Priced, what has been reckoned up to there is returned.
// The slices of into are used again.
func (t *Terms) Quote(deal *Deal, into Quotation) (Quotation, Answer) {
	q := Quotation{Fees: into.Fees[:0], CashFlow: into.CashFlow[:0], From: deal.From, Financed: t.financed()}
	if deal.Amount <= 0 || deal.Amount > DealAmountMost || deal.Unused < 0 || deal.Unused > DealAmountMost || deal.Invoices < 1 || deal.Invoices > DealInvoicesMost {
		return q, DealInvalid
	}
	days, answer := t.schedule(deal, &q)
	if answer != Priced {
		return q, answer
	}
	if q.Rate, answer = t.RateFor(deal, days); answer != Priced {
		return q, answer
	}
	if q.Late, answer = t.late(deal, &q); answer != Priced {
		return q, answer
	}
	q.Price = t.PriceOf(deal.Amount, q.Rate, q.From, q.Due)
	q.Late.PerDay = t.interest(q.Principal, q.Late.Rate, q.Due, q.Due+1)
	reckoned := *deal
	reckoned.Due = q.Due
	t.charge(&reckoned, &q)
	t.flows(&q)
	q.Cost = q.cost(t.Source)
	return q, t.bounded(&q)
}

// schedule finds the dates, and refuses tenors that the terms don't allow.
func (t *Terms) schedule(deal *Deal, q *Quotation) (int32, Answer) {
	if deal.From <= calendar.DateMin || deal.Due <= deal.From || deal.Due > calendar.DateMax.AddDays(-4000) || calendar.DaysBetween(deal.From, deal.Due) > TenorDaysMost {
		return 0, TenorOutside
	}
	convention, code := t.Convention, t.Calendar
	if t.Form == First {
		convention = calendar.Following
	}
	if code == 0 {
		code = deal.Calendar
	}
	due, covered := code.Adjust(deal.Due, convention)
	if !covered {
		return 0, DueNotCovered
	}
	q.Due = due
	days := int32(calendar.DaysBetween(deal.From, due))
	if days < t.TenorDaysMin || days > t.TenorDaysMax {
		return 0, TenorOutside
	}
	if t.ReserveRate > 0 {
		if q.Release, covered = code.Adjust(due.AddDays(int(t.ReserveDays)), convention); !covered {
			return 0, DueNotCovered
		}
		q.Release = max(q.Release, due)
	}
	return days, Priced
}

// RateFor is the yearly rate of a deal over so many days: of the funder, fixed, or the fixing of the base rate, floored, and
// the margin of grade and tenor. It is never below zero.
func (t *Terms) RateFor(deal *Deal, days int32) (money.Rate, Answer) {
	r := &t.Rate
	switch r.Kind {
	case RateFixed:
		return r.Fixed, Priced
	case RateFloating:
		base, known := deal.fixing(r.Base)
		if !known {
			return 0, FixingMissing
		}
		if r.Floored == IsFloored {
			base = max(base, r.Floor)
		}
		if rows := r.Margins; deal.Grade == 0 && rows[0].Grade != rows[len(rows)-1].Grade {
			return 0, GradeNotPriced
		}
		for i := range r.Margins {
			if row := &r.Margins[i]; row.Grade >= deal.Grade && row.TenorDays >= days {
				return min(max(base+row.Rate, 0), 2*money.RateOne), Priced
			}
		}
		return 0, GradeNotPriced
	default:
		if deal.Funder < 0 || deal.Funder > money.RateOne {
			return 0, DealInvalid
		}
		return deal.Funder, Priced
	}
}

func (d *Deal) fixing(name string) (money.Rate, bool) {
	for i := range d.Fixings {
		if f := &d.Fixings[i]; f.Name == name && f.Rate > -money.RateOne && f.Rate < money.RateOne {
			return f.Rate, true
		}
	}
	return 0, false
}

func (t *Terms) late(deal *Deal, q *Quotation) (Late, Answer) {
	late := Late{Rate: t.LateRate, After: q.Due.AddDays(int(t.GraceDays)), From: q.Due, Payer: t.LatePayer, Ordinary: max(t.Overdue, Ends)}
	if t.PenaltyFrom == FromGraceEnd {
		late.From = late.After
	}
	if late.Payer == 0 { // as the book has it in the first form
		if late.Payer = Buyer; t.Recourse.ProtractedDefault || t.Recourse.Insolvency {
			late.Payer = Seller
		}
	}
	if t.LateBase != "" {
		base, known := deal.fixing(t.LateBase)
		if !known {
			return late, FixingMissing
		}
		late.Rate = max(base+t.LateRate, 0)
	}
	if t.Recourse.ProtractedDefault {
		late.Recourse, late.Extent = q.Due.AddDays(int(t.Recourse.DefaultAfterDays)), t.Extents.ProtractedDefault
	}
	return late, Priced
}

// charge lists the fees.
func (t *Terms) charge(deal *Deal, q *Quotation) {
	if t.Form == First && q.Fee > 0 {
		q.Fees = append(q.Fees, FeeLine{Name: "fee", Payer: Seller, To: Operator, When: AtDisbursement, Amount: q.Fee})
	}
	q.Fee, q.Net = 0, q.Principal
	for i := range t.Fees {
		q.Fees = append(q.Fees, t.feeLine(&t.Fees[i], deal, q.Principal))
	}
	for i := range q.Fees {
		line := &q.Fees[i]
		whole := money.Add(line.Amount, line.Tax)
		if line.Payer == q.Financed {
			q.FeeTotal = money.Add(q.FeeTotal, whole)
		}
		if line.Payer == Seller && line.When == AtDisbursement {
			q.Fee = money.Add(q.Fee, whole)
		}
	}
	q.Net = money.Sub(q.Principal, q.Fee)
	if t.InterestPayer != Buyer {
		q.Net = money.Sub(q.Net, q.Discount)
	}
}

func (t *Terms) feeLine(f *Fee, deal *Deal, principal money.Minor) FeeLine {
	line := FeeLine{Name: f.Name, Payer: f.Payer, To: f.To, When: f.When, TaxName: f.TaxName}
	basis := deal.Amount
	switch f.Basis {
	case FeeOnAdvance:
		basis = principal
	case FeeOnUnused:
		basis = deal.Unused
	}
	switch {
	case f.Basis == FeeFlat:
		line.Amount = f.Amount
	case f.Basis == FeePerInvoice:
		line.Amount = money.MulDiv(f.Amount, int64(deal.Invoices), 1)
	case f.Per == PerYear:
		line.Amount = t.interest(basis, f.Rate, deal.From, deal.Due)
	default:
		line.Amount = money.Share(basis, f.Rate)
	}
	line.Amount = max(line.Amount, f.Minimum)
	if f.Maximum > 0 {
		line.Amount = min(line.Amount, f.Maximum)
	}
	line.Tax = money.Share(line.Amount, f.TaxRate)
	return line
}

// bounded holds the price against the caps.
func (t *Terms) bounded(q *Quotation) Answer {
	switch {
	case q.Net <= 0:
		return NothingLeft
	case t.FeesMax > 0 && q.FeeTotal > money.Share(q.Amount, t.FeesMax):
		return FeesAboveCap
	case t.CostMax > 0 && (q.Cost.Outcome == CostAbsurd || q.Cost.Outcome == CostUndefined || q.Cost.Rate > t.CostMax):
		return CostAboveCap
	}
	return Priced
}

// Phrase is a sentence in words that don't change and what goes into them, as by package fmt.
type Phrase struct {
	Wording   string
	Arguments []any
}

// Phrases say what happens if the debtor is late, a sentence each.
func (l *Late) Phrases(currency money.Currency) []Phrase {
	said := []Phrase{{Wording: "No late interest is charged."}}
	if l.Rate > 0 {
		said[0] = Phrase{"Paid after %s, late interest of %s a year counts from %s, borne by the %s: %s a day at first.",
			[]any{l.After, l.Rate, l.From, l.Payer, money.Amount{Minor: l.PerDay, Currency: currency}}}
	}
	if l.Ordinary == RunsOn {
		said = append(said, Phrase{Wording: "Ordinary interest runs on beside it."})
	}
	switch {
	case l.Recourse == 0:
		return append(said, Phrase{Wording: "The seller does not answer for the debtor's default."})
	case l.Extent.Share > 0:
		return append(said, Phrase{"From %s the seller may be called for %s of the loss.", []any{l.Recourse, l.Extent.Share}})
	case l.Extent.FirstLoss > 0:
		return append(said, Phrase{"From %s the seller may be called for losses up to %s of the principal.", []any{l.Recourse, l.Extent.FirstLoss}})
	}
	return append(said, Phrase{"From %s the seller may be called for all that is owed.", []any{l.Recourse}})
}

// Sentence is the phrases in one text.
func (l *Late) Sentence(currency money.Currency) string {
	var said []string
	for _, p := range l.Phrases(currency) {
		said = append(said, fmt.Sprintf(p.Wording, p.Arguments...))
	}
	return strings.Join(said, " ")
}
