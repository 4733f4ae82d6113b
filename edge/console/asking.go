package console

import (
	"cmp"
	"strings"

	"millrace/book"
	"millrace/domain/credit"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/view"
)

// askingDeeds ask for a review of a party's credit, and bring what a review rests on.
var askingDeeds = []deed{
	{path: "/applications/new", place: "/applications", open: openApplication, fields: askingFields},
	{path: "/applications/{id}/grounds", place: "/applications", open: openGrounds, fields: askingFields},
	{path: "/news/new", place: "/applications", open: openNews, fields: map[string]string{
		"text": "note", "party": "party", "party_unknown": "party", "party_not_onboarded": "party", "source": "source", "date": "date",
	}},
}

var askingFields = map[string]string{
	"party_unknown": "party", "party_not_onboarded": "party", "application_open": "party", "amount_invalid": "asked", "currency_differs": "currency", "tenor_days": "tenor",
	"financial_statement_invalid": "from", "bureau_invalid": "bureau",
}

// MayAsk tells whether the caller may ask for a review of credit.
func (f frame) MayAsk() bool { return f.may("deed /applications/new") }

// MayBeReviewed tells whether the caller may ask for a review of the party's credit.
func (f frame) MayBeReviewed(p view.Party) bool { return f.MayAsk() && p.State == "onboarded" }

// grounds is the form of what a review rests on: what is asked for, accounts of one period, and a report of a bureau.
type grounds struct {
	form, programme, currency, asked, tenor, insured *input
	from, until, standard, assurance                 *input
	lines                                            []*input
	bureau, dated, event, since                      *input
	programmes                                       []option
}

// words are the names of a list, as choices. The first of them is no answer.
func (f *deedForm) choices(names []string) []option {
	var all []option
	for _, name := range names[1:] {
		all = append(all, option{name, f.w.capitalWord(name), ""})
	}
	return all
}

// noChoice leaves a list of choices unanswered.
const noChoice = "none"

func (f *deedForm) orNothing(text string, choices []option) []option {
	return append([]option{{noChoice, f.w.T(text), ""}}, choices...)
}

func (g *grounds) ask(v *visit, f *deedForm, before *view.Application) error {
	live, err := v.Programmes(v.caller, view.Query{State: "live", Limit: view.LimitMax})
	if err != nil {
		return err
	}
	for _, one := range live.Items {
		label := one.ID
		if one.Anchor != nil {
			label = one.Anchor.String()
		}
		g.programmes = append(g.programmes, option{one.ID, label + ", " + one.Currency, one.ID})
	}
	currency, asked := "EUR", ""
	if before != nil {
		currency, asked = before.Asked.Currency, plain(before.Asked)
	}
	f.under("What is asked for")
	g.form = f.value(input{Name: "form", Label: "What the party is", Choices: f.choices(credit.Forms[:])}, credit.Forms[credit.Company])
	g.programme = f.value(input{Name: "programme", Label: "For a limit in the programme", Kind: "select", Choices: f.orNothing("None: a grade alone", g.programmes)}, noChoice)
	g.currency = f.line("currency", "Currency", "Three letters, like EUR.", currency)
	g.asked = f.value(input{Name: "asked", Label: "Amount that is asked for", Kind: "text", Hint: "Without grouping, like 50000.00."}, asked)
	g.tenor = f.value(input{Name: "tenor", Label: "For how many days each invoice is financed", Kind: "number"}, "90")
	g.insured = f.perhaps("insured", "Of which insured", "What an insurer covers; empty for nothing.", "")
	f.under("Accounts of its last year")
	g.from = f.value(input{Name: "from", Label: "First day", Kind: "date", Hint: "Empty where there are no accounts: then the review rests on what is known from its trade.", Optional: true}, "")
	g.until = f.value(input{Name: "until", Label: "Last day", Kind: "date", Optional: true}, "")
	g.standard = f.value(input{Name: "standard", Label: "Drawn up by", Kind: "select", Choices: f.choices(credit.Standards[:])}, credit.Standards[credit.IFRS])
	g.assurance = f.value(input{Name: "assurance", Label: "Who stands behind them", Kind: "select", Choices: f.choices(credit.Assurances[:])}, credit.Assurances[credit.Audited])
	part := credit.Part(0)
	for _, line := range credit.Lines() {
		if line.Part() != part {
			part = line.Part()
			f.under(f.w.capitalWord(part.String()))
		}
		hint := ""
		if line.Signed() {
			hint = "May be below zero."
		}
		g.lines = append(g.lines, f.perhaps("line-"+line.String(), f.w.capitalWord(line.String()), hint, ""))
	}
	f.under("Report of a bureau")
	g.bureau = f.perhaps("bureau", "Bureau", "Its short name in small letters, like creditreform. Empty for no report.", "")
	g.dated = f.value(input{Name: "dated", Label: "Date of the report", Kind: "date", Optional: true}, "")
	g.event = f.value(input{Name: "event", Label: "Worst that it tells", Kind: "select", Choices: f.orNothing("Nothing adverse", f.choices(credit.AdverseEvents[:]))}, noChoice)
	g.since = f.value(input{Name: "since", Label: "On", Kind: "date", Optional: true}, "")
	return nil
}

