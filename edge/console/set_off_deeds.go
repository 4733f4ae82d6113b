package console

import (
	"strconv"

	"millrace/book"
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// setOffDeeds are the acts on runs of multilateral set-off.
var setOffDeeds = []deed{
	{path: "/set-off/new", place: "/set-off", fields: map[string]string{"set_off_run_open": "currency", "cash": "cash_most"}, open: openSetOffRun},
	{path: "/set-off/{id}/execution", place: "/set-off", open: openSetOffExecution},
	{path: "/set-off/{id}/ending", place: "/set-off", fields: map[string]string{"reason": "note"}, open: openSetOffEnding},
	{path: "/set-off/{id}/consent", place: "/set-off", fields: map[string]string{"run": "party"}, open: openRunConsent},
	{path: "/set-off/{id}/refusal", place: "/set-off", open: openRunRefusal},
	{path: "/set-off/{id}/cash", place: "/set-off", open: openSetOffCash},
	{path: "/set-off-consents/new", place: "/set-off", open: openStandingConsent},
	{path: "/set-off-consents/{id}/revocation", place: "/set-off", open: openConsentRevocation},
	{path: "/set-off-calendars/new", place: "/set-off", fields: map[string]string{"calendar": "every", "cash": "cash_most"}, open: openSetOffCalendar},
	{path: "/set-off-calendars/{id}/decision", place: "/set-off", fields: map[string]string{"reason": "note"}, open: openSetOffCalendarDecision},
	{path: "/set-off-calendars/{id}/ending", place: "/set-off", fields: map[string]string{"reason": "note"}, open: openSetOffCalendarEnding},
	{path: "/set-off-bars/new", place: "/set-off", fields: map[string]string{"evidence": "note"}, open: openSetOffBar},
	{path: "/set-off-bars/{id}/lifting", place: "/set-off", fields: map[string]string{"grounds": "note"}, open: openSetOffBarLifting},
}

// asksTerms asks for the terms of a run; what it gives reads them.
func asksTerms(v *visit, f *deedForm) (func() (clearing.Terms, error), error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	programmes, err := v.liveProgrammes()
	if err != nil {
		return nil, err
	}
	currency := f.value(input{Name: "currency", Label: "Currency", Kind: "text", Hint: "One run, one currency: EUR, USD."}, "EUR")
	freeze := f.value(input{Name: "freeze", Label: "Debts are held from", Kind: "date", Hint: "Until the run is over, what it holds is neither paid, assigned nor pledged."}, today.AddDays(5).String())
	answer := f.value(input{Name: "answer", Label: "Last day for consents", Kind: "date"}, today.AddDays(8).String())
	until := f.value(input{Name: "value", Label: "Value date", Kind: "date", Hint: "Debts due until then take part; the last day on which the run can be executed."}, today.AddDays(10).String())
	least := f.value(input{Name: "least", Label: "Least amount", Kind: "text", Hint: "Debts of which less is outstanding are left out. Empty for none.", Optional: true}, "")
	group := f.value(input{Name: "group", Label: "Head of a group", Kind: "text", Hint: "Its id or its name, where only the group’s firms take part; empty for everybody.", Optional: true}, "")
	rule := f.value(input{Name: "rule", Label: "Where several ways clear the same", Choices: []option{
		{"oldest_first", "The oldest debt first", ""}, {"proportional", "Each debt the same share", ""},
	}}, "oldest_first")
	open := f.value(input{Name: "open", Label: "Who has not consented in advance", Choices: []option{{"no", "Is left out", ""}, {"yes", "Is asked", "It takes part if it consents until the last day."}}}, "no")
	programme := f.value(input{Name: "cash_programme", Label: "Programme that lends cash", Kind: "select", Choices: f.orNothing("None", programmes), Hint: "Where members may borrow for the run, so that chains clear too."}, noChoice)
	most := f.value(input{Name: "cash_most", Label: "Most cash in all", Kind: "text", Hint: "Over all members. Empty where none is lent.", Optional: true}, "")
	return func() (clearing.Terms, error) {
		var err error
		t := clearing.Terms{Freeze: freeze.date(), Answer: answer.date(), Value: until.date(), Rule: clearing.OldestFirst + clearing.Rule(max(rule.chosen(), 0)), Open: open.chosen() == 1}
		known := false
		if t.Currency, known = money.ParseCurrency(currency.Value); !known {
			currency.bad("Write a currency of ISO 4217, like EUR.")
			return t, nil
		}
		if least.Value != "" {
			t.Least = least.minor(t.Currency)
		}
		if group.Value != "" {
			t.Group, err = v.onlyParty(group)
		}
		if programme.Value != "" && programme.Value != noChoice || most.Value != "" {
			t.Cash.Most = most.minor(t.Currency)
			t.Cash.Programme = oneID[id.Programme](programme)
		}
		return t, err
	}, nil
}

func openSetOffRun(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Announce a set-off run", "Announce it", "/set-off", "Set-off"
	f.Note = "Everybody who may take part learns of it. A second person executes what is proposed."
	terms, err := asksTerms(v, f)
	if err != nil || !f.asked {
		return nil, err
	}
	c := &book.AnnounceSetOffRun{}
	if c.Terms, err = terms(); err != nil || !f.complete() {
		return nil, err
	}
	return v.unsignedDeed(f, c, nil), nil
}

// openSetOff fills what is the same on the forms about a run.
func (v *visit) openSetOff(f *deedForm, heading, give string) (view.SetOffRun, id.SetOffRun, error) {
	of, err := identity[id.SetOffRun](v)
	if err != nil {
		return view.SetOffRun{}, 0, err
	}
	shown, err := v.SetOffRun(v.caller, of)
	if err != nil {
		return shown, of, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/set-off/"+shown.ID, f.w.T("Set-off run %s", shown.ID)
	f.fact("Currency", escape(shown.Terms.Currency))
	f.fact("Value date", escape(shown.Terms.Value))
	if r := shown.Report; r != nil {
		f.fact("Debt that is held", f.w.amount(r.DebtBefore))
		f.fact("To be set off", f.w.amount(r.Cleared)+escape(" ("+r.Percent+" %)"))
	}
	if own := shown.Own; own != nil {
		f.fact("What you owe in it", f.w.amount(own.Owes))
		f.fact("What you are owed", f.w.amount(own.Owed))
	}
	return shown, of, nil
}

func openSetOffExecution(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openSetOff(f, "Execute a set-off run", "Execute it")
	if err != nil {
		return nil, err
	}
	if shown.State != clearing.Proposed.String() {
		return nil, view.ErrNotFound
	}
	f.Note = "From this moment on all that is proposed counts as set off; it can’t be taken back."
	f.fact("Proof", escape(map[bool]string{true: "Balanced at every member, and no more is possible.", false: "Balanced at every member."}[shown.Optimal]))
	f.asked = true
	return v.unsignedDeed(f, &book.ExecuteSetOffRun{Run: of, Attempt: shown.Attempt}, nil), nil
}

func openSetOffEnding(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openSetOff(f, "End a set-off run", "End it")
	if err != nil {
		return nil, err
	}
	f.Note = "Nothing is set off, and every debt that is held is released."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.EndSetOffRun{Run: of}, func(c book.Command) error { return v.keepNote(text, &c.(*book.EndSetOffRun).Reason) }), nil
}

// whose asks the operator for whom a consent is brought; a party's own people are not asked.
func whose(v *visit, f *deedForm) func() (id.Party, error) {
	if v.caller.Role != party.Operator {
		return func() (id.Party, error) { return v.caller.Party, nil }
	}
	asked := f.value(input{Name: "party", Label: "Party", Kind: "text", Hint: "Its id, or its name: whose signed consent you bring."}, "")
	return func() (id.Party, error) { return v.onlyParty(asked) }
}

// askReach asks how far a consent goes.
func askReach(f *deedForm) *input {
	return f.value(input{Name: "reach", Label: "Debts that are not due yet", Choices: []option{
		{"due", "Only what is due", ""}, {"before", "As creditor, also what is not due yet", "You lose a claim before its day, and are freed of a debt for it."},
	}}, "due")
}

func openRunConsent(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openSetOff(f, "Consent to a set-off run", "Give the consent")
	if err != nil {
		return nil, err
	}
	f.Note = clearing.ConsentText
	by := whose(v, f)
	var reach *input
	if shown.State == clearing.Announced.String() {
		reach = askReach(f)
	} else if v.caller.Role != party.Operator {
		f.asked = true
	}
	if !f.asked {
		return nil, nil
	}
	c := book.ConsentToSetOffRun{Run: of}
	if c.Party, err = by(); err != nil {
		return nil, err
	}
	c.Currency, _ = money.ParseCurrency(shown.Terms.Currency)
	c.Value = (&input{Value: shown.Terms.Value}).date()
	c.BeforeDue = reach != nil && reach.chosen() == 1
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func(s []book.Signature) book.Command {
			one := c
			one.Signatures = s
			return &one
		},
		bound: c.Party, acts: mandate.Agree, amount: money.Amount{Currency: c.Currency}, after: f.Back,
	}, nil
}

