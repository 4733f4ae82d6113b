package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/servicing"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies of requests on a financing whose money is out.
type (
	// RecourseBody says for what the seller is called.
	RecourseBody struct {
		Cause    string `json:"cause,omitempty" enum:"insolvency,protracted_default,dispute,warranty" doc:"protracted default where it is missing"`
		Since    string `json:"since,omitempty" format:"date" doc:"by the evidence"`
		Evidence string `json:"evidence,omitempty" maxLength:"20000" doc:"of an insolvency, and of a breach of warranty"`
	}
	// ExtensionBody proposes a later due date.
	ExtensionBody struct {
		Due    string `json:"due" format:"date"`
		Reason string `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// ProvisionBody proposes the level of an allowance.
	ProvisionBody struct {
		Amount Amount `json:"amount" doc:"from now on; zero ends it"`
		Reason string `json:"reason" minLength:"1" maxLength:"20000"`
	}
	// RecoveryBody says that money is for what was written off.
	RecoveryBody struct {
		Receipt string `json:"receipt"`
		Amount  Amount `json:"amount"`
		Payer   string `json:"payer" enum:"buyer,seller"`
	}
	// CoverBody says by what a claim on the credit cover is shown.
	CoverBody struct {
		Evidence string `json:"evidence" minLength:"1" maxLength:"20000"`
	}
	// CoverPaymentBody says that money is the insurer's.
	CoverPaymentBody struct {
		Receipt string `json:"receipt"`
		Amount  Amount `json:"amount"`
	}
	// BuybackBody names the seller's money.
	BuybackBody struct {
		Receipt string `json:"receipt"`
	}
	// ShortfallBody settles a shortfall.
	ShortfallBody struct {
		Party   string `json:"party,omitempty" doc:"that owes it; missing for what nobody owes by name"`
		Receipt string `json:"receipt,omitempty" doc:"missing where it is set off against what was collected for the party"`
		Amount  Amount `json:"amount"`
		Of      string `json:"of,omitempty" enum:"fees,cover" doc:"what is short: fees, or the share of the party's insurer; missing: what a party had from collections, or what is missing from a deposit"`
	}
)

var causes = []string{"", "insolvency", "protracted_default", "dispute", "warranty"}

func (s *server) registerLife() {
	getter(s, "get_measure", (*view.View).Measure)
	lister(s, "list_measures", (*view.View).Measures, "state", "type", "programme")
	register(s, act[RecourseBody, view.Financing]{
		name: "call_recourse", addressed: "financing", status: http.StatusOK, loose: true,
		build: func(x *call, of string, body *RecourseBody) (book.Command, error) {
			f, _, err := addressed(x, of, (*view.View).Financing)
			if err != nil {
				return nil, err
			}
			c := &book.CallRecourse{Financing: f}
			if body.Cause != "" {
				c.Cause = servicing.Cause(x.choice("cause", body.Cause, causes))
			}
			if body.Since != "" {
				c.Since = x.date("since", body.Since)
			}
			if body.Evidence != "" {
				c.Evidence, err = x.keep(intake.KindReason, body.Evidence)
			}
			return c, err
		},
		show: shown(func(c *book.CallRecourse, _ *engine.Answer) id.Financing { return c.Financing }, (*view.View).Financing),
	})
	measured(s, "extend_financing", func(x *call, f id.Financing, body *ExtensionBody) (*book.ExtendFinancing, error) {
		reason, err := x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
		return &book.ExtendFinancing{Financing: f, Due: x.date("due", body.Due), Reason: reason}, err
	})
	measured(s, "declare_default", func(x *call, f id.Financing, body *ReasonBody) (*book.DeclareDefault, error) {
		reason, err := x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
		return &book.DeclareDefault{Financing: f, Reason: reason}, err
	})
	measured(s, "write_off", func(x *call, f id.Financing, body *ReasonBody) (*book.WriteOff, error) {
		reason, err := x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
		return &book.WriteOff{Financing: f, Reason: reason}, err
	})
	measured(s, "provision", func(x *call, f id.Financing, body *ProvisionBody) (*book.Provision, error) {
		c := &book.Provision{Financing: f}
		v, err := x.view()
		if err != nil {
			return nil, err
		}
		record, err := v.Financing(x.caller, f)
		if err != nil {
			return nil, err
		}
		c.Amount = x.amountIn("amount", body.Amount, currencyOf(record.Amount))
		c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
		return c, err
	})
	measured(s, "claim_cover", func(x *call, f id.Financing, body *CoverBody) (*book.ClaimCover, error) {
		evidence, err := x.keep(intake.KindReason, x.text("evidence", body.Evidence, 20_000))
		return &book.ClaimCover{Financing: f, Evidence: evidence}, err
	})
	s.registerCover()
	s.registerReturns()
	s.registerShortfalls()
}

// measured registers a command that proposes a measure on the financing in its path.
func measured[C book.Command, B any](s *server, name string, build func(*call, id.Financing, *B) (C, error)) {
	register(s, act[B, view.Measure]{
		name: name, addressed: "financing", status: http.StatusCreated,
		build: func(x *call, of string, body *B) (book.Command, error) {
			f, _, err := addressed(x, of, (*view.View).Financing)
			if err != nil {
				return nil, err
			}
			return build(x, f, body)
		},
		show: shown(func(_ C, a *engine.Answer) id.Measure { return event[*book.MeasureProposed](a).Measure.ID }, (*view.View).Measure),
	})
}

// registerReturns registers what brings money back, and the decision on measures.
func (s *server) registerReturns() {
	register(s, act[ApprovalBody, view.Measure]{
		name: "decide_measure", addressed: "measure", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			m, _, err := addressed(x, of, (*view.View).Measure)
			return &book.DecideMeasure{Measure: m, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideMeasure, _ *engine.Answer) id.Measure { return c.Measure }, (*view.View).Measure),
	})
	register(s, act[BuybackBody, view.Financing]{
		name: "buy_back", addressed: "financing", status: http.StatusOK,
		build: func(x *call, of string, body *BuybackBody) (book.Command, error) {
			f, _, err := addressed(x, of, (*view.View).Financing)
			return &book.BuyBack{Financing: f, Receipt: required[id.Receipt](x.fields, "receipt", body.Receipt)}, err
		},
		show: shown(func(c *book.BuyBack, _ *engine.Answer) id.Financing { return c.Financing }, (*view.View).Financing),
	})
	register(s, act[RecoveryBody, view.Financing]{
		name: "record_recovery", addressed: "financing", status: http.StatusCreated,
		build: func(x *call, of string, body *RecoveryBody) (book.Command, error) {
			f, record, err := addressed(x, of, (*view.View).Financing)
			if err != nil {
				return nil, err
			}
			return &book.RecordRecovery{
				Financing: f, Receipt: required[id.Receipt](x.fields, "receipt", body.Receipt), Amount: x.amountIn("amount", body.Amount, currencyOf(record.Amount)),
				Payer: book.Payer(x.choice("payer", body.Payer, []string{"", "buyer", "seller"})),
			}, nil
		},
		show: shown(func(c *book.RecordRecovery, _ *engine.Answer) id.Financing { return c.Financing }, (*view.View).Financing),
	})
}

// registerCover registers what an insurer pays.
func (s *server) registerCover() {
	register(s, act[CoverPaymentBody, view.Financing]{
		name: "record_cover_payment", addressed: "financing", status: http.StatusCreated,
		build: func(x *call, of string, body *CoverPaymentBody) (book.Command, error) {
			f, record, err := addressed(x, of, (*view.View).Financing)
			if err != nil {
				return nil, err
			}
			return &book.RecordCoverPayment{
				Financing: f, Receipt: required[id.Receipt](x.fields, "receipt", body.Receipt), Amount: x.amountIn("amount", body.Amount, currencyOf(record.Amount)),
			}, nil
		},
		show: shown(func(c *book.RecordCoverPayment, _ *engine.Answer) id.Financing { return c.Financing }, (*view.View).Financing),
	})
}

// registerShortfalls registers what ends a stop.
func (s *server) registerShortfalls() {
	register(s, act[ShortfallBody, view.Measure]{
		name: "settle_shortfall", addressed: "programme", status: http.StatusCreated,
		build: func(x *call, of string, body *ShortfallBody) (book.Command, error) {
			p, record, err := addressed(x, of, (*view.View).Programme)
			if err != nil {
				return nil, err
			}
			currency, _ := money.ParseCurrency(record.Currency)
			short := book.OfCollections
			if body.Of != "" {
				short = book.ShortfallOf(x.choice("of", body.Of, book.ShortfallNames))
			}
			return &book.SettleShortfall{
				Programme: p, Party: optional[id.Party](x.fields, "party", body.Party), Receipt: optional[id.Receipt](x.fields, "receipt", body.Receipt),
				Amount: x.amountIn("amount", body.Amount, currency), Of: short,
			}, nil
		},
		show: shown(func(_ *book.SettleShortfall, a *engine.Answer) id.Measure {
			return event[*book.MeasureProposed](a).Measure.ID
		}, (*view.View).Measure),
	})
	register(s, act[ReasonBody, view.Measure]{
		name: "lift_stop", addressed: "programme", status: http.StatusCreated,
		build: func(x *call, of string, body *ReasonBody) (book.Command, error) {
			p, _, err := addressed(x, of, (*view.View).Programme)
			if err != nil {
				return nil, err
			}
			reason, err := x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return &book.LiftStop{Programme: p, Reason: reason}, err
		},
		show: shown(func(_ *book.LiftStop, a *engine.Answer) id.Measure { return event[*book.MeasureProposed](a).Measure.ID }, (*view.View).Measure),
	})
}
