package console

import (
	"slices"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/servicing"
	"millrace/edge/view"
)

// measureDeeds are what people decide on in the life of a financing that is paid out.
var measureDeeds = []deed{
	{path: "/financings/{id}/extension", place: "/financings", open: openExtension, fields: measureFields},
	{path: "/financings/{id}/recourse", place: "/financings", open: openRecourse, fields: map[string]string{
		"cause": "cause", "recourse_none": "cause", "recourse_early": "cause", "recourse_called": "cause", "nothing_uncovered": "cause", "evidence": "note", "since": "since",
	}},
	{path: "/financings/{id}/default", place: "/financings", open: openDefault, fields: measureFields},
	{path: "/financings/{id}/provision", place: "/financings", open: openProvision, fields: measureFields},
	{path: "/financings/{id}/write-off", place: "/financings", open: openWriteOff, fields: measureFields},
	{path: "/financings/{id}/cover-claim", place: "/financings", open: openCoverClaim, fields: measureFields},
	{path: "/measures/{id}/decision", place: "/measures", open: openMeasureDecision},
}

var measureFields = map[string]string{"reason": "note", "evidence": "note", "amount": "amount", "due": "due", "tenor_too_long": "due", "due_not_later": "due"}

var measureRoutes = []route{{"GET /measures", "/measures", "measures", showMeasures}}

type measureList struct {
	list
	Items []view.Measure
	Whose map[string]string // who owes whom, by financing
}

// showMeasures lists what people decide on, or have decided, in the life of financings, by state.
func showMeasures(v *visit) (any, error) {
	var l measureList
	var q view.Query
	l.list, q = v.list("Measures", []string{book.MeasureWaits.String(), book.MeasureOffered.String(), book.MeasureDone.String(), book.MeasureDeclined.String()})
	page, err := v.Measures(v.caller, q)
	l.Items, l.Whose = page.Items, map[string]string{}
	for _, m := range page.Items {
		of, wrong := id.Parse[id.Financing](m.Financing)
		if _, known := l.Whose[m.Financing]; wrong != nil || known {
			continue
		}
		if shown, wrong := v.Financing(v.caller, of); wrong == nil && shown.Buyer != nil && shown.Seller != nil {
			l.Whose[m.Financing] = v.w.T("%s, owed by %s", shown.Seller, shown.Buyer)
		}
	}
	l.end(v, page.Next, len(page.Items))
	return l, err
}

// Decides tells whether a measure waits for the caller: for a person of the lender or the operator who has not proposed it, or for the
// seller to whom it is offered.
func (f frame) Decides(m view.Measure) bool {
	if !f.may("deed /measures/{id}/decision") || m.Maker != nil && m.Maker.ID == f.Caller.Actor.String() {
		return false
	}
	switch m.State {
	case book.MeasureWaits.String():
		return f.Operates() || f.Caller.Role == party.Funder && m.Financing != ""
	case book.MeasureOffered.String():
		return f.Caller.Role == party.Seller
	}
	return false
}

// owes tells whether anything is left to be paid on the financing.
func (p financingPage) owes() bool {
	return p.Outstanding.Minor+p.InterestDue.Minor+p.LateDue.Minor > 0
}

// LifeSteps are the measures that the caller may propose on a financing, and what money received does for it.
func (p financingPage) LifeSteps(f frame) []act {
	var acts []act
	add := func(name, step string, states ...string) {
		if slices.Contains(states, p.State) && f.may("deed /financings/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/financings/" + p.ID + "/" + step, Plain: true})
		}
	}
	if p.owes() {
		add("Extend it", "extension", "outstanding", "overdue")
		add("Call the seller", "recourse", "outstanding", "overdue", "defaulted")
	}
	add("Claim the credit cover", "cover-claim", "overdue", "in_recourse", "defaulted")
	if p.owes() {
		add("Declare default", "default", "outstanding", "overdue", "in_recourse")
		add("Set the allowance", "provision", "outstanding", "overdue", "in_recourse", "defaulted")
	}
	add("Write it off", "write-off", "defaulted")
	return append(acts, p.moneySteps(f)...)
}

