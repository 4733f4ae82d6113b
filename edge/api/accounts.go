package api

import (
	"crypto/sha256"
	"fmt"
	"net/http"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/payment"
	"millrace/domain/supervision"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies of supervised accounts, and of ways out of them.
type (
	// NumberBody names an account at a bank.
	NumberBody struct {
		IBAN   string `json:"iban,omitempty" maxLength:"42"`
		Number string `json:"number,omitempty" maxLength:"64" doc:"where there is no IBAN"`
		BIC    string `json:"bic,omitempty" maxLength:"11"`
		Holder string `json:"holder" minLength:"1" maxLength:"300"`
	}
	// AccountSignatoryBody is one whose order the custodian obeys: an actor or a party.
	AccountSignatoryBody struct {
		Actor string `json:"actor,omitempty"`
		Party string `json:"party,omitempty"`
	}
	// SupervisedAccountBody puts an account of a programme on record.
	SupervisedAccountBody struct {
		Kind        string                 `json:"kind" enum:"funding,collection,fees"`
		Funder      string                 `json:"funder,omitempty" doc:"of a funding account"`
		Owner       string                 `json:"owner" doc:"in whose name it is"`
		Beneficiary string                 `json:"beneficiary,omitempty" doc:"the funder or the operator; missing for a collection account"`
		Protection  string                 `json:"protection" doc:"the law that keeps its money apart" example:"trust_de"`
		Since       string                 `json:"since" format:"date" doc:"day on which it was opened at the bank"`
		Mandate     string                 `json:"mandate" minLength:"1" maxLength:"200000" doc:"the account-control agreement as signed"`
		Agreement   string                 `json:"agreement,omitempty" doc:"likewise, where it was signed here"`
		Signatories []AccountSignatoryBody `json:"signatories" minItems:"1" maxItems:"16"`
		Together    int                    `json:"together" minimum:"1" maximum:"16" doc:"how many signatories together"`
		Statements  string                 `json:"statements,omitempty" enum:"every_open_day,when_moved" doc:"how often the custodian gives one, as agreed; when_moved: on each day on which the account moved, and on the last open day of each month; missing: every_open_day"`
		Account     NumberBody             `json:"account"`
	}
	// FeePaymentBody pays who has earned fees.
	FeePaymentBody struct {
		Programme string `json:"programme"`
		Party     string `json:"party" doc:"who has earned them"`
		Account   string `json:"account" doc:"a verified bank account of that party"`
		Unnamed   bool   `json:"unnamed,omitempty" doc:"what products grant to one whom they do not name"`
	}
	// InsurerPaymentBody pays an insurer its share.
	InsurerPaymentBody struct {
		Programme string `json:"programme"`
		Funder    string `json:"funder" doc:"whose insurer it is"`
		Insurer   string `json:"insurer"`
		Account   string `json:"account" doc:"a verified bank account of the insurer"`
	}
	// FundingWithdrawalBody pays back to a funder what is not set aside.
	FundingWithdrawalBody struct {
		Programme string `json:"programme"`
		Funder    string `json:"funder"`
		Account   string `json:"account" doc:"a verified bank account of the funder"`
		Amount    Amount `json:"amount"`
	}
	// ReturnBody proposes what becomes of money that belongs elsewhere.
	ReturnBody struct {
		Way       string      `json:"way" enum:"to_programme,to_sender,refuse_recall"`
		To        string      `json:"to,omitempty" doc:"programme, with the same custodian"`
		Amount    *Amount     `json:"amount,omitempty" doc:"missing where a recall is refused"`
		Account   string      `json:"account,omitempty" doc:"the bank's account on whose statement the line is; missing: the programme's"`
		Reference string      `json:"reference" minLength:"1" maxLength:"200" doc:"of the line that brought the money: the evidence"`
		Reason    string      `json:"reason" minLength:"1" maxLength:"20000"`
		Sender    *NumberBody `json:"sender,omitempty" doc:"to_sender: the sender's account"`
	}
	// ReturnDecisionBody decides on a return; who approves one to a sender reads the account anew.
	ReturnDecisionBody struct {
		Decision string `json:"decision" enum:"approve,decline"`
		IBAN     string `json:"iban,omitempty" maxLength:"42"`
		Number   string `json:"number,omitempty" maxLength:"64"`
	}
	// ChargeBody books what a bank took without an instruction.
	ChargeBody struct {
		Programme string `json:"programme"`
		Kind      string `json:"kind" enum:"funding,collection,fees" doc:"account that it hit"`
		Funder    string `json:"funder,omitempty" doc:"of a funding account"`
		Cause     string `json:"cause" enum:"charge,unexplained"`
		Account   string `json:"account,omitempty" doc:"the bank's account on whose statement the line is; missing: the programme's"`
		Reference string `json:"reference" minLength:"1" maxLength:"200" doc:"of the line"`
		Amount    Amount `json:"amount" doc:"that was taken"`
		Value     string `json:"value" format:"date"`
		Booking   string `json:"booking" format:"date"`
		Text      string `json:"text,omitempty" maxLength:"20000"`
	}
	// RecallBody says that the sender's bank asks money back.
	RecallBody struct {
		Account   string `json:"account,omitempty" doc:"the bank's account; missing: the programme's"`
		Reference string `json:"reference" minLength:"1" maxLength:"200" doc:"of the request"`
		Text      string `json:"text" minLength:"1" maxLength:"20000"`
	}
)

var accountKinds = []string{"", "funding", "collection", "fees"}

func (s *server) registerAccounts() {
	getter(s, "get_supervised_account", (*view.View).SupervisedAccount)
	lister(s, "list_supervised_accounts", (*view.View).SupervisedAccounts, "state", "programme")
	getter(s, "get_return", (*view.View).Return)
	lister(s, "list_returns", (*view.View).Returns, "state", "programme")
	getter(s, "get_charge", (*view.View).Charge)
	lister(s, "list_charges", (*view.View).Charges, "programme")
	register(s, act[SupervisedAccountBody, view.SupervisedAccount]{
		name: "propose_supervised_account", addressed: "programme", status: http.StatusCreated, build: buildSupervised,
		show: shown(func(_ *book.ProposeSupervisedAccount, a *engine.Answer) id.SupervisedAccount {
			return event[*book.SupervisedAccountProposed](a).Account.ID
		}, (*view.View).SupervisedAccount),
	})
	register(s, act[ApprovalBody, view.SupervisedAccount]{
		name: "decide_supervised_account", addressed: "account", status: http.StatusOK,
		build: func(x *call, of string, body *ApprovalBody) (book.Command, error) {
			a, _, err := addressed(x, of, (*view.View).SupervisedAccount)
			return &book.DecideSupervisedAccount{Account: a, Decision: x.decision(body.Decision)}, err
		},
		show: shown(func(c *book.DecideSupervisedAccount, _ *engine.Answer) id.SupervisedAccount { return c.Account }, (*view.View).SupervisedAccount),
	})
	register(s, act[nothing, view.SupervisedAccount]{
		name: "close_supervised_account", addressed: "account", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			a, _, err := addressed(x, of, (*view.View).SupervisedAccount)
			return &book.CloseSupervisedAccount{Account: a}, err
		},
		show: shown(func(c *book.CloseSupervisedAccount, _ *engine.Answer) id.SupervisedAccount { return c.Account }, (*view.View).SupervisedAccount),
	})
	s.registerWays()
	s.registerReturnsOfReceipts()
}

