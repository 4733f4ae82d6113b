package view

import (
	"cmp"
	"fmt"
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/access"
)

// OutlookWeeks is how far an outlook is told week by week: a quarter.
const OutlookWeeks = 13

// Outlook is what a party gets and pays in one currency, by the due dates on record: nothing is guessed.
type Outlook struct {
	Currency string        `json:"currency"`
	Late     OutlookSpan   `json:"late" doc:"due before the business date, and neither paid nor financed"`
	Weeks    []OutlookSpan `json:"weeks" doc:"13 of them, the first from the business date on"`
	Later    OutlookSpan   `json:"later"`
	Undated  Amount        `json:"undated" doc:"owed to the party without a due date on record"`
}

// OutlookSpan is a part of an outlook.
type OutlookSpan struct {
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty" doc:"last day"`
	In    Amount `json:"in" doc:"owed to the party, less what it has had of it already by financing"`
	Out   Amount `json:"out" doc:"owed by the party, its loans included"`
	Net   Amount `json:"net"`
	Sum   Amount `json:"sum" doc:"net of all weeks up to this one"`
}

// Outlook tells what the caller's party gets and pays week by week, one outlook a currency. What is financed comes in no more; what is on its way
// from a funder comes in today; what a certificate carries comes to its holders, and to the party what it holds itself.
func (v *View) Outlook(c access.Caller) ([]Outlook, error) {
	return v.outlooks.of(v, reach{views: c.Views(), of: c.Party}, 0, func() ([]Outlook, error) {
		o := foreseeing{View: v, of: c.Party}
		if date, err := v.Date(); err != nil || date == 0 {
			return nil, err
		} else {
			o.today = date
		}
		for _, step := range []func() error{o.owed, o.financed, o.certificated, o.held} {
			if err := step(); err != nil {
				return nil, err
			}
		}
		return o.told(), nil
	})
}

// foreseeing is an outlook that is being reckoned.
type foreseeing struct {
	*View
	of         id.Party
	today      calendar.Date
	currencies []*foreseen
}

// foreseen is in one currency: late, the weeks, later.
type foreseen struct {
	currency money.Currency
	in, out  [OutlookWeeks + 2]money.Minor
	undated  money.Minor
}

func (o *foreseeing) in(currency money.Currency) *foreseen {
	at := slices.IndexFunc(o.currencies, func(f *foreseen) bool { return f.currency == currency })
	if at < 0 {
		o.currencies = append(o.currencies, &foreseen{currency: currency})
		at = len(o.currencies) - 1
	}
	return o.currencies[at]
}

// span is the part of the outlook into which a date falls.
func (o *foreseeing) span(date calendar.Date) int {
	if date < o.today {
		return 0
	}
	return min(int(calendar.DaysBetween(o.today, date)/7), OutlookWeeks) + 1
}

func (o *foreseeing) comes(currency money.Currency, date calendar.Date, amount money.Minor) {
	f := o.in(currency)
	if date == 0 {
		f.undated = money.Add(f.undated, amount)
		return
	}
	at := o.span(date)
	f.in[at] = money.Add(f.in[at], amount)
}

func (o *foreseeing) goes(currency money.Currency, date calendar.Date, amount money.Minor) {
	f, at := o.in(currency), o.span(date)
	f.out[at] = money.Add(f.out[at], amount)
}

// owed adds up the open receivables that the party is owed, and those that it owes.
func (o *foreseeing) owed() error {
	for _, side := range []string{"seller", "buyer"} {
		found, err := o.view.Tx.QueryContext(o.ctx, "SELECT currency, due, outstanding FROM receivable_sum_"+side+" WHERE "+side+" = ? AND state = 'open'", int64(o.of))
		if err != nil {
			return fmt.Errorf("view: %w", err)
		}
		defer found.Close()
		for found.Next() {
			var code string
			var due, sum int64
			if err := found.Scan(&code, &due, &sum); err != nil {
				return fmt.Errorf("view: %w", err)
			}
			currency, known := money.ParseCurrency(code)
			switch {
			case !known:
				return fmt.Errorf("view: a receivable is in the unknown currency %q", code)
			case side == "seller":
				o.comes(currency, calendar.Date(due), money.Minor(sum))
			default:
				o.goes(currency, calendar.Date(due), money.Minor(sum))
			}
		}
		if err := found.Err(); err != nil {
			return fmt.Errorf("view: %w", err)
		}
	}
	return nil
}

// financed takes away what comes to funders, and adds what is lent without a receivable.
func (o *foreseeing) financed() error {
	var due, outstanding int64
	const claiming = `SELECT f.number, f.record, coalesce(r.due, 0), coalesce(r.outstanding, 0) FROM financing f LEFT JOIN receivable r ON f.receivable <> 0 AND r.number = f.receivable >> 16
		WHERE f.seller = ? AND f.state IN ('accepted', 'disbursing', 'outstanding', 'overdue', 'in_recourse', 'defaulted')`
	return joined(o.View, claiming, []any{int64(o.of)}, []any{&due, &outstanding}, func(_ uint64, f *funding.Financing) error {
		if f.State == funding.Accepted || f.State == funding.Disbursing {
			o.comes(f.Currency, o.today, f.Net)
		}
		switch {
		case f.Receivable == 0:
			o.goes(f.Currency, f.Due, f.Exposure())
			return nil
		case f.Holding == 0:
			o.comes(f.Currency, calendar.Date(due), -min(f.Amount, money.Minor(outstanding)))
		}
		if f.State == funding.InRecourse {
			o.goes(f.Currency, f.Due, f.Exposure())
		}
		return nil
	})
}

