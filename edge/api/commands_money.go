package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/ledger"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

func (s *server) registerTrade() {
	register(s, act[ClearanceBody, view.Receivable]{
		name: "clear_findings", addressed: "receivable", status: http.StatusOK,
		build: func(x *call, of string, body *ClearanceBody) (book.Command, error) {
			r, _, err := addressed(x, of, (*view.View).Receivable)
			if err != nil {
				return nil, err
			}
			c := &book.ClearFindings{Receivable: r, Codes: body.Codes, Rules: body.Rules}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(c *book.ClearFindings, _ *engine.Answer) id.Receivable { return c.Receivable }, (*view.View).Receivable),
	})
}

// currencyOf is the currency of an amount in a view.
func currencyOf(a view.Amount) money.Currency {
	currency, _ := money.ParseCurrency(a.Currency)
	return currency
}

func (s *server) registerFinancings() {
	register(s, act[QuoteBody, view.Financing]{
		name: "request_quote", status: http.StatusCreated,
		build: func(x *call, _ string, body *QuoteBody) (book.Command, error) {
			c := &book.RequestQuote{
				Programme: required[id.Programme](x.fields, "programme", body.Programme), Payee: required[id.BankAccount](x.fields, "payee", body.Payee),
				Line: optional[id.Line](x.fields, "line", body.Line),
			}
			if body.Holding == "" {
				c.Receivable = required[id.Receivable](x.fields, "receivable", body.Receivable)
				return c, nil
			}
			return c, x.ofHolding(c, body)
		},
		show: shown(func(_ *book.RequestQuote, a *engine.Answer) id.Financing {
			return event[*book.FinancingOpened](a).Financing.ID
		}, (*view.View).Financing),
	})
	register(s, act[DecisionBody, view.Financing]{
		name: "decide_referral", addressed: "financing", status: http.StatusOK,
		build: func(x *call, of string, body *DecisionBody) (book.Command, error) {
			f, _, err := addressed(x, of, (*view.View).Financing)
			if err != nil {
				return nil, err
			}
			c := &book.DecideReferral{Financing: f, Decision: x.decision(body.Decision)}
			c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
			return c, err
		},
		show: shown(func(c *book.DecideReferral, _ *engine.Answer) id.Financing { return c.Financing }, (*view.View).Financing),
	})
	register(s, act[AcceptanceBody, view.Financing]{
		name: "accept_quote", addressed: "financing", status: http.StatusOK, loose: true, build: buildAcceptance,
		show: shown(func(c *book.AcceptQuote, _ *engine.Answer) id.Financing { return c.Financing }, (*view.View).Financing),
	})
	onFinancing(s, "disburse", func(f id.Financing) *book.Disburse { return &book.Disburse{Financing: f} },
		func(c *book.Disburse) id.Financing { return c.Financing })
	onFinancing(s, "cancel_financing", func(f id.Financing) *book.CancelFinancing { return &book.CancelFinancing{Financing: f} },
		func(c *book.CancelFinancing) id.Financing { return c.Financing })
	onFinancing(s, "close_financing", func(f id.Financing) *book.CloseFinancing { return &book.CloseFinancing{Financing: f} },
		func(c *book.CloseFinancing) id.Financing { return c.Financing })
}

// onFinancing registers a command that says all by the financing that it names.
func onFinancing[C book.Command](s *server, name string, command func(id.Financing) C, of func(C) id.Financing) {
	register(s, act[nothing, view.Financing]{
		name: name, addressed: "financing", status: http.StatusOK,
		build: func(x *call, text string, _ *nothing) (book.Command, error) {
			f, _, err := addressed(x, text, (*view.View).Financing)
			return command(f), err
		},
		show: shown(func(c C, _ *engine.Answer) id.Financing { return of(c) }, (*view.View).Financing),
	})
}

var decisions = []string{"", "approve", "decline"}

func (x *call) decision(text string) book.Decision {
	return book.Decision(x.choice("decision", text, decisions))
}

var outcomes = []string{"", "", "", "in_doubt", "executed", "refused", "returned"}

