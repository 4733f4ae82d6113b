package console

import (
	"encoding/json"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// returnDeeds are the acts on money that belongs elsewhere, or is asked back.
var returnDeeds = []deed{
	{path: "/receipts/{id}/return", place: "/payments", open: openReturn, fields: map[string]string{
		"line": "reference", "way": "way", "to": "to", "amount": "amount", "account": "number", "reason": "note", "recall_none": "way", "receipt_recalled": "way",
	}},
	{path: "/receipts/{id}/recall", place: "/payments", fields: map[string]string{"line": "reference", "text": "note"}, open: openRecall},
	{path: "/returns/{id}/decision", place: "/breaks", fields: map[string]string{"account": "number", "decision": "decision"}, open: openReturnDecision},
}

type returnList struct {
	list
	Items []view.Return
}

func showReturns(v *visit) (any, error) {
	var l returnList
	var q view.Query
	l.list, q = v.list("Returns", returnStates())
	page, err := v.Returns(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

func returnStates() []string {
	var states []string
	for state := payment.ReturnProposed; state <= payment.ReturnFailed; state++ {
		states = append(states, state.String())
	}
	return states
}

type returnPage struct {
	view.Return
	Timeline []view.Entry
}

func (p returnPage) title() *locale.Text { return locale.Say("Return %s", p.ID) }

// Decides tells whether it waits for the caller: the operator's people, but who has proposed it.
func (p returnPage) Decides(f frame) bool {
	return p.State == payment.ReturnProposed.String() && f.Operates() && (p.Maker == nil || p.Maker.ID != f.Caller.Actor.String())
}

// Way says where the money goes.
func (returnPage) Way(way string) string { return wayWords[way] }

// Way likewise.
func (returnList) Way(way string) string { return wayWords[way] }

var wayWords = map[string]string{"to_programme": "To another programme", "to_sender": "Back to its sender", "refuse_recall": "It stays: the recall is refused"}

func showReturn(v *visit) (any, error) {
	of, err := identity[id.Return](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Return(v.caller, of)
	if err != nil {
		return nil, err
	}
	timeline, _, err := v.chronicle(shown.ID)
	return returnPage{shown, timeline}, err
}

// openReceipt fills what is the same on the forms about a receipt.
func (v *visit) openReceipt(f *deedForm, heading, give string) (view.Receipt, id.Receipt, error) {
	of, err := identity[id.Receipt](v)
	if err != nil {
		return view.Receipt{}, 0, err
	}
	shown, err := v.Receipt(v.caller, of)
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/receipts/"+shown.ID, f.w.T("Receipt %s", shown.ID)
	if err == nil {
		f.fact("Programme", v.programme(f, shown.Programme))
		f.fact("Amount", f.w.amount(shown.Amount))
		f.fact("Not allocated", f.w.amount(shown.Left))
		if shown.Text != "" {
			f.fact("Text on the statement", escape(shown.Text))
		}
		if shown.Recall != "" {
			f.fact("Recall of the sender’s bank", escape(shown.Recall))
		}
	}
	return shown, of, err
}

// line reads the line of a statement: its reference, on an account of the bank or else the programme's.
func (v *visit) line(account, reference *input, programme string) [16]byte {
	on := programme
	if account.Value != "" {
		on = account.Value
	}
	if reference.Value == "" {
		reference.bad("Write the reference of the line.")
	}
	return v.console.intake.LineToken(on, reference.Value)
}

// askLine asks for a line of a statement.
func askLine(f *deedForm, label string) (reference, account *input) {
	reference = f.value(input{Name: "reference", Label: label, Kind: "text", Hint: "As the bank’s statement or message has it: it is the evidence."}, "")
	account = f.value(input{Name: "on", Label: "Account on whose statement it is", Kind: "text", Hint: "The bank’s number of it; empty where the line was recorded without one.", Optional: true}, "")
	return reference, account
}

func openReturn(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openReceipt(f, "Return money", "Propose it")
	if err != nil {
		return nil, err
	}
	f.Note = "What is not allocated goes where it belongs, once a second person has approved it. Nothing else moves between programmes."
	ways := []option{{"to_sender", wayWords["to_sender"], "Give the sender’s account below."}}
	if shown.Recall == payment.Recalled.String() {
		ways = append(ways, option{"refuse_recall", "Refuse the recall", "What is left may be allocated again."})
	} else {
		ways = append(ways, option{"to_programme", wayWords["to_programme"], "Of the same custodian and currency: name it below."})
	}
	currency, _ := money.ParseCurrency(shown.Amount.Currency)
	way := f.value(input{Name: "way", Label: "Where it goes", Choices: ways}, "")
	amount := f.value(input{Name: "amount", Label: "Amount", Kind: "text", Hint: f.w.T("In %s; it does not count where a recall is refused.", currency.String()), Optional: true}, plain(shown.Left))
	programmes, err := v.liveProgrammes()
	if err != nil {
		return nil, err
	}
	to := f.value(input{Name: "to", Label: "The other programme", Kind: "select", Choices: f.orNothing("None: it goes to its sender", programmes)}, noChoice)
	number, holder := askSender(f)
	reference, account := askLine(f, "Reference of the line that brought the money")
	text := f.noted("Why")
	if !f.asked {
		return nil, nil
	}
	c := &book.ProposeReturn{Receipt: of, Line: v.line(account, reference, shown.Programme)}
	details := intake.BankDetails{}
	switch way.Value {
	case "to_programme":
		c.Way, c.Amount = payment.ToProgramme, amount.minor(currency)
		c.To = oneID[id.Programme](to)
	case "to_sender":
		c.Way, c.Amount, details = payment.ToSender, amount.minor(currency), senderIn(number, holder)
		c.Account = v.console.intake.AccountToken(details)
	case "refuse_recall":
		c.Way = payment.RecallStands
	}
	way.chosen()
	if !f.complete() {
		return nil, nil
	}
	return &prepared{with: func([]book.Signature) book.Command { return c }, keep: func(c book.Command) error {
		proposed := c.(*book.ProposeReturn)
		if proposed.Way == payment.ToSender {
			encoded, err := json.Marshal(details)
			if err != nil {
				return err
			}
			if proposed.Details, err = v.console.intake.Store(v.request.Context(), intake.KindAccount, encoded); err != nil {
				return err
			}
		}
		return v.keepNote(text, &proposed.Reason)
	}, bound: v.caller.Party, after: "/returns", need: unsigned}, nil
}

func askSender(f *deedForm) (number, holder *input) {
	number = f.value(input{Name: "number", Label: "The sender’s account", Kind: "text", Hint: "Its IBAN, or another number, as the bank’s line has it.", Optional: true}, "")
	holder = f.value(input{Name: "holder", Label: "Its holder", Kind: "text", Optional: true}, "")
	return number, holder
}

// senderIn reads the account of a sender: an IBAN where it has the form of one, else another number.
func senderIn(number, holder *input) intake.BankDetails {
	if holder.Value == "" {
		holder.bad("Write who holds the account.")
	}
	return intake.BankDetails{Holder: holder.Value, IBAN: ibanIn(number), Number: otherNumber(number)}
}

// ibanIn is the number where it begins like an IBAN; "" for another one. A wrong one is noted.
func ibanIn(number *input) string {
	compact := strings.ToUpper(strings.ReplaceAll(number.Value, " ", ""))
	if !looksLikeIBAN(compact) {
		return ""
	}
	if !intake.ValidIBAN(compact) {
		number.bad("This is not an IBAN: the check digits are wrong.")
	}
	return compact
}

func otherNumber(number *input) string {
	if number.Value == "" {
		number.bad("Write the account.")
	}
	if looksLikeIBAN(strings.ToUpper(strings.ReplaceAll(number.Value, " ", ""))) {
		return ""
	}
	return number.Value
}

func looksLikeIBAN(text string) bool {
	letter := func(b byte) bool { return b >= 'A' && b <= 'Z' }
	digit := func(b byte) bool { return b >= '0' && b <= '9' }
	return len(text) >= 15 && letter(text[0]) && letter(text[1]) && digit(text[2]) && digit(text[3])
}

func openRecall(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openReceipt(f, "Say that money is asked back", "Put it on record")
	if err != nil {
		return nil, err
	}
	f.Note = "The sender’s bank asks it back. Nothing of what is left is allocated until two people have given it back or refused."
	reference, account := askLine(f, "Reference of the request")
	text := f.noted("What the bank says")
	if !f.asked {
		return nil, nil
	}
	c := &book.RecallReceipt{Receipt: of, Line: v.line(account, reference, shown.Programme)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error { return v.keepAs(intake.KindRemit, text, &c.(*book.RecallReceipt).Text) }), nil
}

func openReturnDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Return](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Return(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Decide a return", "Decide it", "/returns/"+shown.ID, f.w.T("Return %s", shown.ID)
	f.Note = "Somebody else has proposed it. Approved, the money is on its way."
	f.fact("Receipt", f.link("/receipts/"+shown.Receipt, shown.Receipt))
	f.fact("Where it goes", escape(wayWords[shown.Way]))
	if shown.To != "" {
		f.fact("Programme", v.programme(f, shown.To))
	}
	if shown.Way != payment.RecallStands.String() {
		f.fact("Amount", f.w.amount(shown.Amount))
	}
	if shown.Reason != "" {
		f.fact("Why", escape(shown.Reason))
	}
	decision := f.decided("Decision on the return", "Approve", "Decline")
	var number *input
	if shown.Way == payment.ToSender.String() {
		number = f.value(input{Name: "number", Label: "The sender’s account, read once more", Kind: "text", Hint: "From the bank’s line, not from the proposal, which is not shown here. Empty where you decline.", Optional: true}, "")
	}
	if !f.asked {
		return nil, nil
	}
	chosen := decision.chosen()
	c := &book.DecideReturn{Return: of, Decision: book.Approve}
	if chosen == 1 {
		c.Decision = book.Decline
	} else if number != nil {
		c.Account = v.console.intake.AccountToken(intake.BankDetails{IBAN: ibanIn(number), Number: otherNumber(number)})
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}
