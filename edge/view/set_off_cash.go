package view

import (
	"cmp"
	"math/big"

	"millrace/domain/clearing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/letter"
	"millrace/edge/locale"
	"millrace/edge/setoff"
)

// SetOffCashTerms say by whom cash is lent in a run, and how much.
type SetOffCashTerms struct {
	Programme string `json:"programme" doc:"whose normal product lends it"`
	Most      Amount `json:"most" doc:"over all members"`
}

// SetOffCash is the cash of a run.
type SetOffCash struct {
	Ready     Amount `json:"ready" doc:"that members have accepted and may draw, before it is limited by the terms of the run"`
	Used      Amount `json:"used" doc:"put in by what is proposed or executed, and taken out by members; zero before"`
	Next      int64  `json:"next" doc:"debt that one more unit of cash would set off, by the certificate; zero where no more would help, or nobody may draw more"`
	Borrowers int    `json:"borrowers" doc:"members that draw some of it"`
	Takers    int    `json:"takers" doc:"members that take some of it out"`
	Loans     int    `json:"loans" doc:"that are drawn, or stand ready"`
	Rate      string `json:"rate,omitempty" doc:"interest a year in per cent, the average of what is lent; for those who see all"`
}

// SetOffOwnCash is the cash of a member of a run.
type SetOffOwnCash struct {
	Financing string `json:"financing,omitempty" doc:"by which it may draw, or has drawn"`
	Cap       Amount `json:"cap" doc:"the most that it may draw"`
	Draws     Amount `json:"draws" doc:"by what is proposed or executed: what is set off of its debts less what is set off of its claims"`
	Takes     Amount `json:"takes" doc:"likewise: what is set off of its claims less what is set off of its debts, which is owed to it in cash"`
	Rate      string `json:"rate,omitempty" doc:"of its loan, a year, in per cent"`
	Repaid    string `json:"repaid,omitempty" doc:"date on which it repays the loan"`
}

// SetOffCurve says how much debt of a run can be set off with how much cash.
type SetOffCurve struct {
	Points      []SetOffPoint `json:"points" doc:"corners, straight between them: from no cash to where more of it sets nothing off; within what members may draw"`
	Used        SetOffPoint   `json:"used" doc:"where the proposal lies"`
	ByCash      Amount        `json:"by_cash" doc:"debt that is set off only by the cash that is put in"`
	PerUnit     string        `json:"per_unit" doc:"of it for each unit of cash, rounded down to two decimals; 0.00 without cash"`
	Limit       Amount        `json:"limit" doc:"the most that may be lent in all"`
	WithoutCash Amount        `json:"without_cash" doc:"debt that circles alone set off"`
}

// SetOffPoint is a point of a curve.
type SetOffPoint struct {
	Cash    Amount `json:"cash"`
	Cleared Amount `json:"cleared"`
}

func (s *showing) cashTerms(t *clearing.Terms) *SetOffCashTerms {
	if t.Cash.Most == 0 {
		return nil
	}
	return &SetOffCashTerms{Programme: t.Cash.Programme.String(), Most: AmountOf(t.Cash.Most, t.Currency)}
}

// setOffCash sums up the cash of a run.
func (s *showing) setOffCash(r *clearing.Run) *SetOffCash {
	if r.Terms.Cash.Most == 0 {
		return nil
	}
	shown, published := &SetOffCash{}, setoff.Published(r)
	var ready, used money.Minor
	weighed := new(big.Int)
	s.note(rows(s.View, "SELECT f.number, f.record FROM set_off_member m JOIN financing f ON f.number = m.financing WHERE m.run = ?", []any{int64(r.ID)}, func(_ uint64, f *funding.Financing) error {
		if f.State != funding.Cancelled {
			shown.Loans++
			ready = money.Add(ready, f.Principal)
			weighed.Add(weighed, new(big.Int).Mul(big.NewInt(int64(f.Principal)), big.NewInt(int64(f.Rate))))
		}
		return nil
	}))
	if published {
		used, shown.Next = r.Cash, r.Price
		s.note(s.view.Tx.QueryRowContext(s.ctx, "SELECT coalesce(sum(paid > received), 0), coalesce(sum(received > paid), 0) FROM set_off_member WHERE run = ? AND attempt = ?",
			int64(r.ID), int64(r.Attempt)).Scan(&shown.Borrowers, &shown.Takers))
	}
	shown.Ready, shown.Used = AmountOf(ready, r.Terms.Currency), AmountOf(used, r.Terms.Currency)
	if s.caller.SeesAll() && ready > 0 {
		shown.Rate = Percent(money.Rate(weighed.Quo(weighed, big.NewInt(int64(ready))).Int64()))
	}
	return shown
}

