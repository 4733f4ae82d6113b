package disclosure

import (
	"slices"
	"strconv"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
)

// Unit is what the figures of a row are in.
type Unit uint8

// The units.
const (
	Words  Unit = 1 + iota // no figures
	Amount                 // minor units of the row's currency
	Days                   // after the date of the invoice
	Share                  // millionths
)

// Row is one row of a table. Which of the three figures it has is told by Shown.
type Row struct {
	Citation  string         `cbor:"1,keyasint"`
	Label     string         `cbor:"2,keyasint"`
	Detail    string         `cbor:"3,keyasint,omitempty"` // line item, arrangement or kind of change
	Text      string         `cbor:"4,keyasint,omitempty"` // of a row in words
	Unit      Unit           `cbor:"5,keyasint"`
	Currency  money.Currency `cbor:"6,keyasint,omitempty"`
	Beginning int64          `cbor:"7,keyasint,omitempty"` // at the close of the day before the period
	End       int64          `cbor:"8,keyasint,omitempty"` // at the close of its last day
	Period    int64          `cbor:"9,keyasint,omitempty"` // during it
	Shown     Columns        `cbor:"10,keyasint,omitempty"`
}

// Columns is a set of figures.
type Columns uint8

// The figures.
const (
	AtBeginning Columns = 1 << iota
	AtEnd
	DuringPeriod
)

// Header names the cells of a row.
var Header = []string{"citation", "label", "detail", "currency", "beginning", "end", "period", "text"}

// Cells are the fields of a row as CSV has them: amounts with the currency's point, days as whole numbers, shares in per cent.
func (r *Row) Cells() []string {
	cell := func(column Columns, value int64) string {
		if r.Shown&column == 0 {
			return ""
		}
		switch r.Unit {
		case Amount:
			return money.Format(money.Minor(value), r.Currency)
		case Share:
			return money.Rate(value).String()
		}
		return strconv.FormatInt(value, 10)
	}
	currency := ""
	if r.Currency != 0 {
		currency = r.Currency.String()
	}
	return []string{r.Citation, r.Label, r.Detail, currency, cell(AtBeginning, r.Beginning), cell(AtEnd, r.End), cell(DuringPeriod, r.Period), r.Text}
}

// ordered are the changes by date; those of one day as they were given.
func (r *Report) ordered() []Change {
	sorted := slices.Clone(r.Changes)
	slices.SortStableFunc(sorted, func(a, b Change) int { return int(a.On) - int(b.On) })
	return sorted
}

// position is a payable at both ends of the period, with its changes in between.
type position struct {
	payable    *Payable
	begin, end balance
	during     [kindsEnd]money.Minor
}

func (r *Report) positions() []position {
	all := make([]position, len(r.Payables))
	places := make(map[uint64]int, len(r.Payables))
	for i := range r.Payables {
		all[i].payable = &r.Payables[i]
		places[r.Payables[i].Key] = i
	}
	for i := range r.Changes {
		c := &r.Changes[i]
		place, known := places[c.Payable]
		if !known || c.On > r.Until {
			continue
		}
		p := &all[place]
		p.end.add(c)
		if c.On < r.From {
			p.begin.add(c)
			continue
		}
		p.during[c.Kind] = money.Add(p.during[c.Kind], c.Amount)
	}
	return all
}

// currencies are those of the payables in arrangements, by code.
func currencies(all []position) []money.Currency {
	var list []money.Currency
	for i := range all {
		if all[i].payable.Place == InArrangement && !slices.Contains(list, all[i].payable.Currency) {
			list = append(list, all[i].payable.Currency)
		}
	}
	slices.SortFunc(list, func(a, b money.Currency) int {
		if a.String() < b.String() {
			return -1
		}
		return 1
	})
	return list
}

