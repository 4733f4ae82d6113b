package console

import (
	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/domain/screening"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/view"
)

var screeningDeeds = []deed{
	{path: "/screening/{id}/decision", place: "/screening", fields: map[string]string{"verdict": "verdict", "reason": "note"}, open: openAlertDecision},
	{path: "/parties/{id}/case", place: "/cases", fields: map[string]string{"fact": "note", "due": "due"}, open: openCaseOpening},
	{path: "/cases/{id}/fact", place: "/cases", fields: map[string]string{"fact": "note"}, open: openCaseFact},
	{path: "/cases/{id}/decision", place: "/cases", fields: map[string]string{"outcome": "outcome", "reference": "reference", "reason": "note"}, open: openCaseDecision},
}

type alertList struct {
	list
	Items []view.ScreeningAlert
	Lists []view.ScreeningList
}

// showAlerts lists the alerts of screening by state, with the lists in force.
func showAlerts(v *visit) (any, error) {
	var l alertList
	var q view.Query
	l.list, q = v.list("Screening", screening.AlertStates[1:])
	page, err := v.ScreeningAlerts(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Items = page.Items
	lists, err := v.ScreeningLists(v.caller, view.Query{Limit: rowsMax})
	for _, one := range lists.Items {
		if one.Live {
			l.Lists = append(l.Lists, one)
		}
	}
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type alertPage struct {
	view.ScreeningAlert
	Timeline []view.Entry
}

func (p alertPage) title() *locale.Text { return locale.Say("Alert %s", p.ID) }

// Decides tells whether the caller's word is asked for: an open alert, one that one person took for true, or one that was confirmed.
func (p alertPage) Decides(f frame) bool {
	return f.may("deed /screening/{id}/decision") && p.State != screening.Cleared.String()
}

func showAlert(v *visit) (any, error) {
	of, err := identity[id.ScreeningAlert](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.ScreeningAlert(v.caller, of)
	if err != nil {
		return nil, err
	}
	timeline, _, err := v.chronicle(shown.ID)
	return alertPage{shown, timeline}, err
}

func openAlertDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.ScreeningAlert](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.ScreeningAlert(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Decide an alert", "Decide it"
	f.Back, f.BackName = "/screening/"+shown.ID, f.w.T("Alert %s", shown.ID)
	f.Note = "One person clears a false positive. A true match takes two: then the party is suspended, and what is about to be paid to it is withheld."
	f.fact("Party", escape(shown.Party.String()))
	if d := shown.Details; d != nil {
		f.fact("Name of the party or person", escape(d.Subject))
		f.fact("Name on the list", escape(d.Name))
	}
	f.fact("Score", escape(f.w.T("%s of 1,000", grouped(shown.Score))))
	f.fact("State", f.w.badge(shown.State))
	verdict := f.value(input{Name: "verdict", Label: "What it is", Choices: []option{
		{"false_positive", "Clear it: a false positive", "Somebody else is meant."}, {"true_match", "Confirm it: a true match", ""},
	}}, "")
	text := f.noted("What the decision rests on")
	if !f.asked {
		return nil, nil
	}
	chosen := verdict.chosen()
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command {
			return &book.DecideAlert{Alert: of, Verdict: []book.Verdict{book.FalsePositive, book.TrueMatch}[chosen]}
		},
		keep:  func(c book.Command) error { return v.keepNote(text, (*[32]byte)(&c.(*book.DecideAlert).Reason)) },
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}

type caseList struct {
	list
	Items []view.Case
}

// showCases lists the suspicions that are looked into, to compliance; for everybody else there is no such page.
func showCases(v *visit) (any, error) {
	var l caseList
	var q view.Query
	l.list, q = v.list("Cases", screening.CaseStates[1:])
	page, err := v.Cases(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type casePage struct {
	view.Case
	Timeline []view.Entry
}

func (p casePage) title() *locale.Text { return locale.Say("Case %s", p.ID) }

// Open tells whether it is still looked into.
func (p casePage) Open() bool { return p.State != screening.CaseClosed.String() }

func showCase(v *visit) (any, error) {
	shown, _, err := v.caseAsked()
	if err != nil {
		return nil, err
	}
	timeline, _, err := v.chronicle(shown.ID)
	return casePage{shown, timeline}, err
}

func (v *visit) caseAsked() (view.Case, id.Case, error) {
	of, err := identity[id.Case](v)
	if err != nil {
		return view.Case{}, 0, err
	}
	shown, err := v.Case(v.caller, of)
	return shown, of, err
}

// keepSuspicion keeps what is said of a suspicion.
func (v *visit) keepSuspicion(text *input, into *party.Reference) error {
	kept, err := v.console.intake.Store(v.request.Context(), intake.KindCase, []byte(text.Value))
	*into = kept
	return err
}

func openCaseOpening(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Party](v)
	if err != nil {
		return nil, err
	}
	if !v.caller.Investigates() {
		return nil, view.ErrNotFound
	}
	about, err := v.Party(v.caller, of)
	if err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Open a case", "Open it", "/parties/"+about.ID, about.Name
	f.Note = "Nobody but compliance knows of a case."
	f.fact("Party", escape(about.Name))
	text := f.noted("What is suspected, and why")
	due := f.value(input{Name: "due", Label: "To be decided until", Kind: "date"}, today.AddDays(screening.CaseDaysDefault).String())
	if !f.asked {
		return nil, nil
	}
	until := due.date()
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with:  func([]book.Signature) book.Command { return &book.OpenCase{Party: of, Due: until} },
		keep:  func(c book.Command) error { return v.keepSuspicion(text, &c.(*book.OpenCase).Fact) },
		bound: v.caller.Party, after: "/cases", need: unsigned,
	}, nil
}

// openCase fills what is the same on the form of every deed on a case.
func (v *visit) openCase(f *deedForm, heading, give string) (id.Case, error) {
	shown, of, err := v.caseAsked()
	if err != nil {
		return 0, err
	}
	f.Heading, f.Give = heading, give
	f.Back, f.BackName = "/cases/"+shown.ID, f.w.T("Case %s", shown.ID)
	f.fact("Party", escape(shown.Party.String()))
	f.fact("To be decided until", escape(shown.Due))
	if shown.Outcome != "" {
		f.fact("Proposed", escape(f.w.capitalWord(shown.Outcome)))
	}
	return of, nil
}

func openCaseFact(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.openCase(f, "Add to a case", "Add it")
	if err != nil {
		return nil, err
	}
	text := f.noted("What was found out")
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, &book.AddCaseFact{Case: of}, func(c book.Command) error { return v.keepSuspicion(text, &c.(*book.AddCaseFact).Fact) }), nil
}

func openCaseDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.openCase(f, "Decide a case", "Decide it")
	if err != nil {
		return nil, err
	}
	f.Note = "The first person proposes what comes of it; a second one who says the same closes it."
	outcome := f.value(input{Name: "outcome", Label: "What comes of it", Choices: []option{
		{"no_action", "No action", ""}, {"reported", "Reported to the authority", "Under the reference that it gave."}, {"relation_ended", "Business with the party ends", "Suspending the party is a deed of its own."},
	}}, "")
	reference := f.value(input{Name: "reference", Label: "Reference of the report", Kind: "area"}, "")
	text := f.noted("What the decision rests on")
	if !f.asked {
		return nil, nil
	}
	chosen := outcome.chosen()
	if len(reference.Value) > reasonBytes {
		reference.bad("At most %d characters.", reasonBytes)
	}
	if !f.complete() {
		return nil, nil
	}
	return &prepared{
		with: func([]book.Signature) book.Command {
			return &book.DecideCase{Case: of, Outcome: []screening.Outcome{screening.NoAction, screening.Reported, screening.RelationEnded}[chosen]}
		},
		keep: func(c book.Command) error {
			decided := c.(*book.DecideCase)
			if reference.Value != "" {
				if err := v.keepSuspicion(reference, &decided.Reference); err != nil {
					return err
				}
			}
			return v.keepSuspicion(text, &decided.Reason)
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}, nil
}
