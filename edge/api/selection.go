package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

type selectionInput struct {
	Programme string `query:"programme" required:"true" maxLength:"64"`
	Payee     string `query:"payee" required:"true" maxLength:"64" doc:"a verified bank account of the seller whose receivables are looked at"`
	Amount    string `query:"amount" required:"true" minLength:"1" maxLength:"40" doc:"that is needed, in major units of the programme's currency" example:"250000.00"`
	Day       string `query:"day" required:"true" maxLength:"10" doc:"by which it is needed; what is due by then is left alone" example:"2026-11-30"`
	Waiting
}

func (s *server) registerSelection() {
	o := s.operation("select_receivables")
	o.Description += " The cheapest set of receivables that brings the amount, if it is paid today, with what could not be included and why. Nothing is set aside: " +
		"request a quote for each pick, for instance all together at " + routeByName["submit_commands"].path + "; the book decides then."
	huma.Register(s.huma, o, func(ctx context.Context, in *selectionInput) (*output[view.Selection], error) {
		f := &fields{}
		need := view.Need{Programme: required[id.Programme](f, "programme", in.Programme), Payee: required[id.BankAccount](f, "payee", in.Payee), Day: f.date("day", in.Day)}
		if err := f.problem(); err != nil {
			return nil, err
		}
		v, err := s.Reader.At(ctx, in.After)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		defer v.Close()
		programme, err := v.Programme(callerOf(ctx), need.Programme)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		currency, _ := money.ParseCurrency(programme.Currency)
		if need.Amount, err = money.Parse(in.Amount, currency); err != nil {
			f.bad("amount", in.Amount, "is not an amount in %s", currency)
			return nil, f.problem()
		}
		found, err := v.Select(callerOf(ctx), need)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[view.Selection]{found}, nil
	})
}
