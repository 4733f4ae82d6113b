package console

import (
	"slices"

	"millrace/domain/money"
	"millrace/edge/chart"
	"millrace/edge/view"
)

// front is the first page of a desk. Its template asks for what it shows, and nothing else is read.
type front struct {
	v     *visit
	desk  *desk
	goods []view.StoredGoods // in store, once they were read
}

func (f *front) title() string { return f.desk.Title }

// template is the page of the desk.
func (f *front) template() string { return "desk-" + f.desk.Name }

// showFront shows the first page of the desk at which the caller sits.
func showFront(v *visit) (any, error) {
	return &front{v: v, desk: deskNow(v.request, v.desks())}, nil
}

// Totals sum up what the caller sees, as far as first pages show it.
func (f *front) Totals() (view.Totals, error) { return f.v.FrontTotals(f.v.caller) }

// Funds are what funders have in their accounts.
func (f *front) Funds() ([]view.FunderFunds, error) { return f.v.Funds(f.v.caller) }

const frontRows = 10 // of each list

// Cashable is what a seller can turn into cash today.
func (f *front) Cashable() ([]view.Cashable, error) { return f.v.Cashable(f.v.caller) }

// Dues are the debts of a buyer that are due first.
func (f *front) Dues() ([]view.Due, error) { return f.v.Dues(f.v.caller, frontRows) }

// Invoices are the newest receivables.
func (f *front) Invoices() ([]receivableRow, error) {
	page, err := f.v.Receivables(f.v.caller, view.Query{Limit: frontRows})
	if err != nil {
		return nil, err
	}
	return f.v.receivableRows(page.Items)
}

// Referrals, Financings, Payments and Auctions are the newest ones in a state.
func (f *front) Referrals(state string) ([]view.Referral, error) {
	page, err := f.v.Referrals(f.v.caller, view.Query{State: state, Limit: frontRows})
	return page.Items, err
}

// Financings are the newest ones in a state.
func (f *front) Financings(state string) ([]view.Financing, error) {
	page, err := f.v.Financings(f.v.caller, view.Query{State: state, Limit: frontRows})
	return page.Items, err
}

// Payments are the newest ones in a state.
func (f *front) Payments(state string) ([]view.Payment, error) {
	page, err := f.v.Payments(f.v.caller, view.Query{State: state, Limit: frontRows})
	return page.Items, err
}

// Groups are what the largest groups owe.
func (f *front) Groups() ([]view.GroupExposure, error) {
	found, err := f.v.Exposures(f.v.caller)
	return found.Groups[:min(len(found.Groups), frontRows)], err
}

// outlook is what money does week by week, one a currency.
type outlook struct {
	Heading, Nothing string
	Each             []drawnOutlook
}

// drawnOutlook is an outlook with its drawing; In and Out name its two sides, Basis says what it rests on.
type drawnOutlook struct {
	view.Outlook
	In, Out, Basis string
	Chart          *chart.Chart
}

// Outlook is what the caller's party gets and pays.
func (f *front) Outlook() (outlook, error) {
	told, err := f.v.Outlook(f.v.caller)
	l := f.v.w
	return outlook{"Your cash in the quarter to come", "Nothing is due.", f.drawn(told, l.T("Comes in"), l.T("Goes out"), l.T("By the due dates on record, less what was financed already; nothing is guessed."))}, err
}

// Liquidity is what the caller's money does: what comes back from financings, and what is set aside for those that are accepted.
func (f *front) Liquidity() (outlook, error) {
	told, err := f.v.Liquidity(f.v.caller)
	l := f.v.w
	return outlook{"What comes back, and what is set aside", "Nothing is out.", f.drawn(told, l.T("Comes back"), l.T("Is set aside"),
		l.T("By due dates: what is owed on financings that are paid out, and what is set aside for those that are accepted."))}, err
}

// drawn draws what comes and goes, each week under its first day. A currency in which nothing does is left out.
func (f *front) drawn(told []view.Outlook, in, out, basis string) []drawnOutlook {
	l := f.v.w.Language
	var drawn []drawnOutlook
	for _, o := range told {
		moves := func(s view.OutlookSpan) bool { return s.In.Minor != 0 || s.Out.Minor != 0 }
		if !moves(o.Late) && !moves(o.Later) && o.Undated.Minor == 0 && !slices.ContainsFunc(o.Weeks, moves) {
			continue
		}
		currency, _ := money.ParseCurrency(o.Currency)
		coming, going := chart.Series{Name: in}, chart.Series{Name: out}
		c := &chart.Chart{Kind: chart.Bars, Title: l.T("Week by week, in %s", o.Currency), Along: l.T("Week from"), Unit: o.Currency, Digits: currency.Digits(), Scale: f.v.w.axisUnit}
		for _, week := range o.Weeks {
			c.Categories = append(c.Categories, week.From[len("2026-"):])
			coming.Values, going.Values = append(coming.Values, week.In.Minor), append(going.Values, week.Out.Minor)
		}
		c.Series = []chart.Series{coming, going}
		drawn = append(drawn, drawnOutlook{o, in, out, basis, c})
	}
	return drawn
}
