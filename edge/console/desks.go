package console

import (
	"net/http"
	"slices"
	"strings"

	"millrace/edge/view"
)

// desk is what one kind of people works at: few entries, grouped by what it does with them. Everything else that its
// people see stands under "All records".
type desk struct {
	Name   string // in addresses, and in the policies: "desk NAME"
	Title  string
	Home   string // path of its first page
	groups []placeGroup
}

// placeGroup are entries of the navigation that belong together; Title is "" for those that need none.
type placeGroup struct {
	Title  string
	Places []place
}

// place is one entry of the navigation.
type place struct {
	Path, Name string
}

// desks are in the order in which a caller who has several of them is offered them; the first is where it begins.
var desks = []desk{
	{"operator", "Operator", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"Trade", []place{{"/receivables", "Receivables"}, {"/documents", "Documents"}}},
		{"Finance", []place{{"/programmes", "Programmes"}, {"/products", "Products"}, {"/financings", "Financings"}, {"/set-off", "Set-off"}}},
		{"People", []place{{"/onboarding", "Onboarding"}, {"/parties", "Parties"}}},
		{"Node", []place{{"/health", "System health"}}},
	}},
	{"funder", "Funder", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"Placing", []place{{"/programmes", "Programmes"}, {"/auctions", "Auctions"}, {"/referrals", "Referrals"}}},
		{"Portfolio", []place{{"/portfolio", "Portfolio"}, {"/financings", "Financings"}, {"/holdings", "Holdings"}, {"/limits", "Limits"}, {"/reports", "Reports"}}},
	}},
	{"credit", "Credit and risk", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"To decide", []place{{"/referrals", "Referrals"}, {"/applications", "Applications"}, {"/reviews", "Reviews"}}},
		{"Exposure", []place{{"/portfolio", "Portfolio"}, {"/network", "Trade network"}, {"/limits", "Limits"}, {"/bases", "Bases"}, {"/reports", "Reports"}}},
		{"Models", []place{{"/decisions", "Decisions"}, {"/models", "Models"}}},
	}},
	{"treasury", "Treasury", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"To decide", []place{{"/payments", "Payments"}, {"/receipts", "Receipts"}, {"/breaks", "Breaks"}}},
		{"Money", []place{{"/supervised", "Accounts"}, {"/proof", "Proof of funds"}, {"/wallets", "Wallets"}, {"/accounts", "Ledger"}}},
	}},
	{"compliance", "Compliance", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"To decide", []place{{"/screening", "Screening"}, {"/cases", "Cases"}, {"/onboarding", "Onboarding"}}},
		{"Evidence", []place{{"/parties", "Parties"}, {"/payments", "Payments"}, {"/decisions", "Decisions"}, {"/journal", "Journal"}}},
	}},
	{"buyer", "Buyer", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"Invoices", []place{{"/confirmations", "Confirmations"}, {"/receivables", "Receivables"}, {"/documents", "Documents"}}},
		{"Paying", []place{{"/early", "Early payment"}, {"/set-off", "Set-off"}, {"/certificates", "Certificates"}}},
	}},
	{"seller", "Seller", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"Cash", []place{{"/need", "Need"}, {"/financings", "Financings"}, {"/early", "Early payment"}}},
		{"Invoices", []place{{"/receivables", "Receivables"}, {"/documents", "Documents"}}},
		{"Promises", []place{{"/certificates", "Certificates"}, {"/holdings", "Holdings"}}},
	}},
	{"distributor", "Distributor", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"Goods", []place{{"/stock", "Stock"}, {"/lines", "Lines"}}},
		{"Owed", []place{{"/financings", "Financings"}, {"/payments", "Payments"}}},
	}},
	{"custodian", "Custodian", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"To decide", []place{{"/payments", "Payments"}, {"/breaks", "Breaks"}}},
		{"Money", []place{{"/supervised", "Accounts"}, {"/receipts", "Receipts"}, {"/proof", "Proof of funds"}, {"/money-rules", "Rules"}}},
	}},
	{"warehouse", "Warehouse", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"Goods", []place{{"/stock", "Stock"}, {"/documents", "Documents"}}},
	}},
	{"audit", "Audit", "/", []placeGroup{
		{"", []place{{"/", "Overview"}}},
		{"Records", []place{{"/journal", "Journal"}, {"/decisions", "Decisions"}, {"/accounts", "Ledger"}, {"/reports", "Reports"}}},
		{"Evidence", []place{{"/sample", "Sample"}, {"/proof", "Proof of funds"}, {"/receivables", "Receivables"}, {"/documents", "Documents"}}},
	}},
}

