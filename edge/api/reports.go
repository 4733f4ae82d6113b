package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"millrace/domain/id"
	"millrace/edge/access"
	"millrace/edge/report"
	"millrace/edge/view"
)

type (
	balanceInput struct {
		Waiting
		Entity string `query:"entity" doc:"identity of the party whose books they are; missing: all that you see"`
		Until  string `query:"until" doc:"business date; missing: today"`
	}
	ageingInput struct {
		Waiting
		Entity string `query:"entity" doc:"identity of a creditor or debtor; missing: all that you see"`
	}
	ledgerInput struct {
		Waiting
		Entity string `query:"entity" doc:"identity of the party whose books they are; missing: all that you see"`
		From   string `query:"from" required:"true" doc:"first business date"`
		Until  string `query:"until" required:"true" doc:"last business date"`
	}
)

type supplierFinanceInput struct {
	Waiting
	Standard string `query:"standard" required:"true" enum:"ifrs,us-gaap" doc:"IAS 7.44F-44H with IFRS 7, or ASU 2022-04"`
	Entity   string `query:"entity" doc:"identity of the buyer; missing: your own party"`
	From     string `query:"from" required:"true" doc:"first business date of the period"`
	Until    string `query:"until" required:"true" doc:"last business date of the period"`
	Format   string `query:"format" enum:"json,csv" doc:"of the answer; missing: json"`
}

// csvOutput is a report for a spreadsheet.
type csvOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte `contentType:"text/csv"`
}

// reporting opens the view of a report once its fields have been read.
func (s *server) reporting(ctx context.Context, f *fields, after uint64) (*view.View, access.Caller, error) {
	c := callerOf(ctx)
	if err := f.problem(); err != nil {
		return nil, c, err
	}
	v, err := s.Reader.At(ctx, after)
	if err != nil {
		return nil, c, s.problemOf(ctx, err)
	}
	return v, c, nil
}

func (s *server) registerReports() {
	huma.Register(s.huma, s.operation("trial_balance"), func(ctx context.Context, in *balanceInput) (*output[view.TrialBalance], error) {
		f := &fields{}
		entity, until := optional[id.Party](f, "entity", in.Entity), f.dateOr("until", in.Until)
		v, c, err := s.reporting(ctx, f, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		balance, err := v.TrialBalance(c, entity, until)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[view.TrialBalance]{balance}, nil
	})
	huma.Register(s.huma, s.operation("ageing"), func(ctx context.Context, in *ageingInput) (*output[view.Ageing], error) {
		f := &fields{}
		entity := optional[id.Party](f, "entity", in.Entity)
		v, c, err := s.reporting(ctx, f, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		ageing, err := v.Ageing(c, entity)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &output[view.Ageing]{ageing}, nil
	})
	o := s.operation("general_ledger")
	o.Description += " The answer is CSV; its columns are named in the first row."
	huma.Register(s.huma, o, func(ctx context.Context, in *ledgerInput) (*csvOutput, error) {
		f := &fields{}
		entity, from, until := optional[id.Party](f, "entity", in.Entity), f.date("from", in.From), f.date("until", in.Until)
		if until < from {
			f.bad("until", in.Until, "is before the first date")
		}
		v, c, err := s.reporting(ctx, f, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		var written bytes.Buffer
		if err := report.CSV(&written, v.GeneralLedger(c, entity, from, until)); err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &csvOutput{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="general-ledger.csv"`, Body: written.Bytes()}, nil
	})
	s.registerSupplierFinance()
}

func (s *server) registerSupplierFinance() {
	o := s.operation("supplier_finance")
	o.Description += " With format=csv the answer is CSV; its columns are named in the first row."
	tables := s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[view.SupplierFinance](), true, "SupplierFinance")
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: tables}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
	}}}
	huma.Register(s.huma, o, func(ctx context.Context, in *supplierFinanceInput) (*csvOutput, error) {
		f := &fields{}
		entity, from, until := optional[id.Party](f, "entity", in.Entity), f.date("from", in.From), f.date("until", in.Until)
		if until < from {
			f.bad("until", in.Until, "is before the first date")
		}
		v, c, err := s.reporting(ctx, f, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		made, err := v.SupplierFinance(c, cmp.Or(entity, c.Party), in.Standard, from, until)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		if in.Format != "csv" {
			written, err := json.Marshal(made)
			if err != nil {
				return nil, s.problemOf(ctx, err)
			}
			return &csvOutput{ContentType: "application/json", Body: written}, nil
		}
		var written bytes.Buffer
		if err := report.CSV(&written, report.Rows(made.Rows)); err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &csvOutput{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="supplier-finance.csv"`, Body: written.Bytes()}, nil
	})
}
