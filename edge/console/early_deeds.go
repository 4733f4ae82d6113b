package console

import (
	"strconv"

	"millrace/book"
	"millrace/domain/discounting"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

// earlyDeeds are a buyer's word that it pays early out of its own cash, and its end.
var earlyDeeds = []deed{
	{path: "/early-offers/new", place: "/early", open: openEarlyOffer, fields: map[string]string{
		"steps": "rate-1", "yield_least": "yield", "early_other_product": "programme",
	}},
	{path: "/early-offers/{id}/withdrawal", place: "/early", open: openEarlyWithdrawal},
}

// MayOfferEarly tells whether the caller may offer to pay early.
func (f frame) MayOfferEarly() bool { return f.may("deed /early-offers/new") }

// Withdraws tells whether the caller may withdraw an offer of its own.
func (earlyPage) Withdraws(f frame, o view.EarlyOffer) bool {
	own := f.Home != nil && o.Buyer != nil && o.Buyer.ID == f.Home.ID
	return own && o.State == "open" && f.may("deed /early-offers/{id}/withdrawal")
}

const (
	earlyStepsAsked = 3  // that one form takes
	earlyOfferDays  = 30 // that an offer stands unless the buyer says otherwise
)

func openEarlyOffer(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Offer to pay early", "Open the offer", "/early", "Early payment"
	f.Note = "Your suppliers see the rates and choose what is paid early; the discount is yours. It is paid out of your own cash in the programme, never more than the budget. You may withdraw the offer at any time."
	programme, err := v.askProgramme(f, "")
	if err != nil {
		return nil, err
	}
	programme.Hint = f.w.T("One of dynamic discounting, of which you are the anchor.")
	budget := f.line("budget", "Budget", "Cash in all, in the programme’s currency, without grouping, like 250000.00. Sellers do not see it.", "")
	from := f.value(input{Name: "from", Label: "First day of payment", Kind: "date"}, today.String())
	until := f.value(input{Name: "until", Label: "Last day of payment", Kind: "date"}, today.AddDays(earlyOfferDays).String())
	yield := f.perhaps("yield", "Least that the cash must earn a year", "In per cent, like 3.00. Empty for no bound.", "")
	f.under("Rates by the days gained")
	var steps [earlyStepsAsked][2]*input
	for n := range steps {
		number, ask, days, hint := strconv.Itoa(n+1), f.perhaps, "", "In per cent, like 6.00. Empty for no such step."
		if n == 0 {
			ask, days, hint = f.line, "1", "In per cent, like 6.00."
		}
		steps[n][0] = ask("days-"+number, f.w.T("Step %s: from how many days on", number), "From the day of payment to the due date.", days)
		steps[n][1] = ask("rate-"+number, f.w.T("Step %s: rate a year", number), hint, "")
	}
	f.under("For which invoices")
	only := f.value(input{Name: "receivables", Label: "Only these receivables", Kind: "area", Hint: "By their ids, one after another. Empty for all that you owe in the programme.", Optional: true}, v.asked("receivable"))
	if !f.asked {
		return nil, nil
	}
	c := &book.OpenEarlyOffer{Programme: oneID[id.Programme](programme), From: from.date(), Until: until.date(), Receivables: only.receivables(0)}
	if c.Programme != 0 {
		under, err := v.Programme(v.caller, c.Programme)
		if err != nil {
			return nil, err
		}
		currency, _ := money.ParseCurrency(under.Currency)
		c.Budget = budget.minor(currency)
	}
	if yield.Value != "" {
		c.YieldLeast = yield.percent(1, money.RateOne)
	}
	for n, step := range steps {
		if step[1].Value == "" && n > 0 {
			continue
		}
		c.Steps = append(c.Steps, discounting.Step{Days: int32(step[0].whole(1, 3650)), Rate: step[1].percent(1, money.RateOne)})
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openEarlyWithdrawal(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.EarlyOffer](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.EarlyOffer(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Withdraw an offer to pay early", "Withdraw it", "/early", "Early payment"
	f.Note = "Nobody can accept it any more. What was accepted is paid."
	f.fact("Offer", escape(shown.ID))
	f.fact("State", f.w.badge(shown.State))
	f.fact("Days of payment", escape(f.w.T("%s to %s", shown.From, shown.Until)))
	if shown.Budget != nil {
		f.fact("Budget", f.w.amount(*shown.Budget))
	}
	return v.unsignedDeed(f, &book.WithdrawEarlyOffer{Offer: of}, nil), nil
}