// read makes the request of what was entered; what is wrong stands beside its input.
func (g *grounds) read() (r book.ReviewRequest) {
	r.Form = credit.Form(g.form.chosen() + 1)
	r.Currency = g.currency.currency()
	if at := g.programme.chosen(); at > 0 {
		r.Programme, _ = id.Parse[id.Programme](g.programmes[at-1].Value)
	}
	r.TenorDays = int32(g.tenor.whole(1, credit.TenorDaysMax))
	if g.currency.Wrong != "" {
		return r
	}
	r.Asked, r.Insured = g.asked.minor(r.Currency), g.insured.bound(r.Currency)
	if g.from.Value != "" || g.until.Value != "" {
		r.Statements = append(r.Statements, g.statement(r.Currency))
	}
	if g.bureau.Value != "" {
		r.Bureaus = append(r.Bureaus, g.report())
	}
	return r
}

func (g *grounds) statement(currency money.Currency) credit.Statement {
	s := credit.Statement{
		From: g.from.date(), Until: g.until.date(), Currency: currency, Standard: credit.Standard(g.standard.chosen() + 1),
		Assurance: credit.Assurance(g.assurance.chosen() + 1),
	}
	for i, line := range credit.Lines() {
		if g.lines[i].Value == "" {
			continue
		}
		amount, err := money.Parse(strings.ReplaceAll(g.lines[i].Value, "−", "-"), currency)
		if err != nil || amount < 0 && !line.Signed() {
			g.lines[i].bad("Write the amount in %s without grouping, like %s; 0 for none.", currency, money.Format(12_000_00, currency))
		}
		s.Figures = append(s.Figures, credit.Figure{Line: line, Amount: amount})
	}
	if len(s.Figures) == 0 {
		g.lines[0].bad("Write the lines that the accounts have.")
	}
	return s
}

func (g *grounds) report() credit.Bureau {
	b := credit.Bureau{Source: strings.ToLower(g.bureau.Value), Date: g.dated.date()}
	if at := g.event.chosen(); at > 0 {
		b.Adverse = append(b.Adverse, credit.Adverse{Event: credit.AdverseEvent(at), Date: g.since.date()})
	}
	return b
}

func openApplication(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Ask for a review of credit", "Ask for it", "/applications", "Applications"
	f.Note = "It is reckoned at once: ratios, score and limit. Then an analyst gives a view, and others decide. A funder’s people review for the funder; the operator’s recommend."
	side := f.value(input{Name: "side", Label: "Reviewed as", Choices: f.choices(credit.Sides[:])}, cmp.Or(v.asked("side"), credit.Sides[credit.AsSeller]))
	about := f.line("party", "Party", "Its id, or its name.", v.called(v.asked("party")))
	var g grounds
	if err := g.ask(v, f, nil); err != nil || !f.asked {
		return nil, err
	}
	of, err := v.onlyParty(about)
	if err != nil {
		return nil, err
	}
	c := &book.OpenApplication{Party: of, Side: credit.Side(side.chosen() + 1), Request: g.read()}
	if !f.complete() {
		return nil, nil
	}
	p := v.unsignedDeed(f, c, nil)
	p.thenTo(func(e book.Event) string {
		if opened, is := e.(*book.ApplicationOpened); is {
			return "/applications/" + opened.Application.ID.String()
		}
		return ""
	})
	return p, nil
}

