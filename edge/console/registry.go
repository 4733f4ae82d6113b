package console

import (
	"strconv"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/edge/intake"
	"millrace/edge/view"
)

// registryDeeds are what a person does at a registry, or says of it, where no clerk of the node asks it.
var registryDeeds = []deed{
	{path: "/searches/new", place: "/registry", open: openSearch, fields: map[string]string{
		"registry": "registry", "against": "against", "party_unknown": "against", "party_not_onboarded": "against", "date": "date", "certificate": "note", "found": "number-1",
		"receivable": "of-1",
	}},
	{path: "/registrations/new", place: "/registry", open: openFiling, fields: map[string]string{
		"registry": "registry", "grantor": "grantor", "secured": "secured", "receivable": "receivable", "description": "note", "filed": "filed", "expires": "expires",
	}},
	{path: "/registrations/{id}/renewal", place: "/registry", open: openRenewal, fields: map[string]string{"expires": "expires"}},
	{path: "/registrations/{id}/discharge", place: "/registry", open: openDischarge},
	{path: "/registrations/{id}/confirmation", place: "/registry", open: openRegistered, fields: map[string]string{"number": "number", "date": "date", "expires": "expires"}},
	{path: "/encumbrances/{id}/release", place: "/registry", open: openEncumbranceRelease, fields: map[string]string{"proof": "note", "state": "state"}},
}

var registryRoutes = []route{{"GET /registry", "/registry", "registry", showRegistry}}

// registryPage lists what is registered, and what registries have said of sellers.
type registryPage struct {
	list
	Items        []view.Registration
	Searches     []view.Search
	Encumbrances []view.Encumbrance
}

func showRegistry(v *visit) (any, error) {
	var p registryPage
	var q view.Query
	p.list, q = v.list("Registry", legal.RegistrationStateNames[1:])
	page, err := v.Registrations(v.caller, q)
	if err != nil {
		return nil, err
	}
	p.Items = page.Items
	if q.Cursor == "" && !v.exporting {
		searches, err := v.Searches(v.caller, view.Query{Limit: rowsMax})
		if err != nil {
			return nil, err
		}
		found, err := v.Encumbrances(v.caller, view.Query{Limit: rowsMax})
		if err != nil {
			return nil, err
		}
		p.Searches, p.Encumbrances = searches.Items, found.Items
	}
	p.end(v, page.Next, len(page.Items))
	return p, nil
}

// RegistrySteps are the deeds that are open to the caller on a registration.
func (f frame) RegistrySteps(r view.Registration) []act {
	var acts []act
	add := func(name, step string, may bool) {
		if may && f.may("deed /registrations/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/registrations/" + r.ID + "/" + step})
		}
	}
	add("Confirm it", "confirmation", r.Pending != "" && (r.Maker == nil || r.Maker.ID != f.Caller.Actor.String()))
	live := r.State == "live" && r.Pending == ""
	add("Renew it", "renewal", live)
	add("Discharge it", "discharge", live)
	return acts
}

// Releases tells whether the caller may say that an encumbrance stands in the way no longer.
func (f frame) Releases(e view.Encumbrance) bool {
	return e.State == "standing" && f.may("deed /encumbrances/{id}/release") && (e.Maker == nil || e.Maker.ID != f.Caller.Actor.String())
}

// optionalDate reads a date that may be missing.
func (i *input) optionalDate() calendar.Date {
	if i.Value == "" {
		return 0
	}
	return i.date()
}

// optionalReceivable reads the id of a receivable that may be missing.
func (i *input) optionalReceivable() id.Receivable {
	if i.Value == "" {
		return 0
	}
	of, err := id.Parse[id.Receivable](i.Value)
	if err != nil {
		i.bad("Write the receivable’s id, as its page has it.")
	}
	return of
}

const (
	registryHint = "Its short name, like zdw."
	findingsMost = 3 // that one form takes
)

// findingInputs are one right of somebody else that a search has found.
type findingInputs struct{ number, holder, of, assigned, registered, notified *input }