func buildSupervised(x *call, of string, body *SupervisedAccountBody) (book.Command, error) {
	p, _, err := addressed(x, of, (*view.View).Programme)
	if err != nil {
		return nil, err
	}
	c := &book.ProposeSupervisedAccount{
		Place: supervision.Place{Programme: p, Kind: supervision.Kind(x.choice("kind", body.Kind, accountKinds)), Funder: optional[id.Party](x.fields, "funder", body.Funder)},
		Owner: required[id.Party](x.fields, "owner", body.Owner), Beneficiary: optional[id.Party](x.fields, "beneficiary", body.Beneficiary),
		Protection: supervision.Protection(x.choice("protection", body.Protection, supervision.Protections())), Since: x.date("since", body.Since),
		MandateHash: sha256.Sum256([]byte(body.Mandate)), Agreement: optional[id.Agreement](x.fields, "agreement", body.Agreement), Together: uint8(body.Together),
	}
	if body.Statements != "" {
		c.Statements = supervision.Rhythm(x.choice("statements", body.Statements, supervision.Rhythms()))
	}
	for i, one := range body.Signatories {
		c.Signatories = append(c.Signatories, supervision.Signatory{
			Actor: optional[id.Actor](x.fields, fmt.Sprintf("signatories[%d].actor", i), one.Actor), Party: optional[id.Party](x.fields, fmt.Sprintf("signatories[%d].party", i), one.Party),
		})
	}
	if c.Mandate, err = x.keep(intake.KindText, x.text("mandate", body.Mandate, 200_000)); err != nil {
		return nil, err
	}
	c.Token, c.Details, err = x.number("account", &body.Account)
	return c, err
}

