package view

import (
	"cmp"
	"slices"

	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/risk"
	"millrace/edge/access"
)

// IncomeLine is what the financings of one product, grade and vintage have brought their funders, and what they have cost and lost,
// from their beginning until the date of the report.
type IncomeLine struct {
	Product     *Ref   `json:"product"`
	Grade       int    `json:"grade" doc:"of the debtor when the financing was agreed; 0: none"`
	Vintage     string `json:"vintage" doc:"month of disbursement" example:"2026-09"`
	Financings  int    `json:"financings"`
	Volume      Amount `json:"volume" doc:"principal paid out"`
	Outstanding Amount `json:"outstanding"`
	Overdue     Amount `json:"overdue" doc:"of it, past its due date"`
	Discount    Amount `json:"discount_earned"`
	Interest    Amount `json:"interest"`
	Late        Amount `json:"late_interest"`
	Income      Amount `json:"income" doc:"discount, interest and late interest"`
	Cost        Amount `json:"cost" doc:"what the operator has billed the funder for paying out"`
	Allowance   Amount `json:"allowance" doc:"held for expected losses by the last assessment"`
	Lost        Amount `json:"lost" doc:"written off, less what came in on it"`
	Result      Amount `json:"result" doc:"income less cost, allowance and loss"`
	Fees        Amount `json:"operator_fees" doc:"kept from the proceeds for the operator; the seller bears them"`
}

// Income is the report on income, cost and loss. Drifts hold the last months against those before.
type Income struct {
	Date      string       `json:"date"`
	Lines     []IncomeLine `json:"lines"`
	Drifts    []Drift      `json:"drifts"`
	Watermark uint64       `json:"watermark"`
}

// Drift tells for one product and currency whether volume grows while the grade falls.
type Drift struct {
	Product     *Ref   `json:"product"`
	Currency    string `json:"currency"`
	Months      int    `json:"months" doc:"of the window and of the one before"`
	Alarm       bool   `json:"alarm"`
	Growth      string `json:"growth" doc:"of the volume, in per cent"`
	GradeBefore string `json:"grade_before" doc:"mean, by volume"`
	GradeNow    string `json:"grade_now"`
	Bounds      string `json:"bounds" doc:"from when on it is an alarm"`
}

type incomeKey struct {
	product  id.Product
	grade    uint8
	vintage  calendar.Date
	currency money.Currency
}

type incomeSums struct {
	count                                  int
	volume, out, overdue, cost, held, fees money.Minor
	income                                 book.Income
}

// Income reports on the financings that the caller funds, or of one funder (0: of all) for those who see all, on the business date.
func (v *View) Income(c access.Caller, entity id.Party) (Income, error) {
	today, err := v.Date()
	if err != nil {
		return Income{}, err
	}
	if !c.SeesAll() {
		entity = c.Party
	}
	reckoner, err := v.reckoner()
	if err != nil {
		return Income{}, err
	}
	held, err := v.held()
	if err != nil {
		return Income{}, err
	}
	out, err := v.disbursed(entity, calendar.DateMin)
	if err != nil {
		return Income{}, err
	}
	costs, err := v.serviceCosts(out)
	if err != nil {
		return Income{}, err
	}
	sums := map[incomeKey]*incomeSums{}
	for _, f := range out {
		key := incomeKey{f.Product, f.GradeStart, f.Value.AddDays(1 - f.Value.Day()), f.Currency}
		if sums[key] == nil {
			sums[key] = &incomeSums{}
		}
		sums[key].add(f, reckoner.IncomeOn(f, today), today, costs[f.ID], held[f.Loss])
	}
	shown, err := v.showIncome(c, today, sums)
	if err != nil {
		return shown, err
	}
	s := &showing{View: v, caller: c}
	shown.Drifts = s.drifts(today, out)
	return shown, s.err
}

func (s *incomeSums) add(f *funding.Financing, earned book.Income, today calendar.Date, cost, held money.Minor) {
	s.count++
	s.volume = money.Add(s.volume, f.Principal)
	if f.State.PaidOut() {
		s.out = money.Add(s.out, f.Exposure())
		if f.Due < today {
			s.overdue = money.Add(s.overdue, f.Exposure())
		}
	}
	s.income.Discount = money.Add(s.income.Discount, earned.Discount)
	s.income.Interest = money.Add(s.income.Interest, earned.Interest)
	s.income.Late = money.Add(s.income.Late, earned.Late)
	s.income.Lost = money.Add(s.income.Lost, earned.Lost)
	s.cost, s.held, s.fees = money.Add(s.cost, cost), money.Add(s.held, held), money.Add(s.fees, f.Fee)
}

