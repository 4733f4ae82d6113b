package console

import (
	"slices"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/view"
)

var applicationDeeds = []deed{
	{path: "/applications/{id}/decision", place: "/applications", fields: map[string]string{"reason": "note", "decision": "decision"}, open: openApplicationDecision},
}

type applicationList struct {
	list
	Items []view.Application
}

// showApplications lists the reviews of credit that were asked for, by state.
func showApplications(v *visit) (any, error) {
	var l applicationList
	var q view.Query
	l.list, q = v.list("Applications", credit.ApplicationStates[1:])
	page, err := v.Applications(v.caller, q)
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	return l, err
}

type applicationPage struct {
	view.Application
	Timeline []view.Entry
}

func (p applicationPage) title() *locale.Text { return locale.Say("Application %s", p.ID) }

// Analyses tells whether the caller's people may still give a view on it, or end it.
func (p applicationPage) Analyses(f frame) bool { return p.Open() && f.reviewsFor(p.Funder) }

// Open tells whether it has come to no end.
func (p applicationPage) Open() bool {
	return p.State != credit.Granted.String() && p.State != credit.Refused.String() && p.State != credit.Withdrawn.String()
}

// Reckons tells whether there is something to give a view on: what a date or a figure has opened has no grounds yet.
func (p applicationPage) Reckons() bool { return p.Reckoned != nil && p.State != credit.Due.String() }

// Decides tells whether it waits for the decision of the caller: a person of whose decision it is, who has not applied, given the view
// or approved.
func (p applicationPage) Decides(f frame) bool {
	if p.State != credit.Viewed.String() || !f.reviewsFor(p.Funder) {
		return false
	}
	part := p.Approvals
	for _, one := range []*view.Ref{p.Maker, p.View.Actor} {
		if one != nil {
			part = append(slices.Clone(part), *one)
		}
	}
	return !slices.ContainsFunc(part, func(r view.Ref) bool { return r.ID == f.Caller.Actor.String() })
}

// Missing says which approvals are missing.
func (p applicationPage) Missing() *locale.Text {
	switch {
	case p.Untiered:
		return locale.Say("The policy has nobody approve so much: another view is needed, or another policy.")
	case p.Left == 0:
		return nil
	}
	text := locale.Say("%s of %s to come", locale.Count{Number: int64(p.Left), Thing: "approval"}, locale.Number(p.Needed))
	if p.View != nil && p.View.Refuses {
		text = locale.Say("The refusal waits for one person’s decision")
	}
	if p.Rank != "" {
		text.And("; one is by a person of rank %s or higher", p.Rank)
	}
	return text.And(".")
}

func showApplication(v *visit) (any, error) {
	shown, _, err := v.applicationAsked()
	if err != nil {
		return nil, err
	}
	timeline, _, err := v.chronicle(shown.ID)
	return applicationPage{shown, timeline}, err
}

func (v *visit) applicationAsked() (view.Application, id.Application, error) {
	of, err := identity[id.Application](v)
	if err != nil {
		return view.Application{}, 0, err
	}
	shown, err := v.Application(v.caller, of)
	return shown, of, err
}

// view shows what is decided on.
func (f *deedForm) view(of *view.AnalystView) {
	if of.Refuses {
		f.fact("The view", "refuses it")
	} else {
		f.fact("Grade of the view", escape(grouped(of.Grade)+f.w.Render(movedBy(of.Notches))))
		f.fact("Limit of the view", f.w.amount(of.Limit))
		f.fact("Until", escape(f.w.T("%s, due again %s", of.Until, of.Next)))
	}
	f.fact("Opinion", escape(of.Text))
	if of.Override != "" {
		f.fact("Why other than reckoned", escape(of.Override))
	}
	for _, one := range of.Conditions {
		f.fact("Condition", escape(f.w.T("%s: %s, by %s", locale.Capital(one.Kind), one.Text, one.Due)))
	}
	if of.Actor != nil {
		f.fact("Given by", escape(of.Actor.String()))
	}
}

// movedBy says how far and which way a view has moved the grade.
func movedBy(notches int) *locale.Text {
	switch {
	case notches > 1:
		return locale.Say(", %s notches worse than reckoned", grouped(notches))
	case notches == 1:
		return locale.Say(", 1 notch worse than reckoned")
	case notches == -1:
		return locale.Say(", 1 notch better than reckoned")
	case notches < 0:
		return locale.Say(", %s notches better than reckoned", grouped(-notches))
	}
	return nil
}

// Moved likewise, for the page.
func (applicationPage) Moved(notches int) *locale.Text { return movedBy(notches) }

func openApplicationDecision(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openReviewed(f, "Decide an application", "Decide it")
	if err != nil {
		return nil, err
	}
	f.Note = "Whoever has applied or given the view does not decide."
	if shown.View != nil {
		f.view(shown.View)
	}
	if missing := (applicationPage{Application: shown}).Missing(); missing != nil {
		f.fact("It waits for", escape(f.w.Render(missing)))
	}
	decision := f.value(input{Name: "decision", Label: "Decision on the view", Choices: []option{{"approve", "Approve it", ""}, {"decline", "Decline it", "Then say why."}}}, "")
	text := f.value(input{Name: "note", Label: "Why", Kind: "area"}, "")
	if !f.asked {
		return nil, nil
	}
	chosen := decision.chosen()
	if chosen == 1 && text.Value == "" || len(text.Value) > reasonBytes {
		text.bad("Say it in 1 to %d characters.", reasonBytes)
	}
	if !f.complete() {
		return nil, nil
	}
	p := &prepared{
		with: func([]book.Signature) book.Command {
			return &book.DecideApplication{Application: of, Decision: []book.Decision{book.Approve, book.Decline}[chosen]}
		},
		bound: v.caller.Party, after: f.Back, need: unsigned,
	}
	if text.Value != "" {
		p.keep = func(c book.Command) error { return v.keepNote(text, &c.(*book.DecideApplication).Reason) }
	}
	return p, nil
}
