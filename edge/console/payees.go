package console

import (
	"slices"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// payeeDeeds are the acts on payments that wait, and on bank accounts.
var payeeDeeds = []deed{
	{path: "/payments/{id}/approval", place: "/payments", open: openApproval},
	{path: "/payments/{id}/release", place: "/payments", open: openRelease, fields: map[string]string{"reason_missing": "reason"}},
	{path: "/bank-accounts/{id}/verification", place: "/parties", open: openVerification, fields: map[string]string{"reason_missing": "reason"}},
	{path: "/bank-accounts/{id}/change-confirmation", place: "/parties", open: openChange, fields: map[string]string{
		"contact_unknown": "contact", "contact_new": "contact", "record_missing": "record",
	}},
	{path: "/bank-accounts/{id}/revocation", place: "/parties", open: openRevocation, fields: map[string]string{"reason_missing": "reason"}},
}

// flagWords say why a payment is withheld.
var flagWords = map[string]string{
	"details_change": "other bank details of the payee were proposed", "account_revoked": "its account is out of use", "account_unchecked": "its account stands on no check",
}

// Why says in a sentence what a payment waits for; "" for nothing.
func (w wording) whyWaits(p view.Payment) string {
	var why []string
	for _, flag := range p.Withheld {
		why = append(why, w.T("withheld: %s", w.T(flagWords[flag])))
	}
	if p.Left > 0 {
		why = append(why, w.T("%s missing", w.Many(int64(p.Left), "approval")))
	}
	if p.Lender != nil && !p.Lent && p.State == "awaiting_approval" {
		why = append(why, w.T("the lender %s has not instructed it", p.Lender.String()))
	}
	if p.State == "in_doubt" {
		why = append(why, w.T("nobody knows whether the bank has paid"))
	}
	return capital(strings.Join(why, w.T("; ")))
}

// onCheck says what a bank account stands on, or what the bank has said about it.
func onCheck(given any) *locale.Text {
	a, is := given.(*view.BankAccount)
	if one, flat := given.(view.BankAccount); flat {
		a, is = &one, true
	}
	switch {
	case !is || a == nil:
		return nil
	case a.Ground != "":
		return locale.Say("verified by %s", locale.Word(a.Ground))
	case a.Name != nil:
		return locale.Say("the bank says %s", locale.Word(a.Name.Result))
	case a.Deposit != nil:
		return locale.Say("micro-deposit %s", locale.Word(a.Deposit.State))
	case a.Letter != "":
		return locale.Say("bank letter of %s", a.Letter)
	}
	return locale.Say("no check")
}

// Made tells whether the caller made what waits: somebody else decides.
func (f frame) Made(maker *view.Ref) bool {
	return maker != nil && maker.ID == f.Caller.Actor.String()
}

// MayApprove tells whether the caller may decide on a payment that waits.
func (f frame) MayApprove(p view.Payment) bool {
	if p.State != "awaiting_approval" {
		return false
	}
	own := p.Lender != nil && f.Home != nil && f.Home.ID == p.Lender.ID
	actor := f.Caller.Actor.String()
	if p.Maker != nil && p.Maker.ID == actor || slices.ContainsFunc(p.Approved, func(r view.Ref) bool { return r.ID == actor }) {
		return false
	}
	return f.may("deed /payments/{id}/approval") && (f.Operates() || own)
}

// MayRelease tells whether the caller may let a payment go.
func (f frame) MayRelease(p view.Payment) bool {
	return len(p.Withheld) > 0 && f.may("deed /payments/{id}/release") && (p.State == "awaiting_approval" || p.State == "instructed" || p.State == "in_doubt")
}

// Operates tells whether the caller works for the operator.
func (f frame) Operates() bool { return f.Caller.Role == party.Operator }

// KeepsAccounts tells whether the caller may answer for bank accounts that it sees, and take them out of use.
func (f frame) KeepsAccounts() bool {
	return f.may("deed /bank-accounts/{id}/revocation")
}

// ofPayment opens a form about a payment.
func ofPayment(v *visit, f *deedForm) (id.Payment, view.Payment, error) {
	of, err := identity[id.Payment](v)
	if err != nil {
		return 0, view.Payment{}, err
	}
	shown, err := v.Payment(v.caller, of)
	if err != nil {
		return 0, view.Payment{}, err
	}
	f.Back, f.BackName = "/payments/"+shown.ID, f.w.T("Payment %s", shown.ID)
	f.fact("Amount", f.w.amount(shown.Amount))
	f.fact("Payee", escape(shown.Payee.String()))
	if a := shown.Account; a != nil {
		f.fact("To the account", escape(strings.TrimSpace(a.IBAN+a.Number+" "+a.Holder)))
		f.fact("Its check", escape(f.w.Render(onCheck(a))))
	}
	if shown.Maker != nil {
		f.fact("Made by", escape(shown.Maker.String()))
	}
	if why := f.w.whyWaits(shown); why != "" {
		f.fact("It waits", escape(why))
	}
	return of, shown, nil
}

func openApproval(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Decide on a payment", "Decide"
	of, _, err := ofPayment(v, f)
	if err != nil {
		return nil, err
	}
	f.Note = "One who declines ends the payment. Who made it does not approve it, and nobody counts twice."
	choice := f.value(input{Name: "decision", Label: "Decision", Choices: []option{{"approve", "Approve", ""}, {"decline", "Decline", ""}}}, f.values.Get("decision"))
	if !f.asked {
		return nil, nil
	}
	at := choice.chosen()
	if !f.complete() {
		return nil, nil
	}
	decision := []book.Decision{book.Approve, book.Decline}[at]
	f.Give = []string{"Approve the payment", "Decline the payment"}[at]
	return v.unsignedDeed(f, &book.ApprovePayment{Payment: of, Decision: decision}, nil), nil
}

func openRelease(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Release a payment", "Release it"
	of, _, err := ofPayment(v, f)
	if err != nil {
		return nil, err
	}
	f.Note = "Ask the payee before. Who made the payment, or proposed the change, does not release it."
	return reasoned(v, f, func(reason party.Reference) book.Command { return &book.ReleasePayment{Payment: of, Reason: reason} }), nil
}

// reasoned asks for a reason, which goes into the vault.
func reasoned(v *visit, f *deedForm, command func(party.Reference) book.Command) *prepared {
	why := f.value(input{Name: "reason", Label: "Reason", Kind: "area"}, "")
	if !f.asked {
		return nil
	}
	if why.Value == "" || len(why.Value) > reasonBytes {
		why.bad("Say it in 1 to %d characters.", reasonBytes)
		return nil
	}
	return keeping(v, f, intake.KindReason, why.Value, command)
}

// keeping makes a command that refers to a text of the vault; no text is no reference.
func keeping(v *visit, f *deedForm, kind, text string, command func(party.Reference) book.Command) *prepared {
	if !f.complete() {
		return nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command { return command(party.Reference{}) },
		keep: func(c book.Command) error {
			if text == "" {
				return nil
			}
			stored, err := v.console.intake.Store(v.request.Context(), kind, []byte(text))
			refer(c, stored)
			return err
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}
}

// refer puts the reference into a command.
func refer(c book.Command, stored party.Reference) {
	switch c := c.(type) {
	case *book.ReleasePayment:
		c.Reason = stored
	case *book.RecordOutcome:
		c.Reason = stored
	case *book.VerifyBankAccount:
		c.Reason = stored
	case *book.RevokeBankAccount:
		c.Reason = stored
	case *book.ConfirmAccountChange:
		c.Record = stored
	case *book.RecordContact:
		c.Details = stored
	case *book.RecordBankLetter:
		c.Letter = stored
	}
}

// ofBankAccount opens a form about a bank account.
func ofBankAccount(v *visit, f *deedForm) (id.BankAccount, view.BankAccount, error) {
	of, err := identity[id.BankAccount](v)
	if err != nil {
		return 0, view.BankAccount{}, err
	}
	shown, err := v.BankAccount(v.caller, of)
	if err != nil {
		return 0, view.BankAccount{}, err
	}
	f.Back, f.BackName = "/parties/"+shown.Party.ID, shown.Party.String()
	f.fact("Account", escape(strings.TrimSpace(shown.IBAN+shown.Number+" "+shown.Holder)))
	f.fact("State", f.w.badge(shown.State))
	f.fact("Check", escape(f.w.Render(onCheck(shown))))
	if c := shown.Change; c != nil {
		f.fact("A change of", escape(f.w.T("%s, waits until %s", c.Replaces, c.Until)))
	}
	return of, shown, nil
}

func openVerification(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Verify a bank account", "Verify it"
	of, _, err := ofBankAccount(v, f)
	if err != nil {
		return nil, err
	}
	f.Note = "A reason is needed where the bank said close match or not possible."
	why := f.value(input{Name: "reason", Label: "Reason", Kind: "area"}, "")
	if !f.asked {
		return nil, nil
	}
	if len(why.Value) > reasonBytes {
		why.bad("Say it in up to %d characters.", reasonBytes)
	}
	return keeping(v, f, intake.KindReason, why.Value, func(reason party.Reference) book.Command {
		return &book.VerifyBankAccount{Account: of, Reason: reason}
	}), nil
}

func openChange(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Confirm a change of bank details", "Confirm it"
	of, shown, err := ofBankAccount(v, f)
	if err != nil {
		return nil, err
	}
	owner, err := id.Parse[id.Party](shown.Party.ID)
	if err != nil {
		return nil, err
	}
	whose, err := v.Party(v.caller, owner)
	if err != nil {
		return nil, err
	}
	if len(whose.Contacts) == 0 {
		f.Note = "No contact of the party is on record. One that is recorded now can’t confirm this change."
		return nil, nil
	}
	f.Note = "Ask the party at a contact that was on record before the change was proposed, and never at one that came with it."
	var choices []option
	for _, c := range whose.Contacts {
		choices = append(choices, option{c.Channel + " " + c.Details, f.w.capitalWord(c.Channel), c.Details})
	}
	at := f.value(input{Name: "contact", Label: "Asked at", Choices: choices}, "")
	record := f.value(input{Name: "record", Label: "Record of the call", Kind: "area", Hint: "When, with whom, what was said."}, "")
	if !f.asked {
		return nil, nil
	}
	if record.Value == "" || len(record.Value) > reasonBytes {
		record.bad("Say it in 1 to %d characters.", reasonBytes)
	}
	contact := uint16(at.chosen() + 1)
	return keeping(v, f, intake.KindProof, record.Value, func(kept party.Reference) book.Command {
		return &book.ConfirmAccountChange{Account: of, Contact: contact, Record: kept}
	}), nil
}

func openRevocation(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Take a bank account out of use", "Take it out of use"
	of, _, err := ofBankAccount(v, f)
	if err != nil {
		return nil, err
	}
	f.Note = "At once, and for good: nothing more leaves for it."
	return reasoned(v, f, func(reason party.Reference) book.Command { return &book.RevokeBankAccount{Account: of, Reason: reason} }), nil
}
