package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/borrowing"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies about pools and the terms of security.
type (
	// PoolBody puts receivables into a seller's pool.
	PoolBody struct {
		Programme   string   `json:"programme"`
		Receivables []string `json:"receivables" minItems:"1" maxItems:"2000" doc:"of one seller"`
	}
	// WithdrawalBody takes receivables out of a pool.
	WithdrawalBody struct {
		Receivables []string `json:"receivables" minItems:"1" maxItems:"2000"`
	}
	// QuotePoolBody asks for a drawing on a pool.
	QuotePoolBody struct {
		Amount *Amount `json:"amount,omitempty" doc:"to be lent; missing: the most"`
		Payee  string  `json:"payee" doc:"a verified bank account of the seller"`
		Due    string  `json:"due" format:"date" doc:"day on which the seller repays"`
	}
	// CollateralBody are terms on which a programme lends against stock, a pool, or both.
	CollateralBody struct {
		Stock    *view.StockTerms `json:"stock,omitempty"`
		Base     *BaseTermsBody   `json:"base,omitempty"`
		CureDays int32            `json:"cure_days,omitempty" minimum:"0" maximum:"90" doc:"to make an overadvance on a pool good"`
	}
	// BaseTermsBody are those of a borrowing base. Shares are in per cent; a bound that is missing or 0 is none.
	BaseTermsBody struct {
		AdvanceRate      string  `json:"advance_rate" example:"75"`
		Home             string  `json:"home,omitempty" maxLength:"2"`
		OverdueDaysMax   int32   `json:"overdue_days_max" minimum:"0"`
		CrossAging       string  `json:"cross_aging,omitempty"`
		TenorDaysMax     int32   `json:"tenor_days_max,omitempty" minimum:"0"`
		DocumentDaysMax  int32   `json:"document_days_max,omitempty" minimum:"0"`
		Unconfirmed      string  `json:"unconfirmed" enum:"counts,excluded"`
		Foreign          string  `json:"foreign" enum:"counts,excluded"`
		CapBasis         string  `json:"cap_basis" enum:"of_eligible,of_what_remains"`
		ObligorCap       string  `json:"obligor_cap,omitempty"`
		GroupCap         string  `json:"group_cap,omitempty"`
		CountryCap       string  `json:"country_cap,omitempty"`
		DilutionFloor    string  `json:"dilution_floor,omitempty"`
		DilutionMultiple string  `json:"dilution_multiple,omitempty" doc:"150 is one and a half times"`
		Limit            Amount  `json:"limit_of_facility"`
		Reserves         *Amount `json:"reserve_other_total,omitempty"`
	}
)

func (s *server) registerPools() {
	getter(s, "get_pool", (*view.View).Pool)
	lister(s, "list_pools", (*view.View).Pools, "party", "programme")
	getter(s, "get_base", (*view.View).Base)
	lister(s, "list_bases", (*view.View).Bases, "party", "programme")
	getter(s, "get_collateral", (*view.View).Collateral)
	lister(s, "list_collateral", (*view.View).Collaterals, "state", "programme")
	register(s, act[PoolBody, view.Pool]{
		name: "pool_receivables", status: http.StatusCreated,
		build: func(x *call, _ string, body *PoolBody) (book.Command, error) {
			return &book.PoolReceivables{
				Programme: required[id.Programme](x.fields, "programme", body.Programme), Receivables: x.receivables(body.Receivables),
			}, nil
		},
		show: shown(func(_ *book.PoolReceivables, a *engine.Answer) id.Pool {
			return event[*book.ReceivablesPooled](a).Pool.ID
		}, (*view.View).Pool),
	})
	register(s, act[WithdrawalBody, view.Pool]{
		name: "withdraw_receivables", addressed: "pool", status: http.StatusOK,
		build: func(x *call, of string, body *WithdrawalBody) (book.Command, error) {
			pool, _, err := addressed(x, of, (*view.View).Pool)
			return &book.WithdrawReceivables{Pool: pool, Receivables: x.receivables(body.Receivables)}, err
		},
		show: shown(func(c *book.WithdrawReceivables, _ *engine.Answer) id.Pool { return c.Pool }, (*view.View).Pool),
	})
	register(s, act[nothing, view.Base]{
		name: "determine_base", addressed: "pool", status: http.StatusCreated,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			pool, _, err := addressed(x, of, (*view.View).Pool)
			return &book.DetermineBase{Pool: pool}, err
		},
		show: shown(func(_ *book.DetermineBase, a *engine.Answer) id.Base { return event[*book.BaseDetermined](a).Base.ID }, (*view.View).Base),
	})
	register(s, act[QuotePoolBody, view.Financing]{
		name: "quote_pool", addressed: "pool", status: http.StatusCreated,
		build: func(x *call, of string, body *QuotePoolBody) (book.Command, error) {
			pool, _, err := addressed(x, of, (*view.View).Pool)
			c := &book.QuotePool{Pool: pool, Payee: required[id.BankAccount](x.fields, "payee", body.Payee), Due: x.date("due", body.Due)}
			if body.Amount != nil {
				c.Amount, _ = x.amount("amount", *body.Amount)
			}
			return c, err
		},
		show: shown(func(_ *book.QuotePool, a *engine.Answer) id.Financing {
			return event[*book.FinancingOpened](a).Financing.ID
		}, (*view.View).Financing),
	})
	register(s, act[CollateralBody, view.Collateral]{
		name: "propose_collateral", addressed: "programme", status: http.StatusCreated, build: buildCollateral,
		show: shown(func(_ *book.ProposeCollateral, a *engine.Answer) id.Collateral {
			return event[*book.CollateralProposed](a).Collateral.ID
		}, (*view.View).Collateral),
	})
	register(s, act[nothing, view.Collateral]{
		name: "approve_collateral", addressed: "collateral", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			terms, _, err := addressed(x, of, (*view.View).Collateral)
			return &book.ApproveCollateral{Collateral: terms}, err
		},
		show: shown(func(c *book.ApproveCollateral, _ *engine.Answer) id.Collateral { return c.Collateral }, (*view.View).Collateral),
	})
}