// IFRS gives the rows that IAS 7.44H and IFRS 7 ask for: terms of each arrangement, and for each currency the carrying amounts by
// line item, the part for which suppliers have been paid, payment terms inside and outside, non-cash changes, and the
// largest finance provider's share. Facts without defects are expected.
func (r *Report) IFRS() []Row {
	rows := r.terms("IAS 7.44H(a)")
	all := r.positions()
	for _, currency := range currencies(all) {
		inside := within(all, currency, func(p *Payable) bool { return p.Place == InArrangement })
		outside := within(all, currency, func(p *Payable) bool { return p.Place != InArrangement })
		rows = append(rows, r.byLine(currency, inside, "IAS 7.44H(b)(i)", "carrying amount of liabilities in supplier finance arrangements", wholeAmount)...)
		rows = append(rows, r.byLine(currency, inside, "IAS 7.44H(b)(ii)", "of which suppliers have already received payment from finance providers", paidPart)...)
		rows = append(rows, dueRange(inside, "in supplier finance arrangements")...)
		rows = append(rows, dueRange(outside, "comparable trade payables that are not")...)
		rows = append(rows, nonCash(currency, inside)...)
		rows = append(rows, concentration(inside))
	}
	return rows
}

// FASB gives the rows that ASC 405-50-50-3 asks for in annual periods (ASU 2022-04): terms, and for each currency the confirmed
// amount outstanding by line item, and its rollforward. Facts without defects are expected.
func (r *Report) FASB() []Row {
	rows := r.terms("ASC 405-50-50-3(a)")
	all := r.positions()
	for _, currency := range currencies(all) {
		inside := within(all, currency, func(p *Payable) bool { return p.Place == InArrangement })
		rows = append(rows, r.byLine(currency, inside, "ASC 405-50-50-3(b)(1)-(2)", "confirmed amount outstanding", wholeAmount)...)
		rows = append(rows, rollforward(currency, inside)...)
	}
	return rows
}

func within(all []position, currency money.Currency, belongs func(p *Payable) bool) []position {
	var part []position
	for i := range all {
		if all[i].payable.Currency == currency && belongs(all[i].payable) {
			part = append(part, all[i])
		}
	}
	return part
}

// terms are the words of each arrangement: those that differ are disclosed apart.
func (r *Report) terms(citation string) []Row {
	sorted := slices.Clone(r.Arrangements)
	slices.SortStableFunc(sorted, func(a, b Arrangement) int { return int(int64(a.Programme.Number()) - int64(b.Programme.Number())) })
	var rows []Row
	for _, a := range sorted {
		rows = append(rows,
			Row{Citation: citation, Label: "payment terms", Detail: a.Name, Text: a.Terms, Unit: Words},
			Row{Citation: citation, Label: "assets pledged and guarantees given", Detail: a.Name, Text: a.Security, Unit: Words})
	}
	return rows
}

func wholeAmount(b balance) money.Minor { return b.amount }
func paidPart(b balance) money.Minor    { return b.part }

// byLine is a row for each line item that has an amount at either end, and one for all of them.
func (r *Report) byLine(currency money.Currency, inside []position, citation, label string, of func(balance) money.Minor) []Row {
	var rows []Row
	total := Row{Citation: citation, Label: label, Detail: "total", Unit: Amount, Currency: currency, Shown: AtBeginning | AtEnd}
	for line, name := range r.Lines {
		row := total
		row.Detail, row.Beginning, row.End = name, 0, 0
		for i := range inside {
			if int(inside[i].payable.Line) == line {
				row.Beginning += int64(of(inside[i].begin))
				row.End += int64(of(inside[i].end))
			}
		}
		total.Beginning += row.Beginning
		total.End += row.End
		if row.Beginning != 0 || row.End != 0 {
			rows = append(rows, row)
		}
	}
	return append(rows, total)
}

