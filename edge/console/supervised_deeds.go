package console

import (
	"crypto/sha256"
	"encoding/json"
	"strconv"
	"strings"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/payment"
	"millrace/domain/supervision"
	"millrace/edge/bank"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// supervisedDeeds put the accounts at a custodian on record, and what its bank takes out of them.
var supervisedDeeds = []deed{
	{path: "/programmes/{id}/supervised-account", place: "/supervised", open: openSupervised, fields: map[string]string{
		"kind": "account", "funder": "account", "owner": "owner", "beneficiary": "account", "protection": "protection", "since": "since", "mandate": "control",
		"agreement": "agreement", "signatories": "signatory-1", "account": "iban",
	}},
	{path: "/supervised/{id}/decision", place: "/supervised", open: openSupervisedDecision},
	{path: "/supervised/{id}/closing", place: "/supervised", open: openSupervisedClosing},
	{path: "/programmes/{id}/charge", place: "/receipts", open: openCharge, fields: map[string]string{
		"line": "reference", "funder": "account", "kind": "account", "amount": "amount", "value": "value", "cause": "cause",
	}},
}

// kept are the supervised accounts of a programme, as choices, with where each is.
func (v *visit) kept(p *view.Programme) (choices []option, places []supervision.Place, err error) {
	choices, funders, err := v.placed(p)
	if err != nil {
		return nil, nil, err
	}
	of, err := id.Parse[id.Programme](p.ID)
	for _, funder := range funders {
		place := supervision.Place{Programme: of, Kind: supervision.Funding, Funder: funder}
		if funder == 0 {
			place.Kind = supervision.Collection
		}
		places = append(places, place)
	}
	choices = append(choices, option{"fees", v.w.T("Fees account"), "Fees that are withheld from proceeds."})
	return choices, append(places, supervision.Place{Programme: of, Kind: supervision.Fees}), err
}

// signatoriesAsked is how many signatories the form takes.
const signatoriesAsked = 3

func openSupervised(v *visit, f *deedForm) (*prepared, error) {
	_, shown, _, err := v.ofProgramme(f, "Put a supervised account on record", "Propose it")
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Note = "Whose the account is, who gives orders on it, and what law keeps its money apart. A second person compares it with the account-control agreement and approves it."
	choices, places, err := v.kept(&shown)
	if err != nil {
		return nil, err
	}
	if shown.Custodian != nil {
		f.fact("Custodian", named(shown.Custodian))
	}
	var laws []option
	for _, name := range supervision.Protections()[1:] {
		laws = append(laws, option{name, f.w.protection(name), ""})
	}
	place := f.value(input{Name: "account", Label: "Which account", Choices: choices}, "")
	owner := f.line("owner", "In whose name it is", "A party: its id, or its name.", "")
	law := f.value(input{Name: "protection", Label: "Law that keeps its money apart", Kind: "select", Choices: laws}, "")
	since := f.value(input{Name: "since", Label: "Opened at the bank on", Kind: "date"}, today.String())
	iban := f.perhaps("iban", "IBAN", "", "")
	number := f.perhaps("number", "Account number, where there is no IBAN", "", "")
	rhythm := f.value(input{Name: "statements", Label: "The bank gives a statement", Choices: rhythmChoices()}, supervision.EveryOpenDay.String())
	bic := f.perhaps("bic", "BIC of the bank", "8 or 11 characters.", "")
	holder := f.line("holder", "Holder", "As the bank has the name.", "")
	signatories := f.askSignatories()
	together := f.value(input{Name: "together", Label: "So many of them together", Kind: "number"}, "1")
	control := f.value(input{Name: "control", Label: "The account-control agreement, as signed", Kind: "area", Most: termBytesMax}, "")
	agreement := f.perhaps("agreement", "Agreement, where it was signed here", "Its id.", "")
	if !f.asked {
		return nil, nil
	}
	c := &book.ProposeSupervisedAccount{Since: since.date(), Together: uint8(together.whole(1, signatoriesAsked)), Statements: supervision.Rhythm(max(0, rhythm.chosen()))}
	if at := place.chosen(); at >= 0 {
		c.Place = places[at]
		c.Beneficiary = c.Place.Funder
		if c.Place.Kind == supervision.Fees {
			c.Beneficiary = v.caller.Party
		}
	}
	if at := law.chosen(); at >= 0 {
		c.Protection = supervision.Protection(at + 1)
	}
	c.Agreement = readControl(control, agreement)
	if c.Owner, err = v.onlyParty(owner); err != nil {
		return nil, err
	}
	if c.Signatories, err = v.signatories(signatories); err != nil {
		return nil, err
	}
	compact := strings.ReplaceAll(iban.Value, " ", "")
	readNumber(iban, number, compact)
	if !f.complete() {
		return nil, nil
	}
	details := intake.BankDetails{IBAN: compact, Number: number.Value, BIC: strings.ToUpper(bic.Value), Holder: holder.Value}
	c.Token, c.MandateHash = v.console.intake.AccountToken(details), sha256.Sum256([]byte(control.Value))
	p := v.unsignedDeed(f, c, func(book.Command) error { return v.keepControl(c, control.Value, &details) })
	p.thenTo(proposedAccount)
	return p, nil
}

// proposedAccount is the page of a supervised account that an event proposes.
func proposedAccount(e book.Event) string {
	if proposed, is := e.(*book.SupervisedAccountProposed); is {
		return "/supervised/" + proposed.Account.ID.String()
	}
	return ""
}

// rhythmChoices are how often a bank gives a statement, by value.
func rhythmChoices() []option {
	labels := []string{supervision.EveryOpenDay: "On every open day", supervision.WhenMoved: "On each day on which it moved, and on the last open day of each month"}
	texts := []string{supervision.EveryOpenDay: "A day without one is missed.", supervision.WhenMoved: "A day without one is missed only where money moved."}
	var choices []option
	for at, name := range supervision.Rhythms() {
		choices = append(choices, option{name, labels[at], texts[at]})
	}
	return choices
}

// askSignatories asks who gives orders on an account.
func (f *deedForm) askSignatories() (all []*input) {
	f.under("Who gives orders")
	for n := 1; n <= signatoriesAsked; n++ {
		all = append(all, f.perhaps("signatory-"+strconv.Itoa(n), f.w.T("Signatory %d", n), "A party, by its id or its name; or a person, by the id of the actor.", ""))
	}
	return all
}

// readControl reads the agreement that was signed here, if any, and notes what is wrong with the text of the control.
func readControl(control, agreement *input) (of id.Agreement) {
	if control.Value == "" || len(control.Value) > termBytesMax {
		control.bad("Say it in 1 to %d characters.", termBytesMax)
	}
	if agreement.Value == "" {
		return 0
	}
	of, err := id.Parse[id.Agreement](agreement.Value)
	if err != nil {
		agreement.bad("Write the agreement’s id, as its page has it.")
	}
	return of
}

// keepControl puts the agreement and the account's number into the vault.
func (v *visit) keepControl(c *book.ProposeSupervisedAccount, control string, details *intake.BankDetails) error {
	if err := v.keepText(control, &c.Mandate); err != nil {
		return err
	}
	encoded, err := json.Marshal(details)
	if err != nil {
		return err
	}
	c.Details, err = v.console.intake.Store(v.request.Context(), intake.KindAccount, encoded)
	return err
}

// readNumber notes what is wrong with an account's number.
func readNumber(iban, number *input, compact string) {
	switch {
	case (compact == "") == (number.Value == ""):
		iban.bad("Give an IBAN, or another number: one of the two.")
	case compact != "" && !intake.ValidIBAN(compact):
		iban.bad("This is not an IBAN: its check digits do not fit. Compare it with the bank’s letter.")
	}
}

// signatories reads who gives orders on an account.
func (v *visit) signatories(asked []*input) (all []supervision.Signatory, err error) {
	for _, one := range asked {
		if one.Value == "" {
			continue
		}
		var s supervision.Signatory
		if s.Actor, err = id.Parse[id.Actor](one.Value); err != nil {
			if s.Party, err = v.onlyParty(one); err != nil {
				return nil, err
			}
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		asked[0].bad("Name at least one.")
	}
	return all, nil
}

// ofSupervised fills what is the same on the forms about a supervised account.
func (v *visit) ofSupervised(f *deedForm, heading, give string) (id.SupervisedAccount, error) {
	of, err := identity[id.SupervisedAccount](v)
	if err != nil {
		return 0, err
	}
	shown, err := v.SupervisedAccount(v.caller, of)
	if err != nil {
		return 0, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/supervised/"+shown.ID, f.w.T("Supervised account %s", shown.ID)
	f.fact("Account", escape(f.w.capitalWord(shown.Kind)))
	f.fact("Programme", v.programme(f, shown.Programme))
	f.fact("Owner", named(shown.Owner))
	f.fact("Law", escape(f.w.protection(shown.Law.Name)))
	f.fact("Number", escape(shown.IBAN+shown.Number))
	for _, one := range shown.Signatories {
		f.fact("Signatory", escape(one.String()))
	}
	if shown.Maker != nil {
		f.fact("Proposed by", named(shown.Maker))
	}
	return of, nil
}

func openSupervisedDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.ofSupervised(f, "Decide on a supervised account", "Decide it")
	if err != nil {
		return nil, err
	}
	f.Note = "Compare it with the account-control agreement. Who has proposed it does not decide."
	decision := f.value(input{Name: "decision", Label: "Decision", Choices: []option{{"approve", "Approve it", ""}, {"decline", "Decline it", "Nothing changes."}}}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.DecideSupervisedAccount{Account: of, Decision: []book.Decision{book.Approve, book.Decline}[max(0, decision.chosen())]}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openSupervisedClosing(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.ofSupervised(f, "Close a supervised account", "Close it")
	if err != nil {
		return nil, err
	}
	f.Note = "Only where nothing is in it, and nothing is on its way."
	return v.unsignedDeed(f, &book.CloseSupervisedAccount{Account: of}, nil), nil
}

// openCharge books what a bank took out of a supervised account without an instruction.
func openCharge(v *visit, f *deedForm) (*prepared, error) {
	_, shown, currency, err := v.ofProgramme(f, "Book a charge of the bank", "Book it")
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Note = "Only where no bank is connected. A charge is borne by the funding or the fees on the account; what it takes of other people’s money is a shortfall, and stops the programme’s payments until it is made good."
	choices, places, err := v.kept(&shown)
	if err != nil {
		return nil, err
	}
	account := f.value(input{Name: "account", Label: "From which account", Choices: choices}, "")
	cause := f.value(input{Name: "cause", Label: "What the bank says", Choices: []option{{"charge", "It is its charge", ""}, {"unexplained", "Nothing", "Then it is a shortfall until it is explained."}}}, "charge")
	amount := f.value(input{Name: "amount", Label: f.w.T("Amount in %s", shown.Currency), Kind: "text"}, "")
	reference := f.line("reference", "The bank’s reference", "Of the line of the statement.", "")
	value := f.value(input{Name: "value", Label: "Value date", Kind: "date"}, today.String())
	booking := f.value(input{Name: "booking", Label: "Booked by the bank on", Kind: "date"}, today.String())
	text := f.perhaps("text", "Text of the line", "", "")
	if !f.asked {
		return nil, nil
	}
	c := &book.RecordCharge{Currency: currency, Amount: amount.minor(currency), Value: value.date(), Booking: booking.date()}
	if at := account.chosen(); at >= 0 {
		c.Account = places[at]
	}
	c.Cause = []payment.Cause{payment.BankCharge, payment.Unexplained}[max(0, cause.chosen())]
	if !f.complete() {
		return nil, nil
	}
	from := bank.Account{Kind: bank.Kind(c.Account.Kind), Programme: c.Account.Programme, Owner: c.Account.Funder}
	c.Line = v.console.intake.LineToken(from.String(), reference.Value)
	return v.unsignedDeed(f, c, func(book.Command) error { return v.keepRemittance(text.Value, &c.Text) }), nil
}

// Supervises tells whether the caller may put an account of the programme on record.
func (p programmePage) Supervises(f frame) bool {
	return f.may("deed /programmes/{id}/supervised-account") && len(p.Funders) > 0
}

// SupervisedSteps are the deeds that are open to the caller on a supervised account.
func (p supervisedPage) SupervisedSteps(f frame) []act {
	var acts []act
	add := func(name, step string, may bool) {
		if may && f.may("deed /supervised/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/supervised/" + p.ID + "/" + step})
		}
	}
	add("Decide", "decision", p.State == "proposed" && (p.Maker == nil || p.Maker.ID != f.Caller.Actor.String()))
	add("Close it", "closing", p.State == "live")
	return acts
}