// ofLife fills what is the same on the forms about a financing that is paid out.
func (v *visit) ofLife(f *deedForm, heading, give string) (id.Financing, view.Financing, money.Currency, error) {
	of, shown, err := v.ofFinancing(f, heading, give)
	if err != nil {
		return 0, shown, 0, err
	}
	currency, _ := money.ParseCurrency(shown.Amount.Currency)
	f.fact("Outstanding", f.w.amount(shown.Outstanding))
	if shown.Due != "" {
		f.fact("Due", escape(shown.Due))
	}
	if shown.Allowance != nil {
		f.fact("Allowance for losses", f.w.amount(*shown.Allowance))
	}
	return of, shown, currency, nil
}

// measure is a proposed measure whose reason is kept.
func (v *visit) measure(f *deedForm, c book.Command, text *input, reason *[32]byte) *prepared {
	return v.unsignedDeed(f, c, func(book.Command) error { return v.keepNote(text, reason) })
}

func openExtension(v *visit, f *deedForm) (*prepared, error) {
	of, _, _, err := v.ofLife(f, "Extend a financing", "Propose it")
	if err != nil {
		return nil, err
	}
	f.Note = "A second person approves it; then it is offered to the seller, who bears interest for the time. It counts when the seller accepts."
	due := f.value(input{Name: "due", Label: "Due from now on", Kind: "date"}, "")
	text := f.noted("Why")
	if !f.asked {
		return nil, nil
	}
	c := &book.ExtendFinancing{Financing: of, Due: due.date()}
	if !f.complete() {
		return nil, nil
	}
	return v.measure(f, c, text, &c.Reason), nil
}

// recourseCauses are for what a seller is called.
var recourseCauses = []struct {
	cause             servicing.Cause
	name, label, text string
}{
	{servicing.ProtractedDefault, "protracted_default", "The buyer does not pay", "It is late for longer than the product says."},
	{servicing.Dispute, "dispute", "The buyer disputes", "Disputes and credit notes leave principal without cover."},
	{servicing.Insolvency, "insolvency", "The buyer is insolvent", "Then by what it is shown, and since when."},
	{servicing.Warranty, "warranty", "The seller has broken a warranty", "The debt is not what the seller has said. By what it is shown, and since when."},
}

