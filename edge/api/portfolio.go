package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"millrace/domain/id"
	"millrace/edge/view"
)

type (
	portfolioInput struct {
		Currency string `query:"currency" maxLength:"3" doc:"ISO 4217; missing: that in which most is out"`
		By       string `query:"by" enum:"debtor,group,seller,funder,programme,product,grade,grade_at_start" doc:"what the lines are; missing: debtor"`
		Most     int    `query:"most" minimum:"0" maximum:"100000" doc:"lines that are named, the largest; 0: all"`
		Waiting
	}
	networkInput struct {
		Party string `query:"party" required:"true" maxLength:"64" doc:"identity of the party in the middle"`
		Depth int    `query:"depth" minimum:"1" maximum:"2" default:"1" doc:"2 adds the largest counterparties of its counterparties"`
		Waiting
	}
)

func (s *server) registerPortfolio() {
	o := s.operation("portfolio")
	o.Description += " In one currency, as of the business date; the totals of each currency come with it."
	answered[view.Portfolio](s, &o)
	huma.Register(s.huma, o, func(ctx context.Context, in *portfolioInput) (*output[view.Portfolio], error) {
		f := &fields{}
		if in.Currency != "" {
			f.currency("currency", in.Currency)
		}
		v, c, err := s.reporting(ctx, f, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		shown, err := v.Portfolio(c, view.PortfolioQuery{Currency: in.Currency, By: in.By, Most: in.Most})
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[view.Portfolio]{shown}, nil
	})
	o = s.operation("network")
	o.Description += " What is striking comes as flags, each with the records that show it."
	answered[view.TradeNetwork](s, &o)
	huma.Register(s.huma, o, func(ctx context.Context, in *networkInput) (*output[view.TradeNetwork], error) {
		f := &fields{}
		of := required[id.Party](f, "party", in.Party)
		v, c, err := s.reporting(ctx, f, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		shown, err := v.Network(c, of, in.Depth)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[view.TradeNetwork]{shown}, nil
	})
}
