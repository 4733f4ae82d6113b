package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

type (
	// StrayedBody says that money for a receivable lies where it does not belong.
	StrayedBody struct {
		Receivable string `json:"receivable"`
		Amount     Amount `json:"amount"`
		Paid       string `json:"paid" doc:"value date"`
		Evidence   string `json:"evidence" minLength:"1" maxLength:"20000"`
		Place      string `json:"place,omitempty" enum:"seller,funder,programme" doc:"where the money lies; missing: with the seller"`
		Funder     string `json:"funder,omitempty" doc:"with a funder: which"`
		Programme  string `json:"programme,omitempty" doc:"in another programme: which"`
	}
	// DemandBody demands the money from who has it.
	DemandBody struct {
		Due    string `json:"due" doc:"last day to pay over"`
		Letter string `json:"letter,omitempty" maxLength:"20000" doc:"the demand as sent"`
	}
	// PayOverBody matches a receipt to a misdirected payment.
	PayOverBody struct {
		Receipt string `json:"receipt"`
		Amount  Amount `json:"amount"`
	}
	// SetOffBody proposes a set-off against what was collected for the seller.
	SetOffBody struct {
		Amount Amount `json:"amount"`
	}
	// SetOffDecisionBody decides on a set-off.
	SetOffDecisionBody struct {
		Decision string `json:"decision" enum:"approve,decline"`
	}
	// DropBody ends a recovery before it is whole.
	DropBody struct {
		Reason string `json:"reason" minLength:"1" maxLength:"20000"`
	}
)

// onMisdirected registers a command on a misdirected payment.
func onMisdirected[B any, C book.Command](s *server, name string, build func(x *call, of id.Misdirected, record *view.Misdirected, body *B) (C, error), of func(C) id.Misdirected) {
	register(s, act[B, view.Misdirected]{
		name: name, addressed: "payment", status: http.StatusOK,
		build: func(x *call, text string, body *B) (book.Command, error) {
			m, record, err := addressed(x, text, (*view.View).Misdirected)
			if err != nil {
				return nil, err
			}
			return build(x, m, &record, body)
		},
		show: shown(func(c C, _ *engine.Answer) id.Misdirected { return of(c) }, (*view.View).Misdirected),
	})
}

func (s *server) registerRecoveries() {
	register(s, act[StrayedBody, view.Misdirected]{
		name: "notice_misdirected_payment", status: http.StatusCreated, build: buildStrayed,
		show: shown(func(_ *book.NoticeMisdirected, a *engine.Answer) id.Misdirected {
			return event[*book.PaymentMisdirected](a).Payment.ID
		}, (*view.View).Misdirected),
	})
	onMisdirected(s, "demand_misdirected_payment", func(x *call, of id.Misdirected, _ *view.Misdirected, body *DemandBody) (*book.DemandMisdirected, error) {
		c := &book.DemandMisdirected{Payment: of, Due: x.date("due", body.Due)}
		var err error
		if body.Letter != "" {
			c.Letter, err = x.keep(intake.KindText, x.text("letter", body.Letter, 20_000))
		}
		return c, err
	}, func(c *book.DemandMisdirected) id.Misdirected { return c.Payment })
	onMisdirected(s, "pay_over_misdirected_payment", func(x *call, of id.Misdirected, record *view.Misdirected, body *PayOverBody) (*book.PayOver, error) {
		return &book.PayOver{Payment: of, Receipt: required[id.Receipt](x.fields, "receipt", body.Receipt), Amount: x.amountIn("amount", body.Amount, currencyOf(record.Amount))}, nil
	}, func(c *book.PayOver) id.Misdirected { return c.Payment })
	onMisdirected(s, "propose_set_off", func(x *call, of id.Misdirected, record *view.Misdirected, body *SetOffBody) (*book.ProposeSetOff, error) {
		return &book.ProposeSetOff{Payment: of, Amount: x.amountIn("amount", body.Amount, currencyOf(record.Amount))}, nil
	}, func(c *book.ProposeSetOff) id.Misdirected { return c.Payment })
	onMisdirected(s, "decide_set_off", func(x *call, of id.Misdirected, _ *view.Misdirected, body *SetOffDecisionBody) (*book.DecideSetOff, error) {
		return &book.DecideSetOff{Payment: of, Decision: x.decision(body.Decision)}, nil
	}, func(c *book.DecideSetOff) id.Misdirected { return c.Payment })
	onMisdirected(s, "drop_misdirected_payment", func(x *call, of id.Misdirected, _ *view.Misdirected, body *DropBody) (*book.DropMisdirected, error) {
		c := &book.DropMisdirected{Payment: of}
		var err error
		c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
		return c, err
	}, func(c *book.DropMisdirected) id.Misdirected { return c.Payment })
}

func buildStrayed(x *call, _ string, body *StrayedBody) (book.Command, error) {
	r, record, err := named(x, "receivable", body.Receivable, (*view.View).Receivable)
	if err != nil {
		return nil, err
	}
	c := &book.NoticeMisdirected{
		Receivable: r, Amount: x.amountIn("amount", body.Amount, currencyOf(record.Face)), Paid: x.date("paid", body.Paid),
		Funder: optional[id.Party](x.fields, "funder", body.Funder), Other: optional[id.Programme](x.fields, "programme", body.Programme),
	}
	if body.Place != "" {
		c.Place = legal.Place(x.choice("place", body.Place, legal.PlaceNames))
	}
	c.Evidence, err = x.keep(intake.KindProof, x.text("evidence", body.Evidence, 20_000))
	return c, err
}