func openRecourse(v *visit, f *deedForm) (*prepared, error) {
	of, _, _, err := v.ofLife(f, "Call the seller", "Call it")
	if err != nil {
		return nil, err
	}
	f.Note = "The seller owes what is financed, as far as the product gives recourse for this cause. One person does it; nobody approves it."
	var choices []option
	for _, one := range recourseCauses {
		choices = append(choices, option{one.name, one.label, one.text})
	}
	cause := f.value(input{Name: "cause", Label: "For what", Choices: choices}, "")
	since := f.value(input{Name: "since", Label: "Since", Kind: "date", Hint: "Of an insolvency, and of a breach of warranty: by the evidence.", Optional: true}, "")
	text := f.value(input{Name: "note", Label: "By what it is shown", Kind: "area", Hint: "Likewise; empty for the others.", Optional: true}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.CallRecourse{Financing: of}
	if at := cause.chosen(); at >= 0 {
		c.Cause = recourseCauses[at].cause
	}
	if shown := c.Cause == servicing.Insolvency || c.Cause == servicing.Warranty; shown {
		c.Since = since.date()
		said(text)
	}
	if !f.complete() {
		return nil, nil
	}
	if c.Since == 0 {
		return v.unsignedDeed(f, c, nil), nil
	}
	return v.measure(f, c, text, &c.Evidence), nil
}

func openDefault(v *visit, f *deedForm) (*prepared, error) {
	of, _, _, err := v.ofLife(f, "Declare default", "Propose it")
	if err != nil {
		return nil, err
	}
	f.Note = "Nobody expects any more that it is paid as agreed. A second person approves it."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	c := &book.DeclareDefault{Financing: of}
	return v.measure(f, c, text, &c.Reason), nil
}

func openProvision(v *visit, f *deedForm) (*prepared, error) {
	of, shown, currency, err := v.ofLife(f, "Set the allowance for losses", "Propose it")
	if err != nil {
		return nil, err
	}
	f.Note = "The level from now on, not what is added to it. A second person approves it."
	amount := f.value(input{Name: "amount", Label: f.w.T("Allowance in %s", shown.Amount.Currency), Kind: "text", Hint: "0 ends it."}, "")
	text := f.noted("Why")
	if !f.asked {
		return nil, nil
	}
	c := &book.Provision{Financing: of, Amount: amount.orNone(currency)}
	if !f.complete() {
		return nil, nil
	}
	return v.measure(f, c, text, &c.Reason), nil
}

func openWriteOff(v *visit, f *deedForm) (*prepared, error) {
	of, _, _, err := v.ofLife(f, "Write a financing off", "Propose it")
	if err != nil {
		return nil, err
	}
	f.Note = "All that is still owed is written off when a second person approves it. What comes in later is a recovery."
	text := f.noted("Why")
	if !f.complete() {
		return nil, nil
	}
	c := &book.WriteOff{Financing: of}
	return v.measure(f, c, text, &c.Reason), nil
}

func openCoverClaim(v *visit, f *deedForm) (*prepared, error) {
	of, _, _, err := v.ofLife(f, "Claim the credit cover", "It was claimed")
	if err != nil {
		return nil, err
	}
	f.Note = "You say that the insurer was asked to pay, as the policy wants it. One person does it; nobody approves it."
	text := f.noted("By what it is shown")
	if !f.complete() {
		return nil, nil
	}
	c := &book.ClaimCover{Financing: of}
	return v.measure(f, c, text, &c.Evidence), nil
}

// tellFinancing puts who owes a financing, and what of it is out, on the form.
func (v *visit) tellFinancing(f *deedForm, of string) error {
	financing, err := id.Parse[id.Financing](of)
	if err != nil {
		return err
	}
	shown, err := v.Financing(v.caller, financing)
	if err != nil {
		return err
	}
	f.fact("Seller", named(shown.Seller))
	if shown.Buyer != nil {
		f.fact("Buyer", named(shown.Buyer))
	}
	f.fact("Outstanding", f.w.amount(shown.Outstanding))
	if shown.Due != "" {
		f.fact("Due", escape(shown.Due)+" "+f.w.badge(shown.State))
	}
	return nil
}

func openMeasureDecision(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Measure](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Measure(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Decide a measure", "Decide it", "/measures", "Measures"
	f.fact("Measure", escape(f.w.capitalWord(shown.Kind)))
	if shown.Financing != "" {
		f.fact("Financing", f.link("/financings/"+shown.Financing, shown.Financing))
		if err := v.tellFinancing(f, shown.Financing); err != nil {
			return nil, err
		}
	} else {
		f.fact("Programme", v.programme(f, shown.Programme))
	}
	if shown.Amount != nil {
		f.fact("Amount", f.w.amount(*shown.Amount))
	}
	if shown.Due != "" {
		f.fact("Due from now on", escape(shown.Due))
	}
	if shown.Reason != "" {
		f.fact("Why", escape(shown.Reason))
	}
	switch {
	case shown.State == book.MeasureOffered.String():
		f.Note = "You bear interest for the time. When you accept, it counts."
	case shown.ByRule && shown.Maker == nil:
		f.Note = "A rule has proposed it, so it takes two persons: the first makes the proposal its own, the second carries it out."
	default:
		f.Note = "Whoever has proposed it does not decide."
	}
	if shown.Maker != nil {
		f.fact("Proposed by", named(shown.Maker))
	}
	decision := f.value(input{Name: "decision", Label: "Decision", Choices: []option{{"approve", "Approve it", ""}, {"decline", "Decline it", "Nothing changes."}}}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.DecideMeasure{Measure: of, Decision: []book.Decision{book.Approve, book.Decline}[max(0, decision.chosen())]}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}
