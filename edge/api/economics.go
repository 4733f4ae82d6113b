package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"millrace/book"
	"millrace/domain/billing"
	"millrace/domain/id"
	"millrace/domain/impairment"
	"millrace/domain/money"
	"millrace/edge/report"
	"millrace/edge/view"
	"millrace/engine"
)

// EstimatesBody is what an entity expects of its debtors from a date on.
type EstimatesBody struct {
	Entity    string             `json:"entity" doc:"identity of a funder or a seller"`
	From      string             `json:"from" format:"date"`
	Estimates view.EstimateTerms `json:"estimates"`
}

// AssessmentBody names whose expected losses are assessed, on the business date.
type AssessmentBody struct {
	Entity string `json:"entity" doc:"identity of a funder or a seller"`
}

// BillingBody names a month that is over.
type BillingBody struct {
	Month string `json:"month" format:"date" doc:"its first day"`
}

// BillPaymentBody is money that pays a bill.
type BillPaymentBody struct {
	Receipt string `json:"receipt" doc:"in a collection account of a programme of the bill's issuer"`
	Amount  Amount `json:"amount"`
}

func (s *server) registerEconomics() {
	s.registerImpairment()
	s.registerBilling()
	s.registerEconomicReports()
}

func (s *server) registerImpairment() {
	getter(s, "get_estimates", (*view.View).EstimatesOf)
	lister(s, "list_estimates", (*view.View).Estimates, "state", "party")
	register(s, act[EstimatesBody, view.Estimates]{
		name: "propose_estimates", status: http.StatusCreated, build: buildEstimates,
		show: shown(func(_ *book.ProposeEstimates, a *engine.Answer) id.Estimates {
			return event[*book.EstimatesProposed](a).Estimates.ID
		}, (*view.View).EstimatesOf),
	})
	register(s, act[ApprovalBody, view.Estimates]{
		name: "decide_estimates", addressed: "estimates", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			e, _, err := addressed(x, of, (*view.View).EstimatesOf)
			return &book.DecideEstimates{Estimates: e, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideEstimates, _ *engine.Answer) id.Estimates { return c.Estimates }, (*view.View).EstimatesOf),
	})
	getter(s, "get_assessment", (*view.View).Assessment)
	lister(s, "list_assessments", (*view.View).Assessments, "state", "party")
	register(s, act[AssessmentBody, view.Assessment]{
		name: "assess_losses", status: http.StatusCreated,
		build: func(x *call, _ string, body *AssessmentBody) (book.Command, error) {
			return &book.AssessLosses{Entity: required[id.Party](x.fields, "entity", body.Entity)}, nil
		},
		show: shown(func(_ *book.AssessLosses, a *engine.Answer) id.Assessment {
			return event[*book.AssessmentBegun](a).Assessment.ID
		}, (*view.View).Assessment),
	})
}

func buildEstimates(x *call, _ string, body *EstimatesBody) (book.Command, error) {
	return &book.ProposeEstimates{
		Entity: required[id.Party](x.fields, "entity", body.Entity), From: x.date("from", body.From), Estimates: x.estimates(&body.Estimates),
	}, nil
}

// estimates reads estimates as people write them.
func (x *call) estimates(t *view.EstimateTerms) impairment.Estimates {
	e := impairment.Estimates{
		Policy: impairment.Policy{
			SignificantDays: int32(min(t.SignificantDays, 1<<20)), DefaultDays: int32(min(t.DefaultDays, 1<<20)), Notches: uint8(t.Notches), LowRiskGrade: uint8(t.LowRiskGrade),
			WatchGrade: uint8(t.WatchGrade), DefaultGrade: uint8(t.DefaultGrade), CureMonthsThree: uint8(t.CureMonthsThree), CureMonthsTwo: uint8(t.CureMonthsTwo),
		},
		Weights: x.percents("estimates.scenarios", t.Scenarios), Conversion: x.percent("estimates.conversion", t.Conversion),
		OverdueDays: int32(t.OverdueDays), RecoveryDays: int32(t.RecoveryDays), Ungraded: uint8(t.Ungraded),
	}
	for i, m := range t.Horizons {
		if m < 1 || m > impairment.MonthsMax {
			x.bad(fmt.Sprintf("estimates.horizons_months[%d]", i), fmt.Sprint(m), "is not between 1 and %d", impairment.MonthsMax)
			continue
		}
		e.Months = append(e.Months, uint16(m))
	}
	for i, d := range t.Defaults {
		e.Defaults = append(e.Defaults, impairment.Likelihood{
			Grade: uint8(d.Grade), Scenario: uint8(d.Scenario - 1), Cumulative: x.percents(fmt.Sprintf("estimates.defaults[%d].cumulative", i), d.Cumulative),
		})
	}
	for i, l := range t.Losses {
		e.Losses = append(e.Losses, impairment.Severity{Technique: l.Technique, Rates: x.percents(fmt.Sprintf("estimates.losses[%d].rates", i), l.Rates)})
	}
	e.Matrix.Weights = e.Weights
	for i, b := range t.Matrix {
		e.Matrix.Buckets = append(e.Matrix.Buckets, impairment.Bucket{FromDays: int32(b.FromDays), Rates: x.percents(fmt.Sprintf("estimates.matrix[%d].rates", i), b.Rates)})
	}
	return e
}

