package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
	"millrace/engine"
)

// TradeQuoteBody asks what the goods of a trade would bring.
type TradeQuoteBody struct {
	Programme string  `json:"programme"`
	Payee     string  `json:"payee,omitempty" doc:"left out where the programme pays the borrower's suppliers"`
	Amount    *Amount `json:"amount,omitempty" doc:"of what the goods are worth at the stage that the programme's product finances, and not billed; missing for all"`
	Due       string  `json:"due" doc:"day on which the seller repays at the latest"`
	Line      string  `json:"line,omitempty" doc:"of credit, that it draws on"`
}

// LineBody proposes a line of credit.
type LineBody struct {
	Seller     string   `json:"seller"`
	Funder     string   `json:"funder"`
	Amount     Amount   `json:"amount" doc:"in the currency of the programmes"`
	Programmes []string `json:"programmes" minItems:"1" maxItems:"4" doc:"one a stage, from order to cash"`
	Expires    string   `json:"expires" doc:"last day of new use"`
}

// LineStateBody moves a line.
type LineStateBody struct {
	State string `json:"state" enum:"live,suspended,ended"`
}

// registerLines registers what finances goods before there is a receivable.
func (s *server) registerLines() {
	register(s, act[TradeQuoteBody, view.Financing]{
		name: "quote_trade", addressed: "trade", status: http.StatusCreated,
		build: func(x *call, of string, body *TradeQuoteBody) (book.Command, error) {
			t, _, err := addressed(x, of, (*view.View).Trade)
			if err != nil {
				return nil, err
			}
			p, programme, err := named(x, "programme", body.Programme, (*view.View).Programme)
			if err != nil {
				return nil, err
			}
			c := &book.QuoteTrade{
				Trade: t, Programme: p, Payee: optional[id.BankAccount](x.fields, "payee", body.Payee),
				Due: x.date("due", body.Due), Line: optional[id.Line](x.fields, "line", body.Line),
			}
			if body.Amount != nil {
				currency, _ := money.ParseCurrency(programme.Currency)
				c.Amount = x.amountIn("amount", *body.Amount, currency)
			}
			return c, nil
		},
		show: shown(func(_ *book.QuoteTrade, a *engine.Answer) id.Financing {
			return event[*book.FinancingOpened](a).Financing.ID
		}, (*view.View).Financing),
	})
	lister(s, "list_lines", (*view.View).Lines, "state", "party")
	getter(s, "get_line", (*view.View).Line)
	register(s, act[LineBody, view.CreditLine]{
		name: "propose_line", status: http.StatusCreated,
		build: func(x *call, _ string, body *LineBody) (book.Command, error) {
			c := &book.ProposeLine{
				Seller: required[id.Party](x.fields, "seller", body.Seller), Funder: required[id.Party](x.fields, "funder", body.Funder), Expires: x.date("expires", body.Expires),
			}
			for _, one := range body.Programmes {
				c.Programmes = append(c.Programmes, required[id.Programme](x.fields, "programmes", one))
			}
			c.Amount, _ = x.amount("amount", body.Amount)
			return c, nil
		},
		show: shown(func(_ *book.ProposeLine, a *engine.Answer) id.Line { return event[*book.LineProposed](a).Line.ID }, (*view.View).Line),
	})
	register(s, act[nothing, view.CreditLine]{
		name: "approve_line", addressed: "line", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			l, _, err := addressed(x, of, (*view.View).Line)
			return &book.ApproveLine{Line: l}, err
		},
		show: shown(func(c *book.ApproveLine, _ *engine.Answer) id.Line { return c.Line }, (*view.View).Line),
	})
	register(s, act[LineStateBody, view.CreditLine]{
		name: "move_line", addressed: "line", status: http.StatusOK,
		build: func(x *call, of string, body *LineStateBody) (book.Command, error) {
			l, _, err := addressed(x, of, (*view.View).Line)
			return &book.MoveLine{Line: l, State: funding.LineState(x.choice("state", body.State, []string{"", "", "live", "suspended", "ended"}))}, err
		},
		show: shown(func(c *book.MoveLine, _ *engine.Answer) id.Line { return c.Line }, (*view.View).Line),
	})
}
