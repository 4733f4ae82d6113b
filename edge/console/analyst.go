package console

import (
	"strconv"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// analystDeeds are an analyst's view on an application, and its end without an outcome.
var analystDeeds = []deed{
	{path: "/applications/{id}/view", place: "/applications", open: openView, fields: map[string]string{
		"text": "note", "reason_missing": "override", "notches_exceeded": "grade", "amount_invalid": "limit", "date_invalid": "until",
	}},
	{path: "/applications/{id}/withdrawal", place: "/applications", fields: map[string]string{"reason": "note"}, open: openApplicationEnd},
}

// reviewsFor tells whether the caller's people review for a funder, or for the operator where there is none.
func (f frame) reviewsFor(funder *view.Ref) bool {
	switch f.Caller.Role {
	case party.Operator:
		return funder == nil
	case party.Funder:
		return funder != nil && f.Home != nil && funder.ID == f.Home.ID
	}
	return false
}

// reviewing turns away who reviews for somebody else.
func (v *visit) reviewing(funder *view.Ref) error {
	own := frame{Caller: v.caller, Home: &view.Ref{ID: v.caller.Party.String()}}
	if !own.reviewsFor(funder) {
		return view.ErrNotFound
	}
	return nil
}

// openReviewed fills what is the same on the forms of analysts.
func (v *visit) openReviewed(f *deedForm, heading, give string) (view.Application, id.Application, error) {
	shown, of, err := v.applicationAsked()
	if err == nil {
		err = v.reviewing(shown.Funder)
	}
	if err != nil {
		return shown, of, err
	}
	f.Heading, f.Give = heading, give
	f.Back, f.BackName = "/applications/"+shown.ID, f.w.T("Application %s", shown.ID)
	f.fact("Party", escape(f.w.T("%s, as %s", shown.Party.String(), locale.Word(shown.Side))))
	f.fact("Asked for", f.w.amount(shown.Asked))
	if r := shown.Reckoned; r != nil {
		f.fact("Grade reckoned", escape(f.w.T("%s of 10, 1 is the best", grouped(r.Grade))))
		f.fact("Limit reckoned", f.w.amount(r.Limit))
		for _, reason := range r.Refusal {
			f.fact("Why the reckoning refuses", escape(capital(f.w.Word(reason))))
		}
	}
	return shown, of, nil
}

func openApplicationEnd(v *visit, f *deedForm) (*prepared, error) {
	_, of, err := v.openReviewed(f, "End an application", "End it")
	if err != nil {
		return nil, err
	}
	f.Note = "It ends without an outcome: nothing is granted, and nothing refused."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.WithdrawApplication{Application: of}, func(c book.Command) error { return v.keepNote(text, &c.(*book.WithdrawApplication).Reason) }), nil
}

// plain writes an amount as a form takes it: no grouping, no currency.
func plain(a view.Amount) string {
	currency, _ := money.ParseCurrency(a.Currency)
	return money.Format(money.Minor(a.Minor), currency)
}

// analysis is the form of a view.
type analysis struct {
	text, outcome, grade, limit, override, until, next *input
	conditions                                         []conditionInputs
}

// conditionInputs are one condition that the review asks for.
type conditionInputs struct{ kind, text, due *input }

const (
	viewDays       = 365 // for which a review is proposed to last, where the policy lets it
	nextDays       = 330 // after which it is proposed to be due again
	conditionDays  = 90  // by which a condition is proposed to be met
	conditionsOpen = 2   // places for conditions beyond those that are filled in
	noCondition    = "none"
)

