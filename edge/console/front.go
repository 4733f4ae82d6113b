package console

import (
	"millrace/domain/money"
	"millrace/edge/chart"
	"millrace/edge/view"
)

// front is the first page of a desk. Its template asks for what it shows, and nothing else is read.
type front struct {
	v       *visit
	desk    *desk
	waiting view.Errands
}

func (f *front) title() string { return f.desk.Title }

// template is the page of the desk.
func (f *front) template() string { return "desk-" + f.desk.Name }

// showFront shows the first page of the desk at which the caller sits.
func showFront(v *visit) (any, error) {
	return &front{v: v, desk: deskNow(v.request, desksOf(v.caller))}, nil
}

// Errands are what waits, by name.
func (f *front) Errands() (view.Errands, error) {
	if f.waiting == nil {
		found, err := f.v.Errands(f.v.caller)
		if err != nil {
			return nil, err
		}
		f.waiting = found
	}
	return f.waiting, nil
}

// Waits tells whether any of these waits.
func (f *front) Waits(names ...string) (bool, error) {
	waiting, err := f.Errands()
	for _, name := range names {
		if waiting[name] > 0 {
			return true, err
		}
	}
	return false, err
}

// Totals sum up what the caller sees, as far as first pages show it.
func (f *front) Totals() (view.Totals, error) { return f.v.FrontTotals(f.v.caller) }

// Funds are what funders have in their accounts.
func (f *front) Funds() ([]view.FunderFunds, error) {
	waiting, err := f.v.Waiting(f.v.caller)
	return waiting.Funds, err
}

// Recent are the newest entries that tell of records of the caller's.
func (f *front) Recent() ([]view.Entry, error) { return f.v.recent(frontRecent) }

const (
	frontRecent = 10 // entries
	frontRows   = 10 // of each list
)

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

// outlook is an outlook with its drawing.
type outlook struct {
	view.Outlook
	Chart *chart.Chart
}

// Outlook is what the caller's party gets and pays week by week.
func (f *front) Outlook() ([]outlook, error) {
	told, err := f.v.Outlook(f.v.caller)
	drawn := make([]outlook, len(told))
	for i, o := range told {
		drawn[i] = outlook{o, f.drawn(o.Currency, o.Weeks)}
	}
	return drawn, err
}

// Liquidity is what the caller's money does week by week: what comes back from financings, and what is set aside for those that are accepted.
func (f *front) Liquidity() ([]outlook, error) {
	told, err := f.v.Liquidity(f.v.caller)
	drawn := make([]outlook, len(told))
	for i, o := range told {
		drawn[i] = outlook{o, f.drawn(o.Currency, o.Weeks)}
	}
	return drawn, err
}

// drawn draws what comes and goes, each week under its first day.
func (f *front) drawn(code string, weeks []view.OutlookSpan) *chart.Chart {
	currency, _ := money.ParseCurrency(code)
	l := f.v.w.Language
	in, out := chart.Series{Name: l.T("Comes in")}, chart.Series{Name: l.T("Goes out")}
	drawn := &chart.Chart{Kind: chart.Bars, Title: l.T("Week by week, in %s", code), Along: l.T("Week from"), Unit: code, Digits: currency.Digits()}
	for _, week := range weeks {
		drawn.Categories = append(drawn.Categories, week.From[len("2026-"):])
		in.Values, out.Values = append(in.Values, week.In.Minor), append(out.Values, week.Out.Minor)
	}
	drawn.Series = []chart.Series{in, out}
	return drawn
}
