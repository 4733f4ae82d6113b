package feature

import (
	"millrace/domain/calendar"
	"millrace/domain/money"
)

// Figure is a fact by name, as score models and policies ask for it. Value is false where there is nothing to reckon it from, or a sum was too
// large to be kept.
type Figure struct {
	Name     string // stable
	Unit     Unit
	Decimals uint8 // of the value: 2 means hundredths
	Title    string
	Formula  string
	Value    func(r *Rolling, today calendar.Date) (int64, bool)
}

// Unit is what a figure is counted in.
type Unit string

// The units. A share is a part of one, with six decimals.
const (
	Count Unit = "count"
	Minor Unit = "minor units"
	Days  Unit = "days"
	Share Unit = "share"
)

// Find gives the figure of a name; nil for an unknown one.
func Find(name string) *Figure {
	for i := range Named {
		if Named[i].Name == name {
			return &Named[i]
		}
	}
	return nil
}

// Named are all figures, in a fixed order; new ones come at the end.
var Named = []Figure{
	{"age_days", Days, 0, "days since the first invoice", "today - first", ageDays},
	{"idle_days", Days, 0, "days since the last invoice", "today - last", idleDays},
	{"invoices", Count, 0, "invoices in all", "invoices over life", count(life, Invoices)},
	{"invoiced", Minor, 0, "invoiced in all", "invoiced over life", amount(life, Invoices)},
	{"invoices_12m", Count, 0, "invoices of twelve months", "invoices", count(year, Invoices)},
	{"invoiced_12m", Minor, 0, "invoiced in twelve months", "invoiced", amount(year, Invoices)},
	{"invoices_3m", Count, 0, "invoices of three months", "invoices", count(quarter, Invoices)},
	{"invoiced_3m", Minor, 0, "invoiced in three months", "invoiced", amount(quarter, Invoices)},
	{"growth", Share, 6, "growth of what is invoiced", "invoiced in three months / in the three before - 1", growth(byAmount)},
	{"growth_count", Share, 6, "growth of the number of invoices", "invoices of three months / of the three before - 1", growth(byCount)},
	{"invoice_mean_12m", Minor, 0, "mean invoice", "invoiced / invoices, of twelve months", invoiceMean},
	{"invoice_biggest", Minor, 0, "biggest invoice", "largest face over life", biggest},
	{"confirmed_share_12m", Share, 6, "part that buyers have confirmed", "confirmed / invoiced, of twelve months", share(year, Invoices, Confirmed)},
	{"dilution_12m", Share, 6, "dilution", "(credited + lost) / invoiced, of twelve months", share(year, Invoices, Credited, Lost)},
	{"dilution_3m", Share, 6, "dilution lately", "(credited + lost) / invoiced, of three months", share(quarter, Invoices, Credited, Lost)},
	{"dilution_rise", Share, 6, "rise of dilution", "dilution of three months - of the three before", rise(share(quarter, Invoices, Credited, Lost), share(before, Invoices, Credited, Lost))},
	{"credit_notes_12m", Count, 0, "credit notes of twelve months", "credit notes", count(year, Credited)},
	{"disputes_12m", Count, 0, "disputes of twelve months", "disputes opened", count(year, Disputes)},
	{"disputed_share_12m", Share, 6, "part that was disputed", "disputed / invoiced, of twelve months", share(year, Invoices, Disputes)},
	{"disputes_lost_12m", Count, 0, "credits by disputes of twelve months", "credits by disputes", count(year, Lost)},
	{"paid_12m", Minor, 0, "paid in twelve months", "paid on time + late", paid(year)},
	{"late_payments_12m", Count, 0, "late payments of twelve months", "payments after the due date", count(year, Late)},
	{"late_share_12m", Share, 6, "part that was paid late", "paid late / paid, of twelve months", share12Late},
	{"late_days_mean_12m", Days, 2, "mean days late of a payment", "sum of days late / payments, of twelve months", lateMean(year)},
	{"late_days_12m", Days, 2, "days late by amount", "sum of days late * amount / paid, of twelve months", lateWeighted(year)},
	{"late_days_3m", Days, 2, "days late by amount, lately", "sum of days late * amount / paid, of three months", lateWeighted(quarter)},
	{"late_days_rise", Days, 2, "rise of days late", "days late by amount of three months - of the three before", rise(lateWeighted(quarter), lateWeighted(before))},
	{"tenor_days_mean_12m", Days, 2, "mean tenor of an invoice", "sum of days from issue to due date / invoices, of twelve months", tenorMean},
	{"tenor_days_12m", Days, 2, "tenor by amount", "sum of tenor * face / invoiced, of twelve months", tenorWeighted},
	{"reversed_share_12m", Share, 6, "part of payments that was taken back", "reversed / paid, of twelve months", reversedShare},
	{"unsettled", Minor, 0, "invoiced and neither paid nor credited", "invoiced - credited - lost - paid + reversed, over life; at least 0", unsettled},
	{"financings_12m", Count, 0, "financings of twelve months", "financings accepted", count(year, Financed)},
	{"financed_12m", Minor, 0, "financed in twelve months", "principal accepted", amount(year, Financed)},
	{"financed_share_12m", Share, 6, "part that is financed", "financed / invoiced, of twelve months", share(year, Invoices, Financed)},
	{"overdue_12m", Count, 0, "financings past due in twelve months", "financings that went past due", count(year, Overdue)},
	{"overdue_share_12m", Share, 6, "part of what is financed that went past due", "overdue / financed, of twelve months", share(year, Financed, Overdue)},
	{"repaid_late_share", Share, 6, "part of repaid financings closed late", "closed late / closed, by number, over life", repaidLate},
	{"defaults", Count, 0, "financings lost", "in default, or written off without it, over life", count(life, Defaulted)},
	{"refused_12m", Count, 0, "requests declined in twelve months", "requests declined", count(year, Refused)},
	{"counterparties", Count, 0, "counterparties", "with whom there is an invoice", counterparties},
	{"concentration", Share, 6, "concentration (Herfindahl)", "sum of x^2 / (sum of x)^2, x: invoiced with a counterparty over life", concentration},
	{"largest_share", Share, 6, "part of the largest counterparty", "invoiced with it / invoiced, over life", largestShare},
}

