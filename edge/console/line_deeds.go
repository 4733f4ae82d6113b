package console

import (
	"cmp"
	"strconv"

	"millrace/book"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/edge/view"
)

// lineDeeds propose a line of credit that follows the goods, approve it, suspend, resume and end it.
var lineDeeds = []deed{
	{path: "/lines/new", place: "/lines", open: openLine, fields: map[string]string{"programmes": "programme-1", "line_stages_invalid": "programme-1"}},
	{path: "/lines/{id}/approval", place: "/lines", open: openLineApproval},
	{path: "/lines/{id}/state", place: "/lines", open: openLineMove},
}

// MayLine tells whether the caller may propose a line.
func (f frame) MayLine() bool { return f.may("deed /lines/new") }

// Steps are the deeds that are open to the caller on a line.
func (p linePage) Steps(f frame) []act {
	var acts []act
	own := f.Home != nil && p.Funder != nil && f.Home.ID == p.Funder.ID
	add := func(name, step string, may bool) {
		if may && f.may("deed /lines/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/lines/" + p.ID + "/" + step, Plain: len(acts) > 0})
		}
	}
	add("Approve it", "approval", own && p.State == funding.LineProposed.String())
	add("Suspend, resume or end it", "state", (own || f.Operates()) && p.State != funding.LineEnded.String())
	return acts
}

const lineDays = 365 // that a line takes new use unless its maker says otherwise

func openLine(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Propose a line of credit", "Propose it", "/lines", "Lines"
	f.Note = "It follows the goods from order to cash, one programme for each stage. It counts when a second person of the funder approves it."
	programmes, err := v.liveProgrammes()
	if err != nil {
		return nil, err
	}
	home := ""
	if !v.caller.SeesAll() {
		home = v.caller.Party.String()
	}
	seller := f.line("seller", "Seller", "Its id, or its name.", v.called(v.asked("party")))
	funder := f.line("funder", "Funder", "Its id, or its name.", v.called(home))
	amount := f.line("amount", "Amount", "In the currency of the programmes, without grouping, like 500000.00.", "")
	var stages [funding.LineStagesMax]*input
	for n := range stages {
		number, choices, kind := strconv.Itoa(n+1), programmes, "pick"
		if n > 0 {
			choices, kind = f.orNothing("None", programmes), "select"
		}
		stages[n] = f.value(input{Name: "programme-" + number, Label: f.w.T("Programme of stage %s", number), Kind: kind, Choices: choices, Hint: "From order to cash: all of one anchor, in one currency."}, "")
	}
	expires := f.value(input{Name: "expires", Label: "Last day of new use", Kind: "date"}, today.AddDays(lineDays).String())
	if !f.asked {
		return nil, nil
	}
	c := &book.ProposeLine{Expires: expires.date()}
	for n, one := range stages {
		if n == 0 || one.Value != "" && one.Value != noChoice {
			c.Programmes = append(c.Programmes, oneID[id.Programme](one))
		}
	}
	if c.Seller, err = v.onlyParty(seller); err != nil {
		return nil, err
	}
	if c.Funder, err = v.onlyParty(funder); err != nil {
		return nil, err
	}
	if c.Programmes[0] != 0 {
		under, err := v.Programme(v.caller, c.Programmes[0])
		if err != nil {
			return nil, err
		}
		currency, _ := money.ParseCurrency(under.Currency)
		c.Amount = amount.minor(currency)
	}
	if !f.complete() {
		return nil, nil
	}
	p := v.unsignedDeed(f, c, nil)
	p.thenTo(func(e book.Event) string {
		if proposed, is := e.(*book.LineProposed); is {
			return "/lines/" + proposed.Line.ID.String()
		}
		return ""
	})
	return p, nil
}

// ofLine fills what is the same on the forms about a line.
func (v *visit) ofLine(f *deedForm, heading, give string) (id.Line, view.CreditLine, error) {
	of, err := identity[id.Line](v)
	if err != nil {
		return 0, view.CreditLine{}, err
	}
	shown, err := v.Line(v.caller, of)
	if err != nil {
		return 0, shown, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/lines/"+shown.ID, f.w.T("Line %s", shown.ID)
	f.fact("Seller", named(shown.Seller))
	f.fact("Funder", named(shown.Funder))
	f.fact("Amount", f.w.amount(shown.Amount))
	f.fact("Drawn", f.w.amount(shown.Drawn))
	f.fact("State", f.w.badge(shown.State))
	f.fact("Last day of new use", escape(shown.Expires))
	for _, stage := range shown.Stages {
		f.fact(f.w.capitalWord(stage.Stage), escape(cmp.Or(v.programmeName(stage.Programme), stage.Programme)))
	}
	return of, shown, nil
}

func openLineApproval(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.ofLine(f, "Approve a line of credit", "Approve it")
	if err != nil {
		return nil, err
	}
	f.Note = "From then on the seller draws on it. Who has proposed it does not approve it."
	return v.unsignedDeed(f, &book.ApproveLine{Line: of}, nil), nil
}

func openLineMove(v *visit, f *deedForm) (*prepared, error) {
	of, shown, err := v.ofLine(f, "Suspend, resume or end a line", "Do it")
	if err != nil {
		return nil, err
	}
	f.Note = "What is out stays out. Who has suspended a line does not resume it."
	moves := map[string]funding.LineState{"suspended": funding.LineSuspended, "live": funding.LineLive, "ended": funding.LineEnded}
	choices := []option{{"ended", "End it", "For good: nothing is drawn on it any more."}}
	switch shown.State {
	case funding.LineLive.String():
		choices = append([]option{{"suspended", "Suspend it", "Nothing new is drawn until another person resumes it."}}, choices...)
	case funding.LineSuspended.String():
		choices = append([]option{{"live", "Resume it", ""}}, choices...)
	case funding.LineEnded.String():
		return nil, view.ErrNotFound
	}
	state := f.value(input{Name: "state", Label: "What is done", Choices: choices}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.MoveLine{Line: of, State: moves[state.Value]}
	state.chosen()
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}