// reckoner reads what income is reckoned from.
func (v *View) reckoner() (*book.Reckoner, error) {
	var products []product.Product
	var programmes []funding.Programme
	var fixings []book.Fixing
	var facts []book.FinancingFact
	all := func(table string) string { return "SELECT number, record FROM " + table + " ORDER BY number" }
	err := rows(v, all("product"), nil, func(_ uint64, r *product.Product) error { products = append(products, *r); return nil })
	if err == nil {
		err = rows(v, all("programme"), nil, func(_ uint64, r *funding.Programme) error { programmes = append(programmes, *r); return nil })
	}
	if err == nil {
		err = rows(v, all("fixing"), nil, func(_ uint64, r *book.Fixing) error { fixings = append(fixings, *r); return nil })
	}
	if err == nil {
		err = rows(v, all("financing_fact"), nil, func(_ uint64, r *book.FinancingFact) error { facts = append(facts, *r); return nil })
	}
	return book.NewReckoner(products, programmes, fixings, facts), err
}

// held is the allowance of each record of an expected loss.
func (v *View) held() (map[uint64]money.Minor, error) {
	held := map[uint64]money.Minor{}
	err := rows(v, "SELECT number, record FROM expected_loss", nil, func(number uint64, l *book.ExpectedLoss) error {
		held[number] = l.Allowance
		return nil
	})
	return held, err
}

// costKey names what one line of a bill has priced: the payouts of a funder in a month and currency.
type costKey struct {
	funder   id.Party
	month    calendar.Date
	currency money.Currency
}

