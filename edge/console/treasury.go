package console

import (
	"cmp"
	"slices"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/view"
)

// treasuryDeeds are what a treasury does with money besides paying out and allocating: it gives funding back, pays fees, tries a payment once more, books what a
// bank took back, and makes good what is short; and what money received does for a financing that was not repaid as agreed.
var treasuryDeeds = []deed{
	{path: "/programmes/{id}/withdrawal", place: "/payments", open: openFundingBack, fields: map[string]string{
		"funder": "funder", "funder_unknown": "funder", "account": "account", "amount": "amount",
	}},
	{path: "/programmes/{id}/fee-payment", place: "/payments", open: openFeePayment, fields: map[string]string{"party": "party", "account": "account"}},
	{path: "/programmes/{id}/settlement", place: "/programmes", open: openSettlement, fields: map[string]string{"party": "party", "receipt": "receipt", "amount": "amount"}},
	{path: "/programmes/{id}/lifting", place: "/programmes", open: openLifting, fields: measureFields},
	{path: "/payments/{id}/retry", place: "/payments", open: openRetry},
	{path: "/receipts/{id}/reversal", place: "/receipts", open: openReversal, fields: map[string]string{"line": "reference", "value": "value"}},
	{path: "/financings/{id}/recovery", place: "/financings", open: openRecovery, fields: map[string]string{"receipt": "receipt", "amount": "amount", "payer": "payer"}},
	{path: "/financings/{id}/buyback", place: "/financings", open: openBuyback, fields: map[string]string{"receipt": "receipt"}},
	{path: "/financings/{id}/reassignment", place: "/financings", open: openReassignment},
}

// paidTo is the account of a payee that the form asks for once it is known who that is. It gives 0 while it is not chosen.
func (v *visit) paidTo(f *deedForm, who *input, payee id.Party, currency string) (of id.BankAccount, err error) {
	accounts, err := v.accountsOf(payee, currency)
	if err != nil {
		return 0, err
	}
	if len(accounts) == 0 {
		const lacks = "It has no verified bank account in %s: name one on its page, and have a second person verify it."
		if who == nil {
			f.Note = f.w.T(lacks, currency)
		} else {
			who.bad(lacks, currency)
		}
		return 0, nil
	}
	account := f.value(input{Name: "account", Label: "To its account", Choices: accounts}, accounts[0].Value)
	account.Value = cmp.Or(account.Value, accounts[0].Value)
	if account.chosen() < 0 {
		return 0, nil
	}
	return id.Parse[id.BankAccount](account.Value)
}

// depositors are those to whom the caller may have funding paid back, as choices: the funders of a programme and its anchor, who pays early out of what it
// has provided; or the caller's own party alone.
func (v *visit) depositors(p *view.Programme) (choices []option, of []id.Party, err error) {
	if !v.caller.SeesAll() {
		return nil, []id.Party{v.caller.Party}, nil
	}
	var all []*view.Ref
	for _, one := range p.Funders {
		all = append(all, one.Party)
	}
	all = append(all, p.Anchor)
	for _, one := range all {
		if one == nil || slices.ContainsFunc(choices, func(o option) bool { return o.Value == one.ID }) {
			continue
		}
		party, err := id.Parse[id.Party](one.ID)
		if err != nil {
			return nil, nil, err
		}
		choices, of = append(choices, option{one.ID, one.String(), ""}), append(of, party)
	}
	return choices, of, nil
}