func (x *call) percents(field string, texts []string) []money.Rate {
	rates := make([]money.Rate, len(texts))
	for i, text := range texts {
		rates[i] = x.percent(fmt.Sprintf("%s[%d]", field, i), text)
	}
	return rates
}

func (s *server) registerBilling() {
	getter(s, "get_tariff", (*view.View).Tariff)
	lister(s, "list_tariffs", (*view.View).Tariffs, "state", "party")
	lister(s, "list_meters", (*view.View).Meters, "party")
	getter(s, "get_billing", (*view.View).BillingOf)
	lister(s, "list_billings", (*view.View).Billings)
	getter(s, "get_bill", (*view.View).Bill)
	lister(s, "list_bills", (*view.View).Bills, "party")
	register(s, act[view.TariffTerms, view.Tariff]{
		name: "propose_tariff", status: http.StatusCreated, build: buildTariff,
		show: shown(func(_ *book.ProposeTariff, a *engine.Answer) id.Tariff {
			return event[*book.TariffProposed](a).Tariff.ID
		}, (*view.View).Tariff),
	})
	register(s, act[ApprovalBody, view.Tariff]{
		name: "decide_tariff", addressed: "tariff", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			t, _, err := addressed(x, of, (*view.View).Tariff)
			return &book.DecideTariff{Tariff: t, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideTariff, _ *engine.Answer) id.Tariff { return c.Tariff }, (*view.View).Tariff),
	})
	register(s, act[BillingBody, view.Billing]{
		name: "run_billing", status: http.StatusCreated,
		build: func(x *call, _ string, body *BillingBody) (book.Command, error) {
			return &book.RunBilling{Month: x.date("month", body.Month)}, nil
		},
		show: shown(func(_ *book.RunBilling, a *engine.Answer) id.Billing {
			return event[*book.BillingBegun](a).Billing.ID
		}, (*view.View).BillingOf),
	})
	register(s, act[BillPaymentBody, view.Bill]{
		name: "pay_bill", addressed: "bill", status: http.StatusCreated,
		build: func(x *call, of string, body *BillPaymentBody) (book.Command, error) {
			bill, record, err := addressed(x, of, (*view.View).Bill)
			if err != nil {
				return nil, err
			}
			return &book.PayBill{
				Bill: bill, Receipt: required[id.Receipt](x.fields, "receipt", body.Receipt), Amount: x.amountIn("amount", body.Amount, currencyOf(record.Total)),
			}, nil
		},
		show: shown(func(c *book.PayBill, _ *engine.Answer) id.Bill { return c.Bill }, (*view.View).Bill),
	})
}

var (
	serviceNames = namesOf(billing.Services())
	payerNames   = namesOf(billing.Payers())
	basisNames   = namesOf(billing.Bases())
)

// namesOf are the names of values that count from 1.
func namesOf[T fmt.Stringer](values []T) []string {
	names := []string{""}
	for _, v := range values {
		names = append(names, v.String())
	}
	return names
}