type window func(r *Rolling) *Counters

func life(r *Rolling) *Counters    { return &r.Life }
func year(r *Rolling) *Counters    { return &r.Year }
func quarter(r *Rolling) *Counters { return &r.Quarter }
func before(r *Rolling) *Counters  { return &r.Before }

type value = func(r *Rolling, today calendar.Date) (int64, bool)

func count(of window, m Measure) value {
	return func(r *Rolling, _ calendar.Date) (int64, bool) {
		n := of(r).Counts[m]
		return int64(n), n != countMax
	}
}

func amount(of window, m Measure) value {
	return func(r *Rolling, _ calendar.Date) (int64, bool) { return known(of(r).Amounts[m]) }
}

func known(sum money.Minor) (int64, bool) { return int64(sum), sum != sumMax }

// over is floor(part * scale / whole).
func over(part money.Minor, scale uint64, whole money.Minor) (int64, bool) {
	if part == sumMax || whole == sumMax {
		return 0, false
	}
	return Wide{0, uint64(part)}.ratio(scale, Wide{0, uint64(whole)})
}

const million = 1_000_000

// share is the sum of parts / whole, by amount, in millionths.
func share(of window, whole Measure, parts ...Measure) value {
	return func(r *Rolling, _ calendar.Date) (int64, bool) {
		c, sum := of(r), money.Minor(0)
		for _, m := range parts {
			sum = plus(sum, c.Amounts[m])
		}
		return over(sum, million, c.Amounts[whole])
	}
}

func rise(now, earlier value) value {
	return func(r *Rolling, today calendar.Date) (int64, bool) {
		a, known := now(r, today)
		b, also := earlier(r, today)
		return a - b, known && also
	}
}

func ageDays(r *Rolling, today calendar.Date) (int64, bool) {
	return int64(calendar.DaysBetween(r.First, today)), r.First != 0
}

