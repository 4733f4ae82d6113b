package console

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"millrace/domain/id"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// found is one thing that a search has found.
type found struct {
	Name, Address, Detail, State string
	Amount                       *view.Amount
}

// foundGroup are things of one kind.
type foundGroup struct {
	Title string
	Items []found
}

type searchPage struct {
	Asked    string
	Groups   []foundGroup
	Complete bool
}

func (p searchPage) title() *locale.Text {
	if p.Asked == "" {
		return locale.Say("Search")
	}
	return locale.Say("Search for “%s”", p.Asked)
}

// Count is how much was found.
func (p searchPage) Count() int {
	count := 0
	for _, group := range p.Groups {
		count += len(group.Items)
	}
	return count
}

// Stated and Valued tell whether a column is worth its place.
func (g foundGroup) Stated() bool {
	return slices.ContainsFunc(g.Items, func(f found) bool { return f.State != "" })
}

// Valued likewise.
func (g foundGroup) Valued() bool {
	return slices.ContainsFunc(g.Items, func(f found) bool { return f.Amount != nil })
}

// Sum is what the amounts of the group are.
func (g foundGroup) Sum() string {
	if g.Title == "Receivables of these invoices" {
		return "Outstanding"
	}
	return "Amount"
}

func (p *searchPage) add(title string, items ...found) {
	if len(items) > 0 {
		p.Groups = append(p.Groups, foundGroup{title, items})
	}
}

var spelledID = regexp.MustCompile(`^(?i)([a-z]{3})_([1-9][0-9]{0,4}-[1-9][0-9]{0,15})-([0-9A-Z])$`)

// showSearch goes straight to a record that is named by its id, else lists what is known by that number, name or amount.
func showSearch(v *visit) (any, error) {
	p := searchPage{Asked: v.asked("q"), Complete: true}
	if p.Asked == "" {
		return p, nil
	}
	if parts := spelledID.FindStringSubmatch(p.Asked); parts != nil {
		to, err := v.named(strings.ToLower(parts[1]) + "_" + parts[2] + "-" + strings.ToUpper(parts[3]))
		if err != nil || to != "" {
			return redirect{to}, err
		}
	}
	if sequence, err := strconv.ParseUint(p.Asked, 10, 63); err == nil && v.caller.SeesAll() && sequence > 0 && sequence <= v.Watermark() {
		p.add("Journal", found{Name: v.w.T("Entry %s", grouped(sequence)), Address: "/journal/" + p.Asked})
	}
	f, err := v.Lookup(v.caller, p.Asked)
	if err != nil {
		return nil, err
	}
	p.Complete = f.Complete
	p.add("Documents by number", v.foundDocuments(f.Numbered)...)
	var items []found
	rows, err := v.receivableRows(f.Receivables)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		items = append(items, found{Name: cmp.Or(r.Number, r.ID), Address: "/receivables/" + r.ID, Detail: r.Seller.String() + " → " + r.Buyer.String(), State: r.State, Amount: &r.Outstanding})
	}
	p.add("Receivables of these invoices", items...)
	p.add("Parties", v.foundParties(f.Parties)...)
	items = nil
	for _, a := range f.People {
		items = append(items, found{Name: a.Name, Address: "/parties/" + a.Party.ID, Detail: a.Party.String() + ", " + v.w.Word(a.Role)})
	}
	p.add("People", items...)
	items = nil
	for _, a := range f.Accounts {
		name := a.IBAN
		if name == "" {
			name = a.Number
		}
		items = append(items, found{Name: name, Address: "/parties/" + a.Party.ID, Detail: a.Party.String() + ", " + a.Currency, State: a.State})
	}
	p.add("Bank accounts", items...)
	p.add("Documents by amount", v.foundDocuments(f.Payable)...)
	p.addMoney(v, &f)
	return p, nil
}

// named is the address of a record's page, or of the page on which it is shown; "" for what the caller does not see.
func (v *visit) named(of string) (string, error) {
	home, err := v.Home(v.caller, of)
	switch {
	case errors.Is(err, view.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	case id.PrefixOf(of) == id.Limit(0).Prefix():
		return "/limits", nil
	}
	return pathOf(home), nil
}

func (v *visit) foundDocuments(documents []view.Document) []found {
	var items []found
	for _, d := range documents {
		items = append(items, found{
			Name: v.w.document(d.Type) + " " + d.Number, Address: "/documents/" + d.ID, Detail: d.Seller.String() + " → " + d.Buyer.String() + ", " + d.Issued, Amount: d.Payable,
		})
	}
	return items
}

func (v *visit) foundParties(parties []view.Ref) []found {
	var items []found
	for _, ref := range parties {
		if v.caller.SeesAll() || ref.ID == v.caller.Party.String() {
			items = append(items, found{Name: ref.String(), Address: "/parties/" + ref.ID, Detail: ref.ID})
		} else {
			items = append(items, found{Name: ref.String(), Address: "/receivables?" + v.side() + "=" + ref.ID, Detail: "Receivables with it"})
		}
	}
	return items
}

func (p *searchPage) addMoney(v *visit, f *view.Findings) {
	var items []found
	for _, one := range f.Financings {
		items = append(items, found{Name: one.ID, Address: "/financings/" + one.ID, Detail: one.Seller.String(), State: one.State, Amount: &one.Amount})
	}
	p.add("Financings", items...)
	items = nil
	for _, one := range f.Payments {
		items = append(items, found{Name: one.ID, Address: "/payments/" + one.ID, Detail: v.w.purpose(one.Purpose), State: one.State, Amount: &one.Amount})
	}
	p.add("Payments", items...)
	items = nil
	for _, one := range f.Receipts {
		items = append(items, found{Name: one.ID, Address: "/receipts/" + one.ID, Detail: one.Text, State: one.State, Amount: &one.Amount})
	}
	p.add("Receipts", items...)
}
