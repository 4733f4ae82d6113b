package console

import (
	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/view"
)

var applicationDeeds = []deed{
	{path: "/applications/{id}/decision", place: "/applications", roles: party.Operator | party.Funder, fields: map[string]string{"reason": "note", "decision": "decision"}, open: openApplicationDecision},
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

func (p applicationPage) title() string { return "Application " + p.ID }

// Decides tells whether it waits for the decision of the caller's people: the operator's own, or those of the funder whose it is.
func (p applicationPage) Decides(f frame) bool {
	switch f.Caller.Role {
	case party.Operator:
		return p.State == credit.Viewed.String() && p.Funder == nil
	case party.Funder:
		return p.State == credit.Viewed.String() && p.Funder != nil && f.Home != nil && p.Funder.ID == f.Home.ID
	}
	return false
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

func openApplicationDecision(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.applicationAsked()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Decide an application", "Decide it"
	f.Back, f.BackName = "/applications/"+shown.ID, "Application "+shown.ID
	f.Note = "Whoever has applied or given the view does not decide."
	f.fact("Party", escape(shown.Party.String()+", as "+shown.Side))
	f.fact("Asked for", showAmount(shown.Asked))
	if shown.View != nil {
		if shown.View.Refuses {
			f.fact("The view", "refuses it")
		} else {
			f.fact("Grade", escape(grouped(shown.View.Grade)))
			f.fact("Limit", showAmount(shown.View.Limit))
			f.fact("Until", escape(shown.View.Until))
		}
		f.fact("Given by", escape(shown.View.Actor.String()))
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