func idleDays(r *Rolling, today calendar.Date) (int64, bool) {
	return int64(calendar.DaysBetween(r.Last, today)), r.Last != 0
}

func byAmount(c *Counters) money.Minor { return c.Amounts[Invoices] }
func byCount(c *Counters) money.Minor  { return money.Minor(c.Counts[Invoices]) }

func growth(by func(c *Counters) money.Minor) value {
	return func(r *Rolling, _ calendar.Date) (int64, bool) {
		grown, found := over(by(&r.Quarter), million, by(&r.Before))
		if !found { // nothing before: not a fall to nothing
			return 0, false
		}
		return grown - million, true
	}
}

func invoiceMean(r *Rolling, _ calendar.Date) (int64, bool) {
	return over(r.Year.Amounts[Invoices], 1, money.Minor(r.Year.Counts[Invoices]))
}

func biggest(r *Rolling, _ calendar.Date) (int64, bool) { return int64(r.Biggest), r.Biggest != 0 }

func (c *Counters) paid() money.Minor { return plus(c.Amounts[OnTime], c.Amounts[Late]) }

func paid(of window) value {
	return func(r *Rolling, _ calendar.Date) (int64, bool) { return known(of(r).paid()) }
}

func share12Late(r *Rolling, _ calendar.Date) (int64, bool) {
	return over(r.Year.Amounts[Late], million, r.Year.paid())
}

func reversedShare(r *Rolling, _ calendar.Date) (int64, bool) {
	return over(r.Year.Amounts[Reversed], million, r.Year.paid())
}

func lateMean(of window) value {
	return func(r *Rolling, _ calendar.Date) (int64, bool) {
		c := of(r)
		return over(c.LateDays, 100, money.Minor(c.Counts[OnTime])+money.Minor(c.Counts[Late]))
	}
}

func lateWeighted(of window) value {
	return func(r *Rolling, _ calendar.Date) (int64, bool) {
		c := of(r)
		if c.paid() == sumMax {
			return 0, false
		}
		return c.LateWeight.ratio(100, Wide{0, uint64(c.paid())})
	}
}

func tenorMean(r *Rolling, _ calendar.Date) (int64, bool) {
	return over(r.Year.TenorDays, 100, money.Minor(r.Year.Counts[Invoices]))
}

func tenorWeighted(r *Rolling, _ calendar.Date) (int64, bool) {
	if r.Year.Amounts[Invoices] == sumMax {
		return 0, false
	}
	return r.Year.TenorWeight.ratio(100, Wide{0, uint64(r.Year.Amounts[Invoices])})
}

func unsettled(r *Rolling, _ calendar.Date) (int64, bool) {
	c := &r.Life
	in, out := plus(c.Amounts[Invoices], c.Amounts[Reversed]), plus(plus(c.Amounts[Credited], c.Amounts[Lost]), c.paid())
	return max(0, int64(in-out)), in != sumMax && out != sumMax
}

func repaidLate(r *Rolling, _ calendar.Date) (int64, bool) {
	return over(money.Minor(r.Life.Counts[RepaidLate]), million, money.Minor(r.Life.Counts[Repaid]))
}

func counterparties(r *Rolling, _ calendar.Date) (int64, bool) {
	return int64(r.Counterparties), r.Subject.Kind != Pair && r.Subject.Kind != Programme
}

func concentration(r *Rolling, _ calendar.Date) (int64, bool) {
	sum := r.Life.Amounts[Invoices]
	if sum == sumMax || r.Counterparties == 0 {
		return 0, false
	}
	return r.Squares.ratio(million, Product(uint64(sum), uint64(sum)))
}

func largestShare(r *Rolling, _ calendar.Date) (int64, bool) {
	if r.LargestParty == 0 {
		return 0, false
	}
	return over(r.Largest, million, r.Life.Amounts[Invoices])
}

// OfFinancing tells whether the figure says what was financed, by whomever: one funder is not told what others do.
func (f *Figure) OfFinancing() bool {
	switch f.Name {
	case "financings_12m", "financed_12m", "financed_share_12m", "overdue_12m", "overdue_share_12m", "repaid_late_share", "defaults", "refused_12m":
		return true
	}
	return false
}