// ownCash is the cash of a member; nil where none is lent.
func (s *showing) ownCash(r *clearing.Run, m *clearing.Member) *SetOffOwnCash {
	if r.Terms.Cash.Most == 0 {
		return nil
	}
	shown := &SetOffOwnCash{Financing: m.Financing.String()}
	limit, draws, takes := money.Minor(0), money.Minor(0), money.Minor(0)
	if m.Financing != 0 {
		f := raw[funding.Financing](s, financings.table, m.Financing.Number())
		limit, shown.Rate, shown.Repaid = min(f.Principal, r.Terms.Cash.Most), Percent(f.Rate), day(f.Due)
	}
	if setoff.Published(r) {
		draws, takes = m.Draws(r.Attempt), m.Takes(r.Attempt)
	}
	shown.Cap, shown.Draws, shown.Takes = AmountOf(limit, r.Terms.Currency), AmountOf(draws, r.Terms.Currency), AmountOf(takes, r.Terms.Currency)
	return shown
}

// SetOffCurve draws the curve of cash of a run whose proposal is published, for its members and those who see all; else, and where the run lends no
// cash or is too large to solve it while somebody waits, ErrNotFound.
func (v *View) SetOffCurve(c access.Caller, of id.SetOffRun) (SetOffCurve, error) {
	sheet, err := v.published(c, of)
	if err != nil {
		return SetOffCurve{}, err
	}
	points, err := sheet.Curve()
	if err != nil {
		return SetOffCurve{}, err
	}
	if points == nil {
		return SetOffCurve{}, ErrNotFound
	}
	run := &sheet.Run
	point := func(cash, cleared money.Minor) SetOffPoint {
		return SetOffPoint{AmountOf(cash, run.Terms.Currency), AmountOf(cleared, run.Terms.Currency)}
	}
	byCash := max(0, money.Sub(run.Cleared, points[0].Cleared))
	curve := SetOffCurve{
		Used: point(run.Cash, run.Cleared), ByCash: AmountOf(byCash, run.Terms.Currency), PerUnit: perUnit(byCash, run.Cash),
		Limit: AmountOf(run.Terms.Cash.Most, run.Terms.Currency), WithoutCash: AmountOf(points[0].Cleared, run.Terms.Currency),
	}
	for _, p := range points {
		curve.Points = append(curve.Points, point(p.Cash, p.Cleared))
	}
	return curve, nil
}

// perUnit is how much of one there is for each unit of the other, with two decimals, rounded down.
func perUnit(of, unit money.Minor) string {
	if unit == 0 {
		return "0.00"
	}
	hundredths := new(big.Int).Mul(big.NewInt(int64(of)), big.NewInt(100))
	hundredths.Quo(hundredths, big.NewInt(int64(unit)))
	return money.FormatScaled(hundredths.Int64(), 2)
}

// cashOffered tells of what members of a run may borrow.
func (s *showing) cashOffered(t *clearing.Terms) *locale.Text {
	if t.Cash.Most == 0 {
		return nil
	}
	return locale.Say(" Members may borrow cash for it under programme %s, %s in all.", t.Cash.Programme, AmountOf(t.Cash.Most, t.Currency))
}

// cashPut tells of the cash that a proposal puts in so far.
func (s *showing) cashPut(of id.SetOffRun, cash money.Minor) *locale.Text {
	if cash == 0 {
		return nil
	}
	return locale.Say(", with %s of cash", s.inRun(of, cash))
}

// keepFinancing leaves a buyer's people what their party borrows for runs of set-off; sellers and funders see all of theirs.
func keepFinancing(_ *View, c access.Caller, f *funding.Financing) bool {
	return f.SetOffRun != 0 || c.Views()&party.Seller != 0 && f.Seller == c.Party || c.Views()&party.Funder != 0 && f.Funder == c.Party
}

// cashOpened tells of a quote of cash for a run; nil where it is none.
func (s *showing) cashOpened(f *funding.Financing) *locale.Text {
	if f.SetOffRun == 0 || f.State != funding.Quoted {
		return nil
	}
	return locale.Say("For set-off run %s the party could draw up to %s in cash, at %s %% a year, and would repay what is drawn on %s.", f.SetOffRun, AmountOf(f.Principal, f.Currency), percentSaid(f.Rate), f.Due)
}

// noticeCash says in a notice what was financed of it and by whom, and what is paid out.
func (s *showing) noticeCash(n *letter.SetOff, run *clearing.Run, m *clearing.Member) {
	currency := run.Terms.Currency
	if draws := m.Draws(run.Attempt); draws > 0 {
		f := raw[funding.Financing](s, financings.table, m.Financing.Number())
		n.Received = AmountOf(m.Received, currency).plain()
		n.Loan = &letter.SetOffLoan{
			Amount: AmountOf(draws, currency).plain(), Funder: cmp.Or(s.addressee(f.Funder).Name, f.Funder.String()), FunderID: f.Funder.String(), Financing: f.ID.String(), Rate: Percent(f.Rate), Due: day(f.Due),
		}
	}
	if takes := m.Takes(run.Attempt); takes > 0 {
		p := raw[funding.Programme](s, "programme", run.Terms.Cash.Programme.Number())
		n.Received, n.Taken, n.Holder = AmountOf(m.Received, currency).plain(), AmountOf(takes, currency).plain(), cmp.Or(s.addressee(p.Custodian).Name, p.Custodian.String())
	}
}