func openGrounds(v *visit, f *deedForm) (*prepared, error) {
	shown, of, err := v.openReviewed(f, "Bring accounts and reports", "Reckon it anew")
	if err != nil {
		return nil, err
	}
	f.Note = "What you bring takes the place of what the application rests on so far, and it is reckoned again."
	var g grounds
	if err := g.ask(v, f, &shown); err != nil || !f.asked {
		return nil, err
	}
	c := &book.SupplementApplication{Application: of, Request: g.read()}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openNews(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Put news on record", "Put it on record", "/watch-list", "Watch list"
	f.Note = "What was heard of a party. What is serious or grave opens a review when the next day is opened."
	about := f.line("party", "Party", "Its id, or its name.", v.called(v.asked("party")))
	source := f.line("source", "Where it was heard", "A short name in small letters, like gazette.", "")
	date := f.value(input{Name: "date", Label: "On", Kind: "date"}, today.String())
	severity := f.value(input{Name: "severity", Label: "How bad it is", Choices: f.choices(credit.Severities[:])}, "")
	text := f.noted("What was heard")
	if !f.asked {
		return nil, nil
	}
	of, err := v.onlyParty(about)
	if err != nil {
		return nil, err
	}
	c := &book.RecordNews{Party: of, Source: source.Value, Date: date.date(), Severity: credit.Severity(severity.chosen() + 1)}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(c book.Command) error { return v.keepNote(text, &c.(*book.RecordNews).Text) }), nil
}

// suspensionDeeds end business with a party, and take that back.
var suspensionDeeds = []deed{
	{path: "/parties/{id}/suspension", place: "/parties", open: openSuspension, fields: map[string]string{"reason": "note"}},
	{path: "/parties/{id}/reinstatement", place: "/parties", open: openReinstatementOf, fields: map[string]string{"reason": "note"}},
}

// Suspends tells whether the caller may end business with the party, and Reinstates whether it may take that back.
func (f frame) Suspends(p view.Party) bool {
	return p.State == party.Onboarded.String() && (f.Home == nil || f.Home.ID != p.ID) && f.may("deed /parties/{id}/suspension")
}

// Reinstates is explained there.
func (f frame) Reinstates(p view.Party) bool {
	return p.State == party.Suspended.String() && f.may("deed /parties/{id}/reinstatement")
}

// ofParty fills what is the same on the forms about a party.
func (v *visit) ofParty(f *deedForm, heading, give string) (id.Party, error) {
	of, err := identity[id.Party](v)
	if err != nil {
		return 0, err
	}
	shown, err := v.Party(v.caller, of)
	if err != nil {
		return 0, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/parties/"+shown.ID, cmp.Or(shown.Name, shown.ID)
	f.fact("Party", escape(cmp.Or(shown.Name, shown.ID)))
	f.fact("State", f.w.badge(shown.State))
	return of, nil
}

func openSuspension(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.ofParty(f, "Suspend a party", "Suspend it")
	if err != nil {
		return nil, err
	}
	f.Note = "At once: its people are turned away, nothing is financed for it or on it, and what is about to be paid to it is withheld. Another person reinstates it."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	c := &book.SuspendParty{Party: of}
	return v.measure(f, c, text, (*[32]byte)(&c.Reason)), nil
}

func openReinstatementOf(v *visit, f *deedForm) (*prepared, error) {
	of, err := v.ofParty(f, "Reinstate a party", "Reinstate it")
	if err != nil {
		return nil, err
	}
	f.Note = "Who has suspended it does not reinstate it. Payments that were withheld for it are released one by one."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	c := &book.ReinstateParty{Party: of}
	return v.measure(f, c, text, (*[32]byte)(&c.Reason)), nil
}