// certificated takes away what travels in certificates.
func (o *foreseeing) certificated() error {
	var due, outstanding int64
	const travelling = `SELECT c.number, c.record, r.due, r.outstanding FROM certificate c JOIN receivable r ON r.number = c.receivable >> 16
		WHERE r.seller = ? AND r.state = 'open' AND c.state = 'live'`
	return joined(o.View, travelling, []any{int64(o.of)}, []any{&due, &outstanding}, func(_ uint64, c *certificate.Certificate) error {
		o.comes(c.Currency, calendar.Date(due), -min(c.Outstanding, money.Minor(outstanding)))
		return nil
	})
}

// held adds what the party holds of certificates, as long as nobody else controls it.
func (o *foreseeing) held() error {
	var due int64
	var code string
	const holding = `SELECT h.number, h.record, c.due, r.currency FROM holding h JOIN certificate c ON c.number = h.certificate >> 16 JOIN receivable r ON r.number = c.receivable >> 16
		WHERE h.holder = ? AND h.live = 1`
	return joined(o.View, holding, []any{int64(o.of)}, []any{&due, &code}, func(_ uint64, h *certificate.Holding) error {
		if currency, known := money.ParseCurrency(code); known && h.Controller() == o.of {
			o.comes(currency, calendar.Date(due), h.Amount)
		}
		return nil
	})
}

// Liquidity tells what the money of funders does week by week, as far as the caller sees financings, one outlook a currency: what is owed on those
// that are paid out comes back when they are due, and what is set aside for those that are accepted goes out on the business date.
func (v *View) Liquidity(c access.Caller) ([]Outlook, error) {
	return v.liquidity.of(v, reachOf(c), 0, func() ([]Outlook, error) {
		o, table := foreseeing{View: v}, "financing"
		if v.ownFunding(c) {
			table = "financing_sum"
		}
		date, err := v.Date()
		if err != nil || date == 0 {
			return nil, err
		}
		o.today = date
		all, err := v.allProgrammes()
		if err != nil {
			return nil, err
		}
		visible, err := financings.visible(v, c)
		if err != nil {
			return nil, err
		}
		found, err := v.view.Tx.QueryContext(v.ctx, `SELECT programme, due, state IN ('accepted', 'disbursing'), sum(principal), sum(exposure) FROM `+table+`
			WHERE state IN ('accepted', 'disbursing', 'outstanding', 'overdue', 'in_recourse', 'defaulted') AND (`+visible.sql+") GROUP BY 1, 2, 3", visible.arguments...)
		if err != nil {
			return nil, fmt.Errorf("view: %w", err)
		}
		defer found.Close()
		for found.Next() {
			var programme, due, principal, exposure int64
			var leaves bool
			if err := found.Scan(&programme, &due, &leaves, &principal, &exposure); err != nil {
				return nil, fmt.Errorf("view: %w", err)
			}
			at := slices.IndexFunc(all, func(p funding.Programme) bool { return int64(p.ID) == programme })
			switch {
			case at < 0:
				return nil, fmt.Errorf("view: there is no programme %d", programme)
			case leaves:
				o.goes(all[at].Currency, o.today, money.Minor(principal))
			default:
				o.comes(all[at].Currency, calendar.Date(due), money.Minor(exposure))
			}
		}
		if err := found.Err(); err != nil {
			return nil, fmt.Errorf("view: %w", err)
		}
		return o.told(), nil
	})
}

// ownFunding tells whether the caller sees the financings of all funders, or of nobody but its own party as one.
func (v *View) ownFunding(c access.Caller) bool { return c.SeesAll() || c.Views()&settingOff == 0 }

// told puts what was reckoned into the form in which it is shown; by currency.
func (o *foreseeing) told() []Outlook {
	slices.SortFunc(o.currencies, func(a, b *foreseen) int { return cmp.Compare(a.currency.String(), b.currency.String()) })
	told := make([]Outlook, len(o.currencies))
	for i, f := range o.currencies {
		sum := money.Minor(0)
		span := func(at int, from, until calendar.Date) OutlookSpan {
			net := money.Sub(f.in[at], f.out[at])
			sum = money.Add(sum, net)
			return OutlookSpan{day(from), day(until), AmountOf(f.in[at], f.currency), AmountOf(f.out[at], f.currency), AmountOf(net, f.currency), AmountOf(sum, f.currency)}
		}
		told[i] = Outlook{Currency: f.currency.String(), Late: span(0, 0, o.today.AddDays(-1)), Undated: AmountOf(f.undated, f.currency)}
		sum = 0
		for week := range OutlookWeeks {
			from := o.today.AddDays(7 * week)
			told[i].Weeks = append(told[i].Weeks, span(week+1, from, from.AddDays(6)))
		}
		told[i].Later = span(OutlookWeeks+1, o.today.AddDays(7*OutlookWeeks), 0)
	}
	return told
}
