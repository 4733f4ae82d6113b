package api

import (
	"net/http"
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/payee"
	"millrace/edge/view"
	"millrace/engine"
)

// Bodies about payees.
type (
	// VerifyAccountBody verifies a bank account.
	VerifyAccountBody struct {
		Reason string `json:"reason,omitempty" maxLength:"20000" doc:"why, where the bank said close_match or not_possible"`
	}
	// NameCheckBody is a bank's answer on the name of an account's holder.
	NameCheckBody struct {
		Result    string `json:"result" enum:"match,close_match,no_match,not_possible"`
		Score     int    `json:"score,omitempty" minimum:"0" maximum:"1000000" doc:"of the two names, parts per million"`
		Reference string `json:"reference,omitempty" maxLength:"200" doc:"the bank's own name for its answer"`
	}
	// OrderDepositBody orders a micro-deposit.
	OrderDepositBody struct {
		Until string `json:"until" doc:"last business date on which an answer is taken; 30 days at most"`
	}
	// AnswerDepositBody tells what a micro-deposit was.
	AnswerDepositBody struct {
		Amount Amount `json:"amount"`
		Code   string `json:"code" minLength:"1" maxLength:"40" doc:"as it stands in the payment's text"`
	}
	// RecordBody names what proves something.
	RecordBody struct {
		Record string `json:"record" minLength:"1" maxLength:"20000" doc:"the text, or where it is kept; it goes into the vault"`
	}
	// ChangeConfirmationBody confirms a change of bank details.
	ChangeConfirmationBody struct {
		Contact int    `json:"contact" minimum:"1" maximum:"8" doc:"number of the party's contact at which it was asked"`
		Record  string `json:"record" minLength:"1" maxLength:"20000" doc:"of the call: when, with whom, what was said"`
	}
	// ContactBody says how a party is reached.
	ContactBody struct {
		Channel string `json:"channel" enum:"phone,post,in_person"`
		Details string `json:"details" minLength:"1" maxLength:"2000" doc:"number or address, and the person's name"`
	}
)

// payeeTerms reads what a programme asks for about payees.
func (x *call) payeeTerms(c *book.ProposeProgramme, body *ProgrammeBody) {
	if body.PayeeNewDays < 0 || body.PayeeNewDays > book.PayeeNewDaysMost {
		x.bad("payee_new_days", "", "is 0 to %d", book.PayeeNewDaysMost)
		return
	}
	if body.ChangeDays < 0 || body.ChangeDays > book.ChangeDaysMost {
		x.bad("change_days", "", "is 0 to %d", book.ChangeDaysMost)
		return
	}
	c.PayeeChecked, c.PayeeNewDays, c.ChangeDays, c.LenderInstructs = body.PayeeChecked, uint16(body.PayeeNewDays), uint8(body.ChangeDays), body.LenderInstructs
}

// kept puts a text into the vault; zero for none.
func (x *call) kept(kind, field, text string, most int) (party.Reference, error) {
	if text == "" {
		return party.Reference{}, nil
	}
	return x.keep(kind, x.text(field, text, most))
}

// ofAccount registers a command about one bank account.
func ofAccount[B any](s *server, name string, status int, build func(x *call, shown *view.BankAccount, account id.BankAccount, body *B) (book.Command, error)) {
	register(s, act[B, view.BankAccount]{
		name: name, addressed: "account", status: status, loose: name == "verify_bank_account",
		build: func(x *call, of string, body *B) (book.Command, error) {
			account, found, err := addressed(x, of, (*view.View).BankAccount)
			if err != nil {
				return nil, err
			}
			return build(x, &found, account, body)
		},
		show: func(x *call, v *view.View, _ *engine.Answer, c book.Command) (view.BankAccount, error) {
			return v.BankAccount(x.caller, accountOf(c))
		},
	})
}

// accountOf is the bank account that a command is about.
func accountOf(c book.Command) id.BankAccount {
	switch c := c.(type) {
	case *book.VerifyBankAccount:
		return c.Account
	case *book.RecordNameCheck:
		return c.Account
	case *book.OrderMicroDeposit:
		return c.Account
	case *book.AnswerMicroDeposit:
		return c.Account
	case *book.RecordBankLetter:
		return c.Account
	case *book.ConfirmAccountChange:
		return c.Account
	case *book.RevokeBankAccount:
		return c.Account
	}
	return 0
}