// number keeps an account's details and gives the token of its number.
func (x *call) number(field string, body *NumberBody) (party.Token, [32]byte, error) {
	details := intake.BankDetails{IBAN: body.IBAN, Number: body.Number, BIC: body.BIC, Holder: x.text(field+".holder", body.Holder, 300)}
	if (body.IBAN == "") == (body.Number == "") {
		x.bad(field+".iban", body.IBAN, "either an IBAN or another number is given")
	} else if body.IBAN != "" && !intake.ValidIBAN(body.IBAN) {
		x.bad(field+".iban", body.IBAN, "is not an IBAN: the check digits are wrong")
	}
	stored, err := x.keepJSON(intake.KindAccount, details)
	return x.server.Intake.AccountToken(details), stored, err
}

func (s *server) registerWays() {
	register(s, act[FeePaymentBody, view.Payment]{
		name: "pay_fees", status: http.StatusCreated,
		build: func(x *call, _ string, body *FeePaymentBody) (book.Command, error) {
			return &book.PayFees{
				Programme: required[id.Programme](x.fields, "programme", body.Programme), Party: required[id.Party](x.fields, "party", body.Party),
				Account: required[id.BankAccount](x.fields, "account", body.Account), Unnamed: body.Unnamed,
			}, nil
		},
		show: shown(func(_ *book.PayFees, a *engine.Answer) id.Payment { return event[*book.PaymentOpened](a).Payment.ID }, (*view.View).Payment),
	})
	register(s, act[InsurerPaymentBody, view.Payment]{
		name: "pay_insurer", status: http.StatusCreated,
		build: func(x *call, _ string, body *InsurerPaymentBody) (book.Command, error) {
			return &book.PayInsurer{
				Programme: required[id.Programme](x.fields, "programme", body.Programme), Funder: required[id.Party](x.fields, "funder", body.Funder),
				Insurer: required[id.Party](x.fields, "insurer", body.Insurer), Account: required[id.BankAccount](x.fields, "account", body.Account),
			}, nil
		},
		show: shown(func(_ *book.PayInsurer, a *engine.Answer) id.Payment { return event[*book.PaymentOpened](a).Payment.ID }, (*view.View).Payment),
	})
	register(s, act[FundingWithdrawalBody, view.Payment]{
		name: "withdraw_funding", status: http.StatusCreated,
		build: func(x *call, _ string, body *FundingWithdrawalBody) (book.Command, error) {
			p, programme, err := named(x, "programme", body.Programme, (*view.View).Programme)
			if err != nil {
				return nil, err
			}
			currency, _ := money.ParseCurrency(programme.Currency)
			return &book.WithdrawFunding{
				Programme: p, Funder: required[id.Party](x.fields, "funder", body.Funder), Account: required[id.BankAccount](x.fields, "account", body.Account),
				Amount: x.amountIn("amount", body.Amount, currency),
			}, nil
		},
		show: shown(func(_ *book.WithdrawFunding, a *engine.Answer) id.Payment {
			return event[*book.PaymentOpened](a).Payment.ID
		}, (*view.View).Payment),
	})
	register(s, act[ChargeBody, view.Charge]{
		name: "record_charge", status: http.StatusCreated, build: buildCharge,
		show: func(x *call, v *view.View, a *engine.Answer, _ book.Command) (view.Charge, error) {
			if e := event[*book.ChargeRepeated](a); e != nil {
				return v.Charge(x.caller, e.Charge)
			}
			return v.Charge(x.caller, event[*book.ChargeRecorded](a).Charge.ID)
		},
	})
}

