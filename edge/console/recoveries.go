package console

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// recoveryDeeds are the acts on misdirected payments.
var recoveryDeeds = []deed{
	{path: "/receivables/{id}/misdirected", place: "/breaks", fields: map[string]string{"place": "place", "paid": "paid", "evidence": "note", "proof": "note"}, open: openStray},
	{path: "/misdirected/{id}/demand", place: "/breaks", fields: map[string]string{"due": "due", "letter": "note"}, open: openDemand},
	{path: "/misdirected/{id}/receipt", place: "/breaks", open: openPayOver, fields: map[string]string{
		"receipt_unknown": "receipt", "programme_other": "receipt", "amount_invalid": "amount",
	}},
	{path: "/misdirected/{id}/set-off", place: "/breaks", open: openSetOff},
	{path: "/misdirected/{id}/set-off-decision", place: "/breaks", fields: map[string]string{"decision": "decision"}, open: openSetOffDecision},
	{path: "/misdirected/{id}/ending", place: "/breaks", fields: map[string]string{"reason": "note"}, open: openRecoveryEnd},
}

// strayedPage is one misdirected payment, with how its money comes to where it belongs.
type strayedPage struct {
	view.Misdirected
	Timeline []view.Entry
}

func (p strayedPage) title() *locale.Text { return locale.Say("Misdirected payment %s", p.ID) }

// Live tells whether money is still to come.
func (p strayedPage) Live() bool {
	return p.Recovery.State == legal.Noticed.String() || p.Recovery.State == legal.Demanded.String()
}

// Owed tells whether it belongs to somebody else than who has it.
func (p strayedPage) Owed() bool { return p.Live() && p.Recovery.Programme != "" }

// Demands tells whether the caller may demand it.
func (p strayedPage) Demands(f frame) bool {
	return p.Owed() && (f.Operates() || f.Caller.Role == party.Funder && p.Financing != "")
}

// SetsOff tells whether it may be taken out of what was collected for who has it.
func (p strayedPage) SetsOff() bool {
	return p.Owed() && p.Recovery.Place == legal.WithSeller.String() && p.Recovery.Proposed == nil
}

func showStrayed(v *visit) (any, error) {
	shown, _, err := v.strayedAsked()
	if err != nil {
		return nil, err
	}
	timeline, _, err := v.chronicle(shown.ID)
	return strayedPage{shown, timeline}, err
}

func (v *visit) strayedAsked() (view.Misdirected, id.Misdirected, error) {
	of, err := identity[id.Misdirected](v)
	if err != nil {
		return view.Misdirected{}, 0, err
	}
	shown, err := v.Misdirected(v.caller, of)
	return shown, of, err
}

// keepAs puts what was written into the vault, as what it is.
func (v *visit) keepAs(kind string, text *input, into *[32]byte) error {
	kept, err := v.console.intake.Store(v.request.Context(), kind, []byte(text.Value))
	*into = kept
	return err
}

// MayStray tells whether the caller says that money for a debt went astray: its buyer, its seller, and the operator.
func (f frame) MayStray(seller, buyer *view.Ref) bool {
	own := func(of *view.Ref) bool { return of != nil && f.Home != nil && of.ID == f.Home.ID }
	return f.Operates() || f.Caller.Role&party.Seller != 0 && own(seller) || f.Caller.Role&buyers != 0 && own(buyer)
}

