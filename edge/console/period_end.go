package console

import (
	"cmp"
	"fmt"

	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// periodEndDeeds are what is done with the books when a day, a month or a year is over.
var periodEndDeeds = []deed{
	{path: "/periods/new", place: "/period-end", open: openPeriod, fields: map[string]string{"until": "until"}},
	{path: "/periods/{id}/decision", place: "/period-end", open: openPeriodDecision},
	{path: "/billings/new", place: "/period-end", open: openBilling, fields: map[string]string{"month": "month"}},
	{path: "/tariffs/new", place: "/period-end", open: openTariff, fields: map[string]string{"terms": "price-1", "from": "from", "party": "party"}},
	{path: "/tariffs/{id}/decision", place: "/period-end", open: openTariffDecision},
	{path: "/assessments/new", place: "/period-end", open: openAssessment, fields: map[string]string{"entity": "entity"}},
	{path: "/estimates/{id}/decision", place: "/period-end", open: openEstimatesDecision},
	{path: "/bills/{id}/payment", place: "/bills", open: openBillPayment, fields: map[string]string{"receipt": "receipt", "amount": "amount"}},
}

var periodEndRoutes = []route{{"GET /period-end", "/period-end", "period-end", showPeriodEnd}}

// periodEndPage lists the periods that are closed or wait for it, with the bills of months, their tariffs, and the losses that are expected.
type periodEndPage struct {
	list
	Items       []view.Period
	Billings    []view.Billing
	Tariffs     []view.Tariff
	Estimates   []view.Estimates
	Assessments []view.Assessment
}

func showPeriodEnd(v *visit) (any, error) {
	var p periodEndPage
	var q view.Query
	p.list, q = v.list("Period end", []string{"waiting", "closed", "declined"})
	page, err := v.Periods(v.caller, q)
	if err != nil {
		return nil, err
	}
	p.Items = page.Items
	p.end(v, page.Next, len(page.Items))
	if q.Cursor != "" || v.exporting {
		return p, nil
	}
	newest := view.Query{Limit: rowsMax}
	billings, err := v.Billings(v.caller, newest)
	if err != nil {
		return nil, err
	}
	tariffs, err := v.Tariffs(v.caller, newest)
	if err != nil {
		return nil, err
	}
	estimates, err := v.Estimates(v.caller, newest)
	if err != nil {
		return nil, err
	}
	assessments, err := v.Assessments(v.caller, newest)
	p.Billings, p.Tariffs, p.Estimates, p.Assessments = billings.Items, tariffs.Items, estimates.Items, assessments.Items
	return p, err
}

// Approves tells whether the caller may decide on what somebody else has proposed: the period, the tariff or the estimates that waits.
func (f frame) Approves(action, state string, maker *view.Ref) bool {
	return state == "waiting" && (maker == nil || maker.ID != f.Caller.Actor.String()) && f.may(action)
}

// Assesses tells whether the caller's own party, or that of any, has claims on which losses are expected.
func (f frame) Assesses() bool {
	return f.may("deed /assessments/new") && (f.Operates() || f.Caller.Role == party.Funder || f.Caller.Role == party.Seller)
}

// atPeriodEnd names what a form does, and where it leads back.
func (f *deedForm) atPeriodEnd(heading, give, note string) {
	f.Heading, f.Give, f.Note, f.Back, f.BackName = heading, give, note, "/period-end", "Period end"
}

// openPeriod proposes to close the books until a business date, over their trial balance as it stands.
func openPeriod(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.atPeriodEnd("Close the books", "Propose it", "Nothing is booked into a period that is closed. A second person closes it, where the trial balance comes out the same for both.")
	until := f.value(input{Name: "until", Label: "Last business date of the period", Kind: "date", Hint: "Before today."}, today.AddDays(-1).String())
	if !f.asked {
		return nil, nil
	}
	c := &book.ClosePeriod{Until: until.date()}
	if !f.complete() {
		return nil, nil
	}
	if c.Balance, err = v.BalanceDigest(c.Until); err != nil {
		return nil, err
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openPeriodDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Period](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Period(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.atPeriodEnd("Decide on closing the books", "Decide it", "Who has proposed it does not close them. Read the trial balance of that evening first: the books are closed where it is the same as when it was proposed.")
	f.fact("Until the evening of", escape(shown.Until))
	f.fact("Trial balance", f.link("/reports?until="+shown.Until, f.w.T("Read it")))
	if shown.Maker != nil {
		f.fact("Proposed by", named(shown.Maker))
	}
	until, _ := calendar.Parse(shown.Until)
	balance, err := v.BalanceDigest(until)
	if err != nil {
		return nil, err
	}
	return v.decided(f, "Decision", "Close them", "Decline it", func(d book.Decision) book.Command {
		c := &book.ApproveClosing{Period: of, Decision: d}
		if d == book.Approve {
			c.Balance = balance
		}
		return c
	}), nil
}

// firstOfMonth is the first day of the month in which a day lies.
func firstOfMonth(d calendar.Date) calendar.Date { return d.AddDays(1 - int(d.Day())) }

func openBilling(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.atPeriodEnd("Bill a month", "Bill it", "Everything that was counted in the month is billed to who pays for it, by the tariffs of the month. A month is billed once.")
	month := f.value(input{Name: "month", Label: "First day of the month", Kind: "date", Hint: "Of a month that is over."}, firstOfMonth(firstOfMonth(today).AddDays(-1)).String())
	if !f.asked {
		return nil, nil
	}
	c := &book.RunBilling{Month: month.date()}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// pricesAsked is how many prices the form of a tariff takes.
const pricesAsked = 3

var basisChoices = []option{
	{"piece", "Each piece", "The price is an amount, from so many pieces on."}, {"amount", "The amount", "The price is per cent of it, from so much on."},
	{"month", "A month", "One price, whatever is counted."},
}

// namesOf are the words for values that count from 1, as choices.
func namesOf[T fmt.Stringer](f *deedForm, values []T) (all []option) {
	for _, one := range values {
		all = append(all, option{one.String(), f.w.capitalWord(one.String()), ""})
	}
	return all
}

// openTariff says what a service costs from a month on.
func openTariff(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.atPeriodEnd("Propose a tariff", "Propose it", "What a service of the operator costs its payer from a month on. It counts when a second person approves it; what is billed already stays.")
	service := f.value(input{Name: "service", Label: "Service", Kind: "select", Choices: namesOf(f, billing.Services())}, "")
	payer := f.value(input{Name: "payer", Label: "Who pays", Choices: namesOf(f, billing.Payers())}, "")
	who := f.perhaps("party", "For one party alone", "Its id, or its name; empty for everybody.", v.called(v.asked("party")))
	basis := f.value(input{Name: "basis", Label: "Price for", Choices: basisChoices}, "piece")
	currency := f.line("currency", "Currency", "Three letters, like EUR.", "EUR")
	prices := f.askPrices()
	tax := f.perhaps("tax", "Name of the tax", "Like VAT; empty for none.", "")
	rate := f.perhaps("tax-rate", "Rate of the tax", "In per cent.", "")
	from := f.value(input{Name: "from", Label: "From", Kind: "date", Hint: "First day of a month that is not over."}, firstOfMonth(today).String())
	if !f.asked {
		return nil, nil
	}
	t := billing.Terms{
		Service: billing.Service(service.chosen() + 1), Payer: billing.Payer(payer.chosen() + 1), Basis: billing.Basis(basis.chosen() + 1), Currency: currency.currency(),
		TaxName: tax.Value, From: from.date(),
	}
	if rate.Value != "" {
		t.TaxRate = rate.percent(0, money.RateOne)
	}
	if who.Value != "" {
		if t.Party, err = v.onlyParty(who); err != nil {
			return nil, err
		}
	}
	if currency.Wrong == "" {
		t.Tiers = readPrices(prices, t.Basis, t.Currency)
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.ProposeTariff{Terms: t}, nil), nil
}

// priceInputs are one price of a tariff, and from where on it counts.
type priceInputs struct{ from, price *input }

func (f *deedForm) askPrices() (all []priceInputs) {
	all = append(all, priceInputs{nil, f.line("price-1", "Price", "Like 0.50: an amount, or per cent of the amount.", "")})
	for _, n := range []string{"2", "3"} {
		all = append(all, priceInputs{f.perhaps("from-"+n, f.w.T("Price %s counts from", n), "So many pieces, or so much; empty for no further price.", ""), f.perhaps("price-"+n, f.w.T("Price %s", n), "", "")})
	}
	return all
}

// readPrices reads the prices that were entered; what is wrong stands beside them.
func readPrices(prices []priceInputs, basis billing.Basis, currency money.Currency) (tiers []billing.Tier) {
	for at, one := range prices {
		if at > 0 && one.from.Value == "" && one.price.Value == "" {
			continue
		}
		var tier billing.Tier
		if basis == billing.PerAmount {
			tier.Price = int64(one.price.percent(0, money.RateOne))
			if at > 0 {
				tier.From = int64(one.from.minor(currency))
			}
		} else {
			tier.Price = int64(one.price.orNone(currency))
			if at > 0 {
				tier.From = int64(one.from.whole(1, 1<<31))
			}
		}
		tiers = append(tiers, tier)
	}
	return tiers
}

// priceText says what one price of a tariff is, and from where on it counts.
func priceText(t *view.TariffTerms, p *view.TariffPrice) *locale.Text {
	switch {
	case t.Basis == billing.PerAmount.String() && decimal(p.FromAmount) != "–":
		return locale.Say("%s %% of the amount from %s %s on", decimal(p.Price), p.FromAmount, t.Currency)
	case t.Basis == billing.PerAmount.String():
		return locale.Say("%s %% of the amount", decimal(p.Price))
	case t.Basis == billing.PerMonth.String():
		return locale.Say("%s %s a month", p.Price, t.Currency)
	case p.FromPieces > 0:
		return locale.Say("%s %s a piece from %d on", p.Price, t.Currency, p.FromPieces)
	}
	return locale.Say("%s %s a piece", p.Price, t.Currency)
}

// Prices are those of a tariff, as sentences in the reader's language.
func (p periodEndPage) Prices(t view.Tariff) (all []*locale.Text) {
	for i := range t.Terms.Prices {
		all = append(all, priceText(&t.Terms, &t.Terms.Prices[i]))
	}
	return all
}

func openTariffDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Tariff](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Tariff(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.atPeriodEnd("Decide on a tariff", "Decide it", "Who has proposed it does not decide.")
	f.fact("Service", escape(f.w.capitalWord(shown.Terms.Service)))
	f.fact("Who pays", escape(f.w.capitalWord(shown.Terms.Payer)))
	if shown.Party != nil {
		f.fact("For one party alone", named(shown.Party))
	}
	for i := range shown.Terms.Prices {
		f.fact("Price", escape(f.w.Render(priceText(&shown.Terms, &shown.Terms.Prices[i]))))
	}
	if shown.Terms.TaxRate != "" {
		f.fact("Tax", escape(shown.Terms.TaxName+" "+shown.Terms.TaxRate+" %"))
	}
	f.fact("From", escape(shown.Terms.From))
	if shown.Maker != nil {
		f.fact("Proposed by", named(shown.Maker))
	}
	return v.decided(f, "Decision", "Approve it", "Decline it", func(d book.Decision) book.Command { return &book.DecideTariff{Tariff: of, Decision: d} }), nil
}

// openAssessment assesses what a party is expected to lose.
func openAssessment(v *visit, f *deedForm) (*prepared, error) {
	f.atPeriodEnd("Assess expected losses", "Assess them", "Of all claims of a funder or a seller on the business date, by the estimates that are in force for it. A date is assessed once.")
	c := &book.AssessLosses{Entity: v.caller.Party}
	if v.caller.SeesAll() {
		entity := f.line("entity", "Whose claims", "A funder or a seller: its id, or its name.", v.asked("entity"))
		if !f.asked {
			return nil, nil
		}
		var err error
		if c.Entity, err = v.onlyParty(entity); err != nil || !f.complete() {
			return nil, err
		}
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openEstimatesDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Estimates](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.EstimatesOf(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.atPeriodEnd("Decide on estimates of losses", "Decide it", "Who has proposed them does not decide. They count from their date on, in place of those before.")
	f.fact("Whose claims", named(shown.Entity))
	f.fact("From", escape(shown.From))
	if shown.Maker != nil {
		f.fact("Proposed by", named(shown.Maker))
	}
	return v.decided(f, "Decision", "Approve it", "Decline it", func(d book.Decision) book.Command { return &book.DecideEstimates{Estimates: of, Decision: d} }), nil
}

// openBillPayment pays a bill out of money that came in.
func openBillPayment(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Bill](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Bill(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Pay a bill out of money that came in", "Pay it", "/bills/"+shown.ID, f.w.T("Bill %s", shown.ID)
	f.Note = "What is not allocated of the money goes to the operator, as far as the bill is open."
	f.fact("Payer", named(shown.Payer))
	f.fact("Open", f.w.amount(shown.Open))
	receipt, err := v.askMoney(f, 0, "Which money")
	if err != nil || receipt == nil {
		return nil, err
	}
	currency, _ := money.ParseCurrency(shown.Open.Currency)
	amount := f.value(input{Name: "amount", Label: f.w.T("Amount in %s", shown.Open.Currency), Kind: "text"}, cmp.Or(v.asked("amount"), plain(shown.Open)))
	if !f.asked {
		return nil, nil
	}
	c := &book.PayBill{Bill: of, Receipt: receipt.receipt(), Amount: amount.minor(currency)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// Payable tells whether the caller may pay the bill out of money that came in.
func (p billPage) Payable(f frame) bool { return p.Open.Minor > 0 && f.may("deed /bills/{id}/payment") }