func (s *server) registerPayments() {
	ofPayment := func(x *call, of string) (id.Payment, error) {
		p, _, err := addressed(x, of, (*view.View).Payment)
		return p, err
	}
	register(s, act[ApprovalBody, view.Payment]{
		name: "approve_payment", addressed: "payment", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			p, err := ofPayment(x, of)
			return &book.ApprovePayment{Payment: p, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.ApprovePayment, _ *engine.Answer) id.Payment { return c.Payment }, (*view.View).Payment),
	})
	register(s, act[ReasonBody, view.Payment]{
		name: "release_payment", addressed: "payment", status: http.StatusOK,
		build: func(x *call, of string, body *ReasonBody) (book.Command, error) {
			p, err := ofPayment(x, of)
			if err != nil {
				return nil, err
			}
			reason, err := x.kept(intake.KindReason, "reason", body.Reason, 20_000)
			return &book.ReleasePayment{Payment: p, Reason: reason}, err
		},
		show: shown(func(c *book.ReleasePayment, _ *engine.Answer) id.Payment { return c.Payment }, (*view.View).Payment),
	})
	register(s, act[nothing, view.Payment]{
		name: "retry_payment", addressed: "payment", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			p, err := ofPayment(x, of)
			return &book.RetryPayment{Payment: p}, err
		},
		show: shown(func(c *book.RetryPayment, _ *engine.Answer) id.Payment { return c.Payment }, (*view.View).Payment),
	})
	register(s, act[OutcomeBody, view.Payment]{
		name: "record_outcome", addressed: "payment", status: http.StatusOK,
		build: func(x *call, of string, body *OutcomeBody) (book.Command, error) {
			p, err := ofPayment(x, of)
			c := &book.RecordOutcome{Payment: p, State: payment.State(x.choice("state", body.State, outcomes))}
			if body.Value != "" {
				c.Value = x.date("value", body.Value)
			}
			if body.Reference != "" {
				c.Bank = x.server.Engine.Vault().Token("bank_reference", body.Reference)
			}
			if err != nil || c.State != payment.Refused || x.caller.Role != party.Custodian {
				return c, err
			}
			c.Reason, err = x.kept(intake.KindReason, "reason", body.Reason, 20_000)
			return c, err
		},
		show: shown(func(c *book.RecordOutcome, _ *engine.Answer) id.Payment { return c.Payment }, (*view.View).Payment),
	})
	register(s, act[SweepBody, view.Payment]{
		name: "sweep", status: http.StatusCreated,
		build: func(x *call, _ string, body *SweepBody) (book.Command, error) {
			return &book.Sweep{Programme: required[id.Programme](x.fields, "programme", body.Programme), Funder: required[id.Party](x.fields, "funder", body.Funder)}, nil
		},
		show: shown(func(_ *book.Sweep, a *engine.Answer) id.Payment { return event[*book.PaymentOpened](a).Payment.ID }, (*view.View).Payment),
	})
	register(s, act[PayOutBody, view.Payment]{
		name: "pay_out", status: http.StatusCreated,
		build: func(x *call, _ string, body *PayOutBody) (book.Command, error) {
			return &book.PayOut{
				Programme: required[id.Programme](x.fields, "programme", body.Programme), Seller: required[id.Party](x.fields, "seller", body.Seller),
				Account: required[id.BankAccount](x.fields, "account", body.Account),
			}, nil
		},
		show: shown(func(_ *book.PayOut, a *engine.Answer) id.Payment { return event[*book.PaymentOpened](a).Payment.ID }, (*view.View).Payment),
	})
}