// dueRange is the shortest and the longest time from invoice to due date of what is owed at either end.
func dueRange(payables []position, what string) []Row {
	shortest := Row{Citation: "IAS 7.44H(b)(iii)", Label: "shortest payment term, days after the invoice", Detail: what, Unit: Days}
	longest := shortest
	longest.Label = "longest payment term, days after the invoice"
	for i := range payables {
		p := &payables[i]
		days := int64(calendar.DaysBetween(p.payable.Issued, p.payable.Due))
		if p.begin.amount > 0 {
			if shortest.Shown&AtBeginning == 0 || days < shortest.Beginning {
				shortest.Beginning = days
			}
			longest.Beginning = max(longest.Beginning, days)
			shortest.Shown |= AtBeginning
		}
		if p.end.amount > 0 {
			if shortest.Shown&AtEnd == 0 || days < shortest.End {
				shortest.End = days
			}
			longest.End = max(longest.End, days)
			shortest.Shown |= AtEnd
		}
	}
	longest.Shown = shortest.Shown
	return []Row{shortest, longest}
}

// nonCash is a row for each kind of change without cash that came to something, and one for all of them. That a trade payable is
// confirmed brings it into the amounts of 44H(b)(i) without cash, so it is one of them.
func nonCash(currency money.Currency, inside []position) []Row {
	var rows []Row
	total := Row{Citation: "IAS 7.44H(c)", Label: "non-cash changes in the carrying amount", Detail: "total", Unit: Amount, Currency: currency, Shown: DuringPeriod}
	for kind := Confirmed; kind < kindsEnd; kind++ {
		if !kind.NonCash() && kind != Confirmed {
			continue
		}
		row := total
		row.Detail, row.Period = kind.String(), int64(sumOf(inside, kind))
		if kind == Confirmed {
			row.Detail = "reclassified from trade payables when confirmed"
		}
		total.Period += row.Period
		if row.Period != 0 {
			rows = append(rows, row)
		}
	}
	return append(rows, total)
}

func sumOf(inside []position, kind Kind) money.Minor {
	total := money.Minor(0)
	for i := range inside {
		total = money.Add(total, inside[i].during[kind])
	}
	return total
}

// concentration is the share of what is owed that one finance provider has, the largest one; it names none.
func concentration(inside []position) Row {
	row := Row{Citation: "IFRS 7.34(c), IG18", Label: "concentration of liquidity risk", Detail: "largest finance provider's share", Unit: Share}
	var shown bool
	if row.Beginning, shown = largestShare(inside, func(p *position) money.Minor { return p.begin.amount }); shown {
		row.Shown |= AtBeginning
	}
	if row.End, shown = largestShare(inside, func(p *position) money.Minor { return p.end.amount }); shown {
		row.Shown |= AtEnd
	}
	return row
}

// largestShare is in millionths, rounded half up; false where nothing is owed.
func largestShare(inside []position, of func(*position) money.Minor) (int64, bool) {
	owed := map[id.Party]money.Minor{}
	total, largest := money.Minor(0), money.Minor(0)
	for i := range inside {
		provider, amount := inside[i].payable.Provider, of(&inside[i])
		owed[provider] = money.Add(owed[provider], amount)
		total = money.Add(total, amount)
	}
	for i := range inside {
		largest = max(largest, owed[inside[i].payable.Provider])
	}
	if total == 0 {
		return 0, false
	}
	return int64(money.MulDiv(money.Minor(money.RateOne), int64(largest), int64(total))), true
}

// rollforward runs from the opening to the closing amount (ASC 405-50-50-3(b)(3)).
func rollforward(currency money.Currency, inside []position) []Row {
	var opening, closing, other money.Minor
	for i := range inside {
		opening = money.Add(opening, inside[i].begin.amount)
		closing = money.Add(closing, inside[i].end.amount)
	}
	for kind := Confirmed; kind < kindsEnd; kind++ {
		if kind.NonCash() {
			other = money.Add(other, sumOf(inside, kind))
		}
	}
	row := func(label string, amount money.Minor) Row {
		return Row{Citation: "ASC 405-50-50-3(b)(3)", Label: label, Unit: Amount, Currency: currency, Period: int64(amount), Shown: DuringPeriod}
	}
	return []Row{
		row("confirmed obligations outstanding at the beginning", opening),
		row("invoices confirmed", sumOf(inside, Confirmed)),
		row("confirmed invoices paid", sumOf(inside, Paid)),
		row("other changes", other),
		row("confirmed obligations outstanding at the end", closing),
	}
}