func openRunRefusal(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openSetOff(f, "Take no part in a set-off run", "Take no part")
	if err != nil {
		return nil, err
	}
	f.Note = "Nothing of what you owe or are owed is set off in this run, whatever you have consented to before. It can’t be taken back for this run."
	f.asked = true
	return v.unsignedDeed(f, &book.RefuseSetOffRun{Run: of}, nil), nil
}

func openStandingConsent(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Consent to every set-off run", "Give the consent", "/set-off", "Set-off"
	f.Note = clearing.ConsentText
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	by := whose(v, f)
	currency := f.value(input{Name: "currency", Label: "Currency", Kind: "text", Hint: "A consent is in one currency: EUR, USD."}, "EUR")
	from := f.value(input{Name: "from", Label: "From", Kind: "date"}, today.String())
	until := f.value(input{Name: "until", Label: "Last day", Kind: "date", Hint: "Empty: until you revoke it.", Optional: true}, "")
	reach := askReach(f)
	if !f.asked {
		return nil, nil
	}
	c := book.GiveSetOffConsent{From: from.date(), BeforeDue: reach.chosen() == 1}
	if c.Party, err = by(); err != nil {
		return nil, err
	}
	known := false
	if c.Currency, known = money.ParseCurrency(currency.Value); !known {
		currency.bad("Write a currency of ISO 4217, like EUR.")
	}
	if until.Value != "" {
		c.Until = until.date()
	}
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func(s []book.Signature) book.Command {
			one := c
			one.Signatures = s
			return &one
		},
		bound: c.Party, acts: mandate.Agree, amount: money.Amount{Currency: c.Currency}, after: f.Back,
	}, nil
}

