package console

import (
	"io"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/locale"
	"millrace/edge/report"
	"millrace/edge/view"
)

// economics is what the reports say of expected losses, and of income, cost and loss.
type economics struct {
	Claims  bool // the caller may ask for expected losses
	Funds   bool // and for income
	Loss    *view.ExpectedLoss
	LossCut bool
	Income  *view.Income
}

func (v *visit) economics(asked *reportsAsked) (economics, error) {
	e := economics{
		Claims: asked.Everyone || v.caller.Views()&(party.Funder|party.Seller) != 0,
		Funds:  asked.Everyone || v.caller.Views()&party.Funder != 0,
	}
	if e.Claims && asked.entity != 0 {
		loss, err := v.ExpectedLoss(v.caller, asked.entity, asked.until)
		if err != nil && err != view.ErrNotFound {
			return e, err
		}
		if err == nil {
			if e.LossCut = len(loss.Lines) > reportLinesMax; e.LossCut {
				loss.Lines = loss.Lines[:reportLinesMax]
			}
			e.Loss = &loss
		}
	}
	if e.Funds {
		income, err := v.Income(v.caller, asked.entity)
		if err != nil {
			return e, err
		}
		e.Income = &income
	}
	return e, nil
}

func showExpectedLossFile(v *visit) (any, error) {
	asked, err := v.reportsAsked()
	if err != nil {
		return nil, err
	}
	loss, err := v.ExpectedLoss(v.caller, asked.entity, asked.until)
	if err != nil {
		return nil, err
	}
	return csvFile("expected-loss-"+loss.Assessment.Date, func(w io.Writer) error { return report.CSV(w, report.Rows(loss.Lines)) })
}

func showIncomeFile(v *visit) (any, error) {
	asked, err := v.reportsAsked()
	if err != nil {
		return nil, err
	}
	if !asked.Everyone && v.caller.Views()&party.Funder == 0 {
		return nil, view.ErrNotFound
	}
	income, err := v.Income(v.caller, asked.entity)
	if err != nil {
		return nil, err
	}
	return csvFile("income-"+income.Date, func(w io.Writer) error { return report.CSV(w, report.Rows(income.Lines)) })
}

func showBilledFile(v *visit) (any, error) {
	lines, err := v.Billed(v.caller)
	if err != nil {
		return nil, err
	}
	return csvFile("bills", func(w io.Writer) error { return report.CSV(w, report.Rows(lines)) })
}

type billList struct {
	list
	Items []view.Bill
}

// MonthName is a month as a person writes it.
func (billList) MonthName(first string) string { return monthName(first) }

func showBills(v *visit) (any, error) {
	var l billList
	var q view.Query
	l.list, q = v.list("Bills", nil)
	page, err := v.Bills(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type billPage struct {
	view.Bill
	Timeline []view.Entry
	Postings []view.Posting
}

func (p billPage) title() *locale.Text { return locale.Say("Bill %s", p.ID) }

// MonthName is the month as a person writes it.
func (p billPage) MonthName() string { return monthName(p.Month) }

func monthName(first string) string {
	if date, ok := calendar.Parse(first); ok {
		return date.String()[:7]
	}
	return first
}

func showBill(v *visit) (any, error) {
	of, err := identity[id.Bill](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Bill(v.caller, of)
	if err != nil {
		return nil, err
	}
	timeline, postings, err := v.chronicle(shown.ID)
	return billPage{shown, timeline, postings}, err
}