func (s *server) registerPayees() {
	ofAccount(s, "verify_bank_account", http.StatusOK, func(x *call, _ *view.BankAccount, a id.BankAccount, body *VerifyAccountBody) (book.Command, error) {
		reason, err := x.kept(intake.KindReason, "reason", body.Reason, 20_000)
		return &book.VerifyBankAccount{Account: a, Reason: reason}, err
	})
	ofAccount(s, "record_name_check", http.StatusCreated, func(x *call, _ *view.BankAccount, a id.BankAccount, body *NameCheckBody) (book.Command, error) {
		return &book.RecordNameCheck{
			Account: a, Result: party.NameResult(x.choice("result", body.Result, party.NameResults[:])), Score: int32(min(max(body.Score, 0), book.ScoreMax)),
			Answer: x.server.Intake.NameCheckToken(body.Reference),
		}, nil
	})
	ofAccount(s, "order_micro_deposit", http.StatusCreated, func(x *call, shown *view.BankAccount, a id.BankAccount, body *OrderDepositBody) (book.Command, error) {
		return x.deposit(a, x.date("until", body.Until))
	})
	ofAccount(s, "answer_micro_deposit", http.StatusOK, func(x *call, shown *view.BankAccount, a id.BankAccount, body *AnswerDepositBody) (book.Command, error) {
		amount, currency := x.amount("amount", body.Amount)
		if currency.String() != shown.Currency {
			x.bad("amount", "", "is in %s, the account in %s", currency, shown.Currency)
		}
		return &book.AnswerMicroDeposit{Account: a, Answer: x.server.Intake.DepositToken(a, intake.MicroDeposit{Amount: amount, Code: body.Code})}, nil
	})
	ofAccount(s, "record_bank_letter", http.StatusCreated, func(x *call, _ *view.BankAccount, a id.BankAccount, body *RecordBody) (book.Command, error) {
		letter, err := x.kept(intake.KindProof, "record", body.Record, 20_000)
		return &book.RecordBankLetter{Account: a, Letter: letter}, err
	})
	ofAccount(s, "confirm_account_change", http.StatusOK, func(x *call, _ *view.BankAccount, a id.BankAccount, body *ChangeConfirmationBody) (book.Command, error) {
		record, err := x.kept(intake.KindProof, "record", body.Record, 20_000)
		return &book.ConfirmAccountChange{Account: a, Contact: uint16(body.Contact), Record: record}, err
	})
	ofAccount(s, "revoke_bank_account", http.StatusOK, func(x *call, _ *view.BankAccount, a id.BankAccount, body *ReasonBody) (book.Command, error) {
		reason, err := x.kept(intake.KindReason, "reason", body.Reason, 20_000)
		return &book.RevokeBankAccount{Account: a, Reason: reason}, err
	})
	register(s, act[ContactBody, view.Party]{
		name: "record_contact", addressed: "party", status: http.StatusCreated,
		build: func(x *call, of string, body *ContactBody) (book.Command, error) {
			p, _, err := addressed(x, of, (*view.View).Party)
			if err != nil {
				return nil, err
			}
			c := &book.RecordContact{Party: p, Channel: party.Channel(max(0, slices.Index(party.Channels[:], strings.TrimSpace(body.Channel))))}
			c.Details, err = x.kept(intake.KindContact, "details", body.Details, 2_000)
			return c, err
		},
		show: shown(func(c *book.RecordContact, _ *engine.Answer) id.Party { return c.Party }, (*view.View).Party),
	})
}

// deposit draws amount and code of a micro-deposit.
func (x *call) deposit(a id.BankAccount, until calendar.Date) (book.Command, error) {
	if err := x.problem(); err != nil {
		return nil, err
	}
	drawn, err := payee.Draw(x.server.Random)
	if err != nil {
		return nil, err
	}
	c := &book.OrderMicroDeposit{Account: a, Expected: x.server.Intake.DepositToken(a, drawn), Until: until}
	c.Secret, err = x.keepJSON(intake.KindDeposit, drawn)
	return c, err
}