// serviceCosts shares what funders were billed for payouts over these financings, in the order of their numbers: each bears its part of the
// amount that was billed, cut off from the running sum, so that the parts come to the bill.
func (v *View) serviceCosts(out []*funding.Financing) (map[id.Financing]money.Minor, error) {
	billed, amounts, before := map[costKey]money.Minor{}, map[costKey]money.Minor{}, map[costKey]money.Minor{}
	err := rows(v, "SELECT number, record FROM bill", nil, func(_ uint64, b *book.Bill) error {
		for _, line := range b.Lines {
			if line.Service == billing.Financing && b.As == billing.FunderPays {
				key := costKey{b.Payer, b.Month, b.Currency}
				billed[key] = money.Add(billed[key], line.Net)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	keyOf := func(f *funding.Financing) costKey {
		return costKey{f.Funder, f.Entered.AddDays(1 - f.Entered.Day()), f.Currency}
	}
	for _, f := range out {
		if f.Payment != 0 && billed[keyOf(f)] != 0 {
			amounts[keyOf(f)] = money.Add(amounts[keyOf(f)], f.Principal)
		}
	}
	costs := map[id.Financing]money.Minor{}
	for _, f := range out {
		key := keyOf(f)
		if f.Payment == 0 || billed[key] == 0 {
			continue
		}
		reached := money.Add(before[key], f.Principal)
		costs[f.ID] = money.Sub(money.MulDiv(billed[key], int64(reached), int64(amounts[key])), money.MulDiv(billed[key], int64(before[key]), int64(amounts[key])))
		before[key] = reached
	}
	return costs, nil
}

func (v *View) showIncome(c access.Caller, today calendar.Date, sums map[incomeKey]*incomeSums) (Income, error) {
	shown := Income{Date: today.String(), Lines: []IncomeLine{}, Drifts: []Drift{}, Watermark: v.Watermark()}
	keys := make([]incomeKey, 0, len(sums))
	for key := range sums {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b incomeKey) int {
		return cmp.Or(cmp.Compare(a.product, b.product), cmp.Compare(a.currency, b.currency), cmp.Compare(a.grade, b.grade), cmp.Compare(a.vintage, b.vintage))
	})
	s := &showing{View: v, caller: c}
	for _, key := range keys {
		sum := sums[key]
		of := func(amount money.Minor) Amount { return AmountOf(amount, key.currency) }
		income := money.Add(sum.income.Discount, money.Add(sum.income.Interest, sum.income.Late))
		shown.Lines = append(shown.Lines, IncomeLine{
			Product: s.productRef(key.product), Grade: int(key.grade), Vintage: key.vintage.String()[:7], Financings: sum.count, Volume: of(sum.volume),
			Outstanding: of(sum.out), Overdue: of(sum.overdue), Discount: of(sum.income.Discount), Interest: of(sum.income.Interest), Late: of(sum.income.Late),
			Income: of(income), Cost: of(sum.cost), Allowance: of(sum.held), Lost: of(sum.income.Lost),
			Result: of(money.Sub(income, money.Add(sum.cost, money.Add(sum.held, sum.income.Lost)))), Fees: of(sum.fees),
		})
	}
	return shown, s.err
}

// drifts judges each product and currency by the rule that alarms when volume grows while the grade falls.
func (s *showing) drifts(today calendar.Date, out []*funding.Financing) []Drift {
	type line struct {
		product  id.Product
		currency money.Currency
	}
	rule := &risk.DriftPresumed
	months := map[line][]risk.Vintage{}
	var order []line
	first := driftBegins(today)
	for _, f := range out {
		of := line{f.Product, f.Currency}
		if months[of] == nil {
			months[of] = make([]risk.Vintage, 2*rule.Months)
			order = append(order, of)
		}
		at := (f.Value.Year()-first.Year())*12 + f.Value.Month() - first.Month()
		if at < 0 || at >= 2*rule.Months {
			continue
		}
		volume := int64(f.Principal)
		m := &months[of][at]
		m.Volume += volume
		if f.GradeStart != 0 {
			m.Graded, m.Weighted = m.Graded+volume, m.Weighted+volume*int64(f.GradeStart)
		}
	}
	slices.SortFunc(order, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.product, b.product), cmp.Compare(a.currency, b.currency))
	})
	found := []Drift{}
	for _, of := range order {
		judged := rule.Judge(months[of])
		found = append(found, Drift{
			Product: s.productRef(of.product), Currency: of.currency.String(), Months: rule.Months, Alarm: judged.Alarm,
			Growth: money.FormatScaled(judged.Growth, 4), GradeBefore: money.FormatScaled(judged.GradeBefore, 3), GradeNow: money.FormatScaled(judged.GradeNow, 3),
			Bounds: "volume up by " + money.FormatScaled(rule.GrowthMin, 4) + " % or more, and grade worse by " + money.FormatScaled(rule.WorseMin, 3) + " or more",
		})
	}
	return found
}

// driftBegins is the first day of the months that the rule looks at.
func driftBegins(today calendar.Date) calendar.Date {
	return today.AddDays(1 - today.Day()).AddMonths(1 - 2*risk.DriftPresumed.Months)
}

// disbursed are the financings of a funder (0: of all) that were paid out and have kept the money, and that fall due on a date or later.
func (v *View) disbursed(funder id.Party, due calendar.Date) ([]*funding.Financing, error) {
	condition, arguments := "due >= ?", []any{int64(due)}
	if funder != 0 {
		condition, arguments = condition+" AND funder = ?", append(arguments, int64(funder))
	}
	var out []*funding.Financing
	err := rows(v, "SELECT number, record FROM financing WHERE "+condition+" ORDER BY number", arguments, func(_ uint64, f *funding.Financing) error {
		if f.Entered != 0 && f.State != funding.Cancelled {
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

// sumAlarms notes where volume grows while the grade falls, for those who see all and for a funder of its own. On a large book that is known a while after the
// first time that it was asked for.
func (v *View) sumAlarms(c access.Caller, t *Totals) error {
	if !c.SeesAll() && c.Views()&party.Funder == 0 {
		return nil
	}
	today, err := v.Date()
	if err != nil || today == 0 {
		return err
	}
	funder := c.Party
	if c.SeesAll() {
		funder = 0
	}
	alarms, _, err := Behind(v, c, "alarms", func(v *View) ([]Drift, error) {
		out, err := v.disbursed(funder, driftBegins(today))
		if err != nil {
			return nil, err
		}
		s := &showing{View: v, caller: c}
		return slices.DeleteFunc(s.drifts(today, out), func(d Drift) bool { return !d.Alarm }), s.err
	})
	t.Alarms = alarms
	return err
}