func (f *fields) receivables(texts []string) []id.Receivable {
	var list []id.Receivable
	for _, text := range texts {
		list = append(list, required[id.Receivable](f, "receivables", text))
	}
	return list
}

// share reads a rate in per cent that may be missing.
func (f *fields) share(field, text string) money.Rate {
	if text == "" {
		return 0
	}
	return f.percent(field, text)
}

func buildCollateral(x *call, of string, body *CollateralBody) (book.Command, error) {
	number, programme, err := addressed(x, of, (*view.View).Programme)
	if err != nil {
		return nil, err
	}
	c := &book.ProposeCollateral{Programme: number, CureDays: body.CureDays}
	currency, _ := money.ParseCurrency(programme.Currency)
	if t := body.Stock; t != nil {
		c.Stock = inventory.Terms{
			Currency: currency, PriceAgeMaxDays: int32(t.PriceAgeDaysMax), Haircut: x.percent("stock.haircut", t.Haircut),
			RatioTarget: x.percent("stock.ratio_target", t.RatioTarget), RatioTrigger: x.percent("stock.ratio_trigger", t.RatioTrigger),
			RatioSale: x.share("stock.ratio_sale", t.RatioSale), CureDays: int32(t.CureDays), SaleCost: x.percent("stock.sale_cost", t.SaleCost),
			ReleaseStep: x.quantity("stock.release_step", t.ReleaseStep),
		}
		for _, q := range t.QualityHaircuts {
			c.Stock.QualityHaircuts = append(c.Stock.QualityHaircuts, inventory.QualityHaircut{Goods: q.Goods, Quality: q.Quality, Haircut: x.percent("stock.quality_haircuts", q.Haircut)})
		}
		for _, q := range t.StorageHaircuts {
			c.Stock.StorageHaircuts = append(c.Stock.StorageHaircuts, inventory.StorageHaircut{FromDays: int32(q.FromDays), Haircut: x.percent("stock.storage_haircuts", q.Haircut)})
		}
	}
	if body.Base != nil {
		c.Base = x.baseTerms(body.Base, currency)
	}
	return c, nil
}

func (f *fields) baseTerms(t *BaseTermsBody, currency money.Currency) borrowing.Terms {
	terms := borrowing.Terms{
		Currency: currency, Classes: []borrowing.Class{{Name: "receivables", Kind: borrowing.Receivables, AdvanceRate: f.percent("base.advance_rate", t.AdvanceRate)}},
		OverdueDaysMax: t.OverdueDaysMax, CrossAging: f.share("base.cross_aging", t.CrossAging), TenorDaysMax: t.TenorDaysMax, DocumentDaysMax: t.DocumentDaysMax,
		Unconfirmed: borrowing.Policy(f.choice("base.unconfirmed", t.Unconfirmed, view.PolicyNames)),
		Foreign:     borrowing.Policy(f.choice("base.foreign", t.Foreign, view.PolicyNames)),
		CapBasis:    borrowing.CapBasis(f.choice("base.cap_basis", t.CapBasis, view.CapBasisNames)),
		ObligorCap:  f.share("base.obligor_cap", t.ObligorCap), GroupCap: f.share("base.group_cap", t.GroupCap), CountryCap: f.share("base.country_cap", t.CountryCap),
		DilutionFloor: f.share("base.dilution_floor", t.DilutionFloor), DilutionMultiple: f.share("base.dilution_multiple", t.DilutionMultiple),
		LimitOfFacility: f.amountIn("base.limit_of_facility", t.Limit, currency),
	}
	copy(terms.Home[:], t.Home)
	if t.Reserves != nil {
		terms.ReserveOtherTotal = f.amountIn("base.reserve_other_total", *t.Reserves, currency)
	}
	return terms
}
