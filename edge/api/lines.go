package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
	"millrace/engine"
)

// TradeQuoteBody asks what the goods of a trade would bring.
type TradeQuoteBody struct {
	Programme string  `json:"programme"`
	Payee     string  `json:"payee"`
	Amount    *Amount `json:"amount,omitempty" doc:"of what the goods are worth at the stage that the programme's product finances, and not billed; missing for all"`
	Due       string  `json:"due" doc:"day on which the seller repays at the latest"`
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
				Trade: t, Programme: p, Payee: required[id.BankAccount](x.fields, "payee", body.Payee),
				Due: x.date("due", body.Due),
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
}

// repayment allocates a receipt to what its seller has borrowed against goods.
func (x *call) repayment(r id.Receipt, record view.Receipt, body *AllocationBody) *book.Allocate {
	for field, value := range map[string]string{"receivable": body.Receivable, "holding": body.Holding} {
		if value != "" {
			x.bad(field, value, "is left out where a financing is named")
		}
	}
	return &book.Allocate{
		Receipt: r, Financing: required[id.Financing](x.fields, "financing", body.Financing), Amount: x.amountIn("amount", body.Amount, currencyOf(record.Amount)),
		Payer: book.Payer(x.choice("payer", body.Payer, []string{"", "buyer", "seller"})),
	}
}