func openSearch(v *visit, f *deedForm) (*prepared, error) {
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Record a search", "Record it", "/registry", "Registry"
	f.Note = "What a registry says of a seller on a day. Where others hold earlier rights, nothing of it is financed before they are released. Leave the findings empty where it is clear."
	registry := f.line("registry", "Registry", registryHint, "")
	against := f.line("against", "Seller", "Its id, or its name.", v.called(v.asked("party")))
	date := f.value(input{Name: "date", Label: "Searched on", Kind: "date"}, today.String())
	text := f.noted("What the registry has given")
	var findings []findingInputs
	for n := 1; n <= findingsMost; n++ {
		number := strconv.Itoa(n)
		f.under(f.w.T("Finding %d, by rank", n))
		findings = append(findings, findingInputs{
			f.perhaps("number-"+number, "Number in the registry", "Empty where there is none.", ""), f.perhaps("holder-"+number, "Who holds the right", "", ""),
			f.perhaps("of-"+number, "Receivable", "Its id; empty where all of the seller’s are assigned.", ""),
			f.value(input{Name: "assigned-" + number, Label: "Assigned on", Kind: "date", Optional: true}, ""),
			f.value(input{Name: "registered-" + number, Label: "Registered on", Kind: "date", Optional: true}, ""),
			f.value(input{Name: "notified-" + number, Label: "Debtor notified on", Kind: "date", Optional: true}, ""),
		})
	}
	if !f.asked {
		return nil, nil
	}
	c := &book.RecordSearch{Registry: registry.Value, Date: date.date()}
	if c.Against, err = v.onlyParty(against); err != nil {
		return nil, err
	}
	var holders []string
	for _, one := range findings {
		if one.number.Value == "" && one.holder.Value == "" {
			continue
		}
		if one.number.Value == "" || one.holder.Value == "" {
			one.number.bad("A finding has a number and a holder.")
		}
		holders = append(holders, one.holder.Value)
		c.Found = append(c.Found, book.Finding{
			Number: one.number.Value, Receivable: one.of.optionalReceivable(), Assigned: one.assigned.date(), Registered: one.registered.optionalDate(), Notified: one.notified.optionalDate(),
		})
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(book.Command) error {
		for i, holder := range holders {
			if err := v.keepText(holder, &c.Found[i].Holder); err != nil {
				return err
			}
		}
		return v.keepText(text.Value, &c.Certificate)
	}), nil
}

func openFiling(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Register an assignment", "Propose it", "/registry", "Registry"
	f.Note = "It counts when a second person confirms what the registry has done. Give number and day where it is filed already."
	registry := f.line("registry", "Registry", registryHint, "")
	grantor := f.line("grantor", "Seller", "Its id, or its name.", v.called(v.asked("party")))
	home := ""
	if f.values.Get("secured") == "" && !v.caller.SeesAll() {
		home = v.caller.Party.String()
	}
	secured := f.line("secured", "For the funder", "Its id, or its name.", v.called(home))
	receivable := f.perhaps("receivable", "Receivable", "Its id; empty for all that the seller assigns to the funder.", "")
	number := f.perhaps("number", "Number that the registry gave", "Empty where it is still to be filed.", "")
	filed := f.value(input{Name: "filed", Label: "Filed on", Kind: "date", Optional: true}, "")
	expires := f.value(input{Name: "expires", Label: "Last day", Kind: "date"}, "")
	text := f.noted("What is registered")
	if !f.asked {
		return nil, nil
	}
	var err error
	c := &book.FileRegistration{Act: legal.File, Registry: registry.Value, Number: number.Value, Receivable: receivable.optionalReceivable(), Filed: filed.optionalDate(), Expires: expires.date()}
	if c.Grantor, err = v.onlyParty(grantor); err != nil {
		return nil, err
	}
	if c.Secured, err = v.onlyParty(secured); err != nil || !f.complete() {
		return nil, err
	}
	return v.unsignedDeed(f, c, func(book.Command) error { return v.keepText(text.Value, &c.Description) }), nil
}