func openConsentRevocation(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.SetOffConsent](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.SetOffConsent(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Revoke a consent to set-off", "Revoke it", "/set-off", "Set-off"
	f.Note = "At once. Runs that are not executed go on without the party; what was set off stays so."
	f.fact("Party", named(shown.Party))
	f.fact("Currency", escape(shown.Currency))
	f.fact("From", escape(shown.From))
	f.asked = true
	return v.unsignedDeed(f, &book.RevokeSetOffConsent{Consent: of}, nil), nil
}

func openSetOffCalendar(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Propose a calendar of set-off runs", "Propose it", "/set-off", "Set-off"
	f.Note = "The dates are those of the first run; later ones follow by months or days. A second person approves the calendar, and the node then announces and executes its runs."
	terms, err := asksTerms(v, f)
	if err != nil {
		return nil, err
	}
	unit := f.value(input{Name: "unit", Label: "Runs follow by", Choices: []option{{"months", "Months", ""}, {"days", "Days", ""}}}, "months")
	every := f.value(input{Name: "every", Label: "How many of them", Kind: "number"}, "1")
	notice := f.value(input{Name: "notice", Label: "Days from announcement until debts are held", Kind: "number"}, "5")
	if !f.asked {
		return nil, nil
	}
	c := &book.ProposeSetOffCalendar{NoticeDays: uint16(notice.whole(0, 3660))}
	if c.Terms, err = terms(); err != nil {
		return nil, err
	}
	if unit.chosen() == 0 {
		c.Months = uint8(every.whole(1, 120))
	} else {
		c.Days = uint16(every.whole(1, 3660))
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// whole reads a whole number between two bounds.
func (i *input) whole(least, most uint64) uint64 {
	n, err := strconv.ParseUint(i.Value, 10, 32)
	if err != nil || n < least || n > most {
		i.bad("Write a whole number from %d to %d.", least, most)
	}
	return n
}

// openCalendar fills what is the same on the forms about a calendar.
func (v *visit) openCalendar(f *deedForm, heading, give string) (id.SetOffCalendar, error) {
	of, err := identity[id.SetOffCalendar](v)
	if err != nil {
		return 0, err
	}
	shown, err := v.SetOffCalendar(v.caller, of)
	if err != nil {
		return 0, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/set-off", "Set-off"
	f.fact("Calendar", escape(shown.ID))
	f.fact("Currency", escape(shown.Terms.Currency))
	f.fact("Debts are held from", escape(shown.Terms.Freeze))
	f.fact("Value date", escape(shown.Terms.Value))
	if shown.Months > 0 {
		f.fact("Then every", escape(f.w.Many(int64(shown.Months), "month")))
	} else {
		f.fact("Then every", escape(f.w.Many(int64(shown.Days), "day")))
	}
	return of, nil
}

func openSetOffCalendarDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.openCalendar(f, "Decide a calendar of set-off runs", "Decide it")
	if err != nil {
		return nil, err
	}
	f.Note = "Somebody else has proposed it. Approved, its runs are announced and executed without a person."
	decision := f.decided("Decision on the calendar", "Approve", "Decline")
	text := f.value(input{Name: "note", Label: "Why it is declined", Kind: "area", Optional: true}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.DecideSetOffCalendar{Calendar: of, Decision: book.Approve}
	var keep func(book.Command) error
	if decision.chosen() == 1 {
		c.Decision = book.Decline
		if text.Value == "" || len(text.Value) > reasonBytes {
			text.bad("Say it in 1 to %d characters.", reasonBytes)
		}
		keep = func(c book.Command) error { return v.keepNote(text, &c.(*book.DecideSetOffCalendar).Reason) }
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, keep), nil
}

func openSetOffCalendarEnding(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.openCalendar(f, "End a calendar of set-off runs", "End it")
	if err != nil {
		return nil, err
	}
	f.Note = "A run that it has announced goes on."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.EndSetOffCalendar{Calendar: of}, func(c book.Command) error { return v.keepNote(text, &c.(*book.EndSetOffCalendar).Reason) }), nil
}

func openSetOffBar(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Keep a party out of set-off", "Keep it out", "/set-off", "Set-off"
	f.Note = "Set-off against an insolvent party follows insolvency law and not agreement. The party leaves every run that is not executed, and takes part in none until a second person lifts this."
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	of := f.value(input{Name: "party", Label: "Party", Kind: "text", Hint: "Its id, or its name."}, "")
	cause := f.value(input{Name: "cause", Label: "Cause", Choices: []option{{"insolvency", "Insolvency proceedings", ""}, {"attachment", "Its claims are attached", ""}}}, "")
	from := f.value(input{Name: "from", Label: "Day of the order", Kind: "date"}, today.String())
	text := f.noted("Evidence: the order, or the register’s extract")
	if !f.asked {
		return nil, nil
	}
	c := &book.RecordSetOffBar{From: from.date(), Cause: clearing.Insolvency + clearing.Cause(max(cause.chosen(), 0))}
	if c.Party, err = v.onlyParty(of); err != nil || !f.complete() {
		return nil, err
	}
	return v.unsignedDeed(f, c, func(c book.Command) error {
		return v.keepAs(intake.KindProof, text, &c.(*book.RecordSetOffBar).Evidence)
	}), nil
}

func openSetOffBarLifting(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.SetOffBar](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.SetOffBar(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Let a party into set-off again", "Let it in", "/set-off", "Set-off"
	f.Note = "Another person than the one who has kept it out says that it has ended. Of runs that it has left it stays out."
	f.fact("Party", named(shown.Party))
	f.fact("Cause", escape(capital(f.w.Word(shown.Cause))))
	f.fact("Since", escape(shown.From))
	text := f.noted("What shows that it has ended")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.LiftSetOffBar{Bar: of}, func(c book.Command) error { return v.keepAs(intake.KindProof, text, &c.(*book.LiftSetOffBar).Grounds) }), nil
}