func openView(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openReviewed(f, "Give a view", "Give the view")
	if err != nil {
		return nil, err
	}
	f.Note = "Other persons decide on it: nobody who has applied or given the view. Another view takes the place of the one before, and of what was approved of it."
	var a analysis
	if err := a.ask(v, f, &shown); err != nil || !f.asked {
		return nil, err
	}
	command := a.read(&shown)
	if !f.complete() {
		return nil, nil
	}
	command.Application = of
	return &prepared{
		with: func([]book.Signature) book.Command { return command },
		keep: func(c book.Command) error { return a.keep(v, c.(*book.ViewApplication)) }, bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

// ask puts the inputs on the form, preset by what was reckoned, or by the view before.
func (a *analysis) ask(v *visit, f *deedForm, shown *view.Application) error {
	today, err := v.Date()
	if err != nil {
		return err
	}
	grade, limit, before := "", "", view.AnalystView{}
	if r := shown.Reckoned; r != nil {
		grade, limit = strconv.Itoa(r.Grade), plain(r.Limit)
	}
	until, next := today.AddDays(viewDays).String(), today.AddDays(nextDays).String()
	if shown.View != nil {
		if before = *shown.View; !before.Refuses {
			grade, limit, until, next = strconv.Itoa(before.Grade), plain(before.Limit), before.Until, before.Next
		}
	}
	a.text = f.value(input{Name: "note", Label: "What you make of it", Kind: "area", Hint: "The opinion on which others decide."}, before.Text)
	a.outcome = f.value(input{Name: "outcome", Label: "What you propose", Choices: []option{
		{"grant", "A grade and a limit", ""}, {"refuse", "To refuse it", "Then what follows below does not count."},
	}}, map[bool]string{false: "grant", true: "refuse"}[before.Refuses])
	a.grade = f.value(input{Name: "grade", Label: "Grade", Kind: "number", Hint: "1 is the best, 10 the worst. The policy says how far it may lie from what was reckoned."}, grade)
	a.limit = f.value(input{Name: "limit", Label: "Limit", Kind: "text", Hint: f.w.T("In %s; 0.00 for a grade alone.", shown.Asked.Currency)}, limit)
	a.override = f.value(input{Name: "override", Label: "Why grade or limit are other than reckoned", Kind: "area", Hint: "Empty where they are as reckoned."}, before.Override)
	a.until = f.value(input{Name: "until", Label: "May be relied on until", Kind: "date"}, until)
	a.next = f.value(input{Name: "next", Label: "Due again on", Kind: "date"}, next)
	filled := len(before.Conditions)
	if f.asked {
		filled = conditionsGiven(f)
	}
	for n := range min(filled+conditionsOpen, credit.ConditionsMax) {
		preset := view.ConditionShown{Kind: noCondition, Due: today.AddDays(conditionDays).String()}
		if n < len(before.Conditions) {
			preset = before.Conditions[n]
		}
		a.conditions = append(a.conditions, askCondition(f, n+1, &preset))
	}
	return nil
}

// conditionsGiven counts the conditions with which a form was sent, up to the last that says something.
func conditionsGiven(f *deedForm) int {
	last := 0
	for n := 1; n <= credit.ConditionsMax; n++ {
		name := conditionName(n)
		if kind := f.values.Get(name); kind != "" && kind != noCondition || f.values.Get(name+"-text") != "" {
			last = n
		}
	}
	return last
}

func conditionName(n int) string { return "condition-" + strconv.Itoa(n) }

const conditionHint = "Information: to be told something. Security: a guarantee, a pledge, an insurance. Covenant: a ratio or a conduct to be kept. Precedent: to be met before any use."

func askCondition(f *deedForm, n int, preset *view.ConditionShown) conditionInputs {
	kinds := []option{{noCondition, "None", ""}}
	for _, kind := range credit.ConditionKinds[1:] {
		kinds = append(kinds, option{kind, f.w.capitalWord(kind), ""})
	}
	name, hint := conditionName(n), ""
	if n == 1 {
		hint = conditionHint
	}
	if f.asked && !f.values.Has(name) { // the form that was sent had no such place yet
		f.values.Set(name, noCondition)
		f.values.Set(name+"-due", preset.Due)
	}
	return conditionInputs{
		kind: f.value(input{Name: name, Label: f.w.T("Condition %d", n), Kind: "select", Choices: kinds, Hint: hint}, preset.Kind),
		text: f.value(input{Name: name + "-text", Label: f.w.T("What condition %d asks for", n), Kind: "area"}, preset.Text),
		due:  f.value(input{Name: name + "-due", Label: f.w.T("Condition %d by", n), Kind: "date", Optional: true}, preset.Due),
	}
}

// read makes the command of what was entered; what is wrong stands beside its input.
func (a *analysis) read(shown *view.Application) *book.ViewApplication {
	said(a.text)
	c := &book.ViewApplication{Refuses: a.outcome.chosen() == 1}
	if c.Refuses {
		return c
	}
	grade, err := strconv.ParseUint(a.grade.Value, 10, 8)
	if c.Grade = uint8(grade); err != nil || grade < 1 || grade > credit.GradeMax {
		a.grade.bad("Write a number from 1 to %d.", credit.GradeMax)
	}
	currency, _ := money.ParseCurrency(shown.Asked.Currency)
	if c.Limit, err = money.Parse(a.limit.Value, currency); err != nil || c.Limit < 0 {
		a.limit.bad("Write the amount in %s without grouping, like %s; 0 for none.", currency, money.Format(12_000_00, currency))
	}
	other := shown.Reckoned != nil && (int(grade) != shown.Reckoned.Grade || int64(c.Limit) > shown.Reckoned.Limit.Minor)
	if a.override.Value != "" || other && a.grade.Wrong == "" && a.limit.Wrong == "" {
		said(a.override)
	}
	c.Until, c.Next = a.until.date(), a.next.date()
	for _, one := range a.conditions {
		kind := one.kind.chosen()
		switch {
		case kind > 0:
			said(one.text)
			c.Conditions = append(c.Conditions, credit.Condition{Kind: credit.ConditionKind(kind), Due: one.due.date()})
		case one.text.Value != "":
			one.kind.bad("Say what kind of condition it is.")
		}
	}
	return c
}

// said notes that a text is missing or too long.
func said(text *input) {
	if text.Value == "" || len(text.Value) > reasonBytes {
		text.bad("Say it in 1 to %d characters.", reasonBytes)
	}
}

// keep puts the texts of a view into the vault.
func (a *analysis) keep(v *visit, c *book.ViewApplication) error {
	if err := v.keepNote(a.text, &c.Text); err != nil || c.Refuses {
		return err
	}
	if a.override.Value != "" {
		if err := v.keepNote(a.override, &c.Override); err != nil {
			return err
		}
	}
	n := 0
	for _, one := range a.conditions {
		if one.kind.chosen() == 0 {
			continue
		}
		if err := v.keepNote(one.text, &c.Conditions[n].Text); err != nil {
			return err
		}
		n++
	}
	return nil
}