// ofRegistration fills what is the same on the forms about a registration.
func (v *visit) ofRegistration(f *deedForm, heading, give string) (id.Registration, view.Registration, error) {
	of, err := identity[id.Registration](v)
	if err != nil {
		return 0, view.Registration{}, err
	}
	shown, err := v.Registration(v.caller, of)
	if err != nil {
		return 0, shown, err
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/registry", "Registry"
	f.fact("Registry", escape(shown.Registry+" "+shown.Number))
	f.fact("Seller", named(shown.Grantor))
	f.fact("Funder", named(shown.Secured))
	f.fact("State", f.w.badge(shown.State))
	if shown.Expires != "" {
		f.fact("Last day", escape(shown.Expires))
	}
	if shown.Description != "" {
		f.fact("What is registered", escape(shown.Description))
	}
	if shown.Pending != "" {
		f.fact("It waits", escape(f.w.capitalWord(shown.Pending)))
	}
	return of, shown, nil
}

func openRenewal(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.ofRegistration(f, "Renew a registration", "Propose it")
	if err != nil {
		return nil, err
	}
	f.Note = "It counts when a second person confirms what the registry has done."
	expires := f.value(input{Name: "expires", Label: "Last day from now on", Kind: "date"}, "")
	if !f.asked {
		return nil, nil
	}
	c := &book.FileRegistration{Registration: of, Act: legal.Renew, Expires: expires.date()}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openDischarge(v *visit, f *deedForm) (*prepared, error) {
	of, _, err := v.ofRegistration(f, "Discharge a registration", "Propose it")
	if err != nil {
		return nil, err
	}
	f.Note = "It counts when a second person confirms what the registry has done."
	return v.unsignedDeed(f, &book.FileRegistration{Registration: of, Act: legal.Discharge}, nil), nil
}

func openRegistered(v *visit, f *deedForm) (*prepared, error) {
	of, shown, err := v.ofRegistration(f, "Confirm what a registry has done", "Confirm it")
	if err != nil {
		return nil, err
	}
	if shown.Pending == "" {
		return nil, view.ErrNotFound
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	f.Note = "Who has proposed it does not confirm it. Have the registry’s answer before you."
	decision := f.value(input{Name: "decision", Label: "Decision", Choices: []option{{"approve", "It was done", ""}, {"decline", "It was not done", "The registry has refused it."}}}, "")
	c := &book.ConfirmRegistration{Registration: of}
	var number, date *input
	if shown.Pending == legal.File.String() && shown.Number == "" {
		number = f.perhaps("number", "Number that the registry gave", "", "")
		date = f.value(input{Name: "date", Label: "Done on", Kind: "date", Optional: true}, today.String())
	}
	if !f.asked {
		return nil, nil
	}
	c.Decision = []book.Decision{book.Approve, book.Decline}[max(0, decision.chosen())]
	if number != nil && c.Decision == book.Approve {
		c.Number, c.Date = number.Value, date.optionalDate()
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

func openEncumbranceRelease(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Encumbrance](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.Encumbrance(v.caller, of)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give, f.Back, f.BackName = "Release an earlier right", "Record it", "/registry", "Registry"
	f.Note = "From then on it stands in the way of nothing here. Who has recorded it does not release it."
	f.fact("Registry", escape(shown.Registry+" "+shown.Number))
	f.fact("Who holds the right", escape(shown.Holder))
	f.fact("Seller", named(shown.Grantor))
	states := []option{{"waived", "Its holder has waived it", "For what is assigned here."}, {"ended", "It has ended", ""}}
	state := f.value(input{Name: "state", Label: "What has become of it", Choices: states}, "")
	text := f.noted("The waiver, or the proof that it has ended")
	if !f.asked {
		return nil, nil
	}
	c := &book.ReleaseEncumbrance{Encumbrance: of, State: []legal.EncumbranceState{legal.Waived, legal.Ended}[max(0, state.chosen())]}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, func(book.Command) (err error) {
		c.Proof, err = v.console.intake.Store(v.request.Context(), intake.KindProof, []byte(text.Value))
		return err
	}), nil
}
