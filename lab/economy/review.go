package economy

import (
	"fmt"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/money"
	"millrace/edge/intake"
)

// askedPerTie is the limit that an anchor asks for, for each of its sellers.
const askedPerTie = money.Minor(2_400_000_00)

// apply takes an anchor's accounts through a credit review: reckoned, viewed by one person and approved by two others; a limit comes of it.
func (e *Economy) apply(f *firm) {
	made, found := find[*book.ApplicationOpened](e.give(e.Maker, &book.OpenApplication{Party: f.id, Side: credit.AsBuyer, Request: book.ReviewRequest{
		Form: credit.Company, Programme: f.market.confirmed, Asked: askedPerTie * money.Minor(len(f.market.ties)), Currency: e.Currency, TenorDays: 60, Statements: e.accounts(f),
		Bureaus: []credit.Bureau{{Source: "register_extract", Date: e.Today.AddDays(-12)}},
	}}))
	if !found {
		return
	}
	a := &made.Application
	if len(a.Assessment.Findings) > 0 {
		e.built = fmt.Errorf("the accounts of an anchor do not add up: %v", a.Assessment.Findings)
		return
	}
	e.give(e.Maker, &book.ViewApplication{
		Application: a.ID, Text: e.text(intake.KindReason, "Solid equity, little debt, growing."), Grade: a.Assessment.Grade, Limit: a.Assessment.Limit,
		Until: e.Today.AddDays(reviewDays), Next: e.Today.AddDays(reviewDays - 30),
	})
	e.give(e.Checker, &book.DecideApplication{Application: a.ID, Decision: book.Approve})
	if granted, found := find[*book.ApplicationDecided](e.give(e.third, &book.DecideApplication{Application: a.ID, Decision: book.Approve})); found && granted.Limit != 0 {
		e.give(e.Checker, &book.ApproveLimit{Limit: granted.Limit})
	}
}

// asksEvery is how many days pass until the next anchor asks for a higher limit.
const asksEvery = 7

// ask has an anchor ask for a higher limit. Its accounts are taken through the review: one person views them, two others decide, each on a day of its own.
func (e *Economy) ask() error {
	e.in(asksEvery, e.ask)
	f := e.anchors[e.random.IntN(len(e.anchors))]
	if f.market == nil || f.market.confirmed == 0 || f.market.asks || f.stopped(e.day) {
		return nil
	}
	asked := askedPerTie * money.Minor(len(f.market.ties)) * money.Minor(e.random.between(10, 15)) / 10
	events, accepted, err := e.try(e.Maker, &book.OpenApplication{Party: f.id, Side: credit.AsBuyer, Request: book.ReviewRequest{
		Form: credit.Company, Programme: f.market.confirmed, Asked: asked, Currency: e.Currency, TenorDays: 60, Statements: e.accounts(f),
		Bureaus: []credit.Bureau{{Source: "register_extract", Date: e.Today.AddDays(-12)}},
	}})
	if err != nil || !accepted {
		return err
	}
	made, _ := find[*book.ApplicationOpened](events)
	f.market.asks = true
	e.later(2, func() error { return e.consider(f.market, &made.Application) })
	return nil
}

// consider has the application viewed, then decided by two others, and its limit approved.
func (e *Economy) consider(m *market, a *credit.Application) error {
	_, accepted, err := e.try(e.Maker, &book.ViewApplication{
		Application: a.ID, Text: e.text(intake.KindReason, "Solid equity, little debt, growing."), Grade: a.Assessment.Grade, Limit: a.Assessment.Limit,
		Until: e.Today.AddDays(reviewDays), Next: e.Today.AddDays(reviewDays - 30),
	})
	if m.asks = accepted; !accepted {
		return err
	}
	e.later(1, func() error {
		_, _, err := e.try(e.Checker, &book.DecideApplication{Application: a.ID, Decision: book.Approve})
		return err
	})
	e.later(3, func() error {
		m.asks = false
		events, _, err := e.try(e.third, &book.DecideApplication{Application: a.ID, Decision: book.Approve})
		if granted, found := find[*book.ApplicationDecided](events); found && granted.Limit != 0 {
			_, _, err = e.try(e.Checker, &book.ApproveLimit{Limit: granted.Limit})
		}
		return err
	})
	return nil
}

// accounts are those of the last two years: the same shape for everybody, in a size of its own.
func (e *Economy) accounts(f *firm) []credit.Statement {
	// Thousands of euros in the order of credit.Lines, for a firm of size 1.
	shape := [2][]money.Minor{
		{2_400, 4_300, 3_900, 10_700, 9_100, 500, 20_300, 3_500, 800, 6_200, 3_200, 12_100, 4_400, 8_200,
			41_500, 34_600, 6_900, 1_300, 2_600, 230, 2_370, 710, 1_660, 2_900, -1_900, -700},
		{2_900, 4_800, 4_100, 11_900, 9_600, 500, 22_000, 3_600, 700, 6_300, 2_700, 12_600, 5_600, 9_400,
			46_000, 38_000, 8_000, 1_400, 3_100, 200, 2_900, 870, 2_030, 3_500, -2_100, -900},
	}
	size := money.Minor(1 + len(f.market.ties))
	var all []credit.Statement
	for i, figures := range shape {
		year := e.Today.Year() - len(shape) + i
		from, _ := calendar.Of(year, 1, 1)
		until, _ := calendar.Of(year, 12, 31)
		one := credit.Statement{From: from, Until: until, Currency: e.Currency, Standard: credit.LocalGAAP, Assurance: credit.Audited}
		for at, line := range credit.Lines() {
			one.Figures = append(one.Figures, credit.Figure{Line: line, Amount: figures[at] * size * 1_000_00})
		}
		all = append(all, one)
	}
	return all
}