func buildCharge(x *call, _ string, body *ChargeBody) (book.Command, error) {
	amount, currency := x.amount("amount", body.Amount)
	c := &book.RecordCharge{
		Account: supervision.Place{
			Programme: required[id.Programme](x.fields, "programme", body.Programme), Kind: supervision.Kind(x.choice("kind", body.Kind, accountKinds)),
			Funder: optional[id.Party](x.fields, "funder", body.Funder),
		},
		Cause: payment.Cause(x.choice("cause", body.Cause, payment.CauseNames)), Line: x.line(body.Account, body.Programme, x.text("reference", body.Reference, 200)),
		Amount: amount, Currency: currency, Value: x.date("value", body.Value), Booking: x.date("booking", body.Booking),
	}
	if body.Text == "" {
		return c, nil
	}
	var err error
	c.Text, err = x.keep(intake.KindRemit, x.text("text", body.Text, 20_000))
	return c, err
}

func (s *server) registerReturnsOfReceipts() {
	register(s, act[ReturnBody, view.Return]{
		name: "propose_return", addressed: "receipt", status: http.StatusCreated, build: buildReturn,
		show: shown(func(_ *book.ProposeReturn, a *engine.Answer) id.Return {
			return event[*book.ReturnProposed](a).Return.ID
		}, (*view.View).Return),
	})
	register(s, act[ReturnDecisionBody, view.Return]{
		name: "decide_return", addressed: "return", status: http.StatusOK,
		build: func(x *call, of string, body *ReturnDecisionBody) (book.Command, error) {
			r, _, err := addressed(x, of, (*view.View).Return)
			c := &book.DecideReturn{Return: r, Decision: x.decision(body.Decision)}
			if body.IBAN != "" || body.Number != "" {
				c.Account = x.server.Intake.AccountToken(intake.BankDetails{IBAN: body.IBAN, Number: body.Number})
			}
			return c, err
		},
		show: shown(func(c *book.DecideReturn, _ *engine.Answer) id.Return { return c.Return }, (*view.View).Return),
	})
	register(s, act[RecallBody, view.Receipt]{
		name: "recall_receipt", addressed: "receipt", status: http.StatusOK,
		build: func(x *call, of string, body *RecallBody) (book.Command, error) {
			r, record, err := addressed(x, of, (*view.View).Receipt)
			if err != nil {
				return nil, err
			}
			c := &book.RecallReceipt{Receipt: r, Line: x.line(body.Account, record.Programme, x.text("reference", body.Reference, 200))}
			c.Text, err = x.keep(intake.KindRemit, x.text("text", body.Text, 20_000))
			return c, err
		},
		show: shown(func(c *book.RecallReceipt, _ *engine.Answer) id.Receipt { return c.Receipt }, (*view.View).Receipt),
	})
}

func buildReturn(x *call, of string, body *ReturnBody) (book.Command, error) {
	r, record, err := addressed(x, of, (*view.View).Receipt)
	if err != nil {
		return nil, err
	}
	c := &book.ProposeReturn{
		Receipt: r, Way: payment.Way(x.choice("way", body.Way, payment.WayNames)), To: optional[id.Programme](x.fields, "to", body.To),
		Line: x.line(body.Account, record.Programme, x.text("reference", body.Reference, 200)),
	}
	if body.Amount != nil {
		c.Amount = x.amountIn("amount", *body.Amount, currencyOf(record.Amount))
	}
	if body.Sender != nil {
		if c.Account, c.Details, err = x.number("sender", body.Sender); err != nil {
			return nil, err
		}
	}
	c.Reason, err = x.keep(intake.KindReason, x.text("reason", body.Reason, 20_000))
	return c, err
}