// openFundingBack pays back to a funder what it has provided and nothing is set aside for.
func openFundingBack(v *visit, f *deedForm) (*prepared, error) {
	of, shown, currency, err := v.ofProgramme(f, "Pay funding back", "Instruct the payment")
	if err != nil {
		return nil, err
	}
	f.Note = "What was provided and is neither lent nor set aside goes back to a verified account of who has provided it. Above the programme’s bound the payment waits for a second person."
	choices, depositors, err := v.depositors(&shown)
	if err != nil {
		return nil, err
	}
	if err := v.tellFunding(f, of); err != nil {
		return nil, err
	}
	payee := depositors[0]
	var funder *input
	if choices != nil {
		funder = f.value(input{Name: "funder", Label: "To", Choices: choices}, choices[0].Value)
	}
	amount := f.value(input{Name: "amount", Label: f.w.T("Amount in %s", shown.Currency), Kind: "text"}, "")
	if f.asked && funder != nil {
		at := funder.chosen()
		if at < 0 {
			return nil, nil
		}
		payee = depositors[at]
	}
	if !f.asked && funder != nil {
		return nil, nil // the account is asked for when it is known whose
	}
	account, err := v.paidTo(f, funder, payee, shown.Currency)
	if err != nil || !f.asked {
		return nil, err
	}
	c := &book.WithdrawFunding{Programme: of, Funder: payee, Account: account, Amount: amount.minor(currency)}
	if !f.complete() || account == 0 {
		return nil, nil
	}
	p := v.unsignedDeed(f, c, nil)
	p.thenTo(openedPayment)
	return p, nil
}

// tellFunding puts what is free in each funding account of a programme that the caller sees on the form.
func (v *visit) tellFunding(f *deedForm, of id.Programme) error {
	accounts, err := v.Accounts(v.caller, view.Query{Programme: of, Limit: rowsMax})
	for _, one := range accounts.Items {
		if one.Supervised && one.Code == "funding" && one.Counterparty != nil {
			f.Facts = append(f.Facts, fact{f.w.T("Free in the account of %s", one.Counterparty), f.w.amount(one.Available)})
		}
	}
	return err
}

// openFeePayment pays who has earned fees in a programme.
func openFeePayment(v *visit, f *deedForm) (*prepared, error) {
	of, shown, _, err := v.ofProgramme(f, "Pay fees that were earned", "Instruct the payment")
	if err != nil {
		return nil, err
	}
	f.Note = "All that is free of them goes to a verified account of who has earned them, from the fees account and from what was collected. The operator’s own, and those of one whom no product names, wait for a second person."
	home := ""
	if f.values.Get("party") == "" {
		home = v.caller.Party.String()
	}
	party := f.line("party", "Who has earned them", "Its id, or its name.", v.called(cmp.Or(v.asked("party"), home)))
	unnamed := f.check("unnamed", "Fees that products grant to others without naming them", "Not the operator’s own.", false)
	if !f.asked {
		return nil, nil
	}
	c := &book.PayFees{Programme: of, Unnamed: unnamed.isSet()}
	if c.Party, err = v.onlyParty(party); err != nil || !f.complete() {
		return nil, err
	}
	if c.Account, err = v.paidTo(f, party, c.Party, shown.Currency); err != nil || c.Account == 0 {
		return nil, err
	}
	p := v.unsignedDeed(f, c, nil)
	p.thenTo(openedPayment)
	return p, nil
}

// openMoney are the receipts of a programme of which something is not allocated, as choices.
func (v *visit) openMoney(of id.Programme) (choices []option, receipts []view.Receipt, err error) {
	page, err := v.Receipts(v.caller, view.Query{State: payment.Unallocated.String(), Programme: of, Limit: rowsMax})
	for _, one := range page.Items {
		if one.Funder == nil && one.Left.Minor > 0 && one.Recall != "open" {
			choices = append(choices, option{one.ID, v.w.T("%s, value %s", one.Left, one.Value), one.Text})
			receipts = append(receipts, one)
		}
	}
	return choices, receipts, err
}

// askMoney asks out of which receipt of a programme something is paid. It gives nil where there is none, and says so.
func (v *visit) askMoney(f *deedForm, of id.Programme, label string) (*input, error) {
	choices, _, err := v.openMoney(of)
	if err != nil {
		return nil, err
	}
	if len(choices) == 0 {
		f.Note = "No money has come into the programme that is not allocated yet. It is booked on the page of the programme first."
		return nil, nil
	}
	preset := v.asked("receipt")
	if preset == "" && len(choices) == 1 {
		preset = choices[0].Value
	}
	return f.value(input{Name: "receipt", Label: label, Choices: choices}, preset), nil
}

// receipt reads the one that was chosen.
func (i *input) receipt() (of id.Receipt) {
	if i.chosen() >= 0 {
		of, _ = id.Parse[id.Receipt](i.Value)
	}
	return of
}