func openStray(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Receivable](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Receivable(v.caller, of)
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Say that a payment went astray", "Put it on record", "/receivables/"+shown.ID, f.w.T("Receivable %s", shown.ID)
	f.Note = "Money for this debt lies where it does not belong. What that does to the debt follows from what the buyer was told."
	number, err := v.invoiceNumber(shown.Document)
	if err != nil {
		return nil, err
	}
	if number != "" {
		f.BackName = f.w.T("Invoice %s", number)
		f.fact("Invoice", escape(number))
	}
	f.fact("Seller", escape(shown.Seller.String()))
	f.fact("Buyer", escape(shown.Buyer.String()))
	f.fact("Outstanding", f.w.amount(shown.Outstanding))
	currency, _ := money.ParseCurrency(shown.Outstanding.Currency)
	amount := f.value(input{Name: "amount", Label: "Amount", Kind: "text", Hint: f.w.T("In %s.", currency.String())}, "")
	paid := f.value(input{Name: "paid", Label: "Value date", Kind: "date"}, today.String())
	if v.caller.Role&buyers != 0 {
		return v.buyersStray(f, of, currency, amount, paid)
	}
	place := f.value(input{Name: "place", Label: "Where the money lies", Choices: []option{
		{"seller", "With the seller", ""}, {"funder", "With a funder", "Name it below."}, {"programme", "In another programme", "Name it below."},
	}}, "seller")
	holder := f.value(input{Name: "holder", Label: "Which funder or programme", Kind: "text", Hint: "The funder’s id or name, or the programme’s id; empty with the seller.", Optional: true}, "")
	text := f.noted("On which evidence")
	if !f.asked {
		return nil, nil
	}
	c := &book.NoticeMisdirected{Receivable: of, Amount: amount.minor(currency), Paid: paid.date(), Place: legal.Place(max(place.chosen(), 0))}
	switch c.Place {
	case legal.WithFunder:
		if c.Funder, err = v.onlyParty(holder); err != nil {
			return nil, err
		}
	case legal.Elsewhere:
		if c.Other, err = id.Parse[id.Programme](holder.Value); err != nil {
			holder.bad("Write the id of a programme.")
		}
	}
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command { return c },
		keep: func(c book.Command) error {
			return v.keepAs(intake.KindProof, text, &c.(*book.NoticeMisdirected).Evidence)
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

// buyersStray is what a buyer says: that it has paid the seller's own account.
func (v *visit) buyersStray(f *deedForm, of id.Receivable, currency money.Currency, amount, paid *input) (*prepared, error) {
	f.Note = "You have paid the seller’s own account instead of the account to pay. What you still owe follows from what you had been told by then."
	text := f.noted("How you prove it")
	if !f.asked {
		return nil, nil
	}
	c := &book.RecordMisdirectedPayment{Receivable: of, Amount: amount.minor(currency), Paid: paid.date()}
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command { return c },
		keep: func(c book.Command) error {
			return v.keepAs(intake.KindProof, text, &c.(*book.RecordMisdirectedPayment).Proof)
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

// openRecovery fills what is the same on the form of every deed on a misdirected payment.
func (v *visit) openRecovery(f *deedForm, heading, give string) (strayedPage, id.Misdirected, money.Currency, error) {
	shown, of, err := v.strayedAsked()
	if err != nil {
		return strayedPage{}, 0, 0, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/misdirected/"+shown.ID, f.w.T("Misdirected payment %s", shown.ID)
	f.fact("Receivable", f.link("/receivables/"+shown.Receivable, shown.Receivable))
	if shown.Recovery.Holder != nil {
		f.fact("Who has it", escape(shown.Recovery.Holder.String()))
	}
	f.fact("Paid", escape(shown.Paid))
	f.fact("Amount", f.w.amount(shown.Amount))
	f.fact("Still to come", f.w.amount(shown.Recovery.Left))
	currency, _ := money.ParseCurrency(shown.Amount.Currency)
	return strayedPage{Misdirected: shown}, of, currency, nil
}

const demandDays = 14 // within which money is to be paid over, unless the demand says otherwise

func openDemand(v *visit, f *deedForm) (*prepared, error) {
	_, of, _, err := v.openRecovery(f, "Demand a misdirected payment", "Demand it")
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	due := f.value(input{Name: "due", Label: "To be paid over by", Kind: "date"}, today.AddDays(demandDays).String())
	text := f.value(input{Name: "note", Label: "The demand as it was sent", Kind: "area", Hint: "It may be left out."}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.DemandMisdirected{Payment: of, Due: due.date()}
	if text.Value != "" {
		said(text)
	}
	if !f.complete() {
		return nil, nil
	}
	made := v.unsignedDeed(f, c, nil)
	if text.Value != "" {
		made.keep = func(c book.Command) error {
			return v.keepAs(intake.KindText, text, &c.(*book.DemandMisdirected).Letter)
		}
	}
	return made, nil
}

func openPayOver(v *visit, f *deedForm) (*prepared, error) {
	shown, of, currency, err := v.openRecovery(f, "Match what has come in", "Match it")
	if err != nil {
		return nil, err
	}
	f.Note = "Money that came into the programme to which it belongs. It pays the receivable."
	page, err := v.Receipts(v.caller, view.Query{State: "unallocated", Limit: 2 * rowsMax})
	if err != nil {
		return nil, err
	}
	var open []option
	for _, r := range page.Items {
		if r.Programme == shown.Recovery.Programme && r.Funder == nil && r.Left.Minor > 0 {
			open = append(open, option{r.ID, r.ID, f.w.T("%s not allocated, value %s", r.Left, r.Value) + f.w.textOf(r.Text)})
		}
	}
	var receipt *input
	if len(open) > 0 && len(open) <= choicesMax {
		receipt = f.value(input{Name: "receipt", Label: "Receipt", Choices: open}, "")
	} else {
		receipt = f.value(input{Name: "receipt", Label: "Receipt", Kind: "text", Hint: "Its id: one of the programme that is not allocated."}, "")
	}
	amount := f.value(input{Name: "amount", Label: "Amount of it", Kind: "text", Hint: f.w.T("In %s.", currency.String())}, plain(shown.Recovery.Left))
	if !f.asked {
		return nil, nil
	}
	c := &book.PayOver{Payment: of, Amount: amount.minor(currency)}
	if c.Receipt, err = id.Parse[id.Receipt](receipt.Value); err != nil {
		receipt.bad("Name a receipt.")
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

const choicesMax = 12 // of records to choose from; of more, one is named

func (w wording) textOf(text string) string {
	if text == "" {
		return ""
	}
	return w.T(": %s", text)
}

func openSetOff(v *visit, f *deedForm) (*prepared, error) {
	shown, of, currency, err := v.openRecovery(f, "Propose a set-off", "Propose it")
	if err != nil {
		return nil, err
	}
	if !shown.SetsOff() {
		return nil, view.ErrNotFound
	}
	f.Note = "It is taken out of what was collected for the seller in the programme, once a second person has approved it."
	amount := f.value(input{Name: "amount", Label: "Amount", Kind: "text", Hint: f.w.T("In %s; no more than was collected for the seller and is free.", currency.String())}, plain(shown.Recovery.Left))
	if !f.asked {
		return nil, nil
	}
	c := &book.ProposeSetOff{Payment: of, Amount: amount.minor(currency)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// decided asks for approval or its contrary.
func (f *deedForm) decided(label, approve, decline string) *input {
	return f.value(input{Name: "decision", Label: label, Choices: []option{{"approve", approve, ""}, {"decline", decline, ""}}}, "")
}

// decided is a form that asks for approval or its contrary, and for nothing else.
func (v *visit) decided(f *deedForm, label, approve, decline string, command func(book.Decision) book.Command) *prepared {
	decision := f.decided(label, approve, decline)
	if !f.asked {
		return nil
	}
	chosen := decision.chosen()
	if !f.complete() {
		return nil
	}
	c := command([]book.Decision{book.Approve, book.Decline}[chosen])
	return v.unsignedDeed(f, c, nil)
}

func openSetOffDecision(v *visit, f *deedForm) (*prepared, error) {
	shown, of, _, err := v.openRecovery(f, "Decide a set-off", "Decide it")
	if err != nil {
		return nil, err
	}
	if shown.Recovery.Proposed == nil {
		return nil, view.ErrNotFound
	}
	f.Note = "Somebody else has proposed it."
	f.fact("To be set off", f.w.amount(shown.Recovery.Proposed))
	return v.decided(f, "Decision on the set-off", "Approve", "Decline", func(d book.Decision) book.Command { return &book.DecideSetOff{Payment: of, Decision: d} }), nil
}

func openRecoveryEnd(v *visit, f *deedForm) (*prepared, error) {
	_, of, _, err := v.openRecovery(f, "End a recovery", "End it")
	if err != nil {
		return nil, err
	}
	f.Note = "Before all has come: the buyer has paid again and has its money back, or the payment was none. Who has put it on record can’t."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.DropMisdirected{Payment: of}, func(c book.Command) error { return v.keepNote(text, &c.(*book.DropMisdirected).Reason) }), nil
}
