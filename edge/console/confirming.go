package console

import (
	"html/template"
	"slices"
	"strconv"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/receivable"
	"millrace/edge/view"
)

const buyers = party.Buyer | party.Anchor | party.Operator

// confirmationDeeds are what a buyer's people give on receivables.
var confirmationDeeds = []deed{
	{
		path: "/receivables/{id}/confirmation", place: "/confirmations", open: openConfirm,
		fields: map[string]string{"amount_invalid": "amount", "undertaking_invalid": "undertaking", "already_confirmed": "undertaking", "days_invalid": "days"},
	},
	{path: "/confirmations/{id}/completion", place: "/confirmations", open: openComplete},
	{path: "/confirmations/{id}/drop", place: "/confirmations", open: openDrop},
}

// secondDays is for how many days a confirmation waits for the second signatory unless the first one says otherwise.
const secondDays = 14

// channel is by which way a signature comes in: at the signatories' own desk, or in a file which the operator relays.
func (v *visit) channel() mandate.Channel {
	if v.caller.Role == party.Operator {
		return mandate.File
	}
	return mandate.Console
}

// confirmation repeats the terms of a receivable, so that the statement says them.
func (v *visit) confirmation(r *receivable.Receivable) book.Confirm {
	return book.Confirm{
		Receivable: r.ID, Document: r.Hash, Seller: r.Seller, Buyer: r.Buyer, Currency: r.Currency, Due: r.Due, Channel: v.channel(),
	}
}

// debt finds a receivable and tells what it is about.
func (v *visit) debt(f *deedForm, of id.Receivable) (receivable.Receivable, view.Receivable, error) {
	record, err := v.ReceivableRecord(v.caller, of)
	if err != nil {
		return record, view.Receivable{}, err
	}
	shown, err := v.Receivable(v.caller, of)
	if err != nil {
		return record, shown, err
	}
	number, err := v.invoiceNumber(shown.Document)
	if err != nil {
		return record, shown, err
	}
	f.Back, f.BackName = "/receivables/"+shown.ID, "Receivable"
	if number != "" {
		f.BackName = f.w.T("Invoice %s", number)
		f.fact("Invoice", escape(number))
	}
	f.fact("Receivable", f.link(f.Back, shown.ID))
	f.fact("Owed to", named(shown.Seller))
	f.fact("Owed by", named(shown.Buyer))
	f.fact("Outstanding", f.w.amount(shown.Outstanding))
	if shown.Due != "" {
		f.fact("Due", escape(shown.Due))
	}
	if shown.Undertaking != "none" {
		f.fact("Confirmed until now", f.w.badge(shown.Undertaking)+" "+f.w.amount(shown.Confirmed))
	}
	if shown.Disputed.Minor > 0 {
		f.fact("Disputed", f.w.amount(shown.Disputed))
	}
	if shown.Hash != "" {
		f.fact("SHA-256 of the invoice’s bytes", template.HTML(`<span class="hash">`)+escape(shown.Hash)+`</span>`)
	}
	return record, shown, nil
}

// named shows a party by name and by the id that the statement says.
func named(ref *view.Ref) template.HTML {
	if ref == nil {
		return dash
	}
	return escape(ref.String())
}

func escape(text string) template.HTML { return template.HTML(template.HTMLEscapeString(text)) }

// programme is a programme by its name, as a link.
func (v *visit) programme(f *deedForm, record string) template.HTML {
	if name := v.programmeName(record); name != "" {
		return template.HTML(`<a href="/programmes/` + template.HTMLEscapeString(record) + `">` + template.HTMLEscapeString(name) + `</a>`)
	}
	return f.link("/programmes/"+record, record)
}

func (f *deedForm) link(path, name string) template.HTML {
	return template.HTML(`<a class="id" href="` + template.HTMLEscapeString(path) + `">` + template.HTMLEscapeString(name) + `</a>`)
}

func openConfirm(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Receivable](v)
	if err != nil {
		return nil, err
	}
	f.Heading, f.Give = "Confirm a receivable", "Give the confirmation"
	record, shown, err := v.debt(f, of)
	if err != nil {
		return nil, err
	}
	c := v.confirmation(&record)
	undertaking := f.value(input{Name: "undertaking", Label: "What is undertaken", Choices: []option{
		{"soft", "Soft", undertakings["soft"]}, {"irrevocable", "Irrevocable", undertakings["irrevocable"]},
	}}, "")
	amount := f.value(input{
		Name: "amount", Label: f.w.T("Amount in %s", shown.Outstanding.Currency), Kind: "text",
		Hint: "All that is outstanding, or a part of it. A later confirmation takes the place of an earlier one and is for more.",
	}, shown.Outstanding.Text)
	days := f.value(input{
		Name: "days", Label: "Days to wait for a second signatory", Kind: "number",
		Hint: "Where your mandate wants a second signature, yours waits for it so long, and binds nobody until then.",
	}, strconv.Itoa(secondDays))
	if !f.asked {
		return nil, nil
	}
	c.Undertaking = receivable.Soft + receivable.Undertaking(undertaking.chosen())
	c.Amount = amount.minor(record.Currency)
	wait, err := strconv.ParseUint(days.Value, 10, 32)
	if err != nil || wait < 1 || wait > book.ConfirmationDaysMax {
		days.bad("Write a number of days from 1 to %d.", book.ConfirmationDaysMax)
	}
	if !f.complete() {
		return nil, nil
	}
	p := &prepared{
		with: func(s []book.Signature) book.Command {
			one := c
			one.Signatures = s
			return &one
		},
		waiting: func(c book.Command) book.Command {
			return &book.StartConfirmation{Confirm: *c.(*book.Confirm), Days: uint32(wait)}
		},
		bound: record.Buyer, acts: mandate.Confirm, amount: money.Amount{Minor: c.Amount, Currency: c.Currency}, after: f.Back,
	}
	if c.Undertaking == receivable.Soft && v.caller.Role != party.Operator {
		p.need = mayBeSigned
		f.Note = "A soft confirmation by the buyer’s own people takes no signature; one may be given all the same."
	}
	return p, nil
}