func (s *server) registerReceipts() {
	register(s, act[ReceiptBody, Took]{
		name: "record_receipt", status: http.StatusCreated, build: buildReceipt,
		show: func(x *call, v *view.View, a *engine.Answer, _ book.Command) (Took, error) {
			if e := event[*book.ReceiptRepeated](a); e != nil {
				receipt, err := v.Receipt(x.caller, e.Receipt)
				return Took{Outcome: "repeated", Receipt: receipt}, err
			}
			receipt, err := v.Receipt(x.caller, event[*book.ReceiptRecorded](a).Receipt.ID)
			return Took{Outcome: "recorded", Receipt: receipt}, err
		},
	})
	register(s, act[ReversalBody, view.Receipt]{
		name: "reverse_receipt", addressed: "receipt", status: http.StatusOK,
		build: func(x *call, of string, body *ReversalBody) (book.Command, error) {
			r, record, err := addressed(x, of, (*view.View).Receipt)
			if err != nil {
				return nil, err
			}
			line := x.line(body.Account, record.Programme, x.text("reference", body.Reference, 200))
			c := &book.ReverseReceipt{Receipt: r, Line: line}
			if body.Value != "" {
				c.Value = x.date("value", body.Value)
			}
			return c, nil
		},
		show: shown(func(c *book.ReverseReceipt, _ *engine.Answer) id.Receipt { return c.Receipt }, (*view.View).Receipt),
	})
	register(s, act[AllocationBody, view.Receipt]{
		name: "allocate", status: http.StatusCreated,
		build: func(x *call, _ string, body *AllocationBody) (book.Command, error) {
			r, record, err := named(x, "receipt", body.Receipt, (*view.View).Receipt)
			if err != nil {
				return nil, err
			}
			receivable := optional[id.Receivable](x.fields, "receivable", body.Receivable)
			if body.Financing == "" {
				receivable = required[id.Receivable](x.fields, "receivable", body.Receivable)
			} else if body.Receivable != "" || body.Holding != "" {
				x.bad("financing", body.Financing, "is named alone: without a receivable or a holding")
			}
			return &book.Allocate{
				Receipt: r, Holding: optional[id.Holding](x.fields, "holding", body.Holding), Receivable: receivable,
				Financing: optional[id.Financing](x.fields, "financing", body.Financing),
				Amount:    x.amountIn("amount", body.Amount, currencyOf(record.Amount)), Payer: book.Payer(x.choice("payer", body.Payer, []string{"", "buyer", "seller"})),
			}, nil
		},
		show: shown(func(c *book.Allocate, _ *engine.Answer) id.Receipt { return c.Receipt }, (*view.View).Receipt),
	})
}

// registerUndertakings registers what products of the full form need besides.
func (s *server) registerUndertakings() {
	register(s, act[BankUndertakingBody, view.Receivable]{
		name: "undertake_as_bank", addressed: "receivable", status: http.StatusOK,
		build: func(x *call, of string, body *BankUndertakingBody) (book.Command, error) {
			_, r, err := addressed(x, of, (*view.View).ReceivableRecord)
			if err != nil {
				return nil, err
			}
			c := &book.UndertakeAsBank{
				Receivable: r.ID, Bank: required[id.Party](x.fields, "bank", body.Bank), Amount: x.amountIn("amount", body.Amount, r.Currency),
				Document: r.Hash, Seller: r.Seller, Buyer: r.Buyer, Currency: r.Currency, Due: r.Due,
			}
			c.Signatures, err = x.signatures(body.Signatures)
			return c, err
		},
		show: shown(func(c *book.UndertakeAsBank, _ *engine.Answer) id.Receivable { return c.Receivable }, (*view.View).Receivable),
	})
	register(s, act[AgentCollectionBody, view.Receivable]{
		name: "report_collection", addressed: "receivable", status: http.StatusOK,
		build: func(x *call, of string, body *AgentCollectionBody) (book.Command, error) {
			_, r, err := addressed(x, of, (*view.View).ReceivableRecord)
			if err != nil {
				return nil, err
			}
			return &book.ReportCollection{Receivable: r.ID, Amount: x.amountIn("amount", body.Amount, r.Currency), Value: x.date("value", body.Value)}, nil
		},
		show: shown(func(c *book.ReportCollection, _ *engine.Answer) id.Receivable { return c.Receivable }, (*view.View).Receivable),
	})
}

// line is the natural identity of a statement line: the bank's account, or the programme whose account it is, and the
// bank's reference.
func (x *call) line(account, programme, reference string) [16]byte {
	if account == "" {
		account = programme
	}
	return x.server.Intake.LineToken(account, reference)
}

