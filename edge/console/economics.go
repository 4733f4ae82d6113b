package console

import (
	"io"
	"slices"
	"strconv"
	"strings"

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

// alone leaves out of the story what the run says of other bills.
func (p billPage) alone() {
	for i := range p.Timeline {
		p.Timeline[i].Events = slices.DeleteFunc(p.Timeline[i].Events, func(e view.Event) bool {
			words := strings.Fields(e.Sentence)
			return e.Name == "bill_issued" && len(words) > 1 && words[1] != strconv.FormatUint(p.Serial, 10)
		})
	}
}

// own leaves out what the run that wrote the bill has posted for others: it posts a bill in the books of the issuer, then in those of its
// payer, and one bill after the other. Where the caller sees no books of the payer, all that is seen stays.
func (p billPage) own(postings []view.Posting) []view.Posting {
	var kept []view.Posting
	for len(postings) > 0 {
		entry := slices.IndexFunc(postings, func(one view.Posting) bool { return one.Sequence != postings[0].Sequence })
		if entry < 0 {
			entry = len(postings)
		}
		of, from, found := postings[:entry], 0, false
		for at, one := range of {
			if p.Issuer == nil || p.Payer == nil || one.Entity == nil || one.Entity.ID == p.Issuer.ID {
				continue
			}
			if one.Entity.ID == p.Payer.ID && one.Amount == p.Total {
				kept, found = append(kept, of[from:at+1]...), true
			}
			from = at + 1
		}
		if !found {
			kept = append(kept, of...)
		}
		postings = postings[entry:]
	}
	return kept
}

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
	p := billPage{shown, timeline, nil}
	p.Postings = p.own(postings)
	p.alone()
	return p, err
}