func buildTariff(x *call, _ string, body *view.TariffTerms) (book.Command, error) {
	t := billing.Terms{
		Service: billing.Service(x.choice("service", body.Service, serviceNames)), Payer: billing.Payer(x.choice("payer", body.Payer, payerNames)),
		Basis: billing.Basis(x.choice("basis", body.Basis, basisNames)), Party: optional[id.Party](x.fields, "party", body.Party),
		Currency: x.currency("currency", body.Currency), TaxName: body.TaxName, From: x.date("from", body.From),
	}
	if body.TaxRate != "" {
		t.TaxRate = x.percent("tax_rate", body.TaxRate)
	}
	if err := x.problem(); err != nil {
		return nil, err
	}
	for i, price := range body.Prices {
		field := fmt.Sprintf("prices[%d].", i)
		tier := billing.Tier{From: int64(price.FromPieces)}
		if t.Basis == billing.PerAmount {
			tier.Price = int64(x.percent(field+"price", price.Price))
			if price.FromAmount != "" {
				tier.From = int64(x.minor(field+"from_amount", price.FromAmount, t.Currency))
			}
		} else {
			tier.Price = int64(x.minor(field+"price", price.Price, t.Currency))
		}
		t.Tiers = append(t.Tiers, tier)
	}
	return &book.ProposeTariff{Terms: t}, nil
}

// minor reads an amount that stands without its currency.
func (x *call) minor(field, text string, currency money.Currency) money.Minor {
	minor, err := money.Parse(text, currency)
	if err != nil {
		x.bad(field, text, "%v", unquoted(err))
	}
	return minor
}

type (
	lossInput struct {
		Waiting
		Entity string `query:"entity" doc:"identity of a funder or a seller; missing: your own party"`
		At     string `query:"at" doc:"business date; missing: the last assessment"`
		Format string `query:"format" enum:"json,csv" doc:"of the answer; missing: json"`
	}
	incomeInput struct {
		Waiting
		Entity string `query:"entity" doc:"identity of a funder; missing: your own party, or all for those who see all"`
		Format string `query:"format" enum:"json,csv" doc:"of the answer; missing: json"`
	}
	billsInput struct {
		Waiting
	}
)

// reported is the operation of a report that is JSON or CSV.
func reported[T any](s *server, name, schema string) huma.Operation {
	o := s.operation(name)
	o.Description += " With format=csv the answer is CSV; its columns are named in the first row."
	answer := s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, schema)
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: answer}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
	}}}
	return o
}

// writeReport gives a report as JSON, or its rows as CSV.
func writeReport[R any](format, name string, made any, rows []R) (*csvOutput, error) {
	var written bytes.Buffer
	if format != "csv" {
		err := json.NewEncoder(&written).Encode(made)
		return &csvOutput{ContentType: "application/json", Body: written.Bytes()}, err
	}
	err := report.CSV(&written, report.Rows(rows))
	return &csvOutput{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="` + name + `.csv"`, Body: written.Bytes()}, err
}

func (s *server) registerEconomicReports() {
	huma.Register(s.huma, reported[view.ExpectedLoss](s, "expected_loss", "ExpectedLoss"), func(ctx context.Context, in *lossInput) (*csvOutput, error) {
		f := &fields{}
		entity, at := optional[id.Party](f, "entity", in.Entity), f.dateOr("at", in.At)
		v, c, err := s.reporting(ctx, f, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		made, err := v.ExpectedLoss(c, cmp.Or(entity, c.Party), at)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return writeReport(in.Format, "expected-loss", made, made.Lines)
	})
	huma.Register(s.huma, reported[view.Income](s, "income", "Income"), func(ctx context.Context, in *incomeInput) (*csvOutput, error) {
		f := &fields{}
		entity := optional[id.Party](f, "entity", in.Entity)
		v, c, err := s.reporting(ctx, f, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		made, err := v.Income(c, entity)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return writeReport(in.Format, "income", made, made.Lines)
	})
	o := s.operation("billed")
	o.Description += " The answer is CSV; its columns are named in the first row."
	huma.Register(s.huma, o, func(ctx context.Context, in *billsInput) (*csvOutput, error) {
		v, c, err := s.reporting(ctx, &fields{}, in.After)
		if err != nil {
			return nil, err
		}
		defer v.Close()
		lines, err := v.Billed(c)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return writeReport("csv", "bills", nil, lines)
	})
}
