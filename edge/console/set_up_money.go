package console

import (
	"cmp"
	"slices"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/payment"
	"millrace/edge/bank"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// moneyDeeds lead a financing from the quote to the last cent, as its people do where no bank is connected: what the bank says is put in by hand, or by
// a file of its statement.
var moneyDeeds = []deed{
	{path: "/receivables/{id}/quote", place: "/financings", open: openQuote, fields: map[string]string{"programme": "programme", "payee": "payee"}},
	{path: "/receivables/{id}/clearance", place: "/receivables", open: openFindingsClearance, fields: map[string]string{"reason": "note"}},
	{path: "/financings/{id}/disbursement", place: "/financings", open: openDisbursement},
	{path: "/financings/{id}/cancellation", place: "/financings", open: openCancellation},
	{path: "/financings/{id}/closing", place: "/financings", open: openClosing},
	{path: "/payments/{id}/outcome", place: "/payments", open: openOutcome, fields: map[string]string{"value": "value"}},
	{path: "/programmes/{id}/receipt", place: "/receipts", open: openReceipt, fields: map[string]string{"line": "reference", "funder_unknown": "account"}},
	{path: "/receipts/{id}/allocation", place: "/receipts", open: openAllocation, fields: map[string]string{"receivable": "receivable"}},
	{path: "/programmes/{id}/sweep", place: "/payments", open: openSweep},
	{path: "/programmes/{id}/pay-out", place: "/payments", open: openPayOut, fields: map[string]string{"account": "account"}},
	{path: "/day/next", place: "/", open: openNextDay},
}

// openQuote asks what one receivable brings in a programme of its buyer.
func openQuote(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Receivable](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Ask for a quote", "Ask for it"
	_, shown, err := v.debt(f, of)
	if err != nil {
		return nil, err
	}
	f.Note = "Nothing is owed by asking. What the rules refer to a person, a person decides; what they refuse is said with the reason."
	programmes, accounts, err := v.offeredFor(&shown)
	if err != nil {
		return nil, err
	}
	if len(programmes) == 0 {
		f.Note = "The buyer has no live programme in this currency. The operator sets one up: Programmes, Propose a programme."
		return nil, nil
	}
	if len(accounts) == 0 {
		f.Note = "The seller has no verified bank account in this currency. Name one on the page of the party, and have a second person verify it."
		return nil, nil
	}
	programme := f.value(input{Name: "programme", Label: "Programme", Choices: programmes}, programmes[0].Value)
	payee := f.value(input{Name: "payee", Label: "To be paid to", Choices: accounts}, accounts[0].Value)
	if !f.asked {
		return nil, nil
	}
	programme.chosen()
	payee.chosen()
	if !f.complete() {
		return nil, nil
	}
	c := &book.RequestQuote{Receivable: of}
	if c.Programme, err = id.Parse[id.Programme](programme.Value); err != nil {
		return nil, err
	}
	if c.Payee, err = id.Parse[id.BankAccount](payee.Value); err != nil {
		return nil, err
	}
	p := v.unsignedDeed(f, c, nil)
	p.thenTo(func(e book.Event) string {
		if opened, is := e.(*book.FinancingOpened); is {
			return "/financings/" + opened.Financing.ID.String()
		}
		return ""
	})
	return p, nil
}

// offeredFor lists the live programmes of a receivable's buyer and the verified accounts of its seller, in its currency.
func (v *visit) offeredFor(r *view.Receivable) (programmes, accounts []option, err error) {
	offered, err := v.Programmes(v.caller, view.Query{State: "live", Limit: view.LimitMax})
	if err != nil {
		return nil, nil, err
	}
	for _, one := range offered.Items {
		if one.Currency == r.Outstanding.Currency && r.Buyer != nil && one.Anchor != nil && one.Anchor.ID == r.Buyer.ID {
			programmes = append(programmes, option{one.ID, one.Product.String(), one.ID})
		}
	}
	if r.Seller == nil {
		return programmes, nil, nil
	}
	seller, err := id.Parse[id.Party](r.Seller.ID)
	if err != nil {
		return nil, nil, err
	}
	accounts, err = v.accountsOf(seller, r.Outstanding.Currency)
	return programmes, accounts, err
}

// accountsOf lists the verified accounts of a party in a currency.
func (v *visit) accountsOf(of id.Party, currency string) (accounts []option, err error) {
	own, err := v.BankAccounts(v.caller, view.Query{Party: of, State: "verified", Limit: rowsMax})
	for _, one := range own.Items {
		if one.Currency == currency {
			label := one.IBAN + one.Number
			if label == "" {
				label = one.ID
			}
			accounts = append(accounts, option{one.ID, label, one.Holder})
		}
	}
	return accounts, err
}

// openFindingsClearance clears what stands on an invoice, each thing by itself.
func openFindingsClearance(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Receivable](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Clear findings", "Clear them"
	_, shown, err := v.debt(f, of)
	if err != nil {
		return nil, err
	}
	f.Note = "You say that the invoice may be financed all the same, and why. Ask its issuer for a corrected one where it is wrong."
	c := &book.ClearFindings{Receivable: of}
	for _, code := range shown.Findings {
		told := f.w.explained(findings, code)
		if f.check("finding-"+code, told.Title, told.Text, false).isSet() {
			c.Codes = append(c.Codes, code)
		}
	}
	for _, breach := range shown.Rules {
		if breach.Cleared == 0 && f.check("rule-"+breach.Rule, breach.Rule, f.w.T(breach.Sentence), false).isSet() {
			c.Rules = append(c.Rules, breach.Rule)
		}
	}
	if len(f.Inputs) == 0 {
		f.Note = "No finding is open on it."
		return nil, nil
	}
	first := f.Inputs[0]
	text := f.noted("Why it may be financed all the same")
	if !f.asked {
		return nil, nil
	}
	if len(c.Codes)+len(c.Rules) == 0 {
		first.bad("Choose what you clear.")
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error { return v.keepNote(text, &c.(*book.ClearFindings).Reason) }), nil
}

// ofFinancing fills what is the same on the forms about a financing.
func (v *visit) ofFinancing(f *deedForm, heading, give string) (id.Financing, view.Financing, error) {
	of, err := identity[id.Financing](v)
	if err != nil {
		return 0, view.Financing{}, err
	}
	shown, err := v.Financing(v.caller, of)
	if err != nil {
		return 0, shown, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/financings/"+shown.ID, f.w.T("Financing %s", shown.ID)
	f.fact("State", f.w.badge(shown.State))
	f.fact("Seller", named(shown.Seller))
	if shown.Buyer != nil {
		f.fact("Buyer", named(shown.Buyer))
	}
	number, err := v.numberOf(shown.Receivable)
	if err != nil {
		return 0, shown, err
	}
	if number != "" {
		f.fact("Invoice", f.link("/receivables/"+shown.Receivable, number))
	}
	if shown.Funder != nil {
		f.fact("Funder", named(shown.Funder))
	}
	f.fact("Amount", f.w.amount(shown.Amount))
	if shown.Price != nil {
		f.fact("To the seller", f.w.amount(shown.Price.Net))
	}
	return of, shown, nil
}

func openDisbursement(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.ofFinancing(f, "Pay a financing out", "Instruct the payment")
	if err != nil {
		return nil, err
	}
	f.Note = "The bank is instructed to pay the seller’s verified account. Above the programme’s bound the payment waits for a second person."
	p := v.unsignedDeed(f, &book.Disburse{Financing: of}, nil)
	p.thenTo(openedPayment)
	return p, nil
}

// openedPayment is the page of a payment that an event opens.
func openedPayment(e book.Event) string {
	if opened, is := e.(*book.PaymentOpened); is {
		return "/payments/" + opened.Payment.ID.String()
	}
	return ""
}

func openCancellation(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.ofFinancing(f, "Cancel a financing", "Cancel it")
	if err != nil {
		return nil, err
	}
	f.Note = "What was set aside for it is free again: evidence, limits and money. Nothing was paid yet."
	return v.unsignedDeed(f, &book.CancelFinancing{Financing: of}, nil), nil
}

func openClosing(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.ofFinancing(f, "Close a financing", "Close it")
	if err != nil {
		return nil, err
	}
	f.Note = "Everything is repaid: it is closed, and its limits are free."
	return v.unsignedDeed(f, &book.CloseFinancing{Financing: of}, nil), nil
}

// bankStates are what a bank says of a payment.
var bankStates = []struct {
	state             payment.State
	name, label, text string
}{
	{payment.Executed, "executed", "It was paid", "It left the account on the value date."},
	{payment.Refused, "refused", "It was refused", "No money has moved; what was set aside is free again."},
	{payment.Returned, "returned", "It came back", "It was paid, and the payee’s bank has sent it back."},
	{payment.InDoubt, "in_doubt", "Nobody knows", "It is not sent again before the bank has said what became of it."},
}

// openOutcome records what the bank has done with a payment.
func openOutcome(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Record what the bank did", "Record it"
	of, _, err := ofPayment(v, f)
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Note = "Only where no bank is connected: a connected bank says it by itself. Have its statement or its advice before you."
	var choices []option
	for _, one := range bankStates {
		choices = append(choices, option{one.name, one.label, one.text})
	}
	state := f.value(input{Name: "state", Label: "What the bank says", Choices: choices}, "executed")
	value := f.value(input{Name: "value", Label: "Value date", Kind: "date", Hint: "Of what was paid or came back.", Optional: true}, today.String())
	reference := f.perhaps("reference", "The bank’s reference", "As it stands on the statement.", "")
	if !f.asked {
		return nil, nil
	}
	at := state.chosen()
	if at < 0 {
		return nil, nil
	}
	c := &book.RecordOutcome{Payment: of, State: bankStates[at].state}
	if c.State == payment.Executed || c.State == payment.Returned {
		c.Value = value.date()
	}
	if reference.Value != "" {
		c.Bank = v.console.engine.Vault().Token("bank_reference", reference.Value)
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// placed are the accounts of a programme into which money comes, as choices: those of its funders, then the one for collections.
func (v *visit) placed(p *view.Programme) (choices []option, funders []id.Party, err error) {
	for _, one := range p.Funders {
		of, err := id.Parse[id.Party](one.Party.ID)
		if err != nil {
			return nil, nil, err
		}
		funders = append(funders, of)
		choices = append(choices, option{one.Party.ID, v.w.T("Funding account of %s", one.Party), "What it puts in, to be lent."})
	}
	funders = append(funders, 0)
	return append(choices, option{"collection", v.w.T("Collection account"), "What buyers and sellers pay."}), funders, nil
}

// ofProgramme fills what is the same on the forms about the money of a programme.
func (v *visit) ofProgramme(f *deedForm, heading, give string) (id.Programme, view.Programme, money.Currency, error) {
	of, err := identity[id.Programme](v)
	if err != nil {
		return 0, view.Programme{}, 0, err
	}
	shown, err := v.Programme(v.caller, of)
	if err != nil {
		return 0, shown, 0, err
	}
	currency, _ := money.ParseCurrency(shown.Currency)
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/programmes/"+shown.ID, cmp.Or(v.programmeName(shown.ID), shown.ID)
	f.fact("Programme", v.programme(f, shown.ID))
	f.fact("Anchor", named(shown.Anchor))
	f.fact("Product", escape(shown.Product.String()))
	return of, shown, currency, nil
}

// openReceipt books one line of a bank's statement by hand.
func openReceipt(v *visit, f *deedForm) (*prepared, error) {
	of, shown, currency, err := v.ofProgramme(f, "Book money that came in", "Book it")
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Note = "Only where no bank is connected. One line of the bank’s statement is booked once: the same reference again changes nothing."
	choices, funders, err := v.placed(&shown)
	if err != nil {
		return nil, err
	}
	account := f.value(input{Name: "account", Label: "Into which account", Choices: choices}, choices[len(choices)-1].Value)
	amount := f.value(input{Name: "amount", Label: f.w.T("Amount in %s", shown.Currency), Kind: "text"}, "")
	reference := f.line("reference", "The bank’s reference", "Of the line of the statement.", "")
	value := f.value(input{Name: "value", Label: "Value date", Kind: "date"}, today.String())
	booking := f.value(input{Name: "booking", Label: "Booked by the bank on", Kind: "date"}, today.String())
	payer := f.perhaps("payer", "Account of the payer", "Evidence of who has paid.", "")
	text := f.perhaps("text", "Text of the line", "Payer and what it is for: the number of the invoice is found in it.", "")
	if !f.asked {
		return nil, nil
	}
	c := &book.RecordReceipt{Programme: of, Currency: currency, Amount: amount.minor(currency), Value: value.date(), Booking: booking.date()}
	if at := account.chosen(); at >= 0 {
		c.Funder = funders[at]
	}
	if !f.complete() {
		return nil, nil
	}
	into := bank.Account{Kind: bank.Collection, Programme: of, Owner: c.Funder}
	if c.Funder != 0 {
		into.Kind = bank.Funding
	}
	c.Line, c.Payer = v.console.intake.LineToken(into.String(), reference.Value), v.console.intake.PayerToken(payer.Value)
	p := v.unsignedDeed(f, c, func(c book.Command) error { return v.keepRemittance(text.Value, &c.(*book.RecordReceipt).Text) })
	p.thenTo(bookedReceipt)
	return p, nil
}

// bookedReceipt is the page of a receipt that an event books.
func bookedReceipt(e book.Event) string {
	switch e := e.(type) {
	case *book.ReceiptRecorded:
		return "/receipts/" + e.Receipt.ID.String()
	case *book.ReceiptRepeated:
		return "/receipts/" + e.Receipt.String()
	}
	return ""
}

func (v *visit) keepRemittance(text string, into *[32]byte) error {
	if text == "" {
		return nil
	}
	kept, err := v.console.intake.Store(v.request.Context(), intake.KindRemit, []byte(text))
	*into = kept
	return err
}

// openAllocation says what a receipt pays.
func openAllocation(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Receipt](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Receipt(v.caller, of)
	if err != nil {
		return nil, err
	}
	currency, _ := money.ParseCurrency(shown.Left.Currency)
	f.Heading, f.Give, f.Back, f.BackName = "Allocate a receipt", "Allocate it", "/receipts/"+shown.ID, f.w.T("Receipt %s", shown.ID)
	f.Note = "What it pays is shared out at once: interest and principal to the funder, the rest to the seller. Only a return undoes it."
	f.fact("Amount", f.w.amount(shown.Amount))
	f.fact("Not allocated", f.w.amount(shown.Left))
	if shown.Text != "" {
		f.fact("Text on the statement", escape(shown.Text))
	}
	about := f.line("receivable", "What it pays", "The number of the invoice, or the id of the receivable or of the financing that its borrower repays.", v.asked("for"))
	amount := f.value(input{Name: "amount", Label: f.w.T("Amount in %s", shown.Left.Currency), Kind: "text", Hint: "All that is left, or a part of it."}, plain(shown.Left))
	payer := f.value(input{Name: "payer", Label: "Who has paid", Choices: []option{
		{"buyer", "The buyer", "It pays its debt."}, {"seller", "The seller", "It answers for the buyer, or repays what it borrowed."},
	}}, "buyer")
	if !f.asked {
		return nil, nil
	}
	c := &book.Allocate{Receipt: of, Amount: amount.minor(currency), Payer: []book.Payer{book.ByBuyer, book.BySeller}[max(0, payer.chosen())]}
	if err := v.paid(about, c); err != nil || !f.complete() {
		return nil, err
	}
	return v.unsignedDeed(f, c, nil), nil
}

// paid finds what a receipt is for: by id, or by the number of an invoice.
func (v *visit) paid(about *input, c *book.Allocate) error {
	if financing, err := id.Parse[id.Financing](about.Value); err == nil {
		c.Financing = financing
		return nil
	}
	if receivable, err := id.Parse[id.Receivable](about.Value); err == nil {
		c.Receivable = receivable
		return nil
	}
	if about.Wrong != "" {
		return nil
	}
	found, err := v.openInvoices(about.Value)
	if err != nil {
		return err
	}
	switch len(found) {
	case 0:
		about.bad("No open invoice has this number. Compare it with the invoice, or write the receivable’s id.")
	case 1:
		c.Receivable, err = id.Parse[id.Receivable](found[0].ID)
	default:
		about.bad("%d open invoices have this number, of several sellers: write the receivable’s id.", len(found))
	}
	return err
}

// openInvoices are the open receivables of invoices with a number.
func (v *visit) openInvoices(number string) (found []view.Receivable, err error) {
	documents, _, err := v.invoices(number)
	if err != nil || len(documents) == 0 {
		return nil, err
	}
	page, err := v.ReceivablesBetween(v.caller, view.Query{State: "open", Limit: rowsMax}, view.Between{Documents: documents})
	return page.Items, err
}

// openSweep returns to a funder what came in for it.
func openSweep(v *visit, f *deedForm) (*prepared, error) {
	of, shown, _, err := v.ofProgramme(f, "Return collections to a funder", "Instruct the payment")
	if err != nil {
		return nil, err
	}
	f.Note = "What buyers have repaid of its money goes from the collection account to its funding account, to be lent again."
	choices, funders, err := v.placed(&shown)
	if err != nil {
		return nil, err
	}
	if choices = choices[:len(choices)-1]; len(choices) == 0 {
		f.Note = "Nobody finances in this programme, so there is nobody to return money to."
		return nil, nil
	}
	funder := f.value(input{Name: "funder", Label: "To", Choices: choices}, choices[0].Value)
	if !f.asked {
		return nil, nil
	}
	at := funder.chosen()
	if at < 0 {
		return nil, nil
	}
	p := v.unsignedDeed(f, &book.Sweep{Programme: of, Funder: funders[at]}, nil)
	p.thenTo(openedPayment)
	return p, nil
}

// openPayOut pays to a seller what is its own of what came in.
func openPayOut(v *visit, f *deedForm) (*prepared, error) {
	of, shown, _, err := v.ofProgramme(f, "Pay a seller’s collections out", "Instruct the payment")
	if err != nil {
		return nil, err
	}
	f.Note = "What came in beyond what was financed is the seller’s, and is paid to a verified account of its own."
	seller := f.line("seller", "Seller", "Its id, or its name.", v.called(v.asked("of")))
	if !f.asked {
		return nil, nil
	}
	c := &book.PayOut{Programme: of}
	if seller.Wrong == "" {
		if c.Seller, err = v.onlyParty(seller); err != nil {
			return nil, err
		}
	}
	if !f.complete() {
		return nil, nil
	}
	accounts, err := v.accountsOf(c.Seller, shown.Currency)
	if err != nil {
		return nil, err
	}
	if len(accounts) == 0 {
		seller.bad("It has no verified bank account in %s: name one on its page, and have a second person verify it.", shown.Currency)
		return nil, nil
	}
	account := f.value(input{Name: "account", Label: "To its account", Choices: accounts}, accounts[0].Value)
	if account.Value == "" {
		account.Value = accounts[0].Value
	}
	if account.chosen() < 0 {
		return nil, nil
	}
	if c.Account, err = id.Parse[id.BankAccount](account.Value); err != nil {
		return nil, err
	}
	p := v.unsignedDeed(f, c, nil)
	p.thenTo(openedPayment)
	return p, nil
}

// openNextDay opens the next business date.
func openNextDay(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Open the next business day", "Open it", "/", "Overview"
	f.Note = "The day before is closed: what fell due is marked, interest is posted, quotes that were not accepted expire. It can’t be undone."
	f.fact("Business date", escape(today.String()))
	date := f.value(input{Name: "date", Label: "Next business date", Kind: "date"}, nextWorkday(today).String())
	if !f.asked {
		return nil, nil
	}
	c := &book.OpenDay{Date: date.date()}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// nextWorkday is the next day from Monday to Friday.
func nextWorkday(d calendar.Date) calendar.Date {
	next := d.AddDays(1)
	for next.IsWeekend() {
		next = next.AddDays(1)
	}
	return next
}

// Quotable tells whether the caller may ask for a quote on the receivable, and Clears whether it may clear its findings.
func (p receivablePage) Quotable(f frame) bool {
	own := f.Home != nil && p.Seller != nil && f.Home.ID == p.Seller.ID
	busy := slices.ContainsFunc(p.Financings, func(of pricedFinancing) bool {
		return !slices.Contains([]string{"declined", "lapsed", "cancelled", "closed"}, of.State)
	})
	return f.may("deed /receivables/{id}/quote") && (own || f.Operates()) && p.State == "open" && p.Certificate == "" && !busy
}

// Clears tells whether the caller may clear what stands on the invoice.
func (p receivablePage) Clears(f frame) bool {
	open := len(p.Findings) > 0 || slices.ContainsFunc(p.Rules, func(b view.BrokenRule) bool { return b.Cleared == 0 })
	return f.may("deed /receivables/{id}/clearance") && p.State == "open" && open
}

// Payable tells whether the caller may pay the financing out.
func (p financingPage) Payable(f frame) bool {
	return p.State == "accepted" && p.Placement == "" && f.may("deed /financings/{id}/disbursement")
}

// Cancellable tells whether the caller may cancel what was accepted.
func (p financingPage) Cancellable(f frame) bool {
	return p.State == "accepted" && p.Placement == "" && f.may("deed /financings/{id}/cancellation")
}

// Closable tells whether the caller may close the financing.
func (p financingPage) Closable(f frame) bool {
	return slices.Contains([]string{"outstanding", "overdue", "in_recourse"}, p.State) && !p.owes() && f.may("deed /financings/{id}/closing")
}

// Outcome tells whether the caller may say what the bank did with the payment.
func (p paymentPage) Outcome(f frame) bool {
	return (p.State == "instructed" || p.State == "in_doubt" || p.State == "executed") && f.may("deed /payments/{id}/outcome")
}

// Allocates tells whether the caller may say what the receipt pays.
func (p receiptPage) Allocates(f frame) bool {
	return p.State == "unallocated" && p.Funder == nil && p.Recall != "open" && f.may("deed /receipts/{id}/allocation")
}