// begun finds a confirmation that waits for its second signatory.
func (v *visit) begun(f *deedForm) (id.Confirmation, *book.Confirm, error) {
	of, err := identity[id.Confirmation](v)
	if err != nil {
		return of, nil, err
	}
	begun, err := v.Confirmation(v.caller, of)
	if err != nil {
		return of, nil, err
	}
	parsed, err := id.Parse[id.Receivable](begun.Receivable)
	if err != nil {
		return of, nil, err
	}
	record, _, err := v.debt(f, parsed)
	if err != nil {
		return of, nil, err
	}
	c := v.confirmation(&record)
	c.Amount, c.Undertaking = money.Minor(begun.Amount.Minor), receivable.Soft
	if begun.Undertaking == receivable.Irrevocable.String() {
		c.Undertaking = receivable.Irrevocable
	}
	f.fact("Undertaking", f.w.badge(begun.Undertaking)+" "+escape(f.w.T(undertakings[begun.Undertaking])))
	f.fact("Amount", f.w.amount(begun.Amount))
	first, err := v.firstSignatory(begun.Key)
	if err != nil {
		return of, nil, err
	}
	f.first = first
	f.fact("First signed by", named(first)+escape(f.w.T(", with %s", begun.Key)))
	f.fact("Waits until", escape(begun.Expires))
	f.fact("State", f.w.badge(begun.State))
	return of, &c, nil
}

// firstSignatory finds who holds a key.
func (v *visit) firstSignatory(key string) (*view.Ref, error) {
	of, err := id.Parse[id.SigningKey](key)
	if err != nil {
		return nil, err
	}
	found, err := v.SigningKey(v.caller, of)
	return found.Signatory, err
}

func openComplete(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Sign as the second", "Complete the confirmation"
	of, c, err := v.begun(f)
	if err != nil {
		return nil, err
	}
	return &prepared{
		with: func(s []book.Signature) book.Command {
			one := *c
			one.Signatures = s
			return &book.CompleteConfirmation{Confirmation: of, Confirm: one}
		},
		bound: c.Buyer, acts: mandate.Confirm, amount: money.Amount{Minor: c.Amount, Currency: c.Currency}, after: f.Back,
	}, nil
}

func openDrop(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give = "Drop a confirmation", "Drop it"
	of, _, err := v.begun(f)
	if err != nil {
		return nil, err
	}
	f.Note = "The first signature is given up. Nothing was undertaken by it, and a confirmation can be started again."
	return &prepared{with: func([]book.Signature) book.Command { return &book.DropConfirmation{Confirmation: of} }, need: unsigned, after: f.Back}, nil
}

// confirmationList is what waits for a buyer's people.
type confirmationList struct {
	list
	Rows  []receivableRow
	Begun []view.Confirmation
	Token string // of the form that confirms many at once
}

func showConfirmations(v *visit) (any, error) {
	var l confirmationList
	var q view.Query
	l.list, q = v.list("Confirmations", nil)
	q.Order = view.OldestFirst
	begun, err := v.Confirmations(v.caller, view.Query{State: receivable.Started.String(), Order: view.OldestFirst, Limit: rowsMax})
	if err != nil {
		return nil, err
	}
	l.Begun, l.Token = begun.Items, v.console.token(v.request)
	page, err := v.Unconfirmed(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Rows, err = v.receivableRows(page.Items)
	l.end(v, page.Next, len(page.Items))
	return l, err
}

// Waits tells whether a confirmation of the receivable waits for its second signatory.
func (p receivablePage) Waits() bool {
	return slices.ContainsFunc(p.Promised.Started, func(c view.Confirmation) bool { return c.State == receivable.Started.String() })
}

// Confirmable tells whether the caller may bring a confirmation of the receivable.
func (p receivablePage) Confirmable(f frame) bool {
	own := f.Home != nil && p.Buyer != nil && f.Home.ID == p.Buyer.ID
	return f.may("deed /receivables/{id}/confirmation") && (own || f.Operates()) && p.State == "open" && p.Certificate == "" &&
		(p.Undertaking != "irrevocable" || p.Confirmed.Minor < p.Outstanding.Minor)
}
