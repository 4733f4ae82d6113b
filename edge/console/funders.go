package console

import (
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// funderDeeds are a seller's word on a placement, and on a lot that it withdraws.
var funderDeeds = []deed{
	{path: "/placements/{id}/acceptance", place: "/financings", open: openPlacementAcceptance},
	{path: "/early-offers/{id}/acceptance", place: "/early", open: openEarlyAcceptance, fields: map[string]string{
		"terms_differ": "most", "receivables": "receivables", "payee": "payee",
	}},
	{path: "/auctions/{id}/withdrawal", place: "/auctions", open: openWithdrawal, fields: map[string]string{"reason_missing": "reason"}},
}

type placementPage struct {
	view.Placement
	Number   string // of the invoice
	Timeline []view.Entry
}

func (p placementPage) title() *locale.Text { return locale.Say("Placement %s", p.ID) }

// Acceptable tells whether the caller may accept what the funders have quoted.
func (p placementPage) Acceptable(f frame) bool {
	quoted := false
	for _, part := range p.Parts {
		if part.Financing != nil {
			quoted = quoted || part.Financing.State == "quoted"
			if part.Financing.State == "referred" {
				return false
			}
		}
	}
	return quoted && f.may("deed /placements/{id}/acceptance") && f.Home != nil && p.Seller != nil && f.Home.ID == p.Seller.ID
}

func showPlacement(v *visit) (any, error) {
	of, err := identity[id.Placement](v)
	if err != nil {
		return nil, err
	}
	var p placementPage
	if p.Placement, err = v.View.Placement(v.caller, of); err != nil {
		return nil, err
	}
	if p.Number, err = v.numberOf(p.Receivable); err != nil {
		return nil, err
	}
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}

func openPlacementAcceptance(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Placement](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Accept the quotes of all funders", "Accept them"
	shown, err := v.Placement(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Back, f.BackName = "/placements/"+shown.ID, f.w.T("Placement %s", shown.ID)
	f.fact("Amount", f.w.amount(shown.Amount))
	for _, part := range shown.Parts {
		if part.Financing == nil || part.Financing.State != "quoted" {
			continue
		}
		if price := part.Financing.Price; price != nil {
			f.fact(part.Funder.String(), f.w.markup("%s at %s %% a year: discount %s, fee %s, to you %s", part.Financing.Amount, decimal(price.Rate), price.Discount, price.Fee, price.Net))
		}
	}
	f.fact("You receive", f.w.amount(shown.Net))
	f.fact("Not placed", f.w.amount(shown.Unplaced))
	f.Note = "All parts are accepted together, or none. Everything is checked again: evidence, each funder’s limit and money, and the day on which it was priced."
	return v.unsignedDeed(f, &book.AcceptPlacement{Placement: of}, nil), nil
}

func openWithdrawal(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Auction](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Withdraw an auction", "Withdraw it"
	shown, err := v.Auction(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Back, f.BackName = "/auctions/"+shown.ID, f.w.T("Auction %s", shown.ID)
	f.fact("State", f.w.badge(shown.State))
	f.fact("Lot", f.w.amount(shown.Volume))
	f.Note = "The funders of the programme read why. Bids that were handed in stay sealed."
	why := f.value(input{Name: "reason", Label: "Reason", Kind: "area"}, "")
	if !f.asked {
		return nil, nil
	}
	if why.Value == "" || len(why.Value) > reasonBytes {
		why.bad("Say it in 1 to %d characters.", reasonBytes)
	}
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command { return &book.WithdrawAuction{Auction: of} },
		keep: func(c book.Command) error {
			kept, err := v.console.intake.Store(v.request.Context(), intake.KindReason, []byte(why.Value))
			c.(*book.WithdrawAuction).Reason = kept
			return err
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

// Withdrawable tells whether the caller may withdraw the lot: a seller that has put it up, before it knows of an open bid.
func (p auctionPage) Withdrawable(f frame) bool {
	return p.State == "open" && f.may("deed /auctions/{id}/withdrawal") && f.Home != nil && p.Seller != nil && f.Home.ID == p.Seller.ID
}

// earlyPage lists what buyers offer to pay early, and what was paid.
type earlyPage struct {
	list
	Offers   []view.EarlyOffer
	Payments []view.EarlyPayment
	numbers  map[string]string // of invoices, by their receivables
}

// Number is that of the invoice of a receivable; "" where it is not known.
func (p earlyPage) Number(receivable string) string { return p.numbers[receivable] }

// Acts tells whether there is something that the caller may do about any of the offers.
func (p earlyPage) Acts(f frame) bool {
	return slices.ContainsFunc(p.Offers, func(o view.EarlyOffer) bool { return p.Accepts(f, o) || p.Withdraws(f, o) })
}

// Accepts tells whether the caller may accept an offer.
func (earlyPage) Accepts(f frame, o view.EarlyOffer) bool {
	return o.State == "open" && f.may("deed /early-offers/{id}/acceptance")
}

func showEarly(v *visit) (any, error) {
	p := earlyPage{list: list{heading: "Early payment"}}
	offers, err := v.EarlyOffers(v.caller, view.Query{Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	var q view.Query
	p.list, q = v.list("Early payment", []string{"paying", "paid", "not_paid", "came_back"})
	page, err := v.EarlyPayments(v.caller, q)
	if err != nil {
		return nil, err
	}
	p.Offers, p.Payments = offers.Items, page.Items
	p.numbers = map[string]string{}
	for _, payment := range p.Payments {
		for _, item := range payment.Items {
			if p.numbers[item.Receivable], err = v.numberOf(item.Receivable); err != nil {
				return nil, err
			}
		}
	}
	p.end(v, page.Next, len(page.Items))
	return p, nil
}

// payableEarly are receivables that a buyer owes the caller, that are not due, and have nothing else on them: first what is due last.
func (v *visit) payableEarly(buyer *view.Ref, currency string) ([]option, error) {
	free, err := v.free()
	if err != nil {
		return nil, err
	}
	items := slices.DeleteFunc(free, func(r view.Receivable) bool {
		return r.Buyer == nil || r.Buyer.ID != buyer.ID || r.Outstanding.Currency != currency
	})
	return v.tickable(items[:min(len(items), tickedMost)])
}

func openEarlyAcceptance(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.EarlyOffer](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Be paid early", "Accept the offer", "/early", "Early payment"
	shown, err := v.EarlyOffer(v.caller, of)
	if err != nil {
		return nil, err
	}
	under, err := id.Parse[id.Programme](shown.Programme)
	if err != nil {
		return nil, err
	}
	programme, err := v.Programme(v.caller, under)
	if err != nil {
		return nil, err
	}
	choices, err := v.accountsOf(v.caller.Party, programme.Currency)
	if err != nil {
		return nil, err
	}
	currency, _ := money.ParseCurrency(programme.Currency)
	f.fact("Buyer", escape(shown.Buyer.String()))
	f.fact("Days of payment", escape(f.w.T("%s to %s", shown.From, shown.Until)))
	for _, step := range shown.Steps {
		f.fact(f.w.T("From %s on", locale.Count{Number: int64(step.Days), Thing: "day"}), escape(f.w.T("%s %% a year", decimal(step.Rate))))
	}
	f.Note = "The discount is amount × rate × days/basis for the days from today to the due date. The debts end when the buyer’s bank has paid."
	open, err := v.payableEarly(shown.Buyer, programme.Currency)
	if err != nil {
		return nil, err
	}
	if len(open) == 0 && !f.asked {
		f.Note = "Nothing that this buyer owes you can be paid early today: what is due, financed, disputed or in a certificate is left out."
		return nil, nil
	}
	var all []string
	for _, o := range open {
		all = append(all, o.Value)
	}
	named := f.several(input{Name: "receivables", Label: "Which invoices", Hint: "By their ids, one after another."}, open, strings.Join(all, "\n"))
	only := ""
	if len(choices) == 1 {
		only = choices[0].Value
	}
	payee := f.value(input{Name: "payee", Label: "To your account", Choices: choices}, only)
	most := f.value(input{Name: "most", Label: "Discount that you give at most", Kind: "number", Hint: f.w.T("For all of them together, in %s.", programme.Currency)}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.AcceptEarlyPayment{Offer: of, DiscountMost: most.minor(currency)}
	c.Receivables = named.receivables(1)
	if payee.chosen() >= 0 {
		if c.Payee, err = id.Parse[id.BankAccount](payee.Value); err != nil {
			payee.bad("Choose one.")
		}
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}