// records are all entries of the navigation, by group.
var records = []placeGroup{
	{"Trade", []place{
		{"/receivables", "Receivables"}, {"/confirmations", "Confirmations"}, {"/documents", "Documents"}, {"/certificates", "Certificates"},
		{"/holdings", "Holdings"}, {"/need", "Need"},
	}},
	{"Finance", []place{
		{"/programmes", "Programmes"}, {"/products", "Products"}, {"/agreements", "Agreements"}, {"/financings", "Financings"}, {"/measures", "Measures"}, {"/lines", "Lines"}, {"/stock", "Stock"}, {"/bases", "Bases"}, {"/registry", "Registry"},
		{"/auctions", "Auctions"}, {"/early", "Early payment"}, {"/instructions", "Standing instructions"}, {"/set-off", "Set-off"},
	}},
	{"Credit", []place{
		{"/referrals", "Referrals"}, {"/decisions", "Decisions"}, {"/applications", "Applications"}, {"/reviews", "Reviews"}, {"/watch-list", "Watch list"},
		{"/portfolio", "Portfolio"}, {"/network", "Trade network"}, {"/limits", "Limits"}, {"/models", "Models"}, {"/onboarding", "Onboarding"}, {"/screening", "Screening"}, {"/cases", "Cases"},
	}},
	{"Money", []place{
		{"/payments", "Payments"}, {"/receipts", "Receipts"}, {"/supervised", "Accounts"}, {"/breaks", "Breaks"}, {"/misdirected", "Misdirected payments"},
		{"/returns", "Returns"}, {"/proof", "Proof of funds"}, {"/wallets", "Wallets"}, {"/money-rules", "Rules"},
	}},
	{"Records", []place{{"/accounts", "Ledger"}, {"/reports", "Reports"}, {"/bills", "Bills"}, {"/period-end", "Period end"}, {"/parties", "Parties"}, {"/people", "People"}, {"/journal", "Journal"}, {"/sample", "Sample"}, {"/webhooks", "Webhooks"}, {"/health", "System health"}, {"/who-may-what", "Who may what"}}},
}

// desks are those at which the policies let the caller sit, of which there is always one.
func (v *visit) desks() []*desk {
	actions := make([]string, len(desks))
	for i := range desks {
		actions[i] = "desk " + desks[i].Name
	}
	var own []*desk
	for i, permitted := range v.console.guard.Permits(v.caller, actions) {
		if permitted {
			own = append(own, &desks[i])
		}
	}
	if len(own) == 0 {
		own = append(own, &desks[len(desks)-1])
	}
	return own
}

// deskCookie remembers at which of several desks a person sits. It says nothing about what the person may see.
const deskCookie = "millrace_desk"

// deskNow is the desk at which the request's sender sits.
func deskNow(r *http.Request, own []*desk) *desk {
	if cookie, err := r.Cookie(deskCookie); err == nil {
		for _, d := range own {
			if d.Name == cookie.Value {
				return d
			}
		}
	}
	return own[0]
}

// seat is returned in place of a page by one that leads to a desk and remembers it.
type seat struct{ desk *desk }

func (s seat) serve(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: deskCookie, Value: s.desk.Name, Path: "/", HttpOnly: true, Secure: !local(r), SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, s.desk.Home, http.StatusSeeOther)
}

// showDesk takes the caller to another of its desks.
func showDesk(v *visit) (any, error) {
	for _, d := range v.desks() {
		if d.Name == v.request.PathValue("desk") {
			return seat{d}, nil
		}
	}
	return nil, view.ErrNotFound
}

// Nav are the entries of the desk that hold something for the caller.
func (f frame) Nav() []placeGroup {
	if f.Desk == nil {
		return nil
	}
	return f.shown(f.Desk.groups, nil)
}

// Others are the entries that are not the desk's own.
func (f frame) Others() []placeGroup {
	if f.Desk == nil {
		return nil
	}
	return f.shown(records, f.Desk)
}

// Elsewhere tells whether the page is not among the entries of the desk.
func (f frame) Elsewhere() bool { return f.Desk != nil && f.Place != "" && !f.Desk.has(f.Place) }

// shown are the entries that the policies offer to the caller, and whose pages they permit.
func (f frame) shown(groups []placeGroup, but *desk) []placeGroup {
	if f.permits == nil {
		return nil
	}
	var actions []string
	for _, group := range groups {
		for _, p := range group.Places {
			actions = append(actions, "menu "+p.Path, "page "+p.Path)
		}
	}
	permitted := f.permits(actions)
	var shown []placeGroup
	for _, group := range groups {
		kept := placeGroup{Title: group.Title}
		for _, p := range group.Places {
			if permitted[0] && permitted[1] && (but == nil || !but.has(p.Path)) {
				kept.Places = append(kept.Places, p)
			}
			permitted = permitted[2:]
		}
		if len(kept.Places) > 0 {
			shown = append(shown, kept)
		}
	}
	return shown
}

func (d *desk) has(path string) bool {
	for _, group := range d.groups {
		for _, p := range group.Places {
			if p.Path == path {
				return true
			}
		}
	}
	return false
}

// Current tells whether an entry of the navigation is where the page belongs.
func (f frame) Current(path string) bool { return path == f.Place }

// placeName is what the navigation calls a page; "" for one that it does not hold.
func placeName(path string) string {
	for _, group := range records {
		for _, p := range group.Places {
			if p.Path == path {
				return p.Name
			}
		}
	}
	return ""
}

// crumb is one step of the way to a page.
type crumb struct{ Path, Name string }

// Trail is the way from the caller's desk to the page, without the page itself; empty for the desk's first page.
func (f frame) Trail() []crumb {
	if f.Desk == nil || f.path == "" || f.path == f.Desk.Home || f.path == "/" {
		return nil
	}
	trail := []crumb{{f.Desk.Home, f.Desk.Title}}
	add := func(path, name string) {
		if name != "" && path != f.path && !slices.ContainsFunc(trail, func(c crumb) bool { return c.Path == path }) {
			trail = append(trail, crumb{path, name})
		}
	}
	list, _, inside := strings.Cut(strings.TrimPrefix(f.path, "/"), "/")
	if list = "/" + list; !inside || placeName(list) == "" {
		list = f.Place
	}
	add(list, placeName(list))
	if above, ok := f.Content.(interface{ above() crumb }); ok {
		step := above.above()
		add(step.Path, step.Name)
	}
	return trail
}