const setOffChoice = "set_off"

// openSettlement makes good what is short in a programme.
func openSettlement(v *visit, f *deedForm) (*prepared, error) {
	of, shown, currency, err := v.ofProgramme(f, "Settle a shortfall", "Settle it")
	if err != nil {
		return nil, err
	}
	f.Note = "What is short is made good by money that came in for it, or out of what was collected for who owes it. One person does it; a stop is lifted apart, by two."
	kind := f.value(input{Name: "of", Label: "What is short", Choices: []option{
		{"collections", "What a party had from collections", "Or what is missing from a deposit."}, {"fees", "Fees", ""}, {"cover", "The share of its insurer", ""},
	}}, "collections")
	party := f.perhaps("party", "Who owes it", "Its id, or its name; empty for what nobody owes by name.", v.called(v.asked("party")))
	choices, _, err := v.openMoney(of)
	if err != nil {
		return nil, err
	}
	choices = append([]option{{setOffChoice, "What was collected for who owes it", "It is set off."}}, choices...)
	money := f.value(input{Name: "receipt", Label: "Out of", Choices: choices}, cmp.Or(v.asked("receipt"), setOffChoice))
	amount := f.value(input{Name: "amount", Label: f.w.T("Amount in %s", shown.Currency), Kind: "text"}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.SettleShortfall{Programme: of, Amount: amount.minor(currency), Of: book.ShortfallOf(max(0, kind.chosen()))}
	if party.Value != "" {
		if c.Party, err = v.onlyParty(party); err != nil {
			return nil, err
		}
	}
	if money.chosen() > 0 {
		c.Receipt = money.receipt()
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// openLifting proposes that a programme pays again.
func openLifting(v *visit, f *deedForm) (*prepared, error) {
	of, _, _, err := v.ofProgramme(f, "Lift the stop", "Propose it")
	if err != nil {
		return nil, err
	}
	f.Note = "The programme pays again when a second person approves it, and nothing is short any more."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	c := &book.LiftStop{Programme: of}
	return v.measure(f, c, text, &c.Reason), nil
}

// openRetry has a payment sent once more, of which nobody knows what became.
func openRetry(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Send a payment once more", "Send it once more"
	of, shown, err := ofPayment(v, f)
	if err != nil {
		return nil, err
	}
	if !retried(shown) {
		return nil, view.ErrNotFound
	}
	f.Note = "It goes out under the same key, so a bank that has it already does not pay twice. Ask the bank first where you can."
	f.fact("State", f.w.badge(shown.State))
	return v.unsignedDeed(f, &book.RetryPayment{Payment: of}, nil), nil
}

// retried tells whether a payment may be sent once more.
func retried(p view.Payment) bool {
	return (p.State == payment.Instructed.String() || p.State == payment.InDoubt.String()) && len(p.Withheld) == 0
}

// Retries tells whether the caller may send the payment once more.
func (p paymentPage) Retries(f frame) bool {
	return retried(p.Payment) && f.may("deed /payments/{id}/retry")
}

// openReversal books that a bank took money back.
func openReversal(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openReceipt(f, "Book that the bank took money back", "Book it")
	if err != nil {
		return nil, err
	}
	if shown.State == payment.Reversed.String() {
		return nil, view.ErrNotFound
	}
	f.Note = "What it had paid is owed again. What was passed on of it is short, and stops the programme’s payments until it is settled."
	reference, account := askLine(f, "Reference of the line that takes it back")
	value := f.value(input{Name: "value", Label: "Gone from", Kind: "date", Hint: "The value date of that line; empty for today.", Optional: true}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.ReverseReceipt{Receipt: of, Line: v.line(account, reference, shown.Programme), Value: value.optionalDate()}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// Reverses tells whether the caller may book that the bank took the money back.
func (p receiptPage) Reverses(f frame) bool {
	return p.State != payment.Reversed.String() && f.may("deed /receipts/{id}/reversal")
}

// ofMoney fills what is the same on the forms that use money received for a financing, and asks for the money; nil where there is none.
func (v *visit) ofMoney(f *deedForm, heading, give, note, label string) (id.Financing, money.Currency, *input, error) {
	of, shown, currency, err := v.ofLife(f, heading, give)
	if err != nil {
		return 0, 0, nil, err
	}
	f.Note = note
	programme, err := id.Parse[id.Programme](shown.Programme)
	if err != nil {
		return 0, 0, nil, err
	}
	receipt, err := v.askMoney(f, programme, label)
	return of, currency, receipt, err
}

// openRecovery says that money received is for what was written off.
func openRecovery(v *visit, f *deedForm) (*prepared, error) {
	const note = "The money goes to what was written off first; what is beyond that is the seller’s. One person does it; nobody approves it."
	of, currency, receipt, err := v.ofMoney(f, "Record a recovery", "Record it", note, "Which money")
	if err != nil || receipt == nil {
		return nil, err
	}
	amount := f.value(input{Name: "amount", Label: f.w.T("Amount in %s", currency), Kind: "text", Hint: "All that is left of it, or a part."}, "")
	payer := f.value(input{Name: "payer", Label: "Who has paid", Choices: []option{{"buyer", "The buyer", ""}, {"seller", "The seller", ""}}}, "buyer")
	if !f.asked {
		return nil, nil
	}
	c := &book.RecordRecovery{Receipt: receipt.receipt(), Financing: of, Amount: amount.minor(currency), Payer: []book.Payer{book.ByBuyer, book.BySeller}[max(0, payer.chosen())]}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// openBuyback lets a seller buy its receivable back.
func openBuyback(v *visit, f *deedForm) (*prepared, error) {
	const note = "The price is all that is owed on the value date of the money. What is left of the receivable is the seller’s again, and the financing is closed to it."
	of, _, receipt, err := v.ofMoney(f, "Let the seller buy its receivable back", "Let it buy", note, "The seller’s money")
	if err != nil || receipt == nil || !f.asked {
		return nil, err
	}
	c := &book.BuyBack{Financing: of, Receipt: receipt.receipt()}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// openReassignment gives what is left of a receivable back to its seller.
func openReassignment(v *visit, f *deedForm) (*prepared, error) {
	of, _, _, err := v.ofLife(f, "Give a receivable back to its seller", "Give it back")
	if err != nil {
		return nil, err
	}
	f.Note = "The financing is repaid, and the buyer has not paid all. From then on the seller may claim the rest, and no other."
	return v.unsignedDeed(f, &book.ReassignReceivable{Financing: of}, nil), nil
}

// TreasurySteps are the deeds of a treasury that are open to the caller on a programme.
func (p programmePage) TreasurySteps(f frame) []act {
	var acts []act
	add := func(name, step string, open bool) {
		if open && f.may("deed /programmes/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/programmes/" + p.ID + "/" + step, Plain: true})
		}
	}
	live := p.State == "live"
	own := func(of *view.Ref) bool { return of != nil && f.Home != nil && of.ID == f.Home.ID }
	provides := f.Operates() || own(p.Anchor) && p.Offered != nil && p.Offered.Terms.Technique == "dynamic_discounting" ||
		slices.ContainsFunc(p.Funders, func(one view.Funder) bool { return own(one.Party) })
	add("Pay funding back", "withdrawal", live && provides)
	add("Pay fees", "fee-payment", live)
	add("Settle a shortfall", "settlement", live && p.Stopped)
	add("Lift the stop", "lifting", live && p.Stopped)
	return acts
}

// moneySteps are what money received, or its end, lets the caller do with a financing.
func (p financingPage) moneySteps(f frame) []act {
	var acts []act
	add := func(name, step string, states ...string) {
		if slices.Contains(states, p.State) && f.may("deed /financings/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/financings/" + p.ID + "/" + step, Plain: true})
		}
	}
	add("Record a recovery", "recovery", "written_off")
	if p.Holding == "" && p.Receivable != "" {
		if p.owes() {
			add("Let the seller buy it back", "buyback", "outstanding", "overdue", "in_recourse", "defaulted")
		}
		add("Give the receivable back", "reassignment", "closed")
	}
	return acts
}
