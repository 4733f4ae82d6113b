package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/edge/view"
	"millrace/engine"
)

// PeriodBody names the last business date of a period that is to be closed.
type PeriodBody struct {
	Until string `json:"until" format:"date"`
}

func (s *server) registerPeriods() {
	getter(s, "get_period", (*view.View).Period)
	lister(s, "list_periods", (*view.View).Periods, "state")
	register(s, act[PeriodBody, view.Period]{
		name: "close_period", status: http.StatusCreated, build: buildClosing,
		show: shown(func(_ *book.ClosePeriod, a *engine.Answer) id.Period {
			return event[*book.ClosingProposed](a).Period.ID
		}, (*view.View).Period),
	})
	register(s, act[ApprovalBody, view.Period]{
		name: "approve_closing", addressed: "period", status: http.StatusOK, build: buildClosingApproval,
		show: shown(func(c *book.ApproveClosing, _ *engine.Answer) id.Period { return c.Period }, (*view.View).Period),
	})
}

func buildClosing(x *call, _ string, body *PeriodBody) (book.Command, error) {
	c := &book.ClosePeriod{Until: x.date("until", body.Until)}
	if err := x.problem(); err != nil {
		return nil, err
	}
	v, err := x.view()
	if err != nil {
		return nil, err
	}
	c.Balance, err = v.BalanceDigest(c.Until)
	return c, err
}

func buildClosingApproval(x *call, of string, body *ApprovalBody) (book.Command, error) {
	p, shown, err := addressed(x, of, (*view.View).Period)
	if err != nil {
		return nil, err
	}
	c := &book.ApproveClosing{Period: p, Decision: x.decision(body.Decision)}
	if c.Decision != book.Approve {
		return c, nil
	}
	v, err := x.view()
	if err != nil {
		return nil, err
	}
	until, _ := calendar.Parse(shown.Until)
	c.Balance, err = v.BalanceDigest(until)
	return c, err
}
