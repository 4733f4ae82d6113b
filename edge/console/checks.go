package console

import (
	"cmp"
	"crypto/rand"
	"encoding/json"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/payee"
)

// checkDeeds are the checks of bank accounts, and how parties are reached.
var checkDeeds = []deed{
	{path: "/parties/{id}/contact", place: "/parties", open: openContact, fields: map[string]string{"contact_invalid": "details"}},
	{path: "/bank-accounts/{id}/letter", place: "/parties", open: openLetter, fields: map[string]string{"record_missing": "record"}},
	{path: "/bank-accounts/{id}/micro-deposit", place: "/parties", open: openMicroDeposit, fields: map[string]string{"date_invalid": "until"}},
	{path: "/bank-accounts/{id}/micro-deposit-answer", place: "/parties", open: openMicroDepositAnswer},
}

// contactMax is the longest contact, in bytes.
const contactMax = 2_000

func openContact(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Put a contact on record", "Put it on record"
	of, err := identity[id.Party](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Party(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Back, f.BackName = "/parties/"+shown.ID, cmp.Or(shown.Name, shown.ID)
	f.fact("Party", escape(shown.Name))
	f.Note = "Take it from a source of your own, and not from a message that asks for other bank details: the party is asked here before they change."
	channel := f.value(input{Name: "channel", Label: "How it is reached", Choices: []option{{"phone", "Phone", ""}, {"post", "Post", ""}, {"in_person", "In person", ""}}}, "phone")
	details := f.value(input{Name: "details", Label: "Number or address, and the person’s name", Kind: "area"}, "")
	if !f.asked {
		return nil, nil
	}
	if details.Value == "" || len(details.Value) > contactMax {
		details.bad("Say it in 1 to %d characters.", contactMax)
	}
	by := party.Channel(channel.chosen() + 1)
	return keeping(v, f, intake.KindContact, details.Value, func(kept party.Reference) book.Command {
		return &book.RecordContact{Party: of, Channel: by, Details: kept}
	}), nil
}

func openLetter(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Record a bank’s letter", "Record it"
	of, _, err := ofBankAccount(v, f)
	if err != nil {
		return nil, err
	}
	f.Note = "The letter in which the bank itself says whose account it is. Another person verifies the account by it."
	record := f.value(input{Name: "record", Label: "The letter", Kind: "area", Hint: "Its text, or where it is kept."}, "")
	if !f.asked {
		return nil, nil
	}
	if record.Value == "" || len(record.Value) > reasonBytes {
		record.bad("Say it in 1 to %d characters.", reasonBytes)
	}
	return keeping(v, f, intake.KindProof, record.Value, func(kept party.Reference) book.Command {
		return &book.RecordBankLetter{Account: of, Letter: kept}
	}), nil
}

func openMicroDeposit(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Order a micro-deposit", "Order it"
	of, _, err := ofBankAccount(v, f)
	if err != nil {
		return nil, err
	}
	f.Note = "A small amount with a code is sent to the account. Who holds it tells both back."
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	until := f.value(input{Name: "until", Label: "Last day for the answer", Kind: "date"}, today.AddDays(14).String())
	if !f.asked {
		return nil, nil
	}
	last := until.date()
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.OrderMicroDeposit{Account: of, Until: last}, func(c book.Command) error { return v.drawDeposit(of, c.(*book.OrderMicroDeposit)) }), nil
}

// drawDeposit draws what is sent. The page never shows it.
func (v *visit) drawDeposit(of id.BankAccount, c *book.OrderMicroDeposit) error {
	drawn, err := payee.Draw(rand.Reader)
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(drawn)
	if err != nil {
		return err
	}
	c.Expected = v.console.intake.DepositToken(of, drawn)
	c.Secret, err = v.console.intake.Store(v.request.Context(), intake.KindDeposit, encoded)
	return err
}

func openMicroDepositAnswer(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Tell what the micro-deposit was", "Tell it"
	of, shown, err := ofBankAccount(v, f)
	if err != nil {
		return nil, err
	}
	f.Note = "Amount and code stand on the statement of the account."
	currency, _ := money.ParseCurrency(shown.Currency)
	amount := f.value(input{Name: "amount", Label: f.w.T("Amount in %s", shown.Currency)}, "")
	code := f.value(input{Name: "code", Label: "Code"}, "")
	if !f.asked {
		return nil, nil
	}
	if code.Value == "" || len(code.Value) > 40 {
		code.bad("Write it as it stands in the text of the payment.")
	}
	told := intake.MicroDeposit{Amount: amount.minor(currency), Code: code.Value}
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command {
			return &book.AnswerMicroDeposit{Account: of, Answer: v.console.intake.DepositToken(of, told)}
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}