func buildReceipt(x *call, _ string, body *ReceiptBody) (book.Command, error) {
	amount, currency := x.amount("amount", body.Amount)
	c := &book.RecordReceipt{
		Programme: required[id.Programme](x.fields, "programme", body.Programme), Funder: optional[id.Party](x.fields, "funder", body.Funder),
		Line: x.line(body.Account, body.Programme, x.text("reference", body.Reference, 200)), Amount: amount, Currency: currency,
		Value: x.date("value", body.Value), Booking: x.date("booking", body.Booking),
		Payer: x.server.Intake.PayerToken(body.PayerAccount), EndToEnd: x.server.Intake.EndToEndToken(body.EndToEnd),
	}
	if body.Text == "" {
		return c, nil
	}
	var err error
	c.Text, err = x.keep(intake.KindRemit, body.Text)
	return c, err
}

func (s *server) registerLedger() {
	register(s, act[DayBody, Day]{
		name: "open_day", status: http.StatusOK,
		build: func(x *call, _ string, body *DayBody) (book.Command, error) {
			return &book.OpenDay{Date: x.date("date", body.Date)}, nil
		},
		show: func(_ *call, _ *view.View, _ *engine.Answer, c book.Command) (Day, error) {
			return Day{Date: c.(*book.OpenDay).Date.String()}, nil
		},
	})
	register(s, act[AccountsBody, Opened]{
		name: "open_accounts", status: http.StatusCreated,
		build: func(x *call, _ string, body *AccountsBody) (book.Command, error) {
			c := &book.OpenAccounts{
				Entity: required[id.Party](x.fields, "entity", body.Entity), Currency: x.currency("currency", body.Currency), Count: uint32(body.Count),
				Code: [...]ledger.Code{0, ledger.General, ledger.Source}[x.choice("code", body.Code, []string{"", "general", "source"})],
			}
			if body.Count < 1 || body.Count > book.TransfersMax {
				x.bad("count", "", "is 1 to %d", book.TransfersMax)
			}
			return c, nil
		},
		show: func(_ *call, _ *view.View, a *engine.Answer, _ book.Command) (Opened, error) {
			e := event[*book.AccountsOpened](a)
			return Opened{First: e.First.String(), Count: int(e.Count)}, nil
		},
	})
	register(s, act[TransfersBody, Posted]{
		name: "post_transfers", status: http.StatusCreated,
		build: func(x *call, _ string, body *TransfersBody) (book.Command, error) {
			c := &book.PostTransfers{Transfers: make([]ledger.Transfer, len(body.Transfers))}
			for i := range body.Transfers {
				c.Transfers[i] = x.transfer("transfers.", &body.Transfers[i])
			}
			return c, nil
		},
		show: func(_ *call, _ *view.View, a *engine.Answer, _ book.Command) (Posted, error) {
			return Posted{Transfers: len(event[*book.TransfersPosted](a).Transfers)}, nil
		},
	})
	s.registerHolds()
}

func (x *call) transfer(prefix string, body *TransferBody) ledger.Transfer {
	return ledger.Transfer{
		Debit: required[id.Account](x.fields, prefix+"debit", body.Debit), Credit: required[id.Account](x.fields, prefix+"credit", body.Credit),
		Amount: money.Minor(body.Minor),
	}
}

func (s *server) registerHolds() {
	register(s, act[HoldBody, view.Hold]{
		name: "place_hold", status: http.StatusCreated,
		build: func(x *call, _ string, body *HoldBody) (book.Command, error) {
			if body.Seconds < 0 || body.Seconds > 1<<32-1 {
				x.bad("seconds", "", "is 0 to 4294967295")
			}
			return &book.PlaceHold{Transfer: x.transfer("", &body.TransferBody), Seconds: uint32(body.Seconds)}, nil
		},
		show: shown(func(_ *book.PlaceHold, a *engine.Answer) id.Hold { return event[*book.HoldPlaced](a).Hold.ID }, (*view.View).Hold),
	})
	register(s, act[HoldEndBody, view.Hold]{
		name: "end_hold", addressed: "hold", status: http.StatusOK,
		build: func(x *call, of string, body *HoldEndBody) (book.Command, error) {
			h, _, err := addressed(x, of, (*view.View).Hold)
			return &book.EndHold{Hold: h, State: ledger.HoldState(x.choice("state", body.State, []string{"", "", "posted", "voided"}))}, err
		},
		show: shown(func(c *book.EndHold, _ *engine.Answer) id.Hold { return c.Hold }, (*view.View).Hold),
	})
}
